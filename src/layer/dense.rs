//! Fully connected: every unit reads every input.

use crate::activation::Nonlinearity;
use crate::error::Error;
use crate::experiment::LearnSpec;
use crate::graph::{Graph, Node, Parameter};

/// A fully connected layer: `f(W x + b)`.
#[derive(Clone)]
pub struct Dense {
    /// Pre-activations.
    pub units: usize,
    /// f; none leaves the pre-activation as it is.
    pub activation: Option<Activated>,
}

/// What follows the pre-activations of a layer.
#[derive(Clone)]
pub struct Activated {
    /// f.
    pub nonlinearity: Nonlinearity,
    /// Its parameters, all of them.
    pub params: Vec<f64>,
    /// Whether they are trained.
    pub learn: LearnSpec,
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
        let fan_in = graph.shape(input).features();
        let weight = graph.parameter(format!("{name}.weight"), self.units, fan_in);
        let bias = graph.parameter(format!("{name}.bias"), self.units, 1);
        let product = graph.matmul(input, weight, name)?;
        let z = graph.bias(product, bias, name)?;
        let nodes = DenseNodes { z, a: z, weight, bias, params: None };
        let Some(Activated { nonlinearity, params, learn }) = &self.activation else { return Ok(nodes) };
        let rows = match learn {
            LearnSpec::Fixed => 0,
            LearnSpec::Layer => 1,
            LearnSpec::Unit => self.units,
        };
        match nonlinearity {
            Nonlinearity::Vector(activation) => {
                Ok(DenseNodes { a: graph.vector(z, *activation, params, name)?, ..nodes })
            }
            Nonlinearity::Elementwise(function) if rows == 0 => {
                Ok(DenseNodes { a: graph.activate(z, function.clone(), params), ..nodes })
            }
            Nonlinearity::Elementwise(function) => {
                let trained = graph.parameter(format!("{name}.activation"), rows, params.len());
                let a = graph.activate_learned(z, function.clone(), trained, name)?;
                Ok(DenseNodes { a, params: Some(trained), ..nodes })
            }
        }
    }
}
