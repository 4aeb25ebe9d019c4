//! Why a loss is no longer a number: a learning rate too high, or an activation that has no value where it is asked for one.

use super::network::Network;
use crate::activation::Number;
use crate::graph::{Applied, Program};
use crate::real::Scalar;

/// What is wrong, in words, and whether a smaller learning rate would help. `trainer` has just gone forward; `moved` says
/// whether the weights are no longer those the network began with.
pub(super) fn of<L: Number>(
    network: &Network,
    trainer: &Program<L>,
    weights: &[L::Scalar],
    rate: f64,
    moved: bool,
) -> (String, bool) {
    const LARGEST: &str = "3.4 × 10³⁸, the largest 32-bit number";
    let too_high = format!("The learning rate {rate} is most likely too high for this network.");
    if weights.iter().any(|w| !w.wide().is_finite()) {
        let steep = |applied: &Applied| broken::<L>(applied, |_, slope| slope.is_nan()).filter(|z| *z != 0.0);
        return match network.graph.applied().find_map(|applied| Some((steep(&applied)?, applied))) {
            Some((z, applied)) => {
                let name = applied.function.name();
                (format!("The slope of {name} has no value at z = {}. {ANOTHER}", digits(z)), false)
            }
            None => (format!("A weight grew past {LARGEST}. {too_high}"), true),
        };
    }
    let (what, everywhere) =
        match network.graph.applied().find_map(|applied| Some((lost(network, &applied, trainer)?, applied))) {
            Some((Lost { z: Some(z), is_nan }, applied)) => {
                let (name, at) = (applied.function.name(), digits(z));
                let place = place(network, applied.layer);
                let fact = if is_nan { "has no value".into() } else { format!("is past {LARGEST},") };
                let everywhere = broken::<L>(&applied, |value, _| !value.is_finite()).is_none();
                (format!("{name} {fact} at z = {at}, which {place} reached."), everywhere)
            }
            _ => (format!("A sum grew past {LARGEST}."), true),
        };
    if !everywhere {
        return (format!("{what} {ANOTHER}"), false);
    }
    if moved {
        return (format!("{what} {too_high}"), true);
    }
    let not_yet =
        "No weight has moved yet, so it is not the learning rate: another activation or initialiser may help.";
    (format!("{what} {not_yet}"), false)
}

const ANOTHER: &str = "A smaller learning rate would not help; another activation would.";

/// Where on −4…4, in tenths, value or slope of an activation is not as it should be, as the network computes them.
fn broken<L: Number>(applied: &Applied, is_wrong: impl Fn(f64, f64) -> bool) -> Option<f64> {
    let points: Vec<f64> = (0..=80).map(|step| f64::from(step - 40) / 10.0).collect();
    let z: Vec<L> = points.iter().map(|&z| L::splat(L::Scalar::of(z))).collect();
    let params: Vec<L::Scalar> = applied.params.iter().map(|&param| L::Scalar::of(param)).collect();
    let (mut values, mut slopes) = (z.clone(), z.clone());
    L::values_and_slopes(applied.function.curve(), &z, &params, &mut values, &mut slopes);
    let wide = |number: &L| bytemuck::cast_slice::<L, L::Scalar>(std::slice::from_ref(number))[0].wide();
    points
        .into_iter()
        .zip(values.iter().zip(&slopes))
        .find(|(_, (y, slope))| is_wrong(wide(y), wide(slope)))
        .map(|(z, _)| z)
}

/// An activation that gave something that is no finite number.
struct Lost {
    /// Where it did so; none if it was asked for it at no finite number.
    z: Option<f64>,
    is_nan: bool,
}

fn lost<L: Number>(network: &Network, applied: &Applied, trainer: &Program<L>) -> Option<Lost> {
    let mut lost = None;
    for feature in 0..network.graph.shape(applied.a).features() {
        let pairs = trainer.row(applied.z, feature).iter().zip(trainer.row(applied.a, feature));
        for (z, a) in pairs.map(|(z, a)| (z.wide(), a.wide())).filter(|(_, a)| !a.is_finite()) {
            if z.is_finite() {
                return Some(Lost { z: Some(z), is_nan: a.is_nan() });
            }
            lost = Some(Lost { z: None, is_nan: a.is_nan() });
        }
    }
    lost
}

/// `layers.0` as it is spoken of.
fn place(network: &Network, layer: &str) -> String {
    let mut parts = layer.split('.');
    let kind = parts.next().unwrap_or_default();
    match (kind, parts.next().and_then(|number| number.parse::<usize>().ok())) {
        ("layers", Some(at)) if at + 1 == network.layers.len() => "the output layer".into(),
        ("layers", Some(at)) => format!("layer {}", at + 1),
        ("modules", Some(at)) => format!("module {}", at + 1),
        _ => "the network".into(),
    }
}

/// Two digits of a number, with a proper minus.
fn digits(z: f64) -> String {
    let short: f64 = format!("{z:.1e}").parse().unwrap_or(z);
    let text =
        if short != 0.0 && !(1e-4..1e6).contains(&short.abs()) { format!("{short:e}") } else { short.to_string() };
    text.replace('-', "−")
}
