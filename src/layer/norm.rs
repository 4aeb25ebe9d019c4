//! Normalisation with its gain and shift.

use super::module::{Built, ModuleCard};
use crate::error::Error;
use crate::graph::{DropoutKind, Graph, Node, Normalisation, Role, Start};
use crate::rule::Param;

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
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(self, graph: &mut Graph, input: Node) -> Result<Node, Error> {
        let channels = graph.shape(input).first();
        let gain = graph.parameter("weight", &[channels], Role::Gain);
        let shift = graph.bias("bias", channels);
        let mean = graph.parameter("running_mean", &[channels], Role::Buffer);
        let variance = graph.parameter("running_var", &[channels], Role::Buffer);
        graph.start(shift, Start::Constant(0.0));
        graph.start(mean, Start::Constant(0.0));
        graph.start(variance, Start::Constant(1.0));
        graph.batch_norm(input, [gain, shift, mean, variance], self.epsilon, self.momentum)
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
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(self, graph: &mut Graph, input: Node) -> Result<Node, Error> {
        let features = graph.shape(input).last();
        let gain = graph.parameter("weight", &[features], Role::Gain);
        let shift = graph.bias("bias", features);
        graph.start(shift, Start::Constant(0.0));
        graph.normalise(input, Normalisation::Layer, gain, Some(shift), self.epsilon)
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
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(self, graph: &mut Graph, input: Node) -> Result<Node, Error> {
        let features = graph.shape(input).last();
        let gain = graph.parameter("weight", &[features], Role::Gain);
        graph.normalise(input, Normalisation::Rms, gain, None, self.epsilon)
    }
}

const EPSILON: Param = Param::new("epsilon", "epsilon", 1e-5, 1e-12, 1.0)
    .say("ε", "Added to the variance, so that a constant is not divided by 0.");
const PROBABILITY: Param = Param::new("p", "p", 0.5, 0.0, 0.95).say("share left out", "Share of the numbers left out.");

/// Modules that keep numbers in range.
pub(super) const MODULES: &[ModuleCard] = &[
    ModuleCard {
        id: "batchNorm",
        label: "Batch norm",
        help: "Brings every channel to mean 0 and variance 1 over the batch; evaluation has running statistics.",
        reference: "Ioffe & Szegedy 2015",
        params: &[
            EPSILON,
            Param::new("momentum", "momentum", 0.1, 0.0, 1.0)
                .say("momentum", "Share of the batch in the running statistics; Keras counts the other share."),
        ],
        build: |module, graph, input| {
            let norm = BatchNorm { epsilon: module.number("epsilon"), momentum: module.number("momentum") };
            norm.add(graph, input).map(Built::new)
        },
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "layerNorm",
        label: "Layer norm",
        help: "Brings the features of every position to mean 0 and variance 1.",
        reference: "Ba, Kiros & Hinton 2016",
        params: &[EPSILON],
        build: |module, graph, input| LayerNorm { epsilon: module.number("epsilon") }.add(graph, input).map(Built::new),
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "rmsNorm",
        label: "RMS norm",
        help: "Brings the features of every position to mean square 1.",
        reference: "Zhang & Sennrich 2019",
        params: &[EPSILON.by_default(1e-6)],
        build: |module, graph, input| RmsNorm { epsilon: module.number("epsilon") }.add(graph, input).map(Built::new),
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "dropout",
        label: "Dropout",
        help: "Leaves numbers out at random while training, so that no unit can rely on a single other.",
        reference: "Srivastava et al. 2014",
        params: &[PROBABILITY],
        build: |module, graph, input| graph.dropout(input, DropoutKind::Zero, module.number("p")).map(Built::new),
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "alphaDropout",
        label: "Alpha dropout",
        help: "Dropout for SELU: what is left out takes its lowest value, and mean and variance stay.",
        reference: "Klambauer et al. 2017",
        params: &[PROBABILITY],
        build: |module, graph, input| graph.dropout(input, DropoutKind::Alpha, module.number("p")).map(Built::new),
        ..ModuleCard::BLANK
    },
];
