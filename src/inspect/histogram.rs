//! The pre-activations of a layer over the training rows, and what the activation does to them.

use crate::activation::{Curve, Function, Number, Point};
use crate::experiment::{LINEAR, LayerSpec};
use crate::real::Scalar;
use crate::training::{Histogram, Session, Set, Trained};

/// A value is flat where |f'| is below this share of the steepest slope, which is the largest |f'| from −4 to 4 and over the
/// values of the layer, but at most 1. So a curve that grows ever steeper is not flat where it passes a gradient on as it
/// is, and a sigmoid, whose slope is nowhere above ¼, is not flat at 0.
const FLAT: f64 = 0.05;
/// Where the steepest slope is looked for, whatever the values of the layer are.
const REACH: f64 = 4.0;
/// Units whose trained parameters are told one by one.
const SHOWN_UNITS: usize = 12;

/// The histogram of a layer's pre-activations over the training rows, in so many bins. The axis reaches from −4 to 4, and
/// doubles on a side until it holds 99.5 % of the values there; that of the outputs starts from −1 to 1.
pub fn histogram<L: Number>(session: &mut Session<L>, layer: usize, bins: usize) -> Histogram {
    let nodes = session.network().layers[layer];
    let units = session.network().graph.shape(nodes.z).features();
    let rows = session.watched(Set::Train);
    // By unit, so that a dead one shows as a run of values without slope.
    let mut by_unit: Vec<Vec<L::Scalar>> = vec![Vec::with_capacity(rows); units];
    session.watch(Set::Train, |session, _| {
        for (unit, seen) in by_unit.iter_mut().enumerate() {
            seen.extend(session.evaluated(nodes.z, unit));
        }
    });
    let mut values: Vec<f64> = by_unit.iter().flatten().map(|z| z.wide()).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() / count).sqrt();
    let (low, high) = axis(&mut values, 4.0);
    let mut report = Histogram {
        low,
        high,
        counts: counts(&values, low, high, bins),
        curve: vec![],
        flat: vec![],
        outputs: vec![],
        output_low: 0.0,
        output_high: 0.0,
        mean,
        deviation,
        flat_share: 0.0,
        dead: 0,
        dead_units: vec![],
        idle: 0,
        alike: false,
        trained: vec![],
    };
    let experiment = session.experiment();
    let output = Some(LayerSpec::new(1, &experiment.output)).filter(|output| output.activation != LINEAR);
    let spec = experiment.layers.get(layer).or(output.as_ref()).map(LayerSpec::resolve);
    let Some((nonlinearity, given)) = spec.and_then(Result::ok) else { return report };
    let equal = by_unit.len() > 1 && by_unit.windows(2).all(|pair| pair[0] == pair[1]);
    let at_random = nonlinearity.card().is_some_and(|card| card.random);
    report.alike = equal && !at_random && session.network().inits[layer].id() == "zeros";
    let Some(function) = nonlinearity.function() else { return report };
    // Trained parameters are where they are now: a row for each unit, or one for all.
    let present: Vec<L::Scalar> = match nodes.params {
        Some(params) => session.weights()[session.network().graph.parameter_info(params).range()].to_vec(),
        None => given.iter().map(|&param| L::Scalar::of(param)).collect(),
    };
    if nodes.params.is_some() {
        report.trained = trained(function, &present);
    }
    let gates: Vec<Gate<L>> = present.chunks(given.len().max(1)).map(|params| Gate::new(function, params)).collect();
    let mut gates = if gates.is_empty() { vec![Gate::new(function, &[])] } else { gates };
    let shared = gates.len() == 1;
    let (mut outputs, mut slopes) = (Vec::with_capacity(values.len()), Vec::with_capacity(units));
    for (unit, seen) in by_unit.iter().enumerate() {
        slopes.push(gates[if shared { 0 } else { unit }].pass(seen, &mut outputs));
    }
    let width = (high - low) / bins as f64;
    let centres = (0..bins).map(|bin| low + (bin as f64 + 0.5) * width);
    (report.curve, report.flat) = centres
        .map(|z| {
            let point = gates[0].at(z);
            (point.value, gates[0].is_flat(point.slope))
        })
        .unzip();
    let mut flat = 0;
    for (unit, slopes) in slopes.iter().enumerate() {
        let gate = &gates[if shared { 0 } else { unit }];
        flat += slopes.iter().filter(|&&slope| gate.is_flat(slope)).count();
        if slopes.iter().all(|&slope| slope == 0.0) {
            report.dead_units.push(unit);
        }
        report.idle += usize::from(slopes.iter().all(|&slope| gate.is_flat(slope)));
    }
    report.dead = report.dead_units.len();
    (report.output_low, report.output_high) = axis(&mut outputs, 1.0);
    report.outputs = counts(&outputs, report.output_low, report.output_high, bins);
    report.flat_share = flat as f64 / count;
    report
}

/// The share of hidden units that are off or flat: no training row gets |f'| of 5 % of the largest. None where no layer has an
/// activation of single units.
pub fn idle_share<L: Number>(session: &mut Session<L>) -> Option<f64> {
    let (mut idle, mut units) = (0, 0);
    for layer in 0..session.experiment().layers.len() {
        let histogram = histogram(session, layer, 1);
        if !histogram.curve.is_empty() {
            let nodes = session.network().layers[layer];
            idle += histogram.idle;
            units += session.network().graph.shape(nodes.z).features();
        }
    }
    (units > 0).then(|| idle as f64 / units as f64)
}

/// The trained parameters of a function; `present` has a row for each unit, or one for all.
fn trained<S: Scalar>(function: &Function, present: &[S]) -> Vec<Trained> {
    let ids: Vec<&str> = function.parameters().map(|param| param.id).collect();
    let rows: Vec<&[S]> = present.chunks_exact(ids.len()).collect();
    let shown = if rows.len() == 1 { 0 } else { rows.len().min(SHOWN_UNITS) };
    let describe = |(at, id): (usize, &&str)| {
        let values: Vec<f64> = rows.iter().map(|row| row[at].wide()).collect();
        Trained {
            id: (*id).into(),
            mean: values.iter().sum::<f64>() / values.len() as f64,
            low: values.iter().copied().fold(f64::INFINITY, f64::min),
            high: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            sets: rows.len(),
            units: (0..shown).map(|pick| values[pick * rows.len() / shown]).collect(),
        }
    };
    ids.iter().enumerate().map(describe).collect()
}

/// An activation with its parameters, as gradients meet it.
struct Gate<'a, L: Number> {
    curve: &'a dyn Curve,
    params: &'a [L::Scalar],
    steepest: f64,
}

impl<'a, L: Number> Gate<'a, L> {
    fn new(function: &'a Function, params: &'a [L::Scalar]) -> Self {
        let mut gate = Self { curve: function.curve(), params, steepest: 0.0 };
        let points = (0..=160).map(|step| REACH * (f64::from(step) / 80.0 - 1.0));
        gate.steepest = points.map(|z| gate.at(z).slope.abs()).fold(0.0, f64::max);
        gate
    }

    fn at(&self, z: f64) -> Point {
        let params: Vec<f64> = self.params.iter().map(|param| param.wide()).collect();
        self.curve.at(z, &params)
    }

    /// f' at each of the values, which count for the steepest slope from now on; f is added to `outputs`.
    fn pass(&mut self, seen: &[L::Scalar], outputs: &mut Vec<f64>) -> Vec<f64> {
        let mut z = vec![L::ZERO; seen.len().div_ceil(L::COUNT)];
        bytemuck::cast_slice_mut::<L, L::Scalar>(&mut z)[..seen.len()].copy_from_slice(seen);
        let (mut value, mut slope) = (z.clone(), z.clone());
        L::values_and_slopes(self.curve, &z, self.params, &mut value, &mut slope);
        let wide = |lanes: &[L]| {
            bytemuck::cast_slice::<L, L::Scalar>(lanes)[..seen.len()].iter().map(|x| x.wide()).collect::<Vec<f64>>()
        };
        outputs.extend(wide(&value));
        let slopes = wide(&slope);
        self.steepest = slopes.iter().map(|slope| slope.abs()).fold(self.steepest, f64::max);
        slopes
    }

    /// Whether so little of a gradient gets through, see [`FLAT`]; always where nothing does anywhere.
    fn is_flat(&self, slope: f64) -> bool {
        self.steepest == 0.0 || slope.abs() < FLAT * self.steepest.min(1.0)
    }
}

/// Edges that hold 99.5 % of the values on each side: `reach`, doubled as often as it takes. Puts the values out of order.
fn axis(values: &mut [f64], reach: f64) -> (f64, f64) {
    let last = (values.len() - 1) as f64;
    let mut quantile = |share: f64| *values.select_nth_unstable_by((last * share) as usize, f64::total_cmp).1;
    let (lowest, highest) = (quantile(0.005), quantile(0.995));
    let edge = |beyond: f64| {
        let mut edge = reach;
        while edge < beyond && edge < 1e30 {
            edge *= 2.0;
        }
        edge
    };
    (-edge(-lowest), edge(highest))
}

/// How many values are in each bin; those beyond the edges are in the outer ones, NaN in none.
fn counts(values: &[f64], low: f64, high: f64, bins: usize) -> Vec<u32> {
    let mut counts = vec![0; bins];
    for &value in values.iter().filter(|value| !value.is_nan()) {
        let bin = (value - low) / (high - low) * bins as f64;
        counts[(bin.max(0.0) as usize).min(bins - 1)] += 1;
    }
    counts
}
