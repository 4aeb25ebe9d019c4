//! What formulas need beyond [`Real`]: powers, and exponentials and logarithms of numbers that are beyond f32.

use crate::real::{Dual, Precise, Real, Symbol};

/// A number that formulas can be evaluated in.
///
/// The elementary functions of [`Precise`] take an f32. In a formula they take what other functions left, so ln(1 + eᶻ) at
/// z = 100 needs the logarithm of 10⁴³.
pub trait Wide: Real {
    /// eˣ, which overflows beyond e⁷⁰⁹.
    #[inline]
    fn exponential(self) -> Self {
        self.exp()
    }
    /// ln x for numbers of any size.
    #[inline]
    fn logarithm(self) -> Self {
        self.ln()
    }
    /// ln(1 + x) for numbers of any size.
    #[inline]
    fn logarithm_1p(self) -> Self {
        self.ln_1p()
    }
    /// √x. Where x stands still, so does it, even at 0: √relu(z) has the slope 0 below 0.
    #[inline]
    fn square_root(self) -> Self {
        self.sqrt()
    }
    /// xʸ. For x < 0 a number where y is an integer, else NaN; 0⁰ is 1, as everywhere.
    fn power(self, exponent: Self) -> Self;
}

impl Wide for f64 {
    #[inline]
    fn power(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }
}

impl Wide for Symbol {
    fn power(self, exponent: Self) -> Self {
        self.power(exponent)
    }
}

/// Where the logarithm of a [`Precise`] is taken of a root instead: within f32.
const LARGE: f64 = 1e30;

/// ln x = 8·ln ⁸√x.
#[inline]
fn large_logarithm(x: Precise) -> Precise {
    Precise::constant(8.0) * x.sqrt().sqrt().sqrt().ln()
}

impl Wide for Precise {
    /// `exp` stops at e⁷⁰⁹, which is ∞ in f32; but a formula could turn that into a small number again, and a wrong one.
    #[inline]
    fn exponential(self) -> Self {
        let infinity = Self::constant(f64::INFINITY);
        Self::select(self.gt(Self::constant(709.0)), infinity, self.exp())
    }
    #[inline]
    fn logarithm(self) -> Self {
        Self::select(self.gt(Self::constant(LARGE)), large_logarithm(self), self.ln())
    }
    #[inline]
    fn logarithm_1p(self) -> Self {
        Self::select(self.gt(Self::constant(LARGE)), large_logarithm(self), self.ln_1p())
    }
    fn power(self, exponent: Self) -> Self {
        let (zero, one, x, y) = (Self::ZERO, Self::ONE, self, exponent);
        let size = (y * x.abs().logarithm()).exponential();
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

/// f(x) by the chain rule, from f and f' at the value of x.
#[inline]
fn chain<R: Real>(x: Dual<R>, value: R, derivative: R) -> Dual<R> {
    Dual { value, slope: derivative.times(x.slope) }
}

/// A part of a slope, where what it comes from moves.
#[inline]
fn moving<R: Real>(part: R, of: R) -> R {
    R::select(R::ZERO.ge(of.abs()), R::ZERO, part)
}

impl<R: Wide> Wide for Dual<R> {
    #[inline]
    fn exponential(self) -> Self {
        let value = self.value.exponential();
        chain(self, value, value)
    }
    #[inline]
    fn logarithm(self) -> Self {
        chain(self, self.value.logarithm(), R::ONE / self.value)
    }
    #[inline]
    fn logarithm_1p(self) -> Self {
        chain(self, self.value.logarithm_1p(), R::ONE / (R::ONE + self.value))
    }
    #[inline]
    fn square_root(self) -> Self {
        let root = self.value.square_root();
        Self { value: root, slope: moving(R::constant(0.5) / root * self.slope, self.slope) }
    }
    #[inline]
    fn power(self, exponent: Self) -> Self {
        // y·x^(y−1)·x' + xʸ·ln x·y', each part only where something moves: ln x need not exist for a constant y.
        let (x, y) = (self, exponent);
        let value = x.value.power(y.value);
        let by_base = y.value * x.value.power(y.value - R::ONE) * x.slope;
        let by_exponent = value * x.value.logarithm() * y.slope;
        // 0ʸ stays 0 as y moves.
        Self { value, slope: moving(by_base, x.slope) + moving(moving(by_exponent, value), y.slope) }
    }
}
