//! Workbooks made here, part by part.

use proptest::prelude::*;

use super::read;
use crate::corpus::blocks::{BlockKind, Parsed};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::package::tests::file;

const STYLES: &str = r#"<styleSheet>
    <numFmts><numFmt numFmtId="164" formatCode="&quot;$&quot;#,##0.00"/><numFmt numFmtId="165" formatCode=";;;"/></numFmts>
    <fonts><font/><font><b/></font><font><color rgb="FFFFFFFF"/></font><font><strike/></font></fonts>
    <fills><fill><patternFill patternType="none"/></fill>
    <fill><patternFill patternType="solid"><fgColor rgb="FF003366"/></patternFill></fill></fills>
    <cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="9"/><xf fontId="1"/><xf fontId="2"/>
    <xf fontId="3"/><xf numFmtId="165"/><xf fontId="2" fillId="1"/><xf numFmtId="18"/></cellXfs></styleSheet>"#;
const SHARED: &str = r#"<sst><si><t>School</t></si><si><t>Price</t></si><si><r><t>Oak </t></r>
    <r><rPr><b/></rPr><t>Hill</t></r><rPh><t>ok</t></rPh></si></sst>"#;
const RELATIONS: &str = r#"<Relationships>
    <Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="r2" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/>
    <Relationship Id="r3" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>
    <Relationship Id="r4" Type="http://x/styles" Target="styles.xml"/></Relationships>"#;

fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let named: Vec<String> = sheets
        .iter()
        .enumerate()
        .map(|(nth, (name, state, _))| {
            format!(
                r#"<sheet name="{name}" sheetId="{0}" state="{state}" r:id="r{0}"/>"#,
                nth + 1
            )
        })
        .collect();
    let book = format!("<workbook><sheets>{}</sheets></workbook>", named.concat());
    let bodies: Vec<(String, String)> = sheets
        .iter()
        .enumerate()
        .map(|(nth, (_, _, body))| {
            let path = format!("xl/worksheets/sheet{}.xml", nth + 1);
            (path, format!("<worksheet>{body}</worksheet>"))
        })
        .collect();
    let mut parts = vec![
        ("xl/workbook.xml", book.as_str()),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", SHARED),
    ];
    parts.extend(bodies.iter().map(|(path, body)| (path.as_str(), body.as_str())));
    file(&parts)
}

/// One sheet called "Meals".
fn sheet(body: &str) -> Parsed {
    read(&workbook(&[("Meals", "visible", body)])).expect("a workbook")
}

fn text(at: &str, style: u32, said: &str) -> String {
    format!(r#"<c r="{at}" s="{style}" t="inlineStr"><is><t>{said}</t></is></c>"#)
}

fn number(at: &str, style: u32, value: &str) -> String {
    format!(r#"<c r="{at}" s="{style}"><v>{value}</v></c>"#)
}

fn row(number: u32, attributes: &str, cells: &[String]) -> String {
    format!(r#"<row r="{number}" {attributes}>{}</row>"#, cells.concat())
}

fn rows(rows: &[String]) -> String {
    format!("<sheetData>{}</sheetData>", rows.concat())
}

fn texts(parsed: &Parsed) -> Vec<&str> {
    parsed.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn rows_say_what_their_cells_show_under_their_headings() {
    let shared = |at: &str, index: u32| format!(r#"<c r="{at}" t="s"><v>{index}</v></c>"#);
    let parsed = sheet(&rows(&[
        row(1, "", &[text("A1", 4, "Meal prices 2026–27")]),
        row(
            3,
            "",
            &[
                shared("A3", 0),
                shared("B3", 1),
                text("C3", 0, "From"),
                text("D3", 0, "Share"),
                text("E3", 0, "Free"),
            ],
        ),
        row(
            4,
            "",
            &[
                shared("A4", 2),
                r#"<c r="B4" s="1"><f>1.375*2</f><v>2.75</v></c>"#.into(),
                number("C4", 2, "46248"),
                number("D4", 3, "0.285"),
                r#"<c r="E4" t="b"><v>1</v></c>"#.into(),
            ],
        ),
        row(
            5,
            "",
            &[
                r#"<c r="A5" t="str"><f>"Pine"</f><v>Pine</v></c>"#.into(),
                number("B5", 1, "1250"),
                number("C5", 9, "0.3368055555555556"),
                r#"<c r="D5" t="e"><v>#N/A</v></c>"#.into(),
                number("E5", 0, "0.1"),
            ],
        ),
    ]));
    assert_eq!(
        texts(&parsed),
        [
            "Meals",
            "Meal prices 2026–27",
            "School: Oak Hill; Price: $2.75; From: 8/14/2026; Share: 29%; Free: TRUE.",
            "School: Pine; Price: $1,250.00; From: 8:05 AM; Share: #N/A; Free: 0.1.",
        ]
    );
    assert_eq!(parsed.blocks[2].kind, BlockKind::Row);
    assert_eq!(parsed.warnings, []);
}

#[test]
fn what_the_sheet_hides_is_left_out_and_told() {
    let body = format!(
        r#"<cols><col min="3" max="3" hidden="1"/></cols>{}"#,
        rows(&[
            row(
                1,
                "",
                &[
                    text("A1", 0, "School"),
                    text("B1", 0, "Bus"),
                    text("C1", 0, "Driver")
                ]
            ),
            row(
                2,
                "",
                &[
                    text("A2", 0, "Oak"),
                    number("B2", 0, "7"),
                    text("C2", 0, "COLUMN")
                ]
            ),
            row(3, r#"hidden="1""#, &[text("A3", 0, "ROW"), number("B3", 0, "8")]),
            row(
                4,
                "",
                &[
                    text("A4", 5, "WHITE"),
                    number("B4", 0, "9"),
                    text("D4", 6, "STRUCK"),
                    text("E4", 7, "FORMAT")
                ]
            ),
            row(5, "", &[text("A5", 8, "Pine"), number("B5", 7, "99")]),
        ])
    );
    let bytes = workbook(&[
        ("Buses", "visible", &body),
        ("Old", "hidden", &rows(&[row(1, "", &[text("A1", 0, "SHEET")])])),
    ]);
    let parsed = read(&bytes).expect("a workbook");
    assert_eq!(
        texts(&parsed),
        ["Buses", "School: Oak; Bus: 7.", "Bus: 9.", "School: Pine."]
    );
    for (said, kind) in [
        ("COLUMN", WarningKind::HiddenText),
        ("ROW 8", WarningKind::HiddenText),
        ("WHITE", WarningKind::HiddenText),
        ("FORMAT", WarningKind::HiddenText),
        ("99", WarningKind::HiddenText),
        ("SHEET", WarningKind::HiddenText),
        ("STRUCK", WarningKind::StruckText),
    ] {
        let told = parsed
            .warnings
            .iter()
            .any(|warning| warning.kind == kind && warning.detail.contains(said));
        assert!(told, "{said} is not told: {:?}", parsed.warnings);
    }
}

#[test]
fn merged_cells_are_repeated_and_merged_titles_part_the_rows() {
    let parsed = sheet(&format!(
        r#"{}<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A3:A4"/><mergeCell ref="A5:C5"/></mergeCells>"#,
        rows(&[
            row(1, "", &[text("A1", 0, "Fall routes")]),
            row(
                2,
                "",
                &[
                    text("A2", 4, "School"),
                    text("B2", 4, "Bus"),
                    text("C2", 4, "Leaves")
                ]
            ),
            row(
                3,
                "",
                &[
                    text("A3", 0, "Oak"),
                    number("B3", 0, "7"),
                    number("C3", 9, "0.25")
                ]
            ),
            row(4, "", &[number("B4", 0, "8"), number("C4", 9, "0.75")]),
            row(5, "", &[text("A5", 0, "High schools")]),
            row(
                6,
                "",
                &[text("A6", 0, "Elm"), number("B6", 0, "9"), number("C6", 9, "0.5")]
            ),
        ])
    ));
    assert_eq!(
        texts(&parsed),
        [
            "Meals",
            "Fall routes",
            "School: Oak; Bus: 7; Leaves: 6:00 AM.",
            "School: Oak; Bus: 8; Leaves: 6:00 PM.",
            "High schools",
            "School: Elm; Bus: 9; Leaves: 12:00 PM.",
        ]
    );
    assert_eq!(parsed.blocks[4].kind, BlockKind::Heading(2));
}

#[test]
fn frozen_headings_hold_for_all_rows_below_and_others_for_their_own() {
    let head = [text("A1", 0, "Grade 2026"), text("B1", 0, "Fee")];
    let frozen = r#"<sheetViews><sheetView><pane ySplit="1" state="frozen"/></sheetView></sheetViews>"#;
    let plain_head = [text("A1", 4, "Grade"), text("B1", 4, "Fee")];
    let body = |head: &[String]| {
        rows(&[
            row(1, "", head),
            row(2, "", &[text("A2", 0, "K"), number("B2", 1, "5")]),
            row(4, "", &[text("A4", 0, "Office"), text("B4", 0, "555-0100")]),
        ])
    };
    let parsed = sheet(&format!("{frozen}{}", body(&plain_head)));
    assert_eq!(
        texts(&parsed)[1..],
        ["Grade: K; Fee: $5.00.", "Grade: Office; Fee: 555-0100."]
    );
    let parsed = sheet(&body(&plain_head));
    assert_eq!(
        texts(&parsed)[1..],
        ["Grade: K; Fee: $5.00.", "Office: 555-0100."]
    );
    let parsed = sheet(&format!(r#"{}<autoFilter ref="A1:B2"/>"#, body(&head)));
    assert_eq!(
        texts(&parsed)[1..],
        ["Grade 2026: K; Fee: $5.00.", "Office: 555-0100."]
    );
}

#[test]
fn what_is_not_saved_with_a_formula_is_told() {
    let parsed = sheet(&rows(&[
        row(
            1,
            "",
            &[text("A1", 0, "Fee"), r#"<c r="B1"><f>A9*2</f><v/></c>"#.into()],
        ),
        row(2, "", &[text("A2", 0, "Bus"), number("B2", 0, "7")]),
    ]));
    assert_eq!(parsed.warnings.len(), 1);
    assert!(
        parsed.warnings[0].detail.contains("such as B1"),
        "{}",
        parsed.warnings[0].detail
    );
}

#[test]
fn a_sheet_that_nobody_named_is_no_heading() {
    let body = rows(&[row(1, "", &[text("A1", 0, "The office opens at 8.")])]);
    let parsed = read(&workbook(&[("Sheet1", "visible", &body)])).expect("a workbook");
    assert_eq!(texts(&parsed), ["The office opens at 8."]);
}

#[test]
fn what_is_no_workbook_is_refused() {
    let repeated = format!("<sst>{}</sst>", "<si><t>abc</t></si>".repeat(10));
    let cases: [(&str, Vec<u8>); 3] = [
        ("no workbook", file(&[("xl/styles.xml", STYLES)])),
        ("broken XML", file(&[("xl/workbook.xml", "<workbook><sheets>")])),
        (
            "no sheets' end",
            workbook(&[("A", "visible", "<sheetData><row>")]),
        ),
    ];
    for (name, bytes) in cases {
        assert!(
            matches!(read(&bytes), Err(ExtractionError::Malformed(_))),
            "{name}"
        );
    }
    let empty = file(&[
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/sharedStrings.xml", &repeated),
    ]);
    assert!(read(&empty).expect("a workbook").blocks.is_empty());
}

proptest! {
    #[test]
    fn any_cells_are_read(cells in prop::collection::vec(("[A-D]?[0-9]{0,3}", "(n|s|b|e|d|str|x)?", 0u32..12, "[0-9.eE-]{0,8}"), 0..20),
        merge in "[A-D][0-9]{1,2}:[A-D][0-9]{1,2}", row_number in prop::option::of(any::<u32>())) {
        let cells: String = cells
            .iter()
            .map(|(at, kind, style, value)| format!(r#"<c r="{at}" t="{kind}" s="{style}"><v>{value}</v></c>"#))
            .collect();
        let number = row_number.map(|number| format!(r#"r="{number}""#)).unwrap_or_default();
        let body = format!(
            r#"<sheetData><row {number}>{cells}</row><row {number}>{cells}</row><row>{cells}</row></sheetData>
            <mergeCells><mergeCell ref="{merge}"/></mergeCells>"#
        );
        let _ = read(&workbook(&[("A", "visible", &body)]));
    }
}
