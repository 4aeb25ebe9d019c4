//! Convolution of images: every unit sees a window, and all units of a channel share their weights.

use super::Activated;
use crate::error::Error;
use crate::graph::{Convolution, Graph, Node, Parameter};

/// A convolution with its bias and activation, `[channels, height, width, batch]`.
#[derive(Clone)]
pub struct Conv2d {
    /// Output channels.
    pub channels: usize,
    /// Kernel, stride, padding, dilation, groups.
    pub convolution: Convolution,
    /// f; none leaves the pre-activation as it is.
    pub activation: Option<Activated>,
}

/// The values and weights of a convolution in the graph.
#[derive(Debug, Clone, Copy)]
pub struct ConvNodes {
    /// Pre-activation, `[channels, height, width, batch]`.
    pub z: Node,
    /// Activation; z itself without f.
    pub a: Node,
    /// `[channels, in/groups, height, width]`.
    pub weight: Parameter,
    /// `[channels]`.
    pub bias: Parameter,
    /// Trained parameters of f, a row for each channel or one for all.
    pub params: Option<Parameter>,
}

impl Conv2d {
    /// Adds the layer, with `{name}.weight` and `{name}.bias`.
    ///
    /// # Errors
    /// If the input is no image, or the window or the groups do not fit it.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<ConvNodes, Error> {
        graph.layer(name, |graph| {
            let Convolution { window, groups } = self.convolution;
            let inputs = graph.shape(input).first() / groups.max(1);
            let weight = graph.weight("weight", &[self.channels, inputs, window.kernel[0], window.kernel[1]]);
            let bias = graph.bias("bias", self.channels);
            let z = graph.conv2d(input, weight, Some(bias), self.convolution)?;
            let (a, params) = self.activation.as_ref().map_or(Ok((z, None)), |f| f.build(graph, z))?;
            Ok(ConvNodes { z, a, weight, bias, params })
        })
    }
}
