//! The values of a style: lengths, shares and colours, as far as they decide what is seen.

use crate::corpus::colours::Rgb;

/// What a percentage or a share of the window counts as, in points: about a hundredth of a page's width.
const WINDOW_SHARE_POINTS: f32 = 6.0;
/// Body text, against which relative lengths count.
const BODY_POINTS: f32 = 12.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Colour {
    /// With its opacity.
    Known(Rgb, f32),
    /// A variable or another value that only a browser can tell.
    Unknown,
}

/// A length in points; percentages count against body text.
pub(super) fn points(length: &str) -> Option<f32> {
    let (number, unit) = measured(length)?;
    Some(match unit {
        "pt" => number,
        "em" | "rem" => number * BODY_POINTS,
        "%" => number * BODY_POINTS / 100.0,
        "in" => number * 72.0,
        "cm" => number * 28.35,
        "mm" => number * 2.835,
        "vw" | "vh" | "vmin" | "vmax" => number * WINDOW_SHARE_POINTS,
        _ => number * 0.75,
    })
}

/// A length that moves something, in points; percentages count against the page.
pub(super) fn distance(length: &str) -> Option<f32> {
    match measured(length)? {
        (number, "%") => Some(number * WINDOW_SHARE_POINTS),
        _ => points(length),
    }
}

fn measured(length: &str) -> Option<(f32, &str)> {
    let length = length.trim();
    let end = length.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')));
    let (number, unit) = length.split_at(end.unwrap_or(length.len()));
    Some((number.parse().ok()?, unit.trim()))
}

/// A number or a percentage, as a share of one.
pub(super) fn share(value: &str) -> Option<f32> {
    let value = value.trim();
    match value.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f32>().ok().map(|percent| percent / 100.0),
        None => value.parse().ok(),
    }
}

/// Every number in a value, whatever its unit.
pub(super) fn numbers(value: &str) -> Vec<f32> {
    value
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// A colour; nothing if the value is none, or leaves the colour as it is around.
pub(super) fn colour(value: &str) -> Option<Colour> {
    let value = value.trim();
    // A shorthand names its colour among other things.
    if value.contains(char::is_whitespace) && !value.ends_with(')') {
        return None;
    }
    if let Some(digits) = value.strip_prefix('#') {
        return Some(hex(digits).unwrap_or(Colour::Unknown));
    }
    if value.starts_with("rgb") || value.starts_with("hsl") {
        return Some(function(value).unwrap_or(Colour::Unknown));
    }
    if value.contains('(') {
        return Some(Colour::Unknown);
    }
    match value {
        "transparent" => Some(Colour::Known(Rgb::WHITE, 0.0)),
        "" | "none" | "inherit" | "initial" | "unset" | "revert" | "currentcolor" => None,
        name => Some(named(name).map_or(Colour::Unknown, |bytes| {
            Colour::Known(Rgb::from_bytes(bytes), 1.0)
        })),
    }
}

fn hex(digits: &str) -> Option<Colour> {
    let (colour, opacity) = match digits.len() {
        4 => (digits.get(..3)?, format!("{0}{0}", digits.get(3..)?)),
        8 => (digits.get(..6)?, digits.get(6..)?.to_owned()),
        _ => (digits, "ff".to_owned()),
    };
    let opacity = u8::from_str_radix(&opacity, 16).ok()?;
    Some(Colour::Known(Rgb::from_hex(colour)?, f32::from(opacity) / 255.0))
}

/// `rgb(…)`, `rgba(…)`, `hsl(…)`, `hsla(…)`, with commas or spaces.
fn function(value: &str) -> Option<Colour> {
    let (name, given) = value.split_once('(')?;
    let parts: Vec<&str> = given
        .trim_end_matches(')')
        .split([',', '/', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let opacity = parts.get(3).map_or(Some(1.0), |part| share(part))?;
    let [first, second, third] = *parts.first_chunk::<3>()?;
    let rgb = if name.starts_with("rgb") {
        let channel = |part: &str| match part.ends_with('%') {
            true => share(part),
            false => part.parse::<f32>().ok().map(|part| part / 255.0),
        };
        Rgb::new(channel(first)?, channel(second)?, channel(third)?)
    } else {
        let hue: f32 = first.trim_end_matches("deg").parse().ok()?;
        from_hue(hue, share(second)?, share(third)?)
    };
    Some(Colour::Known(rgb, opacity))
}

fn from_hue(hue: f32, saturation: f32, lightness: f32) -> Rgb {
    let reach = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f32| {
        let turn = (offset + hue / 30.0).rem_euclid(12.0);
        lightness - reach * (turn - 3.0).min(9.0 - turn).clamp(-1.0, 1.0)
    };
    Rgb::new(channel(0.0), channel(8.0), channel(4.0))
}

/// The names in use, among them all that are nearly white or nearly black.
fn named(name: &str) -> Option<[u8; 3]> {
    Some(match name {
        "white" => [255, 255, 255],
        "snow" => [255, 250, 250],
        "ivory" => [255, 255, 240],
        "ghostwhite" => [248, 248, 255],
        "whitesmoke" => [245, 245, 245],
        "floralwhite" => [255, 250, 240],
        "mintcream" => [245, 255, 250],
        "azure" => [240, 255, 255],
        "honeydew" => [240, 255, 240],
        "aliceblue" => [240, 248, 255],
        "seashell" => [255, 245, 238],
        "oldlace" => [253, 245, 230],
        "lavenderblush" => [255, 240, 245],
        "linen" => [250, 240, 230],
        "lightyellow" => [255, 255, 224],
        "beige" => [245, 245, 220],
        "gainsboro" => [220, 220, 220],
        "lightgray" | "lightgrey" => [211, 211, 211],
        "silver" => [192, 192, 192],
        "darkgray" | "darkgrey" => [169, 169, 169],
        "gray" | "grey" => [128, 128, 128],
        "dimgray" | "dimgrey" => [105, 105, 105],
        "black" => [0, 0, 0],
        "navy" => [0, 0, 128],
        "darkblue" => [0, 0, 139],
        "midnightblue" => [25, 25, 112],
        "blue" => [0, 0, 255],
        "royalblue" => [65, 105, 225],
        "steelblue" => [70, 130, 180],
        "lightblue" => [173, 216, 230],
        "teal" => [0, 128, 128],
        "aqua" | "cyan" => [0, 255, 255],
        "green" => [0, 128, 0],
        "darkgreen" => [0, 100, 0],
        "lightgreen" => [144, 238, 144],
        "lime" => [0, 255, 0],
        "olive" => [128, 128, 0],
        "yellow" => [255, 255, 0],
        "gold" => [255, 215, 0],
        "orange" => [255, 165, 0],
        "red" => [255, 0, 0],
        "darkred" => [139, 0, 0],
        "crimson" => [220, 20, 60],
        "maroon" => [128, 0, 0],
        "brown" => [165, 42, 42],
        "purple" => [128, 0, 128],
        "fuchsia" | "magenta" => [255, 0, 255],
        "pink" => [255, 192, 203],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_in_all_notations_are_one() {
        let navy = Rgb::from_bytes([0, 0, 128]);
        for given in [
            "navy",
            "#000080",
            "#000080ff",
            "rgb(0,0,128)",
            "rgb(0% 0% 50.2%)",
            "hsl(240, 100%, 25.1%)",
        ] {
            match colour(given) {
                Some(Colour::Known(rgb, opacity)) => {
                    assert!(rgb.merges_with(navy) && opacity > 0.99, "{given}: {rgb:?}");
                }
                other => panic!("{given}: {other:?}"),
            }
        }
        assert_eq!(colour("currentcolor"), None);
        assert_eq!(colour("var(--ink)"), Some(Colour::Unknown));
        assert_eq!(colour("#zz"), Some(Colour::Unknown));
    }

    #[test]
    fn lengths_are_in_points() {
        let cases = [
            ("12pt", 12.0),
            ("1em", 12.0),
            ("16px", 12.0),
            ("50%", 6.0),
            ("0", 0.0),
            ("1in", 72.0),
        ];
        for (given, wanted) in cases {
            assert_eq!(points(given), Some(wanted), "{given}");
        }
        assert_eq!(points("auto"), None);
        assert_eq!(distance("-100%"), Some(-600.0));
    }
}
