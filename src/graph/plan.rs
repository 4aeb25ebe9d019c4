//! Where every value and gradient of a graph lies, which gradients are needed, and who is the first to write each.

use super::op::Operation as _;
use super::{Graph, Mode};
use crate::tensor::Write;
use std::ops::Range;

/// Where the numbers of a node lie, in features from the start of the arena (times lanes, when it runs).
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// First feature of its values; what it keeps for the backward pass follows them.
    pub value: usize,
    pub features: usize,
    pub kept: usize,
    /// First feature of its gradient, among the gradients.
    pub gradient: usize,
    pub needs_gradient: bool,
    /// Whether its numbers are part of another node's.
    pub is_view: bool,
}

impl Place {
    /// Where its values lie in the arena, with so many lanes to a feature.
    pub fn values(self, lanes: usize) -> Range<usize> {
        self.value * lanes..(self.value + self.features) * lanes
    }

    /// Where what it keeps lies: right after its values.
    pub fn kept_numbers(self, lanes: usize) -> Range<usize> {
        let first = self.value + self.features;
        first * lanes..(first + self.kept) * lanes
    }

    /// Where its gradient lies, among the gradients.
    pub fn gradients(self, lanes: usize) -> Range<usize> {
        self.gradient * lanes..(self.gradient + self.features) * lanes
    }
}

/// The layout of a program, and how its gradients are written.
pub(super) struct Plan {
    pub places: Vec<Place>,
    /// Features of all values and kept numbers.
    pub value_features: usize,
    /// Features of all gradients.
    pub gradient_features: usize,
    /// For each node, how it writes the gradients of its inputs.
    pub inputs: Vec<Vec<Write>>,
    /// For each node, how it writes the gradients of its parameters; none if they are frozen.
    pub parameters: Vec<Vec<Option<Write>>>,
    /// Gradients that begin as zeros, because what writes them does so piece by piece.
    pub zeroed: Vec<Range<usize>>,
}

impl Plan {
    pub fn new(graph: &Graph, mode: Mode) -> Self {
        let needed = needed(graph, mode);
        let mut plan = Self {
            places: Vec::with_capacity(graph.nodes.len()),
            value_features: 0,
            gradient_features: 0,
            inputs: vec![],
            parameters: vec![],
            zeroed: vec![],
        };
        for (at, info) in graph.nodes.iter().enumerate() {
            let features = info.shape.features();
            let needs_gradient = needed[at];
            let place = if let Some((source, first)) = info.op.view() {
                let Place { value, gradient, .. } = plan.places[source.0];
                let (value, gradient) = (value + first, gradient + first);
                Place { value, features, kept: 0, gradient, needs_gradient, is_view: true }
            } else {
                let kept = info.op.kept(graph, &info.shape, mode);
                let (value, gradient) = (plan.value_features, plan.gradient_features);
                plan.value_features += features + kept;
                plan.gradient_features += if needs_gradient { features } else { 0 };
                Place { value, features, kept, gradient, needs_gradient, is_view: false }
            };
            plan.places.push(place);
        }
        plan.order_writes(graph);
        plan
    }

    /// Going backward, the first to reach a gradient sets it and later ones add. A value that is read piece by piece, and not
    /// in pieces that are whole, begins as zeros; whose piece comes late is found by trying.
    fn order_writes(&mut self, graph: &Graph) {
        let mut zeroed = vec![false; graph.nodes.len()];
        while let Some(owner) = self.try_order(graph, &zeroed) {
            zeroed[owner] = true;
        }
        self.zeroed = (0..zeroed.len()).filter(|&at| zeroed[at]).map(|at| self.gradient_range(at)).collect();
        let mut first = vec![true; graph.parameters.len()];
        let mut parameters = vec![vec![]; graph.nodes.len()];
        for at in self.backward_order() {
            for parameter in graph.nodes[at].op.parameters() {
                let write = if std::mem::replace(&mut first[parameter.0], false) { Write::Set } else { Write::Add };
                parameters[at].push(graph.parameters[parameter.0].trained.then_some(write));
            }
        }
        self.parameters = parameters;
    }

    /// Orders the writes, for gradients of which some begin as zeros; gives one more that has to.
    fn try_order(&mut self, graph: &Graph, zeroed: &[bool]) -> Option<usize> {
        let mut written = vec![false; self.gradient_features];
        if let Some(objective) = graph.objective.filter(|node| self.places[node.0].needs_gradient) {
            written[self.places[objective.0].gradient] = true;
        }
        for (node, _) in zeroed.iter().enumerate().filter(|(_, zeroed)| **zeroed) {
            written[self.gradient_range(node)].fill(true);
        }
        let mut inputs = vec![vec![]; graph.nodes.len()];
        for at in self.backward_order() {
            if written[self.gradient_range(at)].contains(&false) {
                return Some(at);
            }
            for input in graph.nodes[at].op.inputs() {
                if !self.places[input.0].needs_gradient {
                    inputs[at].push(Write::Set);
                    continue;
                }
                let part = &mut written[self.gradient_range(input.0)];
                let count = part.iter().filter(|written| **written).count();
                if count > 0 && count < part.len() {
                    return Some(owner(graph, input.0));
                }
                inputs[at].push(if count == 0 { Write::Set } else { Write::Add });
                part.fill(true);
            }
        }
        self.inputs = inputs;
        None
    }

    /// The nodes that run backward, last first.
    fn backward_order(&self) -> Vec<usize> {
        (0..self.places.len()).rev().filter(|&at| self.places[at].needs_gradient && !self.places[at].is_view).collect()
    }

    /// The features of a node's gradient.
    fn gradient_range(&self, node: usize) -> Range<usize> {
        self.places[node].gradients(1)
    }
}

/// The node whose numbers a view is part of.
fn owner(graph: &Graph, node: usize) -> usize {
    graph.nodes[node].op.view().map_or(node, |(source, _)| owner(graph, source.0))
}

/// Which nodes need a gradient: those between something that is trained and what is minimised.
fn needed(graph: &Graph, mode: Mode) -> Vec<bool> {
    let mut felt = vec![false; graph.nodes.len()];
    let Some(objective) = graph.objective.filter(|_| mode == Mode::Train) else { return felt };
    felt[objective.0] = true;
    for (at, info) in graph.nodes.iter().enumerate().rev() {
        if felt[at] && !info.op.stops_gradient() {
            info.op.inputs().iter().for_each(|input| felt[input.0] = true);
        }
    }
    let mut moved = vec![false; graph.nodes.len()];
    for (at, info) in graph.nodes.iter().enumerate() {
        let trained = info.op.parameters().iter().any(|parameter| graph.parameters[parameter.0].trained);
        let passed = !info.op.stops_gradient() && info.op.inputs().iter().any(|input| moved[input.0]);
        moved[at] = info.tracked || trained || passed;
    }
    // The gradient of a view is part of its owner's, so the owner has one if any of its views does.
    let mut needed: Vec<bool> = felt.iter().zip(&moved).map(|(felt, moved)| *felt && *moved).collect();
    for at in (0..needed.len()).rev().filter(|&at| !graph.nodes[at].op.stops_gradient()) {
        if needed[at]
            && let Some((source, _)) = graph.nodes[at].op.view()
        {
            needed[source.0] = true;
        }
    }
    needed
}
