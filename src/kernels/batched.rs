//! Products of two matrices that both differ from sample to sample: attention, routing. Every number is a row of samples, so
//! the product is one of rows, sample by sample.
//!
//! Cost: `m · n · k` multiply-adds for each sample; two rows are read for each, so it is bound by memory in cache.

use super::Write;
use crate::real::Lanes;

/// A matrix of rows of samples inside a value: element (i, j) begins at `(i · row + j · column) · lanes`.
#[derive(Debug, Clone, Copy)]
pub struct Strides {
    /// Features from one row to the next.
    pub row: usize,
    /// Features from one column to the next.
    pub column: usize,
}

/// `out[i, j] = Σₖ a[i, k] · b[k, j]` for every sample; `out` is `[rows, columns]`.
#[allow(clippy::too_many_arguments, reason = "two matrices, their strides and the sizes of the product")]
pub fn batched_product<L: Lanes>(
    (a, of_a): (&[L], Strides),
    (b, of_b): (&[L], Strides),
    (out, of_out): (&mut [L], Strides),
    [rows, columns, inner]: [usize; 3],
    lanes: usize,
    write: Write,
) {
    for i in 0..rows {
        for j in 0..columns {
            let out = &mut out[(i * of_out.row + j * of_out.column) * lanes..][..lanes];
            if write == Write::Set {
                out.fill(L::ZERO);
            }
            for k in 0..inner {
                let a = &a[(i * of_a.row + k * of_a.column) * lanes..][..lanes];
                let b = &b[(k * of_b.row + j * of_b.column) * lanes..][..lanes];
                for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                    *out = *out + a * b;
                }
            }
        }
    }
}
