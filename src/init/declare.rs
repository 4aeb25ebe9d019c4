//! What a declaration of an initialiser is made of.

use super::InitSpec;
use crate::random::Random;
use crate::rule::Card;

/// Where a layer stands, as far as its weights depend on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Inputs of each unit.
    pub fan_in: usize,
    /// Units.
    pub fan_out: usize,
    /// Whether it reads the data.
    pub first: bool,
    /// [`gain`](super::gain) of the activation it reads; 1 for the data.
    pub gain: f64,
    /// ω₀ of the sine it stands before, or, without one of its own, behind; 1 where there is none.
    pub omega: f64,
}

/// The weights and biases of a layer, to be drawn. Both are 0 until then.
pub struct Start<'a> {
    /// `[out, in]`.
    pub weights: &'a mut [f64],
    /// `[out]`.
    pub biases: &'a mut [f64],
    /// Where the layer stands.
    pub place: Place,
    /// Where draws come from.
    pub random: &'a mut Random,
}

impl Start<'_> {
    /// Inputs of each unit.
    pub fn fan_in(&self) -> f64 {
        self.place.fan_in as f64
    }

    /// Inputs and outputs.
    pub fn fans(&self) -> f64 {
        (self.place.fan_in + self.place.fan_out) as f64
    }

    /// Weights from N(0, deviation²).
    pub fn normal(&mut self, deviation: f64) {
        self.weights.iter_mut().for_each(|w| *w = deviation * self.random.normal());
    }

    /// Weights uniform within ±bound.
    pub fn uniform(&mut self, bound: f64) {
        self.weights.iter_mut().for_each(|w| *w = self.random.uniform(-bound, bound));
    }

    /// Biases uniform within ±bound.
    pub fn uniform_biases(&mut self, bound: f64) {
        self.biases.iter_mut().for_each(|b| *b = self.random.uniform(-bound, bound));
    }
}

/// An initialiser as its file declares it.
pub(super) struct Declaration {
    pub card: &'static Card,
    pub draw: fn(&InitSpec, &mut Start<'_>),
}

/// Declares the initialisers of a file. A rule reads
///
/// ```text
/// /// The formula.
/// name { Card { … }, |start, [parameters, as, on, the, card]| draw }
/// ```
macro_rules! initialisers {
    ($($(#[$doc:meta])* $name:ident { $card:expr, |$start:ident, $params:pat_param| $draw:expr })*) => {
        /// Every initialiser of the file.
        pub(super) const ALL: &[$crate::init::declare::Declaration] = &[$({
            const CARD: $crate::rule::Card = $card;
            fn numbers(rule: &$crate::init::InitSpec) -> [f64; CARD.params.len()] {
                rule.numbers()
            }
            $(#[$doc])*
            fn $name(rule: &$crate::init::InitSpec, $start: &mut $crate::init::declare::Start<'_>) {
                let $params = numbers(rule);
                $draw;
            }
            $crate::init::declare::Declaration { card: &CARD, draw: $name }
        }),*];
    };
}

pub(super) use initialisers;
