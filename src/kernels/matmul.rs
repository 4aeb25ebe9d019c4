//! Fully connected: `Z = W X + b` and its three gradients. Tiles of 4 rows × 2 SIMD values keep eight running sums in
//! registers; larger tiles spill.

use super::Write;
use crate::real::Lanes;
use std::array::from_fn;

/// `out[o] = bias[o] + Σᵢ weight[o, i] · x[i]`. Shapes: weight `[out, in]`, x `[in, batch]`, out `[out, batch]`.
pub fn linear<L: Lanes>(weight: &[L::Scalar], bias: Option<&[L::Scalar]>, x: &[L], out: &mut [L], lanes: usize) {
    let inputs = x.len() / lanes;
    let start = |o: usize| bias.map_or(L::ZERO, |bias| L::splat(bias[o]));
    products(|o, i| weight[o * inputs + i], start, x, out, lanes, Write::Set);
}

/// `gradient_x[i] = Σₒ weight[o, i] · gradient[o]`: what the loss feels of each input.
pub fn input_gradient<L: Lanes>(weight: &[L::Scalar], gradient: &[L], into: &mut [L], lanes: usize, write: Write) {
    let inputs = into.len() / lanes;
    products(|i, o| weight[o * inputs + i], |_| L::ZERO, gradient, into, lanes, write);
}

/// `gradient_w[o, i] = Σ over samples of gradient[o] · x[i]`.
pub fn weight_gradient<L: Lanes>(gradient: &[L], x: &[L], into: &mut [L::Scalar], lanes: usize, write: Write) {
    let inputs = x.len() / lanes;
    for (row, gradient) in into.chunks_exact_mut(inputs).zip(gradient.chunks_exact(lanes)) {
        for (sum, x) in row.iter_mut().zip(x.chunks_exact(lanes)) {
            let product = gradient.iter().zip(x).fold(L::ZERO, |sum, (&g, &x)| sum + g * x);
            write.put(sum, product.sum());
        }
    }
}

/// `gradient_b[o] = Σ over samples of gradient[o]`.
pub fn bias_gradient<L: Lanes>(gradient: &[L], into: &mut [L::Scalar], lanes: usize, write: Write) {
    for (sum, gradient) in into.iter_mut().zip(gradient.chunks_exact(lanes)) {
        let total = gradient.iter().fold(L::ZERO, |sum, &g| sum + g);
        write.put(sum, total.sum());
    }
}

/// `out[r] = start(r) + Σₖ matrix(r, k) · x[k]`, over all samples.
#[inline]
fn products<L: Lanes>(
    matrix: impl Fn(usize, usize) -> L::Scalar + Copy,
    start: impl Fn(usize) -> L,
    x: &[L],
    out: &mut [L],
    lanes: usize,
    write: Write,
) {
    let mut first = 0;
    let mut tiles = out.chunks_exact_mut(4 * lanes);
    for tile in &mut tiles {
        rows::<L, 4>(|r, k| matrix(first + r, k), from_fn(|r| start(first + r)), x, tile, lanes, write);
        first += 4;
    }
    for row in tiles.into_remainder().chunks_exact_mut(lanes) {
        rows::<L, 1>(|r, k| matrix(first + r, k), [start(first)], x, row, lanes, write);
        first += 1;
    }
}

/// `R` rows of the product.
#[inline]
fn rows<L: Lanes, const R: usize>(
    matrix: impl Fn(usize, usize) -> L::Scalar + Copy,
    start: [L; R],
    x: &[L],
    out: &mut [L],
    lanes: usize,
    write: Write,
) {
    let mut at = 0;
    while at + 2 <= lanes {
        for (r, sums) in tile::<L, R, 2>(matrix, start, x, lanes, at).into_iter().enumerate() {
            write.put_all(&mut out[r * lanes + at..][..2], sums.into_iter());
        }
        at += 2;
    }
    if at < lanes {
        for (r, [sum]) in tile::<L, R, 1>(matrix, start, x, lanes, at).into_iter().enumerate() {
            write.put(&mut out[r * lanes + at], sum);
        }
    }
}

/// `R` rows of the product over `V` SIMD values of samples.
#[inline]
fn tile<L: Lanes, const R: usize, const V: usize>(
    matrix: impl Fn(usize, usize) -> L::Scalar,
    start: [L; R],
    x: &[L],
    lanes: usize,
    at: usize,
) -> [[L; V]; R] {
    let mut sums: [[L; V]; R] = start.map(|value| [value; V]);
    for (k, row) in x.chunks_exact(lanes).enumerate() {
        let column: [L; V] = from_fn(|v| row[at + v]);
        for (r, sums) in sums.iter_mut().enumerate() {
            let factor = L::splat(matrix(r, k));
            for (sum, &x) in sums.iter_mut().zip(&column) {
                *sum = *sum + factor * x;
            }
        }
    }
    sums
}
