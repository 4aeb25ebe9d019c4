//! Numbers. A formula written once over [`Real`] is, by the choice of type, a training kernel ([`Lane`], [`Precise`]), a
//! value with its exact derivative ([`Dual`]), the f64 reference for curves and tests, or a list of its own operations
//! ([`Symbol`]), from which code is written.
//!
//! [`Lane`] is four f32 and rounds after every operation, which suits straight pieces. A curve with a tail would lose
//! its digits that way (an error of one ulp in `z` is 80 in `e⁻⁸⁰`), so smooth formulas run in [`Precise`]: the same
//! four numbers in f64, rounded to f32 once, when the result is stored.
//!
//! ```
//! use activation_playground::real::{Dual, Real};
//! fn swish<R: Real>(x: R) -> R { x * x.sigmoid() }
//! let y = swish(Dual::variable(0.0_f64));
//! assert_eq!((y.value, y.slope), (0.0, 0.5));
//! ```

mod dual;
mod elementary;
mod lane;
mod precise;
mod reference;
mod symbol;

use bytemuck::Pod;
pub use dual::Dual;
pub use lane::Lane;
pub use precise::Precise;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};
pub use symbol::{Elementary, Operator, Recording, Step, Symbol, walk};

/// A number that formulas are written over.
///
/// Comparisons give a mask for [`Real::select`], so a formula has no branches and the same code serves SIMD lanes.
/// Each elementary function is accurate on its whole domain, right at ±0, subnormals, ±∞ and NaN, and gives the same
/// bits on every machine.
#[allow(clippy::return_self_not_must_use, reason = "arithmetic: nobody calls it for its effects")]
pub trait Real:
    Copy + Debug + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The outcome of a comparison, one per lane.
    type Mask: Copy;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// The number nearest to `value`, in every lane.
    fn constant(value: f64) -> Self;
    /// `self > other`; false where either is NaN.
    fn gt(self, other: Self) -> Self::Mask;
    /// `self >= other`; false where either is NaN.
    fn ge(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// |x|; its derivative at 0 is 0.
    fn abs(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// The product, where 0 wins over ∞: for a closed gate, or the slope of a constant.
    fn times(self, other: Self) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ − 1 without cancellation near 0, and its derivative eˣ.
    fn exp_m1_with_slope(self) -> (Self, Self);
    /// Whether the number stands for ±∞.
    fn is_infinite(self) -> Self::Mask;
    /// ln x; −∞ at 0, NaN below.
    fn ln(self) -> Self;
    /// ln(1 + x), without cancellation near 0.
    fn ln_1p(self) -> Self;
    /// σ(x) = 1/(1 + e⁻ˣ) and its derivative σ(x)σ(−x), which keeps its digits in both tails.
    fn sigmoid_with_slope(self) -> (Self, Self);
    /// tanh x and its derivative 4e^(−2|x|)/(1+e^(−2|x|))².
    fn tanh_with_slope(self) -> (Self, Self);
    /// ln(1 + eˣ) and its derivative σ(x).
    fn softplus_with_slope(self) -> (Self, Self);
    /// Φ(x), the standard normal distribution function, accurate in the lower tail, and its derivative, the density φ(x).
    fn normal_cdf_with_slope(self) -> (Self, Self);
    /// sin x and cos x, for arguments of any size; NaN at ±∞.
    fn sin_cos(self) -> (Self, Self);
    /// atan x and its derivative 1/(1 + x²).
    fn atan_with_slope(self) -> (Self, Self);
    /// erf x and its derivative 2/√π·e^(−x²).
    fn erf_with_slope(self) -> (Self, Self);

    /// eˣ − 1, without cancellation near 0.
    #[inline]
    fn exp_m1(self) -> Self {
        self.exp_m1_with_slope().0
    }
    /// 1 / (1 + e⁻ˣ).
    #[inline]
    fn sigmoid(self) -> Self {
        self.sigmoid_with_slope().0
    }
    /// tanh x.
    #[inline]
    fn tanh(self) -> Self {
        self.tanh_with_slope().0
    }
    /// ln(1 + eˣ).
    #[inline]
    fn softplus(self) -> Self {
        self.softplus_with_slope().0
    }
    /// Φ(x), accurate in the lower tail.
    #[inline]
    fn normal_cdf(self) -> Self {
        self.normal_cdf_with_slope().0
    }
    /// sin x.
    #[inline]
    fn sin(self) -> Self {
        self.sin_cos().0
    }
    /// cos x.
    #[inline]
    fn cos(self) -> Self {
        self.sin_cos().1
    }
    /// atan x.
    #[inline]
    fn atan(self) -> Self {
        self.atan_with_slope().0
    }
    /// erf x.
    #[inline]
    fn erf(self) -> Self {
        self.erf_with_slope().0
    }
    /// The larger of the two. Where they are equal it is `least`, with its slope; NaN stays NaN.
    #[inline]
    fn at_least(self, least: Self) -> Self {
        Self::select(least.ge(self), least, self)
    }
    /// The smaller of the two. Where they are equal it is `most`, with its slope; NaN stays NaN.
    #[inline]
    fn at_most(self, most: Self) -> Self {
        Self::select(self.ge(most), most, self)
    }
    /// Between `least` and `most`, with their slope where it touches them.
    #[inline]
    fn clamp(self, least: Self, most: Self) -> Self {
        self.at_least(least).at_most(most)
    }
}

/// A [`Real`] that kernels load from and store to memory: `COUNT` scalars side by side, one sample each.
///
/// Weights are scalars, spread over the lanes when they are used.
#[allow(clippy::return_self_not_must_use, reason = "arithmetic: nobody calls it for its effects")]
pub trait Lanes: Real + Pod + Send + Sync {
    /// One number of the lanes; the type of weights.
    type Scalar: Scalar;
    /// How many samples one value holds.
    const COUNT: usize;

    /// The same number in every lane.
    fn splat(value: Self::Scalar) -> Self;
    /// The sum over the lanes, in an order that is the same on every machine.
    fn sum(self) -> Self::Scalar;
    /// The larger of the two; NaN if either is.
    fn max(self, other: Self) -> Self;
}

/// f32 or f64: what weights are stored as.
#[allow(clippy::return_self_not_must_use, reason = "arithmetic: nobody calls it for its effects")]
pub trait Scalar:
    Pod
    + Debug
    + PartialOrd
    + Send
    + Sync
    + Serialize
    + DeserializeOwned
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    /// Rounded from f64.
    fn of(value: f64) -> Self;
    /// Exactly, as f64.
    fn wide(self) -> f64;
    /// √x, correctly rounded.
    fn root(self) -> Self;
    /// Of numbers kept in both precisions, those of this type.
    fn choose<'a>(single: &'a [f32], double: &'a [f64]) -> &'a [Self];
}

impl Scalar for f32 {
    fn of(value: f64) -> Self {
        value as f32
    }
    fn wide(self) -> f64 {
        f64::from(self)
    }
    fn root(self) -> Self {
        self.sqrt()
    }
    fn choose<'a>(single: &'a [f32], _: &'a [f64]) -> &'a [Self] {
        single
    }
}

impl Scalar for f64 {
    fn of(value: f64) -> Self {
        value
    }
    fn wide(self) -> f64 {
        self
    }
    fn root(self) -> Self {
        self.sqrt()
    }
    fn choose<'a>(_: &'a [f32], double: &'a [f64]) -> &'a [Self] {
        double
    }
}
