//! Activations over memory, whichever number the memory holds.

use super::declare::{self, Curve, Point};
use super::vector::{Pass, VectorActivation};
use crate::real::{Dual, Lane, Lanes};
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

/// In f64 gradients are checked and reports computed, one number at a time.
impl Number for f64 {
    fn values(curve: &dyn Curve, x: &[Self], params: &[Self], out: &mut [Self]) {
        declare::map(x, out, |x| curve.at(x, params).value);
    }
    fn values_and_slopes(curve: &dyn Curve, x: &[Self], params: &[Self], out: &mut [Self], slope: &mut [Self]) {
        declare::map_both(x, out, slope, |x| {
            let Point { value, slope, .. } = curve.at(x, params);
            (value, slope)
        });
    }
    fn drawn_values_and_slopes(
        curve: &dyn Curve,
        x: &[Self],
        params: &[Self],
        draws: &[Self],
        out: &mut [Self],
        slope: &mut [Self],
    ) {
        for (i, (&x, &draw)) in x.iter().zip(draws).enumerate() {
            let y = curve.expand_drawn(declare::around(x), params, draw);
            (out[i], slope[i]) = (y.value.value, y.value.slope);
        }
    }
    fn partials(curve: &dyn Curve, x: &[Self], params: &[Self], partials: &mut [Self]) {
        for (varied, partials) in partials.chunks_exact_mut(x.len()).enumerate() {
            declare::map(x, partials, |x| curve.expand(Dual::fixed(Dual::fixed(x)), params, Some(varied)).value.slope);
        }
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
