//! The pre-activations of a layer over the training rows, and what the activation does to them.

use crate::activation::{Activation, Number};
use crate::experiment::LayerSpec;
use crate::real::Scalar;
use crate::training::{Histogram, Session, Set};

/// A value is flat where |f'| is below this share of the largest |f'|.
const FLAT: f64 = 0.05;
/// Where the largest |f'| is looked for.
const REACH: f64 = 12.0;

/// The histogram of a layer's pre-activations over the training rows, in so many bins. The axis reaches from −4 to 4, and
/// doubles on a side until it holds 99.5 % of the values there.
pub fn histogram<L: Number>(session: &mut Session<L>, layer: usize, bins: usize) -> Histogram {
    let z = session.network().layers[layer].z;
    let units = session.network().graph.shape(z).features();
    let rows = session.rows(Set::Train).len();
    let mut values = Vec::with_capacity(units * rows);
    // By unit, so that a dead one shows as a run of values without slope.
    let mut by_unit: Vec<Vec<f64>> = vec![Vec::with_capacity(rows); units];
    session.evaluate(Set::Train, |session, _| {
        for (unit, seen) in by_unit.iter_mut().enumerate() {
            seen.extend(session.evaluated(z, unit).iter().map(|z| z.wide()));
        }
    });
    by_unit.iter().for_each(|seen| values.extend_from_slice(seen));
    let spec = session.experiment().layers.get(layer);
    let gate = spec.and_then(LayerSpec::resolve).map(|(activation, params)| Gate::new(activation, params));
    let mut report = spread(&mut values, bins);
    if let Some(gate) = gate {
        let width = (report.high - report.low) / bins as f64;
        let centres = (0..bins).map(|bin| report.low + (bin as f64 + 0.5) * width);
        (report.curve, report.flat) =
            centres.map(|z| (gate.activation.at(z, &gate.params).value, gate.is_flat(z))).unzip();
        let flat: usize = by_unit.iter().flatten().filter(|&&z| gate.is_flat(z)).count();
        report.flat_share = flat as f64 / values.len() as f64;
        report.dead = by_unit.iter().filter(|seen| seen.iter().all(|&z| gate.slope(z) == 0.0)).count();
    }
    report
}

/// An activation with its parameters, as gradients meet it.
struct Gate {
    activation: &'static dyn Activation,
    params: Vec<f64>,
    steepest: f64,
}

impl Gate {
    fn new(activation: &'static dyn Activation, params: Vec<f64>) -> Self {
        let mut gate = Self { activation, params, steepest: 0.0 };
        let points = (0..=480).map(|step| REACH * (f64::from(step) / 240.0 - 1.0));
        gate.steepest = points.map(|z| gate.slope(z).abs()).fold(0.0, f64::max);
        gate
    }

    fn slope(&self, z: f64) -> f64 {
        self.activation.at(z, &self.params).slope
    }

    fn is_flat(&self, z: f64) -> bool {
        self.steepest == 0.0 || self.slope(z).abs() < FLAT * self.steepest
    }
}

/// Counts, axis and moments of values, which are put out of order.
fn spread(values: &mut [f64], bins: usize) -> Histogram {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() / count).sqrt();
    let mut quantile = |share: f64| *values.select_nth_unstable_by(((count - 1.0) * share) as usize, f64::total_cmp).1;
    let (lowest, highest) = (quantile(0.005), quantile(0.995));
    let reach = |beyond: f64| {
        let mut edge = 4.0;
        while edge < beyond && edge < 1e30 {
            edge *= 2.0;
        }
        edge
    };
    let (low, high) = (-reach(-lowest), reach(highest));
    let mut counts = vec![0; bins];
    for &z in values.iter().filter(|z| !z.is_nan()) {
        let bin = (z - low) / (high - low) * bins as f64;
        counts[(bin.max(0.0) as usize).min(bins - 1)] += 1;
    }
    Histogram { low, high, counts, curve: vec![], flat: vec![], mean, deviation, flat_share: 0.0, dead: 0 }
}
