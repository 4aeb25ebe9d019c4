//! Four f32 side by side.

use super::{Lanes, Precise, Real};
use bytemuck::{Pod, Zeroable};
use std::ops::{Add, Div, Mul, Neg, Sub};
use wide::f32x4;

/// Four f32, one sample each: SSE2 natively, simd128 in WebAssembly, never fused, so both give the same bits.
///
/// Arithmetic, [`Real::abs`] and [`Real::sqrt`] round each result to the nearest f32. The other functions are computed
/// in [`Precise`] and rounded once: within 0.51 ulp.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Lane(f32x4);

impl Lane {
    /// Four numbers, first lane first.
    #[inline]
    pub const fn new(lanes: [f32; 4]) -> Self {
        Self(f32x4::new(lanes))
    }

    /// The four numbers, first lane first.
    #[inline]
    pub const fn to_array(self) -> [f32; 4] {
        self.0.to_array()
    }

    /// In f64, for formulas that are rounded once.
    #[inline]
    pub fn widen(self) -> Precise {
        Precise::of(self.0)
    }
}

impl From<f32x4> for Lane {
    #[inline]
    fn from(lanes: f32x4) -> Self {
        Self(lanes)
    }
}

macro_rules! operators {
    ($type:ident: $($trait:ident $method:ident $sign:tt),*) => {$(
        impl $trait for $type {
            type Output = Self;
            #[inline]
            fn $method(self, other: Self) -> Self {
                Self(self.0 $sign other.0)
            }
        }
    )*};
}
pub(super) use operators;

operators!(Lane: Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Lane {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// Evaluates in [`Precise`] and rounds both results.
#[inline]
fn rounded((value, slope): (Precise, Precise)) -> (Lane, Lane) {
    (value.round(), slope.round())
}

impl Real for Lane {
    type Mask = f32x4;
    const ZERO: Self = Self::new([0.0; 4]);
    const ONE: Self = Self::new([1.0; 4]);

    #[inline]
    fn constant(value: f64) -> Self {
        Self::splat(value as f32)
    }
    #[inline]
    fn gt(self, other: Self) -> f32x4 {
        self.0.simd_gt(other.0)
    }
    #[inline]
    fn ge(self, other: Self) -> f32x4 {
        self.0.simd_ge(other.0)
    }
    #[inline]
    fn select(mask: f32x4, yes: Self, no: Self) -> Self {
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
        let (a, b, zero) = (self.0, other.0, Self::ZERO.0);
        Self(a.simd_ne(zero) & b.simd_ne(zero) & (a * b))
    }
    #[inline]
    fn exp(self) -> Self {
        self.widen().exp().round()
    }
    #[inline]
    fn exp_m1_with_slope(self) -> (Self, Self) {
        rounded(self.widen().exp_m1_with_slope())
    }
    #[inline]
    fn is_infinite(self) -> f32x4 {
        self.0.abs().simd_eq(f32x4::splat(f32::INFINITY))
    }
    #[inline]
    fn ln(self) -> Self {
        self.widen().ln().round()
    }
    #[inline]
    fn ln_1p(self) -> Self {
        self.widen().ln_1p().round()
    }
    #[inline]
    fn sigmoid_with_slope(self) -> (Self, Self) {
        rounded(self.widen().sigmoid_with_slope())
    }
    #[inline]
    fn tanh_with_slope(self) -> (Self, Self) {
        rounded(self.widen().tanh_with_slope())
    }
    #[inline]
    fn softplus_with_slope(self) -> (Self, Self) {
        rounded(self.widen().softplus_with_slope())
    }
    #[inline]
    fn normal_cdf_with_slope(self) -> (Self, Self) {
        rounded(self.widen().normal_cdf_with_slope())
    }
    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        rounded(self.widen().sin_cos())
    }
    #[inline]
    fn atan_with_slope(self) -> (Self, Self) {
        rounded(self.widen().atan_with_slope())
    }
    #[inline]
    fn erf_with_slope(self) -> (Self, Self) {
        rounded(self.widen().erf_with_slope())
    }
}

impl Lanes for Lane {
    type Scalar = f32;
    const COUNT: usize = 4;

    #[inline]
    fn splat(value: f32) -> Self {
        Self(f32x4::splat(value))
    }
    /// (a₀ + a₂) + (a₁ + a₃).
    #[inline]
    fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + c) + (b + d)
    }
    // `f32x4::max` and `fast_max` treat NaN differently on SSE2 and simd128.
    #[inline]
    fn max(self, other: Self) -> Self {
        let larger = Self::select(self.gt(other), self, other);
        Self(self.0.simd_eq(self.0).select(larger.0, self.0))
    }
}
