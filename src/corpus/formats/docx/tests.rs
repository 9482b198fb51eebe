//! Word files made here, part by part.

use super::read;
use crate::corpus::blocks::{BlockKind, Parsed};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::package::tests::file;

const STYLES: &str = r#"<w:styles xmlns:w="w">
    <w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="Sub"><w:name w:val="Our own"/><w:basedOn w:val="H2"/></w:style>
    <w:style w:styleId="H2"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
    <w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"#;
const NUMBERING: &str = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">
    <w:lvl w:ilvl="0"><w:start w:val="5"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
    <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
    <w:lvl w:ilvl="2"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;

fn word(body: &str) -> Parsed {
    let document = format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    let parts = [
        ("word/document.xml", document.as_str()),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
    ];
    read(&file(&parts)).expect("a document")
}

fn paragraph(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn item(level: usize, text: &str) -> String {
    paragraph(
        &format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>"#),
        text,
    )
}

fn texts(parsed: &Parsed) -> Vec<&str> {
    parsed.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn headings_and_the_numbers_word_shows() {
    let body = [
        paragraph(r#"<w:pStyle w:val="H1"/>"#, "Students"),
        paragraph(r#"<w:pStyle w:val="Sub"/>"#, "Buses &amp; cars"),
        item(0, "Riding"),
        item(1, "Who"),
        item(2, "grades K–5"),
        item(2, "grades 6–8"),
        item(1, "When"),
        item(2, "daily"),
    ];
    let parsed = word(&body.concat());
    assert_eq!(
        texts(&parsed),
        [
            "Students",
            "Buses & cars",
            "5 Riding",
            "5.1 Who",
            "(a) grades K–5",
            "(b) grades 6–8",
            "5.2 When",
            "(a) daily"
        ]
    );
    let kinds: Vec<_> = parsed
        .blocks
        .iter()
        .take(3)
        .map(|block| block.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        [BlockKind::Heading(1), BlockKind::Heading(2), BlockKind::ListItem]
    );
}

#[test]
fn deleted_hidden_white_and_struck_text_is_not_text() {
    let parsed = word(
        r#"<w:p><w:r><w:t>Lunch is </w:t></w:r><w:del><w:r><w:delText>$1</w:delText></w:r></w:del>
        <w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>free.</w:t></w:r></w:ins>
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>VANISHED</w:t></w:r>
        <w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>WHITE</w:t></w:r>
        <w:r><w:rPr><w:rStyle w:val="Ghost"/></w:rPr><w:t>STYLED</w:t></w:r>
        <w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> Ask us.</w:t></w:r>
        <w:r><w:rPr><w:strike/></w:rPr><w:t>OLD</w:t></w:r></w:p>"#,
    );
    assert_eq!(texts(&parsed), ["Lunch is free. Ask us."]);
    let kinds: Vec<_> = parsed.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(
        kinds,
        [
            WarningKind::HiddenText,
            WarningKind::StruckText,
            WarningKind::TrackedChanges
        ]
    );
    for word in ["VANISHED", "WHITE", "STYLED"] {
        assert!(parsed.warnings[0].detail.contains(word), "{word} is not told");
    }
}

#[test]
fn tables_become_rows_and_merged_cells_are_repeated() {
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    };
    let row = |cells: [String; 2]| format!("<w:tr>{}</w:tr>", cells.concat());
    let dark = r#"<w:shd w:fill="003366"/>"#;
    let white = r#"<w:tc><w:tcPr><w:shd w:fill="003366"/></w:tcPr><w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr>
        <w:t>Price</w:t></w:r></w:p></w:tc>"#;
    let parsed = word(&format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row([cell(dark, "Grade"), white.to_owned()]),
        row([cell(r#"<w:vMerge w:val="restart"/>"#, "K–5"), cell("", "$2.75")]),
        row([cell("<w:vMerge/>", ""), cell("", "$3.00")]),
    ));
    assert_eq!(
        texts(&parsed),
        ["Grade: K–5; Price: $2.75.", "Grade: K–5; Price: $3.00."]
    );
    assert_eq!(parsed.warnings, []);
}

/// A document with a diagram, drawn where `drawn`, and a chart.
fn with_diagram(anchor: &str, drawn: bool) -> Parsed {
    let document = format!(
        r#"<w:document xmlns:w="w" xmlns:r="r"><w:body>{}<w:p><w:r><w:drawing>{anchor}<a:graphic><a:graphicData>
        <dgm:relIds r:dm="rId1"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>
        <w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart r:id="rId9"/></a:graphicData></a:graphic></wp:inline>
        </w:drawing></w:r></w:p></w:body></w:document>"#,
        paragraph("", "Whom to call")
    );
    let relations = r#"<Relationships>
        <Relationship Id="rId1" Type="x/diagramData" Target="diagrams/data1.xml"/>
        <Relationship Id="rId2" Type="x/diagramDrawing" Target="diagrams/drawing1.xml"/></Relationships>"#;
    let data = r#"<dgm:dataModel><dgm:extLst><a:ext><dsp:dataModelExt relId="rId2"/></a:ext></dgm:extLst></dgm:dataModel>"#;
    let shape = |text: &str| {
        format!("<dsp:sp><dsp:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dsp:txBody></dsp:sp>")
    };
    let drawing = format!(
        "<dsp:drawing><dsp:spTree>{}{}</dsp:spTree></dsp:drawing>",
        shape("Nurse, 555-0142"),
        shape("Principal")
    );
    let mut parts = vec![
        ("word/document.xml", document.as_str()),
        ("word/_rels/document.xml.rels", relations),
        ("word/diagrams/data1.xml", data),
    ];
    if drawn {
        parts.push(("word/diagrams/drawing1.xml", drawing.as_str()));
    }
    read(&file(&parts)).expect("a document")
}

#[test]
fn a_diagram_is_read_and_what_cannot_be_read_is_told() {
    let parsed = with_diagram("<wp:inline>", true);
    assert_eq!(texts(&parsed), ["Whom to call", "Nurse, 555-0142", "Principal"]);
    let [chart] = parsed.warnings.as_slice() else {
        panic!("{:?}", parsed.warnings);
    };
    assert_eq!(chart.kind, WarningKind::UnreadablePages);
    assert!(
        chart.detail.starts_with("The file holds 1 chart, which"),
        "{}",
        chart.detail
    );

    let parsed = with_diagram("<wp:inline>", false);
    assert_eq!(texts(&parsed), ["Whom to call"]);
    let said = &parsed.warnings[0].detail;
    assert!(
        said.starts_with("The file holds 1 chart and 1 diagram, which"),
        "{said}"
    );
}

#[test]
fn pictures_that_may_hold_a_page_of_text_are_told() {
    let picture = |inches: u32| {
        let size = inches * 914_400;
        format!(
            r#"<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{size}" cy="{size}"/><a:graphic><a:graphicData>
            <pic:pic/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"#
        )
    };
    let page = paragraph("", "Calendar") + &picture(1) + &picture(6) + &picture(4);
    let parsed = word(&page);
    let [told] = parsed.warnings.as_slice() else {
        panic!("{:?}", parsed.warnings);
    };
    assert!(
        told.detail.starts_with("The file holds 2 large pictures, which"),
        "{}",
        told.detail
    );
    assert_eq!(word(&(paragraph("", "Letter") + &picture(1))).warnings, []);
}

#[test]
fn a_diagram_that_nobody_sees_is_told_and_left_out() {
    let parsed = with_diagram(r#"<wp:inline><wp:docPr hidden="1"/>"#, true);
    assert_eq!(texts(&parsed), ["Whom to call"]);
    let hidden = parsed
        .warnings
        .iter()
        .find(|one| one.kind == WarningKind::HiddenText);
    assert!(
        hidden.is_some_and(|one| one.detail.contains("555-0142")),
        "{:?}",
        parsed.warnings
    );
}

#[test]
fn raised_numbers_and_notes_do_not_run_into_words() {
    let document = r#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>The fee is $5</w:t></w:r>
        <w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>4</w:t></w:r>
        <w:r><w:t> a year.</w:t><w:footnoteReference w:id="2"/></w:r></w:p></w:body></w:document>"#;
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>Waived for some.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let parsed = read(&file(&[
        ("word/document.xml", document),
        ("word/footnotes.xml", notes),
    ]))
    .expect("a document");
    assert_eq!(
        texts(&parsed),
        ["The fee is $5[4] a year.[2]", "[2] Waived for some."]
    );
}

#[test]
fn what_is_no_document_is_refused() {
    let nested = format!("{}{}", "<w:p>".repeat(2_000), "</w:p>".repeat(2_000));
    let cases: [(&str, Vec<u8>); 4] = [
        ("no parts", file(&[("word/other.xml", "<a/>")])),
        (
            "broken XML",
            file(&[("word/document.xml", "<w:document><w:body>")]),
        ),
        ("endless nesting", file(&[("word/document.xml", &nested)])),
        ("cut off", file(&[("word/document.xml", "<a/>")])[..40].to_vec()),
    ];
    for (name, bytes) in cases {
        assert!(
            matches!(read(&bytes), Err(ExtractionError::Malformed(_))),
            "{name}"
        );
    }
}

#[test]
fn entities_are_not_expanded() {
    let document = r#"<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
        <w:document xmlns:w="w"><w:body><w:p><w:r><w:t>x &b; &#233; &amp;</w:t></w:r></w:p></w:body></w:document>"#;
    let parsed = read(&file(&[("word/document.xml", document)])).expect("a document");
    assert_eq!(texts(&parsed), ["x é &"]);
}
