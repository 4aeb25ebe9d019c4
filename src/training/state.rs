//! Everything that changes while a session runs, in one place: what is kept to come back to, and what a file holds.

use super::report::{Divergence, Stopped};
use super::stop::Watch;
use crate::optimizer::Memory;
use crate::random::{Purpose, Random};
use crate::real::Scalar;
use crate::schedule::Plateau;
use serde::{Deserialize, Serialize};

/// Where a run is. Two sessions of one description in equal states go on with equal bits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State<S> {
    /// All parameters, in the order of the graph.
    pub weights: Vec<S>,
    /// What the optimiser remembers.
    pub memory: Memory<S>,
    /// What the schedule remembers.
    pub plateau: Plateau,
    /// What the stop conditions remember.
    pub watch: Watch,
    /// Training rows in the order of the present epoch.
    pub order: Vec<u32>,
    /// What the order of the next epoch is drawn from.
    pub shuffles: Random,
    /// What dropout and random activations draw from.
    pub draws: Random,
    /// Where the present batch begins in the epoch.
    pub start: usize,
    /// Samples of the present epoch already seen.
    pub cursor: usize,
    /// Epochs completed.
    pub epoch: u32,
    /// Updates made.
    pub step: u64,
    /// Mean loss of the last batch.
    pub last_loss: Option<f64>,
    /// Sum of the losses of the samples of the present epoch, each before its update.
    pub seen_loss: f64,
    pub divergence: Option<Divergence>,
    pub stopped: Option<Stopped>,
}

impl<S: Scalar> State<S> {
    /// The start of a run on these training rows.
    pub fn new(weights: Vec<S>, memory: Memory<S>, train: &[u32], seed: u32) -> Self {
        let (mut order, mut shuffles) = (train.to_vec(), Random::new(seed, Purpose::Order));
        shuffles.shuffle(&mut order);
        Self {
            weights,
            memory,
            plateau: Plateau::NEW,
            watch: Watch::default(),
            order,
            shuffles,
            draws: Random::new(seed, Purpose::Activation),
            start: 0,
            cursor: 0,
            epoch: 0,
            step: 0,
            last_loss: None,
            seen_loss: 0.0,
            divergence: None,
            stopped: None,
        }
    }

    /// Whether the run cannot go on.
    pub fn stands(&self) -> bool {
        self.divergence.is_some() || self.stopped.is_some()
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let numbers = (self.weights.len() + self.memory.len()) * size_of::<S>();
        size_of::<Self>() + numbers + size_of_val(&*self.order)
    }
}
