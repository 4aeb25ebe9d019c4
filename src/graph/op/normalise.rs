//! Layer normalisation and RMS normalisation: over the features at each position of each sample.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Mode, Node, Parameter};
use crate::kernels;
use crate::tensor::{Shape, Write};

/// What is brought to a common size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalisation {
    /// Mean 0 and variance 1 (Ba, Kiros & Hinton 2016), as `torch.nn.LayerNorm`.
    Layer,
    /// Mean square 1 (Zhang & Sennrich 2019), as `torch.nn.RMSNorm`.
    Rms,
}

#[derive(Clone)]
pub(in crate::graph) struct Normalise {
    input: Node,
    kind: Normalisation,
    /// γ, and β if there is one; a number for each feature.
    parameters: Vec<Parameter>,
    epsilon: f64,
    features: usize,
}

impl Graph {
    /// Normalises the last axis, then scales by γ and shifts by β, if there is one.
    ///
    /// # Errors
    /// If γ or β does not have a number for every feature.
    pub fn normalise(
        &mut self,
        input: Node,
        kind: Normalisation,
        gain: Parameter,
        shift: Option<Parameter>,
        epsilon: f64,
    ) -> Result<Node, Error> {
        let shape = self.shape(input).clone();
        let parameters: Vec<Parameter> = [gain].into_iter().chain(shift).collect();
        if let Some(&other) = parameters.iter().find(|&&one| self.parameter_info(one).len() != shape.last()) {
            let info = self.parameter_info(other);
            return Err(self.refusal(format!("{} has {} numbers for {shape}", info.name, info.len())));
        }
        let features = shape.last();
        Ok(self.push(Normalise { input, kind, parameters, epsilon, features }, shape))
    }
}

impl Normalise {
    fn mean<L: Number>(&self, values: impl Iterator<Item = L>) -> L {
        values.fold(L::ZERO, |sum, x| sum + x) * L::constant(1.0 / self.features as f64)
    }
}

impl Operation for Normalise {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
    /// Normalised numbers, then 1/deviation at each position.
    fn kept(&self, _: &Graph, shape: &Shape, mode: Mode) -> usize {
        if mode == Mode::Train { shape.features() + shape.positions() } else { 0 }
    }
    fn multiply_adds(&self, _: &Graph, shape: &Shape) -> usize {
        4 * shape.features()
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (x, lanes, size) = (pass.value(self.input), pass.lanes, self.features * pass.lanes);
        let gain = pass.weight(self.parameters[0]);
        let shift = self.parameters.get(1).map(|&shift| pass.weight(shift));
        let is_training = pass.is_training();
        let (normalised, factors) = pass.kept.split_at_mut(if is_training { x.len() } else { 0 });
        for (position, (x, out)) in x.chunks_exact(size).zip(pass.out.chunks_exact_mut(size)).enumerate() {
            for at in 0..lanes {
                let column = || x.iter().skip(at).step_by(lanes).copied();
                let mean = match self.kind {
                    Normalisation::Layer => self.mean(column()),
                    Normalisation::Rms => L::ZERO,
                };
                let variance = self.mean(column().map(|x| (x - mean) * (x - mean)));
                let factor = L::ONE / (variance + L::constant(self.epsilon)).sqrt();
                for f in 0..self.features {
                    let normal = (x[f * lanes + at] - mean) * factor;
                    if is_training {
                        normalised[position * size + f * lanes + at] = normal;
                    }
                    let scaled = normal * L::splat(gain[f]);
                    out[f * lanes + at] = shift.map_or(scaled, |shift| scaled + L::splat(shift[f]));
                }
                if is_training {
                    factors[position * lanes + at] = factor;
                }
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (gradient, lanes, size) = (pass.gradient, pass.lanes, self.features * pass.lanes);
        let (normalised, factors) = pass.kept.split_at(gradient.len());
        let gain = pass.weight(self.parameters[0]);
        let positions = || gradient.chunks_exact(size).zip(normalised.chunks_exact(size)).enumerate();
        if let Some((into, write)) = pass.weight_gradient(0) {
            for (position, (gradient, normalised)) in positions() {
                let write = if position == 0 { write } else { Write::Add };
                for ((into, g), n) in into.iter_mut().zip(gradient.chunks_exact(lanes)).zip(normalised.chunks_exact(lanes))
                {
                    write.put(into, g.iter().zip(n).fold(L::ZERO, |sum, (&g, &n)| sum + g * n).sum());
                }
            }
        }
        if self.parameters.len() > 1
            && let Some((into, write)) = pass.weight_gradient(1)
        {
            for (position, (gradient, _)) in positions() {
                kernels::bias_gradient(gradient, into, lanes, if position == 0 { write } else { Write::Add });
            }
        }
        if let Some((into, write)) = pass.input(0) {
            for (position, (gradient, normalised)) in positions() {
                let into = &mut into[position * size..][..size];
                for at in 0..lanes {
                    // Gradient by the normalised numbers.
                    let felt = |f: usize| gradient[f * lanes + at] * L::splat(gain[f]);
                    let normal = |f: usize| normalised[f * lanes + at];
                    let mean = match self.kind {
                        Normalisation::Layer => self.mean((0..self.features).map(felt)),
                        Normalisation::Rms => L::ZERO,
                    };
                    let along = self.mean((0..self.features).map(|f| felt(f) * normal(f)));
                    let factor = factors[position * lanes + at];
                    for f in 0..self.features {
                        write.put(&mut into[f * lanes + at], factor * (felt(f) - mean - normal(f) * along));
                    }
                }
            }
        }
    }
}
