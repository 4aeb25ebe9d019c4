//! A recording as the body of a function: expressions, short names for what is used twice, branches.

use super::Target;
use super::bounds::{Bounds, Known};
use super::language::{self, HELPERS, Helper};
use crate::real::{Condition, Elementary, Operator, Recording, Step, Symbol};

/// Names for intermediate results, as far as parameters leave them free.
const NAMES: &str = "tuvwsrqpyxhgfkmn";
/// An operand that is longer gets a name.
const LONGEST_OPERAND: usize = 44;
const INDENT: &str = "    ";

/// How tightly the outermost operation of an expression binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
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
    operands.for_each(|operand| {
        if let Symbol::Step(at) = operand {
            uses[at] += 1;
        }
    });
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
        let mut open: Vec<Symbol> = alone.flat_map(|(_, step)| step.operands()).collect();
        let mut needed = vec![false; self.parameters.len()];
        while let Some(symbol) = open.pop() {
            match symbol {
                Symbol::Parameter(at) => needed[at] = true,
                Symbol::Step(at) => open.extend(steps[at].operands()),
                _ => {}
            }
        }
        for (name, _) in self.parameters.iter().zip(needed).filter(|(_, needed)| *needed) {
            let z = self.inputs[0];
            let line = format!("{INDENT}{name} = torch.as_tensor({name}, dtype={z}.dtype, device={z}.device)");
            self.lines.push(line);
        }
    }

    /// Statements that end with the result.
    fn block(&mut self, result: Symbol) {
        if let (Some(Step::Choose(condition, yes, no)), false) =
            (self.known.recording.step(result), self.target.is_array())
        {
            self.share(condition, yes, no);
            let test = self.condition(condition);
            self.line(&if self.target == Target::Rust { format!("if {test} {{") } else { format!("if {test}:") });
            let (names, settled) = (self.names.clone(), self.known.settled.len());
            self.depth += 1;
            self.known.settle(condition, true);
            self.block(yes);
            self.depth -= 1;
            self.names = names;
            self.known.settled.truncate(settled);
            if self.target == Target::Rust {
                self.line("}");
            }
            self.known.settle(condition, false);
            self.block(no);
            return;
        }
        let text = match result {
            Symbol::Step(at) if self.names[at].is_none() => self.step(at).text,
            _ => self.leaf(result).text,
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

    /// Names what two of the condition and the sides have in common, before they part.
    fn share(&mut self, condition: Condition, yes: Symbol, no: Symbol) {
        let (Condition::Greater(a, b) | Condition::GreaterOrEqual(a, b)) = condition else { return };
        let reached = [vec![a, b], vec![yes], vec![no]].map(|roots| self.reached(roots));
        for at in 0..self.uses.len() {
            let common = reached.iter().filter(|reached| reached[at]).count() > 1;
            if common && self.deserves_name(at) && self.names[at].is_none() {
                let text = self.step(at).text;
                self.name(at, &text);
            }
        }
    }

    fn reached(&self, mut open: Vec<Symbol>) -> Vec<bool> {
        let mut reached = vec![false; self.uses.len()];
        while let Some(symbol) = open.pop() {
            if let Symbol::Step(at) = symbol
                && !std::mem::replace(&mut reached[at], true)
            {
                open.extend(self.known.recording.steps[at].operands());
            }
        }
        reached
    }

    /// Whether it is read twice, and is more than the sign of something.
    fn deserves_name(&self, at: usize) -> bool {
        let trivial = match self.known.recording.steps[at] {
            Step::Negate(x) => !matches!(x, Symbol::Step(_)),
            _ => false,
        };
        self.uses[at] > 1 && !trivial
    }

    fn name(&mut self, at: usize, text: &str) -> String {
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
        self.names[at] = Some(name.clone());
        name
    }

    fn varies(&self, symbol: Symbol) -> bool {
        symbol.varies(&self.varies)
    }

    fn leaf(&self, symbol: Symbol) -> Part {
        let text = match symbol {
            Symbol::Input(at) => self.inputs[at].to_owned(),
            Symbol::Parameter(at) => self.parameters[at].clone(),
            Symbol::Number(bits) => number(self.target, f64::from_bits(bits)),
            Symbol::Step(at) => self.names[at].clone().unwrap_or_default(),
        };
        let bond = if text.starts_with('-') { Bond::Sign } else { Bond::Atom };
        Part { text, bond }
    }

    fn part(&mut self, symbol: Symbol) -> Part {
        let Symbol::Step(at) = symbol else { return self.leaf(symbol) };
        if self.names[at].is_some() {
            return self.leaf(symbol);
        }
        let part = self.step(at);
        if self.deserves_name(at) || part.text.len() > LONGEST_OPERAND {
            return Part { text: self.name(at, &part.text), bond: Bond::Atom };
        }
        part
    }

    fn text(&mut self, symbol: Symbol, least: Bond) -> String {
        let part = self.part(symbol);
        if part.bond < least { format!("({})", part.text) } else { part.text }
    }

    fn step(&mut self, at: usize) -> Part {
        match self.known.recording.steps[at] {
            Step::Negate(x) => Part { text: format!("-{}", self.text(x, Bond::Power)), bond: Bond::Sign },
            Step::Apply(function, x) => self.apply(function, x),
            Step::Binary(operator, a, b) => self.binary(operator, a, b),
            Step::Choose(condition, yes, no) => self.choice(condition, yes, no),
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
                let base = if a.value().is_some() { format!("{base}_f64") } else { base };
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
    fn condition(&mut self, condition: Condition) -> String {
        let (a, b, signs) = match condition {
            Condition::Known(_) => return String::new(),
            Condition::Greater(a, b) => (a, b, [">", "<"]),
            Condition::GreaterOrEqual(a, b) => (a, b, [">=", "<="]),
        };
        let (left, right) = (self.text(a, Bond::Sum), self.text(b, Bond::Sum));
        if self.varies(b) && !self.varies(a) {
            format!("{right} {} {left}", signs[1])
        } else {
            format!("{left} {} {right}", signs[0])
        }
    }

    fn choice(&mut self, condition: Condition, yes: Symbol, no: Symbol) -> Part {
        let (Condition::Greater(a, b) | Condition::GreaterOrEqual(a, b)) = condition else { return self.part(yes) };
        let test = self.condition(condition);
        let [yes_text, no_text] = [yes, no].map(|symbol| self.text(symbol, Bond::Sum));
        if self.target.is_array() && (self.varies(a) || self.varies(b)) {
            let scalars = !self.varies(yes) && !self.varies(no);
            let yes_text = if scalars { self.full(&yes_text) } else { yes_text };
            let library = self.target.library();
            return Part { text: format!("{library}.where({test}, {yes_text}, {no_text})"), bond: Bond::Atom };
        }
        let text = if self.target == Target::Rust {
            format!("if {test} {{ {yes_text} }} else {{ {no_text} }}")
        } else {
            format!("{yes_text} if {test} else {no_text}")
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
