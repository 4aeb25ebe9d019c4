//! Losses over the epochs, thinned as they grow: what is kept depends on the epochs alone, never on the clock.

/// Losses at evenly spaced epochs, up to the present one; those beyond it, from before a rewind, are ahead.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Epoch, training loss, test loss.
    points: Vec<[f64; 3]>,
    /// How many of the points are not ahead.
    reached: usize,
    /// Epochs between points, as a power of 2.
    doublings: u32,
    /// Grows whenever points already given out have changed.
    revision: u32,
    /// Whether no losses are wanted at all.
    is_off: bool,
}

impl History {
    /// Points kept at most.
    pub const MOST: usize = 1024;
    /// With so many doublings the points reach further than epochs are counted.
    const MOST_DOUBLINGS: u32 = 22;

    /// An empty history with room for all it will ever hold.
    pub fn new() -> Self {
        Self { points: Vec::with_capacity(Self::MOST), ..Self::default() }
    }

    /// A history that stays empty, for a run whose losses are counted elsewhere.
    pub fn off() -> Self {
        Self { is_off: true, ..Self::default() }
    }

    /// A history as it was written down; none if it could not have come about by a run to this epoch.
    pub(super) fn restored(written: &[[f64; 3]], doublings: u32, epoch: u32) -> Option<Self> {
        let mut history = Self { doublings: doublings.min(Self::MOST_DOUBLINGS), ..Self::new() };
        let is_epoch = |at: f64| at == f64::from(at as u32) && at <= f64::from(epoch) && history.wants(at as u32);
        let fits = doublings <= Self::MOST_DOUBLINGS
            && written.len() <= Self::MOST
            && written.iter().all(|point| is_epoch(point[0]))
            && written.is_sorted_by(|a, b| a[0] < b[0]);
        history.points.extend_from_slice(if fits { written } else { &[] });
        history.reached = history.points.len();
        fits.then_some(history)
    }

    /// Whether the losses of this epoch are wanted.
    pub fn wants(&self, epoch: u32) -> bool {
        !self.is_off && epoch.is_multiple_of(1 << self.doublings)
    }

    /// Goes on to an epoch whose losses are there, from before a rewind; says whether they are.
    pub(super) fn knows(&mut self, epoch: u32) -> bool {
        let known = self.points.get(self.reached).is_some_and(|point| point[0] == f64::from(epoch));
        self.reached += usize::from(known);
        known
    }

    /// Adds a point; when there are too many, every second one goes.
    pub fn push(&mut self, epoch: u32, train_loss: f64, test_loss: f64) {
        self.points.truncate(self.reached);
        if self.points.len() == Self::MOST {
            self.doublings += 1;
            self.revision += 1;
            let spacing = f64::from(1_u32 << self.doublings);
            self.points.retain(|point| (point[0] / spacing).fract() == 0.0);
        }
        if self.wants(epoch) {
            self.points.push([f64::from(epoch), train_loss, test_loss]);
        }
        self.reached = self.points.len();
    }

    /// Goes back, or ahead as far as is known, to an epoch.
    pub(super) fn rewind(&mut self, epoch: u32) {
        let reached = self.count_until(epoch);
        self.revision += u32::from(reached < self.reached);
        self.reached = reached;
    }

    /// Forgets what is ahead of an epoch that is ahead itself, or present.
    pub(super) fn forget_after(&mut self, epoch: u32) {
        self.points.truncate(self.count_until(epoch).max(self.reached));
    }

    fn count_until(&self, epoch: u32) -> usize {
        self.points.partition_point(|point| point[0] <= f64::from(epoch))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.points.clear();
        (self.reached, self.doublings) = (0, 0);
        self.revision += 1;
    }

    /// Epoch, training loss and test loss of every point.
    pub fn points(&self) -> &[[f64; 3]] {
        &self.points[..self.reached]
    }

    /// The points beyond the present epoch: where the run has been before it was rewound.
    pub fn ahead(&self) -> &[[f64; 3]] {
        &self.points[self.reached..]
    }

    /// Epochs between points, as a power of 2.
    pub(super) fn doublings(&self) -> u32 {
        self.doublings
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

    #[test]
    fn what_is_ahead_is_known_until_it_is_forgotten() {
        let mut history = History::new();
        (0..10).for_each(|epoch| history.push(epoch, f64::from(epoch), 0.0));
        let revision = history.revision();
        history.rewind(4);
        assert_eq!((history.points().len(), history.ahead().len()), (5, 5));
        assert_ne!(history.revision(), revision);
        assert!(!history.knows(4) && history.knows(5) && !history.knows(7));
        history.forget_after(7);
        assert_eq!(history.ahead(), [[6.0, 6.0, 0.0], [7.0, 7.0, 0.0]]);
        history.push(6, 1.0, 2.0);
        assert_eq!((history.points().last(), history.ahead().len()), (Some(&[6.0, 1.0, 2.0]), 0));
    }

    #[test]
    fn only_what_can_have_come_about_is_restored() {
        let points = [[0.0, 1.0, 1.0], [2.0, 1.0, 1.0]];
        assert!(History::restored(&points, 1, 2).is_some_and(|history| history.points() == points));
        assert!(History::restored(&points, 1, 1).is_none() && History::restored(&points, 2, 2).is_none());
        assert!(History::restored(&[points[1], points[0]], 1, 2).is_none());
        assert!(History::restored(&points, 99, 2).is_none());
        assert!(History::restored(&[[f64::NAN, 0.0, 0.0]], 0, 2).is_none());
    }
}
