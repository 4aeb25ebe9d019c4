//! One description that determines a run: data, network, training and seed. Links, files, attributes and tests are all
//! this description, and the same description gives the same bits on every machine.
//!
//! ```
//! use activation_playground::experiment::Experiment;
//! let (experiment, problems) = Experiment::from_link("act=gelu&net=8.8&lr=0.03");
//! assert!(problems.is_empty());
//! assert_eq!(experiment.layers.len(), 2);
//! assert_eq!(experiment.to_link(), "v=1&act=gelu&net=8.8&lr=0.03");
//! ```

mod drawn;
pub mod field;
mod link;
mod validate;

pub use field::{Choice, Field, INITS, LEARN, LOSSES, fields, optimizers};

use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Everything that determines a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Experiment {
    /// Version of this description's meaning; 1.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub version: i64,
    /// What is learned.
    pub data: DataSpec,
    /// Hidden layers, from the input on. The output layer follows from the data and the loss.
    pub layers: Vec<LayerSpec>,
    /// What is minimised.
    pub loss: LossSpec,
    /// Where the weights start.
    pub init: InitSpec,
    /// How the weights move.
    pub optimizer: OptimizerSpec,
    /// Step size η.
    pub learning_rate: f64,
    /// Samples per update.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub batch: i64,
    /// Seed of data, split, weights and order.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seed: i64,
}

/// The data of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DataSpec {
    /// Which data set: an id of the catalogue.
    pub name: String,
    /// How many points are generated, training and test together. Tables have the rows they have.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub points: i64,
    /// How far generated points are off: 0 (not at all) to 0.5.
    pub noise: f64,
    /// How many values of a series the network sees.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub window: i64,
    /// How many steps after the window the value lies that is foretold.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub horizon: i64,
    /// How many characters of a text the network sees.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub context: i64,
    /// How many of the most frequent words are told apart.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub vocabulary: i64,
    /// Points of the user's own, each `[x₁, x₂, class]`; the coordinates count to the hundredth. For the data set `own`.
    pub drawn: Vec<[f64; 3]>,
    /// Which columns of the user's own table are used, and how. For the data set `own`.
    pub columns: ColumnsSpec,
    /// Share of the rows kept for the test; `null` for the data set's own.
    pub test_share: Option<f64>,
}

/// The columns of a table of the user's own. What is left out is found from the table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ColumnsSpec {
    /// Names of the inputs; none for every column of numbers but the target. Without a header, columns are called
    /// `column 1`, `column 2` and so on.
    pub inputs: Vec<String>,
    /// Name of the target; empty for the last column.
    pub target: String,
    /// Whether the target is a class or a number; `null` to go by its values.
    pub task: Option<TargetSpec>,
    /// Whether the first line names the columns; `null` to go by whether it has a number.
    pub header: Option<bool>,
}

/// What a column is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TargetSpec {
    /// The name of a class.
    Classes,
    /// A number to be foretold.
    Regression,
}

/// One hidden layer, fully connected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LayerSpec {
    /// Units (neurons).
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub units: i64,
    /// Its activation: an id of the catalogue, or a formula in z such as `z * tanh(softplus(a z))`.
    pub activation: String,
    /// Parameters that differ from the activation's defaults, by id.
    pub params: BTreeMap<String, f64>,
    /// Whether the parameters are trained with the weights; `null` for what the activation is known for.
    pub learn: Option<LearnSpec>,
}

/// Whether the parameters of an activation are trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LearnSpec {
    /// They stay as they are set.
    Fixed,
    /// One set of parameters for the layer, trained with the weights.
    Layer,
    /// A set for each unit.
    Unit,
}

/// Which loss. All take logits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LossSpec {
    /// The one that fits the task.
    Auto,
    /// Mean squared error.
    Mse,
    /// Binary cross-entropy of a sigmoid.
    Bce,
    /// Cross-entropy of a softmax.
    CrossEntropy,
}

/// Which rule draws the initial weights. Biases start at 0, but PyTorch's are uniform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum InitSpec {
    /// The one the layer's activation asks for.
    Auto,
    /// Normal, variance 2/(fan-in + fan-out): Glorot & Bengio 2010.
    Xavier,
    /// Normal, variance 2/fan-in: He et al. 2015.
    He,
    /// Normal, variance 1/fan-in: LeCun et al. 1998.
    Lecun,
    /// Weights and biases uniform within ±1/√fan-in, as `torch.nn.Linear`.
    Pytorch,
    /// Uniform within ±0.5, whatever the width.
    Uniform,
    /// All 0: no unit ever differs from its neighbour.
    Zeros,
}

/// Which optimiser, with its own parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OptimizerSpec {
    /// Plain stochastic gradient descent.
    Sgd {},
    /// With momentum μ, as `torch.optim.SGD`.
    Momentum {
        /// μ.
        #[serde(default = "default_momentum")]
        momentum: f64,
    },
    /// Kingma & Ba 2015, as `torch.optim.Adam`.
    Adam {
        /// Decay of the mean of gradients, β₁.
        #[serde(default = "default_beta1")]
        beta1: f64,
        /// Decay of the mean of squared gradients, β₂.
        #[serde(default = "default_beta2")]
        beta2: f64,
        /// Added to the root, ε.
        #[serde(default = "default_epsilon")]
        epsilon: f64,
    },
}

fn default_momentum() -> f64 {
    0.9
}
fn default_beta1() -> f64 {
    0.9
}
fn default_beta2() -> f64 {
    0.999
}
fn default_epsilon() -> f64 {
    1e-8
}

impl OptimizerSpec {
    /// SGD with PyTorch's usual momentum of 0.9.
    pub fn momentum() -> Self {
        Self::Momentum { momentum: default_momentum() }
    }

    /// Adam with the paper's parameters.
    pub fn adam() -> Self {
        Self::Adam { beta1: default_beta1(), beta2: default_beta2(), epsilon: default_epsilon() }
    }
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            version: 1,
            data: DataSpec::default(),
            layers: vec![LayerSpec::new(6, "relu"), LayerSpec::new(4, "relu")],
            loss: LossSpec::Auto,
            init: InitSpec::Auto,
            optimizer: OptimizerSpec::Sgd {},
            learning_rate: 0.06,
            batch: 10,
            seed: 29,
        }
    }
}

impl Default for DataSpec {
    fn default() -> Self {
        Self {
            name: "circle".into(),
            points: 200,
            noise: 0.06,
            window: 24,
            horizon: 1,
            context: 32,
            vocabulary: 2000,
            drawn: Vec::new(),
            columns: ColumnsSpec::default(),
            test_share: None,
        }
    }
}

impl Default for LayerSpec {
    fn default() -> Self {
        Self::new(4, "relu")
    }
}

impl LayerSpec {
    /// A layer with the activation's default parameters.
    pub fn new(units: i64, activation: &str) -> Self {
        Self { units, activation: activation.into(), params: BTreeMap::new(), learn: None }
    }
}

/// Reads a count that may come as a JavaScript number. Negative and far too large ones are read too: validation knows
/// the range and names it.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Ok(number as i64)
    } else {
        Err(serde::de::Error::custom(format!("invalid value: {number}, expected a whole number")))
    }
}
