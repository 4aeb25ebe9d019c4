//! The elementary functions, written once, for the accuracy of f32.
//!
//! Each takes an f32 in f64 and is within 2⁻³¹ of the truth, relatively; rounded to f32 that is 0.51 ulp, in the
//! tails and at subnormal results as well. Only operations that IEEE 754 defines to the last bit are used (no fused or
//! relaxed ones), so every machine gives the same bits. NaN stays NaN.
//!
//! The polynomials interpolate at the Chebyshev points of their range, in 60 digits, with the relative error as weight.

// Range reduction needs x − n·ln 2 exact at n = 0 only, and the error of n·ln 2 in f64 is far below that of f32.

use wide::{f64x4, u64x4};

const ZERO: f64x4 = f64x4::new([0.0; 4]);
const ONE: f64x4 = f64x4::new([1.0; 4]);
const TWO: f64x4 = f64x4::new([2.0; 4]);

/// (eʳ − 1)/r for |r| ≤ ln 2/2, within 2⁻³¹·⁸.
const EXP: [f64; 7] = [
    1.0,
    0.500_000_004_714_605_7,
    0.166_666_667_190_289_36,
    0.041_666_352_771_112_21,
    0.008_333_298_469_800_59,
    0.001_394_111_889_583_7,
    0.000_198_992_855_758_962_82,
];

/// artanh(w)/w in w² for |w| ≤ 1/3, within 2⁻³³.
const ARTANH: [f64; 6] = [
    0.999_999_999_904_503_1,
    0.333_333_395_132_169_86,
    0.199_993_556_234_311_67,
    0.143_101_037_042_186_19,
    0.106_992_802_533_392_52,
    0.121_969_540_420_115_12,
];

/// Φ(−t)·e^(t²/2)·(t + 5) in 1/(t + 5) for 0 ≤ t ≤ 14.7, within 2⁻³³.
const MILLS: [f64; 12] = [
    0.398_935_984_160_023_57,
    1.995_668_321_456_84,
    9.510_643_381_667_798,
    46.381_176_052_767_664,
    127.127_668_019_510_2,
    1_889.916_159_660_620_3,
    -10_756.165_152_713_575,
    129_071.529_655_055_1,
    -688_258.478_152_710_2,
    2_918_174.707_481_072,
    -6_511_333.900_071_175,
    5_525_078.280_966_028,
];

/// Constant term first. Even and odd powers are summed side by side, each by Horner's rule in x²: a chain half as long.
#[inline]
fn polynomial<const N: usize>(x: f64x4, coefficients: &[f64; N]) -> f64x4 {
    let square = x * x;
    let (mut sum, mut other) = (f64x4::splat(coefficients[N - 1]), f64x4::splat(coefficients[N - 2]));
    for &c in coefficients[..N - 2].iter().rev() {
        (sum, other) = (other, sum * square + f64x4::splat(c));
    }
    // The last step added the constant term: `other` has the even powers, `sum` the odd ones.
    other + sum * x
}

/// The larger of the two, in one instruction; NaN if x is.
#[inline]
pub fn at_least(least: f64, x: f64x4) -> f64x4 {
    let least = f64x4::splat(least);
    // Of a NaN and a number SSE2 takes the second, other machines the first or the NaN.
    if cfg!(target_feature = "sse2") { least.fast_max(x) } else { x.fast_max(least) }
}

/// The smaller of the two, in one instruction; NaN if x is.
#[inline]
pub fn at_most(most: f64, x: f64x4) -> f64x4 {
    let most = f64x4::splat(most);
    if cfg!(target_feature = "sse2") { most.fast_min(x) } else { x.fast_min(most) }
}

/// s = 2ⁿ and s·(eʳ − 1), where x = n·ln 2 + r and |r| ≤ ln 2/2; both are 0 for x ≤ −709.2, and x must be ≤ 709.
#[inline]
fn exp_parts(x: f64x4) -> (f64x4, f64x4) {
    // Adding 1.5·2⁵² leaves round(x/ln 2) in the lowest bits; with 1023 added these are the exponent field of 2ⁿ.
    let shift = f64x4::splat(6_755_399_441_055_744.0 + 1023.0);
    let x = at_least(-709.2, x);
    let n = x * f64x4::splat(std::f64::consts::LOG2_E) + shift;
    let s: f64x4 = bytemuck::cast(bytemuck::cast::<f64x4, u64x4>(n) << 52_u32);
    let r = x - (n - shift) * f64x4::splat(std::f64::consts::LN_2);
    (s, s * (r * polynomial(r, &EXP)))
}

/// [`exp_parts`] for arguments of any size.
#[inline]
fn exp_parts_bounded(x: f64x4) -> (f64x4, f64x4) {
    exp_parts(at_most(709.0, x))
}

/// e^(−|x|).
#[inline]
fn exp_of_minus_abs(x: f64x4) -> f64x4 {
    let (s, rest) = exp_parts(-x.abs());
    s + rest
}

/// eˣ; from 709 on e⁷⁰⁹, which is ∞ in f32. In f32 within 0.501 ulp.
#[inline]
pub fn exp(x: f64x4) -> f64x4 {
    let (s, rest) = exp_parts_bounded(x);
    s + rest
}

/// eˣ − 1 and eˣ. In f32 within 0.503 and 0.501 ulp.
#[inline]
pub fn exp_m1(x: f64x4) -> (f64x4, f64x4) {
    let (s, rest) = exp_parts_bounded(x);
    // The sum has the sign of x, save that it loses that of −0.
    (((s - ONE) + rest).copysign(x), s + rest)
}

/// 2·artanh(w) = ln((1 + w)/(1 − w)), for |w| ≤ 1/3.
#[inline]
fn log_ratio(w: f64x4) -> f64x4 {
    TWO * w * polynomial(w * w, &ARTANH)
}

/// ln(1 + x); −∞ at −1, NaN below. In f32 within 0.502 ulp.
#[inline]
pub fn ln_1p(x: f64x4) -> f64x4 {
    // 1 + x = 2ⁿ·m with m in [1/√2, √2): adding the distance of 1 from 1/√2 carries into the exponent where m ≥ √2.
    let u = x + ONE;
    let bits: u64x4 = bytemuck::cast(u);
    let carried = bits + u64x4::splat(0x3FF0_0000_0000_0000 - 0x3FE6_A09E_667F_3BCD);
    let exponent = carried >> 52_u32;
    let m: f64x4 = bytemuck::cast(bits - (exponent << 52_u32) + u64x4::splat(1023 << 52));
    // Writing the exponent below the bits of 2⁵² makes it a number; 2⁵² + 1023 then goes off again.
    let n: f64x4 = bytemuck::cast(exponent | u64x4::splat(0x4330_0000_0000_0000));
    let n = n - f64x4::splat(4_503_599_627_370_496.0 + 1023.0);
    // Near 0 it is x that has the digits, not 1 + x.
    let f = n.simd_eq(ZERO).select(x, m - ONE);
    let ln = n * f64x4::splat(std::f64::consts::LN_2) + log_ratio(f / (f + TWO));
    let ln = x.simd_gt(f64x4::splat(1e39)).select(x, ln);
    let outside = u.simd_eq(ZERO).select(f64x4::splat(f64::NEG_INFINITY), f64x4::splat(f64::NAN));
    // The sum has the sign of x, save that it loses that of −0.
    u.simd_gt(ZERO).select(ln, outside).copysign(x)
}

/// σ(x) and σ'(x). In f32 within 0.501 ulp.
#[inline]
pub fn sigmoid(x: f64x4) -> (f64x4, f64x4) {
    let z = exp_of_minus_abs(x);
    let upper = ONE / (ONE + z);
    let lower = z * upper;
    (x.simd_ge(ZERO).select(upper, lower), lower * upper)
}

/// tanh x and tanh' x. In f32 within 0.503 and 0.501 ulp.
#[inline]
pub fn tanh(x: f64x4) -> (f64x4, f64x4) {
    // 1 − z from the parts of z = e^(−2|x|), so that it keeps its digits near 0.
    let (s, rest) = exp_parts(f64x4::splat(-2.0) * x.abs());
    let z = s + rest;
    let scale = ONE / (ONE + z);
    let double = TWO * scale;
    (((ONE - s - rest) * scale).copysign(x), z * double * double)
}

/// ln(1 + eˣ) and σ(x). In f32 within 0.502 and 0.501 ulp.
#[inline]
pub fn softplus(x: f64x4) -> (f64x4, f64x4) {
    // max(x, 0) + ln(1 + z) with z = e^(−|x|); w = z/(2 + z) and σ = 1/(1 + z) share a division.
    let z = exp_of_minus_abs(x);
    let (one_z, two_z) = (ONE + z, TWO + z);
    let inverse = ONE / (one_z * two_z);
    let positive = x.simd_ge(ZERO);
    let upper = two_z * inverse;
    ((positive & x) + log_ratio(z * one_z * inverse), positive.select(upper, z * upper))
}

/// Φ(x) and φ(x). In f32 within 0.504 and 0.501 ulp.
#[inline]
pub fn normal_cdf(x: f64x4) -> (f64x4, f64x4) {
    let t = x.abs();
    let (s, rest) = exp_parts(f64x4::splat(-0.5) * t * t);
    let z = s + rest;
    let inverse = ONE / (t + f64x4::splat(5.0));
    let tail = z * inverse * polynomial(inverse, &MILLS);
    let value = x.simd_gt(ZERO).select(ONE - tail, tail);
    (value, z * f64x4::splat(0.398_942_280_401_432_7))
}
