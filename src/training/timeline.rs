//! Time as a place: states kept along a run, and the way back to any update by replaying from the nearest one.
//!
//! What was changed while it ran is remembered with the update it was changed at, so that a replay passes through the same
//! changes and reaches the same bits.

use super::session::{Session, batches};
use super::state::State;
use crate::activation::Number;
use crate::error::{Error, Problem};
use crate::experiment::Experiment;
use crate::real::Scalar;
use serde::Serialize;

/// A place that can be returned to without a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Kept {
    /// Updates made.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub step: u64,
    /// Epochs completed.
    pub epoch: u32,
}

/// How a description followed the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Numbers of the training.
    Retune,
    /// Other activations.
    Swap,
}

/// A description and the update from which on it is in force.
#[derive(Debug, Clone)]
struct Era {
    from: u64,
    by: Change,
    experiment: Experiment,
}

/// A state that was kept.
#[derive(Debug, Clone)]
struct Mark<S> {
    state: State<S>,
    /// Which description was in force.
    era: usize,
}

/// States of a run in the order of its updates, and the descriptions it went through.
#[derive(Debug, Clone)]
pub(super) struct Timeline<S> {
    marks: Vec<Mark<S>>,
    /// Fewest updates between two marks.
    spacing: u64,
    eras: Vec<Era>,
    /// The present one.
    era: usize,
    /// Most updates there have been.
    furthest: u64,
}

impl<S: Scalar> Timeline<S> {
    /// States kept at most.
    pub const MOST: usize = 512;
    /// Bytes they take at most.
    pub const MOST_BYTES: usize = 64 << 20;

    /// Begins at a state, which stays kept.
    pub fn new(experiment: &Experiment, state: &State<S>) -> Self {
        let era = Era { from: state.step, by: Change::Retune, experiment: experiment.clone() };
        let marks = vec![Mark { state: resting(state), era: 0 }];
        Self { marks, spacing: 1, eras: vec![era], era: 0, furthest: state.step }
    }

    fn first(&self) -> u64 {
        self.marks[0].state.step
    }

    /// Takes notice of where the run has come to.
    pub fn reach(&mut self, step: u64) {
        self.furthest = self.furthest.max(step);
    }

    fn keep(&mut self, state: &State<S>) {
        let place = self.marks.partition_point(|mark| mark.state.step <= state.step);
        let near = |mark: &Mark<S>| mark.state.step.abs_diff(state.step) < self.spacing;
        if near(&self.marks[place - 1]) || self.marks.get(place).is_some_and(near) {
            return;
        }
        self.marks.insert(place, Mark { state: resting(state), era: self.era });
        if self.marks.len() > Self::MOST.min((Self::MOST_BYTES / state.bytes()).max(2)) {
            let mut at = 0;
            self.marks.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            let last = &self.marks[self.marks.len() - 1].state;
            self.spacing = ((last.step - self.first()) / (self.marks.len() as u64 - 1).max(1)).max(1);
        }
    }

    /// Forgets all that comes after an update under another description than the present one, or after `step`.
    fn forget_after(&mut self, step: u64) {
        let era = self.era;
        self.marks.retain(|mark| mark.state.step <= step && mark.era <= era);
        self.eras.truncate(era + 1);
        self.furthest = step;
    }

    /// The change that comes next, if there is one.
    fn next_change(&self) -> Option<&Era> {
        self.eras.get(self.era + 1)
    }
}

/// A state at the beginning of its batch: samples that were only looked at have changed nothing.
fn resting<S: Scalar>(state: &State<S>) -> State<S> {
    State { cursor: state.start, ..state.clone() }
}

impl<L: Number> Session<L> {
    /// Keeps the present state, to be near when the run is rewound. Too many are thinned, so that those kept stay evenly spaced
    /// and the first stays; one too near to another is not kept.
    pub fn keep(&mut self) {
        // A loss that is no number may have drawn random numbers without an update: that is not the state of this update.
        if self.state.divergence.is_none() {
            self.timeline.keep(&self.state);
        }
    }

    /// The places of all states that are kept, from the first on.
    pub fn kept(&self) -> Vec<Kept> {
        let place = |state: &State<L::Scalar>| Kept { step: state.step, epoch: state.epoch };
        self.timeline.marks.iter().map(|mark| place(&mark.state)).collect()
    }

    /// The furthest update that can be returned to.
    pub fn furthest(&self) -> u64 {
        self.timeline.furthest
    }

    /// Goes to the moment after an update, back or ahead, as far as the run has been: to the nearest state kept before it, and on
    /// by training again. Weights, description and all else are as they were then. What has been beyond stays known until
    /// something is changed, or the run goes on from before a change; its losses are [`super::History::ahead`].
    ///
    /// # Errors
    /// If the run has not been there; it stays where it is.
    pub fn rewind(&mut self, step: u64) -> Result<(), Error> {
        let (first, furthest) = (self.timeline.first(), self.timeline.furthest);
        if !(first..=furthest).contains(&step) {
            return Err(Problem::new("step", step, format!("a whole number from {first} to {furthest}")).into());
        }
        let nearest = self.timeline.marks.partition_point(|mark| mark.state.step <= step) - 1;
        let Mark { state, era } = &self.timeline.marks[nearest];
        self.state.clone_from(state);
        self.timeline.era = *era;
        let experiment = self.timeline.eras[*era].experiment.clone();
        self.put(&experiment)?;
        self.history.rewind(self.state.epoch);
        loop {
            while let Some(next) = self.timeline.next_change().filter(|next| next.from == self.state.step) {
                let (by, experiment) = (next.by, next.experiment.clone());
                self.change(by, &experiment)?;
                self.timeline.era += 1;
            }
            if self.state.step >= step || self.state.stands() {
                return Ok(());
            }
            self.update();
        }
    }

    /// Goes to the moment after an epoch, or as near to it as the run has been.
    ///
    /// # Errors
    /// As [`Session::rewind`].
    pub fn rewind_to_epoch(&mut self, epoch: u32) -> Result<(), Error> {
        let first = &self.timeline.marks[0].state;
        let begun = first.step - first.start as u64 / self.experiment.batch as u64;
        let epochs = u64::from(epoch.saturating_sub(first.epoch));
        let step = begun + epochs * batches(&self.experiment, &self.dataset) as u64;
        self.rewind(step.clamp(self.timeline.first(), self.timeline.furthest))
    }

    /// Another description is in force from here on.
    pub(super) fn changed(&mut self, by: Change) {
        self.timeline.forget_after(self.state.step);
        self.history.forget_after(self.state.epoch);
        self.timeline.eras.push(Era { from: self.state.step, by, experiment: self.experiment.clone() });
        self.timeline.era += 1;
    }

    /// Before the run goes on: if it was rewound to before a change, that change will not come.
    pub(super) fn leave_what_was_changed_later(&mut self) {
        if let Some(from) = self.timeline.next_change().map(|next| next.from) {
            self.timeline.forget_after(from);
            self.history.forget_after((from / batches(&self.experiment, &self.dataset) as u64) as u32);
        }
    }

    /// There is no going back from here.
    pub(super) fn begin_here(&mut self) {
        self.timeline = Timeline::new(&self.experiment, &self.state);
        self.history.forget_after(self.state.epoch);
    }
}
