//! Weighted sums over the last axis: `W·x + b` at every position.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter};
use crate::kernels;
use crate::tensor::{Shape, Write};

#[derive(Clone)]
pub(in crate::graph) struct Linear {
    input: Node,
    /// W, and b if there is one.
    parameters: Vec<Parameter>,
    outputs: usize,
    /// Whether every position has weights of its own.
    own_weights: bool,
}

impl Graph {
    /// `W·x + b` over the last axis, with the same weights at every position, as `torch.nn.Linear`: `[…, in]` becomes
    /// `[…, out]`. Weights `[out, in]`, bias `[out]`.
    ///
    /// # Errors
    /// If the weights do not have a column for every feature, or the bias not a number for every output.
    pub fn linear(&mut self, input: Node, weight: Parameter, bias: Option<Parameter>) -> Result<Node, Error> {
        let info = self.parameter_info(weight);
        let (rows, columns) = (info.rows, info.columns);
        let shape = self.shape(input);
        if columns != shape.last() {
            return Err(self.refusal(format!("weights [{rows}, {columns}] need {columns} inputs, got {shape}")));
        }
        if let Some(bias) = bias
            && self.parameter_info(bias).len() != rows
        {
            let len = self.parameter_info(bias).len();
            return Err(self.refusal(format!("a bias of {len} does not fit {rows} outputs")));
        }
        let shape = shape.with_last(rows);
        let parameters = [weight].into_iter().chain(bias).collect();
        Ok(self.push(Linear { input, parameters, outputs: rows, own_weights: false }, shape))
    }

    /// `W·x` over the last axis, with weights of its own at every position: `[positions, in]` becomes `[positions, out]`.
    /// Weights `[positions, out, in]`.
    ///
    /// # Errors
    /// If the weights do not fit the positions and features.
    pub fn linear_by_position(&mut self, input: Node, weight: Parameter) -> Result<Node, Error> {
        let (shape, axes) = (self.shape(input), &self.parameter_info(weight).shape);
        match axes[..] {
            [positions, outputs, inputs] if positions == shape.positions() && inputs == shape.last() => {
                let shape = shape.with_last(outputs);
                Ok(self.push(Linear { input, parameters: vec![weight], outputs, own_weights: true }, shape))
            }
            _ => Err(self.refusal(format!("weights {axes:?} do not fit [positions, out, in] of {shape}"))),
        }
    }
}

impl Linear {
    /// The weights of each position.
    fn weights_at<'a, S>(&self, weights: &'a [S], inputs: usize) -> impl Iterator<Item = &'a [S]> {
        let size = self.outputs * inputs;
        let step = if self.own_weights { size } else { 0 };
        (0..).map(move |position| &weights[position * step..][..size])
    }
}

impl Operation for Linear {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
    fn multiply_adds(&self, graph: &Graph, shape: &Shape) -> usize {
        shape.features() * graph.shape(self.input).last()
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (x, out_size) = (pass.value(self.input), self.outputs * pass.lanes);
        let in_size = x.len() / (pass.out.len() / out_size);
        let weights = self.weights_at(pass.weight(self.parameters[0]), in_size / pass.lanes);
        let bias = self.parameters.get(1).map(|&bias| pass.weight(bias));
        for ((x, out), weight) in x.chunks_exact(in_size).zip(pass.out.chunks_exact_mut(out_size)).zip(weights) {
            kernels::linear(weight, bias, x, out, pass.lanes);
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (x, gradient, lanes) = (pass.value(self.input), pass.gradient, pass.lanes);
        let out_size = self.outputs * lanes;
        let in_size = x.len() / (gradient.len() / out_size);
        let positions = || gradient.chunks_exact(out_size).zip(x.chunks_exact(in_size)).enumerate();
        if let Some((into, write)) = pass.weight_gradient(0) {
            let size = self.outputs * in_size / lanes;
            for (position, (gradient, x)) in positions() {
                let (at, write) = match (self.own_weights, position) {
                    (true, _) => (position * size, write),
                    (false, 0) => (0, write),
                    (false, _) => (0, Write::Add),
                };
                kernels::weight_gradient(gradient, x, &mut into[at..][..size], lanes, write);
            }
        }
        if self.parameters.len() > 1
            && let Some((into, write)) = pass.weight_gradient(1)
        {
            for (position, (gradient, _)) in positions() {
                kernels::bias_gradient(gradient, into, lanes, if position == 0 { write } else { Write::Add });
            }
        }
        let weights = self.weights_at(pass.weight(self.parameters[0]), in_size / lanes);
        if let Some((into, write)) = pass.input(0) {
            let rows = gradient.chunks_exact(out_size).zip(into.chunks_exact_mut(in_size)).zip(weights);
            for ((gradient, into), weight) in rows {
                kernels::input_gradient(weight, gradient, into, lanes, write);
            }
        }
    }
}
