//! Losses over the epochs, thinned as they grow: what is kept depends on the epochs alone, never on the clock.

/// Losses at evenly spaced epochs.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Epoch, training loss, test loss.
    points: Vec<[f64; 3]>,
    /// Epochs between points, as a power of 2.
    doublings: u32,
    /// Grows whenever points already given out have changed.
    revision: u32,
}

impl History {
    /// Points kept at most.
    pub const MOST: usize = 1024;

    /// An empty history with room for all it will ever hold.
    pub fn new() -> Self {
        Self { points: Vec::with_capacity(Self::MOST), doublings: 0, revision: 0 }
    }

    /// Whether the losses of this epoch are wanted.
    pub fn wants(&self, epoch: u32) -> bool {
        epoch.is_multiple_of(1 << self.doublings)
    }

    /// Adds a point; when there are too many, every second one goes.
    pub fn push(&mut self, epoch: u32, train_loss: f64, test_loss: f64) {
        if self.points.len() == Self::MOST {
            self.doublings += 1;
            self.revision += 1;
            let spacing = f64::from(1_u32 << self.doublings);
            self.points.retain(|point| (point[0] / spacing).fract() == 0.0);
        }
        if self.wants(epoch) {
            self.points.push([f64::from(epoch), train_loss, test_loss]);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.points.clear();
        self.doublings = 0;
        self.revision += 1;
    }

    /// Epoch, training loss and test loss of every point.
    pub fn points(&self) -> &[[f64; 3]] {
        &self.points
    }

    /// A number that changes when points already read are no longer as they were.
    pub fn revision(&self) -> u32 {
        self.revision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_evenly_spaced_points_however_long_it_runs() {
        let mut history = History::new();
        for epoch in 0..100_000 {
            if history.wants(epoch) {
                history.push(epoch, 1.0, 2.0);
            }
        }
        let epochs: Vec<f64> = history.points().iter().map(|point| point[0]).collect();
        assert!(epochs.len() > History::MOST / 2 && epochs.len() <= History::MOST);
        assert!(epochs.windows(2).all(|pair| pair[1] - pair[0] == epochs[1]), "uneven");
        assert_eq!(epochs[0], 0.0);
    }
}
