//! Activations over f64, one number at a time: what gradients are checked in. The page does not load it.

use super::Number;
use super::declare::{self, Curve, Point};
use super::vector::{Pass, VectorActivation};
use crate::real::Dual;
use crate::tensor::Write;

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
