//! Shapes. A tensor is `[features…, batch]`: the batch is always the last axis, and neighbouring samples are the lanes
//! of one SIMD value. So every kernel runs over contiguous samples and flattening an image costs nothing.

use std::fmt;

/// The axes before the batch: `[units]` for a dense layer, later `[channels, height, width]` or `[time, features]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// A shape from its axes.
    pub fn new(axes: &[usize]) -> Self {
        Self(axes.to_vec())
    }

    /// How many numbers a sample has.
    pub fn features(&self) -> usize {
        self.0.iter().product()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[")?;
        for axis in &self.0 {
            write!(f, "{axis}, ")?;
        }
        write!(f, "batch]")
    }
}

/// How many lane values hold so many samples.
pub fn lanes(samples: usize, count: usize) -> usize {
    samples.div_ceil(count)
}
