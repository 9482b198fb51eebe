//! What a page paints with: colours, in whatever space they are given, and how they mix with what is below.

use unpdf::parser::backend::{ImageColorSpace, PdfBackend, RawBackend, RawXObject, ResourceScope};

use crate::corpus::colours::Rgb;

/// As little of an ink leaves the paper white.
const TINT_MAX: f32 = 0.05;

/// What something is painted with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour {
    /// Nothing if it cannot be told.
    pub rgb: Option<Rgb>,
    /// Whether it leaves nothing of what is below; patterns have holes.
    pub solid: bool,
}

impl Colour {
    pub const BLACK: Self = Self::plain(Rgb::BLACK);
    pub const PATTERN: Self = Self {
        rgb: None,
        solid: false,
    };
    const INK: Self = Self {
        rgb: None,
        solid: true,
    };

    pub const fn plain(rgb: Rgb) -> Self {
        Self {
            rgb: Some(rgb),
            solid: true,
        }
    }
}

/// The one colour of a picture; nothing if it has several, or cannot be told.
pub(super) fn only_colour(picture: &RawXObject) -> Option<Rgb> {
    let plain = picture.filter.is_none() && picture.bits_per_component == Some(8) && picture.decode.is_none();
    let space = picture.color.as_ref().filter(|_| plain)?;
    let mut pixels = picture.data.chunks_exact(space.components());
    let first = pixels.next()?;
    let parts: Vec<f32> = first.iter().map(|part| f32::from(*part) / 255.0).collect();
    match Space::of(space) {
        space @ (Space::Gray | Space::Rgb | Space::Cmyk) if pixels.all(|pixel| pixel == first) => {
            space.colour(&parts).rgb
        }
        _ => None,
    }
}

/// How a colour space's numbers become a colour.
#[derive(Clone, Debug)]
pub(super) enum Space {
    Gray,
    Rgb,
    Cmyk,
    /// Inks by name: none of them is white, any of them is something.
    Tint,
    Indexed(Vec<Rgb>),
    Pattern,
    Unknown,
}

impl Space {
    pub fn named(backend: &RawBackend, scope: ResourceScope, name: &[u8]) -> Self {
        match name {
            b"DeviceGray" | b"CalGray" | b"G" => Self::Gray,
            b"DeviceRGB" | b"CalRGB" | b"RGB" => Self::Rgb,
            b"DeviceCMYK" | b"CMYK" => Self::Cmyk,
            b"Pattern" => Self::Pattern,
            name if backend.named_pattern_space(scope, name).is_some() => Self::Pattern,
            name => backend
                .named_color_space(scope, name)
                .map_or(Self::Unknown, |space| Self::of(&space)),
        }
    }

    fn of(space: &ImageColorSpace) -> Self {
        match space {
            ImageColorSpace::Gray => Self::Gray,
            ImageColorSpace::Rgb => Self::Rgb,
            ImageColorSpace::Cmyk => Self::Cmyk,
            ImageColorSpace::Tint(_) => Self::Tint,
            ImageColorSpace::Indexed { base, lookup, .. } => {
                let base = Self::of(base);
                let entry = |bytes: &[u8]| {
                    let parts: Vec<f32> = bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect();
                    base.colour(&parts).rgb
                };
                let size = space_size(&base);
                match lookup.chunks_exact(size).map(entry).collect::<Option<Vec<Rgb>>>() {
                    Some(colours) => Self::Indexed(colours),
                    None => Self::Unknown,
                }
            }
        }
    }

    /// The colour before any is set.
    pub fn first_colour(&self) -> Colour {
        match self {
            Self::Gray | Self::Rgb | Self::Cmyk => Colour::BLACK,
            Self::Indexed(colours) => colours.first().map_or(Colour::INK, |rgb| Colour::plain(*rgb)),
            Self::Pattern => Colour::PATTERN,
            Self::Tint | Self::Unknown => Colour::INK,
        }
    }

    pub fn colour(&self, parts: &[f32]) -> Colour {
        match (self, parts) {
            (Self::Gray, [gray, ..]) => Colour::plain(Rgb::new(*gray, *gray, *gray)),
            (Self::Rgb, [red, green, blue, ..]) => Colour::plain(Rgb::new(*red, *green, *blue)),
            (Self::Cmyk, [cyan, magenta, yellow, black, ..]) => {
                Colour::plain(Rgb::from_inks(*cyan, *magenta, *yellow, *black))
            }
            (Self::Tint, parts) if parts.iter().all(|part| *part <= TINT_MAX) => Colour::plain(Rgb::WHITE),
            (Self::Indexed(colours), [at, ..]) => {
                let at = at.max(0.0) as usize;
                colours.get(at).map_or(Colour::INK, |rgb| Colour::plain(*rgb))
            }
            (Self::Pattern, _) => Colour::PATTERN,
            _ => Colour::INK,
        }
    }
}

fn space_size(space: &Space) -> usize {
    match space {
        Space::Rgb => 3,
        Space::Cmyk => 4,
        _ => 1,
    }
}

/// How a colour mixes with what is below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Blend {
    Over,
    Through,
    Other,
}
