//! Numbers that write down what is done with them: a formula over [`Real`], run with [`Symbol`], becomes a [`Recording`]
//! that can be printed in any language.
//!
//! Only what is exact for every number is simplified: constants are computed, neutral operations left out. Recordings hold
//! for finite inputs, so that [`Real::times`] is a product and nothing [is infinite](Real::is_infinite).
//!
//! ```
//! use activation_playground::real::{Elementary, Real, Recording, Step, Symbol};
//! let swish = Recording::of(|| Symbol::INPUT.times((Symbol::parameter(0) * Symbol::INPUT).sigmoid()));
//! assert_eq!(swish.steps.len(), 3);
//! assert!(matches!(swish.steps[1], Step::Apply(Elementary::Sigmoid, _)));
//! ```

use super::Real;
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that is not known yet, or one that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// A number, by its bits.
    Number(u64),
    /// What the function is taken of; gates have two.
    Input(usize),
    /// A parameter, by its place.
    Parameter(usize),
    /// The result of a step of the recording.
    Step(usize),
}

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

/// The outcome of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The same for every input.
    Known(bool),
    /// `left > right`.
    Greater(Symbol, Symbol),
    /// `left >= right`.
    GreaterOrEqual(Symbol, Symbol),
}

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// −x.
    Negate(Symbol),
    /// f(x).
    Apply(Elementary, Symbol),
    /// Two numbers made one.
    Binary(Operator, Symbol, Symbol),
    /// The first number where the condition holds, else the second.
    Choose(Condition, Symbol, Symbol),
}

/// A formula, step by step; each step reads earlier ones only, and is there once.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The steps.
    pub steps: Vec<Step>,
    /// What the formula gives.
    pub result: Symbol,
}

thread_local! {
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

impl Recording {
    /// Writes down what `formula` does to get its result, without what it did in vain.
    pub fn of(formula: impl FnOnce() -> Symbol) -> Self {
        let outer = STEPS.take();
        let result = formula();
        let steps = STEPS.replace(outer);
        Self { steps, result }.without_unused()
    }

    fn without_unused(self) -> Self {
        let mut used = vec![false; self.steps.len()];
        let mark = |symbol: Symbol, used: &mut Vec<bool>| {
            if let Symbol::Step(at) = symbol {
                used[at] = true;
            }
        };
        mark(self.result, &mut used);
        for (at, step) in self.steps.iter().enumerate().rev() {
            if used[at] {
                step.operands().for_each(|operand| mark(operand, &mut used));
            }
        }
        let mut places = vec![0; self.steps.len()];
        let mut steps = vec![];
        for (at, step) in self.steps.iter().enumerate().filter(|(at, _)| used[*at]) {
            places[at] = steps.len();
            steps.push(step.with_operands(|symbol| symbol.moved(&places)));
        }
        Self { steps, result: self.result.moved(&places) }
    }

    /// For each step, whether it depends on an input.
    pub fn varying(&self) -> Vec<bool> {
        let mut varying: Vec<bool> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            varying.push(step.operands().any(|operand| operand.varies(&varying)));
        }
        varying
    }

    /// The step that gives a symbol, if one does.
    pub fn step(&self, symbol: Symbol) -> Option<Step> {
        match symbol {
            Symbol::Step(at) => Some(self.steps[at]),
            _ => None,
        }
    }
}

impl Step {
    /// What it reads, in order.
    pub fn operands(self) -> impl Iterator<Item = Symbol> {
        let (symbols, count) = match self {
            Self::Negate(x) | Self::Apply(_, x) => ([x; 4], 1),
            Self::Binary(_, a, b) => ([a, b, b, b], 2),
            Self::Choose(Condition::Known(_), yes, no) => ([yes, no, no, no], 2),
            Self::Choose(Condition::Greater(a, b) | Condition::GreaterOrEqual(a, b), yes, no) => ([a, b, yes, no], 4),
        };
        symbols.into_iter().take(count)
    }

    fn with_operands(self, f: impl Fn(Symbol) -> Symbol) -> Self {
        match self {
            Self::Negate(x) => Self::Negate(f(x)),
            Self::Apply(function, x) => Self::Apply(function, f(x)),
            Self::Binary(operator, a, b) => Self::Binary(operator, f(a), f(b)),
            Self::Choose(condition, yes, no) => Self::Choose(condition.with_operands(&f), f(yes), f(no)),
        }
    }
}

impl Condition {
    fn with_operands(self, f: impl Fn(Symbol) -> Symbol) -> Self {
        match self {
            Self::Known(_) => self,
            Self::Greater(a, b) => Self::Greater(f(a), f(b)),
            Self::GreaterOrEqual(a, b) => Self::GreaterOrEqual(f(a), f(b)),
        }
    }
}

impl Symbol {
    /// The input of a function of one number.
    pub const INPUT: Self = Self::Input(0);

    const fn number(value: f64) -> Self {
        Self::Number(value.to_bits())
    }

    /// A parameter, by its place.
    pub fn parameter(at: usize) -> Self {
        Self::Parameter(at)
    }

    /// The number, if it is known.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Number(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Whether it depends on an input, by [`Recording::varying`].
    pub fn varies(self, varying: &[bool]) -> bool {
        match self {
            Self::Input(_) => true,
            Self::Step(at) => varying[at],
            Self::Number(_) | Self::Parameter(_) => false,
        }
    }

    fn moved(self, places: &[usize]) -> Self {
        if let Self::Step(at) = self { Self::Step(places[at]) } else { self }
    }

    /// The result of a step, which may have been taken already.
    fn of(step: Step) -> Self {
        STEPS.with_borrow_mut(|steps| {
            Self::Step(steps.iter().position(|known| *known == step).unwrap_or_else(|| {
                steps.push(step);
                steps.len() - 1
            }))
        })
    }

    fn step(self) -> Option<Step> {
        if let Self::Step(at) = self { STEPS.with_borrow(|steps| steps.get(at).copied()) } else { None }
    }

    /// x, if it is −x.
    fn negated(self) -> Option<Self> {
        match self.step() {
            Some(Step::Negate(x)) => Some(x),
            _ => self.value().filter(|value| *value < 0.0).map(|value| Self::number(-value)),
        }
    }

    /// f(x); `known` computes it.
    fn apply(self, function: Elementary, known: fn(f64) -> f64) -> Self {
        self.value().map_or_else(|| Self::of(Step::Apply(function, self)), |value| Self::number(known(value)))
    }

    fn binary(self, operator: Operator, other: Self, known: fn(f64, f64) -> f64) -> Self {
        use Operator::{Add, Divide, Multiply, Subtract};
        match (operator, self.value(), other.value()) {
            (_, Some(a), Some(b)) => return Self::number(known(a, b)),
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
        self == of
            || match self.step() {
                // 1 to the power of NaN, and NaN to that of 0, are 1.
                None | Some(Step::Choose(..) | Step::Binary(Operator::Power, ..)) => false,
                Some(step) => step.operands().any(|operand| operand.is_nan_with(of)),
            }
    }

    /// Leaves out the third way of a choice between `a` above `b`, `b` above `a`, and neither, which is NaN, where one of the
    /// two others is NaN there anyway.
    fn in_two_ways(condition: Condition, yes: Self, no: Self) -> Option<Self> {
        let (Condition::Greater(a, b) | Condition::GreaterOrEqual(a, b)) = condition else { return None };
        let Some(Step::Choose(other, no, _)) = no.step() else { return None };
        let opposite = match condition {
            Condition::Greater(..) => other == Condition::GreaterOrEqual(b, a),
            _ => other == Condition::Greater(b, a),
        };
        // Numbers and parameters are not NaN, so it is the other side that is.
        let fixed = |x: Self| matches!(x, Self::Number(_) | Self::Parameter(_));
        let unsure = if fixed(b) { a } else { b };
        if !opposite || !(fixed(a) || fixed(b)) {
            None
        } else if yes.is_nan_with(unsure) {
            Some(Self::of(Step::Choose(other, no, yes)))
        } else if no.is_nan_with(unsure) {
            Some(Self::of(Step::Choose(condition, yes, no)))
        } else {
            None
        }
    }
}

impl Add for Symbol {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.binary(Operator::Add, other, Add::add)
    }
}

impl Sub for Symbol {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.binary(Operator::Subtract, other, Sub::sub)
    }
}

impl Mul for Symbol {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.binary(Operator::Multiply, other, Mul::mul)
    }
}

impl Div for Symbol {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.binary(Operator::Divide, other, Div::div)
    }
}

impl Neg for Symbol {
    type Output = Self;
    fn neg(self) -> Self {
        match (self.value(), self.step()) {
            (Some(value), _) => Self::number(-value),
            (_, Some(Step::Negate(x))) => x,
            _ => Self::of(Step::Negate(self)),
        }
    }
}

impl Real for Symbol {
    type Mask = Condition;
    const ZERO: Self = Self::number(0.0);
    const ONE: Self = Self::number(1.0);

    fn constant(value: f64) -> Self {
        Self::number(value)
    }
    fn gt(self, other: Self) -> Condition {
        match (self.value(), other.value()) {
            (Some(a), Some(b)) => Condition::Known(a > b),
            _ => Condition::Greater(self, other),
        }
    }
    fn ge(self, other: Self) -> Condition {
        match (self.value(), other.value()) {
            (Some(a), Some(b)) => Condition::Known(a >= b),
            _ => Condition::GreaterOrEqual(self, other),
        }
    }
    fn select(condition: Condition, yes: Self, no: Self) -> Self {
        match condition {
            Condition::Known(holds) => {
                if holds {
                    yes
                } else {
                    no
                }
            }
            _ if yes == no => yes,
            _ => Self::in_two_ways(condition, yes, no).unwrap_or_else(|| Self::of(Step::Choose(condition, yes, no))),
        }
    }
    fn abs(self) -> Self {
        self.apply(Elementary::Abs, Real::abs)
    }
    fn sqrt(self) -> Self {
        self.apply(Elementary::Sqrt, Real::sqrt)
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn exp(self) -> Self {
        self.apply(Elementary::Exp, Real::exp)
    }
    fn exp_m1_with_slope(self) -> (Self, Self) {
        (self.apply(Elementary::ExpM1, Real::exp_m1), self.exp())
    }
    fn is_infinite(self) -> Condition {
        Condition::Known(false)
    }
    fn ln(self) -> Self {
        self.apply(Elementary::Ln, Real::ln)
    }
    fn ln_1p(self) -> Self {
        self.apply(Elementary::Ln1p, Real::ln_1p)
    }
    fn sigmoid_with_slope(self) -> (Self, Self) {
        let sigmoid = |x: Self| x.apply(Elementary::Sigmoid, Real::sigmoid);
        (sigmoid(self), sigmoid(self) * sigmoid(-self))
    }
    fn tanh_with_slope(self) -> (Self, Self) {
        let tanh = self.apply(Elementary::Tanh, Real::tanh);
        (tanh, Self::ONE - tanh * tanh)
    }
    fn softplus_with_slope(self) -> (Self, Self) {
        (self.apply(Elementary::Softplus, Real::softplus), self.sigmoid())
    }
    fn normal_cdf_with_slope(self) -> (Self, Self) {
        let density = Self::number(0.398_942_280_401_432_7) * (Self::number(-0.5) * (self * self)).exp();
        (self.apply(Elementary::NormalCdf, Real::normal_cdf), density)
    }
    fn sin_cos(self) -> (Self, Self) {
        (self.apply(Elementary::Sin, Real::sin), self.apply(Elementary::Cos, Real::cos))
    }
    fn atan_with_slope(self) -> (Self, Self) {
        (self.apply(Elementary::Atan, Real::atan), Self::ONE / (Self::ONE + self * self))
    }
    fn erf_with_slope(self) -> (Self, Self) {
        let slope = Self::number(std::f64::consts::FRAC_2_SQRT_PI) * (-(self * self)).exp();
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
