//! The original as it can be shown beside its text: markup that we write ourselves from what a file holds.
//!
//! It is a second, simpler reading of the file. Nothing is left out because a style hides it, nothing runs and nothing is
//! fetched. What stands in it is also what the figure check ([`super::figures`]) holds the extracted text against.

use serde::{Deserialize, Serialize};

use super::figures::OriginalPage;

/// Sentences look for their place this many pieces ahead before they look through all.
const NEAR_PIECES: usize = 400;
/// A table's row has its sentence's cells but not the names of its columns, so this share of its words will do.
const WORDS_SHARE_MIN: f32 = 0.6;
/// Looking for a sentence word by word in all of a long file is not worth it for more sentences than this.
const FAR_SEARCHES_MAX: usize = 100;

/// A file's content in pieces: paragraphs, items, headings, rows. Put together they are one HTML body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rendition {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Piece {
    /// Markup up to where its content begins.
    open: String,
    /// Its content and what follows up to the next piece, as markup.
    inside: String,
    /// The words that a reader of the file takes as its text: no deletions, no comments.
    text: String,
    /// The slide it is on.
    page: Option<u32>,
}

/// What somebody did to a stretch of text, or what keeps readers from seeing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Inserted,
    Deleted,
    /// The file says not to show it.
    Unseen,
}

impl Rendition {
    /// The body as HTML; before the piece that holds sentence `n` of `sentences`, counted from 0, stands an anchor `s{n}`.
    pub fn html(&self, sentences: &[&str]) -> String {
        let mut anchors: Vec<String> = vec![String::new(); self.pieces.len()];
        for (number, place) in self.places(sentences).into_iter().enumerate() {
            if let Some(anchor) = place.and_then(|place| anchors.get_mut(place)) {
                anchor.push_str(&format!("<a id=\"s{number}\"></a>"));
            }
        }
        let mut html = String::new();
        for (piece, anchors) in self.pieces.iter().zip(anchors) {
            html.push_str(&piece.open);
            html.push_str(&anchors);
            html.push_str(&piece.inside);
        }
        html
    }

    /// The piece that each sentence comes from. Both are in the file's order, so each is first looked for where the one
    /// before it was found.
    fn places(&self, sentences: &[&str]) -> Vec<Option<usize>> {
        let letters: Vec<String> = self.pieces.iter().map(|piece| letters(&piece.text)).collect();
        let mut at = 0;
        let mut far_left = FAR_SEARCHES_MAX;
        let mut places = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let wanted = self::letters(sentence);
            let whole = |place: &usize| letters[*place].contains(&wanted);
            let near = at..letters.len().min(at + NEAR_PIECES);
            let mut place = near.clone().find(whole);
            if place.is_none() {
                place = self.most_words(sentence, near);
            }
            if place.is_none() && far_left > 0 {
                far_left -= 1;
                place = (0..letters.len()).find(whole);
            }
            if let Some(found) = place {
                at = found;
            }
            places.push(place.filter(|_| !wanted.is_empty()));
        }
        places
    }

    /// The first piece among `near` most of whose words the sentence has, in no order: a row of a table.
    fn most_words(&self, sentence: &str, near: std::ops::Range<usize>) -> Option<usize> {
        let said: std::collections::HashSet<String> = words(sentence).collect();
        near.filter(|place| {
            let own: Vec<String> = words(&self.pieces[*place].text).collect();
            let shared = own.iter().filter(|word| said.contains(*word)).count();
            own.len() > 1
                && shared as f32 >= WORDS_SHARE_MIN * own.len() as f32
                && shared as f32 >= 0.3 * said.len() as f32
        })
        .max_by_key(|place| {
            let shared = words(&self.pieces[*place].text)
                .filter(|word| said.contains(word))
                .count();
            (shared, std::cmp::Reverse(*place))
        })
    }

    /// The words for the figure check, page by page.
    pub(super) fn original(&self) -> Vec<OriginalPage> {
        let mut pages: Vec<OriginalPage> = Vec::new();
        for piece in self.pieces.iter().filter(|piece| !piece.text.trim().is_empty()) {
            match pages.last_mut() {
                Some(last) if last.page == piece.page => last.lines.push(piece.text.clone()),
                _ => pages.push(OriginalPage {
                    page: piece.page,
                    lines: vec![piece.text.clone()],
                }),
            }
        }
        pages
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Writes a rendition. Text goes through [`Writer::say`] and is escaped there; markup is always our own.
#[derive(Default)]
pub(super) struct Writer {
    rendition: Rendition,
    /// Opened elements that no piece has begun in yet.
    opened: String,
    page: Option<u32>,
}

impl Writer {
    pub fn set_page(&mut self, page: u32) {
        self.page = Some(page);
    }

    /// Open an element around pieces: a table, a list.
    pub fn open(&mut self, markup: &str) {
        self.opened.push_str(markup);
    }

    /// Begin a piece.
    pub fn begin(&mut self, markup: &str) {
        let mut open = std::mem::take(&mut self.opened);
        open.push_str(markup);
        self.rendition.pieces.push(Piece {
            open,
            page: self.page,
            ..Piece::default()
        });
    }

    /// Markup inside the piece, or the end of it.
    pub fn markup(&mut self, markup: &str) {
        let opened = std::mem::take(&mut self.opened);
        let last = self.last();
        last.inside.push_str(&opened);
        last.inside.push_str(markup);
    }

    /// Text of the piece.
    pub fn say(&mut self, text: &str) {
        if !self.opened.is_empty() {
            self.markup("");
        }
        let last = self.last();
        last.text.push_str(text);
        push_escaped(&mut last.inside, text);
    }

    /// Text with a mark. What is deleted is shown and is no text.
    pub fn say_marked(&mut self, mark: Mark, by: Option<&str>, text: &str) {
        if text.is_empty() {
            return;
        }
        let (tag, class, how) = match mark {
            Mark::Inserted => ("ins", "", "Inserted, not accepted yet"),
            Mark::Deleted => ("del", "", "Deleted, not accepted yet"),
            Mark::Unseen => ("span", " class=\"unseen\"", "The file does not show this"),
        };
        let by = by.map_or(String::new(), |by| format!(", by {by}"));
        let mut title = String::new();
        push_escaped(&mut title, &format!("{how}{by}"));
        self.markup(&format!("<{tag}{class} title=\"{title}\">"));
        if mark == Mark::Deleted {
            self.aside(text);
        } else {
            self.say(text);
        }
        self.markup(&format!("</{tag}>"));
    }

    /// Words that are shown and are none of the file's text: a comment, a number that the program gives.
    pub fn aside(&mut self, text: &str) {
        if !self.opened.is_empty() {
            self.markup("");
        }
        push_escaped(&mut self.last().inside, text);
    }

    /// Parts two words of a piece that markup keeps apart.
    pub fn space(&mut self) {
        self.last().text.push(' ');
    }

    /// A piece of one element around one text.
    pub fn piece(&mut self, tag: &str, text: &str) {
        self.begin(&format!("<{tag}>"));
        self.say(text);
        self.markup(&format!("</{tag}>"));
    }

    /// Rows of cells, each row a piece.
    pub fn table<'t>(&mut self, rows: impl Iterator<Item = Vec<&'t str>>) {
        self.open("<table>");
        for row in rows.filter(|row| !row.is_empty()) {
            for (place, cell) in row.into_iter().enumerate() {
                if place == 0 {
                    self.begin("<tr><td>");
                } else {
                    self.markup("</td><td>");
                    self.space();
                }
                self.say(cell);
            }
            self.markup("</td></tr>");
        }
        self.markup("</table>");
    }

    /// Put the pieces of another format's rendition behind these.
    pub fn append(&mut self, other: Rendition) {
        self.rendition.pieces.extend(other.pieces);
    }

    pub fn finish(mut self) -> Rendition {
        if !self.opened.is_empty() {
            self.markup("");
        }
        self.rendition
    }

    fn last(&mut self) -> &mut Piece {
        if self.rendition.pieces.is_empty() {
            self.rendition.pieces.push(Piece {
                page: self.page,
                ..Piece::default()
            });
        }
        let last = self.rendition.pieces.len() - 1;
        &mut self.rendition.pieces[last]
    }
}

/// Add `text` to markup as text, also inside an attribute's quotes.
fn push_escaped(markup: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            c if c.is_control() && !c.is_whitespace() => {}
            c => markup.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_anchored_where_they_come_from() {
        let mut writer = Writer::default();
        writer.piece("h1", "Meals");
        writer.piece("p", "Lunch is free. Milk is not.");
        writer.table([vec!["Grade", "Price"], vec!["K–5", "$2.75"], vec!["6–8", "$3.10"]].into_iter());
        writer.piece("p", "Lunch is free.");
        let html = writer.finish().html(&[
            "Lunch is free.",
            "Milk is not.",
            "Grade: K–5; Price: $2.75.",
            "Grade: 6–8; Price: $3.10.",
            "Lunch is free.",
            "Nowhere at all is this said.",
        ]);
        assert_eq!(
            html,
            "<h1>Meals</h1><p><a id=\"s0\"></a><a id=\"s1\"></a>Lunch is free. Milk is not.</p>\
             <table><tr><td>Grade</td><td>Price</td></tr><tr><td><a id=\"s2\"></a>K–5</td><td>$2.75</td></tr>\
             <tr><td><a id=\"s3\"></a>6–8</td><td>$3.10</td></tr></table><p><a id=\"s4\"></a>Lunch is free.</p>"
        );
    }

    #[test]
    fn what_is_deleted_shows_and_is_no_text() {
        let mut writer = Writer::default();
        writer.begin("<p>");
        writer.say("The fee is ");
        writer.say_marked(Mark::Deleted, Some("A & \"B\""), "$45");
        writer.say_marked(Mark::Inserted, None, "$50");
        writer.markup("</p>");
        let rendition = writer.finish();
        assert_eq!(rendition.original()[0].lines, ["The fee is $50"]);
        let html = rendition.html(&[]);
        assert!(
            html.contains("<del title=\"Deleted, not accepted yet, by A &amp; &quot;B&quot;\">$45</del>"),
            "{html}"
        );
    }

    proptest! {
        /// Whatever a file says, it brings no markup of its own.
        #[test]
        fn text_is_never_markup(text in any::<String>()) {
            let mut writer = Writer::default();
            writer.piece("p", &text);
            writer.say_marked(Mark::Inserted, Some(&text), &text);
            let html = writer.finish().html(&[&text]);
            let tags: Vec<&str> = html.split('<').skip(1).map(|rest| rest.split(['>', ' ']).next().unwrap_or_default()).collect();
            prop_assert!(tags.iter().all(|tag| ["p", "/p", "ins", "/ins", "a", "/a"].contains(tag)), "{}", html);
            prop_assert_eq!(html.matches('"').count() % 2, 0);
        }
    }
}
