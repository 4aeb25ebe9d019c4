//! f64 as a number for formulas: the reference for curves, reports and tests.
//!
//! Everything comes from the crate `libm`, which gives the same bits on every machine; the functions of `std` do not.

use super::{Lanes, Real};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// 1/√(2π).
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;

impl Real for f64 {
    type Mask = bool;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline]
    fn constant(value: f64) -> Self {
        value
    }
    #[inline]
    fn gt(self, other: Self) -> bool {
        self > other
    }
    #[inline]
    fn ge(self, other: Self) -> bool {
        self >= other
    }
    #[inline]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline]
    fn abs(self) -> Self {
        libm::fabs(self)
    }
    #[inline]
    fn sqrt(self) -> Self {
        libm::sqrt(self)
    }
    #[inline]
    fn times(self, other: Self) -> Self {
        if self == 0.0 || other == 0.0 { 0.0 } else { self * other }
    }
    #[inline]
    fn exp(self) -> Self {
        libm::exp(self)
    }
    #[inline]
    fn exp_m1_with_slope(self) -> (Self, Self) {
        (libm::expm1(self), libm::exp(self))
    }
    #[inline]
    fn is_infinite(self) -> bool {
        self.is_infinite()
    }
    #[inline]
    fn ln(self) -> Self {
        libm::log(self)
    }
    #[inline]
    fn ln_1p(self) -> Self {
        libm::log1p(self)
    }
    #[inline]
    fn sigmoid_with_slope(self) -> (Self, Self) {
        let z = libm::exp(-libm::fabs(self));
        let upper = 1.0 / (1.0 + z);
        let lower = z * upper;
        (if self >= 0.0 { upper } else { lower }, lower * upper)
    }
    #[inline]
    fn tanh_with_slope(self) -> (Self, Self) {
        let z = libm::exp(-2.0 * libm::fabs(self));
        let double = 2.0 / (1.0 + z);
        (libm::tanh(self), z * double * double)
    }
    #[inline]
    fn softplus_with_slope(self) -> (Self, Self) {
        let z = libm::exp(-libm::fabs(self));
        (if self > 0.0 { self } else { 0.0 } + libm::log1p(z), self.sigmoid())
    }
    fn normal_cdf_with_slope(self) -> (Self, Self) {
        // In the tail an error of one ulp in the argument of erfc is x² ulps of the result, and so it is for e^(−x²/2):
        // both take what was rounded off to first order.
        let (y, y_rest) = product(self, -FRAC_1_SQRT_2, 4.833_646_656_726_457e-17);
        let bell = libm::exp(-y * y);
        let cdf = 0.5 * (libm::erfc(y) - FRAC_2_SQRT_PI * y_rest * bell);
        let (square, square_rest) = product(self, self, 0.0);
        let density = DENSITY_AT_0 * libm::exp(-0.5 * square) * (1.0 - 0.5 * square_rest);
        (cdf, density)
    }
    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        libm::sincos(self)
    }
    #[inline]
    fn atan_with_slope(self) -> (Self, Self) {
        (libm::atan(self), 1.0 / (1.0 + self * self))
    }
    #[inline]
    fn erf_with_slope(self) -> (Self, Self) {
        let (square, rest) = product(self, self, 0.0);
        (libm::erf(self), FRAC_2_SQRT_PI * libm::exp(-square) * (1.0 - rest))
    }
}

/// `a · (b + b_rest)` and what its rounding lost; 0 where nothing matters beyond the double range.
fn product(a: f64, b: f64, b_rest: f64) -> (f64, f64) {
    let rounded = a * b;
    let rest = libm::fma(a, b, -rounded) + a * b_rest;
    (rounded, if libm::fabs(rounded) < 1e6 { rest } else { 0.0 })
}

impl Lanes for f64 {
    type Scalar = f64;
    const COUNT: usize = 1;

    #[inline]
    fn splat(value: f64) -> Self {
        value
    }
    #[inline]
    fn sum(self) -> f64 {
        self
    }
    #[inline]
    fn max(self, other: Self) -> Self {
        if self > other || self.is_nan() { self } else { other }
    }
}
