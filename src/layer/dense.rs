//! Fully connected: every unit reads every input.

use super::Activated;
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter};

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
        graph.layer(name, |graph| {
            let fan_in = graph.shape(input).last();
            let weight = graph.weight("weight", &[self.units, fan_in]);
            let bias = graph.bias("bias", self.units);
            let z = graph.linear(input, weight, Some(bias))?;
            let (a, params) = self.activation.as_ref().map_or(Ok((z, None)), |f| f.build(graph, z))?;
            Ok(DenseNodes { z, a, weight, bias, params })
        })
    }
}
