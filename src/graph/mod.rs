//! A network as a graph of operations. Layers are builders that add operations to a [`Graph`]; [`Program`] compiles it
//! once and then runs it. Everything else (probes, exporters, freezing) reads the same graph.
//!
//! ```
//! use activation_playground::graph::{Graph, Mode, Program};
//! use activation_playground::tensor::Shape;
//! let mut graph = Graph::new();
//! let x = graph.input(Shape::new(&[2]));
//! let w = graph.parameter("w", 1, 2);
//! let y = graph.matmul(x, w, "sum")?;
//! let mut program = Program::<f64>::compile(&graph, Mode::Evaluate, 1);
//! program.load(x, 1, |_sample, feature| [3.0, 4.0][feature]);
//! program.forward(&[1.0, 10.0]);
//! assert_eq!(program.value(y), [43.0]);
//! # Ok::<(), activation_playground::Error>(())
//! ```

mod program;

pub use program::{Mode, Program};

use crate::activation::Function;
use crate::activation::vector::VectorActivation;
use crate::error::Error;
use crate::loss::Loss;
use crate::tensor::Shape;

/// One value of the graph: what an operation gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node(usize);

/// One matrix or vector of weights, `[rows, columns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter(usize);

/// What a node computes from others. Adding an operation: a variant here, its shape rule below, and its forward and
/// backward side by side in `program.rs`.
#[derive(Clone)]
enum Op {
    /// Loaded by the caller.
    Input,
    /// W·X.
    Matmul { input: Node, weight: Parameter },
    /// X + b.
    Bias { input: Node, bias: Parameter },
    /// f(X), elementwise; `params` as in the activation's card.
    Activate { input: Node, function: Function, params: Vec<f64> },
    /// f(X), elementwise, with parameters that are trained: a row of them for each unit, or one for all.
    Learn { input: Node, function: Function, params: Parameter },
    /// f(X) over all features of a sample.
    Vector { input: Node, activation: &'static dyn VectorActivation, params: Vec<f64> },
    /// One loss per sample; gradients start here.
    Loss { logits: Node, target: Node, loss: Loss },
}

impl Op {
    /// The nodes it reads, of which only the first can need a gradient.
    fn inputs(&self) -> impl Iterator<Item = Node> {
        let (first, second) = match *self {
            Self::Input => (None, None),
            Self::Matmul { input, .. }
            | Self::Bias { input, .. }
            | Self::Activate { input, .. }
            | Self::Learn { input, .. }
            | Self::Vector { input, .. } => (Some(input), None),
            Self::Loss { logits, target, .. } => (Some(logits), Some(target)),
        };
        first.into_iter().chain(second)
    }

    fn parameter(&self) -> Option<Parameter> {
        match *self {
            Self::Matmul { weight, .. } => Some(weight),
            Self::Bias { bias, .. } => Some(bias),
            Self::Learn { params, .. } => Some(params),
            _ => None,
        }
    }
}

#[derive(Clone)]
struct NodeInfo {
    op: Op,
    shape: Shape,
}

/// What a parameter is called and how large it is.
#[derive(Debug, Clone)]
pub struct ParameterInfo {
    /// Name: `layers.0.weight`.
    pub name: String,
    /// Outputs.
    pub rows: usize,
    /// Inputs; 1 for a bias.
    pub columns: usize,
    /// Where it begins among all numbers of all parameters.
    pub offset: usize,
}

impl ParameterInfo {
    /// Its place among all numbers of all parameters.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.offset..self.offset + self.rows * self.columns
    }
}

/// Operations in the order they were added, which is an order they can run in.
#[derive(Default, Clone)]
pub struct Graph {
    nodes: Vec<NodeInfo>,
    parameters: Vec<ParameterInfo>,
}

impl Graph {
    /// A graph without operations.
    pub fn new() -> Self {
        Self::default()
    }

    /// A value that the caller loads.
    pub fn input(&mut self, shape: Shape) -> Node {
        self.push(Op::Input, shape)
    }

    /// Weights `[rows, columns]`.
    pub fn parameter(&mut self, name: impl Into<String>, rows: usize, columns: usize) -> Parameter {
        let offset = self.parameter_count();
        self.parameters.push(ParameterInfo { name: name.into(), rows, columns, offset });
        Parameter(self.parameters.len() - 1)
    }

    /// `W·X`, for weights `[out, in]`.
    ///
    /// # Errors
    /// If the weights do not have a column for every feature; `place` names the layer.
    pub fn matmul(&mut self, input: Node, weight: Parameter, place: &str) -> Result<Node, Error> {
        let (rows, columns) = self.size(weight);
        let features = self.shape(input).features();
        if columns != features {
            let fact = format!("weights [{rows}, {columns}] need {columns} inputs, got {}", self.shape(input));
            return Err(Error::Shape { place: place.into(), fact });
        }
        Ok(self.push(Op::Matmul { input, weight }, Shape::new(&[rows])))
    }

    /// `X + b`, one number per feature.
    ///
    /// # Errors
    /// If the bias does not have a number for every feature.
    pub fn bias(&mut self, input: Node, bias: Parameter, place: &str) -> Result<Node, Error> {
        let shape = self.shape(input).clone();
        let (rows, columns) = self.size(bias);
        if rows * columns != shape.features() {
            let fact = format!("bias [{rows}, {columns}] does not fit {shape}");
            return Err(Error::Shape { place: place.into(), fact });
        }
        Ok(self.push(Op::Bias { input, bias }, shape))
    }

    /// An activation, elementwise. Parameters left out take their defaults.
    pub fn activate(&mut self, input: Node, function: impl Into<Function>, params: &[f64]) -> Node {
        let function = function.into();
        let params = complete(function.parameters().map(|param| param.default), params);
        self.push(Op::Activate { input, function, params }, self.shape(input).clone())
    }

    /// An activation whose parameters are trained: `params` has a row for each unit, or one row for all, with a column for
    /// each parameter of the activation.
    ///
    /// # Errors
    /// If the rows or columns are others; `place` names the layer.
    pub fn activate_learned(
        &mut self,
        input: Node,
        function: impl Into<Function>,
        params: Parameter,
        place: &str,
    ) -> Result<Node, Error> {
        let function = function.into();
        let (rows, columns) = self.size(params);
        let shape = self.shape(input).clone();
        let count = function.parameters().count();
        if count == 0 || columns != count || (rows != 1 && rows != shape.features()) {
            let fact = format!(
                "{} has {count} parameters, once or for each unit of {shape}; got [{rows}, {columns}]",
                function.name()
            );
            return Err(Error::Shape { place: place.into(), fact });
        }
        Ok(self.push(Op::Learn { input, function, params }, shape))
    }

    /// An activation over all features of each sample. Parameters left out take their defaults.
    ///
    /// # Errors
    /// If it cannot take so many features; `place` names the layer.
    pub fn vector(
        &mut self,
        input: Node,
        activation: &'static dyn VectorActivation,
        params: &[f64],
        place: &str,
    ) -> Result<Node, Error> {
        let params = complete(activation.card().params.iter().map(|param| param.default), params);
        let width = activation
            .width(self.shape(input).features(), &params)
            .map_err(|fact| Error::Shape { place: place.into(), fact })?;
        Ok(self.push(Op::Vector { input, activation, params }, Shape::new(&[width])))
    }

    /// A loss per sample.
    ///
    /// # Errors
    /// If there are not as many targets as the loss takes for these logits.
    pub fn loss(&mut self, logits: Node, target: Node, loss: Loss) -> Result<Node, Error> {
        let needed = loss.targets(self.shape(logits).features());
        if self.shape(target).features() != needed {
            let fact = format!("logits {} need {needed} targets, got {}", self.shape(logits), self.shape(target));
            return Err(Error::Shape { place: format!("loss {}", loss.id()), fact });
        }
        Ok(self.push(Op::Loss { logits, target, loss }, Shape::new(&[1])))
    }

    /// The shape of a value.
    pub fn shape(&self, node: Node) -> &Shape {
        &self.nodes[node.0].shape
    }

    /// All weights, in the order they were added.
    pub fn parameters(&self) -> &[ParameterInfo] {
        &self.parameters
    }

    /// What a parameter is called and where its numbers are.
    pub fn parameter_info(&self, parameter: Parameter) -> &ParameterInfo {
        &self.parameters[parameter.0]
    }

    /// How many numbers the weights are in all.
    pub fn parameter_count(&self) -> usize {
        self.parameters.last().map_or(0, |last| last.range().end)
    }

    fn size(&self, parameter: Parameter) -> (usize, usize) {
        let info = &self.parameters[parameter.0];
        (info.rows, info.columns)
    }

    fn push(&mut self, op: Op, shape: Shape) -> Node {
        self.nodes.push(NodeInfo { op, shape });
        Node(self.nodes.len() - 1)
    }
}

/// All parameters of an activation, those left out at their defaults.
fn complete(defaults: impl Iterator<Item = f64>, given: &[f64]) -> Vec<f64> {
    defaults.enumerate().map(|(at, default)| *given.get(at).unwrap_or(&default)).collect()
}
