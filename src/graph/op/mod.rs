//! The operations. Each is a file: a struct, the method of [`Graph`](super::Graph) that adds it with its shape rule, and its forward and
//! backward side by side. To add one, write its file and name it in the list below.

macro_rules! operations {
    ($($file:ident::$name:ident),* $(,)?) => {
        $(mod $file;)*

        /// What a node computes from others.
        #[derive(Clone)]
        pub(super) enum Op {
            $($name($file::$name)),*
        }

        $(impl From<$file::$name> for Op {
            fn from(op: $file::$name) -> Self {
                Self::$name(op)
            }
        })*

        impl Operation for Op {
            fn inputs(&self) -> &[Node] {
                match self { $(Self::$name(op) => op.inputs()),* }
            }
            fn parameters(&self) -> &[Parameter] {
                match self { $(Self::$name(op) => op.parameters()),* }
            }
            fn view(&self) -> Option<(Node, usize)> {
                match self { $(Self::$name(op) => op.view()),* }
            }
            fn stops_gradient(&self) -> bool {
                match self { $(Self::$name(op) => op.stops_gradient()),* }
            }
            fn kept(&self, graph: &Graph, shape: &Shape, mode: Mode) -> usize {
                match self { $(Self::$name(op) => op.kept(graph, shape, mode)),* }
            }
            fn multiply_adds(&self, graph: &Graph, shape: &Shape) -> usize {
                match self { $(Self::$name(op) => op.multiply_adds(graph, shape)),* }
            }
            fn forward<L: Number>(&self, pass: Forward<L>) {
                match self { $(Self::$name(op) => op.forward(pass)),* }
            }
            fn backward<L: Number>(&self, pass: Backward<L>) {
                match self { $(Self::$name(op) => op.backward(pass)),* }
            }
            fn settle<L: Number>(&self, pass: Settle<L>) {
                match self { $(Self::$name(op) => op.settle(pass)),* }
            }
        }
    };
}

operations! {
    input::Input,
    constant::Constant,
    linear::Linear,
    bias::Bias,
    activate::Activate,
    learn::Learn,
    vector::Vector,
    loss::LossOf,
    combine::Combine,
    multiply::Multiply,
    convolve::Convolve,
    pooling::Pooling,
    batch_norm::BatchNorm,
    normalise::Normalise,
    dropout::Dropout,
    embed::Embed,
    view::View,
    detach::Detach,
    concat::Concat,
    permute::Permute,
    batched_matmul::BatchedMatmul,
    attend::Attend,
    squash::Squash,
    length::Length,
    reduce::Reduce,
}

pub use convolve::{Convolution, Window};
pub use dropout::DropoutKind;
pub use normalise::Normalisation;
pub use pooling::{Pool, PoolKind};
pub use reduce::Reduction;

use super::plan::Place;
use super::{Graph, Mode, Node, Parameter, ParameterInfo};
use crate::activation::Number;
use crate::random::Random;
use crate::real::Scalar;
use crate::tensor::{Shape, Write};

/// What an operation says of itself and does.
pub(super) trait Operation {
    /// The values it reads. Going backward it writes their gradients in this order.
    fn inputs(&self) -> &[Node];
    /// The weights it uses.
    fn parameters(&self) -> &[Parameter] {
        &[]
    }
    /// If it computes nothing, and only names a part of another value: which, from which feature on.
    fn view(&self) -> Option<(Node, usize)> {
        None
    }
    /// Whether no gradient passes it.
    fn stops_gradient(&self) -> bool {
        false
    }
    /// How many numbers for each sample it keeps beside its value, for the backward pass.
    fn kept(&self, _graph: &Graph, _shape: &Shape, _mode: Mode) -> usize {
        0
    }
    /// Multiplications with additions for one sample, going forward.
    fn multiply_adds(&self, _graph: &Graph, _shape: &Shape) -> usize {
        0
    }
    /// Computes its value.
    fn forward<L: Number>(&self, pass: Forward<L>);
    /// From the gradient by its value, computes those by its inputs and weights.
    fn backward<L: Number>(&self, pass: Backward<L>);
    /// After an update: moves statistics that are not trained.
    fn settle<L: Number>(&self, _pass: Settle<L>) {}
}

/// What an operation has at hand going forward.
pub(super) struct Forward<'a, L: Number> {
    /// Values of all nodes before this one.
    pub before: &'a [L],
    pub places: &'a [Place],
    /// Its value, to be written.
    pub out: &'a mut [L],
    /// What it keeps, to be written.
    pub kept: &'a mut [L],
    pub weights: &'a [L::Scalar],
    pub infos: &'a [ParameterInfo],
    /// The share of each sample in a mean; 0 for padding.
    pub share: &'a [L],
    /// SIMD values to a feature.
    pub lanes: usize,
    pub samples: usize,
    pub mode: Mode,
    pub random: &'a mut Random,
}

impl<'a, L: Number> Forward<'a, L> {
    /// A value it reads, `[features, lanes]`.
    pub fn value(&self, node: Node) -> &'a [L] {
        &self.before[self.places[node.0].values(self.lanes)]
    }

    /// Weights it uses.
    pub fn weight(&self, parameter: Parameter) -> &'a [L::Scalar] {
        &self.weights[self.infos[parameter.0].range()]
    }

    /// Whether gradients will be asked for.
    pub fn is_training(&self) -> bool {
        self.mode == Mode::Train
    }
}

/// What an operation has at hand going backward.
pub(super) struct Backward<'a, L: Number> {
    /// All values.
    pub values: &'a [L],
    pub places: &'a [Place],
    /// Its value.
    pub out: &'a [L],
    /// What it kept.
    pub kept: &'a [L],
    /// The gradient by its value.
    pub gradient: &'a [L],
    /// Gradients of all nodes before this one.
    pub before: &'a mut [L],
    /// How to write those of its inputs.
    pub writes: &'a [Write],
    pub inputs: &'a [Node],
    pub weights: &'a [L::Scalar],
    pub infos: &'a [ParameterInfo],
    /// Gradients of all weights.
    pub weight_gradients: &'a mut [L::Scalar],
    /// How to write those of its weights; none if they are frozen.
    pub weight_writes: &'a [Option<Write>],
    pub parameters: &'a [Parameter],
    pub share: &'a [L],
    pub lanes: usize,
}

impl<'a, L: Number> Backward<'a, L> {
    /// A value it read.
    pub fn value(&self, node: Node) -> &'a [L] {
        &self.values[self.places[node.0].values(self.lanes)]
    }

    /// Weights it used.
    pub fn weight(&self, parameter: Parameter) -> &'a [L::Scalar] {
        &self.weights[self.infos[parameter.0].range()]
    }

    /// Where the gradient of input number `at` goes, if it is needed.
    pub fn input(&mut self, at: usize) -> Option<(&mut [L], Write)> {
        let place = self.places[self.inputs[at].0];
        place.needs_gradient.then(|| (&mut self.before[place.gradients(self.lanes)], self.writes[at]))
    }

    /// Where the gradient of its weights number `at` goes, unless they are frozen.
    pub fn weight_gradient(&mut self, at: usize) -> Option<(&mut [L::Scalar], Write)> {
        let range = self.infos[self.parameters[at].0].range();
        self.weight_writes[at].map(|write| (&mut self.weight_gradients[range], write))
    }

    /// Puts a gradient for each number of input `at`, if it is needed.
    pub fn put(&mut self, at: usize, values: impl Iterator<Item = L>) {
        if let Some((into, write)) = self.input(at) {
            write.put_all(into, values);
        }
    }
}

/// What an operation has at hand after an update.
pub(super) struct Settle<'a, L: Number> {
    /// What it kept going forward.
    pub kept: &'a [L],
    pub weights: &'a mut [L::Scalar],
    pub infos: &'a [ParameterInfo],
    pub lanes: usize,
    pub samples: usize,
}

impl<L: Number> Settle<'_, L> {
    /// Weights that may be moved.
    pub fn weight(&mut self, parameter: Parameter) -> &mut [L::Scalar] {
        &mut self.weights[self.infos[parameter.0].range()]
    }
}

/// All parameters of an activation, those left out at their defaults.
fn complete(defaults: impl Iterator<Item = f64>, given: &[f64]) -> Vec<f64> {
    defaults.enumerate().map(|(at, default)| *given.get(at).unwrap_or(&default)).collect()
}

/// Draws a number for each feature of each sample; padding has 0.
fn draw<L: Number>(into: &mut [L], lanes: usize, samples: usize, mut next: impl FnMut() -> f64) {
    for row in bytemuck::cast_slice_mut::<L, L::Scalar>(into).chunks_exact_mut(lanes * L::COUNT) {
        let (drawn, padding) = row.split_at_mut(samples);
        drawn.fill_with(|| L::Scalar::of(next()));
        padding.fill(L::Scalar::of(0.0));
    }
}
