//! FAQ pages and newsletters from approved drafts, and from nothing else.
//!
//! Everything here is pure and takes an `ApprovedDraft` by type: what was not approved can't be made into a page.
//! The bytes made here are stored, served and hashed as they are.

mod escape;
mod faq;
mod newsletter;
mod slug;
mod sources;
#[cfg(test)]
mod tests;

pub use escape::{html, markdown};
pub use faq::{answer_only, faq_page, heading};
pub use newsletter::{NewsletterMeta, newsletter_file, newsletter_page};
pub use slug::{SLUG_CHARACTERS_MAX, slug, slug_with_number};

use sha2::{Digest, Sha256};

/// What is published: kept with the publication, served unchanged, named by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedPage {
    /// The page's article, heading included, without the frame around it.
    pub html_body: String,
    pub markdown: String,
    /// Over `html_body`'s bytes, in hexadecimal.
    pub content_sha256: String,
}

impl PublishedPage {
    fn of(html_body: String, markdown: String) -> PublishedPage {
        let content_sha256 = hex::encode(Sha256::digest(html_body.as_bytes()));
        PublishedPage {
            html_body,
            markdown,
            content_sha256,
        }
    }
}
