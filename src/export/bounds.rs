//! What is certain about the size of intermediate results. Plain Python raises an error where other languages have ∞ or
//! NaN; where that cannot happen its own operations serve, and nothing has to be wrapped.

use crate::real::{Elementary, Operator, Recording, Step, Symbol, walk};

/// From `low` to `high`, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub low: f64,
    pub high: f64,
}

const UNKNOWN: Bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };

/// A recording, and what is known where a part of it is evaluated.
pub(super) struct Known<'a> {
    pub recording: &'a Recording,
    /// Ranges of the parameters.
    pub parameters: &'a [Bounds],
    /// What conditions have settled.
    pub settled: Vec<(Symbol, Bounds)>,
}

impl Bounds {
    fn around(corners: &[f64]) -> Self {
        if corners.iter().any(|corner| corner.is_nan()) {
            return UNKNOWN;
        }
        Self {
            low: corners.iter().copied().fold(f64::INFINITY, f64::min),
            high: corners.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn corners(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let Self { low, high } = other;
        Self::around(&[f(self.low, low), f(self.low, high), f(self.high, low), f(self.high, high)])
    }

    fn excludes_zero(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

impl Known<'_> {
    /// Notes that a condition holds, or does not.
    pub(super) fn settle(&mut self, comparison: Symbol, holds: bool) {
        let (a, b, strict) = match self.recording.step(comparison) {
            Step::Greater(a, b) => (a, b, holds),
            Step::GreaterOrEqual(a, b) => (a, b, !holds),
            _ => return,
        };
        let (larger, smaller) = if holds { (a, b) } else { (b, a) };
        if let Some(least) = self.recording.number(smaller) {
            let low = if strict { least.next_up() } else { least };
            self.settled.push((larger, Bounds { low, ..UNKNOWN }));
        }
        if let Some(most) = self.recording.number(larger) {
            let high = if strict { most.next_down() } else { most };
            self.settled.push((smaller, Bounds { high, ..UNKNOWN }));
        }
    }

    pub(super) fn of(&self, symbol: Symbol) -> Bounds {
        self.up_to(symbol)[symbol.place()]
    }

    /// Of every step up to that of a symbol, by place: steps read earlier ones only.
    fn up_to(&self, symbol: Symbol) -> Vec<Bounds> {
        let mut all: Vec<Bounds> = vec![];
        for (at, step) in self.recording.steps[..=symbol.place()].iter().enumerate() {
            let own = self.of_step(*step, &all);
            let settled = self.settled.iter().filter(|(known, _)| known.place() == at);
            all.push(settled.fold(own, |own, (_, Bounds { low, high })| Bounds {
                low: own.low.max(*low),
                high: own.high.min(*high),
            }));
        }
        all
    }

    /// Of a step, from the bounds of those before it.
    fn of_step(&self, step: Step, earlier: &[Bounds]) -> Bounds {
        let of = |symbol: Symbol| earlier[symbol.place()];
        match step {
            Step::Number(bits) => Bounds { low: f64::from_bits(bits), high: f64::from_bits(bits) },
            Step::Parameter(at) => self.parameters[at],
            Step::Input(_) | Step::Greater(..) | Step::GreaterOrEqual(..) => UNKNOWN,
            Step::Negate(x) => {
                let Bounds { low, high } = of(x);
                Bounds { low: -high, high: -low }
            }
            Step::Apply(Elementary::Abs, x) => {
                let Bounds { low, high } = of(x);
                Bounds { low: low.max(-high).max(0.0), high: high.max(-low) }
            }
            Step::Apply(Elementary::Sin | Elementary::Cos, _) => Bounds { low: -1.0, high: 1.0 },
            // All others rise.
            Step::Apply(function, x) => {
                let Bounds { low, high } = of(x);
                let low = if matches!(function, Elementary::Sqrt | Elementary::Ln) { low.max(0.0) } else { low };
                Bounds::around(&[function.of(low), function.of(high)])
            }
            Step::Binary(Operator::Multiply, a, b) if a == b => {
                let Bounds { low, high } = self.of_step(Step::Apply(Elementary::Abs, a), earlier);
                Bounds { low: low * low, high: high * high }
            }
            Step::Binary(operator, a, b) => {
                let (left, right) = (of(a), of(b));
                match operator {
                    Operator::Add => left.corners(right, |a, b| a + b),
                    Operator::Subtract => left.corners(right, |a, b| a - b),
                    Operator::Multiply => left.corners(right, |a, b| if a == 0.0 || b == 0.0 { 0.0 } else { a * b }),
                    Operator::Divide if right.excludes_zero() => left.corners(right, |a, b| a / b),
                    Operator::Divide | Operator::Power => UNKNOWN,
                }
            }
            Step::Choose(_, yes, no) => {
                let (yes, no) = (of(yes), of(no));
                Bounds { low: yes.low.min(no.low), high: yes.high.max(no.high) }
            }
        }
    }

    /// Whether it cannot be 0.
    pub(super) fn is_nonzero(&self, symbol: Symbol) -> bool {
        let size = |known: Symbol| self.recording.step(known) == Step::Apply(Elementary::Abs, symbol);
        self.of(symbol).excludes_zero() || self.settled.iter().any(|(known, bounds)| size(*known) && bounds.low > 0.0)
    }

    /// Whether it is finite for every finite input that is not enormous.
    pub(super) fn is_tame(&self, symbol: Symbol) -> bool {
        let bounds = self.up_to(symbol);
        walk([symbol], |symbol, open| {
            let step = self.recording.step(symbol);
            match step {
                Step::Number(_) | Step::Input(_) | Step::Parameter(_) => true,
                Step::Negate(_) | Step::Binary(Operator::Add | Operator::Subtract | Operator::Multiply, ..) => {
                    open.extend(step.operands());
                    true
                }
                _ => {
                    let Bounds { low, high } = bounds[symbol.place()];
                    low.is_finite() && high.is_finite()
                }
            }
        })
    }
}
