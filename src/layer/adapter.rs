//! Small trained parts on a frozen network: bottleneck adapters and low-rank updates.

use super::module::{ActivationParam, Built, ModuleCard};
use super::{Activated, Dense};
use crate::error::Error;
use crate::graph::{Graph, Node, Start};
use crate::rule::Param;

/// A bottleneck beside a residual connection (Houlsby et al. 2019): `x + U·f(D·x + b) + c`. Starts as the identity.
#[derive(Clone)]
pub struct Bottleneck {
    /// Units in the middle.
    pub width: usize,
    /// f.
    pub activation: Activated,
}

impl Bottleneck {
    /// Adds it, with `{name}.down` and `{name}.up`.
    ///
    /// # Errors
    /// If the activation cannot take so many units.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(&self, graph: &mut Graph, input: Node) -> Result<Node, Error> {
        let features = graph.shape(input).last();
        let down = Dense { units: self.width, activation: Some(self.activation.clone()) };
        let middle = down.build(graph, input, "down")?.a;
        let up = Dense { units: features, activation: None }.build(graph, middle, "up")?;
        graph.start(up.weight, Start::Constant(0.0));
        graph.start(up.bias, Start::Constant(0.0));
        graph.add(input, up.a)
    }
}

/// A low-rank update beside a matrix (Hu et al. 2021): `W x + scale·B·A·x`. B starts at 0, so it starts as W alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lora {
    /// Rows of A and columns of B.
    pub rank: usize,
    /// What the update is multiplied with: α/rank.
    pub scale: f64,
}

impl Lora {
    /// Adds the update of `input` to `output`, with `{name}.lora_A` `[rank, in]` and `{name}.lora_B` `[out, rank]`.
    ///
    /// # Errors
    /// If input and output do not have the same positions.
    pub fn build(&self, graph: &mut Graph, input: Node, output: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| {
            let (inputs, outputs) = (graph.shape(input).last(), graph.shape(output).last());
            let a = graph.weight("lora_A", &[self.rank, inputs]);
            let b = graph.weight("lora_B", &[outputs, self.rank]);
            graph.start(a, Start::Uniform(1.0 / (inputs as f64).sqrt()));
            graph.start(b, Start::Constant(0.0));
            let low = graph.linear(input, a, None)?;
            let update = graph.linear(low, b, None)?;
            graph.combine(&[(1.0, output), (self.scale, update)])
        })
    }
}

/// Modules for fine-tuning.
pub(super) const MODULES: &[ModuleCard] = &[ModuleCard {
    id: "adapter",
    label: "Bottleneck adapter",
    help: "A small trained part that begins as the identity, between frozen layers.",
    reference: "Houlsby et al. 2019",
    params: &[Param::whole("width", "width", 8.0, 1.0, 128.0).say("width", "Units in the middle.")],
    activations: &[ActivationParam { name: "activation", help: "In the middle.", default: "gelu" }],
    build: |module, graph, input| {
        let layer = Bottleneck { width: module.count("width"), activation: module.activation("activation")? };
        layer.add(graph, input).map(Built::new)
    },
}];
