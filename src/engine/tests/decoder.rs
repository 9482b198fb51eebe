//! The forward pass against candle's stock models, and the cache's promise: cutting back leaves no trace.

use candle_core::quantized::gguf_file;
use candle_core::{Device, Tensor};
use candle_transformers::models::{quantized_llama, quantized_qwen2, quantized_qwen3};

use super::super::cache::Cache;
use super::super::decoder::{Decoder, Logits};
use super::super::error::LoadError;
use super::super::gguf::ModelFile;
use super::super::rows::Rows;
use super::super::stored::Stored;
use super::super::weights::Weights;
use super::tiny::{CONTEXT_TOKENS, Tiny, VOCABULARY};

const TOKENS: [u32; 9] = [84, 104, 101, 32, 98, 117, 115, 257, 12];

fn load(tiny: &Tiny) -> (Decoder, Cache, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut file = ModelFile::open(&tiny.write(folder.path())).unwrap();
    let dimensions = file.dimensions().unwrap();
    let cache = Cache::new(&dimensions, CONTEXT_TOKENS);
    (
        Decoder::load(&mut file, dimensions, CONTEXT_TOKENS).unwrap(),
        cache,
        folder,
    )
}

fn assert_close(ours: &[f32], expected: &[f32]) {
    assert_eq!(ours.len(), expected.len());
    let spread = expected.iter().fold(0f32, |max, value| max.max(value.abs()));
    for (number, (ours, expected)) in ours.iter().zip(expected).enumerate() {
        assert!(
            (ours - expected).abs() < 1e-3 * spread,
            "logit {number}: {ours}, expected {expected}"
        );
    }
}

/// The stock model's logits after `TOKENS`.
fn stock_logits(family: &str, path: &std::path::Path) -> Vec<f32> {
    let mut file = std::fs::File::open(path).unwrap();
    let content = gguf_file::Content::read(&mut file).unwrap();
    let tokens = Tensor::new(&TOKENS, &Device::Cpu).unwrap().unsqueeze(0).unwrap();
    let logits = match family {
        "llama" => quantized_llama::ModelWeights::from_gguf(content, &mut file, &Device::Cpu)
            .and_then(|mut model| model.forward(&tokens, 0)),
        "qwen2" => quantized_qwen2::ModelWeights::from_gguf(content, &mut file, &Device::Cpu)
            .and_then(|mut model| model.forward(&tokens, 0)),
        "qwen3" => quantized_qwen3::ModelWeights::from_gguf(content, &mut file, &Device::Cpu)
            .and_then(|mut model| model.forward(&tokens, 0)),
        other => panic!("no stock model for {other}"),
    };
    logits.unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn every_family_agrees_with_the_stock_model() {
    for family in ["llama", "qwen2", "qwen3"] {
        for tied in [false, true] {
            let tiny = Tiny {
                tied,
                ..Tiny::of(family)
            };
            let (decoder, mut cache, folder) = load(&tiny);
            let ours = decoder.read(&mut cache, &TOKENS, Logits::Last).unwrap();
            let expected = stock_logits(family, &tiny.write(folder.path()));
            assert_close(&ours.values, &expected);
        }
    }
}

#[test]
fn reading_in_parts_gives_the_very_logits_of_reading_at_once() {
    let (decoder, mut cache, _folder) = load(&Tiny::of("qwen2"));
    let long: Vec<u32> = (0..CONTEXT_TOKENS as u32)
        .map(|number| number * 7 % 256)
        .collect();
    let all = decoder.read(&mut cache, &long, Logits::All).unwrap().values;
    for size in [1, 31, 64] {
        cache.truncate(0);
        for (number, pass) in long.chunks(size).enumerate() {
            let logits = decoder.read(&mut cache, pass, Logits::Last).unwrap().values;
            let row = number * size + pass.len() - 1;
            assert_eq!(
                logits,
                all[row * VOCABULARY..][..VOCABULARY],
                "row {row}, read {size} at a time"
            );
        }
    }
}

#[test]
fn a_layers_state_is_the_same_however_the_prompt_was_read_and_changes_no_logits() {
    let (decoder, mut cache, _folder) = load(&Tiny::of("qwen2"));
    let expected = decoder.read(&mut cache, &TOKENS, Logits::Last).unwrap();
    let mut states = Vec::new();
    for layer in [0, 1, 1000] {
        cache.truncate(0);
        let (logits, whole) = decoder.read_with_state(&mut cache, &TOKENS, layer).unwrap();
        assert_eq!(logits, expected);
        cache.truncate(3);
        let (_, behind) = decoder.read_with_state(&mut cache, &TOKENS[3..], layer).unwrap();
        assert_eq!(behind, whole, "layer {layer}");
        states.push(whole);
    }
    assert!(states[0].len() > 1 && states[0].len() == states[1].len());
    assert_ne!(states[0], states[1]);
    assert!(states[2].is_empty(), "there is no such layer");
}

#[test]
fn cutting_back_forgets_what_was_read_behind_the_cut() {
    let (decoder, mut cache, _folder) = load(&Tiny::of("qwen2"));
    let expected = decoder.read(&mut cache, &TOKENS, Logits::Last).unwrap().values;
    cache.truncate(3);
    decoder.skim(&mut cache, &[7; 60]).unwrap();
    cache.truncate(3);
    assert_eq!(
        decoder
            .read(&mut cache, &TOKENS[3..], Logits::Last)
            .unwrap()
            .values,
        expected
    );
}

#[test]
fn more_than_the_context_is_an_error_and_changes_nothing() {
    let (decoder, mut cache, _folder) = load(&Tiny::of("qwen2"));
    decoder.skim(&mut cache, &TOKENS).unwrap();
    assert!(decoder.skim(&mut cache, &[1; CONTEXT_TOKENS]).is_err());
    assert_eq!(cache.len(), TOKENS.len());
}

#[test]
fn blocks_that_kernels_have_copied_are_let_go_and_the_product_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = ModelFile::open(&Tiny::of("qwen2").write(folder.path())).unwrap();
    let raw = file.matrix("blk.0.ffn_up.weight").unwrap();
    let columns = raw.columns;
    let weights = Stored::new(raw).unwrap();
    let inputs = Rows::new(vec![1.0; 3 * columns], columns);
    let before = weights.times(&inputs).unwrap();
    let held = weights.held_bytes();
    weights.prepare().unwrap();
    assert_close(&weights.times(&inputs).unwrap().values, &before.values);
    // Which kernels there are depends on the processor; without a repacked one the blocks must stay.
    if cfg!(target_arch = "x86_64")
        && std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("fma")
    {
        assert_eq!((held > 0, weights.held_bytes()), (true, 0));
    }
}

#[test]
fn an_embedding_gives_its_rows_in_either_form() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = ModelFile::open(&Tiny::of("qwen2").write(folder.path())).unwrap();
    let tiled = Weights::new(file.matrix("token_embd.weight").unwrap()).unwrap();
    let stored = Weights::as_stored(file.matrix("token_embd.weight").unwrap()).unwrap();
    let rows = tiled.rows_as_floats(&[5, 271]).unwrap();
    assert_eq!((rows.count(), rows.width), (2, tiled.columns));
    assert_eq!(rows, stored.rows_as_floats(&[5, 271]).unwrap());
    assert!(tiled.rows_as_floats(&[272]).is_err());
    assert!(stored.rows_as_floats(&[272]).is_err());
}

#[test]
fn a_cut_file_and_an_unknown_family_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = Tiny::of("qwen2").write(folder.path());
    let whole = std::fs::read(&path).unwrap();
    for kept in [0, 3, 100, 5_000, whole.len() / 2, whole.len() - 400] {
        std::fs::write(&path, &whole[..kept]).unwrap();
        let loaded = ModelFile::open(&path).and_then(|mut file| {
            let dimensions = file.dimensions()?;
            Decoder::load(&mut file, dimensions, CONTEXT_TOKENS)
        });
        assert!(
            matches!(loaded, Err(LoadError::Corrupt { .. })),
            "{kept} bytes of {}",
            whole.len()
        );
    }
    let unknown = ModelFile::open(&Tiny::of("gemma").write(folder.path())).unwrap();
    assert!(matches!(unknown.dimensions(), Err(LoadError::UnknownFamily(name)) if name == "gemma"));
}
