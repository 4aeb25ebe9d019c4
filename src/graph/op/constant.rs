//! One number in every place: the state before the first step.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Constant {
    value: f64,
}

impl Graph {
    /// The same number in every place.
    pub fn constant(&mut self, shape: Shape, value: f64) -> Node {
        self.push(Constant { value }, shape)
    }
}

impl Operation for Constant {
    fn inputs(&self) -> &[Node] {
        &[]
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        pass.out.fill(L::constant(self.value));
    }
    fn backward<L: Number>(&self, _: Backward<L>) {}
}
