//! Output masks: a grammar that makes some outputs impossible to emit, compiled against the model's own tokens.

use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{SimpleVob, TokenId};
use llguidance::{Matcher, ParserFactory};
use sha2::{Digest, Sha256};

use super::error::EngineError;
use super::vocabulary::Vocabulary;

/// Characters of the hash that name a mask in a draft's record.
const ID_LEN: usize = 16;

/// What the model may emit, in llguidance's Lark dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar(Arc<str>);

impl Grammar {
    /// The rule `start` is where output begins; output ends where it is complete and cannot go on.
    pub fn lark(source: impl Into<String>) -> Self {
        Self(Arc::from(source.into()))
    }

    /// One to `labels_max` of `labels`, comma-separated ("S1, S4"), or "NONE". A label may occur twice.
    pub fn labels(labels: &[String], labels_max: usize) -> Self {
        if labels.is_empty() || labels_max == 0 {
            return Self::lark("start: \"NONE\"");
        }
        let choice: Vec<String> = labels
            .iter()
            .map(|label| regex::escape(label).replace('/', "\\/"))
            .collect();
        let choice = choice.join("|");
        let more = labels_max - 1;
        Self::lark(format!(
            "start: LIST\nLIST: /NONE|({choice})(, ({choice})){{0,{more}}}/"
        ))
    }

    /// Names the mask: the start of its source's SHA-256.
    pub fn id(&self) -> String {
        let mut id = hex::encode(Sha256::digest(self.0.as_bytes()));
        id.truncate(ID_LEN);
        id
    }
}

/// Makes masks for one vocabulary; its own tables are built once.
pub(super) struct MaskFactory(ParserFactory);

impl MaskFactory {
    pub(super) fn new(vocabulary: Arc<Vocabulary>) -> Result<Self, EngineError> {
        let environment: llguidance::toktrie::TokEnv = vocabulary;
        let mut factory = ParserFactory::new_simple(&environment).map_err(invalid)?;
        factory.quiet();
        Ok(Self(factory))
    }

    pub(super) fn mask(&self, grammar: &Grammar) -> Result<Mask, EngineError> {
        let parser = self
            .0
            .create_parser(TopLevelGrammar::from_lark(grammar.0.to_string()));
        let matcher = Matcher::new(parser);
        match matcher.get_error() {
            Some(reason) => Err(EngineError::Grammar(reason)),
            None => Ok(Mask(matcher)),
        }
    }
}

/// Where one output stands in its grammar.
pub(super) struct Mask(Matcher);

impl Mask {
    pub(super) fn allowed(&mut self) -> Result<SimpleVob, EngineError> {
        self.0.compute_mask_or_eos().map_err(invalid)
    }

    pub(super) fn take(&mut self, token: TokenId) -> Result<(), EngineError> {
        self.0.consume_token(token).map_err(invalid)
    }

    /// How many of `tokens`, from the first, the grammar would let through here.
    pub(super) fn allows(&mut self, tokens: &[TokenId]) -> Result<usize, EngineError> {
        self.0.validate_tokens(tokens).map_err(invalid)
    }

    /// Nothing can follow.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_stopped()
    }
}

fn invalid(error: impl std::fmt::Display) -> EngineError {
    EngineError::Grammar(error.to_string())
}
