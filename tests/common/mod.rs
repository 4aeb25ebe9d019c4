//! Sessions from links, and golden files: reference values from other frameworks, in `../shared/golden`.
#![allow(dead_code, reason = "each test file uses a part")]

use activation_playground::data::{self, Dataset};
use activation_playground::experiment::{Experiment, OptimizerSpec};
use activation_playground::real::{Lane, Lanes, Scalar};
use activation_playground::training::Session;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read;

pub mod host;

/// The files of a data set of the catalogue, decompressed.
pub fn files(name: &str) -> Vec<Vec<u8>> {
    let read = |file: &&str| {
        let stored = std::fs::read(format!("{}/data/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        if !file.contains(".gz") {
            return stored;
        }
        let mut bytes = Vec::new();
        GzDecoder::new(&stored[..]).read_to_end(&mut bytes).unwrap();
        bytes
    };
    data::find(name).unwrap().files.iter().map(read).collect()
}

/// The data of an experiment, from the files of the repository.
pub fn dataset(experiment: &Experiment) -> Dataset {
    let files = files(&experiment.data.name);
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    Dataset::build(experiment, &files).unwrap_or_else(|error| panic!("{}: {error}", experiment.data.name))
}

/// The experiment of a link without mistakes.
pub fn experiment(link: &str) -> Experiment {
    let (experiment, problems) = Experiment::from_link(link);
    assert!(problems.is_empty(), "{link}: {problems:?}");
    experiment
}

/// A session of an experiment.
pub fn open(experiment: &Experiment) -> Session<Lane> {
    Session::new(experiment, dataset(experiment)).unwrap()
}

/// A session of a link.
pub fn session(link: &str) -> Session<Lane> {
    open(&experiment(link))
}

/// The folder of reference values beside the checkout, from the root of the repository.
const GOLDEN: &str = "../shared/golden";

/// One golden file.
pub fn read(path: &str) -> Value {
    serde_json::from_str(&host::text(&format!("{GOLDEN}/{path}"))).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names of the golden files of a folder, without `.json`, in their order.
pub fn golden(folder: &str) -> Vec<String> {
    let stem = |name: String| name.strip_suffix(".json").map(str::to_owned);
    host::names(&format!("{GOLDEN}/{folder}")).into_iter().filter_map(stem).collect()
}

/// A number, also where JSON has none for it.
pub fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("inf") => f64::INFINITY,
        Some("-inf") => f64::NEG_INFINITY,
        Some("nan") => f64::NAN,
        _ => value.as_f64().unwrap_or_else(|| panic!("{value} is not a number")),
    }
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list")).iter().map(number).collect()
}

/// A tensor, row by row.
pub struct Tensor {
    /// Its axes.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub data: Vec<f64>,
}

impl Tensor {
    /// `{"shape": …, "data": …}`.
    pub fn of(value: &Value) -> Self {
        Self {
            shape: numbers(&value["shape"]).into_iter().map(|axis| axis as usize).collect(),
            data: numbers(&value["data"]),
        }
    }

    /// The last axis; 1 for a list of numbers.
    pub fn columns(&self) -> usize {
        if self.shape.len() < 2 { 1 } else { self.shape[self.shape.len() - 1] }
    }

    /// The number at a sample and feature.
    pub fn at(&self, sample: usize, feature: usize) -> f64 {
        self.data[sample * self.columns() + feature]
    }

    /// Its first axis.
    pub fn rows(&self) -> usize {
        self.shape[0]
    }
}

/// Asserts that all numbers agree within `relative` of the largest of the expected ones; of 1 where all of them are rounding
/// noise of 0.
pub fn assert_close(what: &str, got: &[f64], expected: &[f64], relative: f64) {
    assert_eq!(got.len(), expected.len(), "{what}: as many numbers");
    let largest = expected.iter().fold(0.0_f64, |scale, x| scale.max(x.abs()));
    let scale = if largest < 1e-14 { 1.0 } else { largest };
    for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!(
            (got - expected).abs() <= relative * scale,
            "{what}[{at}]: {got}, expected {expected} within {relative} of {scale}"
        );
    }
}

/// Sample-major numbers of a node's values or gradient.
pub fn by_sample<L: Lanes>(rows: &[L], features: usize, samples: usize) -> Vec<f64> {
    let scalars: &[L::Scalar] = bytemuck::cast_slice(rows);
    let width = scalars.len() / features;
    (0..samples).flat_map(|s| (0..features).map(move |f| scalars[f * width + s].wide())).collect()
}

/// The optimiser of a golden file.
pub fn optimizer(case: &Value) -> OptimizerSpec {
    let rule = &case["optimizer"];
    let is_set = |key: &str| rule.get(key).is_some_and(|value| *value != Value::Bool(false));
    let id = match rule["type"].as_str().unwrap() {
        "sgd" if is_set("nesterov") => "nesterov",
        "sgd" if is_set("momentum") => "momentum",
        other => other,
    };
    let mut spec = OptimizerSpec::named(id).unwrap_or_else(|| panic!("no optimiser {id}"));
    if let Some(betas) = rule.get("betas") {
        let betas = numbers(betas);
        spec = spec.with("beta1", betas[0]).with("beta2", betas[1]);
    }
    let names = [("momentum", "momentum"), ("eps", "epsilon"), ("alpha", "alpha"), ("weight_decay", "weightDecay")];
    for (key, name) in names.into_iter().filter(|(key, _)| is_set(key)) {
        spec = spec.with(name, number(&rule[key]));
    }
    spec
}
