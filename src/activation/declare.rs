//! What a declaration of an activation is made of, and what is derived from it.

use crate::real::{Dual, Lane, Precise, Real, Recording};
use serde::Serialize;
use std::array;

/// What an activation is, in the words of the field. The only place these facts are written.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ActivationCard"))]
pub struct Card {
    /// Name in URLs, files and attributes: lower case, `_` between words.
    pub id: &'static str,
    /// Name on the screen.
    pub name: &'static str,
    /// What else it is called; for search.
    pub aliases: &'static [&'static str],
    /// f(z) in TeX, in the variable `z`.
    pub tex: &'static str,
    /// Two short sentences: what it does, where it is used or what goes wrong.
    pub description: &'static str,
    /// What it reads: one unit, a pair, or all of them.
    pub kind: Kind,
    /// What kind of curve it is.
    pub family: Family,
    /// Parameters, in the order the formula takes them.
    pub params: &'static [Param],
    /// Whether its parameters are trained with the weights unless an experiment says otherwise.
    pub learned: bool,
    /// Whether it draws at random while it is trained; evaluation and the curve have the mean of the draws.
    pub random: bool,
    /// Points where the derivative is not defined, and the value used there.
    pub kinks: &'static [Kink],
    /// Who published it, and when.
    pub reference: &'static str,
    /// Name in PyTorch: in `torch.nn`, or with its module.
    pub torch: Option<&'static str>,
    /// Name in Keras: in `keras.activations`, or with its module.
    pub keras: Option<&'static str>,
    /// Name in JAX: in `jax.nn`, or with its module.
    pub jax: Option<&'static str>,
    /// Name in ONNX.
    pub onnx: Option<&'static str>,
    /// Where a framework's default gives another function under the same name.
    pub defaults: &'static [FrameworkDefault],
    /// The initialiser that keeps the variance of the signal with it.
    pub init: InitHint,
    /// Place in the strip of the ten most used (1 to 10), or none.
    pub strip: Option<u8>,
}

/// What an activation reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Kind {
    /// Each unit by itself: it has a curve.
    Elementwise,
    /// All units of the layer, or groups of them.
    Vector,
    /// Pairs: the first half of the units, gated by the second.
    Gated,
}

/// Kind of curve; groups the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Family {
    /// The straight line, and the step.
    #[serde(rename = "linear and step")]
    Linear,
    /// Made of pieces: off below, on above.
    Rectified,
    /// Bounded on both sides.
    Saturating,
    /// Smooth relatives of ReLU.
    Smooth,
    /// Shares of a whole, and choices among units.
    Competing,
    /// Products of two halves.
    Gated,
    /// What is near zero becomes zero or nearly so.
    Shrinking,
    /// Waves.
    Periodic,
    /// The same on both sides of a point: bells and valleys.
    Symmetric,
    /// Unbounded below and above, or faster than a straight line.
    Growing,
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
    /// PyTorch's default; where it has none, that of the reference.
    pub default: f64,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
}

impl Param {
    pub(super) const fn new(id: &'static str, label: &'static str, default: f64, min: f64, max: f64) -> Self {
        Self { id, label, default, min, max }
    }
}

/// A point where left and right derivative differ (or the function jumps, or its second derivative does).
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Kink {
    /// Where, with the parameters at their defaults.
    pub at: f64,
    /// The parameter it is proportional to, if it moves.
    pub moves_with: Option<&'static str>,
    /// The convention used here for f' there, and who differs.
    pub note: &'static str,
}

impl Kink {
    /// Always there.
    pub(super) const fn fixed(at: f64, note: &'static str) -> Self {
        Self { at, moves_with: None, note }
    }
    /// There by default, and in proportion to a parameter.
    pub(super) const fn moving(at: f64, param: &'static str, note: &'static str) -> Self {
        Self { at, moves_with: Some(param), note }
    }
}

/// A default that differs from the one here.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FrameworkDefault {
    /// Whose.
    pub framework: &'static str,
    /// The parameter, as it is called there.
    pub param: &'static str,
    /// Its default there, and what that means here if it is not obvious.
    pub value: &'static str,
}

impl FrameworkDefault {
    pub(super) const fn new(framework: &'static str, param: &'static str, value: &'static str) -> Self {
        Self { framework, param, value }
    }
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

/// An activation of the catalogue. Derived from its declaration, never written by hand.
pub trait Activation: Curve {
    /// What it is.
    fn card(&self) -> &'static Card;
}

/// What can be done with a function of one variable, built in or typed.
///
/// Slices of one call have the same length; anything beyond the shortest is left alone.
///
/// # Panics
/// Each method that takes `params` does if there are fewer than the function has.
pub trait Curve: Send + Sync {
    /// The formula, step by step; of a random activation that of its evaluation.
    fn record(&self) -> Recording;
    /// f of a number that carries its first and second derivative; `params` as in the card, of which one may vary with slope
    /// 1. Everything in f64 is read from this.
    fn expand(&self, x: Expanded, params: &[f64], varied: Option<usize>) -> Expanded;
    /// [`Curve::expand`] of a random activation while it is trained; `draw` is from 0 to 1.
    fn expand_drawn(&self, x: Expanded, params: &[f64], _draw: f64) -> Expanded {
        self.expand(x, params, None)
    }
    /// f, f' and f'' in f64.
    fn at(&self, x: f64, params: &[f64]) -> Point {
        let y = self.expand(around(x), params, None);
        Point { value: y.value.value, slope: y.value.slope, bend: y.slope.slope }
    }
    /// `out[i] = f(x[i])`.
    fn values(&self, x: &[Lane], params: &[f32], out: &mut [Lane]);
    /// `out[i] = f(x[i])` and `slope[i] = f'(x[i])`.
    fn values_and_slopes(&self, x: &[Lane], params: &[f32], out: &mut [Lane], slope: &mut [Lane]);
    /// [`Curve::values_and_slopes`] of a random activation while it is trained: `draws` has a number from 0 to 1 for each x.
    fn drawn_values_and_slopes(
        &self,
        x: &[Lane],
        params: &[f32],
        _draws: &[Lane],
        out: &mut [Lane],
        slope: &mut [Lane],
    ) {
        self.values_and_slopes(x, params, out, slope);
    }
    /// `partials[k·n + i] = ∂f(x[i])/∂params[k]`, for n values of x: what a learned parameter is moved by.
    fn partials(&self, x: &[Lane], params: &[f32], partials: &mut [Lane]);
}

impl Card {
    /// Where its kinks are for these parameters.
    pub fn kinks_at<'a>(&'a self, params: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.kinks.iter().map(move |kink| {
            let moved = self.params.iter().zip(params).find(|(param, _)| Some(param.id) == kink.moves_with);
            kink.at * moved.map_or(1.0, |(param, value)| value / param.default)
        })
    }

    /// What a card leaves out: no parameters, no kinks, no other name, not in the strip.
    pub(super) const BLANK: Self = Self {
        id: "",
        name: "",
        aliases: &[],
        tex: "",
        description: "",
        kind: Kind::Elementwise,
        family: Family::Smooth,
        params: &[],
        learned: false,
        random: false,
        kinks: &[],
        reference: "",
        torch: None,
        keras: None,
        jax: None,
        onnx: None,
        defaults: &[],
        init: InitHint::He,
        strip: None,
    };
}

/// The number type that a kernel is evaluated in: [`Lane`] for straight pieces, [`Precise`] for curves.
pub(super) trait Evaluate: Real {
    /// From the samples in memory.
    fn load(x: Lane) -> Self;
    /// As it goes back to memory.
    fn store(self) -> Lane;
}

impl Evaluate for Lane {
    #[inline]
    fn load(x: Lane) -> Self {
        x
    }
    #[inline]
    fn store(self) -> Lane {
        self
    }
}

impl Evaluate for Precise {
    #[inline]
    fn load(x: Lane) -> Self {
        x.widen()
    }
    #[inline]
    fn store(self) -> Lane {
        self.round()
    }
}

/// The parameters as numbers of the formula.
#[inline]
pub(super) fn spread<R: Real, const N: usize>(params: &[impl Into<f64> + Copy]) -> [R; N] {
    array::from_fn(|i| R::constant(params[i].into()))
}

/// Value and slope of `f`.
#[inline]
pub(super) fn differentiate<R: Real>(x: R, f: impl Fn(Dual<R>) -> Dual<R>) -> (R, R) {
    let y = f(Dual::variable(x));
    (y.value, y.slope)
}

/// A number with its first and second derivative.
pub type Expanded = Dual<Dual<f64>>;

/// x as the variable of both derivatives.
pub(super) fn around(x: f64) -> Expanded {
    Dual { value: Dual::variable(x), slope: Dual::fixed(1.0) }
}

/// The parameters as numbers of the formula, of which one may vary.
#[inline]
pub(super) fn spread_expanded<const N: usize>(params: &[f64], varied: Option<usize>) -> [Expanded; N] {
    vary(spread(params), varied.unwrap_or(N)).map(Dual::fixed)
}

/// `out[i] = f(x[i])`.
#[inline]
pub(super) fn map<T: Copy>(x: &[T], out: &mut [T], f: impl Fn(T) -> T) {
    for (&x, out) in x.iter().zip(out) {
        *out = f(x);
    }
}

/// `(out[i], slope[i]) = f(x[i])`.
#[inline]
pub(super) fn map_both<T: Copy>(x: &[T], out: &mut [T], slope: &mut [T], f: impl Fn(T) -> (T, T)) {
    for ((&x, out), slope) in x.iter().zip(out).zip(slope) {
        (*out, *slope) = f(x);
    }
}

/// The parameters as dual numbers, of which number `varied` varies.
#[inline]
pub(super) fn vary<R: Real, const N: usize>(params: [R; N], varied: usize) -> [Dual<R>; N] {
    array::from_fn(|i| if i == varied { Dual::variable(params[i]) } else { Dual::fixed(params[i]) })
}

/// Declares the activations of a family, and `ALL` with all of them.
///
/// An entry has a name, the type it is evaluated in (see [`Evaluate`]), its card and its formula: a function of `x` and
/// the parameters, in the order of the card, over a number type `R`. A random activation has a second formula, `training`,
/// whose third argument is uniform between 0 and 1.
macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident in $lanes:ident {
        $card:expr,
        |$x:ident, $params:pat_param| $value:expr
        $(, training |$tx:ident, $tparams:pat_param, $draw:ident| $drawn:expr)?
    })*) => {
        /// Every activation of the family.
        pub const ALL: &[&dyn $crate::activation::Activation] = &[$(&$name),*];

        $(
            $(#[$doc])*
            struct $name;

            impl $name {
                const CARD: $crate::activation::Card = $card;

                #[inline]
                fn value<R: $crate::real::Real>($x: R, $params: [R; Self::CARD.params.len()]) -> R {
                    $value
                }

                $(
                    #[inline]
                    fn drawn<R: $crate::real::Real>($tx: R, $tparams: [R; Self::CARD.params.len()], $draw: R) -> R {
                        $drawn
                    }
                )?
            }

            impl $crate::activation::Activation for $name {
                fn card(&self) -> &'static $crate::activation::Card {
                    &Self::CARD
                }
            }

            impl $crate::activation::Curve for $name {
                fn record(&self) -> $crate::real::Recording {
                    use $crate::real::{Recording, Symbol};
                    Recording::of(|| Self::value(Symbol::INPUT, std::array::from_fn(Symbol::parameter)))
                }
                // One body for each activation: callers are small and many.
                #[inline(never)]
                fn expand(
                    &self,
                    x: $crate::activation::Expanded,
                    params: &[f64],
                    varied: Option<usize>,
                ) -> $crate::activation::Expanded {
                    Self::value(x, declare::spread_expanded(params, varied))
                }
                fn values(&self, x: &[Lane], params: &[f32], out: &mut [Lane]) {
                    let p = declare::spread::<$lanes, _>(params);
                    declare::map(x, out, |x| Self::value($lanes::load(x), p).store());
                }
                fn values_and_slopes(&self, x: &[Lane], params: &[f32], out: &mut [Lane], slope: &mut [Lane]) {
                    let p = declare::spread(params);
                    declare::map_both(x, out, slope, |x| {
                        let (value, slope) = declare::differentiate($lanes::load(x), |x| Self::value(x, p));
                        (value.store(), slope.store())
                    });
                }
                fn partials(&self, x: &[Lane], params: &[f32], partials: &mut [Lane]) {
                    // Of no use without parameters, but a body for each would be a part of the engine.
                    if const { Self::CARD.params.is_empty() } {
                        return;
                    }
                    for (varied, partials) in partials.chunks_exact_mut(x.len()).enumerate() {
                        let p = declare::vary(declare::spread(params), varied);
                        declare::map(x, partials, |x| Self::value($crate::real::Dual::fixed($lanes::load(x)), p).slope.store());
                    }
                }
                $(
                    fn drawn_values_and_slopes(
                        &self,
                        x: &[Lane],
                        params: &[f32],
                        draws: &[Lane],
                        out: &mut [Lane],
                        slope: &mut [Lane],
                    ) {
                        for (i, (&x, &$draw)) in x.iter().zip(draws).enumerate() {
                            let (value, rise) = declare::differentiate($lanes::load(x), |x| {
                                Self::drawn(x, declare::spread(params), $crate::real::Dual::fixed($lanes::load($draw)))
                            });
                            (out[i], slope[i]) = (value.store(), rise.store());
                        }
                    }
                    fn expand_drawn(
                        &self,
                        $tx: $crate::activation::Expanded,
                        params: &[f64],
                        draw: f64,
                    ) -> $crate::activation::Expanded {
                        Self::drawn($tx, declare::spread_expanded(params, None), $crate::real::Real::constant(draw))
                    }
                )?
            }
        )*
    };
}
pub(super) use activations;
