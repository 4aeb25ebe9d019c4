//! The f32 elementary functions against f64 `libm`, over the whole range: every 4099th bit pattern of both signs.

#![allow(clippy::float_cmp, reason = "bits are what is tested")]

use activation_playground::real::{Dual, Lane, Lanes, Real};

/// A function on lanes with its derivative, and the same in f64.
struct Case {
    name: &'static str,
    lanes: fn(Lane) -> (Lane, Lane),
    exact: fn(f64) -> (f64, f64),
}

/// What the functions promise in f32; half an ulp is the final rounding.
const BOUND: f64 = 0.51;

const CASES: &[Case] = &[
    Case { name: "exp", lanes: |x| (x.exp(), x.exp()), exact: |x| (libm::exp(x), libm::exp(x)) },
    Case { name: "exp_m1", lanes: Real::exp_m1_with_slope, exact: |x| (libm::expm1(x), libm::exp(x)) },
    Case { name: "ln_1p", lanes: |x| (x.ln_1p(), x.ln_1p()), exact: |x| (libm::log1p(x), libm::log1p(x)) },
    Case { name: "sigmoid", lanes: Real::sigmoid_with_slope, exact: Real::sigmoid_with_slope },
    Case { name: "tanh", lanes: Real::tanh_with_slope, exact: Real::tanh_with_slope },
    Case { name: "softplus", lanes: Real::softplus_with_slope, exact: Real::softplus_with_slope },
    Case { name: "normal_cdf", lanes: Real::normal_cdf_with_slope, exact: Real::normal_cdf_with_slope },
    Case { name: "ln", lanes: |x| (x.ln(), x.ln()), exact: |x| (libm::log(x), libm::log(x)) },
    Case { name: "sin, cos", lanes: Real::sin_cos, exact: libm::sincos },
    Case { name: "atan", lanes: Real::atan_with_slope, exact: Real::atan_with_slope },
    Case { name: "erf", lanes: Real::erf_with_slope, exact: Real::erf_with_slope },
];

/// The error of `got` in units of the last place of f32 at `exact`; 2⁻¹⁴⁹ below the normal range.
fn ulps(got: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if got == rounded || (got.is_nan() && exact.is_nan()) {
        return if exact.is_finite() && rounded.is_finite() {
            (f64::from(got) - exact).abs() / unit(exact)
        } else {
            0.0
        };
    }
    if !got.is_finite() || !rounded.is_finite() {
        return f64::INFINITY;
    }
    (f64::from(got) - exact).abs() / unit(exact)
}

fn unit(exact: f64) -> f64 {
    let exponent = libm::frexp(exact).1 - 1;
    libm::ldexp(1.0, exponent.max(-126) - 23)
}

/// The first and last number of each sign and class, arguments where results leave the normal range, and all between.
fn sweep() -> impl Iterator<Item = f32> {
    let edges = [
        0.0,
        1e-45,
        1.175_494_2e-38,
        f32::MIN_POSITIVE,
        0.346_573_6,
        0.693_147_3,
        1.0,
        13.0,
        14.17,
        14.5,
        17.33,
        87.33,
        87.34,
        88.722_84,
        88.73,
        103.97,
        104.0,
        1e4,
        709.0,
        710.0,
        f32::MAX,
        f32::INFINITY,
        f32::NAN,
    ];
    edges.into_iter().flat_map(|x| [x, -x]).chain((0..u32::MAX).step_by(4099).map(f32::from_bits))
}

#[test]
fn every_function_is_within_its_bound_over_the_whole_range() {
    let x: Vec<f32> = sweep().collect();
    println!("{:12} {:>8} {:>10}", "max ulp", "value", "derivative");
    for case in CASES {
        let mut worst = [(0.0, 0.0); 2];
        for x in x.chunks(Lane::COUNT) {
            let mut padded = [0.0; 4];
            padded[..x.len()].copy_from_slice(x);
            let (value, slope) = (case.lanes)(Lane::new(padded));
            for (lane, &x) in x.iter().enumerate() {
                let exact = (case.exact)(f64::from(x));
                let got = [value.to_array()[lane], slope.to_array()[lane]];
                for (worst, (got, exact)) in worst.iter_mut().zip([(got[0], exact.0), (got[1], exact.1)]) {
                    let error = ulps(got, exact);
                    assert!(error <= BOUND, "{}({x:e}) = {got:e}, off {exact:e} by {error} ulp", case.name);
                    if error > worst.0 {
                        *worst = (error, x);
                    }
                }
            }
        }
        println!("{:12} {:8.4} {:10.4}", case.name, worst[0].0, worst[1].0);
    }
}

#[test]
fn zeros_keep_their_sign() {
    for f in [Lane::exp_m1, Lane::ln_1p, Lane::tanh, Lane::sin, Lane::atan, Lane::erf] {
        let [plus, minus, ..] = f(Lane::new([0.0, -0.0, 0.0, 0.0])).to_array();
        assert_eq!((plus.to_bits(), minus.to_bits()), (0.0_f32.to_bits(), (-0.0_f32).to_bits()));
    }
}

#[test]
fn the_larger_of_two_is_nan_if_either_is() {
    let (a, b) = (Lane::new([1.0, f32::NAN, 2.0, -0.5]), Lane::new([3.0, 1.0, f32::NAN, -1.0]));
    let [first, second, third, fourth] = a.max(b).to_array();
    assert!(second.is_nan() && third.is_nan());
    assert_eq!((first, fourth), (3.0, -0.5));
    assert!(Lanes::max(f64::NAN, 1.0).is_nan() && Lanes::max(1.0, f64::NAN).is_nan());
}

#[test]
fn angles_of_any_size_and_their_neighbours() {
    // A lane's bits do not depend on what is in the others.
    let x = [11.25, 1e4, 5e5, 3.0e38];
    let together = Lane::new(x).sin().to_array();
    for (lane, &x) in x.iter().enumerate() {
        assert_eq!(together[lane].to_bits(), Lane::splat(x).sin().to_array()[0].to_bits(), "sin({x:e})");
    }
    // Multiples of π/2 as near as f32 comes to them.
    for quarter in 1..200_000 {
        let x = (f64::from(quarter) * std::f64::consts::FRAC_PI_2) as f32;
        let (sin, cos) = Lane::splat(x).sin_cos();
        let exact = libm::sincos(f64::from(x));
        for (got, exact) in [(sin, exact.0), (cos, exact.1)] {
            assert!(ulps(got.to_array()[0], exact) <= BOUND, "{x:e}: {got:?}, not {exact:e}");
        }
    }
}

#[test]
fn bounds_win_ties_and_nan_stays() {
    let x = Lane::new([-1.0, 0.5, 2.0, f32::NAN]);
    let [low, inside, high, nan] = Real::clamp(x, Lane::ZERO, Lane::ONE).to_array();
    assert_eq!((low, inside, high), (0.0, 0.5, 1.0));
    assert!(nan.is_nan());
    let at_bound = Real::clamp(Dual::variable(1.0), Dual::ZERO, Dual::ONE);
    assert_eq!((at_bound.value, at_bound.slope), (1.0, 0.0));
}
