//! Rules that do not look at the width of the layer. Biases start at 0.

use super::declare::initialisers;
use crate::rule::{Card, Param};

const SCALE: Param = Param::new("scale", "scale", 0.5, 0.0, 10.0);

initialisers! {
    /// U(±scale).
    uniform {
        Card {
            id: "uniform",
            label: "uniform",
            help: "Uniform, whatever the width; deep networks fade or explode.",
            params: &[SCALE.say("bound", "Weights lie between minus this and this.")],
            ..Card::BLANK
        },
        |start, [scale]| start.uniform(scale)
    }

    /// N(0, scale²).
    normal {
        Card {
            id: "normal",
            label: "normal",
            help: "Normal, whatever the width; deep networks fade or explode.",
            params: &[SCALE.by_default(0.1).say("deviation", "Standard deviation of the weights.")],
            ..Card::BLANK
        },
        |start, [scale]| start.normal(scale)
    }

    /// Every weight the same.
    constant {
        Card {
            id: "constant",
            label: "constant",
            help: "All weights equal: no unit ever differs from the next.",
            params: &[Param::new("value", "value", 0.1, -10.0, 10.0).say("value", "What every weight starts from.")],
            ..Card::BLANK
        },
        |start, [value]| start.weights.fill(value)
    }

    /// Every weight 0.
    zeros {
        Card {
            id: "zeros",
            label: "zeros",
            help: "All 0: no unit ever differs from the next.",
            ..Card::BLANK
        },
        |start, []| start.weights.fill(0.0)
    }
}
