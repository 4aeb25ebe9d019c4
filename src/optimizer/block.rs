//! How the weights of a network lie: some rules treat a matrix other than a vector.

use crate::graph::{Graph, Role};
use std::ops::Range;

/// A matrix or vector among the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Outputs.
    pub rows: usize,
    /// Inputs of each; 1 for a vector.
    pub columns: usize,
    /// Whether these are weights, a row for each unit; not biases or parameters of activations.
    pub is_matrix: bool,
    /// Whether they move at all.
    pub trained: bool,
}

impl Block {
    /// Weights `[rows, columns]`.
    pub fn matrix(rows: usize, columns: usize) -> Self {
        Self { rows, columns, is_matrix: true, trained: true }
    }

    /// Biases, or anything else that is no matrix of weights.
    pub fn vector(len: usize) -> Self {
        Self { rows: len, columns: 1, is_matrix: false, trained: true }
    }

    /// Everything a graph trains, in its order.
    pub fn of(graph: &Graph) -> Vec<Self> {
        let blocks = graph.parameters().iter().map(|info| Self {
            rows: info.rows,
            columns: info.columns,
            is_matrix: info.role == Role::Weight && info.trained,
            trained: info.trained,
        });
        blocks.collect()
    }

    /// Each block, and where its numbers lie among all: one block after the other.
    pub fn placed(blocks: &[Self]) -> impl Iterator<Item = (&Self, Range<usize>)> {
        let mut start = 0;
        blocks.iter().map(move |block| {
            let range = start..start + block.len();
            start = range.end;
            (block, range)
        })
    }

    /// How many numbers.
    #[allow(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.rows * self.columns
    }
}
