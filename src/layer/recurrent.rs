//! Recurrent layers, unrolled over time: the state of each step is a value of the graph, so it can be looked at. Each can
//! have any activation in its gates and its state.

use super::Activated;
use super::module::{ActivationParam, Built, Module, ModuleCard};
use crate::activation;
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter, Reduction, Start};
use crate::rule::Param;
use crate::tensor::Shape;

/// What a recurrent layer gives.
#[derive(Debug, Clone)]
pub struct RecurrentNodes {
    /// The state after each step, `[time, hidden, batch]`.
    pub states: Node,
    /// The state after the last step, `[hidden, batch]`.
    pub last: Node,
    /// The cell after the last step, of an LSTM.
    pub cell: Option<Node>,
    /// For each step the gates, by name, as values between the steps: what the layer lets through.
    pub gates: Vec<Vec<(&'static str, Node)>>,
}

/// A simple recurrent layer (Elman 1990), as `torch.nn.RNN`: `h' = f(W_ih x + b_ih + W_hh h + b_hh)`.
#[derive(Clone)]
pub struct Rnn {
    /// Numbers of the state.
    pub hidden: usize,
    /// f; tanh in PyTorch.
    pub activation: Activated,
}

/// Long short-term memory (Hochreiter & Schmidhuber 1997), as `torch.nn.LSTM`: gates i, f, g, o; `c' = f·c + i·g`,
/// `h' = o·tanh(c')`.
#[derive(Clone)]
pub struct Lstm {
    /// Numbers of the state, and of the cell.
    pub hidden: usize,
    /// Of the gates i, f and o; a sigmoid in PyTorch.
    pub gate: Activated,
    /// Of the candidate g and of the cell; tanh in PyTorch.
    pub activation: Activated,
}

/// Gated recurrent unit (Cho et al. 2014), as `torch.nn.GRU`: gates r, z; `n = tanh(W_in x + b_in + r·(W_hn h + b_hn))`,
/// `h' = (1 − z)·n + z·h`.
#[derive(Clone)]
pub struct Gru {
    /// Numbers of the state.
    pub hidden: usize,
    /// Of the gates r and z; a sigmoid in PyTorch.
    pub gate: Activated,
    /// Of the candidate n; tanh in PyTorch.
    pub activation: Activated,
}

/// The activation that PyTorch has.
fn usual(id: &str) -> Activated {
    Activated::new(activation::find(id).expect("an activation of the catalogue"))
}

impl Rnn {
    /// With tanh.
    pub fn new(hidden: usize) -> Self {
        Self { hidden, activation: usual("tanh") }
    }

    /// Adds the layer over `[time, features]`, from `state` or from zeros.
    ///
    /// # Errors
    /// If the input is no sequence or the state has another size.
    pub fn build(
        &self,
        graph: &mut Graph,
        input: Node,
        state: Option<Node>,
        name: &str,
    ) -> Result<RecurrentNodes, Error> {
        graph.layer(name, |graph| self.add(graph, input, state))
    }

    fn add(&self, graph: &mut Graph, input: Node, state: Option<Node>) -> Result<RecurrentNodes, Error> {
        let steps = Steps::new(graph, input, self.hidden, 1)?;
        let mut h = state.unwrap_or_else(|| steps.zeros(graph));
        let (mut states, mut shared) = (vec![], Shared::default());
        for t in 0..steps.count {
            let sum = steps.sum(graph, t, h)?;
            h = shared.build(graph, &self.activation, sum, "state")?;
            states.push(h);
        }
        Ok(RecurrentNodes { states: graph.stack(&states)?, last: h, cell: None, gates: vec![] })
    }
}

impl Lstm {
    /// With sigmoid and tanh.
    pub fn new(hidden: usize) -> Self {
        Self { hidden, gate: usual("sigmoid"), activation: usual("tanh") }
    }

    /// Adds the layer over `[time, features]`, from a state and a cell or from zeros.
    ///
    /// # Errors
    /// If the input is no sequence or the state has another size.
    pub fn build(
        &self,
        graph: &mut Graph,
        input: Node,
        state: Option<(Node, Node)>,
        name: &str,
    ) -> Result<RecurrentNodes, Error> {
        graph.layer(name, |graph| self.add(graph, input, state))
    }

    fn add(&self, graph: &mut Graph, input: Node, state: Option<(Node, Node)>) -> Result<RecurrentNodes, Error> {
        let steps = Steps::new(graph, input, self.hidden, 4)?;
        let (mut h, mut c) = state.unwrap_or_else(|| (steps.zeros(graph), steps.zeros(graph)));
        let (mut states, mut gates) = (vec![], vec![]);
        let mut shared = Shared::default();
        for t in 0..steps.count {
            let sum = steps.sum(graph, t, h)?;
            let mut part = |graph: &mut Graph, at: usize, f: &Activated, place: &'static str| {
                let z = graph.slice(sum, at * self.hidden..(at + 1) * self.hidden)?;
                shared.build(graph, f, z, place)
            };
            let i = part(graph, 0, &self.gate, "gate")?;
            let f = part(graph, 1, &self.gate, "gate")?;
            let g = part(graph, 2, &self.activation, "state")?;
            let o = part(graph, 3, &self.gate, "gate")?;
            let (kept, new) = (graph.multiply(f, c)?, graph.multiply(i, g)?);
            c = graph.add(kept, new)?;
            let shown = shared.build(graph, &self.activation, c, "state")?;
            h = graph.multiply(o, shown)?;
            states.push(h);
            gates.push(vec![("input", i), ("forget", f), ("output", o)]);
        }
        Ok(RecurrentNodes { states: graph.stack(&states)?, last: h, cell: Some(c), gates })
    }
}

impl Gru {
    /// With sigmoid and tanh.
    pub fn new(hidden: usize) -> Self {
        Self { hidden, gate: usual("sigmoid"), activation: usual("tanh") }
    }

    /// Adds the layer over `[time, features]`, from `state` or from zeros.
    ///
    /// # Errors
    /// If the input is no sequence or the state has another size.
    pub fn build(
        &self,
        graph: &mut Graph,
        input: Node,
        state: Option<Node>,
        name: &str,
    ) -> Result<RecurrentNodes, Error> {
        graph.layer(name, |graph| self.add(graph, input, state))
    }

    fn add(&self, graph: &mut Graph, input: Node, state: Option<Node>) -> Result<RecurrentNodes, Error> {
        let steps = Steps::new(graph, input, self.hidden, 3)?;
        let mut h = state.unwrap_or_else(|| steps.zeros(graph));
        let (mut states, mut gates) = (vec![], vec![]);
        let mut shared = Shared::default();
        let hidden = self.hidden;
        for t in 0..steps.count {
            let (of_x, of_h) = (graph.at(steps.of_inputs, t)?, steps.of_state(graph, h)?);
            let part = |graph: &mut Graph, of: Node, at: usize| graph.slice(of, at * hidden..(at + 1) * hidden);
            let gate = |graph: &mut Graph, shared: &mut Shared, at: usize| {
                let (a, b) = (part(graph, of_x, at)?, part(graph, of_h, at)?);
                let z = graph.add(a, b)?;
                shared.build(graph, &self.gate, z, "gate")
            };
            let r = gate(graph, &mut shared, 0)?;
            let z = gate(graph, &mut shared, 1)?;
            let (new, old) = (part(graph, of_x, 2)?, part(graph, of_h, 2)?);
            let old = graph.multiply(r, old)?;
            let sum = graph.add(new, old)?;
            let n = shared.build(graph, &self.activation, sum, "state")?;
            // (1 − z)·n + z·h, with one product.
            let difference = graph.combine(&[(1.0, h), (-1.0, n)])?;
            let kept = graph.multiply(z, difference)?;
            h = graph.add(n, kept)?;
            states.push(h);
            gates.push(vec![("reset", r), ("update", z)]);
        }
        Ok(RecurrentNodes { states: graph.stack(&states)?, last: h, cell: None, gates })
    }
}

/// What all steps have in common: the weights, and the products with the inputs, which need no state.
struct Steps {
    count: usize,
    hidden: usize,
    /// `W_ih x + b_ih` of all steps, `[time, gates·hidden]`.
    of_inputs: Node,
    weight: Parameter,
    bias: Parameter,
}

impl Steps {
    fn new(graph: &mut Graph, input: Node, hidden: usize, gates: usize) -> Result<Self, Error> {
        let shape = graph.shape(input).clone();
        let &[count, features] = shape.axes() else {
            return Err(graph.refusal(format!("a recurrent layer needs [time, features, batch], got {shape}")));
        };
        // As in PyTorch, all start uniform within ±1/√hidden.
        let start = Start::Uniform(1.0 / (hidden as f64).sqrt());
        let rows = gates * hidden;
        let weights = [("weight_ih_l0", features), ("weight_hh_l0", hidden)].map(|(name, columns)| {
            let weight = graph.weight(name, &[rows, columns]);
            graph.start(weight, start.clone())
        });
        let biases = ["bias_ih_l0", "bias_hh_l0"].map(|name| {
            let bias = graph.bias(name, rows);
            graph.start(bias, start.clone())
        });
        let of_inputs = graph.linear(input, weights[0], Some(biases[0]))?;
        Ok(Self { count, hidden, of_inputs, weight: weights[1], bias: biases[1] })
    }

    fn zeros(&self, graph: &mut Graph) -> Node {
        graph.constant(Shape::new(&[self.hidden]), 0.0)
    }

    /// `W_hh h + b_hh`.
    fn of_state(&self, graph: &mut Graph, h: Node) -> Result<Node, Error> {
        graph.linear(h, self.weight, Some(self.bias))
    }

    /// The pre-activations of a step.
    fn sum(&self, graph: &mut Graph, t: usize, h: Node) -> Result<Node, Error> {
        let (of_input, of_state) = (graph.at(self.of_inputs, t)?, self.of_state(graph, h)?);
        graph.add(of_input, of_state)
    }
}

/// Trained parameters of activations, which all steps share.
#[derive(Default)]
struct Shared(Vec<(&'static str, Parameter)>);

impl Shared {
    fn build(&mut self, graph: &mut Graph, f: &Activated, z: Node, place: &'static str) -> Result<Node, Error> {
        if let Some((_, params)) = self.0.iter().find(|(own, _)| *own == place)
            && let Some(function) = f.nonlinearity.function()
        {
            return graph.activate_learned(z, function.clone(), *params);
        }
        let (a, params) = graph.layer(place, |graph| f.build(graph, z))?;
        self.0.extend(params.map(|params| (place, params)));
        Ok(a)
    }
}

const UNITS: Param = Param::whole("units", "units", 16.0, 1.0, 256.0).say("units", "Numbers of the state.");
const SEQUENCE: Param = Param::switch("sequence", "sequence", false)
    .say("all steps", "Hands on the state of every step, not only the last.");
const STATE: ActivationParam = ActivationParam { name: "activation", help: "Of the state.", default: "tanh" };
const GATE: ActivationParam = ActivationParam { name: "gate", help: "Of the gates.", default: "sigmoid" };

/// Modules for sequences.
pub(super) const MODULES: &[ModuleCard] = &[
    ModuleCard {
        id: "rnn",
        label: "RNN",
        help: "A state that each step mixes with the input and passes through an activation.",
        reference: "Elman 1990",
        params: &[UNITS, SEQUENCE],
        activations: &[STATE],
        build: |module, graph, input| {
            let layer = Rnn { hidden: module.count("units"), activation: module.activation("activation")? };
            layer.add(graph, input, None).map(|nodes| shown(module, nodes))
        },
    },
    ModuleCard {
        id: "lstm",
        label: "LSTM",
        help: "A cell that gates write, erase and read, so that it can remember for long.",
        reference: "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000",
        params: &[UNITS, SEQUENCE],
        activations: &[STATE, GATE],
        build: |module, graph, input| {
            let (gate, activation) = (module.activation("gate")?, module.activation("activation")?);
            let layer = Lstm { hidden: module.count("units"), gate, activation };
            layer.add(graph, input, None).map(|nodes| shown(module, nodes))
        },
    },
    ModuleCard {
        id: "gru",
        label: "GRU",
        help: "A state that two gates keep or renew.",
        reference: "Cho et al. 2014",
        params: &[UNITS, SEQUENCE],
        activations: &[STATE, GATE],
        build: |module, graph, input| {
            let (gate, activation) = (module.activation("gate")?, module.activation("activation")?);
            let layer = Gru { hidden: module.count("units"), gate, activation };
            layer.add(graph, input, None).map(|nodes| shown(module, nodes))
        },
    },
    ModuleCard {
        id: "lastStep",
        label: "Last step",
        help: "Only the last position of a sequence.",
        reference: "",
        build: |_, graph, input| {
            let last = graph.shape(input).first() - 1;
            graph.at(input, last).map(Built::new)
        },
        ..ModuleCard::BLANK
    },
    ModuleCard {
        id: "meanOverTime",
        label: "Mean over time",
        help: "The mean of all positions of a sequence.",
        reference: "",
        build: |_, graph, input| graph.reduce(input, 0, Reduction::Mean).map(Built::new),
        ..ModuleCard::BLANK
    },
];

fn shown(module: &Module, nodes: RecurrentNodes) -> Built {
    let out = if module.is_on("sequence") { nodes.states } else { nodes.last };
    let gates = nodes.gates.into_iter().flatten();
    Built { out, shown: [("state", nodes.states)].into_iter().chain(gates).collect() }
}
