//! Curves of activations, exact and as units of lower precision give them.

use crate::activation::{Function, Point};
use half::{bf16, f16};
use serde::{Deserialize, Serialize};

/// What there is of a curve where it has no value.
const NOWHERE: Point = Point { value: f64::NAN, slope: f64::NAN, bend: f64::NAN };

/// A number format that activations are computed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Rounding {
    /// 24 significant bits.
    F32,
    /// 8 significant bits, the range of f32.
    Bf16,
    /// 11 significant bits, up to 65504.
    F16,
    /// 256 steps: z over the range shown, and f(z) over the values it takes there.
    Int8,
}

/// f, f' and f'' at evenly spaced points from `low` to `high`, both included. Where f has no value, nor have they, although a
/// formula for f' may give one, as 1/z does for log(z).
pub fn curve(function: &Function, params: &[f64], low: f64, high: f64, count: usize) -> Vec<Point> {
    let last = count.max(2) - 1;
    let curve = function.curve();
    let at = |place: usize| {
        let point = curve.at(low + (high - low) * place as f64 / last as f64, params);
        if point.value.is_nan() { NOWHERE } else { point }
    };
    (0..count).map(at).collect()
}

/// f where both z and f(z) are rounded to a format: what hardware gives that computes the function itself without error.
pub fn rounded_curve(
    function: &Function,
    params: &[f64],
    rounding: Rounding,
    low: f64,
    high: f64,
    count: usize,
) -> Vec<f32> {
    let last = count.max(2) - 1;
    let points: Vec<f64> = (0..count).map(|at| low + (high - low) * at as f64 / last as f64).collect();
    let value = |z: f64| function.curve().at(z, params).value;
    let each = |round: fn(f64) -> f64| points.iter().map(|&z| round(value(round(z))) as f32).collect();
    match rounding {
        Rounding::F32 => each(|x| f64::from(x as f32)),
        Rounding::Bf16 => each(|x| bf16::from_f64(x).to_f64()),
        Rounding::F16 => each(|x| f16::from_f64(x).to_f64()),
        Rounding::Int8 => {
            let inputs: Vec<f64> = points.iter().map(|&z| step(z, low, high)).collect();
            let values: Vec<f64> = inputs.iter().map(|&z| value(z)).collect();
            let finite = || values.iter().copied().filter(|y| y.is_finite());
            let (bottom, top) = (finite().fold(0.0, f64::min), finite().fold(0.0, f64::max));
            values.into_iter().map(|y| step(y, bottom, top) as f32).collect()
        }
    }
}

/// The nearest of 256 evenly spaced numbers from `low` to `high`.
fn step(x: f64, low: f64, high: f64) -> f64 {
    if high > low { low + ((x - low) / (high - low) * 255.0).round() / 255.0 * (high - low) } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_value_there_is_no_slope() {
        let log = Function::read("log(z)").unwrap();
        let points = curve(&log, &[], -1.0, 1.0, 3);
        assert!(points[0].value.is_nan() && points[0].slope.is_nan() && points[0].bend.is_nan());
        assert_eq!((points[2].value, points[2].slope, points[2].bend), (0.0, 1.0, -1.0));
    }

    #[test]
    fn each_format_has_its_steps() {
        let linear = Function::read("linear").unwrap();
        let of = |rounding| rounded_curve(&linear, &[], rounding, 0.0, 1.0, 20_001);
        let distinct = |mut values: Vec<f32>| {
            values.dedup();
            values.len()
        };
        assert_eq!(distinct(of(Rounding::Int8)), 256);
        assert_eq!(distinct(of(Rounding::F32)), 20_001);
        let bf16 = of(Rounding::Bf16);
        assert!(bf16.iter().all(|x| x.to_bits().trailing_zeros() >= 16), "bf16 is the upper half of f32");
        let near_one = |values: Vec<f32>| distinct(values.into_iter().filter(|&x| x > 0.5).collect());
        assert_eq!((near_one(bf16), near_one(of(Rounding::F16))), (128, 1024));
    }
}
