//! Adam and its kin: a mean of the gradients over the root of a mean of their squares.

use super::declare::{Step, optimizers};
use super::{BETA1, BETA2, DECOUPLED_DECAY, EPSILON, WEIGHT_DECAY};
use crate::real::{Real, Scalar};
use crate::rule::Framework::{Jax, Keras, Pytorch};
use crate::rule::{Card, FrameworkDefaults, Param};

const AMSGRAD: Param =
    Param::switch("amsgrad", "amsgrad", false).say("AMSGrad", "Divides by the largest mean square so far.");

const KERAS: FrameworkDefaults = FrameworkDefaults::new(Keras, Some(1e-3), &[("epsilon", 1e-7)]);
const JAX: FrameworkDefaults = FrameworkDefaults::new(Jax, None, &[]);

optimizers! {
    /// As `torch.optim.Adam`: m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²;
    /// w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
    adam {
        Card {
            id: "adam",
            label: "Adam",
            help: "Scales each weight's step by how large its gradients have been.",
            reference: "Kingma & Ba 2015; AMSGrad: Reddi, Kale & Kumar 2018",
            params: &[BETA1, BETA2, EPSILON, AMSGRAD, WEIGHT_DECAY],
            defaults: &[FrameworkDefaults::new(Pytorch, Some(1e-3), &[]), KERAS, JAX],
        },
        memory: 3,
        |step, [beta1, beta2, epsilon, amsgrad, decay]| {
            Moments { beta1, beta2, epsilon, coupled: decay, decoupled: 0.0, amsgrad: amsgrad == 1.0 }.step(step);
        }
    }

    /// As `torch.optim.AdamW`: w ← (1 − η λ) w, then Adam's step.
    adamw {
        Card {
            id: "adamw",
            label: "AdamW",
            help: "Adam whose weight decay is a pull of its own, not part of the gradient.",
            reference: "Loshchilov & Hutter 2019",
            params: &[BETA1, BETA2, EPSILON, AMSGRAD, DECOUPLED_DECAY],
            defaults: &[
                FrameworkDefaults::new(Pytorch, Some(1e-3), &[]),
                FrameworkDefaults::new(Keras, Some(1e-3), &[("epsilon", 1e-7), ("weightDecay", 0.004)]),
                FrameworkDefaults::new(Jax, None, &[("weightDecay", 1e-4)]),
            ],
        },
        memory: 3,
        |step, [beta1, beta2, epsilon, amsgrad, decay]| {
            Moments { beta1, beta2, epsilon, coupled: 0.0, decoupled: decay, amsgrad: amsgrad == 1.0 }.step(step);
        }
    }

    /// As `torch.optim.NAdam`, with its schedule of the momentum μₜ = β₁ (1 − ½ 0.96^(t ψ)).
    nadam {
        Card {
            id: "nadam",
            label: "NAdam",
            help: "Adam with Nesterov's look ahead.",
            reference: "Dozat 2016",
            params: &[
                BETA1,
                BETA2,
                EPSILON,
                Param::new("momentumDecay", "psi", 0.004, 0.0, 1.0)
                    .say("ψ", "How fast the momentum grows to β₁ over the updates."),
                WEIGHT_DECAY,
            ],
            defaults: &[FrameworkDefaults::new(Pytorch, Some(2e-3), &[]), KERAS, JAX],
        },
        memory: 2,
        |step, [beta1, beta2, epsilon, psi, decay]| {
            let at = |count: u64| beta1 * (1.0 - 0.5 * Real::exp(count as f64 * psi * Real::ln(0.96_f64)));
            let (mu, next) = (at(step.count), at(step.count + 1));
            let product = step.power(0, mu);
            let root = S::of((1.0 - step.power(1, beta2)).sqrt());
            let of_gradient = S::of(step.rate * (1.0 - mu) / (1.0 - product));
            let of_mean = S::of(step.rate * next / (1.0 - product * next));
            let (b1, b2, epsilon, decay) = (S::of(beta1), S::of(beta2), S::of(epsilon), S::of(decay));
            let (rest1, rest2) = (S::of(1.0 - beta1), S::of(1.0 - beta2));
            step.each2(|w, g, m, v| {
                let g = g + decay * w;
                *m = b1 * *m + rest1 * g;
                *v = b2 * *v + rest2 * g * g;
                let size = v.root() / root + epsilon;
                w - of_gradient * (g / size) - of_mean * (*m / size)
            });
        }
    }

    /// As `torch.optim.RAdam`: momentum alone until the mean square has enough samples (ρₜ > 5), then Adam, rectified.
    radam {
        Card {
            id: "radam",
            label: "RAdam",
            help: "Adam that starts as momentum until it knows the size of the gradients.",
            reference: "Liu et al. 2020",
            params: &[BETA1, BETA2, EPSILON, WEIGHT_DECAY],
            defaults: &[FrameworkDefaults::new(Pytorch, Some(1e-3), &[]), JAX],
        },
        memory: 2,
        |step, [beta1, beta2, epsilon, decay]| {
            let (power1, power2) = (step.power(0, beta1), step.power(1, beta2));
            let most = 2.0 / (1.0 - beta2) - 1.0;
            let length = most - 2.0 * step.count as f64 * power2 / (1.0 - power2);
            let is_known = length > 5.0;
            let above = (length - 4.0) * (length - 2.0) * most;
            let below = (most - 4.0) * (most - 2.0) * length;
            let scale = if is_known { (above / below).sqrt() * (1.0 - power2).sqrt() } else { 1.0 };
            let eta = S::of(step.rate / (1.0 - power1) * scale);
            let (b1, b2, epsilon, decay) = (S::of(beta1), S::of(beta2), S::of(epsilon), S::of(decay));
            let (rest1, rest2) = (S::of(1.0 - beta1), S::of(1.0 - beta2));
            step.each2(|w, g, m, v| {
                let g = g + decay * w;
                *m = b1 * *m + rest1 * g;
                *v = b2 * *v + rest2 * g * g;
                if is_known { w - eta * (*m / (v.root() + epsilon)) } else { w - eta * *m }
            });
        }
    }
}

/// What Adam and AdamW share.
pub(super) struct Moments {
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// Share of the weight added to its gradient.
    pub coupled: f64,
    /// Share of the weight taken from it, times the learning rate.
    pub decoupled: f64,
    pub amsgrad: bool,
}

impl Moments {
    pub fn step<S: Scalar>(&self, step: &mut Step<'_, S>) {
        let update = self.at(step.rate, step.power(0, self.beta1), step.power(1, self.beta2));
        if self.amsgrad {
            step.each3(|w, g, m, v, most| {
                let (old, new) = (w, update.means(w, g, m, v));
                *most = if new > *most { new } else { *most };
                update.weight(old, *m, *most)
            });
        } else {
            step.each2(|w, g, m, v| {
                let square = update.means(w, g, m, v);
                update.weight(w, *m, square)
            });
        }
    }

    /// The numbers of one update, with β₁ᵗ and β₂ᵗ.
    pub fn at<S: Scalar>(&self, rate: f64, power1: f64, power2: f64) -> Update<S> {
        Update {
            eta: S::of(rate / (1.0 - power1)),
            root: S::of((1.0 - power2).sqrt()),
            b1: S::of(self.beta1),
            b2: S::of(self.beta2),
            rest1: S::of(1.0 - self.beta1),
            rest2: S::of(1.0 - self.beta2),
            epsilon: S::of(self.epsilon),
            coupled: S::of(self.coupled),
            kept: S::of(1.0 - rate * self.decoupled),
        }
    }
}

/// One update of Adam, in the type of the weights.
pub(super) struct Update<S> {
    eta: S,
    root: S,
    b1: S,
    b2: S,
    rest1: S,
    rest2: S,
    epsilon: S,
    coupled: S,
    kept: S,
}

impl<S: Scalar> Update<S> {
    /// Moves both means on; gives that of the squares.
    #[inline]
    pub fn means(&self, w: S, g: S, m: &mut S, v: &mut S) -> S {
        let g = g + self.coupled * w;
        *m = self.b1 * *m + self.rest1 * g;
        *v = self.b2 * *v + self.rest2 * g * g;
        *v
    }

    /// The new weight.
    #[inline]
    pub fn weight(&self, w: S, m: S, square: S) -> S {
        self.kept * w - self.eta * (m / (square.root() / self.root + self.epsilon))
    }
}
