//! What a declaration of an optimiser is made of.

use super::{Block, OptimizerSpec};
use crate::real::Scalar;
use crate::rule::Card;

/// Numbers of the run that a rule may keep from step to step.
pub(super) const SCALARS: usize = 2;

/// One update, as a rule sees it.
pub(super) struct Step<'a, S> {
    pub rule: OptimizerSpec,
    /// Learning rate η.
    pub rate: f64,
    /// Which update, from 1.
    pub count: u64,
    pub weights: &'a mut [S],
    pub gradients: &'a [S],
    pub memory: &'a mut [S],
    pub scratch: &'a mut [S],
    /// 1 at the first step, then as the rule left them.
    pub scalars: &'a mut [f64; SCALARS],
    pub blocks: &'a [Block],
}

impl<S: Scalar> Step<'_, S> {
    /// βᵗ, by repeated multiplication, kept as number `at` of the run.
    pub fn power(&mut self, at: usize, beta: f64) -> f64 {
        self.scalars[at] *= beta;
        self.scalars[at]
    }

    /// The new weight from the old one and its gradient.
    pub fn each(&mut self, rule: impl Fn(S, S) -> S) {
        for (w, &g) in self.weights.iter_mut().zip(self.gradients) {
            *w = rule(*w, g);
        }
    }

    /// The same with one remembered number for each weight.
    pub fn each1(&mut self, rule: impl Fn(S, S, &mut S) -> S) {
        for ((w, &g), m) in self.weights.iter_mut().zip(self.gradients).zip(self.memory.iter_mut()) {
            *w = rule(*w, g, m);
        }
    }

    /// The same with two.
    pub fn each2(&mut self, rule: impl Fn(S, S, &mut S, &mut S) -> S) {
        let (first, second) = self.memory.split_at_mut(self.weights.len());
        for (((w, &g), m), v) in self.weights.iter_mut().zip(self.gradients).zip(first).zip(second) {
            *w = rule(*w, g, m, v);
        }
    }

    /// The same with three.
    pub fn each3(&mut self, rule: impl Fn(S, S, &mut S, &mut S, &mut S) -> S) {
        let count = self.weights.len();
        let (first, rest) = self.memory.split_at_mut(count);
        let (second, third) = rest.split_at_mut(count);
        let memory = first.iter_mut().zip(second).zip(third);
        for ((w, &g), ((m, v), u)) in self.weights.iter_mut().zip(self.gradients).zip(memory) {
            *w = rule(*w, g, m, v, u);
        }
    }
}

/// An optimiser as its file declares it.
#[derive(Debug)]
pub(super) struct Declaration {
    pub card: &'static Card,
    /// Numbers it remembers for each weight.
    pub memory: usize,
    /// Whether it needs room to work on whole matrices.
    pub matrices: bool,
    pub in_f32: fn(Step<'_, f32>),
    pub in_f64: fn(Step<'_, f64>),
}

impl Declaration {
    /// Runs the update in the type of the weights.
    pub fn run<S: Scalar>(&self, step: Step<'_, S>) {
        let Step { rule, rate, count, weights, gradients, memory, scratch, scalars, blocks } = step;
        // A scalar is f32 or f64; casting a slice to what it is already costs nothing.
        macro_rules! run_in {
            ($number:ty, $update:expr) => {
                $update(Step {
                    rule,
                    rate,
                    count,
                    weights: bytemuck::cast_slice_mut::<S, $number>(weights),
                    gradients: bytemuck::cast_slice::<S, $number>(gradients),
                    memory: bytemuck::cast_slice_mut::<S, $number>(memory),
                    scratch: bytemuck::cast_slice_mut::<S, $number>(scratch),
                    scalars,
                    blocks,
                })
            };
        }
        if size_of::<S>() == size_of::<f32>() { run_in!(f32, self.in_f32) } else { run_in!(f64, self.in_f64) }
    }
}

/// Declares the optimisers of a file: a function for each, and the list of them. A rule reads
///
/// ```text
/// /// What it does, as a formula.
/// name { Card { … }, memory: 1, |step, [parameters, as, on, the, card]| update }
/// ```
macro_rules! optimizers {
    ($($(#[$doc:meta])* $name:ident {
        $card:expr,
        memory: $memory:expr,
        $(matrices: $matrices:expr,)?
        |$step:ident, $params:pat_param| $update:expr
    })*) => {
        /// Every optimiser of the file.
        pub(super) const ALL: &[$crate::optimizer::declare::Declaration] = &[$({
            const CARD: $crate::rule::Card = $card;
            fn numbers(rule: &$crate::optimizer::OptimizerSpec) -> [f64; CARD.params.len()] {
                rule.numbers()
            }
            $(#[$doc])*
            fn $name<S: $crate::real::Scalar>(mut $step: $crate::optimizer::declare::Step<'_, S>) {
                let $params = numbers(&$step.rule);
                let $step = &mut $step;
                $update
            }
            $crate::optimizer::declare::Declaration {
                card: &CARD,
                memory: $memory,
                matrices: false $(|| $matrices)?,
                in_f32: $name::<f32>,
                in_f64: $name::<f64>,
            }
        }),*];
    };
}

pub(super) use optimizers;
