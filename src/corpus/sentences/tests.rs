//! The splitter against the writing of schools, and its promises against any text at all.

use proptest::prelude::*;

use super::*;

fn split(text: &str) -> Vec<&str> {
    sentences(text)
        .into_iter()
        .map(|span| &text[span.start..span.end])
        .collect()
}

/// Each case is written with `|` between the sentences it should become.
const CASES: &[&str] = &[
    "The first bell rings at 8:05 a.m. on school days.| Doors open at 7:45 a.m.| Breakfast is free.",
    "School begins at 8:05 a.m. Monday through Friday.",
    "Classes end at 3:10 p.m.| Students leave by 3:30 p.m.",
    "Office hours are 7:30 a.m. – 4 p.m. daily.| Call first.",
    "The meeting starts at 6 p.m. Eastern time.",
    "Lunch ends at 1 p.m.| Tardy students report to the office.",
    "A student lunch costs $2.75.| A reduced-price lunch costs $0.40.",
    "The fee rose by 3.5 percent.| It is now $12.00 per student.",
    "5.2.1 Students shall ride the assigned bus.| 5.2.2 Drivers may assign seats.",
    "5.2.1. Students shall ride the assigned bus.",
    "1. Complete the form.",
    "a. Students in grades K–2 ride first.",
    "IV. Eligibility is decided each year.",
    "(a). The parent signs the form.",
    "Section 504. Students with disabilities are protected.",
    "A plan may be written under Section 504.| The team meets every year.",
    "See Section 5.2.| Transportation is covered there.",
    "Dr. Alvarez leads the district.| Mrs. Okafor leads the school.",
    "Mr. and Mrs. Lee met Prof. Ortiz.",
    "St. Mary's Church is a voting site.| It opens at 7 a.m.",
    "The stop is at 12 Oak St.| The bus waits two minutes.",
    "The stop is at 12 Oak St. in Millbrook.",
    "Turn left on Elm Dr.| The school is on the right.",
    "Bring supplies, e.g. pencils and paper, on day one.",
    "Some fees, i.e. Band and Choir fees, are waived.",
    "Pencils, paper, etc. are provided.| No list is needed.",
    "The U.S. Department of Agriculture sets the rules.",
    "The program is open across the U.S.| Students may apply online.",
    "See No. 5 on the list.",
    "May students leave campus?| No.| Students stay on campus.",
    "Call ext. 204 for help.| Ask for Ms. Diaz.",
    "See p. 12 and pp. 14–16 of the handbook.| Keep it at home.",
    "School resumes on Jan. 6.| Buses run as usual.",
    "Registration opens in Aug.| Families get an e-mail.",
    "John F. Kennedy Elementary closes early.",
    "Applications from J. R. Smith were received.",
    "\"Where is my bus?\" she asked.",
    "The policy says \"No phones.\"| It applies to everyone.",
    "He said, \"Wait!\"| Then the bus left.",
    "Students may ride (see Policy 5.2. Exceptions apply.) the late bus.",
    "Phones stay off.| (Exceptions: medical use.)| Watches are fine.",
    "Wait... there is more.| That is all.",
    "The list goes on…| Ask the office.",
    "Is school open?| Yes!| Come in.",
    "Really?!| Yes.",
    "Visit www.example.org. for details.",
    "Visit www.example.org.| The form is there.",
    "Write to office@example.org.| We answer within two days.",
    "Absences are recorded.[2]| Three make a letter.",
    "Smith v. Jones settled this.",
    "The vote was 5–2 vs. last year's 4–3.",
    "Acme Bus Co. Inc. Drivers is the vendor.",
    "The building opened in 1998.| It was renovated in 2015.",
    "Grade: K–5; Price: $2.75.| Grade: 6–8; Price: $3.00.",
    "TRANSPORTATION",
    "School Hours",
    "Bring:\n| pencils\n| paper",
    "No stop at the end",
    "The Ph.D. Program meets here.",
    "It holds vitamin C.| The label says so.",
    "学校は八時に始まります。|昼食は無料です。",
    "¿Dónde está el autobús?| ¡Aquí!",
    "Grades are A, B and C.| All count.",
    "Room 12.| The library is next door.",
    "He said, \"No phones. \"",
    "Wait. ...",
];

#[test]
fn the_writing_of_schools() {
    for case in CASES {
        let wanted: Vec<&str> = case.split('|').map(str::trim).collect();
        let text = case.replace('|', "");
        assert_eq!(split(&text), wanted, "in {text:?}");
    }
    assert!(CASES.len() >= 40);
}

#[test]
fn an_endless_line_is_cut_at_its_best_places() {
    let line = "word ".repeat(5_000);
    let spans = sentences(&line);
    assert!(spans.len() > 10);
    assert!(
        spans
            .iter()
            .all(|span| span.end - span.start <= SENTENCE_BYTES_MAX)
    );
    assert!(split(&line).iter().all(|piece| piece.ends_with("word")));
    let letters = "ж".repeat(10_000);
    assert!(sentences(&letters).len() >= 10_000 * 2 / SENTENCE_BYTES_MAX);
}

fn district_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("."),
        Just("..."),
        Just("? "),
        Just("! "),
        Just(". "),
        Just(" a.m. "),
        Just("Dr. "),
        Just("\n"),
        Just("5.2.1 "),
        Just("Section 504. "),
        Just("(see "),
        Just(") "),
        Just("[1]"),
        Just("\""),
        Just("é"),
        Just("Students "),
        Just("the "),
        Just("。"),
        Just("\u{a0}"),
        Just("\u{3000}"),
        Just("🚌"),
        Just("U.S. "),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn keeps_its_promises(text: &str) {
    let spans = sentences(text);
    let mut covered = 0;
    for span in &spans {
        assert!(span.start >= covered, "overlap at {span:?} in {text:?}");
        assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        assert!(
            text[covered..span.start].trim().is_empty(),
            "text left out before {span:?} in {text:?}"
        );
        let sentence = &text[span.start..span.end];
        assert!(
            !sentence.is_empty() && sentence == sentence.trim(),
            "blank edge in {sentence:?}"
        );
        covered = span.end;
    }
    assert!(
        text[covered..].trim().is_empty(),
        "text left out at the end of {text:?}"
    );
}

proptest! {
    #[test]
    fn spans_cover_all_text_in_order(text in "\\PC{0,200}") {
        keeps_its_promises(&text);
    }

    #[test]
    fn spans_cover_all_district_text_in_order(text in district_text()) {
        keeps_its_promises(&text);
    }
}
