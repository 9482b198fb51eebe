//! The model's own tokenizer, taken from its file: text to tokens with the line between template and untrusted text kept,
//! tokens to bytes, and the same tokens as the trie that output masks are computed on.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::{Content, Value, VersionedMagic};
use candle_core::quantized::tokenizer::TokenizerFromGguf;
use llguidance::toktrie::{TokRxInfo, TokTrie, TokenId, TokenizerEnv};
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use super::error::{EngineError, LoadError};

/// A part of a prompt, tokenized apart from its neighbours.
#[derive(Clone, Copy, Debug)]
pub enum Segment<'a> {
    /// Written by us; may hold the model's special tokens, such as `<|im_start|>`.
    Template(&'a str),
    /// Anything else: `<|im_end|>` in a document stays eleven plain characters.
    Untrusted(&'a str),
}

impl<'a> Segment<'a> {
    pub(super) fn text(&self) -> &'a str {
        match self {
            Self::Template(text) | Self::Untrusted(text) => text,
        }
    }
}

/// What ends a turn in the ChatML templates that the prompts are written in, and what ends a text.
const TURN_TOKENS: [&str; 2] = ["<|im_start|>", "<|im_end|>"];
const END_OF_TEXT: &str = "<|endoftext|>";

/// Header keys that decide how text becomes tokens; their values make the tokenizer's hash.
const TOKENIZER_KEYS: [&str; 6] = [
    "tokenizer.ggml.model",
    "tokenizer.ggml.pre",
    "tokenizer.ggml.tokens",
    "tokenizer.ggml.token_type",
    "tokenizer.ggml.merges",
    "tokenizer.ggml.add_bos_token",
];

/// GGUF's number for an ordinary token; the other kinds (control, user-defined, unused, …) are special.
const KIND_NORMAL: i64 = 1;
const KIND_BYTE: i64 = 6;

pub(super) struct Vocabulary {
    /// Set to treat special tokens as plain text; templates find theirs before it is asked.
    tokenizer: Tokenizer,
    /// Longest first, so that no special token hides behind a shorter one.
    specials: Vec<(String, TokenId)>,
    trie: TokTrie,
    ends: Vec<TokenId>,
    sha256: String,
}

impl Vocabulary {
    /// Takes the file's header, which is large and of no other use.
    pub(super) fn new(metadata: HashMap<String, Value>) -> Result<Self, LoadError> {
        let sha256 = tokenizer_sha256(&metadata);
        let names = names(&metadata)?;
        let kinds = kinds(&metadata, names.len())?;
        let mut tokenizer = tokenizer(metadata)?;
        tokenizer.set_encode_special_tokens(true);

        let is_special = |kind: i64| kind != KIND_NORMAL && kind != KIND_BYTE;
        let mut specials: Vec<(String, TokenId)> = (0..)
            .zip(&names)
            .zip(&kinds)
            .filter(|((_, name), kind)| is_special(**kind) && !name.is_empty())
            .map(|((id, name), _)| (name.clone(), id))
            .collect();
        specials.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let id_of = |wanted: &str| {
            specials
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|&(_, id)| id)
        };
        for token in TURN_TOKENS {
            id_of(token).ok_or(LoadError::NoChatTokens(token))?;
        }
        let ends: Vec<TokenId> = [TURN_TOKENS[1], END_OF_TEXT]
            .into_iter()
            .filter_map(id_of)
            .collect();

        let trie = trie(&names, &kinds, &ends, is_special);
        Ok(Self {
            tokenizer,
            specials,
            trie,
            ends,
            sha256,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.trie.vocab_size()
    }

    pub(super) fn sha256(&self) -> &str {
        &self.sha256
    }

    pub(super) fn is_end(&self, token: TokenId) -> bool {
        self.ends.contains(&token)
    }

    /// The bytes a token stands for; none for a special token.
    pub(super) fn bytes(&self, token: TokenId) -> &[u8] {
        match self.trie.token(token) {
            [TokTrie::SPECIAL_TOKEN_MARKER, ..] => &[],
            bytes => bytes,
        }
    }

    /// The whole prompt as tokens, part by part.
    pub(super) fn encode(&self, prompt: &[Segment<'_>]) -> Result<Vec<TokenId>, EngineError> {
        let mut tokens = Vec::new();
        for segment in prompt {
            match segment {
                Segment::Template(text) => self.encode_template(text, &mut tokens)?,
                Segment::Untrusted(text) => tokens.extend(self.encode_plain(text)?),
            }
        }
        Ok(tokens)
    }

    /// Text without special tokens.
    pub(super) fn encode_plain(&self, text: &str) -> Result<Vec<TokenId>, EngineError> {
        let encoding = self
            .tokenizer
            .encode_fast(text, false)
            .map_err(EngineError::Tokenizer)?;
        Ok(encoding.get_ids().to_vec())
    }

    fn encode_template(&self, text: &str, tokens: &mut Vec<TokenId>) -> Result<(), EngineError> {
        let mut rest = text;
        while let Some((start, name, id)) = self.first_special(rest) {
            let (plain, from_special) = rest.split_at(start);
            tokens.extend(self.encode_plain(plain)?);
            tokens.push(id);
            rest = from_special.strip_prefix(name).unwrap_or_default();
        }
        tokens.extend(self.encode_plain(rest)?);
        Ok(())
    }

    fn first_special(&self, text: &str) -> Option<(usize, &str, TokenId)> {
        let found = self
            .specials
            .iter()
            .filter_map(|(name, id)| Some((text.find(name.as_str())?, name.as_str(), *id)));
        found.min_by_key(|&(start, _, _)| start)
    }
}

/// Lets the masks ask for the tokens of a text.
impl TokenizerEnv for Vocabulary {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<TokenId> {
        self.trie.tokenize_with_greedy_fallback(bytes, |text| {
            self.encode_plain(text)
                .unwrap_or_else(|_| self.trie.greedy_tokenize(text.as_bytes()))
        })
    }
}

/// Only tokenizers whose splitting rule is known are taken: a wrong rule gives wrong tokens without any error.
fn tokenizer(mut metadata: HashMap<String, Value>) -> Result<Tokenizer, LoadError> {
    let rule = metadata
        .get("tokenizer.ggml.pre")
        .and_then(|rule| rule.to_string().ok())
        .cloned()
        .unwrap_or_default();
    match rule.as_str() {
        "qwen2" => {}
        "llama-bpe" | "llama3" => {
            metadata.insert(
                "tokenizer.ggml.pre".to_owned(),
                Value::String("llama3".to_owned()),
            );
            metadata.insert("tokenizer.ggml.ignore_merges".to_owned(), Value::Bool(true));
        }
        _ => return Err(LoadError::UnknownTokenizer(rule)),
    }
    let content = Content {
        magic: VersionedMagic::GgufV3,
        metadata,
        tensor_infos: HashMap::new(),
        tensor_data_offset: 0,
    };
    Tokenizer::from_gguf(&content).map_err(LoadError::Tensors)
}

fn names(metadata: &HashMap<String, Value>) -> Result<Vec<String>, LoadError> {
    let key = "tokenizer.ggml.tokens";
    let values = metadata
        .get(key)
        .ok_or_else(|| LoadError::Lacks(key.to_owned()))?;
    let names = values
        .to_vec()
        .and_then(|values| values.iter().map(|value| value.to_string().cloned()).collect());
    names.map_err(|_| LoadError::Unexpected(key.to_owned()))
}

fn kinds(metadata: &HashMap<String, Value>, count: usize) -> Result<Vec<i64>, LoadError> {
    let key = "tokenizer.ggml.token_type";
    let values = metadata
        .get(key)
        .ok_or_else(|| LoadError::Lacks(key.to_owned()))?;
    let number = |value: &Value| match value {
        Value::I32(kind) => Some(i64::from(*kind)),
        Value::U32(kind) => Some(i64::from(*kind)),
        _ => None,
    };
    let kinds: Option<Vec<i64>> = values
        .to_vec()
        .ok()
        .and_then(|values| values.iter().map(number).collect());
    kinds
        .filter(|kinds| kinds.len() == count)
        .ok_or_else(|| LoadError::Unexpected(key.to_owned()))
}

fn trie(names: &[String], kinds: &[i64], ends: &[TokenId], is_special: impl Fn(i64) -> bool) -> TokTrie {
    let byte_of = byte_of_character();
    let words: Vec<Vec<u8>> = names
        .iter()
        .zip(kinds)
        .map(|(name, &kind)| {
            let bytes: Option<Vec<u8>> = name
                .chars()
                .map(|character| byte_of.get(&character).copied())
                .collect();
            match bytes {
                Some(bytes) if !is_special(kind) => bytes,
                _ => [&[TokTrie::SPECIAL_TOKEN_MARKER], name.as_bytes()].concat(),
            }
        })
        .collect();
    let end_of_turn = ends.first().copied().unwrap_or_default();
    TokTrie::from(&TokRxInfo::new(words.len() as u32, end_of_turn), &words).with_eos_tokens(ends)
}

/// Byte-level BPE writes every byte as one printable character: printable Latin-1 bytes as themselves, the others, in
/// order, as the characters from U+0100 on (Radford et al., GPT-2).
pub(super) fn byte_of_character() -> HashMap<char, u8> {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let (shown, hidden): (Vec<u8>, Vec<u8>) = (0..=255).partition(printable);
    let shown = shown.into_iter().map(|byte| (char::from(byte), byte));
    let hidden = ('\u{100}'..).zip(hidden);
    shown.chain(hidden).collect()
}

fn tokenizer_sha256(metadata: &HashMap<String, Value>) -> String {
    let mut hash = Sha256::new();
    for key in TOKENIZER_KEYS {
        hash.update(key);
        if let Some(value) = metadata.get(key) {
            hash_value(&mut hash, value);
        }
    }
    hex::encode(hash.finalize())
}

/// Every part is preceded by its length, so no two different lists hash the same.
fn hash_value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Array(values) => {
            hash.update((values.len() as u64).to_le_bytes());
            values.iter().for_each(|value| hash_value(hash, value));
        }
        Value::String(text) => {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        other => hash.update(format!("{other:?}")),
    }
}
