//! Everything a menu needs, in one value: activations, data sets, settings with their ranges, and the standard experiment.

use crate::activation::{self, Formula, FormulaError};
use crate::data;
use crate::experiment::{Change, Choice, Experiment, FRAMEWORKS, Field, Framework, LEARN, LearnSpec, fields};
use crate::export::{TARGETS, Target};
use crate::init::Inits;
use crate::layer::{self, ModuleCard};
use crate::loss::{self, Losses};
use crate::optimizer::Optimizers;
use crate::rule::{self, Family};
use crate::schedule::Schedules;
use crate::{activation::Card, error::Problem};
use serde::Serialize;

/// What there is to choose from.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Catalogue {
    /// Version of the engine.
    pub version: &'static str,
    /// Activations, family by family.
    pub activations: Vec<&'static Card>,
    /// Data sets.
    pub data: Vec<&'static data::Card>,
    /// Numeric settings.
    pub fields: Vec<Field>,
    /// Losses.
    pub losses: Vec<&'static rule::Card>,
    /// Ids of the losses that compare numbers, so that the output may have an activation.
    #[serde(rename = "lossesOfNumbers")]
    pub losses_of_numbers: Vec<&'static str>,
    /// Initialisers.
    pub inits: Vec<&'static rule::Card>,
    /// Whether parameters of activations are trained.
    pub learn: Vec<Choice<LearnSpec>>,
    /// Optimisers.
    pub optimizers: Vec<&'static rule::Card>,
    /// Schedules of the learning rate.
    pub schedules: Vec<&'static rule::Card>,
    /// Frameworks whose defaults can be taken over.
    pub frameworks: Vec<Choice<Framework>>,
    /// What an activation can be written as code for.
    pub targets: Vec<Choice<Target>>,
    /// Kinds of modules that may stand before the layers.
    pub modules: Vec<&'static ModuleCard>,
    /// The experiments that suit data sets for which a few fully connected layers will not do.
    pub suggested: Vec<Experiment>,
    /// The experiment a blank link stands for.
    pub standard: Experiment,
}

impl Catalogue {
    /// Collects it.
    pub fn new() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            activations: activation::cards().collect(),
            data: data::catalogue().collect(),
            fields: fields(),
            losses: Losses::cards().collect(),
            losses_of_numbers: loss::of_numbers().collect(),
            inits: Inits::cards().collect(),
            learn: LEARN.to_vec(),
            optimizers: Optimizers::cards().collect(),
            schedules: Schedules::cards().collect(),
            frameworks: FRAMEWORKS.to_vec(),
            targets: TARGETS.to_vec(),
            modules: layer::modules().collect(),
            suggested: suggested().collect(),
            standard: Experiment::default(),
        }
    }
}

/// What suits each data set that asks for modules.
fn suggested() -> impl Iterator<Item = Experiment> {
    let cards = data::catalogue().filter(|card| !card.network.is_empty());
    cards.map(|card| Experiment::from_link(&format!("data={}&{}", card.id, card.network)).0)
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
}

/// A formula as somebody typed it, understood or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FormulaReading {
    /// The formula written plainly; `null` if it was not understood, as all that follows.
    pub text: Option<String>,
    /// Its parameters, in order.
    pub parameters: Vec<String>,
    /// Typeset.
    pub mathml: Option<String>,
    /// Its derivative, written plainly.
    pub derivative: Option<String>,
    /// Its derivative, typeset.
    #[serde(rename = "derivativeMathml")]
    pub derivative_mathml: Option<String>,
    /// What was not understood.
    pub error: Option<FormulaError>,
}

impl FormulaReading {
    /// Reads what was typed.
    pub fn new(typed: &str) -> Self {
        match Formula::parse(typed) {
            Ok(formula) => {
                let derivative = formula.derivative();
                Self {
                    text: Some(formula.text().into()),
                    parameters: formula.parameters().to_vec(),
                    mathml: Some(formula.mathml()),
                    derivative: derivative.as_ref().map(|derivative| derivative.text().into()),
                    derivative_mathml: derivative.as_ref().map(Formula::mathml),
                    error: None,
                }
            }
            Err(error) => Self {
                text: None,
                parameters: vec![],
                mathml: None,
                derivative: None,
                derivative_mathml: None,
                error: Some(error),
            },
        }
    }
}

/// An experiment read from a link, and what in the link was not understood.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FromLink {
    /// The experiment, with defaults for what was not understood.
    pub experiment: Experiment,
    /// What was not understood.
    pub problems: Vec<Problem>,
    /// The part of the fragment with unknown keys, to be passed on.
    pub rest: String,
}

impl FromLink {
    /// Reads the fragment of a link.
    pub fn new(link: &str) -> Self {
        let (experiment, problems, rest) = Experiment::from_link_with_rest(link);
        Self { experiment, problems, rest }
    }
}

/// An experiment with the defaults of a framework.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Preset {
    /// The experiment.
    pub experiment: Experiment,
    /// What is different now.
    pub changes: Vec<Change>,
}

impl Preset {
    /// Takes them over.
    pub fn new(experiment: &Experiment, framework: Framework) -> Self {
        let (experiment, changes) = experiment.with_defaults_of(framework);
        Self { experiment, changes }
    }
}
