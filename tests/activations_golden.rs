//! Every activation against values and derivatives computed with 400 digits, side by side with PyTorch's and JAX's f32;
//! those that have no such file, against a formula written a second time (`plain`).

#![allow(clippy::float_cmp, reason = "conventions and limits hold exactly")]

use activation_playground::activation::{self, Activation, Card, Number, Param};
use activation_playground::real::{Lane, Lanes};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

mod common;

#[path = "activations_golden/catalogue.rs"]
mod catalogue;
#[path = "activations_golden/plain.rs"]
mod plain;
#[path = "activations_golden/table.rs"]
mod table;

/// Formulas are rounded once.
const MAX_ULP: f64 = 0.51;

/// What an activation is held to.
fn max_ulp(id: &str) -> f64 {
    match id {
        // It multiplies by its rounded slope.
        "leaky_relu" | "prelu" | "rrelu" => 1.0,
        _ => MAX_ULP,
    }
}

/// Largest absolute error where value or derivative crosses zero and its terms cancel.
const NEXT_TO_ZERO: f64 = 1.0 / (1_u64 << 31) as f64;

/// One golden file.
#[derive(Deserialize)]
struct Golden {
    name: String,
    family: String,
    params: BTreeMap<String, f64>,
    kinks: Vec<GoldenKink>,
    special: BTreeMap<String, BTreeMap<String, Value>>,
    x: Vec<f64>,
    f: Vec<Value>,
    df: Vec<Value>,
    d2f: Vec<Value>,
    /// Absent where PyTorch has no such function.
    #[serde(default)]
    torch_f32: Vec<Value>,
    #[serde(default)]
    torch_df32: Vec<Value>,
    /// Absent where JAX has none.
    #[serde(default)]
    jax_f32: Vec<Value>,
    #[serde(default)]
    jax_df32: Vec<Value>,
    x64: Vec<f64>,
    f64: Vec<Value>,
    df64: Vec<Value>,
}

#[derive(Deserialize)]
struct GoldenKink {
    x: f64,
    chosen: f64,
}

/// Golden families that no elementwise activation is: softplus that turns straight at a threshold.
const NOT_HERE: &[&str] = &["softplus_threshold"];

/// The id and parameters here of what a golden file calls by its own name.
fn named_here(golden: &Golden) -> (&str, Option<Vec<f64>>) {
    match golden.family.as_str() {
        "threshold" if golden.name == "thresholded_relu" => ("thresholded_relu", None),
        "identity" => ("linear", None),
        "hardshrink" => ("hard_shrink", None),
        "softshrink" => ("soft_shrink", None),
        "tanhshrink" => ("tanh_shrink", None),
        "hardswish" => ("hard_swish", None),
        "hardtanh" => ("hard_tanh", None),
        "logsigmoid" => ("log_sigmoid", None),
        "hardsigmoid" => ("hard_sigmoid", Some(vec![3.0])),
        "hardsigmoid_onnx" => ("hard_sigmoid", Some(vec![2.5])),
        family => (family, None),
    }
}

/// Every golden file that belongs to an activation of the catalogue, with it and its parameters.
fn goldens() -> Vec<(Golden, &'static dyn Activation, Vec<f64>)> {
    let mut found = Vec::new();
    for file in common::golden("activations").iter().filter(|file| *file != "index") {
        let golden: Golden = serde_json::from_value(common::read(&format!("activations/{file}.json"))).unwrap();
        let (id, params) = named_here(&golden);
        let Some(activation) = activation::find(id) else {
            assert!(NOT_HERE.contains(&id), "{}: no activation for this file", golden.name);
            continue;
        };
        let named = || activation.card().params.iter().map(|param| golden.params[param.id]).collect();
        let params = params.unwrap_or_else(named);
        found.push((golden, activation, params));
    }
    found
}

/// Parameters as set: all smallest, all default, all largest, exact in f32.
fn corners(card: &Card) -> [Vec<f64>; 3] {
    [|p: &Param| p.min, |p: &Param| p.default, |p: &Param| p.max]
        .map(|corner| card.params.iter().map(|p| f64::from(corner(p) as f32)).collect())
}

/// A number, `"inf"`, `"-inf"`, `"nan"` or `null` for not defined.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.parse().unwrap()),
        other => Some(other.as_f64().unwrap()),
    }
}

fn lanes(x: &[f64]) -> Vec<Lane> {
    let scalar = |x: &[f64], i: usize| x.get(i).copied().unwrap_or(0.0) as f32;
    x.chunks(Lane::COUNT).map(|x| Lane::new([0, 1, 2, 3].map(|i| scalar(x, i)))).collect()
}

fn scalars(lanes: &[Lane]) -> Vec<f32> {
    lanes.iter().flat_map(|lane| lane.to_array()).collect()
}

/// Value and derivative from the f32 kernel.
fn evaluate(activation: &dyn Activation, x: &[f64], params: &[f64]) -> (Vec<f32>, Vec<f32>) {
    let x = lanes(x);
    let params: Vec<f32> = params.iter().map(|&p| p as f32).collect();
    let mut value = vec![Lane::splat(f32::NAN); x.len()];
    let (mut alone, mut slope) = (value.clone(), value.clone());
    activation.values(&x, &params, &mut alone);
    activation.values_and_slopes(&x, &params, &mut value, &mut slope);
    let bits = |lanes: &[Lane]| {
        scalars(lanes).into_iter().map(|x| if x.is_nan() { 0 } else { x.to_bits() }).collect::<Vec<_>>()
    };
    assert_eq!(
        bits(&alone),
        bits(&value),
        "{}: the value depends on whether the slope is asked for",
        activation.card().id
    );
    (scalars(&value), scalars(&slope))
}

/// Value and derivative from the f64 kernel.
fn evaluate_f64(activation: &dyn Activation, x: &[f64], params: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut value, mut slope) = (vec![f64::NAN; x.len()], vec![f64::NAN; x.len()]);
    f64::values_and_slopes(activation, x, params, &mut value, &mut slope);
    let mut alone = vec![f64::NAN; x.len()];
    f64::values(activation, x, params, &mut alone);
    assert!(alone.iter().zip(&value).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())));
    (value, slope)
}

/// The error in units of the last place at `exact` of a format with `digits` bits and least exponent `least`.
fn ulps(got: f64, exact: f64, digits: i32, least: i32) -> f64 {
    if got == exact {
        return 0.0;
    }
    let exponent = libm::frexp(exact).1 - 1;
    let error = (got - exact).abs() / libm::ldexp(1.0, exponent.max(least) - (digits - 1));
    if error.is_nan() { f64::INFINITY } else { error }
}

/// In f32; the exact result may be beyond its range.
fn ulps_f32(got: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if got == rounded && rounded.is_infinite() { 0.0 } else { ulps(f64::from(got), exact, 24, -126) }
}

/// Whether all but the final rounding is within [`NEXT_TO_ZERO`].
fn cancelled(got: f32, exact: f64) -> bool {
    let half_ulp = 0.5 * f64::from(f32::EPSILON) * exact.abs();
    (f64::from(got) - exact).abs() <= NEXT_TO_ZERO + half_ulp
}

#[test]
fn every_activation_is_covered_once() {
    let goldens = goldens();
    for activation in activation::all() {
        let id = activation.card().id;
        let golden = goldens.iter().any(|(_, tested, _)| tested.card().id == id);
        let plain = plain::CASES.iter().filter(|case| case.id == id).count();
        assert_eq!(usize::from(golden) + plain, 1, "{id}: wants a golden file or a line in plain.rs, and not both");
    }
    for case in plain::CASES {
        assert!(activation::find(case.id).is_some(), "{}: not in the catalogue", case.id);
    }
}

#[test]
fn f32_is_right_to_the_last_digit() {
    for (golden, activation, params) in goldens() {
        let bound = max_ulp(activation.card().id);
        let (value, slope) = evaluate(activation, &golden.x, &params);
        for (name, ours, exact, torch) in [
            (golden.name.clone(), value, &golden.f, &golden.torch_f32),
            (format!("{}'", golden.name), slope, &golden.df, &golden.torch_df32),
        ] {
            let (mut worst, mut worst_torch) = (0.0_f64, 0.0_f64);
            for (i, &x) in golden.x.iter().enumerate() {
                let Some(exact) = number(&exact[i]) else { continue };
                let error = ulps_f32(ours[i], exact);
                let fine = error <= bound || cancelled(ours[i], exact);
                assert!(fine, "{name}({x:e}) = {:e}, off {exact:e} by {error} ulp", ours[i]);
                worst = worst.max(error);
                let torch = torch.get(i).and_then(number);
                worst_torch = worst_torch.max(torch.map_or(f64::INFINITY, |torch| ulps_f32(torch as f32, exact)));
            }
            assert!(worst <= worst_torch.max(MAX_ULP), "{name}: {worst} ulp, PyTorch {worst_torch}");
        }
    }
}

#[test]
fn f64_is_right() {
    let close = |got: f64, exact: f64, x: f64| {
        ulps(got, exact, 53, -1022) <= 4.0 || (got - exact).abs() <= 1e-15 * x.abs().max(1.0)
    };
    for (golden, activation, params) in goldens() {
        let name = &golden.name;
        for (x, f, df) in [(&golden.x, &golden.f, &golden.df), (&golden.x64, &golden.f64, &golden.df64)] {
            let (value, slope) = evaluate_f64(activation, x, &params);
            for (i, &x) in x.iter().enumerate() {
                let (f, df) = (number(&f[i]).unwrap(), number(&df[i]).unwrap());
                assert!(close(value[i], f, x), "{name}({x:e}) = {:e}, not {f:e}", value[i]);
                assert!(close(slope[i], df, x), "{name}'({x:e}) = {:e}, not {df:e}", slope[i]);
                let point = activation.at(x, &params);
                assert!(close(point.value, f, x) && close(point.slope, df, x), "{name} at {x:e}: {point:?}");
            }
        }
        for (&x, bend) in golden.x.iter().zip(&golden.d2f) {
            let Some(bend) = number(bend) else { continue };
            let got = activation.at(x, &params).bend;
            assert!(close(got, bend, x), "{name}''({x:e}) = {got:e}, not {bend:e}");
        }
    }
}

/// Whether it is that limit, or has none where there is none.
fn is_limit(got: f64, limit: f64) -> bool {
    got == limit || (got - limit).abs() < 1e-6 || (got.is_nan() && limit.is_nan())
}

/// Value and slope in f32 and in f64.
fn in_both(activation: &dyn Activation, x: f64, params: &[f64]) -> [(f64, f64); 2] {
    let (value, slope) = evaluate(activation, &[x], params);
    let (value64, slope64) = evaluate_f64(activation, &[x], params);
    [(f64::from(value[0]), f64::from(slope[0])), (value64[0], slope64[0])]
}

#[test]
fn infinity_gives_the_limit() {
    for (golden, activation, params) in goldens() {
        let name = &golden.name;
        for (sign, far) in [("inf", 1e154), ("-inf", -1e154)] {
            let special = &golden.special[sign];
            let limit = number(&special["limit"]).unwrap();
            // PyTorch's derivative there, or where it is NaN the true one far out.
            let torch = special.get("torch_df32").and_then(number).filter(|torch| !torch.is_nan());
            let far_out = golden.x64.iter().position(|&x| x == far).and_then(|i| number(&golden.df64[i])).unwrap();
            let slope_there = torch.unwrap_or(far_out);
            for (value, slope) in in_both(activation, sign.parse().unwrap(), &params) {
                assert!(is_limit(value, limit), "{name}({sign}) = {value}, not {limit}");
                // Where there is no limit for the slope, any bounded one will do.
                let free = limit.is_nan() || (golden.family == "snake" && (0.0..=2.0).contains(&slope));
                assert!(free || is_limit(slope, slope_there), "{name}'({sign}) = {slope}, not {slope_there}");
            }
        }
    }
}

#[test]
fn nan_stays() {
    for activation in activation::all() {
        for params in corners(activation.card()) {
            for (value, _) in in_both(activation, f64::NAN, &params) {
                assert!(value.is_nan(), "{}(NaN) = {value}", activation.card().id);
            }
        }
    }
}

/// Sine and its like have a value for every finite number too.
#[test]
fn no_finite_number_gives_nan() {
    let sizes = [1e-320, 1e-160, 1e38, f64::from(f32::MAX), 1e77, 1e155, 1e306];
    for activation in activation::all() {
        for params in corners(activation.card()) {
            for x in sizes.into_iter().flat_map(|x| [x, -x]) {
                let (value, slope) = evaluate_f64(activation, &[x], &params);
                let fine = !value[0].is_nan() && !slope[0].is_nan();
                assert!(fine, "{} {params:?} at {x:e}: {value:?}, {slope:?}", activation.card().id);
            }
        }
    }
}

#[test]
fn kinks_are_declared_and_follow_the_convention() {
    for (golden, activation, params) in goldens() {
        for kink in &golden.kinks {
            let card = activation.card();
            assert!(card.kinks_at(&params).any(|at| at == kink.x), "{}: kink at {}", card.id, kink.x);
            let (_, slope) = evaluate(activation, &[kink.x], &params);
            assert_eq!(slope[0], kink.chosen as f32, "{}'({})", card.id, kink.x);
            assert_eq!(activation.at(kink.x, &params).slope, kink.chosen, "{}'({})", card.id, kink.x);
        }
    }
}

/// Arguments over the whole range of f32, and where exponentials leave it.
fn whole_range() -> Vec<f64> {
    let edges = [0.0, 1e-45, 1.2e-38, 1.0, 17.3, 87.3, 88.0, 88.8, 104.0, 355.0, 1e4, 1e9, 1e38_f32];
    let edges = edges.into_iter().flat_map(|x| [x, -x]);
    let all = (0..u32::MAX).step_by(65_537).map(f32::from_bits).filter(|x| x.is_finite());
    edges.chain(all).map(f64::from).collect()
}

/// Over the whole range of f32 and all corners of the parameters, not only where there are golden values.
#[test]
fn f32_and_f64_agree_for_all_parameters() {
    let x = whole_range();
    for activation in activation::all() {
        let card = activation.card();
        for params in corners(card) {
            let (value, slope) = evaluate(activation, &x, &params);
            let (value64, slope64) = evaluate_f64(activation, &x, &params);
            for (i, &x) in x.iter().enumerate() {
                for (got, exact) in [(value[i], value64[i]), (slope[i], slope64[i])] {
                    let error = ulps_f32(got, exact);
                    assert!(
                        error <= max_ulp(card.id) || cancelled(got, exact),
                        "{} {params:?} at {x:e}: {got:e}, off {exact:e} by {error} ulp",
                        card.id
                    );
                }
            }
        }
    }
}
