//! Fully connected: every unit reads every input.

use crate::activation::Activation;
use crate::error::Error;
use crate::graph::{Graph, Node};

/// A fully connected layer: `f(W x + b)`.
#[derive(Clone)]
pub struct Dense {
    /// Outputs.
    pub units: usize,
    /// f with its parameters; none leaves the pre-activation as it is.
    pub activation: Option<(&'static dyn Activation, Vec<f64>)>,
}

/// The values of a layer in the graph.
#[derive(Debug, Clone, Copy)]
pub struct DenseNodes {
    /// Pre-activation z = W x + b, `[units, batch]`.
    pub z: Node,
    /// Activation f(z), `[units, batch]`; z itself without f.
    pub a: Node,
}

impl Dense {
    /// Adds the layer. Its weights are called `{name}.weight` and `{name}.bias`, as PyTorch calls them.
    ///
    /// # Errors
    /// If the graph refuses, which it does not for an input of its own.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<DenseNodes, Error> {
        let fan_in = graph.shape(input).features();
        let weight = graph.parameter(format!("{name}.weight"), self.units, fan_in);
        let bias = graph.parameter(format!("{name}.bias"), self.units, 1);
        let product = graph.matmul(input, weight, name)?;
        let z = graph.bias(product, bias, name)?;
        let a = match &self.activation {
            Some((activation, params)) => graph.activate(z, *activation, params),
            None => z,
        };
        Ok(DenseNodes { z, a })
    }
}
