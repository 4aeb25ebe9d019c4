//! A network as a graph of operations. Layers are builders that add operations to a [`Graph`]; [`Program`] compiles it
//! once and then runs it. Everything else (probes, exporters, freezing) reads the same graph.
//!
//! ```
//! use activation_playground::graph::{Graph, Mode, Program};
//! use activation_playground::tensor::Shape;
//! let mut graph = Graph::new();
//! let x = graph.input(Shape::new(&[2]));
//! let w = graph.weight("w", &[1, 2]);
//! let y = graph.linear(x, w, None)?;
//! let mut program = Program::<f64>::compile(&graph, Mode::Evaluate, 1);
//! program.load(x, 1, |_sample, feature| [3.0, 4.0][feature]);
//! program.forward(&[1.0, 10.0]);
//! assert_eq!(program.value(y), [43.0]);
//! # Ok::<(), activation_playground::Error>(())
//! ```

mod op;
mod parameter;
mod plan;
mod program;

pub use op::{Convolution, DropoutKind, Normalisation, Pool, PoolKind, Reduction, Window};
pub use parameter::{Parameter, ParameterInfo, Role, Start};
pub use program::{Mode, Program};

use crate::activation::Function;
use crate::error::Error;
use crate::tensor::Shape;
use op::{Op, Operation as _};

/// One value of the graph: what an operation gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node(usize);

#[derive(Clone)]
struct NodeInfo {
    op: Op,
    shape: Shape,
    /// The layer that added it, as a place in [`Graph::layers`].
    layer: usize,
    /// Whether its gradient is wanted for its own sake.
    tracked: bool,
}

/// An activation of single numbers, where it stands in a graph.
pub struct Applied<'g> {
    /// The layer that added it: `layers.0`.
    pub layer: &'g str,
    /// f.
    pub function: &'g Function,
    /// Its parameters; at their defaults where they are trained.
    pub params: Vec<f64>,
    /// z.
    pub z: Node,
    /// f(z).
    pub a: Node,
}

/// What a part of the network costs for one sample, going forward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Numbers that are trained, or could be.
    pub parameters: usize,
    /// Products with a sum, the unit that processors are measured in.
    pub multiply_adds: usize,
    /// Numbers kept for the backward pass: values and what the operations keep beside them.
    pub values: usize,
}

/// Operations in the order they were added, which is an order they can run in.
#[derive(Clone)]
pub struct Graph {
    nodes: Vec<NodeInfo>,
    parameters: Vec<ParameterInfo>,
    /// Names of all layers, the graph itself first.
    layers: Vec<String>,
    /// Where operations are added now.
    layer: usize,
    objective: Option<Node>,
}

impl Default for Graph {
    fn default() -> Self {
        Self { nodes: vec![], parameters: vec![], layers: vec![String::new()], layer: 0, objective: None }
    }
}

impl Graph {
    /// A graph without operations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds operations as a layer with this name. Names of weights begin with it, and errors name it; layers can be inside
    /// each other.
    ///
    /// # Errors
    /// Those of `build`.
    pub fn layer<T>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let outer = self.layer;
        self.layers.push(self.name(name));
        self.layer = self.layers.len() - 1;
        let nodes = build(self);
        self.layer = outer;
        nodes
    }

    /// The name of the layer that operations are added to now.
    pub fn layer_name(&self) -> &str {
        &self.layers[self.layer]
    }

    /// The mean over the samples of this value, `[1, batch]`, is what training minimises.
    ///
    /// # Errors
    /// If it has more than one number for each sample.
    pub fn minimise(&mut self, objective: Node) -> Result<(), Error> {
        if self.shape(objective).features() != 1 {
            return Err(self.refusal(format!("only one number can be minimised, not {}", self.shape(objective))));
        }
        self.objective = Some(objective);
        Ok(())
    }

    /// Has the gradient by a value computed even if no weight needs it: that of an input, say.
    pub fn track(&mut self, node: Node) {
        self.nodes[node.0].tracked = true;
    }

    /// The shape of a value.
    pub fn shape(&self, node: Node) -> &Shape {
        &self.nodes[node.0].shape
    }

    /// What each layer costs for one sample, in the order the layers were begun; a layer inside another counts for itself
    /// only. What stands outside all layers is called "".
    pub fn costs(&self) -> Vec<(&str, Cost)> {
        let mut costs: Vec<(&str, Cost)> = self.layers.iter().map(|name| (name.as_str(), Cost::default())).collect();
        for info in &self.nodes {
            let cost = &mut costs[info.layer].1;
            cost.multiply_adds += info.op.multiply_adds(self, &info.shape);
            cost.values += if info.op.view().is_some() { 0 } else { info.shape.features() };
            cost.values += info.op.kept(self, &info.shape, Mode::Train);
        }
        for parameter in self.parameters.iter().filter(|info| info.role != Role::Buffer) {
            costs[parameter.layer].1.parameters += parameter.len();
        }
        costs
    }

    /// Its activations of single numbers, in the order they are computed.
    pub fn applied(&self) -> impl Iterator<Item = Applied<'_>> {
        self.nodes.iter().enumerate().filter_map(|(at, info)| {
            let (z, function, params) = match &info.op {
                Op::Activate(op) => (op.input, &op.function, op.params.clone()),
                Op::Learn(op) => {
                    (op.input, &op.function, op.function.parameters().map(|param| param.default).collect())
                }
                _ => return None,
            };
            Some(Applied { layer: &self.layers[info.layer], function, params, z, a: Node(at) })
        })
    }

    fn push(&mut self, op: impl Into<Op>, shape: Shape) -> Node {
        self.nodes.push(NodeInfo { op: op.into(), shape, layer: self.layer, tracked: false });
        Node(self.nodes.len() - 1)
    }

    /// A name inside the present layer.
    fn name(&self, name: &str) -> String {
        match self.layer_name() {
            "" => name.into(),
            layer => format!("{layer}.{name}"),
        }
    }

    /// An error of the present layer.
    pub(crate) fn refusal(&self, fact: String) -> Error {
        Error::Shape { place: self.layer_name().into(), fact }
    }
}
