//! What a page paints, in order, and whether a piece of text among it is seen.

use super::inks::{Blend, Colour};
use super::state::{Area, Point};
use crate::corpus::colours::Rgb;

/// Opacity from which on nothing below is seen, and up to which nothing is seen at all.
const OPAQUE_MIN: f32 = 0.95;
const CLEAR_MAX: f32 = 0.05;
/// More marks on a page are not looked at; those thinner than a stroke of a letter count for nothing anyway.
const MARKS_MAX: usize = 20_000;
const THICKNESS_MIN: f32 = 2.0;
/// So often a mark is compared with a piece of text on one page; more is not looked at.
const LOOKS_MAX: usize = 40_000_000;
/// Where between the line and the top of its letters a letter is looked at, in parts of the type size.
const EYE_HEIGHT: f32 = 0.3;

/// A painted area.
pub(super) struct Mark {
    pub shape: Shape,
    pub clip: Area,
    pub colour: Colour,
    pub opacity: f32,
    pub blend: Blend,
    pub is_image: bool,
}

pub(super) enum Shape {
    Area(Area),
    /// Outlines with the rule by which their inside is told; the area is around all of them.
    Outlines(Area, Vec<Vec<Point>>, bool),
}

impl Shape {
    fn area(&self) -> Area {
        match self {
            Self::Area(area) | Self::Outlines(area, _, _) => *area,
        }
    }
}

impl Mark {
    fn area(&self) -> Area {
        self.shape.area().within(self.clip)
    }

    fn holds(&self, point: Point) -> bool {
        self.area().holds(point)
            && match &self.shape {
                Shape::Area(_) => true,
                Shape::Outlines(_, outlines, even_odd) => is_inside(outlines, *even_odd, point),
            }
    }

    /// Whether nothing of what is below remains.
    fn covers(&self) -> bool {
        self.colour.solid && self.opacity >= OPAQUE_MIN && self.blend == Blend::Over
    }

    /// The colour that this mark makes of the one below.
    fn over(&self, below: Option<Rgb>) -> Option<Rgb> {
        match (self.colour.rgb, below, self.blend) {
            (Some(rgb), _, Blend::Over) if self.covers() => Some(rgb),
            (Some(rgb), Some(below), Blend::Over) => Some(rgb.over(below, self.opacity)),
            (Some(rgb), Some(below), Blend::Through) => Some(below.through(rgb).over(below, self.opacity)),
            _ => None,
        }
    }
}

/// Whether a point is inside of outlines: by the number of times they go around it, or cross the way out.
fn is_inside(outlines: &[Vec<Point>], even_odd: bool, [x, y]: Point) -> bool {
    let mut turns = 0i32;
    let mut crossings = 0usize;
    for outline in outlines {
        for (place, [x1, y1]) in outline.iter().enumerate() {
            let [x2, y2] = outline[(place + 1) % outline.len()];
            if (*y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1) {
                crossings += 1;
                turns += if y2 > *y1 { 1 } else { -1 };
            }
        }
    }
    if even_odd { crossings % 2 == 1 } else { turns != 0 }
}

/// A piece of text on one line, in one colour.
pub(super) struct Run {
    pub text: String,
    /// Where each character's middle is, as a share of the whole width.
    pub middles: Vec<f32>,
    pub start: Point,
    /// From its start to its end.
    pub along: Point,
    /// From the line to the height of its type.
    pub up: Point,
    pub clip: Area,
    /// What its letters are filled and drawn with, each with its opacity; neither for invisible text.
    pub paints: [Option<(Colour, f32)>; 2],
    /// It only lets through what is painted after it.
    pub is_clip: bool,
    /// Switched off, or too small, whatever is around it.
    pub unseen: bool,
    /// How many marks were painted before it.
    pub after: usize,
}

impl Run {
    fn at(&self, share: f32) -> Point {
        std::array::from_fn(|axis| self.start[axis] + share * self.along[axis] + EYE_HEIGHT * self.up[axis])
    }

    fn area(&self) -> Option<Area> {
        Area::around([self.at(0.0), self.at(1.0)])
    }

    pub fn height(&self) -> f32 {
        self.up[0].hypot(self.up[1])
    }
}

/// Everything a page paints.
#[derive(Default)]
pub(super) struct Marks {
    marks: Vec<Mark>,
    looks: usize,
    /// There was more than is looked at.
    pub too_many: bool,
}

/// What became of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Shown,
    Hidden,
    /// On a scanned page, as a machine's reading of the picture that is seen instead.
    Recognised,
}

impl Marks {
    pub fn count(&self) -> usize {
        self.marks.len()
    }

    pub fn add(&mut self, mark: Mark) {
        if mark.area().thickness() < THICKNESS_MIN || mark.opacity <= CLEAR_MAX {
            return;
        }
        if self.marks.len() < MARKS_MAX {
            self.marks.push(mark);
        } else {
            self.too_many = true;
        }
    }

    /// For each character of a run, whether it is seen.
    pub fn look_at(&mut self, run: &Run, scan: bool) -> Vec<Seen> {
        let count = run.middles.len();
        self.looks += self.marks.len();
        let Some(area) = run.area().filter(|_| !run.unseen) else {
            return vec![Seen::Hidden; count];
        };
        if self.looks > LOOKS_MAX {
            self.too_many = true;
            return vec![Seen::Shown; count];
        }
        let near: Vec<(usize, &Mark)> = self
            .marks
            .iter()
            .enumerate()
            .filter(|(_, mark)| mark.area().touches(area))
            .collect();
        let whole = run.clip.wider_by(1.0).holds_all_of(area)
            && near
                .iter()
                .all(|(_, mark)| matches!(mark.shape, Shape::Area(_)) && mark.area().holds_all_of(area));
        if whole {
            return vec![seen(run, run.at(0.5), &near, scan); count];
        }
        run.middles
            .iter()
            .map(|middle| seen(run, run.at(*middle), &near, scan))
            .collect()
    }
}

fn seen(run: &Run, point: Point, near: &[(usize, &Mark)], scan: bool) -> Seen {
    if !run.clip.wider_by(1.0).holds(point) {
        return Seen::Hidden;
    }
    let here = || near.iter().filter(|(_, mark)| mark.holds(point));
    let hidden = if scan && here().any(|(_, mark)| mark.is_image) {
        Seen::Recognised
    } else {
        Seen::Hidden
    };
    let after = || {
        here()
            .filter(|(place, _)| *place >= run.after)
            .map(|(_, mark)| mark)
    };
    if run.is_clip {
        return if after().next().is_some() {
            Seen::Shown
        } else {
            hidden
        };
    }
    if after().any(|mark| mark.covers()) {
        return hidden;
    }
    let mut ground = Some(Rgb::WHITE);
    for (_, mark) in here().filter(|(place, _)| *place < run.after) {
        ground = mark.over(ground);
    }
    let through = |colour: Option<Rgb>| after().fold(colour, |below, mark| mark.over(below));
    let shows = |(colour, opacity): (Colour, f32)| {
        if opacity <= CLEAR_MAX {
            return false;
        }
        let letters = match (colour.rgb, ground) {
            (Some(rgb), Some(ground)) => Some(rgb.over(ground, opacity)),
            (rgb, _) => rgb.filter(|_| opacity >= OPAQUE_MIN),
        };
        !matches!((through(letters), through(ground)), (Some(letters), Some(ground)) if letters.merges_with(ground))
    };
    if run.paints.iter().flatten().any(|paint| shows(*paint)) {
        Seen::Shown
    } else {
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Area = Area([0.0, 0.0, 600.0, 800.0]);

    fn plain(level: f32) -> Colour {
        Colour::plain(Rgb::new(level, level, level))
    }

    fn mark(area: [f32; 4], colour: Colour) -> Mark {
        Mark {
            shape: Shape::Area(Area(area)),
            clip: PAGE,
            colour,
            opacity: 1.0,
            blend: Blend::Over,
            is_image: false,
        }
    }

    /// Four characters from 100 to 140, written in this colour after so many marks.
    fn run(colour: Colour, after: usize) -> Run {
        Run {
            text: "text".to_owned(),
            middles: vec![0.125, 0.375, 0.625, 0.875],
            start: [100.0, 100.0],
            along: [40.0, 0.0],
            up: [0.0, 12.0],
            clip: PAGE,
            paints: [Some((colour, 1.0)), None],
            is_clip: false,
            unseen: false,
            after,
        }
    }

    fn seen(run: &Run, given: Vec<Mark>, scan: bool) -> String {
        let mut marks = Marks::default();
        given.into_iter().for_each(|mark| marks.add(mark));
        let sign = |seen: Seen| match seen {
            Seen::Shown => '+',
            Seen::Hidden => '-',
            Seen::Recognised => '?',
        };
        marks.look_at(run, scan).into_iter().map(sign).collect()
    }

    #[test]
    fn what_is_painted_before_and_after_decides() {
        let around = [90.0, 90.0, 200.0, 120.0];
        let half = [90.0, 90.0, 120.0, 120.0];
        let black = plain(0.0);
        let white = plain(1.0);
        let outlines = |even_odd| Mark {
            shape: Shape::Outlines(
                Area([0.0, 0.0, 300.0, 300.0]),
                vec![
                    vec![[0.0, 0.0], [300.0, 0.0], [300.0, 300.0], [0.0, 300.0]],
                    vec![[50.0, 50.0], [250.0, 50.0], [250.0, 250.0], [50.0, 250.0]],
                ],
                even_odd,
            ),
            ..mark(around, black)
        };
        let clear = Mark {
            opacity: 0.3,
            ..mark(around, white)
        };
        let marker = Mark {
            blend: Blend::Through,
            ..mark(around, plain(0.8))
        };
        let picture = |solid| Mark {
            is_image: true,
            ..mark(around, Colour { rgb: None, solid })
        };
        let cases = [
            ("black on paper", run(black, 0), vec![], "++++"),
            ("white on paper", run(white, 0), vec![], "----"),
            ("white on black", run(white, 1), vec![mark(around, black)], "++++"),
            (
                "white half on black",
                run(white, 1),
                vec![mark(half, black)],
                "++--",
            ),
            ("black on black", run(black, 1), vec![mark(around, black)], "----"),
            ("covered", run(black, 0), vec![mark(around, plain(0.7))], "----"),
            ("half covered", run(black, 0), vec![mark(half, white)], "--++"),
            ("under a veil", run(black, 0), vec![clear], "++++"),
            ("under a marker", run(black, 0), vec![marker], "++++"),
            ("white on a picture", run(white, 1), vec![picture(true)], "++++"),
            ("under a picture", run(black, 0), vec![picture(true)], "----"),
            (
                "under a picture with holes",
                run(black, 0),
                vec![picture(false)],
                "++++",
            ),
            ("in a frame", run(black, 0), vec![outlines(true)], "++++"),
            (
                "under both of its areas",
                run(black, 0),
                vec![outlines(false)],
                "----",
            ),
        ];
        for (name, run, marks, wanted) in cases {
            assert_eq!(seen(&run, marks, false), wanted, "{name}");
        }
    }

    #[test]
    fn on_a_scan_what_the_picture_shows_is_recognised_and_the_rest_is_hidden() {
        let picture = || Mark {
            is_image: true,
            ..mark(
                [0.0, 0.0, 120.0, 800.0],
                Colour {
                    rgb: None,
                    solid: true,
                },
            )
        };
        let invisible = Run {
            paints: [None, None],
            ..run(plain(0.0), 1)
        };
        assert_eq!(seen(&invisible, vec![picture()], true), "??--");
        assert_eq!(seen(&invisible, vec![picture()], false), "----");
        assert_eq!(seen(&run(plain(0.0), 0), vec![picture()], true), "??++");
    }

    #[test]
    fn text_outside_the_clip_or_switched_off_is_hidden() {
        let cut = Run {
            clip: Area([0.0, 0.0, 119.0, 800.0]),
            ..run(plain(0.0), 0)
        };
        assert_eq!(seen(&cut, vec![], false), "++--");
        let off = Run {
            unseen: true,
            ..run(plain(0.0), 0)
        };
        assert_eq!(seen(&off, vec![], false), "----");
        let letters_as_clip = || Run {
            is_clip: true,
            paints: [None, None],
            ..run(plain(0.0), 0)
        };
        assert_eq!(seen(&letters_as_clip(), vec![], false), "----");
        let photo = mark([90.0, 90.0, 200.0, 120.0], Colour::PATTERN);
        assert_eq!(seen(&letters_as_clip(), vec![photo], false), "++++");
    }
}
