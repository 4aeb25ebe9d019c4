//! What can be said of an activation, computed: nothing here is looked up, so a typed formula gets the same report as a
//! built-in activation.
//!
//! Everything is read from a table of values (dense on −20…20, sparser to ±10⁴), refined where something happens between two
//! of them, and from samples far out for what happens in the end. That finds what activations are like; it proves nothing of a
//! function that does something only within a hundredth, or only beyond 10³².
//!
//! ```
//! use activation_playground::activation::{Function, Report};
//! let report = Report::of(&Function::read("gelu").unwrap(), &[]);
//! assert_eq!(format!("{:.5}", report.low.value.unwrap()), "-0.16997");
//! assert_eq!(format!("{:.4}", report.low.at.unwrap()), "-0.7518");
//! assert_eq!(format!("{:.4}", report.signal.gain.unwrap()), "1.5335");
//! ```

mod quadrature;
mod scan;

use super::{Curve, Formula, Function, Point};
use crate::real::{Lane, Lanes};
use scan::{FAR, Reach, Scan};
use serde::Serialize;

/// |f'| below this share of its largest value counts as saturated.
const FLAT: f64 = 0.05;

/// What an activation is like.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Report {
    /// The largest number that no value is below.
    pub low: Bound,
    /// The smallest number that no value is above.
    pub high: Bound,
    /// Whether it always rises or always falls; level stretches do not count.
    pub monotone: Monotone,
    /// Whether f(−z) is −f(z) or f(z).
    pub symmetry: Symmetry,
    /// Where the derivative or the function itself jumps.
    pub corners: Vec<Corner>,
    /// The Lipschitz constant: the largest |f'|. No value if it has no bound, as at a jump.
    pub steepest: Bound,
    /// f(0).
    pub at_zero: f64,
    /// f'(0), by the convention in use if there is a corner.
    pub slope_at_zero: f64,
    /// What happens towards −∞.
    pub left: Tail,
    /// What happens towards ∞.
    pub right: Tail,
    /// What it does to a signal z ~ N(0, 1).
    pub signal: Signal,
}

/// A bound of the values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Bound {
    /// The bound; `null` if there is none, or nothing to bound.
    pub value: Option<f64>,
    /// The z nearest to 0 where it is reached; `null` if it is only approached.
    pub at: Option<f64>,
}

/// Whether a function always rises or falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Monotone {
    /// Never falls.
    Increasing,
    /// Never rises.
    Decreasing,
    /// Neither rises nor falls.
    Constant,
    /// Does both.
    Neither,
}

/// Symmetry about z = 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Symmetry {
    /// f(−z) = −f(z).
    Odd,
    /// f(−z) = f(z).
    Even,
    /// Neither.
    Neither,
}

/// A place where the derivative is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Corner {
    /// Where.
    pub at: f64,
    /// f' just left of it.
    pub left: f64,
    /// f' just right of it.
    pub right: f64,
    /// f' that is used at the place itself.
    pub used: f64,
    /// By how much f itself jumps; 0 if it does not.
    pub jump: f64,
}

/// How a function ends on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum End {
    /// It approaches a number.
    Limit,
    /// It exceeds every number.
    Unbounded,
    /// It stays bounded without approaching a number.
    Oscillates,
    /// It is not a number there.
    Undefined,
}

/// One side of a function. Places are given as z, so they are negative on the left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Tail {
    /// How it ends.
    pub end: End,
    /// The number it approaches.
    pub limit: Option<f64>,
    /// From here on |f'| is below 5 % of its largest value (of 1, if it has no largest); `null` if it does not stay there.
    pub flat_from: Option<f64>,
    /// The first z where f' is 0 in f32 although it is not in truth; `null` if there is none.
    pub underflows_at: Option<f64>,
    /// The first z up to 10⁴ where f or f' is no longer a finite number in f32; `null` if there is none.
    pub breaks_at: Option<f64>,
}

/// Moments over z ~ N(0, 1). Each is `null` if the integral does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Signal {
    /// E f: 0 if the function is centred.
    pub mean: Option<f64>,
    /// E f².
    pub square: Option<f64>,
    /// E f² − (E f)²: what is left of E f² for weights that see the mean as a constant.
    pub variance: Option<f64>,
    /// E f'².
    pub slope_square: Option<f64>,
    /// 1/√E f²: the factor for initial weights that keeps the size of a signal.
    pub gain: Option<f64>,
    /// χ = E f'²/E f²: with that gain a gradient grows (above 1) or shrinks by this factor per layer.
    pub chi: Option<f64>,
}

impl Report {
    /// Computes it.
    ///
    /// # Panics
    /// If there are fewer numbers in `params` than parameters.
    pub fn of(function: &Function, params: &[f64]) -> Self {
        let curve = function.curve();
        let boundaries = |formula: &Formula| formula.boundaries(params);
        let seams = function.card().map(|card| card.kinks_at(params).collect());
        let scan = Scan::new(curve, params, seams.or(function.formula().map(boundaries)).unwrap_or_default());
        let ends = [-1.0, 1.0].map(|sign| scan.reach(sign, |point| point.value));
        let slopes = [-1.0, 1.0].map(|sign| scan.reach(sign, |point| point.slope.abs()));
        let largest = largest_slope(&scan, slopes);
        let zero = curve.at(0.0, params);
        let below = scan.supremum(|point| (-point.value, -point.slope), ends.map(Reach::negated));
        let [left, right] = [(-1.0, ends[0]), (1.0, ends[1])].map(|(sign, reach)| {
            let (breaks_at, underflows_at) = in_f32(curve, params, sign);
            let flat_from = flat_from(&scan, FLAT * largest, sign);
            Tail { end: reach.end, limit: reach.limit, flat_from, underflows_at, breaks_at }
        });
        Self {
            low: Bound { value: below.value.map(|value| 0.0 - value), ..below },
            high: scan.supremum(|point| (point.value, point.slope), ends),
            monotone: monotone(&scan),
            symmetry: symmetry(&scan),
            steepest: steepest(&scan, slopes),
            at_zero: zero.value,
            slope_at_zero: zero.slope,
            left,
            right,
            signal: signal(curve, params, &scan.seams),
            corners: scan.corners,
        }
    }

    /// Of a function with its parameters at their defaults.
    pub fn by_default(function: &Function) -> Self {
        let params: Vec<f64> = function.parameters().map(|parameter| parameter.default).collect();
        Self::of(function, &params)
    }
}

fn steepest(scan: &Scan<'_>, ends: [Reach; 2]) -> Bound {
    if scan.corners.iter().any(|corner| corner.jump != 0.0) {
        return Bound { value: None, at: None };
    }
    scan.supremum(|point| (point.slope.abs(), if point.slope < 0.0 { -point.bend } else { point.bend }), ends)
}

/// What slopes are compared with: the largest one, or 1 where they grow without bound.
fn largest_slope(scan: &Scan<'_>, ends: [Reach; 2]) -> f64 {
    if ends.iter().any(|end| end.above) {
        return 1.0;
    }
    scan.table.iter().map(|(_, point)| point.slope.abs()).fold(0.0, f64::max)
}

fn monotone(scan: &Scan<'_>) -> Monotone {
    let (mut rises, mut falls) = (false, false);
    for pair in scan.table.windows(2) {
        let scale = 1e-12 * (1.0 + pair[0].1.value.abs().min(pair[1].1.value.abs()));
        for change in [pair[0].1.slope, pair[1].1.slope, pair[1].1.value - pair[0].1.value] {
            rises |= change > scale;
            falls |= change < -scale;
        }
    }
    match (rises, falls) {
        (true, false) => Monotone::Increasing,
        (false, true) => Monotone::Decreasing,
        (false, false) => Monotone::Constant,
        (true, true) => Monotone::Neither,
    }
}

fn symmetry(scan: &Scan<'_>) -> Symmetry {
    let pairs = || scan.table.iter().zip(scan.table.iter().rev()).map(|((_, a), (_, b))| (a.value, b.value));
    let zero = |sum: f64, size: f64| sum.abs() <= 1e-12 * (1.0 + size.abs());
    if pairs().all(|(a, b)| zero(a - b, a)) {
        Symmetry::Even
    } else if pairs().all(|(a, b)| zero(a + b, a)) {
        Symmetry::Odd
    } else {
        Symmetry::Neither
    }
}

/// The neighbouring numbers between which `holds` changes; it is true at `yes` and false at `no`, and so for the two.
fn halve(mut yes: f64, mut no: f64, holds: impl Fn(f64) -> bool) -> (f64, f64) {
    for _ in 0..60 {
        let middle = yes + 0.5 * (no - yes);
        if holds(middle) { yes = middle } else { no = middle }
    }
    (yes, no)
}

/// From where on |f'| stays below `threshold`.
fn flat_from(scan: &Scan<'_>, threshold: f64, sign: f64) -> Option<f64> {
    let steep = |z: f64| threshold > 0.0 && scan.at(z).slope.abs() >= threshold;
    // A wave may be flat at the end of the table by chance.
    if (0..64).any(|i| steep(sign * FAR * (1.0 - f64::from(i) * 1.618e-4))) {
        return None;
    }
    let side = scan.table.iter().map(|(z, _)| *z).filter(|z| z * sign > 0.0);
    let mut outwards: Vec<f64> = side.collect();
    outwards.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    match outwards.iter().rposition(|&z| steep(z)) {
        None => Some(0.0),
        Some(at) => outwards.get(at + 1).map(|&after| halve(outwards[at], after, steep).1),
    }
}

/// Where f or f' is first not finite in f32, and where f' is first 0 although it is not.
fn in_f32(curve: &dyn Curve, params: &[f64], sign: f64) -> (Option<f64>, Option<f64>) {
    let params32: Vec<f32> = params.iter().map(|&param| param as f32).collect();
    let mut places = vec![];
    let mut z = 0.01;
    while z < FAR {
        places.push(sign * z);
        z *= 1.01;
    }
    places.push(sign * FAR);
    let lanes: Vec<Lane> = places
        .chunks(Lane::COUNT)
        .map(|z| Lane::new(std::array::from_fn(|i| *z.get(i).unwrap_or(&z[0]) as f32)))
        .collect();
    let (mut value, mut slope) = (lanes.clone(), lanes.clone());
    curve.values_and_slopes(&lanes, &params32, &mut value, &mut slope);
    let broken = |(value, slope): (f32, f32)| !(value.is_finite() && slope.is_finite());
    let rounded: Vec<f64> = params32.iter().map(|&param| f64::from(param)).collect();
    let lost = |z: f64, slope: f32| slope == 0.0 && curve.at(f64::from(z as f32), &rounded).slope != 0.0;
    let once = |z: f64| {
        let (mut value, mut slope) = ([Lane::splat(0.0)], [Lane::splat(0.0)]);
        curve.values_and_slopes(&[Lane::splat(z as f32)], &params32, &mut value, &mut slope);
        (value[0].to_array()[0], slope[0].to_array()[0])
    };
    let results =
        value.iter().zip(&slope).flat_map(|(value, slope)| value.to_array().into_iter().zip(slope.to_array()));
    let (mut first_broken, mut first_lost) = (None, None);
    for (at, ((&z, result), before)) in places.iter().zip(results).zip([0.0].iter().chain(&places)).enumerate() {
        if first_broken.is_none() && broken(result) {
            first_broken = Some(halve(z, *before, |z| broken(once(z))).0);
        }
        // At single zeros of f' nothing is lost.
        if at > 0 && first_lost.is_none() && lost(z, result.1) {
            first_lost = Some(halve(z, *before, |z| lost(z, once(z).1)).0);
        }
    }
    (first_broken, first_lost)
}

fn signal(curve: &dyn Curve, params: &[f64], seams: &[f64]) -> Signal {
    let [mean, square, slope_square] = quadrature::means(seams, |z| {
        let Point { value, slope, .. } = curve.at(z, params);
        [value, value * value, slope * slope]
    });
    let kept = square.filter(|&square| square > 0.0);
    Signal {
        mean,
        square,
        variance: square.zip(mean).map(|(square, mean)| square - mean * mean),
        slope_square,
        gain: kept.map(|square| 1.0 / libm::sqrt(square)),
        chi: slope_square.zip(kept).map(|(slope, square)| slope / square),
    }
}
