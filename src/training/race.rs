//! A race: several descriptions trained in lock-step over several seeds.
//!
//! Runs of one number share data, split, order and the draws their weights are scaled from, because all of these follow from
//! the seed. So descriptions are compared in pairs.

use super::History;
use super::evaluation::{Score, Set};
use super::report::{Divergence, Stride};
use super::session::Session;
use crate::activation::Number;
use crate::data::Dataset;
use crate::error::{Error, Problem};
use crate::experiment::race::{MOST_RACE_EPOCHS, MOST_RACERS, MOST_SEEDS};
use crate::experiment::{Experiment, field};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// What a run of a race has shown so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RaceRun {
    /// Which description, from 0.
    pub racer: usize,
    /// Number of its seed, from 0.
    pub seed: usize,
    /// Which loss it has.
    pub loss: String,
    /// Training loss at the start and after each epoch. It ends where the run diverged or stopped.
    pub train: Vec<f64>,
    /// Test loss, likewise.
    pub test: Vec<f64>,
    /// Share of the test rows put in the right class, likewise; empty for a regression.
    pub accuracy: Vec<f64>,
    /// Set when its loss was no longer a number.
    pub divergence: Option<Divergence>,
    /// Share of hidden units that are off or flat; `null` until it was measured, and where nothing can be.
    pub idle: Option<f64>,
}

/// Descriptions in lock-step over several seeds, or a part of their runs.
pub struct Race<L: Number> {
    runs: Vec<(Session<L>, RaceRun)>,
    epoch: u32,
}

impl<L: Number> Race<L> {
    /// A race of descriptions of the same data and seed, each over `seeds` seeds from that one on. Runs are numbered seed by
    /// seed, racer by racer; `part` says which of them are run here, so that several workers can share a race: what comes out is
    /// the same. `files` are those of the data set.
    ///
    /// # Errors
    /// If there are too few or too many racers, seeds or runs, if data or seed differ, or a description is invalid.
    pub fn new(racers: &[Experiment], seeds: usize, part: Range<usize>, files: &[&[u8]]) -> Result<Self, Error> {
        let runs = check(racers, seeds, &part)?;
        let mut race = Self { runs: Vec::with_capacity(runs.len()), epoch: 0 };
        let mut data: Option<(usize, Arc<Dataset>)> = None;
        for (seed, racer) in runs.map(|run| (run / racers.len(), run % racers.len())) {
            let experiment = with_seed(&racers[racer], seed);
            let dataset = match data.take().filter(|(of, _)| *of == seed) {
                Some((_, dataset)) => dataset,
                None => Arc::new(Dataset::build(&experiment, files)?),
            };
            let session = Session::bare(&experiment, Arc::clone(&dataset), History::off())?;
            data = Some((seed, dataset));
            let mut run = RaceRun {
                racer,
                seed,
                loss: session.network().loss_kind.id().into(),
                train: vec![],
                test: vec![],
                accuracy: vec![],
                divergence: None,
                idle: None,
            };
            let mut session = session;
            run.record(&mut session);
            race.runs.push((session, run));
        }
        Ok(race)
    }

    /// Trains all runs so many epochs on. One whose loss is no longer a number, or that meets a stop condition, stands still;
    /// the others go on.
    pub fn advance(&mut self, epochs: u32) {
        for _ in 0..epochs.min(MOST_RACE_EPOCHS - self.epoch) {
            self.epoch += 1;
            for (session, run) in &mut self.runs {
                let before = session.epoch();
                session.advance(Stride::Epoch, 1);
                run.divergence = session.divergence().cloned();
                if session.epoch() > before {
                    run.idle = None;
                    run.record(session);
                }
            }
        }
    }

    /// Epochs done.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether no run can go on.
    pub fn stands(&self) -> bool {
        let stands = |session: &Session<L>| session.divergence().is_some() || session.stopped().is_some();
        self.epoch == MOST_RACE_EPOCHS || self.runs.iter().all(|(session, _)| stands(session))
    }

    /// Has the share of idle units of every run measured.
    pub fn measure_idle(&mut self, share: impl Fn(&mut Session<L>) -> Option<f64>) {
        for (session, run) in &mut self.runs {
            run.idle = run.idle.or_else(|| share(session));
        }
    }

    /// What each run has shown.
    pub fn runs(&self) -> Vec<RaceRun> {
        self.runs.iter().map(|(_, run)| run.clone()).collect()
    }

    /// The sessions, in the order of the runs: to look into, not to train.
    pub fn sessions(&mut self) -> impl Iterator<Item = &mut Session<L>> {
        self.runs.iter_mut().map(|(session, _)| session)
    }
}

impl RaceRun {
    fn record<L: Number>(&mut self, session: &mut Session<L>) {
        let Score { loss, accuracy } = session.score(Set::Test);
        self.train.push(session.score(Set::Train).loss);
        self.test.push(loss);
        self.accuracy.extend(accuracy);
    }
}

/// The runs asked for, if that makes a race.
fn check(racers: &[Experiment], seeds: usize, part: &Range<usize>) -> Result<Range<usize>, Error> {
    let mut problems = Vec::new();
    if !(1..=MOST_RACERS).contains(&racers.len()) {
        problems.push(Problem::new("racers", racers.len(), format!("1 to {MOST_RACERS} descriptions")));
    }
    if !(1..=MOST_SEEDS).contains(&seeds) {
        problems.push(Problem::new("seeds", seeds, format!("a whole number from 1 to {MOST_SEEDS}")));
    }
    let all = racers.len() * seeds.min(MOST_SEEDS);
    if part.start > part.end || part.end > all {
        problems.push(Problem::new("part", format!("{part:?}"), format!("runs within 0..{all}")));
    }
    for (at, racer) in racers.iter().enumerate().skip(1) {
        if racer.data != racers[0].data {
            let accepted = "the data of the first, so that all are compared on the same";
            problems.push(Problem::new(format!("racers[{at}].data"), &racer.data.name, accepted));
        }
        if racer.seed != racers[0].seed {
            problems.push(Problem::new(format!("racers[{at}].seed"), racer.seed, racers[0].seed.to_string()));
        }
    }
    if problems.is_empty() { Ok(part.clone()) } else { Err(Error::Invalid(problems)) }
}

/// The description of a run. After the last seed comes the first.
fn with_seed(experiment: &Experiment, number: usize) -> Experiment {
    let seeds = field::SEED.field.max as u64 + 1;
    let seed = (experiment.seed.unsigned_abs() + number as u64) % seeds;
    Experiment { seed: seed.cast_signed(), ..experiment.clone() }
}
