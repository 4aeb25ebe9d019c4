//! The tree of a formula: nodes in one list, children before their parents, every node once.

use crate::activation::Activation;
use std::collections::BTreeMap;

/// Place of a node in its tree.
pub(super) type Id = usize;

/// A number that is not negative, NaN or infinite, comparable by its bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Literal(u64);

impl Literal {
    pub(super) fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A number with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Constant {
    Pi,
    E,
}

/// Functions of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Elementary {
    Abs,
    Exp,
    Expm1,
    Log,
    Log1p,
    Sqrt,
    Sin,
    Cos,
    Atan,
    Tanh,
    Sigmoid,
    Erf,
    Phi,
    Relu,
    Softplus,
    Sign,
    Step,
}

/// Operations on two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Max,
    Min,
}

/// The conditions of `if`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// One operation of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Number(Literal),
    Constant(Constant),
    /// z.
    Variable,
    /// A parameter, by its place in the list of names.
    Parameter(usize),
    Negate(Id),
    Apply(Elementary, Id),
    Binary(Operator, Id, Id),
    If {
        comparison: Comparison,
        left: Id,
        right: Id,
        yes: Id,
        no: Id,
    },
}

impl Node {
    /// What it is made from, left to right.
    pub(super) fn children(self) -> impl Iterator<Item = Id> {
        let (children, count) = match self {
            Self::Number(_) | Self::Constant(_) | Self::Variable | Self::Parameter(_) => ([0; 4], 0),
            Self::Negate(a) | Self::Apply(_, a) => ([a, 0, 0, 0], 1),
            Self::Binary(_, a, b) => ([a, b, 0, 0], 2),
            Self::If { left, right, yes, no, .. } => ([left, right, yes, no], 4),
        };
        children.into_iter().take(count)
    }
}

/// The nodes of one or more formulas; equal ones are kept once.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    places: BTreeMap<Node, Id>,
}

impl Tree {
    pub(super) fn push(&mut self, node: Node) -> Id {
        *self.places.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }

    /// A number that is not NaN or infinite; a negative one becomes the negation of its opposite.
    pub(super) fn number(&mut self, value: f64) -> Id {
        let magnitude = self.push(Node::Number(Literal(value.abs().to_bits())));
        if value < 0.0 { self.push(Node::Negate(magnitude)) } else { magnitude }
    }

    pub(super) fn binary(&mut self, operator: Operator, left: Id, right: Id) -> Id {
        self.push(Node::Binary(operator, left, right))
    }

    /// The number that a node is by itself, if it is one.
    pub(super) fn literal(&self, id: Id) -> Option<f64> {
        literal(&self.nodes, id)
    }

    /// Nodes of a formula when it is written out, and how deep they are nested. A sum or product of many is one level: it is
    /// written, and read, in a row.
    pub(super) fn size_and_depth(&self, root: Id) -> (usize, usize) {
        let mut sizes: Vec<(usize, usize)> = Vec::with_capacity(self.nodes.len());
        for &node in &self.nodes {
            let before = row(&self.nodes, node);
            let add = |(size, depth): (usize, usize), child: Id| {
                let level = usize::from(before != Some(child));
                (size.saturating_add(sizes[child].0), depth.max(sizes[child].1 + level))
            };
            sizes.push(node.children().fold((1, 1), add));
        }
        sizes[root]
    }
}

/// The left operand of a sum, if it is a sum itself, or of a product, if it is a product: both are written in a row.
pub(super) fn row(nodes: &[Node], node: Node) -> Option<Id> {
    let is_sum = |operator| matches!(operator, Operator::Add | Operator::Subtract);
    match node {
        Node::Binary(operator, left, _) => match nodes[left] {
            Node::Binary(inner, ..) if is_sum(operator) && is_sum(inner) => Some(left),
            Node::Binary(Operator::Multiply, ..) if operator == Operator::Multiply => Some(left),
            _ => None,
        },
        _ => None,
    }
}

/// For each node, whether it depends on z.
pub(super) fn varying(nodes: &[Node]) -> Vec<bool> {
    let mut varying = Vec::with_capacity(nodes.len());
    for &node in nodes {
        varying.push(node == Node::Variable || node.children().any(|child| varying[child]));
    }
    varying
}

/// The number that a node is by itself, if it is one.
pub(super) fn literal(nodes: &[Node], id: Id) -> Option<f64> {
    match nodes[id] {
        Node::Number(number) => Some(number.value()),
        Node::Negate(of) => match nodes[of] {
            Node::Number(number) => Some(-number.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The names of functions of one argument; the first of each is how it is printed.
const NAMES: &[(Elementary, &[&str])] = &[
    (Elementary::Abs, &["abs"]),
    (Elementary::Exp, &["exp"]),
    (Elementary::Expm1, &["expm1"]),
    (Elementary::Log, &["log", "ln"]),
    (Elementary::Log1p, &["log1p"]),
    (Elementary::Sqrt, &["sqrt"]),
    (Elementary::Sin, &["sin"]),
    (Elementary::Cos, &["cos"]),
    (Elementary::Atan, &["atan", "arctan"]),
    (Elementary::Tanh, &["tanh"]),
    (Elementary::Sigmoid, &["sigmoid", "σ"]),
    (Elementary::Erf, &["erf"]),
    (Elementary::Phi, &["Phi", "Φ"]),
    (Elementary::Relu, &["relu"]),
    (Elementary::Softplus, &["softplus"]),
    (Elementary::Sign, &["sign"]),
    (Elementary::Step, &["step"]),
];

/// What can be called.
#[derive(Clone, Copy)]
pub(super) enum Callable {
    One(Elementary),
    Several(Operator),
    If,
    /// One of the catalogue, by its name; none where it is no fixed function of one number.
    Activation(Option<&'static dyn Activation>, &'static str),
}

/// Everything that can be called, by the name it is printed with.
pub(super) fn callable_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(_, names)| names[0]).chain(["max", "min", "if"])
}

/// What a name calls, if it is the name of a function.
pub(super) fn callable(name: &str) -> Option<Callable> {
    match name {
        "max" => Some(Callable::Several(Operator::Max)),
        "min" => Some(Callable::Several(Operator::Min)),
        "if" => Some(Callable::If),
        _ => NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(function, _)| Callable::One(*function)),
    }
}

/// How a function is printed.
pub(super) fn name(function: Elementary) -> &'static str {
    NAMES.iter().find(|(named, _)| *named == function).map_or("", |(_, names)| names[0])
}
