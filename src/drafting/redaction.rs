//! Personal data taken out of a text, each span replaced by words that say what stood there.

use super::personal::PersonalSpan;

/// How every replacement ends, so that a text which still holds one can be told.
const END: &str = " removed]";

/// The text with each span replaced by what it was: "[a phone number removed]". Spans are byte offsets, in order.
pub fn redacted(text: &str, spans: &[PersonalSpan]) -> String {
    let mut kept = String::new();
    let mut at = 0;
    for span in spans {
        kept.push_str(text.get(at..span.start).unwrap_or_default());
        kept.push_str(&format!("[{}{END}", span.kind.name()));
        at = span.end.max(at);
    }
    kept.push_str(text.get(at..).unwrap_or_default());
    kept
}

/// Whether a text shows that something was taken out of it.
pub(super) fn is_redacted(text: &str) -> bool {
    text.contains(END)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drafting::personal_data;

    #[test]
    fn what_was_taken_out_is_named_in_its_place() {
        let text = "Call 555-123-4567 or 555-123-4568, please.";
        let without = redacted(text, &personal_data(text));
        assert_eq!(
            without,
            "Call [a phone number removed] or [a phone number removed], please."
        );
        assert!(is_redacted(&without) && !is_redacted(text));
    }

    proptest! {
        #[test]
        fn nothing_found_is_left(before in "[a-z é]{0,20}", after in "[a-z é]{0,20}") {
            let text = format!("{before} 123-45-6789 {after}");
            let without = redacted(&text, &personal_data(&text));
            prop_assert!(!without.contains("123-45-6789") && is_redacted(&without));
            prop_assert!(without.starts_with(&before) && without.ends_with(&after));
        }
    }
}
