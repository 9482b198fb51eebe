//! Literals in their many spellings, and when one backs another.

use proptest::prelude::*;

use super::*;

fn values(text: &str) -> Vec<String> {
    literals(text).into_iter().map(|literal| literal.value).collect()
}

#[test]
fn one_form_for_many_spellings() {
    for (text, expected) in [
        ("two (2) weeks", vec!["2", "2"]),
        ("twenty-five students", vec!["25"]),
        ("one hundred days", vec!["100"]),
        ("the 3rd grade", vec!["3"]),
        ("the third grade", vec!["3"]),
        ("8:05 a.m.", vec!["8:05a"]),
        ("8:05 am", vec!["8:05a"]),
        ("at 3 p.m. on Monday", vec!["3:00p", "mon"]),
        ("at noon", vec!["12:00p"]),
        ("$1,250.00", vec!["1250"]),
        ("$2.75 or 40 cents", vec!["2.75", "0.4"]),
        ("5 percent and 5%", vec!["5", "5"]),
        ("June 5, 2026", vec!["2026-6-5"]),
        ("5 June 2026", vec!["2026-6-5"]),
        ("6/5/26", vec!["2026-6-5"]),
        ("2026-06-05", vec!["2026-6-5"]),
        ("in March", vec!["?-3-?"]),
        ("you may go", vec![]),
        ("call 555-0142 or (208) 555-0142", vec!["5550142", "2085550142"]),
        ("Grades K–5 and K-5", vec!["K-5", "K-5"]),
        ("a Help@School.example address", vec!["help@school.example"]),
        ("see https://www.school.example/faq.", vec!["school.example/faq"]),
        ("see www.school.example/faq", vec!["school.example/faq"]),
        ("Policy 0500.20", vec!["500.2"]),
        ("34 CFR 99.31", vec!["34", "99.31"]),
        ("Section 5.2.1", vec!["5.2.1"]),
        ("one of them came first", vec![]),
        ("one week", vec!["1"]),
        ("2026–27", vec!["2026", "27"]),
    ] {
        assert_eq!(values(text), expected, "{text}");
    }
}

#[test]
fn only_what_no_source_has_is_missing() {
    for (claim, source, lost) in [
        ("within 2 weeks", "within two (2) weeks", 0),
        ("within 3 weeks", "within two (2) weeks", 1),
        ("on June 5", "on June 5, 2026", 0),
        ("on June 5, 2027", "on June 5, 2026", 1),
        ("on June 5, 2026", "on June 5", 1),
        ("8:05 a.m.", "8:05–8:30 a.m.", 0),
        ("8:05 p.m.", "8:05 a.m.", 1),
        ("grade 5", "grades K-5", 0),
        ("$45", "45 students", 1),
        ("45", "$45", 1),
        ("Monday", "Tuesdays", 1),
        ("on Mondays", "every Monday", 0),
        ("call 555-0142", "call 555-0143", 1),
    ] {
        assert_eq!(missing(claim, &[source]).len(), lost, "{claim:?} from {source:?}");
    }
}

proptest! {
    #[test]
    fn any_text_backs_itself(text in "\\PC{0,200}") {
        prop_assert_eq!(missing(&text, &[&text]), vec![]);
    }

    #[test]
    fn places_are_slices_in_order(text in "[0-9a-zA-Z$%:./@ ,-]{0,120}") {
        let found = literals(&text);
        prop_assert!(found.iter().all(|l| text.get(l.start..l.end).is_some_and(|s| !s.is_empty())));
        prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}
