//! Links: what is written is read back, and what cannot be read is named.

use activation_playground::activation;
use activation_playground::data;
use activation_playground::experiment::{Change, Experiment, FRAMEWORKS, Framework, LayerSpec, OptimizerSpec, field};
use activation_playground::init::Inits;
use activation_playground::optimizer::Optimizers;
use activation_playground::rule::{self, Family, Rule};
use activation_playground::schedule::Schedules;
use proptest::prelude::*;

/// A kind, its numbers at their defaults or in the middle of their ranges.
fn rules<F: Family>() -> impl Strategy<Value = Rule<F>> {
    let all: Vec<Rule<F>> = Rule::all().collect();
    (prop::sample::select(all), any::<bool>()).prop_map(|(mut rule, changed)| {
        for param in rule.card().params.iter().filter(|_| changed) {
            let middle = f64::midpoint(param.min, param.max);
            rule.set(param.name, if param.whole { middle.ceil() } else { middle });
        }
        rule
    })
}

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
    let rest = (rules(), 1_u32..1000, 1_i64..500, 0_i64..1_000_000);
    let choices = (rules(), rules(), rules(), prop::sample::select(vec!["linear", "tanh"]));
    let small = prop::collection::vec(0_u32..100, 10);
    (prop::collection::vec(layer, 0..5), data, rest, choices, small).prop_map(|(layers, data, rest, choices, small)| {
        let (optimizer, rate, batch, seed) = rest;
        let (init, loss, schedule, output) = choices;
        let mut experiment = Experiment { layers, init, loss, batch, seed, ..Experiment::default() };
        (experiment.optimizer, experiment.schedule, experiment.output) = (optimizer, schedule, output.into());
        for (setting, part) in field::OF_REGULARIZATION.into_iter().chain(field::OF_STOP).zip(small) {
            let share = f64::from(part) / 100.0 * setting.field.max;
            (setting.set)(&mut experiment, if setting.field.whole { share.round() } else { share });
        }
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
    fn whatever_a_link_holds_the_experiment_read_from_it_is_valid(link in "([#a-z0-9=&.%_+;()-]|[≤≥²√β😀]){0,60}") {
        let (experiment, _) = Experiment::from_link(&link);
        prop_assert!(experiment.validate().is_ok());
    }

    #[test]
    fn whatever_value_a_key_has_the_experiment_is_valid(key in 0_usize..23, value in "([a-zA-Z0-9.+-]|[≤≥²√β😀]){0,12}") {
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
        "opt is sdg; accepted: one of sgd, momentum, nesterov, rmsprop",
        "net is 6.-4; accepted: 0, or up to 50 layers of 1 to 512 units such as 6.4",
        "act is rleu; accepted: an id or a formula in z: did you mean `relu`? (1",
        "acts is relu; accepted: 2 activations, one per hidden layer",
        "noise is 2000; accepted: a number from 0 to 0.5; 0.5 is used",
        "lr is 1e9; accepted: a number from 0.00001 to 10; 10 is used",
        "seed is abc; accepted: a whole number from 0 to 999999",
        "foo is 1; accepted: a key of an experiment: modules, frozen, act, acts, net",
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said} is not {expected}");
    }
    assert_eq!((experiment.learning_rate, experiment.data.noise), (10.0, 0.5));
    assert_eq!(experiment.layers, Experiment::default().layers);
}

#[test]
fn a_mistyped_activation_is_answered_in_a_line() {
    let count = activation::cards().count();
    let (_, problems) = Experiment::from_link("act=geluu");
    let expected = format!(
        "act is geluu; accepted: an id or a formula in z: did you mean `gelu`? ({count} activations in the gallery)"
    );
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    assert_eq!(Experiment::from_link("act=Softmax2d").0.layers[0].activation, "softmax");
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
    assert_eq!((experiment.learning_rate, problems.len(), rest.as_str()), (0.1, 2, "note=a%20b&twin=1"));
    let odd = "a%3Db=1%26+2%25&k";
    let (_, _, rest) = Experiment::from_link_with_rest(odd);
    assert_eq!(rest, "a%3Db=1%26%2B2%25&k=");
    assert_eq!(Experiment::from_link_with_rest(&rest).2, rest);
}

#[test]
fn a_plus_in_a_formula_is_a_plus() {
    for (link, formula) in [
        ("act=z+1", "z+1"),
        ("act=z%2B1", "z+1"),
        ("act=z%20%2B%201", "z + 1"),
        ("act=z*tanh(ln(1+exp(z)))", "z*tanh(ln(1+exp(z)))"),
    ] {
        let (experiment, problems) = Experiment::from_link(link);
        assert!(problems.is_empty(), "{link}: {problems:?}");
        assert!(experiment.layers.iter().all(|layer| layer.activation == formula), "{link}: {experiment:?}");
        assert_eq!(Experiment::from_link(&experiment.to_link()), (experiment, vec![]), "{link}");
    }
    assert!(Experiment::from_link("act=z+1").0.to_link().contains("act=z%2B1"));
}

#[test]
fn a_sign_of_several_bytes_in_a_link_is_a_problem_like_others() {
    let (experiment, problems) = Experiment::from_link("#act=z%20%E2%89%A4%201");
    assert_eq!(experiment.layers, Experiment::default().layers);
    assert!(
        problems.len() == 1 && problems[0].to_string().contains("`≤` belongs in the first part of if(…)"),
        "{problems:?}"
    );
    // Neither halves of characters nor broken escapes end it.
    for link in ["act=z%E2%89", "act=%", "act=%zz", "p≤.a=1", "≥=2", "pts=≤", "net=≤.≥", "modules=≤(≥=²)", "acts=≤;√"]
    {
        assert!(Experiment::from_link(link).0.validate().is_ok(), "{link}");
    }
}

#[test]
fn a_parameter_nobody_has_names_those_there_are() {
    let (_, problems) = Experiment::from_link("act=leaky_relu&p.alpha=0.2");
    assert!(problems[0].to_string().contains("one of negative_slope"), "{problems:?}");
    let (_, problems) = Experiment::from_link("p1.alpha=0.2");
    assert!(problems[0].to_string().contains("these activations have none"), "{problems:?}");
    // Both layers have it, and one problem is enough.
    for (link, accepted) in [
        ("act=leaky_relu&p.negative_slope=abc", "a number from 0 to 1"),
        ("act=swish&p.beta=NaN", "a number from"),
        ("act=hard_tanh&p.min=0", "for the first: one of min_val, max_val"),
    ] {
        let (_, problems) = Experiment::from_link(link);
        assert!(problems.len() == 1 && problems[0].accepted.contains(accepted), "{link}: {problems:?}");
        assert!(problems[0].accepted.matches("max_val").count() < 2, "{problems:?}");
    }
    let (experiment, problems) = Experiment::from_link("act=leaky_relu&p.negative_slope=50");
    assert!(experiment.layers.iter().all(|layer| layer.params["negative_slope"] == 1.0), "{experiment:?}");
    assert!(problems.len() == 1 && problems[0].used.is_some(), "{problems:?}");
}

#[test]
fn an_activation_may_be_called_as_elsewhere_and_is_written_by_its_id() {
    let (experiment, problems) = Experiment::from_link("acts=LeakyReLU.hard-swish&p1.negative_slope=0.2");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(experiment.to_link(), "v=1&acts=leaky_relu.hard_swish&p1.negative_slope=0.2");
    assert_eq!(Experiment::from_link("act=SiLU").0.to_link(), "v=1&act=silu");
    let described =
        serde_json::json!({ "layers": [{ "activation": "GELU(approximate='tanh')" }, { "activation": "Z" }] });
    let problems = Experiment::read(&described).unwrap_err().problems();
    assert!(problems.len() == 1 && problems[0].field == "layers[1].activation", "{problems:?}");
    let described =
        serde_json::json!({ "layers": [{ "activation": "GELU(approximate='tanh')" }, { "activation": "z^2" }] });
    let layers = Experiment::read(&described).unwrap().layers;
    assert_eq!(layers.iter().map(|layer| &*layer.activation).collect::<Vec<_>>(), ["gelu_tanh", "z^2"]);
}

#[test]
fn a_lone_word_is_refused_whatever_it_looks_like() {
    for word in ["foo", "reluu2", "Swishh", "lerelu"] {
        let (experiment, problems) = Experiment::from_link(&format!("act={word}"));
        assert_eq!((experiment, problems.len()), (Experiment::default(), 1), "{word}");
    }
}

#[test]
fn percent_encoding_is_understood() {
    assert_eq!(Experiment::from_link("act=leaky%5Frelu").0.layers[0].activation, "leaky_relu");
}

#[test]
fn every_setting_is_explained_in_a_line() {
    let of_rules = cards().into_iter().flat_map(|card| card.params).map(rule::Param::field);
    for field in field::fields().into_iter().chain(of_rules) {
        assert!(field.help.ends_with('.') && field.help.len() < 110, "{}: {}", field.path, field.help);
        assert!(field.min < field.max && !field.label.is_empty(), "{}", field.path);
    }
    for card in cards() {
        assert!(card.help.ends_with('.') && card.help.len() < 110, "{}: {}", card.id, card.help);
    }
}

/// The cards of everything that comes in kinds.
fn cards() -> Vec<&'static rule::Card> {
    Optimizers::cards().chain(Schedules::cards()).chain(Inits::cards()).collect()
}

/// A key means one thing in one link: what is chosen together shares none.
#[test]
fn keys_do_not_clash() {
    let families = [Optimizers::cards().collect::<Vec<_>>(), Schedules::cards().collect(), Inits::cards().collect()];
    let of_family = |cards: &Vec<&rule::Card>| {
        let mut keys: Vec<&str> = cards.iter().flat_map(|card| card.params).map(|param| param.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let mut all: Vec<&str> = families.iter().flat_map(of_family).collect();
    all.extend(field::settings().map(|setting| setting.field.key));
    all.extend(["v", "act", "acts", "net", "learn", "out", "data", "loss", "preset", "opt", "sched", "init"]);
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count, "{all:?}");
}

#[test]
fn numbers_of_a_kind_that_is_not_chosen_are_named() {
    let (_, problems) = Experiment::from_link("b1=0.5");
    assert!(problems[0].to_string().starts_with("b1 is 0.5; accepted: a key of an experiment"), "{problems:?}");
    let (experiment, problems) = Experiment::from_link("opt=adam&b1=2&amsgrad=1");
    assert_eq!(problems[0].to_string(), "b1 is 2; accepted: a number from 0 to 0.9999; 0.9999 is used");
    assert_eq!(experiment.optimizer, OptimizerSpec::named("adam").unwrap().with("beta1", 0.9999).with("amsgrad", 1.0));
}

#[test]
fn a_preset_takes_over_all_defaults_of_a_framework() {
    let read = |link: &str| {
        let (experiment, problems) = Experiment::from_link(link);
        assert!(problems.is_empty(), "{problems:?}");
        experiment
    };
    let keras = read("acts=leaky_relu.prelu&opt=adamw&preset=keras");
    assert_eq!(
        keras.to_link(),
        "v=1&acts=leaky_relu.prelu&p1.negative_slope=0.2&p2.a=0&opt=adamw&eps=0.0000001&wd=0.004&lr=0.001&init=xavier_uniform"
    );
    assert_eq!(read("act=gelu&opt=sgd&preset=jax").to_link(), "v=1&act=gelu_tanh&init=lecun");
    assert_eq!(
        read("act=gelu_tanh&opt=rmsprop&preset=pytorch").to_link(),
        "v=1&act=gelu&opt=rmsprop&lr=0.01&init=pytorch"
    );
    // What is written beside it counts.
    assert_eq!(read("opt=adam&preset=keras&lr=0.3&eps=1e-8&init=he").to_link(), "v=1&opt=adam&lr=0.3&init=he");
    let (back, changes) = keras.with_defaults_of(Framework::Pytorch);
    assert_eq!(back.to_link(), "v=1&acts=leaky_relu.prelu&opt=adamw&lr=0.001&init=pytorch");
    let said: Vec<String> =
        changes.iter().map(|Change { field, from, to }| format!("{field}: {from} to {to}")).collect();
    let expected = [
        "layers[0].params.negative_slope: 0.2 to 0.01",
        "layers[1].params.a: 0 to 0.25",
        "optimizer.epsilon: 0.0000001 to 0.00000001",
        "optimizer.weightDecay: 0.004 to 0.01",
        "init: xavier_uniform to pytorch",
    ];
    assert_eq!(said, expected);
    assert_eq!(back.with_defaults_of(Framework::Pytorch).1, []);
    // Whatever a framework says is valid here.
    for optimizer in OptimizerSpec::all() {
        for choice in FRAMEWORKS {
            let experiment = Experiment { optimizer, ..Experiment::default() };
            assert_eq!(experiment.with_defaults_of(choice.value).0.problems(), []);
        }
    }
}

#[test]
fn an_output_activation_goes_with_the_squared_error() {
    let (experiment, problems) = Experiment::from_link("out=sigmoid&loss=bce");
    assert_eq!(
        problems[0].to_string(),
        "output is sigmoid; accepted: linear, because this loss brings its own; or the loss mse"
    );
    assert_eq!(experiment.output, "linear");
    let (_, problems) = Experiment::from_link("out=softmax");
    assert_eq!(problems[0].to_string(), "output is softmax; accepted: an activation of single units");
    assert_eq!(Experiment::from_link("out=tanh&loss=mse").0.to_link(), "v=1&out=tanh&loss=mse");
}

#[test]
fn the_readme_names_every_kind_and_key() {
    let readme = include_str!("../README.md");
    let of_rules = cards().into_iter().flat_map(|card| card.params.iter().map(|param| param.key).chain([card.id]));
    for word in of_rules.chain(field::fields().into_iter().map(|field| field.key)) {
        assert!(readme.contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn modules_are_taken_together_or_not_at_all() {
    let (experiment, problems) =
        Experiment::from_link("data=mnist-mini&modules=conv2d;maxPool(size=true);flatten&net=8");
    assert_eq!(experiment.modules, []);
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn a_data_set_brings_the_network_that_suits_it_until_one_is_named() {
    let austen = Experiment::usual("austen");
    assert!(!austen.modules.is_empty());
    assert_eq!(Experiment::from_link("data=austen"), (austen.clone(), vec![]));
    assert_eq!(austen.to_link(), "v=1&data=austen");
    assert_eq!(Experiment::from_link("data=mnist").0, Experiment::usual("mnist-7k"));
    let (tuned, _) = Experiment::from_link("data=austen&lr=0.1&opt=lion");
    assert_eq!((&tuned.modules, tuned.optimizer.id(), tuned.learning_rate), (&austen.modules, "lion", 0.1));
    // Whoever names a part of the network describes all of it.
    let (plain, _) = Experiment::from_link("data=mnist-mini&net=12");
    assert!(plain.modules.is_empty() && plain.layers.len() == 1);
    let (bare, _) = Experiment::from_link("data=mnist-mini&net=6.4");
    assert_eq!(bare.to_link(), "v=1&net=6.4&data=mnist-mini");
    for card in data::catalogue().filter(|card| card.id != "own") {
        let usual = Experiment::usual(card.id);
        assert_eq!(usual.validate().map_err(|error| error.to_string()), Ok(()), "{}", card.id);
        for changed in ["net=3", "modules=dropout&net=0", "act=gelu&lr=0.5"] {
            let (experiment, _) = Experiment::from_link(&format!("data={}&{changed}", card.id));
            assert_eq!(Experiment::from_link(&experiment.to_link()).0, experiment, "{}", experiment.to_link());
        }
    }
}
