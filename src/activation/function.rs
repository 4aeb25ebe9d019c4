//! An activation wherever one can be chosen: one of the catalogue, or a formula that somebody typed.

use super::{Activation, Card, Curve, Formula, FormulaError, InitHint, Param};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// An activation, built in or typed. Cheap to clone.
///
/// ```
/// use activation_playground::activation::Function;
/// let relu = Function::read("relu").unwrap();
/// let same = Function::read("max(0, z)").unwrap();
/// assert_eq!(relu.curve().at(0.0, &[]), same.curve().at(0.0, &[]));
/// ```
#[derive(Clone)]
pub enum Function {
    /// One of the catalogue.
    BuiltIn(&'static dyn Activation),
    /// Typed.
    Formula(Arc<Formula>),
}

/// A parameter of a [`Function`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter<'f> {
    /// Its name.
    pub id: &'f str,
    /// What it does, in a few words; its name if nobody said.
    pub label: &'f str,
    /// Its value until somebody says otherwise.
    pub default: f64,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
}

impl From<&'static Param> for Parameter<'_> {
    fn from(param: &'static Param) -> Self {
        let Param { id, label, default, min, max } = *param;
        Self { id, label, default, min, max }
    }
}

impl Function {
    /// From the id of a built-in activation, or from a formula.
    ///
    /// # Errors
    /// If it is neither.
    pub fn read(text: &str) -> Result<Self, FormulaError> {
        match super::find(text.trim()) {
            Some(activation) => Ok(activation.into()),
            None => Formula::parse(text).map(Self::from),
        }
    }

    /// What [`Function::read`] takes: an id or a formula.
    pub fn id(&self) -> &str {
        match self {
            Self::BuiltIn(activation) => activation.card().id,
            Self::Formula(formula) => formula.text(),
        }
    }

    /// Name on the screen; that of a formula is its text.
    pub fn name(&self) -> &str {
        self.card().map_or(self.id(), |card| card.name)
    }

    /// What is known of a built-in activation.
    pub fn card(&self) -> Option<&'static Card> {
        match self {
            Self::BuiltIn(activation) => Some(activation.card()),
            Self::Formula(_) => None,
        }
    }

    /// The formula, if it was typed.
    pub fn formula(&self) -> Option<&Formula> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Formula(formula) => Some(formula),
        }
    }

    /// f(z) in TeX.
    pub fn tex(&self) -> Cow<'static, str> {
        match self {
            Self::BuiltIn(activation) => activation.card().tex.into(),
            Self::Formula(formula) => formula.tex().into(),
        }
    }

    /// Its parameters, in the order that [`Function::curve`] takes them.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'_>> {
        let params = self.card().map_or(&[][..], |card| card.params);
        let built_in = params.iter().map(Parameter::from);
        let names = self.formula().map_or(&[][..], Formula::parameters);
        built_in.chain(names.iter().map(|name| Parameter {
            id: name,
            label: name,
            default: Formula::DEFAULT,
            min: Formula::MIN,
            max: Formula::MAX,
        }))
    }

    /// The initialiser that suits it; the one of rectifiers if nobody said.
    pub fn init(&self) -> InitHint {
        self.card().map_or(InitHint::He, |card| card.init)
    }

    /// Whether it draws at random while it is trained.
    pub fn is_random(&self) -> bool {
        self.card().is_some_and(|card| card.random)
    }

    /// Its values and derivatives.
    pub fn curve(&self) -> &dyn Curve {
        match self {
            Self::BuiltIn(activation) => *activation,
            Self::Formula(formula) => &**formula,
        }
    }
}

impl From<&'static dyn Activation> for Function {
    fn from(activation: &'static dyn Activation) -> Self {
        Self::BuiltIn(activation)
    }
}

impl From<Formula> for Function {
    fn from(formula: Formula) -> Self {
        Self::Formula(Arc::new(formula))
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.card().is_some() == other.card().is_some() && self.id() == other.id()
    }
}

impl Eq for Function {}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({:?})", self.id())
    }
}
