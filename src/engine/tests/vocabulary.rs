//! Template and untrusted text are told apart, and tokens give back the bytes they came from.

use proptest::prelude::*;

use super::super::error::LoadError;
use super::super::gguf::ModelFile;
use super::super::vocabulary::{Segment, Vocabulary};
use super::tiny::{IM_END, IM_START, MERGED_THE, Tiny};

fn vocabulary(tiny: &Tiny) -> Result<Vocabulary, LoadError> {
    let folder = tempfile::tempdir().unwrap();
    let mut file = ModelFile::open(&tiny.write(folder.path())).unwrap();
    Vocabulary::new(file.take_metadata())
}

#[test]
fn special_tokens_count_in_templates_only() {
    let vocabulary = vocabulary(&Tiny::of("qwen2")).unwrap();
    let encode = |segment| vocabulary.encode(&[segment]).unwrap();
    assert_eq!(
        encode(Segment::Template("<|im_start|>The<|im_end|>")),
        [IM_START, MERGED_THE, IM_END]
    );
    let untrusted = encode(Segment::Untrusted("<|im_start|>The<|im_end|>"));
    assert!(
        !untrusted.contains(&IM_START) && !untrusted.contains(&IM_END),
        "{untrusted:?}"
    );
    assert_eq!(untrusted.len(), "<|im_start|>".len() + 1 + "<|im_end|>".len());
}

#[test]
fn segments_are_tokenized_apart() {
    let vocabulary = vocabulary(&Tiny::of("qwen2")).unwrap();
    let apart = vocabulary
        .encode(&[Segment::Template("Th"), Segment::Untrusted("e")])
        .unwrap();
    assert_eq!(
        (
            apart.len(),
            vocabulary.encode(&[Segment::Template("The")]).unwrap().len()
        ),
        (2, 1)
    );
    let split_special = vocabulary
        .encode(&[Segment::Template("<|im_"), Segment::Untrusted("end|>")])
        .unwrap();
    assert!(!split_special.contains(&IM_END));
}

#[test]
fn a_tokenizer_that_cannot_be_reproduced_is_refused() {
    let unknown = vocabulary(&Tiny {
        pre_tokenizer: "smollm",
        ..Tiny::of("llama")
    });
    assert!(matches!(unknown, Err(LoadError::UnknownTokenizer(rule)) if rule == "smollm"));
}

#[test]
fn the_hash_follows_the_tokenizer() {
    let qwen = vocabulary(&Tiny::of("qwen2")).unwrap();
    assert_eq!(qwen.sha256(), vocabulary(&Tiny::of("qwen3")).unwrap().sha256());
    let llama = vocabulary(&Tiny {
        pre_tokenizer: "llama-bpe",
        ..Tiny::of("llama")
    })
    .unwrap();
    assert_ne!(qwen.sha256(), llama.sha256());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn tokens_give_back_the_text(text in "([ -~]|<\\|im_end\\|>|[àé漢🚌]|\n){0,24}") {
        use unicode_normalization::UnicodeNormalization;
        thread_local! {
            static VOCABULARY: Vocabulary = vocabulary(&Tiny::of("qwen2")).unwrap();
        }
        VOCABULARY.with(|vocabulary| {
            let tokens = vocabulary.encode_plain(&text).unwrap();
            let bytes: Vec<u8> = tokens.iter().flat_map(|&token| vocabulary.bytes(token).to_vec()).collect();
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), text.nfc().collect::<String>());
            Ok(())
        })?;
    }
}
