//! The kernel that trains an activation, by itself: what is to be timed when somebody asks what it costs.

use crate::activation::{Function, Number};
use crate::real::{Lane, Lanes};

/// An activation over a run of numbers that stays in the fastest cache, from −4 to 4.
pub struct Kernel {
    function: Function,
    params: Vec<f32>,
    z: Vec<Lane>,
    out: Vec<Lane>,
    slopes: Vec<Lane>,
}

impl Kernel {
    /// Numbers of one pass: three runs of them fill half of a first-level cache.
    pub const COUNT: usize = 1024;

    /// The kernel with these parameters, as in the activation's card.
    pub fn new(function: Function, params: &[f64]) -> Self {
        let lanes = Self::COUNT / Lane::COUNT;
        let mut z = vec![Lane::splat(0.0); lanes];
        let numbers: &mut [f32] = bytemuck::cast_slice_mut(&mut z);
        for (at, z) in numbers.iter_mut().enumerate() {
            *z = 8.0 * (at as f32 / (Self::COUNT - 1) as f32) - 4.0;
        }
        let room = || vec![Lane::splat(0.0); lanes];
        Self { function, params: params.iter().map(|&param| param as f32).collect(), z, out: room(), slopes: room() }
    }

    /// f, as evaluation has it. Gives one value, so that nothing is left out as useless.
    pub fn forward(&mut self) -> f32 {
        Lane::values(self.function.curve(), &self.z, &self.params, &mut self.out);
        self.out[0].sum()
    }

    /// f and f' in one pass, as training has it.
    pub fn both(&mut self) -> f32 {
        Lane::values_and_slopes(self.function.curve(), &self.z, &self.params, &mut self.out, &mut self.slopes);
        self.out[0].sum() + self.slopes[0].sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_over_the_curve() {
        let mut relu = Kernel::new(Function::read("relu").unwrap(), &[]);
        relu.both();
        let (out, slopes): (&[f32], &[f32]) = (bytemuck::cast_slice(&relu.out), bytemuck::cast_slice(&relu.slopes));
        assert_eq!((out[0], out[Kernel::COUNT - 1], slopes[0], slopes[Kernel::COUNT - 1]), (0.0, 4.0, 0.0, 1.0));
        assert_eq!(slopes.iter().sum::<f32>() as usize, Kernel::COUNT / 2);
    }
}
