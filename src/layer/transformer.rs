//! The block of a transformer.

use super::{Activated, AttentionNodes, Bottleneck, Dense, LayerNorm, Lora, MultiheadAttention};
use crate::error::Error;
use crate::graph::{Graph, Node};

/// Small trained parts inside a block.
#[derive(Clone)]
pub enum Adapter {
    /// Low-rank updates of the projections of queries and values.
    Lora(Lora),
    /// A bottleneck after attention and after the feed-forward part, before each residual connection.
    Bottleneck(Bottleneck),
}

/// Attention and a feed-forward part, each after layer normalisation and beside a residual connection ("pre-LN", Xiong et
/// al. 2020): `x += attention(LN(x))`, `x += W₂ f(W₁ LN(x))`.
#[derive(Clone)]
pub struct TransformerBlock {
    /// Heads of the attention.
    pub heads: usize,
    /// Whether a position sees only those before it and itself.
    pub causal: bool,
    /// Units between W₁ and W₂.
    pub hidden: usize,
    /// f.
    pub activation: Activated,
    /// Normalisation before both parts.
    pub norm: LayerNorm,
    /// Small trained parts.
    pub adapter: Option<Adapter>,
}

/// The values of a block.
#[derive(Debug, Clone, Copy)]
pub struct TransformerNodes {
    /// `[positions, dim, batch]`.
    pub out: Node,
    /// Weights of the attention, `[heads, positions, positions, batch]`.
    pub attention: Node,
    /// Pre-activations of the feed-forward part, `[positions, hidden, batch]`.
    pub z: Node,
}

impl TransformerBlock {
    /// Adds it over `[positions, dim]`.
    ///
    /// # Errors
    /// If the heads do not divide the features.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<TransformerNodes, Error> {
        graph.layer(name, |graph| {
            let dim = graph.shape(input).last();
            let lora = match self.adapter {
                Some(Adapter::Lora(lora)) => Some(lora),
                _ => None,
            };
            let attention = MultiheadAttention { heads: self.heads, causal: self.causal, lora };
            let normal = self.norm.build(graph, input, "ln1")?;
            let AttentionNodes { out, weights } = attention.build(graph, normal, None, "attention")?;
            let out = self.adapt(graph, out, "adapter1")?;
            let middle = graph.add(input, out)?;
            let normal = self.norm.build(graph, middle, "ln2")?;
            let first = Dense { units: self.hidden, activation: Some(self.activation.clone()) };
            let first = first.build(graph, normal, "linear1")?;
            let second = Dense { units: dim, activation: None }.build(graph, first.a, "linear2")?.a;
            let second = self.adapt(graph, second, "adapter2")?;
            let out = graph.add(middle, second)?;
            Ok(TransformerNodes { out, attention: weights, z: first.z })
        })
    }

    fn adapt(&self, graph: &mut Graph, value: Node, name: &str) -> Result<Node, Error> {
        match &self.adapter {
            Some(Adapter::Bottleneck(bottleneck)) => bottleneck.build(graph, value, name),
            _ => Ok(value),
        }
    }
}
