//! Colours, as far as telling text from what is behind it needs them.

/// Red, green and blue, each from nought to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rgb([f32; 3]);

/// Where no part of two colours differs by more than this, nobody reads one on the other.
const DIFFERENCE_MIN: f32 = 0.07;

impl Rgb {
    pub const WHITE: Self = Self([1.0; 3]);
    pub const BLACK: Self = Self([0.0; 3]);

    pub fn new(red: f32, green: f32, blue: f32) -> Self {
        Self([red, green, blue].map(|part| part.clamp(0.0, 1.0)))
    }

    pub fn from_bytes([red, green, blue]: [u8; 3]) -> Self {
        Self([red, green, blue].map(|part| f32::from(part) / 255.0))
    }

    /// Inks on white paper.
    pub fn from_inks(cyan: f32, magenta: f32, yellow: f32, black: f32) -> Self {
        let part = |ink: f32| (1.0 - ink) * (1.0 - black);
        Self::new(part(cyan), part(magenta), part(yellow))
    }

    /// Three or six hexadecimal digits.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let value = |range| u8::from_str_radix(digits.get(range)?, 16).ok();
        match digits.len() {
            3 => {
                let part = |at: usize| value(at..at + 1).map(|part| part * 17);
                Some(Self::from_bytes([part(0)?, part(1)?, part(2)?]))
            }
            6 => Some(Self::from_bytes([value(0..2)?, value(2..4)?, value(4..6)?])),
            _ => None,
        }
    }

    /// This colour laid over another.
    pub fn over(self, below: Self, opacity: f32) -> Self {
        let opacity = opacity.clamp(0.0, 1.0);
        Self(std::array::from_fn(|part| {
            self.0[part] * opacity + below.0[part] * (1.0 - opacity)
        }))
    }

    /// This colour seen through another, as a marker on paper.
    pub fn through(self, above: Self) -> Self {
        Self(std::array::from_fn(|part| self.0[part] * above.0[part]))
    }

    /// Whether text of this colour can't be read on the other.
    pub fn merges_with(self, behind: Self) -> bool {
        self.0
            .iter()
            .zip(behind.0)
            .all(|(part, other)| (part - other).abs() <= DIFFERENCE_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digits: &str) -> Rgb {
        Rgb::from_hex(digits).expect("a colour")
    }

    #[test]
    fn what_merges_and_what_can_be_read() {
        let cases = [
            ("fff", "ffffff", true),
            ("fefefe", "fff", true),
            ("f4f4f0", "fff", true),
            ("003366", "003366", true),
            ("103a66", "003366", true),
            ("bbbbbb", "fff", false),
            ("e0e0e0", "fff", false),
            ("ffff00", "fff", false),
            ("fff", "003366", false),
            ("222222", "000", false),
        ];
        for (text, behind, wanted) in cases {
            assert_eq!(hex(text).merges_with(hex(behind)), wanted, "{text} on {behind}");
        }
    }

    #[test]
    fn colours_are_read_and_mixed() {
        assert_eq!(Rgb::from_inks(0.0, 0.0, 0.0, 0.0), Rgb::WHITE);
        assert_eq!(Rgb::from_inks(0.3, 0.0, 0.9, 1.0), Rgb::BLACK);
        assert_eq!(Rgb::from_hex("12345"), None);
        assert_eq!(Rgb::from_hex("éa1"), None);
        assert_eq!(Rgb::BLACK.over(Rgb::WHITE, 0.0), Rgb::WHITE);
        assert_eq!(Rgb::BLACK.through(Rgb::WHITE), Rgb::BLACK);
    }
}
