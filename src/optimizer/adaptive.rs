//! Steps divided by how large the gradients of each weight have been.

use super::declare::optimizers;
use super::{EPSILON, MOMENTUM, WEIGHT_DECAY};
use crate::rule::Framework::{Jax, Keras, Pytorch};
use crate::rule::{Card, FrameworkDefaults, Param};

optimizers! {
    /// As `torch.optim.RMSprop`: v ← α v + (1 − α) g²; w ← w − η g/(√v + ε). Centred, the square of the mean gradient is
    /// taken off v; with momentum, b ← μ b + g/(√v + ε) is what is followed.
    rmsprop {
        Card {
            id: "rmsprop",
            label: "RMSprop",
            help: "Divides each step by the recent size of the weight's gradients.",
            reference: "Tieleman & Hinton 2012",
            params: &[
                Param::new("alpha", "alpha", 0.99, 0.0, 0.9999)
                    .say("α", "How slowly the mean of the squared gradients forgets."),
                EPSILON,
                MOMENTUM.by_default(0.0),
                Param::switch("centered", "centered", false)
                    .say("centered", "Divides by the spread of the gradients instead of their size."),
                WEIGHT_DECAY,
            ],
            defaults: &[
                FrameworkDefaults::new(Pytorch, Some(0.01), &[]),
                FrameworkDefaults::new(Keras, Some(1e-3), &[("alpha", 0.9), ("epsilon", 1e-7)]),
                FrameworkDefaults::new(Jax, None, &[("alpha", 0.9)]),
            ],
        },
        memory: 3,
        |step, [alpha, epsilon, momentum, centered, decay]| {
            let (eta, mu, decay, epsilon) = (S::of(step.rate), S::of(momentum), S::of(decay), S::of(epsilon));
            let (keep, take, centered) = (S::of(alpha), S::of(1.0 - alpha), S::of(centered));
            step.each3(|w, g, v, mean, b| {
                let g = g + decay * w;
                *v = keep * *v + take * g * g;
                *mean = keep * *mean + take * g;
                let spread = *v - centered * *mean * *mean;
                // Equal gradients have no spread, which rounding may put below 0.
                let spread = if spread > S::of(0.0) { spread } else { S::of(0.0) * spread };
                *b = mu * *b + g / (spread.root() + epsilon);
                w - eta * *b
            });
        }
    }

    /// As `torch.optim.Adagrad`: v ← v + g²; w ← w − η/(1 + (t − 1) d) · g/(√v + ε).
    adagrad {
        Card {
            id: "adagrad",
            label: "Adagrad",
            help: "Divides each step by all gradients the weight ever had; never speeds up again.",
            reference: "Duchi, Hazan & Singer 2011",
            params: &[
                EPSILON.by_default(1e-10),
                Param::new("accumulator", "acc", 0.0, 0.0, 10.0)
                    .say("first sum", "What the sum of squared gradients starts from."),
                Param::new("rateDecay", "lrd", 0.0, 0.0, 1.0)
                    .say("rate decay", "How fast the learning rate falls with the updates."),
                WEIGHT_DECAY,
            ],
            defaults: &[
                FrameworkDefaults::new(Pytorch, Some(0.01), &[]),
                FrameworkDefaults::new(Keras, Some(1e-3), &[("accumulator", 0.1), ("epsilon", 1e-7)]),
                FrameworkDefaults::new(Jax, None, &[("accumulator", 0.1), ("epsilon", 1e-7)]),
            ],
        },
        memory: 1,
        |step, [epsilon, accumulator, rate_decay, decay]| {
            let eta = S::of(step.rate / (1.0 + (step.count - 1) as f64 * rate_decay));
            let start = S::of(if step.count == 1 { accumulator } else { 0.0 });
            let (epsilon, decay) = (S::of(epsilon), S::of(decay));
            step.each1(|w, g, v| {
                let g = g + decay * w;
                *v = *v + start + g * g;
                w - eta * (g / (v.root() + epsilon))
            });
        }
    }

    /// As `torch.optim.Adadelta`: v ← ρ v + (1 − ρ) g²; δ = √(u + ε)/√(v + ε) · g; u ← ρ u + (1 − ρ) δ²; w ← w − η δ.
    adadelta {
        Card {
            id: "adadelta",
            label: "Adadelta",
            help: "Steps as large as the recent ones were; made to do without a learning rate: use 1.",
            reference: "Zeiler 2012",
            params: &[
                Param::new("rho", "rho", 0.9, 0.0, 0.9999).say("ρ", "How slowly both means forget."),
                EPSILON.by_default(1e-6),
                WEIGHT_DECAY,
            ],
            defaults: &[
                FrameworkDefaults::new(Pytorch, Some(1.0), &[]),
                FrameworkDefaults::new(Keras, Some(1e-3), &[("rho", 0.95), ("epsilon", 1e-7)]),
                FrameworkDefaults::new(Jax, None, &[]),
            ],
        },
        memory: 2,
        |step, [rho, epsilon, decay]| {
            let (eta, decay, epsilon) = (S::of(step.rate), S::of(decay), S::of(epsilon));
            let (keep, take) = (S::of(rho), S::of(1.0 - rho));
            step.each2(|w, g, v, u| {
                let g = g + decay * w;
                *v = keep * *v + take * g * g;
                let delta = (*u + epsilon).root() / (*v + epsilon).root() * g;
                *u = keep * *u + take * delta * delta;
                w - eta * delta
            });
        }
    }
}
