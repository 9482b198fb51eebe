//! Where shapes are on a slide, in the units of the file.

use crate::corpus::formats::xml::Element;

/// A slide of 10 by 7.5 inches, where a file does not say how large its own are.
const USUAL_SIZE: (f64, f64) = (9_144_000.0, 6_858_000.0);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Frame {
    /// The frame that a `xfrm` gives.
    pub fn read(transform: &Element) -> Option<Self> {
        let corner = transform.child("off")?;
        let extent = transform.child("ext")?;
        Some(Self {
            left: corner.number("x")?,
            top: corner.number("y")?,
            width: extent.number("cx")?,
            height: extent.number("cy")?,
        })
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.left + other.width
            && other.left < self.left + self.width
            && self.top < other.top + other.height
            && other.top < self.top + self.height
    }

    /// Whether all of it lies beside a slide of this size.
    pub fn is_off(&self, (width, height): (f64, f64)) -> bool {
        self.left >= width
            || self.top >= height
            || self.left + self.width <= 0.0
            || self.top + self.height <= 0.0
    }
}

pub fn size(presentation: &Element) -> (f64, f64) {
    let size = presentation.child("sldSz");
    let said = size.and_then(|size| Some((size.number::<f64>("cx")?, size.number::<f64>("cy")?)));
    said.filter(|(width, height)| *width > 0.0 && *height > 0.0)
        .unwrap_or(USUAL_SIZE)
}

/// How the places inside a group become places on the slide.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    scale: (f64, f64),
    shift: (f64, f64),
}

impl Space {
    pub const SLIDE: Self = Self {
        scale: (1.0, 1.0),
        shift: (0.0, 0.0),
    };

    /// The space inside a group, whose own place is in this one.
    pub fn inside(self, group: &Element) -> Self {
        let Some(transform) = group.at(&["grpSpPr", "xfrm"]) else {
            return self;
        };
        let pair = |name: &str, x: &str, y: &str| {
            let child = transform.child(name)?;
            Some((child.number::<f64>(x)?, child.number::<f64>(y)?))
        };
        let (Some(corner), Some(extent), Some(inner_corner), Some(inner_extent)) = (
            pair("off", "x", "y"),
            pair("ext", "cx", "cy"),
            pair("chOff", "x", "y"),
            pair("chExt", "cx", "cy"),
        ) else {
            return self;
        };
        let ratio = |outer: f64, inner: f64| if inner > 0.0 { outer / inner } else { 1.0 };
        let scale = (ratio(extent.0, inner_extent.0), ratio(extent.1, inner_extent.1));
        Self {
            scale: (self.scale.0 * scale.0, self.scale.1 * scale.1),
            shift: (
                self.shift.0 + self.scale.0 * (corner.0 - inner_corner.0 * scale.0),
                self.shift.1 + self.scale.1 * (corner.1 - inner_corner.1 * scale.1),
            ),
        }
    }

    pub fn on_slide(self, frame: Frame) -> Frame {
        Frame {
            left: self.shift.0 + self.scale.0 * frame.left,
            top: self.shift.1 + self.scale.1 * frame.top,
            width: self.scale.0 * frame.width,
            height: self.scale.1 * frame.height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::formats::xml;

    #[test]
    fn places_in_groups_are_places_on_the_slide() {
        let group = xml::parse(
            r#"<grpSp><grpSpPr><xfrm><off x="100" y="100"/><ext cx="50" cy="50"/><chOff x="0" y="0"/>
            <chExt cx="100" cy="100"/></xfrm></grpSpPr></grpSp>"#,
        )
        .expect("XML");
        let frame = Frame {
            left: 10.0,
            top: 20.0,
            width: 20.0,
            height: 20.0,
        };
        let space = Space::SLIDE.inside(&group);
        let placed = space.on_slide(frame);
        assert_eq!((placed.left, placed.top, placed.width), (105.0, 110.0, 10.0));
        assert!(!placed.is_off((200.0, 200.0)));
        assert!(placed.is_off((105.0, 200.0)));
        assert!(placed.overlaps(&placed));
        assert!(!placed.overlaps(&frame));
    }
}
