//! Normalisation with its gain and shift.

use crate::error::Error;
use crate::graph::{Graph, Node, Normalisation, Role, Start};

/// Batch normalisation, as `torch.nn.BatchNorm1d` and `2d`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchNorm {
    /// Added to the variance.
    pub epsilon: f64,
    /// Share of the new statistics in the running ones.
    pub momentum: f64,
}

impl Default for BatchNorm {
    /// PyTorch's.
    fn default() -> Self {
        Self { epsilon: 1e-5, momentum: 0.1 }
    }
}

impl BatchNorm {
    /// Adds it, with `weight`, `bias`, `running_mean` and `running_var`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| {
            let channels = graph.shape(input).first();
            let gain = graph.parameter("weight", &[channels], Role::Gain);
            let shift = graph.bias("bias", channels);
            let mean = graph.parameter("running_mean", &[channels], Role::Buffer);
            let variance = graph.parameter("running_var", &[channels], Role::Buffer);
            graph.start(shift, Start::Constant(0.0));
            graph.start(mean, Start::Constant(0.0));
            graph.start(variance, Start::Constant(1.0));
            graph.batch_norm(input, [gain, shift, mean, variance], self.epsilon, self.momentum)
        })
    }
}

/// Layer normalisation over the last axis, as `torch.nn.LayerNorm`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerNorm {
    /// Added to the variance.
    pub epsilon: f64,
}

impl Default for LayerNorm {
    /// PyTorch's.
    fn default() -> Self {
        Self { epsilon: 1e-5 }
    }
}

impl LayerNorm {
    /// Adds it, with `weight` and `bias`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| {
            let features = graph.shape(input).last();
            let gain = graph.parameter("weight", &[features], Role::Gain);
            let shift = graph.bias("bias", features);
            graph.start(shift, Start::Constant(0.0));
            graph.normalise(input, Normalisation::Layer, gain, Some(shift), self.epsilon)
        })
    }
}

/// RMS normalisation over the last axis, as `torch.nn.RMSNorm`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsNorm {
    /// Added to the mean square.
    pub epsilon: f64,
}

impl Default for RmsNorm {
    /// That of Llama's models.
    fn default() -> Self {
        Self { epsilon: 1e-6 }
    }
}

impl RmsNorm {
    /// Adds it, with `weight`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| {
            let features = graph.shape(input).last();
            let gain = graph.parameter("weight", &[features], Role::Gain);
            graph.normalise(input, Normalisation::Rms, gain, None, self.epsilon)
        })
    }
}
