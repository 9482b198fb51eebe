//! Sentences, the unit of citation: a small rule-based splitter for the prose of schools and boards.
//!
//! Cutting a sentence in two is worse than leaving two together (half a rule reads like a whole one), so a
//! full stop ends a sentence only when nothing speaks against it.

use super::extracted::Span;

#[cfg(test)]
mod tests;

/// A stretch without any stop is cut at this length, so that one endless line cannot be one sentence.
const SENTENCE_BYTES_MAX: usize = 1_200;
/// A bracket that does not close within this many bytes is a stray one and shields nothing.
const BRACKET_BYTES_MAX: usize = 400;

/// Words with a stop that are always followed by the rest of their sentence.
const NEVER_LAST: &[&str] = &[
    "mr", "mrs", "ms", "mx", "prof", "rev", "hon", "sgt", "capt", "lt", "gov", "sen", "rep", "supt", "asst",
    "e.g", "i.e", "cf", "vs", "v", "viz", "approx", "incl", "al", "c/o", "attn", "tel",
];
/// Abbreviations that point at a number: `No. 5`, `Sec. 3`, `p. 12`, `Jan. 6`.
const BEFORE_NUMBER: &[&str] = &[
    "no", "nos", "sec", "secs", "art", "arts", "ch", "chap", "para", "par", "fig", "figs", "p", "pp", "vol",
    "ext", "rm", "bldg", "sub", "subd", "subsec", "app", "ex", "gr", "ord", "pt", "rte", "hwy", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "c", "cl", "stat", "reg", "regs",
];
/// Abbreviations that may or may not be last in their sentence: what follows decides.
const MAYBE_LAST: &[&str] = &[
    "dr", "st", "ave", "blvd", "rd", "ln", "ct", "pl", "hwy", "mt", "ft", "jr", "sr", "inc", "co", "corp",
    "ltd", "dept", "dist", "univ", "sch", "elem", "etc", "est", "min", "max", "mon", "tue", "tues", "wed",
    "thu", "thur", "thurs", "fri", "sat", "sun", "hr", "hrs", "lb", "lbs", "oz", "n", "s", "e", "w", "ph.d",
    "ed.d", "m.ed", "b.a", "m.a", "r.n", "et", "ed", "admin", "bd", "ste", "apt", "temp", "avg",
];
/// Words that begin sentences and hardly ever follow an abbreviation inside one.
const STARTERS: &[&str] = &[
    "a", "after", "all", "an", "and", "any", "are", "as", "at", "before", "both", "bring", "bus", "buses",
    "but", "by", "call", "can", "check", "children", "classes", "contact", "do", "doors", "drop-off",
    "during", "each", "either", "email", "every", "families", "for", "from", "he", "her", "his", "how", "if",
    "in", "is", "it", "its", "late", "lunch", "many", "most", "never", "no", "not", "on", "once", "one",
    "only", "our", "parents", "please", "pupils", "school", "schools", "see", "she", "since", "some",
    "staff", "students", "such", "tardy", "teachers", "that", "the", "their", "then", "there", "these",
    "they", "this", "those", "to", "under", "until", "upon", "we", "what", "when", "where", "while", "who",
    "with", "you", "your",
];
/// What may follow a time of day within its sentence: `8:05 a.m. Monday`, `3 p.m. Eastern`.
const AFTER_TIME: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mondays", "tuesdays",
    "wednesdays", "thursdays", "fridays", "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december", "eastern", "central", "mountain", "pacific",
    "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "et", "ct", "mt", "pt", "daily", "mon", "tue",
    "wed", "thu", "fri",
];
/// At the start of a line, `Section 504.` is the label of what follows.
const LABEL_WORDS: &[&str] = &[
    "section", "sec.", "article", "rule", "policy", "chapter", "part", "step", "regulation", "item",
];

/// The sentences of `text`, in order, without surrounding white space; together they cover every
/// character of `text` that is not white space. A line break always ends a sentence.
pub fn sentences(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let mut start = 0;
        for end in stops(line).into_iter().chain([line.len()]) {
            let piece = &line[start..end];
            match spans.last_mut() {
                // A stray quotation mark or bracket belongs to the sentence before it.
                Some(last) if start > 0 && !piece.chars().any(char::is_alphanumeric) => {
                    last.end = last.end.max(line_start + start + piece.trim_end().len());
                }
                _ => push_trimmed(text, line_start + start, line_start + end, &mut spans),
            }
            start = end;
        }
        line_start += line.len();
    }
    spans
}

/// Add the range without its white space, in pieces if it is overlong, or nothing if it is blank.
pub(super) fn push_trimmed(text: &str, start: usize, end: usize, spans: &mut Vec<Span>) {
    let piece = &text[start..end];
    let lead = piece.len() - piece.trim_start().len();
    let mut rest = piece.trim();
    let mut at = start + lead;
    while !rest.is_empty() {
        let cut = if rest.len() > SENTENCE_BYTES_MAX {
            cut_place(rest)
        } else {
            rest.len()
        };
        let (head, tail) = rest.split_at(cut);
        spans.push(Span {
            start: at,
            end: at + head.trim_end().len(),
        });
        let next = tail.trim_start();
        at += rest.len() - next.len();
        rest = next;
    }
}

/// Where to cut an overlong stretch: after a semicolon, else a comma, else at a space, else anywhere.
fn cut_place(rest: &str) -> usize {
    let mut limit = SENTENCE_BYTES_MAX;
    while !rest.is_char_boundary(limit) {
        limit -= 1;
    }
    let window = &rest[..limit];
    let after = |mark: &str| window.rfind(mark).map(|place| place + mark.len());
    after("; ")
        .or_else(|| after(", "))
        .or_else(|| after(" "))
        .filter(|cut| *cut > 1)
        .unwrap_or(limit)
}

/// The offsets in one line right after each stop that ends a sentence.
fn stops(line: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut shielded_until = 0;
    let mut sentence_start = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if matches!(c, '(' | '[') {
            shielded_until = shielded_until.max(bracket_end(line, at));
        }
        if !is_stop(c) {
            continue;
        }
        let after_stops = skip_while(line, at, is_stop);
        while chars.peek().is_some_and(|(next, _)| *next < after_stops) {
            chars.next();
        }
        let end = skip_closers(line, after_stops);
        // A stop inside brackets counts only when the bracket closes right behind it.
        if end > shielded_until && ends_sentence(line, sentence_start, at, after_stops, end) {
            ends.push(end);
            sentence_start = end;
        }
    }
    ends
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn skip_while(line: &str, from: usize, wanted: impl Fn(char) -> bool) -> usize {
    line[from..]
        .char_indices()
        .find(|(_, c)| !wanted(*c))
        .map_or(line.len(), |(offset, _)| from + offset)
}

/// Past closing quotes and brackets, and past note marks such as `[3]`.
fn skip_closers(line: &str, from: usize) -> usize {
    let mut end = skip_while(line, from, |c| {
        matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '*')
    });
    while let Some(inside) = line[end..].strip_prefix('[') {
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 3 || !inside[digits..].starts_with(']') {
            break;
        }
        end += digits + 2;
    }
    end
}

/// The offset of the bracket that closes the one at `open`, if it closes soon; else `open` itself.
fn bracket_end(line: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (offset, c) in line[open..].char_indices() {
        match c {
            _ if offset > BRACKET_BYTES_MAX => break,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + offset;
        }
    }
    open
}

/// Whether the stops at `stop..after_stops`, with closers up to `end`, end a sentence.
fn ends_sentence(line: &str, sentence_start: usize, stop: usize, after_stops: usize, end: usize) -> bool {
    let rest = &line[end..];
    let mark = &line[stop..after_stops];
    if mark.starts_with(['。', '！', '？']) {
        return true;
    }
    let Some(next) = rest.trim_start().chars().next() else {
        return true;
    };
    if rest.len() == rest.trim_start().len() || next.is_lowercase() || matches!(next, ',' | ';' | ':') {
        return false;
    }
    if mark != "." || end > after_stops {
        return !(mark == "." && is_label(&line[sentence_start..stop]));
    }
    let said = &line[sentence_start..stop];
    !is_label(said) && !abbreviated(last_word(said), rest.trim_start())
}

/// The word right before the stop, without opening brackets and quotes.
fn last_word(said: &str) -> &str {
    let word = said.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// The next word in lower case, without surrounding punctuation.
fn first_word(rest: &str) -> String {
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether the whole of `said` is a number or letter that labels what follows: `5.2.1`, `a`, `IV`,
/// `Section 504`.
fn is_label(said: &str) -> bool {
    let said = said.trim();
    let mut words = said.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(word), None, None) => is_numbering(word.trim_matches(|c| matches!(c, '(' | ')' | '[' | ']'))),
        (Some(first), Some(second), None) => {
            LABEL_WORDS.contains(&first.to_lowercase().as_str())
                && (is_numbering(second) || second.bytes().any(|b| b.is_ascii_digit()))
        }
        _ => false,
    }
}

fn is_numbering(word: &str) -> bool {
    let parts_ok = !word.is_empty()
        && word.split(['.', '-']).all(|part| {
            let one_letter = part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
            let digits = (1..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            let roman = (1..=5).contains(&part.len()) && part.bytes().all(|b| b"ivxIVX".contains(&b));
            one_letter || digits || roman
        });
    // A year or a room number alone is a value; as a label a bare number is short.
    parts_ok && (word.contains('.') || word.len() <= 3)
}

/// Whether `word.` is an abbreviation with its sentence still going on in `rest`.
fn abbreviated(word: &str, rest: &str) -> bool {
    let lower = word.to_lowercase();
    let lower = lower.as_str();
    let next_is_digit = rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '#' | '§'));
    let next = first_word(rest);
    let starter = STARTERS.contains(&next.as_str());
    if NEVER_LAST.contains(&lower) {
        return true;
    }
    if BEFORE_NUMBER.contains(&lower) && next_is_digit {
        return true;
    }
    if matches!(lower, "a.m" | "p.m" | "am" | "pm") {
        return AFTER_TIME.contains(&next.as_str()) || rest.starts_with(['-', '–', '—', '(', '/', '&']);
    }
    if MAYBE_LAST.contains(&lower) {
        return !starter;
    }
    // `U.S.` and other initialisms, and the single initial of a name.
    let initialism = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    (initialism && word.chars().any(char::is_alphabetic) || initial) && !starter
}
