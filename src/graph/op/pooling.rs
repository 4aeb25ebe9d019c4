//! The largest number or the mean of each window of an image.

use super::{Backward, Forward, Operation, Window};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Mode, Node};
use crate::kernels::Geometry;
use crate::tensor::{Shape, Write};

/// What becomes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolKind {
    /// Its largest number; of equal ones the first gets the gradient.
    Max,
    /// Its mean, in which padding counts as zeros, as PyTorch has it.
    Average,
}

/// A pool: `torch.nn.MaxPool2d` or `torch.nn.AvgPool2d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// What becomes of each window.
    pub kind: PoolKind,
    /// The window; usually its stride is its size.
    pub window: Window,
}

#[derive(Clone)]
pub(in crate::graph) struct Pooling {
    input: Node,
    kind: PoolKind,
    geometry: Geometry,
}

impl Graph {
    /// A pool over each channel: `[channels, height, width]`. What is left over at the edge is not seen.
    ///
    /// # Errors
    /// If the window does not fit the image.
    pub fn pool2d(&mut self, input: Node, Pool { kind, window }: Pool) -> Result<Node, Error> {
        let shape = self.shape(input);
        let &[channels, height, width] = shape.axes() else {
            return Err(self.refusal(format!("a pool needs [channels, height, width, batch], got {shape}")));
        };
        if (0..2).any(|axis| 2 * window.padding[axis] > window.kernel[axis]) {
            let fact = format!("padding {:?} is more than half of the window {:?}", window.padding, window.kernel);
            return Err(self.refusal(fact));
        }
        let geometry = window.over([height, width]).map_err(|fact| self.refusal(fact))?;
        let shape = Shape::new(&[channels, geometry.output[0], geometry.output[1]]);
        Ok(self.push(Pooling { input, kind, geometry }, shape))
    }
}

impl Pooling {
    /// For each output of each channel, calls `see` with its place and the places of its window's inputs (number in the
    /// window, place).
    fn windows(&self, outputs: usize, mut see: impl FnMut(usize, &mut dyn Iterator<Item = (usize, usize)>)) {
        let Geometry { input, output, kernel, .. } = self.geometry;
        for out in 0..outputs {
            let (channel, place) = (out / (output[0] * output[1]), out % (output[0] * output[1]));
            let (row, column) = (place / output[1], place % output[1]);
            let mut met = (0..kernel[0] * kernel[1]).filter_map(|k| {
                let y = self.geometry.met(0, row, k / kernel[1])?;
                let x = self.geometry.met(1, column, k % kernel[1])?;
                Some((k, (channel * input[0] + y) * input[1] + x))
            });
            see(out, &mut met);
        }
    }

    fn share(&self) -> f64 {
        1.0 / (self.geometry.kernel[0] * self.geometry.kernel[1]) as f64
    }
}

impl Operation for Pooling {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    /// Which element of the window was the largest.
    fn kept(&self, _: &Graph, shape: &Shape, mode: Mode) -> usize {
        if mode == Mode::Train && self.kind == PoolKind::Max { shape.features() } else { 0 }
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (x, lanes) = (pass.value(self.input), pass.lanes);
        let (out, kept) = (pass.out, pass.kept);
        self.windows(out.len() / lanes, |at, met| {
            let out = &mut out[at * lanes..][..lanes];
            match self.kind {
                PoolKind::Average => {
                    out.fill(L::ZERO);
                    for (_, place) in met {
                        out.iter_mut().zip(&x[place * lanes..]).for_each(|(out, &x)| *out = *out + x);
                    }
                    out.iter_mut().for_each(|out| *out = *out * L::constant(self.share()));
                }
                PoolKind::Max => {
                    let mut chosen = kept.get_mut(at * lanes..(at + 1) * lanes);
                    for (turn, (k, place)) in met.enumerate() {
                        for (lane, out) in out.iter_mut().enumerate() {
                            let value = x[place * lanes + lane];
                            // NaN is larger than anything, so that it is not lost.
                            let stays = if turn == 0 { value.gt(value) } else { out.ge(value) };
                            let best = L::select(stays, *out, value);
                            if let Some(chosen) = &mut chosen {
                                let number = L::constant(k as f64);
                                chosen[lane] = if turn == 0 { number } else { L::select(stays, chosen[lane], number) };
                            }
                            *out = best;
                        }
                    }
                }
            }
        });
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (gradient, kept, lanes) = (pass.gradient, pass.kept, pass.lanes);
        let Some((into, write)) = pass.input(0) else { return };
        if write == Write::Set {
            into.fill(L::ZERO);
        }
        self.windows(gradient.len() / lanes, |at, met| {
            let gradient = &gradient[at * lanes..][..lanes];
            for (k, place) in met {
                for (lane, into) in into[place * lanes..][..lanes].iter_mut().enumerate() {
                    let part = match self.kind {
                        PoolKind::Average => gradient[lane] * L::constant(self.share()),
                        PoolKind::Max => {
                            let other = (kept[at * lanes + lane] - L::constant(k as f64)).abs();
                            L::select(other.gt(L::constant(0.5)), L::ZERO, gradient[lane])
                        }
                    };
                    *into = *into + part;
                }
            }
        });
    }
}
