//! What can be read from a session while it trains: the output as a map, histograms of pre-activations, confusion,
//! predictions.

mod curve;
pub mod depth;
mod histogram;
mod kernel;
pub mod output;

pub use curve::{Rounding, curve, rounded_curve};
pub use histogram::{histogram, idle_share};
pub use kernel::Kernel;

use crate::activation::Number;
use crate::activation::vector::softmax;
use crate::data::Dataset;
use crate::graph::Node;
use crate::loss::Loss;
use crate::real::{Real, Scalar};
use crate::training::{Session, Set};

/// The output map reaches from −1.2 to 1.2 in both inputs; generated points lie within −1…1 but for noise.
pub const MAP_EXTENT: f64 = 1.2;

/// The network's output over the plane, `size` × `size`, row by row from the top: the probability of class 1, or the
/// number predicted. For a network with two inputs.
///
/// # Panics
/// If `into` is not `size` × `size`.
pub fn output_map<L: Number>(session: &mut Session<L>, size: usize, into: &mut [f32]) {
    assert_eq!(into.len(), size * size, "the map is {size} × {size}");
    over_plane(session, size, |session, start, count| {
        for (sample, into) in into[start..start + count].iter_mut().enumerate() {
            *into = answer(session, sample) as f32;
        }
    });
}

/// What each unit of the hidden layers gives over the plane, layer after layer, unit after unit, each `size` × `size` row by row from
/// the top: the values after the activation. For a network with two inputs.
///
/// # Panics
/// If `into` does not have room for all units.
pub fn unit_maps<L: Number>(session: &mut Session<L>, size: usize, into: &mut [f32]) {
    let units = hidden_units(session);
    assert_eq!(into.len(), units.len() * size * size, "{} maps of {size} × {size}", units.len());
    maps_of(session, &units, size, into);
}

/// What one unit of a layer gives over the plane: the values after the activation.
///
/// # Panics
/// If `into` is not `size` × `size`, or there is no such unit.
pub fn unit_map<L: Number>(session: &mut Session<L>, [layer, unit]: [usize; 2], size: usize, into: &mut [f32]) {
    assert_eq!(into.len(), size * size, "the map is {size} × {size}");
    let node = session.network().layers[layer].a;
    maps_of(session, &[(node, unit)], size, into);
}

/// What the network sees of the plane, feature after feature, each map `size` × `size` row by row from the top.
pub fn feature_maps(dataset: &Dataset, size: usize) -> Vec<f32> {
    let all = 0..size * size;
    let seen = |feature| all.clone().map(move |cell| dataset.seen_at(place(cell, size), feature) as f32);
    (0..dataset.width()).flat_map(seen).collect()
}

/// The middle of a cell of the map.
fn place(cell: usize, size: usize) -> [f64; 2] {
    let centre = |cell: usize| MAP_EXTENT * ((2 * cell + 1) as f64 / size as f64 - 1.0);
    [centre(cell % size), -centre(cell / size)]
}

/// Every unit of the hidden layers: its node, and its number there.
pub fn hidden_units<L: Number>(session: &Session<L>) -> Vec<(Node, usize)> {
    let network = session.network();
    let hidden = network.layers.split_last().map_or(&[][..], |(_, hidden)| hidden);
    let of_layer = |node: Node| (0..network.graph.shape(node).features()).map(move |unit| (node, unit));
    hidden.iter().flat_map(|nodes| of_layer(nodes.a)).collect()
}

fn maps_of<L: Number>(session: &mut Session<L>, units: &[(Node, usize)], size: usize, into: &mut [f32]) {
    over_plane(session, size, |session, start, count| {
        for (&(node, unit), map) in units.iter().zip(into.chunks_mut(size * size)) {
            let values = session.evaluated(node, unit);
            for (into, value) in map[start..start + count].iter_mut().zip(values) {
                *into = value.wide() as f32;
            }
        }
    });
}

/// Runs the network on the middles of `size` × `size` cells of the plane, in parts; says of each where it starts and how many
/// cells it has.
fn over_plane<L: Number>(session: &mut Session<L>, size: usize, mut look: impl FnMut(&Session<L>, usize, usize)) {
    let (all, room) = (size * size, session.room());
    for start in (0..all).step_by(room) {
        let count = room.min(all - start);
        let data = session.shared_dataset();
        session.run(count, |sample, feature| data.seen_at(place(start + sample, size), feature));
        look(session, start, count);
    }
}

/// Probability of class 1 (clipped for a squared error, which may leave 0…1), or the number predicted.
fn answer<L: Number>(session: &Session<L>, sample: usize) -> f64 {
    let network = session.network();
    let logits = network.logits();
    let output = |k: usize| session.evaluated(logits, k)[sample].wide();
    match network.loss_kind {
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::LogCosh => output(0),
        Loss::Bce | Loss::Hinge => output(0).sigmoid(),
        Loss::CrossEntropy { .. } | Loss::Margin => {
            let pair = [output(0), output(1)];
            let mut probabilities = [0.0; 2];
            softmax(1.0, &pair, &mut probabilities, 1);
            probabilities[1]
        }
    }
}

/// How often each class (rows) was put in each class (columns), over a set.
///
/// # Panics
/// If `into` does not have a place for every pair of classes.
pub fn confusion<L: Number>(session: &mut Session<L>, set: Set, into: &mut [u32]) {
    let classes = session.dataset().classes.len();
    assert_eq!(into.len(), classes * classes, "{classes} classes");
    into.fill(0);
    session.watch(set, |session, rows| {
        for (sample, &row) in rows.iter().enumerate() {
            for (position, &true_class) in session.dataset().targets.row(row).iter().enumerate() {
                into[true_class as usize * classes + session.predicted_class(sample, position)] += 1;
            }
        }
    });
}

/// The target and what was predicted for it, row after row of the watched rows of a set, in the units of the data. For a
/// regression; of a target of several numbers the first.
pub fn predictions<L: Number>(session: &mut Session<L>, set: Set) -> Vec<f32> {
    let mut pairs = Vec::with_capacity(2 * session.watched(set));
    session.watch(set, |session, rows| {
        let [shift, scale] = session.dataset().target_scale;
        let unscaled = |number: f64| (number * scale + shift) as f32;
        let logits = session.network().logits();
        for (sample, &row) in rows.iter().enumerate() {
            pairs.push(unscaled(f64::from(session.dataset().targets.row(row)[0])));
            pairs.push(unscaled(session.evaluated(logits, 0)[sample].wide()));
        }
    });
    pairs
}
