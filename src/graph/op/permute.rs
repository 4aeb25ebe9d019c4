//! The axes of a value in another order.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Permute {
    input: Node,
    /// For each feature of the result, the feature of the input it is.
    source: Vec<usize>,
}

impl Graph {
    /// Axis `order[i]` of the input becomes axis `i`: `torch.permute`, without the batch.
    ///
    /// # Errors
    /// If `order` does not name each axis once.
    pub fn permute(&mut self, input: Node, order: &[usize]) -> Result<Node, Error> {
        let shape = self.shape(input);
        let axes = shape.axes();
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..axes.len()) {
            return Err(self.refusal(format!("{order:?} is no order of the {} axes of {shape}", axes.len())));
        }
        let stride = |axis: usize| axes[axis + 1..].iter().product::<usize>();
        let mut source = vec![0];
        for &axis in order {
            let steps = (0..axes[axis]).map(|at| at * stride(axis));
            source = source.iter().flat_map(|&start| steps.clone().map(move |step| start + step)).collect();
        }
        let permuted: Vec<usize> = order.iter().map(|&axis| axes[axis]).collect();
        Ok(self.push(Permute { input, source }, Shape::new(&permuted)))
    }
}

impl Operation for Permute {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let x = pass.value(self.input);
        for (out, &source) in pass.out.chunks_exact_mut(pass.lanes).zip(&self.source) {
            out.copy_from_slice(&x[source * pass.lanes..][..pass.lanes]);
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (gradient, lanes) = (pass.gradient, pass.lanes);
        if let Some((into, write)) = pass.input(0) {
            for (gradient, &source) in gradient.chunks_exact(lanes).zip(&self.source) {
                write.put_all(&mut into[source * lanes..][..lanes], gradient.iter().copied());
            }
        }
    }
}
