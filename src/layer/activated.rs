//! What follows the pre-activations of a layer.

use crate::activation::{Function, Nonlinearity};
use crate::error::Error;
use crate::experiment::LearnSpec;
use crate::graph::{Graph, Node, Parameter, Role, Start};

/// An activation with its parameters, and whether they are trained.
#[derive(Clone)]
pub struct Activated {
    /// f.
    pub nonlinearity: Nonlinearity,
    /// Its parameters, all of them.
    pub params: Vec<f64>,
    /// Whether they are trained.
    pub learn: LearnSpec,
}

impl Activated {
    /// An activation with default parameters, trained if that is part of the idea.
    pub fn new(function: impl Into<Function>) -> Self {
        let function = function.into();
        let learned = function.card().is_some_and(|card| card.learned);
        Self {
            params: function.parameters().map(|param| param.default).collect(),
            learn: if learned { LearnSpec::Layer } else { LearnSpec::Fixed },
            nonlinearity: Nonlinearity::Elementwise(function),
        }
    }

    /// Adds f(z), and its trained parameters as `activation`: one row, or a row for each unit (each channel of an image).
    ///
    /// # Errors
    /// If the activation cannot take so many units.
    pub fn build(&self, graph: &mut Graph, z: Node) -> Result<(Node, Option<Parameter>), Error> {
        let shape = graph.shape(z);
        let units = if shape.axes().len() > 2 { shape.first() } else { shape.last() };
        let rows = match self.learn {
            LearnSpec::Fixed => 0,
            LearnSpec::Layer => 1,
            LearnSpec::Unit => units,
        };
        match &self.nonlinearity {
            Nonlinearity::Vector(activation) => Ok((graph.vector(z, *activation, &self.params)?, None)),
            Nonlinearity::Elementwise(function) if rows == 0 => {
                Ok((graph.activate(z, function.clone(), &self.params), None))
            }
            Nonlinearity::Elementwise(function) => {
                let trained = graph.parameter("activation", &[rows, self.params.len()], Role::Activation);
                graph.start(trained, Start::Values(self.params.clone()));
                Ok((graph.activate_learned(z, function.clone(), trained)?, Some(trained)))
            }
        }
    }
}
