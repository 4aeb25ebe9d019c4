//! One network being trained.

use super::evaluation::{EVALUATED_TOGETHER, Set, load};
use super::file::{FNV_START, fnv1a};
use super::network::Network;
use super::report::{Divergence, Nonfinite, Stopped, Stride};
use super::state::State;
use super::timeline::Timeline;
use super::{History, diagnosis};
use crate::activation::Number;
use crate::data::Dataset;
use crate::error::{Error, Problem};
use crate::experiment::{Experiment, field};
use crate::graph::{Mode, Program};
use crate::optimizer::{Block, Optimizer};
use crate::real::Scalar;
use crate::schedule::Schedule;
use std::ops::Range;
use std::sync::Arc;

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
    pub(super) experiment: Experiment,
    pub(super) dataset: Arc<Dataset>,
    pub(super) network: Network,
    pub(super) initial: Vec<L::Scalar>,
    /// How the weights lie.
    pub(super) blocks: Vec<Block>,
    /// Of the loss with its penalties, clipped.
    gradients: Vec<L::Scalar>,
    pub(super) optimizer: Optimizer<L::Scalar>,
    pub(super) schedule: Schedule,
    pub(super) trainer: Program<L>,
    pub(super) evaluator: Program<L>,
    pub(super) state: State<L::Scalar>,
    pub(super) history: History,
    pub(super) timeline: Timeline<L::Scalar>,
}

impl<L: Number> Session<L> {
    /// Builds the network of an experiment on its data.
    ///
    /// # Errors
    /// If the experiment is invalid.
    pub fn new(experiment: &Experiment, dataset: impl Into<Arc<Dataset>>) -> Result<Self, Error> {
        let mut session = Self::bare(experiment, dataset.into(), History::new())?;
        session.record();
        Ok(session)
    }

    /// A session at its start, without its first losses.
    pub(super) fn bare(experiment: &Experiment, dataset: Arc<Dataset>, history: History) -> Result<Self, Error> {
        experiment.validate()?;
        let network = Network::build(experiment, &dataset)?;
        let weights: Vec<L::Scalar> = network.initial_weights(experiment.seed as u32);
        let batch = (experiment.batch as usize).min(dataset.train.len());
        let blocks = Block::of(&network.graph);
        let optimizer = Optimizer::new(experiment.optimizer, &blocks);
        let state = State::new(weights.clone(), optimizer.memory(), &dataset.train, experiment.seed as u32);
        Ok(Self {
            gradients: weights.clone(),
            initial: weights,
            schedule: Schedule::new(experiment.schedule, batches(experiment, &dataset)),
            blocks,
            optimizer,
            trainer: Program::compile(&network.graph, Mode::Train, batch),
            evaluator: Program::compile(&network.graph, Mode::Evaluate, EVALUATED_TOGETHER),
            history,
            timeline: Timeline::new(experiment, &state),
            state,
            experiment: experiment.clone(),
            network,
            dataset,
        })
    }

    /// Goes back to the initial weights and the first epoch's order; what was kept is forgotten.
    pub fn reset(&mut self) {
        let seed = self.experiment.seed as u32;
        self.state = State::new(self.initial.clone(), self.optimizer.memory(), &self.dataset.train, seed);
        self.timeline = Timeline::new(&self.experiment, &self.state);
        self.history.clear();
        self.record();
    }

    /// Moves on by so many strides. Stops where the loss is no longer a finite number, and where a stop condition is met.
    pub fn advance(&mut self, stride: Stride, count: u32) {
        if count > 0 && !self.state.stands() {
            self.leave_what_was_changed_later();
        }
        for _ in 0..count {
            if self.state.stands() {
                break;
            }
            let (batch_end, epoch) = (self.batch_end(), self.state.epoch);
            match stride {
                Stride::Sample if self.state.cursor + 1 < batch_end => self.state.cursor += 1,
                Stride::Sample | Stride::Batch => self.update(),
                Stride::Epoch => {
                    while self.state.epoch == epoch && !self.state.stands() {
                        self.update();
                    }
                }
            }
        }
        self.timeline.reach(self.state.step);
    }

    /// Where the present batch ends in the epoch; the last one of an epoch may be smaller.
    fn batch_end(&self) -> usize {
        (self.state.start + self.experiment.batch as usize).min(self.state.order.len())
    }

    /// Forward, backward and update on the whole of the present batch, whichever of its samples have been looked at.
    pub(super) fn update(&mut self) {
        let end = self.batch_end();
        let state = &mut self.state;
        let rows = &state.order[state.start..end];
        load(&mut self.trainer, &self.network, &self.dataset, rows);
        self.trainer.seed(state.draws.clone());
        self.trainer.forward(&state.weights);
        state.draws = self.trainer.random().clone();
        let loss = self.trainer.mean_loss(self.network.loss);
        if !loss.is_finite() {
            self.state.divergence = Some(self.diverged(loss));
            return;
        }
        state.last_loss = Some(loss);
        state.seen_loss += loss * rows.len() as f64;
        self.trainer.backward(&state.weights);
        let rate = self.experiment.learning_rate * self.schedule.factor(state.step, &state.plateau);
        let regularization = self.experiment.regularization;
        self.gradients.copy_from_slice(self.trainer.parameter_gradients());
        regularization.change_gradients(&self.blocks, &state.weights, &mut self.gradients);
        self.optimizer.step(&mut state.memory, &mut state.weights, &self.gradients, rate);
        regularization.limit_norms(&self.blocks, &mut state.weights);
        self.trainer.settle(&mut state.weights);
        state.step += 1;
        (state.start, state.cursor) = (end, end);
        if end == state.order.len() {
            self.end_epoch();
        }
        let Self { state, experiment, .. } = self;
        state.stopped = state.stopped.or_else(|| Stopped::at(&experiment.stop, state.step, state.epoch));
    }

    fn end_epoch(&mut self) {
        let state = &mut self.state;
        let loss = state.seen_loss / state.order.len() as f64;
        state.epoch += 1;
        (state.start, state.cursor, state.seen_loss) = (0, 0, 0.0);
        state.shuffles.shuffle(&mut state.order);
        self.schedule.observe(&mut state.plateau, loss);
        self.record();
        let stop = self.experiment.stop;
        let test_loss = (stop.loss > 0.0).then(|| self.score(Set::Test).loss);
        self.state.stopped = self.state.watch.observe(&stop, loss, test_loss);
    }

    /// The learning rate of the next update.
    pub fn rate(&self) -> f64 {
        self.experiment.learning_rate * self.schedule.factor(self.state.step, &self.state.plateau)
    }

    fn record(&mut self) {
        let epoch = self.state.epoch;
        if self.history.wants(epoch) && !self.history.knows(epoch) {
            let (train, test) = (self.watched_score(Set::Train), self.watched_score(Set::Test));
            self.history.push(epoch, train.loss, test.loss);
        }
    }

    fn diverged(&self, loss: f64) -> Divergence {
        let (rate, moved) = (self.experiment.learning_rate, self.state.step > 0);
        let (cause, rate_helps) = diagnosis::of(&self.network, &self.trainer, &self.state.weights, rate, moved);
        Divergence {
            step: self.state.step + 1,
            became: if loss.is_nan() { Nonfinite::Nan } else { Nonfinite::Infinite },
            last_loss: self.state.last_loss,
            cause,
            suggested_rate: rate_helps.then(|| (rate / 10.0).max(field::LEARNING_RATE.field.min)),
        }
    }

    /// A hash of every bit of every weight (FNV-1a): equal for equal runs.
    pub fn fingerprint(&self) -> u64 {
        fnv1a(FNV_START, bytemuck::cast_slice(&self.state.weights))
    }

    /// The description it runs.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }
    /// The data it runs on.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }
    /// The same, to be held on to.
    pub fn shared_dataset(&self) -> Arc<Dataset> {
        Arc::clone(&self.dataset)
    }
    /// Its network.
    pub fn network(&self) -> &Network {
        &self.network
    }
    /// Weights and biases, in the order of the graph's parameters.
    pub fn weights(&self) -> &[L::Scalar] {
        &self.state.weights
    }
    /// Replaces all weights, for instance by those of another framework. The optimiser still remembers what came before, but
    /// there is no going back to it.
    ///
    /// # Errors
    /// If there are not as many as the network has.
    pub fn set_weights(&mut self, weights: &[L::Scalar]) -> Result<(), Error> {
        if weights.len() != self.state.weights.len() {
            let fact = format!("{} weights for a network of {}", weights.len(), self.state.weights.len());
            return Err(Error::Shape { place: "weights".into(), fact });
        }
        self.state.weights.copy_from_slice(weights);
        self.begin_here();
        Ok(())
    }
    /// Weights of a fully connected layer, `[units, inputs]`, and after them the biases; none if there is no such layer.
    pub fn layer_weights(&self, layer: usize) -> Vec<L::Scalar> {
        self.places(layer).into_iter().flatten().flat_map(|range| self.state.weights[range].iter().copied()).collect()
    }
    /// Where the weights and the biases of a fully connected layer are.
    fn places(&self, layer: usize) -> Option<[Range<usize>; 2]> {
        let graph = &self.network.graph;
        let nodes = self.network.layers.get(layer)?;
        Some([nodes.weight, nodes.bias].map(|parameter| graph.parameter_info(parameter).range()))
    }
    /// Sets one weight of a fully connected layer, or a bias where `input` is the number of inputs. The optimiser still remembers
    /// what came before, but there is no going back to it.
    ///
    /// # Errors
    /// If there is no such weight, or the value is not a number.
    pub fn set_weight(&mut self, layer: usize, unit: usize, input: usize, value: f64) -> Result<(), Error> {
        let place = format!("layers.{layer}.weight[{unit}][{input}]");
        if !value.is_finite() {
            return Err(Problem::new(place, value, "a finite number").into());
        }
        let [weight, bias] = self.places(layer).unwrap_or([0..0, 0..0]);
        let inputs = weight.len().checked_div(bias.len()).unwrap_or(0);
        if unit >= bias.len() || input > inputs {
            let accepted = format!("a unit below {} and an input up to {inputs} of layer {layer}", bias.len());
            return Err(Problem::new(place, value, accepted).into());
        }
        let at = if input == inputs { bias.start + unit } else { weight.start + unit * inputs + input };
        self.state.weights[at] = L::Scalar::of(value);
        self.begin_here();
        Ok(())
    }
    /// Epochs completed.
    pub fn epoch(&self) -> u32 {
        self.state.epoch
    }
    /// Updates made.
    pub fn step(&self) -> u64 {
        self.state.step
    }
    /// Why it stopped, if it did.
    pub fn divergence(&self) -> Option<&Divergence> {
        self.state.divergence.as_ref()
    }
    /// Which stop condition was met, if one was.
    pub fn stopped(&self) -> Option<Stopped> {
        self.state.stopped
    }
    /// Losses so far.
    pub fn history(&self) -> &History {
        &self.history
    }
}

/// Updates of an epoch.
pub(super) fn batches(experiment: &Experiment, dataset: &Dataset) -> usize {
    dataset.train.len().div_ceil(experiment.batch as usize)
}
