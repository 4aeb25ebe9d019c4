//! Networks of every kind, described by links, reach what plain PyTorch reaches on the same splits
//! (`../shared/reference`): the mean of three seeds lies within the spread of PyTorch's three.

mod common;

use activation_playground::experiment::Experiment;
use activation_playground::real::Lane;
use activation_playground::training::{Session, Set, Stride};
use common::{number, read};

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

#[test]
fn networks_reach_what_pytorch_reaches() {
    for &(file, name, link, epochs) in NETWORKS {
        let reference = read(&format!("../reference/{file}.json"));
        let results = reference["results"].as_array().unwrap();
        let theirs = results.iter().find(|result| result["name"] == name).unwrap_or_else(|| panic!("no {name}"));
        let keys = ["test_accuracy", "test_mse", "test_bits_per_char"];
        let key = *keys.iter().find(|key| theirs["mean"].get(key).is_some()).unwrap();
        let of_seeds: Vec<f64> = theirs["seeds"].as_array().unwrap().iter().map(|seed| number(&seed[key])).collect();
        let (low, high) =
            (of_seeds.iter().copied().fold(f64::MAX, f64::min), of_seeds.iter().copied().fold(0.0, f64::max));
        let mut total = 0.0;
        for seed in 1..=3 {
            let link = format!("{link}&net=0&opt=adam&init=pytorch&seed={seed}");
            let (experiment, problems) = Experiment::from_link(&link);
            assert!(problems.is_empty(), "{name}: {problems:?}");
            let dataset = common::dataset(&experiment);
            assert_eq!(dataset.test.len() as f64, theirs.get("test_rows").map_or(dataset.test.len() as f64, number));
            let mut session =
                Session::<Lane>::new(&experiment, dataset).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(session.weights().len() as f64, number(&theirs["parameters"]), "{name}: parameters");
            session.advance(Stride::Epoch, epochs);
            assert!(session.divergence().is_none(), "{name} diverges");
            total += measure(key, &mut session);
        }
        let (ours, mean, spread) = (total / 3.0, number(&theirs["mean"][key]), high - low);
        println!("{name}: {key} {ours:.4}, PyTorch {mean:.4} (from {low:.4} to {high:.4})");
        let worse = if key == "test_accuracy" { mean - ours } else { ours - mean };
        assert!(worse <= spread, "{name}: {key} {ours}, PyTorch has {mean}, from {low} to {high}");
    }
}
