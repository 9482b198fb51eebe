//! Which text a page draws and does not show: its operations are followed as a viewer follows them, and each piece of
//! text is then looked at among everything that the page paints before and after it (ISO 32000-1, 8 and 9).

use unpdf::parser::backend::get_number_from_value as number;
use unpdf::parser::backend::{
    ContentOp, PageId, PaintedXObject, PdfBackend, PdfValue, RawBackend, ResourceScope,
};

use super::inks::{Colour, only_colour};
use super::marks::{Mark, Marks, Run, Seen, Shape};
use super::objects::Objects;
use super::paths::{Path, Place, inside, middles};
use super::state::{Area, Matrix, Numbers, Point, State, apply, multiply};

/// Type this small cannot be read, in points on the page.
const FONT_POINTS_MAX: f32 = 2.0;
/// Letters pressed together to less than this, in parts of their height, are lines.
const STRETCH_MIN: f32 = 0.05;
const FORM_DEPTH_MAX: usize = 8;
const SAVED_MAX: usize = 200;
/// More drawing than this on a page is not looked at; the time limit is for the text.
const OPERATIONS_MAX: usize = 400_000;
const RUNS_MAX: usize = 200_000;
/// A step between two pieces of text on a line this wide, in parts of the type size, is a space.
const SPACE_MIN: f32 = 0.15;
/// A line printed again this near to itself is printed once.
const SHADOW_POINTS_MAX: f32 = 2.5;

/// What looking at a page's text gave.
#[derive(Default)]
pub(super) struct Looked {
    /// The pieces of text that are drawn and not shown, line by line.
    pub hidden: Vec<String>,
    /// The letters that are shown, in the order they are drawn.
    pub shown: String,
    /// The same letters as printed lines with their spaces, from the top of the page to its bottom.
    pub lines: Vec<String>,
    /// Some of the text is a machine's reading of a picture.
    pub recognised: bool,
    /// There was more drawing than is looked at.
    pub too_much: bool,
}

/// Look at the text of `page`; on a `scan`, unseen text over the picture is recognised text and not hidden.
pub(super) fn look(backend: &RawBackend, objects: Option<&Objects>, page: PageId, scan: bool) -> Looked {
    let Ok(content) = backend.page_content(page) else {
        return Looked::default();
    };
    let crop = backend.crop_box(page);
    let mut painter = Painter {
        backend,
        objects,
        page,
        operations_left: OPERATIONS_MAX,
        marks: Marks::default(),
        runs: Vec::new(),
        too_much: false,
    };
    let start = State::on(Area([crop.llx, crop.lly, crop.urx, crop.ury]));
    painter.run(&content, ResourceScope::page(page), start, false, 0);
    painter.judge(scan)
}

struct Painter<'a> {
    backend: &'a RawBackend,
    objects: Option<&'a Objects>,
    page: PageId,
    operations_left: usize,
    marks: Marks,
    runs: Vec<Run>,
    too_much: bool,
}

impl Painter<'_> {
    fn run(&mut self, content: &[u8], scope: ResourceScope, start: State, off: bool, depth: usize) {
        let Ok(operations) = self.backend.decode_content(content) else {
            return;
        };
        let mut state = start;
        let mut saved: Vec<State> = Vec::new();
        let mut place = Place::START;
        let mut path = Path::default();
        // For each open piece of marked content, whether it belongs to a layer that is switched off.
        let mut marked: Vec<bool> = Vec::new();
        for operation in &operations {
            let Some(left) = self.operations_left.checked_sub(1) else {
                self.too_much = true;
                return;
            };
            self.operations_left = left;
            let n = Numbers(operation);
            let off = off || marked.contains(&true);
            match operation.operator.as_str() {
                "q" if saved.len() < SAVED_MAX => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.ctm = multiply(n.matrix(), state.ctm),
                "BMC" => marked.push(false),
                "BDC" => marked.push(self.is_off(operation, scope)),
                "EMC" => {
                    marked.pop();
                }
                "re" => path.add(n.corners().map(|point| apply(state.ctm, point))),
                "m" => path.add(n.points().map(|point| apply(state.ctm, point))),
                "l" | "c" | "v" | "y" => path.go_on(n.points().map(|point| apply(state.ctm, point))),
                "W" | "W*" => path.clips = true,
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s" | "n" => {
                    let path = std::mem::take(&mut path);
                    self.end_path(path, operation.operator.as_str(), &mut state, off);
                }
                "sh" if !off => self.mark(
                    Shape::Area(state.clip),
                    Colour::PATTERN,
                    state.fill_opacity(),
                    &state,
                    false,
                ),
                "BI" if !off => self.image(Colour::PATTERN, &state),
                "Do" => self.draw(operation, scope, &state, off, depth),
                "BT" => place = Place::START,
                "Td" | "TD" | "T*" | "Tm" => place.step(operation, &mut state),
                "Tj" | "TJ" | "'" | "\"" => {
                    place.next_line(operation, &mut state);
                    self.show(operation, scope, &state, off, &mut place.text);
                }
                _ => state.set(operation, self.backend, scope),
            }
        }
    }

    /// Whether marked content is of a layer that is switched off.
    fn is_off(&self, operation: &ContentOp, scope: ResourceScope) -> bool {
        let n = Numbers(operation);
        n.first_name() == Some(b"OC")
            && self
                .objects
                .zip(n.name())
                .is_some_and(|(objects, name)| objects.is_layer_off(scope, name))
    }

    fn end_path(&mut self, path: Path, operator: &str, state: &mut State, off: bool) {
        let area = Area::around(path.outlines.iter().flatten().copied());
        if let Some(area) = area.filter(|_| !off) {
            if matches!(operator, "f" | "F" | "f*" | "B" | "B*" | "b" | "b*") {
                let shape = path.shape(area, operator.ends_with('*'));
                self.mark(shape, state.fill, state.fill_opacity(), state, false);
            }
            if matches!(operator, "S" | "s" | "B" | "B*" | "b" | "b*") {
                self.stroke(&path, state);
            }
        }
        if path.clips {
            let nothing = Area([0.0, 0.0, -1.0, -1.0]);
            state.clip = area.map_or(nothing, |area| state.clip.within(area));
        }
    }

    /// Lines as wide as letters are high cover and carry text like areas do.
    fn stroke(&mut self, path: &Path, state: &State) {
        let width = state.line_width * state.ctm[0].hypot(state.ctm[1]);
        if width < FONT_POINTS_MAX {
            return;
        }
        for line in path.outlines.iter().flat_map(|outline| outline.windows(2)) {
            let area = Area::around([line[0], line[1]]).filter(|area| area.thickness() < 0.1);
            if let Some(Area([left, bottom, right, top])) = area {
                let half = width / 2.0;
                let wider = if top - bottom < right - left {
                    Area([left, bottom - half, right, top + half])
                } else {
                    Area([left - half, bottom, right + half, top])
                };
                self.mark(
                    Shape::Area(wider),
                    state.stroke,
                    state.stroke_opacity(),
                    state,
                    false,
                );
            }
        }
    }

    fn mark(&mut self, shape: Shape, colour: Colour, opacity: f32, state: &State, is_image: bool) {
        self.marks.add(Mark {
            shape,
            clip: state.clip,
            colour,
            opacity,
            blend: state.blend,
            is_image,
        });
    }

    fn image(&mut self, colour: Colour, state: &State) {
        let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(|corner| apply(state.ctm, corner));
        let path = Path::of(&corners);
        if let Some(area) = Area::around(corners) {
            self.mark(path.shape(area, false), colour, state.fill_opacity(), state, true);
        }
    }

    fn draw(&mut self, operation: &ContentOp, scope: ResourceScope, state: &State, off: bool, depth: usize) {
        let Some(name) = Numbers(operation).name() else {
            return;
        };
        let off = off
            || self
                .objects
                .is_some_and(|objects| objects.is_object_off(scope, name));
        match self.backend.xobject(scope, name) {
            Some(PaintedXObject::Form(form)) if depth < FORM_DEPTH_MAX => {
                let inner = inside(&form, state);
                let scope = ResourceScope::form(self.page, form.id);
                self.run(&form.content.unwrap_or_default(), scope, inner, off, depth + 1);
            }
            Some(PaintedXObject::Form(_)) => self.too_much = true,
            Some(PaintedXObject::Image) if !off => {
                let colour = self.picture_colour(scope, name);
                self.image(colour, state);
            }
            _ => {}
        }
    }

    /// A picture's colour, if it is small and of one colour only.
    fn picture_colour(&self, scope: ResourceScope, name: &[u8]) -> Colour {
        let Some(objects) = self.objects else {
            return Colour::PATTERN;
        };
        let small = objects.is_small_image(scope, name);
        let picture = small.then(|| self.backend.image_xobject(scope, name)).flatten();
        Colour {
            rgb: picture.and_then(|picture| only_colour(&picture)),
            solid: objects.is_solid_image(scope, name),
        }
    }

    fn show(
        &mut self,
        operation: &ContentOp,
        scope: ResourceScope,
        state: &State,
        off: bool,
        text: &mut Matrix,
    ) {
        let strings: &[PdfValue] = match operation.operands.last() {
            Some(PdfValue::Array(pieces)) => pieces,
            Some(_) => &operation.operands[operation.operands.len() - 1..],
            None => &[],
        };
        for piece in strings {
            let step = match piece {
                PdfValue::Str(bytes) => self.piece(bytes, scope, state, off, *text),
                other => -number(other).unwrap_or(0.0) / 1000.0 * state.size * state.stretch,
            };
            *text = multiply([1.0, 0.0, 0.0, 1.0, step, 0.0], *text);
        }
    }

    /// One string; gives how far it moves the place of the next letter.
    fn piece(&mut self, bytes: &[u8], scope: ResourceScope, state: &State, off: bool, text: Matrix) -> f32 {
        let said = self.backend.decode_text(scope, &state.font, bytes).text;
        let advances = self.backend.glyph_advances(scope, &state.font, bytes);
        let widths: Vec<f32> = match advances {
            Some(advances) => advances
                .iter()
                .map(|glyph| {
                    let space = if glyph.is_word_space {
                        state.word_space
                    } else {
                        0.0
                    };
                    (glyph.width / 1000.0 * state.size + state.letter_space + space) * state.stretch
                })
                .collect(),
            None => vec![0.5 * state.size * state.stretch; said.chars().count()],
        };
        let width: f32 = widths.iter().sum();
        if self.runs.len() >= RUNS_MAX {
            self.too_much = true;
            return width;
        }
        let place = multiply(text, state.ctm);
        let [x, y] = apply(place, [0.0, state.rise]);
        let up: Point = [place[2] * state.size, place[3] * state.size];
        let height = up[0].hypot(up[1]);
        let stretch = state.stretch.abs() * place[0].hypot(place[1]) * state.size.abs();
        let fill = Some((state.fill, state.fill_opacity()));
        let stroke = Some((state.stroke, state.stroke_opacity()));
        let run = Run {
            middles: middles(&widths, width, said.chars().count()),
            text: said,
            start: [x, y],
            along: [place[0] * width, place[1] * width],
            up,
            clip: state.clip,
            paints: match state.mode {
                0 | 4 => [fill, None],
                1 | 5 => [None, stroke],
                2 | 6 => [fill, stroke],
                _ => [None, None],
            },
            is_clip: state.mode == 7,
            unseen: off || height <= FONT_POINTS_MAX || stretch < STRETCH_MIN * height,
            after: self.marks.count(),
        };
        self.runs.push(run);
        width
    }

    /// Look at every run now that everything is painted.
    fn judge(mut self, scan: bool) -> Looked {
        let mut looked = Looked::default();
        let (mut hidden, mut shown) = (Lines::default(), Lines::default());
        for run in &self.runs {
            let seen = self.marks.look_at(run, scan);
            for ((c, seen), middle) in run.text.chars().zip(seen).zip(&run.middles) {
                let here = [
                    run.start[0] + middle * run.along[0],
                    run.start[1] + middle * run.along[1],
                ];
                match seen {
                    Seen::Shown => {
                        if !c.is_whitespace() {
                            looked.shown.push(c);
                        }
                        shown.say(here, run.height(), c);
                    }
                    Seen::Recognised => looked.recognised = true,
                    Seen::Hidden => hidden.say(here, run.height(), c),
                }
                hidden.follows = seen == Seen::Hidden;
                shown.follows = seen == Seen::Shown;
            }
            let end = [run.start[0] + run.along[0], run.start[1] + run.along[1]];
            hidden.end_run(end);
            shown.end_run(end);
        }
        looked.hidden = hidden.texts();
        shown.sort();
        looked.lines = shown.texts();
        looked.too_much = self.too_much || self.marks.too_many;
        looked
    }
}

/// Characters gathered into the lines they stand in.
#[derive(Default)]
struct Lines {
    lines: Vec<DrawnLine>,
    /// Whether the next character stands right behind the last one.
    follows: bool,
}

struct DrawnLine {
    start: Point,
    end: Point,
    height: f32,
    text: String,
}

impl Lines {
    fn say(&mut self, here: Point, height: f32, c: char) {
        match self.lines.last_mut() {
            Some(line) if self.follows => {
                line.text.push(c);
                line.end = here;
            }
            Some(line) if (line.end[1] - here[1]).abs() < 0.5 && here[0] >= line.end[0] => {
                // A character's middle is about half its width behind the end of the one before.
                let wide = here[0] - line.end[0] > (SPACE_MIN + 0.3) * line.height.max(1.0);
                if wide && !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
                line.text.push(c);
                line.end = here;
            }
            _ => self.lines.push(DrawnLine {
                start: here,
                end: here,
                height,
                text: c.to_string(),
            }),
        }
    }

    /// The run of text ends here, after the middle of its last character.
    fn end_run(&mut self, end: Point) {
        if let (true, Some(line)) = (self.follows, self.lines.last_mut()) {
            line.end = end;
        }
        self.follows = false;
    }

    /// From top to bottom, without what is printed twice at one place to look bold or cast a shadow.
    fn sort(&mut self) {
        self.lines
            .sort_by(|one, other| other.start[1].total_cmp(&one.start[1]));
        self.lines.dedup_by(|one, other| {
            let near = |axis: usize| (one.start[axis] - other.start[axis]).abs() < SHADOW_POINTS_MAX;
            one.text == other.text && near(0) && near(1)
        });
    }

    fn texts(self) -> Vec<String> {
        let texts = self.lines.into_iter().map(|line| line.text);
        texts.filter(|text| !text.trim().is_empty()).collect()
    }
}
