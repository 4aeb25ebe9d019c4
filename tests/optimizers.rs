//! Optimisers and schedules step by step. The numbers were computed in f64 from the formulas of `torch.optim` (Lion: of the
//! authors' code) with NumPy, and agree with Optax 0.2.8 to 1e-9 where its formula is the same: momentum, Nesterov,
//! RMSprop, Adadelta, AdamW, RAdam, Lion. PyTorch's own numbers are in `golden_training.rs`.

use activation_playground::experiment::{Experiment, ScheduleSpec};
use activation_playground::optimizer::{Block, Optimizer, OptimizerSpec};
use activation_playground::schedule::{Plateau, Schedule};

/// Weights `[2, 3]`.
const WEIGHTS: [f64; 6] = [0.5, -0.3, 0.8, -0.2, 0.4, 0.1];

/// A rule in words: `adam beta1=0.8`.
fn read(text: &str) -> OptimizerSpec {
    let mut words = text.split(' ');
    let rule = OptimizerSpec::named(words.next().unwrap()).unwrap();
    words.fold(rule, |rule, word| {
        let (name, value) = word.split_once('=').unwrap();
        rule.with(name, value.parse().unwrap())
    })
}

/// Eight steps, with gradients 0.7 w + ½ sin(t + i).
fn run(rule: &str, rate: f64, blocks: &[Block], mut weights: Vec<f64>) -> Vec<f64> {
    let mut optimizer = Optimizer::new(read(rule), blocks);
    let mut memory = optimizer.memory();
    for step in 1..=8 {
        let slope = |(at, w): (usize, &f64)| 0.7 * w + 0.5 * f64::from(step + at as u32).sin();
        let gradients: Vec<f64> = weights.iter().enumerate().map(slope).collect();
        optimizer.step(&mut memory, &mut weights, &gradients, rate);
    }
    weights
}

fn assert_near(what: &str, got: &[f64], expected: &[f64], within: f64) {
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() <= within, "{what}: {got}, not {expected}");
    }
}

#[rustfmt::skip]
#[allow(clippy::unreadable_literal, reason = "as they were printed")]
const STEPS: [(&str, f64, [f64; 6]); 15] = [
    ("sgd weightDecay=0.1", 0.1, [0.1974996267850, -0.2073596716744, 0.4119870951371, -0.0477239548274, 0.2632221631797, 0.0590064784998]),
    ("momentum", 0.1, [-0.2196453083046, 0.0779297692859, -0.2150427141458, 0.1256242223731, -0.1016345603843, -0.0654084645913]),
    ("nesterov weightDecay=0.05", 0.1, [-0.2101701278074, 0.0183405885397, -0.2717299468613, 0.1095236610557, -0.0473662023828, 0.0037047785235]),
    ("nesterov", 0.1, [-0.2038180523328, 0.0089250607659, -0.2375959858918, 0.1132643412231, -0.0332871660240, -0.0014234009129]),
    ("rmsprop", 0.01, [0.2389144911938, -0.2136147796272, 0.4562381123600, -0.0263932895918, 0.2747574929135, 0.0740525973704]),
    ("rmsprop centered=1 momentum=0.9 alpha=0.9", 0.01, [0.1146404650034, -0.1489927387447, 0.2780221058600, 0.0800436804193, 0.2001828373666, 0.0260128861324]),
    ("adagrad accumulator=0.1 rateDecay=0.2", 0.1, [0.3076350587773, -0.2352996023274, 0.5760313528969, -0.0620688051193, 0.3093055275329, 0.0340971107407]),
    ("adadelta", 1.0, [0.4845458264201, -0.2921839867994, 0.7786920117023, -0.1891514277033, 0.3883918326656, 0.0966382513158]),
    ("adam amsgrad=1 beta2=0.5", 0.02, [0.3930190793193, -0.2747371823437, 0.6882288592622, -0.1163705856386, 0.3659477338457, 0.0705719565239]),
    ("adam weightDecay=0.1", 0.02, [0.3737760115801, -0.2510470655794, 0.6570342910184, -0.1056110674183, 0.3369993564447, 0.0581452322694]),
    ("adamw", 0.02, [0.3772960540050, -0.2590411791480, 0.6615502713691, -0.1082918728821, 0.3468201214690, 0.0604382771722]),
    ("nadam", 0.02, [0.4110194939389, -0.2687860260175, 0.6856596730474, -0.1377250294480, 0.3557853923362, 0.0862971895474]),
    ("radam", 0.02, [0.4402649246445, -0.2875441160982, 0.7573666991261, -0.1611275234541, 0.3835178678209, 0.0816134680850]),
    ("lion weightDecay=0.1", 0.01, [0.4162934127344, -0.2776882632211, 0.7139017959554, -0.1785052294134, 0.3569310376281, 0.0992227343871]),
    ("muon", 0.02, [0.4258709563865, -0.2748046627530, 0.6852760535995, -0.1401046368580, 0.3205664934279, 0.0195528808125]),
];

#[test]
fn eight_steps_are_those_of_the_formulas() {
    for (rule, rate, expected) in STEPS {
        assert_near(rule, &run(rule, rate, &[Block::matrix(2, 3)], WEIGHTS.to_vec()), &expected, 1e-12);
    }
}

#[test]
fn every_optimizer_is_compared_with_numbers_from_elsewhere() {
    for rule in OptimizerSpec::all().filter(|rule| rule.id() != "sgd") {
        assert!(STEPS.iter().any(|(text, ..)| text.split(' ').next() == Some(rule.id())), "{}", rule.id());
    }
}

/// A matrix with more rows than columns is turned over; its steps are longer by √(rows/columns).
#[test]
fn muon_on_a_tall_matrix() {
    let transposed: Vec<f64> = (0..6).map(|i| WEIGHTS[i % 2 * 3 + i / 2]).collect();
    let got = run("muon nesterov=0 steps=3", 0.02, &[Block::matrix(3, 2)], transposed);
    #[rustfmt::skip]
    #[allow(clippy::unreadable_literal, reason = "as they were printed")]
    let expected = [0.4037189575601, -0.1414478656806, -0.2580470514106, 0.3209401674121, 0.6999548174440, 0.0158949707258];
    assert_near("muon", &got, &expected, 1e-12);
}

#[test]
fn muon_trains_biases_as_adamw() {
    let blocks = [Block::vector(6)];
    let adamw = run("adamw weightDecay=0.1", 0.02, &blocks, WEIGHTS.to_vec());
    assert_eq!(run("muon", 0.02, &blocks, WEIGHTS.to_vec()), adamw);
}

/// Five steps of Newton and Schulz leave all singular values near 1.
#[test]
fn a_step_of_muon_is_nearly_orthogonal() {
    let mut weights = vec![0.0; 6];
    let gradients = [0.3, -2.0, 0.5, 1.0, 0.1, -0.7];
    let mut optimizer = Optimizer::new(read("muon weightDecay=0"), &[Block::matrix(2, 3)]);
    optimizer.step(&mut optimizer.memory(), &mut weights, &gradients, 1.0);
    let product = |a: usize, b: usize| (0..3).map(|i| weights[3 * a + i] * weights[3 * b + i]).sum::<f64>();
    for row in 0..2 {
        assert!((0.4..1.6).contains(&product(row, row)), "{}", product(row, row));
    }
    assert!(product(0, 1).abs() < 0.3, "{}", product(0, 1));
}

#[test]
fn a_gradient_that_is_no_number_is_not_hidden() {
    for rule in OptimizerSpec::all() {
        let mut weights = vec![1.0_f32; 4];
        let gradients = [f32::NAN, 0.0, 0.0, 0.0];
        let mut optimizer = Optimizer::new(rule, &[Block::matrix(2, 2)]);
        optimizer.step(&mut optimizer.memory(), &mut weights, &gradients, 0.1);
        assert!(weights[0].is_nan(), "{}", rule.id());
    }
}

#[test]
fn all_that_is_remembered_is_in_the_memory() {
    for rule in OptimizerSpec::all() {
        let blocks = [Block::matrix(1, 2), Block::vector(1)];
        let mut optimizer = Optimizer::<f32>::new(rule, &blocks);
        let mut train = |mut memory, mut weights: [f32; 3]| {
            for step in 0..5_u8 {
                optimizer.step(&mut memory, &mut weights, &[0.1, -0.4, f32::from(step)], 0.05);
            }
            (memory, weights)
        };
        let start = Optimizer::new(rule, &blocks).memory();
        let (memory, weights) = train(start.clone(), [0.3, -0.2, 0.1]);
        let end = train(memory.clone(), weights);
        train(start, [1.0, 2.0, 3.0]);
        assert_eq!(train(memory, weights), end, "{}", rule.id());
    }
}

fn factors(rule: &str, epoch: usize, steps: &[u64]) -> Vec<f64> {
    let mut words = rule.split(' ');
    let spec = ScheduleSpec::named(words.next().unwrap()).unwrap();
    let spec = words.fold(spec, |spec, word| {
        let (name, value) = word.split_once('=').unwrap();
        spec.with(name, value.parse().unwrap())
    });
    let schedule = Schedule::new(spec, epoch);
    steps.iter().map(|&step| schedule.factor(step, &Plateau::NEW)).collect()
}

#[test]
fn schedules_have_the_rates_of_their_formulas() {
    assert_eq!(factors("constant", 3, &[0, 1000]), [1.0, 1.0]);
    assert_near("step", &factors("step every=2 gamma=0.1", 5, &[9, 10, 20]), &[1.0, 0.1, 0.01], 1e-15);
    assert_near("exponential", &factors("exponential gamma=0.9", 2, &[1, 2, 21]), &[1.0, 0.9, 0.9_f64.powi(10)], 1e-15);
    let cosine = factors("cosine period=10 floor=0.1", 2, &[0, 10, 20, 50]);
    assert_near("cosine", &cosine, &[1.0, 0.55, 0.1, 0.1], 1e-15);
    let warm = factors("cosine period=10 warmup=4", 1, &[0, 1, 3, 4, 9]);
    assert_near("warm-up", &warm, &[0.25, 0.5, 1.0, 1.0, 0.5], 1e-15);
    let restarts = factors("cosine period=4 restart=2", 1, &[0, 2, 4, 8, 12, 28]);
    assert_near("restarts", &restarts, &[1.0, 0.5, 1.0, 0.5, 1.0, 1.0], 1e-15);
    let equal = factors("cosine period=4 restart=1", 1, &[0, 2, 4, 6, 4_000_000_002]);
    assert_near("equal periods", &equal, &[1.0, 0.5, 1.0, 0.5, 0.5], 1e-15);
    // Of a cycle of 10 updates, the top is at number 0.3 · 10 − 1 = 2 and the end at number 9.
    let cycle = factors("onecycle epochs=5", 2, &[0, 1, 2, 9, 100]);
    assert_near("one cycle", &cycle, &[0.04, 0.52, 1.0, 4e-6, 4e-6], 1e-15);
}

#[test]
fn a_plateau_lowers_the_rate_after_the_patience() {
    let spec = ScheduleSpec::named("plateau").unwrap();
    let spec = spec.with("patience", 2.0).with("factor", 0.5).with("cooldown", 1.0).with("floor", 0.3);
    let schedule = Schedule::new(spec, 7);
    let (mut plateau, mut factors) = (Plateau::NEW, Vec::new());
    for loss in [1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9] {
        schedule.observe(&mut plateau, loss);
        factors.push(schedule.factor(0, &plateau));
    }
    // Bad epochs 3 to 5 are one more than the patience; one of rest, then 3 more reach the lowest rate.
    assert_eq!(factors, [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.3, 0.3]);
    assert_eq!(schedule.factor(0, &Plateau::NEW), 1.0);
}

#[test]
fn no_schedule_leaves_the_range_from_0_to_the_learning_rate() {
    for spec in ScheduleSpec::all() {
        let params = spec.card().params.iter();
        let ends = params.flat_map(|param| [(param.name, param.min), (param.name, param.max)]);
        let specs = ends.map(|(name, value)| spec.with(name, value)).chain([spec]);
        // Short cycles, whose rise or fall is a single update.
        let short = |spec: ScheduleSpec| if spec.get("epochs").is_some() { spec.with("epochs", 2.0) } else { spec };
        for spec in specs.flat_map(|spec| [spec, short(spec)]) {
            for epoch in [1, 3] {
                let schedule = Schedule::new(spec, epoch);
                for step in (0..9_000).step_by(7).chain(0..20).chain([u64::from(u32::MAX)]) {
                    let factor = schedule.factor(step, &Plateau::NEW);
                    assert!((0.0..=1.0).contains(&factor), "{spec:?} at {step}: {factor}");
                }
            }
        }
    }
    assert_near("half a cycle", &factors("onecycle epochs=2 rise=0.5", 1, &[0, 1]), &[1.0, 4e-6], 1e-15);
}

#[test]
fn rules_are_read_as_a_name_or_with_numbers() {
    let read = |text: &str| {
        Experiment::read(&mut serde_json::Deserializer::from_str(text))
            .map(|experiment| experiment.optimizer)
            .map_err(|error| error.to_string())
    };
    assert_eq!(read(r#"{"optimizer":"adam"}"#), Ok(OptimizerSpec::named("adam").unwrap()));
    let adam = OptimizerSpec::named("adam").unwrap().with("beta1", 0.8).with("amsgrad", 1.0);
    assert_eq!(read(r#"{"optimizer":{"beta1":0.8,"kind":"adam","amsgrad":true}}"#), Ok(adam));
    let error = |text: &str| read(text).unwrap_err();
    assert!(error(r#"{"optimizer":"sdg"}"#).starts_with("optimizer is sdg; accepted: one of sgd, momentum"));
    let unknown = error(r#"{"optimizer":{"kind":"momentum","beta1":0.8}}"#);
    assert_eq!(unknown, "optimizer is momentum with beta1; accepted: momentum with momentum, weightDecay");
    assert!(
        error(r#"{"optimizer":{"beta1":0.8}}"#).starts_with("optimizer is an object without kind; accepted: one of")
    );
    let range = error(r#"{"optimizer":{"kind":"adam","beta1":2}}"#);
    assert_eq!(range, "optimizer.beta1 is 2; accepted: a number from 0 to 0.9999");
    assert!(error(r#"{"optimizer":{"kind":"adam","beta1":"x"}}"#).contains("accepted: a number"));
}
