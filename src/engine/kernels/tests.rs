//! The vector instructions against plain arithmetic, to the last bit, and tiles against the file's own blocks.

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use half::f16;
use proptest::prelude::*;

use super::Instructions;
use super::activations::{InputBlock, Inputs};
use super::matrix::{Matrix, products};
use super::tiles::{BLOCK, LANES, Q4Tile, Q6Tile, Tile, four_bits};

/// Tile × block as its definition says, with the float steps in the order that the instructions take.
fn q4_product(tile: &Q4Tile, input: &InputBlock, row: usize, sum: f32) -> f32 {
    let (mut whole, mut below) = (0i32, 0i32);
    for (index, &value) in input.values.as_flattened().iter().enumerate() {
        let weight = i32::from(four_bits(&tile.values, row, index));
        whole += i32::from(tile.scales.get(index / 32, row)) * weight * i32::from(value);
        below += i32::from(tile.minimums.get(index / 32, row)) * i32::from(value);
    }
    let scale = f16::from_bits(tile.scale_unit[row]).to_f32() * input.scale;
    let minimum = f16::from_bits(tile.minimum_unit[row]).to_f32() * input.scale;
    (-(below as f32)).mul_add(minimum, (whole as f32).mul_add(scale, sum))
}

fn q6_product(tile: &Q6Tile, input: &InputBlock, row: usize, sum: f32) -> f32 {
    let mut whole = 0i32;
    for (index, &value) in input.values.as_flattened().iter().enumerate() {
        let weight = i32::from(tile.values[index / 16].get(row, index % 16)) - 32;
        whole += i32::from(tile.scales[index / 16][row]) * weight * i32::from(value);
    }
    let scale = f16::from_bits(tile.scale_unit[row]).to_f32() * input.scale;
    (whole as f32).mul_add(scale, sum)
}

/// Any bytes are a block, but for its half floats, which are kept finite.
fn block(bytes: usize, units: &'static [usize]) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), bytes).prop_map(move |mut block| {
        for &unit in units {
            block[unit] &= 0x3f;
        }
        block
    })
}

fn tile<T: Tile>(blocks: &[Vec<u8>]) -> T {
    let mut tile = T::zero();
    for (row, block) in blocks.iter().enumerate() {
        tile.set_row(row, block);
    }
    tile
}

fn inputs() -> impl Strategy<Value = Inputs> {
    let value = prop_oneof![-1.0f32..1.0, Just(1.0), Just(-1.0), Just(0.0)];
    (1usize..36)
        .prop_flat_map(move |rows| prop::collection::vec(value.clone(), rows * BLOCK))
        .prop_map(|values| Inputs::new(&values, BLOCK))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn four_bit_products_are_those_of_plain_arithmetic(
        blocks in prop::collection::vec(block(144, &[1, 3]), LANES),
        inputs in inputs(),
    ) {
        let tile: Q4Tile = tile(&blocks);
        for instructions in Instructions::all() {
            let mut sums = vec![[0.25f32; LANES]; inputs.rows()];
            instructions.ready().add_q4(&tile, inputs.block(0), &mut sums);
            for (input, sums) in inputs.block(0).iter().zip(&sums) {
                let expected: [f32; LANES] = std::array::from_fn(|row| q4_product(&tile, input, row, 0.25));
                prop_assert_eq!(sums, &expected);
            }
        }
    }

    #[test]
    fn six_bit_products_are_those_of_plain_arithmetic(
        blocks in prop::collection::vec(block(210, &[209]), LANES),
        inputs in inputs(),
    ) {
        let tile: Q6Tile = tile(&blocks);
        for instructions in Instructions::all() {
            let mut sums = vec![[0.25f32; LANES]; inputs.rows()];
            instructions.ready().add_q6(&tile, inputs.block(0), &mut sums);
            for (input, sums) in inputs.block(0).iter().zip(&sums) {
                let expected: [f32; LANES] = std::array::from_fn(|row| q6_product(&tile, input, row, 0.25));
                prop_assert_eq!(sums, &expected);
            }
        }
    }

    #[test]
    fn inputs_lose_at_most_half_a_step(values in prop::collection::vec(-3.0f32..3.0, BLOCK)) {
        let inputs = Inputs::new(&values, BLOCK);
        let block = &inputs.block(0)[0];
        for (&small, value) in block.values.as_flattened().iter().zip(&values) {
            prop_assert!((f32::from(small) * block.scale - value).abs() <= block.scale.abs() * 0.501);
        }
        let sum: i32 = block.values.as_flattened().iter().map(|&value| i32::from(value)).sum();
        prop_assert_eq!(block.short_sums.as_flattened().iter().map(|&sum| i32::from(sum)).sum::<i32>(), sum);
        prop_assert_eq!(block.long_sums.as_flattened().iter().map(|&sum| i32::from(sum)).sum::<i32>(), sum);
    }
}

/// The extremes that could overflow 16-bit sums: all weights at their largest, all inputs at theirs.
#[test]
fn the_largest_values_do_not_overflow() {
    let inputs = Inputs::new(&[1.0; BLOCK], BLOCK);
    let mut four = vec![0xff; 144];
    four[..4].copy_from_slice(&[0, 0x3c, 0, 0x3c]);
    let mut six = vec![0xff; 210];
    six[192..].fill(0x7f);
    six[208..].copy_from_slice(&[0, 0x3c]);
    let (four, six): (Q4Tile, Q6Tile) = (tile(&vec![four; LANES]), tile(&vec![six; LANES]));
    for instructions in Instructions::all() {
        let mut sums = [[0f32; LANES]; 1];
        instructions.ready().add_q4(&four, inputs.block(0), &mut sums);
        assert_eq!(sums[0][0], q4_product(&four, &inputs.block(0)[0], 0, 0.0));
        sums = [[0f32; LANES]; 1];
        instructions.ready().add_q6(&six, inputs.block(0), &mut sums);
        assert_eq!(sums[0][15], q6_product(&six, &inputs.block(0)[0], 15, 0.0));
    }
}

/// Random numbers from a fixed seed, as (rows, columns).
fn random(rows: usize, columns: usize) -> Tensor {
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5
    };
    let values: Vec<f32> = (0..rows * columns).map(|_| next()).collect();
    Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
}

#[test]
fn a_matrix_agrees_with_candle_and_rows_do_not_depend_on_their_neighbours() {
    const ROWS: usize = 80;
    const COLUMNS: usize = 512;
    for kind in [GgmlDType::Q4K, GgmlDType::Q6K] {
        let quantized = QTensor::quantize(&random(ROWS, COLUMNS), kind).unwrap();
        let Some(matrix) = Matrix::new(&quantized.data().unwrap(), kind, ROWS, COLUMNS) else {
            return;
        };
        let floats: Vec<Vec<f32>> = quantized.dequantize(&Device::Cpu).unwrap().to_vec2().unwrap();
        for (number, expected) in floats.iter().enumerate() {
            assert_eq!(&matrix.row(number), expected, "row {number} of {kind:?}");
        }
        let inputs = random(70, COLUMNS);
        let values: Vec<f32> = inputs.flatten_all().unwrap().to_vec1().unwrap();
        let expected: Vec<f32> = (inputs
            .apply_op1_no_bwd(&quantized)
            .unwrap()
            .flatten_all()
            .unwrap())
        .to_vec1()
        .unwrap();
        let [product] = &products(&[&matrix], &Inputs::new(&values, COLUMNS))[..] else {
            panic!("one product")
        };
        for (ours, expected) in product.iter().zip(&expected) {
            assert!((ours - expected).abs() < 0.02, "{ours}, expected {expected}");
        }
        for (row, values) in values.chunks(COLUMNS).enumerate() {
            let alone = products(&[&matrix, &matrix], &Inputs::new(values, COLUMNS));
            assert_eq!(alone[1], product[row * ROWS..][..ROWS], "row {row} of {kind:?}");
        }
    }
}

#[test]
fn other_kinds_and_shapes_are_left_to_candle() {
    assert!(Matrix::new(&[], GgmlDType::Q8_0, 16, 256).is_none());
    assert!(Matrix::new(&[], GgmlDType::Q4K, 8, 256).is_none());
}
