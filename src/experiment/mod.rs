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
mod preset;
pub mod race;
mod validate;

pub use crate::init::InitSpec;
pub use crate::loss::LossSpec;
pub use crate::optimizer::OptimizerSpec;
pub use crate::regularize::RegularizationSpec;
pub use crate::rule::Framework;
pub use crate::schedule::ScheduleSpec;
pub use field::{Choice, FRAMEWORKS, Field, LEARN, fields};
pub(crate) use link::id_of;
pub use preset::Change;
pub use race::RaceSpec;
pub use validate::MOST_PARAMETERS;
pub(crate) use validate::one_of;

use crate::layer::Module;
use crate::rule::{Family, Rule};
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
    /// What stands before the hidden layers: convolutions, recurrent layers, attention.
    #[cfg_attr(feature = "typescript", ts(type = "ModuleSpec[]"))]
    pub modules: Vec<Module>,
    /// Parameters that stay as they are, by the beginning of a part of their name (`modules`, `layers.0.weight`); one with `!`
    /// before it is trained after all (`!lora_`).
    pub frozen: Vec<String>,
    /// Hidden layers, fully connected, from the input on. The output layer follows from the data and the loss.
    pub layers: Vec<LayerSpec>,
    /// Activation of the output layer, an id or a formula. Only losses that compare numbers take one that is not `linear`:
    /// the others bring their own.
    pub output: String,
    /// What is minimised.
    #[cfg_attr(feature = "typescript", ts(type = "LossSpec"))]
    pub loss: LossSpec,
    /// Where the weights start.
    #[cfg_attr(feature = "typescript", ts(type = "InitSpec"))]
    pub init: InitSpec,
    /// How the weights move.
    #[cfg_attr(feature = "typescript", ts(type = "OptimizerSpec"))]
    pub optimizer: OptimizerSpec,
    /// Step size η.
    pub learning_rate: f64,
    /// How the step size changes.
    #[cfg_attr(feature = "typescript", ts(type = "ScheduleSpec"))]
    pub schedule: ScheduleSpec,
    /// What keeps weights and gradients small.
    pub regularization: RegularizationSpec,
    /// When training stops by itself.
    pub stop: StopSpec,
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

/// When training stops by itself; 0 is never.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StopSpec {
    /// When the test loss is this or less at the end of an epoch.
    pub loss: f64,
    /// After so many epochs.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub epochs: i64,
    /// After so many updates.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub steps: i64,
    /// When the training loss has stayed within `change` for so many epochs.
    #[serde(deserialize_with = "whole")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub patience: i64,
    /// What counts as a change of the loss, in per cent.
    pub change: f64,
}

impl Default for StopSpec {
    fn default() -> Self {
        Self { loss: 0.0, epochs: 0, steps: 0, patience: 0, change: 1.0 }
    }
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            version: 1,
            data: DataSpec::default(),
            modules: vec![],
            frozen: vec![],
            layers: vec![LayerSpec::new(6, "relu"), LayerSpec::new(4, "relu")],
            output: LINEAR.into(),
            loss: first(),
            init: first(),
            optimizer: first(),
            learning_rate: 0.06,
            schedule: first(),
            regularization: RegularizationSpec::default(),
            stop: StopSpec::default(),
            batch: 10,
            seed: 29,
        }
    }
}

impl Experiment {
    /// What a hidden layer has that is not given another: what the first has.
    fn usual_activation(&self) -> &str {
        self.layers.first().map_or(LayerSpec::USUAL, |layer| &layer.activation)
    }
}

/// The activation that changes nothing.
pub const LINEAR: &str = "linear";

/// The kind that stands first in its menu.
fn first<F: Family>() -> Rule<F> {
    Rule::all().next().expect("a menu has an entry")
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
        Self::new(4, Self::USUAL)
    }
}

impl LayerSpec {
    /// The activation of a layer that is not given another.
    const USUAL: &str = "relu";

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
