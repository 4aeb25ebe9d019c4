//! The boundary: sessions and catalogue as JavaScript sees them. Each method converts, calls and converts back; the
//! engine behind it knows nothing of the browser. Descriptions cross as plain objects, bulk numbers as typed arrays that
//! the caller owns.

#![allow(clippy::needless_pass_by_value, reason = "JavaScript hands its values over")]

mod convert;
mod labs;
mod race;
mod timeline;

use crate::activation::{self, Function, Nonlinearity, Point, Report};
use crate::catalogue::{Catalogue, FormulaReading, FromLink, Preset};
use crate::data::Dataset;
use crate::error::{Error, Problem};
use crate::experiment::{DataSpec, Experiment, LayerSpec};
use crate::export;
use crate::inspect;
use crate::real::Lane;
use crate::training::{self, Set};
use convert::{contents, from_js, to_js, to_js_error};
use js_sys::{Float32Array, Float64Array, Uint8Array, Uint32Array};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"import type { Catalogue, Experiment, ExportTarget, FormulaReading, Framework, FromLink, Goal, Histogram, Info, Kept, Measure, Microscope, OutputFromLink, OutputReading, OutputSpec, Preset, Problem, Progress, RaceFromLink, RaceRun, RaceSpec, Report, Rounding, StackFromLink, StackProfile, StackSpec, Standing, Stride, Verdict } from "../types";"#;

/// Called once when the module is loaded: a panic then reaches the console with its message.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// What there is to choose from.
#[wasm_bindgen(unchecked_return_type = "Catalogue")]
pub fn catalogue() -> Result<JsValue, JsValue> {
    to_js(&Catalogue::new())
}

/// Reads the fragment of a link; what is not understood is listed and left out.
#[wasm_bindgen(unchecked_return_type = "FromLink")]
pub fn from_link(link: &str) -> Result<JsValue, JsValue> {
    to_js(&FromLink::new(link))
}

/// The fragment of a link to an experiment, without `#`; empty for the standard one.
#[wasm_bindgen]
pub fn to_link(#[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue) -> Result<String, JsValue> {
    Ok(read(experiment)?.to_link())
}

/// All that is wrong with an experiment; an empty list if nothing is.
#[wasm_bindgen(unchecked_return_type = "Problem[]")]
pub fn check(#[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue) -> Result<JsValue, JsValue> {
    to_js(&from_js(experiment).err().map_or_else(Vec::new, |error| error.problems()))
}

/// The modules of an experiment as a link writes them: `conv2d(channels=16);maxPool`.
#[wasm_bindgen]
pub fn modules_text(
    #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
) -> Result<String, JsValue> {
    Ok(read(experiment)?.modules_text())
}

/// An experiment with the defaults of a framework, and what that changed.
#[wasm_bindgen(unchecked_return_type = "Preset")]
pub fn preset(
    #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Framework")] framework: JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&Preset::new(&read(experiment)?, serde_wasm_bindgen::from_value(framework)?))
}

/// Half the side of the output map, in units of the inputs.
#[wasm_bindgen]
pub fn map_extent() -> f64 {
    inspect::MAP_EXTENT
}

/// Fills `value`, `slope` and `bend` with f, f' and f'' at evenly spaced points from `low` to `high`, both included; an empty
/// array is left out. `activation` is an id or a formula.
#[wasm_bindgen]
pub fn curve(
    activation: &str,
    #[wasm_bindgen(unchecked_param_type = "Record<string, number>")] params: JsValue,
    low: f64,
    high: f64,
    value: &Float32Array,
    slope: &Float32Array,
    bend: &Float32Array,
) -> Result<(), JsValue> {
    let (function, params) = resolve(activation, params)?;
    let count = value.length().max(slope.length()).max(bend.length());
    let points = inspect::curve(&function, &params, low, high, count as usize);
    let copy = |into: &Float32Array, number: fn(&Point) -> f64| {
        let numbers: Vec<f32> = points.iter().take(into.length() as usize).map(|point| number(point) as f32).collect();
        into.copy_from(&numbers);
    };
    copy(value, |point| point.value);
    copy(slope, |point| point.slope);
    copy(bend, |point| point.bend);
    Ok(())
}

/// Fills `value` with f as a unit of lower precision gives it, at evenly spaced points.
#[wasm_bindgen]
pub fn rounded_curve(
    activation: &str,
    #[wasm_bindgen(unchecked_param_type = "Record<string, number>")] params: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Rounding")] rounding: JsValue,
    low: f64,
    high: f64,
    value: &Float32Array,
) -> Result<(), JsValue> {
    let (function, params) = resolve(activation, params)?;
    let rounding = serde_wasm_bindgen::from_value(rounding)?;
    value.copy_from(&inspect::rounded_curve(&function, &params, rounding, low, high, value.length() as usize));
    Ok(())
}

/// The kernel that trains an activation, to be timed.
#[wasm_bindgen]
pub struct Kernel {
    inner: inspect::Kernel,
}

#[wasm_bindgen]
impl Kernel {
    /// The kernel of an activation, by id or formula.
    #[wasm_bindgen(constructor)]
    pub fn new(
        activation: &str,
        #[wasm_bindgen(unchecked_param_type = "Record<string, number>")] params: JsValue,
    ) -> Result<Self, JsValue> {
        let (function, params) = resolve(activation, params)?;
        Ok(Self { inner: inspect::Kernel::new(function, &params) })
    }

    /// How many numbers a pass goes over.
    pub fn count() -> usize {
        inspect::Kernel::COUNT
    }

    /// So many passes of f alone.
    pub fn forward(&mut self, passes: u32) -> f32 {
        (0..passes).map(|_| self.inner.forward()).sum()
    }

    /// So many passes of f and f' together.
    pub fn both(&mut self, passes: u32) -> f32 {
        (0..passes).map(|_| self.inner.both()).sum()
    }
}

/// What can be computed about an activation, by id or formula, with these parameters: those that training has reached, as in
/// [`Histogram::trained`](crate::training::Histogram::trained), where it is asked about a network.
#[wasm_bindgen(unchecked_return_type = "Report")]
pub fn report(
    activation: &str,
    #[wasm_bindgen(unchecked_param_type = "Record<string, number>")] params: JsValue,
) -> Result<JsValue, JsValue> {
    let (function, params) = resolve(activation, params)?;
    to_js(&Report::of(&function, &params))
}

/// A function in another language that computes an activation, by id or formula, with these parameters as its defaults: the
/// initial ones, or those that training has reached.
#[wasm_bindgen]
pub fn code(
    activation: &str,
    #[wasm_bindgen(unchecked_param_type = "Record<string, number>")] params: JsValue,
    #[wasm_bindgen(unchecked_param_type = "ExportTarget")] target: JsValue,
) -> Result<String, JsValue> {
    let (nonlinearity, params) = resolve_any(activation, params)?;
    let target = serde_wasm_bindgen::from_value(target)?;
    export::code(&nonlinearity, &params, target).map_err(|problem| to_js_error(&problem.into()))
}

/// Reads a formula as it is typed; never fails.
#[wasm_bindgen(unchecked_return_type = "FormulaReading")]
pub fn read_formula(typed: &str) -> Result<JsValue, JsValue> {
    to_js(&FormulaReading::new(typed))
}

/// The formula of a built-in activation, typeset as MathML.
#[wasm_bindgen]
pub fn card_mathml(id: &str) -> Option<String> {
    activation::mathml(id).map(str::to_owned)
}

/// Some points of a generated data set, as x₁, x₂, target triples, for its thumbnail.
#[wasm_bindgen]
pub fn shape_points(name: &str) -> Result<Float32Array, JsValue> {
    let data = DataSpec { name: name.into(), points: 120, noise: 0.04, ..DataSpec::default() };
    let dataset = Dataset::build(&Experiment { data, ..Experiment::default() }, &[]).map_err(|e| to_js_error(&e))?;
    let rows = dataset.inputs.iter().zip(dataset.targets.iter());
    if !dataset.is_plane() {
        return Err(to_js_error(&Problem::new("data.name", name, "a data set of points in the plane").into()));
    }
    let triples: Vec<f32> = rows.flat_map(|(input, target)| [input[0], input[1], target[0]]).collect();
    Ok(Float32Array::from(&triples[..]))
}

/// One network being trained.
#[wasm_bindgen]
pub struct Session {
    inner: training::Session<Lane>,
    /// Room for the output map, kept from one call to the next.
    map: Vec<f32>,
    /// Parameters without a counterpart in the session it branched off from.
    fresh: Vec<String>,
}

#[wasm_bindgen]
impl Session {
    /// Builds the network of an experiment. `files` are the contents of the data set's files, decompressed, or the user's
    /// own table.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
        files: Vec<Uint8Array>,
    ) -> Result<Session, JsValue> {
        let experiment = read(experiment)?;
        let build = |files: &[&[u8]]| training::Session::new(&experiment, Dataset::build(&experiment, files)?);
        contents(&files, build).map(Self::of).map_err(|error: Error| to_js_error(&error))
    }

    /// What does not change while it runs.
    #[wasm_bindgen(unchecked_return_type = "Info")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.info())
    }

    /// Moves on; stops where the loss is no longer a number, and at a stop condition.
    pub fn advance(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Stride")] stride: JsValue,
        count: u32,
    ) -> Result<(), JsValue> {
        self.inner.advance(serde_wasm_bindgen::from_value(stride)?, count);
        Ok(())
    }

    /// Whether it stands still: the loss is no longer a number, or a stop condition is met.
    pub fn stands(&self) -> bool {
        self.inner.divergence().is_some() || self.inner.stopped().is_some()
    }

    /// Epochs completed.
    pub fn epoch(&self) -> u32 {
        self.inner.epoch()
    }

    /// Updates made.
    pub fn step(&self) -> f64 {
        self.inner.step() as f64
    }

    /// Where it is, and how well it does there: evaluates both sets.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn progress(&mut self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.progress())
    }

    /// Back to the same initial weights.
    pub fn reset(&mut self) {
        self.inner.reset();
    }

    /// Takes over numbers of the training from the next update on and keeps weights and history; says whether that could
    /// be done.
    pub fn retune(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
    ) -> Result<bool, JsValue> {
        self.inner.retune(&read(experiment)?).map_err(|error| to_js_error(&error))
    }

    /// Puts other activations or parameters in place and keeps weights and history; says whether that could be done.
    pub fn swap(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
    ) -> Result<bool, JsValue> {
        self.inner.swap(&read(experiment)?).map_err(|error| to_js_error(&error))
    }

    /// Points in the history.
    pub fn history_length(&self) -> usize {
        self.inner.history().points().len()
    }

    /// Changes when points already read are no longer as they were.
    pub fn history_revision(&self) -> u32 {
        self.inner.history().revision()
    }

    /// Copies points of the history from number `from` on; says how many.
    pub fn history(&self, from: usize, epochs: &Float64Array, train: &Float64Array, test: &Float64Array) -> usize {
        let room = epochs.length().min(train.length()).min(test.length()) as usize;
        let points = self.inner.history().points().iter().skip(from).take(room);
        for (at, [epoch, train_loss, test_loss]) in (0..).zip(points.clone()) {
            epochs.set_index(at, *epoch);
            train.set_index(at, *train_loss);
            test.set_index(at, *test_loss);
        }
        points.len()
    }

    /// Copies the output over the plane, `size` × `size`, from the top: probability of class 1, or the number predicted.
    pub fn output_map(&mut self, size: usize, into: &Float32Array) -> Result<(), JsValue> {
        copy_map(&mut self.inner, size, &mut self.map, into)
    }

    /// What each unit of the hidden layers gives over the plane, layer after layer and unit after unit, each map of size × size
    /// numbers row by row from the top.
    pub fn unit_maps(&mut self, size: usize) -> Result<Float32Array, JsValue> {
        if !self.inner.dataset().is_plane() {
            return Err(to_js_error(&Problem::new("map", size, "data that are points in the plane").into()));
        }
        self.map.resize(inspect::hidden_units(&self.inner).len() * size * size, 0.0);
        inspect::unit_maps(&mut self.inner, size, &mut self.map);
        Ok(Float32Array::from(&self.map[..]))
    }

    /// What the network sees of the plane, feature after feature, each map of size × size numbers row by row from the top; empty
    /// where the data are no points.
    pub fn feature_maps(&self, size: usize) -> Float32Array {
        let dataset = self.inner.dataset();
        let maps = if dataset.is_plane() { inspect::feature_maps(dataset, size) } else { vec![] };
        Float32Array::from(&maps[..])
    }

    /// What one unit of a layer gives over the plane, size × size numbers.
    pub fn unit_map(&mut self, layer: usize, unit: usize, size: usize) -> Result<Float32Array, JsValue> {
        let network = self.inner.network();
        let units = network.layers.get(layer).map_or(0, |nodes| network.graph.shape(nodes.a).features());
        if unit >= units || !self.inner.dataset().is_plane() {
            let accepted = format!("a unit below {units} of layer {layer}, over the plane");
            return Err(to_js_error(&Problem::new("unit", unit, accepted).into()));
        }
        self.map.resize(size * size, 0.0);
        inspect::unit_map(&mut self.inner, [layer, unit], size, &mut self.map);
        Ok(Float32Array::from(&self.map[..]))
    }

    /// One sample through the network, back, and what it would change.
    #[wasm_bindgen(unchecked_return_type = "Microscope")]
    pub fn microscope(&mut self, row: u32) -> Result<JsValue, JsValue> {
        to_js(&self.inner.microscope(row).map_err(|error| to_js_error(&error))?)
    }

    /// Weights of a layer, `[units, inputs]`, and after them the biases; empty if there is no such layer.
    pub fn layer_weights(&self, layer: usize) -> Float32Array {
        Float32Array::from(&self.inner.layer_weights(layer)[..])
    }

    /// Sets a weight of a unit, or its bias where `input` is as many as it has inputs. There is no going back to before.
    pub fn set_weight(&mut self, layer: usize, unit: usize, input: usize, value: f64) -> Result<(), JsValue> {
        self.inner.set_weight(layer, unit, input, value).map_err(|error| to_js_error(&error))
    }

    /// Copies x₁, x₂, target and 1 for a test row, of every row; says how many rows.
    pub fn points(&self, into: &Float32Array) -> usize {
        copy_points(self.inner.dataset(), into)
    }

    /// The histogram of a layer's pre-activations over the training rows.
    #[wasm_bindgen(unchecked_return_type = "Histogram")]
    pub fn histogram(&mut self, layer: usize, bins: usize) -> Result<JsValue, JsValue> {
        let layers = self.inner.network().layers.len();
        if layer >= layers || !(1..=1000).contains(&bins) {
            let accepted = format!("a layer below {layers} and 1 to 1000 bins");
            return Err(to_js_error(
                &Problem::new("histogram", format!("layer {layer}, {bins} bins"), accepted).into(),
            ));
        }
        to_js(&inspect::histogram(&mut self.inner, layer, bins))
    }

    /// Copies how often each class (rows) was put in each class (columns), over the test or the training rows.
    pub fn confusion(&mut self, test: bool, into: &Uint32Array) -> Result<(), JsValue> {
        let classes = self.inner.dataset().classes.len();
        if classes == 0 || into.length() as usize != classes * classes {
            return Err(to_js_error(
                &Problem::new("confusion", into.length(), format!("{classes} × {classes} counts")).into(),
            ));
        }
        let mut counts = vec![0; classes * classes];
        inspect::confusion(&mut self.inner, if test { Set::Test } else { Set::Train }, &mut counts);
        into.copy_from(&counts);
        Ok(())
    }

    /// The target and what was predicted for it, row after row, of the test or the training rows of a regression.
    pub fn predictions(&mut self, test: bool) -> Result<Float32Array, JsValue> {
        if !self.inner.dataset().classes.is_empty() {
            let accepted = "data whose target is a number; classes have a confusion matrix";
            return Err(to_js_error(&Problem::new("predictions", self.inner.dataset().card.id, accepted).into()));
        }
        let pairs = inspect::predictions(&mut self.inner, if test { Set::Test } else { Set::Train });
        Ok(Float32Array::from(&pairs[..]))
    }

    /// A hash of every bit of every weight: equal for equal runs.
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.inner.fingerprint())
    }
}

fn read(experiment: JsValue) -> Result<Experiment, JsValue> {
    from_js(experiment).map_err(|error| to_js_error(&error))
}

/// An elementwise activation by id or formula, and its parameters, those not given at their defaults.
fn resolve(activation: &str, params: JsValue) -> Result<(Function, Vec<f64>), JsValue> {
    let (nonlinearity, params) = resolve_any(activation, params)?;
    let function = nonlinearity.function().cloned().ok_or_else(|| {
        let accepted = "an activation of single units: one of a whole layer has no curve";
        to_js_error(&Problem::new("activation", activation, accepted).into())
    })?;
    Ok((function, params))
}

/// An activation by id or formula, and its parameters, those not given at their defaults.
fn resolve_any(activation: &str, params: JsValue) -> Result<(Nonlinearity, Vec<f64>), JsValue> {
    let params: BTreeMap<String, f64> = serde_wasm_bindgen::from_value(params)?;
    if let Some((id, value)) = params.iter().find(|(_, value)| !value.is_finite()) {
        return Err(to_js_error(&Problem::new(format!("params.{id}"), value, "a finite number").into()));
    }
    let layer = LayerSpec { activation: activation.into(), params, ..LayerSpec::default() };
    layer.resolve().map_err(|problem| to_js_error(&problem.into()))
}

/// Fills `into` with the output over the plane, size × size numbers; `room` holds them on the way.
fn copy_map(
    session: &mut training::Session<Lane>,
    size: usize,
    room: &mut Vec<f32>,
    into: &Float32Array,
) -> Result<(), JsValue> {
    let count = size.checked_mul(size).filter(|&count| count == into.length() as usize);
    let Some(count) = count.filter(|_| session.dataset().is_plane()) else {
        return Err(to_js_error(&Problem::new("map", size, "two inputs, and room for size × size numbers").into()));
    };
    room.resize(count, 0.0);
    inspect::output_map(session, size, room);
    into.copy_from(room);
    Ok(())
}

/// Copies x₁, x₂, target and 1 for a test row, of every row; says how many rows.
fn copy_points(dataset: &Dataset, into: &Float32Array) -> usize {
    let rows = (into.length() as usize / 4).min(dataset.len());
    let mut quads: Vec<f32> = vec![0.0; rows * 4];
    for (row, quad) in quads.chunks_exact_mut(4).enumerate() {
        let inputs = dataset.point(row as u32);
        quad[0] = inputs[0];
        quad[1] = inputs.get(1).copied().unwrap_or(0.0);
        quad[2] = dataset.targets.row(row as u32)[0];
    }
    for &row in dataset.test.iter().filter(|&&row| (row as usize) < rows) {
        quads[row as usize * 4 + 3] = 1.0;
    }
    into.subarray(0, quads.len() as u32).copy_from(&quads);
    rows
}
