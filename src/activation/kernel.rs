//! Activations over memory, whichever number the memory holds.

use super::Curve;
use super::vector::{Pass, VectorActivation};
use crate::real::{Lane, Lanes};
use crate::tensor::Write;

/// A number that whole programs run on: it knows which kernel of an activation is its own.
pub trait Number: Lanes {
    /// `out[i] = f(x[i])`.
    fn values(curve: &dyn Curve, x: &[Self], params: &[Self::Scalar], out: &mut [Self]);
    /// `out[i] = f(x[i])` and `slope[i] = f'(x[i])`, in one pass.
    fn values_and_slopes(curve: &dyn Curve, x: &[Self], params: &[Self::Scalar], out: &mut [Self], slope: &mut [Self]);
    /// The same of a random activation while it is trained, with a number from 0 to 1 for each x.
    fn drawn_values_and_slopes(
        curve: &dyn Curve,
        x: &[Self],
        params: &[Self::Scalar],
        draws: &[Self],
        out: &mut [Self],
        slope: &mut [Self],
    );
    /// `partials[k·n + i] = ∂f(x[i])/∂params[k]`.
    fn partials(curve: &dyn Curve, x: &[Self], params: &[Self::Scalar], partials: &mut [Self]);
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
    fn values(curve: &dyn Curve, x: &[Self], params: &[f32], out: &mut [Self]) {
        curve.values(x, params, out);
    }
    fn values_and_slopes(curve: &dyn Curve, x: &[Self], params: &[f32], out: &mut [Self], slope: &mut [Self]) {
        curve.values_and_slopes(x, params, out, slope);
    }
    fn drawn_values_and_slopes(
        curve: &dyn Curve,
        x: &[Self],
        params: &[f32],
        draws: &[Self],
        out: &mut [Self],
        slope: &mut [Self],
    ) {
        curve.drawn_values_and_slopes(x, params, draws, out, slope);
    }
    fn partials(curve: &dyn Curve, x: &[Self], params: &[f32], partials: &mut [Self]) {
        curve.partials(x, params, partials);
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
