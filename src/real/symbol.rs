//! Numbers that write down what is done with them: a formula over [`Real`], run with [`Symbol`], becomes a [`Recording`]
//! that can be printed in any language.
//!
//! Only what is exact for every number is simplified: constants are computed, neutral operations left out. Recordings hold
//! for finite inputs, so that [`Real::times`] is a product and nothing [is infinite](Real::is_infinite).
//!
//! ```
//! use activation_playground::real::{Elementary, Operator, Real, Recording, Step, Symbol};
//! let swish = Recording::of(|| Symbol::INPUT.times((Symbol::parameter(0) * Symbol::INPUT).sigmoid()));
//! let Step::Binary(Operator::Multiply, _, gate) = swish.step(swish.result) else { unreachable!() };
//! assert!(matches!(swish.step(gate), Step::Apply(Elementary::Sigmoid, _)));
//! ```

use super::Real;
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that is not known yet, or one that is, or the outcome of a comparison: a place among the steps. Nothing but an
/// index, because every formula is compiled once more for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol(u32);

/// Functions of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of `Real`")]
pub enum Elementary {
    Abs,
    Sqrt,
    Exp,
    ExpM1,
    Ln,
    Ln1p,
    Sigmoid,
    Tanh,
    Softplus,
    NormalCdf,
    Sin,
    Cos,
    Atan,
    Erf,
}

/// Operations on two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they say it themselves")]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// One operation, or what there is before any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A number, by its bits.
    Number(u64),
    /// What the function is taken of; gates have two.
    Input(usize),
    /// A parameter, by its place.
    Parameter(usize),
    /// −x.
    Negate(Symbol),
    /// f(x).
    Apply(Elementary, Symbol),
    /// Two numbers made one.
    Binary(Operator, Symbol, Symbol),
    /// Whether the first is larger than the second.
    Greater(Symbol, Symbol),
    /// Whether the first is at least the second.
    GreaterOrEqual(Symbol, Symbol),
    /// The second where the first, a comparison, holds; else the third.
    Choose(Symbol, Symbol, Symbol),
}

/// A formula, step by step; each step reads earlier ones only, and is there once.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The steps.
    pub steps: Vec<Step>,
    /// What the formula gives.
    pub result: Symbol,
}

/// What is there before a formula does anything: 0, 1 and the inputs.
const FIRST: [Step; 4] = [Step::Number(0), Step::Number(1.0_f64.to_bits()), Step::Input(0), Step::Input(1)];

thread_local! {
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

impl Recording {
    /// Writes down what `formula` does to get its result, without what it did in vain.
    pub fn of(formula: impl FnOnce() -> Symbol) -> Self {
        let outer = Self::begin();
        let result = formula();
        Self::end(outer, result)
    }

    #[inline(never)]
    fn begin() -> Vec<Step> {
        STEPS.replace(FIRST.to_vec())
    }

    #[inline(never)]
    fn end(outer: Vec<Step>, result: Symbol) -> Self {
        Self { steps: STEPS.replace(outer), result }.without_unused()
    }

    fn without_unused(self) -> Self {
        let mut used = vec![false; self.steps.len()];
        used[self.result.place()] = true;
        for (at, step) in self.steps.iter().enumerate().rev() {
            if used[at] {
                step.operands().for_each(|operand| used[operand.place()] = true);
            }
        }
        let mut places = vec![Symbol::ZERO; self.steps.len()];
        let mut steps = vec![];
        for (at, step) in self.steps.iter().enumerate().filter(|(at, _)| used[*at]) {
            places[at] = Symbol(steps.len() as u32);
            steps.push(step.with_operands(|symbol| places[symbol.place()]));
        }
        Self { steps, result: places[self.result.place()] }
    }

    /// For each step, whether it depends on an input.
    pub fn varying(&self) -> Vec<bool> {
        let mut varying: Vec<bool> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let varies = matches!(step, Step::Input(_)) || step.operands().any(|operand| varying[operand.place()]);
            varying.push(varies);
        }
        varying
    }

    /// The step that gives a symbol.
    pub fn step(&self, symbol: Symbol) -> Step {
        self.steps[symbol.place()]
    }

    /// The number that a symbol is, if it is known.
    pub fn number(&self, symbol: Symbol) -> Option<f64> {
        self.step(symbol).number()
    }
}

/// Visits symbols, and those that a visit adds to the list, each once, until one says no; whether none did. A recording
/// shares its steps, so that going through it as through a tree would take as long as the formula written out.
pub fn walk(from: impl IntoIterator<Item = Symbol>, mut visit: impl FnMut(Symbol, &mut Vec<Symbol>) -> bool) -> bool {
    let mut open: Vec<Symbol> = from.into_iter().collect();
    let mut seen = vec![];
    while let Some(symbol) = open.pop() {
        let at = symbol.place();
        seen.resize(seen.len().max(at + 1), false);
        if !std::mem::replace(&mut seen[at], true) && !visit(symbol, &mut open) {
            return false;
        }
    }
    true
}

impl Step {
    /// What it reads, in order.
    pub fn operands(self) -> impl Iterator<Item = Symbol> {
        let (symbols, count) = match self {
            Self::Number(_) | Self::Input(_) | Self::Parameter(_) => ([Symbol::ZERO; 3], 0),
            Self::Negate(x) | Self::Apply(_, x) => ([x; 3], 1),
            Self::Binary(_, a, b) | Self::Greater(a, b) | Self::GreaterOrEqual(a, b) => ([a, b, b], 2),
            Self::Choose(mask, yes, no) => ([mask, yes, no], 3),
        };
        symbols.into_iter().take(count)
    }

    /// The same step of other operands.
    fn with_operands(self, f: impl Fn(Symbol) -> Symbol) -> Self {
        match self {
            Self::Number(_) | Self::Input(_) | Self::Parameter(_) => self,
            Self::Negate(x) => Self::Negate(f(x)),
            Self::Apply(function, x) => Self::Apply(function, f(x)),
            Self::Binary(operator, a, b) => Self::Binary(operator, f(a), f(b)),
            Self::Greater(a, b) => Self::Greater(f(a), f(b)),
            Self::GreaterOrEqual(a, b) => Self::GreaterOrEqual(f(a), f(b)),
            Self::Choose(mask, yes, no) => Self::Choose(f(mask), f(yes), f(no)),
        }
    }

    fn number(self) -> Option<f64> {
        if let Self::Number(bits) = self { Some(f64::from_bits(bits)) } else { None }
    }
}

impl Symbol {
    /// The input of a function of one number, and the first of a gate.
    pub const INPUT: Self = Self(2);
    /// The second input of a gate.
    pub const SECOND_INPUT: Self = Self(3);

    /// A parameter, by its place.
    #[inline(never)]
    pub fn parameter(at: usize) -> Self {
        Self::of(Step::Parameter(at))
    }

    /// Its place among the steps.
    pub fn place(self) -> usize {
        self.0 as usize
    }

    /// The result of a step, which may have been taken already.
    #[inline(never)]
    fn of(step: Step) -> Self {
        STEPS.with_borrow_mut(|steps| {
            let place = steps.iter().position(|known| *known == step).unwrap_or_else(|| {
                steps.push(step);
                steps.len() - 1
            });
            Self(place as u32)
        })
    }

    #[inline(never)]
    fn step(self) -> Step {
        STEPS.with_borrow(|steps| steps[self.place()])
    }

    fn value(self) -> Option<f64> {
        self.step().number()
    }

    /// x, if it is −x.
    fn negated(self) -> Option<Self> {
        match self.step() {
            Step::Negate(x) => Some(x),
            step => step.number().filter(|value| *value < 0.0).map(|value| Self::constant(-value)),
        }
    }

    /// f(x); `known` computes it.
    #[inline(never)]
    fn apply(self, function: Elementary, known: fn(f64) -> f64) -> Self {
        self.value().map_or_else(|| Self::of(Step::Apply(function, self)), |value| Self::constant(known(value)))
    }

    #[inline(never)]
    fn binary(self, operator: Operator, other: Self, known: fn(f64, f64) -> f64) -> Self {
        use Operator::{Add, Divide, Multiply, Subtract};
        match (operator, self.value(), other.value()) {
            (_, Some(a), Some(b)) => return Self::constant(known(a, b)),
            // 0 − x is not −x, nor x + 0 always x, where zeros have signs.
            (Subtract, _, Some(0.0)) if other == Self::ZERO => return self,
            (Multiply | Divide | Operator::Power, _, Some(1.0)) => return self,
            (Multiply | Divide, _, Some(-1.0)) => return -self,
            (Multiply, Some(1.0), _) => return other,
            (Multiply, Some(-1.0), _) => return -other,
            _ => {}
        }
        match (operator, self.negated(), other.negated()) {
            (Add, _, Some(x)) => self - x,
            (Add, Some(x), _) => other - x,
            (Subtract, _, Some(x)) => self + x,
            _ => Self::of(Step::Binary(operator, self, other)),
        }
    }

    /// xʸ, as `libm` has it.
    pub fn power(self, exponent: Self) -> Self {
        self.binary(Operator::Power, exponent, libm::pow)
    }

    /// Whether it is NaN wherever `of` is: `of` reaches it by way of arithmetic and functions only.
    fn is_nan_with(self, of: Self) -> bool {
        !walk([self], |symbol, open| {
            match symbol.step() {
                // 1 to the power of NaN, and NaN to that of 0, are 1.
                Step::Choose(..) | Step::Binary(Operator::Power, ..) => {}
                step => open.extend(step.operands()),
            }
            symbol != of
        })
    }

    /// Leaves out the third way of a choice between `a` above `b`, `b` above `a`, and neither, which is NaN, where one of the
    /// two others is NaN there anyway.
    fn in_two_ways(mask: Self, yes: Self, no: Self) -> Option<Self> {
        let Step::Choose(other, no, _) = no.step() else { return None };
        let (a, b) = match (mask.step(), other.step()) {
            (Step::Greater(a, b), Step::GreaterOrEqual(c, d)) | (Step::GreaterOrEqual(a, b), Step::Greater(c, d))
                if (a, b) == (d, c) =>
            {
                (a, b)
            }
            _ => return None,
        };
        // Numbers and parameters are not NaN, so it is the other side that is.
        let fixed = |x: Self| matches!(x.step(), Step::Number(_) | Step::Parameter(_));
        let unsure = if fixed(b) { a } else { b };
        if !fixed(a) && !fixed(b) {
            None
        } else if yes.is_nan_with(unsure) {
            Some(Self::of(Step::Choose(other, no, yes)))
        } else if no.is_nan_with(unsure) {
            Some(Self::of(Step::Choose(mask, yes, no)))
        } else {
            None
        }
    }

    /// A comparison, or 1 or 0 where its outcome is known.
    #[inline(never)]
    fn compared(self, other: Self, known: fn(&f64, &f64) -> bool, step: fn(Self, Self) -> Step) -> Self {
        match (self.value(), other.value()) {
            (Some(a), Some(b)) => {
                if known(&a, &b) {
                    Self::ONE
                } else {
                    Self::ZERO
                }
            }
            _ => Self::of(step(self, other)),
        }
    }
}

impl Add for Symbol {
    type Output = Self;
    #[inline(never)]
    fn add(self, other: Self) -> Self {
        self.binary(Operator::Add, other, Add::add)
    }
}

impl Sub for Symbol {
    type Output = Self;
    #[inline(never)]
    fn sub(self, other: Self) -> Self {
        self.binary(Operator::Subtract, other, Sub::sub)
    }
}

impl Mul for Symbol {
    type Output = Self;
    #[inline(never)]
    fn mul(self, other: Self) -> Self {
        self.binary(Operator::Multiply, other, Mul::mul)
    }
}

impl Div for Symbol {
    type Output = Self;
    #[inline(never)]
    fn div(self, other: Self) -> Self {
        self.binary(Operator::Divide, other, Div::div)
    }
}

impl Neg for Symbol {
    type Output = Self;
    #[inline(never)]
    fn neg(self) -> Self {
        match self.step() {
            Step::Number(bits) => Self::constant(-f64::from_bits(bits)),
            Step::Negate(x) => x,
            _ => Self::of(Step::Negate(self)),
        }
    }
}

impl Real for Symbol {
    type Mask = Self;
    const ZERO: Self = Self(0);
    const ONE: Self = Self(1);

    #[inline(never)]
    fn constant(value: f64) -> Self {
        Self::of(Step::Number(value.to_bits()))
    }
    #[inline(never)]
    fn gt(self, other: Self) -> Self {
        self.compared(other, PartialOrd::gt, Step::Greater)
    }
    #[inline(never)]
    fn ge(self, other: Self) -> Self {
        self.compared(other, PartialOrd::ge, Step::GreaterOrEqual)
    }
    #[inline(never)]
    fn select(mask: Self, yes: Self, no: Self) -> Self {
        match mask.value() {
            Some(holds) if holds != 0.0 => yes,
            Some(_) => no,
            None if yes == no => yes,
            None => Self::in_two_ways(mask, yes, no).unwrap_or_else(|| Self::of(Step::Choose(mask, yes, no))),
        }
    }
    #[inline(never)]
    fn abs(self) -> Self {
        self.apply(Elementary::Abs, Real::abs)
    }
    #[inline(never)]
    fn sqrt(self) -> Self {
        self.apply(Elementary::Sqrt, Real::sqrt)
    }
    #[inline(never)]
    fn times(self, other: Self) -> Self {
        self * other
    }
    #[inline(never)]
    fn exp(self) -> Self {
        self.apply(Elementary::Exp, Real::exp)
    }
    #[inline(never)]
    fn exp_m1_with_slope(self) -> (Self, Self) {
        (self.apply(Elementary::ExpM1, Real::exp_m1), self.exp())
    }
    #[inline(never)]
    fn is_infinite(self) -> Self {
        Self::ZERO
    }
    #[inline(never)]
    fn ln(self) -> Self {
        self.apply(Elementary::Ln, Real::ln)
    }
    #[inline(never)]
    fn ln_1p(self) -> Self {
        self.apply(Elementary::Ln1p, Real::ln_1p)
    }
    #[inline(never)]
    fn sigmoid_with_slope(self) -> (Self, Self) {
        let sigmoid = |x: Self| x.apply(Elementary::Sigmoid, Real::sigmoid);
        (sigmoid(self), sigmoid(self) * sigmoid(-self))
    }
    #[inline(never)]
    fn tanh_with_slope(self) -> (Self, Self) {
        let tanh = self.apply(Elementary::Tanh, Real::tanh);
        (tanh, Self::ONE - tanh * tanh)
    }
    #[inline(never)]
    fn softplus_with_slope(self) -> (Self, Self) {
        (self.apply(Elementary::Softplus, Real::softplus), self.sigmoid())
    }
    #[inline(never)]
    fn normal_cdf_with_slope(self) -> (Self, Self) {
        let density = Self::constant(0.398_942_280_401_432_7) * (Self::constant(-0.5) * (self * self)).exp();
        (self.apply(Elementary::NormalCdf, Real::normal_cdf), density)
    }
    #[inline(never)]
    fn sin_cos(self) -> (Self, Self) {
        (self.apply(Elementary::Sin, Real::sin), self.apply(Elementary::Cos, Real::cos))
    }
    #[inline(never)]
    fn atan_with_slope(self) -> (Self, Self) {
        (self.apply(Elementary::Atan, Real::atan), Self::ONE / (Self::ONE + self * self))
    }
    #[inline(never)]
    fn erf_with_slope(self) -> (Self, Self) {
        let slope = Self::constant(std::f64::consts::FRAC_2_SQRT_PI) * (-(self * self)).exp();
        (self.apply(Elementary::Erf, Real::erf), slope)
    }
}

impl Elementary {
    /// f(x), in any number.
    pub fn of<R: Real>(self, x: R) -> R {
        match self {
            Self::Abs => x.abs(),
            Self::Sqrt => x.sqrt(),
            Self::Exp => x.exp(),
            Self::ExpM1 => x.exp_m1(),
            Self::Ln => x.ln(),
            Self::Ln1p => x.ln_1p(),
            Self::Sigmoid => x.sigmoid(),
            Self::Tanh => x.tanh(),
            Self::Softplus => x.softplus(),
            Self::NormalCdf => x.normal_cdf(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Atan => x.atan(),
            Self::Erf => x.erf(),
        }
    }
}
