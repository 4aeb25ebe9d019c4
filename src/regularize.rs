//! What keeps weights and gradients small. In the order of an update: the penalties add to the gradient, the gradient is
//! clipped, the optimiser steps, and the norm of each unit is limited. Weight decay is the optimisers' own.

use crate::optimizer::Block;
use crate::real::Scalar;
use serde::{Deserialize, Serialize};

/// How weights and gradients are kept small; 0 is off.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RegularizationSpec {
    /// The loss grows by this times Σ|W| over the weight matrices.
    pub l1: f64,
    /// The loss grows by half of this times ΣW² over the weight matrices.
    pub l2: f64,
    /// Largest norm of the incoming weights of a unit: Srivastava et al. 2014.
    pub max_norm: f64,
    /// Largest norm of the gradient of all parameters together, as `torch.nn.utils.clip_grad_norm_`.
    pub clip_norm: f64,
    /// Largest part of the gradient, as `torch.nn.utils.clip_grad_value_`.
    pub clip_value: f64,
}

/// Keeps `clip_grad_norm_` from dividing by 0.
const CLIP_EPSILON: f64 = 1e-6;

impl RegularizationSpec {
    /// What the penalties add to the loss.
    pub fn penalty<S: Scalar>(&self, blocks: &[Block], weights: &[S]) -> f64 {
        if self.l1 == 0.0 && self.l2 == 0.0 {
            return 0.0;
        }
        let of_weight = |w: &S| self.l1 * w.wide().abs() + 0.5 * self.l2 * w.wide() * w.wide();
        matrices(blocks).map(|(_, range)| weights[range].iter().map(of_weight).sum::<f64>()).sum()
    }

    /// Adds the gradient of the penalties, then clips all. The slope of |w| at 0 is 0.
    pub fn change_gradients<S: Scalar>(&self, blocks: &[Block], weights: &[S], gradients: &mut [S]) {
        if self.l1 > 0.0 || self.l2 > 0.0 {
            let (l1, l2, zero) = (S::of(self.l1), S::of(self.l2), S::of(0.0));
            for (_, range) in matrices(blocks) {
                for (g, &w) in gradients[range.clone()].iter_mut().zip(&weights[range]) {
                    let pull = l2 * w;
                    let pull = if w > zero {
                        pull + l1
                    } else if w < zero {
                        pull - l1
                    } else {
                        pull
                    };
                    *g = *g + pull;
                }
            }
        }
        if self.clip_value > 0.0 {
            let (low, high) = (S::of(-self.clip_value), S::of(self.clip_value));
            for g in gradients.iter_mut() {
                *g = if *g > high {
                    high
                } else if *g < low {
                    low
                } else {
                    *g
                };
            }
        }
        if self.clip_norm > 0.0 {
            let factor = self.clip_norm / (norm(gradients) + CLIP_EPSILON);
            scale(gradients, factor);
        }
    }

    /// Shrinks the incoming weights of each unit whose norm is too large.
    pub fn limit_norms<S: Scalar>(&self, blocks: &[Block], weights: &mut [S]) {
        if self.max_norm > 0.0 {
            for (block, range) in matrices(blocks) {
                for unit in weights[range].chunks_exact_mut(block.columns) {
                    let factor = self.max_norm / norm(unit);
                    scale(unit, factor);
                }
            }
        }
    }
}

/// The weight matrices, and where they lie.
fn matrices(blocks: &[Block]) -> impl Iterator<Item = (&Block, std::ops::Range<usize>)> {
    Block::placed(blocks).filter(|(block, _)| block.is_matrix)
}

/// The Euclidean norm, summed in order.
pub(crate) fn norm<S: Scalar>(numbers: &[S]) -> f64 {
    numbers.iter().map(|x| x.wide() * x.wide()).sum::<f64>().sqrt()
}

/// Multiplies by `factor` where that makes smaller.
fn scale<S: Scalar>(numbers: &mut [S], factor: f64) {
    if factor < 1.0 {
        let factor = S::of(factor);
        numbers.iter_mut().for_each(|x| *x = *x * factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCKS: fn() -> [Block; 2] = || [Block::matrix(2, 2), Block::vector(2)];
    const WEIGHTS: [f64; 6] = [3.0, -4.0, 0.0, 1.0, 5.0, -5.0];

    #[test]
    fn penalties_are_of_the_matrices_only() {
        let spec = RegularizationSpec { l1: 0.1, l2: 0.01, ..Default::default() };
        let mut gradients = [1.0; 6];
        spec.change_gradients(&BLOCKS(), &WEIGHTS, &mut gradients);
        for (got, expected) in gradients.iter().zip([1.13, 0.86, 1.0, 1.11, 1.0, 1.0]) {
            assert!((got - expected).abs() < 1e-15, "{gradients:?}");
        }
        assert!((spec.penalty(&BLOCKS(), &WEIGHTS) - (0.1 * 8.0 + 0.005 * 26.0)).abs() < 1e-15);
    }

    #[test]
    fn penalties_have_the_gradient_they_claim() {
        let spec = RegularizationSpec { l1: 0.2, l2: 0.3, ..Default::default() };
        for at in [0, 1, 3] {
            let shifted = |by: f64| {
                let mut weights = WEIGHTS;
                weights[at] += by;
                spec.penalty(&BLOCKS(), &weights)
            };
            let mut gradients = [0.0; 6];
            spec.change_gradients(&BLOCKS(), &WEIGHTS, &mut gradients);
            assert!(((shifted(1e-5) - shifted(-1e-5)) / 2e-5 - gradients[at]).abs() < 1e-8);
        }
    }

    #[test]
    fn gradients_are_clipped_by_value_then_by_norm() {
        let mut gradients = [3.0, -0.5, 0.0, 0.0, 4.0, -9.0];
        let by_value = RegularizationSpec { clip_value: 2.0, ..Default::default() };
        by_value.change_gradients(&BLOCKS(), &WEIGHTS, &mut gradients);
        assert_eq!(gradients, [2.0, -0.5, 0.0, 0.0, 2.0, -2.0]);
        let mut gradients = [3.0, 0.0, 0.0, 0.0, 4.0, 0.0];
        let by_norm = RegularizationSpec { clip_norm: 1.0, ..Default::default() };
        by_norm.change_gradients(&BLOCKS(), &WEIGHTS, &mut gradients);
        assert_eq!(gradients[0], 3.0 * (1.0 / (5.0 + 1e-6)));
        let mut small = [0.3, 0.0, 0.0, 0.0, 0.4, 0.0];
        by_norm.change_gradients(&BLOCKS(), &WEIGHTS, &mut small);
        assert_eq!(small, [0.3, 0.0, 0.0, 0.0, 0.4, 0.0]);
    }

    #[test]
    fn a_unit_keeps_its_direction_under_the_norm() {
        let mut weights = WEIGHTS;
        RegularizationSpec { max_norm: 2.5, ..Default::default() }.limit_norms(&BLOCKS(), &mut weights);
        assert_eq!(weights, [1.5, -2.0, 0.0, 1.0, 5.0, -5.0]);
    }
}
