//! What a declaration of an activation is made of, and what is derived from it.

use crate::real::Lane;
use serde::Serialize;

/// What an activation is, in the words of the field. The only place these facts are written.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Card {
    /// Name in URLs, files and attributes: lower case, `_` between words.
    pub id: &'static str,
    /// Name on the screen.
    pub name: &'static str,
    /// f(z) in TeX, in the variable `z`.
    pub tex: &'static str,
    /// Two short sentences: what it does, where it is used or what goes wrong.
    pub description: &'static str,
    /// What kind of curve it is.
    pub family: Family,
    /// Parameters, in the order the formula takes them.
    pub params: &'static [Param],
    /// Points where the derivative is not defined, and the value used there.
    pub kinks: &'static [Kink],
    /// Who published it, and when.
    pub reference: &'static str,
    /// Name in PyTorch (`torch.nn`).
    pub torch: Option<&'static str>,
    /// Name in Keras (`keras.activations`).
    pub keras: Option<&'static str>,
    /// Name in JAX (`jax.nn`).
    pub jax: Option<&'static str>,
    /// Name in ONNX.
    pub onnx: Option<&'static str>,
    /// The initialiser that keeps the variance of the signal with it.
    pub init: InitHint,
    /// Place in the strip of the ten most used (1 to 10), or none.
    pub strip: Option<u8>,
}

/// Kind of curve; groups the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Family {
    /// Straight pieces.
    Rectified,
    /// Bounded on both sides.
    Saturating,
    /// Smooth relatives of ReLU.
    Smooth,
}

/// A number in the formula.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Param {
    /// Name in descriptions, as PyTorch has it: `negative_slope`.
    pub id: &'static str,
    /// What it does, in a few words: "slope below zero".
    pub label: &'static str,
    /// PyTorch's default.
    pub default: f64,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
}

/// A point where left and right derivative differ (or the function jumps).
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Kink {
    /// Where.
    pub at: f64,
    /// The convention used here for f' there, and who differs.
    pub note: &'static str,
}

/// Which rule for initial weights suits an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum InitHint {
    /// He et al. 2015: half of the units are off.
    He,
    /// Glorot & Bengio 2010: roughly linear around 0.
    Xavier,
    /// LeCun et al. 1998; what SELU's fixed point assumes.
    Lecun,
}

/// Value, first and second derivative at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// f(x).
    pub value: f64,
    /// f'(x).
    pub slope: f64,
    /// f''(x).
    pub bend: f64,
}

/// What can be done with an activation, whichever it is. Derived from its declaration, never written by hand.
pub trait Activation: Sync {
    /// What it is.
    fn card(&self) -> &'static Card;
    /// f, f' and f'' in f64; `params` as in the card.
    fn at(&self, x: f64, params: &[f64]) -> Point;
    /// `out[i] = f(x[i])`.
    fn values(&self, x: &[Lane], params: &[f32], out: &mut [Lane]);
    /// `out[i] = f(x[i])` and `slope[i] = f'(x[i])`.
    fn values_and_slopes(&self, x: &[Lane], params: &[f32], out: &mut [Lane], slope: &mut [Lane]);
    /// [`Activation::values`] in f64.
    fn values_f64(&self, x: &[f64], params: &[f64], out: &mut [f64]);
    /// [`Activation::values_and_slopes`] in f64.
    fn values_and_slopes_f64(&self, x: &[f64], params: &[f64], out: &mut [f64], slope: &mut [f64]);
}
