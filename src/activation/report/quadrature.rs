//! Means over z ~ N(0, 1).

use std::f64::consts::PI;

/// Points of a panel.
const POINTS: usize = 16;
/// Beyond ±REACH the density is below e⁻⁸⁴.
const REACH: f64 = 13.0;
/// Panels of the coarser of two sums; the finer has twice as many.
const PANELS: i32 = 104;
/// The two sums must agree to this, relatively, or the integral is not trusted.
const AGREEMENT: f64 = 1e-5;
/// Largest share of the outermost panels: with more, what lies beyond matters and the integral may not exist.
const EDGE: f64 = 1e-8;

/// Points on −1…1 and weights of the Gauss–Legendre rule.
fn legendre() -> [(f64, f64); POINTS] {
    std::array::from_fn(|i| {
        let n = POINTS as f64;
        let mut x = libm::cos(PI * (i as f64 + 0.75) / (n + 0.5));
        let mut derivative = 1.0;
        // Newton's method; it doubles the digits of a good guess each time.
        for _ in 0..8 {
            let (mut p, mut before) = (x, 1.0);
            for k in 2..=POINTS {
                let k = k as f64;
                (p, before) = (((2.0 * k - 1.0) * x * p - (k - 1.0) * before) / k, p);
            }
            derivative = n * (x * p - before) / (x * x - 1.0);
            x -= p / derivative;
        }
        (x, 2.0 / ((1.0 - x * x) * derivative * derivative))
    })
}

/// The means of the `N` numbers that `integrand` makes of each z, in panels that end at `breaks`; none for those that do
/// not exist, as far as one can see.
pub(super) fn means<const N: usize>(breaks: &[f64], integrand: impl Fn(f64) -> [f64; N]) -> [Option<f64>; N] {
    let rule = legendre();
    let sum = |panels: i32| {
        let width = 2.0 * REACH / f64::from(panels);
        let mut edges: Vec<f64> = (0..=panels).map(|i| f64::from(i) * width - REACH).collect();
        edges.extend(breaks.iter().filter(|at| at.abs() < REACH));
        edges.sort_by(f64::total_cmp);
        let (mut z, mut weights) = (vec![], vec![]);
        for edge in edges.windows(2).filter(|edge| edge[1] > edge[0]) {
            let (middle, half) = (0.5 * (edge[0] + edge[1]), 0.5 * (edge[1] - edge[0]));
            for (x, weight) in rule {
                let at = middle + half * x;
                z.push(at);
                weights.push(half * weight * libm::exp(-0.5 * at * at) / libm::sqrt(2.0 * PI));
            }
        }
        let (mut total, mut outer) = ([0.0; N], [0.0_f64; N]);
        for (z, weight) in z.into_iter().zip(weights) {
            let values = integrand(z);
            for k in 0..N {
                total[k] += values[k] * weight;
                if z.abs() > REACH - 1.0 {
                    outer[k] += (values[k] * weight).abs();
                }
            }
        }
        (total, outer)
    };
    let ((coarse, _), (fine, outer)) = (sum(PANELS), sum(2 * PANELS));
    std::array::from_fn(|k| {
        let settled = (coarse[k] - fine[k]).abs() <= AGREEMENT * fine[k].abs() + 1e-12;
        (settled && outer[k] <= EDGE * fine[k].abs() + 1e-12).then_some(fine[k])
    })
}
