//! Descriptions to and from JavaScript objects, and errors as JavaScript throws them.

use crate::error::{Error, Problem};
use crate::experiment::Experiment;
use js_sys::{Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::{Deserializer, Serializer};
use wasm_bindgen::{JsCast, JsValue};

/// A plain object.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

/// A JavaScript `Error` that carries the list as `problems`.
pub fn to_js_error(error: &Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    if let Ok(problems) = to_js(&error.problems()) {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&thrown, &"problems".into(), &problems);
    }
    thrown.into()
}

/// Reads and validates a description. serde-wasm-bindgen asks an object only for the keys it knows, so unknown ones are
/// found by comparing with the description written back.
pub fn from_js(value: JsValue) -> Result<Experiment, Error> {
    let experiment = Experiment::read(Deserializer::from(value.clone()))?;
    let canonical = to_js(&experiment).unwrap_or(JsValue::UNDEFINED);
    let mut problems = Vec::new();
    compare(&value, &canonical, "", &mut problems);
    if problems.is_empty() { Ok(experiment) } else { Err(Error::Invalid(problems)) }
}

/// Does something with the contents of files.
pub fn contents<T>(files: &[Uint8Array], with: impl FnOnce(&[&[u8]]) -> T) -> T {
    let files: Vec<Vec<u8>> = files.iter().map(Uint8Array::to_vec).collect();
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    with(&files)
}

fn compare(given: &JsValue, canonical: &JsValue, place: &str, problems: &mut Vec<Problem>) {
    let (Some(given), Some(canonical)) = (given.dyn_ref::<Object>(), canonical.dyn_ref::<Object>()) else { return };
    let known: Vec<String> = Object::keys(canonical).iter().filter_map(|key| key.as_string()).collect();
    for key in Object::keys(given).iter().filter_map(|key| key.as_string()) {
        let field = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        let get = |object: &Object| Reflect::get(object, &key.as_str().into()).unwrap_or(JsValue::UNDEFINED);
        if known.contains(&key) {
            compare(&get(given), &get(canonical), &field, problems);
        } else {
            problems.push(Problem::new(field, "not a field", format!("one of {}", known.join(", "))));
        }
    }
}
