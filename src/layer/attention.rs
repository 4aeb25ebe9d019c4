//! Attention: every position asks, and takes the values of those that answer.

use super::module::{Built, ModuleCard};
use super::{Dense, Lora};
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::rule::Param;

/// Scaled dot-product attention with several heads (Vaswani et al. 2017), as `torch.nn.MultiheadAttention`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MultiheadAttention {
    /// Heads; each takes its share of the features, one after the other.
    pub heads: usize,
    /// Whether a position sees only those before it and itself.
    pub causal: bool,
    /// Low-rank updates of the projections of queries and values.
    pub lora: Option<Lora>,
}

/// What attention gives.
#[derive(Debug, Clone, Copy)]
pub struct AttentionNodes {
    /// `[queries, dim, batch]`.
    pub out: Node,
    /// How much each query (row) takes from each key (column), `[heads, queries, keys, batch]`.
    pub weights: Node,
}

impl MultiheadAttention {
    /// Adds it over `[positions, dim]`: queries, keys and values all come from the input.
    ///
    /// # Errors
    /// If the heads do not divide the features.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<AttentionNodes, Error> {
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(&self, graph: &mut Graph, input: Node) -> Result<AttentionNodes, Error> {
        let dim = graph.shape(input).last();
        if self.heads == 0 || !dim.is_multiple_of(self.heads) || graph.shape(input).axes().len() != 2 {
            let fact = format!("{} heads do not divide {} into [positions, dim]", self.heads, graph.shape(input));
            return Err(graph.refusal(fact));
        }
        let project = Dense { units: dim, activation: None };
        let mut q = project.build(graph, input, "q_proj")?.a;
        let k = project.build(graph, input, "k_proj")?.a;
        let mut v = project.build(graph, input, "v_proj")?.a;
        if let Some(lora) = self.lora {
            q = lora.build(graph, input, q, "q_proj")?;
            v = lora.build(graph, input, v, "v_proj")?;
        }
        let [q, k, v] = [self.split(graph, q)?, self.split(graph, k)?, self.split(graph, v)?];
        let scores = graph.batched_matmul_transposed(q, k)?;
        let scale = 1.0 / ((dim / self.heads) as f64).sqrt();
        let weights = graph.attention_weights(scores, scale, self.causal)?;
        let mixed = graph.batched_matmul(weights, v)?;
        let mixed = graph.permute(mixed, &[1, 0, 2])?;
        let positions = graph.shape(input).positions();
        let mixed = graph.reshape(mixed, &[positions, dim])?;
        let out = project.build(graph, mixed, "out_proj")?.a;
        Ok(AttentionNodes { out, weights })
    }

    /// `[positions, dim]` as `[heads, positions, dim/heads]`.
    fn split(&self, graph: &mut Graph, x: Node) -> Result<Node, Error> {
        let (positions, dim) = (graph.shape(x).positions(), graph.shape(x).last());
        let parts = graph.reshape(x, &[positions, self.heads, dim / self.heads])?;
        graph.permute(parts, &[1, 0, 2])
    }
}

pub(super) const HEADS: Param =
    Param::whole("heads", "heads", 2.0, 1.0, 16.0).say("heads", "Parts of the features that attend by themselves.");
pub(super) const CAUSAL: Param =
    Param::switch("causal", "causal", false).say("causal", "A position sees only those before it and itself.");

/// Modules that attend.
pub(super) const MODULES: &[ModuleCard] = &[ModuleCard {
    id: "attention",
    label: "Self-attention",
    help: "Every position asks all others, and takes the values of those that answer.",
    reference: "Vaswani et al. 2017",
    params: &[HEADS, CAUSAL],
    build: |module, graph, input| {
        let layer = MultiheadAttention { heads: module.count("heads"), causal: module.is_on("causal"), lora: None };
        let nodes = layer.add(graph, input)?;
        Ok(Built::new(nodes.out).showing("attention", nodes.weights))
    },
    ..ModuleCard::BLANK
}];
