//! A curve looked at from end to end: a table of its values, and what can be read from it.

use super::{Bound, Corner, End};
use crate::activation::{Curve, Point};

/// The table is dense up to here.
pub(super) const DENSE: f64 = 20.0;
/// And it ends here.
pub(super) const FAR: f64 = 1e4;
/// Steps of the dense part on each side.
const STEPS: i32 = 2000;
/// Growth of the steps beyond.
const GROWTH: f64 = 1.05;
/// Two numbers this near, relatively, are the same one.
const SAME: f64 = 1e-12;
/// How far from a corner its sides are looked at.
const BESIDE: f64 = 1e-9;
/// Least difference of the slopes (or values) on both sides of a corner.
const CORNER: f64 = 1e-6;

/// Values of a curve.
pub(super) struct Scan<'c> {
    curve: &'c dyn Curve,
    params: &'c [f64],
    /// From −1e4 to 1e4; symmetric, with 0.
    pub(super) table: Vec<(f64, Point)>,
    /// Where the formula changes its form: every corner, and what is smoother than a corner.
    pub(super) seams: Vec<f64>,
    /// Where the derivative jumps, or the function.
    pub(super) corners: Vec<Corner>,
}

impl<'c> Scan<'c> {
    /// `seams` are the places known to be suspicious.
    pub(super) fn new(curve: &'c dyn Curve, params: &'c [f64], mut seams: Vec<f64>) -> Self {
        let mut right: Vec<f64> = (1..=STEPS).map(|step| f64::from(step) * DENSE / f64::from(STEPS)).collect();
        let mut z = DENSE;
        while z < FAR {
            z = (z * GROWTH).min(FAR);
            right.push(z);
        }
        let left = right.iter().rev().map(|z| -z);
        let table = left.chain([0.0]).chain(right.iter().copied()).map(|z| (z, curve.at(z, params))).collect();
        let mut scan = Self { curve, params, table, seams: vec![], corners: vec![] };
        for at in scan.jumps() {
            if seams.iter().all(|known| (known - at).abs() > BESIDE * at.abs().max(1.0)) {
                seams.push(at);
            }
        }
        seams.sort_by(f64::total_cmp);
        seams.dedup();
        scan.corners = seams.iter().filter_map(|&at| scan.corner(at)).collect();
        scan.seams = seams;
        scan
    }

    pub(super) fn at(&self, z: f64) -> Point {
        self.curve.at(z, self.params)
    }

    /// The dense part of the table.
    fn dense(&self) -> &[(f64, Point)] {
        let far = (self.table.len() - 1 - 2 * STEPS as usize) / 2;
        &self.table[far..self.table.len() - far]
    }

    /// Where the slope is not the integral of the bend, or the value that of the slope: between any two neighbours of the
    /// table, halved until nothing is between them.
    fn jumps(&self) -> Vec<f64> {
        /// By how much value and slope at `b` are not what is expected from `a`.
        fn surprise(a: (f64, Point), b: (f64, Point)) -> f64 {
            let half = 0.5 * (b.0 - a.0);
            let by_slope = b.1.value - a.1.value - half * (a.1.slope + b.1.slope);
            let by_bend = b.1.slope - a.1.slope - half * (a.1.bend + b.1.bend);
            by_slope.abs() + by_bend.abs()
        }
        let mut found: Vec<f64> = vec![];
        for pair in self.dense().windows(2) {
            let (mut a, mut b) = (pair[0], pair[1]);
            let least = |a: (f64, Point)| CORNER * (1.0 + a.1.slope.abs().min(1e3));
            while surprise(a, b) > least(a) && b.0 - a.0 > BESIDE * 1e-4 {
                let middle = a.0 + 0.5 * (b.0 - a.0);
                if middle <= a.0 || middle >= b.0 {
                    break;
                }
                let middle = (middle, self.at(middle));
                if surprise(a, middle) > surprise(middle, b) { b = middle } else { a = middle }
            }
            if surprise(a, b) > least(a) {
                // Nobody chooses a corner at 0.30000000000000004.
                let tidy = libm::round(a.0 * 1e9) / 1e9;
                let at = if (tidy - a.0).abs() < BESIDE * 1e-2 { tidy } else { a.0 };
                if found.last().is_none_or(|last| (last - at).abs() > BESIDE) {
                    found.push(at);
                }
            }
        }
        found
    }

    /// The corner at this place, if there is one.
    fn corner(&self, at: f64) -> Option<Corner> {
        let beside = BESIDE * at.abs().max(1.0);
        let (left, here, right) = (self.at(at - beside), self.at(at), self.at(at + beside));
        let differ = |a: f64, b: f64| (a - b).abs() > CORNER * (1.0 + a.abs().min(b.abs()));
        // As they are at the place itself, to first order.
        let (left_slope, right_slope) = (left.slope + beside * left.bend, right.slope - beside * right.bend);
        let jump = right.value - left.value - beside * (left.slope + right.slope);
        let jumps = differ(left.value, left.value + jump);
        (jumps || differ(left_slope, right_slope)).then_some(Corner {
            at,
            left: left_slope,
            right: right_slope,
            used: here.slope,
            jump: if jumps { jump } else { 0.0 },
        })
    }

    /// Points where `f` may be largest: where its derivative changes sign or is 0, and beside seams.
    fn summits(&self, f: impl Fn(&Point) -> (f64, f64)) -> Vec<(f64, f64)> {
        let mut found = vec![];
        for pair in self.table.windows(2) {
            let ((mut low, a), (mut high, b)) = (pair[0], pair[1]);
            let (rise, fall) = (f(&a).1, f(&b).1);
            // Further out a derivative of 0 may only be one that is too small for f64.
            if rise == 0.0 && low.abs() <= DENSE {
                found.push((low, f(&a).0));
            }
            if rise > 0.0 && fall < 0.0 {
                for _ in 0..60 {
                    let middle = low + 0.5 * (high - low);
                    if f(&self.at(middle)).1 > 0.0 { low = middle } else { high = middle }
                }
                found.push((low, f(&self.at(low)).0));
            }
        }
        for &seam in &self.seams {
            let beside = BESIDE * 1e-2 * seam.abs().max(1.0);
            let values = [-beside, 0.0, beside].map(|step| {
                let (value, derivative) = f(&self.at(seam + step));
                value - if step == 0.0 { 0.0 } else { step * derivative }
            });
            found.push((seam, values.into_iter().fold(f64::NEG_INFINITY, f64::max)));
        }
        found
    }

    /// The least upper bound of `f`, given as value and derivative, whose ends are `ends`.
    pub(super) fn supremum(&self, f: impl Fn(&Point) -> (f64, f64), ends: [Reach; 2]) -> Bound {
        if ends.iter().any(|end| end.above) {
            return Bound { value: None, at: None };
        }
        let limits = ends.iter().filter_map(|end| end.limit);
        let table = self.table.iter().map(|(_, point)| f(point).0);
        let anywhere = table.chain(limits).filter(|value| !value.is_nan()).fold(f64::NEG_INFINITY, f64::max);
        // What rounding leaves of a value that is only approached is no summit: a level stretch must begin at a seam, or
        // have no end.
        let level = |z: f64, flat: &dyn Fn(&Point) -> bool| {
            let dense = self.dense();
            let at = dense.partition_point(|(other, _)| *other < z);
            let begin = dense[..=at].iter().rposition(|(_, point)| !flat(point)).map(|at| dense[at].0);
            let end = dense[at..].iter().position(|(_, point)| !flat(point)).map(|after| dense[at + after].0);
            let step = 1.5 * DENSE / f64::from(STEPS);
            let seam = |edge: f64| self.seams.iter().any(|seam| (seam - edge).abs() < step);
            match (begin, end) {
                (None, None) => true,
                (Some(begin), None) => seam(begin),
                (None, Some(end)) => seam(end),
                // A single point where the derivative is 0.
                (Some(begin), Some(end)) => seam(begin) || seam(end) || end - begin < 2.0 * step,
            }
        };
        let near = SAME * (1.0 + anywhere.abs());
        let mut summits = self.summits(&f);
        let highest = summits.iter().map(|(_, value)| *value).fold(anywhere, f64::max);
        summits.retain(|&(_, value)| value >= highest - near);
        summits.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()).then(b.0.total_cmp(&a.0)));
        let flat = |point: &Point| f(point).1 == 0.0;
        let at = summits.iter().map(|(z, _)| *z).find(|&z| !flat(&self.at(z)) || level(z, &flat));
        // Of a function that is nowhere a number there is nothing to bound.
        Bound { value: Some(highest).filter(|&bound| bound > f64::NEG_INFINITY), at }
    }

    /// What happens to `f` on the side of `sign`.
    pub(super) fn reach(&self, sign: f64, f: impl Fn(&Point) -> f64) -> Reach {
        const SAMPLES: u32 = 48;
        let mut decades: Vec<(f64, f64)> = vec![];
        for exponent in [2, 4, 8, 16, 32] {
            let start = libm::pow(10.0, f64::from(exponent));
            // Irregular distances, lest they be periods of the function.
            let values = (0..SAMPLES).map(|i| f(&self.at(sign * start * (1.0 + f64::from(i * i) * 1.618e-4))));
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            let mut defined = true;
            values.for_each(|value| {
                defined &= !value.is_nan();
                (low, high) = (low.min(value), high.max(value));
            });
            if !defined {
                break;
            }
            decades.push((low, high));
            if low.is_infinite() || high.is_infinite() {
                break;
            }
        }
        let Some(&(low, high)) = decades.last() else {
            return Reach { end: End::Undefined, limit: None, above: false, below: false };
        };
        let size = |(low, high): (f64, f64)| low.abs().max(high.abs());
        let steady = decades.iter().rev().nth(1).is_none_or(|before| {
            (before.0 - low).abs() <= 1e-3 * (1.0 + low.abs()) && (before.1 - high).abs() <= 1e-3 * (1.0 + high.abs())
        });
        if high - low <= 1e-9 * (1.0 + high.abs()) && steady {
            let limit = if high.abs() < 1e-15 { 0.0 } else { high };
            return Reach { end: End::Limit, limit: Some(limit), above: false, below: false };
        }
        let grows = size((low, high)).is_infinite()
            || decades.len() > 1 && decades.windows(2).all(|pair| size(pair[1]) > 1.2 * size(pair[0]));
        if grows {
            let (above, below) = (high > 0.0, low < 0.0);
            return Reach { end: End::Unbounded, limit: None, above, below };
        }
        Reach { end: End::Oscillates, limit: None, above: false, below: false }
    }
}

/// What happens at one end.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    pub(super) end: End,
    pub(super) limit: Option<f64>,
    /// Beyond every bound, upwards.
    pub(super) above: bool,
    /// Beyond every bound, downwards.
    pub(super) below: bool,
}

impl Reach {
    /// That of −f.
    pub(super) fn negated(self) -> Self {
        Self { limit: self.limit.map(|limit| -limit), above: self.below, below: self.above, ..self }
    }
}
