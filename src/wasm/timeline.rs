//! Sessions that go back, branch off, and are written to files.

use super::{Session, read};
use crate::data::Dataset;
use crate::error::{Error, Problem};
use crate::training::{self, Saved};
use crate::wasm::convert::{contents, to_js, to_js_error};
use js_sys::{Float64Array, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Session {
    /// The description in force.
    #[wasm_bindgen(unchecked_return_type = "Experiment")]
    pub fn experiment(&self) -> Result<JsValue, JsValue> {
        to_js(self.inner.experiment())
    }

    /// Keeps the present state, to be near when the run is rewound.
    pub fn keep(&mut self) {
        self.inner.keep();
    }

    /// The places of all states that are kept.
    #[wasm_bindgen(unchecked_return_type = "Kept[]")]
    pub fn kept(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.kept())
    }

    /// The furthest update that can be returned to.
    pub fn furthest(&self) -> f64 {
        self.inner.furthest() as f64
    }

    /// Goes to the moment after an update, back or ahead, as far as the run has been.
    pub fn rewind(&mut self, step: f64) -> Result<(), JsValue> {
        let whole = step as u64;
        if whole as f64 != step {
            let accepted = format!("a whole number up to {}", self.inner.furthest());
            return Err(to_js_error(&Problem::new("step", step, accepted).into()));
        }
        self.inner.rewind(whole).map_err(|error| to_js_error(&error))
    }

    /// Goes to the moment after an epoch, or as near to it as the run has been.
    pub fn rewind_to_epoch(&mut self, epoch: u32) -> Result<(), JsValue> {
        self.inner.rewind_to_epoch(epoch).map_err(|error| to_js_error(&error))
    }

    /// Epoch, training loss and test loss where the run has been beyond the present moment, one after the other.
    pub fn ahead(&self) -> Float64Array {
        Float64Array::from(self.inner.history().ahead().as_flattened())
    }

    /// A session of its own that goes on from here by another description.
    pub fn branch(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
    ) -> Result<Session, JsValue> {
        let branch = self.inner.branch(&read(experiment)?).map_err(|error| to_js_error(&error))?;
        Ok(Self { fresh: branch.fresh, ..Self::of(branch.session) })
    }

    /// Names of the parameters of a branch that had no counterpart in the run it branched off from.
    pub fn fresh(&self) -> Vec<String> {
        self.fresh.clone()
    }

    /// The session as a file; with the user's own table, if it is trained on that.
    pub fn save(&self, table: &[u8]) -> Vec<u8> {
        self.inner.save_with(table)
    }

    /// The session of a file; `files` are those of its data set.
    pub fn load(saved: &[u8], files: Vec<Uint8Array>) -> Result<Session, JsValue> {
        let open = || -> Result<_, Error> {
            let saved = Saved::read(saved)?;
            let dataset = contents(&files, |files| Dataset::build(saved.experiment(), files))?;
            saved.open(dataset)
        };
        open().map(Self::of).map_err(|error| to_js_error(&error))
    }
}

impl Session {
    pub(super) fn of(inner: training::Session<crate::real::Lane>) -> Self {
        Self { inner, map: Vec::new(), fresh: Vec::new() }
    }
}

/// The description of a saved session, which says which data it needs.
#[wasm_bindgen(unchecked_return_type = "Experiment")]
pub fn saved_experiment(saved: &[u8]) -> Result<JsValue, JsValue> {
    let saved = Saved::<crate::real::Lane>::read(saved).map_err(|error| to_js_error(&error))?;
    to_js(saved.experiment())
}

/// The user's own table that a session was saved with; empty if there was none.
#[wasm_bindgen]
pub fn saved_table(saved: &[u8]) -> Result<Vec<u8>, JsValue> {
    let saved = Saved::<crate::real::Lane>::read(saved).map_err(|error| to_js_error(&error))?;
    Ok(saved.table().unwrap_or_default().to_vec())
}
