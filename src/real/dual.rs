//! Numbers that carry their derivative.

use super::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value and its derivative with respect to one variable, carried through a formula together.
///
/// Duals nest: `Dual<Dual<f64>>` gives the second derivative too.
///
/// ```
/// use activation_playground::real::{Dual, Real};
/// let x = Dual { value: Dual::variable(3.0), slope: Dual::fixed(1.0) };
/// let cube = x * x * x;
/// assert_eq!((cube.value.value, cube.slope.value, cube.slope.slope), (27.0, 27.0, 18.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual<R> {
    /// f.
    pub value: R,
    /// df/dx.
    pub slope: R,
}

impl<R: Real> Dual<R> {
    /// x itself.
    #[inline]
    pub fn variable(value: R) -> Self {
        Self { value, slope: R::ONE }
    }

    /// A number that does not depend on x.
    #[inline]
    pub fn fixed(value: R) -> Self {
        Self { value, slope: R::ZERO }
    }

    /// f(self) by the chain rule, from f and f' at the value.
    #[inline]
    fn chain(self, (value, derivative): (R, R)) -> Self {
        Self { value, slope: derivative.times(self.slope) }
    }

    /// The value and derivative of a function whose own derivative is again a function, `derivative` and `second` there.
    #[inline]
    fn chain_with_slope(self, (value, derivative): (R, R), second: R) -> (Self, Self) {
        (self.chain((value, derivative)), self.chain((derivative, second)))
    }
}

impl<R: Real> Add for Dual<R> {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self { value: self.value + other.value, slope: self.slope + other.slope }
    }
}

impl<R: Real> Sub for Dual<R> {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self { value: self.value - other.value, slope: self.slope - other.slope }
    }
}

impl<R: Real> Mul for Dual<R> {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        // `times`, because a slope of 0 adds nothing even at ±∞.
        Self { value: self.value * other.value, slope: other.value.times(self.slope) + self.value.times(other.slope) }
    }
}

impl<R: Real> Div for Dual<R> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self { value, slope: (self.slope - value.times(other.slope)) / other.value }
    }
}

impl<R: Real> Neg for Dual<R> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self { value: -self.value, slope: -self.slope }
    }
}

impl<R: Real> Real for Dual<R> {
    type Mask = R::Mask;
    const ZERO: Self = Self { value: R::ZERO, slope: R::ZERO };
    const ONE: Self = Self { value: R::ONE, slope: R::ZERO };

    #[inline]
    fn constant(value: f64) -> Self {
        Self::fixed(R::constant(value))
    }
    #[inline]
    fn gt(self, other: Self) -> R::Mask {
        self.value.gt(other.value)
    }
    #[inline]
    fn ge(self, other: Self) -> R::Mask {
        self.value.ge(other.value)
    }
    #[inline]
    fn select(mask: R::Mask, yes: Self, no: Self) -> Self {
        Self { value: R::select(mask, yes.value, no.value), slope: R::select(mask, yes.slope, no.slope) }
    }
    #[inline]
    fn abs(self) -> Self {
        let (x, dx) = (self.value, self.slope);
        let slope = R::select(x.gt(R::ZERO), dx, R::select(R::ZERO.gt(x), -dx, R::ZERO));
        Self { value: x.abs(), slope }
    }
    #[inline]
    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.chain((root, R::constant(0.5) / root))
    }
    #[inline]
    fn times(self, other: Self) -> Self {
        Self {
            value: self.value.times(other.value),
            slope: other.value.times(self.slope) + self.value.times(other.slope),
        }
    }
    #[inline]
    fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain((e, e))
    }
    #[inline]
    fn exp_m1_with_slope(self) -> (Self, Self) {
        let (value, e) = self.value.exp_m1_with_slope();
        self.chain_with_slope((value, e), e)
    }
    #[inline]
    fn is_infinite(self) -> R::Mask {
        self.value.is_infinite()
    }
    #[inline]
    fn ln(self) -> Self {
        self.chain((self.value.ln(), R::ONE / self.value))
    }
    #[inline]
    fn ln_1p(self) -> Self {
        self.chain((self.value.ln_1p(), R::ONE / (R::ONE + self.value)))
    }
    #[inline]
    fn sigmoid_with_slope(self) -> (Self, Self) {
        // σ'' = σ'·(σ(−x) − σ(x)) = −σ'·tanh(x/2).
        let (value, slope) = self.value.sigmoid_with_slope();
        self.chain_with_slope((value, slope), -(slope * (R::constant(0.5) * self.value).tanh()))
    }
    #[inline]
    fn tanh_with_slope(self) -> (Self, Self) {
        let (value, slope) = self.value.tanh_with_slope();
        self.chain_with_slope((value, slope), R::constant(-2.0) * value * slope)
    }
    #[inline]
    fn softplus_with_slope(self) -> (Self, Self) {
        let (value, slope) = self.value.softplus_with_slope();
        self.chain_with_slope((value, slope), self.value.sigmoid_with_slope().1)
    }
    #[inline]
    fn normal_cdf_with_slope(self) -> (Self, Self) {
        // φ' = −xφ.
        let (value, slope) = self.value.normal_cdf_with_slope();
        self.chain_with_slope((value, slope), -self.value.times(slope))
    }
    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        let (sin, cos) = self.value.sin_cos();
        self.chain_with_slope((sin, cos), -sin)
    }
    #[inline]
    fn atan_with_slope(self) -> (Self, Self) {
        // −2x/(1 + x²)².
        let (value, slope) = self.value.atan_with_slope();
        self.chain_with_slope((value, slope), (R::constant(-2.0) * self.value).times(slope).times(slope))
    }
    #[inline]
    fn erf_with_slope(self) -> (Self, Self) {
        let (value, slope) = self.value.erf_with_slope();
        self.chain_with_slope((value, slope), (R::constant(-2.0) * self.value).times(slope))
    }
}
