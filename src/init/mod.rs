//! Where weights start. Each rule is one entry in a file of this folder: its card and how it draws. Normal rules scale the
//! same draws, so that two runs with one seed differ only in scale.

mod declare;
mod plain;
mod scaled;
mod shaped;

pub use declare::{Place, Start};

use crate::activation::{InitHint, Nonlinearity, Report};
use crate::random::Random;
use crate::real::Scalar;
use crate::rule::{Card, Family, Rule};
use declare::Declaration;

/// The files that declare initialisers, in the order of the menu.
const FILES: &[&[Declaration]] = &[scaled::ALL, shaped::ALL, plain::ALL];

/// The initialisers.
#[derive(Debug, Clone, Copy)]
pub struct Inits;

impl Family for Inits {
    const PATH: &'static str = "init";
    const KEY: &'static str = "init";

    fn cards() -> impl Iterator<Item = &'static Card> {
        FILES.iter().copied().flatten().map(|declared| declared.card)
    }
}

/// Which rule draws the initial weights, with its own parameters.
pub type InitSpec = Rule<Inits>;

/// Fills a layer's weights `[out, in]` and biases `[out]` by a rule.
///
/// # Panics
/// Never: each rule is made from a declaration.
pub fn fill<S: Scalar>(rule: InitSpec, place: Place, random: &mut Random, weights: &mut [S], biases: &mut [S]) {
    let mut all = FILES.iter().copied().flatten();
    let declared = all.find(|declared| declared.card.id == rule.id()).expect("rules are made from declarations");
    let (mut drawn, mut shifts) = (vec![0.0; weights.len()], vec![0.0; biases.len()]);
    (declared.draw)(&rule, &mut Start { weights: &mut drawn, biases: &mut shifts, place, random });
    weights.iter_mut().zip(drawn).for_each(|(w, drawn)| *w = S::of(drawn));
    biases.iter_mut().zip(shifts).for_each(|(b, drawn)| *b = S::of(drawn));
}

/// What `auto` stands for before an activation; Xavier before the output, which is linear up to the loss.
pub fn resolve(rule: InitSpec, hint: Option<InitHint>) -> InitSpec {
    let id = match hint {
        _ if rule.id() != "auto" => return rule,
        Some(InitHint::He) => "he",
        Some(InitHint::Lecun) => "lecun",
        Some(InitHint::Xavier) | None => "xavier",
    };
    let gain = rule.get("gain").unwrap_or(1.0);
    InitSpec::named(id).map_or(rule, |named| named.with("gain", gain))
}

/// 1/√E f(z)² for z ~ N(0, 1): the factor for the weights that read `f`, so that they see a signal of size 1 as one. It is
/// 1 for activations of whole layers, and where the mean does not exist.
pub fn gain(nonlinearity: &Nonlinearity, params: &[f64]) -> f64 {
    let signal = nonlinearity.function().map(|function| Report::of(function, params).signal);
    signal.and_then(|signal| signal.gain).unwrap_or(1.0)
}
