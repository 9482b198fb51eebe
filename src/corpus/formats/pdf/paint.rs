//! Which text a page draws and does not show: invisible mode, no opacity, too small, or white on white.
//!
//! Follows just as much of the graphics state as that takes (ISO 32000-1, 8.4 and 9.3).

use unpdf::parser::backend::get_number_from_value as number;
use unpdf::parser::backend::{
    ContentOp, PageId, PaintedXObject, PdfBackend, PdfValue, RawBackend, ResourceScope,
};

/// Type this small cannot be read, in points on the page.
const FONT_POINTS_MIN: f32 = 1.5;
const OPACITY_MIN: f32 = 0.05;
const WHITE_MIN: f32 = 0.97;
const FORM_DEPTH_MAX: usize = 8;
/// More drawing than this on a page is not looked at; the time limit is for the text.
const OPERATIONS_MAX: usize = 400_000;
const PAINTED_MAX: usize = 5_000;

type Matrix = [f32; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The pieces of text on `page` that are drawn and not shown, line by line.
pub(super) fn hidden_text(backend: &RawBackend, page: PageId, scan: bool) -> Vec<String> {
    let Ok(content) = backend.page_content(page) else {
        return Vec::new();
    };
    let mut painter = Painter {
        backend,
        page,
        scan,
        operations_left: OPERATIONS_MAX,
        painted: Vec::new(),
        hidden: Vec::new(),
    };
    painter.run(&content, ResourceScope::page(page), State::default(), 0);
    painter
        .hidden
        .into_iter()
        .map(|(_, text)| text)
        .filter(|text| !text.trim().is_empty())
        .collect()
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    white: bool,
    /// Whether the fill colour space is one where all ones are white.
    additive: bool,
    opacity: f32,
    mode: f32,
    font: Vec<u8>,
    size: f32,
    leading: f32,
}

impl Default for State {
    fn default() -> Self {
        Self {
            ctm: IDENTITY,
            white: false,
            additive: true,
            opacity: 1.0,
            mode: 0.0,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
        }
    }
}

struct Painter<'a> {
    backend: &'a RawBackend,
    page: PageId,
    scan: bool,
    operations_left: usize,
    /// Rectangles (left, bottom, right, top) filled with something other than white.
    painted: Vec<[f32; 4]>,
    /// Hidden text with the line (in page space) it stands on.
    hidden: Vec<(f32, String)>,
}

impl Painter<'_> {
    fn run(&mut self, content: &[u8], scope: ResourceScope, start: State, depth: usize) {
        let Ok(operations) = self.backend.decode_content(content) else {
            return;
        };
        let mut state = start;
        let mut saved: Vec<State> = Vec::new();
        let (mut text, mut line) = (IDENTITY, IDENTITY);
        let mut path: Vec<[f32; 2]> = Vec::new();
        for operation in &operations {
            let Some(left) = self.operations_left.checked_sub(1) else {
                return;
            };
            self.operations_left = left;
            let n = Numbers(operation);
            match operation.operator.as_str() {
                "q" if saved.len() < 200 => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.ctm = multiply(n.matrix(), state.ctm),
                "re" => path.extend(n.corners().map(|point| apply(state.ctm, point))),
                "m" | "l" | "c" | "v" | "y" => path.extend(n.points().map(|point| apply(state.ctm, point))),
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => {
                    self.paint(&path, state.white);
                    path.clear();
                }
                "S" | "s" | "n" => path.clear(),
                "sh" => self.painted.push([f32::MIN, f32::MIN, f32::MAX, f32::MAX]),
                "Do" => self.draw(operation, scope, &state, depth),
                "BT" => (text, line) = (IDENTITY, IDENTITY),
                "Td" | "TD" | "T*" => {
                    let (x, y) = if operation.operator == "T*" {
                        (0.0, -state.leading)
                    } else {
                        (n.at(0), n.at(1))
                    };
                    if operation.operator == "TD" {
                        state.leading = -y;
                    }
                    line = multiply([1.0, 0.0, 0.0, 1.0, x, y], line);
                    text = line;
                }
                "Tm" => (text, line) = (n.matrix(), n.matrix()),
                "Tj" | "TJ" | "'" | "\"" => {
                    if matches!(operation.operator.as_str(), "'" | "\"") {
                        line = multiply([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                        text = line;
                    }
                    self.show(operation, scope, &state, multiply(text, state.ctm));
                }
                _ => self.set(operation, scope, &mut state),
            }
        }
    }

    /// Colour, opacity and text state.
    fn set(&self, operation: &ContentOp, scope: ResourceScope, state: &mut State) {
        let n = Numbers(operation);
        match operation.operator.as_str() {
            "g" | "rg" => state.white = n.all(|value| value >= WHITE_MIN),
            "k" => state.white = n.all(|value| value <= 1.0 - WHITE_MIN),
            "cs" => {
                // A one-colour ink (Separation) is darkest at one; only the known spaces are white there.
                let name = n.name().unwrap_or_default();
                state.additive = name.starts_with(b"Device") || name.starts_with(b"Cal");
                state.white = false;
            }
            "sc" | "scn" => {
                let count = operation.operands.len();
                state.white = match count {
                    4 => n.all(|value| value <= 1.0 - WHITE_MIN),
                    3 => n.all(|value| value >= WHITE_MIN),
                    _ => state.additive && n.all(|value| value >= WHITE_MIN),
                };
            }
            "gs" => {
                let opacity = n
                    .name()
                    .and_then(|name| self.backend.ext_gstate(scope, name)?.fill_alpha);
                state.opacity = opacity.unwrap_or(state.opacity);
            }
            "Tr" => state.mode = n.at(0),
            "TL" => state.leading = n.at(0),
            "Tf" => {
                state.font = n.name().unwrap_or_default().to_vec();
                state.size = n.at(0);
            }
            _ => {}
        }
    }

    fn paint(&mut self, path: &[[f32; 2]], white: bool) {
        if white || path.is_empty() || self.painted.len() >= PAINTED_MAX {
            return;
        }
        let start = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        self.painted
            .push(path.iter().fold(start, |[left, bottom, right, top], [x, y]| {
                [left.min(*x), bottom.min(*y), right.max(*x), top.max(*y)]
            }));
    }

    fn draw(&mut self, operation: &ContentOp, scope: ResourceScope, state: &State, depth: usize) {
        let Some(name) = Numbers(operation).name() else {
            return;
        };
        match self.backend.xobject(scope, name) {
            Some(PaintedXObject::Form(form)) if depth < FORM_DEPTH_MAX => {
                let inner = State {
                    ctm: multiply(form.matrix, state.ctm),
                    ..state.clone()
                };
                let scope = ResourceScope::form(self.page, form.id);
                self.run(&form.content.unwrap_or_default(), scope, inner, depth + 1);
            }
            Some(PaintedXObject::Image) => {
                let corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
                self.paint(&corners.map(|corner| apply(state.ctm, corner)), false);
            }
            _ => {}
        }
    }

    fn show(&mut self, operation: &ContentOp, scope: ResourceScope, state: &State, place: Matrix) {
        let [x, y] = apply(place, [0.0, 0.0]);
        let height = state.size.abs() * (place[2].hypot(place[3]));
        let in_paint = || {
            let middle = y + height / 3.0;
            self.painted.iter().any(|[left, bottom, right, top]| {
                (*left - 1.0..=*right + 1.0).contains(&x) && (*bottom - 1.0..=*top + 1.0).contains(&middle)
            })
        };
        let invisible = state.mode == 3.0 && !self.scan;
        let hidden = invisible
            || state.opacity < OPACITY_MIN
            || height < FONT_POINTS_MIN
            || (state.white && matches!(state.mode, 0.0 | 4.0) && !in_paint());
        if !hidden {
            return;
        }
        let said = self.said(operation, scope, &state.font);
        match self.hidden.last_mut() {
            Some((line, text)) if (*line - y).abs() < 0.5 => text.push_str(&said),
            _ => self.hidden.push((y, said)),
        }
    }

    fn said(&self, operation: &ContentOp, scope: ResourceScope, font: &[u8]) -> String {
        let mut said = String::new();
        let mut say = |value: &PdfValue| match value {
            PdfValue::Str(bytes) => said.push_str(&self.backend.decode_text(scope, font, bytes).text),
            // A wide step back between two strings is how many writers set a space.
            other if number(other).is_some_and(|step| step < -200.0) => said.push(' '),
            _ => {}
        };
        for operand in &operation.operands {
            match operand {
                PdfValue::Array(pieces) => pieces.iter().for_each(&mut say),
                PdfValue::Str(_) => say(operand),
                _ => {}
            }
        }
        said
    }
}

/// The operands of an operation as numbers and names; what is missing counts as nought.
struct Numbers<'a>(&'a ContentOp);

impl<'a> Numbers<'a> {
    fn all(&self, wanted: impl Fn(f32) -> bool) -> bool {
        let mut numbers = self.0.operands.iter().filter_map(number).peekable();
        numbers.peek().is_some() && numbers.all(wanted)
    }

    /// The operand's number, not counting names: the size of `/F1 12 Tf` is the first.
    fn at(&self, place: usize) -> f32 {
        self.0
            .operands
            .iter()
            .filter_map(number)
            .nth(place)
            .unwrap_or(0.0)
    }

    fn matrix(&self) -> Matrix {
        std::array::from_fn(|place| self.at(place))
    }

    fn corners(&self) -> impl Iterator<Item = [f32; 2]> {
        let [x, y, width, height] = std::array::from_fn(|place| self.at(place));
        [[x, y], [x + width, y], [x, y + height], [x + width, y + height]].into_iter()
    }

    fn points(&self) -> impl Iterator<Item = [f32; 2]> {
        let count = self.0.operands.len() / 2;
        (0..count).map(|place| [self.at(2 * place), self.at(2 * place + 1)])
    }

    fn name(&self) -> Option<&'a [u8]> {
        self.0.operands.iter().rev().find_map(|operand| match operand {
            PdfValue::Name(name) => Some(name.as_slice()),
            _ => None,
        })
    }
}

/// `first`, then `second`.
fn multiply(first: Matrix, second: Matrix) -> Matrix {
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

fn apply(matrix: Matrix, [x, y]: [f32; 2]) -> [f32; 2] {
    let [a, b, c, d, e, f] = matrix;
    [a * x + c * y + e, b * x + d * y + f]
}
