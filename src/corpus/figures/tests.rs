//! The figure check: what counts as a figure, as missing, as innocent.

use proptest::prelude::*;

use super::*;

fn page(number: u32, lines: &[&str]) -> OriginalPage {
    OriginalPage {
        page: Some(number),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn missing(original: &[OriginalPage], extracted: &[(u32, &str)]) -> Vec<String> {
    let extracted: Vec<Said> = extracted
        .iter()
        .map(|(page, text)| Said {
            page: Some(*page),
            text,
        })
        .collect();
    missing_figures(original, &extracted)
        .1
        .into_iter()
        .map(|missing| missing.figure)
        .collect()
}

#[test]
fn every_kind_of_figure_is_found_and_folded() {
    let cases: &[(&str, &[&str])] = &[
        ("Lunch is $ 2.75, milk €1", &["$2.75", "€1"]),
        ("Buses leave at 8:05 a.m. and 3 PM.", &["8:05a.m", "3pm"]),
        ("Call (919) 555–0123.", &["919", "555-0123"]),
        ("August 14, 2026 or 8/14/26", &["14", "2026", "8/14/26"]),
        ("12.5 % of 1,234 in K–5", &["12.5%", "1,234", "5"]),
        (
            "Write to Help@School.org or see https://school.org/fees.",
            &["help@school.org", "https://school.org/fees"],
        ),
        ("No figure here.", &[]),
    ];
    for (text, wanted) in cases {
        let found: Vec<String> = figures(text).into_iter().map(|figure| figure.folded).collect();
        assert_eq!(found, *wanted, "{text}");
    }
}

#[test]
fn a_lost_figure_is_named_and_a_differently_set_one_is_not() {
    let cases: &[(&[&str], &str, &[&str])] = &[
        (
            &["Bus 7 at 8:05 a.m.", "Room 1201"],
            "Bus 7 at 8:05 A.M.",
            &["1201"],
        ),
        (&["Fee $45", "Fee $45"], "Fee: $45.", &["$45"]),
        (&["Fee", "$45"], "Item: Fee; Amount: $ 45.", &[]),
        (&["Call 555-", "0123"], "Call 555-0123.", &[]),
        (&["August 14,", "2026"], "August 14,2026", &[]),
        (&["Room 12"], "Room 1 2", &["12"]),
        (&["Grade 5"], "2.55", &["5"]),
        (
            &["See www.school.org/a"],
            "See www.school.org/b",
            &["www.school.org/a"],
        ),
    ];
    for (lines, text, wanted) in cases {
        let original = [OriginalPage {
            page: None,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        }];
        let found = missing(&original, &[(1, text)]);
        assert_eq!(found, *wanted, "{lines:?} in {text:?}");
    }
}

#[test]
fn running_heads_and_page_numbers_are_innocent_and_rows_are_not() {
    let pages: Vec<OriginalPage> = (1..=4)
        .map(|n| {
            let (head, row, foot) = (
                format!("Handbook 2026, part {n}"),
                format!("Bus {n}0 leaves"),
                format!("Page {n} of 4"),
            );
            page(n, &[&head, "a", "b", "c", &row, "d", "e", "f", &foot])
        })
        .collect();
    assert_eq!(
        missing(&pages, &[(1, "Bus 10 leaves"), (2, "Bus 20"), (4, "Bus 40")]),
        ["30"]
    );
    assert!(missing(&[page(1, &["Text", "- 1 -"])], &[]).is_empty());
    assert_eq!(missing(&[page(1, &["Text", "1201"])], &[]), ["1201"]);
}

#[test]
fn a_figure_of_another_page_does_not_stand_for_one_that_is_lost() {
    let set = |line: &'static str| ["a", "b", "c", line, "d", "e", "f"];
    let pages = [
        page(1, &set("Fee $5")),
        page(2, &set("So it")),
        page(3, &set("Fee $5")),
    ];
    assert_eq!(missing(&pages, &[(1, "Fee $5"), (2, "So it")]), ["$5"]);
    // A paragraph begun on page 2 may go on over the end of the page.
    assert!(missing(&pages, &[(1, "Fee $5"), (2, "So it goes. Fee $5")]).is_empty());
}

#[test]
fn the_verdict_follows_the_thresholds() {
    use FidelityVerdict::{Full, Low, SomeMissing};
    for (figures, missing, wanted) in [
        (0, 0, Full),
        (100, 0, Full),
        (3, 3, SomeMissing),
        (100, 9, SomeMissing),
        (100, 10, Low),
        (5, 5, Low),
    ] {
        assert_eq!(verdict(figures, missing), wanted, "{missing} of {figures}");
    }
}

proptest! {
    /// A text has all figures of its own lines, however they are wrapped; without one of its lines it lacks that
    /// line's figure.
    #[test]
    fn a_text_lacks_nothing_of_itself(numbers in prop::collection::vec(10u32..100_000, 1..20), lost in any::<prop::sample::Index>()) {
        let lines: Vec<String> = numbers.iter().map(|n| format!("Row costs ${n}")).collect();
        let original = [OriginalPage { page: None, lines: lines.clone() }];
        let text = |lines: &[String]| lines.join("\n");
        let whole = text(&lines);
        let of_whole = missing_figures(&original, &[Said { page: None, text: &whole }]).1;
        prop_assert!(of_whole.is_empty());
        let lost = lost.index(lines.len());
        let mut rest = lines.clone();
        rest.remove(lost);
        let rest = text(&rest);
        let missing = missing_figures(&original, &[Said { page: None, text: &rest }]).1;
        prop_assert_eq!(missing.len(), 1);
        prop_assert_eq!(&missing[0].figure, &format!("${}", numbers[lost]));
    }
}
