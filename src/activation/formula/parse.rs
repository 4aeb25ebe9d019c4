//! From text to tree. The grammar is winnow's: `expression` climbs precedences, and everything below is an operand or an
//! operator of it. Each character is read a bounded number of times.

use super::error::FormulaError;
use super::inline;
use super::tree::{self, Callable, Comparison, Constant, Elementary, Id, Node, Operator, Tree};
use crate::activation;
use winnow::combinator::{Infix, Postfix, Prefix, expression};
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location, Stateful, Stream};
use winnow::token::take_while;

/// Most characters in a formula, without blanks.
pub(super) const MAX_LENGTH: usize = 400;
/// Most characters with blanks. What is printed has at most as many blanks as other characters.
const MAX_WITH_BLANKS: usize = 2 * MAX_LENGTH;
/// Most brackets, and powers of powers, inside each other.
pub(super) const MAX_NESTING: usize = 32;
/// Most parameters.
pub(super) const MAX_PARAMETERS: usize = 8;
/// Most letters of a parameter's name.
const MAX_NAME: usize = 16;

/// What is said to be accepted where an operand is.
const OPERAND: &str = "a number, z, a parameter such as a, a bracket, or a function such as tanh(z)";
/// What is said to be accepted after an operand.
const OPERATOR: &str = "an operator (+ - * / ^), or the end";

// Binding powers.
const SUM: i64 = 10;
const PRODUCT: i64 = 20;
const SIGN: i64 = 30;
const POWER: i64 = 40;
const RAISED: i64 = 50;

type Input<'i> = Stateful<LocatingSlice<&'i str>, State<'i>>;
type Parsed<T> = Result<T, ErrMode<Wrong>>;

/// Formula and parameters, as far as they have been read.
#[derive(Debug)]
struct State<'i> {
    source: &'i str,
    tree: Tree,
    names: Vec<String>,
    /// Brackets and powers that are open.
    nesting: usize,
    /// Whether a `|` would close one.
    bars: bool,
}

/// An error, or, where another way of reading can be tried, none.
#[derive(Debug)]
struct Wrong(Option<Box<FormulaError>>);

impl ParserError<Input<'_>> for Wrong {
    type Inner = Self;
    fn from_input(_: &Input<'_>) -> Self {
        Self(None)
    }
    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// Characters that are not blank.
pub(super) fn length(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The tree of `source`, its root and the names of its parameters.
pub(super) fn parse(source: &str) -> Result<(Tree, Id, Vec<String>), FormulaError> {
    let length = length(source);
    if length > MAX_LENGTH || source.chars().count() > MAX_WITH_BLANKS {
        let bytes = source.char_indices().nth(MAX_LENGTH).map_or(0, |(at, _)| at)..source.len();
        let message = format!("the formula is too long: {length} characters");
        return Err(FormulaError::new(source, bytes, message, format!("at most {MAX_LENGTH} characters")));
    }
    if source.trim().is_empty() {
        return Err(FormulaError::new(source, 0..0, "there is no formula yet".into(), "a formula such as z*tanh(z)"));
    }
    let state = State { source, tree: Tree::default(), names: vec![], nesting: 0, bars: false };
    let mut input = Stateful { input: LocatingSlice::new(source), state };
    let root = formula(&mut input)
        .and_then(|root| if next(&mut input).is_some() { Err(unexpected(&input, OPERATOR)) } else { Ok(root) });
    match root {
        Ok(root) => Ok((input.state.tree, root, input.state.names)),
        Err(wrong) => Err(match wrong.into_inner() {
            Ok(Wrong(Some(error))) => *error,
            _ => FormulaError::new(source, 0..source.len(), "this is not a formula".into(), OPERAND),
        }),
    }
}

fn formula(input: &mut Input<'_>) -> Parsed<Id> {
    expression(operand).prefix(signs).postfix(raised).infix(operator).parse_next(input)
}

/// Skips blanks; the character after them.
fn next(input: &mut Input<'_>) -> Option<char> {
    while let Some(blank) = input.peek_token().filter(|c| c.is_whitespace()) {
        input.next_slice(blank.len_utf8());
    }
    input.peek_token()
}

/// Passes over `wanted` if it comes next.
fn take(input: &mut Input<'_>, wanted: char) -> bool {
    let found = next(input) == Some(wanted);
    if found {
        input.next_token();
    }
    found
}

fn backtrack<T>() -> Parsed<T> {
    Err(ErrMode::Backtrack(Wrong(None)))
}

/// An error at bytes `from..to`.
fn wrong(input: &Input<'_>, from: usize, to: usize, message: String, accepted: impl Into<String>) -> ErrMode<Wrong> {
    ErrMode::Cut(Wrong(Some(Box::new(FormulaError::new(input.state.source, from..to, message, accepted)))))
}

/// One bracket or power deeper; `from` is where it begins.
fn enter(input: &mut Input<'_>, from: usize) -> Parsed<()> {
    input.state.nesting += 1;
    if input.state.nesting > MAX_NESTING {
        let message = format!("nested too deeply: more than {MAX_NESTING} levels");
        return Err(wrong(input, from, input.current_token_start(), message, "a flatter formula"));
    }
    Ok(())
}

fn leave(input: &mut Input<'_>) {
    input.state.nesting -= 1;
}

/// The complaint about the next character, which fits nowhere.
fn unexpected(input: &Input<'_>, accepted: &str) -> ErrMode<Wrong> {
    let at = input.current_token_start();
    let rest = &input.state.source[at..];
    let Some(c) = rest.chars().next() else {
        return wrong(input, at, at, "the formula stops too early".into(), accepted);
    };
    let mut end = at + c.len_utf8();
    let message = match c {
        ')' => "this `)` closes nothing".into(),
        ',' => "a comma belongs between the arguments of a function".into(),
        '<' | '>' | '≤' | '≥' => {
            end += usize::from(rest[c.len_utf8()..].starts_with('='));
            format!("`{}` belongs in the first part of if(…)", &input.state.source[at..end])
        }
        '=' => "`=` is not part of a formula; write only what comes after it".into(),
        '&' => return joined(input, at, end),
        '0'..='9' | '.' => "an operator is missing before this number".into(),
        _ => format!("`{c}` means nothing here"),
    };
    wrong(input, at, end, message, accepted)
}

/// The complaint where an operand should be.
fn missing(input: &Input<'_>) -> ErrMode<Wrong> {
    let at = input.current_token_start();
    let (before, rest) = input.state.source.split_at(at);
    let last = before.trim_end().char_indices().next_back();
    match (last, rest.chars().next()) {
        (Some((from, c)), None | Some(')' | ',' | '|')) if "+-−*·×/÷^<>=≤≥,√".contains(c) => {
            wrong(input, from, from + c.len_utf8(), format!("something is missing after `{c}`"), OPERAND)
        }
        (Some((from, '(')), Some(')')) => {
            wrong(input, from, at + 1, "there is nothing between these brackets".into(), OPERAND)
        }
        (_, Some(c)) if "*·×/÷^,<>≤≥".contains(c) => {
            wrong(input, at, at + c.len_utf8(), format!("something is missing before `{c}`"), OPERAND)
        }
        _ => unexpected(input, OPERAND),
    }
}

/// Whether an operand begins with `c`.
fn begins_operand(c: char) -> bool {
    c.is_ascii_digit() || c.is_alphabetic() || matches!(c, '.' | '(' | '|' | '√')
}

fn operand(input: &mut Input<'_>) -> Parsed<Id> {
    match next(input) {
        Some('0'..='9' | '.') => number(input),
        Some('(') => bracket(input, ')'),
        Some('|') => {
            let inner = bracket(input, '|')?;
            Ok(input.state.tree.push(Node::Apply(Elementary::Abs, inner)))
        }
        Some('√') => {
            let from = input.current_token_start();
            input.next_token();
            enter(input, from)?;
            let of = match operand(input) {
                Err(ErrMode::Backtrack(_)) => return Err(missing(input)),
                other => other?,
            };
            leave(input);
            Ok(input.state.tree.push(Node::Apply(Elementary::Sqrt, of)))
        }
        Some(c) if c.is_alphabetic() => name(input),
        _ => backtrack(),
    }
}

/// `12`, `.5`, `1.`, `2e-3`.
fn number(input: &mut Input<'_>) -> Parsed<Id> {
    let from = input.current_token_start();
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &input.state.source[from..];
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        length += 1 + digits(&rest[length + 1..]);
    }
    // `2e` is twice e: only with digits it is an exponent.
    if let Some(exponent) = rest[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        match digits(&exponent[sign..]) {
            0 => {}
            count => length += 1 + sign + count,
        }
    }
    input.next_slice(length);
    match rest[..length].parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(input.state.tree.number(value)),
        Ok(_) => Err(wrong(input, from, from + length, "this number is too large".into(), "numbers up to 1.7e308")),
        Err(_) => {
            let message = format!("`{}` is not a number", &rest[..length]);
            Err(wrong(input, from, from + length, message, OPERAND))
        }
    }
}

/// `(…)` or `|…|`.
fn bracket(input: &mut Input<'_>, close: char) -> Parsed<Id> {
    let from = input.current_token_start();
    let open = input.next_token().unwrap_or(close);
    enter(input, from)?;
    let bars = std::mem::replace(&mut input.state.bars, close == '|');
    let inner = if next(input).is_some() { Some(formula(input)?) } else { None };
    let Some(inner) = inner.filter(|_| take(input, close)) else {
        return Err(if input.eof_offset() == 0 {
            wrong(input, from, from + 1, format!("this `{open}` is never closed"), format!("`{close}`"))
        } else {
            unexpected(input, &format!("an operator, or `{close}`"))
        });
    };
    input.state.bars = bars;
    leave(input);
    Ok(inner)
}

/// The variable, a constant, a parameter, or a call.
fn name(input: &mut Input<'_>) -> Parsed<Id> {
    let from = input.current_token_start();
    let name: &str =
        take_while(1.., |c: char| c.is_alphabetic() || c.is_ascii_digit() || c == '_').parse_next(input)?;
    let to = from + name.len();
    let letters = name.chars().count();
    let mut after = input.state.source[to..].chars();
    if after.next() == Some('.') && after.next().is_some_and(char::is_alphabetic) {
        return Err(dotted(input, from, to));
    }
    if matches!(name, "and" | "or" | "not") {
        return Err(joined(input, from, to));
    }
    if let Some(callable) = tree::callable(name) {
        if next(input) != Some('(') {
            let message = format!("`{name}` needs brackets");
            return Err(wrong(input, from, to, message, format!("{name}(…)")));
        }
        return call(input, from, name, callable);
    }
    if letters > 1
        && next(input) == Some('(')
        && let Some(card) = activation::called(name)
    {
        let activation = activation::find(card.id).filter(|_| !card.random);
        let callable = tree::callable(card.id).unwrap_or(Callable::Activation(activation, card.name));
        return call(input, from, name, callable);
    }
    let node = match name {
        "z" | "x" => Node::Variable,
        "pi" | "π" => Node::Constant(Constant::Pi),
        "e" => Node::Constant(Constant::E),
        _ if letters > 1 && next(input) == Some('(') => return Err(no_function(input, from, name)),
        _ if letters == 2 && name.contains(['z', 'x']) => {
            let apart = name.chars().map(String::from).collect::<Vec<_>>().join("*");
            let message = format!("`{name}` would be one name; a product is written `{apart}`");
            return Err(wrong(input, from, to, message, apart));
        }
        _ if letters > MAX_NAME => {
            let message = format!("`{name}` is too long for a parameter");
            return Err(wrong(input, from, to, message, format!("names of up to {MAX_NAME} letters")));
        }
        _ => {
            let known = input.state.names.iter().position(|known| known == name);
            let at = known.unwrap_or(input.state.names.len());
            if at == MAX_PARAMETERS {
                let message = format!("`{name}` is one parameter too many");
                return Err(wrong(input, from, to, message, format!("at most {MAX_PARAMETERS} parameters")));
            }
            if known.is_none() {
                input.state.names.push(name.into());
            }
            Node::Parameter(at)
        }
    };
    Ok(input.state.tree.push(node))
}

fn no_function(input: &Input<'_>, from: usize, name: &str) -> ErrMode<Wrong> {
    let distance = |known: &&str| strsim::osa_distance(&name.to_ascii_lowercase(), &known.to_ascii_lowercase());
    let function = tree::callable_names().min_by_key(distance).filter(|known| distance(known) <= 2);
    let nearest = function.into_iter().chain(activation::nearest(name)).min_by_key(distance);
    let hint = nearest
        .map_or_else(|| format!("; a product is written `{name}*(…)`"), |known| format!("; did you mean `{known}`?"));
    let functions = tree::callable_names().collect::<Vec<_>>().join(" ");
    let accepted = format!("{functions}, or an activation such as gelu");
    wrong(input, from, from + name.len(), format!("there is no function `{name}`{hint}"), accepted)
}

/// The complaint about `torch.relu` and its like, whose first part ends at `to`.
fn dotted(input: &Input<'_>, from: usize, to: usize) -> ErrMode<Wrong> {
    let of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let end = input.state.source[to..].find(|c| !of_name(c)).map_or(input.state.source.len(), |length| to + length);
    let last = input.state.source[from..end].rsplit('.').next().unwrap_or_default();
    let meant = match last {
        "maximum" => Some("max"),
        "minimum" => Some("min"),
        _ if tree::callable(last).is_some() => Some(last),
        _ => activation::called(last).map(|card| card.id),
    };
    let hint = meant.map_or_else(String::new, |known| format!("; did you mean `{known}`?"));
    wrong(input, from, end, format!("names with a dot are not known{hint}"), "names alone, as in relu(z) or max(0, z)")
}

/// The complaint about two conditions in one.
fn joined(input: &Input<'_>, from: usize, to: usize) -> ErrMode<Wrong> {
    let message = format!("conditions cannot be joined by `{}`", &input.state.source[from..to]);
    wrong(input, from, to, message, "one inside the other, as in if(z > 0, if(z < 1, …, …), …)")
}

/// The brackets after the name of a function.
fn call(input: &mut Input<'_>, from: usize, name: &str, callable: Callable) -> Parsed<Id> {
    input.next_token();
    let opened = input.current_token_start();
    enter(input, from)?;
    let bars = std::mem::replace(&mut input.state.bars, false);
    let mut condition = None;
    let mut arguments = Vec::new();
    if next(input).is_none() {
        return Err(never_closed(input, from, opened, name));
    }
    if matches!(callable, Callable::If) {
        let left = formula(input)?;
        let Some(sign) = comparison(input) else { return Err(no_comparison(input, from, opened)) };
        condition = Some((sign, left, formula(input)?));
        next(input);
        let again = input.current_token_start();
        if comparison(input).is_some() {
            return Err(joined(input, again, input.current_token_start()));
        }
    }
    while condition.is_none() && arguments.is_empty() || take(input, ',') {
        arguments.push(formula(input)?);
    }
    if !take(input, ')') {
        return Err(if input.eof_offset() == 0 {
            never_closed(input, from, opened, name)
        } else {
            unexpected(input, "an operator, `,` or `)`")
        });
    }
    input.state.bars = bars;
    leave(input);
    let tree = &mut input.state.tree;
    match (callable, arguments.as_slice(), condition) {
        (Callable::Activation(activation, said), &[of], _) => {
            let inlined = activation.and_then(|activation| inline::inline(tree, activation, of));
            inlined.ok_or_else(|| {
                let message = format!("{said} cannot be part of a formula: it is no fixed function of a single number");
                wrong(input, from, from + name.len(), message, "its name alone, or another function")
            })
        }
        (Callable::One(function), &[of], _) => Ok(tree.push(Node::Apply(function, of))),
        (Callable::Several(operator), &[first, second, ref rest @ ..], _) => {
            let both = tree.binary(operator, first, second);
            Ok(rest.iter().fold(both, |all, &one| tree.binary(operator, all, one)))
        }
        (Callable::If, &[yes, no], Some((comparison, left, right))) => {
            Ok(tree.push(Node::If { comparison, left, right, yes, no }))
        }
        _ => {
            let (needed, accepted) = match callable {
                Callable::One(_) | Callable::Activation(..) => ("one argument", format!("{name}(z)")),
                Callable::Several(_) => ("two arguments or more", format!("{name}(z, 0)")),
                Callable::If => ("a comparison and two values", "if(z > 0, z, 0)".into()),
            };
            let to = input.current_token_start();
            Err(wrong(input, from, to, format!("`{name}` takes {needed}"), accepted))
        }
    }
}

/// The complaint about an `if(` whose first part is no comparison.
fn no_comparison(input: &Input<'_>, from: usize, opened: usize) -> ErrMode<Wrong> {
    const ACCEPTED: &str = "a comparison with <, <=, > or >=, as in if(z > 0, …, …)";
    let at = input.current_token_start();
    let rest = &input.state.source[at..];
    let sign = rest.find(|c| !"=!≠~".contains(c)).unwrap_or(rest.len());
    if rest.is_empty() {
        return wrong(input, from, opened, "if( is never closed".into(), ACCEPTED);
    }
    if sign > 0 {
        return wrong(input, at, at + sign, format!("`{}` is no comparison", &rest[..sign]), ACCEPTED);
    }
    wrong(input, opened, at, "the first part of if(…) is a comparison".into(), ACCEPTED)
}

fn never_closed(input: &Input<'_>, from: usize, opened: usize, name: &str) -> ErrMode<Wrong> {
    wrong(input, from, opened, format!("{name}( is never closed"), "`)`")
}

fn comparison(input: &mut Input<'_>) -> Option<Comparison> {
    next(input)?;
    let rest = &input.state.source[input.current_token_start()..];
    let signs = [
        ("<=", Comparison::LessOrEqual),
        ("≤", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("≥", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];
    let (sign, comparison) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    input.next_slice(sign.len());
    Some(comparison)
}

/// Signs before an operand. Only tried where there is no operand, so without a sign something is missing.
fn signs<'i>(input: &mut Input<'i>) -> Parsed<Prefix<Input<'i>, Id, ErrMode<Wrong>>> {
    let (mut some, mut negative) = (false, false);
    while let Some(sign) = next(input).filter(|c| "+-−".contains(*c)) {
        input.next_token();
        some = true;
        negative ^= sign != '+';
    }
    if !some {
        return Err(missing(input));
    }
    Ok(Prefix(SIGN, if negative { |input, of| Ok(input.state.tree.push(Node::Negate(of))) } else { |_, of| Ok(of) }))
}

/// ² and ³.
fn raised<'i>(input: &mut Input<'i>) -> Parsed<Postfix<Input<'i>, Id, ErrMode<Wrong>>> {
    fn to(input: &mut Input<'_>, of: Id, exponent: f64) -> Id {
        let exponent = input.state.tree.number(exponent);
        input.state.tree.binary(Operator::Power, of, exponent)
    }
    if take(input, '²') {
        Ok(Postfix(RAISED, |input, of| Ok(to(input, of, 2.0))))
    } else if take(input, '³') {
        Ok(Postfix(RAISED, |input, of| Ok(to(input, of, 3.0))))
    } else {
        backtrack()
    }
}

fn operator<'i>(input: &mut Input<'i>) -> Parsed<Infix<Input<'i>, Id, ErrMode<Wrong>>> {
    let product = |input: &mut Input<'i>, a, b| Ok(input.state.tree.binary(Operator::Multiply, a, b));
    let Some(c) = next(input) else { return backtrack() };
    let from = input.current_token_start();
    let power = c == '^' || input.state.source[from..].starts_with("**");
    if power {
        input.next_slice(if c == '^' { 1 } else { 2 });
        // Nothing binds closer, so the right side is always read next: a level of recursion, until both are joined.
        enter(input, from)?;
        return Ok(Infix::Right(POWER, |input, a, b| {
            leave(input);
            Ok(input.state.tree.binary(Operator::Power, a, b))
        }));
    }
    let infix = match c {
        '+' => Infix::Left(SUM, |input: &mut Input<'i>, a, b| Ok(input.state.tree.binary(Operator::Add, a, b))),
        '-' | '−' => {
            Infix::Left(SUM, |input: &mut Input<'i>, a, b| Ok(input.state.tree.binary(Operator::Subtract, a, b)))
        }
        '*' | '·' | '×' => Infix::Left(PRODUCT, product),
        '/' | '÷' => {
            Infix::Left(PRODUCT, |input: &mut Input<'i>, a, b| Ok(input.state.tree.binary(Operator::Divide, a, b)))
        }
        '|' if input.state.bars => return backtrack(),
        // Nothing between two operands multiplies them; the second is read next.
        c if begins_operand(c) && !c.is_ascii_digit() && c != '.' => return Ok(Infix::Left(PRODUCT, product)),
        _ => return backtrack(),
    };
    input.next_token();
    Ok(infix)
}
