//! What an item rests on, as its page shows it.

use super::items::{changed_words, citation};
use crate::http::dto;
use crate::review::{Carried, ChangeKind};
use crate::workflow::{CitedSentence, SourceChange, SourcePanel};

/// A cited version with the passages around what is cited.
pub fn panel(panel: SourcePanel) -> dto::SourcePanel {
    let passages = panel
        .passages
        .into_iter()
        .map(|(passage, text)| dto::PassageText {
            heading: passage.heading,
            page: passage.page,
            start: passage.start as u64,
            end: passage.end as u64,
            text,
        });
    dto::SourcePanel {
        document: panel.version.document.to_string(),
        version: panel.version.id.to_string(),
        title: panel.title,
        owner: panel.owner,
        standing: panel.standing.into(),
        effective: panel.version.effective.map(dto::Day::from),
        expires: panel.version.expires.map(dto::Day::from),
        expires_in_days: panel.expires_soon,
        passages: passages.collect(),
    }
}

/// A cited version that left force, and what its sentences became.
pub fn change(change: SourceChange) -> dto::SourceChange {
    dto::SourceChange {
        document: change.lost.document.to_string(),
        version: change.lost.id.to_string(),
        number: change.lost.number,
        title: change.title,
        newer: change.newer.map(|(row, title)| dto::NewerVersion {
            document: row.document.to_string(),
            version: row.id.to_string(),
            number: row.number,
            title,
        }),
        sentences: change.sentences.into_iter().map(cited_sentence).collect(),
    }
}

fn cited_sentence(cited: CitedSentence) -> dto::CitedSentence {
    let (fate, now, words) = match cited.carried {
        None => (dto::SentenceFate::NoNewerVersion, None, Vec::new()),
        Some(Carried::Gone) => (dto::SentenceFate::Gone, None, Vec::new()),
        Some(Carried::Unchanged(now)) => (dto::SentenceFate::Unchanged, Some(now), Vec::new()),
        Some(Carried::Changed { now, changes }) => {
            if changes.iter().all(|change| change.kind == ChangeKind::Equal) {
                (dto::SentenceFate::Moved, Some(now), Vec::new())
            } else {
                (dto::SentenceFate::Changed, Some(now), changes)
            }
        }
    };
    dto::CitedSentence {
        section: u32::try_from(cited.section).unwrap_or(u32::MAX),
        sentence: u32::try_from(cited.sentence).unwrap_or(u32::MAX),
        quote: cited.citation.quote,
        fate,
        now: now.map(citation),
        changes: words.into_iter().map(changed_words).collect(),
    }
}
