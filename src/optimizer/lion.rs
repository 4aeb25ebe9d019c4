//! Steps of one size, in the direction of a sign.

use super::declare::optimizers;
use super::{BETA1, BETA2, DECOUPLED_DECAY};
use crate::rule::Framework::{Jax, Keras};
use crate::rule::{Card, FrameworkDefaults};

optimizers! {
    /// As the paper's reference implementation (google/automl, `lion_pytorch.py`), PyTorch has none:
    /// w ← (1 − η λ) w − η sign(β₁ m + (1 − β₁) g); m ← β₂ m + (1 − β₂) g.
    lion {
        Card {
            id: "lion",
            label: "Lion",
            help: "Every weight steps equally far, by the sign of its momentum; wants a small learning rate.",
            reference: "Chen et al. 2023",
            params: &[BETA1, BETA2.by_default(0.99), DECOUPLED_DECAY.by_default(0.0)],
            defaults: &[
                FrameworkDefaults::new(Keras, Some(1e-3), &[]),
                FrameworkDefaults::new(Jax, None, &[("weightDecay", 1e-3)]),
            ],
        },
        memory: 1,
        |step, [beta1, beta2, decay]| {
            let (eta, kept, zero) = (S::of(step.rate), S::of(1.0 - step.rate * decay), S::of(0.0));
            let (b1, b2) = (S::of(beta1), S::of(beta2));
            let (rest1, rest2) = (S::of(1.0 - beta1), S::of(1.0 - beta2));
            step.each1(|w, g, m| {
                let direction = b1 * *m + rest1 * g;
                *m = b2 * *m + rest2 * g;
                let w = kept * w;
                if direction > zero {
                    w - eta
                } else if direction < zero {
                    w + eta
                } else {
                    // 0, or not a number, which must not pass unseen.
                    w - eta * direction
                }
            });
        }
    }
}
