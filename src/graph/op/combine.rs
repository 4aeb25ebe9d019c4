//! Weighted sums of values of one shape: residual connections, sums of gates, differences.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Combine {
    inputs: Vec<Node>,
    factors: Vec<f64>,
}

impl Graph {
    /// `Σ factor · value`, over values of one shape.
    ///
    /// # Errors
    /// If there are none, or their shapes differ.
    pub fn combine(&mut self, terms: &[(f64, Node)]) -> Result<Node, Error> {
        let Some(&(_, first)) = terms.first() else { return Err(self.refusal("a sum of nothing".into())) };
        let shape = self.shape(first).clone();
        if let Some((_, other)) = terms.iter().find(|(_, node)| *self.shape(*node) != shape) {
            return Err(self.refusal(format!("{shape} and {} cannot be added", self.shape(*other))));
        }
        let (factors, inputs) = terms.iter().copied().unzip();
        Ok(self.push(Combine { inputs, factors }, shape))
    }

    /// `a + b`: a residual connection.
    ///
    /// # Errors
    /// If their shapes differ.
    pub fn add(&mut self, a: Node, b: Node) -> Result<Node, Error> {
        self.combine(&[(1.0, a), (1.0, b)])
    }
}

impl Operation for Combine {
    fn inputs(&self) -> &[Node] {
        &self.inputs
    }
    fn multiply_adds(&self, _: &Graph, shape: &Shape) -> usize {
        (self.inputs.len() - 1) * shape.features()
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        for (at, (&input, &factor)) in self.inputs.iter().zip(&self.factors).enumerate() {
            let scaled = pass.value(input).iter().map(|&x| if factor == 1.0 { x } else { L::constant(factor) * x });
            if at == 0 {
                pass.out.iter_mut().zip(scaled).for_each(|(out, x)| *out = x);
            } else {
                pass.out.iter_mut().zip(scaled).for_each(|(out, x)| *out = *out + x);
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let gradient = pass.gradient;
        for (at, &factor) in self.factors.iter().enumerate() {
            pass.put(at, gradient.iter().map(|&g| if factor == 1.0 { g } else { L::constant(factor) * g }));
        }
    }
}
