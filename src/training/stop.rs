//! When a run stops by itself.

use super::report::{StopReason, Stopped};
use crate::experiment::StopSpec;

/// Watches a run for its stop conditions.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    spec: StopSpec,
    /// The training loss that later ones are compared with, and for how many epochs it has been.
    level: Option<f64>,
    unchanged: i64,
}

impl Watch {
    pub fn new(spec: StopSpec) -> Self {
        Self { spec, level: None, unchanged: 0 }
    }

    /// Forgets all losses.
    pub fn reset(&mut self) {
        (self.level, self.unchanged) = (None, 0);
    }

    /// Whether the test loss is needed at the end of an epoch.
    pub fn wants_test_loss(&self) -> bool {
        self.spec.loss > 0.0
    }

    /// Whether so many updates and epochs are enough.
    pub fn limit(&self, step: u64, epoch: u32) -> Option<Stopped> {
        let StopSpec { epochs, steps, .. } = self.spec;
        let reached = |limit: i64, done: u64| limit > 0 && done >= limit as u64;
        if reached(epochs, u64::from(epoch)) {
            return Some(Stopped { reason: StopReason::Epochs, limit: epochs as f64 });
        }
        reached(steps, step).then_some(Stopped { reason: StopReason::Steps, limit: steps as f64 })
    }

    /// Whether the losses of an epoch are reason to stop.
    pub fn observe(&mut self, train_loss: f64, test_loss: Option<f64>) -> Option<Stopped> {
        let StopSpec { loss, patience, change, .. } = self.spec;
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
        let mut watch = Watch::new(StopSpec { patience: 3, change: 10.0, ..StopSpec::default() });
        for loss in [1.0, 0.95, 0.91, 0.8, 0.79, 0.85] {
            assert_eq!(watch.observe(loss, None), None, "{loss}");
        }
        assert_eq!(watch.observe(0.8, None), Some(Stopped { reason: StopReason::Flat, limit: 3.0 }));
    }

    #[test]
    fn limits_that_are_0_are_none() {
        let watch = Watch::new(StopSpec::default());
        assert_eq!(watch.limit(u64::MAX, u32::MAX), None);
        let watch = Watch::new(StopSpec { steps: 10, ..StopSpec::default() });
        assert_eq!(watch.limit(9, 5), None);
        assert!(watch.limit(10, 5).is_some());
    }
}
