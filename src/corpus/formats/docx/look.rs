//! How text looks as far as that decides whether anybody sees it: its colour and what is behind it, its size, its place.

use crate::corpus::colours::Rgb;
use crate::corpus::formats::xml::Element;

/// In half-points; type of this size and smaller cannot be read.
const SIZE_MAX: f32 = 4.0;
/// In percent; letters pressed together this far are lines.
const SCALE_MAX: f32 = 10.0;
/// In half-points; text raised or lowered this far has left its line and the page.
const RAISED_MIN: f32 = 1_200.0;
/// In twentieths of a point; a line this high shows no letter.
const LINE_MAX: f32 = 40.0;
/// In twentieths of a point; a page is about 12,000 wide.
const OFF_PAGE: std::ops::RangeInclusive<f32> = -6_000.0..=24_000.0;
/// In thousandths of a percent.
const TRANSPARENT_MIN: f32 = 95_000.0;

/// The colour of letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    Plain(Rgb),
    /// Chosen by Word so that it can be read, or not told here.
    Other,
}

/// What is behind letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Behind {
    Plain(Rgb),
    /// A pattern, a picture or a theme's colour, on which no text is taken for hidden.
    Other,
}

/// Run properties as far as they decide what is text; `None` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub vanish: Option<bool>,
    /// Hidden in the web view only. Word marks page numbers in tables of contents so.
    pub web_hidden: Option<bool>,
    pub struck: Option<bool>,
    pub tiny: Option<bool>,
    pub raised: Option<bool>,
    clear: Option<bool>,
    ink: Option<Ink>,
    behind: Option<Behind>,
}

impl Look {
    pub fn read(properties: &Element) -> Self {
        let number = |name: &str| properties.value(name).and_then(|value| value.parse::<f32>().ok());
        let either = |one: &str, other: &str| properties.is_on(one).or_else(|| properties.is_on(other));
        let sizes = [
            number("sz").map(|size| size <= SIZE_MAX),
            number("w").map(|scale| scale <= SCALE_MAX),
            number("position").map(|raised| raised.abs() >= RAISED_MIN),
        ];
        let sizes = sizes.into_iter().flatten();
        let (clear, fill) = properties.child("textFill").map_or((None, None), |fill| {
            let outlined = properties
                .child("textOutline")
                .is_some_and(|line| line.child("noFill").is_none());
            (
                Some(is_clear(fill) && !outlined),
                fill_colour(fill).map(Ink::Plain),
            )
        });
        Self {
            vanish: either("vanish", "specVanish"),
            web_hidden: properties.is_on("webHidden"),
            struck: either("strike", "dstrike"),
            tiny: sizes.reduce(|one, other| one || other),
            raised: properties.value("vertAlign").map(|align| align == "superscript"),
            clear,
            ink: fill.or_else(|| properties.child("color").map(ink)),
            behind: properties
                .value("highlight")
                .filter(|colour| *colour != "none")
                .map(highlight)
                .or_else(|| shading(properties)),
        }
    }

    /// This look where it says something, else `below`.
    pub fn over(self, below: &Self) -> Self {
        Self {
            vanish: self.vanish.or(below.vanish),
            web_hidden: self.web_hidden.or(below.web_hidden),
            struck: self.struck.or(below.struck),
            tiny: self.tiny.or(below.tiny),
            raised: self.raised.or(below.raised),
            clear: self.clear.or(below.clear),
            ink: self.ink.or(below.ink),
            behind: self.behind.or(below.behind),
        }
    }

    /// Whether text that looks so is not seen where `around` is behind it.
    pub fn is_hidden(&self, around: Behind) -> bool {
        let on = |property: Option<bool>| property == Some(true);
        let merges = matches!(
            (self.ink, self.behind.unwrap_or(around)),
            (Some(Ink::Plain(ink)), Behind::Plain(behind)) if ink.merges_with(behind)
        );
        on(self.vanish) || on(self.tiny) || on(self.clear) || merges
    }
}

fn ink(colour: &Element) -> Ink {
    let plain = colour.attribute("val").and_then(Rgb::from_hex);
    let theme = || match colour.attribute("themeColor") {
        Some("background1" | "light1") => Some(Rgb::WHITE),
        _ => None,
    };
    plain.or_else(theme).map_or(Ink::Other, Ink::Plain)
}

/// Whether a fill paints nothing.
fn is_clear(fill: &Element) -> bool {
    let transparent = |colour: &Element| {
        let alpha = colour
            .child("alpha")
            .and_then(|alpha| alpha.attribute("val")?.parse::<f32>().ok());
        alpha.is_some_and(|alpha| alpha >= TRANSPARENT_MIN)
    };
    let solid = fill.child("solidFill");
    fill.child("noFill").is_some() || solid.is_some_and(|solid| solid.elements().any(transparent))
}

/// The one colour of a fill, if it has one that is written out.
pub(super) fn fill_colour(fill: &Element) -> Option<Rgb> {
    let colour = fill.child("solidFill")?.child("srgbClr")?;
    colour.elements().next().is_none().then_some(())?;
    Rgb::from_hex(colour.attribute("val")?)
}

/// What a `w:shd` child puts behind the text.
pub(super) fn shading(properties: &Element) -> Option<Behind> {
    let shading = properties.child("shd")?;
    let plain = |name| {
        shading
            .attribute(name)
            .filter(|colour| *colour != "auto")
            .map(plain_or_other)
    };
    match shading.attribute("val").unwrap_or("clear") {
        "nil" => None,
        "clear" => plain("fill"),
        "solid" => Some(plain("color").unwrap_or(Behind::Plain(Rgb::BLACK))),
        _ => Some(Behind::Other),
    }
}

pub(super) fn plain_or_other(colour: &str) -> Behind {
    Rgb::from_hex(colour.trim_start_matches('#')).map_or(Behind::Other, Behind::Plain)
}

fn highlight(name: &str) -> Behind {
    let bytes = match name {
        "white" => [255, 255, 255],
        "black" => [0, 0, 0],
        "yellow" => [255, 255, 0],
        "green" => [0, 255, 0],
        "cyan" => [0, 255, 255],
        "magenta" => [255, 0, 255],
        "blue" => [0, 0, 255],
        "red" => [255, 0, 0],
        "darkBlue" => [0, 0, 128],
        "darkCyan" => [0, 128, 128],
        "darkGreen" => [0, 128, 0],
        "darkMagenta" => [128, 0, 128],
        "darkRed" => [128, 0, 0],
        "darkYellow" => [128, 128, 0],
        "darkGray" => [128, 128, 128],
        "lightGray" => [192, 192, 192],
        _ => return Behind::Other,
    };
    Behind::Plain(Rgb::from_bytes(bytes))
}

/// Whether a paragraph's properties take it off the page, or give its lines no height.
pub(super) fn is_out_of_sight(properties: &Element) -> bool {
    let number = |element: Option<&Element>, name: &str| element?.attribute(name)?.parse::<f32>().ok();
    let off_page = |place: Option<f32>| place.is_some_and(|place| !OFF_PAGE.contains(&place));
    let (indent, frame, spacing) = (
        properties.child("ind"),
        properties.child("framePr"),
        properties.child("spacing"),
    );
    let flat = spacing.is_some_and(|spacing| spacing.attribute("lineRule") == Some("exact"))
        && number(spacing, "line").is_some_and(|line| line <= LINE_MAX);
    flat || ["left", "start", "firstLine", "right", "end"]
        .iter()
        .any(|name| off_page(number(indent, name)))
        || ["x", "y"].iter().any(|name| off_page(number(frame, name)))
}

/// Whether a table row is hidden, or has no height.
pub(super) fn is_hidden_row(row: &Element) -> bool {
    let Some(properties) = row.child("trPr") else {
        return false;
    };
    let flat = properties.child("trHeight").is_some_and(|height| {
        height.attribute("hRule") == Some("exact")
            && height
                .attribute("val")
                .and_then(|height| height.parse::<f32>().ok())
                .is_some_and(|height| height <= LINE_MAX)
    });
    flat || properties.is_on("hidden") == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::formats::xml;

    const PAPER: Behind = Behind::Plain(Rgb::WHITE);

    fn element(name: &str, inside: &str) -> Element {
        xml::parse(&format!("<{name}>{inside}</{name}>")).expect("an element")
    }

    #[test]
    fn looks_that_hide_and_looks_that_do_not() {
        let cases = [
            ("<color val='FFFFFF'/>", PAPER, true),
            ("<color val='F5F5F5'/>", PAPER, true),
            ("<color themeColor='background1'/>", PAPER, true),
            ("<color val='FFFFFF'/>", Behind::Plain(Rgb::BLACK), false),
            ("<color val='FFFFFF'/>", Behind::Other, false),
            ("<color val='000000'/>", Behind::Plain(Rgb::BLACK), true),
            ("<color val='000000'/><highlight val='black'/>", PAPER, true),
            (
                "<color val='FFFFFF'/><shd val='clear' fill='336699'/>",
                PAPER,
                false,
            ),
            (
                "<color val='FFFFFF'/><shd val='solid' color='FFFFFF' fill='336699'/>",
                PAPER,
                true,
            ),
            ("<color val='auto'/>", Behind::Plain(Rgb::BLACK), false),
            (
                "<color val='BFBFBF' themeColor='background1' themeShade='BF'/>",
                PAPER,
                false,
            ),
            ("<sz val='4'/>", PAPER, true),
            ("<sz val='14'/>", PAPER, false),
            ("<w val='1'/>", PAPER, true),
            ("<position val='-3000'/>", PAPER, true),
            ("<vanish/>", PAPER, true),
            ("<vanish val='0'/>", PAPER, false),
            ("<textFill><noFill/></textFill>", PAPER, true),
            (
                "<textFill><noFill/></textFill><textOutline><solidFill/></textOutline>",
                PAPER,
                false,
            ),
            (
                "<textFill><solidFill><srgbClr val='000000'><alpha val='100000'/></srgbClr></solidFill></textFill>",
                PAPER,
                true,
            ),
            (
                "<textFill><solidFill><srgbClr val='FFFFFF'/></solidFill></textFill>",
                PAPER,
                true,
            ),
        ];
        for (properties, behind, wanted) in cases {
            let look = Look::read(&element("rPr", properties));
            assert_eq!(look.is_hidden(behind), wanted, "{properties} on {behind:?}");
        }
    }

    #[test]
    fn places_that_are_out_of_sight() {
        let cases = [
            ("<ind left='30000'/>", true),
            ("<ind left='-9000'/>", true),
            ("<ind left='720' hanging='360'/>", false),
            ("<framePr x='-20000'/>", true),
            ("<spacing line='20' lineRule='exact'/>", true),
            ("<spacing line='240' lineRule='exact'/>", false),
            ("<spacing line='20' lineRule='auto'/>", false),
        ];
        for (properties, wanted) in cases {
            assert_eq!(
                is_out_of_sight(&element("pPr", properties)),
                wanted,
                "{properties}"
            );
        }
        let row = |properties: &str| element("tr", &format!("<trPr>{properties}</trPr>"));
        assert!(is_hidden_row(&row("<hidden/>")));
        assert!(is_hidden_row(&row("<trHeight val='10' hRule='exact'/>")));
        assert!(!is_hidden_row(&row("<trHeight val='10'/>")));
    }
}
