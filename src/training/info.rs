//! What a session says of itself.

use super::evaluation::Set;
use super::report::{Info, LayerInfo, ModuleInfo, PartCost, Progress};
use super::session::{Session, batches};
use crate::activation::Number;
use crate::data::Task;
use crate::experiment::LINEAR;

impl<L: Number> Session<L> {
    /// Where the session is, and how well it does there.
    pub fn progress(&mut self) -> Progress {
        let (train, test) = (self.watched_score(Set::Train), self.watched_score(Set::Test));
        Progress {
            epoch: self.state.epoch,
            step: self.state.step,
            sample: self.state.cursor,
            row: self.state.cursor.checked_sub(1).map(|seen| self.state.order[seen]),
            train_loss: train.loss,
            test_loss: test.loss,
            train_accuracy: train.accuracy,
            test_accuracy: test.accuracy,
            learning_rate: self.rate(),
            divergence: self.state.divergence.clone(),
            stopped: self.state.stopped,
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
            LayerInfo {
                fan_in: std::mem::replace(&mut fan_in, width),
                units,
                activation,
                init: rule.id(),
                cost: self.cost(&format!("layers.{at}")),
            }
        });
        let modules = self.experiment.modules.iter().enumerate();
        let modules = modules
            .map(|(at, module)| ModuleInfo { kind: module.card().id, cost: self.cost(&format!("modules.{at}")) })
            .collect();
        Info {
            modules,
            layers: layers.collect(),
            bytes: self.trainer.bytes(),
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
            watched_train_rows: self.watched(Set::Train),
            watched_test_rows: self.watched(Set::Test),
            batches: batches(&self.experiment, &self.dataset),
            parameters: self.state.weights.len(),
            has_map: dataset.is_plane(),
        }
    }

    /// The cost of a part and all within it.
    fn cost(&self, name: &str) -> PartCost {
        let is_within =
            |other: &str| other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let mut sum = PartCost { parameters: 0, multiply_adds: 0, bytes: 0 };
        for (_, cost) in self.network.graph.costs().into_iter().filter(|(other, _)| is_within(other)) {
            sum.parameters += cost.parameters;
            sum.multiply_adds += cost.multiply_adds;
            sum.bytes += cost.values * size_of::<L::Scalar>();
        }
        sum
    }
}
