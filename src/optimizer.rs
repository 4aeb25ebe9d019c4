//! How weights move along their gradients; the rules are `torch.optim`'s.

use crate::experiment::OptimizerSpec;
use crate::real::Scalar;

/// An optimiser with its memory of past gradients.
#[derive(Debug, Clone)]
pub struct Optimizer<S> {
    rule: OptimizerSpec,
    /// Momentum, or Adam's mean of gradients.
    first: Vec<S>,
    /// Adam's mean of squared gradients.
    second: Vec<S>,
    steps: u64,
    /// β₁ᵗ and β₂ᵗ.
    decayed: (f64, f64),
}

impl<S: Scalar> Optimizer<S> {
    /// For so many weights.
    pub fn new(rule: OptimizerSpec, weights: usize) -> Self {
        let memory = |needed: bool| vec![S::of(0.0); if needed { weights } else { 0 }];
        let (first, second) = match rule {
            OptimizerSpec::Sgd {} => (false, false),
            OptimizerSpec::Momentum { .. } => (true, false),
            OptimizerSpec::Adam { .. } => (true, true),
        };
        Self { rule, first: memory(first), second: memory(second), steps: 0, decayed: (1.0, 1.0) }
    }

    /// Forgets all past gradients.
    pub fn reset(&mut self) {
        self.first.fill(S::of(0.0));
        self.second.fill(S::of(0.0));
        self.steps = 0;
        self.decayed = (1.0, 1.0);
    }

    /// One update of `weights` with learning rate `rate`. Allocates nothing.
    pub fn step(&mut self, weights: &mut [S], gradients: &[S], rate: f64) {
        self.steps += 1;
        let eta = S::of(rate);
        match self.rule {
            // w ← w − η g
            OptimizerSpec::Sgd {} => {
                for (w, &g) in weights.iter_mut().zip(gradients) {
                    *w = *w - eta * g;
                }
            }
            // v ← μ v + g; w ← w − η v
            OptimizerSpec::Momentum { momentum } => {
                let mu = S::of(momentum);
                for ((w, &g), v) in weights.iter_mut().zip(gradients).zip(&mut self.first) {
                    *v = mu * *v + g;
                    *w = *w - eta * *v;
                }
            }
            // m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
            OptimizerSpec::Adam { beta1, beta2, epsilon } => {
                self.decayed = (self.decayed.0 * beta1, self.decayed.1 * beta2);
                let eta = S::of(rate / (1.0 - self.decayed.0));
                let root = S::of((1.0 - self.decayed.1).sqrt());
                let (b1, b2, epsilon) = (S::of(beta1), S::of(beta2), S::of(epsilon));
                let (rest1, rest2) = (S::of(1.0 - beta1), S::of(1.0 - beta2));
                let memory = self.first.iter_mut().zip(&mut self.second);
                for ((w, &g), (m, v)) in weights.iter_mut().zip(gradients).zip(memory) {
                    *m = b1 * *m + rest1 * g;
                    *v = b2 * *v + rest2 * g * g;
                    *w = *w - eta * (*m / (v.root() / root + epsilon));
                }
            }
        }
    }
}
