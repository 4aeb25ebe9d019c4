//! Going back and branching off: any moment of a run is reached again with the bits it had.

mod common;

use activation_playground::experiment::{Experiment, OptimizerSpec, ScheduleSpec};
use activation_playground::training::{Session, Stride};
use common::{experiment, session};

/// What a moment is known by.
fn moment<L: activation_playground::activation::Number>(
    session: &mut Session<L>,
) -> impl PartialEq + std::fmt::Debug + use<L> {
    let points = session.history().points().to_vec();
    (session.fingerprint(), session.progress(), points, session.experiment().clone())
}

/// Every optimiser and schedule, dropout, random activations, batch normalisation and trained activations.
fn links() -> Vec<String> {
    let optimizers = OptimizerSpec::all().map(|rule| format!("opt={}&net=5.3&lr=0.01", rule.id()));
    let schedules = ScheduleSpec::all().map(|rule| format!("sched={}&act=tanh&lr=0.1", rule.id()));
    let others = [
        "modules=dense(units=6);dropout(p=0.3)&net=4",
        "modules=dense(units=6);batchNorm&net=4&opt=adam",
        "act=rrelu&net=6.6",
        "act=prelu&learn=unit&net=5&opt=momentum",
        "sched=plateau&patience=2&act=linear&stopflat=400&l1=0.001&maxnorm=1&clip=0.1",
        "data=iris&bs=13&test=0.5&net=6",
    ];
    optimizers.chain(schedules).chain(others.map(str::to_owned)).collect()
}

#[test]
fn a_rewound_run_has_the_bits_of_a_fresh_one() {
    for link in links() {
        let mut run = session(&link);
        for _ in 0..9 {
            run.advance(Stride::Batch, 13);
            run.keep();
        }
        let end = moment(&mut run);
        // Back, ahead, to a state that is kept, to the start, to the end.
        for step in [100, 31, 77, 26, 0, 116, 117] {
            run.rewind(step).unwrap();
            let mut fresh = session(&link);
            fresh.advance(Stride::Batch, step as u32);
            assert_eq!(run.step(), step, "{link}");
            assert_eq!(moment(&mut run), moment(&mut fresh), "{link}, step {step}");
        }
        assert_eq!(moment(&mut run), end, "{link}");
        run.rewind(40).unwrap();
        run.advance(Stride::Batch, 77);
        assert_eq!(moment(&mut run), end, "{link}: trained on from the middle");
    }
}

#[test]
fn a_rewind_goes_through_what_was_changed() {
    let mut run = session("act=relu&opt=adam&lr=0.01");
    let other = |link: &str| Experiment::from_link(link).0;
    let mut moments = Vec::new();
    let train = |run: &mut Session<_>, moments: &mut Vec<_>| {
        for _ in 0..20 {
            run.advance(Stride::Batch, 1);
            moments.push(moment(run));
        }
        run.keep();
    };
    train(&mut run, &mut moments);
    assert!(run.retune(&other("act=relu&opt=adam&lr=0.1&sched=cosine&period=5")).unwrap());
    train(&mut run, &mut moments);
    assert!(run.swap(&other("act=gelu&opt=adam&lr=0.1&sched=cosine&period=5")).unwrap());
    train(&mut run, &mut moments);
    for step in [59, 19, 41, 25, 60, 5, 58] {
        run.rewind(step).unwrap();
        assert_eq!(moment(&mut run), moments[step as usize - 1], "step {step}");
    }
    // From before a change the run goes its own way: what was changed later is no more.
    run.rewind(30).unwrap();
    run.advance(Stride::Batch, 30);
    assert_eq!((run.step(), run.experiment().layers[0].activation.as_str()), (60, "relu"));
    assert_ne!(moment(&mut run), moments[59]);
    let end = moment(&mut run);
    run.rewind(10).unwrap();
    run.rewind(60).unwrap();
    assert_eq!(moment(&mut run), end);
}

#[test]
fn the_losses_of_what_was_left_are_there_for_a_ghost() {
    let mut run = session("");
    run.advance(Stride::Epoch, 20);
    let points = run.history().points().to_vec();
    run.rewind(83).unwrap();
    assert_eq!((run.history().points(), run.history().ahead()), (&points[..9], &points[9..]));
    assert_eq!(run.furthest(), 200);
    assert!(run.retune(&experiment("lr=0.5")).unwrap());
    assert_eq!((run.history().points(), run.history().ahead().len()), (&points[..9], 0));
    assert_eq!(run.furthest(), 83, "the other future is gone");
    assert_eq!(run.rewind(84).unwrap_err().to_string(), "step is 84; accepted: a whole number from 0 to 83");
}

#[test]
fn kept_states_stay_evenly_spaced_with_the_first_among_them() {
    let mut run = session("net=3&n=20&bs=2");
    for _ in 0..5000 {
        run.advance(Stride::Batch, 3);
        run.keep();
    }
    let steps: Vec<u64> = run.kept().iter().map(|kept| kept.step).collect();
    assert!(steps.len() > 256 && steps.len() <= 512, "{}", steps.len());
    assert_eq!(steps[0], 0);
    assert!(steps.windows(2).all(|pair| pair[1] - pair[0] == steps[1]), "{steps:?}");
    let sizes = [experiment("data=digits&net=512.512&opt=adam&bs=500"), experiment("net=1")];
    let kept = sizes.map(|experiment| {
        let mut run = common::open(&experiment);
        for _ in 0..40 {
            run.advance(Stride::Batch, 1);
            run.keep();
        }
        run.kept().len()
    });
    assert!(kept[0] < 18 && kept[1] == 41, "{kept:?}: 320 000 weights with two moments are 3.7 MiB");
}

#[test]
fn a_loss_that_is_no_number_is_left_by_going_back() {
    let link = "data=hills&net=16.16.16&lr=10&n=400&modules=dropout(p=0.1)";
    let mut run = session(link);
    run.advance(Stride::Epoch, 50);
    let divergence = run.divergence().unwrap().clone();
    run.keep();
    run.rewind(run.step()).unwrap();
    assert!(run.divergence().is_none());
    run.advance(Stride::Batch, 1);
    assert_eq!(run.divergence(), Some(&divergence), "it happens again");
}

#[test]
fn a_branch_by_the_same_description_is_the_same_run() {
    for link in links() {
        let mut run = session(&link);
        run.advance(Stride::Batch, 37);
        let branch = run.branch(run.experiment()).unwrap();
        assert!(branch.fresh.is_empty(), "{link}: {:?}", branch.fresh);
        let mut twin = branch.session;
        run.advance(Stride::Batch, 40);
        twin.advance(Stride::Batch, 40);
        assert_eq!(moment(&mut run), moment(&mut twin), "{link}");
        assert_eq!(twin.kept()[0].step, 37);
    }
}

#[test]
fn a_branch_takes_over_what_fits() {
    let mut run = session("net=6.4&opt=adam&lr=0.01");
    run.advance(Stride::Batch, 37);
    let branch = |link: &str| run.branch(&experiment(link)).unwrap();
    let gelu = branch("act=gelu&net=6.4&opt=adam&lr=0.01");
    assert_eq!((gelu.fresh.len(), gelu.session.fingerprint()), (0, run.fingerprint()));
    assert_eq!((gelu.session.step(), gelu.session.epoch()), (37, 3));
    let deeper = branch("net=6.4.4&opt=adam&lr=0.01");
    assert_eq!(deeper.fresh, ["layers.2.weight", "layers.2.bias", "layers.3.weight", "layers.3.bias"]);
    let weights = |session: &Session<_>, name: &str| {
        let info = session.network().graph.parameters().iter().find(|info| info.name == name).unwrap().range();
        session.weights()[info].to_vec()
    };
    assert_eq!(weights(&deeper.session, "layers.1.weight"), weights(&run, "layers.1.weight"));
    let start = common::open(&experiment("net=6.4.4&opt=adam&lr=0.01"));
    assert_eq!(weights(&deeper.session, "layers.2.weight"), weights(&start, "layers.2.weight"));
    for link in ["opt=lion&lr=0.001&net=6.4", "net=6.4&opt=adam&lr=0.1&l2=0.01", "net=6.4&loss=mse", "net=6.4&bs=7"] {
        let mut other = branch(link).session;
        assert_eq!(other.fingerprint(), run.fingerprint(), "{link}");
        other.advance(Stride::Epoch, 20);
        assert!(other.divergence().is_none() && other.epoch() == 23, "{link}");
    }
    // A trained parameter of one activation means nothing to another.
    let prelu = session("act=prelu&net=3");
    assert_eq!(prelu.branch(&experiment("act=swish&learn=layer&net=3")).unwrap().fresh, ["layers.0.activation"]);
}

#[test]
fn a_branch_to_other_data_is_refused() {
    let run = session("seed=3");
    let error = run.branch(&experiment("data=moons&seed=4")).err().unwrap().to_string();
    assert!(error.contains("data is other data (moons); accepted: the data of the run"), "{error}");
    assert!(error.contains("seed is 4; accepted: 3"), "{error}");
}

#[test]
fn a_run_goes_back_to_the_end_of_an_epoch() {
    // Ten updates in an epoch.
    let mut run = session("net=4&lr=0.1");
    run.advance(Stride::Epoch, 3);
    let third = moment(&mut run);
    run.advance(Stride::Batch, 15);
    run.rewind_to_epoch(3).unwrap();
    assert_eq!(moment(&mut run), third);
    run.rewind_to_epoch(99).unwrap();
    assert_eq!(run.step(), 45, "as far as it has been");
    // A branch begins in the middle of an epoch; it is not the way back to before.
    let branch = run.branch(&experiment("net=4&lr=0.1&act=gelu")).unwrap();
    let mut branch = branch.session;
    branch.advance(Stride::Epoch, 3);
    branch.rewind_to_epoch(6).unwrap();
    assert_eq!((branch.epoch(), branch.step()), (6, 60));
    branch.rewind_to_epoch(1).unwrap();
    assert_eq!(branch.step(), 45);
}
