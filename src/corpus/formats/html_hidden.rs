//! What a browser would not show: the declarations of a style that make an element unseen.

mod values;

use crate::corpus::colours::Rgb;

use self::values::{Colour, distance, numbers, points};

/// Text this small cannot be read.
const FONT_POINTS_MIN: f32 = 3.0;
/// Text moved this far up or to the left is off the page …
const OFF_PAGE_POINTS: f32 = 375.0;
/// … and this far down or to the right nobody scrolls.
const FAR_POINTS: f32 = 3_000.0;
/// A box of this size shows no letter.
const BOX_POINTS_MAX: f32 = 1.5;
const OPACITY_MAX: f32 = 0.05;

/// What a style says of an element's being seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Style {
    /// Whether it hides the element, whatever is around.
    pub hides: bool,
    colour: Option<Colour>,
    background: Option<Background>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Background {
    Plain(Colour),
    /// A picture, or a colour that cannot be told.
    Other,
}

/// The colour of text and of what is behind it; `None` for what cannot be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paint {
    colour: Option<Rgb>,
    behind: Option<Rgb>,
    clear: bool,
}

impl Paint {
    /// Black on white, as a page without styles.
    pub const PLAIN: Self = Self {
        colour: Some(Rgb::BLACK),
        behind: Some(Rgb::WHITE),
        clear: false,
    };

    /// The paint inside an element with this style.
    pub fn under(self, style: &Style) -> Self {
        let behind = match style.background {
            None => self.behind,
            Some(Background::Other) => None,
            Some(Background::Plain(colour)) => match (colour, self.behind) {
                (Colour::Known(rgb, opacity), Some(below)) => Some(rgb.over(below, opacity)),
                (Colour::Known(rgb, opacity), None) => (opacity > 0.95).then_some(rgb),
                (Colour::Unknown, _) => None,
            },
        };
        let (colour, clear) = match style.colour {
            None => (self.colour, self.clear),
            Some(Colour::Unknown) => (None, false),
            Some(Colour::Known(rgb, opacity)) => {
                let seen = match behind {
                    Some(behind) => Some(rgb.over(behind, opacity)),
                    None => (opacity > 0.95).then_some(rgb),
                };
                (seen, opacity <= OPACITY_MAX)
            }
        };
        Self {
            colour,
            behind,
            clear,
        }
    }

    /// Whether text painted so cannot be told from what is behind it.
    pub fn merges(self) -> bool {
        self.clear
            || matches!((self.colour, self.behind), (Some(text), Some(behind)) if text.merges_with(behind))
    }
}

/// Read the declarations of a style; what stands later counts, and what is important counts more.
pub(super) fn read(style: &str) -> Style {
    let said = Said::read(style);
    let mut style = Style {
        hides: said.hides(),
        ..Style::default()
    };
    for (name, value) in &said.0 {
        match name.as_str() {
            "color" if said.get("-webkit-text-fill-color").is_none() => style.colour = values::colour(value),
            "-webkit-text-fill-color" => style.colour = values::colour(value),
            "background" | "background-color" => style.background = background(value).or(style.background),
            "background-image" if !matches!(value.as_str(), "none" | "initial" | "unset") => {
                style.background = Some(Background::Other);
            }
            _ => {}
        }
    }
    // The background then shows in the shape of the letters.
    if said
        .0
        .iter()
        .any(|(name, value)| name.ends_with("background-clip") && value == "text")
    {
        style.colour = Some(Colour::Unknown);
    }
    style
}

fn background(value: &str) -> Option<Background> {
    if value.contains("url(") || value.contains("gradient(") {
        return Some(Background::Other);
    }
    match values::colour(value) {
        Some(colour) => Some(Background::Plain(colour)),
        None if matches!(value, "none" | "inherit" | "initial" | "unset") => None,
        // The shorthand names the colour among other things.
        None => value
            .split_whitespace()
            .find_map(|part| match values::colour(part) {
                Some(Colour::Known(rgb, opacity)) => Some(Background::Plain(Colour::Known(rgb, opacity))),
                _ => None,
            })
            .or(Some(Background::Other)),
    }
}

/// The properties of a style with their values, each once.
struct Said(Vec<(String, String)>);

impl Said {
    fn read(style: &str) -> Self {
        let mut said: Vec<(String, String, bool)> = Vec::new();
        for declaration in without_comments(style).split(';') {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let (name, value) = (name.trim().to_lowercase(), value.to_lowercase());
            let important = value.contains("!important");
            let value = value.replace("!important", "").trim().to_owned();
            match said.iter().position(|(known, _, _)| *known == name) {
                Some(at) if said[at].2 && !important => {}
                Some(at) => {
                    said.remove(at);
                    said.push((name, value, important));
                }
                None => said.push((name, value, important)),
            }
        }
        Self(said.into_iter().map(|(name, value, _)| (name, value)).collect())
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    fn hides(&self) -> bool {
        let placed = self
            .get("position")
            .is_some_and(|position| matches!(position, "absolute" | "fixed" | "relative" | "sticky"));
        let cuts = ["overflow", "overflow-x", "overflow-y"].iter().any(|name| {
            self.get(name)
                .is_some_and(|value| value.contains("hidden") || value.contains("clip"))
        });
        self.0.iter().any(|(name, value)| {
            let moved = || distance(value);
            match name.as_str() {
                "display" => value == "none",
                "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
                "content-visibility" => value == "hidden",
                "opacity" => values::share(value).is_some_and(|opacity| opacity <= OPACITY_MAX),
                "filter" => value
                    .split_once("opacity(")
                    .and_then(|(_, rest)| values::share(rest.split(')').next()?))
                    .is_some_and(|opacity| opacity <= OPACITY_MAX),
                "font-size" => points(value).is_some_and(|points| points < FONT_POINTS_MIN),
                "font" => value
                    .split_whitespace()
                    .find(|part| {
                        part.starts_with(|c: char| c.is_ascii_digit()) && part.contains(char::is_alphabetic)
                    })
                    .and_then(|part| points(part.split('/').next()?))
                    .is_some_and(|points| points < FONT_POINTS_MIN),
                "zoom" | "scale" => values::share(value) == Some(0.0),
                "text-indent" | "margin-left" | "margin-top" => {
                    moved().is_some_and(|points| points <= -OFF_PAGE_POINTS || points >= FAR_POINTS)
                }
                "left" | "top" => moved()
                    .is_some_and(|points| points <= -OFF_PAGE_POINTS || (placed && points >= FAR_POINTS)),
                "right" | "bottom" => moved().is_some_and(|points| points <= -OFF_PAGE_POINTS),
                "z-index" => placed && value.starts_with('-'),
                "transform" | "translate" => transform_hides(value),
                "clip" => clip_hides(value),
                "clip-path" => clip_path_hides(value),
                "max-height" | "height" | "width" | "max-width" => {
                    let small = |points: f32| points.abs() <= BOX_POINTS_MAX;
                    cuts && points(value)
                        .is_some_and(|size| small(size) && (size == 0.0 || !value.ends_with('%')))
                }
                _ => false,
            }
        })
    }
}

/// A style sheet or a style without what its writer noted beside it.
pub(super) fn without_comments(style: &str) -> String {
    let mut kept = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    kept.push_str(rest);
    kept
}

fn transform_hides(value: &str) -> bool {
    value.split(')').any(|step| {
        let (name, given) = step.split_once('(').unwrap_or(("translate", step));
        match name.trim() {
            "scale" | "scalex" | "scaley" | "scale3d" => {
                numbers(given).iter().take(2).any(|factor| factor.abs() < 0.05)
            }
            "rotatex" | "rotatey" => numbers(given)
                .first()
                .is_some_and(|turn| (turn.abs() - 90.0).abs() < 1.0),
            "translate" | "translatex" | "translatey" | "translate3d" => given
                .split([',', ' '])
                .filter_map(|length| distance(length.trim()))
                .any(|points| points <= -OFF_PAGE_POINTS || points >= FAR_POINTS),
            _ => false,
        }
    })
}

/// `rect(top, right, bottom, left)` with next to nothing inside.
fn clip_hides(value: &str) -> bool {
    value.contains("rect")
        && matches!(numbers(value)[..], [top, right, bottom, left] if right - left <= 1.0 || bottom - top <= 1.0)
}

fn clip_path_hides(value: &str) -> bool {
    let given = numbers(value);
    match value.split('(').next().unwrap_or_default().trim() {
        "inset" => given.first().is_some_and(|most| *most >= 50.0),
        "circle" | "ellipse" => given.first().is_some_and(|radius| *radius <= 1.0),
        "polygon" => given.windows(3).all(|points| points[0] == points[2]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unseen(style: &str, around: Paint) -> bool {
        let style = read(style);
        style.hides || around.under(&style).merges()
    }

    #[test]
    fn styles_that_hide() {
        for style in [
            "display:none",
            "color: red; DISPLAY : none !important",
            "display:none!important; display:block",
            "disp/**/lay:none",
            "visibility:hidden",
            "opacity:0",
            "opacity: 0.01",
            "opacity:2%",
            "filter: opacity(0)",
            "font-size:1px",
            "font-size:0",
            "font: 1px/1 Arial",
            "color:#fff",
            "color: white; background: #ffffff",
            "color:#fefefe",
            "color:rgb(255, 255, 255)",
            "color:rgb(100% 100% 100%)",
            "color:hsl(0, 0%, 99%)",
            "color:transparent",
            "color:#0000",
            "color:rgba(0,0,0,.02)",
            "-webkit-text-fill-color: transparent",
            "color:#333;background-color:#333",
            "background:#003366 none; color:#036",
            "position:absolute;left:-9999px",
            "position:fixed;top:200vh;left:-100vw",
            "position:absolute;top:90000px",
            "transform:translateX(-9999px)",
            "transform: scale(0)",
            "text-indent:-9999px",
            "clip:rect(0,0,0,0)",
            "clip: rect(1px, 1px, 1px, 1px)",
            "clip-path: inset(50%)",
            "clip-path:polygon(0 0, 0 0, 0 0)",
            "height:0;overflow:hidden",
            "width:1px;height:1px;overflow:hidden",
            "position:relative;z-index:-1",
        ] {
            assert!(unseen(style, Paint::PLAIN), "{style}");
        }
    }

    #[test]
    fn styles_that_do_not_hide() {
        for style in [
            "",
            "display:block",
            "display:none; display:block",
            "color:#333",
            "color:#999",
            "color:white;background:navy",
            "color:white;background:url(bus.png)",
            "color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text",
            "font-size:7pt",
            "font: 12px/1.5 Arial",
            "font-size:0.8em",
            "left:-10px",
            "position:absolute;left:50%;transform:translate(-50%,-50%)",
            "opacity:0.8",
            "width:0.5em",
            "height:20px;overflow:hidden",
            "width:1%;overflow:hidden",
            "color:coral",
            "background:white",
            "color:var(--ink)",
            "clip:rect(0,100px,20px,0)",
            "z-index:-1",
        ] {
            assert!(!unseen(style, Paint::PLAIN), "{style}");
        }
    }

    #[test]
    fn what_is_around_decides_whether_a_colour_shows() {
        let dark = Paint::PLAIN.under(&read("background:#003366"));
        assert!(!unseen("color:white", dark), "white on a coloured box");
        assert!(unseen("color:#003366", dark), "the box's own colour");
        let photo = Paint::PLAIN.under(&read("background-image:url(bus.png)"));
        assert!(!unseen("color:white", photo), "white on a picture");
        let white_text = Paint::PLAIN.under(&read("color:white"));
        assert!(!unseen("background:navy", white_text), "a dark box in white text");
    }

    proptest! {
        #[test]
        fn any_style_is_read(style in "(color|left|font|clip|transform|background|opacity)?:?[-a-z0-9#%.,;:()/*! \\PC]{0,40}") {
            Paint::PLAIN.under(&read(&style)).merges();
        }
    }
}
