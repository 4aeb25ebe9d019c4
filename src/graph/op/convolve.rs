//! Convolution of images and series.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter};
use crate::kernels::{self, Channels, Geometry};
use crate::tensor::Shape;

/// A window that moves over an image, as in `torch.nn.Conv2d` and the pools; each pair is height, width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Height and width of the window.
    pub kernel: [usize; 2],
    /// Its steps.
    pub stride: [usize; 2],
    /// Rows and columns around the image, on each side.
    pub padding: [usize; 2],
    /// Distance between its elements.
    pub dilation: [usize; 2],
}

impl Window {
    /// A square that steps by 1, without padding.
    pub fn square(side: usize) -> Self {
        Self { kernel: [side; 2], stride: [1; 2], padding: [0; 2], dilation: [1; 2] }
    }

    /// The output's size and all others, for an image.
    pub(super) fn over(self, input: [usize; 2]) -> Result<Geometry, String> {
        let Self { kernel, stride, padding, dilation } = self;
        if [kernel, stride, dilation].iter().flatten().any(|&size| size == 0) {
            return Err("kernel, stride and dilation have to be at least 1".into());
        }
        if kernel[0] * kernel[1] > kernels::MOST_AREA {
            return Err(format!("a kernel of {kernel:?}; at most {} elements are possible", kernels::MOST_AREA));
        }
        let mut output = [0; 2];
        for axis in 0..2 {
            let reach = (kernel[axis] - 1) * dilation[axis] + 1;
            let room = input[axis] + 2 * padding[axis];
            if reach > room {
                return Err(format!("a kernel that reaches over {reach} does not fit {room} (padding included)"));
            }
            output[axis] = (room - reach) / stride[axis] + 1;
        }
        Ok(Geometry { input, output, kernel, stride, padding, dilation })
    }
}

/// How a convolution moves and connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convolution {
    /// The window.
    pub window: Window,
    /// Groups of channels that do not see each other; as many as channels for a depthwise convolution.
    pub groups: usize,
}

#[derive(Clone)]
pub(in crate::graph) struct Convolve {
    input: Node,
    /// The kernel, and the bias if there is one.
    parameters: Vec<Parameter>,
    geometry: Geometry,
    channels: Channels,
}

impl Graph {
    /// Two-dimensional cross-correlation, as `torch.nn.Conv2d`: `[in, height, width]` becomes `[out, …]`. Weights
    /// `[out, in/groups, height, width]`, bias `[out]`.
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn conv2d(
        &mut self,
        input: Node,
        weight: Parameter,
        bias: Option<Parameter>,
        Convolution { window, groups }: Convolution,
    ) -> Result<Node, Error> {
        let (shape, kernel) = (self.shape(input), &self.parameter_info(weight).shape);
        let &[inputs, height, width] = shape.axes() else {
            return Err(self.refusal(format!("a convolution needs [channels, height, width, batch], got {shape}")));
        };
        let outputs = kernel[0];
        if groups == 0 || inputs % groups != 0 || outputs % groups != 0 {
            return Err(self.refusal(format!("{groups} groups do not divide {inputs} and {outputs} channels")));
        }
        let channels = Channels { inputs: inputs / groups, outputs: outputs / groups, groups };
        let needed = [outputs, channels.inputs, window.kernel[0], window.kernel[1]];
        if kernel[..] != needed {
            return Err(self.refusal(format!("weights {kernel:?} do not fit {shape}, which needs {needed:?}")));
        }
        if let Some(bias) = bias
            && self.parameter_info(bias).len() != outputs
        {
            return Err(self.refusal(format!("a bias of {} for {outputs} channels", self.parameter_info(bias).len())));
        }
        let geometry = window.over([height, width]).map_err(|fact| self.refusal(fact))?;
        let shape = Shape::new(&[outputs, geometry.output[0], geometry.output[1]]);
        let parameters = [weight].into_iter().chain(bias).collect();
        Ok(self.push(Convolve { input, parameters, geometry, channels }, shape))
    }
}

impl Operation for Convolve {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
    fn multiply_adds(&self, _: &Graph, shape: &Shape) -> usize {
        shape.features() * self.channels.inputs * self.geometry.kernel[0] * self.geometry.kernel[1]
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let bias = self.parameters.get(1).map(|&bias| pass.weight(bias));
        let (weight, x) = (pass.weight(self.parameters[0]), pass.value(self.input));
        kernels::convolution(&self.geometry, self.channels, weight, bias, x, pass.out, pass.lanes);
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let (x, gradient, lanes) = (pass.value(self.input), pass.gradient, pass.lanes);
        let weight = pass.weight(self.parameters[0]);
        if let Some((into, write)) = pass.weight_gradient(0) {
            kernels::convolution_weight_gradient(&self.geometry, self.channels, gradient, x, into, lanes, write);
        }
        if self.parameters.len() > 1
            && let Some((into, write)) = pass.weight_gradient(1)
        {
            let places = self.geometry.output[0] * self.geometry.output[1];
            kernels::bias_gradient(gradient, into, places * lanes, write);
        }
        if let Some((into, write)) = pass.input(0) {
            kernels::convolution_input_gradient(&self.geometry, self.channels, weight, gradient, into, lanes, write);
        }
    }
}

impl Graph {
    /// One-dimensional cross-correlation, as `torch.nn.Conv1d`: `[in, length]` becomes `[out, …]`. Weights
    /// `[out, in/groups, length]`.
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn conv1d(
        &mut self,
        input: Node,
        weight: Parameter,
        bias: Option<Parameter>,
        Convolution { window, groups }: Convolution,
    ) -> Result<Node, Error> {
        let shape = self.shape(input);
        let &[channels, length] = shape.axes() else {
            return Err(self.refusal(format!("a convolution of series needs [channels, length, batch], got {shape}")));
        };
        let image = self.reshape(input, &[channels, 1, length])?;
        // The kernel is a picture one pixel high.
        let info = &mut self.parameters[weight.0];
        if let [outputs, inputs, length] = info.shape[..] {
            info.shape = vec![outputs, inputs, 1, length];
        }
        let out = self.conv2d(image, weight, bias, Convolution { window, groups })?;
        let axes = self.shape(out).axes().to_vec();
        self.reshape(out, &[axes[0], axes[2]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::Write;
    use crate::kernels::{convolution, convolution_input_gradient, convolution_weight_gradient};

    /// The definition, place by place.
    fn plainly(geometry: &Geometry, channels: Channels, weight: &[f64], x: &[f64]) -> Vec<f64> {
        let ([height, width], [kh, kw]) = (geometry.output, geometry.kernel);
        let mut out = vec![];
        for o in 0..channels.outputs * channels.groups {
            for y in 0..height {
                for column in 0..width {
                    let mut sum = 0.0;
                    for c in 0..channels.inputs {
                        for ky in 0..kh {
                            for kx in 0..kw {
                                let Some(iy) = geometry.met(0, y, ky) else { continue };
                                let Some(ix) = geometry.met(1, column, kx) else { continue };
                                let channel = o / channels.outputs * channels.inputs + c;
                                let value = x[(channel * geometry.input[0] + iy) * geometry.input[1] + ix];
                                sum += weight[((o * channels.inputs + c) * kh + ky) * kw + kx] * value;
                            }
                        }
                    }
                    out.push(sum);
                }
            }
        }
        out
    }

    /// Each kernel against the definition: the gradients are those of a bilinear form, so they are its values at unit vectors.
    #[test]
    fn kernels_equal_the_definition_for_all_windows() {
        let mut state = 1_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 23) - 1.0
        };
        for (stride, padding, dilation, groups) in
            [(1, 0, 1, 1), (1, 1, 1, 2), (2, 1, 1, 1), (2, 2, 2, 2), (3, 0, 1, 1), (1, 2, 2, 1)]
        {
            let window = Window { kernel: [3, 2], stride: [stride, 1], padding: [padding; 2], dilation: [dilation; 2] };
            let geometry = window.over([7, 6]).unwrap();
            let channels = Channels { inputs: 2, outputs: 5, groups };
            let weight: Vec<f64> = (0..5 * groups * 2 * 6).map(|_| draw()).collect();
            let x: Vec<f64> = (0..2 * groups * 42).map(|_| draw()).collect();
            let places = geometry.output[0] * geometry.output[1];
            let gradient: Vec<f64> = (0..5 * groups * places).map(|_| draw()).collect();
            let form = |weight: &[f64], x: &[f64]| -> f64 {
                plainly(&geometry, channels, weight, x).iter().zip(&gradient).map(|(y, g)| y * g).sum()
            };
            let mut out = vec![0.0; gradient.len()];
            convolution(&geometry, channels, &weight, None, &x, &mut out, 1);
            let expected = plainly(&geometry, channels, &weight, &x);
            assert!(out.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12), "{window:?}");
            let unit = |len: usize, at: usize| -> Vec<f64> { (0..len).map(|i| f64::from(u8::from(i == at))).collect() };
            let mut into = vec![0.0; weight.len()];
            convolution_weight_gradient(&geometry, channels, &gradient, &x, &mut into, 1, Write::Set);
            for (at, got) in into.iter().enumerate() {
                assert!((got - form(&unit(weight.len(), at), &x)).abs() < 1e-12, "{window:?} weight {at}");
            }
            let mut into = vec![0.0; x.len()];
            convolution_input_gradient(&geometry, channels, &weight, &gradient, &mut into, 1, Write::Set);
            for (at, got) in into.iter().enumerate() {
                assert!((got - form(&weight, &unit(x.len(), at))).abs() < 1e-12, "{window:?} input {at}");
            }
        }
    }
}
