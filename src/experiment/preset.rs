//! The same names stand for other numbers in other frameworks. This takes over all defaults of one of them at once.

use super::{Experiment, Framework, InitSpec, LayerSpec, OptimizerSpec};
use crate::activation::{Card, Nonlinearity, Param};
use crate::rule::{Family, FrameworkDefaults, Rule};
use serde::Serialize;

/// Something a preset changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Change {
    /// Where: `optimizer.epsilon`.
    pub field: String,
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

/// GELU, which JAX computes by tanh unless it is told otherwise.
const GELU: [&str; 2] = ["gelu", "gelu_tanh"];

impl Experiment {
    /// This experiment with the defaults of a framework for everything in it that has some there, and what that changed.
    /// Where a framework has no default, as Optax has no learning rate, things stay as they are.
    pub fn with_defaults_of(&self, framework: Framework) -> (Self, Vec<Change>) {
        let mut preset = self.clone();
        preset.layers.iter_mut().for_each(|layer| layer.take_defaults_of(framework));
        if let Some(defaults) = of(&self.optimizer, framework) {
            preset.optimizer = named_with(self.optimizer, defaults);
            preset.learning_rate = defaults.rate.unwrap_or(self.learning_rate);
        }
        let of_dense = InitSpec::all().find(|init| of(init, framework).is_some());
        preset.init = of_dense.unwrap_or(self.init);
        let changes = self.changes(&preset);
        (preset, changes)
    }

    fn changes(&self, preset: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut note = |field: String, from: String, to: String| {
            if from != to {
                changes.push(Change { field, from, to });
            }
        };
        for (at, (old, new)) in self.layers.iter().zip(&preset.layers).enumerate() {
            note(format!("layers[{at}].activation"), old.activation.clone(), new.activation.clone());
            if let (Ok((nonlinearity, old)), Ok((_, new))) = (old.resolve(), new.resolve()) {
                for (param, (old, new)) in nonlinearity.parameters().iter().zip(old.iter().zip(new)) {
                    note(format!("layers[{at}].params.{}", param.id), old.to_string(), new.to_string());
                }
            }
        }
        let numbers = |rule: &OptimizerSpec| rule.values().to_vec();
        for (param, (old, new)) in
            self.optimizer.card().params.iter().zip(numbers(&self.optimizer).iter().zip(numbers(&preset.optimizer)))
        {
            note(format!("optimizer.{}", param.name), old.to_string(), new.to_string());
        }
        note("learningRate".into(), self.learning_rate.to_string(), preset.learning_rate.to_string());
        note("init".into(), self.init.id().into(), preset.init.id().into());
        changes
    }
}

fn of<F: Family>(rule: &Rule<F>, framework: Framework) -> Option<&'static FrameworkDefaults> {
    rule.card().defaults.iter().find(|defaults| defaults.framework == framework)
}

/// The kind with a framework's numbers; those that are not listed are the same there as here.
fn named_with<F: Family>(rule: Rule<F>, defaults: &FrameworkDefaults) -> Rule<F> {
    let plain = Rule::named(rule.id()).unwrap_or(rule);
    defaults.params.iter().fold(plain, |rule, (name, value)| rule.with(name, *value))
}

impl LayerSpec {
    fn take_defaults_of(&mut self, framework: Framework) {
        if GELU.contains(&self.activation.as_str()) {
            self.activation = GELU[usize::from(framework == Framework::Jax)].into();
        }
        let Some(card) = Nonlinearity::read(&self.activation).ok().and_then(|nonlinearity| nonlinearity.card()) else {
            return;
        };
        for param in card.params {
            let values = [Framework::Pytorch, Framework::Keras, Framework::Jax].map(|one| stated(card, param, one));
            match stated(card, param, framework) {
                Some(value) => {
                    self.params.insert(param.id.into(), value);
                }
                // Others have another one, this one has that of the card.
                None if values.iter().any(Option::is_some) => {
                    self.params.remove(param.id);
                }
                None => {}
            }
        }
    }
}

/// The default of a framework that a card states as a number; of Keras, the one that a layer's `activation=` gets.
fn stated(card: &Card, param: &Param, framework: Framework) -> Option<f64> {
    let names: &[&str] = match framework {
        Framework::Pytorch => &["PyTorch"],
        Framework::Keras => &["Keras", "Keras function"],
        Framework::Jax => &["JAX"],
    };
    let mut stated = card.defaults.iter().filter(|default| names.contains(&default.framework));
    stated.find(|default| default.param == param.id).and_then(|default| default.value.parse().ok())
}
