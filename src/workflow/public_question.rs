//! The question that heads an answer's public page: the asker's own until a person words it anew.

use super::error::WorkflowError;
use super::requests::shortened;
use crate::corpus::one_line;
use crate::store::{ItemKind, ItemRow, RevisionRow};

/// Characters of a heading that people still read as one question.
const CHARACTERS_MAX: usize = 300;

/// What heads the page as the item stands: what its text says, else the asker's question as the gate let it through.
/// `None` for a newsletter, which has a title.
pub(super) fn standing(row: &ItemRow, revision: Option<&RevisionRow>) -> Option<String> {
    if row.kind == ItemKind::Newsletter {
        return None;
    }
    let of_text = revision.and_then(|revision| revision.public_question.clone());
    Some(of_text.unwrap_or_else(|| shortened(&row.question, CHARACTERS_MAX)))
}

/// What a person wants to head the page; left out, it stays what it is. What they typed is only refused, never
/// shortened.
pub(super) fn given(
    typed: Option<String>,
    standing: &Option<String>,
) -> Result<Option<String>, WorkflowError> {
    let wrong = |reason: String| Err(WorkflowError::invalid("public_question", reason));
    let Some(typed) = typed else {
        return Ok(standing.clone());
    };
    if standing.is_none() {
        return wrong(
            "A newsletter has a title and no public question; leave the public question out.".into(),
        );
    }
    let question = one_line(&typed);
    if !question.chars().any(char::is_alphanumeric) {
        return wrong(
            "The public question is empty; it heads the public page, so write what is answered.".into(),
        );
    }
    let length = question.chars().count();
    if length > CHARACTERS_MAX {
        return wrong(format!(
            "The public question has {length} characters and may have {CHARACTERS_MAX}; shorten it to what is answered."
        ));
    }
    Ok(Some(question))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Option<String> {
        Some("does the late bus come on fridays??".to_owned())
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_typed_becomes_one_line() {
        assert_eq!(given(None, &asked()).expect("kept"), asked());
        let typed = Some(" Does the late bus\nrun on Fridays? ".to_owned());
        assert_eq!(
            given(typed, &asked()).expect("taken"),
            Some("Does the late bus run on Fridays?".to_owned())
        );
        assert_eq!(given(None, &None).expect("a newsletter"), None);
    }

    #[test]
    fn what_can_not_head_a_page_is_refused_in_words() {
        for (typed, standing, said) in [
            ("  ", asked(), "empty"),
            ("?!", asked(), "empty"),
            ("x".repeat(301).as_str(), asked(), "301 characters"),
            ("Why?", None, "newsletter"),
        ] {
            let refused = given(Some(typed.to_owned()), &standing).expect_err(said);
            assert!(refused.to_string().contains(said), "{refused}");
        }
        assert!(given(Some("é".repeat(300)), &asked()).is_ok());
    }
}
