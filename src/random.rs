//! Seeded random numbers, the same on every machine and for ever: seeds are in people's links.
//!
//! The generator is PCG32 (O'Neill 2014) from `rand_pcg`, whose output is fixed by its specification. The distributions are
//! written here because those of `rand` and `rand_distr` may change from one version to the next.

use rand_core::Rng;
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// What a stream of random numbers is for. Each purpose has its own, so that changing one setting (more noise, another
/// initialiser) leaves the draws of all others as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Generated points.
    Data,
    /// Which rows are kept for the test.
    Split,
    /// Initial weights.
    Weights,
    /// The order of samples in each epoch.
    Order,
    /// What random activations draw while they are trained.
    Activation,
}

/// Where a stream is: which one, and how many numbers have been drawn. All that has to be written down of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Seed of the stream.
    pub seed: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// Numbers drawn so far.
    pub drawn: u64,
}

/// A stream of random numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Position", into = "Position")]
pub struct Random {
    generator: Pcg32,
    position: Position,
}

impl From<Position> for Random {
    fn from(position: Position) -> Self {
        let mut generator = Pcg32::new(u64::from(position.seed), position.purpose as u64);
        generator.advance(position.drawn);
        Self { generator, position }
    }
}

impl From<Random> for Position {
    fn from(random: Random) -> Self {
        random.position
    }
}

impl Random {
    /// The stream of `seed` for one purpose.
    pub fn new(seed: u32, purpose: Purpose) -> Self {
        Position { seed, purpose, drawn: 0 }.into()
    }

    /// Where the stream is.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Whether both are the same stream, wherever they are.
    pub fn is_of(&self, other: &Self) -> bool {
        (self.position.seed, self.position.purpose) == (other.position.seed, other.position.purpose)
    }

    fn next(&mut self) -> u32 {
        self.position.drawn = self.position.drawn.wrapping_add(1);
        self.generator.next_u32()
    }

    /// Uniform on [0, 1), in steps of 2⁻³².
    pub fn unit(&mut self) -> f64 {
        f64::from(self.next()) * (1.0 / 4_294_967_296.0)
    }

    /// Uniform on [low, high).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Standard normal, by Box and Muller 1958 (the cosine half; one draw takes two numbers of the stream).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(TAU * self.unit())
    }

    /// Standard Gumbel, −ln(−ln u): added to logits, it makes the largest fall to each as often as their softmax says.
    pub fn gumbel(&mut self) -> f64 {
        // Half a step up, so that u is never 0.
        -libm::log(-libm::log(self.unit() + 0.5 / 4_294_967_296.0))
    }

    /// Uniform on 0..n, without bias (Lemire 2019).
    pub fn below(&mut self, n: u32) -> u32 {
        debug_assert!(n > 0);
        loop {
            let product = u64::from(self.next()) * u64::from(n);
            if product as u32 >= n.wrapping_neg() % n {
                return (product >> 32) as u32;
            }
        }
    }

    /// Puts `items` in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u32 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_never_change() {
        let mut random = Random::new(29, Purpose::Data);
        let draws: Vec<u32> = (0..4).map(|_| random.below(1_000_000)).collect();
        assert_eq!(draws, FIRST_DRAWS_OF_SEED_29, "every link ever shared would show other data");
    }

    const FIRST_DRAWS_OF_SEED_29: [u32; 4] = [630_468, 618_169, 200_663, 467_540];

    #[test]
    fn a_stream_goes_on_from_its_position() {
        let mut random = Random::new(3, Purpose::Order);
        random.shuffle(&mut [0; 1000]);
        random.normal();
        let mut again = Random::from(random.position());
        assert_eq!(again, random);
        assert_eq!(again.below(1 << 31), random.below(1 << 31));
    }

    #[test]
    fn normal_has_mean_zero_and_variance_one() {
        let mut random = Random::new(1, Purpose::Weights);
        let draws: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "mean {mean}, variance {variance}");
    }

    #[test]
    fn below_is_uniform() {
        let mut random = Random::new(7, Purpose::Order);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        assert!(counts.iter().all(|&n| (9_600..10_400).contains(&n)), "{counts:?}");
    }
}
