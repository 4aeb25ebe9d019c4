//! Values side by side on the first axis: time steps as a sequence, channels of several branches.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Concat {
    inputs: Vec<Node>,
}

impl Graph {
    /// Values side by side on their first axis.
    ///
    /// # Errors
    /// If there are none, or their other axes differ.
    pub fn concat(&mut self, inputs: &[Node]) -> Result<Node, Error> {
        let Some(&first) = inputs.first() else { return Err(self.refusal("nothing to put side by side".into())) };
        let inner = self.shape(first).axes().get(1..).unwrap_or(&[]).to_vec();
        if let Some(&other) = inputs.iter().find(|&&node| self.shape(node).axes().get(1..) != Some(&inner[..])) {
            let fact = format!("{} and {} do not fit side by side", self.shape(first), self.shape(other));
            return Err(self.refusal(fact));
        }
        let total: usize = inputs.iter().map(|&node| self.shape(node).first()).sum();
        let axes: Vec<usize> = [total].into_iter().chain(inner).collect();
        Ok(self.push(Concat { inputs: inputs.to_vec() }, Shape::new(&axes)))
    }

    /// Values of one shape as the entries of a new first axis: time steps as a sequence.
    ///
    /// # Errors
    /// If there are none, or their shapes differ.
    pub fn stack(&mut self, inputs: &[Node]) -> Result<Node, Error> {
        let parts: Result<Vec<Node>, Error> = inputs
            .iter()
            .map(|&node| {
                let axes: Vec<usize> = [1].iter().chain(self.shape(node).axes()).copied().collect();
                self.reshape(node, &axes)
            })
            .collect();
        self.concat(&parts?)
    }
}

impl Operation for Concat {
    fn inputs(&self) -> &[Node] {
        &self.inputs
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let mut start = 0;
        for &input in &self.inputs {
            let value = pass.value(input);
            pass.out[start..][..value.len()].copy_from_slice(value);
            start += value.len();
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let mut rest = pass.gradient;
        for (at, &input) in self.inputs.iter().enumerate() {
            let (part, after) = rest.split_at(pass.value(input).len());
            pass.put(at, part.iter().copied());
            rest = after;
        }
    }
}
