//! Networks of every kind, described by links, reach what plain PyTorch reaches on the same splits
//! (`../shared/reference`): the mean of three seeds lies within the spread of PyTorch's three.

mod common;

use activation_playground::data::{Dataset, Rows};
use activation_playground::experiment::Experiment;
use activation_playground::real::Lane;
use activation_playground::training::{Session, Set, Stride};
use common::{host, number, read};
use serde_json::Value;

/// Of the reference: its file, its name, and the link that describes the same network and training, with the epochs.
const NETWORKS: &[(&str, &str, &str, u32)] = &[
    (
        "digits",
        "mnist-mini CNN 8-16",
        "data=mnist-mini&modules=conv2d(kernel=5);maxPool;conv2d(channels=16,kernel=5);maxPool&lr=0.002&bs=32",
        15,
    ),
    ("series", "sunspots rnn hidden 16", "data=sunspots&window=24&modules=rnn&lr=0.005&bs=16", 60),
    ("series", "sunspots lstm hidden 16", "data=sunspots&window=24&modules=lstm&lr=0.005&bs=16", 60),
    ("series", "sunspots gru hidden 16", "data=sunspots&window=24&modules=gru&lr=0.005&bs=16", 60),
    (
        "text",
        "sources embedding + self-attention (2 heads) + LayerNorm d16",
        "data=sources&modules=embedding;positions(learned=1);attention;layerNorm;meanOverTime&lr=0.003&bs=32",
        6,
    ),
    ("text", "sources GRU d16", "data=sources&modules=embedding;gru&lr=0.005&bs=32", 6),
    (
        "charlm",
        "austen char transformer 1 block d32 h2 ff64",
        "data=austen&context=32&modules=embedding(dim=32);positions(learned=1);transformer(causal=1);layerNorm&lr=0.005&bs=32&stopsteps=600",
        100,
    ),
    (
        "charlm",
        "austen char GRU h48",
        "data=austen&context=32&modules=embedding;gru(units=48,sequence=1)&lr=0.01&bs=32&stopsteps=600",
        100,
    ),
];

/// What a network of the reference is judged by: a figure of the test rows, better if large or if small.
fn measure(key: &str, session: &mut Session<Lane>) -> f64 {
    let score = session.score(Set::Test);
    match key {
        "test_accuracy" => score.accuracy.unwrap(),
        "test_mse" => score.loss,
        "test_bits_per_char" => score.loss / std::f64::consts::LN_2,
        other => panic!("{other}"),
    }
}

/// What PyTorch reaches with a network: figure, mean of the seeds, best and worst.
struct Theirs {
    result: Value,
    key: &'static str,
    mean: f64,
    low: f64,
    high: f64,
}

impl Theirs {
    fn new(file: &str, name: &str) -> Self {
        let reference = read(&format!("../reference/{file}.json"));
        let results = reference["results"].as_array().unwrap();
        let result =
            results.iter().find(|result| result["name"] == name).unwrap_or_else(|| panic!("no {name}")).clone();
        let keys = ["test_accuracy", "test_mse", "test_bits_per_char"];
        let key = keys.into_iter().find(|key| result["mean"].get(key).is_some()).unwrap();
        let seeds: Vec<f64> = result["seeds"].as_array().unwrap().iter().map(|seed| number(&seed[key])).collect();
        let low = seeds.iter().copied().fold(f64::MAX, f64::min);
        let high = seeds.iter().copied().fold(0.0, f64::max);
        Self { mean: number(&result["mean"][key]), result, key, low, high }
    }

    /// Trains three seeds and compares their mean.
    fn compare(&self, name: &str, link: &str, epochs: u32, dataset: impl Fn(&Experiment) -> Dataset) {
        let mut total = 0.0;
        for seed in 1..=3 {
            let link = format!("{link}&opt=adam&init=pytorch&seed={seed}");
            let (experiment, problems) = Experiment::from_link(&link);
            assert!(problems.is_empty(), "{name}: {problems:?}");
            let dataset = dataset(&experiment);
            let rows = self.result.get("test_rows").map_or(dataset.test.len() as f64, number);
            assert_eq!(dataset.test.len() as f64, rows, "{name}: test rows");
            let mut session =
                Session::<Lane>::new(&experiment, dataset).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(session.weights().len() as f64, number(&self.result["parameters"]), "{name}: parameters");
            session.advance(Stride::Epoch, epochs);
            assert!(session.divergence().is_none(), "{name} diverges");
            total += measure(self.key, &mut session);
        }
        let Self { key, mean, low, high, .. } = self;
        let ours = total / 3.0;
        println!("{name}: {key} {ours:.4}, PyTorch {mean:.4} (from {low:.4} to {high:.4})");
        let worse = if *key == "test_accuracy" { mean - ours } else { ours - mean };
        // Three seeds may lie closer together than so many test rows can tell: twice the standard error of a share.
        let rows = self.result.get("test_rows").map_or(1.0, number);
        let error = if *key == "test_accuracy" { (mean * (1.0 - mean) / rows).sqrt() } else { 0.0 };
        let spread = (high - low).max(2.0 * error);
        assert!(worse <= spread, "{name}: {key} {ours}, PyTorch has {mean}, from {low} to {high}");
    }
}

#[test]
fn networks_reach_what_pytorch_reaches() {
    for &(file, name, link, epochs) in NETWORKS {
        Theirs::new(file, name).compare(name, &format!("{link}&net=0"), epochs, common::dataset);
    }
}

#[test]
fn fully_connected_networks_reach_what_pytorch_reaches() {
    for (name, link, epochs) in [
        ("digits8 MLP 64-32-10 ReLU", "data=digits8&act=relu&net=32&lr=0.003&bs=32", 30),
        ("mnist-mini MLP 784-64-10 ReLU", "data=mnist-mini&act=relu&net=64&lr=0.001&bs=32", 15),
        ("mnist-7k softmax regression", "data=mnist-7k&net=0&lr=0.001&bs=32", 10),
    ] {
        Theirs::new("digits", name).compare(name, link, epochs, common::dataset);
    }
}

/// Tables are split as the reference splits them, and standardised on those rows.
#[test]
fn tables_reach_what_pytorch_reaches() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference_splits.json");
    let splits: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for (name, link) in [
        ("iris MLP 4-8-3 tanh", "data=iris&act=tanh&net=8&lr=0.01"),
        ("wine MLP 13-8-3 tanh", "data=wine&act=tanh&net=8&lr=0.01"),
        ("breast_cancer MLP 30-8-2 tanh", "data=breast_cancer&act=tanh&net=8&lr=0.01&loss=ce"),
        ("penguins MLP 4-8-3 tanh", "data=penguins&act=tanh&net=8&lr=0.01"),
        ("cars MLP 6-16-1 ReLU", "data=cars&act=relu&net=16&lr=0.005"),
    ] {
        let table = name.split(' ').next().unwrap();
        let test: Vec<u32> = common::numbers(&splits[table]).into_iter().map(|row| row as u32).collect();
        Theirs::new("tabular", name).compare(name, &format!("{link}&bs=16"), 60, |experiment| {
            let mut dataset = common::dataset(experiment);
            dataset.train = (0..dataset.targets.len() as u32).filter(|row| !test.contains(row)).collect();
            dataset.test.clone_from(&test);
            standardise(&mut dataset.inputs, &dataset.train);
            if dataset.classes.is_empty() {
                standardise(&mut dataset.targets, &dataset.train);
            }
            dataset
        });
    }
}

/// Every column to mean 0 and deviation 1 over some rows.
fn standardise(rows: &mut Rows, over: &[u32]) {
    for at in 0..rows.width {
        let count = over.len() as f64;
        let values: Vec<f64> = over.iter().map(|&row| f64::from(rows.row(row)[at])).collect();
        let mean = values.iter().sum::<f64>() / count;
        let deviation = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
        let column = rows.numbers.iter_mut().skip(at).step_by(rows.width);
        column.for_each(|x| *x = ((f64::from(*x) - mean) / deviation) as f32);
    }
}

/// Shapes in the plane, with the points of the reference.
#[test]
fn shapes_reach_what_pytorch_reaches() {
    for (name, link, epochs) in [
        ("spiral MLP 2-8-8-2 gelu", "act=gelu&net=8.8", 200),
        ("spiral MLP 2-8-8-2 silu", "act=silu&net=8.8", 200),
        ("spiral MLP 2-8-8-2 mish", "act=mish&net=8.8", 200),
        ("spiral MLP 2-8-8-2 softsign", "act=softsign&net=8.8", 200),
        ("circle MLP 2-6-2 tanh", "act=tanh&net=6", 100),
        ("xor MLP 2-6-2 tanh", "act=tanh&net=6", 100),
        ("gauss MLP 2-6-2 tanh", "act=tanh&net=6", 100),
        ("moons MLP 2-6-2 tanh", "act=tanh&net=6", 100),
    ] {
        let shape = name.split(' ').next().unwrap();
        let text = host::text(&format!("../shared/data/toy/{shape}.csv"));
        let points: Vec<Vec<f64>> =
            text.lines().skip(1).map(|line| line.split(',').map(|x| x.parse().unwrap()).collect()).collect();
        Theirs::new("toy", name).compare(name, &format!("{link}&lr=0.01&loss=ce&bs=10"), epochs, |experiment| {
            let mut dataset = common::dataset(experiment);
            let rows = |of_test: f64| -> Vec<u32> {
                (0..points.len() as u32).filter(|&row| points[row as usize][3] == of_test).collect()
            };
            dataset.inputs = Rows::new(points.iter().flat_map(|point| [point[0], point[1]]), 2);
            dataset.targets = Rows::new(points.iter().map(|point| point[2]), 1);
            (dataset.train, dataset.test) = (rows(0.0), rows(1.0));
            dataset
        });
    }
}
