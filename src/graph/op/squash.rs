//! Squashing of capsules: keeps a vector's direction and brings its length below 1.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::graph::{Graph, Node};
use crate::real::Real;

#[derive(Clone)]
pub(in crate::graph) struct Squash {
    input: Node,
    features: usize,
}

impl Graph {
    /// `‖s‖²/(1 + ‖s‖²) · s/‖s‖` over the last axis (Sabour, Frosst & Hinton 2017, equation 1); 0 at 0, with gradient 0.
    pub fn squash(&mut self, input: Node) -> Node {
        let shape = self.shape(input).clone();
        let features = shape.last();
        self.push(Squash { input, features }, shape)
    }
}

/// 1/‖s‖ of a squared length, 0 at 0.
fn inverse<R: Real>(square: R) -> R {
    R::select(square.gt(R::ZERO), R::ONE / square.sqrt(), R::ZERO)
}

impl Operation for Squash {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (lanes, size) = (pass.lanes, self.features * pass.lanes);
        let vectors = pass.value(self.input).chunks_exact(size).zip(pass.out.chunks_exact_mut(size));
        for (s, out) in vectors {
            for at in 0..lanes {
                let column = s.iter().skip(at).step_by(lanes);
                let square = column.clone().fold(L::ZERO, |sum, &s| sum + s * s);
                let factor = square / (L::ONE + square) * inverse(square);
                out.iter_mut().skip(at).step_by(lanes).zip(column).for_each(|(out, &s)| *out = factor * s);
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (s, gradient, lanes) = (pass.value(self.input), pass.gradient, pass.lanes);
        let size = self.features * lanes;
        let Some((into, write)) = pass.input(0) else { return };
        let vectors = s.chunks_exact(size).zip(gradient.chunks_exact(size)).zip(into.chunks_exact_mut(size));
        for ((s, gradient), into) in vectors {
            for at in 0..lanes {
                let pairs = s.iter().zip(gradient).skip(at).step_by(lanes);
                let square = pairs.clone().fold(L::ZERO, |sum, (&s, _)| sum + s * s);
                let along = pairs.clone().fold(L::ZERO, |sum, (&s, &g)| sum + s * g);
                let (grown, inverse) = (L::ONE + square, inverse(square));
                // v = k·s with k = ‖s‖/(1 + ‖s‖²), and dk/d‖s‖ = (1 − ‖s‖²)/(1 + ‖s‖²)².
                let factor = square * inverse / grown;
                let slope = (L::ONE - square) / (grown * grown) * inverse * along;
                let into = into.iter_mut().skip(at).step_by(lanes);
                into.zip(pairs).for_each(|(into, (&s, &g))| write.put(into, factor * g + slope * s));
            }
        }
    }
}
