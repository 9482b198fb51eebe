//! Paths and places while a page is painted: outlines that become areas, and where the next letter stands.

use unpdf::parser::backend::{ContentOp, FormXObject};

use super::marks::Shape;
use super::state::{Area, IDENTITY, Matrix, Numbers, Point, State, apply, multiply};

/// A path with more points is told by the area around it alone.
const POINTS_MAX: usize = 2_000;

/// A path while it is made: outlines in page space.
#[derive(Default)]
pub(super) struct Path {
    pub outlines: Vec<Vec<Point>>,
    points: usize,
    /// Whether it will also cut what is painted from then on.
    pub clips: bool,
}

/// Where text stands: the place of the next letter, and of the line's begin.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub text: Matrix,
    line: Matrix,
}

/// The state in which a form's content begins.
pub(super) fn inside(form: &FormXObject, state: &State) -> State {
    let mut inner = if form.transparency_group {
        state.inside_group()
    } else {
        state.clone()
    };
    inner.ctm = multiply(form.matrix, state.ctm);
    if let Some(bounds) = form.bbox {
        let corners = [
            [bounds.llx, bounds.lly],
            [bounds.urx, bounds.lly],
            [bounds.urx, bounds.ury],
            [bounds.llx, bounds.ury],
        ];
        if let Some(area) = Area::around(corners.map(|corner| apply(inner.ctm, corner))) {
            inner.clip = inner.clip.within(area);
        }
    }
    inner
}

/// The middle of each character as a share of the whole; where characters and glyphs differ in number, evenly.
pub(super) fn middles(widths: &[f32], width: f32, characters: usize) -> Vec<f32> {
    if widths.len() != characters || width <= 0.0 {
        let share = 1.0 / characters.max(1) as f32;
        return (0..characters)
            .map(|place| (place as f32 + 0.5) * share)
            .collect();
    }
    let mut before = 0.0;
    widths
        .iter()
        .map(|own| {
            let middle = (before + own / 2.0) / width;
            before += own;
            middle
        })
        .collect()
}

impl Path {
    /// One outline that is done.
    pub fn of(outline: &[Point]) -> Self {
        let mut path = Self::default();
        path.add(outline.iter().copied());
        path
    }

    pub fn add(&mut self, points: impl IntoIterator<Item = Point>) {
        self.outlines.push(Vec::new());
        self.go_on(points);
    }

    pub fn go_on(&mut self, points: impl IntoIterator<Item = Point>) {
        if self.outlines.is_empty() {
            self.outlines.push(Vec::new());
        }
        if let Some(outline) = self.outlines.last_mut() {
            let before = outline.len();
            outline.extend(points);
            self.points += outline.len() - before;
        }
    }

    /// The shape of its inside.
    pub fn shape(&self, area: Area, even_odd: bool) -> Shape {
        let is_plain = match &self.outlines[..] {
            [one] => is_rectangle(one),
            _ => false,
        };
        if is_plain || self.points > POINTS_MAX {
            Shape::Area(area)
        } else {
            Shape::Outlines(area, self.outlines.clone(), even_odd)
        }
    }
}

/// Four corners (or five, the first again), each next one straight above, below or beside.
fn is_rectangle(outline: &[Point]) -> bool {
    let corners = match outline {
        [corners @ .., last] if corners.len() == 4 && last == &corners[0] => corners,
        corners => corners,
    };
    let same = |one: f32, other: f32| (one - other).abs() < 0.01;
    corners.len() == 4
        && (0..4).all(|at| {
            let ([x, y], [next_x, next_y]) = (corners[at], corners[(at + 1) % 4]);
            same(x, next_x) != same(y, next_y)
        })
}

impl Place {
    pub const START: Self = Self {
        text: IDENTITY,
        line: IDENTITY,
    };

    pub fn step(&mut self, operation: &ContentOp, state: &mut State) {
        let n = Numbers(operation);
        match operation.operator.as_str() {
            "Tm" => self.line = n.matrix(),
            "T*" => self.down(state.leading),
            _ => {
                if operation.operator == "TD" {
                    state.leading = -n.at(1);
                }
                self.line = multiply([1.0, 0.0, 0.0, 1.0, n.at(0), n.at(1)], self.line);
            }
        }
        self.text = self.line;
    }

    fn down(&mut self, leading: f32) {
        self.line = multiply([1.0, 0.0, 0.0, 1.0, 0.0, -leading], self.line);
    }

    /// What `'` and `"` do before they show their text.
    pub fn next_line(&mut self, operation: &ContentOp, state: &mut State) {
        let n = Numbers(operation);
        match operation.operator.as_str() {
            "\"" => (state.word_space, state.letter_space) = (n.at(0), n.at(1)),
            "'" => {}
            _ => return,
        }
        self.down(state.leading);
        self.text = self.line;
    }
}
