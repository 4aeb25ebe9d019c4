//! An activation of all features at a position together: softmax, maxout, gates.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::activation::vector::{Pass, VectorActivation};
use crate::error::Error;
use crate::graph::{Graph, Mode, Node};
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct Vector {
    input: Node,
    activation: &'static dyn VectorActivation,
    params: Vec<f64>,
    /// Features at a position, before and after.
    widths: (usize, usize),
}

impl Graph {
    /// An activation over the last axis. Parameters left out take their defaults.
    ///
    /// # Errors
    /// If it cannot take so many features.
    pub fn vector(
        &mut self,
        input: Node,
        activation: &'static dyn VectorActivation,
        params: &[f64],
    ) -> Result<Node, Error> {
        let params = super::complete(activation.card().params.iter().map(|param| param.default), params);
        let shape = self.shape(input);
        let width = activation.width(shape.last(), &params).map_err(|fact| self.refusal(fact))?;
        let (widths, shape) = ((shape.last(), width), shape.with_last(width));
        Ok(self.push(Vector { input, activation, params, widths }, shape))
    }
}

impl Operation for Vector {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    /// The input with its noise, if there is noise.
    fn kept(&self, graph: &Graph, _: &Shape, mode: Mode) -> usize {
        let is_random = mode == Mode::Train && self.activation.card().random;
        if is_random { graph.shape(self.input).features() } else { 0 }
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let mut z = pass.value(self.input);
        if !pass.kept.is_empty() {
            super::draw(pass.kept, pass.lanes, pass.samples, || pass.random.gumbel());
            pass.kept.iter_mut().zip(z).for_each(|(noisy, &z)| *noisy = *noisy + z);
            z = pass.kept;
        }
        let (before, after) = (self.widths.0 * pass.lanes, self.widths.1 * pass.lanes);
        for (z, out) in z.chunks_exact(before).zip(pass.out.chunks_exact_mut(after)) {
            L::vector(self.activation, &self.params, z, out, pass.lanes);
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let z = if pass.kept.is_empty() { pass.value(self.input) } else { pass.kept };
        let (out, gradient, lanes) = (pass.out, pass.gradient, pass.lanes);
        let (before, after) = (self.widths.0 * lanes, self.widths.1 * lanes);
        if let Some((into, write)) = pass.input(0) {
            let known = z.chunks_exact(before).zip(out.chunks_exact(after)).zip(gradient.chunks_exact(after));
            for (((z, out), gradient), into) in known.zip(into.chunks_exact_mut(before)) {
                L::vector_gradient(self.activation, &self.params, Pass { z, out, gradient, lanes }, into, write);
            }
        }
    }
}
