//! Capsules: vectors whose length says whether something is there, and whose direction says how.

use super::module::{Built, ModuleCard};
use crate::error::Error;
use crate::graph::{Graph, Node, Start};
use crate::rule::Param;
use crate::tensor::Shape;

/// A layer of capsules with dynamic routing (Sabour, Frosst & Hinton 2017, procedure 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capsules {
    /// Output capsules.
    pub count: usize,
    /// Numbers of each.
    pub dim: usize,
    /// Passes of the routing.
    pub iterations: usize,
}

/// What a layer of capsules gives.
#[derive(Debug, Clone, Copy)]
pub struct CapsuleNodes {
    /// Capsules, `[count, dim, batch]`.
    pub capsules: Node,
    /// Their lengths, `[count, batch]`: how sure each is.
    pub lengths: Node,
    /// How much of each input (row) goes to each output (column), `[inputs, count, batch]`.
    pub coupling: Node,
}

impl Capsules {
    /// Adds it over `[inputs, dim]`. The weights are `{name}.weight`, `[inputs, count·dim, in dim]`.
    ///
    /// # Errors
    /// If the input is no set of capsules, or nothing is routed.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<CapsuleNodes, Error> {
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(&self, graph: &mut Graph, input: Node) -> Result<CapsuleNodes, Error> {
        let shape = graph.shape(input).clone();
        let (&[inputs, features], 1..) = (shape.axes(), self.iterations) else {
            let fact = format!(
                "capsules need [inputs, dim, batch] and at least one pass of routing, got {shape} and {}",
                self.iterations
            );
            return Err(graph.refusal(fact));
        };
        let (count, dim) = (self.count, self.dim);
        let weight = graph.weight("weight", &[inputs, count * dim, features]);
        graph.start(weight, Start::Normal(0.1));
        // What each input predicts of each output, û, by output.
        let predicted = graph.linear_by_position(input, weight)?;
        let predicted = graph.reshape(predicted, &[inputs, count, dim])?;
        let predicted = graph.permute(predicted, &[1, 0, 2])?;
        let mut coupling = graph.constant(Shape::new(&[inputs, count]), 1.0 / count as f64);
        let mut logits: Option<Node> = None;
        for _ in 1..self.iterations {
            let capsules = Self::gather(graph, coupling, predicted)?;
            let agreement = graph.batched_matmul_transposed(predicted, capsules)?;
            let agreement = graph.reshape(agreement, &[count, inputs])?;
            let sum = logits.map_or(Ok(agreement), |logits| graph.add(logits, agreement))?;
            logits = Some(sum);
            let by_input = graph.permute(sum, &[1, 0])?;
            coupling = graph.attention_weights(by_input, 1.0, false)?;
        }
        let capsules = Self::gather(graph, coupling, predicted)?;
        let capsules = graph.reshape(capsules, &[count, dim])?;
        let lengths = graph.length(capsules);
        Ok(CapsuleNodes { capsules, lengths, coupling })
    }

    /// The output capsules for a coupling `[inputs, count]` and predictions `[count, inputs, dim]`: `[count, 1, dim]`.
    fn gather(graph: &mut Graph, coupling: Node, predicted: Node) -> Result<Node, Error> {
        let (inputs, count) = (graph.shape(coupling).first(), graph.shape(coupling).last());
        let by_output = graph.permute(coupling, &[1, 0])?;
        let by_output = graph.reshape(by_output, &[count, 1, inputs])?;
        let sums = graph.batched_matmul(by_output, predicted)?;
        Ok(graph.squash(sums))
    }
}

const DIM: Param = Param::whole("dim", "dim", 8.0, 1.0, 64.0).say("numbers", "Numbers of each capsule.");

/// Modules of capsules.
pub(super) const MODULES: &[ModuleCard] = &[
    ModuleCard {
        id: "primaryCapsules",
        label: "Primary capsules",
        help: "Groups numbers (channels, in an image) to vectors and squashes their length below 1.",
        reference: "Sabour, Frosst & Hinton 2017",
        params: &[DIM],
        build: |module, graph, input| {
            let (shape, dim) = (graph.shape(input).clone(), module.count("dim"));
            let features = match shape.axes() {
                [channels, _, _] => *channels,
                _ => shape.features(),
            };
            if !features.is_multiple_of(dim) {
                return Err(graph.refusal(format!("capsules of {dim} numbers do not divide {shape}")));
            }
            let vectors = if let &[channels, height, width] = shape.axes() {
                let groups = graph.reshape(input, &[channels / dim, dim, height * width])?;
                graph.permute(groups, &[0, 2, 1])?
            } else {
                input
            };
            let vectors = graph.reshape(vectors, &[shape.features() / dim, dim])?;
            let out = graph.squash(vectors);
            Ok(Built::new(out).showing("capsules", out))
        },
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "capsules",
        label: "Capsules",
        help: "Vectors that gather the predictions of those before them, by agreement.",
        reference: "Sabour, Frosst & Hinton 2017",
        params: &[
            Param::whole("count", "count", 10.0, 1.0, 64.0).say("capsules", "How many; one for each class at the end."),
            DIM,
            Param::whole("iterations", "iterations", 3.0, 1.0, 8.0)
                .say("routing", "Passes of the routing by agreement."),
        ],
        build: |module, graph, input| {
            let layer = Capsules {
                count: module.count("count"),
                dim: module.count("dim"),
                iterations: module.count("iterations"),
            };
            let nodes = layer.add(graph, input)?;
            let built = Built::new(nodes.capsules).showing("capsules", nodes.capsules);
            Ok(built.showing("lengths", nodes.lengths).showing("coupling", nodes.coupling))
        },
        ..ModuleCard::BLANK
    },
];
