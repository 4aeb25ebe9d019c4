//! The block of a transformer.

use super::attention::{CAUSAL, HEADS};
use super::module::{ActivationParam, Built, ModuleCard};
use super::{Activated, AttentionNodes, Bottleneck, Dense, LayerNorm, Lora, MultiheadAttention};
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::rule::Param;

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
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(&self, graph: &mut Graph, input: Node) -> Result<TransformerNodes, Error> {
        let dim = graph.shape(input).last();
        let lora = match self.adapter {
            Some(Adapter::Lora(lora)) => Some(lora),
            _ => None,
        };
        let attention = MultiheadAttention { heads: self.heads, causal: self.causal, lora };
        let normal = self.norm.build(graph, input, "ln1")?;
        let AttentionNodes { out, weights } = attention.build(graph, normal, "attention")?;
        let out = self.adapt(graph, out, "adapter1")?;
        let middle = graph.add(input, out)?;
        let normal = self.norm.build(graph, middle, "ln2")?;
        let first = Dense { units: self.hidden, activation: Some(self.activation.clone()) };
        let first = first.build(graph, normal, "linear1")?;
        let second = Dense { units: dim, activation: None }.build(graph, first.a, "linear2")?.a;
        let second = self.adapt(graph, second, "adapter2")?;
        let out = graph.add(middle, second)?;
        Ok(TransformerNodes { out, attention: weights, z: first.z })
    }

    fn adapt(&self, graph: &mut Graph, value: Node, name: &str) -> Result<Node, Error> {
        match &self.adapter {
            Some(Adapter::Bottleneck(bottleneck)) => bottleneck.build(graph, value, name),
            _ => Ok(value),
        }
    }
}

/// Modules of transformers.
pub(super) const MODULES: &[ModuleCard] = &[ModuleCard {
    id: "transformer",
    label: "Transformer block",
    help: "Self-attention and a feed-forward part, each after layer norm and beside a residual connection.",
    reference: "Vaswani et al. 2017; Xiong et al. 2020 (norm first)",
    params: &[
        HEADS,
        Param::whole("hidden", "hidden", 64.0, 1.0, 512.0).say("hidden units", "Units of the feed-forward part."),
        CAUSAL,
        Param::whole("lora", "lora", 0.0, 0.0, 32.0).say(
            "LoRA rank",
            "Low-rank updates beside the projections of queries and values (Hu et al. 2021); 0 for none.",
        ),
        Param::new("scale", "scale", 1.0, 0.0, 16.0)
            .say("LoRA scale", "What the low-rank updates are multiplied with."),
        Param::whole("bottleneck", "bottleneck", 0.0, 0.0, 128.0)
            .say("adapter width", "Bottleneck adapters after both parts (Houlsby et al. 2019); 0 for none."),
    ],
    activations: &[
        ActivationParam { name: "activation", help: "Of the feed-forward part.", default: "gelu" },
        ActivationParam { name: "adapterActivation", help: "Of the adapters.", default: "gelu" },
    ],
    build: |module, graph, input| {
        let (rank, width) = (module.count("lora"), module.count("bottleneck"));
        let adapter = match (rank, width) {
            (0, 0) => None,
            (rank, 0) => Some(Adapter::Lora(Lora { rank, scale: module.number("scale") })),
            (0, width) => {
                Some(Adapter::Bottleneck(Bottleneck { width, activation: module.activation("adapterActivation")? }))
            }
            _ => return Err(graph.refusal("either low-rank updates or bottleneck adapters, not both".into())),
        };
        let block = TransformerBlock {
            heads: module.count("heads"),
            causal: module.is_on("causal"),
            hidden: module.count("hidden"),
            activation: module.activation("activation")?,
            norm: LayerNorm::default(),
            adapter,
        };
        let nodes = block.add(graph, input)?;
        Ok(Built::new(nodes.out).showing("attention", nodes.attention).showing("pre-activation", nodes.z))
    },
}];
