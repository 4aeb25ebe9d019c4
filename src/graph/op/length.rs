//! Lengths of vectors: how sure a capsule is.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Length {
    input: Node,
    features: usize,
}

impl Graph {
    /// `‖v‖` over the last axis, which goes; its slope at 0 is 0.
    pub fn length(&mut self, input: Node) -> Node {
        let shape = self.shape(input);
        let (features, axes) = (shape.last(), shape.axes().split_last().map_or(vec![], |(_, axes)| axes.to_vec()));
        self.push(Length { input, features }, Shape::new(&axes))
    }
}

impl Operation for Length {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let vectors = pass.value(self.input).chunks_exact(self.features * pass.lanes);
        for (v, out) in vectors.zip(pass.out.chunks_exact_mut(pass.lanes)) {
            for (at, out) in out.iter_mut().enumerate() {
                *out = v.iter().skip(at).step_by(pass.lanes).fold(L::ZERO, |sum, &v| sum + v * v).sqrt();
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (v, out, gradient, lanes) = (pass.value(self.input), pass.out, pass.gradient, pass.lanes);
        let features = self.features;
        let ratio = |at: usize| L::select(out[at].gt(L::ZERO), gradient[at] / out[at], L::ZERO);
        let factors = (0..v.len()).map(|at| ratio(at / (features * lanes) * lanes + at % lanes));
        pass.put(0, factors.zip(v).map(|(factor, &v)| factor * v));
    }
}
