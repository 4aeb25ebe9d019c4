//! What a network answers, without training: on the rows of its data, or on inputs of the caller's.

use super::network::Network;
use super::session::Session;
use crate::activation::Number;
use crate::data::{Dataset, Task};
use crate::graph::{Node, Program};
use crate::real::Scalar;

/// Samples evaluated at a time.
pub(super) const EVALUATED_TOGETHER: usize = 256;

/// Multiply-adds that a glance at a set may take: about a tenth of a second in a browser.
const GLANCE: usize = 150_000_000;

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Those trained on.
    Train,
    /// Those kept for the test.
    Test,
}

/// Mean loss and, for classes, the share that is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Mean loss.
    pub loss: f64,
    /// Share of rows (of their positions, where each has a class) put in the right class.
    pub accuracy: Option<f64>,
}

impl<L: Number> Session<L> {
    /// Rows of a set.
    pub fn rows(&self, set: Set) -> &[u32] {
        match set {
            Set::Train => &self.dataset.train,
            Set::Test => &self.dataset.test,
        }
    }

    /// How many rows of a set are looked at while training: all, unless they would take longer than a glance. They are the
    /// first of the set, which is in random order unless it is a series or text.
    pub fn watched(&self, set: Set) -> usize {
        let most = (GLANCE / self.network.multiply_adds.max(1)).max(EVALUATED_TOGETHER);
        self.rows(set).len().min(most)
    }

    /// Mean loss and accuracy over a set at the present weights.
    pub fn score(&mut self, set: Set) -> Score {
        self.score_of(set, self.rows(set).len())
    }

    /// [`Session::score`] over the rows that are watched.
    pub fn watched_score(&mut self, set: Set) -> Score {
        self.score_of(set, self.watched(set))
    }

    fn score_of(&mut self, set: Set, rows: usize) -> Score {
        let (mut total, mut right) = (0.0, 0_usize);
        self.evaluate_first(set, rows, |session, rows| {
            total += session.evaluator.mean_loss(session.network.loss) * rows.len() as f64;
            for (sample, &row) in rows.iter().enumerate() {
                let targets = session.dataset.targets.row(row).iter().enumerate();
                right += targets.filter(|&(at, &class)| session.predicted_class(sample, at) == class as usize).count();
            }
        });
        let asked = rows * self.dataset.positions();
        let is_regression = self.dataset.task == Task::Regression;
        Score { loss: total / rows as f64, accuracy: (!is_regression).then(|| right as f64 / asked as f64) }
    }

    /// Runs the network over a set, some rows at a time, without training; `see` is shown the rows of each part while
    /// their values are in [`Session::evaluated`].
    pub fn evaluate(&mut self, set: Set, see: impl FnMut(&Self, &[u32])) {
        self.evaluate_first(set, self.rows(set).len(), see);
    }

    /// [`Session::evaluate`] over the rows that are watched.
    pub fn watch(&mut self, set: Set, see: impl FnMut(&Self, &[u32])) {
        self.evaluate_first(set, self.watched(set), see);
    }

    fn evaluate_first(&mut self, set: Set, count: usize, mut see: impl FnMut(&Self, &[u32])) {
        for start in (0..count).step_by(EVALUATED_TOGETHER) {
            let part = start..(start + EVALUATED_TOGETHER).min(count);
            let all = match set {
                Set::Train => &self.dataset.train,
                Set::Test => &self.dataset.test,
            };
            load(&mut self.evaluator, &self.network, &self.dataset, &all[part.clone()]);
            self.evaluator.forward(&self.state.weights);
            see(self, &self.rows(set)[part]);
        }
    }

    /// Runs the network on inputs of the caller's, at most [`Session::room`] at a time; the values are then in
    /// [`Session::evaluated`].
    pub fn run(&mut self, samples: usize, input: impl Fn(usize, usize) -> f64) {
        self.evaluator.load(self.network.target, samples, |_, _| L::Scalar::of(0.0));
        self.evaluator.load(self.network.input, samples, |sample, feature| L::Scalar::of(input(sample, feature)));
        self.evaluator.forward(&self.state.weights);
    }

    /// How many samples [`Session::run`] takes.
    pub fn room(&self) -> usize {
        self.evaluator.capacity()
    }

    /// The values of a feature of a node for the samples evaluated last.
    pub fn evaluated(&self, node: Node, feature: usize) -> &[L::Scalar] {
        self.evaluator.row(node, feature)
    }

    /// The class the network puts an evaluated sample in, at a position (0 where a row has one class).
    pub fn predicted_class(&self, sample: usize, position: usize) -> usize {
        let logits = self.network.logits();
        let outputs = self.network.graph.shape(logits).features() / self.dataset.positions();
        let output = |k: usize| self.evaluated(logits, position * outputs + k)[sample].wide();
        if outputs == 1 {
            let threshold = if self.network.loss_kind.compares_numbers() { 0.5 } else { 0.0 };
            return usize::from(output(0) > threshold);
        }
        (1..outputs).fold(0, |best, k| if output(k) > output(best) { k } else { best })
    }
}

/// Loads some rows of the data with their targets.
pub(super) fn load<L: Number>(program: &mut Program<L>, network: &Network, dataset: &Dataset, rows: &[u32]) {
    program.load(network.target, rows.len(), |sample, index| {
        L::Scalar::of(network.target_value(dataset.targets.row(rows[sample]), index))
    });
    program.load(network.input, rows.len(), |sample, feature| {
        L::Scalar::of(f64::from(dataset.inputs.row(rows[sample])[feature]))
    });
}
