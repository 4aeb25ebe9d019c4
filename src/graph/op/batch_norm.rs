//! Batch normalisation.

use super::{Backward, Forward, Operation, Settle};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Mode, Node, Parameter};
use crate::real::Scalar;
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct BatchNorm {
    input: Node,
    /// γ, β, running mean and running variance, a number for each channel.
    parameters: [Parameter; 4],
    epsilon: f64,
    momentum: f64,
    channels: usize,
}

impl Graph {
    /// Every channel (entry of the first axis) to mean 0 and variance 1 over the batch and all other axes, then scaled and
    /// shifted (Ioffe & Szegedy 2015), as `torch.nn.BatchNorm1d` and `2d`: training has the statistics of the batch and moves
    /// the running ones by `momentum` towards them; evaluation has the running ones. `parameters`: γ, β, running mean,
    /// running variance.
    ///
    /// # Errors
    /// If a parameter does not have a number for every channel.
    pub fn batch_norm(
        &mut self,
        input: Node,
        parameters: [Parameter; 4],
        epsilon: f64,
        momentum: f64,
    ) -> Result<Node, Error> {
        let shape = self.shape(input).clone();
        let channels = shape.first();
        if let Some(other) = parameters.iter().find(|&&parameter| self.parameter_info(parameter).len() != channels) {
            let info = self.parameter_info(*other);
            return Err(self.refusal(format!("{} has {} numbers for {channels} channels", info.name, info.len())));
        }
        Ok(self.push(BatchNorm { input, parameters, epsilon, momentum, channels }, shape))
    }
}

impl Operation for BatchNorm {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    /// Only γ and β are trained.
    fn parameters(&self) -> &[Parameter] {
        &self.parameters[..2]
    }
    /// Normalised numbers; then for each channel 1/deviation, mean and variance (in the first lane).
    fn kept(&self, _: &Graph, shape: &Shape, mode: Mode) -> usize {
        if mode == Mode::Train { shape.features() + 3 * self.channels } else { 0 }
    }
    fn multiply_adds(&self, _: &Graph, shape: &Shape) -> usize {
        2 * shape.features()
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (x, lanes) = (pass.value(self.input), pass.lanes);
        let size = x.len() / self.channels;
        let inner = L::constant((lanes as f64) / (size as f64));
        let [gain, shift, mean, variance] = self.parameters.map(|parameter| pass.weight(parameter));
        let is_training = pass.is_training();
        let (normalised, kept) = pass.kept.split_at_mut(if is_training { x.len() } else { 0 });
        for (c, (x, out)) in x.chunks_exact(size).zip(pass.out.chunks_exact_mut(size)).enumerate() {
            let (gain, shift) = (L::splat(gain[c]), L::splat(shift[c]));
            if !is_training {
                let factor = L::ONE / (L::splat(variance[c]) + L::constant(self.epsilon)).sqrt();
                let mean = L::splat(mean[c]);
                out.iter_mut().zip(x).for_each(|(out, &x)| *out = (x - mean) * factor * gain + shift);
                continue;
            }
            // Mean over the samples and places; padding has no share.
            let mean_of = |value: &dyn Fn(L) -> L| {
                let total = x.chunks_exact(lanes).fold(L::ZERO, |sum, x| {
                    x.iter().zip(pass.share).fold(sum, |sum, (&x, &share)| sum + value(x) * share)
                });
                L::splat(total.sum()) * inner
            };
            let mean = mean_of(&|x| x);
            let variance = mean_of(&|x| (x - mean) * (x - mean));
            let factor = L::ONE / (variance + L::constant(self.epsilon)).sqrt();
            let normalised = &mut normalised[c * size..][..size];
            for ((out, normal), &x) in out.iter_mut().zip(normalised).zip(x) {
                *normal = (x - mean) * factor;
                *out = *normal * gain + shift;
            }
            for (row, value) in kept[3 * c * lanes..][..3 * lanes].chunks_exact_mut(lanes).zip([factor, mean, variance]) {
                row[0] = value;
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (gradient, lanes, share) = (pass.gradient, pass.lanes, pass.share);
        let size = gradient.len() / self.channels;
        let (normalised, kept) = pass.kept.split_at(gradient.len());
        let inner = L::constant((lanes as f64) / (size as f64));
        let gain = pass.weight(self.parameters[0]);
        for (c, (gradient, normalised)) in gradient.chunks_exact(size).zip(normalised.chunks_exact(size)).enumerate() {
            let pairs = gradient.iter().zip(normalised);
            let (plain, weighted) = pairs.fold((L::ZERO, L::ZERO), |(a, b), (&g, &n)| (a + g, b + g * n));
            let (plain, weighted) = (plain.sum(), weighted.sum());
            for (at, sum) in [weighted, plain].into_iter().enumerate() {
                if let Some((into, write)) = pass.weight_gradient(at) {
                    write.put(&mut into[c], sum);
                }
            }
            if let Some((into, write)) = pass.input(0) {
                let (plain, weighted) = (L::splat(plain), L::splat(weighted));
                let factor = kept[3 * c * lanes] * L::splat(gain[c]);
                let rows = into[c * size..][..size].chunks_exact_mut(lanes);
                for ((into, g), n) in rows.zip(gradient.chunks_exact(lanes)).zip(normalised.chunks_exact(lanes)) {
                    for at in 0..lanes {
                        let common = share[at] * inner * (plain + n[at] * weighted);
                        write.put(&mut into[at], factor * (g[at] - common));
                    }
                }
            }
        }
    }
    /// `r = (1 − momentum)·r + momentum·new`, with the unbiased variance.
    fn settle<L: Number>(&self, mut pass: Settle<L>) {
        let (kept, lanes, channels) = (pass.kept, pass.lanes, self.channels);
        let features = kept.len() / lanes - 3 * channels;
        let count = (features / channels * pass.samples) as f64;
        let statistics = &kept[features * lanes..];
        let first = |row: usize| bytemuck::cast_slice::<L, L::Scalar>(&statistics[row * lanes..][..1])[0].wide();
        for (parameter, row, factor) in [(2, 1, 1.0), (3, 2, count / (count - 1.0).max(1.0))] {
            let running = pass.weight(self.parameters[parameter]);
            for (c, running) in running.iter_mut().enumerate() {
                let new = first(3 * c + row) * factor;
                *running = L::Scalar::of(running.wide() * (1.0 - self.momentum) + new * self.momentum);
            }
        }
    }
}
