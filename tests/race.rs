//! Races: paired runs in lock-step, the same whoever runs them, and what a network costs.

mod common;

use activation_playground::experiment::Experiment;
use activation_playground::inspect;
use activation_playground::real::Lane;
use activation_playground::training::{Goal, Measure, Race, RaceRun, Set, Stride, standings, verdict};
use common::{experiment, open, session};

fn racers(links: &[&str]) -> Vec<Experiment> {
    links.iter().map(|link| experiment(link)).collect()
}

fn race(racers: &[Experiment], seeds: usize) -> Race<Lane> {
    Race::new(racers, seeds, 0..racers.len() * seeds, &[]).unwrap()
}

#[test]
fn a_run_of_a_race_is_the_session_of_its_seed() {
    let racers = racers(&["act=relu&seed=7", "act=gelu&opt=adam&lr=0.01&seed=7", "net=8&bs=20&seed=7"]);
    let mut race = race(&racers, 3);
    race.advance(12);
    race.measure_idle(inspect::idle_share);
    assert_eq!(race.epoch(), 12);
    for run in race.runs() {
        let racer = &racers[run.racer];
        let mut alone = open(&Experiment { seed: [7, 8, 9][run.seed], ..racer.clone() });
        assert_eq!((run.train.len(), run.test.len(), run.accuracy.len()), (13, 13, 13));
        assert_eq!(run.test[0], alone.score(Set::Test).loss);
        alone.advance(Stride::Epoch, 12);
        assert_eq!(run.train[12], alone.score(Set::Train).loss);
        assert_eq!(Some(run.accuracy[12]), alone.score(Set::Test).accuracy);
        assert_eq!(run.idle, inspect::idle_share(&mut alone));
    }
    // Pairs share data, split and order; their weights come from the same draws.
    let shared: Vec<_> = race.sessions().map(|session| session.dataset().train.clone()).collect();
    assert!(shared.chunks(3).all(|of_seed| of_seed.iter().all(|train| *train == of_seed[0])));
    assert_ne!(shared[0], shared[3]);
}

#[test]
fn several_workers_find_what_one_finds() {
    let racers = racers(&["act=relu", "act=tanh", "act=silu"]);
    let mut whole = race(&racers, 4);
    whole.advance(6);
    let mut parts: Vec<RaceRun> = Vec::new();
    for part in [0..5, 5..6, 6..12] {
        let mut worker = Race::<Lane>::new(&racers, 4, part, &[]).unwrap();
        (0..6).for_each(|_| worker.advance(1));
        parts.extend(worker.runs());
    }
    assert_eq!(parts, whole.runs());
}

#[test]
fn one_that_diverges_does_not_stop_the_others() {
    let racers = racers(&["data=hills&lr=10&net=16.16.16", "data=hills&lr=0.01&net=16.16.16"]);
    let mut race = race(&racers, 3);
    race.advance(40);
    let all = standings(&race.runs(), Goal { measure: Measure::Loss, value: 0.3 }, Measure::Loss);
    assert_eq!(all.iter().map(|standing| (standing.racer, standing.diverged)).collect::<Vec<_>>(), [(1, 0), (0, 3)]);
    assert_eq!((all[1].loss.median, all[1].loss.best, all[1].accuracy), (None, None, None));
    assert_eq!((all[0].losses.len(), all[0].accuracies.len()), (41, 0));
    assert!(all[0].loss.worst.is_some() && !race.stands());
}

#[test]
fn what_differs_clearly_is_settled_and_what_does_not_is_not() {
    let racers = racers(&["act=linear&lr=0.1", "act=tanh&lr=0.3", "act=tanh&lr=0.3"]);
    let mut race = race(&racers, 8);
    race.advance(60);
    let runs = race.runs();
    let names = ["linear", "tanh"];
    let clear = verdict(&runs, [0, 1], names, Measure::Loss);
    assert_eq!(clear.better, Some(1), "{}", clear.words);
    assert!(clear.words.starts_with("tanh beats linear: a lower test loss with all 8 seeds"), "{}", clear.words);
    let same = verdict(&runs, [1, 2], ["tanh", "tanh"], Measure::Loss);
    assert_eq!((same.better, same.wins), (None, [0, 0]), "{}", same.words);
    let all = standings(&runs, Goal { measure: Measure::Accuracy, value: 0.9 }, Measure::Accuracy);
    assert_eq!(all[2].racer, 0);
    assert!(all[2].epochs_to_goal.is_none() && all[0].epochs_to_goal.is_some_and(|epochs| epochs > 1.0));
}

#[test]
fn what_is_no_race_is_refused() {
    let refused = |racers: &[Experiment], seeds: usize, part| {
        Race::<Lane>::new(racers, seeds, part, &[]).err().unwrap().to_string()
    };
    let one = racers(&["act=relu"]);
    assert_eq!(refused(&[], 1, 0..0), "racers is 0; accepted: 1 to 6 descriptions");
    assert_eq!(refused(&vec![one[0].clone(); 7], 1, 0..7), "racers is 7; accepted: 1 to 6 descriptions");
    assert_eq!(refused(&one, 0, 0..0), "seeds is 0; accepted: a whole number from 1 to 20");
    assert_eq!(refused(&one, 21, 0..3), "seeds is 21; accepted: a whole number from 1 to 20");
    assert_eq!(refused(&one, 2, 0..3), "part is 0..3; accepted: runs within 0..2");
    let other = refused(&racers(&["seed=1", "seed=2&data=moons"]), 1, 0..2);
    assert!(other.contains("racers[1].data is moons") && other.contains("racers[1].seed is 2; accepted: 1"), "{other}");
    // After the last seed comes the first.
    let last = Experiment { seed: 999_999, ..Experiment::default() };
    let seeds: Vec<i64> = race(&[last], 2).sessions().map(|session| session.experiment().seed).collect();
    assert_eq!(seeds, [999_999, 0]);
}

#[test]
fn a_session_says_what_each_part_costs() {
    let info = session("net=6.4").info();
    let costs: Vec<_> = info.layers.iter().map(|layer| (layer.cost.parameters, layer.cost.multiply_adds)).collect();
    assert_eq!(costs, [(18, 12), (28, 24), (5, 4)]);
    assert!(info.layers.iter().all(|layer| layer.cost.bytes >= 4 * layer.units) && info.modules.is_empty());
    assert!(info.bytes > 1000, "{}", info.bytes);
    let experiment = experiment("data=mnist-mini&modules=conv2d(channels=4);residual(units=5)&net=8");
    let info = open(&experiment).info();
    assert_eq!(info.modules.iter().map(|module| module.kind).collect::<Vec<_>>(), ["conv2d", "residual"]);
    let parts = info.modules.iter().map(|module| module.cost).chain(info.layers.iter().map(|layer| layer.cost));
    let parts: Vec<_> = parts.collect();
    assert_eq!(parts.iter().map(|cost| cost.parameters).sum::<usize>(), info.parameters);
    assert_eq!(parts[0].parameters, 4 * 9 + 4);
    let outputs = 4 * 26 * 26;
    assert_eq!(parts[0].multiply_adds, 9 * outputs);
    assert!(parts[0].bytes >= 2 * 4 * outputs, "pre-activations and activations: {:?}", parts[0]);
}
