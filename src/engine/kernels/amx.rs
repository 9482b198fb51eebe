//! Tiles times sixteen rows of inputs at a time with the matrix instructions of newer server processors (Intel AMX). A block's
//! scales are multiplied into its weights first, which then need fourteen bits and are kept as seven low and seven high ones:
//! so a whole block is summed without a float or a shift in between, and the sums are the whole numbers that the vector
//! instructions give.

#![expect(
    unsafe_code,
    reason = "the matrix registers are known to the assembler only; all pointers come from arrays of known length"
)]

use std::arch::asm;
use std::arch::x86_64::*;
use std::marker::PhantomData;
use std::sync::OnceLock;

use super::activations::InputBlock;
use super::avx2::{Rows, six_bits, sixteen};
use super::avx512::{Avx512, Q4Units, add_q6_sums, half_floats, q4_weights, q6_weights};
use super::tiles::{BLOCK, LANES, Q4_STRETCHES, Q4Tile, Q6_STRETCHES, Q6Tile};

/// Rows of inputs in one matrix register.
const ROWS: usize = 16;
/// Bits of a product of scale and weight that are kept apart from the higher ones.
const LOW_BITS: u32 = 7;

/// Proof that this processor has the instructions and that the system lets this process use them.
#[derive(Clone, Copy)]
pub(super) struct Amx {
    for_the_rest: Avx512,
}

/// Proof that the matrix registers of this thread have their shapes; they are given back when it is dropped.
pub(super) struct Shaped {
    for_the_rest: Avx512,
    products: Box<Products>,
    of_this_thread: PhantomData<*const ()>,
}

impl Amx {
    pub(super) fn detect() -> Option<Self> {
        static ALLOWED: OnceLock<bool> = OnceLock::new();
        let for_the_rest = Avx512::detect()?;
        ALLOWED
            .get_or_init(|| has_instructions() && is_allowed())
            .then_some(Self { for_the_rest })
    }

    pub(super) fn shape(self) -> Shaped {
        // SAFETY: `self` proves the instructions; the array has the 64 bytes of a configuration.
        unsafe { asm!("ldtilecfg [{}]", in(reg) SHAPES.0.as_ptr(), options(nostack, readonly)) };
        Shaped {
            for_the_rest: self.for_the_rest,
            products: Box::new(Products::zero()),
            of_this_thread: PhantomData,
        }
    }
}

impl Drop for Shaped {
    fn drop(&mut self) {
        // SAFETY: `self` proves the instructions. Registers in use would be saved at every switch of threads.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}

impl Shaped {
    /// Adds the tile's product with `inputs[row]` to `sums[row]`.
    pub(super) fn add_q4(&mut self, tile: &Q4Tile, inputs: &[InputBlock], sums: &mut [[f32; LANES]]) {
        let whole = inputs.len() / ROWS * ROWS;
        if whole > 0 {
            // SAFETY: `self` proves the features that `q4` is compiled for and the shapes of the registers.
            unsafe { q4(tile, &mut self.products, (&inputs[..whole], &mut sums[..whole])) };
        }
        self.for_the_rest
            .add_q4(tile, &inputs[whole..], &mut sums[whole..]);
    }

    pub(super) fn add_q6(&mut self, tile: &Q6Tile, inputs: &[InputBlock], sums: &mut [[f32; LANES]]) {
        let whole = inputs.len() / ROWS * ROWS;
        if whole > 0 {
            // SAFETY: as above.
            unsafe { q6(tile, &mut self.products, (&inputs[..whole], &mut sums[..whole])) };
        }
        self.for_the_rest
            .add_q6(tile, &inputs[whole..], &mut sums[whole..]);
    }
}

fn has_instructions() -> bool {
    const TILES: u32 = 1 << 24;
    const BYTES: u32 = 1 << 25;
    let highest = __cpuid(0).eax;
    highest >= 7 && __cpuid_count(7, 0).edx & (TILES | BYTES) == TILES | BYTES
}

/// The kernel keeps room for the registers only for processes that ask (Linux 5.16, Documentation/arch/x86/xstate.rst).
#[cfg(target_os = "linux")]
fn is_allowed() -> bool {
    const ARCH_REQ_XCOMP_PERM: libc::c_long = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_long = 18;
    // SAFETY: the call reads and writes no memory of ours.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_allowed() -> bool {
    false
}

/// A configuration as `ldtilecfg` takes it: the first five registers have sixteen rows of 64 bytes.
#[repr(align(64))]
struct Configuration([u8; 64]);

static SHAPES: Configuration = {
    let mut bytes = [0; 64];
    bytes[0] = 1;
    let mut register = 0;
    while register < 5 {
        bytes[16 + 2 * register] = 64;
        bytes[48 + register] = ROWS as u8;
        register += 1;
    }
    Configuration(bytes)
};

/// Scale × weight of one tile, low and high bits: four values of sixteen rows in each line, as a matrix register takes them.
#[repr(align(64))]
struct Products {
    low: [[u8; 4 * LANES]; BLOCK / 4],
    high: [[u8; 4 * LANES]; BLOCK / 4],
}

/// The sums of sixteen rows of inputs with sixteen rows of the matrix.
#[repr(align(64))]
struct Sums {
    low: [[i32; LANES]; ROWS],
    high: [[i32; LANES]; ROWS],
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q4(tile: &Q4Tile, products: &mut Products, (inputs, sums): Rows<'_>) {
    let none = _mm512_setzero_si512();
    for stretch in 0..Q4_STRETCHES {
        let scales = _mm512_cvtepu8_epi32(six_bits(&tile.scales, stretch));
        let scales = _mm512_or_si512(scales, _mm512_slli_epi32::<16>(scales));
        for eight in 4 * stretch..4 * stretch + 4 {
            for (number, weights) in q4_weights(&tile.values[eight]).into_iter().enumerate() {
                products.set(2 * eight + number, weights, scales, none);
            }
        }
    }
    let units = Q4Units::of(tile);
    let sums = sums.as_chunks_mut::<ROWS>().0;
    for (inputs, sums) in inputs.as_chunks::<ROWS>().0.iter().zip(sums) {
        let whole = whole_sums(inputs, products);
        for (row, (input, sums)) in inputs.iter().zip(sums).enumerate() {
            units.add(whole.row(row), input, sums);
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q6(tile: &Q6Tile, products: &mut Products, (inputs, sums): Rows<'_>) {
    for (stretch, scales) in tile.scales.iter().enumerate() {
        let scales = _mm512_cvtepi8_epi32(sixteen(scales));
        let low_half = _mm512_and_si512(scales, _mm512_set1_epi32(0xffff));
        let scales = _mm512_or_si512(low_half, _mm512_slli_epi32::<16>(scales));
        let offset = _mm512_slli_epi16::<5>(scales);
        for (number, weights) in q6_weights(tile, stretch).into_iter().enumerate() {
            products.set(
                BLOCK / 4 / Q6_STRETCHES * stretch + number,
                weights,
                scales,
                offset,
            );
        }
    }
    let scale_unit = half_floats(&tile.scale_unit);
    let sums = sums.as_chunks_mut::<ROWS>().0;
    for (inputs, sums) in inputs.as_chunks::<ROWS>().0.iter().zip(sums) {
        let whole = whole_sums(inputs, products);
        for (row, (input, sums)) in inputs.iter().zip(sums).enumerate() {
            add_q6_sums(scale_unit, whole.row(row), input, sums);
        }
    }
}

impl Products {
    fn zero() -> Self {
        Self {
            low: [[0; 4 * LANES]; BLOCK / 4],
            high: [[0; 4 * LANES]; BLOCK / 4],
        }
    }

    /// Line `line`: weights (a byte each) times scales (the scale of a row twice, 16 bits each), less the offset.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn set(&mut self, line: usize, weights: __m512i, scales: __m512i, offset: __m512i) {
        let bytes = _mm512_set1_epi16(0xff);
        let low_bits = _mm512_set1_epi16((1 << LOW_BITS) - 1);
        let even = _mm512_mullo_epi16(_mm512_and_si512(weights, bytes), scales);
        let odd = _mm512_mullo_epi16(_mm512_srli_epi16::<8>(weights), scales);
        let even = _mm512_sub_epi16(even, offset);
        let odd = _mm512_sub_epi16(odd, offset);
        let low = _mm512_or_si512(
            _mm512_and_si512(even, low_bits),
            _mm512_slli_epi16::<8>(_mm512_and_si512(odd, low_bits)),
        );
        let high = _mm512_or_si512(
            _mm512_and_si512(_mm512_srai_epi16::<LOW_BITS>(even), bytes),
            _mm512_slli_epi16::<8>(_mm512_srai_epi16::<LOW_BITS>(odd)),
        );
        // SAFETY: both write the 64 bytes of one line; the index is checked.
        unsafe {
            _mm512_storeu_si512(self.low[line].as_mut_ptr().cast(), low);
            _mm512_storeu_si512(self.high[line].as_mut_ptr().cast(), high);
        }
    }
}

impl Sums {
    fn zero() -> Self {
        Self {
            low: [[0; LANES]; ROWS],
            high: [[0; LANES]; ROWS],
        }
    }

    /// The sums of one row of inputs, put together from those of low and high bits.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn row(&self, row: usize) -> __m512i {
        // SAFETY: both read the sixteen numbers of one row; the indices are checked.
        let (low, high) = unsafe {
            (
                _mm512_loadu_si512(self.low[row].as_ptr().cast()),
                _mm512_loadu_si512(self.high[row].as_ptr().cast()),
            )
        };
        _mm512_add_epi32(_mm512_slli_epi32::<LOW_BITS>(high), low)
    }
}

/// Sums of inputs × low bits and inputs × high bits over the block, 64 values at a time. The registers of this thread must be
/// [`Shaped`].
#[inline]
#[target_feature(enable = "avx512f")]
fn whole_sums(inputs: &[InputBlock; ROWS], products: &Products) -> Sums {
    let mut sums = Sums::zero();
    // SAFETY: whoever calls this has shaped the registers. Of each block of inputs 4 × 64 bytes are read, of the products
    // 4 × 16 lines of 64 bytes, and sixteen lines of sums are written: all that there are.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tileloadd tmm2, [{inputs} + {block}*1]",
            "tileloadd tmm3, [{low} + {line}*1]",
            "tdpbssd tmm0, tmm2, tmm3",
            "tileloadd tmm4, [{high} + {line}*1]",
            "tdpbssd tmm1, tmm2, tmm4",
            "tileloadd tmm2, [{inputs} + {block}*1 + 64]",
            "tileloadd tmm3, [{low} + {line}*1 + 1024]",
            "tdpbssd tmm0, tmm2, tmm3",
            "tileloadd tmm4, [{high} + {line}*1 + 1024]",
            "tdpbssd tmm1, tmm2, tmm4",
            "tileloadd tmm2, [{inputs} + {block}*1 + 128]",
            "tileloadd tmm3, [{low} + {line}*1 + 2048]",
            "tdpbssd tmm0, tmm2, tmm3",
            "tileloadd tmm4, [{high} + {line}*1 + 2048]",
            "tdpbssd tmm1, tmm2, tmm4",
            "tileloadd tmm2, [{inputs} + {block}*1 + 192]",
            "tileloadd tmm3, [{low} + {line}*1 + 3072]",
            "tdpbssd tmm0, tmm2, tmm3",
            "tileloadd tmm4, [{high} + {line}*1 + 3072]",
            "tdpbssd tmm1, tmm2, tmm4",
            "tilestored [{low_sums} + {line}*1], tmm0",
            "tilestored [{high_sums} + {line}*1], tmm1",
            inputs = in(reg) inputs[0].values.as_ptr(),
            block = in(reg) size_of::<InputBlock>(),
            low = in(reg) products.low.as_ptr(),
            high = in(reg) products.high.as_ptr(),
            line = in(reg) 4 * LANES,
            low_sums = in(reg) sums.low.as_mut_ptr(),
            high_sums = in(reg) sums.high.as_mut_ptr(),
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _, out("tmm4") _,
            options(nostack),
        );
    }
    sums
}
