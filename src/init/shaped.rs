//! Rules that look at more than the width of the layer.

use super::declare::{Start, initialisers};
use super::scaled::GAIN;
use crate::rule::Framework::Pytorch;
use crate::rule::{Card, FrameworkDefaults, Param};

initialisers! {
    /// The orthogonal factor of a normal matrix: `torch.nn.init.orthogonal_`. Rows are orthonormal, or columns where
    /// there are fewer of them.
    orthogonal {
        Card {
            id: "orthogonal",
            label: "orthogonal",
            help: "A rotation of the signal: its length stays the same however deep the network.",
            reference: "Saxe, McClelland & Ganguli 2014",
            params: &[GAIN],
            ..Card::BLANK
        },
        |start, [gain]| rotate(start, gain)
    }

    /// U(±1/√fan-in) for weights and biases: what `torch.nn.Linear` does.
    pytorch {
        Card {
            id: "pytorch",
            label: "PyTorch",
            help: "Weights and biases uniform within ±1/√fan-in.",
            reference: "torch.nn.Linear",
            params: &[GAIN],
            defaults: &[FrameworkDefaults::new(Pytorch, None, &[])],
        },
        |start, [gain]| {
            let bound = 1.0 / start.fan_in().sqrt();
            start.uniform(gain * bound);
            start.uniform_biases(bound);
        }
    }

    /// U(±1/fan-in) in the first layer, U(±√(6/fan-in)/ω₀) after it; biases as `torch.nn.Linear` has them, which the
    /// authors' code leaves alone.
    siren {
        Card {
            id: "siren",
            label: "SIREN",
            help: "For sine: the first layer within ±1/fan-in, the others within ±√(6/fan-in)/ω₀.",
            reference: "Sitzmann et al. 2020",
            params: &[
                Param::new("omega", "omega", 0.0, 0.0, 60.0)
                    .say("ω₀", "Frequency the weights are divided by; 0 for that of the layer's own sine."),
                GAIN,
            ],
            ..Card::BLANK
        },
        |start, [omega, gain]| {
            let omega = if omega > 0.0 { omega } else { start.place.omega };
            let fan_in = start.fan_in();
            let bound = if start.place.first { 1.0 / fan_in } else { (6.0 / fan_in).sqrt() / omega };
            start.uniform(gain * bound);
            start.uniform_biases(1.0 / fan_in.sqrt());
        }
    }
}

/// Normal vectors made orthonormal by Gram and Schmidt, modified and done twice, so that no digits are lost; the signs are
/// those for which the triangular factor has a positive diagonal.
fn rotate(start: &mut Start<'_>, gain: f64) {
    start.normal(1.0);
    let (rows, columns) = (start.place.fan_out, start.place.fan_in);
    let (count, length) = (rows.min(columns), rows.max(columns));
    let at = |vector: usize, i: usize| if rows > columns { i * columns + vector } else { vector * columns + i };
    let mut vectors: Vec<Vec<f64>> =
        (0..count).map(|vector| (0..length).map(|i| start.weights[at(vector, i)]).collect()).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for now in 0..count {
        let (before, rest) = vectors.split_at_mut(now);
        let vector = &mut rest[0];
        for _ in 0..2 {
            for other in before.iter() {
                let share = dot(other, vector);
                vector.iter_mut().zip(other).for_each(|(x, y)| *x -= share * y);
            }
        }
        let norm = dot(vector, vector).sqrt();
        vector.iter_mut().for_each(|x| *x /= norm);
    }
    for (number, vector) in vectors.iter().enumerate() {
        for (i, x) in vector.iter().enumerate() {
            start.weights[at(number, i)] = gain * x;
        }
    }
}
