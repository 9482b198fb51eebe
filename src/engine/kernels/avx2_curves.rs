//! The curves compiled for 256-bit instructions; the steps are written once, in [`super::curves`].

#![expect(
    unsafe_code,
    reason = "a function that is compiled for certain instructions may only be called where they are"
)]

use super::avx2::Avx2;
use super::curves::{gelu_steps, softmax_steps};

impl Avx2 {
    pub(super) fn gelu(self, values: &mut [f32]) {
        // SAFETY: `self` proves the features that it is compiled for.
        unsafe { gelu(values) }
    }

    pub(super) fn softmax(self, scores: &mut [f32]) {
        // SAFETY: as above.
        unsafe { softmax(scores) }
    }
}

#[target_feature(enable = "avx2,fma")]
fn gelu(values: &mut [f32]) {
    gelu_steps(values);
}

#[target_feature(enable = "avx2,fma")]
fn softmax(scores: &mut [f32]) {
    softmax_steps(scores);
}
