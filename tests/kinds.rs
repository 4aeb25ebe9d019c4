//! Activations of every kind in a session: typed formulas, trained parameters, whole layers and gates, and swapping one for
//! another in place.

use activation_playground::activation::{self, vector};
use activation_playground::data::Dataset;
use activation_playground::experiment::{Experiment, LearnSpec};
use activation_playground::graph::{Graph, Mode, Program};
use activation_playground::inspect;
use activation_playground::random::{Purpose, Random};
use activation_playground::real::Lane;
use activation_playground::tensor::Shape;
use activation_playground::training::{Session, Set, Stride};

fn session(link: &str) -> Session<Lane> {
    let (experiment, problems) = Experiment::from_link(link);
    assert!(problems.is_empty(), "{problems:?}");
    let dataset = Dataset::build(&experiment, &[]).unwrap();
    Session::new(&experiment, dataset).unwrap()
}

/// Every entry of the catalogue builds, steps and reports, and its card is complete: nothing else is to be done for one.
#[test]
fn every_activation_of_the_catalogue_trains() {
    let vectors = vector::all().map(vector::VectorActivation::card);
    for card in activation::all().map(activation::Activation::card).chain(vectors) {
        let mut session = session(&format!("act={}&net=8.6&lr=0.01&n=60", card.id));
        let before = session.score(Set::Train).loss;
        session.advance(Stride::Epoch, 5);
        let after = session.score(Set::Train).loss;
        assert!(session.divergence().is_none() && after.is_finite(), "{}: {before} to {after}", card.id);
        inspect::histogram(&mut session, 0, 40);
        assert!(activation::mathml(card.id).is_some_and(|mathml| mathml.starts_with("<math")), "{}", card.id);
        let Experiment { layers, .. } = session.experiment().clone();
        let units = session.network().graph.shape(session.network().layers[0].a).features();
        let (nonlinearity, params) = layers[0].resolve().unwrap();
        assert_eq!(nonlinearity.width(8, &params), Ok(units), "{}", card.id);
    }
}

/// Two ways to say SiLU are one function, but for the last bits.
#[test]
fn a_typed_formula_trains_as_the_built_in_does() {
    let (mut built_in, mut typed) = (session("act=silu&init=he&lr=0.1"), session("act=z*sigmoid(z)&init=he&lr=0.1"));
    built_in.advance(Stride::Epoch, 50);
    typed.advance(Stride::Epoch, 50);
    let (one, other) = (built_in.score(Set::Test).loss, typed.score(Set::Test).loss);
    assert!((one - other).abs() < 1e-4 * one, "{one} and {other}");
    let histogram = inspect::histogram(&mut typed, 0, 40);
    assert_eq!(histogram.outputs.iter().sum::<u32>(), histogram.counts.iter().sum::<u32>());
    assert_eq!(typed.info().layers[0].activation.as_deref(), Some("z*sigmoid(z)"));
}

#[test]
fn formulas_survive_their_link() {
    let mut experiment = Experiment::default();
    for (first, second) in
        [("z*tanh(ln(1 + exp(z)))", "z*tanh(ln(1 + exp(z)))"), ("if(z > 0, z, 0.5 a z)", "tanh"), ("|z|^1.5", "z²")]
    {
        experiment.layers[0].activation = first.into();
        experiment.layers[1].activation = second.into();
        let link = experiment.to_link();
        let (read, problems) = Experiment::from_link(&link);
        assert_eq!((read, problems), (experiment.clone(), vec![]), "{link}");
        assert!(!link.contains(' ') && !link.contains('+'), "{link}");
    }
}

#[test]
fn bad_formulas_and_layers_say_what_is_wrong() {
    let refused = |change: fn(&mut Experiment)| {
        let mut experiment = Experiment::default();
        change(&mut experiment);
        experiment.validate().unwrap_err().to_string()
    };
    let message = refused(|e| e.layers[0].activation = "softplus(".into());
    assert!(message.starts_with("layers[0].activation is softplus(; accepted: an id or a formula: "), "{message}");
    let message = refused(|e| (e.layers[0].units, e.layers[0].activation) = (7, "glu".into()));
    assert!(message.contains("layers[0].units is 7") && message.contains("got 7, try 8"), "{message}");
    let message = refused(|e| (e.layers[1].units, e.layers[1].activation) = (5, "maxout".into()));
    assert!(message.contains("a multiple of 2 units; got 5, try 6"), "{message}");
    let message = refused(|e| {
        e.layers[0].activation = "a*z".into();
        e.layers[0].params.insert("a".into(), 1e9);
    });
    assert!(message.contains("layers[0].params.a is 1000000000; accepted: a number from -10 to 10"), "{message}");
}

#[test]
fn trained_parameters_move_from_where_they_were_set() {
    for (learn, sets) in [("layer", 1), ("unit", 6)] {
        let mut session = session(&format!("act=swish&net=6&p.beta=1.5&learn={learn}&lr=0.1"));
        assert_eq!(
            session.experiment().layers[0].learn,
            Some(if sets == 1 { LearnSpec::Layer } else { LearnSpec::Unit })
        );
        let params = session.network().layers[0].params.expect("they are trained");
        let range = session.network().graph.parameter_info(params).range();
        assert_eq!(session.weights()[range.clone()], vec![1.5; sets]);
        let before = session.score(Set::Train).loss;
        session.advance(Stride::Epoch, 60);
        assert!(session.weights()[range.clone()].iter().all(|&beta| beta != 1.5 && beta.is_finite()));
        assert!(session.score(Set::Train).loss < 0.7 * before);
        let [beta] = &inspect::histogram(&mut session, 0, 40).trained[..] else { panic!("one parameter is trained") };
        let now: Vec<f64> = session.weights()[range.clone()].iter().map(|&beta| f64::from(beta)).collect();
        assert_eq!((beta.id.as_str(), beta.sets), ("beta", sets));
        assert_eq!(beta.units, if sets == 1 { vec![] } else { now.clone() });
        assert!((beta.mean - now.iter().sum::<f64>() / sets as f64).abs() < 1e-12);
        assert!(
            now.contains(&beta.low) && now.iter().all(|beta_of_unit| (beta.low..=beta.high).contains(beta_of_unit))
        );
        let allocations = allocation_counter::measure(|| session.advance(Stride::Epoch, 1));
        assert_eq!(allocations.count_total, 0);
        session.reset();
        assert_eq!(session.weights()[range], vec![1.5; sets]);
    }
    assert!(session("act=swish").network().layers[0].params.is_none(), "fixed unless asked for");
    assert!(inspect::histogram(&mut session("act=swish"), 0, 40).trained.is_empty());
}

#[test]
fn of_many_units_a_dozen_is_shown_with_all_their_parameters() {
    let mut session = session("act=dyt&net=30&learn=unit&lr=0.1");
    session.advance(Stride::Epoch, 3);
    let trained = inspect::histogram(&mut session, 0, 40).trained;
    assert_eq!(trained.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["alpha", "gamma", "beta"]);
    let range = session.network().graph.parameter_info(session.network().layers[0].params.unwrap()).range();
    let rows: Vec<&[f32]> = session.weights()[range].chunks(3).collect();
    for (at, one) in trained.iter().enumerate() {
        let expected: Vec<f64> =
            [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27].map(|unit: usize| f64::from(rows[unit][at])).to_vec();
        assert_eq!((one.sets, &one.units), (30, &expected));
    }
}

/// While it trains, RReLU has a slope of its own for every unit and sample, between its bounds and uniform; evaluation has
/// their mean (Xu et al. 2015, as `torch.nn.RReLU`).
#[test]
fn rrelu_draws_slopes_in_training_and_none_in_evaluation() {
    let (mut graph, samples) = (Graph::new(), 4001);
    let x = graph.input(Shape::new(&[2]));
    let y = graph.activate(x, activation::find("rrelu").unwrap(), &[0.1, 0.5]);
    let slopes = |mode: Mode, seed: u32| -> Vec<f32> {
        let mut program = Program::<Lane>::compile(&graph, mode, samples);
        program.seed(Random::new(seed, Purpose::Activation));
        program.load(x, samples, |_, feature| [-2.0, 3.0][feature]);
        program.forward(&[]);
        assert!(program.row(y, 1).iter().all(|&y| y == 3.0), "the side above zero is left alone");
        program.row(y, 0).iter().map(|y| y / -2.0).collect()
    };
    let drawn = slopes(Mode::Train, 1);
    let mean = drawn.iter().sum::<f32>() / samples as f32;
    let variance = drawn.iter().map(|slope| (slope - mean).powi(2)).sum::<f32>() / samples as f32;
    assert!(drawn.iter().all(|slope| (0.1..=0.5).contains(slope)));
    assert!((mean - 0.3).abs() < 0.01 && (variance - 0.16 / 12.0).abs() < 0.001, "mean {mean}, variance {variance}");
    assert_eq!(drawn, slopes(Mode::Train, 1));
    assert_ne!(drawn, slopes(Mode::Train, 2));
    assert!(slopes(Mode::Evaluate, 1).iter().all(|&slope| slope == 0.3));
}

/// Softmax of the logits plus Gumbel noise: the largest share falls to each unit as often as its softmax says (the
/// Gumbel-max trick), and evaluation is the softmax itself.
#[test]
fn gumbel_softmax_chooses_as_often_as_softmax_says() {
    let (mut graph, samples) = (Graph::new(), 8000);
    let x = graph.input(Shape::new(&[3]));
    let y = graph.vector(x, vector::find("gumbel_softmax").unwrap(), &[0.5]).unwrap();
    let plain = graph.vector(x, vector::find("softmax").unwrap(), &[0.5]).unwrap();
    let run = |mode: Mode| {
        let mut program = Program::<Lane>::compile(&graph, mode, samples);
        program.load(x, samples, |_, feature| [0.0, 1.0, -1.0][feature]);
        program.forward(&[]);
        let rows = |node| [0, 1, 2].map(|unit| program.row(node, unit).to_vec());
        (rows(y), rows(plain))
    };
    let (drawn, _) = run(Mode::Train);
    let mut wins = [0.0; 3];
    let [first, second, third] = &drawn;
    for ((&a, &b), &c) in first.iter().zip(second).zip(third) {
        let shares = [a, b, c];
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let best = (0..3).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap();
        wins[best] += 1.0 / samples as f64;
    }
    let expected = [0.244_728, 0.665_241, 0.090_031];
    assert!(wins.iter().zip(expected).all(|(won, expected)| (won - expected).abs() < 0.02), "{wins:?}");
    let (evaluated, plain) = run(Mode::Evaluate);
    assert_eq!(evaluated, plain);
}

#[test]
fn bipolar_relu_and_solu_have_the_values_of_their_papers() {
    let values = |id: &str| {
        let mut out = [0.0; 4];
        vector::find(id).unwrap().forward_f64(&[], &[2.0, 1.0, -1.0, -3.0], &mut out, 1);
        out
    };
    assert_eq!(values("brelu"), [2.0, 0.0, 0.0, -3.0]);
    // In numpy: u = z * exp(z) / exp(z).sum(); (u - u.mean()) / sqrt(u.var() + 1e-5)
    let solu = [1.698_311_303_156, -0.246_122_051_085, -0.743_710_717_378, -0.708_478_534_693];
    for (got, expected) in values("solu").into_iter().zip(solu) {
        assert!((got - expected).abs() < 1e-11, "{got}, not {expected}");
    }
}

#[test]
fn a_random_activation_trains_the_same_way_every_time() {
    for link in ["act=rrelu&data=moons&lr=0.1", "act=gumbel_softmax&net=12&data=moons&lr=0.5"] {
        trains_the_same_way_every_time(session(link));
    }
}

fn trains_the_same_way_every_time(mut session: Session<Lane>) {
    let fresh = session.fingerprint();
    session.advance(Stride::Epoch, 20);
    let trained = session.fingerprint();
    let (once, again) = (session.score(Set::Train), session.score(Set::Train));
    assert_eq!(once, again, "looking at it draws nothing");
    session.reset();
    assert_eq!(session.fingerprint(), fresh);
    session.advance(Stride::Epoch, 20);
    assert_eq!(session.fingerprint(), trained);
    assert_eq!(allocation_counter::measure(|| session.advance(Stride::Epoch, 1)).count_total, 0);
    session.advance(Stride::Epoch, 60);
    assert!(session.score(Set::Test).accuracy > Some(0.8), "{:?}", session.score(Set::Test));
}

#[test]
fn an_activation_is_swapped_without_losing_weights() {
    let mut session = session("act=relu&lr=0.1");
    session.advance(Stride::Epoch, 30);
    let (weights, points) = (session.fingerprint(), session.history().points().len());
    let other = Experiment::from_link("acts=gelu.leaky_relu&p2.negative_slope=0.3&lr=0.1").0;
    assert_eq!(session.swap(&other), Ok(true));
    assert_eq!((session.fingerprint(), session.epoch(), session.history().points().len()), (weights, 30, points));
    assert_eq!(session.info().layers[0].activation.as_deref(), Some("gelu"));
    session.advance(Stride::Epoch, 30);
    assert!(session.score(Set::Test).loss < 0.1, "{:?}", session.score(Set::Test));
    // What would change more than curves is not swapped, and nothing has happened.
    for link in ["act=glu&lr=0.1", "act=gelu&net=6.5&lr=0.1", "act=gelu&lr=0.1&seed=3", "act=swish&learn=unit&lr=0.1"] {
        let before = (session.fingerprint(), session.experiment().clone());
        assert_eq!(session.swap(&Experiment::from_link(link).0), Ok(false), "{link}");
        assert_eq!((session.fingerprint(), session.experiment().clone()), before);
    }
    let mut bad = other;
    bad.layers[0].activation = "nothing".into();
    assert!(session.swap(&bad).is_err());
}
