//! A part of another value, or the same numbers under another shape. Costs nothing: neighbours on the first axis are
//! neighbours in memory.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;
use std::ops::Range;

#[derive(Clone)]
pub(in crate::graph) struct View {
    input: Node,
    first: usize,
}

impl Graph {
    /// The same numbers with other axes.
    ///
    /// # Errors
    /// If they are not as many.
    pub fn reshape(&mut self, input: Node, axes: &[usize]) -> Result<Node, Error> {
        let (from, to) = (self.shape(input), Shape::new(axes));
        if from.features() != to.features() {
            return Err(self.refusal(format!("{from} has {} numbers, {to} {}", from.features(), to.features())));
        }
        Ok(self.push(View { input, first: 0 }, to))
    }

    /// All numbers on one axis.
    pub fn flatten(&mut self, input: Node) -> Node {
        let features = self.shape(input).features();
        self.push(View { input, first: 0 }, Shape::new(&[features]))
    }

    /// A range of the first axis: some time steps, some channels.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn slice(&mut self, input: Node, range: Range<usize>) -> Result<Node, Error> {
        let shape = self.shape(input);
        if range.is_empty() || range.end > shape.first() {
            return Err(self.refusal(format!("no places {range:?} on the first axis of {shape}")));
        }
        let inner: usize = shape.axes()[1..].iter().product();
        let axes: Vec<usize> = [range.len()].iter().chain(&shape.axes()[1..]).copied().collect();
        Ok(self.push(View { input, first: range.start * inner }, Shape::new(&axes)))
    }

    /// One entry of the first axis, without that axis: a time step.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn at(&mut self, input: Node, index: usize) -> Result<Node, Error> {
        let part = self.slice(input, index..index + 1)?;
        let axes = self.shape(part).axes()[1..].to_vec();
        self.reshape(part, &axes)
    }
}

impl Operation for View {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn view(&self) -> Option<(Node, usize)> {
        Some((self.input, self.first))
    }
    fn forward<L: Number>(&self, _: Forward<L>) {}
    fn backward<L: Number>(&self, _: Backward<L>) {}
}
