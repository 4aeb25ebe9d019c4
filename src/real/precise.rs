//! Four f64, for formulas that are rounded to f32 once.

use super::lane::operators;
use super::{Lane, Real, elementary};
use std::ops::{Add, Div, Mul, Neg, Sub};
use wide::{f32x4, f64x4};

/// The four samples of a [`Lane`] in f64: what smooth formulas are evaluated in.
///
/// With 29 digits to spare, a formula needs no tricks to be right to the last digit of f32, and no f32 result can
/// overflow or underflow on the way. An infinite f32 is loaded as ±1e100, too large for any finite f32, so `x·σ(x)` at
/// −∞ is 0 and not NaN; whatever is out of range becomes ±∞, a subnormal or 0 when it is rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precise(f64x4);

/// Stands for infinity: its cube is finite, its square root and every quotient 1/x of it out of the range of f32.
const INFINITY: f64 = 1e100;

impl Precise {
    /// Exactly, save ±∞.
    #[inline]
    pub(super) fn of(lanes: f32x4) -> Self {
        Self(elementary::at_most(INFINITY, elementary::at_least(-INFINITY, widen(lanes))))
    }

    /// To the nearest f32, subnormals included.
    #[inline]
    pub fn round(self) -> Lane {
        Lane::from(narrow(self.0))
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[inline]
fn widen(x: f32x4) -> f64x4 {
    f64x4::new(x.to_array().map(f64::from))
}

#[cfg(not(target_arch = "wasm32"))]
#[inline]
fn narrow(x: f64x4) -> f32x4 {
    f32x4::new(x.to_array().map(|x| x as f32))
}

// The compiler makes vector instructions of the above natively, but not for WebAssembly.

#[cfg(target_arch = "wasm32")]
#[inline]
fn widen(x: f32x4) -> f64x4 {
    use std::arch::wasm32::{f64x2_promote_low_f32x4, u64x2_shuffle, v128};
    let low = v128::from(x);
    let high = u64x2_shuffle::<1, 1>(low, low);
    bytemuck::cast([low, high].map(|half| wide::f64x2::from(f64x2_promote_low_f32x4(half))))
}

#[cfg(target_arch = "wasm32")]
#[inline]
fn narrow(x: f64x4) -> f32x4 {
    use std::arch::wasm32::{f32x4_demote_f64x2_zero, u64x2_shuffle, v128_or};
    let halves: [wide::f64x2; 2] = bytemuck::cast(x);
    let [low, high] = halves.map(|half| f32x4_demote_f64x2_zero(half.into()));
    // Both halves of `high` are used, lest the compiler turn its rounding into two scalar ones.
    v128_or(low, u64x2_shuffle::<1, 0>(high, high)).into()
}

operators!(Precise: Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Precise {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[inline]
fn both((value, slope): (f64x4, f64x4)) -> (Precise, Precise) {
    (Precise(value), Precise(slope))
}

impl Real for Precise {
    type Mask = f64x4;
    const ZERO: Self = Self(f64x4::new([0.0; 4]));
    const ONE: Self = Self(f64x4::new([1.0; 4]));

    #[inline]
    fn constant(value: f64) -> Self {
        Self(f64x4::splat(value))
    }
    #[inline]
    fn gt(self, other: Self) -> f64x4 {
        self.0.simd_gt(other.0)
    }
    #[inline]
    fn ge(self, other: Self) -> f64x4 {
        self.0.simd_ge(other.0)
    }
    #[inline]
    fn select(mask: f64x4, yes: Self, no: Self) -> Self {
        Self(mask.select(yes.0, no.0))
    }
    #[inline]
    fn abs(self) -> Self {
        Self(self.0.abs())
    }
    #[inline]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt())
    }
    #[inline]
    fn times(self, other: Self) -> Self {
        self * other
    }
    #[inline]
    fn exp(self) -> Self {
        Self(elementary::exp(self.0))
    }
    #[inline]
    fn exp_m1_with_slope(self) -> (Self, Self) {
        both(elementary::exp_m1(self.0))
    }
    #[inline]
    fn is_infinite(self) -> f64x4 {
        self.0.abs().simd_ge(f64x4::splat(INFINITY))
    }
    #[inline]
    fn ln(self) -> Self {
        Self(elementary::ln(self.0))
    }
    #[inline]
    fn ln_1p(self) -> Self {
        Self(elementary::ln_1p(self.0))
    }
    #[inline]
    fn sigmoid_with_slope(self) -> (Self, Self) {
        both(elementary::sigmoid(self.0))
    }
    #[inline]
    fn tanh_with_slope(self) -> (Self, Self) {
        both(elementary::tanh(self.0))
    }
    #[inline]
    fn softplus_with_slope(self) -> (Self, Self) {
        both(elementary::softplus(self.0))
    }
    #[inline]
    fn normal_cdf_with_slope(self) -> (Self, Self) {
        both(elementary::normal_cdf(self.0))
    }
    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        both(elementary::sin_cos(self.0))
    }
    #[inline]
    fn atan_with_slope(self) -> (Self, Self) {
        both(elementary::atan(self.0))
    }
    #[inline]
    fn erf_with_slope(self) -> (Self, Self) {
        both(elementary::erf(self.0))
    }
}
