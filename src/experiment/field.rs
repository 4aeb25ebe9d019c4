//! The settings of an experiment: name, key in a link, one-line explanation and range, each written once. Validation, the
//! link and the page's controls read them from here.

use super::{Experiment, Framework, LearnSpec};
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

impl<T> Choice<T> {
    /// The same choice where nothing may be chosen, too.
    pub fn some(self) -> Choice<Option<T>> {
        let Self { value, id, label, help } = self;
        Choice { value: Some(value), id, label, help }
    }
}

/// A number of the description, and where it stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// What is known of it.
    pub field: Field,
    /// Its value; none where it is left to the data set.
    pub get: fn(&Experiment) -> Option<f64>,
    /// Changes it.
    pub set: fn(&mut Experiment, f64),
}

/// What the data are made of.
pub const OF_DATA: [Setting; 7] = [POINTS, NOISE, WINDOW, HORIZON, CONTEXT, VOCABULARY, TEST_SHARE];
/// What keeps weights and gradients small.
pub const OF_REGULARIZATION: [Setting; 5] = [L1, L2, MAX_NORM, CLIP_NORM, CLIP_VALUE];
/// When training stops.
pub const OF_STOP: [Setting; 5] = [STOP_LOSS, STOP_EPOCHS, STOP_STEPS, STOP_PATIENCE, STOP_CHANGE];

/// Every number of the description that is neither of a layer nor of a rule.
pub fn settings() -> impl Iterator<Item = Setting> {
    [LEARNING_RATE, BATCH, SEED].into_iter().chain(OF_DATA).chain(OF_REGULARIZATION).chain(OF_STOP)
}

/// Step size.
pub const LEARNING_RATE: Setting = Setting {
    field: Field {
        path: "learningRate",
        key: "lr",
        label: "learning rate",
        help: "How far each update moves the weights along the gradient.",
        min: 1e-5,
        max: 10.0,
        whole: false,
    },
    get: |experiment| Some(experiment.learning_rate),
    set: |experiment, value| experiment.learning_rate = value,
};
/// Samples per update.
pub const BATCH: Setting = Setting {
    field: Field {
        path: "batch",
        key: "bs",
        label: "batch size",
        help: "How many samples are averaged for one update.",
        min: 1.0,
        max: 500.0,
        whole: true,
    },
    get: |experiment| Some(experiment.batch as f64),
    set: |experiment, value| experiment.batch = value as i64,
};
/// The seed.
pub const SEED: Setting = Setting {
    field: Field {
        path: "seed",
        key: "seed",
        label: "seed",
        help: "Fixes data, split, initial weights and order: the same seed gives the same run, bit for bit.",
        min: 0.0,
        max: 999_999.0,
        whole: true,
    },
    get: |experiment| Some(experiment.seed as f64),
    set: |experiment, value| experiment.seed = value as i64,
};
/// Generated points.
pub const POINTS: Setting = Setting {
    field: Field {
        path: "data.points",
        key: "n",
        label: "points",
        help: "How many points are generated, training and test together.",
        min: 20.0,
        max: 2000.0,
        whole: true,
    },
    get: |experiment| Some(experiment.data.points as f64),
    set: |experiment, value| experiment.data.points = value as i64,
};
/// Noise of generated points.
pub const NOISE: Setting = Setting {
    field: Field {
        path: "data.noise",
        key: "noise",
        label: "noise",
        help: "How far generated points stray from their shape.",
        min: 0.0,
        max: 0.5,
        whole: false,
    },
    get: |experiment| Some(experiment.data.noise),
    set: |experiment, value| experiment.data.noise = value,
};
/// Length of a window into a series.
pub const WINDOW: Setting = Setting {
    field: Field {
        path: "data.window",
        key: "window",
        label: "window",
        help: "How many values of a series the network sees.",
        min: 1.0,
        max: 200.0,
        whole: true,
    },
    get: |experiment| Some(experiment.data.window as f64),
    set: |experiment, value| experiment.data.window = value as i64,
};
/// How far ahead a series is foretold.
pub const HORIZON: Setting = Setting {
    field: Field {
        path: "data.horizon",
        key: "horizon",
        label: "horizon",
        help: "How many steps after the window the value lies that is foretold.",
        min: 1.0,
        max: 50.0,
        whole: true,
    },
    get: |experiment| Some(experiment.data.horizon as f64),
    set: |experiment, value| experiment.data.horizon = value as i64,
};
/// Characters of a text seen at once.
pub const CONTEXT: Setting = Setting {
    field: Field {
        path: "data.context",
        key: "context",
        label: "context",
        help: "How many characters of a text the network sees.",
        min: 2.0,
        max: 256.0,
        whole: true,
    },
    get: |experiment| Some(experiment.data.context as f64),
    set: |experiment, value| experiment.data.context = value as i64,
};
/// Words that are told apart.
pub const VOCABULARY: Setting = Setting {
    field: Field {
        path: "data.vocabulary",
        key: "vocab",
        label: "vocabulary",
        help: "How many of the most frequent words are told apart; all others count as unknown.",
        min: 10.0,
        max: 5000.0,
        whole: true,
    },
    get: |experiment| Some(experiment.data.vocabulary as f64),
    set: |experiment, value| experiment.data.vocabulary = value as i64,
};
/// Share kept for the test.
pub const TEST_SHARE: Setting = Setting {
    field: Field {
        path: "data.testShare",
        key: "test",
        label: "test share",
        help: "Share of the rows the network never trains on, to see whether it generalises.",
        min: 0.1,
        max: 0.9,
        whole: false,
    },
    get: |experiment| experiment.data.test_share,
    set: |experiment, value| experiment.data.test_share = Some(value),
};
/// L1 penalty.
pub const L1: Setting = Setting {
    field: Field {
        path: "regularization.l1",
        key: "l1",
        label: "L1",
        help: "Adds this times the sum of all |weights| to the loss: draws weights to exactly 0.",
        min: 0.0,
        max: 1.0,
        whole: false,
    },
    get: |experiment| Some(experiment.regularization.l1),
    set: |experiment, value| experiment.regularization.l1 = value,
};
/// L2 penalty.
pub const L2: Setting = Setting {
    field: Field {
        path: "regularization.l2",
        key: "l2",
        label: "L2",
        help: "Adds half of this times the sum of all squared weights to the loss: keeps weights small.",
        min: 0.0,
        max: 1.0,
        whole: false,
    },
    get: |experiment| Some(experiment.regularization.l2),
    set: |experiment, value| experiment.regularization.l2 = value,
};
/// Max-norm constraint.
pub const MAX_NORM: Setting = Setting {
    field: Field {
        path: "regularization.maxNorm",
        key: "maxnorm",
        label: "max norm",
        help: "Longest that the incoming weights of a unit may be; 0 for any length.",
        min: 0.0,
        max: 100.0,
        whole: false,
    },
    get: |experiment| Some(experiment.regularization.max_norm),
    set: |experiment, value| experiment.regularization.max_norm = value,
};
/// Clipping by norm.
pub const CLIP_NORM: Setting = Setting {
    field: Field {
        path: "regularization.clipNorm",
        key: "clip",
        label: "clip norm",
        help: "Shortens a gradient whose norm over all parameters is above this; 0 for never.",
        min: 0.0,
        max: 1000.0,
        whole: false,
    },
    get: |experiment| Some(experiment.regularization.clip_norm),
    set: |experiment, value| experiment.regularization.clip_norm = value,
};
/// Clipping by value.
pub const CLIP_VALUE: Setting = Setting {
    field: Field {
        path: "regularization.clipValue",
        key: "clipv",
        label: "clip value",
        help: "Cuts each part of the gradient to within this; 0 for never.",
        min: 0.0,
        max: 1000.0,
        whole: false,
    },
    get: |experiment| Some(experiment.regularization.clip_value),
    set: |experiment, value| experiment.regularization.clip_value = value,
};
/// Target loss.
pub const STOP_LOSS: Setting = Setting {
    field: Field {
        path: "stop.loss",
        key: "stoploss",
        label: "stop at loss",
        help: "Stops at the end of an epoch whose test loss is this or less; 0 for never.",
        min: 0.0,
        max: 1000.0,
        whole: false,
    },
    get: |experiment| Some(experiment.stop.loss),
    set: |experiment, value| experiment.stop.loss = value,
};
/// Most epochs.
pub const STOP_EPOCHS: Setting = Setting {
    field: Field {
        path: "stop.epochs",
        key: "stopepochs",
        label: "stop at epoch",
        help: "Stops after so many epochs; 0 for never.",
        min: 0.0,
        max: 1e6,
        whole: true,
    },
    get: |experiment| Some(experiment.stop.epochs as f64),
    set: |experiment, value| experiment.stop.epochs = value as i64,
};
/// Most updates.
pub const STOP_STEPS: Setting = Setting {
    field: Field {
        path: "stop.steps",
        key: "stopsteps",
        label: "stop at update",
        help: "Stops after so many updates; 0 for never.",
        min: 0.0,
        max: 1e9,
        whole: true,
    },
    get: |experiment| Some(experiment.stop.steps as f64),
    set: |experiment, value| experiment.stop.steps = value as i64,
};
/// Epochs without change.
pub const STOP_PATIENCE: Setting = Setting {
    field: Field {
        path: "stop.patience",
        key: "stopflat",
        label: "stop when flat",
        help: "Stops when the training loss has not changed for so many epochs; 0 for never.",
        min: 0.0,
        max: 1e5,
        whole: true,
    },
    get: |experiment| Some(experiment.stop.patience as f64),
    set: |experiment, value| experiment.stop.patience = value as i64,
};
/// What counts as a change.
pub const STOP_CHANGE: Setting = Setting {
    field: Field {
        path: "stop.change",
        key: "stopchange",
        label: "change",
        help: "What counts as a change of the training loss, in per cent.",
        min: 0.0,
        max: 100.0,
        whole: false,
    },
    get: |experiment| Some(experiment.stop.change),
    set: |experiment, value| experiment.stop.change = value,
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
/// Every numeric setting but those of rules, which are on the rules' cards.
pub fn fields() -> Vec<Field> {
    settings().map(|setting| setting.field).chain([UNITS, DEPTH]).collect()
}

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

/// Frameworks whose defaults an experiment can take over.
pub const FRAMEWORKS: [Choice<Framework>; 3] = [
    Choice { value: Framework::Pytorch, id: "pytorch", label: "PyTorch", help: "torch.nn and torch.optim." },
    Choice { value: Framework::Keras, id: "keras", label: "Keras", help: "Keras 3: its layers and optimizers." },
    Choice { value: Framework::Jax, id: "jax", label: "JAX", help: "jax.nn with Flax layers and Optax." },
];
