//! Where a paragraph's lines end on purpose: items of a list whose bullets are drawn, not written.
//!
//! The library joins lines that follow each other closely. A line that stops although the next word would still
//! have fitted was ended by its writer, so the paragraph is parted there again.

use unpdf::parser::TextSpan;

/// Two spans stand on one line if their baselines differ by less than this part of the type size.
const SAME_LINE_EMS: f32 = 0.4;
/// Room beyond the next word that must have been free: justified and ragged lines vary by about this much.
const SLACK_EMS: f32 = 1.5;
/// A list stands this far to the right of its lead-in.
const INDENT_EMS: f32 = 0.5;
/// A gap this much wider than is usual on the page parts two lines.
const WIDE_GAP: f32 = 1.6;

/// One printed line of a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its letters without white space.
    letters: String,
    first_word_chars: usize,
    left: f32,
    right: f32,
    y: f32,
    size: f32,
}

/// The spans of a page as printed lines, in the order they are drawn.
pub(super) fn lines(spans: &[TextSpan]) -> Vec<Line> {
    let mut lines: Vec<(Line, String)> = Vec::new();
    for span in spans
        .iter()
        .filter(|span| !span.text.trim().is_empty() && !span.is_rotated())
    {
        let right = span.x + span.width;
        match lines.last_mut() {
            Some((line, text)) if goes_on(line, span) => {
                if span.x - line.right > 0.15 * span.font_size {
                    text.push(' ');
                }
                text.push_str(&span.text);
                line.right = line.right.max(right);
            }
            _ => {
                let line = Line {
                    letters: String::new(),
                    first_word_chars: 0,
                    left: span.x,
                    right,
                    y: span.y,
                    size: span.font_size,
                };
                lines.push((line, span.text.clone()));
            }
        }
    }
    lines
        .into_iter()
        .map(|(line, text)| Line {
            letters: without_space(&text),
            first_word_chars: text
                .split_whitespace()
                .next()
                .map_or(0, |word| word.chars().count()),
            ..line
        })
        .collect()
}

fn goes_on(line: &Line, span: &TextSpan) -> bool {
    (span.y - line.y).abs() < SAME_LINE_EMS * span.font_size && span.x > line.right - span.font_size
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The paragraph parted where its lines end on purpose; whole if its lines cannot be found on the page.
pub(super) fn part<'t>(paragraph: &'t str, page: &[Line]) -> Vec<&'t str> {
    let own = match lines_of(paragraph, page) {
        Some(own) if own.len() > 1 => own,
        _ => return vec![paragraph],
    };
    let margin = page.iter().map(|line| line.right).fold(f32::MIN, f32::max);
    let in_columns = own.iter().all(|line| line.right < 0.6 * margin);
    let edge = if in_columns {
        own.iter().map(|line| line.right).fold(f32::MIN, f32::max)
    } else {
        margin
    };
    let pitch = usual_pitch(page);
    let mut ends = Vec::new();
    let mut letters = 0;
    for pair in own.windows(2) {
        letters += pair[0].letters.chars().count();
        let list_begins =
            pair[0].letters.ends_with(':') && pair[1].left > pair[0].left + INDENT_EMS * pair[0].size;
        if list_begins
            || fits_one_more(pair[0], pair[1], edge)
            || gap(pair[0], pair[1]) > WIDE_GAP * pitch.max(1.1 * pair[0].size)
        {
            ends.push(letters);
        }
    }
    cut(paragraph, &ends)
}

fn gap(line: &Line, next: &Line) -> f32 {
    (line.y - next.y).abs()
}

/// The middle one of the distances between lines of the page that follow each other downwards.
fn usual_pitch(page: &[Line]) -> f32 {
    let mut gaps: Vec<f32> = page
        .windows(2)
        .filter(|pair| pair[0].y > pair[1].y)
        .map(|pair| gap(&pair[0], &pair[1]))
        .collect();
    gaps.sort_by(f32::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(0.0)
}

/// Whether the first word of `next` would have fitted at the end of `line`.
fn fits_one_more(line: &Line, next: &Line, edge: f32) -> bool {
    let char_width = (next.right - next.left) / next.letters.chars().count().max(1) as f32;
    let word = next.first_word_chars as f32 * char_width;
    line.right + word + SLACK_EMS * line.size < edge
}

/// The printed lines that make up the paragraph, one after the other.
fn lines_of<'p>(paragraph: &str, page: &'p [Line]) -> Option<Vec<&'p Line>> {
    let letters = without_space(paragraph);
    let mut rest = letters.as_str();
    let mut own: Vec<&Line> = Vec::new();
    let mut after = 0;
    while !rest.is_empty() {
        let starts = |line: &Line| !line.letters.is_empty() && rest.starts_with(line.letters.as_str());
        let place = match own.is_empty() {
            // The first line may be anywhere; the longest that fits is the least likely to be a chance match.
            true => (0..page.len())
                .filter(|at| starts(&page[*at]))
                .max_by_key(|at| page[*at].letters.len())?,
            false => (after..page.len()).find(|at| starts(&page[*at]))?,
        };
        let line = &page[place];
        rest = &rest[line.letters.len()..];
        own.push(line);
        after = place + 1;
    }
    Some(own)
}

/// Cut `text` after so many letters each.
fn cut<'t>(text: &'t str, ends: &[usize]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut ends = ends.iter().peekable();
    for (letters, (at, _)) in text
        .char_indices()
        .filter(|(_, c)| !c.is_whitespace())
        .enumerate()
    {
        if ends.next_if(|end| **end == letters).is_some() {
            parts.push(text[start..at].trim());
            start = at;
        }
    }
    parts.push(text[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str, x: f32, y: f32) -> TextSpan {
        let mut span = TextSpan::new(text.to_owned(), x, y, 10.0, "Body".to_owned());
        span.width = text.chars().count() as f32 * 5.0;
        span
    }

    #[test]
    fn a_list_without_bullets_is_parted_and_prose_is_not() {
        let spans = [
            span("A full line of prose that reaches the right edge", 50.0, 700.0),
            span("and then goes on to its end. Students shall:", 50.0, 688.0),
            span("keep passwords secret", 60.0, 676.0),
            span("give credit", 60.0, 664.0),
        ];
        let page = lines(&spans);
        let paragraph = "A full line of prose that reaches the right edge and then goes on to its end. Students \
                         shall: keep passwords secret give credit";
        let parts = part(paragraph, &page);
        assert_eq!(
            parts,
            [
                "A full line of prose that reaches the right edge and then goes on to its end. Students shall:",
                "keep passwords secret",
                "give credit"
            ]
        );
    }

    #[test]
    fn text_that_is_not_on_the_page_stays_whole() {
        assert_eq!(
            part("Elsewhere entirely", &lines(&[span("Here", 0.0, 0.0)])),
            ["Elsewhere entirely"]
        );
    }

    #[test]
    fn a_wide_gap_parts_a_running_head_from_the_text() {
        let page = lines(&[
            span("Board Policy 6.7 and more of the head line", 50.0, 760.0),
            span("break the law, and so on, to the same edge", 50.0, 730.0),
            span("and then a third line, which is about as long", 50.0, 718.0),
            span("and a fourth.", 50.0, 706.0),
        ]);
        let parts = part(
            "Board Policy 6.7 and more of the head line break the law, and so on, to the same edge and then a \
             third line, which is about as long and a fourth.",
            &page,
        );
        assert_eq!(parts.len(), 2);
        assert!(parts[1].starts_with("break the law"));
    }
}
