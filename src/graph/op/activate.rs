//! An activation of each number by itself, with fixed parameters.

use super::{Backward, Forward, Operation};
use crate::activation::{Function, Number};
use crate::graph::{Graph, Mode, Node};
use crate::real::Scalar;
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Activate {
    pub(in crate::graph) input: Node,
    pub(in crate::graph) function: Function,
    /// As in the activation's card, in either number.
    pub(in crate::graph) params: Vec<f64>,
    params_f32: Vec<f32>,
}

impl Graph {
    /// An activation, elementwise. Parameters left out take their defaults.
    pub fn activate(&mut self, input: Node, function: impl Into<Function>, params: &[f64]) -> Node {
        let function = function.into();
        let params = super::complete(function.parameters().map(|param| param.default), params);
        let params_f32 = params.iter().map(|&param| param as f32).collect();
        self.push(Activate { input, function, params, params_f32 }, self.shape(input).clone())
    }
}

impl Activate {
    fn params<L: Number>(&self) -> &[L::Scalar] {
        L::Scalar::choose(&self.params_f32, &self.params)
    }
}

impl Operation for Activate {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    /// f', and what was drawn.
    fn kept(&self, _: &Graph, shape: &Shape, mode: Mode) -> usize {
        match (mode, self.function.is_random()) {
            (Mode::Evaluate, _) => 0,
            (Mode::Train, false) => shape.features(),
            (Mode::Train, true) => 2 * shape.features(),
        }
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (x, curve, params) = (pass.value(self.input), self.function.curve(), self.params::<L>());
        if !pass.is_training() {
            L::values(curve, x, params, pass.out);
        } else if self.function.is_random() {
            let (slopes, draws) = pass.kept.split_at_mut(x.len());
            super::draw(draws, pass.lanes, pass.samples, || pass.random.unit());
            L::drawn_values_and_slopes(curve, x, params, draws, pass.out, slopes);
        } else {
            L::values_and_slopes(curve, x, params, pass.out, pass.kept);
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let slopes = pass.gradient.iter().zip(pass.kept);
        pass.put(0, slopes.map(|(&gradient, &slope)| gradient * slope));
    }
}
