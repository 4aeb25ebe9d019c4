//! Activations over memory, whichever number the memory holds.

use super::Activation;
use super::vector::{Pass, VectorActivation};
use crate::real::{Lane, Lanes};
use crate::tensor::Write;

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
    /// `partials[k·n + i] = ∂f(x[i])/∂params[k]`.
    fn partials(activation: &dyn Activation, x: &[Self], params: &[Self::Scalar], partials: &mut [Self]);
    /// `out = f(z)` for a whole layer.
    fn vector(activation: &dyn VectorActivation, params: &[f64], z: &[Self], out: &mut [Self], lanes: usize);
    /// `into = Jᵀ gradient` for a whole layer.
    fn vector_gradient(
        activation: &dyn VectorActivation,
        params: &[f64],
        pass: Pass<Self>,
        into: &mut [Self],
        write: Write,
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
    fn partials(activation: &dyn Activation, x: &[Self], params: &[f32], partials: &mut [Self]) {
        activation.partials(x, params, partials);
    }
    fn vector(activation: &dyn VectorActivation, params: &[f64], z: &[Self], out: &mut [Self], lanes: usize) {
        activation.forward(params, z, out, lanes);
    }
    fn vector_gradient(
        activation: &dyn VectorActivation,
        params: &[f64],
        pass: Pass<Self>,
        into: &mut [Self],
        write: Write,
    ) {
        activation.backward(params, pass, into, write);
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
    fn partials(activation: &dyn Activation, x: &[Self], params: &[f64], partials: &mut [Self]) {
        activation.partials_f64(x, params, partials);
    }
    fn vector(activation: &dyn VectorActivation, params: &[f64], z: &[Self], out: &mut [Self], lanes: usize) {
        activation.forward_f64(params, z, out, lanes);
    }
    fn vector_gradient(
        activation: &dyn VectorActivation,
        params: &[f64],
        pass: Pass<Self>,
        into: &mut [Self],
        write: Write,
    ) {
        activation.backward_f64(params, pass, into, write);
    }
}
