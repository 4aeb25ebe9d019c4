//! The settings of an experiment: name, key in a link, one-line explanation and range, each written once. Validation, the
//! link and the page's controls read them from here.

use super::{InitSpec, LearnSpec, LossSpec, OptimizerSpec};
use crate::error::Problem;
use serde::Serialize;

/// A numeric setting.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Field {
    /// Where it stands in the description: `learningRate`.
    pub path: &'static str,
    /// Key in a link.
    pub key: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
    /// Whole numbers only.
    pub whole: bool,
}

impl Field {
    /// The range in words: "a whole number from 1 to 500".
    pub fn accepted(&self) -> String {
        let kind = if self.whole { "a whole number" } else { "a number" };
        format!("{kind} from {} to {}", self.min, self.max)
    }

    /// Whether `value` is in range. NaN is not.
    pub fn accepts(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value) && (!self.whole || value.fract() == 0.0)
    }

    /// The complaint about `value` at `place`, if it is out of range.
    pub fn problem(&self, place: &str, value: f64) -> Option<Problem> {
        (!self.accepts(value)).then(|| Problem::new(place, value, self.accepted()))
    }
}

/// One value of a setting that is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Choice<T> {
    /// The value in a description.
    pub value: T,
    /// Key in a link.
    pub id: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
}

/// Step size.
pub const LEARNING_RATE: Field = Field {
    path: "learningRate",
    key: "lr",
    label: "learning rate",
    help: "How far each update moves the weights along the gradient.",
    min: 1e-5,
    max: 10.0,
    whole: false,
};
/// Samples per update.
pub const BATCH: Field = Field {
    path: "batch",
    key: "bs",
    label: "batch size",
    help: "How many samples are averaged for one update.",
    min: 1.0,
    max: 500.0,
    whole: true,
};
/// The seed.
pub const SEED: Field = Field {
    path: "seed",
    key: "seed",
    label: "seed",
    help: "Fixes data, split, initial weights and order: the same seed gives the same run, bit for bit.",
    min: 0.0,
    max: 999_999.0,
    whole: true,
};
/// Generated points.
pub const POINTS: Field = Field {
    path: "data.points",
    key: "n",
    label: "points",
    help: "How many points are generated, training and test together.",
    min: 20.0,
    max: 2000.0,
    whole: true,
};
/// Noise of generated points.
pub const NOISE: Field = Field {
    path: "data.noise",
    key: "noise",
    label: "noise",
    help: "How far generated points stray from their shape.",
    min: 0.0,
    max: 0.5,
    whole: false,
};
/// Length of a window into a series.
pub const WINDOW: Field = Field {
    path: "data.window",
    key: "window",
    label: "window",
    help: "How many values of a series the network sees.",
    min: 1.0,
    max: 200.0,
    whole: true,
};
/// How far ahead a series is foretold.
pub const HORIZON: Field = Field {
    path: "data.horizon",
    key: "horizon",
    label: "horizon",
    help: "How many steps after the window the value lies that is foretold.",
    min: 1.0,
    max: 50.0,
    whole: true,
};
/// Characters of a text seen at once.
pub const CONTEXT: Field = Field {
    path: "data.context",
    key: "context",
    label: "context",
    help: "How many characters of a text the network sees.",
    min: 2.0,
    max: 256.0,
    whole: true,
};
/// Words that are told apart.
pub const VOCABULARY: Field = Field {
    path: "data.vocabulary",
    key: "vocab",
    label: "vocabulary",
    help: "How many of the most frequent words are told apart; all others count as unknown.",
    min: 10.0,
    max: 5000.0,
    whole: true,
};
/// Share kept for the test.
pub const TEST_SHARE: Field = Field {
    path: "data.testShare",
    key: "test",
    label: "test share",
    help: "Share of the rows the network never trains on, to see whether it generalises.",
    min: 0.1,
    max: 0.9,
    whole: false,
};
/// Units of a hidden layer.
pub const UNITS: Field = Field {
    path: "layers[].units",
    key: "net",
    label: "units",
    help: "Neurons of a hidden layer.",
    min: 1.0,
    max: 512.0,
    whole: true,
};
/// Number of hidden layers.
pub const DEPTH: Field = Field {
    path: "layers",
    key: "net",
    label: "hidden layers",
    help: "Layers between the input and the output.",
    min: 0.0,
    max: 50.0,
    whole: true,
};
/// Momentum μ.
pub const MOMENTUM: Field = Field {
    path: "optimizer.momentum",
    key: "mu",
    label: "momentum",
    help: "Share of the last step that is kept in the next.",
    min: 0.0,
    max: 0.999,
    whole: false,
};
/// Adam's β₁.
pub const BETA1: Field = Field {
    path: "optimizer.beta1",
    key: "b1",
    label: "β₁",
    help: "How slowly Adam's mean of the gradients forgets.",
    min: 0.0,
    max: 0.9999,
    whole: false,
};
/// Adam's β₂.
pub const BETA2: Field = Field {
    path: "optimizer.beta2",
    key: "b2",
    label: "β₂",
    help: "How slowly Adam's mean of the squared gradients forgets.",
    min: 0.0,
    max: 0.999_999,
    whole: false,
};
/// Adam's ε.
pub const EPSILON: Field = Field {
    path: "optimizer.epsilon",
    key: "eps",
    label: "ε",
    help: "Keeps Adam's division from blowing up where gradients are tiny.",
    min: 1e-12,
    max: 1.0,
    whole: false,
};

/// Every numeric setting.
pub fn fields() -> [Field; 16] {
    [
        LEARNING_RATE,
        BATCH,
        SEED,
        POINTS,
        NOISE,
        WINDOW,
        HORIZON,
        CONTEXT,
        VOCABULARY,
        TEST_SHARE,
        UNITS,
        DEPTH,
        MOMENTUM,
        BETA1,
        BETA2,
        EPSILON,
    ]
}

/// The losses.
pub const LOSSES: [Choice<LossSpec>; 4] = [
    Choice { value: LossSpec::Auto, id: "auto", label: "auto", help: "The loss that fits the task." },
    Choice {
        value: LossSpec::Mse,
        id: "mse",
        label: "squared error",
        help: "Mean squared distance to the target; for numbers.",
    },
    Choice {
        value: LossSpec::Bce,
        id: "bce",
        label: "binary cross-entropy",
        help: "A yes-or-no answer per output, through a sigmoid.",
    },
    Choice {
        value: LossSpec::CrossEntropy,
        id: "ce",
        label: "cross-entropy",
        help: "One class of several, through a softmax.",
    },
];

/// The initialisers.
pub const INITS: [Choice<InitSpec>; 7] = [
    Choice { value: InitSpec::Auto, id: "auto", label: "auto", help: "The rule each layer's activation asks for." },
    Choice {
        value: InitSpec::Xavier,
        id: "xavier",
        label: "Xavier",
        help: "Normal, variance 2/(fan-in + fan-out); for tanh and sigmoid.",
    },
    Choice { value: InitSpec::He, id: "he", label: "He", help: "Normal, variance 2/fan-in; for ReLU and its kin." },
    Choice { value: InitSpec::Lecun, id: "lecun", label: "LeCun", help: "Normal, variance 1/fan-in; for SELU." },
    Choice {
        value: InitSpec::Pytorch,
        id: "pytorch",
        label: "PyTorch",
        help: "Weights and biases uniform within ±1/√fan-in.",
    },
    Choice {
        value: InitSpec::Uniform,
        id: "uniform",
        label: "uniform",
        help: "Uniform within ±0.5, whatever the width; deep networks fade or explode.",
    },
    Choice { value: InitSpec::Zeros, id: "zeros", label: "zeros", help: "All 0: no unit ever differs from the next." },
];

/// Whether parameters of activations are trained.
pub const LEARN: [Choice<LearnSpec>; 3] = [
    Choice { value: LearnSpec::Fixed, id: "fixed", label: "fixed", help: "The parameters stay as they are set." },
    Choice {
        value: LearnSpec::Layer,
        id: "layer",
        label: "per layer",
        help: "One set of parameters for the layer, trained with the weights.",
    },
    Choice {
        value: LearnSpec::Unit,
        id: "unit",
        label: "per unit",
        help: "A set for each unit, trained with the weights.",
    },
];

/// The optimisers, with their default parameters.
pub fn optimizers() -> [Choice<OptimizerSpec>; 3] {
    [
        Choice {
            value: OptimizerSpec::Sgd {},
            id: "sgd",
            label: "SGD",
            help: "Straight down the gradient of each batch.",
        },
        Choice {
            value: OptimizerSpec::momentum(),
            id: "momentum",
            label: "momentum",
            help: "Keeps rolling: part of the last step is kept.",
        },
        Choice {
            value: OptimizerSpec::adam(),
            id: "adam",
            label: "Adam",
            help: "Scales each weight's step by how large its gradients have been.",
        },
    ]
}
