//! Whatever may stand after a layer's weighted sum.

use super::vector::{self, VectorActivation};
use super::{Card, Function, InitHint, Parameter};

/// What a layer does with its pre-activations: a function of each, or of all together.
#[derive(Clone)]
pub enum Nonlinearity {
    /// Unit by unit.
    Elementwise(Function),
    /// All units of the layer.
    Vector(&'static dyn VectorActivation),
}

impl Nonlinearity {
    /// From a name of the catalogue (see [`called`](super::called)) or a formula.
    ///
    /// # Errors
    /// If it is neither, which a lone word that nobody has is not either: what is wrong with it as a formula.
    pub fn read(text: &str) -> Result<Self, super::FormulaError> {
        // Places in an error are those of the text as it was given.
        let text = super::called(text).map_or(text, |card| card.id);
        match vector::find(text) {
            Some(activation) => Ok(Self::Vector(activation)),
            None => Function::read(text).map(Self::Elementwise),
        }
    }

    /// The id or formula, which [`Nonlinearity::read`] takes.
    pub fn id(&self) -> &str {
        match self {
            Self::Elementwise(function) => function.id(),
            Self::Vector(activation) => activation.card().id,
        }
    }

    /// What is known of it, unless it was typed.
    pub fn card(&self) -> Option<&'static Card> {
        match self {
            Self::Elementwise(function) => function.card(),
            Self::Vector(activation) => Some(activation.card()),
        }
    }

    /// Its curve, if it treats each unit by itself.
    pub fn function(&self) -> Option<&Function> {
        match self {
            Self::Elementwise(function) => Some(function),
            Self::Vector(_) => None,
        }
    }

    /// Its parameters, in order.
    pub fn parameters(&self) -> Vec<Parameter<'_>> {
        match self {
            Self::Elementwise(function) => function.parameters().collect(),
            Self::Vector(activation) => activation.card().params.iter().map(Parameter::from).collect(),
        }
    }

    /// The initialiser that suits it.
    pub fn init(&self) -> InitHint {
        match self {
            Self::Elementwise(function) => function.init(),
            Self::Vector(activation) => activation.card().init,
        }
    }

    /// How many outputs it has for so many units.
    ///
    /// # Errors
    /// If it cannot take so many: says what it needs.
    pub fn width(&self, units: usize, params: &[f64]) -> Result<usize, String> {
        match self {
            Self::Elementwise(_) => Ok(units),
            Self::Vector(activation) => activation.width(units, params),
        }
    }
}
