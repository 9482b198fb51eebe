//! Reads a GGUF file: which model it holds, and its tensors one at a time, so that loading never needs the file twice in memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use candle_core::Device;
use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::quantized::{GgmlDType, QStorage};

use super::error::LoadError;

/// Model families the decoder knows; they differ in biases, in norms on heads and in how rotary positions pair up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Llama,
    Qwen2,
    Qwen3,
}

impl Family {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "llama" => Some(Self::Llama),
            "qwen2" => Some(Self::Qwen2),
            "qwen3" => Some(Self::Qwen3),
            _ => None,
        }
    }
}

/// Sizes and constants of a model, from the file's header.
#[derive(Clone, Debug)]
pub(super) struct Dimensions {
    pub family: Family,
    pub layers: usize,
    pub hidden: usize,
    pub heads: usize,
    pub kv_heads: usize,
    pub head_width: usize,
    pub context_tokens_max: usize,
    pub rope_base: f32,
    pub norm_epsilon: f32,
}

/// One matrix as it is in the file.
pub(super) struct RawMatrix<'a> {
    pub bytes: &'a [u8],
    pub dtype: GgmlDType,
    pub rows: usize,
    pub columns: usize,
}

/// A tensor of any rank, before its reader says which rank it must have.
struct RawTensor<'a> {
    bytes: &'a [u8],
    dtype: GgmlDType,
    dims: Vec<usize>,
}

/// An open model file whose header has been read.
pub(super) struct ModelFile {
    content: Content,
    reader: BufReader<File>,
    path: String,
    bytes: u64,
    /// Room for one tensor at a time; new room for each would have to be cleared first.
    room: Vec<u8>,
}

impl ModelFile {
    pub(super) fn open(path: &Path) -> Result<Self, LoadError> {
        let shown = path.display().to_string();
        let unreadable = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => LoadError::Missing { path: shown.clone() },
            _ => LoadError::Unreadable {
                path: shown.clone(),
                source,
            },
        };
        let file = File::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let content = Content::read(&mut reader).map_err(|source| LoadError::Corrupt {
            path: shown.clone(),
            source,
        })?;
        Ok(Self {
            content,
            reader,
            path: shown,
            bytes,
            room: Vec::new(),
        })
    }

    /// The name the file gives itself, if it does.
    pub(super) fn name(&self) -> Option<String> {
        self.content
            .metadata
            .get("general.name")
            .and_then(|value| value.to_string().ok())
            .cloned()
    }

    /// The header, for the tokenizer; it is taken because it is large and used once.
    pub(super) fn take_metadata(&mut self) -> HashMap<String, Value> {
        std::mem::take(&mut self.content.metadata)
    }

    pub(super) fn dimensions(&self) -> Result<Dimensions, LoadError> {
        let name = self.text("general.architecture")?;
        let family = Family::from_name(&name).ok_or_else(|| LoadError::UnknownFamily(name.clone()))?;
        let count = |key: &str| self.count(&format!("{name}.{key}"));
        let hidden = count("embedding_length")?;
        let heads = count("attention.head_count")?;
        let kv_heads = count("attention.head_count_kv").unwrap_or(heads);
        let head_width = match count("attention.key_length") {
            Ok(width) => width,
            Err(_) => hidden.checked_div(heads).unwrap_or(0),
        };
        let fits = heads > 0 && kv_heads > 0 && heads.is_multiple_of(kv_heads) && head_width > 0;
        if !fits || !head_width.is_multiple_of(2) {
            return Err(LoadError::Unexpected(format!("{name}.attention.head_count")));
        }
        if count("rope.dimension_count").is_ok_and(|rotated| rotated != head_width) {
            return Err(LoadError::Unexpected(format!("{name}.rope.dimension_count")));
        }
        if count("expert_count").is_ok_and(|experts| experts > 0) {
            return Err(LoadError::Unexpected(format!("{name}.expert_count")));
        }
        if self
            .text(&format!("{name}.rope.scaling.type"))
            .is_ok_and(|kind| kind != "none")
        {
            return Err(LoadError::Unexpected(format!("{name}.rope.scaling.type")));
        }
        Ok(Dimensions {
            family,
            layers: count("block_count")?,
            hidden,
            heads,
            kv_heads,
            head_width,
            context_tokens_max: count("context_length")?,
            rope_base: self.number(&format!("{name}.rope.freq_base")).unwrap_or(10_000.0),
            norm_epsilon: self.number(&format!("{name}.attention.layer_norm_rms_epsilon"))?,
        })
    }

    pub(super) fn has(&self, tensor: &str) -> bool {
        self.content.tensor_infos.contains_key(tensor)
    }

    /// Reads a matrix without turning it into floats.
    pub(super) fn matrix(&mut self, tensor: &str) -> Result<RawMatrix<'_>, LoadError> {
        let RawTensor { bytes, dtype, dims } = self.read(tensor)?;
        match *dims.as_slice() {
            [rows, columns] => Ok(RawMatrix {
                bytes,
                dtype,
                rows,
                columns,
            }),
            _ => Err(LoadError::Unexpected(tensor.to_owned())),
        }
    }

    /// Reads a vector as floats: norms and biases, which are small.
    pub(super) fn vector(&mut self, tensor: &str) -> Result<Vec<f32>, LoadError> {
        let RawTensor { bytes, dtype, dims } = self.read(tensor)?;
        let [length] = *dims.as_slice() else {
            return Err(LoadError::Unexpected(tensor.to_owned()));
        };
        let quantized =
            candle_core::quantized::QTensor::new(QStorage::Cpu(dtype.from_data(bytes.into())), length);
        quantized
            .and_then(|vector| vector.dequantize(&Device::Cpu)?.to_vec1())
            .map_err(LoadError::Tensors)
    }

    fn read(&mut self, tensor: &str) -> Result<RawTensor<'_>, LoadError> {
        let info = self
            .content
            .tensor_infos
            .get(tensor)
            .ok_or_else(|| LoadError::Lacks(tensor.to_owned()))?;
        let dtype = info.ggml_dtype;
        let dims = info.shape.dims().to_vec();
        let elements = dims
            .iter()
            .try_fold(1usize, |product, &dim| product.checked_mul(dim));
        let size = elements
            .filter(|count| count.is_multiple_of(dtype.block_size()))
            .and_then(|count| (count / dtype.block_size()).checked_mul(dtype.type_size()))
            .ok_or_else(|| LoadError::Unexpected(tensor.to_owned()))?;
        let start = self.content.tensor_data_offset.saturating_add(info.offset);
        if start.saturating_add(size as u64) > self.bytes {
            let source = candle_core::Error::Msg(format!("it ends before {tensor} does"));
            return Err(LoadError::Corrupt {
                path: self.path.clone(),
                source,
            });
        }
        if self.room.len() < size {
            self.room = vec![0; size];
        }
        let bytes = &mut self.room[..size];
        let filled = self
            .reader
            .seek(SeekFrom::Start(start))
            .and_then(|_| self.reader.read_exact(bytes));
        filled.map_err(|source| LoadError::Unreadable {
            path: self.path.clone(),
            source,
        })?;
        Ok(RawTensor { bytes, dtype, dims })
    }

    fn value(&self, key: &str) -> Result<&Value, LoadError> {
        self.content
            .metadata
            .get(key)
            .ok_or_else(|| LoadError::Lacks(key.to_owned()))
    }

    fn text(&self, key: &str) -> Result<String, LoadError> {
        let text = self.value(key)?.to_string();
        text.cloned().map_err(|_| LoadError::Unexpected(key.to_owned()))
    }

    fn count(&self, key: &str) -> Result<usize, LoadError> {
        let count = self
            .value(key)?
            .to_u64()
            .ok()
            .and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| LoadError::Unexpected(key.to_owned()))
    }

    fn number(&self, key: &str) -> Result<f32, LoadError> {
        self.value(key)?
            .to_f32()
            .map_err(|_| LoadError::Unexpected(key.to_owned()))
    }
}
