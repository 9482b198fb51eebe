//! Turns rows of logits into text: the likeliest allowed token, its bytes as whole characters, and when to stop.

use std::time::{Duration, Instant};

use llguidance::toktrie::{SimpleVob, TokenId};

use super::error::EngineError;
use super::grammar::Mask;
use super::vocabulary::Vocabulary;

/// What the model wrote and why it stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    pub text: String,
    pub tokens: usize,
    pub stop: Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The model ended its turn.
    EndOfTurn,
    /// The grammar is complete and allows nothing more.
    Grammar,
    /// The allowed number of tokens, or the context, is used up.
    Length,
}

/// One output while it is being written.
pub(super) struct Writer<'a> {
    vocabulary: &'a Vocabulary,
    mask: Option<Mask>,
    /// Spent on the mask so far.
    mask_time: Duration,
    tokens_max: usize,
    on_text: &'a mut dyn FnMut(&str),
    tokens: usize,
    text: String,
    /// Bytes of a character whose last bytes have not come yet.
    unfinished: Vec<u8>,
    stop: Option<Stop>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        vocabulary: &'a Vocabulary,
        mask: Option<Mask>,
        tokens_max: usize,
        on_text: &'a mut dyn FnMut(&str),
    ) -> Self {
        let stop = (tokens_max == 0).then_some(Stop::Length);
        Self {
            vocabulary,
            mask,
            mask_time: Duration::ZERO,
            tokens_max,
            on_text,
            tokens: 0,
            text: String::new(),
            unfinished: Vec::new(),
            stop,
        }
    }

    /// Writes the next token given the logits of the vocabulary; none when the output is finished without one.
    pub(super) fn write(&mut self, logits: &[f32]) -> Result<Option<TokenId>, EngineError> {
        if self.stop.is_some() {
            return Ok(None);
        }
        let started = Instant::now();
        let allowed = self.mask.as_mut().map(Mask::allowed).transpose()?;
        self.mask_time += started.elapsed();
        let token = likeliest(logits, allowed.as_ref(), self.vocabulary.len())?;
        if self.vocabulary.is_end(token) {
            self.stop = Some(Stop::EndOfTurn);
            return Ok(None);
        }
        self.tokens += 1;
        self.emit(token);
        if let Some(mask) = &mut self.mask {
            mask.take(token)?;
        }
        if self.mask.as_ref().is_some_and(Mask::is_over) {
            self.stop = Some(Stop::Grammar);
        } else if self.tokens >= self.tokens_max {
            self.stop = Some(Stop::Length);
        }
        Ok(Some(token))
    }

    /// None without a mask.
    pub(super) fn mask_time(&self) -> Option<Duration> {
        self.mask.as_ref().map(|_| self.mask_time)
    }

    pub(super) fn tokens(&self) -> usize {
        self.tokens
    }

    pub(super) fn is_finished(&self) -> bool {
        self.stop.is_some()
    }

    /// The part of `guesses` that could still be written: not more than is left, and nothing the mask forbids.
    pub(super) fn possible<'g>(&mut self, guesses: &'g [TokenId]) -> Result<&'g [TokenId], EngineError> {
        let left = self.tokens_max.saturating_sub(self.tokens + 1);
        let guesses = guesses.get(..left.min(guesses.len())).unwrap_or_default();
        let Some(mask) = &mut self.mask else {
            return Ok(guesses);
        };
        let started = Instant::now();
        let allowed = mask.allows(guesses)?;
        self.mask_time += started.elapsed();
        Ok(guesses.get(..allowed).unwrap_or_default())
    }

    /// An output that ends inside a character ends with the replacement character.
    pub(super) fn finish(mut self) -> Generated {
        if !self.unfinished.is_empty() {
            let rest = String::from_utf8_lossy(&self.unfinished).into_owned();
            self.text.push_str(&rest);
            (self.on_text)(&rest);
        }
        Generated {
            text: self.text,
            tokens: self.tokens,
            stop: self.stop.unwrap_or(Stop::Length),
        }
    }

    fn emit(&mut self, token: TokenId) {
        self.unfinished.extend_from_slice(self.vocabulary.bytes(token));
        let whole = whole_characters(&self.unfinished);
        if whole > 0 {
            let bytes: Vec<u8> = self.unfinished.drain(..whole).collect();
            let piece = String::from_utf8_lossy(&bytes);
            self.text.push_str(&piece);
            (self.on_text)(&piece);
        }
    }
}

/// Length of `bytes` without a character at the end that more bytes could complete.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        // Bytes that are wrong whatever follows are given out as they are; the reader sees a replacement character.
        Err(error) => {
            let wrong_end = error.valid_up_to() + error.error_len().unwrap_or(1);
            wrong_end + bytes.get(wrong_end..).map_or(0, whole_characters)
        }
    }
}

/// The highest logit's token, of several equal ones the first.
fn likeliest(
    logits: &[f32],
    allowed: Option<&SimpleVob>,
    vocabulary_len: usize,
) -> Result<TokenId, EngineError> {
    let mut best: Option<(usize, f32)> = None;
    let mut consider = |token: usize, logit: f32| {
        if best.is_none_or(|(_, highest)| logit > highest) {
            best = Some((token, logit));
        }
    };
    let logits = logits.get(..vocabulary_len).unwrap_or(logits);
    match allowed {
        None => (logits.iter().enumerate()).for_each(|(token, &logit)| consider(token, logit)),
        Some(allowed) => allowed.iter_set_entries(|token| {
            if let Some(&logit) = logits.get(token) {
                consider(token, logit);
            }
        }),
    }
    let nothing = || EngineError::Grammar("it allows no token here".to_owned());
    best.map(|(token, _)| token as TokenId).ok_or_else(nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn characters_are_held_back_until_they_are_whole() {
        let cases: [(&[u8], usize); 6] = [
            (b"", 0),
            (b"ab", 2),
            ("é".as_bytes(), 2),
            (b"a\xC3", 1),
            (b"\xF0\x9F\x98", 0),
            (b"\xFFa\xC3", 2),
        ];
        for (bytes, expected) in cases {
            assert_eq!(whole_characters(bytes), expected, "of {bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn text_cut_anywhere_comes_out_whole(text in "\\PC{0,12}", cut in 0usize..40) {
            let cut = cut.min(text.len());
            let whole = whole_characters(&text.as_bytes()[..cut]);
            prop_assert!(text.is_char_boundary(whole));
            prop_assert!(cut - whole < 4);
        }
    }
}
