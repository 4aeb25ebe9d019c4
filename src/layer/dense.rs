//! Fully connected: every unit reads every input.

use super::Activated;
use super::module::{ActivationParam, Built, ModuleCard};
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter};
use crate::rule::Param;

/// A fully connected layer: `f(W x + b)`, at every position of a sequence if there are several.
#[derive(Clone)]
pub struct Dense {
    /// Pre-activations.
    pub units: usize,
    /// f; none leaves the pre-activation as it is.
    pub activation: Option<Activated>,
}

/// The values and weights of a layer in the graph.
#[derive(Debug, Clone, Copy)]
pub struct DenseNodes {
    /// Pre-activation z = W x + b, `[units, batch]`.
    pub z: Node,
    /// Activation f(z), `[width, batch]`; z itself without f.
    pub a: Node,
    /// W, `[units, inputs]`.
    pub weight: Parameter,
    /// b, `[units, 1]`.
    pub bias: Parameter,
    /// Trained parameters of f, a row for each unit or one for all.
    pub params: Option<Parameter>,
}

impl Dense {
    /// Adds the layer. Its weights are called `{name}.weight` and `{name}.bias`, as PyTorch calls them, and trained
    /// parameters of f `{name}.activation`.
    ///
    /// # Errors
    /// If the activation cannot take so many units.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<DenseNodes, Error> {
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(&self, graph: &mut Graph, input: Node) -> Result<DenseNodes, Error> {
        let fan_in = graph.shape(input).last();
        let weight = graph.weight("weight", &[self.units, fan_in]);
        let bias = graph.bias("bias", self.units);
        let z = graph.linear(input, weight, Some(bias))?;
        let (a, params) = self.activation.as_ref().map_or(Ok((z, None)), |f| f.build(graph, z))?;
        Ok(DenseNodes { z, a, weight, bias, params })
    }
}

const UNITS: Param = Param::whole("units", "units", 16.0, 1.0, 512.0).say("units", "Neurons.");
const ACTIVATION: ActivationParam = ActivationParam { name: "activation", help: "After the sums.", default: "relu" };

/// Fully connected modules, for where one stands among others.
pub(super) const MODULES: &[ModuleCard] = &[
    ModuleCard {
        id: "dense",
        label: "Fully connected",
        help: "Every unit reads every feature, at each position of a sequence.",
        reference: "Rosenblatt 1958",
        params: &[UNITS],
        activations: &[ACTIVATION],
        build: |module, graph, input| {
            let layer = Dense { units: module.count("units"), activation: Some(module.activation("activation")?) };
            let nodes = layer.add(graph, input)?;
            Ok(Built::new(nodes.a).showing("pre-activation", nodes.z).showing("activation", nodes.a))
        },
    },
    ModuleCard {
        id: "residual",
        label: "Residual block",
        help: "Adds to its input what two fully connected layers make of it, so that gradients pass unhindered.",
        reference: "He, Zhang, Ren & Sun 2016",
        params: &[UNITS],
        activations: &[ACTIVATION],
        build: |module, graph, input| {
            let features = graph.shape(input).last();
            let first = Dense { units: module.count("units"), activation: Some(module.activation("activation")?) };
            let first = first.build(graph, input, "linear1")?;
            let second = Dense { units: features, activation: None }.build(graph, first.a, "linear2")?;
            let out = graph.add(input, second.a)?;
            Ok(Built::new(out).showing("pre-activation", first.z).showing("activation", first.a))
        },
    },
];
