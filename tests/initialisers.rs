//! Initialisers: the variance each promises, and the shape of those that promise more.

mod common;

use activation_playground::experiment::{Experiment, InitSpec};
use activation_playground::init::{self, Place};
use activation_playground::random::{Purpose, Random};
use activation_playground::real::Lane;
use activation_playground::training::{Session, Set};

const PLACE: Place = Place { fan_in: 100, fan_out: 300, first: false, gain: 1.5, omega: 2.0 };

fn filled(rule: InitSpec, place: Place) -> (Vec<f64>, Vec<f64>) {
    let (mut weights, mut biases) = (vec![9.0; place.fan_in * place.fan_out], vec![9.0; place.fan_out]);
    init::fill(rule, place, &mut Random::new(3, Purpose::Weights), &mut weights, &mut biases);
    (weights, biases)
}

fn named(id: &str) -> InitSpec {
    InitSpec::named(id).unwrap()
}

fn mean_square(numbers: &[f64]) -> f64 {
    numbers.iter().map(|x| x * x).sum::<f64>() / numbers.len() as f64
}

/// Id, mean square of weights and biases, and the bound of uniform ones.
const PROMISED: [(&str, f64, f64, f64); 14] = [
    ("auto_gain", 2.25 / 100.0, 0.0, f64::INFINITY),
    ("xavier", 2.0 / 400.0, 0.0, f64::INFINITY),
    ("xavier_uniform", 2.0 / 400.0, 0.0, 0.122_475),
    ("he", 2.0 / 100.0, 0.0, f64::INFINITY),
    ("he_uniform", 2.0 / 100.0, 0.0, 0.244_95),
    ("lecun", 1.0 / 100.0, 0.0, f64::INFINITY),
    ("lecun_uniform", 1.0 / 100.0, 0.0, 0.173_206),
    ("orthogonal", 1.0 / 300.0, 0.0, f64::INFINITY),
    ("pytorch", 1.0 / 300.0, 1.0 / 300.0, 0.1),
    ("siren", 2.0 / 400.0, 1.0 / 300.0, 0.122_475),
    ("uniform", 1.0 / 12.0, 0.0, 0.5),
    ("normal", 0.01, 0.0, f64::INFINITY),
    ("constant", 0.01, 0.0, 0.1),
    ("zeros", 0.0, 0.0, 0.0),
];

#[test]
fn every_rule_has_the_variance_it_promises() {
    for rule in InitSpec::all().filter(|rule| rule.id() != "auto") {
        let promised = PROMISED.iter().find(|(id, ..)| *id == rule.id());
        let (_, of_weights, of_biases, bound) = promised.unwrap_or_else(|| panic!("{} is not listed", rule.id()));
        let (weights, biases) = filled(rule, PLACE);
        let (weight, bias) = (mean_square(&weights), mean_square(&biases));
        assert!((weight - of_weights).abs() <= 0.03 * of_weights, "{rule:?}: weights {weight}, not {of_weights}");
        assert!((bias - of_biases).abs() <= 0.2 * of_biases, "{rule:?}: biases {bias}, not {of_biases}");
        assert!(weights.iter().all(|w| w.abs() <= *bound), "{rule:?}: beyond {bound}");
    }
}

#[test]
fn a_gain_scales_the_same_draws() {
    for rule in InitSpec::all().filter(|rule| rule.get("gain").is_some()) {
        let (plain, scaled) = (filled(rule, PLACE), filled(rule.with("gain", 2.0), PLACE));
        let off = plain.0.iter().zip(&scaled.0).map(|(w, twice)| (2.0 * w - twice).abs()).fold(0.0, f64::max);
        assert!(off < 1e-12 && plain.1 == scaled.1, "{}: {off}", rule.id());
    }
}

#[test]
fn orthogonal_weights_keep_lengths() {
    for (fan_in, fan_out) in [(40, 30), (30, 40), (64, 64), (1, 7), (7, 1)] {
        let (weights, _) = filled(named("orthogonal"), Place { fan_in, fan_out, ..PLACE });
        let (count, length) = (fan_in.min(fan_out), fan_in.max(fan_out));
        let at = |vector: usize, i: usize| {
            if fan_out > fan_in { weights[i * fan_in + vector] } else { weights[vector * fan_in + i] }
        };
        for a in 0..count {
            for b in 0..=a {
                let product: f64 = (0..length).map(|i| at(a, i) * at(b, i)).sum();
                let expected = if a == b { 1.0 } else { 0.0 };
                assert!((product - expected).abs() < 1e-13, "{fan_out} × {fan_in}: {a}·{b} = {product}");
            }
        }
    }
}

#[test]
fn siren_has_its_own_first_layer() {
    let (weights, _) = filled(named("siren"), Place { first: true, ..PLACE });
    assert!((mean_square(&weights) - 1e-4 / 3.0).abs() < 1e-6);
    // ω₀ is that of the layer's sine unless it is given.
    let (weights, _) = filled(named("siren").with("omega", 30.0), PLACE);
    assert!((mean_square(&weights) / (0.02 / 900.0) - 1.0).abs() < 0.03);
}

/// Sizes of the pre-activations of each layer over the training rows of a standardised table.
fn deviations(link: &str) -> Vec<f64> {
    let (experiment, problems) = Experiment::from_link(link);
    assert!(problems.is_empty(), "{problems:?}");
    let mut session = Session::<Lane>::new(&experiment, common::dataset(&experiment)).unwrap();
    let layers = session.network().layers.len();
    (0..layers)
        .map(|layer| {
            let nodes = session.network().layers[layer];
            let units = session.network().graph.shape(nodes.z).features();
            let mut seen = Vec::new();
            session.evaluate(Set::Train, |session, _| {
                seen.extend((0..units).flat_map(|unit| session.evaluated(nodes.z, unit)).map(|&z| f64::from(z)));
            });
            mean_square(&seen).sqrt()
        })
        .collect()
}

#[test]
fn auto_gain_keeps_the_size_of_a_signal_through_any_activation() {
    for activation in ["relu", "tanh", "sigmoid", "gelu", "softsign", "z * tanh(softplus(z))", "snake&p.a=3"] {
        let found = deviations(&format!("act={activation}&net=256.256.256.256.256.256&init=auto_gain&data=wine"));
        assert!(found[..6].iter().all(|z| (0.7..1.4).contains(z)), "{activation}: {found:?}");
    }
    let fading = deviations("act=tanh&net=256.256.256.256.256.256&init=normal&scale=0.02&data=wine");
    assert!(fading[5] < 0.01, "{fading:?}");
}

/// ReLU halves E z², so its gain is √2; then the rule is He's.
#[test]
fn auto_gain_of_relu_is_that_of_he() {
    let weights = |init: &str| {
        let (experiment, _) = Experiment::from_link(&format!("act=relu&net=8.8&init={init}"));
        let session = Session::<Lane>::new(&experiment, common::dataset(&experiment)).unwrap();
        let of_layer = session.network().graph.parameter_info(session.network().layers[1].weight).range();
        session.weights()[of_layer].to_vec()
    };
    for (own, he) in weights("auto_gain").iter().zip(weights("he")) {
        assert!((own - he).abs() <= 1e-6 * he.abs(), "{own}, not {he}");
    }
}
