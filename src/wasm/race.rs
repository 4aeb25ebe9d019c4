//! Races, and what they say.

use super::convert::{contents, from_js, to_js, to_js_error};
use super::{copy_map, copy_points, read};
use crate::error::Problem;
use crate::experiment::race::RaceFromLink;
use crate::experiment::{Experiment, RaceSpec};
use crate::inspect;
use crate::real::Lane;
use crate::training::{self, RaceRun};
use js_sys::{Array, Float32Array, Uint8Array};
use wasm_bindgen::prelude::*;

/// Several descriptions in lock-step over several seeds, or a part of their runs.
#[wasm_bindgen]
pub struct Race {
    inner: training::Race<Lane>,
}

#[wasm_bindgen]
impl Race {
    /// A race of descriptions of the same data and seed over so many seeds. Runs are numbered seed by seed, racer by racer;
    /// those from `first` up to `end` are run here. `files` are those of the data set.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Experiment[]")] racers: Array,
        seeds: usize,
        first: usize,
        end: usize,
        files: Vec<Uint8Array>,
    ) -> Result<Race, JsValue> {
        let racers = racers.iter().map(from_js).collect::<Result<Vec<Experiment>, _>>();
        let race = racers
            .and_then(|racers| contents(&files, |files| training::Race::new(&racers, seeds, first..end, files)))
            .map_err(|error| to_js_error(&error))?;
        Ok(Self { inner: race })
    }

    /// Trains all runs so many epochs on.
    pub fn advance(&mut self, epochs: u32) {
        self.inner.advance(epochs);
    }

    /// Epochs done.
    pub fn epoch(&self) -> u32 {
        self.inner.epoch()
    }

    /// Whether no run can go on.
    pub fn stands(&self) -> bool {
        self.inner.stands()
    }

    /// What each run has shown, with the share of its units that are idle now.
    #[wasm_bindgen(unchecked_return_type = "RaceRun[]")]
    pub fn runs(&mut self) -> Result<JsValue, JsValue> {
        self.inner.measure_idle(inspect::idle_share);
        to_js(&self.inner.runs())
    }

    /// Fills `into` with the output over the plane of a run, by its number among those here: size × size numbers.
    pub fn output_map(&mut self, run: usize, size: usize, into: &Float32Array) -> Result<(), JsValue> {
        copy_map(self.session(run)?, size, &mut Vec::new(), into)
    }

    /// Copies x₁, x₂, target and 1 for a test row, of every row of a run; says how many rows.
    pub fn points(&mut self, run: usize, into: &Float32Array) -> Result<usize, JsValue> {
        Ok(copy_points(self.session(run)?.dataset(), into))
    }
}

impl Race {
    fn session(&mut self, run: usize) -> Result<&mut training::Session<Lane>, JsValue> {
        let accepted = "the number of a run of this part of the race";
        self.inner.sessions().nth(run).ok_or_else(|| to_js_error(&Problem::new("run", run, accepted).into()))
    }
}

/// The descriptions that race.
#[wasm_bindgen(unchecked_return_type = "Experiment[]")]
pub fn racers(
    #[wasm_bindgen(unchecked_param_type = "RaceSpec")] race: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
) -> Result<JsValue, JsValue> {
    let race: RaceSpec = serde_wasm_bindgen::from_value(race)?;
    to_js(&race.racers(&read(experiment)?).map_err(|error| to_js_error(&error))?)
}

/// Reads what a link says about a race; keys that are no race's are passed over.
#[wasm_bindgen(unchecked_return_type = "RaceFromLink")]
pub fn race_from_link(link: &str) -> Result<JsValue, JsValue> {
    let (race, problems) = RaceSpec::from_link(link);
    to_js(&RaceFromLink { race, problems })
}

/// What a link says about a race; empty for the usual one.
#[wasm_bindgen]
pub fn race_to_link(#[wasm_bindgen(unchecked_param_type = "RaceSpec")] race: JsValue) -> Result<String, JsValue> {
    Ok(serde_wasm_bindgen::from_value::<RaceSpec>(race)?.to_link())
}

/// How all racers do, the best first by a measure. The runs may come from several workers.
#[wasm_bindgen(unchecked_return_type = "Standing[]")]
pub fn standings(
    #[wasm_bindgen(unchecked_param_type = "readonly RaceRun[]")] runs: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Goal")] goal: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Measure")] by: JsValue,
) -> Result<JsValue, JsValue> {
    let runs: Vec<RaceRun> = serde_wasm_bindgen::from_value(runs)?;
    let (goal, by) = (serde_wasm_bindgen::from_value(goal)?, serde_wasm_bindgen::from_value(by)?);
    to_js(&training::standings(&runs, goal, by))
}

/// Whether the seeds settle which of two racers is better. They are given by number, and by the name the sentence calls them.
#[wasm_bindgen(unchecked_return_type = "Verdict")]
pub fn verdict(
    #[wasm_bindgen(unchecked_param_type = "readonly RaceRun[]")] runs: JsValue,
    one: usize,
    other: usize,
    one_name: &str,
    other_name: &str,
    #[wasm_bindgen(unchecked_param_type = "Measure")] measure: JsValue,
) -> Result<JsValue, JsValue> {
    let runs: Vec<RaceRun> = serde_wasm_bindgen::from_value(runs)?;
    let measure = serde_wasm_bindgen::from_value(measure)?;
    to_js(&training::verdict(&runs, [one, other], [one_name, other_name], measure))
}
