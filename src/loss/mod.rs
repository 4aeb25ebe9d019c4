//! Losses. All take logits (pre-activations of the output layer), so that none loses its gradient where a sigmoid or a
//! softmax saturates; the margin loss takes lengths of capsules. Each gives one number per sample; the mean over the samples
//! is what training minimises.

mod menu;

pub use menu::{LossSpec, Losses, fitting, of_numbers};

use crate::activation::vector::log_sum_exp;
use crate::kernels::Write;
use crate::real::{Lanes, Real, Scalar};

/// Which loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Mean squared error over the outputs, `Σ (z − y)² / K`, as `torch.nn.MSELoss`.
    Mse,
    /// Mean absolute error, `Σ |z − y| / K`, as `torch.nn.L1Loss`; its slope where they are equal is 0.
    Mae,
    /// Squared near the target and absolute far from it, as `torch.nn.HuberLoss` (Huber 1964).
    Huber {
        /// Where it turns from squared to absolute.
        delta: f64,
    },
    /// `Σ ln cosh(z − y) / K`: smooth, and absolute far from the target.
    LogCosh,
    /// Mean over the outputs of the binary cross-entropy of σ(z), as `torch.nn.BCEWithLogitsLoss`:
    /// `max(z, 0) − z·y + ln(1 + e^−|z|)`.
    Bce,
    /// Mean over the outputs of `max(0, 1 − ±z)`, + where the target is 1 and − where it is 0 (Cortes & Vapnik 1995).
    Hinge,
    /// Cross-entropy of softmax(z) against a class index, as `torch.nn.CrossEntropyLoss`: `logsumexp(z) − z[y]`; the mean
    /// over the positions of a sequence.
    CrossEntropy {
        /// This share of the target is spread evenly over all classes (Szegedy et al. 2016).
        label_smoothing: f64,
    },
    /// On lengths of capsules against a class index: `max(0, 0.9 − ‖v‖)²` for the class, `½·max(0, ‖v‖ − 0.1)²` for the
    /// others, summed (Sabour, Frosst & Hinton 2017, equation 4).
    Margin,
}

impl Loss {
    /// Cross-entropy without label smoothing.
    pub const CROSS_ENTROPY: Self = Self::CrossEntropy { label_smoothing: 0.0 };

    /// Key in links and reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Mse => "mse",
            Self::Mae => "mae",
            Self::Huber { .. } => "huber",
            Self::LogCosh => "logcosh",
            Self::Bce => "bce",
            Self::Hinge => "hinge",
            Self::CrossEntropy { .. } => "ce",
            Self::Margin => "margin",
        }
    }

    /// Whether it compares numbers: the output is the answer itself, not the logit of one.
    pub fn compares_numbers(self) -> bool {
        matches!(self, Self::Mse | Self::Mae | Self::Huber { .. } | Self::LogCosh)
    }

    /// Whether the target is the index of a class rather than a number for each output.
    pub fn takes_class(self) -> bool {
        matches!(self, Self::CrossEntropy { .. } | Self::Margin)
    }

    /// How many target numbers a sample has: at each position the index of a class, or one for each output.
    pub fn targets(self, positions: usize, outputs: usize) -> usize {
        if self.takes_class() { positions } else { positions * outputs }
    }

    /// Loss and slope of one output, for a loss that treats each by itself.
    #[inline]
    fn each<R: Real>(self, z: R, y: R) -> (R, R) {
        let d = z - y;
        let sign = |d: R| R::select(d.gt(R::ZERO), R::ONE, R::select(R::ZERO.gt(d), -R::ONE, d));
        match self {
            Self::Mse => (d * d, d + d),
            Self::Mae => (d.abs(), sign(d)),
            Self::Huber { delta } => {
                let (delta, half) = (R::constant(delta), R::constant(0.5));
                let linear = delta * (d.abs() - half * delta);
                (R::select(d.abs().gt(delta), linear, half * d * d), d.clamp(-delta, delta))
            }
            Self::LogCosh => {
                // ½ ln(1 + sinh² d) near 0, where the other form loses its digits.
                let (size, half) = (d.abs(), R::constant(0.5));
                let grown = size.at_most(R::ONE).exp_m1();
                let sinh = half * (grown + grown / (grown + R::ONE));
                let far = size + (-(size + size)).softplus() - R::constant(std::f64::consts::LN_2);
                (R::select(size.gt(R::ONE), far, half * (sinh * sinh).ln_1p()), d.tanh())
            }
            // ln(1 + e^−|z|) by itself: added to a large z, its digits would be lost when z·y is taken off again.
            Self::Bce => ((z.at_least(R::ZERO) - z * y) + (-z.abs()).softplus(), z.sigmoid() - y),
            Self::Hinge => {
                let side = y + y - R::ONE;
                let missing = R::ONE - side * z;
                (missing.at_least(R::ZERO), R::select(missing.gt(R::ZERO), -side, R::ZERO))
            }
            Self::CrossEntropy { .. } | Self::Margin => unreachable!("they look at all outputs together"),
        }
    }

    /// The loss of each sample, summed over classes. Shapes: logits `[positions, K, batch]`, class `[positions, batch]`.
    fn of_classes<L: Lanes>(self, logits: &[L], class: &[L], out: &mut [L]) {
        let lanes = out.len();
        let positions = class.len() / lanes;
        let classes = logits.len() / class.len();
        let share = L::constant(1.0 / positions as f64);
        out.fill(L::ZERO);
        for (logits, class) in logits.chunks_exact(classes * lanes).zip(class.chunks_exact(lanes)) {
            for (at, out) in out.iter_mut().enumerate() {
                let column = || logits.iter().skip(at).step_by(lanes).copied();
                let own = |k: usize| one_hot(class[at], k);
                let loss = match self {
                    Self::Margin => column().enumerate().fold(L::ZERO, |sum, (k, v)| {
                        let (short, long) = margins(v);
                        sum + L::select(own(k).gt(L::ZERO), short * short, L::constant(0.5) * long * long)
                    }),
                    Self::CrossEntropy { label_smoothing } => {
                        let (largest, total) = log_sum_exp(column());
                        let chosen = column().enumerate().fold(L::ZERO, |sum, (k, z)| sum + z * own(k));
                        if label_smoothing == 0.0 {
                            (largest - chosen) + total
                        } else {
                            let mean = column().fold(L::ZERO, |sum, z| sum + z) / L::constant(classes as f64);
                            let smooth = L::constant(label_smoothing);
                            (largest - (chosen + smooth * (mean - chosen))) + total
                        }
                    }
                    _ => unreachable!("a loss of each output"),
                };
                *out = *out + if positions == 1 { loss } else { share * loss };
            }
        }
    }

    /// The loss of each sample. Shapes: logits `[positions, K, batch]`, target the same or `[positions, batch]`, out
    /// `[1, batch]`.
    pub fn forward<L: Lanes>(self, logits: &[L], target: &[L], out: &mut [L]) {
        if self.takes_class() {
            return self.of_classes(logits, target, out);
        }
        let lanes = out.len();
        let count = L::constant((logits.len() / lanes) as f64);
        for (at, out) in out.iter_mut().enumerate() {
            let pairs = logits.iter().zip(target).skip(at).step_by(lanes);
            *out = pairs.fold(L::ZERO, |sum, (&z, &y)| sum + self.each(z, y).0) / count;
        }
    }

    /// `gradient[k] = scale · ∂loss/∂z[k]`, per sample; `scale` is 0 in padding.
    pub fn backward<L: Lanes>(self, logits: &[L], target: &[L], scale: &[L], gradient: &mut [L], write: Write) {
        let lanes = scale.len();
        if !self.takes_class() {
            let share = L::constant(1.0 / (logits.len() / lanes) as f64);
            let rows = gradient.chunks_exact_mut(lanes).zip(logits.chunks_exact(lanes)).zip(target.chunks_exact(lanes));
            for ((gradient, z), y) in rows {
                for at in 0..lanes {
                    write.put(&mut gradient[at], scale[at] * (share * self.each(z[at], y[at]).1));
                }
            }
            return;
        }
        let (positions, classes) = (target.len() / lanes, logits.len() / target.len());
        let share = L::constant(1.0 / positions as f64);
        let parts = gradient.chunks_exact_mut(classes * lanes).zip(logits.chunks_exact(classes * lanes));
        for ((gradient, logits), class) in parts.zip(target.chunks_exact(lanes)) {
            for at in 0..lanes {
                let scale = if positions == 1 { scale[at] } else { share * scale[at] };
                let column = logits.iter().skip(at).step_by(lanes).copied();
                let own = |k: usize| one_hot(class[at], k);
                let mut put = |k: usize, slope: L| write.put(&mut gradient[k * lanes + at], scale * slope);
                if let Self::CrossEntropy { label_smoothing } = self {
                    let even = L::constant(label_smoothing / classes as f64);
                    let (largest, total) = log_sum_exp(column.clone());
                    for (k, z) in column.enumerate() {
                        let probability = ((z - largest) - total).exp();
                        put(k, probability - (even + L::constant(1.0 - label_smoothing) * own(k)));
                    }
                } else {
                    for (k, v) in column.enumerate() {
                        let (short, long) = margins(v);
                        put(k, L::select(own(k).gt(L::ZERO), -(short + short), long));
                    }
                }
            }
        }
    }
}

/// By how much a capsule is shorter than 0.9, and longer than 0.1.
fn margins<L: Lanes>(length: L) -> (L, L) {
    ((L::constant(0.9) - length).at_least(L::ZERO), (length - L::constant(0.1)).at_least(L::ZERO))
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
