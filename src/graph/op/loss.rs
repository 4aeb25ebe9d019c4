//! A loss for each sample.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::loss::Loss;
use crate::tensor::Shape;

#[derive(Clone)]
pub(in crate::graph) struct LossOf {
    /// Logits and targets; only the first gets a gradient.
    inputs: [Node; 2],
    loss: Loss,
}

impl Graph {
    /// A loss for each sample: of all outputs, or of a class for every position before the last axis.
    ///
    /// # Errors
    /// If there are not as many targets as the loss takes for these logits.
    pub fn loss(&mut self, logits: Node, target: Node, loss: Loss) -> Result<Node, Error> {
        let shape = self.shape(logits);
        let needed = loss.targets(shape.positions(), shape.last());
        if self.shape(target).features() != needed {
            let fact = format!(
                "loss {}: logits {shape} need {needed} target{}, got {}",
                loss.id(),
                if needed == 1 { "" } else { "s" },
                self.shape(target)
            );
            return Err(self.refusal(fact));
        }
        let target = self.detach(target);
        Ok(self.push(LossOf { inputs: [logits, target], loss }, Shape::new(&[1])))
    }
}

impl Operation for LossOf {
    fn inputs(&self) -> &[Node] {
        &self.inputs
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let [logits, target] = self.inputs.map(|node| pass.value(node));
        self.loss.forward(logits, target, pass.out);
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let [logits, target] = self.inputs.map(|node| pass.value(node));
        let scale = pass.gradient;
        if let Some((into, write)) = pass.input(0) {
            self.loss.backward(logits, target, scale, into, write);
        }
    }
}
