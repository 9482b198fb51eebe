//! Structured data (schema.org) with which search engines show an answer as one.

use serde_json::{Value, json};

/// A `FAQPage` with one question, as the text of a data block.
pub fn faq_page(question: &str, answer_html: &str, reviewed_on: &str) -> String {
    let data = json!({
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "dateModified": reviewed_on,
        "mainEntity": [{
            "@type": "Question",
            "name": question,
            "acceptedAnswer": { "@type": "Answer", "text": answer_html },
        }],
    });
    data_block(&data)
}

/// JSON that can stand in a script element: nothing in it can end the element or begin a comment.
fn data_block(data: &Value) -> String {
    data.to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_data_block_early() {
        let block = faq_page("</script><script>alert(1)", "<p>a &amp; b</p>", "2026-10-05");
        assert!(!block.contains(['<', '>', '&']));
        let read: Value = serde_json::from_str(&block).expect("it stays JSON");
        assert_eq!(read["mainEntity"][0]["name"], "</script><script>alert(1)");
        assert_eq!(
            read["mainEntity"][0]["acceptedAnswer"]["text"],
            "<p>a &amp; b</p>"
        );
    }
}
