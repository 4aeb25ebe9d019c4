//! A recording as the body of a function: expressions, short names for what is used twice, branches.

use super::Target;
use super::bounds::{Bounds, Known};
use super::language::{self, HELPERS, Helper};
use crate::real::{Elementary, Operator, Recording, Step, Symbol, walk};

/// Names for intermediate results, as far as parameters leave them free.
const NAMES: &str = "tuvwsrqpyxhgfkmn";
/// An operand that is longer gets a name.
const LONGEST_OPERAND: usize = 56;
const INDENT: &str = "    ";

/// How tightly the outermost operation of an expression binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Test,
    Choice,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// An expression.
struct Part {
    text: String,
    bond: Bond,
}

/// What is written.
pub(super) struct Body {
    /// Indented once.
    pub lines: Vec<String>,
    pub helpers: Vec<Helper>,
}

struct Writer<'a> {
    target: Target,
    known: Known<'a>,
    inputs: &'a [&'a str],
    parameters: &'a [String],
    /// How often each step is read.
    uses: Vec<usize>,
    /// Whether each step depends on an input.
    varies: Vec<bool>,
    names: Vec<Option<String>>,
    named: usize,
    depth: usize,
    lines: Vec<String>,
    helpers: Vec<&'static str>,
}

/// Writes a function's body, which ends with its result.
pub(super) fn body(
    target: Target,
    recording: &Recording,
    inputs: &[&str],
    parameters: &[String],
    ranges: &[Bounds],
) -> Body {
    let mut uses = vec![0; recording.steps.len()];
    let operands = recording.steps.iter().flat_map(|step| step.operands());
    operands.for_each(|operand| uses[operand.place()] += 1);
    let varies = recording.varying();
    let names = vec![None; uses.len()];
    let known = Known { recording, parameters: ranges, settled: vec![] };
    let (lines, helpers) = (vec![], vec![]);
    let mut writer =
        Writer { target, known, inputs, parameters, uses, varies, names, named: 0, depth: 1, lines, helpers };
    writer.convert_parameters();
    writer.block(recording.result);
    let helpers = HELPERS.iter().copied().filter(|helper| writer.helpers.contains(&helper.name)).collect();
    Body { lines: writer.lines, helpers }
}

impl Writer<'_> {
    /// Functions of PyTorch take tensors only, so a parameter that one is taken of by itself becomes one.
    fn convert_parameters(&mut self) {
        if self.target != Target::PyTorch {
            return;
        }
        let steps = &self.known.recording.steps;
        let alone = steps.iter().enumerate().filter(|(at, step)| !self.varies[*at] && matches!(step, Step::Apply(..)));
        let reached = self.reached(alone.flat_map(|(_, step)| step.operands()));
        let is_needed =
            |at| steps.iter().zip(&reached).any(|(step, reached)| reached.is_some() && *step == Step::Parameter(at));
        let needed: Vec<bool> = (0..self.parameters.len()).map(is_needed).collect();
        for (name, _) in self.parameters.iter().zip(needed).filter(|(_, needed)| *needed) {
            let z = self.inputs[0];
            let line = format!("{INDENT}{name} = torch.as_tensor({name}, dtype={z}.dtype, device={z}.device)");
            self.lines.push(line);
        }
    }

    /// Statements that end with the result.
    fn block(&mut self, result: Symbol) {
        if let (Step::Choose(mask, yes, no), false) = (self.known.recording.step(result), self.target.is_array()) {
            self.share([mask, yes, no]);
            let test = self.part(mask).text;
            self.line(&if self.target == Target::Rust { format!("if {test} {{") } else { format!("if {test}:") });
            let (names, settled) = (self.names.clone(), self.known.settled.len());
            self.depth += 1;
            self.known.settle(mask, true);
            self.block(yes);
            self.depth -= 1;
            self.names = names;
            self.known.settled.truncate(settled);
            if self.target == Target::Rust {
                self.line("}");
            }
            self.known.settle(mask, false);
            self.block(no);
            return;
        }
        let text = match &self.names[result.place()] {
            Some(name) => name.clone(),
            None => self.step(result).text,
        };
        let is_array = self.target.is_array();
        let text = if is_array && !self.varies(result) { self.full(&text) } else { text };
        let last = self.target == Target::Rust && self.depth == 1;
        self.line(&match (self.target, last) {
            (Target::Rust, true) => text,
            (Target::Rust, false) => format!("return {text};"),
            _ => format!("return {text}"),
        });
    }

    fn line(&mut self, text: &str) {
        self.lines.push(format!("{}{text}", INDENT.repeat(self.depth)));
    }

    /// Names what two of a condition and its sides have in common, before they part.
    fn share(&mut self, parts: [Symbol; 3]) {
        let reached = parts.map(|part| self.reached([part]));
        for at in 0..self.uses.len() {
            let common = reached.iter().filter(|reached| reached[at].is_some()).count() > 1;
            let symbol = reached.iter().find_map(|reached| reached[at]).filter(|symbol| self.deserves_name(*symbol));
            if let (true, Some(symbol), None) = (common, symbol, &self.names[at]) {
                let text = self.step(symbol).text;
                self.name(symbol, &text);
            }
        }
    }

    /// What symbols depend on, by place.
    fn reached(&self, from: impl IntoIterator<Item = Symbol>) -> Vec<Option<Symbol>> {
        let mut reached = vec![None; self.uses.len()];
        walk(from, |symbol, open| {
            reached[symbol.place()] = Some(symbol);
            open.extend(self.known.recording.step(symbol).operands());
            true
        });
        reached
    }

    /// Whether it is read twice, and is more than a name or the sign of one.
    fn deserves_name(&self, symbol: Symbol) -> bool {
        let step = |symbol| self.known.recording.step(symbol);
        let of = if let Step::Negate(of) = step(symbol) { of } else { symbol };
        let plain = matches!(step(of), Step::Number(_) | Step::Input(_) | Step::Parameter(_));
        let test = matches!(step(of), Step::Greater(..) | Step::GreaterOrEqual(..));
        self.uses[symbol.place()] > 1 && !plain && !test
    }

    fn name(&mut self, symbol: Symbol, text: &str) -> String {
        let name = loop {
            let (round, letter) = (self.named / NAMES.len(), self.named % NAMES.len());
            self.named += 1;
            let letter = &NAMES[letter..=letter];
            let name = if round == 0 { letter.to_owned() } else { format!("{letter}{round}") };
            if !self.inputs.contains(&&*name) && !self.parameters.contains(&name) {
                break name;
            }
        };
        self.line(&if self.target == Target::Rust {
            format!("let {name} = {text};")
        } else {
            format!("{name} = {text}")
        });
        self.names[symbol.place()] = Some(name.clone());
        name
    }

    fn varies(&self, symbol: Symbol) -> bool {
        self.varies[symbol.place()]
    }

    fn part(&mut self, symbol: Symbol) -> Part {
        if let Some(name) = &self.names[symbol.place()] {
            return Part { text: name.clone(), bond: Bond::Atom };
        }
        let part = self.step(symbol);
        if self.deserves_name(symbol) || (part.text.len() > LONGEST_OPERAND && part.bond > Bond::Test) {
            return Part { text: self.name(symbol, &part.text), bond: Bond::Atom };
        }
        part
    }

    fn text(&mut self, symbol: Symbol, least: Bond) -> String {
        let part = self.part(symbol);
        if part.bond < least { format!("({})", part.text) } else { part.text }
    }

    fn step(&mut self, symbol: Symbol) -> Part {
        let atom = |text: String| Part { bond: if text.starts_with('-') { Bond::Sign } else { Bond::Atom }, text };
        match self.known.recording.step(symbol) {
            Step::Number(bits) => atom(number(self.target, f64::from_bits(bits))),
            Step::Input(at) => atom(self.inputs[at].to_owned()),
            Step::Parameter(at) => atom(self.parameters[at].clone()),
            Step::Negate(x) => Part { text: format!("-{}", self.text(x, Bond::Power)), bond: Bond::Sign },
            Step::Apply(function, x) => self.apply(function, x),
            Step::Binary(operator, a, b) => self.binary(operator, a, b),
            Step::Greater(a, b) => self.comparison(a, b, [">", "<"]),
            Step::GreaterOrEqual(a, b) => self.comparison(a, b, [">=", "<="]),
            Step::Choose(mask, yes, no) => self.choice(mask, yes, no),
        }
    }

    fn apply(&mut self, function: Elementary, x: Symbol) -> Part {
        let helper = match function {
            _ if self.target != Target::Python => None,
            Elementary::Exp => (self.known.of(x).high > 709.0).then_some("exp"),
            Elementary::ExpM1 => (self.known.of(x).high > 709.0).then_some("expm1"),
            Elementary::Ln => (self.known.of(x).low <= 0.0).then_some("log"),
            Elementary::Ln1p => (self.known.of(x).low <= -1.0).then_some("log1p"),
            Elementary::Sqrt => (self.known.of(x).low < 0.0).then_some("sqrt"),
            Elementary::Sin => (!self.known.is_tame(x)).then_some("sin"),
            Elementary::Cos => (!self.known.is_tame(x)).then_some("cos"),
            _ => None,
        };
        let call = language::call(self.target, function);
        if let Some(name) = helper {
            let argument = self.text(x, Bond::Choice);
            return self.helped(name, &argument);
        }
        self.helpers.extend(call.split_once('(').map(|(name, _)| name));
        let argument = self.text(x, if call.starts_with('@') { Bond::Atom } else { Bond::Choice });
        Part { text: call.replace('@', &argument), bond: Bond::Atom }
    }

    fn helped(&mut self, name: &'static str, arguments: &str) -> Part {
        self.helpers.push(name);
        Part { text: format!("{name}({arguments})"), bond: Bond::Atom }
    }

    fn binary(&mut self, operator: Operator, a: Symbol, b: Symbol) -> Part {
        let python = self.target == Target::Python;
        let (sign, bond, right) = match operator {
            Operator::Add => ("+", Bond::Sum, Bond::Product),
            Operator::Subtract => ("-", Bond::Sum, Bond::Product),
            Operator::Multiply => ("*", Bond::Product, Bond::Power),
            Operator::Divide if !python || self.known.is_nonzero(b) => ("/", Bond::Product, Bond::Power),
            Operator::Power if self.target == Target::Rust => {
                let (base, exponent) = (self.text(a, Bond::Atom), self.text(b, Bond::Choice));
                let base = if self.known.recording.number(a).is_some() { format!("{base}_f64") } else { base };
                return Part { text: format!("{base}.powf({exponent})"), bond: Bond::Atom };
            }
            Operator::Power if !python => ("**", Bond::Power, Bond::Atom),
            Operator::Divide | Operator::Power => {
                let arguments = [a, b].map(|symbol| self.text(symbol, Bond::Choice)).join(", ");
                return self.helped(if operator == Operator::Power { "power" } else { "divide" }, &arguments);
            }
        };
        let left = self.text(a, if bond == Bond::Power { Bond::Atom } else { bond });
        Part { text: format!("{left} {sign} {}", self.text(b, right)), bond }
    }

    /// `a > b`, with what varies first.
    fn comparison(&mut self, a: Symbol, b: Symbol, [sign, turned]: [&str; 2]) -> Part {
        let (left, right) = (self.text(a, Bond::Sum), self.text(b, Bond::Sum));
        let text = if self.varies(b) && !self.varies(a) {
            format!("{right} {turned} {left}")
        } else {
            format!("{left} {sign} {right}")
        };
        Part { text, bond: Bond::Test }
    }

    fn choice(&mut self, mask: Symbol, yes: Symbol, no: Symbol) -> Part {
        let condition = self.part(mask).text;
        let [yes_text, no_text] = [yes, no].map(|symbol| self.text(symbol, Bond::Sum));
        if self.target.is_array() && self.varies(mask) {
            let scalars = !self.varies(yes) && !self.varies(no);
            let yes_text = if scalars { self.full(&yes_text) } else { yes_text };
            let library = self.target.library();
            return Part { text: format!("{library}.where({condition}, {yes_text}, {no_text})"), bond: Bond::Atom };
        }
        let text = if self.target == Target::Rust {
            format!("if {condition} {{ {yes_text} }} else {{ {no_text} }}")
        } else {
            format!("{yes_text} if {condition} else {no_text}")
        };
        Part { text, bond: Bond::Choice }
    }

    /// A number for each of the inputs.
    fn full(&self, number: &str) -> String {
        format!("{}.full_like({}, {number})", self.target.library(), self.inputs[0])
    }
}

/// The shortest digits that read back as the same number.
pub(super) fn number(target: Target, value: f64) -> String {
    if value.is_finite() {
        return format!("{value:?}");
    }
    let rust = target == Target::Rust;
    match (rust, value.is_nan(), value > 0.0) {
        (true, true, _) => "f64::NAN".into(),
        (true, _, true) => "f64::INFINITY".into(),
        (true, ..) => "f64::NEG_INFINITY".into(),
        (_, true, _) => "float(\"nan\")".into(),
        (_, _, true) => "float(\"inf\")".into(),
        _ => "float(\"-inf\")".into(),
    }
}
