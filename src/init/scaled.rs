//! Draws scaled to the width of the layer. Biases start at 0.

use super::declare::initialisers;
use crate::rule::Framework::{Jax, Keras};
use crate::rule::{Card, FrameworkDefaults, Param};

pub(super) const GAIN: Param = Param::new("gain", "gain", 1.0, 0.01, 10.0).say("gain", "Scales the initial weights.");

const SCALED: Card = Card { params: &[GAIN], ..Card::BLANK };

initialisers! {
    /// The rule that [`resolve`](super::resolve) finds for the activation; Xavier's where nobody asked.
    auto {
        Card { id: "auto", label: "auto", help: "The rule each layer's activation asks for.", ..SCALED },
        |start, [gain]| start.normal(gain * (2.0 / start.fans()).sqrt())
    }

    /// N(0, gain²/fan-in · 1/E f²) with f the activation the layer reads.
    auto_gain {
        Card {
            id: "auto_gain",
            label: "auto gain",
            help: "Normal, scaled so that the activation before the layer keeps the size of a signal.",
            reference: "He et al. 2015, for any activation",
            ..SCALED
        },
        |start, [gain]| start.normal(gain * start.place.gain * (1.0 / start.fan_in()).sqrt())
    }

    /// N(0, 2/(fan-in + fan-out)).
    xavier {
        Card {
            id: "xavier",
            label: "Xavier",
            help: "Normal, variance 2/(fan-in + fan-out); for tanh and sigmoid.",
            reference: "Glorot & Bengio 2010",
            ..SCALED
        },
        |start, [gain]| start.normal(gain * (2.0 / start.fans()).sqrt())
    }

    /// U(±√(6/(fan-in + fan-out))).
    xavier_uniform {
        Card {
            id: "xavier_uniform",
            label: "Xavier uniform",
            help: "Uniform, variance 2/(fan-in + fan-out); Keras's default.",
            reference: "Glorot & Bengio 2010",
            defaults: &[FrameworkDefaults::new(Keras, None, &[])],
            ..SCALED
        },
        |start, [gain]| start.uniform(gain * (6.0 / start.fans()).sqrt())
    }

    /// N(0, 2/fan-in).
    he {
        Card {
            id: "he",
            label: "He",
            help: "Normal, variance 2/fan-in; for ReLU and its kin.",
            reference: "He et al. 2015",
            ..SCALED
        },
        |start, [gain]| start.normal(gain * (2.0 / start.fan_in()).sqrt())
    }

    /// U(±√(6/fan-in)).
    he_uniform {
        Card {
            id: "he_uniform",
            label: "He uniform",
            help: "Uniform, variance 2/fan-in.",
            reference: "He et al. 2015",
            ..SCALED
        },
        |start, [gain]| start.uniform(gain * (6.0 / start.fan_in()).sqrt())
    }

    /// N(0, 1/fan-in). Flax, whose default it is, cuts the normal off at two deviations.
    lecun {
        Card {
            id: "lecun",
            label: "LeCun",
            help: "Normal, variance 1/fan-in; for SELU, and Flax's default.",
            reference: "LeCun et al. 1998",
            defaults: &[FrameworkDefaults::new(Jax, None, &[])],
            ..SCALED
        },
        |start, [gain]| start.normal(gain * (1.0 / start.fan_in()).sqrt())
    }

    /// U(±√(3/fan-in)).
    lecun_uniform {
        Card {
            id: "lecun_uniform",
            label: "LeCun uniform",
            help: "Uniform, variance 1/fan-in.",
            reference: "LeCun et al. 1998",
            ..SCALED
        },
        |start, [gain]| start.uniform(gain * (3.0 / start.fan_in()).sqrt())
    }
}
