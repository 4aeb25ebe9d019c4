//! A value that the caller loads.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Input;

impl Graph {
    /// A value that the caller loads.
    pub fn input(&mut self, shape: Shape) -> Node {
        self.push(Input, shape)
    }
}

impl Operation for Input {
    fn inputs(&self) -> &[Node] {
        &[]
    }
    fn forward<L: Number>(&self, _: Forward<L>) {}
    fn backward<L: Number>(&self, _: Backward<L>) {}
}
