//! Convolution of images: every unit sees a window, and all units of a channel share their weights.

use super::Activated;
use super::module::{ActivationParam, Built, ModuleCard};
use crate::error::Error;
use crate::graph::{Convolution, Graph, Node, Parameter, Pool, PoolKind, Reduction, Window};
use crate::rule::Param;

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
        graph.layer(name, |graph| self.add(graph, input))
    }

    fn add(&self, graph: &mut Graph, input: Node) -> Result<ConvNodes, Error> {
        let Convolution { window, groups } = self.convolution;
        let inputs = graph.shape(input).first() / groups.max(1);
        let weight = graph.weight("weight", &[self.channels, inputs, window.kernel[0], window.kernel[1]]);
        let bias = graph.bias("bias", self.channels);
        let z = graph.conv2d(input, weight, Some(bias), self.convolution)?;
        let (a, params) = self.activation.as_ref().map_or(Ok((z, None)), |f| f.build(graph, z))?;
        Ok(ConvNodes { z, a, weight, bias, params })
    }
}

const KERNEL: Param = Param::whole("kernel", "kernel", 3.0, 1.0, 32.0).say("kernel", "Height and width of the window.");
const STRIDE: Param = Param::whole("stride", "stride", 1.0, 1.0, 16.0).say("stride", "How far the window moves.");
const PADDING: Param =
    Param::whole("padding", "padding", 0.0, 0.0, 16.0).say("padding", "Rows and columns of zeros around the image.");
const SIZE: Param =
    Param::whole("size", "size", 2.0, 1.0, 32.0).say("size", "Height and width of the window, and its stride.");

/// Modules for images.
pub(super) const MODULES: &[ModuleCard] = &[
    ModuleCard {
        id: "conv2d",
        label: "Convolution",
        help: "Every unit sees a window of the image, and all units of a channel share their weights.",
        reference: "Fukushima 1980; LeCun et al. 1989",
        params: &[
            Param::whole("channels", "channels", 8.0, 1.0, 256.0)
                .say("channels", "Filters, each with a picture of its own."),
            KERNEL,
            STRIDE,
            PADDING,
            Param::whole("dilation", "dilation", 1.0, 1.0, 8.0)
                .say("dilation", "Distance between elements of the window."),
            Param::whole("groups", "groups", 1.0, 1.0, 256.0)
                .say("groups", "Parts of the channels that do not see each other; all for a depthwise convolution."),
        ],
        activations: &[ActivationParam { name: "activation", help: "After the convolution.", default: "relu" }],
        build: |module, graph, input| {
            let window = Window {
                kernel: [module.count("kernel"); 2],
                stride: [module.count("stride"); 2],
                padding: [module.count("padding"); 2],
                dilation: [module.count("dilation"); 2],
            };
            let convolution = Convolution { window, groups: module.count("groups") };
            let activation = Some(module.activation("activation")?);
            let nodes = Conv2d { channels: module.count("channels"), convolution, activation }.add(graph, input)?;
            Ok(Built::new(nodes.a).showing("pre-activation", nodes.z).showing("activation", nodes.a))
        },
    },
    ModuleCard {
        id: "maxPool",
        label: "Max pool",
        help: "Keeps the largest number of each window.",
        reference: "Weng, Ahuja & Huang 1992",
        params: &[SIZE],
        build: |module, graph, input| pool(PoolKind::Max, module.count("size"), graph, input),
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "averagePool",
        label: "Average pool",
        help: "Keeps the mean of each window.",
        reference: "LeCun et al. 1989",
        params: &[SIZE],
        build: |module, graph, input| pool(PoolKind::Average, module.count("size"), graph, input),
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "globalPool",
        label: "Global average pool",
        help: "One number for each channel: its mean over the image.",
        reference: "Lin, Chen & Yan 2013",
        build: |_, graph, input| {
            let shape = graph.shape(input).clone();
            let flat = graph.reshape(input, &[shape.first(), shape.features() / shape.first()])?;
            graph.reduce(flat, 1, Reduction::Mean).map(Built::new)
        },
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "flatten",
        label: "Flatten",
        help: "All numbers in a row.",
        reference: "",
        build: |_, graph, input| Ok(Built::new(graph.flatten(input))),
        ..ModuleCard::BLANK
    },
];

fn pool(kind: PoolKind, size: usize, graph: &mut Graph, input: Node) -> Result<Built, Error> {
    let window = Window { stride: [size; 2], ..Window::square(size) };
    graph.pool2d(input, Pool { kind, window }).map(Built::new)
}
