//! A formula as a list of steps over a few registers: no recursion, no allocation, many samples at a time.

use super::tree::{Comparison, Constant, Elementary, Id, Node, Operator, literal, varying};
use super::wide::Wide;
use crate::real::Real;

/// Most intermediate results alive at a time.
const REGISTERS: usize = 32;
/// Most parts that do not depend on z.
const UNIFORMS: usize = 96;
/// Exponents up to here are multiplications.
const LARGEST_POWER: f64 = 64.0;

/// Where an operand is.
#[derive(Debug, Clone, Copy)]
enum Source {
    Variable,
    Register(u8),
    /// The same for every sample.
    Uniform(u8),
}

/// What a step does.
#[derive(Debug, Clone, Copy)]
enum Op {
    Number(f64),
    Parameter(usize),
    Negate,
    Apply(Elementary),
    Binary(Operator),
    /// A power with this exponent.
    Power(i32),
    If(Comparison),
}

#[derive(Debug, Clone, Copy)]
struct Step {
    op: Op,
    from: [Source; 4],
    /// The register or uniform it writes.
    to: u8,
}

/// A compiled formula.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// What does not depend on z; in order of the uniforms.
    once: Vec<Step>,
    /// What does.
    each: Vec<Step>,
    result: Source,
}

/// What a program works on: `BLOCK` samples of `R` at a time.
struct Machine<'p, R, const BLOCK: usize> {
    params: &'p [R],
    uniforms: [R; UNIFORMS],
    registers: [[R; BLOCK]; REGISTERS],
    x: [R; BLOCK],
}

impl Program {
    /// Compiles the part of `nodes` that `root` needs; none if that takes too many registers.
    pub(super) fn compile(nodes: &[Node], root: Id) -> Option<Self> {
        let varying = varying(nodes);
        let mut last_use = vec![None; nodes.len()];
        last_use[root] = Some(nodes.len());
        for id in (0..=root).rev() {
            if last_use[id].is_some() {
                for child in nodes[id].children() {
                    last_use[child] = last_use[child].max(Some(id));
                }
            }
        }
        let mut program = Self { once: vec![], each: vec![], result: Source::Variable };
        let mut places = vec![Source::Variable; nodes.len()];
        let mut free: Vec<u8> = (0..REGISTERS as u8).rev().collect();
        for id in 0..=root {
            if last_use[id].is_none() || nodes[id] == Node::Variable {
                continue;
            }
            let (op, children) = operation(nodes, &varying, id);
            let mut from = [Source::Variable; 4];
            for (from, &child) in from.iter_mut().zip(&children) {
                *from = places[child];
            }
            if varying[id] {
                // Operands are read before the result is written, so it may take the place of one.
                let mut seen = vec![];
                for child in nodes[id].children().filter(|&child| last_use[child] == Some(id)) {
                    if let (Source::Register(register), false) = (places[child], seen.contains(&child)) {
                        free.push(register);
                        seen.push(child);
                    }
                }
                let to = free.pop()?;
                places[id] = Source::Register(to);
                program.each.push(Step { op, from, to });
            } else {
                let to = program.once.len();
                if to == UNIFORMS {
                    return None;
                }
                places[id] = Source::Uniform(to as u8);
                program.once.push(Step { op, from, to: to as u8 });
            }
        }
        program.result = places[root];
        Some(program)
    }

    /// Calls `write` with f of what `read` gives, for blocks 0 to `blocks − 1`.
    pub(super) fn run<R: Wide, const BLOCK: usize>(
        &self,
        params: &[R],
        blocks: usize,
        read: impl Fn(usize) -> [R; BLOCK],
        mut write: impl FnMut(usize, [R; BLOCK]),
    ) {
        let mut machine = Machine {
            params,
            uniforms: [R::ZERO; UNIFORMS],
            registers: [[R::ZERO; BLOCK]; REGISTERS],
            x: [R::ZERO; BLOCK],
        };
        for step in &self.once {
            machine.uniforms[usize::from(step.to)] = machine.compute(step)[0];
        }
        for block in 0..blocks {
            machine.x = read(block);
            for step in &self.each {
                machine.registers[usize::from(step.to)] = machine.compute(step);
            }
            write(block, machine.fetch(self.result));
        }
    }

    /// f at one point.
    pub(super) fn value<R: Wide>(&self, x: R, params: &[R]) -> R {
        let mut value = R::ZERO;
        self.run::<R, 1>(params, 1, |_| [x], |_, [result]| value = result);
        value
    }
}

/// The operation of a node, and the nodes it reads, in the order it reads them.
fn operation(nodes: &[Node], varying: &[bool], id: Id) -> (Op, Vec<Id>) {
    let node = nodes[id];
    let children: Vec<Id> = node.children().collect();
    match node {
        Node::Number(number) => (Op::Number(number.value()), children),
        Node::Constant(Constant::Pi) => (Op::Number(std::f64::consts::PI), children),
        // No operation is ever made of the variable itself.
        Node::Constant(Constant::E) | Node::Variable => (Op::Number(std::f64::consts::E), children),
        Node::Parameter(at) => (Op::Parameter(at), children),
        Node::Negate(_) => (Op::Negate, children),
        Node::Apply(function, _) => (Op::Apply(function), children),
        Node::Binary(Operator::Power, base, exponent) => match literal(nodes, exponent) {
            Some(n) if n == libm::trunc(n) && libm::fabs(n) <= LARGEST_POWER => (Op::Power(n as i32), vec![base]),
            Some(0.5) => (Op::Apply(Elementary::Sqrt), vec![base]),
            _ => (Op::Binary(Operator::Power), children),
        },
        // The constant comes second, see `larger`.
        Node::Binary(operator @ (Operator::Max | Operator::Min), a, b) if !varying[a] && varying[b] => {
            (Op::Binary(operator), vec![b, a])
        }
        Node::Binary(operator, ..) => (Op::Binary(operator), children),
        Node::If { comparison, .. } => (Op::If(comparison), children),
    }
}

impl<R: Wide, const BLOCK: usize> Machine<'_, R, BLOCK> {
    #[inline]
    fn fetch(&self, source: Source) -> [R; BLOCK] {
        match source {
            Source::Variable => self.x,
            Source::Register(at) => self.registers[usize::from(at)],
            Source::Uniform(at) => [self.uniforms[usize::from(at)]; BLOCK],
        }
    }

    #[inline]
    fn one(&self, step: &Step, f: impl Fn(R) -> R) -> [R; BLOCK] {
        self.fetch(step.from[0]).map(f)
    }

    #[inline]
    fn two(&self, step: &Step, f: impl Fn(R, R) -> R) -> [R; BLOCK] {
        let (mut a, b) = (self.fetch(step.from[0]), self.fetch(step.from[1]));
        for (a, b) in a.iter_mut().zip(b) {
            *a = f(*a, b);
        }
        a
    }

    /// `yes` where `a > b` (or `a ≥ b`), `no` where not; a − b, which is NaN, where they do not compare.
    #[inline]
    fn choose(&self, [a, b, yes, no]: [Source; 4], or_equal: bool) -> [R; BLOCK] {
        let [mut a, b, yes, no] = [a, b, yes, no].map(|source| self.fetch(source));
        for (i, a) in a.iter_mut().enumerate() {
            let (holds, fails) = if or_equal { (a.ge(b[i]), b[i].gt(*a)) } else { (a.gt(b[i]), b[i].ge(*a)) };
            *a = R::select(holds, yes[i], R::select(fails, no[i], *a - b[i]));
        }
        a
    }

    #[inline(never)]
    fn compute(&self, step: &Step) -> [R; BLOCK] {
        match step.op {
            Op::Number(value) => [R::constant(value); BLOCK],
            Op::Parameter(at) => [self.params[at]; BLOCK],
            Op::Negate => self.one(step, |x| -x),
            Op::Power(n) => self.one(step, |x| integer_power(x, n)),
            Op::Binary(operator) => match operator {
                Operator::Add => self.two(step, |a, b| a + b),
                Operator::Subtract => self.two(step, |a, b| a - b),
                Operator::Multiply => self.two(step, |a, b| a * b),
                Operator::Divide => self.two(step, |a, b| a / b),
                Operator::Power => self.two(step, Wide::power),
                Operator::Max => self.two(step, larger),
                Operator::Min => self.two(step, |a, b| -larger(-a, -b)),
            },
            Op::If(comparison) => {
                let [left, right, yes, no] = step.from;
                match comparison {
                    Comparison::Greater => self.choose([left, right, yes, no], false),
                    Comparison::GreaterOrEqual => self.choose([left, right, yes, no], true),
                    Comparison::Less => self.choose([right, left, yes, no], false),
                    Comparison::LessOrEqual => self.choose([right, left, yes, no], true),
                }
            }
            Op::Apply(function) => match function {
                Elementary::Abs => self.one(step, Real::abs),
                Elementary::Exp => self.one(step, Wide::exponential),
                Elementary::Expm1 => self.one(step, Real::exp_m1),
                Elementary::Log => self.one(step, Wide::logarithm),
                Elementary::Log1p => self.one(step, Wide::logarithm_1p),
                Elementary::Sqrt => self.one(step, Wide::square_root),
                Elementary::Sin => self.one(step, Real::sin),
                Elementary::Cos => self.one(step, Real::cos),
                Elementary::Atan => self.one(step, Real::atan),
                Elementary::Tanh => self.one(step, Real::tanh),
                Elementary::Sigmoid => self.one(step, Real::sigmoid),
                Elementary::Erf => self.one(step, Real::erf),
                Elementary::Phi => self.one(step, Real::normal_cdf),
                Elementary::Relu => self.one(step, |x| R::select(R::ZERO.ge(x), R::ZERO, x)),
                Elementary::Softplus => self.one(step, Real::softplus),
                Elementary::Sign => self.one(step, |x| {
                    // |0| is 0 with slope 0; NaN stays NaN.
                    R::select(x.gt(R::ZERO), R::ONE, R::select(R::ZERO.gt(x), -R::ONE, x.abs()))
                }),
                Elementary::Step => {
                    self.one(step, |x| R::select(x.ge(R::ZERO), R::ONE, R::select(R::ZERO.gt(x), R::ZERO, x)))
                }
            },
        }
    }
}

/// The larger of two, NaN if either is. Where they are equal it is the second: the constant if one is, so that its slope
/// of 0 is taken, as ReLU's at 0.
#[inline]
fn larger<R: Real>(a: R, b: R) -> R {
    R::select(a.gt(b), a, R::select(b.ge(a), b, a + b))
}

/// xⁿ by repeated squaring.
#[inline]
fn integer_power<R: Real>(x: R, n: i32) -> R {
    let (mut rest, mut square, mut product) = (n.unsigned_abs(), x, None);
    while rest > 0 {
        if rest & 1 == 1 {
            product = Some(product.map_or(square, |product| product * square));
        }
        rest >>= 1;
        if rest > 0 {
            square = square * square;
        }
    }
    let power = product.unwrap_or(R::ONE);
    if n < 0 { R::ONE / power } else { power }
}
