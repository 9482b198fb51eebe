//! Text into HTML and Markdown so that it stays text, whatever is in it.

/// Text for an HTML element's content or a quoted attribute.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Bidi overrides can make a page read otherwise than its bytes; controls have no place in HTML.
            letter if is_deceptive(letter) => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Text for a line of Markdown (CommonMark), so that no part of it becomes markup.
pub fn markdown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len() + line.len() / 8);
    for (place, letter) in line.char_indices() {
        if is_deceptive(letter) {
            continue;
        }
        if "\\`*_{}[]<>#|~&!$:".contains(letter) || (begins_list(&line, place, letter)) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Whether a character at the start of a line would make it a list, a heading's underline or a rule.
fn begins_list(line: &str, place: usize, letter: char) -> bool {
    let before = line.get(..place).unwrap_or_default();
    match letter {
        '-' | '+' | '=' => before.is_empty(),
        '.' | ')' => !before.is_empty() && before.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// Characters that show nothing and change how the rest is read.
fn is_deceptive(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
        || (letter.is_control() && letter != '\n' && letter != '\t')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_becomes_text() {
        let hostile = "<script>alert('x')</script> & \"q\"";
        assert_eq!(
            html(hostile),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"
        );
        assert_eq!(markdown("# no heading"), "\\# no heading");
        assert_eq!(markdown("1. no list"), "1\\. no list");
        assert_eq!(markdown("[x](http://y)"), "\\[x\\](http\\://y)");
        assert_eq!(html("a\u{202e}b"), "ab");
    }

    /// What a CommonMark reader shows of a text.
    fn shown(source: &str) -> (String, bool) {
        use pulldown_cmark::{Event, Parser, Tag};
        let (mut text, mut plain) = (String::new(), true);
        for event in Parser::new(source) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                Event::SoftBreak => text.push(' '),
                _ => plain = false,
            }
        }
        (text, plain)
    }

    proptest! {
        #[test]
        fn markdown_shows_the_text_and_nothing_else(
            text in "[a-zA-Z0-9 .,()\\[\\]<>#*_`~!$&|+=:/\\-\\\\\"']{1,60}"
        ) {
            let wanted = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(!wanted.is_empty());
            let (read, plain) = shown(&markdown(&text));
            prop_assert_eq!(read, wanted);
            prop_assert!(plain, "markup came out of {:?}", text);
        }

        #[test]
        fn html_leaves_no_markup(text in "\\PC{0,80}") {
            let escaped = html(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
        }
    }
}
