//! Text in drawings, as PowerPoint and Excel write it: paragraphs of runs in a text body.

use super::counting::Counting;
use super::lines;
use super::xml::Element;
use crate::corpus::blocks::{BlockKind, Reader};
use crate::corpus::extracted::WarningKind;

/// Lists are nested this deep at most.
const LEVELS: usize = 9;
/// In hundredths of a point; smaller type cannot be read.
const SIZE_MIN: u32 = 200;
/// In thousandths of a percent; what is less opaque cannot be seen.
const OPACITY_MIN: u32 = 5_000;

/// What stands before a paragraph.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    /// Nothing is said, so what is around it decides.
    Unsaid,
    None,
    Bullet,
    Number(String),
}

#[derive(Debug)]
struct Paragraph {
    text: String,
    mark: Mark,
}

/// A text body as it is seen, and what in it is not.
#[derive(Debug, Default)]
pub(super) struct Said {
    paragraphs: Vec<Paragraph>,
    hidden: String,
    struck: String,
}

impl Said {
    /// Read a `txBody`. `styles` are the list styles it inherits, the nearest first; `hides` says of a run's
    /// properties whether such text cannot be seen where it stands.
    pub fn read(body: &Element, styles: &[&Element], hides: impl Fn(&Element) -> bool) -> Self {
        let mut said = Self::default();
        let mut counts = Counts::default();
        for paragraph in body.named("p") {
            let mut text = String::new();
            said.runs(paragraph, &hides, &mut text);
            if text.trim().is_empty() {
                continue;
            }
            let own = paragraph.child("pPr");
            let level = own
                .and_then(|own| own.number::<usize>("lvl"))
                .unwrap_or(0)
                .min(LEVELS - 1);
            let name = format!("lvl{}pPr", level + 1);
            let inherited = styles.iter().filter_map(|style| style.child(&name));
            let mark = own
                .into_iter()
                .chain(inherited)
                .find_map(|properties| counts.mark(properties, level));
            if !matches!(mark, Some(Mark::Number(_))) {
                counts.interrupt(level);
            }
            said.paragraphs.push(Paragraph {
                text,
                mark: mark.unwrap_or(Mark::Unsaid),
            });
        }
        said
    }

    fn runs(&mut self, parent: &Element, hides: &impl Fn(&Element) -> bool, line: &mut String) {
        for element in parent.elements() {
            match element.name.as_str() {
                "r" | "fld" => self.run(element, hides, line),
                "br" => line.push('\n'),
                "t" => line.push_str(&element.raw_text()),
                // The old form of what the new form says already.
                "Fallback" | "pPr" | "rPr" | "endParaRPr" => {}
                _ => self.runs(element, hides, line),
            }
        }
    }

    fn run(&mut self, run: &Element, hides: &impl Fn(&Element) -> bool, line: &mut String) {
        let text: String = run.named("t").map(Element::raw_text).collect();
        let Some(look) = run.child("rPr") else {
            line.push_str(&text);
            return;
        };
        let tiny = look.number::<u32>("sz").is_some_and(|size| size < SIZE_MIN);
        let clear = look.child("solidFill").is_some_and(is_clear) || look.child("noFill").is_some();
        let number = text.trim();
        let note = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        if tiny || clear || hides(look) {
            self.hidden.push_str(&text);
        } else if look
            .attribute("strike")
            .is_some_and(|strike| strike != "noStrike")
        {
            self.struck.push_str(&text);
        } else if note && !line.is_empty() && look.number::<i32>("baseline").is_some_and(|raised| raised > 0)
        {
            // A raised number would run into the word or number before it.
            line.push_str(&format!("[{number}]"));
        } else {
            line.push_str(&text);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.paragraphs.is_empty()
    }

    /// All paragraphs as one line.
    pub fn line(&self) -> String {
        let texts: Vec<String> = self
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.text.replace('\n', " "))
            .collect();
        texts.join(" ")
    }

    /// Add the paragraphs as blocks; those of which nothing is said are items where `listed` says so.
    pub fn push(&self, listed: bool, reader: &mut Reader) {
        for Paragraph { text, mark } in &self.paragraphs {
            match mark {
                Mark::Number(label) => reader.push_item(Some(label), text),
                Mark::Bullet => reader.push_item(None, text),
                Mark::Unsaid if listed => reader.push_item(None, text),
                Mark::Unsaid | Mark::None if text.trim().contains('\n') => lines::push(text, reader),
                Mark::Unsaid | Mark::None => match lines::item(text.trim()) {
                    Some(item) => reader.push_item(item.label.as_deref(), item.text),
                    None => reader.push(BlockKind::Paragraph, text),
                },
            }
        }
    }

    pub fn warn_left_out(&self, place: &str, reader: &mut Reader) {
        reader.warn_left_out(
            WarningKind::HiddenText,
            &format!("not shown on {place}"),
            &self.hidden,
        );
        reader.warn_left_out(
            WarningKind::StruckText,
            &format!("struck through on {place}"),
            &self.struck,
        );
    }

    pub fn paragraphs(&self) -> usize {
        self.paragraphs.len()
    }
}

/// Whether a fill lets everything through.
fn is_clear(fill: &Element) -> bool {
    let alpha = fill
        .elements()
        .find_map(|colour| colour.child("alpha")?.number::<u32>("val"));
    alpha.is_some_and(|alpha| alpha < OPACITY_MIN)
}

/// How far each level of a text body has been counted, and in which way.
#[derive(Default)]
struct Counts([Option<(String, u32)>; LEVELS]);

impl Counts {
    /// What these properties put before a paragraph, if they say it.
    fn mark(&mut self, properties: &Element, level: usize) -> Option<Mark> {
        if properties.child("buNone").is_some() {
            return Some(Mark::None);
        }
        if properties.child("buChar").is_some() || properties.child("buBlip").is_some() {
            return Some(Mark::Bullet);
        }
        let counted = properties.child("buAutoNum")?;
        let scheme = counted.attribute("type").unwrap_or("arabicPeriod");
        let start = counted.number::<u32>("startAt").unwrap_or(1);
        let number = match &self.0[level] {
            Some((before, number)) if before == scheme => number.saturating_add(1),
            _ => start,
        };
        self.interrupt(level);
        self.0[level] = Some((scheme.to_owned(), number));
        Some(Mark::Number(label(scheme, number)))
    }

    fn interrupt(&mut self, level: usize) {
        for count in &mut self.0[level..] {
            *count = None;
        }
    }
}

/// Such as `arabicPeriod` for "1." and `alphaLcParenBoth` for "(a)".
fn label(scheme: &str, number: u32) -> String {
    let known = [
        ("arabic", Counting::Decimal),
        ("alphaLc", Counting::LowerLetter),
        ("alphaUc", Counting::UpperLetter),
        ("romanLc", Counting::LowerRoman),
        ("romanUc", Counting::UpperRoman),
    ];
    let found = known
        .into_iter()
        .find_map(|(name, counting)| Some((counting, scheme.strip_prefix(name)?)));
    let (counting, signs) = found.unwrap_or((Counting::Decimal, "Period"));
    let number = counting.write(number);
    match signs {
        "ParenBoth" => format!("({number})"),
        "ParenR" => format!("{number})"),
        "Plain" => number,
        _ => format!("{number}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::formats::xml;

    fn blocks(paragraphs: &str, listed: bool) -> Vec<(BlockKind, String)> {
        let body = xml::parse(&format!("<a:txBody>{paragraphs}</a:txBody>")).expect("XML");
        let mut reader = Reader::default();
        Said::read(&body, &[], |_| false).push(listed, &mut reader);
        reader
            .blocks()
            .iter()
            .map(|block| (block.kind.clone(), block.text.clone()))
            .collect()
    }

    fn paragraph(properties: &str, text: &str) -> String {
        format!("<a:p><a:pPr{properties}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>")
    }

    #[test]
    fn items_are_counted_as_shown() {
        let one = r#"><a:buAutoNum type="arabicPeriod"/>"#;
        let letter = r#" lvl="1"><a:buAutoNum type="alphaLcParenR" startAt="3"/>"#;
        let text = [
            paragraph(one, "Sign"),
            paragraph(letter, "here"),
            paragraph(letter, "there"),
            paragraph(one, "Send"),
            paragraph("><a:buNone/>", "Then"),
            paragraph(one, "Wait"),
            paragraph("><a:buChar/>", "or call"),
        ];
        let shown: Vec<String> = blocks(&text.concat(), false)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(
            shown,
            [
                "1. Sign", "c) here", "d) there", "2. Send", "Then", "1. Wait", "or call"
            ]
        );
    }

    #[test]
    fn paragraphs_of_which_nothing_is_said_are_as_those_around() {
        let text = paragraph(">", "Bring a coat");
        assert_eq!(blocks(&text, true)[0].0, BlockKind::ListItem);
        assert_eq!(blocks(&text, false)[0].0, BlockKind::Paragraph);
    }

    #[test]
    fn unseen_and_struck_runs_are_left_out() {
        let body = xml::parse(
            r#"<txBody><p><r><t>Lunch is $2.75</t></r><r><rPr baseline="30000"/><t>1</t></r>
            <r><rPr sz="100"/><t>TINY</t></r><r><rPr><solidFill><srgbClr val="000000"><alpha val="0"/></srgbClr></solidFill></rPr>
            <t>CLEAR</t></r><r><rPr strike="sngStrike"/><t>OLD</t></r></p></txBody>"#,
        )
        .expect("XML");
        let said = Said::read(&body, &[], |_| false);
        assert_eq!(said.line(), "Lunch is $2.75[1]");
        assert_eq!((said.hidden.as_str(), said.struck.as_str()), ("TINYCLEAR", "OLD"));
    }
}
