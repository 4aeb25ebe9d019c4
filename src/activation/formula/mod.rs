//! Formulas that a user types, as activations.
//!
//! The text becomes a tree, and the tree a list of steps that are run through the same [`Real`] operations that
//! built-in activations are made of: value, exact derivative and kernels follow, as for them. Nothing is ever handed to
//! a language's own evaluator, and length, depth, parameters and registers are limited, so that nothing typed can hang.
//!
//! ```
//! use activation_playground::activation::Formula;
//! let swish = Formula::parse("z * sigmoid(beta z)").unwrap();
//! assert_eq!(swish.parameters(), ["beta"]);
//! assert_eq!(swish.text(), "z*sigmoid(beta*z)");
//! assert_eq!(swish.value(0.0, &[1.0]), 0.0);
//! let error = Formula::parse("z * tahn(z)").unwrap_err();
//! assert_eq!((error.start, error.end), (4, 8));
//! assert_eq!(error.message, "there is no function `tahn`; did you mean `tanh`?");
//! ```
//!
//! # Grammar
//! `+ - * / ^`, brackets, numbers, `z` (or `x`), `pi`, `e`, functions, `|z|`, `z²`, `z³`, `√z`; nothing between two
//! operands multiplies them, with the precedence of `*`. `^` binds closest, to the right, then the sign: −z² is −(z²). Any other
//! name is a parameter, and an activation of the catalogue can be called by its name, as `gelu(z)`: it stands for its own
//! formula, with its parameters at their defaults. `if(z > 0, z, exp(z) - 1)` takes `<`, `<=`, `>` and `>=`; the branch not taken has no influence,
//! not even as NaN.
//!
//! # Kinks
//! At a tie, `max` and `min` take their second argument, or the one without `z`: max(0, z) has the derivative 0 at 0, as
//! ReLU does. `abs` and `sign` have 0 there; `relu` and `step` are those of the catalogue.

mod derive;
mod error;
mod inline;
mod parse;

mod print;
mod program;
mod tree;
mod wide;

use super::declare::{Curve, Evaluate, Expanded};
use crate::real::{Dual, Lane, Precise, Real, Recording, Scalar, Symbol};
pub use error::FormulaError;
use program::Program;
use std::fmt;
use tree::{Constant, Elementary, Id, Node, Operator, Tree};
pub use wide::Wide;

/// Samples that are evaluated together, in lanes of four.
const BLOCK: usize = 4;
/// Largest and deepest formula, written out; the first also for a derivative that is to be shown.
const MAX_SIZE: usize = 800;
const MAX_DEPTH: usize = 100;

/// A formula in `z` and its parameters.
#[derive(Clone)]
pub struct Formula {
    nodes: Vec<Node>,
    root: Id,
    parameters: Vec<String>,
    text: String,
    program: Program,
}

impl Formula {
    /// What every parameter is until somebody says otherwise.
    pub const DEFAULT: f64 = 1.0;
    /// Smallest value of a parameter.
    pub const MIN: f64 = -10.0;
    /// Largest value of a parameter.
    pub const MAX: f64 = 10.0;

    /// Reads a formula.
    ///
    /// # Errors
    /// If the text is not a formula, with the place and the reason.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let (tree, root, parameters) = parse::parse(text)?;
        if let Some(error) = alone(text, &tree, root, &parameters) {
            return Err(error);
        }
        let too = |what: &str, accepted: String| {
            Err(FormulaError::new(text, 0..text.len(), format!("the formula is too {what}"), accepted))
        };
        let (size, depth) = tree.size_and_depth(root);
        if size > MAX_SIZE {
            return too("long", format!("at most {MAX_SIZE} operations"));
        }
        if depth > MAX_DEPTH {
            return too("deep", format!("at most {MAX_DEPTH} operations inside each other"));
        }
        match Self::new(tree, root, parameters) {
            None => too("involved", "fewer numbers and intermediate results".into()),
            Some(formula) if parse::length(&formula.text) > parse::MAX_LENGTH => {
                too("long", format!("at most {} characters with every `*` written out", parse::MAX_LENGTH))
            }
            Some(formula) => Ok(formula),
        }
    }

    fn new(tree: Tree, root: Id, parameters: Vec<String>) -> Option<Self> {
        let program = Program::compile(&tree.nodes, root)?;
        let text = print::text(&tree.nodes, root, &parameters);
        Some(Self { nodes: tree.nodes, root, parameters, text, program })
    }

    /// As it could be typed, in one form for all ways to type it: the name of the formula, and what a link holds.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of its parameters, in the order they first occur; all functions take their values in this order.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// Whether it is the same for every z.
    pub fn is_constant(&self) -> bool {
        !tree::varying(&self.nodes)[self.root]
    }

    /// In TeX.
    pub fn tex(&self) -> String {
        print::tex(&self.nodes, self.root, &self.parameters)
    }

    /// As a `MathML` element.
    pub fn mathml(&self) -> String {
        print::mathml(&self.nodes, self.root, &self.parameters)
    }

    /// df/dz, simplified a little, to be shown; none if it is too long for that. It has the parameters of the formula,
    /// even those that it does not depend on.
    pub fn derivative(&self) -> Option<Self> {
        let mut tree = Tree::default();
        let root = derive::derivative(&self.nodes, self.root, &mut tree);
        let (size, depth) = tree.size_and_depth(root);
        if size > MAX_SIZE || depth > MAX_DEPTH {
            return None;
        }
        Self::new(tree, root, self.parameters.clone())
    }

    /// f(x), in any number: exact derivatives by x and by parameters follow from dual ones.
    ///
    /// # Panics
    /// If there are fewer numbers in `params` than parameters.
    pub fn value<R: Wide>(&self, x: R, params: &[R]) -> R {
        self.program.value(x, params)
    }

    /// `slope[i]` = the derivative of f at `x[i]` by the parameter number `parameter`.
    ///
    /// # Panics
    /// If there are fewer numbers in `params` than parameters.
    pub fn slopes_by_parameter(&self, parameter: usize, x: &[Lane], params: &[f32], slope: &mut [Lane]) {
        let mut spread = Spread::<Dual<Precise>>::new(params);
        if let Some(moving) = spread.0.get_mut(parameter) {
            moving.slope = Precise::ONE;
        }
        let read = |at: usize| Dual::fixed(Precise::load(x[at]));
        self.blocks(x.len().min(slope.len()), &spread, read, |at, y| slope[at] = y.slope.store());
    }

    /// Where on −20…20 a condition, a bar, `max` and the like change sides: the only places a formula can have a kink or jump
    /// at, if it has no roots or powers. In order, each once.
    pub fn boundaries(&self, params: &[f64]) -> Vec<f64> {
        let mut tree = Tree::default();
        self.nodes.iter().for_each(|&node| {
            tree.push(node);
        });
        let varying = tree::varying(&self.nodes);
        let zero = tree.number(0.0);
        let mut found = vec![];
        for &node in &self.nodes {
            let difference = match node {
                Node::Apply(Elementary::Abs | Elementary::Relu | Elementary::Sign | Elementary::Step, of) => (of, zero),
                Node::Binary(Operator::Max | Operator::Min, a, b) => (a, b),
                Node::If { left, right, .. } => (left, right),
                _ => continue,
            };
            if !varying[difference.0] && !varying.get(difference.1).is_some_and(|varies| *varies) {
                continue;
            }
            let side = tree.binary(Operator::Subtract, difference.0, difference.1);
            if let Some(program) = Program::compile(&tree.nodes, side) {
                sign_changes(|x| program.value(x, params), &mut found);
            }
        }
        found.sort_by(f64::total_cmp);
        found.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        found
    }

    /// Evaluates `count` lanes.
    fn blocks<R: Wide>(
        &self,
        count: usize,
        params: &Spread<R>,
        read: impl Fn(usize) -> R,
        mut write: impl FnMut(usize, R),
    ) {
        let last = count.saturating_sub(1);
        // The last block is filled up with its last lane.
        let read = |block: usize| std::array::from_fn::<R, BLOCK, _>(|i| read((block * BLOCK + i).min(last)));
        self.program.run(&params.0, count.div_ceil(BLOCK), read, |block, results| {
            results.into_iter().enumerate().for_each(|(i, result)| {
                if block * BLOCK + i < count {
                    write(block * BLOCK + i, result);
                }
            });
        });
    }
}

/// The complaint about a name and nothing else, which is more likely a slip than a constant.
fn alone(text: &str, tree: &Tree, root: Id, parameters: &[String]) -> Option<FormulaError> {
    let name = match tree.nodes[root] {
        Node::Parameter(at) => parameters[at].as_str(),
        Node::Constant(Constant::Pi) => "pi",
        Node::Constant(Constant::E) => "e",
        _ => return None,
    };
    let hint = match super::nearest(name) {
        Some(id) => format!("did you mean `{id}`?"),
        None if matches!(name, "Z" | "X") => "did you mean `z`?".into(),
        None => format!("write for example `{name}*z`"),
    };
    let accepted = "a formula in z, or the name of an activation";
    Some(FormulaError::new(text, 0..text.len(), format!("`{name}` alone does not depend on z; {hint}"), accepted))
}

/// Parameters as numbers of a formula.
struct Spread<R>([R; parse::MAX_PARAMETERS]);

impl<R: Real> Spread<R> {
    fn new<S: Scalar>(params: &[S]) -> Self {
        Self(std::array::from_fn(|i| params.get(i).map_or(R::ZERO, |&param| R::constant(param.wide()))))
    }
}

impl Curve for Formula {
    fn record(&self) -> Recording {
        Recording::of(|| {
            let params: [Symbol; parse::MAX_PARAMETERS] = std::array::from_fn(Symbol::parameter);
            self.value(Symbol::INPUT, &params)
        })
    }
    fn expand(&self, x: Expanded, params: &[f64], varied: Option<usize>) -> Expanded {
        let mut spread = Spread::<Expanded>::new(params);
        if let Some(moving) = varied.and_then(|varied| spread.0.get_mut(varied)) {
            moving.value.slope = 1.0;
        }
        self.value(x, &spread.0)
    }
    fn values(&self, x: &[Lane], params: &[f32], out: &mut [Lane]) {
        let read = |at: usize| Precise::load(x[at]);
        self.blocks(x.len().min(out.len()), &Spread::new(params), read, |at, y| out[at] = y.store());
    }
    fn values_and_slopes(&self, x: &[Lane], params: &[f32], out: &mut [Lane], slope: &mut [Lane]) {
        let read = |at: usize| Dual::variable(Precise::load(x[at]));
        self.blocks(x.len().min(out.len()).min(slope.len()), &Spread::new(params), read, |at, y: Dual<Precise>| {
            (out[at], slope[at]) = (y.value.store(), y.slope.store());
        });
    }
    fn partials(&self, x: &[Lane], params: &[f32], partials: &mut [Lane]) {
        for (parameter, partials) in partials.chunks_exact_mut(x.len()).enumerate() {
            self.slopes_by_parameter(parameter, x, params, partials);
        }
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        (&self.nodes, self.root, &self.parameters) == (&other.nodes, other.root, &other.parameters)
    }
}

impl Eq for Formula {}

impl fmt::Debug for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Formula({:?})", self.text)
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Formula {
    type Err = FormulaError;
    fn from_str(text: &str) -> Result<Self, FormulaError> {
        Self::parse(text)
    }
}

/// Adds the places on −20…20 where the sign of `f` changes (0 is a sign of its own).
fn sign_changes(f: impl Fn(f64) -> f64, found: &mut Vec<f64>) {
    const STEPS: i32 = 2000;
    let side = |x: f64| {
        let y = f(x);
        i32::from(y > 0.0) - i32::from(y < 0.0)
    };
    let place = |step: i32| f64::from(step) * (20.0 / f64::from(STEPS));
    let mut before = (place(-STEPS), side(place(-STEPS)));
    for step in 1 - STEPS..=STEPS {
        let after = (place(step), side(place(step)));
        if before.1 != after.1 {
            let (mut low, mut high) = (before.0, after.0);
            // 60 halvings of 0.01 leave neighbouring numbers.
            for _ in 0..60 {
                let middle = low + 0.5 * (high - low);
                if side(middle) == before.1 { low = middle } else { high = middle }
            }
            // The end that is 0 itself, if one is.
            found.push(if side(low) == 0 { low } else { high });
        }
        before = after;
    }
}
