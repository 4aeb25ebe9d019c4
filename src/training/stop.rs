//! When a run stops by itself.

use super::report::{StopReason, Stopped};
use crate::experiment::StopSpec;
use serde::{Deserialize, Serialize};

/// What the stop conditions remember of the losses.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Watch {
    /// The training loss that later ones are compared with, and for how many epochs it has been.
    level: Option<f64>,
    pub unchanged: i64,
}

impl Stopped {
    /// Whether so many updates and epochs are enough.
    pub(super) fn at(spec: &StopSpec, step: u64, epoch: u32) -> Option<Self> {
        let StopSpec { epochs, steps, .. } = *spec;
        let reached = |limit: i64, done: u64| limit > 0 && done >= limit as u64;
        if reached(epochs, u64::from(epoch)) {
            return Some(Self { reason: StopReason::Epochs, limit: epochs as f64 });
        }
        reached(steps, step).then_some(Self { reason: StopReason::Steps, limit: steps as f64 })
    }
}

impl Watch {
    /// Whether the losses of an epoch are reason to stop.
    pub fn observe(&mut self, spec: &StopSpec, train_loss: f64, test_loss: Option<f64>) -> Option<Stopped> {
        let StopSpec { loss, patience, change, .. } = *spec;
        if test_loss.is_some_and(|test_loss| test_loss <= loss) {
            return Some(Stopped { reason: StopReason::Loss, limit: loss });
        }
        match self.level {
            Some(level) if (train_loss - level).abs() <= change / 100.0 * level.abs() => self.unchanged += 1,
            _ => (self.level, self.unchanged) = (Some(train_loss), 0),
        }
        let is_flat = patience > 0 && self.unchanged >= patience;
        is_flat.then_some(Stopped { reason: StopReason::Flat, limit: patience as f64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_flat_when_it_stays_within_the_change_of_where_it_was() {
        let (mut watch, spec) = (Watch::default(), StopSpec { patience: 3, change: 10.0, ..StopSpec::default() });
        for loss in [1.0, 0.95, 0.91, 0.8, 0.79, 0.85] {
            assert_eq!(watch.observe(&spec, loss, None), None, "{loss}");
        }
        assert_eq!(watch.observe(&spec, 0.8, None), Some(Stopped { reason: StopReason::Flat, limit: 3.0 }));
    }

    #[test]
    fn limits_that_are_0_are_none() {
        assert_eq!(Stopped::at(&StopSpec::default(), u64::MAX, u32::MAX), None);
        let spec = StopSpec { steps: 10, ..StopSpec::default() };
        assert_eq!(Stopped::at(&spec, 9, 5), None);
        assert!(Stopped::at(&spec, 10, 5).is_some());
    }
}
