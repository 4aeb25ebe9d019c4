//! Activations over memory, whichever number the memory holds.

use super::Curve;
use crate::real::{Lane, Lanes};

/// A number that whole programs run on: it knows which kernel of a curve is its own.
pub trait Number: Lanes {
    /// `out[i] = f(x[i])`.
    fn values(curve: &dyn Curve, x: &[Self], params: &[Self::Scalar], out: &mut [Self]);
    /// `out[i] = f(x[i])` and `slope[i] = f'(x[i])`, in one pass.
    fn values_and_slopes(curve: &dyn Curve, x: &[Self], params: &[Self::Scalar], out: &mut [Self], slope: &mut [Self]);
}

impl Number for Lane {
    fn values(curve: &dyn Curve, x: &[Self], params: &[f32], out: &mut [Self]) {
        curve.values(x, params, out);
    }
    fn values_and_slopes(curve: &dyn Curve, x: &[Self], params: &[f32], out: &mut [Self], slope: &mut [Self]) {
        curve.values_and_slopes(x, params, out, slope);
    }
}

impl Number for f64 {
    fn values(curve: &dyn Curve, x: &[Self], params: &[f64], out: &mut [Self]) {
        curve.values_f64(x, params, out);
    }
    fn values_and_slopes(curve: &dyn Curve, x: &[Self], params: &[f64], out: &mut [Self], slope: &mut [Self]) {
        curve.values_and_slopes_f64(x, params, out, slope);
    }
}
