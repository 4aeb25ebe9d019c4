//! A value that the caller loads.

use super::{Backward, Forward, Op, Operation};
use crate::activation::Number;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Input {
    /// How many entries its numbers are indices of, if they are.
    vocabulary: Option<usize>,
}

impl Graph {
    /// A value that the caller loads.
    pub fn input(&mut self, shape: Shape) -> Node {
        self.push(Input { vocabulary: None }, shape)
    }

    /// A value that the caller loads: indices of words or characters, below `vocabulary`.
    pub fn input_of_indices(&mut self, shape: Shape, vocabulary: usize) -> Node {
        self.push(Input { vocabulary: Some(vocabulary) }, shape)
    }

    /// How many words or characters a value has indices of, if it is an input of those.
    pub fn vocabulary(&self, node: Node) -> Option<usize> {
        match &self.nodes[node.0].op {
            Op::Input(input) => input.vocabulary,
            _ => None,
        }
    }
}

impl Operation for Input {
    fn inputs(&self) -> &[Node] {
        &[]
    }
    fn forward<L: Number>(&self, _: Forward<L>) {}
    fn backward<L: Number>(&self, _: Backward<L>) {}
}
