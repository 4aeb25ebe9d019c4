//! A graph, compiled: the order of steps, one arena for all values and gradients, products fused with their bias, and no
//! gradients where nobody needs them. Running it allocates nothing.

use super::{Graph, Node, Op, Parameter};
use crate::activation::vector::{Pass, VectorActivation};
use crate::activation::{Function, Number};
use crate::kernels::{self, Write};
use crate::loss::{self, Loss};
use crate::random::{Purpose, Random};
use crate::real::Scalar;
use crate::tensor::lanes;
use std::ops::Range;

/// What a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Forward and backward.
    Train,
    /// Forward only: no room for gradients.
    Evaluate,
}

/// One step of the forward pass; the backward pass takes them in reverse.
enum Step<L: Number> {
    /// `W·X`, with the bias if it was the only reader of the product.
    Linear {
        input: usize,
        weight: Weights,
        bias: Option<Weights>,
        write: Write,
    },
    /// `X + b` of anything else.
    Bias {
        input: usize,
        bias: Weights,
        write: Write,
    },
    /// Keeps f' beside f while training.
    Activate {
        input: usize,
        function: Function,
        params: Vec<L::Scalar>,
        write: Write,
    },
    /// Keeps, unit by unit, f' and the partial derivatives beside f while training.
    Learn {
        input: usize,
        function: Function,
        params: Weights,
        write: Write,
    },
    Vector {
        input: usize,
        activation: &'static dyn VectorActivation,
        params: Vec<f64>,
        write: Write,
    },
    Loss {
        logits: usize,
        target: usize,
        loss: Loss,
        write: Write,
    },
}

/// Weights that a step uses: their place among all, and whether it is the first to write their gradient.
struct Weights {
    range: Range<usize>,
    write: Write,
}

/// Where a node's numbers are, in features (times lanes, in the arena).
#[derive(Clone, Copy, Default)]
struct Place {
    /// First feature of its values.
    value: usize,
    /// First feature of its gradient, counted from the gradients' part.
    gradient: usize,
    features: usize,
    needs_gradient: bool,
}

/// A compiled graph with room for a batch. `L` is the number it runs on: SIMD lanes of f32, or f64.
pub struct Program<L: Number> {
    steps: Vec<(usize, Step<L>)>,
    places: Vec<Place>,
    /// Values, then gradients, then the share of each sample in the mean.
    arena: Vec<L>,
    parameter_gradients: Vec<L::Scalar>,
    mode: Mode,
    /// What random activations draw from.
    random: Random,
    /// Features of all values: where gradients begin.
    value_features: usize,
    /// Features of all gradients.
    gradient_features: usize,
    /// Room for samples, in lane values.
    capacity: usize,
    /// Samples loaded.
    samples: usize,
}

impl<L: Number> Program<L> {
    /// Compiles `graph` with room for `samples` at a time.
    pub fn compile(graph: &Graph, mode: Mode, samples: usize) -> Self {
        let capacity = lanes(samples.max(1), L::COUNT);
        let readers =
            |node: usize| graph.nodes.iter().flat_map(|info| info.op.inputs()).filter(|input| input.0 == node).count();
        // A product whose only reader is a bias is never stored.
        let fused = |node: usize| {
            matches!(graph.nodes[node].op, Op::Matmul { .. })
                && readers(node) == 1
                && graph.nodes.iter().any(|info| matches!(info.op, Op::Bias { input, .. } if input.0 == node))
        };
        let mut places: Vec<Place> = Vec::with_capacity(graph.nodes.len());
        let (mut value_features, mut gradient_features) = (0, 0);
        for (at, info) in graph.nodes.iter().enumerate() {
            let features = info.shape.features();
            let needs_gradient = mode == Mode::Train
                && (info.op.parameter().is_some() || info.op.inputs().any(|input| places[input.0].needs_gradient));
            let mut place = Place { value: value_features, gradient: gradient_features, features, needs_gradient };
            if fused(at) {
                place.features = 0;
            } else {
                // Beside f, what the backward pass multiplies with: f', and the partial derivative by each parameter.
                let copies = match &info.op {
                    // The input with its noise.
                    Op::Vector { activation, .. } if mode == Mode::Train && activation.card().random => 2,
                    // And what was drawn.
                    Op::Activate { function, .. } if mode == Mode::Train && function.is_random() => 3,
                    Op::Activate { .. } if mode == Mode::Train => 2,
                    Op::Learn { function, .. } if mode == Mode::Train => 2 + function.parameters().count(),
                    _ => 1,
                };
                value_features += copies * features;
                gradient_features += if needs_gradient { features } else { 0 };
            }
            places.push(place);
        }
        let mut steps: Vec<(usize, Step<L>)> = Vec::new();
        for (at, info) in graph.nodes.iter().enumerate().filter(|&(at, _)| !fused(at)) {
            steps.extend(Step::of(graph, &info.op, fused).map(|step| (at, step)));
        }
        // Going backward, the first to reach a gradient sets it, later ones add.
        let (mut nodes, mut weights) = (vec![false; places.len()], vec![false; graph.parameter_count()]);
        let next = |written: &mut bool| if std::mem::replace(written, true) { Write::Add } else { Write::Set };
        for (_, step) in steps.iter_mut().rev() {
            let (input, write, used) = step.writes();
            *write = next(&mut nodes[input]);
            for used in used.into_iter().flatten() {
                used.write = next(&mut weights[used.range.start]);
            }
        }
        Self {
            steps,
            places,
            arena: vec![L::ZERO; (value_features + gradient_features + 1) * capacity],
            parameter_gradients: vec![
                L::Scalar::of(0.0);
                if mode == Mode::Train { graph.parameter_count() } else { 0 }
            ],
            mode,
            random: Random::new(0, Purpose::Activation),
            value_features,
            gradient_features,
            capacity,
            samples: 0,
        }
    }

    /// Begins the draws of random activations anew.
    pub fn seed(&mut self, random: Random) {
        self.random = random;
    }

    /// Room for samples.
    pub fn capacity(&self) -> usize {
        self.capacity * L::COUNT
    }

    /// Loads an input: `number` gives each sample's features. Padding repeats the last sample, so that it is as finite as
    /// the batch itself.
    ///
    /// # Panics
    /// If there are no samples, or more than there is room for.
    pub fn load(&mut self, node: Node, samples: usize, number: impl Fn(usize, usize) -> L::Scalar) {
        assert!((1..=self.capacity()).contains(&samples), "{samples} samples in room for {}", self.capacity());
        self.samples = samples;
        let (place, lanes) = (self.places[node.0], self.lanes());
        let values = &mut self.arena[place.value * lanes..][..place.features * lanes];
        let rows = bytemuck::cast_slice_mut::<L, L::Scalar>(values).chunks_exact_mut(lanes * L::COUNT);
        for (feature, row) in rows.enumerate() {
            for (sample, into) in row.iter_mut().enumerate() {
                *into = number(sample.min(samples - 1), feature);
            }
        }
    }

    /// Runs all operations on what was loaded. `parameters` holds all weights, as [`Graph::parameters`] places them.
    pub fn forward(&mut self, parameters: &[L::Scalar]) {
        let lanes = self.lanes();
        for (node, step) in &self.steps {
            let place = self.places[*node];
            let (before, rest) = self.arena.split_at_mut(place.value * lanes);
            let read = |node: usize| {
                let place = self.places[node];
                &before[place.value * lanes..][..place.features * lanes]
            };
            let (out, rest) = rest.split_at_mut(place.features * lanes);
            match step {
                Step::Linear { input, weight, bias, .. } => {
                    let bias = bias.as_ref().map(|bias| &parameters[bias.range.clone()]);
                    kernels::linear(&parameters[weight.range.clone()], bias, read(*input), out, lanes);
                }
                Step::Bias { input, bias, .. } => {
                    let rows = out.chunks_exact_mut(lanes).zip(read(*input).chunks_exact(lanes));
                    for ((out, x), &b) in rows.zip(&parameters[bias.range.clone()]) {
                        out.iter_mut().zip(x).for_each(|(out, &x)| *out = x + L::splat(b));
                    }
                }
                Step::Activate { input, function, params, .. } if self.mode == Mode::Train && function.is_random() => {
                    let (slopes, draws) = rest[..2 * place.features * lanes].split_at_mut(place.features * lanes);
                    for row in bytemuck::cast_slice_mut::<L, L::Scalar>(draws).chunks_exact_mut(lanes * L::COUNT) {
                        row[..self.samples].fill_with(|| L::Scalar::of(self.random.unit()));
                    }
                    L::drawn_values_and_slopes(function.curve(), read(*input), params, draws, out, slopes);
                }
                Step::Activate { input, function, params, .. } if self.mode == Mode::Train => {
                    L::values_and_slopes(
                        function.curve(),
                        read(*input),
                        params,
                        out,
                        &mut rest[..place.features * lanes],
                    );
                }
                Step::Activate { input, function, params, .. } => {
                    L::values(function.curve(), read(*input), params, out);
                }
                Step::Learn { input, function, params, .. } => {
                    let (count, x) = (function.parameters().count(), read(*input));
                    let mut kept = rest.chunks_exact_mut((1 + count) * lanes);
                    for (unit, (x, out)) in x.chunks_exact(lanes).zip(out.chunks_exact_mut(lanes)).enumerate() {
                        let params = params_of_unit(&parameters[params.range.clone()], count, unit);
                        match kept.next().filter(|_| self.mode == Mode::Train) {
                            Some(kept) => {
                                let (slope, partials) = kept.split_at_mut(lanes);
                                L::values_and_slopes(function.curve(), x, params, out, slope);
                                L::partials(function.curve(), x, params, partials);
                            }
                            None => L::values(function.curve(), x, params, out),
                        }
                    }
                }
                Step::Vector { input, activation, params, .. }
                    if self.mode == Mode::Train && activation.card().random =>
                {
                    let noisy = &mut rest[..place.features * lanes];
                    noisy.copy_from_slice(read(*input));
                    for row in bytemuck::cast_slice_mut::<L, L::Scalar>(noisy).chunks_exact_mut(lanes * L::COUNT) {
                        for z in &mut row[..self.samples] {
                            *z = *z + L::Scalar::of(self.random.gumbel());
                        }
                    }
                    L::vector(*activation, params, noisy, out, lanes);
                }
                Step::Vector { input, activation, params, .. } => {
                    L::vector(*activation, params, read(*input), out, lanes);
                }
                Step::Loss { logits, target, loss, .. } => loss.forward(read(*logits), read(*target), out),
            }
        }
    }

    /// The gradient of the mean loss over the samples, after [`Program::forward`]: of every parameter, and of every value
    /// that leads to one.
    pub fn backward(&mut self, parameters: &[L::Scalar]) {
        let lanes = self.lanes();
        let (values, rest) = self.arena.split_at_mut(self.value_features * self.capacity);
        let (gradients, share) = rest.split_at_mut(self.gradient_features * self.capacity);
        let share = &mut share[..lanes];
        let weight_of_sample = L::Scalar::of(1.0 / self.samples as f64);
        let of_samples: &mut [L::Scalar] = bytemuck::cast_slice_mut(share);
        for (sample, share) in of_samples.iter_mut().enumerate() {
            *share = if sample < self.samples { weight_of_sample } else { L::Scalar::of(0.0) };
        }
        for (node, step) in self.steps.iter().rev() {
            let place = self.places[*node];
            if !place.needs_gradient {
                continue;
            }
            let value = |node: usize| {
                let place = self.places[node];
                &values[place.value * lanes..][..place.features * lanes]
            };
            let (before, own) = gradients.split_at_mut(place.gradient * lanes);
            let own = &own[..place.features * lanes];
            let of_input = |node: usize| {
                let place = self.places[node];
                place.needs_gradient.then_some(place.gradient * lanes..(place.gradient + place.features) * lanes)
            };
            match step {
                Step::Linear { input, weight, bias, write } => {
                    let into = &mut self.parameter_gradients[weight.range.clone()];
                    kernels::weight_gradient(own, value(*input), into, lanes, weight.write);
                    if let Some(bias) = bias {
                        let into = &mut self.parameter_gradients[bias.range.clone()];
                        kernels::bias_gradient(own, into, lanes, bias.write);
                    }
                    if let Some(range) = of_input(*input) {
                        let weight = &parameters[weight.range.clone()];
                        kernels::input_gradient(weight, own, &mut before[range], lanes, *write);
                    }
                }
                Step::Bias { input, bias, write } => {
                    let into = &mut self.parameter_gradients[bias.range.clone()];
                    kernels::bias_gradient(own, into, lanes, bias.write);
                    if let Some(range) = of_input(*input) {
                        write.put_all(&mut before[range], own.iter().copied());
                    }
                }
                Step::Activate { input, write, .. } => {
                    if let Some(range) = of_input(*input) {
                        let slopes = &values[(place.value + place.features) * lanes..][..place.features * lanes];
                        write.put_all(&mut before[range], own.iter().zip(slopes).map(|(&g, &slope)| g * slope));
                    }
                }
                Step::Learn { input, function, params, write } => {
                    let count = function.parameters().count();
                    let kept =
                        &values[(place.value + place.features) * lanes..][..(1 + count) * place.features * lanes];
                    let into = &mut self.parameter_gradients[params.range.clone()];
                    if params.write == Write::Set {
                        into.fill(L::Scalar::of(0.0));
                    }
                    for (unit, (own, kept)) in
                        own.chunks_exact(lanes).zip(kept.chunks_exact((1 + count) * lanes)).enumerate()
                    {
                        let row = if into.len() == count { 0 } else { unit * count };
                        kernels::weight_gradient(own, &kept[lanes..], &mut into[row..row + count], lanes, Write::Add);
                    }
                    if let Some(range) = of_input(*input) {
                        let slopes = kept.chunks_exact((1 + count) * lanes).flat_map(|kept| &kept[..lanes]);
                        write.put_all(&mut before[range], own.iter().zip(slopes).map(|(&g, &slope)| g * slope));
                    }
                }
                Step::Vector { input, activation, params, write } => {
                    if let Some(range) = of_input(*input) {
                        let pass = Pass { z: value(*input), out: value(*node), gradient: own, lanes };
                        L::vector_gradient(*activation, params, pass, &mut before[range], *write);
                    }
                }
                Step::Loss { logits, target, loss, write } => {
                    if let Some(range) = of_input(*logits) {
                        loss.backward(value(*logits), value(*target), share, &mut before[range], *write);
                    }
                }
            }
        }
    }

    /// The values of a node, `[features, lanes]`.
    pub fn value(&self, node: Node) -> &[L] {
        let (place, lanes) = (self.places[node.0], self.lanes());
        &self.arena[place.value * lanes..][..place.features * lanes]
    }

    /// The gradient of the mean loss by a node's values, `[features, lanes]`; empty where it was not needed.
    pub fn gradient(&self, node: Node) -> &[L] {
        let (place, lanes) = (self.places[node.0], self.lanes());
        let features = if place.needs_gradient { place.features } else { 0 };
        &self.arena[self.value_features * self.capacity + place.gradient * lanes..][..features * lanes]
    }

    /// One feature of a node, a number for each sample.
    pub fn row(&self, node: Node, feature: usize) -> &[L::Scalar] {
        let lanes = self.lanes();
        &bytemuck::cast_slice(&self.value(node)[feature * lanes..][..lanes])[..self.samples]
    }

    /// The mean of a loss node over the samples.
    pub fn mean_loss(&self, node: Node) -> f64 {
        loss::mean(self.value(node), self.samples)
    }

    /// The gradient by every parameter, in the order of the parameters.
    pub fn parameter_gradients(&self) -> &[L::Scalar] {
        &self.parameter_gradients
    }

    fn lanes(&self) -> usize {
        lanes(self.samples, L::COUNT)
    }
}

impl<L: Number> Step<L> {
    /// The step of an operation; none for an input.
    fn of(graph: &Graph, op: &Op, is_fused: impl Fn(usize) -> bool) -> Option<Self> {
        let write = Write::Set;
        let weights = |parameter: Parameter| Weights { range: graph.parameters[parameter.0].range(), write };
        Some(match op {
            Op::Input => return None,
            Op::Matmul { input, weight } => {
                Self::Linear { input: input.0, weight: weights(*weight), bias: None, write }
            }
            Op::Bias { input, bias } => match graph.nodes[input.0].op {
                Op::Matmul { input: x, weight } if is_fused(input.0) => {
                    Self::Linear { input: x.0, weight: weights(weight), bias: Some(weights(*bias)), write }
                }
                _ => Self::Bias { input: input.0, bias: weights(*bias), write },
            },
            Op::Activate { input, function, params } => {
                let params = params.iter().map(|&param| L::Scalar::of(param)).collect();
                Self::Activate { input: input.0, function: function.clone(), params, write }
            }
            Op::Learn { input, function, params } => {
                Self::Learn { input: input.0, function: function.clone(), params: weights(*params), write }
            }
            Op::Vector { input, activation, params } => {
                Self::Vector { input: input.0, activation: *activation, params: params.clone(), write }
            }
            Op::Loss { logits, target, loss } => Self::Loss { logits: logits.0, target: target.0, loss: *loss, write },
        })
    }

    /// What the backward step writes: the gradient of a node (and how), and those of weights.
    fn writes(&mut self) -> (usize, &mut Write, [Option<&mut Weights>; 2]) {
        match self {
            Self::Linear { input, weight, bias, write } => (*input, write, [Some(weight), bias.as_mut()]),
            Self::Bias { input, bias, write } => (*input, write, [Some(bias), None]),
            Self::Learn { input, params, write, .. } => (*input, write, [Some(params), None]),
            Self::Activate { input, write, .. } | Self::Vector { input, write, .. } => (*input, write, [None, None]),
            Self::Loss { logits, write, .. } => (*logits, write, [None, None]),
        }
    }
}

/// The parameters of one unit, which has a row of its own or shares the only one.
fn params_of_unit<S>(params: &[S], count: usize, unit: usize) -> &[S] {
    let row = if params.len() == count { 0 } else { unit * count };
    &params[row..row + count]
}
