//! Everything a menu needs, in one value: activations, data sets, settings with their ranges, and the standard experiment.

use crate::activation::{self, Formula, FormulaError, Function, Nonlinearity};
use crate::data::{self, FEATURES, FeatureCard};
use crate::experiment::race::{self, RaceSpec, VaryCard};
use crate::experiment::{Change, Choice, Experiment, FRAMEWORKS, Field, Framework, LEARN, LearnSpec, fields};
use crate::export::{TARGETS, Target};
use crate::init::Inits;
use crate::inspect::depth::{self, Norm, StackSpec};
use crate::inspect::output::{self, OutputKind, OutputLoss, OutputSpec, OutputTask};
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
    /// What a network may see of a point, by name.
    pub features: Vec<FeatureCard>,
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
    /// What racers may differ in.
    pub varies: Vec<VaryCard>,
    /// Numeric settings of a race.
    #[serde(rename = "raceFields")]
    pub race_fields: Vec<Field>,
    /// The usual race.
    pub race: RaceSpec,
    /// Numeric settings of a stack.
    #[serde(rename = "stackFields")]
    pub stack_fields: Vec<Field>,
    /// What a stack may normalise.
    pub norms: Vec<Choice<Norm>>,
    /// The usual stack.
    pub stack: StackSpec,
    /// What an output layer may be asked for.
    #[serde(rename = "outputTasks")]
    pub output_tasks: Vec<Choice<OutputTask>>,
    /// What may stand after it.
    #[serde(rename = "outputKinds")]
    pub output_kinds: Vec<Choice<OutputKind>>,
    /// What it may be compared by.
    #[serde(rename = "outputLosses")]
    pub output_losses: Vec<Choice<OutputLoss>>,
    /// What each task begins with.
    pub outputs: Vec<OutputSpec>,
}

impl Catalogue {
    /// Collects it.
    pub fn new() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            activations: activation::cards().collect(),
            data: data::catalogue().collect(),
            features: FEATURES.to_vec(),
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
            varies: race::varies(),
            race_fields: race::FIELDS.to_vec(),
            race: RaceSpec::default(),
            stack_fields: depth::FIELDS.to_vec(),
            norms: depth::NORMS.to_vec(),
            stack: StackSpec::default(),
            output_tasks: output::TASKS.to_vec(),
            output_kinds: output::OUTPUTS.to_vec(),
            output_losses: output::LOSSES.to_vec(),
            outputs: output::TASKS.map(|task| OutputSpec::of(task.value)).to_vec(),
        }
    }
}

/// What suits each data set that asks for modules.
fn suggested() -> impl Iterator<Item = Experiment> {
    let cards = data::catalogue().filter(|card| !card.network.is_empty());
    cards.map(|card| Experiment::usual(card.id))
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
    /// The id of the activation of the catalogue that this is the name of.
    pub activation: Option<&'static str>,
    /// The name of that activation.
    pub name: Option<&'static str>,
    /// What is odd about a formula that was understood.
    pub note: Option<String>,
    /// What was not understood.
    pub error: Option<FormulaError>,
}

impl FormulaReading {
    /// Reads what was typed, as an experiment would.
    pub fn new(typed: &str) -> Self {
        match Nonlinearity::read(typed) {
            Ok(nonlinearity) => {
                let formula = nonlinearity.function().and_then(Function::formula);
                let card = nonlinearity.card();
                let derivative = formula.and_then(Formula::derivative);
                let set = |id| activation::mathml(id).map(str::to_owned);
                Self {
                    text: Some(nonlinearity.id().into()),
                    parameters: nonlinearity.parameters().iter().map(|param| param.id.to_owned()).collect(),
                    mathml: formula.map(Formula::mathml).or_else(|| set(card?.id)),
                    derivative: derivative.as_ref().map(|derivative| derivative.text().into()),
                    derivative_mathml: derivative.as_ref().map(Formula::mathml),
                    activation: card.map(|card| card.id),
                    name: card.map(|card| card.name),
                    note: formula.and_then(note),
                    error: None,
                }
            }
            Err(error) => Self {
                text: None,
                parameters: vec![],
                mathml: None,
                derivative: None,
                derivative_mathml: None,
                activation: None,
                name: None,
                note: None,
                error: Some(error),
            },
        }
    }
}

/// What is said of a constant, which is rarely what was meant.
fn note(formula: &Formula) -> Option<String> {
    let capital = formula.parameters().iter().find(|name| matches!(name.as_str(), "Z" | "X"));
    let meant = capital.map_or_else(String::new, |name| format!(" (did you mean z instead of {name}?)"));
    formula.is_constant().then(|| format!("does not depend on z{meant}"))
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
