//! Steps in which all directions of a matrix count alike.

use super::adam::Moments;
use super::declare::optimizers;
use super::{Block, DECOUPLED_DECAY, MOMENTUM};
use crate::real::Scalar;
use crate::regularize::norm;
use crate::rule::Framework::Pytorch;
use crate::rule::{Card, FrameworkDefaults, Param};

/// Coefficients of the quintic, chosen for steepness at 0: Jordan et al. 2024.
const QUINTIC: [f64; 3] = [3.4445, -4.775, 2.0315];
/// Smallest norm that is divided by.
const LEAST_NORM: f64 = 1e-7;
/// What biases and other vectors are trained with: AdamW as in `torch.optim`.
const OF_VECTORS: Moments =
    Moments { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, coupled: 0.0, decoupled: 0.0, amsgrad: false };

optimizers! {
    /// As `torch.optim.Muon`, but computed in the precision of the weights instead of bfloat16:
    /// b ← μ b + (1 − μ) g; O = the nearest matrix with orthogonal rows or columns to b (or to (1 − μ) g + μ b), by
    /// Newton and Schulz; W ← (1 − η λ) W − η √max(1, rows/columns) O. Biases and parameters of activations are no
    /// matrices: they take AdamW's step with the same rate and decay.
    muon {
        Card {
            id: "muon",
            label: "Muon",
            help: "Evens out each step of a weight matrix over all its directions; biases use AdamW.",
            reference: "Jordan et al. 2024",
            params: &[
                MOMENTUM.by_default(0.95),
                Param::switch("nesterov", "nest", true).say("Nesterov", "Looks ahead along the momentum."),
                Param::whole("steps", "ns", 5.0, 1.0, 20.0)
                    .say("iterations", "Steps of Newton and Schulz: more of them even out the directions more exactly."),
                DECOUPLED_DECAY.by_default(0.1),
            ],
            defaults: &[FrameworkDefaults::new(Pytorch, Some(1e-3), &[])],
        },
        memory: 2,
        matrices: true,
        |step, [momentum, nesterov, steps, decay]| {
            let rate = step.rate;
            let powers = (step.power(0, OF_VECTORS.beta1), step.power(1, OF_VECTORS.beta2));
            let of_vectors = Moments { decoupled: decay, ..OF_VECTORS }.at::<S>(rate, powers.0, powers.1);
            let (mu, rest) = (S::of(momentum), S::of(1.0 - momentum));
            let (first, second) = step.memory.split_at_mut(step.weights.len());
            for (block, range) in Block::placed(step.blocks) {
                let (weights, gradients) = (&mut step.weights[range.clone()], &step.gradients[range.clone()]);
                let (means, squares) = (&mut first[range.clone()], &mut second[range]);
                if !block.is_matrix {
                    for (((w, &g), m), v) in weights.iter_mut().zip(gradients).zip(means).zip(squares) {
                        let square = of_vectors.means(*w, g, m, v);
                        *w = of_vectors.weight(*w, *m, square);
                    }
                    continue;
                }
                // The second half of the memory holds the direction here.
                for ((&g, b), direction) in gradients.iter().zip(means).zip(squares.iter_mut()) {
                    *b = mu * *b + rest * g;
                    *direction = if nesterov == 1.0 { rest * g + mu * *b } else { *b };
                }
                orthogonalize(block, squares, steps as usize, step.scratch);
                let stretch = (block.rows as f64 / block.columns as f64).max(1.0).sqrt();
                let (eta, kept) = (S::of(rate * stretch), S::of(1.0 - rate * decay));
                for (w, &direction) in weights.iter_mut().zip(squares.iter()) {
                    *w = kept * *w - eta * direction;
                }
            }
        }
    }
}

/// Numbers that [`orthogonalize`] needs beside a matrix.
pub(super) fn room(block: &Block) -> usize {
    let (short, long) = (block.rows.min(block.columns), block.rows.max(block.columns));
    if block.is_matrix { 2 * short * long + 2 * short * short } else { 0 }
}

/// Replaces a matrix by one with the same singular vectors, whose singular values are near 1:
/// X ← a X + (b X Xᵀ + c (X Xᵀ)²) X, so many times, from X = G/‖G‖.
fn orthogonalize<S: Scalar>(block: &Block, matrix: &mut [S], steps: usize, scratch: &mut [S]) {
    let (rows, columns) = (block.rows, block.columns);
    let (short, long) = (rows.min(columns), rows.max(columns));
    let (x, rest) = scratch.split_at_mut(short * long);
    let (next, rest) = rest.split_at_mut(short * long);
    let (gram, rest) = rest.split_at_mut(short * short);
    let polynomial = &mut rest[..short * short];
    let norm = norm(matrix);
    // A norm that is no number must not pass for a small one.
    let norm = S::of(if norm < LEAST_NORM { LEAST_NORM } else { norm });
    let place = |row: usize, column: usize| if rows > columns { column * long + row } else { row * long + column };
    for (row, numbers) in matrix.chunks_exact(columns).enumerate() {
        for (column, &g) in numbers.iter().enumerate() {
            x[place(row, column)] = g / norm;
        }
    }
    let [a, b, c] = QUINTIC.map(S::of);
    for _ in 0..steps {
        for i in 0..short {
            for j in 0..=i {
                let product = dot(&x[i * long..(i + 1) * long], &x[j * long..(j + 1) * long]);
                gram[i * short + j] = product;
                gram[j * short + i] = product;
            }
        }
        for (i, row) in polynomial.chunks_exact_mut(short).enumerate() {
            let of_row = &gram[i * short..(i + 1) * short];
            for (j, number) in row.iter_mut().enumerate() {
                // The matrix is symmetric: its columns are its rows.
                *number = b * of_row[j] + c * dot(of_row, &gram[j * short..(j + 1) * short]);
            }
        }
        for (i, row) in next.chunks_exact_mut(long).enumerate() {
            for (number, &old) in row.iter_mut().zip(&x[i * long..]) {
                *number = a * old;
            }
            for (&factor, old) in polynomial[i * short..(i + 1) * short].iter().zip(x.chunks_exact(long)) {
                for (number, &old) in row.iter_mut().zip(old) {
                    *number = *number + factor * old;
                }
            }
        }
        x.copy_from_slice(next);
    }
    for (row, numbers) in matrix.chunks_exact_mut(columns).enumerate() {
        for (column, number) in numbers.iter_mut().enumerate() {
            *number = x[place(row, column)];
        }
    }
}

/// The inner product, in eight sums side by side.
fn dot<S: Scalar>(a: &[S], b: &[S]) -> S {
    let mut sums = [S::of(0.0); 8];
    let (whole_a, whole_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = whole_a.remainder().iter().zip(whole_b.remainder());
    let rest = rest.fold(S::of(0.0), |sum, (&a, &b)| sum + a * b);
    for (a, b) in whole_a.zip(whole_b) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum = *sum + a * b;
        }
    }
    sums.iter().fold(rest, |sum, &part| sum + part)
}
