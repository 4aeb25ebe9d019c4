//! One sample through the network, forward, back, and what it would change: every number of it.

use super::evaluation::load;
use super::session::Session;
use crate::activation::{Nonlinearity, Number};
use crate::error::{Error, Problem};
use crate::experiment::LINEAR;
use crate::graph::{Mode, Node, Program};
use crate::loss::Loss;
use crate::real::{Real, Scalar};
use serde::Serialize;

/// Units that are looked at in all; more would not fit on a screen.
const MOST_UNITS: usize = 200;

/// A sample, and what the network makes of it and learns from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Microscope {
    /// Which row of the data it is.
    pub row: usize,
    /// Whether it is one of those that are learned from.
    pub trained_on: bool,
    /// Its inputs.
    pub inputs: Vec<f64>,
    /// The number of its class, or the number to be predicted.
    pub target: f64,
    /// Layer by layer, the output layer last.
    pub layers: Vec<MicroscopeLayer>,
    /// What the network answers: the probability of each class (of class 1 where there are two), or a number.
    pub answer: Vec<f64>,
    /// The loss of this sample.
    pub loss: f64,
    /// Which loss it is.
    pub loss_kind: &'static str,
    /// The learning rate of the next update.
    pub rate: f64,
}

/// What happens in a layer. Gradients are those of the loss of this sample alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MicroscopeLayer {
    /// Its activation, an id or a formula.
    pub activation: String,
    /// W, row by row: one row for each unit.
    pub weights: Vec<Vec<f64>>,
    /// b.
    pub biases: Vec<f64>,
    /// z = W x + b.
    pub z: Vec<f64>,
    /// f(z).
    pub a: Vec<f64>,
    /// f′(z).
    pub slope: Vec<f64>,
    /// ∂L/∂f(z).
    pub gradient_a: Vec<f64>,
    /// ∂L/∂z.
    pub gradient_z: Vec<f64>,
    /// ∂L/∂W.
    pub gradient_weights: Vec<Vec<f64>>,
    /// ∂L/∂b.
    pub gradient_biases: Vec<f64>,
    /// What the optimiser would add to W for this sample alone.
    pub step_weights: Vec<Vec<f64>>,
    /// What it would add to b.
    pub step_biases: Vec<f64>,
}

impl<L: Number> Session<L> {
    /// A sample through the network as it is now, back, and the update it would cause if it were a batch of its own. Nothing is
    /// changed.
    ///
    /// # Errors
    /// If there is no such row, or the network is not made of fully connected layers of single units alone, or too large.
    pub fn microscope(&mut self, row: u32) -> Result<Microscope, Error> {
        let rows = self.dataset.len();
        if row as usize >= rows {
            return Err(Problem::new("row", row, format!("a whole number below {rows}")).into());
        }
        let plain = |activation: &str| Nonlinearity::read(activation).is_ok_and(|one| one.function().is_some());
        if !self.experiment.modules.is_empty() || !self.experiment.layers.iter().all(|layer| plain(&layer.activation)) {
            let accepted = "fully connected layers with activations of single units";
            return Err(Problem::new("network", "modules or activations of whole layers", accepted).into());
        }
        let units: usize = self.network.layers.iter().map(|nodes| self.network.graph.shape(nodes.z).features()).sum();
        if units > MOST_UNITS {
            return Err(Problem::new("network", format!("{units} units"), format!("at most {MOST_UNITS} units")).into());
        }
        let mut program = Program::<L>::compile(&self.network.graph, Mode::Train, 1);
        load(&mut program, &self.network, &self.dataset, &[row]);
        program.seed(self.state.draws.clone());
        program.forward(&self.state.weights);
        program.backward(&self.state.weights);
        let (mut gradients, mut weights) = (program.parameter_gradients().to_vec(), self.state.weights.clone());
        let gradients_alone = gradients.clone();
        let regularization = self.experiment.regularization;
        regularization.change_gradients(&self.blocks, &weights, &mut gradients);
        self.optimizer.step(&mut self.state.memory.clone(), &mut weights, &gradients, self.rate());
        regularization.limit_norms(&self.blocks, &mut weights);
        let steps: Vec<L::Scalar> = weights
            .iter()
            .zip(&self.state.weights)
            .map(|(after, before)| L::Scalar::of(after.wide() - before.wide()))
            .collect();

        let first = |node: Node| -> Vec<f64> {
            let features = self.network.graph.shape(node).features();
            (0..features).map(|feature| program.row(node, feature)[0].wide()).collect()
        };
        let gradient = |node: Node| -> Vec<f64> {
            let scalars: &[L::Scalar] = bytemuck::cast_slice(program.gradient(node));
            let features = self.network.graph.shape(node).features();
            let lanes = scalars.len() / features.max(1);
            (0..features).map(|feature| scalars.get(feature * lanes).map_or(0.0, |number| number.wide())).collect()
        };
        let layers = self.network.layers.iter().enumerate().map(|(at, nodes)| {
            let spec = self.experiment.layers.get(at);
            let activation = spec.map_or(&self.experiment.output, |layer| &layer.activation);
            let [weight, bias] = [nodes.weight, nodes.bias].map(|own| self.network.graph.parameter_info(own).range());
            let columns = weight.len() / bias.len();
            let rows = |numbers: &[L::Scalar]| -> Vec<Vec<f64>> {
                numbers[weight.clone()]
                    .chunks_exact(columns)
                    .map(|row| row.iter().map(|w| w.wide()).collect())
                    .collect()
            };
            let list = |numbers: &[L::Scalar]| numbers[bias.clone()].iter().map(|b| b.wide()).collect::<Vec<f64>>();
            let z = first(nodes.z);
            let slope = self.slopes(at, activation, &z);
            MicroscopeLayer {
                activation: activation.clone(),
                weights: rows(&self.state.weights),
                biases: list(&self.state.weights),
                a: first(nodes.a),
                gradient_a: gradient(nodes.a),
                gradient_z: gradient(nodes.z),
                gradient_weights: rows(&gradients_alone),
                gradient_biases: list(&gradients_alone),
                step_weights: rows(&steps),
                step_biases: list(&steps),
                slope,
                z,
            }
        });
        let layers: Vec<MicroscopeLayer> = layers.collect();
        let outputs = first(self.network.logits());
        Ok(Microscope {
            row: row as usize,
            trained_on: self.dataset.train.contains(&row),
            inputs: self.dataset.row(row).iter().map(|&x| f64::from(x)).collect(),
            target: f64::from(self.dataset.targets.row(row)[0]),
            answer: answer(self.network.loss_kind, &outputs),
            loss: program.row(self.network.loss, 0)[0].wide(),
            loss_kind: self.network.loss_kind.id(),
            rate: self.rate(),
            layers,
        })
    }

    /// f′ at each pre-activation of a layer, with its parameters as they are now.
    fn slopes(&self, layer: usize, activation: &str, z: &[f64]) -> Vec<f64> {
        if activation == LINEAR {
            return vec![1.0; z.len()];
        }
        let spec = self.experiment.layers.get(layer).map(crate::experiment::LayerSpec::resolve);
        let given = spec.and_then(Result::ok).map_or_else(Vec::new, |(_, params)| params);
        let Ok(Nonlinearity::Elementwise(function)) = Nonlinearity::read(activation) else { return vec![] };
        let nodes = self.network.layers[layer];
        let trained: Vec<f64> = nodes.params.map_or_else(Vec::new, |params| {
            self.state.weights[self.network.graph.parameter_info(params).range()].iter().map(|p| p.wide()).collect()
        });
        let of_unit = |unit: usize| {
            let sets = trained.len().checked_div(given.len()).unwrap_or(0);
            if sets == 0 { &given[..] } else { &trained[unit.min(sets - 1) * given.len()..][..given.len()] }
        };
        z.iter().enumerate().map(|(unit, &z)| function.curve().at(z, of_unit(unit)).slope).collect()
    }
}

/// Probabilities of the classes, or the number predicted.
fn answer(loss: Loss, outputs: &[f64]) -> Vec<f64> {
    match loss {
        Loss::Bce | Loss::Hinge => outputs.iter().map(|z| z.sigmoid()).collect(),
        Loss::CrossEntropy { .. } | Loss::Margin => {
            let mut probabilities = vec![0.0; outputs.len()];
            crate::activation::vector::softmax(1.0, outputs, &mut probabilities, 1);
            probabilities
        }
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::LogCosh => outputs.to_vec(),
    }
}
