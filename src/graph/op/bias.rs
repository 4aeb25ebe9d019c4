//! `X + b`, one number for each feature: learned positions, say.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter};
use crate::kernels;

#[derive(Clone)]
pub(in crate::graph) struct Bias {
    input: Node,
    bias: Parameter,
}

impl Graph {
    /// `X + b`, one number for each feature.
    ///
    /// # Errors
    /// If the bias does not have a number for every feature.
    pub fn add_bias(&mut self, input: Node, bias: Parameter) -> Result<Node, Error> {
        let (shape, info) = (self.shape(input).clone(), self.parameter_info(bias));
        if info.len() != shape.features() {
            return Err(self.refusal(format!("bias {:?} does not fit {shape}", info.shape)));
        }
        Ok(self.push(Bias { input, bias }, shape))
    }
}

impl Operation for Bias {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn parameters(&self) -> &[Parameter] {
        std::slice::from_ref(&self.bias)
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let rows = pass.value(self.input).chunks_exact(pass.lanes).zip(pass.weight(self.bias));
        for (out, (x, &b)) in pass.out.chunks_exact_mut(pass.lanes).zip(rows) {
            out.iter_mut().zip(x).for_each(|(out, &x)| *out = x + L::splat(b));
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (gradient, lanes) = (pass.gradient, pass.lanes);
        if let Some((into, write)) = pass.weight_gradient(0) {
            kernels::bias_gradient(gradient, into, lanes, write);
        }
        pass.put(0, gradient.iter().copied());
    }
}
