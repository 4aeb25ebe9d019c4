//! The softmax of attention: over the last axis of scaled scores, of the past only if it is causal.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::activation::vector::log_sum_exp;
use crate::error::Error;
use crate::graph::{Graph, Node};

#[derive(Clone)]
pub(in crate::graph) struct Attend {
    input: Node,
    scale: f64,
    causal: bool,
    /// Queries and keys.
    sizes: [usize; 2],
}

impl Graph {
    /// `softmax(scale · scores)` over the keys, `[…, queries, keys]` (Vaswani et al. 2017). If causal, a query sees the keys
    /// up to its own place; the weights of the others are 0.
    ///
    /// # Errors
    /// If there are fewer than two axes, or causal scores are not square.
    pub fn attention_weights(&mut self, scores: Node, scale: f64, causal: bool) -> Result<Node, Error> {
        let shape = self.shape(scores).clone();
        match shape.axes() {
            [.., queries, keys] if !causal || queries == keys => {
                let sizes = [*queries, *keys];
                Ok(self.push(Attend { input: scores, scale, causal, sizes }, shape))
            }
            _ => Err(self.refusal(format!("attention needs [queries, keys], as many if causal; got {shape}"))),
        }
    }
}

impl Attend {
    /// How many keys the query of each row sees.
    fn seen(&self, row: usize) -> usize {
        if self.causal { row % self.sizes[0] + 1 } else { self.sizes[1] }
    }
}

impl Operation for Attend {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (size, lanes, scale) = (self.sizes[1] * pass.lanes, pass.lanes, L::constant(self.scale));
        let rows = pass.value(self.input).chunks_exact(size).zip(pass.out.chunks_exact_mut(size));
        for (row, (scores, out)) in rows.enumerate() {
            let (seen, unseen) = out.split_at_mut(self.seen(row) * lanes);
            unseen.fill(L::ZERO);
            for at in 0..lanes {
                let column = scores[..seen.len()].iter().skip(at).step_by(lanes).map(|&score| scale * score);
                let (largest, total) = log_sum_exp(column.clone());
                let outs = seen.iter_mut().skip(at).step_by(lanes);
                outs.zip(column).for_each(|(out, score)| *out = ((score - largest) - total).exp());
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (out, gradient, lanes) = (pass.out, pass.gradient, pass.lanes);
        let (size, scale) = (self.sizes[1] * lanes, L::constant(self.scale));
        let Some((into, write)) = pass.input(0) else { return };
        let rows = out.chunks_exact(size).zip(gradient.chunks_exact(size)).zip(into.chunks_exact_mut(size));
        for (row, ((out, gradient), into)) in rows.enumerate() {
            let (seen, unseen) = into.split_at_mut(self.seen(row) * lanes);
            write.put_all(unseen, std::iter::repeat(L::ZERO));
            for at in 0..lanes {
                let pairs = out[..seen.len()].iter().zip(gradient).skip(at).step_by(lanes);
                let along = pairs.clone().fold(L::ZERO, |sum, (&p, &g)| sum + p * g);
                let into = seen.iter_mut().skip(at).step_by(lanes);
                into.zip(pairs).for_each(|(into, (&p, &g))| write.put(into, scale * (p * (g - along))));
            }
        }
    }
}
