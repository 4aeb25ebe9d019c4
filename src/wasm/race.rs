//! Races, and what they say.

use super::convert::{contents, from_js, to_js, to_js_error};
use crate::experiment::Experiment;
use crate::inspect;
use crate::real::Lane;
use crate::training::{self, RaceRun};
use js_sys::{Array, Uint8Array};
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
}

/// How all racers do, the best first. The runs may come from several workers.
#[wasm_bindgen(unchecked_return_type = "Standing[]")]
pub fn standings(
    #[wasm_bindgen(unchecked_param_type = "readonly RaceRun[]")] runs: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Goal")] goal: JsValue,
) -> Result<JsValue, JsValue> {
    let runs: Vec<RaceRun> = serde_wasm_bindgen::from_value(runs)?;
    to_js(&training::standings(&runs, serde_wasm_bindgen::from_value(goal)?))
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
