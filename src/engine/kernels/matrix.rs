//! A whole matrix in tiles, and its product with rows of inputs on all computing threads.

use candle_core::quantized::GgmlDType;
use rayon::prelude::*;

use super::activations::Inputs;
use super::tiles::{BLOCK, LANES, Q4Tile, Q6Tile, Tile};
use super::{Instructions, Ready};

/// Parts that a product is cut into for each thread: enough that one which is held up is relieved by the others.
const PARTS_PER_THREAD: usize = 8;

/// Rows of inputs whose sums are kept at hand while a tile is read.
const INPUT_ROWS_MAX: usize = 128;

/// A 4-bit or 6-bit matrix of `rows` outputs over `columns` inputs.
pub(in crate::engine) struct Matrix {
    tiles: Tiles,
    instructions: Instructions,
    pub rows: usize,
    pub columns: usize,
}

/// Tiles of one kind: the blocks of sixteen rows, then of the next sixteen.
enum Tiles {
    Four(Vec<Q4Tile>),
    Six(Vec<Q6Tile>),
}

impl Matrix {
    /// Takes over a matrix's blocks as the file has them; none if they are of another kind, do not fill whole tiles, or
    /// if the processor lacks the instructions.
    pub(in crate::engine) fn new(
        blocks: &[u8],
        kind: GgmlDType,
        rows: usize,
        columns: usize,
    ) -> Option<Self> {
        if !rows.is_multiple_of(LANES) || !columns.is_multiple_of(BLOCK) {
            return None;
        }
        let instructions = Instructions::detect()?;
        let tiles = match kind {
            GgmlDType::Q4K => Tiles::Four(pack(blocks, columns)),
            GgmlDType::Q6K => Tiles::Six(pack(blocks, columns)),
            _ => return None,
        };
        Some(Self {
            tiles,
            instructions,
            rows,
            columns,
        })
    }

    /// The values of one row.
    pub(in crate::engine) fn row(&self, row: usize) -> Vec<f32> {
        match &self.tiles {
            Tiles::Four(tiles) => unpack(tiles, row, self.columns),
            Tiles::Six(tiles) => unpack(tiles, row, self.columns),
        }
    }

    fn add_tile_products(
        &self,
        ready: &mut Ready,
        tile_row: usize,
        (inputs, first): (&Inputs, usize),
        sums: &mut [[f32; LANES]],
    ) {
        let blocks = self.columns / BLOCK;
        let range = tile_row * blocks..(tile_row + 1) * blocks;
        let rows = first..first + sums.len();
        match &self.tiles {
            Tiles::Four(tiles) => {
                for (number, tile) in tiles[range].iter().enumerate() {
                    let inputs = &inputs.block(number)[rows.clone()];
                    ready.add_q4(tile, inputs, sums);
                }
            }
            Tiles::Six(tiles) => {
                for (number, tile) in tiles[range].iter().enumerate() {
                    let inputs = &inputs.block(number)[rows.clone()];
                    ready.add_q6(tile, inputs, sums);
                }
            }
        }
    }
}

/// The products of `inputs` with several matrices, each as (input rows, matrix rows). They are computed in one go,
/// because starting the threads and waiting for the last of them costs as much as a small product.
pub(in crate::engine) fn products(matrices: &[&Matrix], inputs: &Inputs) -> Vec<Vec<f32>> {
    let mut products: Vec<Vec<f32>> = (matrices.iter())
        .map(|matrix| vec![0.0; inputs.rows() * matrix.rows])
        .collect();
    let tile_rows: usize = matrices.iter().map(|matrix| matrix.rows / LANES).sum();
    let tile_rows_per_part = tile_rows.div_ceil(PARTS_PER_THREAD * rayon::current_num_threads());
    let parts: Vec<Part<'_>> = (matrices.iter().zip(&mut products))
        .flat_map(|(matrix, product)| Part::cut(matrix, product, tile_rows_per_part))
        .collect();
    parts.into_par_iter().for_each(|mut part| part.compute(inputs));
    products
}

/// Some outputs of one matrix for all rows of inputs: what one thread computes without looking at the others.
struct Part<'a> {
    matrix: &'a Matrix,
    first_tile_row: usize,
    /// A stretch of each row of the product.
    outputs: Vec<&'a mut [f32]>,
}

impl<'a> Part<'a> {
    fn cut(matrix: &'a Matrix, product: &'a mut [f32], tile_rows: usize) -> Vec<Self> {
        let count = (matrix.rows / LANES).div_ceil(tile_rows);
        let mut parts: Vec<Self> = (0..count)
            .map(|number| Self {
                matrix,
                first_tile_row: number * tile_rows,
                outputs: Vec::new(),
            })
            .collect();
        for row in product.chunks_mut(matrix.rows) {
            for (part, outputs) in parts.iter_mut().zip(row.chunks_mut(tile_rows * LANES)) {
                part.outputs.push(outputs);
            }
        }
        parts
    }

    fn compute(&mut self, inputs: &Inputs) {
        let mut ready = self.matrix.instructions.ready();
        let mut sums = [[0f32; LANES]; INPUT_ROWS_MAX];
        for (group, outputs) in self.outputs.chunks_mut(INPUT_ROWS_MAX).enumerate() {
            let sums = &mut sums[..outputs.len()];
            let tile_rows = outputs.first().map_or(0, |row| row.len() / LANES);
            for tile_row in 0..tile_rows {
                sums.fill([0.0; LANES]);
                let first = group * INPUT_ROWS_MAX;
                self.matrix.add_tile_products(
                    &mut ready,
                    self.first_tile_row + tile_row,
                    (inputs, first),
                    sums,
                );
                for (row, sums) in outputs.iter_mut().zip(&*sums) {
                    row[tile_row * LANES..][..LANES].copy_from_slice(sums);
                }
            }
        }
    }
}

fn pack<T: Tile>(blocks: &[u8], columns: usize) -> Vec<T> {
    let blocks_per_row = columns / BLOCK;
    let row_bytes = blocks_per_row * T::FILE_BYTES;
    let tile = |number: usize| {
        let mut tile = T::zero();
        let rows = &blocks[number / blocks_per_row * LANES * row_bytes..][..LANES * row_bytes];
        for (row, blocks) in rows.chunks_exact(row_bytes).enumerate() {
            tile.set_row(
                row,
                &blocks[number % blocks_per_row * T::FILE_BYTES..][..T::FILE_BYTES],
            );
        }
        tile
    };
    let count = blocks.len() / (LANES * T::FILE_BYTES);
    (0..count).into_par_iter().map(tile).collect()
}

fn unpack<T: Tile>(tiles: &[T], row: usize, columns: usize) -> Vec<f32> {
    let blocks_per_row = columns / BLOCK;
    let tiles = &tiles[row / LANES * blocks_per_row..][..blocks_per_row];
    tiles.iter().flat_map(|tile| tile.row(row % LANES)).collect()
}
