//! Sessions: the same description is the same run, however it is stepped; nothing is allocated; bad input is refused.

mod common;

use activation_playground::Error;
use activation_playground::data::Dataset;
use activation_playground::experiment::{Experiment, LayerSpec, LossSpec, OptimizerSpec, ScheduleSpec};
use activation_playground::inspect;
use activation_playground::real::Lane;
use activation_playground::training::{Session, Set, StopReason, Stride};
use common::session;

/// Spiral to a test loss below 0.1: the description that the documentation and the browser test use too.
const SPIRAL: &str = "act=silu&net=16.16&data=spiral&n=400&noise=0.02&opt=adam&lr=0.01";

#[test]
fn the_same_description_twice_is_bit_identical() {
    for link in [SPIRAL, "data=iris&net=8&act=tanh&opt=momentum&lr=0.05", "data=hills&net=12.12&act=gelu&init=pytorch"]
    {
        let (mut one, mut two) = (session(link), session(link));
        assert_eq!(one.fingerprint(), two.fingerprint());
        one.advance(Stride::Epoch, 20);
        two.advance(Stride::Epoch, 20);
        assert_eq!(one.fingerprint(), two.fingerprint());
        assert_eq!(one.history().points(), two.history().points());
    }
}

/// The browser test compares with the same file: one description, the same bits everywhere.
#[test]
fn known_runs_have_the_fingerprints_they_have_in_the_browser() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fingerprints.json");
    let runs: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for run in runs.as_array().unwrap() {
        let link = run["link"].as_str().unwrap();
        let mut session = session(link);
        session.advance(Stride::Epoch, run["epochs"].as_u64().unwrap() as u32);
        assert_eq!(format!("{:016x}", session.fingerprint()), run["fingerprint"], "{link}");
    }
}

#[test]
fn another_seed_is_another_run() {
    assert_ne!(session("seed=1").fingerprint(), session("seed=2").fingerprint());
}

/// 75 training rows in batches of 10: the last batch of an epoch has 5.
#[test]
fn sample_batch_and_epoch_steps_reach_the_same_weights() {
    let link = "data=iris&net=5&test=0.5&bs=10";
    let (mut by_epoch, mut by_batch, mut by_sample, mut mixed) =
        (session(link), session(link), session(link), session(link));
    assert_eq!(by_epoch.info().train_rows, 75);
    by_epoch.advance(Stride::Epoch, 3);
    by_batch.advance(Stride::Batch, 24);
    by_sample.advance(Stride::Sample, 225);
    mixed.advance(Stride::Sample, 3);
    mixed.advance(Stride::Batch, 2);
    mixed.advance(Stride::Sample, 7);
    mixed.advance(Stride::Epoch, 3);
    let runs = [&by_epoch, &by_batch, &by_sample, &mixed];
    assert!(
        runs.iter().all(|run| run.epoch() == 3 && run.step() == 24),
        "{:?}",
        runs.map(|run| (run.epoch(), run.step()))
    );
    assert!(runs.iter().all(|run| run.fingerprint() == by_epoch.fingerprint()));
}

#[test]
fn the_weights_move_when_the_last_sample_of_a_batch_was_seen() {
    let mut session = session("bs=4");
    let before = session.fingerprint();
    session.advance(Stride::Sample, 3);
    assert_eq!((session.fingerprint(), session.step()), (before, 0));
    assert_eq!(session.progress().sample, 3);
    session.advance(Stride::Sample, 1);
    assert_ne!(session.fingerprint(), before);
    assert_eq!(session.step(), 1);
}

/// The last partial batch is averaged over its own size: with a batch larger than the data, an epoch is one full step.
#[test]
fn a_partial_batch_is_averaged_over_its_own_samples() {
    let mut all = session("n=20&bs=10&lr=0.1");
    let mut more = session("n=20&bs=500&lr=0.1");
    all.advance(Stride::Epoch, 1);
    more.advance(Stride::Epoch, 1);
    assert_eq!(all.fingerprint(), more.fingerprint());
}

#[test]
fn reset_returns_to_the_same_start_and_the_same_run() {
    let mut session = session(SPIRAL);
    let start = session.fingerprint();
    session.advance(Stride::Epoch, 10);
    let end = session.fingerprint();
    session.advance(Stride::Batch, 3);
    session.reset();
    assert_eq!((session.fingerprint(), session.epoch(), session.step()), (start, 0, 0));
    assert_eq!(session.history().points().len(), 1);
    session.advance(Stride::Epoch, 10);
    assert_eq!(session.fingerprint(), end);
}

#[test]
fn spiral_is_learned() {
    let mut session = session(SPIRAL);
    session.advance(Stride::Epoch, 300);
    let score = session.score(Set::Test);
    assert!(score.loss < 0.1, "{score:?}");
}

/// Mean test accuracy of PyTorch on the same models: `../shared/reference/SUMMARY.md`.
#[test]
fn real_tables_are_learned() {
    for (link, epochs, least) in [
        ("data=iris&net=8&act=tanh&opt=adam&lr=0.01&bs=16", 60, 0.93),
        ("data=wine&net=8&act=tanh&opt=adam&lr=0.01&bs=16", 60, 0.93),
        ("data=breast_cancer&net=8&act=tanh&opt=adam&lr=0.01&bs=16", 60, 0.93),
        ("data=penguins&net=8&act=tanh&opt=adam&lr=0.01&bs=16", 60, 0.96),
        ("data=digits&net=32&opt=adam&lr=0.003&bs=32", 30, 0.94),
    ] {
        let mut session = session(link);
        session.advance(Stride::Epoch, epochs);
        let score = session.score(Set::Test);
        assert!(score.accuracy.unwrap() >= least, "{link}: {score:?}");
        let classes = session.dataset().classes.len();
        let mut confusion = vec![0; classes * classes];
        inspect::confusion(&mut session, Set::Test, &mut confusion);
        let right: u32 = (0..classes).map(|class| confusion[class * (classes + 1)]).sum();
        assert_eq!(f64::from(right) / session.rows(Set::Test).len() as f64, score.accuracy.unwrap());
    }
}

#[test]
fn a_network_that_would_hold_up_the_page_is_refused() {
    let wide = "conv2d(channels=128,kernel=5,padding=2)";
    let experiment = common::experiment(&format!("data=digits8&net=0&modules={wide};{wide}"));
    let error = Session::<Lane>::new(&experiment, common::dataset(&experiment)).err().unwrap().to_string();
    assert!(error.contains("multiply-adds for each sample; accepted: at most 20000000"), "{error}");
}

#[test]
fn predictions_are_in_the_units_of_the_data_and_their_error_is_the_loss() {
    let mut session = session("data=cars&net=8&act=tanh&opt=adam&lr=0.01");
    session.advance(Stride::Epoch, 20);
    let pairs = inspect::predictions(&mut session, Set::Test);
    assert_eq!(pairs.len(), 2 * session.rows(Set::Test).len());
    let [_, scale] = session.dataset().target_scale;
    assert!(scale > 1.0, "miles per gallon: {scale}");
    let mean = pairs.chunks(2).map(|pair| (f64::from(pair[0] - pair[1]) / scale).powi(2)).sum::<f64>()
        / (pairs.len() / 2) as f64;
    let loss = session.score(Set::Test).loss;
    assert!((mean - loss).abs() < 1e-4 * loss, "{mean} against {loss}");
    assert!(pairs.chunks(2).all(|pair| (5.0..60.0).contains(&pair[0])), "miles per gallon");
}

#[test]
fn regression_surfaces_are_fitted() {
    let mut plane = session("data=plane&net=0&lr=0.1&noise=0");
    plane.advance(Stride::Epoch, 100);
    assert!(plane.score(Set::Test).loss < 1e-6, "{:?}", plane.score(Set::Test));
    let mut hills = session("data=hills&net=16.16&act=tanh&opt=adam&lr=0.01&noise=0&n=400");
    hills.advance(Stride::Epoch, 300);
    assert!(hills.score(Set::Test).loss < 0.02, "{:?}", hills.score(Set::Test));
    assert_eq!(hills.score(Set::Test).accuracy, None);
}

#[test]
fn every_loss_fits_the_tasks_it_is_allowed_on() {
    for link in ["loss=mse", "loss=bce", "loss=ce", "data=iris&loss=mse", "data=iris&loss=bce", "data=iris&loss=ce"] {
        let mut session = session(&format!("{link}&act=tanh&lr=0.3"));
        let before = session.score(Set::Train).loss;
        session.advance(Stride::Epoch, 60);
        let score = session.score(Set::Train);
        assert!(score.loss < 0.6 * before && score.accuracy.unwrap() > 0.85, "{link}: {before} to {score:?}");
    }
}

#[test]
fn a_loss_that_is_no_number_stops_the_run_and_says_why() {
    let mut session = session("data=hills&net=16.16.16&lr=10&n=400");
    session.advance(Stride::Epoch, 50);
    let divergence = session.divergence().expect("a learning rate of 10 is too high").clone();
    assert_eq!(divergence.step, session.step() + 1);
    assert!(divergence.last_loss.unwrap() > 1.0 && divergence.cause.contains("learning rate 10"), "{divergence:?}");
    assert_eq!(divergence.suggested_rate, Some(1.0));
    let (weights, step) = (session.fingerprint(), session.step());
    session.advance(Stride::Epoch, 5);
    assert_eq!((session.fingerprint(), session.step()), (weights, step), "it stands still");
    // Everything that reads it still answers.
    inspect::histogram(&mut session, 0, 40);
    let mut map = vec![0.0; 16];
    inspect::output_map(&mut session, 4, &mut map);
    session.reset();
    assert!(session.divergence().is_none() && session.score(Set::Test).loss.is_finite());
}

#[test]
fn an_activation_without_a_value_is_named_and_no_rate_is_suggested() {
    for (link, step, cause) in [
        ("act=log(z)", 1, "log(z) has no value at z = −"),
        (
            "acts=relu;1/z&init=zeros",
            1,
            "1/z is past 3.4 × 10³⁸, the largest 32-bit number, at z = 0, which layer 2 reached.",
        ),
        ("act=sqrt(z)&learn=layer", 1, "sqrt(z) has no value at z = −"),
        ("act=exp(-exp(1000z))", 2, "The slope of exp(-exp(1e3*z)) has no value at z = 0.8."),
        ("act=exp(1000z)", 1, "exp(1e3*z) is past 3.4 × 10³⁸, the largest 32-bit number, at z = "),
        ("acts=1000z;exp(z)", 1, "which layer 2 reached. No weight has moved yet, so it is not the learning rate"),
        ("data=plane&out=log(z)&loss=mse&act=linear", 1, "which the output layer reached."),
    ] {
        let mut session = session(link);
        session.advance(Stride::Epoch, 1);
        let divergence = session.divergence().unwrap_or_else(|| panic!("{link} trains")).clone();
        assert!(divergence.cause.contains(cause) && !divergence.cause.contains("too high"), "{link}: {divergence:?}");
        assert_eq!((divergence.step, divergence.suggested_rate), (step, None), "{link}: {divergence:?}");
    }
    let mut trains = session("act=sqrt(relu(z))");
    trains.advance(Stride::Epoch, 20);
    assert_eq!(trains.divergence(), None, "where nothing moves there is no slope");
    // Numbers that grow as it trains are the rate's fault, whatever overflows first.
    for link in ["act=exp(z)&lr=10", "act=z^3&lr=10"] {
        let mut session = session(link);
        session.advance(Stride::Epoch, 200);
        let divergence = session.divergence().unwrap_or_else(|| panic!("{link} trains"));
        assert!(divergence.cause.contains("most likely too high"), "{link}: {divergence:?}");
        assert_eq!(divergence.suggested_rate, Some(1.0), "{link}");
    }
}

#[test]
fn a_step_allocates_nothing() {
    let mut links: Vec<String> = [
        SPIRAL,
        "data=digits&net=32.16&bs=7",
        "net=4&act=gelu&opt=momentum&init=pytorch",
        "out=tanh&opt=adam&amsgrad=1",
    ]
    .map(str::to_owned)
    .to_vec();
    links.extend(OptimizerSpec::all().map(|rule| format!("opt={}&net=5.3&lr=0.01", rule.id())));
    links.extend(ScheduleSpec::all().map(|rule| format!("sched={}", rule.id())));
    for modules in [
        "data=digits8&modules=conv2d(channels=4);batchNorm;maxPool;dropout&net=6&bs=32",
        "data=digits8&modules=conv2d;primaryCapsules(dim=4);capsules(dim=3)&net=0&loss=margin&bs=64",
        "data=sunspots&modules=lstm(units=4,sequence=1);rmsNorm;gru(units=3);residual(units=4)&net=0",
        "data=sources&modules=embedding(dim=4);positions;transformer(hidden=6,lora=1);meanOverTime&net=3&bs=100",
        "act=rrelu&net=6",
        "act=gumbel_softmax&net=6",
    ] {
        links.push(modules.into());
    }
    links.push("l1=0.001&l2=0.01&maxnorm=2&clip=1&clipv=0.5&stoploss=1e-9&stopepochs=100&stopflat=50".into());
    for link in links {
        let mut session = session(&link);
        session.advance(Stride::Epoch, 1);
        let allocations = allocation_counter::measure(|| session.advance(Stride::Epoch, 3));
        assert_eq!(allocations.count_total, 0, "{link}");
    }
}

#[test]
fn every_optimizer_learns_the_circle() {
    for rule in OptimizerSpec::all() {
        // The rate each is usually given.
        let rate = match rule.id() {
            "adadelta" => 1.0,
            "sgd" | "adagrad" => 0.1,
            "lion" => 0.003,
            _ => 0.02,
        };
        let mut session = session(&format!("opt={}&lr={rate}", rule.id()));
        session.advance(Stride::Epoch, 150);
        let score = session.score(Set::Train);
        assert!(score.accuracy.unwrap() > 0.9, "{}: {score:?}", rule.id());
    }
}

#[test]
fn the_present_rate_follows_the_schedule() {
    let mut session = session("sched=step&every=2&gamma=0.5&lr=0.4");
    let mut rates = Vec::new();
    for _ in 0..5 {
        rates.push(session.progress().learning_rate);
        session.advance(Stride::Epoch, 1);
    }
    assert_eq!(rates, [0.4, 0.4, 0.2, 0.2, 0.1]);
    session.reset();
    assert_eq!(session.progress().learning_rate, 0.4);
}

#[test]
fn a_plateau_of_the_training_loss_lowers_the_rate() {
    let mut session = session("sched=plateau&patience=3&thr=0.01&act=linear&lr=0.1");
    session.advance(Stride::Epoch, 100);
    assert!(session.progress().learning_rate < 0.05, "a line cannot part a circle");
    let (end, rate) = (session.fingerprint(), session.rate());
    session.reset();
    assert_eq!(session.rate(), 0.1);
    session.advance(Stride::Epoch, 100);
    assert_eq!((session.fingerprint(), session.rate()), (end, rate));
}

#[test]
fn penalties_and_limits_keep_the_weights_small() {
    let norm = |link: &str| {
        let mut session = session(&format!("{link}&seed=4&lr=0.1&act=tanh"));
        session.advance(Stride::Epoch, 60);
        let nodes = session.network().layers[0];
        let info = session.network().graph.parameter_info(nodes.weight).clone();
        let rows = session.weights()[info.range()].chunks_exact(info.columns);
        rows.map(|row| row.iter().map(|w| f64::from(w * w)).sum::<f64>().sqrt()).fold(0.0, f64::max)
    };
    let free = norm("l1=0");
    assert!(norm("l2=0.02") < 0.8 * free && norm("l1=0.01") < 0.8 * free && norm("opt=sgd&wd=0.02") < 0.8 * free);
    assert!(free > 1.1 && norm("maxnorm=1") < 1.000_001);
}

#[test]
fn clipping_holds_a_run_that_would_diverge() {
    let link = "data=hills&net=16.16.16&lr=10&n=400";
    for clip in ["clip=0.01", "clipv=0.001"] {
        let mut session = session(&format!("{link}&{clip}"));
        session.advance(Stride::Epoch, 50);
        assert!(session.divergence().is_none(), "{clip}");
    }
}

#[test]
fn a_run_stops_where_it_is_told_to() {
    let stopped = |link: &str, stride, count| {
        let mut session = session(link);
        session.advance(stride, count);
        let at = (session.epoch(), session.step());
        session.advance(stride, 5);
        assert_eq!((session.epoch(), session.step()), at, "{link}: it stands still");
        let stopped = session.progress().stopped.unwrap_or_else(|| panic!("{link}: not stopped at {at:?}"));
        let again = session.fingerprint();
        session.reset();
        assert_eq!(session.stopped(), None);
        session.advance(stride, count);
        assert_eq!(session.fingerprint(), again, "{link}: the same end");
        (stopped.reason, stopped.limit, at)
    };
    assert_eq!(stopped("stopepochs=7", Stride::Epoch, 20), (StopReason::Epochs, 7.0, (7, 70)));
    assert_eq!(stopped("stopsteps=13", Stride::Epoch, 20), (StopReason::Steps, 13.0, (1, 13)));
    assert_eq!(stopped("stopsteps=13", Stride::Batch, 20), (StopReason::Steps, 13.0, (1, 13)));
    let (reason, limit, (epoch, _)) = stopped("stoploss=0.2&lr=0.1&act=tanh", Stride::Epoch, 500);
    assert_eq!((reason, limit), (StopReason::Loss, 0.2));
    assert!((2..500).contains(&epoch));
    let (reason, _, (epoch, _)) = stopped("stopflat=20&stopchange=5&act=linear", Stride::Epoch, 500);
    assert_eq!(reason, StopReason::Flat);
    assert!((20..500).contains(&epoch), "{epoch}");
}

#[test]
fn numbers_of_the_training_change_while_it_runs() {
    let mut session = session("opt=adam&stopepochs=3");
    session.advance(Stride::Epoch, 10);
    assert_eq!(session.epoch(), 3);
    let other = |link: &str| Experiment::from_link(link).0;
    assert!(session.retune(&other("opt=adam&b1=0.8&lr=0.01&l2=0.1&sched=cosine&clip=1&stopepochs=5")).unwrap());
    session.advance(Stride::Epoch, 10);
    assert_eq!(session.epoch(), 5);
    assert!(session.rate() < 0.01);
    for link in ["opt=sgd", "opt=adam&seed=1", "opt=adam&net=3", "opt=adam&init=he", "opt=adam&bs=5"] {
        assert!(!session.retune(&other(link)).unwrap(), "{link}");
    }
}

#[test]
fn an_output_activation_bounds_the_output() {
    let mut session = session("data=plane&out=sigmoid&net=4");
    session.advance(Stride::Epoch, 20);
    let output = session.network().logits();
    session.evaluate(Set::Test, |session, _| {
        assert!(session.evaluated(output, 0).iter().all(|a| (0.0..=1.0).contains(a)));
    });
    assert_eq!(session.info().layers[1].activation.as_deref(), Some("sigmoid"));
    assert!(!inspect::histogram(&mut session, 1, 20).curve.is_empty());
}

#[test]
fn a_changed_learning_rate_counts_from_the_next_update() {
    let (mut same, mut changed) = (session("lr=0.1"), session("lr=0.1"));
    changed.set_learning_rate(0.2).unwrap();
    same.advance(Stride::Batch, 1);
    changed.advance(Stride::Batch, 1);
    assert_ne!(same.fingerprint(), changed.fingerprint());
    let error = changed.set_learning_rate(f64::NAN).unwrap_err();
    assert_eq!(error.to_string(), "learningRate is NaN; accepted: a number from 0.00001 to 10");
}

#[test]
fn a_histogram_counts_every_value_and_finds_dead_units() {
    let mut session = session("data=circle&net=8.8&init=zeros");
    let histogram = inspect::histogram(&mut session, 0, 40);
    assert_eq!(histogram.counts.iter().sum::<u32>(), 800, "100 training rows, 8 units");
    assert_eq!((histogram.dead, histogram.flat_share), (8, 1.0), "ReLU is flat at 0");
    assert_eq!((histogram.low, histogram.high, histogram.mean), (-4.0, 4.0, 0.0));
    assert_eq!(histogram.counts[20], 800);
    assert!(histogram.flat[19] && !histogram.flat[20]);
    assert!(histogram.alike, "nothing parts units that start at 0");
    let output = inspect::histogram(&mut session, 2, 40);
    assert!(output.curve.is_empty() && output.dead == 0);
}

#[test]
fn flat_is_what_lets_little_of_a_gradient_through() {
    // Where the bins of a network that has not been trained are flat, on −4…4.
    let edges = |act: &str| {
        let histogram = inspect::histogram(&mut session(&format!("act={act}&net=8")), 0, 160);
        let centre = |bin: usize| histogram.low + (bin as f64 + 0.5) * (histogram.high - histogram.low) / 160.0;
        let steep: Vec<f64> = (0..160).filter(|&bin| !histogram.flat[bin]).map(centre).collect();
        (steep[0], steep[steep.len() - 1], histogram.flat_share)
    };
    for (act, low, high) in [
        ("relu", 0.0, 4.0),
        ("tanh", -2.18, 2.18),
        ("relu_squared", 0.025, 4.0),
        ("exponential", -3.0, 4.0),
        ("z^3", -4.0, 4.0),
        ("sin(z)", -4.0, 4.0),
    ] {
        let (first, last, _) = edges(act);
        assert!((first - low).abs() < 0.06 && (last - high).abs() < 0.06, "{act}: {first} to {last}");
    }
    // Nowhere steep: what counts is the share of its own steepest slope, and that is small beyond ±4.4.
    let (first, last, share) = edges("sigmoid");
    assert!(first < -3.9 && last > 3.9 && share == 0.0, "{first} to {last}");
    let mut far = session("act=sigmoid(4z)/4&net=8");
    let histogram = inspect::histogram(&mut far, 0, 160);
    assert!(histogram.flat[0] && histogram.flat[159] && !histogram.flat[80]);
    for act in ["exponential", "relu_squared", "z^3"] {
        let mut session = session(&format!("act={act}&lr=0.03"));
        session.advance(Stride::Epoch, 60);
        let share = inspect::histogram(&mut session, 1, 40).flat_share;
        assert!(share < 0.8, "{act}: {share}");
    }
}

#[test]
fn the_map_has_its_top_where_the_second_input_is_large() {
    let mut session = session("data=plane&net=0&noise=0&lr=0.1");
    session.advance(Stride::Epoch, 200);
    let mut map = vec![0.0; 64];
    inspect::output_map(&mut session, 8, &mut map);
    let expected = |x1: f64, x2: f64| (0.5 * (x1 + x2)) as f32;
    assert!((map[0] - expected(-1.05, 1.05)).abs() < 1e-3 && (map[7] - expected(1.05, 1.05)).abs() < 1e-3, "{map:?}");
    assert!((map[56] - expected(-1.05, -1.05)).abs() < 1e-3);
}

fn refused(change: impl FnOnce(&mut Experiment)) -> String {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    let Err(error) = Dataset::build(&experiment, &[]) else { panic!("accepted {experiment:?}") };
    error.to_string()
}

#[test]
fn bad_descriptions_are_refused_by_field_value_and_range() {
    let cases = [
        (refused(|e| e.layers[1].units = -3), "layers[1].units is -3", "a whole number from 1 to 512"),
        (refused(|e| e.layers[0].units = 1_000_000_000), "layers[0].units is 1000000000", "from 1 to 512"),
        (refused(|e| e.layers[0].activation = "rleu".into()), "layers[0].activation is rleu", "relu"),
        (refused(|e| e.learning_rate = f64::NAN), "learningRate is NaN", "a number from 0.00001 to 10"),
        (refused(|e| e.batch = 0), "batch is 0", "a whole number from 1 to 500"),
        (refused(|e| e.data.name = "cirle".into()), "data.name is cirle", "one of circle, xor"),
        (refused(|e| e.data.noise = -0.1), "data.noise is -0.1", "a number from 0 to 0.5"),
        (refused(|e| e.data.test_share = Some(1.0)), "data.testShare is 1", "a number from 0.1 to 0.9"),
        (refused(|e| e.layers = vec![LayerSpec::default(); 51]), "layers is 51 layers", "0 to 50 layers"),
        (refused(|e| e.layers = vec![LayerSpec::new(512, "relu"); 9]), "weights and biases in all", "at most 2000000"),
        (
            refused(|e| e.optimizer = OptimizerSpec::named("momentum").unwrap().with("momentum", 1.5)),
            "optimizer.momentum is 1.5",
            "0 to 0.999",
        ),
        (
            refused(|e| {
                e.layers[0].params.insert("alpha".into(), 1.0);
            }),
            "layers[0].params.alpha is 1",
            "relu has none",
        ),
        (
            refused(|e| {
                e.data.name = "plane".into();
                e.loss = LossSpec::named("bce").unwrap();
            }),
            "loss is bce",
            "plane is a regression",
        ),
        (refused(|e| e.data.name = "iris".into()), "data.name is iris", "the contents of iris.csv"),
    ];
    for (message, fact, accepted) in cases {
        assert!(message.contains(fact) && message.contains(accepted), "{message}");
    }
}

#[test]
fn descriptions_in_json_name_what_they_do_not_understand() {
    let read = |text: &str| Experiment::read(&mut serde_json::Deserializer::from_str(text));
    let error = |text: &str| read(text).unwrap_err().to_string();
    assert_eq!(error(r#"{"layers":[{"units":"six"}]}"#), r#"layers[0].units is string "six"; accepted: a number"#);
    assert_eq!(error(r#"{"batch":2.5}"#), "batch is 2.5; accepted: a whole number");
    assert!(
        error(r#"{"init":"best"}"#).starts_with("init is best; accepted: one of auto"),
        "{}",
        error(r#"{"init":"best"}"#)
    );
    assert!(error(r#"{"learningrate":1}"#).contains("learningrate"), "{}", error(r#"{"learningrate":1}"#));
    assert!(
        error(r#"{"layers":[{"units":-1}]}"#).contains("layers[0].units is -1; accepted: a whole number from 1 to 512")
    );
    let round = read(&serde_json::to_string(&Experiment::default()).unwrap()).unwrap();
    assert_eq!(round, Experiment::default());
}

#[test]
fn broken_tables_name_the_line() {
    let iris = Experiment::from_link("data=iris").0;
    let error = |text: &str| match Dataset::build(&iris, &[text.as_bytes()]) {
        Err(error @ Error::Table { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let header = "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,target\n";
    assert_eq!(error("a,b\n1,2\n"), "iris.csv, line 1: there is no column sepal_length_cm");
    assert_eq!(error(&format!("{header}1,2,3,4,0\n1,2,x,4,0\n")), r#"iris.csv, line 3: column 3 is "x", not a number"#);
    assert_eq!(
        error(&format!("{header}1,2,3,NaN,0\n1,2,3,4,0\n")),
        "iris.csv, line 2: column 4 is NaN, not a finite number"
    );
    assert!(error(&format!("{header}1,2,3,4,7\n")).contains(r#"line 2: the class is "7", not one of setosa"#));
    assert!(error(&format!("{header}1,2,3\n")).contains("line 2"));
    assert!(error(header).contains("0 rows; at least 2"));
}

#[test]
fn classes_are_balanced_and_inputs_are_standardised() {
    let circle = session("").dataset().clone();
    assert_eq!(circle.targets.numbers.iter().sum::<f32>(), 100.0);
    let iris = session("data=iris").dataset().clone();
    assert_eq!((iris.train.len(), iris.test.len()), (120, 30));
    for feature in 0..4 {
        let column: Vec<f64> = iris.train.iter().map(|&row| f64::from(iris.row(row)[feature])).collect();
        let mean = column.iter().sum::<f64>() / 120.0;
        let variance = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 120.0;
        assert!(mean.abs() < 1e-7 && (variance - 1.0).abs() < 1e-6, "{mean}, {variance}");
    }
    let digits = session("data=digits").dataset().clone();
    assert!(digits.inputs.numbers.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    let mut rows: Vec<u32> = iris.train.iter().chain(&iris.test).copied().collect();
    rows.sort_unstable();
    assert!(rows.into_iter().eq(0..150), "every row once");
}

#[test]
fn weights_of_a_layer_are_read_and_set() {
    let mut run = session("net=3&act=tanh&seed=5");
    let weights = run.layer_weights(0);
    assert_eq!(weights.len(), 3 * 2 + 3, "two inputs and a bias for each unit");
    assert_eq!(run.layer_weights(1).len(), 3 + 1);
    assert!(run.layer_weights(2).is_empty());
    run.set_weight(0, 1, 0, 0.75).unwrap();
    run.set_weight(0, 2, 2, -0.5).unwrap();
    let after = run.layer_weights(0);
    assert_eq!((after[2], after[8]), (0.75, -0.5));
    assert_eq!(after.iter().zip(&weights).filter(|(now, before)| now != before).count(), 2);
    let said = |problem: Result<(), activation_playground::Error>| problem.unwrap_err().to_string();
    assert!(said(run.set_weight(0, 3, 0, 1.0)).contains("a unit below 3 and an input up to 2 of layer 0"));
    assert!(said(run.set_weight(7, 0, 0, 1.0)).contains("of layer 7"));
    assert!(said(run.set_weight(0, 0, 0, f64::NAN)).contains("a finite number"));
}

#[test]
fn maps_of_units_put_together_are_the_map_of_the_output() {
    let mut run = session("net=4&act=tanh&data=hills&feat=x;y;x*y");
    run.advance(Stride::Epoch, 5);
    let mut hidden = vec![0.0; 4 * 20 * 20];
    inspect::unit_maps(&mut run, 20, &mut hidden);
    let mut one = vec![0.0; 400];
    inspect::unit_map(&mut run, [0, 2], 20, &mut one);
    assert_eq!(one, hidden[800..1200]);
    let mut output = vec![0.0; 20 * 20];
    inspect::output_map(&mut run, 20, &mut output);
    let weights = run.layer_weights(1);
    for (cell, output) in output.iter().enumerate() {
        let sum: f32 = (0..4).map(|unit| weights[unit] * hidden[unit * 400 + cell]).sum::<f32>() + weights[4];
        assert!((sum - output).abs() < 1e-5, "{sum} {output}");
    }
}

#[test]
fn a_sample_under_the_microscope_obeys_the_chain_rule() {
    let close = |what: &str, got: f64, expected: f64| {
        assert!((got - expected).abs() < 1e-5 * (1.0 + expected.abs()), "{what}: {got}, expected {expected}");
    };
    for link in [
        "net=3.2&act=gelu",
        "data=iris&act=tanh&net=4",
        "data=hills&net=3&act=silu&loss=huber",
        "act=prelu&net=4&learn=unit",
    ] {
        let mut run = session(link);
        run.advance(Stride::Epoch, 3);
        let before = run.fingerprint();
        let seen = run.microscope(7).unwrap();
        assert_eq!(run.fingerprint(), before, "looking changes nothing");
        let mut last = seen.inputs.clone();
        for (at, layer) in seen.layers.iter().enumerate() {
            for unit in 0..layer.z.len() {
                let sum: f64 = layer.weights[unit].iter().zip(&last).map(|(w, x)| w * x).sum();
                close("z", layer.z[unit], sum + layer.biases[unit]);
                close("delta", layer.gradient_z[unit], layer.gradient_a[unit] * layer.slope[unit]);
                close("bias gradient", layer.gradient_biases[unit], layer.gradient_z[unit]);
                for (input, x) in last.iter().enumerate() {
                    close("weight gradient", layer.gradient_weights[unit][input], layer.gradient_z[unit] * x);
                    close("step", layer.step_weights[unit][input], -seen.rate * layer.gradient_weights[unit][input]);
                }
                if let Some(next) = seen.layers.get(at + 1) {
                    let back: f64 = (0..next.z.len()).map(|k| next.weights[k][unit] * next.gradient_z[k]).sum();
                    close("gradient goes back", layer.gradient_a[unit], back);
                }
            }
            last.clone_from(&layer.a);
        }
    }
}

#[test]
fn the_update_under_the_microscope_is_the_one_that_is_made() {
    for link in
        ["bs=1&net=3", "bs=1&net=3&opt=adam&lr=0.01&l2=0.01&clip=0.5", "bs=1&net=3&opt=momentum&maxnorm=1&sched=step"]
    {
        let mut run = session(link);
        run.advance(Stride::Batch, 13);
        let before = run.layer_weights(0);
        // In batches of one the next row is the one that is seen next.
        run.advance(Stride::Sample, 1);
        let row = run.progress().row.unwrap();
        let mut again = session(link);
        again.advance(Stride::Batch, 13);
        let seen = again.microscope(row).unwrap();
        again.advance(Stride::Batch, 1);
        for (at, (after, before)) in again.layer_weights(0)[..6].iter().zip(&before).enumerate() {
            let step = seen.layers[0].step_weights[at / 2][at % 2];
            assert!((f64::from(after - before) - step).abs() < 1e-6, "{link} {at}: {} {step}", after - before);
        }
    }
}

#[test]
fn what_does_not_fit_under_the_microscope_is_said() {
    let said = |link: &str, row: u32| session(link).microscope(row).unwrap_err().to_string();
    assert!(said("", 999).contains("row is 999; accepted: a whole number below 200"));
    assert!(said("act=softmax", 0).contains("activations of single units"));
    assert!(said("data=iris&modules=dropout", 0).contains("fully connected layers"));
    assert!(said("net=64.64.64.64", 0).contains("at most 200 units"));
}
