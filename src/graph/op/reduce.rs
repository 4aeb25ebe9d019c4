//! Sums and means over one axis: the mean of a sequence, global pooling.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

/// What becomes of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduction {
    /// The sum over it.
    Sum,
    /// The mean over it.
    Mean,
}

#[derive(Clone)]
pub(in crate::graph) struct Reduce {
    input: Node,
    factor: f64,
    /// Length of the axis, and features behind it.
    sizes: [usize; 2],
}

impl Graph {
    /// The sum or mean over an axis, which goes.
    ///
    /// # Errors
    /// If there is no such axis.
    pub fn reduce(&mut self, input: Node, axis: usize, reduction: Reduction) -> Result<Node, Error> {
        let shape = self.shape(input);
        let Some(&length) = shape.axes().get(axis) else {
            return Err(self.refusal(format!("{shape} has no axis {axis}")));
        };
        let behind = shape.axes()[axis + 1..].iter().product();
        let mut rest = shape.axes().to_vec();
        rest.remove(axis);
        let factor = if reduction == Reduction::Mean { 1.0 / length as f64 } else { 1.0 };
        Ok(self.push(Reduce { input, factor, sizes: [length, behind] }, Shape::new(&rest)))
    }
}

impl Operation for Reduce {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let behind = self.sizes[1] * pass.lanes;
        let x = pass.value(self.input).chunks_exact(self.sizes[0] * behind);
        for (x, out) in x.zip(pass.out.chunks_exact_mut(behind)) {
            out.fill(L::ZERO);
            for x in x.chunks_exact(behind) {
                out.iter_mut().zip(x).for_each(|(out, &x)| *out = *out + x);
            }
            if self.factor != 1.0 {
                out.iter_mut().for_each(|out| *out = *out * L::constant(self.factor));
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (gradient, behind, factor) = (pass.gradient, self.sizes[1] * pass.lanes, L::constant(self.factor));
        let length = self.sizes[0];
        let Some((into, write)) = pass.input(0) else { return };
        for (gradient, into) in gradient.chunks_exact(behind).zip(into.chunks_exact_mut(length * behind)) {
            for into in into.chunks_exact_mut(behind) {
                write.put_all(into, gradient.iter().map(|&g| factor * g));
            }
        }
    }
}
