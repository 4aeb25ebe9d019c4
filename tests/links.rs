//! Links: what is written is read back, and what cannot be read is named.

use activation_playground::activation;
use activation_playground::data;
use activation_playground::experiment::{Experiment, INITS, LOSSES, LayerSpec, field, optimizers};
use proptest::prelude::*;

fn experiments() -> impl Strategy<Value = Experiment> {
    let names: Vec<&str> = activation::all().map(|activation| activation.card().id).collect();
    let sets: Vec<&str> = data::catalogue().map(|card| card.id).filter(|id| *id != data::OWN).collect();
    let layer = (1_i64..40, prop::sample::select(names)).prop_map(|(units, name)| {
        let mut layer = LayerSpec::new(units, name);
        for param in activation::find(name).unwrap().card().params {
            layer.params.insert(param.id.into(), f64::midpoint(param.min, param.max));
        }
        layer
    });
    let data = (prop::sample::select(sets), 20_i64..2000, 0_u32..50, prop::option::of(1_u32..=9));
    let rest = (prop::sample::select(optimizers().to_vec()), 1_u32..1000, 1_i64..500, 0_i64..1_000_000);
    let choices = (prop::sample::select(INITS.to_vec()), prop::sample::select(LOSSES.to_vec()));
    (prop::collection::vec(layer, 0..5), data, rest, choices).prop_map(|(layers, data, rest, (init, loss))| {
        let (optimizer, rate, batch, seed) = rest;
        let mut experiment =
            Experiment { layers, init: init.value, loss: loss.value, batch, seed, ..Experiment::default() };
        experiment.optimizer = optimizer.value;
        experiment.learning_rate = f64::from(rate) * 1e-4;
        experiment.data.name = data.0.into();
        experiment.data.points = data.1;
        experiment.data.noise = f64::from(data.2) / 100.0;
        experiment.data.window = (data.1 / 20).max(1);
        experiment.data.horizon = 1 + data.1 % 20;
        experiment.data.context = 2 + data.1 % 100;
        experiment.data.vocabulary = data.1;
        experiment.data.test_share = data.3.map(|tenths| f64::from(tenths) / 10.0);
        experiment
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_valid_experiment_survives_its_link(experiment in experiments()) {
        prop_assume!(experiment.validate().is_ok());
        let link = experiment.to_link();
        let (read, problems) = Experiment::from_link(&link);
        prop_assert!(problems.is_empty(), "{link}: {problems:?}");
        prop_assert_eq!(read, experiment, "{}", link);
    }

    #[test]
    fn whatever_a_link_holds_the_experiment_read_from_it_is_valid(link in "[#a-z0-9=&.%_-]{0,60}") {
        let (experiment, _) = Experiment::from_link(&link);
        prop_assert!(experiment.validate().is_ok());
    }

    #[test]
    fn whatever_value_a_key_has_the_experiment_is_valid(key in 0_usize..23, value in "[a-zA-Z0-9.+-]{0,12}") {
        let keys = ["v", "act", "acts", "net", "p.alpha", "p1.negative_slope", "data", "n", "noise", "window", "horizon", "context", "vocab", "pts", "test", "opt", "mu", "lr", "bs", "init", "loss", "seed", "x"];
        let (experiment, _) = Experiment::from_link(&format!("{}={value}&opt=adam&b1={value}&data=plane", keys[key]));
        prop_assert!(experiment.validate().is_ok());
    }
}

#[test]
fn the_standard_experiment_has_a_blank_link() {
    assert_eq!(Experiment::default().to_link(), "");
    assert_eq!(Experiment::from_link("#"), (Experiment::default(), vec![]));
}

#[test]
fn problems_name_key_value_and_what_is_accepted() {
    let (experiment, problems) =
        Experiment::from_link("#act=rleu&net=6.-4&lr=1e9&noise=2000&seed=abc&opt=sdg&foo=1&acts=relu");
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "noise is 2000; accepted: a number from 0 to 0.5; 0.5 is used",
        "opt is sdg; accepted: one of sgd, momentum, adam",
        "lr is 1e9; accepted: a number from 0.00001 to 10; 10 is used",
        "seed is abc; accepted: a whole number from 0 to 999999",
        "net is 6.-4; accepted: 0, or up to 50 layers of 1 to 512 units such as 6.4",
        "act is rleu; accepted: one of ",
        "acts is relu; accepted: 2 activations, one per hidden layer",
        "foo is 1; accepted: a key of an experiment",
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said} is not {expected}");
    }
    assert_eq!((experiment.learning_rate, experiment.data.noise), (10.0, 0.5));
    assert_eq!(experiment.layers, Experiment::default().layers);
}

#[test]
fn a_network_too_large_falls_back_and_says_so() {
    let (experiment, problems) = Experiment::from_link("net=512.512.512.512.512.512.512.512.512.512");
    assert_eq!(experiment, Experiment::default());
    assert!(problems[0].to_string().contains("at most 2000000"), "{problems:?}");
}

#[test]
fn unknown_keys_are_passed_on() {
    let (experiment, problems, rest) = Experiment::from_link_with_rest("twin=1&lr=0.1&note=a%20b");
    assert_eq!((experiment.learning_rate, problems.len(), rest.as_str()), (0.1, 2, "note=a+b&twin=1"));
}

#[test]
fn a_parameter_nobody_has_names_those_there_are() {
    let (_, problems) = Experiment::from_link("act=leaky_relu&p.alpha=0.2");
    assert!(problems[0].to_string().contains("one of negative_slope"), "{problems:?}");
    let (_, problems) = Experiment::from_link("p1.alpha=0.2");
    assert!(problems[0].to_string().contains("these activations have none"), "{problems:?}");
}

#[test]
fn percent_encoding_is_understood() {
    assert_eq!(Experiment::from_link("act=leaky%5Frelu").0.layers[0].activation, "leaky_relu");
}

#[test]
fn every_setting_is_explained_in_a_line() {
    for field in field::fields() {
        assert!(field.help.ends_with('.') && field.help.len() < 110, "{}: {}", field.path, field.help);
        assert!(field.min < field.max);
    }
}
