//! Shapes. A tensor is `[features…, batch]`: the batch is always the last axis, and neighbouring samples are the lanes
//! of one SIMD value. So every kernel runs over contiguous samples and flattening an image costs nothing.

use std::fmt;

/// The axes before the batch: `[units]` for a dense layer, `[channels, height, width]`, or `[time, features]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// A shape from its axes.
    pub fn new(axes: &[usize]) -> Self {
        Self(axes.to_vec())
    }

    /// Its axes, without the batch.
    pub fn axes(&self) -> &[usize] {
        &self.0
    }

    /// How many numbers a sample has.
    pub fn features(&self) -> usize {
        self.0.iter().product()
    }

    /// The first axis: channels, or time; 1 without axes.
    pub fn first(&self) -> usize {
        self.0.first().copied().unwrap_or(1)
    }

    /// The last axis, which products, softmax and layer norm act on; 1 without axes.
    pub fn last(&self) -> usize {
        self.0.last().copied().unwrap_or(1)
    }

    /// How many positions there are, each with [`Shape::last`] features: the product of all axes but the last.
    pub fn positions(&self) -> usize {
        self.0.split_last().map_or(1, |(_, positions)| positions.iter().product())
    }

    /// The same positions with another number of features each.
    pub fn with_last(&self, features: usize) -> Self {
        let positions = self.0.split_last().map_or(&[][..], |(_, positions)| positions);
        Self(positions.iter().copied().chain([features]).collect())
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

/// How a gradient is written: several may reach the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// The first to write.
    Set,
    /// Adds to what is there.
    Add,
}

impl Write {
    /// Puts one number.
    #[inline]
    pub fn put<T: Copy + std::ops::Add<Output = T>>(self, into: &mut T, value: T) {
        *into = match self {
            Self::Set => value,
            Self::Add => *into + value,
        };
    }

    /// Puts a number for each place.
    #[inline]
    pub fn put_all<T: Copy + std::ops::Add<Output = T>>(self, into: &mut [T], values: impl Iterator<Item = T>) {
        into.iter_mut().zip(values).for_each(|(into, value)| self.put(into, value));
    }
}
