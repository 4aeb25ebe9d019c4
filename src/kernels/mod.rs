//! The hot loops, besides the activations themselves. Matrices of weights are `[out, in]`, row by row; values are
//! `[features, batch]` with `lanes` SIMD values to a feature. Every sum is taken in one fixed order, so a sample's result
//! does not depend on its batch, nor on the machine.

mod matmul;

pub use matmul::{bias_gradient, input_gradient, linear, weight_gradient};

/// Writes `value`, or adds it, depending on who writes first.
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
