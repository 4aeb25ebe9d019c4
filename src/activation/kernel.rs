//! Activations over memory, whichever number the memory holds.

use super::Activation;
use crate::real::{Lane, Lanes};

/// A number that whole programs run on: it knows which kernel of an activation is its own.
pub trait Number: Lanes {
    /// `out[i] = f(x[i])`.
    fn values(activation: &dyn Activation, x: &[Self], params: &[Self::Scalar], out: &mut [Self]);
    /// `out[i] = f(x[i])` and `slope[i] = f'(x[i])`, in one pass.
    fn values_and_slopes(
        activation: &dyn Activation,
        x: &[Self],
        params: &[Self::Scalar],
        out: &mut [Self],
        slope: &mut [Self],
    );
}

impl Number for Lane {
    fn values(activation: &dyn Activation, x: &[Self], params: &[f32], out: &mut [Self]) {
        activation.values(x, params, out);
    }
    fn values_and_slopes(
        activation: &dyn Activation,
        x: &[Self],
        params: &[f32],
        out: &mut [Self],
        slope: &mut [Self],
    ) {
        activation.values_and_slopes(x, params, out, slope);
    }
}

impl Number for f64 {
    fn values(activation: &dyn Activation, x: &[Self], params: &[f64], out: &mut [Self]) {
        activation.values_f64(x, params, out);
    }
    fn values_and_slopes(
        activation: &dyn Activation,
        x: &[Self],
        params: &[f64],
        out: &mut [Self],
        slope: &mut [Self],
    ) {
        activation.values_and_slopes_f64(x, params, out, slope);
    }
}
