//! The one place that says whether a description can be run.

use super::field;
use super::{Experiment, LINEAR, LayerSpec, LearnSpec};
use crate::activation::{self, Function, Nonlinearity};
use crate::data::{self, Task};
use crate::error::{Error, Problem};
use crate::loss;
use serde::Deserializer;

/// Weights and biases a network may have, so that no description takes the page's memory.
pub const MOST_PARAMETERS: usize = 2_000_000;
/// Modules that may stand before the layers.
const MOST_MODULES: usize = 64;

impl Experiment {
    /// Reads a description, naming the field that does not fit. Activations called by another name get their id.
    ///
    /// # Errors
    /// If a field is unknown, of the wrong kind, or out of range.
    pub fn read<'de, D: Deserializer<'de>>(description: D) -> Result<Self, Error>
    where
        D::Error: std::fmt::Display,
    {
        let mut experiment: Self = serde_path_to_error::deserialize(description)
            .map_err(|error| misread(&error.path().to_string(), &error.inner().to_string()))?;
        experiment.layers.iter_mut().for_each(LayerSpec::use_id);
        experiment.validate()?;
        Ok(experiment)
    }

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all problems found, not only the first.
    pub fn validate(&self) -> Result<(), Error> {
        let problems = self.problems();
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }

    /// All that is wrong with this description.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.version != 1 {
            problems.push(Problem::new("version", self.version, "1"));
        }
        for field::Setting { field, get, .. } in field::settings() {
            problems.extend(get(self).and_then(|value| field.problem(field.path, value)));
        }
        problems.extend(self.optimizer.problems());
        problems.extend(self.schedule.problems());
        problems.extend(self.init.problems());
        problems.extend(self.loss.problems());
        if !field::DEPTH.accepts(self.layers.len() as f64) {
            let count = format!("{} layers", self.layers.len());
            problems.push(Problem::new(
                "layers",
                count,
                format!("{} to {} layers", field::DEPTH.min, field::DEPTH.max),
            ));
        }
        if self.modules.len() > MOST_MODULES {
            let count = format!("{} modules", self.modules.len());
            problems.push(Problem::new("modules", count, format!("at most {MOST_MODULES} modules")));
        }
        for (at, module) in self.modules.iter().enumerate() {
            problems.extend(module.problems(&format!("modules[{at}]")));
        }
        if let Some(part) = self.frozen.iter().find(|part| part.trim_start_matches('!').is_empty()) {
            problems.push(Problem::new(
                "frozen",
                part,
                "the beginning of a part of a parameter's name, such as layers.0",
            ));
        }
        for (at, layer) in self.layers.iter().enumerate() {
            problems.extend(layer.problems(&format!("layers[{at}]")));
        }
        problems.extend(self.output_problem());
        match data::find(&self.data.name) {
            None => problems.push(Problem::new("data.name", &self.data.name, one_of(data::catalogue().map(|d| d.id)))),
            Some(_) if !problems.is_empty() => {}
            Some(card) => {
                problems.extend(card.problems(&self.data));
                problems
                    .extend(card.task().and_then(|task| self.loss_problem(task)).or_else(|| self.size_problem(card)));
            }
        }
        problems
    }

    /// Whether the loss can be had of what the data ask for.
    pub(crate) fn loss_problem(&self, task: Task) -> Option<Problem> {
        let fits = loss::fitting(task).any(|id| id == self.loss.id());
        (!fits).then(|| {
            let accepted = format!("{}, because {} is a regression", one_of(loss::fitting(task)), self.data.name);
            Problem::new("loss", self.loss.id(), accepted)
        })
    }

    /// The output's activation acts on single units, and goes with a loss of numbers.
    fn output_problem(&self) -> Option<Problem> {
        let output = LayerSpec::new(1, &self.output);
        let resolved = output.resolve().map_err(|problem| Problem { field: "output".into(), ..problem });
        let nonlinearity = match resolved {
            Ok((nonlinearity, _)) => nonlinearity,
            Err(problem) => return Some(problem),
        };
        let accepted = if nonlinearity.function().is_none() {
            "an activation of single units"
        } else if self.output != LINEAR && !loss::of_numbers().any(|id| id == self.loss.id()) {
            "linear, because this loss brings its own; or the loss mse"
        } else {
            return None;
        };
        Some(Problem::new("output", &self.output, accepted))
    }

    /// Modules are counted when their network is built: their shapes are known only then.
    fn size_problem(&self, card: &data::Card) -> Option<Problem> {
        if !self.modules.is_empty() {
            return None;
        }
        let mut inputs: usize = card.axes(&self.data).iter().product();
        let mut parameters: usize = 0;
        for layer in &self.layers {
            parameters += (inputs + 1) * layer.units as usize;
            inputs = layer.width();
        }
        parameters += (inputs + 1) * card.task().map_or(data::MOST_CLASSES, Task::width);
        (parameters > MOST_PARAMETERS).then(|| {
            let total = format!("{parameters} weights and biases in all");
            Problem::new("layers", total, format!("at most {MOST_PARAMETERS}"))
        })
    }
}

impl LayerSpec {
    /// Puts the id in the place of whatever else its activation is called.
    pub(super) fn use_id(&mut self) {
        if let Some(card) = activation::called(&self.activation) {
            self.activation = card.id.into();
        }
    }

    /// What it does with its pre-activations, and all parameters of that, those left out at their defaults.
    ///
    /// # Errors
    /// If the activation is neither an id nor a formula; the field is named `activation`.
    pub fn resolve(&self) -> Result<(Nonlinearity, Vec<f64>), Problem> {
        let nonlinearity = Nonlinearity::read(&self.activation).map_err(|error| {
            let accepted = if is_word(&self.activation) {
                activation_hint(&self.activation)
            } else {
                format!("an id or a formula: {} ({})", error.message, error.accepted)
            };
            Problem::new("activation", &self.activation, accepted)
        })?;
        let given = |id: &str, default| *self.params.get(id).unwrap_or(&default);
        let params = nonlinearity.parameters().iter().map(|param| given(param.id, param.default)).collect();
        Ok((nonlinearity, params))
    }

    /// Whether its parameters are trained, and how many sets of them there are.
    pub fn learns(&self, nonlinearity: &Nonlinearity) -> LearnSpec {
        let fixed = |function: &Function| function.is_random() || function.parameters().next().is_none();
        if nonlinearity.function().is_none_or(fixed) {
            return LearnSpec::Fixed;
        }
        let known_for_it = nonlinearity.card().is_some_and(|card| card.learned);
        self.learn.unwrap_or(if known_for_it { LearnSpec::Layer } else { LearnSpec::Fixed })
    }

    fn problems(&self, place: &str) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.activation_problems();
        problems.iter_mut().for_each(|problem| problem.field = format!("{place}.{}", problem.field));
        problems.extend(field::UNITS.problem(&format!("{place}.units"), self.units as f64));
        if problems.is_empty()
            && let Ok((nonlinearity, values)) = self.resolve()
            && let Err(fact) = nonlinearity.width(self.units as usize, &values)
        {
            problems.push(Problem::new(format!("{place}.units"), self.units, fact));
        }
        problems
    }

    /// What is wrong with the activation and its parameters.
    pub(crate) fn activation_problems(&self) -> Vec<Problem> {
        let nonlinearity = match self.resolve() {
            Ok((nonlinearity, _)) => nonlinearity,
            Err(problem) => return vec![problem],
        };
        let (mut problems, params) = (Vec::new(), nonlinearity.parameters());
        for (id, &value) in &self.params {
            let field = format!("params.{id}");
            match params.iter().find(|param| param.id == id) {
                Some(param) if (param.min..=param.max).contains(&value) => {}
                Some(param) => {
                    problems.push(Problem::new(field, value, format!("a number from {} to {}", param.min, param.max)));
                }
                None if params.is_empty() => {
                    problems.push(Problem::new(field, value, format!("no parameters: {} has none", self.activation)));
                }
                None => problems.push(Problem::new(field, value, one_of(params.iter().map(|param| param.id)))),
            }
        }
        problems
    }

    /// Numbers that go on to the next layer; the units themselves if the activation is not understood.
    fn width(&self) -> usize {
        let units = self.units as usize;
        self.resolve().ok().and_then(|(nonlinearity, params)| nonlinearity.width(units, &params).ok()).unwrap_or(units)
    }
}

/// Whether a text is a single name, which is rather meant as an activation's than as a parameter's.
fn is_word(text: &str) -> bool {
    let text = text.trim();
    let of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(of_word)
}

/// What could stand in the place of a word that is no activation: the one that was meant, or else all of them.
fn activation_hint(word: &str) -> String {
    let ids = activation::cards().map(|card| card.id);
    match activation::nearest(word) {
        Some(id) => {
            let count = ids.count();
            format!("an id or a formula in z: did you mean `{id}`? ({count} activations in the gallery)")
        }
        None => format!("{}; or a formula in z", one_of(ids)),
    }
}

/// What a deserialiser says ("invalid type: string "six", expected f64"), as a problem of a field.
fn misread(field: &str, message: &str) -> Problem {
    let (fact, accepted) = message.split_once(", expected ").unwrap_or((message, "a description of an experiment"));
    let value = fact.split_once(": ").map_or(fact, |(_, value)| value);
    let accepted = match accepted.split(" at line").next().unwrap_or(accepted) {
        "f64" => "a number".to_string(),
        "a sequence" => "a list".to_string(),
        "a map" | "struct LayerSpec" | "struct DataSpec" | "struct ColumnsSpec" | "struct Experiment" => {
            "an object".to_string()
        }
        other => other.replace('`', ""),
    };
    Problem::new(field, value, accepted)
}

/// "one of circle, xor".
pub(crate) fn one_of<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", ids.collect::<Vec<_>>().join(", "))
}
