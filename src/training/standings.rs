//! What a race says: who is ahead, by how much, and whether the seeds settle it.

use super::race::RaceRun;
use serde::{Deserialize, Serialize};

/// What racers are compared by, on the test rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Measure {
    /// Less is better.
    Loss,
    /// More is better.
    Accuracy,
}

/// A test loss or accuracy to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Goal {
    /// Which.
    pub measure: Measure,
    /// The number.
    pub value: f64,
}

/// Runs of a racer side by side. A run that diverged counts as worse than any other; what is not a number for it is `null`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Spread {
    /// As many runs are better as are worse.
    pub median: Option<f64>,
    /// Of the best run.
    pub best: Option<f64>,
    /// Of the worst run.
    pub worst: Option<f64>,
    /// Of all runs.
    pub mean: Option<f64>,
}

/// How a racer does.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Standing {
    /// Which description.
    pub racer: usize,
    /// Test loss now.
    pub loss: Spread,
    /// Test accuracy now; `null` for a regression.
    pub accuracy: Option<Spread>,
    /// Test loss at the start and after each epoch.
    pub losses: Vec<Spread>,
    /// Test accuracy, likewise; empty for a regression.
    pub accuracies: Vec<Spread>,
    /// Epochs until each run reached the goal; `null` if it has not.
    pub reached: Vec<Option<u32>>,
    /// Their median; `null` if that run has not.
    pub epochs_to_goal: Option<f64>,
    /// Runs whose loss was no longer a number.
    pub diverged: usize,
    /// Share of hidden units that are off or flat: the median of the runs.
    pub idle: Option<f64>,
    /// The seed whose run is in the middle of what they are ordered by.
    pub median_seed: usize,
    /// Runs whose training loss has fallen by less than a twentieth of what it was at the start.
    pub unmoved: usize,
}

/// The share of its training loss that a run has to lose, or it has barely moved.
const A_MOVE: f64 = 0.05;

/// Whether the seeds settle which of two racers is better.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Verdict {
    /// The better one; `null` if that is not settled.
    pub better: Option<usize>,
    /// Seeds that both have run with.
    pub seeds: usize,
    /// With how many of them each is better.
    pub wins: [usize; 2],
    /// Of the two-sided sign test: how likely a split as uneven as this is among equals.
    pub p: f64,
    /// The same in a sentence.
    pub words: String,
}

/// Fewest seeds that can settle an order: 2 · 2⁻⁸ is the first below [`SIGNIFICANT`].
const FEWEST_SEEDS: usize = 8;
const SIGNIFICANT: f64 = 0.01;

impl Measure {
    /// What a run shows, so that less is better. One that diverged is worse than any other.
    fn rank(self, run: &RaceRun) -> f64 {
        self.rank_at(run, usize::MAX)
    }

    /// The same after an epoch; a run that stopped stays where it was.
    fn rank_at(self, run: &RaceRun, epoch: usize) -> f64 {
        let shown = match self {
            Self::Loss => &run.test,
            Self::Accuracy => &run.accuracy,
        };
        match shown.get(epoch).or_else(|| shown.last().filter(|_| run.divergence.is_none())) {
            Some(&value) if !value.is_nan() => self.flip(value),
            _ => f64::INFINITY,
        }
    }

    /// From what is shown to what is ranked, and back.
    fn flip(self, value: f64) -> f64 {
        match self {
            Self::Loss => value,
            Self::Accuracy => -value,
        }
    }

    fn spread(self, ranks: impl Iterator<Item = f64>) -> Spread {
        let mut ranks: Vec<f64> = ranks.collect();
        let shown = |rank: f64| rank.is_finite().then(|| self.flip(rank));
        Spread {
            best: shown(ranks.iter().copied().fold(f64::INFINITY, f64::min)),
            worst: shown(ranks.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            mean: shown(ranks.iter().sum::<f64>() / ranks.len() as f64),
            median: shown(median(&mut ranks)),
        }
    }
}

impl Goal {
    /// Epochs until a run reached it.
    fn reached(self, run: &RaceRun) -> Option<u32> {
        let goal = self.measure.flip(self.value);
        let shown = run.test.len() as u32;
        let has = |epoch: u32| self.measure.rank_at(run, epoch as usize) <= goal;
        (0..shown).find(|&epoch| has(epoch))
    }
}

/// How all racers do that have runs here, the best first: by the median of a measure.
pub fn standings(runs: &[RaceRun], goal: Goal, by: Measure) -> Vec<Standing> {
    let racers = runs.iter().map(|run| run.racer + 1).max().unwrap_or(0);
    let of = |racer| runs.iter().filter(|run| run.racer == racer).collect::<Vec<_>>();
    let rank = |standing: &Standing| {
        let spread = match by {
            Measure::Loss => Some(standing.loss),
            Measure::Accuracy => standing.accuracy,
        };
        spread.and_then(|spread| spread.median).map_or(f64::INFINITY, |value| by.flip(value))
    };
    let mut all: Vec<Standing> = Vec::with_capacity(racers);
    for (racer, own) in (0..racers).map(|racer| (racer, of(racer))).filter(|(_, own)| !own.is_empty()) {
        let standing = standing(racer, &own, goal, by);
        all.insert(all.partition_point(|other| rank(other) <= rank(&standing)), standing);
    }
    all
}

fn standing(racer: usize, runs: &[&RaceRun], goal: Goal, by: Measure) -> Standing {
    let epochs = runs.iter().map(|run| run.test.len()).max().unwrap_or(0);
    let at = |measure: Measure, epoch: usize| measure.spread(runs.iter().map(|run| measure.rank_at(run, epoch)));
    let has_classes = runs.iter().any(|run| !run.accuracy.is_empty());
    let reached: Vec<Option<u32>> = runs.iter().map(|run| goal.reached(run)).collect();
    let mut counts: Vec<f64> = reached.iter().map(|epochs| epochs.map_or(f64::INFINITY, f64::from)).collect();
    let mut idle: Vec<f64> = runs.iter().filter_map(|run| run.idle).collect();
    Standing {
        racer,
        loss: Measure::Loss.spread(runs.iter().map(|run| Measure::Loss.rank(run))),
        accuracy: has_classes.then(|| Measure::Accuracy.spread(runs.iter().map(|run| Measure::Accuracy.rank(run)))),
        losses: (0..epochs).map(|epoch| at(Measure::Loss, epoch)).collect(),
        accuracies: (0..if has_classes { epochs } else { 0 }).map(|epoch| at(Measure::Accuracy, epoch)).collect(),
        epochs_to_goal: Some(median(&mut counts)).filter(|epochs| epochs.is_finite()),
        reached,
        diverged: runs.iter().filter(|run| run.divergence.is_some()).count(),
        idle: (!idle.is_empty()).then(|| median(&mut idle)),
        median_seed: median_seed(runs, by),
        unmoved: runs.iter().filter(|run| run.divergence.is_none() && !has_moved(run)).count(),
    }
}

/// The seed of the run with as many better ones as worse; of two in the middle, that of the better one.
fn median_seed(runs: &[&RaceRun], measure: Measure) -> usize {
    let mut order: Vec<&&RaceRun> = runs.iter().collect();
    order.sort_by(|one, other| measure.rank(one).total_cmp(&measure.rank(other)));
    order[(order.len() - 1) / 2].seed
}

fn has_moved(run: &RaceRun) -> bool {
    match run.train[..] {
        [first, .., last] => last < first * (1.0 - A_MOVE),
        _ => true,
    }
}

/// The median of numbers, of which there is at least one. Puts them out of order.
fn median(numbers: &mut [f64]) -> f64 {
    let last = numbers.len() - 1;
    let mut at = |place: usize| *numbers.select_nth_unstable_by(place, f64::total_cmp).1;
    f64::midpoint(at(last / 2), at(last.div_ceil(2)))
}

/// Whether one of two racers is better: only if a sign test over enough seeds says that equals would hardly differ so often. `names` are what the
/// sentence calls them.
pub fn verdict(runs: &[RaceRun], racers: [usize; 2], names: [&str; 2], measure: Measure) -> Verdict {
    let of = |racer| runs.iter().filter(move |run| run.racer == racer);
    let pairs: Vec<[&RaceRun; 2]> = of(racers[0])
        .filter_map(|one| of(racers[1]).find(|other| other.seed == one.seed).map(|other| [one, other]))
        .collect();
    let better = |one: &RaceRun, other: &RaceRun| measure.rank(one) < measure.rank(other);
    let count = |ahead: usize| pairs.iter().filter(|pair| better(pair[ahead], pair[1 - ahead])).count();
    let (seeds, wins) = (pairs.len(), [count(0), count(1)]);
    let p = sign_test(wins);
    let comparable = measure == Measure::Accuracy || pairs.iter().all(|[one, other]| one.loss == other.loss);
    let settled = seeds >= FEWEST_SEEDS && p < SIGNIFICANT && comparable;
    let winner = (0..2).find(|&at| settled && wins[at] > wins[1 - at]);
    let what = match measure {
        Measure::Loss => "a lower test loss",
        Measure::Accuracy => "a higher test accuracy",
    };
    let words = if let Some(at) = winner {
        let with = if wins[at] == seeds { format!("all {seeds}") } else { format!("{} of {seeds}", wins[at]) };
        format!("{} beats {}: {what} with {with} seeds (sign test, p = {p:.1e}).", names[at], names[1 - at])
    } else if comparable {
        let [one, other] = names;
        let plural = if seeds == 1 { "seed does" } else { "seeds do" };
        let counts = format!("{one} has {what} with {} of them, {other} with {}", wins[0], wins[1]);
        let few = if seeds < FEWEST_SEEDS { format!("; it takes {FEWEST_SEEDS} at least") } else { String::new() };
        format!("{seeds} {plural} not settle that order: {counts}{few}.")
    } else {
        format!("{} and {} have different losses, which cannot be compared.", names[0], names[1])
    };
    Verdict { better: winner.map(|at| racers[at]), seeds, wins, p, words }
}

/// The two-sided sign test; ties count for neither.
fn sign_test(wins: [usize; 2]) -> f64 {
    let (count, most) = (wins[0] + wins[1], wins[0].max(wins[1]));
    let mut chance = (0..count).fold(1.0, |chance, _| 0.5 * chance);
    let mut tail = 0.0;
    // From all for one side down to as many as there are.
    for split in (most..=count).rev() {
        tail += chance;
        chance *= split as f64 / (count - split + 1) as f64;
    }
    f64::min(2.0 * tail, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(racer: usize, seed: usize, test: &[f64], diverged: bool) -> RaceRun {
        let divergence = diverged.then(|| super::super::Divergence {
            step: 1,
            became: super::super::Nonfinite::Nan,
            last_loss: None,
            cause: String::new(),
            suggested_rate: Some(0.1),
        });
        let accuracy = test.iter().map(|loss| 1.0 - loss).collect();
        let (train, test) = (test.to_vec(), test.to_vec());
        RaceRun { racer, seed, loss: "bce".into(), train, test, accuracy, divergence, idle: None }
    }

    #[test]
    fn the_sign_test_has_its_known_values() {
        for (wins, p) in
            [([8, 0], 0.007_812_5), ([0, 7], 0.015_625), ([5, 5], 1.0), ([9, 1], 0.021_484_375), ([0, 0], 1.0)]
        {
            assert_eq!(sign_test(wins), p, "{wins:?}");
        }
    }

    #[test]
    fn a_run_that_diverged_is_worse_than_any() {
        let goal = Goal { measure: Measure::Loss, value: 0.2 };
        let runs = [
            run(0, 0, &[0.9, 0.1], true),
            run(0, 1, &[0.9, 0.5, 0.1], false),
            run(0, 2, &[0.9, 0.3, 0.2], false),
            run(1, 0, &[0.8, 0.7, 0.6], false),
        ];
        let all = standings(&runs, goal, Measure::Loss);
        assert_eq!(all.iter().map(|standing| standing.racer).collect::<Vec<_>>(), [0, 1]);
        let first = &all[0];
        assert_eq!(first.loss, Spread { median: Some(0.2), best: Some(0.1), worst: None, mean: None });
        assert_eq!(
            first.losses[1],
            Spread { median: Some(0.3), best: Some(0.1), worst: Some(0.5), mean: Some((0.1 + 0.3 + 0.5) / 3.0) }
        );
        assert_eq!(
            (first.reached.clone(), first.epochs_to_goal, first.diverged),
            (vec![Some(1), Some(2), Some(2)], Some(2.0), 1)
        );
        assert_eq!((first.median_seed, first.unmoved), (2, 0));
        assert_eq!(all[1].reached, [None]);
        let by_accuracy = standings(&runs, Goal { measure: Measure::Accuracy, value: 0.9 }, Measure::Accuracy);
        assert_eq!(by_accuracy[0].accuracy.unwrap().best, Some(0.9));
    }

    #[test]
    fn a_run_that_lost_little_of_its_loss_has_barely_moved() {
        let runs = [run(0, 0, &[1.0, 0.951], false), run(0, 1, &[1.0, 0.949], false), run(0, 2, &[1.0, 1.2], false)];
        let goal = Goal { measure: Measure::Loss, value: 0.2 };
        assert_eq!(standings(&runs, goal, Measure::Loss)[0].unmoved, 2);
        assert_eq!(standings(&[run(0, 0, &[1.0], false)], goal, Measure::Loss)[0].unmoved, 0, "it has not begun");
    }

    #[test]
    fn only_all_of_enough_seeds_settle_an_order() {
        let race = |seeds: usize, lost: usize| -> Vec<RaceRun> {
            let pair =
                |seed| [run(0, seed, &[0.1], false), run(1, seed, &[if seed < lost { 0.05 } else { 0.2 }], false)];
            (0..seeds).flat_map(pair).collect()
        };
        let judge = |runs: &[RaceRun]| verdict(runs, [0, 1], ["GELU", "ReLU"], Measure::Loss);
        let won = judge(&race(8, 0));
        assert_eq!((won.better, won.wins), (Some(0), [8, 0]));
        assert_eq!(won.words, "GELU beats ReLU: a lower test loss with all 8 seeds (sign test, p = 7.8e-3).");
        assert_eq!(judge(&race(20, 20)).better, Some(1));
        let few = judge(&race(5, 0));
        assert_eq!(few.better, None);
        assert_eq!(
            few.words,
            "5 seeds do not settle that order: GELU has a lower test loss with 5 of them, ReLU with 0; it takes 8 at least."
        );
        assert_eq!(judge(&race(20, 6)).better, None);
        assert!(judge(&race(20, 6)).words.starts_with("20 seeds do not settle that order"));
        assert!(judge(&race(20, 1)).words.starts_with("GELU beats ReLU: a lower test loss with 19 of 20 seeds"));
        assert_eq!(judge(&race(8, 1)).better, None);
        let mut other = race(8, 0);
        other.iter_mut().filter(|run| run.racer == 1).for_each(|run| run.loss = "mse".into());
        assert!(judge(&other).better.is_none() && judge(&other).words.contains("cannot be compared"));
        assert_eq!(judge(&[]).better, None);
    }
}
