//! Keeps automatic differentiation from NaN. A framework computes both sides of a `where` and multiplies the slope of the
//! side that is not taken by 0, which leaves NaN where that slope is infinite. So such a side gets, where it is not taken,
//! a harmless input instead.

use crate::activation::Wide;
use crate::real::{Condition, Dual, Operator, Real, Recording, Step, Symbol};
use std::collections::BTreeMap;

/// Where the sides of a choice are tried out, with both signs.
const GRID: [f64; 13] = [0.0, 1e-3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4];
/// Inputs that may stand in, the first that will do.
const HARMLESS: [f64; 9] = [0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 10.0, -10.0];
/// What a f32 can still hold.
const LARGEST: f64 = f32::MAX as f64;

/// The same formula of one input, with every side of a choice that needs it guarded.
pub(super) fn guarded(recording: &Recording, params: &[f64]) -> Recording {
    let mut guard = Guard::new(recording, params);
    let at = GRID.iter().flat_map(|&x| [x, -x]).collect();
    Recording::of(|| guard.rewrite(recording.result, &Place { input: Symbol::INPUT, at }))
}

/// An input at which the derivative may be NaN although the value is not, if there is one: where something on the side that
/// is taken has no finite value or slope. `recording` is guarded already.
pub(super) fn trouble(recording: &Recording, params: &[f64]) -> Option<f64> {
    let guard = Guard::new(recording, params);
    let has_value = |x: f64| guard.value(recording.result, x, &guard.values(x)).is_finite();
    GRID.iter().flat_map(|&x| [x, -x]).find(|&x| has_value(x) && !guard.is_harmless(recording.result, x))
}

/// What stands for the input in a part of the formula.
struct Place {
    input: Symbol,
    /// Its values where the input goes through the grid.
    at: Vec<f64>,
}

struct Guard<'a> {
    recording: &'a Recording,
    params: &'a [f64],
    /// Whether each step depends on the input.
    varying: Vec<bool>,
    /// What was rewritten already, by what stands for the input.
    known: BTreeMap<(Symbol, Symbol), Symbol>,
}

impl<'a> Guard<'a> {
    fn new(recording: &'a Recording, params: &'a [f64]) -> Self {
        Self { recording, params, varying: recording.varying(), known: BTreeMap::new() }
    }

    fn rewrite(&mut self, symbol: Symbol, place: &Place) -> Symbol {
        if symbol == Symbol::INPUT {
            return place.input;
        }
        let Some(step) = self.recording.step(symbol) else { return symbol };
        if let Some(&known) = self.known.get(&(symbol, place.input)) {
            return known;
        }
        let rewritten = match step {
            Step::Choose(condition, yes, no) => {
                let taken: Vec<bool> = place.at.iter().map(|&x| self.holds(condition, x, &self.values(x))).collect();
                let passed: Vec<bool> = taken.iter().map(|holds| !holds).collect();
                let mask = self.condition(condition, place);
                let yes = self.side(yes, place, mask, &taken, |input, harmless| Symbol::select(mask, input, harmless));
                let no = self.side(no, place, mask, &passed, |input, harmless| Symbol::select(mask, harmless, input));
                Symbol::select(mask, yes, no)
            }
            _ => {
                let operands: Vec<_> = step.operands().map(|operand| (operand, self.rewrite(operand, place))).collect();
                perform(step, |symbol| operands.iter().find(|(own, _)| *own == symbol).map_or(symbol, |(_, new)| *new))
            }
        };
        self.known.insert((symbol, place.input), rewritten);
        rewritten
    }

    /// One side of a choice, which is taken at some places of the grid.
    fn side(
        &mut self,
        side: Symbol,
        place: &Place,
        mask: Condition,
        taken: &[bool],
        instead: impl Fn(Symbol, Symbol) -> Symbol,
    ) -> Symbol {
        let missed = |guard: &Self| {
            let mut places = place.at.iter().zip(taken);
            places.any(|(&x, taken)| !taken && !guard.is_harmless(side, x))
        };
        let moves = !matches!(mask, Condition::Known(_));
        let harmless = if moves && missed(self) {
            // One that takes this side itself, if there is one.
            let near = place.at.iter().zip(taken).filter(|(_, taken)| **taken).map(|(&x, _)| x);
            let candidates: Vec<f64> = HARMLESS.into_iter().filter(|x| near.clone().any(|near| near == *x)).collect();
            candidates.into_iter().chain(HARMLESS).find(|&x| self.is_harmless(side, x))
        } else {
            None
        };
        let Some(harmless) = harmless else { return self.rewrite(side, place) };
        let at = place.at.iter().zip(taken).map(|(&x, &taken)| if taken { x } else { harmless }).collect();
        let input = instead(place.input, Symbol::constant(harmless));
        self.rewrite(side, &Place { input, at })
    }

    fn condition(&mut self, condition: Condition, place: &Place) -> Condition {
        match condition {
            Condition::Known(_) => condition,
            Condition::Greater(a, b) => self.rewrite(a, place).gt(self.rewrite(b, place)),
            Condition::GreaterOrEqual(a, b) => self.rewrite(a, place).ge(self.rewrite(b, place)),
        }
    }

    /// The result of every step at `x`, as f32 has it: there differences vanish and powers overflow first.
    fn values(&self, x: f64) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.recording.steps.len());
        for &step in &self.recording.steps {
            let value = perform(step, |symbol| Dual::fixed(self.value(symbol, x, &values))).value;
            values.push(f64::from(value as f32));
        }
        values
    }

    fn value(&self, symbol: Symbol, x: f64, values: &[f64]) -> f64 {
        match symbol {
            Symbol::Number(bits) => f64::from_bits(bits),
            Symbol::Input(_) => x,
            Symbol::Parameter(at) => self.params[at],
            Symbol::Step(at) => values[at],
        }
    }

    fn holds(&self, condition: Condition, x: f64, values: &[f64]) -> bool {
        match condition {
            Condition::Known(holds) => holds,
            Condition::Greater(a, b) => self.value(a, x, values) > self.value(b, x, values),
            Condition::GreaterOrEqual(a, b) => self.value(a, x, values) >= self.value(b, x, values),
        }
    }

    /// Whether all that `side` is made of has a value and a slope at `x` that a f32 can hold.
    fn is_harmless(&self, side: Symbol, x: f64) -> bool {
        let values = self.values(x);
        let mut open = vec![side];
        let mut seen = vec![false; values.len()];
        while let Some(symbol) = open.pop() {
            let Symbol::Step(at) = symbol else { continue };
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let step = self.recording.steps[at];
            let fits = |number: f64| number.abs() <= LARGEST;
            let slope = |by: Symbol| {
                let read = |symbol| {
                    let value = self.value(symbol, x, &values);
                    if symbol == by { Dual::variable(value) } else { Dual::fixed(value) }
                };
                perform(step, read).slope
            };
            let moving = |step: Step| step.operands().filter(|operand| operand.varies(&self.varying));
            match step {
                // The other side is guarded by itself.
                Step::Choose(condition, yes, no) => {
                    open.push(if self.holds(condition, x, &values) { yes } else { no });
                }
                _ if !fits(values[at]) || moving(step).any(|operand| !fits(slope(operand))) => return false,
                _ => open.extend(step.operands()),
            }
        }
        true
    }
}

/// Does a step in any number.
fn perform<R: Wide>(step: Step, read: impl Fn(Symbol) -> R) -> R {
    match step {
        Step::Negate(x) => -read(x),
        Step::Apply(function, x) => function.of(read(x)),
        Step::Binary(operator, a, b) => {
            let (a, b) = (read(a), read(b));
            match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide => a / b,
                Operator::Power => a.power(b),
            }
        }
        Step::Choose(condition, yes, no) => match condition {
            Condition::Known(true) => read(yes),
            Condition::Known(false) => read(no),
            Condition::Greater(a, b) => R::select(read(a).gt(read(b)), read(yes), read(no)),
            Condition::GreaterOrEqual(a, b) => R::select(read(a).ge(read(b)), read(yes), read(no)),
        },
    }
}
