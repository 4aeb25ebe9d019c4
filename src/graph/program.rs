//! A graph, compiled: room for all values and gradients in one piece each, and no gradients where nobody needs them. Running
//! it allocates nothing.

use super::op::{Backward, Forward, Op, Operation, Settle};
use super::plan::Plan;
use super::{Graph, Node, ParameterInfo};
use crate::activation::Number;
use crate::loss;
use crate::random::{Purpose, Random};
use crate::real::Scalar;
use crate::tensor::lanes;

/// What a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Forward and backward.
    Train,
    /// Forward only: no room for gradients.
    Evaluate,
}

/// A compiled graph with room for a batch. `L` is the number it runs on: SIMD lanes of f32, or f64.
pub struct Program<L: Number> {
    /// The operations that compute something, with the node of each.
    steps: Vec<(usize, Op)>,
    infos: Vec<ParameterInfo>,
    plan: Plan,
    /// Values of all nodes, each followed by what its operation keeps.
    values: Vec<L>,
    gradients: Vec<L>,
    /// The share of each sample in the mean; 0 for padding.
    share: Vec<L>,
    weight_gradients: Vec<L::Scalar>,
    objective: Option<Node>,
    mode: Mode,
    /// What random activations and dropout draw from.
    random: Random,
    /// Room for samples, in lane values.
    capacity: usize,
    /// Samples loaded.
    samples: usize,
}

impl<L: Number> Program<L> {
    /// Compiles `graph` with room for `samples` at a time. Training needs something to [`Graph::minimise`].
    pub fn compile(graph: &Graph, mode: Mode, samples: usize) -> Self {
        let capacity = lanes(samples.max(1), L::COUNT);
        let plan = Plan::new(graph, mode);
        let computes = |op: &Op| op.view().is_none() && !matches!(op, Op::Input(_));
        let steps = graph.nodes.iter().enumerate().filter(|(_, info)| computes(&info.op));
        let trains = mode == Mode::Train;
        Self {
            steps: steps.map(|(at, info)| (at, info.op.clone())).collect(),
            infos: graph.parameters.clone(),
            values: vec![L::ZERO; plan.value_features * capacity],
            gradients: vec![L::ZERO; plan.gradient_features * capacity],
            share: vec![L::ZERO; capacity],
            weight_gradients: vec![L::Scalar::of(0.0); if trains { graph.parameter_count() } else { 0 }],
            objective: graph.objective,
            mode,
            random: Random::new(0, Purpose::Activation),
            plan,
            capacity,
            samples: 0,
        }
    }

    /// Begins the draws of random activations and dropout anew.
    pub fn seed(&mut self, random: Random) {
        self.random = random;
    }

    /// Where the draws of random activations and dropout are.
    pub fn random(&self) -> &Random {
        &self.random
    }

    /// Room for samples.
    pub fn capacity(&self) -> usize {
        self.capacity * L::COUNT
    }

    /// Bytes of all values and gradients.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.values) + size_of_val(&*self.gradients) + size_of_val(&*self.weight_gradients)
    }

    /// Loads an input: `number` gives each sample's features. Padding repeats the last sample, so that it is as finite as
    /// the batch itself.
    ///
    /// # Panics
    /// If there are no samples, or more than there is room for.
    pub fn load(&mut self, node: Node, samples: usize, number: impl Fn(usize, usize) -> L::Scalar) {
        assert!((1..=self.capacity()).contains(&samples), "{samples} samples in room for {}", self.capacity());
        if samples != self.samples {
            self.samples = samples;
            let of_samples: &mut [L::Scalar] = bytemuck::cast_slice_mut(&mut self.share);
            let (real, padding) = of_samples.split_at_mut(samples);
            real.fill(L::Scalar::of(1.0 / samples as f64));
            padding.fill(L::Scalar::of(0.0));
        }
        let lanes = self.lanes();
        let values = &mut self.values[self.plan.places[node.0].values(lanes)];
        let rows = bytemuck::cast_slice_mut::<L, L::Scalar>(values).chunks_exact_mut(lanes * L::COUNT);
        for (feature, row) in rows.enumerate() {
            for (sample, into) in row.iter_mut().enumerate() {
                *into = number(sample.min(samples - 1), feature);
            }
        }
    }

    /// Runs all operations on what was loaded. `weights` holds all parameters, as [`Graph::parameters`] places them.
    pub fn forward(&mut self, weights: &[L::Scalar]) {
        let lanes = self.lanes();
        for (node, op) in &self.steps {
            let place = self.plan.places[*node];
            let (before, rest) = self.values.split_at_mut(place.value * lanes);
            let (out, rest) = rest.split_at_mut(place.features * lanes);
            op.forward(Forward {
                before,
                places: &self.plan.places,
                out,
                kept: &mut rest[..place.kept * lanes],
                weights,
                infos: &self.infos,
                share: &self.share[..lanes],
                lanes,
                samples: self.samples,
                mode: self.mode,
                random: &mut self.random,
            });
        }
    }

    /// The gradient of what is minimised, after [`Program::forward`]: by every trained parameter, and by every value between one
    /// and what is minimised.
    pub fn backward(&mut self, weights: &[L::Scalar]) {
        let lanes = self.lanes();
        let Some(objective) = self.objective.filter(|node| self.plan.places[node.0].needs_gradient) else { return };
        for zeroed in &self.plan.zeroed {
            self.gradients[zeroed.start * lanes..zeroed.end * lanes].fill(L::ZERO);
        }
        let share = &self.share[..lanes];
        self.gradients[self.plan.places[objective.0].gradients(lanes)].copy_from_slice(share);
        for (node, op) in self.steps.iter().rev() {
            let place = self.plan.places[*node];
            if !place.needs_gradient {
                continue;
            }
            let values = &*self.values;
            let (before, own) = self.gradients.split_at_mut(place.gradient * lanes);
            op.backward(Backward {
                values,
                places: &self.plan.places,
                out: &values[place.values(lanes)],
                kept: &values[place.kept_numbers(lanes)],
                gradient: &own[..place.features * lanes],
                before,
                writes: &self.plan.inputs[*node],
                inputs: op.inputs(),
                weights,
                infos: &self.infos,
                weight_gradients: &mut self.weight_gradients,
                weight_writes: &self.plan.parameters[*node],
                parameters: op.parameters(),
                share,
                lanes,
            });
        }
    }

    /// After an update: moves what is not trained but follows the data, such as the running statistics of batch
    /// normalisation.
    pub fn settle(&mut self, weights: &mut [L::Scalar]) {
        let lanes = self.lanes();
        for (node, op) in &self.steps {
            let kept = &self.values[self.plan.places[*node].kept_numbers(lanes)];
            op.settle(Settle { kept, weights, infos: &self.infos, lanes, samples: self.samples });
        }
    }

    /// The values of a node, `[features, lanes]`.
    pub fn value(&self, node: Node) -> &[L] {
        &self.values[self.plan.places[node.0].values(self.lanes())]
    }

    /// The gradient of what is minimised by a node's values, `[features, lanes]`; empty where it was not needed.
    pub fn gradient(&self, node: Node) -> &[L] {
        let place = self.plan.places[node.0];
        if place.needs_gradient { &self.gradients[place.gradients(self.lanes())] } else { &[] }
    }

    /// One feature of a node, a number for each sample.
    pub fn row(&self, node: Node, feature: usize) -> &[L::Scalar] {
        let lanes = self.lanes();
        &bytemuck::cast_slice(&self.value(node)[feature * lanes..][..lanes])[..self.samples]
    }

    /// The mean of a loss node over the samples.
    pub fn mean_loss(&self, node: Node) -> f64 {
        loss::mean(self.value(node), self.samples)
    }

    /// The gradient by every parameter, in the order of the parameters; 0 for frozen ones.
    pub fn parameter_gradients(&self) -> &[L::Scalar] {
        &self.weight_gradients
    }

    fn lanes(&self) -> usize {
        lanes(self.samples, L::COUNT)
    }
}
