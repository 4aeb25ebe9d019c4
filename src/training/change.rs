//! Another description for a session that runs: in place, or as a branch of its own.

use super::evaluation::EVALUATED_TOGETHER;
use super::network::Network;
use super::report::Stopped;
use super::session::{Session, batches};
use super::stop::Watch;
use super::timeline::{Change, Timeline};
use crate::activation::Number;
use crate::error::{Error, Problem};
use crate::experiment::{Experiment, field};
use crate::graph::{Mode, ParameterInfo, Program, Role};
use crate::random::{Purpose, Random};
use crate::schedule::{Plateau, Schedule};
use std::sync::Arc;

/// A session that went off from another.
pub struct Branch<L: Number> {
    /// It stands where the other stood.
    pub session: Session<L>,
    /// Names of the parameters that had no counterpart of the same name and shape: they have their initial weights.
    pub fresh: Vec<String>,
}

impl<L: Number> Session<L> {
    /// Puts other activations or parameters in place and keeps weights, history and everything else; says whether that
    /// could be done. It cannot where anything but activations differs, or where they have other trained parameters.
    ///
    /// # Errors
    /// If the experiment is invalid; the session stays as it is.
    pub fn swap(&mut self, experiment: &Experiment) -> Result<bool, Error> {
        self.try_to(Change::Swap, experiment)
    }

    /// Takes over another learning rate, schedule, regularisation, stop conditions and numbers of the same optimiser from
    /// the next update on; says whether that could be done. It cannot where anything else differs.
    ///
    /// # Errors
    /// If the experiment is invalid; the session stays as it is.
    pub fn retune(&mut self, experiment: &Experiment) -> Result<bool, Error> {
        self.try_to(Change::Retune, experiment)
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
        let experiment = Experiment { learning_rate: rate, ..self.experiment.clone() };
        self.retune(&experiment).map(|_| ())
    }

    fn try_to(&mut self, by: Change, experiment: &Experiment) -> Result<bool, Error> {
        experiment.validate()?;
        let done = self.change(by, experiment)?;
        if done {
            self.changed(by);
        }
        Ok(done)
    }

    /// Changes what a kind of change may, and nothing if more than that differs.
    pub(super) fn change(&mut self, by: Change, experiment: &Experiment) -> Result<bool, Error> {
        match by {
            Change::Swap => self.change_activations(experiment),
            Change::Retune => self.change_training(experiment),
        }
    }

    fn change_activations(&mut self, experiment: &Experiment) -> Result<bool, Error> {
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
        self.build_in(network, experiment);
        let trained = |layer: usize| {
            self.network.layers[layer].params.map(|params| self.network.graph.parameter_info(params).range())
        };
        for range in (0..self.network.layers.len()).filter_map(trained) {
            self.state.weights[range.clone()].copy_from_slice(&self.initial[range]);
        }
        self.state.draws = Random::new(experiment.seed as u32, Purpose::Activation);
        self.state.divergence = None;
        Ok(true)
    }

    fn change_training(&mut self, experiment: &Experiment) -> Result<bool, Error> {
        let own = &self.experiment;
        let same = Experiment {
            learning_rate: own.learning_rate,
            schedule: own.schedule,
            regularization: own.regularization,
            stop: own.stop,
            optimizer: own.optimizer,
            ..experiment.clone()
        };
        if same != *own || experiment.optimizer.id() != own.optimizer.id() {
            return Ok(false);
        }
        if experiment.schedule != own.schedule {
            self.state.plateau = Plateau::NEW;
        }
        if experiment.stop != own.stop {
            self.watch_anew(experiment);
        }
        self.put(experiment)?;
        Ok(true)
    }

    fn watch_anew(&mut self, experiment: &Experiment) {
        self.state.watch = Watch::default();
        self.state.stopped = Stopped::at(&experiment.stop, self.state.step, self.state.epoch);
    }

    /// Puts a description in force that differs in activations and numbers of the training only. The state stays.
    pub(super) fn put(&mut self, experiment: &Experiment) -> Result<(), Error> {
        if experiment.layers != self.experiment.layers {
            self.build_in(Network::build(experiment, &self.dataset)?, experiment);
        }
        self.optimizer.retune(experiment.optimizer);
        self.schedule = Schedule::new(experiment.schedule, batches(experiment, &self.dataset));
        self.experiment = experiment.clone();
        Ok(())
    }

    /// Runs another network on the weights there are.
    fn build_in(&mut self, network: Network, experiment: &Experiment) {
        self.initial = network.initial_weights(experiment.seed as u32);
        self.trainer = Program::compile(&network.graph, Mode::Train, self.trainer.capacity());
        self.evaluator = Program::compile(&network.graph, Mode::Evaluate, EVALUATED_TOGETHER);
        self.network = network;
        self.experiment = experiment.clone();
    }

    /// A session of its own that goes on from here by another description: another activation, another optimiser, a layer
    /// more. Weights are taken over by name and shape, what the optimiser remembers where it is of the same kind and all shapes
    /// are equal; epoch, update, order and random draws go on.
    ///
    /// # Errors
    /// If the experiment is invalid, or is about other data or another seed.
    pub fn branch(&self, experiment: &Experiment) -> Result<Branch<L>, Error> {
        let (own, other) = (&self.experiment, experiment);
        let mut problems = Vec::new();
        if other.data != own.data {
            let accepted = format!("the data of the run it branches off from, {}", own.data.name);
            problems.push(Problem::new("data", format!("other data ({})", other.data.name), accepted));
        }
        if other.seed != own.seed {
            problems.push(Problem::new(
                "seed",
                other.seed,
                format!("{}, that of the run it branches off from", own.seed),
            ));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let mut history = self.history.clone();
        history.forget_after(self.state.epoch);
        let mut session = Self::bare(experiment, Arc::clone(&self.dataset), history)?;
        let fresh = session.take_weights(self);
        session.go_on_from(self);
        Ok(Branch { session, fresh })
    }

    /// Takes over the parameters another session has too; the names of those it has not.
    fn take_weights(&mut self, from: &Self) -> Vec<String> {
        let mut fresh = Vec::new();
        let known = from.network.graph.parameters();
        for info in self.network.graph.parameters() {
            let same = |other: &&ParameterInfo| {
                other.name == info.name
                    && other.shape == info.shape
                    && (info.role != Role::Activation
                        || activation_of(&self.experiment, info) == activation_of(&from.experiment, other))
            };
            match known.iter().find(same) {
                Some(other) => self.state.weights[info.range()].copy_from_slice(&from.state.weights[other.range()]),
                None => fresh.push(info.name.clone()),
            }
        }
        fresh
    }

    /// Takes over everything but the weights and what no longer fits.
    fn go_on_from(&mut self, from: &Self) {
        let weights = std::mem::take(&mut self.state.weights);
        let memory = if self.optimizer.remembers_as(&from.optimizer) {
            from.state.memory.clone()
        } else {
            self.state.memory.clone()
        };
        self.state = from.state.clone();
        (self.state.weights, self.state.memory) = (weights, memory);
        self.state.cursor = self.state.start;
        self.state.divergence = None;
        // Losses of another kind are no measure for these.
        let same_loss = self.network.loss_kind == from.network.loss_kind;
        if self.experiment.schedule != from.experiment.schedule || !same_loss {
            self.state.plateau = Plateau::NEW;
        }
        if self.experiment.stop != from.experiment.stop || !same_loss {
            let experiment = self.experiment.clone();
            self.watch_anew(&experiment);
        }
        self.timeline = Timeline::new(&self.experiment, &self.state);
    }
}

/// What says which activation a trained parameter belongs to.
fn activation_of(experiment: &Experiment, info: &ParameterInfo) -> Option<String> {
    let mut names = info.name.split('.');
    let (kind, at) = (names.next()?, names.next()?.parse::<usize>().ok()?);
    match kind {
        "layers" => experiment.layers.get(at).map(|layer| layer.activation.clone()),
        _ => experiment.modules.get(at).map(ToString::to_string),
    }
}
