//! Presentations made here, part by part.

use proptest::prelude::*;

use super::{read, show as rendition};
use crate::corpus::blocks::{BlockKind, Parsed};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::package::tests::file;

const LAYOUT: &str = r#"<p:sldLayout><p:cSld><p:spTree>
    <p:sp><p:nvSpPr><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr>
    <p:txBody><a:lstStyle><a:lvl1pPr><a:buAutoNum type="arabicPeriod"/></a:lvl1pPr></a:lstStyle></p:txBody></p:sp>
    </p:spTree></p:cSld></p:sldLayout>"#;
const MASTER: &str = r#"<p:sldMaster><p:cSld><p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>
    <p:spTree/></p:cSld><p:clrMap bg1="lt1" tx1="dk1"/></p:sldMaster>"#;
const THEME: &str = r#"<a:theme><a:themeElements><a:clrScheme><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>
    <a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1></a:clrScheme></a:themeElements></a:theme>"#;

const DIAGRAM: &str =
    r#"<dgm:dataModel><dgm:extLst><a:ext><dsp:dataModelExt relId="e"/></a:ext></dgm:extLst></dgm:dataModel>"#;

fn relations(list: &[(&str, &str, &str)]) -> String {
    let list: Vec<String> = list
        .iter()
        .map(|(id, kind, target)| {
            format!(r#"<Relationship Id="{id}" Type="http://x/{kind}" Target="{target}"/>"#)
        })
        .collect();
    format!("<Relationships>{}</Relationships>", list.concat())
}

/// Slides by their attributes and shapes; the first has speaker notes, each may name the diagram `d`.
fn presentation(slides: &[(&str, &str)]) -> Vec<u8> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut ids = String::new();
    let mut named = Vec::new();
    // The files are numbered against the order of the slides, as they come to be when slides are moved.
    let numbers: Vec<usize> = (1..=slides.len()).rev().collect();
    for ((attributes, shapes), number) in slides.iter().zip(&numbers) {
        ids.push_str(&format!(r#"<p:sldId id="25{number}" r:id="r{number}"/>"#));
        named.push((format!("r{number}"), format!("slides/slide{number}.xml")));
        parts.push((
            format!("ppt/slides/slide{number}.xml"),
            format!(r#"<p:sld {attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"#),
        ));
        let mut own = vec![
            ("l", "slideLayout", "../slideLayouts/slideLayout1.xml"),
            ("d", "diagramData", "../diagrams/data1.xml"),
            ("e", "diagramDrawing", "../diagrams/drawing1.xml"),
        ];
        if *number == slides.len() {
            own.push(("n", "notesSlide", "../notesSlides/notesSlide1.xml"));
        }
        parts.push((
            format!("ppt/slides/_rels/slide{number}.xml.rels"),
            relations(&own),
        ));
    }
    let named: Vec<(&str, &str, &str)> = named
        .iter()
        .map(|(id, to)| (id.as_str(), "slide", to.as_str()))
        .collect();
    let notes = shape(r#"<p:ph type="body"/>"#, "", "Do not say this.");
    for (path, text) in [
        (
            "ppt/presentation.xml",
            format!(
                r#"<p:presentation><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="1000" cy="800"/></p:presentation>"#
            ),
        ),
        ("ppt/_rels/presentation.xml.rels", relations(&named)),
        ("ppt/slideLayouts/slideLayout1.xml", LAYOUT.to_owned()),
        (
            "ppt/slideLayouts/_rels/slideLayout1.xml.rels",
            relations(&[("m", "slideMaster", "../slideMasters/slideMaster1.xml")]),
        ),
        ("ppt/slideMasters/slideMaster1.xml", MASTER.to_owned()),
        (
            "ppt/slideMasters/_rels/slideMaster1.xml.rels",
            relations(&[("t", "theme", "../theme/theme1.xml")]),
        ),
        ("ppt/theme/theme1.xml", THEME.to_owned()),
        (
            "ppt/notesSlides/notesSlide1.xml",
            format!("<p:notes><p:cSld><p:spTree>{notes}</p:spTree></p:cSld></p:notes>"),
        ),
        ("ppt/diagrams/data1.xml", DIAGRAM.to_owned()),
        (
            "ppt/diagrams/drawing1.xml",
            format!(
                "<dsp:drawing><dsp:spTree>{}</dsp:spTree></dsp:drawing>",
                shape("", "", "Nurse, 555-0142")
            ),
        ),
    ] {
        parts.push((path.to_owned(), text));
    }
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    file(&parts)
}

fn show(slides: &[(&str, &str)]) -> Parsed {
    read(&presentation(slides)).expect("a presentation")
}

/// A shape with one paragraph.
fn shape(placeholder: &str, properties: &str, text: &str) -> String {
    shape_of(
        placeholder,
        properties,
        &format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"),
    )
}

fn shape_of(placeholder: &str, properties: &str, paragraphs: &str) -> String {
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr/><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:spPr>{properties}</p:spPr>\
         <p:txBody>{paragraphs}</p:txBody></p:sp>"
    )
}

fn at(x: i32, y: i32) -> String {
    format!(r#"<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="100" cy="100"/></a:xfrm>"#)
}

fn white(text: &str) -> String {
    format!(
        r#"<a:p><a:r><a:rPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr><a:t>{text}</a:t></a:r></a:p>"#
    )
}

fn texts(parsed: &Parsed) -> Vec<&str> {
    parsed.blocks.iter().map(|block| block.text.as_str()).collect()
}

const TITLE: &str = r#"<p:ph type="title"/>"#;
const BODY: &str = r#"<p:ph idx="1"/>"#;

#[test]
fn what_a_diagram_says_is_read_and_shown() {
    let frame = |ids: &str| {
        format!(
            "<p:graphicFrame><a:graphic><a:graphicData>{ids}</a:graphicData></a:graphic></p:graphicFrame>"
        )
    };
    let title = shape(TITLE, "", "Whom to call");
    let drawn = format!("{title}{}", frame(r#"<dgm:relIds r:dm="d"/>"#));
    assert_eq!(texts(&show(&[("", &drawn)])), ["Whom to call", "Nurse, 555-0142"]);
    let page = rendition(&presentation(&[("", &drawn)])).expect("a presentation");
    let html = page.html(&["Nurse, 555-0142"]);
    assert!(html.contains("[diagram:]"), "{html}");
    assert!(
        html.contains("<a id=\"s0\">"),
        "the sentence is found in it: {html}"
    );

    let elsewhere = format!("{title}{}", frame(r#"<dgm:relIds r:dm="none"/>"#));
    let html = rendition(&presentation(&[("", &elsewhere)]))
        .expect("a presentation")
        .html(&[]);
    assert!(html.contains("[diagram]") && !html.contains("555-0142"), "{html}");
}

#[test]
fn slides_come_in_their_order_with_the_title_first() {
    let steps = "<a:p><a:r><a:t>Sign it</a:t></a:r></a:p><a:p><a:r><a:t>Send </a:t></a:r><a:r><a:t>it</a:t></a:r></a:p>";
    let first = [
        shape_of(BODY, "", steps),
        shape(TITLE, "", "Enrolling"),
        shape(r#"<p:ph type="sldNum"/>"#, "", "1"),
    ];
    let second = shape("", &at(0, 0), "The office opens at 8.");
    let parsed = show(&[("", &first.concat()), ("", &second)]);
    assert_eq!(
        texts(&parsed),
        [
            "Enrolling",
            "1. Sign it",
            "2. Send it",
            "Slide 2",
            "The office opens at 8."
        ]
    );
    let pages: Vec<_> = parsed.blocks.iter().map(|block| block.page).collect();
    assert_eq!(pages, [Some(1), Some(1), Some(1), Some(2), Some(2)]);
    assert_eq!(parsed.pages, Some(2));
    assert_eq!(parsed.blocks[0].kind, BlockKind::Heading(1));
    // The notes are told and are no text.
    assert_eq!(parsed.warnings.len(), 1);
    assert!(
        parsed.warnings[0]
            .detail
            .contains("speaker notes of slide 1: \"Do not say this.\"")
    );
}

#[test]
fn tables_become_rows() {
    let cell = |attributes: &str, text: &str| {
        format!("<a:tc {attributes}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>")
    };
    let table = [
        r#"<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/><a:tr>"#.to_owned(),
        cell("", "Grade"),
        cell("", "Price"),
        "</a:tr><a:tr>".to_owned(),
        cell(r#"rowSpan="2""#, "K–5"),
        cell("", "$2.75"),
        "</a:tr><a:tr>".to_owned(),
        cell(r#"vMerge="1""#, ""),
        cell("", "$3.00"),
        "</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>".to_owned(),
    ];
    let parsed = show(&[("", &format!("{}{}", shape(TITLE, "", "Meals"), table.concat()))]);
    assert_eq!(
        texts(&parsed),
        ["Meals", "Grade: K–5; Price: $2.75.", "Grade: K–5; Price: $3.00."]
    );
}

#[test]
fn what_the_audience_does_not_see_is_left_out_and_told() {
    let hidden = shape("", "", "HIDDEN").replace("<p:cNvPr/>", r#"<p:cNvPr hidden="1"/>"#);
    let group = format!(
        r#"<p:grpSp><p:grpSpPr><a:xfrm><a:off x="2000" y="0"/><a:ext cx="100" cy="100"/><a:chOff x="0" y="0"/>
        <a:chExt cx="100" cy="100"/></a:xfrm></p:grpSpPr>{}</p:grpSp>"#,
        shape("", &at(0, 0), "GROUPED")
    );
    let filled = format!(
        r#"{}<a:solidFill><a:srgbClr val="003366"/></a:solidFill>"#,
        at(500, 500)
    );
    let shapes = [
        shape(TITLE, "", "Buses"),
        hidden,
        shape("", &at(-300, 0), "BESIDE"),
        group,
        shape_of("", &at(0, 0), &white("WHITE")),
        shape_of("", &filled, &white("On blue")),
        shape_of("", &at(550, 550), &white("over blue")),
    ];
    let slide = shape(TITLE, "", "SLIDE");
    let parsed = show(&[("", &shapes.concat()), (r#"show="0""#, &slide)]);
    assert_eq!(texts(&parsed), ["Buses", "On blue", "over blue"]);
    for word in ["HIDDEN", "BESIDE", "GROUPED", "WHITE", "SLIDE"] {
        let told = parsed
            .warnings
            .iter()
            .any(|warning| warning.kind == WarningKind::HiddenText && warning.detail.contains(word));
        assert!(told, "{word} is not told: {:?}", parsed.warnings);
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let picture = format!("<p:pic><p:spPr>{}</p:spPr></p:pic>", at(0, 0));
    let chart =
        "<p:graphicFrame><a:graphic><a:graphicData><c:chart/></a:graphicData></a:graphic></p:graphicFrame>";
    let text = format!("{}{chart}", shape("", "", "Text."));
    let parsed = show(&[("", &text), ("", &picture)]);
    let told: Vec<&str> = parsed
        .warnings
        .iter()
        .filter(|warning| warning.kind == WarningKind::UnreadablePages)
        .map(|warning| warning.detail.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "These slides hold pictures but no text, and are missing here: 2.",
            "Charts on these slides are not read, and are missing here: 1."
        ]
    );
}

#[test]
fn what_is_no_presentation_is_refused() {
    let cases: [(&str, Vec<u8>); 2] = [
        ("no presentation", file(&[("ppt/other.xml", "<a/>")])),
        (
            "broken XML",
            file(&[("ppt/presentation.xml", "<p:presentation>")]),
        ),
    ];
    for (name, bytes) in cases {
        assert!(
            matches!(read(&bytes), Err(ExtractionError::Malformed(_))),
            "{name}"
        );
    }
    let pictures = presentation(&[("", "<p:pic/>")]);
    assert!(matches!(read(&pictures), Err(ExtractionError::NoText)));
}

proptest! {
    #[test]
    fn any_shapes_are_read(kinds in prop::collection::vec("(sp|pic|grpSp|graphicFrame|AlternateContent|Choice)", 0..6),
        numbers in prop::collection::vec("-?[0-9]{1,12}", 8), text in "[a-z0-9 ]{0,20}") {
        let place = |name: &str, at: usize| {
            let number = |nth: usize| numbers.get((at + nth) % 8).cloned().unwrap_or_default();
            format!(
                r#"<p:{name}><a:xfrm><a:off x="{}" y="{}"/><a:ext cx="{}" cy="{}"/><a:chOff x="{}" y="0"/>
                <a:chExt cx="{}" cy="0"/></a:xfrm></p:{name}>"#,
                number(0), number(1), number(2), number(3), number(4), number(5)
            )
        };
        let mut inner = format!(
            r#"<p:txBody><a:p><a:pPr lvl="{}"><a:buAutoNum type="{text}" startAt="{}"/></a:pPr><a:r><a:rPr sz="{}"/>
            <a:t>{text}</a:t></a:r></a:p></p:txBody>"#,
            numbers[0], numbers[1], numbers[2]
        );
        for (nth, kind) in kinds.iter().enumerate() {
            let properties = place(if kind == "grpSp" { "grpSpPr" } else { "spPr" }, nth);
            inner = format!("<p:{kind}>{properties}{inner}</p:{kind}>{inner}");
        }
        let _ = read(&presentation(&[("", &inner), (r#"show="0""#, &inner)]));
    }
}
