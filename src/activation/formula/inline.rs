//! Activations of the catalogue inside a formula: what they do, step by step, as nodes of its tree.

use super::tree::{Comparison, Elementary, Id, Node, Tree};
use crate::activation::Activation;
use crate::real::{self, Recording, Step, Symbol};

/// What a step of a recording is in a tree.
#[derive(Clone, Copy)]
enum Place {
    Node(Id),
    /// Whether the first is greater than the second, or with `or_equal` at least as great; only a choice reads it.
    Compared {
        or_equal: bool,
        first: Id,
        second: Id,
    },
}

/// Adds f(argument) to the tree, its parameters at their defaults; none if formulas cannot say what f does.
pub(super) fn inline(tree: &mut Tree, activation: &dyn Activation, argument: Id) -> Option<Id> {
    let recording: Recording = activation.record();
    let mut places: Vec<Place> = Vec::with_capacity(recording.steps.len());
    for &step in &recording.steps {
        let node = |symbol: Symbol| match places[symbol.place()] {
            Place::Node(id) => Some(id),
            Place::Compared { .. } => None,
        };
        let place = match step {
            Step::Number(bits) => Place::Node(number(tree, f64::from_bits(bits))?),
            Step::Input(0) => Place::Node(argument),
            Step::Input(_) => return None,
            Step::Parameter(at) => Place::Node(number(tree, activation.card().params[at].default)?),
            Step::Negate(x) => Place::Node(tree.minus(node(x)?)),
            Step::Apply(function, x) => Place::Node(tree.push(Node::Apply(elementary(function), node(x)?))),
            Step::Binary(operator, a, b) => Place::Node(binary(tree, operator, node(a)?, node(b)?)),
            Step::Greater(a, b) => Place::Compared { or_equal: false, first: node(a)?, second: node(b)? },
            Step::GreaterOrEqual(a, b) => Place::Compared { or_equal: true, first: node(a)?, second: node(b)? },
            Step::Choose(mask, yes, no) => match places[mask.place()] {
                Place::Compared { or_equal, first, second } => {
                    let (comparison, left, right) = with_variable_left(tree, or_equal, first, second);
                    Place::Node(tree.choose(comparison, left, right, node(yes)?, node(no)?))
                }
                Place::Node(_) => return None,
            },
        };
        places.push(place);
    }
    match places[recording.result.place()] {
        Place::Node(id) => Some(id),
        Place::Compared { .. } => None,
    }
}

fn number(tree: &mut Tree, value: f64) -> Option<Id> {
    value.is_finite().then(|| tree.number(value))
}

fn binary(tree: &mut Tree, operator: real::Operator, a: Id, b: Id) -> Id {
    match operator {
        real::Operator::Add => tree.plus(a, b),
        real::Operator::Subtract => tree.less(a, b),
        real::Operator::Multiply => tree.times(a, b),
        real::Operator::Divide => tree.over(a, b),
        real::Operator::Power => tree.raised(a, b),
    }
}

/// The comparison first > second, or first ≥ second, with its variable on the left as one would write it.
fn with_variable_left(tree: &Tree, or_equal: bool, first: Id, second: Id) -> (Comparison, Id, Id) {
    match (tree.literal(first), or_equal) {
        (None, false) => (Comparison::Greater, first, second),
        (None, true) => (Comparison::GreaterOrEqual, first, second),
        (Some(_), false) => (Comparison::Less, second, first),
        (Some(_), true) => (Comparison::LessOrEqual, second, first),
    }
}

fn elementary(function: real::Elementary) -> Elementary {
    match function {
        real::Elementary::Abs => Elementary::Abs,
        real::Elementary::Sqrt => Elementary::Sqrt,
        real::Elementary::Exp => Elementary::Exp,
        real::Elementary::ExpM1 => Elementary::Expm1,
        real::Elementary::Ln => Elementary::Log,
        real::Elementary::Ln1p => Elementary::Log1p,
        real::Elementary::Sigmoid => Elementary::Sigmoid,
        real::Elementary::Tanh => Elementary::Tanh,
        real::Elementary::Softplus => Elementary::Softplus,
        real::Elementary::NormalCdf => Elementary::Phi,
        real::Elementary::Sin => Elementary::Sin,
        real::Elementary::Cos => Elementary::Cos,
        real::Elementary::Atan => Elementary::Atan,
        real::Elementary::Erf => Elementary::Erf,
    }
}
