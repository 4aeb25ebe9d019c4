//! The derivative of a formula as a formula again, to be read. What is computed comes from dual numbers.

use super::tree::{Comparison, Constant, Elementary, Id, Node, Operator, Tree, varying};

/// Adds df/dz to the tree; the place of it. The formula itself is simplified on the way.
pub(super) fn derivative(nodes: &[Node], root: Id, tree: &mut Tree) -> Id {
    let varying = varying(nodes);
    // For every node of the formula, itself and its derivative in the new tree.
    let mut same: Vec<Id> = Vec::with_capacity(root + 1);
    let mut slope: Vec<Id> = Vec::with_capacity(root + 1);
    for &node in &nodes[..=root] {
        let zero = tree.number(0.0);
        let (copy, derivative) = match node {
            Node::Number(_) | Node::Constant(_) | Node::Parameter(_) => (tree.push(node), zero),
            Node::Variable => (tree.push(node), tree.number(1.0)),
            Node::Negate(of) => (tree.minus(same[of]), tree.minus(slope[of])),
            Node::Apply(function, of) => {
                let copy = tree.push(Node::Apply(function, same[of]));
                let outer = if slope[of] == zero { zero } else { tree.outer(function, copy, same[of]) };
                (copy, tree.times(outer, slope[of]))
            }
            Node::Binary(operator, a, b) => {
                let (u, v, du, dv) = (same[a], same[b], slope[a], slope[b]);
                tree.rule(operator, (u, du), (v, dv), varying[a] || !varying[b])
            }
            Node::If { comparison, left, right, yes, no } => {
                let (left, right) = (same[left], same[right]);
                let copy = tree.push(Node::If { comparison, left, right, yes: same[yes], no: same[no] });
                (copy, tree.choose(comparison, left, right, slope[yes], slope[no]))
            }
        };
        same.push(copy);
        slope.push(derivative);
    }
    slope[root]
}

impl Tree {
    /// A binary operation and its derivative; `first_wins` as for `max` where both are equal.
    fn rule(&mut self, operator: Operator, (u, du): (Id, Id), (v, dv): (Id, Id), first_varies: bool) -> (Id, Id) {
        match operator {
            Operator::Add => (self.plus(u, v), self.plus(du, dv)),
            Operator::Subtract => (self.less(u, v), self.less(du, dv)),
            Operator::Multiply => {
                let (a, b) = (self.times(du, v), self.times(u, dv));
                (self.times(u, v), self.plus(a, b))
            }
            Operator::Divide => {
                // u'/v − u·v'/v².
                let (first, square, part) = (self.over(du, v), self.squared(v), self.times(u, dv));
                let second = self.over(part, square);
                (self.over(u, v), self.less(first, second))
            }
            Operator::Power => {
                let copy = self.raised(u, v);
                let one = self.number(1.0);
                // v·u^(v−1)·u' + u^v·ln u·v'.
                let less_one = self.less(v, one);
                let power = self.raised(u, less_one);
                let first = self.times(v, power);
                let first = self.times(first, du);
                let ln = self.ln(u);
                let second = self.times(copy, ln);
                let second = self.times(second, dv);
                (copy, self.plus(first, second))
            }
            Operator::Max | Operator::Min => {
                let copy = self.binary(operator, u, v);
                let comparison = if operator == Operator::Max { Comparison::Greater } else { Comparison::Less };
                let slope = if first_varies {
                    self.choose(comparison, u, v, du, dv)
                } else {
                    self.choose(comparison, v, u, dv, du)
                };
                (copy, slope)
            }
        }
    }

    /// f'(u), where `f` is f(u).
    fn outer(&mut self, function: Elementary, f: Id, u: Id) -> Id {
        let (zero, one, two) = (self.number(0.0), self.number(1.0), self.number(2.0));
        let pi = self.push(Node::Constant(Constant::Pi));
        let square = self.squared(u);
        match function {
            Elementary::Abs => self.push(Node::Apply(Elementary::Sign, u)),
            Elementary::Exp => f,
            Elementary::Expm1 => self.push(Node::Apply(Elementary::Exp, u)),
            Elementary::Log => self.over(one, u),
            Elementary::Log1p => {
                let below = self.plus(one, u);
                self.over(one, below)
            }
            Elementary::Sqrt => {
                let below = self.times(two, f);
                self.over(one, below)
            }
            Elementary::Sin => self.push(Node::Apply(Elementary::Cos, u)),
            Elementary::Cos => {
                let sin = self.push(Node::Apply(Elementary::Sin, u));
                self.minus(sin)
            }
            Elementary::Atan => {
                let below = self.plus(one, square);
                self.over(one, below)
            }
            Elementary::Tanh => {
                let square = self.squared(f);
                self.less(one, square)
            }
            Elementary::Sigmoid => {
                let rest = self.less(one, f);
                self.times(f, rest)
            }
            Elementary::Erf => {
                let (exponent, root) = (self.minus(square), self.push(Node::Apply(Elementary::Sqrt, pi)));
                let (bell, scale) = (self.push(Node::Apply(Elementary::Exp, exponent)), self.over(two, root));
                self.times(scale, bell)
            }
            Elementary::Phi => {
                let (half, double) = (self.over(square, two), self.times(two, pi));
                let (exponent, root) = (self.minus(half), self.push(Node::Apply(Elementary::Sqrt, double)));
                let bell = self.push(Node::Apply(Elementary::Exp, exponent));
                self.over(bell, root)
            }
            Elementary::Relu => self.choose(Comparison::Greater, u, zero, one, zero),
            Elementary::Softplus => self.push(Node::Apply(Elementary::Sigmoid, u)),
            Elementary::Sign | Elementary::Step => zero,
        }
    }

    // Operations that leave out what changes nothing.

    pub(super) fn minus(&mut self, a: Id) -> Id {
        match self.nodes[a] {
            _ if self.literal(a) == Some(0.0) => a,
            Node::Negate(of) => of,
            Node::Binary(Operator::Subtract, b, c) => self.less(c, b),
            _ => self.push(Node::Negate(a)),
        }
    }

    /// What is negated, if something is.
    fn negated(&self, a: Id) -> Option<Id> {
        match self.nodes[a] {
            Node::Negate(of) => Some(of),
            _ => None,
        }
    }

    /// The number that two numbers make, if it is short enough to be read.
    fn fold(&mut self, value: f64) -> Option<Id> {
        (value.is_finite() && (value * 1e6) == libm::trunc(value * 1e6)).then(|| self.number(value))
    }

    pub(super) fn plus(&mut self, a: Id, b: Id) -> Id {
        match (self.literal(a), self.literal(b)) {
            (Some(0.0), _) => return b,
            (_, Some(0.0)) => return a,
            (Some(x), Some(y)) => {
                if let Some(sum) = self.fold(x + y) {
                    return sum;
                }
            }
            _ => {}
        }
        if a == b {
            let two = self.number(2.0);
            return self.times(two, a);
        }
        match (self.negated(a), self.negated(b)) {
            (_, Some(b)) => self.less(a, b),
            (Some(a), _) => self.less(b, a),
            _ => self.binary(Operator::Add, a, b),
        }
    }

    pub(super) fn less(&mut self, a: Id, b: Id) -> Id {
        match (self.literal(a), self.literal(b)) {
            (_, Some(0.0)) => return a,
            (Some(0.0), _) => return self.minus(b),
            (Some(x), Some(y)) => {
                if let Some(difference) = self.fold(x - y) {
                    return difference;
                }
            }
            _ => {}
        }
        match self.negated(b) {
            _ if a == b => self.number(0.0),
            Some(b) => self.plus(a, b),
            None => self.binary(Operator::Subtract, a, b),
        }
    }

    pub(super) fn times(&mut self, a: Id, b: Id) -> Id {
        match (self.literal(a), self.literal(b)) {
            (Some(0.0), _) | (_, Some(0.0)) => return self.number(0.0),
            (Some(1.0), _) => return b,
            (_, Some(1.0)) => return a,
            (Some(x), Some(y)) => {
                if let Some(product) = self.fold(x * y) {
                    return product;
                }
            }
            // Numbers stand first.
            (None, Some(_)) => return self.times(b, a),
            _ => {}
        }
        match (self.negated(a), self.negated(b)) {
            (Some(a), Some(b)) => return self.times(a, b),
            (Some(a), None) => {
                let product = self.times(a, b);
                return self.minus(product);
            }
            (None, Some(b)) => {
                let product = self.times(a, b);
                return self.minus(product);
            }
            _ => {}
        }
        if a == b {
            return self.squared(a);
        }
        match (self.nodes[a], self.nodes[b]) {
            // a·(1/c) = a/c.
            (_, Node::Binary(Operator::Divide, one, c)) if self.literal(one) == Some(1.0) => self.over(a, c),
            (Node::Binary(Operator::Divide, one, c), _) if self.literal(one) == Some(1.0) => self.over(b, c),
            // 2·(3·c) = 6·c.
            (Node::Number(_), Node::Binary(Operator::Multiply, d, c)) if self.literal(d).is_some() => {
                let number = self.times(a, d);
                self.push(Node::Binary(Operator::Multiply, number, c))
            }
            // c·(3·d) = 3·(c·d).
            (_, Node::Binary(Operator::Multiply, d, c)) if self.literal(d).is_some() => {
                let product = self.times(a, c);
                self.times(d, product)
            }
            _ => self.binary(Operator::Multiply, a, b),
        }
    }

    pub(super) fn over(&mut self, a: Id, b: Id) -> Id {
        match (self.literal(a), self.literal(b)) {
            (Some(0.0), _) | (_, Some(1.0)) => return a,
            (Some(x), Some(y)) => {
                if let Some(quotient) = self.fold(x / y) {
                    return quotient;
                }
            }
            _ => {}
        }
        match (self.negated(a), self.negated(b)) {
            _ if a == b => self.number(1.0),
            (Some(a), Some(b)) => self.over(a, b),
            (Some(a), None) => {
                let quotient = self.over(a, b);
                self.minus(quotient)
            }
            (None, Some(b)) => {
                let quotient = self.over(a, b);
                self.minus(quotient)
            }
            _ => self.binary(Operator::Divide, a, b),
        }
    }

    pub(super) fn raised(&mut self, a: Id, b: Id) -> Id {
        match self.literal(b) {
            Some(0.0) => self.number(1.0),
            Some(1.0) => a,
            _ => self.binary(Operator::Power, a, b),
        }
    }

    fn squared(&mut self, a: Id) -> Id {
        let (a, two) = (self.negated(a).unwrap_or(a), self.number(2.0));
        match self.literal(a).and_then(|x| self.fold(x * x)) {
            Some(square) => square,
            None => self.raised(a, two),
        }
    }

    fn ln(&mut self, a: Id) -> Id {
        match self.nodes[a] {
            Node::Constant(Constant::E) => self.number(1.0),
            _ => self.push(Node::Apply(Elementary::Log, a)),
        }
    }

    pub(super) fn choose(&mut self, comparison: Comparison, left: Id, right: Id, yes: Id, no: Id) -> Id {
        if yes == no { yes } else { self.push(Node::If { comparison, left, right, yes, no }) }
    }
}
