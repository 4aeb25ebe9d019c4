//! The hot loops, besides the activations themselves. Matrices of weights are `[out, in]`, row by row; values are
//! `[features, batch]` with `lanes` SIMD values to a feature. Every sum is taken in one fixed order, so a sample's result
//! does not depend on its batch, nor on the machine.

mod batched;
mod convolution;
mod matmul;

pub use crate::tensor::Write;
pub use batched::{Strides, batched_product};
pub use convolution::{
    Channels, Geometry, MOST_AREA, convolution, convolution_input_gradient, convolution_weight_gradient,
};
pub use matmul::{bias_gradient, input_gradient, linear, weight_gradient};
