//! A value that no gradient passes.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::graph::{Graph, Node};

#[derive(Clone)]
pub(in crate::graph) struct Detach {
    input: Node,
}

impl Graph {
    /// The same value, through which no gradient passes: `torch.Tensor.detach`.
    pub fn detach(&mut self, input: Node) -> Node {
        self.push(Detach { input }, self.shape(input).clone())
    }
}

impl Operation for Detach {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn view(&self) -> Option<(Node, usize)> {
        Some((self.input, 0))
    }
    fn stops_gradient(&self) -> bool {
        true
    }
    fn forward<L: Number>(&self, _: Forward<L>) {}
    fn backward<L: Number>(&self, _: Backward<L>) {}
}
