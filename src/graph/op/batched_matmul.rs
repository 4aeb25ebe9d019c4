//! Products of two values as matrices, sample by sample: the scores of attention and the mixing of its values.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::kernels::{Strides, batched_product};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct BatchedMatmul {
    inputs: [Node; 2],
    /// Rows, columns and what is summed over.
    sizes: [usize; 3],
    /// How many pairs of matrices.
    count: usize,
    transposed: bool,
}

impl Graph {
    /// `A·B` over the last two axes, for each sample and each entry of the axes before: `[…, m, k]` and `[…, k, n]` become
    /// `[…, m, n]`.
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn batched_matmul(&mut self, a: Node, b: Node) -> Result<Node, Error> {
        self.matrices(a, b, false)
    }

    /// `A·Bᵀ` over the last two axes: `[…, m, k]` and `[…, n, k]` become `[…, m, n]`.
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn batched_matmul_transposed(&mut self, a: Node, b: Node) -> Result<Node, Error> {
        self.matrices(a, b, true)
    }

    fn matrices(&mut self, a: Node, b: Node, transposed: bool) -> Result<Node, Error> {
        let (left, right) = (self.shape(a).axes(), self.shape(b).axes());
        let sign = if transposed { "ᵀ" } else { "" };
        let fact = format!("{} · {}{sign}: no product of matrices", self.shape(a), self.shape(b));
        let (Some((outer, &[m, k])), Some((other, &[p, q]))) =
            (left.split_last_chunk::<2>(), right.split_last_chunk::<2>())
        else {
            return Err(self.refusal(fact));
        };
        let (inner, n) = if transposed { (q, p) } else { (p, q) };
        if outer != other || inner != k {
            return Err(self.refusal(fact));
        }
        let axes: Vec<usize> = outer.iter().copied().chain([m, n]).collect();
        let count = outer.iter().product();
        Ok(self.push(BatchedMatmul { inputs: [a, b], sizes: [m, n, k], count, transposed }, Shape::new(&axes)))
    }
}

impl BatchedMatmul {
    /// How A, B and the product lie in memory.
    fn strides(&self) -> [Strides; 3] {
        let [_, n, k] = self.sizes;
        let b = if self.transposed { Strides { row: 1, column: k } } else { Strides { row: n, column: 1 } };
        [Strides { row: k, column: 1 }, b, Strides { row: n, column: 1 }]
    }
}

/// The transposed matrix.
fn turned(Strides { row, column }: Strides) -> Strides {
    Strides { row: column, column: row }
}

impl Operation for BatchedMatmul {
    fn inputs(&self) -> &[Node] {
        &self.inputs
    }
    fn multiply_adds(&self, _: &Graph, shape: &Shape) -> usize {
        shape.features() * self.sizes[2]
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let ([a, b], lanes) = (self.inputs.map(|node| pass.value(node)), pass.lanes);
        let ([m, n, k], [of_a, of_b, of_out]) = (self.sizes, self.strides());
        let parts = a.chunks_exact(m * k * lanes).zip(b.chunks_exact(k * n * lanes));
        for ((a, b), out) in parts.zip(pass.out.chunks_exact_mut(m * n * lanes)) {
            batched_product((a, of_a), (b, of_b), (out, of_out), [m, n, k], lanes, crate::tensor::Write::Set);
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let ([a, b], gradient, lanes) = (self.inputs.map(|node| pass.value(node)), pass.gradient, pass.lanes);
        let ([m, n, k], [of_a, of_b, of_out]) = (self.sizes, self.strides());
        let (size_a, size_b, size_out) = (m * k * lanes, k * n * lanes, m * n * lanes);
        if let Some((into, write)) = pass.input(0) {
            for part in 0..self.count {
                let (gradient, b) = (&gradient[part * size_out..][..size_out], &b[part * size_b..][..size_b]);
                let into = &mut into[part * size_a..][..size_a];
                batched_product((gradient, of_out), (b, turned(of_b)), (into, of_a), [m, k, n], lanes, write);
            }
        }
        if let Some((into, write)) = pass.input(1) {
            for part in 0..self.count {
                let (gradient, a) = (&gradient[part * size_out..][..size_out], &a[part * size_a..][..size_a]);
                let into = &mut into[part * size_b..][..size_b];
                batched_product((a, turned(of_a)), (gradient, of_out), (into, of_b), [k, n, m], lanes, write);
            }
        }
    }
}
