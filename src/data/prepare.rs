//! Splitting rows and bringing numbers to a common scale.

use crate::random::{Purpose, Random};

/// How inputs are brought to a common scale.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scale {
    /// Mean 0 and deviation 1 over the training rows.
    Standardise,
    /// Divided by a constant: for numbers that share one scale.
    Divide(f64),
}

impl Scale {
    /// Scales every column of `numbers`, `[rows, width]`, by its values in the training rows. Says what was subtracted
    /// from each and what it was divided by.
    pub fn apply(self, numbers: &mut [f64], width: usize, train: &[u32]) -> Vec<[f64; 2]> {
        (0..width).map(|column| self.apply_to(numbers, width, column, train)).collect()
    }

    fn apply_to(self, numbers: &mut [f64], width: usize, column: usize, train: &[u32]) -> [f64; 2] {
        let (shift, by) = match self {
            Self::Divide(by) => (0.0, by),
            Self::Standardise => moments(train.iter().map(|&row| numbers[row as usize * width + column])),
        };
        numbers
            .iter_mut()
            .skip(column)
            .step_by(width)
            .for_each(|x| *x = ((*x - shift) / by).clamp(-FARTHEST, FARTHEST));
        [shift, by]
    }
}

/// So many deviations from the mean a test row may be; farther ones count as this far, lest their squares overflow.
const FARTHEST: f64 = 1e6;

/// Mean and standard deviation; the deviation of a constant counts as 1.
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let deviation = libm::sqrt(values.map(|x| (x - mean) * (x - mean)).sum::<f64>() / count);
    // A sum of equal numbers is off by rounding.
    (mean, if deviation > 1e-12 * mean.abs() { deviation } else { 1.0 })
}

/// How many of `rows` a share for the test is: at least one, and one is left to train on.
pub(super) fn test_rows(rows: usize, share: f64) -> usize {
    (rows as f64 * share).round().clamp(1.0, rows as f64 - 1.0) as usize
}

/// Training and test rows: a share of the rows in random order, at least one row each.
pub(super) fn split(rows: usize, test_share: f64, seed: u32) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    Random::new(seed, Purpose::Split).shuffle(&mut order);
    let train = order.split_off(test_rows(rows, test_share));
    (train, order)
}

/// Training and test rows where the last ones are for the test, as their makers meant them.
pub(super) fn split_in_order(rows: usize, test_share: f64) -> (Vec<u32>, Vec<u32>) {
    let boundary = (rows - test_rows(rows, test_share)) as u32;
    ((0..boundary).collect(), (boundary..rows as u32).collect())
}
