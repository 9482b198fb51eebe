//! Writes a tiny GGUF file: two layers of random weights and a byte-level vocabulary with two merges.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

/// More than two of attention's steps, so that a third is cut into blocks.
pub const CONTEXT_TOKENS: usize = 700;
const HIDDEN: usize = 256;
const FEED: usize = 512;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;
const HEAD_WIDTH: usize = 64;
const LAYERS: usize = 2;
pub const VOCABULARY: usize = 272;

pub const IM_START: u32 = 259;
pub const IM_END: u32 = 260;
pub const MERGED_THE: u32 = 257;

/// What a test can change about the file.
pub struct Tiny {
    pub family: &'static str,
    pub pre_tokenizer: &'static str,
    pub tied: bool,
}

impl Tiny {
    pub fn of(family: &'static str) -> Self {
        Self {
            family,
            pre_tokenizer: "qwen2",
            tied: false,
        }
    }

    pub fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(format!("tiny-{}.gguf", self.family));
        let header = self.header();
        let header: Vec<(&str, &Value)> = header.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let tensors = self.tensors();
        let tensors: Vec<(&str, &QTensor)> = tensors
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
            .collect();
        let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
        gguf_file::write(&mut file, &header, &tensors).unwrap();
        path
    }

    fn header(&self) -> BTreeMap<String, Value> {
        let text = |text: &str| Value::String(text.to_owned());
        let number = |number: usize| Value::U32(number as u32);
        let family = [
            ("block_count", number(LAYERS)),
            ("context_length", number(CONTEXT_TOKENS)),
            ("embedding_length", number(HIDDEN)),
            ("feed_forward_length", number(FEED)),
            ("attention.head_count", number(HEADS)),
            ("attention.head_count_kv", number(KV_HEADS)),
            ("attention.key_length", number(HEAD_WIDTH)),
            ("rope.dimension_count", number(HEAD_WIDTH)),
            ("rope.freq_base", Value::F32(10_000.0)),
            ("attention.layer_norm_rms_epsilon", Value::F32(1e-6)),
        ];
        let (names, kinds) = vocabulary();
        let merges = ["T h", "Th e"].into_iter().map(text).collect();
        let mut header = BTreeMap::from([
            ("general.architecture".to_owned(), text(self.family)),
            ("general.name".to_owned(), text("Tiny")),
            // Makes the stock qwen3 model, which the tests compare with, keep its positions in full precision.
            ("general.dtype".to_owned(), number(0)),
            ("tokenizer.ggml.model".to_owned(), text("gpt2")),
            ("tokenizer.ggml.pre".to_owned(), text(self.pre_tokenizer)),
            (
                "tokenizer.ggml.tokens".to_owned(),
                Value::Array(names.iter().map(|name| text(name)).collect()),
            ),
            (
                "tokenizer.ggml.token_type".to_owned(),
                Value::Array(kinds.into_iter().map(Value::I32).collect()),
            ),
            ("tokenizer.ggml.merges".to_owned(), Value::Array(merges)),
        ]);
        header.extend(family.map(|(key, value)| (format!("{}.{key}", self.family), value)));
        header
    }

    fn tensors(&self) -> BTreeMap<String, QTensor> {
        let mut random = Random(20_240_607);
        let mut tensors = BTreeMap::new();
        let mut add = |name: String, dims: &[usize], dtype: GgmlDType, centre: f32| {
            tensors.insert(name, random.tensor(dims, dtype, centre));
        };
        let (queries, keys) = (HEADS * HEAD_WIDTH, KV_HEADS * HEAD_WIDTH);
        add(
            "token_embd.weight".to_owned(),
            &[VOCABULARY, HIDDEN],
            GgmlDType::Q4K,
            0.0,
        );
        add("output_norm.weight".to_owned(), &[HIDDEN], GgmlDType::F32, 1.0);
        if !self.tied {
            add(
                "output.weight".to_owned(),
                &[VOCABULARY, HIDDEN],
                GgmlDType::Q6K,
                0.0,
            );
        }
        for layer in 0..LAYERS {
            let mut part = |part: &str, dims: &[usize], dtype, centre| {
                add(format!("blk.{layer}.{part}"), dims, dtype, centre)
            };
            part("attn_norm.weight", &[HIDDEN], GgmlDType::F32, 1.0);
            part("ffn_norm.weight", &[HIDDEN], GgmlDType::F32, 1.0);
            part("attn_q.weight", &[queries, HIDDEN], GgmlDType::Q4K, 0.0);
            part("attn_k.weight", &[keys, HIDDEN], GgmlDType::Q4K, 0.0);
            part("attn_v.weight", &[keys, HIDDEN], GgmlDType::Q6K, 0.0);
            part("attn_output.weight", &[HIDDEN, queries], GgmlDType::Q4K, 0.0);
            part("ffn_gate.weight", &[FEED, HIDDEN], GgmlDType::Q4K, 0.0);
            part("ffn_up.weight", &[FEED, HIDDEN], GgmlDType::Q4K, 0.0);
            part("ffn_down.weight", &[HIDDEN, FEED], GgmlDType::Q6K, 0.0);
            match self.family {
                "qwen2" => {
                    part("attn_q.bias", &[queries], GgmlDType::F32, 0.0);
                    part("attn_k.bias", &[keys], GgmlDType::F32, 0.0);
                    part("attn_v.bias", &[keys], GgmlDType::F32, 0.0);
                }
                "qwen3" => {
                    part("attn_q_norm.weight", &[HEAD_WIDTH], GgmlDType::F32, 1.0);
                    part("attn_k_norm.weight", &[HEAD_WIDTH], GgmlDType::F32, 1.0);
                }
                _ => {}
            }
        }
        tensors
    }
}

/// All 256 bytes, two merged tokens, three special ones, and unused ones that make the head's width a multiple of 16.
fn vocabulary() -> (Vec<String>, Vec<i32>) {
    let mut character_of: Vec<(u8, char)> = super::super::vocabulary::byte_of_character()
        .into_iter()
        .map(|(character, byte)| (byte, character))
        .collect();
    character_of.sort_unstable();
    let mut names: Vec<String> = character_of
        .into_iter()
        .map(|(_, character)| character.to_string())
        .collect();
    names.extend(["Th", "The"].map(str::to_owned));
    let ordinary = names.len();
    names.extend(["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(str::to_owned));
    let unused = names.len();
    names.extend((unused..VOCABULARY).map(|number| format!("[PAD{number}]")));
    let kind = |number: usize| match number {
        number if number < ordinary => 1,
        number if number < unused => 3,
        _ => 5,
    };
    let kinds = (0..names.len()).map(kind).collect();
    (names, kinds)
}

/// Numbers that are the same in every run (Knuth's MMIX generator).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    }

    fn tensor(&mut self, dims: &[usize], dtype: GgmlDType, centre: f32) -> QTensor {
        let count = dims.iter().product();
        let values: Vec<f32> = (0..count).map(|_| centre + 0.2 * self.next()).collect();
        QTensor::quantize(&Tensor::from_vec(values, dims, &Device::Cpu).unwrap(), dtype).unwrap()
    }
}
