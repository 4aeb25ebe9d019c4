//! Steps along the gradient, as `torch.optim.SGD`.

use super::declare::optimizers;
use super::{MOMENTUM, WEIGHT_DECAY};
use crate::rule::Framework::{Jax, Keras, Pytorch};
use crate::rule::{Card, FrameworkDefaults};

/// Rates of the frameworks' SGD; Optax wants one given.
const RATES: &[FrameworkDefaults] = &[
    FrameworkDefaults::new(Pytorch, Some(1e-3), &[]),
    FrameworkDefaults::new(Keras, Some(0.01), &[]),
    FrameworkDefaults::new(Jax, None, &[]),
];

optimizers! {
    /// w ← w − η g, with g + λ w for g.
    sgd {
        Card {
            id: "sgd",
            label: "SGD",
            help: "Plain steps along the gradient of each batch.",
            reference: "Robbins & Monro 1951",
            params: &[WEIGHT_DECAY],
            defaults: RATES,
        },
        memory: 0,
        |step, [decay]| {
            let (eta, decay) = (S::of(step.rate), S::of(decay));
            step.each(|w, g| w - eta * (g + decay * w));
        }
    }

    /// v ← μ v + g; w ← w − η v.
    momentum {
        Card {
            id: "momentum",
            label: "momentum",
            help: "Keeps rolling: part of the last step is kept.",
            reference: "Polyak 1964",
            params: &[MOMENTUM, WEIGHT_DECAY],
            defaults: RATES,
        },
        memory: 1,
        |step, [momentum, decay]| {
            let (eta, mu, decay) = (S::of(step.rate), S::of(momentum), S::of(decay));
            step.each1(|w, g, v| {
                *v = mu * *v + (g + decay * w);
                w - eta * *v
            });
        }
    }

    /// v ← μ v + g; w ← w − η (g + μ v).
    nesterov {
        Card {
            id: "nesterov",
            label: "Nesterov",
            help: "Momentum that looks ahead to where it is rolling.",
            reference: "Nesterov 1983; Sutskever et al. 2013",
            params: &[MOMENTUM, WEIGHT_DECAY],
            defaults: RATES,
        },
        memory: 1,
        |step, [momentum, decay]| {
            let (eta, mu, decay) = (S::of(step.rate), S::of(momentum), S::of(decay));
            step.each1(|w, g, v| {
                let g = g + decay * w;
                *v = mu * *v + g;
                w - eta * (g + mu * *v)
            });
        }
    }
}
