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
    /// If it is neither: what is wrong with the formula, or nothing for a name that nobody has.
    pub fn read(text: &str) -> Result<Self, Option<super::FormulaError>> {
        let text = super::called(text).map_or(text.trim(), |card| card.id);
        if let Some(activation) = vector::find(text) {
            return Ok(Self::Vector(activation));
        }
        // A lone word that is no id would be a formula too, of a parameter and nothing else.
        let of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(of_word);
        let is_word = is_word && !matches!(text, "z" | "x");
        if is_word && super::find(text).is_none() {
            return Err(None);
        }
        Function::read(text).map(Self::Elementwise).map_err(Some)
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
