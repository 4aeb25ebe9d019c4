//! Layers: builders that add a few operations to a graph and say which of its values are worth looking at. Names of weights
//! are PyTorch's.

mod activated;
mod adapter;
mod attention;
mod capsule;
mod convolution;
mod dense;
mod embedding;
mod module;
mod norm;
mod recurrent;
mod transformer;

pub use activated::Activated;
pub use adapter::{Bottleneck, Lora};
pub use attention::{AttentionNodes, MultiheadAttention};
pub use capsule::{CapsuleNodes, Capsules};
pub use convolution::{Conv2d, ConvNodes};
pub use dense::{Dense, DenseNodes};
pub use embedding::{Embedding, LearnedPositions, SinusoidalPositions};
pub(crate) use module::parts;
pub use module::{ActivationParam, ActivationSpec, Built, Module, ModuleCard};
pub use norm::{BatchNorm, LayerNorm, RmsNorm};
pub use recurrent::{Gru, Lstm, RecurrentNodes, Rnn};
pub use transformer::{Adapter, TransformerBlock, TransformerNodes};

/// The files that declare modules, in the order of the menu.
const FILES: &[&[ModuleCard]] = &[
    dense::MODULES,
    convolution::MODULES,
    norm::MODULES,
    embedding::MODULES,
    recurrent::MODULES,
    attention::MODULES,
    transformer::MODULES,
    adapter::MODULES,
    capsule::MODULES,
];

/// Every kind of module.
pub fn modules() -> impl Iterator<Item = &'static ModuleCard> {
    FILES.iter().copied().flatten()
}
