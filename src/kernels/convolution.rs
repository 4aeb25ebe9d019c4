//! Convolution over `[channels, height, width, batch]`: for every place of the output a product of a few rows of samples, as
//! in `matmul`, but with rows picked by the kernel's place. Nothing is unrolled into a larger matrix.
//!
//! Cost: `out channels · in channels/groups · kernel area` multiply-adds for each place of the output and each sample.

use super::Write;
use crate::real::Lanes;
use std::array::from_fn;
use std::ops::Range;

/// Sizes of a two-dimensional window that moves over an image; each pair is height, width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Input image.
    pub input: [usize; 2],
    /// Output image.
    pub output: [usize; 2],
    /// Kernel.
    pub kernel: [usize; 2],
    /// Step of the window.
    pub stride: [usize; 2],
    /// Rows and columns of zeros around the input, on each side.
    pub padding: [usize; 2],
    /// Distance between neighbouring elements of the kernel.
    pub dilation: [usize; 2],
}

impl Geometry {
    /// The input place that kernel element `k` meets at output place `out`, on one axis; none in the padding.
    pub fn met(&self, axis: usize, out: usize, k: usize) -> Option<usize> {
        let at = out * self.stride[axis] + k * self.dilation[axis];
        at.checked_sub(self.padding[axis]).filter(|&at| at < self.input[axis])
    }

    /// Kernel elements that meet the image at an output place, on one axis.
    fn meeting(&self, axis: usize, out: usize) -> Range<usize> {
        let (start, step) = (out * self.stride[axis], self.dilation[axis]);
        let first = self.padding[axis].saturating_sub(start).div_ceil(step);
        let end = (self.input[axis] + self.padding[axis]).saturating_sub(start).div_ceil(step);
        first..end.min(self.kernel[axis]).max(first)
    }

    /// Output places where kernel element `k` meets the image, on one axis.
    fn covered(&self, axis: usize, k: usize) -> Range<usize> {
        let (step, offset) = (self.stride[axis], k * self.dilation[axis]);
        let first = self.padding[axis].saturating_sub(offset).div_ceil(step);
        let end = (self.input[axis] + self.padding[axis]).saturating_sub(offset).div_ceil(step);
        first..end.min(self.output[axis]).max(first)
    }
}

/// A convolution: channels on both sides, in groups that do not see each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// Input channels of a group.
    pub inputs: usize,
    /// Output channels of a group.
    pub outputs: usize,
    /// Groups.
    pub groups: usize,
}

/// Cross-correlation, as in PyTorch. Shapes: weight `[outputs, inputs/groups, kernel…]`, x `[inputs, …, batch]`.
pub fn convolution<L: Lanes>(
    geometry: &Geometry,
    channels: Channels,
    weight: &[L::Scalar],
    bias: Option<&[L::Scalar]>,
    x: &[L],
    out: &mut [L],
    lanes: usize,
) {
    let [height, width] = geometry.output;
    let (area, plane) = (geometry.kernel[0] * geometry.kernel[1], geometry.input[0] * geometry.input[1]);
    let size = channels.inputs * area;
    for (group, out) in out.chunks_exact_mut(channels.outputs * height * width * lanes).enumerate() {
        let x = &x[group * channels.inputs * plane * lanes..][..channels.inputs * plane * lanes];
        for place in 0..height * width {
            let (row, column) = (place / width, place % width);
            let (rows, columns) = (geometry.meeting(0, row), geometry.meeting(1, column));
            let mut first = 0;
            while first < channels.outputs {
                let taken = if first + 4 <= channels.outputs { 4 } else { 1 };
                let output = group * channels.outputs + first;
                let mut at = 0;
                while at < lanes {
                    let mut sums = [L::ZERO; 4];
                    if let Some(bias) = bias {
                        (0..taken).for_each(|r| sums[r] = L::splat(bias[output + r]));
                    }
                    for c in 0..channels.inputs {
                        for ky in rows.clone() {
                            let y = row * geometry.stride[0] + ky * geometry.dilation[0] - geometry.padding[0];
                            for kx in columns.clone() {
                                let from = column * geometry.stride[1] + kx * geometry.dilation[1];
                                let from = (y * geometry.input[1] + from - geometry.padding[1] + c * plane) * lanes;
                                let k = c * area + ky * geometry.kernel[1] + kx;
                                let value = x[from + at];
                                for (r, sum) in sums.iter_mut().enumerate().take(taken) {
                                    *sum = *sum + L::splat(weight[(output + r) * size + k]) * value;
                                }
                            }
                        }
                    }
                    for (r, &sum) in sums.iter().enumerate().take(taken) {
                        out[((first + r) * height * width + place) * lanes + at] = sum;
                    }
                    at += 1;
                }
                first += taken;
            }
        }
    }
}

/// What the loss feels of each input.
pub fn convolution_input_gradient<L: Lanes>(
    geometry: &Geometry,
    channels: Channels,
    weight: &[L::Scalar],
    gradient: &[L],
    into: &mut [L],
    lanes: usize,
    write: Write,
) {
    let (area, plane) = (geometry.kernel[0] * geometry.kernel[1], geometry.input[0] * geometry.input[1]);
    let (places, size) = (geometry.output[0] * geometry.output[1], channels.inputs * area);
    if write == Write::Set {
        into.fill(L::ZERO);
    }
    // Rows of places that one kernel element connects are neighbours in both images when it steps by 1.
    for group in 0..channels.groups {
        for c in 0..channels.inputs {
            let into = &mut into[(group * channels.inputs + c) * plane * lanes..][..plane * lanes];
            let mut first = 0;
            while first < channels.outputs {
                let taken = if first + 4 <= channels.outputs { 4 } else { 1 };
                let output = group * channels.outputs + first;
                each_run(geometry, |k, (from, to), count, step| {
                    let factors: [L; 4] =
                        from_fn(
                            |r| {
                                if r < taken { L::splat(weight[(output + r) * size + c * area + k]) } else { L::ZERO }
                            },
                        );
                    let rows: [&[L]; 4] = from_fn(|r| {
                        let row = output + if r < taken { r } else { 0 };
                        &gradient[(row * places + from) * lanes..][..count * lanes]
                    });
                    for n in 0..count {
                        let into = &mut into[(to + n * step) * lanes..][..lanes];
                        for (at, into) in into.iter_mut().enumerate() {
                            let mut sum = *into;
                            for (factor, row) in factors.iter().zip(&rows).take(taken) {
                                sum = sum + *factor * row[n * lanes + at];
                            }
                            *into = sum;
                        }
                    }
                });
                first += taken;
            }
        }
    }
}

/// Products of each output's gradient with the inputs that its weights met, summed over places and samples.
pub fn convolution_weight_gradient<L: Lanes>(
    geometry: &Geometry,
    channels: Channels,
    gradient: &[L],
    x: &[L],
    into: &mut [L::Scalar],
    lanes: usize,
    write: Write,
) {
    let (area, plane) = (geometry.kernel[0] * geometry.kernel[1], geometry.input[0] * geometry.input[1]);
    let places = geometry.output[0] * geometry.output[1];
    let mut sums = [L::ZERO; MOST_AREA];
    for (output, into) in into.chunks_exact_mut(channels.inputs * area).enumerate() {
        let gradient = &gradient[output * places * lanes..][..places * lanes];
        let group = output / channels.outputs;
        for (c, into) in into.chunks_exact_mut(area).enumerate() {
            let x = &x[(group * channels.inputs + c) * plane * lanes..][..plane * lanes];
            let sums = &mut sums[..area];
            sums.fill(L::ZERO);
            each_run(geometry, |k, (from, to), count, step| {
                let mut sum = sums[k];
                for n in 0..count {
                    let gradient = &gradient[(from + n) * lanes..][..lanes];
                    let x = &x[(to + n * step) * lanes..][..lanes];
                    sum = gradient.iter().zip(x).fold(sum, |sum, (&g, &x)| sum + g * x);
                }
                sums[k] = sum;
            });
            into.iter_mut().zip(sums).for_each(|(into, sum)| write.put(into, sum.sum()));
        }
    }
}

/// The largest kernel, as the product of its sides.
pub const MOST_AREA: usize = 1024;

/// For each kernel element and each row of the output: the first output place where it meets the image, the input place
/// it meets there, how many places follow in that row, and the distance of their input places.
#[inline]
fn each_run(geometry: &Geometry, mut run: impl FnMut(usize, (usize, usize), usize, usize)) {
    for ky in 0..geometry.kernel[0] {
        for kx in 0..geometry.kernel[1] {
            let columns = geometry.covered(1, kx);
            if columns.is_empty() {
                continue;
            }
            for row in geometry.covered(0, ky) {
                let y = row * geometry.stride[0] + ky * geometry.dilation[0] - geometry.padding[0];
                let x = columns.start * geometry.stride[1] + kx * geometry.dilation[1] - geometry.padding[1];
                let (from, to) = (row * geometry.output[1] + columns.start, y * geometry.input[1] + x);
                run(ky * geometry.kernel[1] + kx, (from, to), columns.len(), geometry.stride[1]);
            }
        }
    }
}
