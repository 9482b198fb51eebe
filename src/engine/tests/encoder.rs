//! The encoder against candle's model of the same family, with random weights.

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor, safetensors};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};

use crate::engine::embedder::EmbedError;
use crate::engine::encoder::{Encoder, Shape};

const CONFIG: &str = r#"{"vocab_size": 50, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 3,
    "intermediate_size": 96, "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "max_position_embeddings": 40,
    "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0,
    "position_embedding_type": "absolute", "use_cache": false, "model_type": "bert"}"#;

fn weights() -> HashMap<String, Tensor> {
    let mut weights = HashMap::new();
    let mut put = |name: String, shape: &[usize], around: f32| {
        let tensor = Tensor::randn(around, 0.3, shape, &Device::Cpu).expect("random numbers");
        weights.insert(name, tensor);
    };
    for (name, rows) in [("word", 50), ("position", 40), ("token_type", 2)] {
        put(format!("embeddings.{name}_embeddings.weight"), &[rows, 48], 0.0);
    }
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    for layer in 0..2 {
        let at = format!("encoder.layer.{layer}");
        for (part, outputs, inputs) in [
            ("attention.self.query", 48, 48),
            ("attention.self.key", 48, 48),
            ("attention.self.value", 48, 48),
            ("attention.output.dense", 48, 48),
            ("intermediate.dense", 96, 48),
            ("output.dense", 48, 96),
        ] {
            put(format!("{at}.{part}.weight"), &[outputs, inputs], 0.0);
            put(format!("{at}.{part}.bias"), &[outputs], 0.0);
        }
        norms.extend([
            format!("{at}.attention.output.LayerNorm"),
            format!("{at}.output.LayerNorm"),
        ]);
    }
    for norm in norms {
        put(format!("{norm}.weight"), &[48], 1.0);
        put(format!("{norm}.bias"), &[48], 0.0);
    }
    weights
}

fn bytes(weights: &HashMap<String, Tensor>) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.safetensors");
    safetensors::save(weights, &path).expect("written");
    std::fs::read(path).expect("read")
}

fn shape() -> Shape {
    serde_json::from_str(CONFIG).expect("a shape")
}

#[test]
fn vectors_are_those_of_candles_model() {
    let weights = weights();
    let ours = Encoder::load(&bytes(&weights), shape()).expect("loads");
    let config: Config = serde_json::from_str(CONFIG).expect("a configuration");
    let variables = VarBuilder::from_tensors(weights, DType::F32, &Device::Cpu);
    let reference = BertModel::load(variables, &config).expect("loads");
    let texts: Vec<Vec<u32>> = [1usize, 2, 13, 40]
        .iter()
        .map(|length| {
            (0..*length as u32)
                .map(|place| (place * 7 + *length as u32) % 50)
                .collect()
        })
        .collect();
    let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
    let found = ours.forward(&texts).expect("computes");
    for (text, found) in texts.iter().zip(&found) {
        let ids = Tensor::new(*text, &Device::Cpu)
            .expect("ids")
            .unsqueeze(0)
            .expect("a batch");
        let kinds = ids.zeros_like().expect("zeros");
        let hidden = reference.forward(&ids, &kinds, None).expect("computes");
        let mean: Vec<f32> = hidden
            .squeeze(0)
            .and_then(|h| h.mean(0))
            .and_then(|m| m.to_vec1())
            .expect("a mean");
        let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
        for (ours, theirs) in found.iter().zip(mean) {
            assert!(
                (ours - theirs / length).abs() < 1e-5,
                "{} tokens: {ours} {}",
                text.len(),
                theirs / length
            );
        }
    }
    // A text's vector does not depend on the texts beside it.
    let alone = ours.forward(&texts[2..3]).expect("computes");
    assert_eq!(alone[0], found[2]);
}

#[test]
fn weights_that_do_not_fit_are_named() {
    let mut wrong = weights();
    wrong.remove("encoder.layer.1.output.dense.bias");
    let error = Encoder::load(&bytes(&wrong), shape()).err().expect("refused");
    assert!(
        matches!(&error, EmbedError::Unusable(reason) if reason.contains("encoder.layer.1.output.dense.bias")),
        "{error}"
    );
    assert!(matches!(
        Encoder::load(b"no weights", shape()),
        Err(EmbedError::Weights(_))
    ));
    let mut other = shape();
    other.hidden_size = 47;
    assert!(matches!(
        Encoder::load(&bytes(&weights()), other),
        Err(EmbedError::Unusable(_))
    ));
}

#[test]
fn a_token_that_the_model_lacks_is_an_error() {
    let model = Encoder::load(&bytes(&weights()), shape()).expect("loads");
    assert!(matches!(
        model.forward(&[&[49, 50]]),
        Err(EmbedError::Unusable(_))
    ));
}
