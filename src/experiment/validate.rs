//! The one place that says whether a description can be run.

use super::field::{self, Field};
use super::{Experiment, LayerSpec, LearnSpec, LossSpec, OptimizerSpec};
use crate::activation::{self, Function, Nonlinearity};
use crate::data::{self, Task};
use crate::error::{Error, Problem};
use serde::Deserializer;

/// Weights and biases a network may have, so that no description takes the page's memory.
pub const MOST_PARAMETERS: usize = 2_000_000;

impl Experiment {
    /// Reads a description, naming the field that does not fit.
    ///
    /// # Errors
    /// If a field is unknown, of the wrong kind, or out of range.
    pub fn read<'de, D: Deserializer<'de>>(description: D) -> Result<Self, Error>
    where
        D::Error: std::fmt::Display,
    {
        let experiment: Self = serde_path_to_error::deserialize(description)
            .map_err(|error| misread(&error.path().to_string(), &error.inner().to_string()))?;
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
        let mut check = |field: Field, value: f64| problems.extend(field.problem(field.path, value));
        check(field::LEARNING_RATE, self.learning_rate);
        check(field::BATCH, self.batch as f64);
        check(field::SEED, self.seed as f64);
        check(field::POINTS, self.data.points as f64);
        check(field::NOISE, self.data.noise);
        check(field::WINDOW, self.data.window as f64);
        check(field::HORIZON, self.data.horizon as f64);
        check(field::CONTEXT, self.data.context as f64);
        check(field::VOCABULARY, self.data.vocabulary as f64);
        if let Some(share) = self.data.test_share {
            check(field::TEST_SHARE, share);
        }
        match self.optimizer {
            OptimizerSpec::Sgd {} => {}
            OptimizerSpec::Momentum { momentum } => check(field::MOMENTUM, momentum),
            OptimizerSpec::Adam { beta1, beta2, epsilon } => {
                check(field::BETA1, beta1);
                check(field::BETA2, beta2);
                check(field::EPSILON, epsilon);
            }
        }
        if !field::DEPTH.accepts(self.layers.len() as f64) {
            let count = format!("{} layers", self.layers.len());
            problems.push(Problem::new(
                "layers",
                count,
                format!("{} to {} layers", field::DEPTH.min, field::DEPTH.max),
            ));
        }
        for (at, layer) in self.layers.iter().enumerate() {
            problems.extend(layer.problems(&format!("layers[{at}]")));
        }
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
        let fits = match self.loss {
            LossSpec::Auto | LossSpec::Mse => true,
            LossSpec::Bce | LossSpec::CrossEntropy => task != Task::Regression,
        };
        let id = field::LOSSES.iter().find(|choice| choice.value == self.loss).map_or("", |choice| choice.id);
        (!fits).then(|| Problem::new("loss", id, format!("auto or mse, because {} is a regression", self.data.name)))
    }

    fn size_problem(&self, card: &data::Card) -> Option<Problem> {
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
    /// What it does with its pre-activations, and all parameters of that, those left out at their defaults.
    ///
    /// # Errors
    /// If the activation is neither an id nor a formula; the field is named `activation`.
    pub fn resolve(&self) -> Result<(Nonlinearity, Vec<f64>), Problem> {
        let nonlinearity = Nonlinearity::read(&self.activation).map_err(|error| {
            let accepted = match error {
                None => format!("{}; or a formula in z", one_of(ids())),
                Some(error) => format!("an id or a formula: {} ({})", error.message, error.accepted),
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
        let mut problems = Vec::new();
        problems.extend(field::UNITS.problem(&format!("{place}.units"), self.units as f64));
        let (nonlinearity, values) = match self.resolve() {
            Ok(resolved) => resolved,
            Err(problem) => {
                problems.push(Problem { field: format!("{place}.{}", problem.field), ..problem });
                return problems;
            }
        };
        let params = nonlinearity.parameters();
        for (id, &value) in &self.params {
            let field = format!("{place}.params.{id}");
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
        if problems.is_empty()
            && let Err(fact) = nonlinearity.width(self.units as usize, &values)
        {
            problems.push(Problem::new(format!("{place}.units"), self.units, fact));
        }
        problems
    }

    /// Numbers that go on to the next layer; the units themselves if the activation is not understood.
    fn width(&self) -> usize {
        let units = self.units as usize;
        self.resolve().ok().and_then(|(nonlinearity, params)| nonlinearity.width(units, &params).ok()).unwrap_or(units)
    }
}

/// Ids of every activation, of single units and of whole layers.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    activation::all().map(|a| a.card().id).chain(activation::vector::all().map(|a| a.card().id))
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
pub(super) fn one_of<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", ids.collect::<Vec<_>>().join(", "))
}
