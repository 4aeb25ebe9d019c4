//! What a session says of itself, as the page gets it.

use serde::{Deserialize, Serialize};

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Stride {
    /// One sample on. The weights move when the last sample of its batch has been seen.
    Sample,
    /// To the next update.
    Batch,
    /// To the end of the epoch.
    Epoch,
}

/// What does not change while a session runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Info {
    /// `binary`, `classes`, `eachPosition` (a class at each position of a sequence) or `regression`.
    #[cfg_attr(feature = "typescript", ts(type = r#""binary" | "classes" | "eachPosition" | "regression""#))]
    pub task: &'static str,
    /// The loss in use: `mse`, `bce` or `ce`.
    #[cfg_attr(feature = "typescript", ts(type = r#""mse" | "bce" | "ce""#))]
    pub loss: &'static str,
    /// Names of the inputs; empty where they have none, as pixels and words.
    pub features: Vec<String>,
    /// Names of the classes; empty for a regression.
    pub classes: Vec<String>,
    /// The axes of one sample's inputs: `[features]`, `[channels, height, width]`, `[time, features]` or `[time]`.
    pub axes: Vec<usize>,
    /// What was decided or left out while reading the data, in words.
    pub notes: Vec<String>,
    /// Rows trained on.
    pub train_rows: usize,
    /// Rows tested on.
    pub test_rows: usize,
    /// Training rows that losses, histograms and counts are taken over while it trains.
    pub watched_train_rows: usize,
    /// Test rows likewise.
    pub watched_test_rows: usize,
    /// Updates per epoch.
    pub batches: usize,
    /// Weights and biases.
    pub parameters: usize,
    /// What stands before the layers.
    pub modules: Vec<ModuleInfo>,
    /// Every layer, the output layer last.
    pub layers: Vec<LayerInfo>,
    /// Bytes that training takes for values and gradients of a batch.
    pub bytes: usize,
    /// Whether there are two inputs, so that the output can be drawn as a map over them.
    pub has_map: bool,
}

/// One layer of a session.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LayerInfo {
    /// Inputs of each unit.
    pub fan_in: usize,
    /// Units.
    pub units: usize,
    /// Id or formula of its activation; `null` for an output layer whose non-linearity is in the loss.
    pub activation: Option<String>,
    /// Rule of its initial weights.
    pub init: &'static str,
    /// What it costs.
    pub cost: PartCost,
}

/// One module of a session.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ModuleInfo {
    /// Its kind.
    pub kind: &'static str,
    /// What it costs.
    pub cost: PartCost,
}

/// What a part of a network costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PartCost {
    /// Numbers that are trained, or could be.
    pub parameters: usize,
    /// Multiplications with additions for one sample, going forward.
    pub multiply_adds: usize,
    /// Bytes kept of one sample for the backward pass.
    pub bytes: usize,
}

/// Where a session is, and how well it does there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Progress {
    /// Epochs completed.
    pub epoch: u32,
    /// Updates made.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub step: u64,
    /// Samples of the present epoch already seen.
    pub sample: usize,
    /// The row of the data seen last, when stepping by sample; `null` at the start of an epoch.
    pub row: Option<u32>,
    /// Mean loss over the training rows at the present weights.
    pub train_loss: f64,
    /// Mean loss over the test rows.
    pub test_loss: f64,
    /// Share of training rows put in the right class; `null` for a regression.
    pub train_accuracy: Option<f64>,
    /// Share of test rows put in the right class; `null` for a regression.
    pub test_accuracy: Option<f64>,
    /// The learning rate of the next update, after the schedule.
    pub learning_rate: f64,
    /// Set when the loss was no longer a number; the session then stands still.
    pub divergence: Option<Divergence>,
    /// Set when a stop condition was met; the session then stands still.
    pub stopped: Option<Stopped>,
}

/// Why a session stands still.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Stopped {
    /// Which condition was met.
    pub reason: StopReason,
    /// The number that was set for it.
    pub limit: f64,
}

/// A condition to stop at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum StopReason {
    /// The test loss is small enough.
    Loss,
    /// The training loss has not changed for so many epochs.
    Flat,
    /// So many epochs are done.
    Epochs,
    /// So many updates are made.
    Steps,
}

/// What a loss becomes that is no longer finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Nonfinite {
    /// Not a number.
    #[serde(rename = "NaN")]
    Nan,
    /// Too large.
    #[serde(rename = "infinite")]
    Infinite,
}

/// A loss that is no longer a finite number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Divergence {
    /// The update at which it happened, from 1.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub step: u64,
    /// What it became.
    pub became: Nonfinite,
    /// The last loss that was a number; `null` if there was none.
    pub last_loss: Option<f64>,
    /// What usually causes it, in words.
    pub cause: String,
    /// A learning rate to try; `null` where the learning rate is not what is wrong.
    pub suggested_rate: Option<f64>,
}

/// A histogram of a layer's pre-activations over the training rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Histogram {
    /// Left edge of the first bin.
    pub low: f64,
    /// Right edge of the last bin. Values beyond the edges are counted in the outer bins.
    pub high: f64,
    /// How many values fell in each bin.
    pub counts: Vec<u32>,
    /// For each bin, f at its centre; the curve under the data. Empty for the output layer.
    pub curve: Vec<f64>,
    /// For each bin, whether its values get (nearly) no gradient: |f'| below 0.05, or below 5 % of the steepest slope of the
    /// layer's values and of −4 to 4 where that is less than 1.
    pub flat: Vec<bool>,
    /// How many values f(z) fell in each bin from `output_low` to `output_high`; empty without a curve.
    pub outputs: Vec<u32>,
    /// Lower edge of the first bin of `outputs`.
    pub output_low: f64,
    /// Upper edge of the last bin of `outputs`. Values beyond the edges are counted in the outer bins.
    pub output_high: f64,
    /// Mean of all values.
    pub mean: f64,
    /// Standard deviation of all values.
    pub deviation: f64,
    /// Share of values that are flat in that sense.
    pub flat_share: f64,
    /// Units whose f' is 0 for every training row.
    pub dead: usize,
    /// Their numbers in the layer.
    pub dead_units: Vec<usize>,
    /// Units that are off or flat: |f'| is below 5 % of the largest for every training row.
    pub idle: usize,
    /// Whether the weights started at 0 and the units are still equal; then they get equal gradients and stay so.
    pub alike: bool,
    /// The parameters of the activation that are trained, as they are now; empty where none is.
    pub trained: Vec<Trained>,
}

/// A parameter of a layer's activation that is trained.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Trained {
    /// Its name.
    pub id: String,
    /// Its value, or the mean of the units.
    pub mean: f64,
    /// Its least value in a unit.
    pub low: f64,
    /// Its largest value in a unit.
    pub high: f64,
    /// How many values there are: one for the layer, or one for each unit.
    pub sets: usize,
    /// Its value in some units, evenly picked, the same for every parameter; empty where there is one for the layer.
    pub units: Vec<f64>,
}
