//! The graphics state, as far as it decides whether text is seen (ISO 32000-1, 8.4 and 9.3).

use unpdf::parser::backend::get_number_from_value as number;
use unpdf::parser::backend::{BlendMode, ContentOp, PdfBackend, PdfValue, RawBackend, ResourceScope};

use super::inks::{Blend, Colour, Space};

pub(super) type Matrix = [f32; 6];
pub(super) type Point = [f32; 2];
pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// A rectangle of the page: left, bottom, right, top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area(pub [f32; 4]);

impl Area {
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        let mut points = points.into_iter();
        let [x, y] = points.next()?;
        Some(
            points.fold(Self([x, y, x, y]), |Self([left, bottom, right, top]), [x, y]| {
                Self([left.min(x), bottom.min(y), right.max(x), top.max(y)])
            }),
        )
    }

    pub fn within(self, other: Self) -> Self {
        let (one, other) = (self.0, other.0);
        Self([
            one[0].max(other[0]),
            one[1].max(other[1]),
            one[2].min(other[2]),
            one[3].min(other[3]),
        ])
    }

    pub fn holds(self, [x, y]: Point) -> bool {
        let [left, bottom, right, top] = self.0;
        (left..=right).contains(&x) && (bottom..=top).contains(&y)
    }

    pub fn holds_all_of(self, other: Self) -> bool {
        let [left, bottom, right, top] = other.0;
        self.holds([left, bottom]) && self.holds([right, top])
    }

    pub fn touches(self, other: Self) -> bool {
        let [left, bottom, right, top] = self.within(other).0;
        left <= right && bottom <= top
    }

    /// The shorter side.
    pub fn thickness(self) -> f32 {
        let [left, bottom, right, top] = self.0;
        (right - left).min(top - bottom)
    }

    pub fn wider_by(self, margin: f32) -> Self {
        let [left, bottom, right, top] = self.0;
        Self([left - margin, bottom - margin, right + margin, top + margin])
    }
}

#[derive(Clone)]
pub(super) struct State {
    pub ctm: Matrix,
    pub clip: Area,
    pub fill: Colour,
    pub stroke: Colour,
    fill_space: Space,
    stroke_space: Space,
    fill_opacity: f32,
    stroke_opacity: f32,
    /// Of the transparency groups around.
    pub group_opacity: f32,
    pub blend: Blend,
    pub line_width: f32,
    pub mode: u8,
    pub font: Vec<u8>,
    pub size: f32,
    pub leading: f32,
    pub letter_space: f32,
    pub word_space: f32,
    /// How far letters are stretched sideways.
    pub stretch: f32,
    pub rise: f32,
}

impl State {
    pub fn on(page: Area) -> Self {
        Self {
            ctm: IDENTITY,
            clip: page,
            fill: Colour::BLACK,
            stroke: Colour::BLACK,
            fill_space: Space::Gray,
            stroke_space: Space::Gray,
            fill_opacity: 1.0,
            stroke_opacity: 1.0,
            group_opacity: 1.0,
            blend: Blend::Over,
            line_width: 1.0,
            mode: 0,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            rise: 0.0,
        }
    }

    pub fn fill_opacity(&self) -> f32 {
        self.fill_opacity * self.group_opacity
    }

    pub fn stroke_opacity(&self) -> f32 {
        self.stroke_opacity * self.group_opacity
    }

    /// The state inside a transparency group: the opacity around it counts for the group as a whole.
    pub fn inside_group(&self) -> Self {
        Self {
            group_opacity: self.fill_opacity(),
            fill_opacity: 1.0,
            stroke_opacity: 1.0,
            blend: Blend::Over,
            ..self.clone()
        }
    }

    /// Follow an operation that sets colour, opacity or how text is set.
    pub fn set(&mut self, operation: &ContentOp, backend: &RawBackend, scope: ResourceScope) {
        let n = Numbers(operation);
        match operation.operator.as_str() {
            "g" | "rg" | "k" => (self.fill_space, self.fill) = n.device_colour(),
            "G" | "RG" | "K" => (self.stroke_space, self.stroke) = n.device_colour(),
            "cs" => {
                self.fill_space = Space::named(backend, scope, n.name().unwrap_or_default());
                self.fill = self.fill_space.first_colour();
            }
            "CS" => {
                self.stroke_space = Space::named(backend, scope, n.name().unwrap_or_default());
                self.stroke = self.stroke_space.first_colour();
            }
            "sc" | "scn" => self.fill = self.fill_space.colour(&n.all()),
            "SC" | "SCN" => self.stroke = self.stroke_space.colour(&n.all()),
            "gs" => {
                let given = n
                    .name()
                    .and_then(|name| backend.ext_gstate(scope, name))
                    .unwrap_or_default();
                self.fill_opacity = given.fill_alpha.unwrap_or(self.fill_opacity);
                self.stroke_opacity = given.stroke_alpha.unwrap_or(self.stroke_opacity);
                self.line_width = given.line_width.unwrap_or(self.line_width);
                self.blend = match given.blend_mode {
                    None => self.blend,
                    Some(BlendMode::Normal) => Blend::Over,
                    Some(BlendMode::Multiply | BlendMode::Darken) => Blend::Through,
                    Some(_) => Blend::Other,
                };
            }
            "w" => self.line_width = n.at(0),
            "Tr" => self.mode = n.at(0) as u8,
            "TL" => self.leading = n.at(0),
            "Tc" => self.letter_space = n.at(0),
            "Tw" => self.word_space = n.at(0),
            "Tz" => self.stretch = n.at(0) / 100.0,
            "Ts" => self.rise = n.at(0),
            "Tf" => {
                self.font = n.name().unwrap_or_default().to_vec();
                self.size = n.at(0);
            }
            _ => {}
        }
    }
}

/// The operands of an operation as numbers and names; what is missing counts as nought.
pub(super) struct Numbers<'a>(pub &'a ContentOp);

impl<'a> Numbers<'a> {
    fn all(&self) -> Vec<f32> {
        self.0.operands.iter().filter_map(number).collect()
    }

    fn device_colour(&self) -> (Space, Colour) {
        let space = match self.0.operator.as_str() {
            "g" | "G" => Space::Gray,
            "rg" | "RG" => Space::Rgb,
            _ => Space::Cmyk,
        };
        let colour = space.colour(&self.all());
        (space, colour)
    }

    /// The operand's number, not counting names: the size of `/F1 12 Tf` is the first.
    pub fn at(&self, place: usize) -> f32 {
        self.0
            .operands
            .iter()
            .filter_map(number)
            .nth(place)
            .unwrap_or(0.0)
    }

    pub fn matrix(&self) -> Matrix {
        std::array::from_fn(|place| self.at(place))
    }

    pub fn corners(&self) -> [Point; 4] {
        let [x, y, width, height] = std::array::from_fn(|place| self.at(place));
        [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    }

    pub fn points(&self) -> impl Iterator<Item = Point> {
        let count = self.0.operands.len() / 2;
        (0..count).map(|place| [self.at(2 * place), self.at(2 * place + 1)])
    }

    pub fn name(&self) -> Option<&'a [u8]> {
        self.0.operands.iter().rev().find_map(name_of)
    }

    pub fn first_name(&self) -> Option<&'a [u8]> {
        self.0.operands.first().and_then(name_of)
    }
}

fn name_of(operand: &PdfValue) -> Option<&[u8]> {
    match operand {
        PdfValue::Name(name) => Some(name.as_slice()),
        _ => None,
    }
}

/// `first`, then `second`.
pub(super) fn multiply(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [g, h, i, j, k, l] = second;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

pub(super) fn apply(matrix: Matrix, [x, y]: Point) -> Point {
    let [a, b, c, d, e, f] = matrix;
    [a * x + c * y + e, b * x + d * y + f]
}
