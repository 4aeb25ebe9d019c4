//! Losses. All take logits (pre-activations of the output layer), so that none loses its gradient where a sigmoid or a
//! softmax saturates. Each gives one number per sample; the mean over the samples is what training minimises.

use crate::activation::vector::log_sum_exp;
use crate::kernels::Write;
use crate::real::{Lanes, Scalar};

/// Which loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Mean squared error over the outputs, `Σ (z − y)² / K`, as `torch.nn.MSELoss`.
    Mse,
    /// Mean over the outputs of the binary cross-entropy of σ(z), as `torch.nn.BCEWithLogitsLoss`:
    /// `max(z, 0) − z·y + ln(1 + e^−|z|)`.
    Bce,
    /// Cross-entropy of softmax(z) against a class index, as `torch.nn.CrossEntropyLoss`: `logsumexp(z) − z[y]`.
    CrossEntropy,
}

impl Loss {
    /// Key in links and reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Mse => "mse",
            Self::Bce => "bce",
            Self::CrossEntropy => "ce",
        }
    }

    /// How many target numbers a sample has, for so many logits: one per output, or the index of a class.
    pub fn targets(self, logits: usize) -> usize {
        if self == Self::CrossEntropy { 1 } else { logits }
    }

    /// The loss of each sample. Shapes: logits `[K, batch]`, target `[targets, batch]`, out `[1, batch]`.
    pub fn forward<L: Lanes>(self, logits: &[L], target: &[L], out: &mut [L]) {
        let lanes = out.len();
        for (at, out) in out.iter_mut().enumerate() {
            let column = || logits.iter().skip(at).step_by(lanes).copied();
            let targets = || target.iter().skip(at).step_by(lanes).copied();
            let count = L::constant((logits.len() / lanes) as f64);
            *out = match self {
                Self::Mse => column().zip(targets()).fold(L::ZERO, |sum, (z, y)| sum + (z - y) * (z - y)) / count,
                // ln(1 + e^−|z|) by itself: added to a large z, its digits would be lost when z·y is taken off again.
                Self::Bce => {
                    let of_output = |z: L, y: L| (z.at_least(L::ZERO) - z * y) + (-z.abs()).softplus();
                    column().zip(targets()).fold(L::ZERO, |sum, (z, y)| sum + of_output(z, y)) / count
                }
                Self::CrossEntropy => {
                    let (largest, total) = log_sum_exp(column());
                    let own = column().enumerate().fold(L::ZERO, |own, (k, z)| own + z * one_hot(target[at], k));
                    (largest - own) + total
                }
            };
        }
    }

    /// `gradient[k] = scale · ∂loss/∂z[k]`, per sample; `scale` is 1/batch in real lanes and 0 in padding.
    pub fn backward<L: Lanes>(self, logits: &[L], target: &[L], scale: &[L], gradient: &mut [L], write: Write) {
        let lanes = scale.len();
        let count = (logits.len() / lanes) as f64;
        match self {
            Self::Mse => {
                let two = L::constant(2.0 / count);
                each(logits, target, scale, gradient, write, |z, y| two * (z - y));
            }
            Self::Bce => {
                let share = L::constant(1.0 / count);
                each(logits, target, scale, gradient, write, |z, y| share * (z.sigmoid() - y));
            }
            Self::CrossEntropy => {
                for at in 0..lanes {
                    let (largest, total) = log_sum_exp(logits.iter().skip(at).step_by(lanes).copied());
                    for k in 0..logits.len() / lanes {
                        let probability = ((logits[k * lanes + at] - largest) - total).exp();
                        write.put(&mut gradient[k * lanes + at], scale[at] * (probability - one_hot(target[at], k)));
                    }
                }
            }
        }
    }
}

/// `gradient = scale · rule(z, y)` for a loss that treats each output by itself.
fn each<L: Lanes>(logits: &[L], target: &[L], scale: &[L], gradient: &mut [L], write: Write, rule: impl Fn(L, L) -> L) {
    let lanes = scale.len();
    let rows = gradient.chunks_exact_mut(lanes).zip(logits.chunks_exact(lanes)).zip(target.chunks_exact(lanes));
    for ((gradient, z), y) in rows {
        for at in 0..lanes {
            write.put(&mut gradient[at], scale[at] * rule(z[at], y[at]));
        }
    }
}

/// 1 where the class index is `k`, else 0.
fn one_hot<L: Lanes>(class: L, k: usize) -> L {
    let k = L::constant(k as f64);
    L::select((class - k).abs().gt(L::constant(0.5)), L::ZERO, L::ONE)
}

/// Mean of per-sample losses over the first `samples`, summed in f64.
pub fn mean<L: Lanes>(losses: &[L], samples: usize) -> f64 {
    let each: &[L::Scalar] = bytemuck::cast_slice(losses);
    each[..samples].iter().map(|loss| loss.wide()).sum::<f64>() / samples as f64
}
