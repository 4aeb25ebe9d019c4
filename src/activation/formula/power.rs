//! xʸ, the one operation that formulas have and [`Real`] has not.

use crate::real::{Dual, Precise, Real};

/// A number that formulas can be evaluated in.
pub trait Power: Real {
    /// xʸ. For x < 0 a number where y is an integer, else NaN; 0⁰ is 1, as everywhere.
    fn power(self, exponent: Self) -> Self;
}

impl Power for f64 {
    #[inline]
    fn power(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }
}

impl Power for Precise {
    fn power(self, exponent: Self) -> Self {
        let (zero, one, x, y) = (Self::ZERO, Self::ONE, self, exponent);
        let size = exponential(y * x.abs().ln());
        // Adding and subtracting 1.5·2⁵² rounds to an integer.
        let shift = Self::constant(6_755_399_441_055_744.0);
        let is_integer = |y: Self| {
            let rounded = (y + shift) - shift;
            Self::select(rounded.ge(y), Self::select(y.ge(rounded), one, zero), zero).gt(zero)
        };
        let even = Self::select(is_integer(Self::constant(0.5) * y), size, -size);
        let negative = Self::select(is_integer(y), even, Self::constant(f64::NAN));
        let none = Self::select(y.gt(zero), zero, Self::select(zero.gt(y), Self::constant(f64::INFINITY), y));
        let at_zero = Self::select(x.ge(zero), none, x + y);
        let power = Self::select(x.gt(zero), size, Self::select(zero.gt(x), negative, at_zero));
        Self::select(y.abs().gt(zero), power, Self::select(zero.ge(y.abs()), one, y))
    }
}

impl<R: Power> Power for Dual<R> {
    #[inline]
    fn power(self, exponent: Self) -> Self {
        // y·x^(y−1)·x' + xʸ·ln x·y', each part only where something moves: ln x need not exist for a constant y.
        let (x, y) = (self, exponent);
        let value = x.value.power(y.value);
        let by_base = y.value * x.value.power(y.value - R::ONE) * x.slope;
        let by_exponent = value * x.value.ln() * y.slope;
        let moving = |part: R, of: R| R::select(R::ZERO.ge(of.abs()), R::ZERO, part);
        // 0ʸ stays 0 as y moves.
        Self { value, slope: moving(by_base, x.slope) + moving(moving(by_exponent, value), y.slope) }
    }
}

/// eˣ that overflows. [`Precise`] stops at e⁷⁰⁹, beyond the range of f32, but a formula could turn that into a small
/// number again, and a wrong one: ln(1 + e¹⁰⁰⁰) would be 709.
#[inline]
pub(super) fn exponential<R: Real>(x: R) -> R {
    x.exp() * R::select(x.gt(R::constant(709.0)), R::constant(f64::INFINITY), R::ONE)
}
