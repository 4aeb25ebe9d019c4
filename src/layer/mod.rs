//! Layers: builders that add a few operations to a graph and say which of its values are worth looking at.

mod dense;

pub use dense::{Activated, Dense, DenseNodes};
