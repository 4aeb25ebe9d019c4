//! What a race compares: descriptions that differ in one thing, and over how many seeds and epochs.
//!
//! ```
//! use activation_playground::experiment::{Experiment, RaceSpec};
//! let (race, problems) = RaceSpec::from_link("race=relu.gelu&seeds=8");
//! assert!(problems.is_empty());
//! let racers = race.racers(&Experiment::default()).unwrap();
//! assert_eq!(racers[1].layers[0].activation, "gelu");
//! ```

use super::field::{self, Choice, Field};
use super::link::{Link, Reader, id_of, joined, parted};
use super::{Experiment, InitSpec, LayerSpec, OptimizerSpec};
use crate::error::{Error, Problem};
use crate::init::Inits;
use crate::optimizer::Optimizers;
use crate::rule::Family;
use serde::{Deserialize, Serialize};

/// Descriptions in a race at most: more cannot be told apart.
pub const MOST_RACERS: usize = 6;
/// Seeds of a race at most.
pub const MOST_SEEDS: usize = 20;
/// Epochs of a race at most.
pub const MOST_RACE_EPOCHS: u32 = 10_000;

/// The one thing in which racers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Vary {
    /// The activation of all hidden layers, and of modules that have one.
    Activation,
    /// The initialiser.
    Init,
    /// The optimiser, with its default numbers.
    Optimizer,
    /// The learning rate.
    LearningRate,
    /// The number of hidden layers.
    Depth,
}

/// A race, but for the description that it starts from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RaceSpec {
    /// In what the racers differ.
    pub vary: Vary,
    /// What each of them has of it: ids, or numbers as text.
    pub values: Vec<String>,
    /// Over how many seeds, from that of the description on.
    pub seeds: usize,
    /// To which epoch.
    pub epochs: u32,
    /// The test accuracy to be reached.
    pub accuracy: f64,
    /// The test loss to be reached, where there are no classes.
    pub loss: f64,
}

impl Default for RaceSpec {
    fn default() -> Self {
        let values = Vary::Activation.usual();
        Self { vary: Vary::Activation, values, seeds: 5, epochs: 110, accuracy: 0.95, loss: 0.05 }
    }
}

/// A thing to be varied, and what to choose from.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VaryCard {
    /// Which.
    pub vary: Choice<Vary>,
    /// What may race; empty for activations, of which any may.
    pub values: Vec<Racer>,
    /// Those that race at first.
    pub usual: Vec<String>,
    /// What one that is not among them is called: `%` is its value.
    pub named: &'static str,
}

/// Something that may race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Racer {
    /// As a race has it.
    pub value: String,
    /// Name on the screen.
    pub label: String,
}

/// All that can be varied.
pub const VARIES: [Choice<Vary>; 5] = [
    Choice { value: Vary::Activation, id: "act", label: "activations", help: "The activation of all hidden layers." },
    Choice { value: Vary::Init, id: "init", label: "initialisers", help: "How far the first weights are drawn." },
    Choice { value: Vary::Optimizer, id: "opt", label: "optimisers", help: "Each with its default numbers." },
    Choice {
        value: Vary::LearningRate,
        id: "lr",
        label: "learning rates",
        help: "How far each update moves the weights.",
    },
    Choice { value: Vary::Depth, id: "depth", label: "depths", help: "How many hidden layers, the last one repeated." },
];

/// Seeds of a race.
pub const SEEDS: Field = Field {
    path: "race.seeds",
    key: "seeds",
    label: "seeds",
    help: "How often each racer runs, with other data, weights and order each time. Eight or more can settle an order.",
    min: 1.0,
    max: MOST_SEEDS as f64,
    whole: true,
};
/// Epochs of a race.
pub const EPOCHS: Field = Field {
    path: "race.epochs",
    key: "epochs",
    label: "epochs",
    help: "How long they race.",
    min: 1.0,
    max: MOST_RACE_EPOCHS as f64,
    whole: true,
};
/// The accuracy to be reached.
pub const ACCURACY: Field = Field {
    path: "race.accuracy",
    key: "target",
    label: "target accuracy",
    help: "The table says how many epochs each takes to get this share of the test rows right.",
    min: 0.01,
    max: 1.0,
    whole: false,
};
/// The loss to be reached.
pub const LOSS: Field = Field {
    path: "race.loss",
    key: "targetLoss",
    label: "target loss",
    help: "The table says how many epochs each takes to get down to this test loss.",
    min: 1e-6,
    max: 1000.0,
    whole: false,
};
/// The settings of a race.
pub const FIELDS: [Field; 4] = [SEEDS, EPOCHS, ACCURACY, LOSS];

const RATES: [&str; 8] = ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3"];
const DEPTHS: [&str; 7] = ["0", "1", "2", "3", "5", "8", "12"];

impl Vary {
    /// What races at first.
    fn usual(self) -> Vec<String> {
        let usual: &[&str] = match self {
            Self::Activation => &["sigmoid", "tanh", "relu", "leaky_relu", "gelu"],
            Self::Init => &["auto", "xavier", "he", "normal"],
            Self::Optimizer => &["sgd", "momentum", "rmsprop", "adam"],
            Self::LearningRate => &["0.01", "0.03", "0.1", "0.3", "1"],
            Self::Depth => &["0", "1", "2", "3", "5"],
        };
        usual.iter().map(|value| (*value).to_owned()).collect()
    }

    fn values(self) -> Vec<Racer> {
        let numbers = |numbers: &[&str]| {
            let racer = |value: &&str| Racer { value: (*value).into(), label: self.named().replace('%', value) };
            numbers.iter().map(racer).collect()
        };
        match self {
            Self::Activation => vec![],
            Self::Init => of::<Inits>(),
            Self::Optimizer => of::<Optimizers>(),
            Self::LearningRate => numbers(&RATES),
            Self::Depth => numbers(&DEPTHS),
        }
    }

    /// What may race.
    fn accepted(self) -> String {
        match self {
            Self::Activation => "an activation of the gallery, or a formula in z".into(),
            Self::LearningRate => field::LEARNING_RATE.field.accepted(),
            Self::Depth => field::DEPTH.accepted(),
            Self::Init | Self::Optimizer => {
                let known: Vec<String> = self.values().into_iter().map(|racer| racer.value).collect();
                format!("one of {}", known.join(", "))
            }
        }
    }

    fn named(self) -> &'static str {
        match self {
            Self::LearningRate => "rate %",
            Self::Depth => "depth %",
            Self::Activation | Self::Init | Self::Optimizer => "%",
        }
    }

    /// The description where this is `value`; `None` if it cannot be.
    fn set(self, base: &Experiment, value: &str) -> Option<Experiment> {
        let mut racer = base.clone();
        match self {
            Self::Activation => {
                LayerSpec::new(1, value).activation_problems().is_empty().then_some(())?;
                for layer in &mut racer.layers {
                    *layer = LayerSpec::new(layer.units, value);
                }
                for module in &mut racer.modules {
                    module.set_activation("activation", value.into());
                }
            }
            Self::Init => racer.init = InitSpec::named(value)?,
            Self::Optimizer => racer.optimizer = OptimizerSpec::named(value)?,
            Self::LearningRate => {
                let rate = field::LEARNING_RATE.field;
                racer.learning_rate = value.parse().ok().filter(|&number| rate.accepts(number))?;
            }
            Self::Depth => {
                let last = base.layers.last().or(Experiment::default().layers.last())?.clone();
                racer
                    .layers
                    .resize(value.parse().ok().filter(|&depth: &usize| field::DEPTH.accepts(depth as f64))?, last);
            }
        }
        Some(racer)
    }
}

fn of<F: Family>() -> Vec<Racer> {
    F::cards().map(|card| Racer { value: card.id.into(), label: card.label.into() }).collect()
}

/// All that can be varied, with what there is to choose from.
pub fn varies() -> Vec<VaryCard> {
    VARIES
        .map(|vary| VaryCard {
            vary,
            values: vary.value.values(),
            usual: vary.value.usual(),
            named: vary.value.named(),
        })
        .into()
}

impl RaceSpec {
    /// The descriptions that race.
    ///
    /// # Errors
    /// If there are too few or too many, one of them is there twice, one is not a description, or a number is out of range.
    pub fn racers(&self, base: &Experiment) -> Result<Vec<Experiment>, Error> {
        let mut problems = self.problems();
        let mut racers = Vec::with_capacity(self.values.len());
        for (at, value) in self.values.iter().enumerate() {
            let Some(racer) = self.vary.set(base, value) else {
                problems.push(Problem::new(format!("race.values[{at}]"), value, self.vary.accepted()));
                continue;
            };
            let wrong = racer
                .problems()
                .into_iter()
                .map(|problem| Problem { field: format!("{value}: {}", problem.field), ..problem });
            problems.extend(wrong.take(1));
            racers.push(racer);
        }
        if problems.is_empty() { Ok(racers) } else { Err(Error::Invalid(problems)) }
    }

    fn problems(&self) -> Vec<Problem> {
        let numbers = [self.seeds as f64, f64::from(self.epochs), self.accuracy, self.loss];
        let of_fields = FIELDS.iter().zip(numbers).filter_map(|(field, number)| field.problem(field.path, number));
        let mut problems: Vec<Problem> = of_fields.collect();
        if !(1..=MOST_RACERS).contains(&self.values.len()) {
            problems.push(Problem::new("race.values", self.values.len(), format!("1 to {MOST_RACERS} racers")));
        }
        let twice = self.values.iter().enumerate().find(|(at, value)| self.values[..*at].contains(value));
        problems.extend(twice.map(|(at, value)| Problem::new(format!("race.values[{at}]"), value, "each once")));
        problems
    }

    /// The fragment of a link without `#`; empty for the usual race.
    pub fn to_link(&self) -> String {
        let standard = Self { vary: self.vary, values: self.vary.usual(), ..Self::default() };
        let mut link = Link::bare();
        if self.vary != Vary::Activation {
            link.push("vary", id_of(&VARIES, self.vary));
        }
        if self.values != standard.values {
            link.push("race", joined(&self.values));
        }
        link.add(SEEDS.key, self.seeds, standard.seeds);
        link.add(EPOCHS.key, self.epochs, standard.epochs);
        link.add(ACCURACY.key, self.accuracy, standard.accuracy);
        link.add(LOSS.key, self.loss, standard.loss);
        link.text
    }

    /// Reads a fragment. What is not understood is in the list and left out; keys that are no race's are passed over.
    pub fn from_link(link: &str) -> (Self, Vec<Problem>) {
        let mut reader = Reader::new(link);
        let mut race = Self::default();
        reader.choice("vary", &VARIES, &mut race.vary);
        race.values = race.vary.usual();
        if let Some(text) = reader.take("race") {
            let mut values: Vec<String> = Vec::new();
            for value in parted(&text) {
                if values.contains(&value) || race.vary.set(&Experiment::default(), &value).is_none() {
                    let accepted =
                        if values.contains(&value) { "each racer once".into() } else { race.vary.accepted() };
                    reader.refuse("race", &value, accepted);
                } else {
                    values.push(value);
                }
            }
            if values.len() > MOST_RACERS {
                reader.refuse("race", &text, format!("1 to {MOST_RACERS} racers"));
                values.truncate(MOST_RACERS);
            }
            if !values.is_empty() {
                race.values = values;
            }
        }
        let (mut seeds, mut epochs) = (race.seeds as f64, f64::from(race.epochs));
        reader.number(SEEDS, &mut seeds);
        reader.number(EPOCHS, &mut epochs);
        reader.number(ACCURACY, &mut race.accuracy);
        reader.number(LOSS, &mut race.loss);
        (race.seeds, race.epochs) = (seeds as usize, epochs as u32);
        (race, reader.problems)
    }
}

/// What a link says about a race.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RaceFromLink {
    /// The race.
    pub race: RaceSpec,
    /// What was not understood.
    pub problems: Vec<Problem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_is_offered_races() {
        let base = Experiment::default();
        for VaryCard { vary, values, usual, .. } in varies() {
            for chunk in values.chunks(MOST_RACERS) {
                let values = chunk.iter().map(|racer| racer.value.clone()).collect();
                let race = RaceSpec { vary: vary.value, values, ..RaceSpec::default() };
                assert_eq!(race.racers(&base).unwrap().len(), chunk.len(), "{race:?}");
            }
            let race = RaceSpec { vary: vary.value, values: usual, ..RaceSpec::default() };
            let racers = race.racers(&base).unwrap();
            assert!(racers.iter().all(|racer| racer.data == base.data && racer.seed == base.seed));
            assert!((1..racers.len()).all(|at| racers[at] != racers[at - 1]), "{:?}", vary.id);
        }
    }

    #[test]
    fn modules_race_with_the_activation_they_have() {
        let (base, _) = Experiment::from_link("data=digits&modules=conv2d;flatten&net=8");
        let race = RaceSpec { values: vec!["gelu".into(), "z^2".into()], ..RaceSpec::default() };
        let texts: Vec<String> = race.racers(&base).unwrap().iter().map(Experiment::modules_text).collect();
        assert_eq!(texts, ["conv2d(activation=gelu);flatten", "conv2d(activation=z^2);flatten"]);
    }

    #[test]
    fn a_link_gives_back_the_race_it_was_written_from() {
        let races = [
            RaceSpec::default(),
            RaceSpec { values: vec!["relu".into(), "z * sigmoid(1.5 z)".into()], seeds: 20, ..RaceSpec::default() },
            RaceSpec { vary: Vary::LearningRate, values: vec!["0.01".into()], epochs: 7, ..RaceSpec::default() },
            RaceSpec {
                vary: Vary::Depth,
                values: Vary::Depth.usual(),
                accuracy: 0.5,
                loss: 0.25,
                ..RaceSpec::default()
            },
        ];
        for race in races {
            assert_eq!(RaceSpec::from_link(&race.to_link()), (race.clone(), vec![]), "{}", race.to_link());
        }
        assert_eq!(RaceSpec::default().to_link(), "");
        assert_eq!(RaceSpec { seeds: 8, ..RaceSpec::default() }.to_link(), "seeds=8");
    }

    #[test]
    fn what_a_link_has_wrong_is_listed_and_left_out() {
        let (race, problems) =
            RaceSpec::from_link("vary=opt&race=adam.adam.sgdd.lion&seeds=99&epochs=x&target=2&data=xor");
        assert_eq!(race.values, ["adam", "lion"]);
        assert_eq!((race.seeds, race.epochs, race.accuracy), (20, 110, 1.0));
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["race", "race", "seeds", "epochs", "target"]);
    }

    #[test]
    fn what_cannot_race_is_said() {
        let said = |race: RaceSpec| race.racers(&Experiment::default()).unwrap_err().to_string();
        let of = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert!(
            said(RaceSpec { values: vec![], ..RaceSpec::default() }).contains("race.values is 0; accepted: 1 to 6")
        );
        assert!(said(RaceSpec { values: of(&["relu", "relu"]), ..RaceSpec::default() }).contains("each once"));
        let unknown = said(RaceSpec { values: of(&["reluu"]), ..RaceSpec::default() });
        assert!(unknown.contains("an activation of the gallery"), "{unknown}");
        let race = RaceSpec { vary: Vary::Depth, values: of(&["99"]), seeds: 0, ..RaceSpec::default() };
        let text = said(race);
        assert!(text.contains("race.seeds is 0") && text.contains("race.values[0] is 99"), "{text}");
    }
}
