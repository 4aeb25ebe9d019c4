//! The labs: deep stacks, and what they do to signals; output layers, and what losses make of them.

use super::convert::{to_js, to_js_error};
use crate::inspect::depth::{StackFromLink, StackSpec};
use crate::inspect::output::{OutputFromLink, OutputSpec};
use wasm_bindgen::prelude::*;

/// What each activation of a stack makes of a signal and of its gradient.
#[wasm_bindgen(unchecked_return_type = "StackProfile[]")]
pub fn stack_profiles(#[wasm_bindgen(unchecked_param_type = "StackSpec")] stack: JsValue) -> Result<JsValue, JsValue> {
    let stack: StackSpec = serde_wasm_bindgen::from_value(stack)?;
    to_js(&stack.profiles().map_err(|error| to_js_error(&error))?)
}

/// Reads what a link says about a stack; keys that are no stack's are passed over.
#[wasm_bindgen(unchecked_return_type = "StackFromLink")]
pub fn stack_from_link(link: &str) -> Result<JsValue, JsValue> {
    let (stack, problems) = StackSpec::from_link(link);
    to_js(&StackFromLink { stack, problems })
}

/// What a link says about a stack; empty for the usual one.
#[wasm_bindgen]
pub fn stack_to_link(#[wasm_bindgen(unchecked_param_type = "StackSpec")] stack: JsValue) -> Result<String, JsValue> {
    Ok(serde_wasm_bindgen::from_value::<StackSpec>(stack)?.to_link())
}

/// What an output layer makes of its logits, and a loss of that.
#[wasm_bindgen(unchecked_return_type = "OutputReading")]
pub fn read_output(#[wasm_bindgen(unchecked_param_type = "OutputSpec")] output: JsValue) -> Result<JsValue, JsValue> {
    let output: OutputSpec = serde_wasm_bindgen::from_value(output)?;
    to_js(&output.read().map_err(|error| to_js_error(&error))?)
}

/// Reads what a link says about an output layer; keys that are not of one are passed over.
#[wasm_bindgen(unchecked_return_type = "OutputFromLink")]
pub fn output_from_link(link: &str) -> Result<JsValue, JsValue> {
    let (output, problems) = OutputSpec::from_link(link);
    to_js(&OutputFromLink { output, problems })
}

/// What a link says about an output layer; empty for the usual one.
#[wasm_bindgen]
pub fn output_to_link(#[wasm_bindgen(unchecked_param_type = "OutputSpec")] output: JsValue) -> Result<String, JsValue> {
    Ok(serde_wasm_bindgen::from_value::<OutputSpec>(output)?.to_link())
}
