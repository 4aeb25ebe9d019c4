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

/// sin(r)/r in r² for |r| ≤ π/4, within 2⁻³⁷.
const SIN: [f64; 5] = [
    0.999_999_999_995_670_9,
    -0.166_666_666_315_771_68,
    0.008_333_328_781_097_757,
    -0.000_198_392_018_004_363_14,
    0.000_002_717_341_870_116_158,
];

/// cos r in r² for |r| ≤ π/4, within 2⁻³³·⁸.
const COS: [f64; 5] = [
    0.999_999_999_952_465_7,
    -0.499_999_996_147_039_77,
    0.041_666_616_677_594_59,
    -0.001_388_661_754_772_064,
    0.000_024_379_789_395_383_754,
];

/// π/2 in three parts; a multiple of either of the first two is exact up to 2²⁰ times.
const HALF_PI: [f64; 3] = [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_795_950_6e-21];

/// atan(r)/r in r² for |r| ≤ tan π/8, within 2⁻³⁵.
const ATAN: [f64; 7] = [
    0.999_999_999_978_384_6,
    -0.333_333_320_969_260_27,
    0.199_998_838_038_532_33,
    -0.142_815_873_070_901_2,
    0.110_404_710_095_810_72,
    -0.084_560_894_669_989_7,
    0.047_071_296_552_574_51,
];

/// erf(x)/x in x² for |x| ≤ 1/2, within 2⁻³⁶.
const ERF: [f64; 6] = [
    1.128_379_167_082_409_5,
    -0.376_126_385_256_506_93,
    0.112_837_740_131_795_39,
    -0.026_863_143_032_249_386,
    0.005_200_413_724_335_493,
    -0.000_769_453_427_914_230_8,
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

/// n and m, where u = 2ⁿ·m and m is in [1/√2, √2); u must be positive and normal.
#[inline]
fn exponent_and_fraction(u: f64x4) -> (f64x4, f64x4) {
    // Adding the distance of 1 from 1/√2 carries into the exponent where m ≥ √2.
    let bits: u64x4 = bytemuck::cast(u);
    let carried = bits + u64x4::splat(0x3FF0_0000_0000_0000 - 0x3FE6_A09E_667F_3BCD);
    let exponent = carried >> 52_u32;
    let m: f64x4 = bytemuck::cast(bits - (exponent << 52_u32) + u64x4::splat(1023 << 52));
    // Writing the exponent below the bits of 2⁵² makes it a number; 2⁵² + 1023 then goes off again.
    let n: f64x4 = bytemuck::cast(exponent | u64x4::splat(0x4330_0000_0000_0000));
    (n - f64x4::splat(4_503_599_627_370_496.0 + 1023.0), m)
}

/// ln x; −∞ at 0, NaN below. In f32 within 0.501 ulp.
#[inline]
pub fn ln(x: f64x4) -> f64x4 {
    let (n, m) = exponent_and_fraction(x);
    let ln = n * f64x4::splat(std::f64::consts::LN_2) + log_ratio((m - ONE) / (m + ONE));
    let ln = x.simd_ge(f64x4::splat(1e100)).select(x, ln);
    let outside = x.simd_eq(ZERO).select(f64x4::splat(f64::NEG_INFINITY), f64x4::splat(f64::NAN));
    x.simd_gt(ZERO).select(ln, outside)
}

/// ln(1 + x); −∞ at −1, NaN below. In f32 within 0.502 ulp.
#[inline]
pub fn ln_1p(x: f64x4) -> f64x4 {
    let u = x + ONE;
    let (n, m) = exponent_and_fraction(u);
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

/// sin x and cos x, for every finite x; NaN from 1e90 on, where only ∞ comes from. In f32 within 0.501 ulp.
#[inline]
pub fn sin_cos(x: f64x4) -> (f64x4, f64x4) {
    // x = n·π/2 + r; adding 1.5·2⁵² leaves n in the lowest bits.
    let shift = f64x4::splat(6_755_399_441_055_744.0);
    let shifted = x * f64x4::splat(std::f64::consts::FRAC_2_PI) + shift;
    let n = shifted - shift;
    let [high, middle, low] = HALF_PI.map(f64x4::splat);
    let r = x - n * high - n * middle - n * low;
    let square = r * r;
    let (sin, cos) = (r * polynomial(square, &SIN), polynomial(square, &COS));
    let quarter: u64x4 = bytemuck::cast(shifted);
    let (one, two) = (u64x4::splat(1), u64x4::splat(2));
    let odd: f64x4 = bytemuck::cast(u64x4::splat(0) - (quarter & one));
    let signs = [quarter, quarter + one].map(|turn| bytemuck::cast::<u64x4, f64x4>((turn & two) << 62_u32));
    let near = (odd.select(cos, sin) ^ signs[0], odd.select(sin, cos) ^ signs[1]);
    let far = x.abs().simd_gt(f64x4::splat(1e6));
    if far.any() { with_far_angles(x, far, near) } else { near }
}

/// Replaces the lanes in which n·π/2 is not exact.
#[cold]
fn with_far_angles(x: f64x4, far: f64x4, near: (f64x4, f64x4)) -> (f64x4, f64x4) {
    let exact = x.to_array().map(|x| if x.abs() < 1e90 { libm::sincos(x) } else { (f64::NAN, f64::NAN) });
    let (sin, cos) = (f64x4::new(exact.map(|both| both.0)), f64x4::new(exact.map(|both| both.1)));
    (far.select(sin, near.0), far.select(cos, near.1))
}

/// atan x and its derivative 1/(1 + x²). In f32 within 0.501 ulp.
#[inline]
pub fn atan(x: f64x4) -> (f64x4, f64x4) {
    // atan t = π/4 + atan((t − 1)/(t + 1)) = π/2 − atan(1/t): the argument is at most tan π/8.
    let t = x.abs();
    let (middle, high) =
        (t.simd_gt(f64x4::splat(0.414_213_562_373_095_03)), t.simd_gt(f64x4::splat(2.414_213_562_373_095)));
    let numerator = high.select(-ONE, middle.select(t - ONE, t));
    let denominator = high.select(t, middle.select(t + ONE, ONE));
    let from =
        (middle & f64x4::splat(std::f64::consts::FRAC_PI_4)) + (high & f64x4::splat(std::f64::consts::FRAC_PI_4));
    let r = numerator / denominator;
    ((from + r * polynomial(r * r, &ATAN)).copysign(x), ONE / (ONE + t * t))
}

/// erf x and its derivative 2/√π·e^(−x²). In f32 within 0.501 ulp.
#[inline]
pub fn erf(x: f64x4) -> (f64x4, f64x4) {
    // 2Φ(√2·x) − 1, except near 0, where that would cancel.
    let t = x.abs();
    let (s, rest) = exp_parts(-t * t);
    let bell = s + rest;
    let inverse = ONE / (f64x4::splat(std::f64::consts::SQRT_2) * t + f64x4::splat(5.0));
    let tail = bell * inverse * polynomial(inverse, &MILLS);
    let value = t.simd_lt(f64x4::splat(0.5)).select(t * polynomial(t * t, &ERF), ONE - TWO * tail);
    (value.copysign(x), bell * f64x4::splat(std::f64::consts::FRAC_2_SQRT_PI))
}
