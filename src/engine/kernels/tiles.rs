//! The weights' layout: sixteen rows side by side, so that one vector instruction works on many rows and no sum runs across
//! a vector. A tile has the bytes of the file's blocks it is made from (a 6-bit one is filled up by one part in a hundred), so
//! decoding reads hardly more memory than the file has. Tiles begin on cache lines and are read straight through: a tile of
//! which two ends were read in turns came from memory at a third of the speed.

use half::f16;

/// Values in one block of a row; the file's scales and ours go by it.
pub(in crate::engine) const BLOCK: usize = 256;

/// Rows in one tile.
pub(in crate::engine) const LANES: usize = 16;

/// Stretches of a block that have a scale of their own.
pub(super) const Q4_STRETCHES: usize = 8;
pub(super) const Q6_STRETCHES: usize = 16;

/// Bytes of one row's block in a GGUF file.
const Q4_FILE_BYTES: usize = 144;
const Q6_FILE_BYTES: usize = 210;

/// Eight values of each of sixteen rows: byte `4 × row + j` holds value `j` low and value `j + 4` high.
pub(super) type Eights = [u8; LANES * 4];

/// One block of sixteen rows of a `Q4_K` matrix: value = scale × (0 to 15) − minimum, both per 32 values.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Q4Tile {
    /// What the 6-bit scales are multiples of, as half floats.
    pub scale_unit: [u16; LANES],
    pub minimum_unit: [u16; LANES],
    pub scales: SixBits,
    pub minimums: SixBits,
    pub values: [Eights; BLOCK / 8],
}

/// One block of sixteen rows of a `Q6_K` matrix: value = scale × ((0 to 63) − 32), the scale per 16 values.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Q6Tile {
    pub scale_unit: [u16; LANES],
    pub scales: [[i8; LANES]; Q6_STRETCHES],
    pub values: [Q6Values; Q6_STRETCHES],
}

/// The sixteen values of a stretch. They stand side by side so that a tile is read from beginning to end: memory is
/// fetched ahead of a reader that goes straight on.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Q6Values {
    /// The low four bits of each value.
    pub low: [Eights; 2],
    /// The high two bits: byte `4 × row + j` holds those of values `j`, `j + 4`, `j + 8`, `j + 12`, lowest first.
    pub high: Eights,
}

impl Q6Values {
    /// Value `index` of sixteen, 0 to 63.
    pub(super) fn get(&self, row: usize, index: usize) -> u8 {
        let high = self.high[row * 4 + index % 4] >> (2 * (index / 4)) & 3;
        four_bits(&self.low, row, index) | high << 4
    }
}

/// A 6-bit number for each stretch and row.
#[derive(Clone)]
#[repr(C)]
pub(super) struct SixBits {
    /// Low four bits: stretch `s` in the low half of byte `row` of `low[s]`, stretch `s + 4` in the high half.
    pub low: [[u8; LANES]; 4],
    /// High two bits: stretch `s` at bit `2 × (s % 4)` of byte `row` of `high[s / 4]`.
    pub high: [[u8; LANES]; 2],
}

impl SixBits {
    fn set(&mut self, stretch: usize, row: usize, value: u8) {
        self.low[stretch % 4][row] |= (value & 15) << (4 * (stretch / 4));
        self.high[stretch / 4][row] |= (value >> 4) << (2 * (stretch % 4));
    }

    pub(super) fn get(&self, stretch: usize, row: usize) -> u8 {
        let low = self.low[stretch % 4][row] >> (4 * (stretch / 4)) & 15;
        let high = self.high[stretch / 4][row] >> (2 * (stretch % 4)) & 3;
        low | high << 4
    }
}

/// A tile of either kind: made from sixteen rows' blocks, read back one row at a time.
pub(super) trait Tile: Clone + Send + Sync {
    const FILE_BYTES: usize;

    fn zero() -> Self;

    /// Takes over one row's block as the file has it; rows are set once.
    fn set_row(&mut self, row: usize, block: &[u8]);

    /// The values of one row.
    fn row(&self, row: usize) -> [f32; BLOCK];
}

impl Tile for Q4Tile {
    const FILE_BYTES: usize = Q4_FILE_BYTES;

    fn zero() -> Self {
        let none = SixBits {
            low: [[0; LANES]; 4],
            high: [[0; LANES]; 2],
        };
        Self {
            scale_unit: [0; LANES],
            minimum_unit: [0; LANES],
            scales: none.clone(),
            minimums: none,
            values: [[0; LANES * 4]; BLOCK / 8],
        }
    }

    fn set_row(&mut self, row: usize, block: &[u8]) {
        self.scale_unit[row] = u16_at(block, 0);
        self.minimum_unit[row] = u16_at(block, 2);
        for stretch in 0..Q4_STRETCHES {
            let (scale, minimum) = scale_and_minimum(&block[4..16], stretch);
            self.scales.set(stretch, row, scale);
            self.minimums.set(stretch, row, minimum);
        }
        // The file keeps 64 values in 32 bytes: the first half of them low, the second high.
        for (group, eights) in self.values.iter_mut().enumerate() {
            let start = 16 + group / 8 * 32 + group % 4 * 8;
            let values = u64_at(block, start) >> (4 * (group % 8 / 4));
            set_four(eights, row, fold_eight(values & LOW_HALVES));
        }
    }

    fn row(&self, row: usize) -> [f32; BLOCK] {
        let scale_unit = f16::from_bits(self.scale_unit[row]).to_f32();
        let minimum_unit = f16::from_bits(self.minimum_unit[row]).to_f32();
        std::array::from_fn(|index| {
            let scale = scale_unit * f32::from(self.scales.get(index / 32, row));
            let minimum = minimum_unit * f32::from(self.minimums.get(index / 32, row));
            scale * f32::from(four_bits(&self.values, row, index)) - minimum
        })
    }
}

impl Tile for Q6Tile {
    const FILE_BYTES: usize = Q6_FILE_BYTES;

    fn zero() -> Self {
        Self {
            scale_unit: [0; LANES],
            scales: [[0; LANES]; Q6_STRETCHES],
            values: std::array::from_fn(|_| Q6Values {
                low: [[0; LANES * 4]; 2],
                high: [0; LANES * 4],
            }),
        }
    }

    fn set_row(&mut self, row: usize, block: &[u8]) {
        for (scales, &scale) in self.scales.iter_mut().zip(&block[192..208]) {
            scales[row] = i8::from_le_bytes([scale]);
        }
        self.scale_unit[row] = u16_at(block, 208);
        // The file keeps 128 values in 64 bytes of low bits (first and second quarter low, third and fourth high) and
        // 32 bytes of high bits (two for each quarter).
        for group in 0..BLOCK / 8 {
            let values = &mut self.values[group / 2];
            let (half, quarter, start) = (group / 16, group % 16 / 4, group % 4 * 8);
            let low = u64_at(block, half * 64 + quarter % 2 * 32 + start) >> (4 * (quarter / 2));
            set_four(&mut values.low[group % 2], row, fold_eight(low & LOW_HALVES));
            let high = u64_at(block, 128 + half * 32 + start) >> (2 * quarter) & LOW_QUARTERS;
            let pairs = ((high | high >> 30) as u32) << (4 * (group % 2));
            let held = &mut values.high[row * 4..][..4];
            for (held, new) in held.iter_mut().zip(pairs.to_le_bytes()) {
                *held |= new;
            }
        }
    }

    fn row(&self, row: usize) -> [f32; BLOCK] {
        let scale_unit = f16::from_bits(self.scale_unit[row]).to_f32();
        std::array::from_fn(|index| {
            let value = i16::from(self.values[index / 16].get(row, index % 16)) - 32;
            scale_unit * f32::from(self.scales[index / 16][row]) * f32::from(value)
        })
    }
}

const LOW_HALVES: u64 = 0x0f0f_0f0f_0f0f_0f0f;
const LOW_QUARTERS: u64 = 0x0303_0303_0303_0303;

/// Eight bytes below 16 as four: byte `j` and byte `j + 4` share one.
fn fold_eight(bytes: u64) -> u32 {
    (bytes | bytes >> 28) as u32
}

fn set_four(eights: &mut Eights, row: usize, bytes: u32) {
    eights[row * 4..][..4].copy_from_slice(&bytes.to_le_bytes());
}

pub(super) fn four_bits(values: &[Eights], row: usize, index: usize) -> u8 {
    values[index / 8][row * 4 + index % 4] >> (4 * (index % 8 / 4)) & 15
}

/// How a `Q4_K` block packs eight 6-bit scales and eight 6-bit minimums into twelve bytes.
fn scale_and_minimum(packed: &[u8], stretch: usize) -> (u8, u8) {
    match stretch {
        0..4 => (packed[stretch] & 63, packed[stretch + 4] & 63),
        _ => (
            packed[stretch + 4] & 15 | packed[stretch - 4] >> 6 << 4,
            packed[stretch + 4] >> 4 | packed[stretch] >> 6 << 4,
        ),
    }
}

fn u16_at(bytes: &[u8], start: usize) -> u16 {
    bytes[start..]
        .first_chunk()
        .map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], start: usize) -> u64 {
    bytes[start..]
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
