//! Bounded on both sides.

use super::declare::{self, Card, Evaluate, Family, InitHint, activations};
use crate::real::{Dual, Lane, Precise};

const SATURATING: Card = Card { family: Family::Saturating, init: InitHint::Xavier, ..Card::BLANK };

activations! {
    /// σ(z).
    Sigmoid in Precise {
        Card {
            id: "sigmoid",
            name: "Sigmoid",
            tex: r"\sigma(z) = \frac{1}{1 + e^{-z}}",
            description: "Squeezes any number into 0 to 1, as a probability. Its slope is at most 1/4 and fades on both \
                          sides, so deep stacks of it pass on little gradient.",
            reference: "Verhulst 1845; Rumelhart, Hinton & Williams 1986",
            torch: Some("Sigmoid"),
            keras: Some("sigmoid"),
            jax: Some("sigmoid"),
            onnx: Some("Sigmoid"),
            strip: Some(2),
            ..SATURATING
        },
        |x, []| x.sigmoid()
    }

    /// tanh z.
    Tanh in Precise {
        Card {
            id: "tanh",
            name: "Tanh",
            tex: r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
            description: "Squeezes any number into −1 to 1, centred on zero. Its slope is 1 at zero and fades on both \
                          sides, where units saturate.",
            reference: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
            torch: Some("Tanh"),
            keras: Some("tanh"),
            jax: Some("tanh"),
            onnx: Some("Tanh"),
            strip: Some(3),
            ..SATURATING
        },
        |x, []| x.tanh()
    }
}
