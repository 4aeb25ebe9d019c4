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

/// Cross-correlation, as in PyTorch. Shapes: weight `[outputs, inputs/groups, kernel…]`, x `[inputs, …, batch]`. Tiles of four
/// outputs by two SIMD values keep eight running sums in registers, as in `matmul`.
pub fn convolution<L: Lanes>(
    geometry: &Geometry,
    channels: Channels,
    weight: &[L::Scalar],
    bias: Option<&[L::Scalar]>,
    x: &[L],
    out: &mut [L],
    lanes: usize,
) {
    let places = geometry.output[0] * geometry.output[1];
    let plane = geometry.input[0] * geometry.input[1];
    let size = channels.inputs * geometry.kernel[0] * geometry.kernel[1];
    for (group, out) in out.chunks_exact_mut(channels.outputs * places * lanes).enumerate() {
        let x = &x[group * channels.inputs * plane * lanes..][..channels.inputs * plane * lanes];
        for place in 0..places {
            let seen = Seen::new(geometry, channels.inputs, place);
            let mut first = 0;
            while first < channels.outputs {
                let output = group * channels.outputs + first;
                let start = |r: usize| bias.map_or(L::ZERO, |bias| L::splat(bias[output + r]));
                let rows = &weight[output * size..];
                let into = &mut out[(first * places + place) * lanes..];
                if first + 4 <= channels.outputs {
                    seen.outputs::<L, 4>(
                        from_fn(start),
                        from_fn(|r| &rows[r * size..][..size]),
                        x,
                        into,
                        places,
                        lanes,
                    );
                    first += 4;
                } else {
                    seen.outputs::<L, 1>([start(0)], [&rows[..size]], x, into, places, lanes);
                    first += 1;
                }
            }
        }
    }
}

/// What the window sees at one place of the output.
struct Seen<'a> {
    geometry: &'a Geometry,
    inputs: usize,
    rows: Range<usize>,
    columns: Range<usize>,
    /// First place of the window in the image, which may lie in the padding.
    corner: [isize; 2],
}

impl<'a> Seen<'a> {
    fn new(geometry: &'a Geometry, inputs: usize, place: usize) -> Self {
        let at = [place / geometry.output[1], place % geometry.output[1]];
        let corner =
            from_fn(|axis| (at[axis] * geometry.stride[axis]).cast_signed() - geometry.padding[axis].cast_signed());
        Self { geometry, inputs, rows: geometry.meeting(0, at[0]), columns: geometry.meeting(1, at[1]), corner }
    }

    /// `R` outputs at this place, `stride` places apart in `into`.
    #[inline]
    fn outputs<L: Lanes, const R: usize>(
        &self,
        start: [L; R],
        weights: [&[L::Scalar]; R],
        x: &[L],
        into: &mut [L],
        stride: usize,
        lanes: usize,
    ) {
        let mut at = 0;
        while at + 2 <= lanes {
            for (r, sums) in self.tile::<L, R, 2>(start, weights, x, lanes, at).into_iter().enumerate() {
                into[r * stride * lanes + at..][..2].copy_from_slice(&sums);
            }
            at += 2;
        }
        if at < lanes {
            for (r, [sum]) in self.tile::<L, R, 1>(start, weights, x, lanes, at).into_iter().enumerate() {
                into[r * stride * lanes + at] = sum;
            }
        }
    }

    #[inline]
    fn tile<L: Lanes, const R: usize, const V: usize>(
        &self,
        start: [L; R],
        weights: [&[L::Scalar]; R],
        x: &[L],
        lanes: usize,
        at: usize,
    ) -> [[L; V]; R] {
        let Geometry { input: [height, width], kernel: [kh, kw], dilation, .. } = *self.geometry;
        let mut sums: [[L; V]; R] = start.map(|value| [value; V]);
        for c in 0..self.inputs {
            for ky in self.rows.clone() {
                let y = (self.corner[0] + (ky * dilation[0]).cast_signed()).cast_unsigned();
                let row = (c * height + y) * width;
                for kx in self.columns.clone() {
                    let from = row + (self.corner[1] + (kx * dilation[1]).cast_signed()).cast_unsigned();
                    let values: [L; V] = from_fn(|v| x[from * lanes + at + v]);
                    let k = (c * kh + ky) * kw + kx;
                    for (sums, weights) in sums.iter_mut().zip(weights) {
                        let factor = L::splat(weights[k]);
                        for (sum, &value) in sums.iter_mut().zip(&values) {
                            *sum = *sum + factor * value;
                        }
                    }
                }
            }
        }
        sums
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

/// Products of each output's gradient with the inputs that its weights met, summed over places and samples. Four outputs at
/// a time share what is read of the input, and their sums do not wait for each other.
pub fn convolution_weight_gradient<L: Lanes>(
    geometry: &Geometry,
    channels: Channels,
    gradient: &[L],
    x: &[L],
    into: &mut [L::Scalar],
    lanes: usize,
    write: Write,
) {
    let outputs = channels.outputs * channels.groups;
    let mut first = 0;
    while first < outputs {
        // Four of one group, or one.
        let left = channels.outputs - first % channels.outputs;
        if left >= 4 {
            weight_rows::<L, 4>(geometry, channels, first, gradient, x, into, lanes, write);
            first += 4;
        } else {
            weight_rows::<L, 1>(geometry, channels, first, gradient, x, into, lanes, write);
            first += 1;
        }
    }
}

/// The gradients of `R` outputs' weights.
#[allow(clippy::too_many_arguments, reason = "what a kernel works on")]
#[inline]
fn weight_rows<L: Lanes, const R: usize>(
    geometry: &Geometry,
    channels: Channels,
    first: usize,
    gradient: &[L],
    x: &[L],
    into: &mut [L::Scalar],
    lanes: usize,
    write: Write,
) {
    let (area, plane) = (geometry.kernel[0] * geometry.kernel[1], geometry.input[0] * geometry.input[1]);
    let places = geometry.output[0] * geometry.output[1];
    let rows: [&[L]; R] = from_fn(|r| &gradient[(first + r) * places * lanes..][..places * lanes]);
    let group = first / channels.outputs;
    let mut sums = [[L::ZERO; R]; MOST_AREA];
    for c in 0..channels.inputs {
        let x = &x[(group * channels.inputs + c) * plane * lanes..][..plane * lanes];
        let sums = &mut sums[..area];
        sums.fill([L::ZERO; R]);
        each_run(geometry, |k, (from, to), count, step| {
            let mut own = sums[k];
            for n in 0..count {
                let x = &x[(to + n * step) * lanes..][..lanes];
                let gradients: [&[L]; R] = from_fn(|r| &rows[r][(from + n) * lanes..][..lanes]);
                for (at, &x) in x.iter().enumerate() {
                    for (sum, gradient) in own.iter_mut().zip(&gradients) {
                        *sum = *sum + gradient[at] * x;
                    }
                }
            }
            sums[k] = own;
        });
        for (k, sums) in sums.iter().enumerate() {
            for (r, sum) in sums.iter().enumerate() {
                let at = ((first + r) * channels.inputs + c) * area + k;
                write.put(&mut into[at], sum.sum());
            }
        }
    }
}

/// The largest kernel, as the product of its sides: its sums are kept on the stack.
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
