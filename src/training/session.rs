//! One network being trained.

use super::network::Network;
use super::report::{Divergence, Info, LayerInfo, Progress, Stopped, Stride};
use super::stop::Watch;
use super::{History, diagnosis};
use crate::activation::Number;
use crate::data::{Dataset, Task};
use crate::error::Error;
use crate::experiment::{Experiment, LINEAR, field};
use crate::graph::{Mode, Node, Program};
use crate::optimizer::{Block, Optimizer};
use crate::random::{Purpose, Random};
use crate::real::Scalar;
use crate::schedule::Schedule;

/// Samples evaluated at a time.
const EVALUATED_TOGETHER: usize = 256;

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

/// One network being trained. The same experiment gives the same bits, however it is stepped.
///
/// ```
/// use activation_playground::{experiment::Experiment, data::Dataset, real::Lane, training::{Session, Set, Stride}};
/// let experiment = Experiment::from_link("act=tanh&lr=0.3").0;
/// let dataset = Dataset::build(&experiment, &[])?;
/// let mut session = Session::<Lane>::new(&experiment, dataset)?;
/// session.advance(Stride::Epoch, 60);
/// assert!(session.score(Set::Test).accuracy.unwrap() > 0.9);
/// # Ok::<(), activation_playground::Error>(())
/// ```
pub struct Session<L: Number> {
    experiment: Experiment,
    dataset: Dataset,
    network: Network,
    weights: Vec<L::Scalar>,
    initial: Vec<L::Scalar>,
    /// How the weights lie.
    blocks: Vec<Block>,
    /// Of the loss with its penalties, clipped.
    gradients: Vec<L::Scalar>,
    optimizer: Optimizer<L::Scalar>,
    schedule: Schedule,
    watch: Watch,
    trainer: Program<L>,
    evaluator: Program<L>,
    /// Training rows in the order of the present epoch.
    order: Vec<u32>,
    order_random: Random,
    /// Samples of the present epoch already seen.
    cursor: usize,
    epoch: u32,
    step: u64,
    last_loss: Option<f64>,
    /// Sum of the losses of the samples of the present epoch, each before its update.
    seen_loss: f64,
    divergence: Option<Divergence>,
    stopped: Option<Stopped>,
    history: History,
}

impl<L: Number> Session<L> {
    /// Builds the network of an experiment on its data.
    ///
    /// # Errors
    /// If the experiment is invalid.
    pub fn new(experiment: &Experiment, dataset: Dataset) -> Result<Self, Error> {
        experiment.validate()?;
        let network = Network::build(experiment, &dataset)?;
        let seed = experiment.seed as u32;
        let weights: Vec<L::Scalar> = network.initial_weights(seed);
        let batch = (experiment.batch as usize).min(dataset.train.len());
        let blocks = Block::of(&network.graph);
        let mut session = Self {
            initial: weights.clone(),
            gradients: weights.clone(),
            optimizer: Optimizer::new(experiment.optimizer, &blocks),
            schedule: Schedule::new(experiment.schedule, batches(experiment, &dataset)),
            watch: Watch::new(experiment.stop),
            blocks,
            trainer: Program::compile(&network.graph, Mode::Train, batch),
            evaluator: Program::compile(&network.graph, Mode::Evaluate, EVALUATED_TOGETHER),
            order: Vec::with_capacity(dataset.train.len()),
            order_random: Random::new(seed, Purpose::Order),
            cursor: 0,
            epoch: 0,
            step: 0,
            last_loss: None,
            seen_loss: 0.0,
            divergence: None,
            stopped: None,
            history: History::new(),
            experiment: experiment.clone(),
            weights,
            network,
            dataset,
        };
        session.begin();
        Ok(session)
    }

    /// Goes back to the initial weights and the first epoch's order.
    pub fn reset(&mut self) {
        self.weights.copy_from_slice(&self.initial);
        self.optimizer.reset();
        self.schedule.reset();
        self.watch.reset();
        self.order_random = Random::new(self.experiment.seed as u32, Purpose::Order);
        (self.cursor, self.epoch, self.step) = (0, 0, 0);
        (self.last_loss, self.seen_loss) = (None, 0.0);
        (self.divergence, self.stopped) = (None, None);
        self.history.clear();
        self.begin();
    }

    fn begin(&mut self) {
        self.trainer.seed(Random::new(self.experiment.seed as u32, Purpose::Activation));
        self.order.clear();
        self.order.extend_from_slice(&self.dataset.train);
        self.order_random.shuffle(&mut self.order);
        self.record();
    }

    /// Moves on by so many strides. Stops where the loss is no longer a finite number, and where a stop condition is met.
    pub fn advance(&mut self, stride: Stride, count: u32) {
        for _ in 0..count {
            if self.stands() {
                return;
            }
            let (batch_end, epoch) = (self.batch_end(), self.epoch);
            match stride {
                Stride::Sample if self.cursor + 1 < batch_end => self.cursor += 1,
                Stride::Sample | Stride::Batch => self.update(),
                Stride::Epoch => {
                    while self.epoch == epoch && !self.stands() {
                        self.update();
                    }
                }
            }
        }
    }

    fn stands(&self) -> bool {
        self.divergence.is_some() || self.stopped.is_some()
    }

    /// Where the present batch ends in the epoch; the last one of an epoch may be smaller.
    fn batch_end(&self) -> usize {
        let batch = self.experiment.batch as usize;
        ((self.cursor / batch + 1) * batch).min(self.order.len())
    }

    /// Forward, backward and update on the whole of the present batch, whichever of its samples have been looked at.
    fn update(&mut self) {
        let end = self.batch_end();
        let start = self.cursor - self.cursor % self.experiment.batch as usize;
        let rows = &self.order[start..end];
        load(&mut self.trainer, &self.network, &self.dataset, rows);
        self.trainer.forward(&self.weights);
        let loss = self.trainer.mean_loss(self.network.loss);
        if !loss.is_finite() {
            self.divergence = Some(self.diverged(loss));
            return;
        }
        self.last_loss = Some(loss);
        self.seen_loss += loss * rows.len() as f64;
        self.trainer.backward(&self.weights);
        let rate = self.rate();
        let regularization = self.experiment.regularization;
        self.gradients.copy_from_slice(self.trainer.parameter_gradients());
        regularization.change_gradients(&self.blocks, &self.weights, &mut self.gradients);
        self.optimizer.step(&mut self.weights, &self.gradients, rate);
        regularization.limit_norms(&self.blocks, &mut self.weights);
        self.trainer.settle(&mut self.weights);
        self.step += 1;
        self.cursor = end;
        if end == self.order.len() {
            self.end_epoch();
        }
        self.stopped = self.stopped.or_else(|| self.watch.limit(self.step, self.epoch));
    }

    fn end_epoch(&mut self) {
        let loss = self.seen_loss / self.order.len() as f64;
        self.epoch += 1;
        (self.cursor, self.seen_loss) = (0, 0.0);
        self.order_random.shuffle(&mut self.order);
        self.record();
        self.schedule.observe(loss);
        let test_loss = self.watch.wants_test_loss().then(|| self.score(Set::Test).loss);
        self.stopped = self.watch.observe(loss, test_loss);
    }

    /// The learning rate of the next update.
    pub fn rate(&self) -> f64 {
        self.experiment.learning_rate * self.schedule.factor(self.step)
    }

    fn record(&mut self) {
        if self.history.wants(self.epoch) {
            let (train, test) = (self.score(Set::Train), self.score(Set::Test));
            self.history.push(self.epoch, train.loss, test.loss);
        }
    }

    fn diverged(&self, loss: f64) -> Divergence {
        let (rate, moved) = (self.experiment.learning_rate, self.step > 0);
        let (cause, rate_helps) = diagnosis::of(&self.network, &self.trainer, &self.weights, rate, moved);
        Divergence {
            step: self.step + 1,
            became: if loss.is_nan() { "NaN" } else { "infinite" },
            last_loss: self.last_loss,
            cause,
            suggested_rate: rate_helps.then(|| (rate / 10.0).max(field::LEARNING_RATE.field.min)),
        }
    }

    /// Mean loss and accuracy over a set at the present weights.
    pub fn score(&mut self, set: Set) -> Score {
        let (mut total, mut right) = (0.0, 0_usize);
        let rows = self.rows(set).len();
        self.evaluate(set, |session, rows| {
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
    pub fn evaluate(&mut self, set: Set, mut see: impl FnMut(&Self, &[u32])) {
        for start in (0..self.rows(set).len()).step_by(EVALUATED_TOGETHER) {
            let all = match set {
                Set::Train => &self.dataset.train,
                Set::Test => &self.dataset.test,
            };
            let rows = &all[start..(start + EVALUATED_TOGETHER).min(all.len())];
            load(&mut self.evaluator, &self.network, &self.dataset, rows);
            self.evaluator.forward(&self.weights);
            let all = self.rows(set);
            see(self, &all[start..(start + EVALUATED_TOGETHER).min(all.len())]);
        }
    }

    /// Runs the network on inputs of the caller's, at most [`Session::room`] at a time; the values are then in
    /// [`Session::evaluated`].
    pub fn run(&mut self, samples: usize, input: impl Fn(usize, usize) -> f64) {
        self.evaluator.load(self.network.target, samples, |_, _| L::Scalar::of(0.0));
        self.evaluator.load(self.network.input, samples, |sample, feature| L::Scalar::of(input(sample, feature)));
        self.evaluator.forward(&self.weights);
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

    /// Where the session is, and how well it does there.
    pub fn progress(&mut self) -> Progress {
        let (train, test) = (self.score(Set::Train), self.score(Set::Test));
        Progress {
            epoch: self.epoch,
            step: self.step,
            sample: self.cursor,
            row: self.cursor.checked_sub(1).map(|seen| self.order[seen]),
            train_loss: train.loss,
            test_loss: test.loss,
            train_accuracy: train.accuracy,
            test_accuracy: test.accuracy,
            learning_rate: self.rate(),
            divergence: self.divergence.clone(),
            stopped: self.stopped,
        }
    }

    /// What does not change while it runs.
    pub fn info(&self) -> Info {
        let dataset = &self.dataset;
        let output = Some(&self.experiment.output).filter(|output| *output != LINEAR);
        let mut fan_in = self.dataset.width();
        let layers = self.network.layers.iter().zip(&self.network.inits).enumerate().map(|(at, (nodes, &rule))| {
            let units = self.network.graph.shape(nodes.z).features();
            let activation = self.experiment.layers.get(at).map(|layer| &layer.activation).or(output).cloned();
            let width = self.network.graph.shape(nodes.a).features();
            LayerInfo { fan_in: std::mem::replace(&mut fan_in, width), units, activation, init: rule.id() }
        });
        Info {
            layers: layers.collect(),
            task: match dataset.task {
                Task::Binary => "binary",
                Task::Classes(_) => "classes",
                Task::EachPosition(_) => "eachPosition",
                Task::Regression => "regression",
            },
            loss: self.network.loss_kind.id(),
            features: dataset.features.clone(),
            classes: dataset.classes.clone(),
            axes: dataset.axes.clone(),
            notes: dataset.notes.clone(),
            train_rows: self.dataset.train.len(),
            test_rows: self.dataset.test.len(),
            batches: batches(&self.experiment, &self.dataset),
            parameters: self.weights.len(),
            has_map: dataset.is_plane(),
        }
    }

    /// Puts other activations or parameters in place and keeps weights, history and everything else; says whether that
    /// could be done. It cannot where anything but activations differs, or where they have other trained parameters.
    ///
    /// # Errors
    /// If the experiment is invalid; the session stays as it is.
    pub fn swap(&mut self, experiment: &Experiment) -> Result<bool, Error> {
        experiment.validate()?;
        let mut same = experiment.clone();
        for (layer, own) in same.layers.iter_mut().zip(&self.experiment.layers) {
            (layer.activation, layer.params, layer.learn) = (own.activation.clone(), own.params.clone(), own.learn);
        }
        let network = Network::build(experiment, &self.dataset)?;
        let sizes = |network: &Network| -> Vec<(usize, usize)> {
            network.graph.parameters().iter().map(|info| (info.rows, info.columns)).collect()
        };
        if same != self.experiment || sizes(&network) != sizes(&self.network) {
            return Ok(false);
        }
        let trained =
            |layer: usize| network.layers[layer].params.map(|params| network.graph.parameter_info(params).range());
        let initial: Vec<L::Scalar> = network.initial_weights(experiment.seed as u32);
        for range in (0..network.layers.len()).filter_map(trained) {
            self.weights[range.clone()].copy_from_slice(&initial[range]);
        }
        self.initial = initial;
        self.trainer = Program::compile(&network.graph, Mode::Train, self.trainer.capacity());
        self.evaluator = Program::compile(&network.graph, Mode::Evaluate, EVALUATED_TOGETHER);
        self.trainer.seed(Random::new(experiment.seed as u32, Purpose::Activation));
        self.network = network;
        self.experiment = experiment.clone();
        self.divergence = None;
        Ok(true)
    }

    /// Takes over another learning rate, schedule, regularisation, stop conditions and numbers of the same optimiser from
    /// the next update on; says whether that could be done. It cannot where anything else differs.
    ///
    /// # Errors
    /// If the experiment is invalid; the session stays as it is.
    pub fn retune(&mut self, experiment: &Experiment) -> Result<bool, Error> {
        experiment.validate()?;
        let own = &self.experiment;
        let same = Experiment {
            learning_rate: own.learning_rate,
            schedule: own.schedule,
            regularization: own.regularization,
            stop: own.stop,
            optimizer: own.optimizer,
            ..experiment.clone()
        };
        if same != *own || !self.optimizer.retune(experiment.optimizer) {
            return Ok(false);
        }
        if experiment.schedule != own.schedule {
            self.schedule = Schedule::new(experiment.schedule, batches(experiment, &self.dataset));
        }
        if experiment.stop != own.stop {
            self.watch = Watch::new(experiment.stop);
            self.stopped = self.watch.limit(self.step, self.epoch);
        }
        self.experiment = experiment.clone();
        Ok(true)
    }

    /// Changes the learning rate from the next update on.
    ///
    /// # Errors
    /// If it is out of range; the old one stays.
    pub fn set_learning_rate(&mut self, rate: f64) -> Result<(), Error> {
        let field = field::LEARNING_RATE.field;
        if let Some(problem) = field.problem(field.path, rate) {
            return Err(problem.into());
        }
        self.experiment.learning_rate = rate;
        Ok(())
    }

    /// Rows of a set.
    pub fn rows(&self, set: Set) -> &[u32] {
        match set {
            Set::Train => &self.dataset.train,
            Set::Test => &self.dataset.test,
        }
    }

    /// A hash of every bit of every weight (FNV-1a): equal for equal runs.
    pub fn fingerprint(&self) -> u64 {
        let bytes: &[u8] = bytemuck::cast_slice(&self.weights);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    /// The description it runs.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }
    /// The data it runs on.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }
    /// Its network.
    pub fn network(&self) -> &Network {
        &self.network
    }
    /// Weights and biases, in the order of the graph's parameters.
    pub fn weights(&self) -> &[L::Scalar] {
        &self.weights
    }
    /// Replaces all weights, for instance by those of another framework. What came before is not forgotten.
    ///
    /// # Errors
    /// If there are not as many as the network has.
    pub fn set_weights(&mut self, weights: &[L::Scalar]) -> Result<(), Error> {
        if weights.len() != self.weights.len() {
            let fact = format!("{} weights for a network of {}", weights.len(), self.weights.len());
            return Err(Error::Shape { place: "weights".into(), fact });
        }
        self.weights.copy_from_slice(weights);
        Ok(())
    }
    /// Epochs completed.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }
    /// Updates made.
    pub fn step(&self) -> u64 {
        self.step
    }
    /// Why it stopped, if it did.
    pub fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }
    /// Which stop condition was met, if one was.
    pub fn stopped(&self) -> Option<Stopped> {
        self.stopped
    }
    /// Losses so far.
    pub fn history(&self) -> &History {
        &self.history
    }
}

/// Updates of an epoch.
fn batches(experiment: &Experiment, dataset: &Dataset) -> usize {
    dataset.train.len().div_ceil(experiment.batch as usize)
}

/// Loads some rows of the data with their targets.
fn load<L: Number>(program: &mut Program<L>, network: &Network, dataset: &Dataset, rows: &[u32]) {
    program.load(network.target, rows.len(), |sample, index| {
        L::Scalar::of(network.target_value(dataset.targets.row(rows[sample]), index))
    });
    program.load(network.input, rows.len(), |sample, feature| {
        L::Scalar::of(f64::from(dataset.inputs.row(rows[sample])[feature]))
    });
}
