//! Keeps automatic differentiation from NaN. A framework computes both sides of a `where` and multiplies the slope of the
//! side that is not taken by 0, which leaves NaN where that slope is infinite. So such a side gets, where it is not taken,
//! a harmless input instead.

use crate::activation::Wide;
use crate::real::{Dual, Operator, Real, Recording, Step, Symbol, walk};

/// Where the sides of a choice are tried out, with both signs.
const GRID: [f64; 13] = [0.0, 1e-3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4];
/// Inputs that may stand in, the first that will do; all of them are in the grid.
const HARMLESS: [f64; 9] = [0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 10.0, -10.0];
/// What a f32 can still hold.
const LARGEST: f64 = f32::MAX as f64;

/// The same formula of one input, with every side of a choice that needs it guarded.
pub(super) fn guarded(recording: &Recording, params: &[f64]) -> Recording {
    let mut guard = Guard::new(recording, params);
    Recording::of(|| guard.rewrite(recording.result, &Place { input: Symbol::INPUT, at: grid().collect() }))
}

/// An input at which the derivative may be NaN although the value is not, if there is one: where something on the side that
/// is taken has no finite value or slope. `recording` is guarded already.
pub(super) fn trouble(recording: &Recording, params: &[f64]) -> Option<f64> {
    let guard = Guard::new(recording, params);
    let has_value = |x: f64| guard.values(x)[recording.result.place()].is_finite();
    grid().find(|&x| has_value(x) && !guard.is_harmless(recording.result, x))
}

/// The grid with both signs.
fn grid() -> impl Iterator<Item = f64> {
    GRID.into_iter().flat_map(|x| [x, -x])
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
    /// The result of every step at each input of the grid, as f32 has it.
    results: Vec<Vec<f64>>,
    /// What was rewritten already, by what stands for the input.
    known: Vec<((Symbol, Symbol), Symbol)>,
}

impl<'a> Guard<'a> {
    fn new(recording: &'a Recording, params: &'a [f64]) -> Self {
        let results = grid().map(|x| results(recording, params, x)).collect();
        Self { recording, params, varying: recording.varying(), results, known: vec![] }
    }

    fn rewrite(&mut self, symbol: Symbol, place: &Place) -> Symbol {
        if let Some((_, known)) = self.known.iter().find(|(key, _)| *key == (symbol, place.input)) {
            return *known;
        }
        let step = self.recording.step(symbol);
        let rewritten = match step {
            Step::Input(_) => place.input,
            Step::Choose(mask, yes, no) => {
                let taken: Vec<bool> = place.at.iter().map(|&x| self.values(x)[mask.place()] != 0.0).collect();
                let passed: Vec<bool> = taken.iter().map(|holds| !holds).collect();
                let moves = self.varying[mask.place()];
                let mask = self.rewrite(mask, place);
                let mut side = |side, taken: &[bool], instead: &dyn Fn(Symbol, Symbol) -> Symbol| {
                    let harmless = if moves { self.harmless(side, place, taken) } else { None };
                    let Some(harmless) = harmless else { return self.rewrite(side, place) };
                    let at = place.at.iter().zip(taken).map(|(&x, &taken)| if taken { x } else { harmless }).collect();
                    let input = instead(place.input, Symbol::constant(harmless));
                    self.rewrite(side, &Place { input, at })
                };
                let yes = side(yes, &taken, &|input, harmless| Symbol::select(mask, input, harmless));
                let no = side(no, &passed, &|input, harmless| Symbol::select(mask, harmless, input));
                Symbol::select(mask, yes, no)
            }
            Step::Greater(a, b) => self.rewrite(a, place).gt(self.rewrite(b, place)),
            Step::GreaterOrEqual(a, b) => self.rewrite(a, place).ge(self.rewrite(b, place)),
            _ => {
                let operands: Vec<_> = step.operands().map(|operand| (operand, self.rewrite(operand, place))).collect();
                let read = |symbol| operands.iter().find(|(own, _)| *own == symbol).map_or(symbol, |(_, new)| *new);
                perform(step, &|at| Symbol::parameter(at), &read)
            }
        };
        self.known.push(((symbol, place.input), rewritten));
        rewritten
    }

    /// What one side of a choice, taken at some places of the grid, needs instead of the input at the others; nothing if it
    /// can do with the input.
    fn harmless(&self, side: Symbol, place: &Place, taken: &[bool]) -> Option<f64> {
        let mut places = place.at.iter().zip(taken);
        if places.all(|(&x, taken)| *taken || self.is_harmless(side, x)) {
            return None;
        }
        // One that takes this side itself, if there is one.
        let is_own = |x: &f64| place.at.iter().zip(taken).any(|(at, taken)| *taken && at == x);
        HARMLESS.into_iter().filter(is_own).chain(HARMLESS).find(|&x| self.is_harmless(side, x))
    }

    /// The result of every step at `x`, an input of the grid.
    fn values(&self, x: f64) -> &[f64] {
        let at = grid().position(|input| input.to_bits() == x.to_bits());
        &self.results[at.expect("formulas are tried out on the grid only")]
    }

    /// Whether all that `side` is made of has a value and a slope at `x` that a f32 can hold.
    fn is_harmless(&self, side: Symbol, x: f64) -> bool {
        let values = self.values(x);
        walk([side], |symbol, open| {
            let at = symbol.place();
            let step = self.recording.steps[at];
            let fits = |number: f64| number.abs() <= LARGEST;
            let slope = |by: Symbol| {
                let read = |symbol: Symbol| {
                    let value = values[symbol.place()];
                    if symbol == by { Dual::variable(value) } else { Dual::fixed(value) }
                };
                perform(step, &|at| Dual::fixed(self.params[at]), &read).slope
            };
            let mut moving = step.operands().filter(|operand| self.varying[operand.place()]);
            match step {
                // The other side is guarded by itself.
                Step::Choose(mask, yes, no) => open.push(if values[mask.place()] == 0.0 { no } else { yes }),
                _ if !fits(values[at]) || moving.any(|operand| !fits(slope(operand))) => return false,
                _ => open.extend(step.operands()),
            }
            true
        })
    }
}

/// The result of every step at `x`, as f32 has it: there differences vanish and powers overflow first.
fn results(recording: &Recording, params: &[f64], x: f64) -> Vec<f64> {
    let mut values = Vec::with_capacity(recording.steps.len());
    for &step in &recording.steps {
        let value = match step {
            Step::Input(_) => x,
            _ => perform(step, &|at| Dual::fixed(params[at]), &|symbol| Dual::fixed(values[symbol.place()])).value,
        };
        values.push(f64::from(value as f32));
    }
    values
}

/// Does a step other than an input in any number; a comparison gives 1 or 0.
fn perform<R: Wide>(step: Step, parameter: &dyn Fn(usize) -> R, read: &dyn Fn(Symbol) -> R) -> R {
    let truth = |mask| R::select(mask, R::ONE, R::ZERO);
    match step {
        Step::Input(_) => R::ZERO,
        Step::Number(bits) => R::constant(f64::from_bits(bits)),
        Step::Parameter(at) => parameter(at),
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
        Step::Greater(a, b) => truth(read(a).gt(read(b))),
        Step::GreaterOrEqual(a, b) => truth(read(a).ge(read(b))),
        Step::Choose(mask, yes, no) => R::select(read(mask).gt(R::ZERO), read(yes), read(no)),
    }
}
