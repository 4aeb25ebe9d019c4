//! Words as vectors, and where they stand.

use super::module::{Built, ModuleCard};
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter, Role, Start};
use crate::rule::Param;

/// A vector for each word of a vocabulary, as `torch.nn.Embedding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedding {
    /// Words.
    pub vocabulary: usize,
    /// Numbers of each vector.
    pub dim: usize,
}

impl Embedding {
    /// Adds it: indices `[…]` become `[…, dim]`. The table is `{name}.weight`, `[vocabulary, dim]`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn build(&self, graph: &mut Graph, indices: Node, name: &str) -> Result<(Node, Parameter), Error> {
        graph.layer(name, |graph| self.add(graph, indices))
    }

    fn add(self, graph: &mut Graph, indices: Node) -> Result<(Node, Parameter), Error> {
        let table = graph.parameter("weight", &[self.vocabulary, self.dim], Role::Embedding);
        Ok((graph.embedding(indices, table)?, table))
    }
}

/// A trained vector for each position, added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LearnedPositions;

impl LearnedPositions {
    /// Adds it to `[positions, dim]`; the vectors are `{name}.weight`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn build(self, graph: &mut Graph, input: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| Self::add(graph, input))
    }

    fn add(graph: &mut Graph, input: Node) -> Result<Node, Error> {
        let axes = graph.shape(input).axes().to_vec();
        let table = graph.parameter("weight", &axes, Role::Embedding);
        graph.start(table, Start::Normal(0.02));
        graph.add_bias(input, table)
    }
}

/// A fixed vector for each position, added: sines and cosines of wavelengths from 2π to 10 000·2π (Vaswani et al. 2017,
/// section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinusoidalPositions;

impl SinusoidalPositions {
    /// The number at a position and feature.
    pub fn value(position: usize, feature: usize, dim: usize) -> f64 {
        let pair = (feature / 2 * 2) as f64 / dim as f64;
        let angle = position as f64 / libm::pow(10_000.0, pair);
        if feature.is_multiple_of(2) { libm::sin(angle) } else { libm::cos(angle) }
    }

    /// Adds it to `[positions, dim]`; the vectors are the buffer `{name}.pe`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn build(self, graph: &mut Graph, input: Node, name: &str) -> Result<Node, Error> {
        graph.layer(name, |graph| Self::add(graph, input))
    }

    fn add(graph: &mut Graph, input: Node) -> Result<Node, Error> {
        let shape = graph.shape(input).clone();
        let (positions, dim) = (shape.positions(), shape.last());
        let values = (0..positions * dim).map(|at| Self::value(at / dim, at % dim, dim)).collect();
        let table = graph.parameter("pe", shape.axes(), Role::Buffer);
        graph.start(table, Start::Values(values));
        graph.add_bias(input, table)
    }
}

/// Modules for words and their places.
pub(super) const MODULES: &[ModuleCard] = &[
    ModuleCard {
        id: "embedding",
        label: "Embedding",
        help: "A trained vector for each word or character.",
        reference: "Bengio et al. 2003; Mikolov et al. 2013",
        params: &[Param::whole("dim", "dim", 16.0, 1.0, 256.0).say("numbers", "How many numbers stand for a word.")],
        build: |module, graph, input| {
            let Some(vocabulary) = graph.vocabulary(input) else {
                return Err(
                    graph.refusal(format!("an embedding needs words or characters, got {}", graph.shape(input)))
                );
            };
            let (out, _) = Embedding { vocabulary, dim: module.count("dim") }.add(graph, input)?;
            Ok(Built::new(out).showing("embedding", out))
        },
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "positions",
        label: "Positions",
        help: "Adds a vector for each place of a sequence, so that order can be told.",
        reference: "Vaswani et al. 2017",
        params: &[Param::switch("learned", "learned", false).say("learned", "Trained vectors instead of fixed waves.")],
        build: |module, graph, input| {
            let learned = module.is_on("learned");
            let out =
                if learned { LearnedPositions::add(graph, input) } else { SinusoidalPositions::add(graph, input) };
            out.map(Built::new)
        },
        ..ModuleCard::BLANK
    },
];
