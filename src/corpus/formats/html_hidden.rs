//! What a browser would not show: the styles that hide an element, inline or by a simple rule of the page.

use std::collections::HashSet;

/// Text this small cannot be read.
const FONT_POINTS_MIN: f32 = 3.0;
/// Text moved this far is off the page.
const OFF_PAGE_PIXELS: f32 = 500.0;
/// A style sheet with more hiding rules than this is not a document's own.
const RULES_MAX: usize = 2_000;

/// The selectors (`.name`, `#name`, `tag`) whose rules hide what they match.
#[derive(Default)]
pub(super) struct HidingRules(HashSet<String>);

impl HidingRules {
    /// Read one style sheet. Only simple selectors count; a rule for another medium (`@media print`) is read
    /// as if it applied, because leaving text out with a warning is the safe mistake.
    pub fn add(&mut self, sheet: &str) {
        for rule in sheet.split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else {
                continue;
            };
            if !hides(declarations, false) {
                continue;
            }
            for selector in selectors.rsplit('{').next().unwrap_or_default().split(',') {
                let selector = selector.trim();
                let simple = selector
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_'));
                if simple && !selector.is_empty() && self.0.len() < RULES_MAX {
                    self.0.insert(selector.to_lowercase());
                }
            }
        }
    }

    pub fn hide(&self, tag: &str, id: &str, classes: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let has = |selector: String| self.0.contains(&selector.to_lowercase());
        has(tag.to_owned())
            || (!id.is_empty() && (has(format!("#{id}")) || has(format!("{tag}#{id}"))))
            || classes
                .split_whitespace()
                .any(|class| has(format!(".{class}")) || has(format!("{tag}.{class}")))
    }
}

/// Whether the declarations of a style hide the element. White text is hidden unless something behind it is
/// not white.
pub(super) fn hides(style: &str, on_colour: bool) -> bool {
    let mut colour = None;
    let mut background = None;
    for (name, value) in declarations(style) {
        let hidden = match name.as_str() {
            "display" => value == "none",
            "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
            "opacity" => value
                .trim_end_matches('%')
                .parse::<f32>()
                .is_ok_and(|opacity| opacity <= 0.05),
            "font-size" => points(&value).is_some_and(|points| points < FONT_POINTS_MIN),
            "text-indent" | "left" | "top" | "right" | "margin-left" => {
                points(&value).is_some_and(|points| points <= -OFF_PAGE_PIXELS * 0.75)
            }
            "clip" => value.replace([' ', ','], "").starts_with("rect(0"),
            "clip-path" => {
                value.replace(' ', "").starts_with("inset(50%)")
                    || value.replace(' ', "").starts_with("inset(100%)")
            }
            "max-height" | "height" | "width" => {
                value.trim_end_matches("px") == "0" && style.contains("overflow")
            }
            _ => false,
        };
        if hidden {
            return true;
        }
        match name.as_str() {
            "color" => colour = Some(value),
            "background" | "background-color" => background = Some(value),
            _ => {}
        }
    }
    let Some(colour) = colour else { return false };
    let transparent = matches!(colour.as_str(), "transparent") || colour.replace(' ', "").ends_with(",0)");
    match background {
        _ if transparent => true,
        Some(background) => background.contains(&colour) || is_white(&colour) && is_white(&background),
        None => is_white(&colour) && !on_colour,
    }
}

/// Whether the style paints something other than white behind the element.
pub(super) fn paints(style: &str) -> bool {
    declarations(style).any(|(name, value)| {
        matches!(
            name.as_str(),
            "background" | "background-color" | "background-image"
        ) && !is_white(&value)
            && !matches!(
                value.as_str(),
                "none" | "transparent" | "inherit" | "initial" | "unset"
            )
    })
}

fn declarations(style: &str) -> impl Iterator<Item = (String, String)> + '_ {
    style.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.to_lowercase().replace("!important", "");
        Some((name.trim().to_lowercase(), value.trim().to_owned()))
    })
}

/// A length in points; relative lengths count against a body text of 12 points.
fn points(length: &str) -> Option<f32> {
    let number_end = length.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')));
    let (number, unit) = length.split_at(number_end.unwrap_or(length.len()));
    let number: f32 = number.parse().ok()?;
    Some(match unit.trim() {
        "pt" => number,
        "em" | "rem" => number * 12.0,
        "%" => number * 0.12,
        _ => number * 0.75,
    })
}

fn is_white(colour: &str) -> bool {
    let colour = colour.replace(' ', "");
    let hex = colour.strip_prefix('#').map(|hex| match hex.len() {
        3 => hex.bytes().all(|b| matches!(b, b'e' | b'f')),
        6 | 8 => hex.as_bytes().iter().step_by(2).take(3).all(|b| *b == b'f'),
        _ => false,
    });
    let rgb = colour.strip_prefix("rgb").map(|rgb| {
        let channels: Vec<f32> = rgb
            .trim_start_matches("a(")
            .trim_start_matches('(')
            .trim_end_matches(')')
            .split([',', '/'])
            .filter_map(|channel| channel.trim().parse().ok())
            .collect();
        channels.len() >= 3 && channels.iter().take(3).all(|channel| *channel >= 240.0)
    });
    matches!(
        colour.as_str(),
        "white" | "snow" | "ivory" | "ghostwhite" | "whitesmoke"
    ) || hex.unwrap_or(false)
        || rgb.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide() {
        for style in [
            "display:none",
            "color: red; DISPLAY : none !important",
            "visibility:hidden",
            "opacity:0",
            "opacity: 0.01",
            "font-size:1px",
            "font-size:0",
            "color:#fff",
            "color: white; background: #ffffff",
            "color:#fefefe",
            "color:rgb(255, 255, 255)",
            "color:transparent",
            "color:#333;background-color:#333",
            "position:absolute;left:-9999px",
            "text-indent:-9999px",
            "clip:rect(0,0,0,0)",
            "height:0;overflow:hidden",
        ] {
            assert!(hides(style, false), "{style}");
        }
    }

    #[test]
    fn styles_that_do_not_hide() {
        for style in [
            "",
            "display:block",
            "color:#333",
            "color:white;background:navy",
            "font-size:10px",
            "font-size:0.8em",
            "left:-10px",
            "opacity:0.8",
            "width:0.5em",
            "background:white",
        ] {
            assert!(!hides(style, false), "{style}");
        }
        assert!(!hides("color:white", true), "white on a coloured box");
    }

    #[test]
    fn rules_of_the_page_hide_what_they_match() {
        let mut rules = HidingRules::default();
        rules.add(
            "p.note, .off { display: none } #x{color:red} @media screen { span.y { visibility:hidden } }",
        );
        assert!(rules.hide("p", "", "big note"));
        assert!(rules.hide("div", "", "off"));
        assert!(rules.hide("span", "", "y"));
        assert!(!rules.hide("p", "x", "big"));
    }
}
