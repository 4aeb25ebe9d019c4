//! Products of two values, number by number: gates.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Multiply {
    inputs: [Node; 2],
}

impl Graph {
    /// `a · b`, number by number.
    ///
    /// # Errors
    /// If their shapes differ.
    pub fn multiply(&mut self, a: Node, b: Node) -> Result<Node, Error> {
        let shape = self.shape(a).clone();
        if *self.shape(b) != shape {
            return Err(self.refusal(format!("{shape} and {} cannot be multiplied number by number", self.shape(b))));
        }
        Ok(self.push(Multiply { inputs: [a, b] }, shape))
    }
}

impl Operation for Multiply {
    fn inputs(&self) -> &[Node] {
        &self.inputs
    }
    fn multiply_adds(&self, _: &Graph, shape: &Shape) -> usize {
        shape.features()
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let [a, b] = self.inputs.map(|node| pass.value(node));
        pass.out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (&a, &b))| *out = a * b);
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let [a, b] = self.inputs.map(|node| pass.value(node));
        let gradient = pass.gradient;
        pass.put(0, gradient.iter().zip(b).map(|(&g, &b)| g * b));
        pass.put(1, gradient.iter().zip(a).map(|(&g, &a)| g * a));
    }
}
