//! Raw HTML inside Markdown. Its tags are not text, and what they take out of sight is not text either.

use crate::corpus::formats::html;

/// More open elements than this are no document; those beyond count as hiding nothing of their own.
const OPEN_MAX: usize = 400;

/// The elements that are open, from the outermost.
#[derive(Default)]
pub(super) struct OpenTags(Vec<Open>);

struct Open {
    name: String,
    hides: bool,
    /// It stands in a line of text and so ends with its block, whether it is closed or not.
    inline: bool,
}

impl OpenTags {
    /// Whether something that is open hides what follows.
    pub fn hide(&self) -> bool {
        self.0.iter().any(|open| open.hides)
    }

    /// Follow a piece of HTML; gives the text in it that is not shown.
    pub fn take(&mut self, html: &str, inline: bool) -> String {
        let mut unseen = String::new();
        let mut rest = html;
        while let Some((text, after)) = rest.split_once('<') {
            self.say(text, &mut unseen);
            if let Some(comment) = after.strip_prefix("!--") {
                // Comments are told by themselves.
                rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
                continue;
            }
            let end = tag_end(after);
            self.tag(&after[..end], inline);
            rest = after.get(end + 1..).unwrap_or_default();
        }
        self.say(rest, &mut unseen);
        unseen
    }

    /// The block ends, and with it what was opened in its lines.
    pub fn end_block(&mut self) {
        self.0.retain(|open| !open.inline);
    }

    fn say(&self, text: &str, unseen: &mut String) {
        if self.hide() {
            unseen.push_str(text);
        }
    }

    fn tag(&mut self, tag: &str, inline: bool) {
        if let Some(name) = tag.strip_prefix('/') {
            let name = name.trim().to_lowercase();
            if let Some(at) = self.0.iter().rposition(|open| open.name == name) {
                self.0.truncate(at);
            }
            return;
        }
        let name: String = tag
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect::<String>()
            .to_lowercase();
        if name.is_empty() || is_void(&name) || self.0.len() >= OPEN_MAX {
            return;
        }
        let plain = tag.len() == name.len();
        let hides = is_no_text(&name) || (!plain && html::tag_hides(&format!("<{tag}>")));
        self.0.push(Open { name, hides, inline });
    }
}

/// Where a tag ends, quoted values passed over.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose words a browser never shows.
fn is_no_text(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "template" | "noscript" | "head" | "title"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tags_hide_is_told_and_the_rest_is_not() {
        let cases = [
            ("<div style=\"display:none\">hidden</div>shown", "hidden"),
            ("<div hidden><p>one</p>two</div>", "onetwo"),
            ("<p title='a > b' style='opacity:0'>hidden</p>", "hidden"),
            ("<span style=\"color:navy\">shown</span>", ""),
            ("<!-- <div hidden> -->shown", ""),
            ("<br hidden>shown", ""),
            ("shown</div></p>", ""),
            ("<div hidden", ""),
        ];
        for (html, wanted) in cases {
            assert_eq!(OpenTags::default().take(html, false), wanted, "{html}");
        }
    }

    #[test]
    fn what_is_opened_in_a_line_ends_with_its_block() {
        let mut tags = OpenTags::default();
        tags.take("<div>", false);
        tags.take("<span style='font-size:0'>", true);
        assert!(tags.hide());
        tags.end_block();
        assert!(!tags.hide());
    }
}
