//! Dropout: some numbers are left out at random while training.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Mode, Node};
use crate::tensor::Shape;

/// What stands in for a number that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropoutKind {
    /// 0; the others are divided by the share that is kept (Srivastava et al. 2014), as `torch.nn.Dropout`.
    Zero,
    /// SELU's lowest value; scale and shift keep mean and variance (Klambauer et al. 2017), as `torch.nn.AlphaDropout`.
    Alpha,
}

/// −λα, what SELU tends to at −∞.
const FLOOR: f64 = -1.758_099_340_847_376_7;

#[derive(Clone)]
pub(in crate::graph) struct Dropout {
    input: Node,
    kind: DropoutKind,
    probability: f64,
}

impl Graph {
    /// Leaves each number out with this probability while training; does nothing in evaluation.
    ///
    /// # Errors
    /// If the probability is not from 0 to below 1.
    pub fn dropout(&mut self, input: Node, kind: DropoutKind, probability: f64) -> Result<Node, Error> {
        if !(0.0..1.0).contains(&probability) {
            return Err(self.refusal(format!("dropout of {probability}: a number from 0 to below 1 is needed")));
        }
        Ok(self.push(Dropout { input, kind, probability }, self.shape(input).clone()))
    }
}

impl Dropout {
    /// What a number is multiplied with and what is added, if it is kept, and the value if it is left out.
    fn rule(&self) -> (f64, f64, f64) {
        let (p, kept) = (self.probability, 1.0 - self.probability);
        match self.kind {
            DropoutKind::Zero => (1.0 / kept, 0.0, 0.0),
            DropoutKind::Alpha => {
                let scale = 1.0 / libm::sqrt(kept * (1.0 + p * FLOOR * FLOOR));
                let shift = -scale * FLOOR * p;
                (scale, shift, scale * FLOOR + shift)
            }
        }
    }
}

impl Operation for Dropout {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    /// What each number was multiplied with: 0 where it was left out.
    fn kept(&self, _: &Graph, shape: &Shape, mode: Mode) -> usize {
        if mode == Mode::Train { shape.features() } else { 0 }
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let x = pass.value(self.input);
        if !pass.is_training() {
            return pass.out.copy_from_slice(x);
        }
        let (scale, shift, out_value) = self.rule();
        super::draw(pass.kept, pass.lanes, pass.samples, || {
            if pass.random.unit() < self.probability { 0.0 } else { scale }
        });
        for ((out, &factor), &x) in pass.out.iter_mut().zip(&*pass.kept).zip(x) {
            let stays = factor.gt(L::ZERO);
            *out = L::select(stays, factor * x + L::constant(shift), L::constant(out_value));
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let factors = pass.gradient.iter().zip(pass.kept);
        pass.put(0, factors.map(|(&gradient, &factor)| gradient * factor));
    }
}
