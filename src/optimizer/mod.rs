//! How weights move along their gradients: the rules of `torch.optim`, with its formulas and defaults; where PyTorch has
//! none, those of the paper's reference implementation.
//!
//! Each optimiser is one entry in a file of this folder: its card, how much it remembers, and its update.
//!
//! ```
//! use activation_playground::optimizer::{Block, Optimizer, OptimizerSpec};
//! let rule = OptimizerSpec::named("momentum").unwrap();
//! let mut optimizer = Optimizer::new(rule, &[Block::vector(1)]);
//! let (mut memory, mut weights) = (optimizer.memory(), [1.0]);
//! optimizer.step(&mut memory, &mut weights, &[0.5], 0.1);
//! assert_eq!(weights, [0.95]);
//! ```

mod adam;
mod adaptive;
mod block;
mod declare;
mod lion;
mod muon;
mod sgd;

pub use block::Block;

use crate::real::Scalar;
use crate::rule::{Card, Family, Param, Rule};
use declare::{Declaration, SCALARS, Step};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The files that declare optimisers, in the order of the menu.
const FILES: &[&[Declaration]] = &[sgd::ALL, adaptive::ALL, adam::ALL, lion::ALL, muon::ALL];

/// The optimisers.
#[derive(Debug, Clone, Copy)]
pub struct Optimizers;

impl Family for Optimizers {
    const PATH: &'static str = "optimizer";
    const KEY: &'static str = "opt";

    fn cards() -> impl Iterator<Item = &'static Card> {
        FILES.iter().copied().flatten().map(|declared| declared.card)
    }
}

/// Which optimiser, with its own parameters.
pub type OptimizerSpec = Rule<Optimizers>;

const MOMENTUM: Param =
    Param::new("momentum", "mu", 0.9, 0.0, 0.999).say("momentum μ", "Share of the last step that is kept in the next.");
const BETA1: Param =
    Param::new("beta1", "b1", 0.9, 0.0, 0.9999).say("β₁", "How slowly the mean of the gradients forgets.");
const BETA2: Param =
    Param::new("beta2", "b2", 0.999, 0.0, 0.999_999).say("β₂", "How slowly the mean of the squared gradients forgets.");
const EPSILON: Param = Param::new("epsilon", "eps", 1e-8, 1e-12, 1.0)
    .say("ε", "Keeps the division from blowing up where gradients are tiny.");
/// Added to the gradient of every weight and bias, as `weight_decay` of PyTorch's optimisers without a W in their name.
const WEIGHT_DECAY: Param = Param::new("weightDecay", "wd", 0.0, 0.0, 1.0)
    .say("weight decay", "Pull of every weight and bias towards 0, added to its gradient.");
/// Taken from the weight itself, as in AdamW.
const DECOUPLED_DECAY: Param = Param::new("weightDecay", "wd", 0.01, 0.0, 1.0)
    .say("weight decay", "Share of each weight and bias taken off per update, times the learning rate.");

/// What an optimiser remembers of past gradients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory<S> {
    /// As many numbers for each weight as the optimiser remembers, one kind after the other.
    numbers: Vec<S>,
    /// Numbers of the run, such as β₁ᵗ; 1 at the start.
    scalars: [f64; SCALARS],
    steps: u64,
}

impl<S: Scalar> Memory<S> {
    /// How many numbers are remembered in all.
    #[allow(clippy::len_without_is_empty, reason = "plain SGD remembers none, and nobody asks")]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Updates that are remembered.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

/// An optimiser, with room to work in.
#[derive(Debug, Clone)]
pub struct Optimizer<S> {
    rule: OptimizerSpec,
    declared: &'static Declaration,
    blocks: Vec<Block>,
    /// Room for the update of a matrix.
    scratch: Vec<S>,
    /// Weights that are frozen, as they are to stay.
    frozen: Vec<(Range<usize>, Vec<S>)>,
}

impl<S: Scalar> Optimizer<S> {
    /// For weights that lie one block after the other.
    ///
    /// # Panics
    /// Never: each rule is made from a declaration.
    pub fn new(rule: OptimizerSpec, blocks: &[Block]) -> Self {
        let mut all = FILES.iter().copied().flatten();
        let declared = all.find(|declared| declared.card.id == rule.id()).expect("rules are made from declarations");
        let scratch = if declared.matrices { blocks.iter().map(muon::room).max().unwrap_or(0) } else { 0 };
        Self {
            rule,
            declared,
            blocks: blocks.to_vec(),
            scratch: vec![S::of(0.0); scratch],
            frozen: frozen(blocks).map(|range| (range.clone(), vec![S::of(0.0); range.len()])).collect(),
        }
    }

    /// The memory before the first step.
    pub fn memory(&self) -> Memory<S> {
        let weights: usize = self.blocks.iter().map(Block::len).sum();
        Memory { numbers: vec![S::of(0.0); weights * self.declared.memory], scalars: [1.0; SCALARS], steps: 0 }
    }

    /// Other parameters from the next step on, if it is the same kind of optimiser; says whether it is.
    pub fn retune(&mut self, rule: OptimizerSpec) -> bool {
        let same = rule.id() == self.rule.id();
        if same {
            self.rule = rule;
        }
        same
    }

    /// Whether its memory serves another optimiser: of the same kind, for weights that lie the same.
    pub fn remembers_as(&self, other: &Self) -> bool {
        self.rule.id() == other.rule.id() && self.blocks == other.blocks
    }

    /// One update of `weights` with learning rate `rate`. Allocates nothing.
    ///
    /// # Panics
    /// If there are not as many weights, gradients and remembered numbers as the blocks have.
    pub fn step(&mut self, memory: &mut Memory<S>, weights: &mut [S], gradients: &[S], rate: f64) {
        memory.steps += 1;
        for (range, kept) in &mut self.frozen {
            kept.copy_from_slice(&weights[range.clone()]);
        }
        self.declared.run(Step {
            rule: self.rule,
            rate,
            count: memory.steps,
            weights: &mut *weights,
            gradients,
            memory: &mut memory.numbers,
            scratch: &mut self.scratch,
            scalars: &mut memory.scalars,
            blocks: &self.blocks,
        });
        for (range, kept) in &self.frozen {
            weights[range.clone()].copy_from_slice(kept);
        }
    }
}

/// Where frozen weights lie.
fn frozen(blocks: &[Block]) -> impl Iterator<Item = Range<usize>> {
    Block::placed(blocks).filter(|(block, _)| !block.trained).map(|(_, range)| range)
}
