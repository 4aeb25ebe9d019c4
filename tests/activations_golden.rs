//! Every activation against values and derivatives computed with 400 digits, side by side with PyTorch's f32.

#![allow(clippy::float_cmp, reason = "conventions and limits hold exactly")]

use activation_playground::activation::{self, Activation, Param};
use activation_playground::real::{Lane, Lanes};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Smooth formulas are rounded once; Leaky ReLU multiplies by its rounded slope.
const MAX_ULP: f64 = 0.51;
const MAX_ULP_LEAKY: f64 = 1.0;

/// Largest absolute error next to a zero of the derivative.
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
    x64: Vec<f64>,
    f64: Vec<Value>,
    df64: Vec<Value>,
}

#[derive(Deserialize)]
struct GoldenKink {
    x: f64,
    chosen: f64,
}

fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/golden")).join("activations")
}

/// Every golden file that belongs to an activation of the catalogue, with it and its parameters.
fn goldens() -> Vec<(Golden, &'static dyn Activation, Vec<f64>)> {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("index.json")) {
        let golden: Golden = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let id = if golden.family == "identity" { "linear" } else { &golden.family };
        if let Some(activation) = activation::find(id) {
            let params = activation.card().params.iter().map(|param| golden.params[param.id]).collect();
            found.push((golden, activation, params));
        }
    }
    found
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
    activation.values_and_slopes_f64(x, params, &mut value, &mut slope);
    let mut alone = vec![f64::NAN; x.len()];
    activation.values_f64(x, params, &mut alone);
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

#[test]
fn every_activation_has_a_golden_file() {
    let goldens = goldens();
    for activation in activation::all() {
        let id = activation.card().id;
        assert!(goldens.iter().any(|(_, tested, _)| tested.card().id == id), "{id}: no golden file");
    }
}

#[test]
fn f32_is_right_to_the_last_digit() {
    println!("{:16} {:>8} {:>8} | {:>9} {:>9}", "max ulp", "value", "slope", "torch", "torch'");
    for (golden, activation, params) in goldens() {
        let bound = if golden.family == "leaky_relu" { MAX_ULP_LEAKY } else { MAX_ULP };
        let (value, slope) = evaluate(activation, &golden.x, &params);
        let mut worst = [0.0_f64; 4];
        for (i, &x) in golden.x.iter().enumerate() {
            let columns = [
                (value[i], &golden.f[i], &golden.torch_f32[i], golden.name.clone()),
                (slope[i], &golden.df[i], &golden.torch_df32[i], format!("{}'", golden.name)),
            ];
            for (k, (got, exact, torch, name)) in columns.into_iter().enumerate() {
                let Some(exact) = number(exact) else { continue };
                let error = ulps_f32(got, exact);
                assert!(error <= bound, "{name}({x:e}) = {got:e}, off {exact:e} by {error} ulp");
                worst[k] = worst[k].max(error);
                worst[k + 2] = worst[k + 2].max(number(torch).map_or(0.0, |torch| ulps_f32(torch as f32, exact)));
            }
        }
        println!("{:16} {:8.3} {:8.3} | {:9.3e} {:9.3e}", golden.name, worst[0], worst[1], worst[2], worst[3]);
        for k in 0..2 {
            assert!(worst[k] <= worst[k + 2].max(MAX_ULP), "{}: worse than PyTorch", golden.name);
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

#[test]
fn infinity_gives_the_limit_and_nan_stays() {
    for (golden, activation, params) in goldens() {
        let name = &golden.name;
        for sign in ["inf", "-inf"] {
            let (x, special) = (sign.parse::<f64>().unwrap(), &golden.special[sign]);
            let limit = number(&special["limit"]).unwrap();
            let (value, slope) = evaluate(activation, &[x], &params);
            let (value64, slope64) = evaluate_f64(activation, &[x], &params);
            for (value, slope) in [(f64::from(value[0]), f64::from(slope[0])), (value64[0], slope64[0])] {
                assert!(value == limit || (value - limit).abs() < 1e-6, "{name}({sign}) = {value}, not {limit}");
                let torch = number(&special["torch_df32"]).unwrap();
                let wanted = if torch.is_nan() { f64::from(u8::from(x > 0.0)) } else { torch };
                assert!((slope - wanted).abs() < 1e-6, "{name}'({sign}) = {slope}, not {wanted}");
            }
        }
        assert!(evaluate(activation, &[f64::NAN], &params).0[0].is_nan(), "{name}(NaN) in f32");
        assert!(evaluate_f64(activation, &[f64::NAN], &params).0[0].is_nan(), "{name}(NaN) in f64");
    }
}

#[test]
fn kinks_are_declared_and_follow_the_convention() {
    for (golden, activation, params) in goldens() {
        for kink in &golden.kinks {
            let card = activation.card();
            assert!(card.kinks.iter().any(|declared| declared.at == kink.x), "{}: kink at {}", card.id, kink.x);
            let (_, slope) = evaluate(activation, &[kink.x], &params);
            assert_eq!(slope[0], kink.chosen as f32, "{}'({})", card.id, kink.x);
            assert_eq!(activation.at(kink.x, &params).slope, kink.chosen, "{}'({})", card.id, kink.x);
        }
    }
}

/// Over the whole range of f32 and all corners of the parameters, not only where there are golden values.
#[test]
fn f32_and_f64_agree_for_all_parameters() {
    let x: Vec<f64> =
        (0..u32::MAX).step_by(65_537).map(f32::from_bits).filter(|x| x.is_finite()).map(f64::from).collect();
    for activation in activation::all() {
        let card = activation.card();
        let bound = if card.id == "leaky_relu" { MAX_ULP_LEAKY } else { MAX_ULP };
        for corner in [|p: &Param| p.min, |p: &Param| p.default, |p: &Param| p.max] {
            let params: Vec<f64> = card.params.iter().map(|p| f64::from(corner(p) as f32)).collect();
            let (value, slope) = evaluate(activation, &x, &params);
            let (value64, slope64) = evaluate_f64(activation, &x, &params);
            for (i, &x) in x.iter().enumerate() {
                for (got, exact) in [(value[i], value64[i]), (slope[i], slope64[i])] {
                    let error = ulps_f32(got, exact);
                    // Where a derivative crosses zero its terms cancel.
                    let cancelled = (f64::from(got) - exact).abs() <= NEXT_TO_ZERO;
                    assert!(
                        error <= bound || cancelled,
                        "{} {params:?} at {x:e}: {got:e}, off {exact:e} by {error} ulp",
                        card.id
                    );
                }
            }
        }
    }
}

#[test]
fn the_strip_has_ten_places() {
    let mut places: Vec<_> = activation::all().filter_map(|activation| activation.card().strip).collect();
    places.sort_unstable();
    assert_eq!(places, (1..=10).collect::<Vec<_>>());
}

#[test]
fn ids_are_unique_and_cards_are_filled_in() {
    let mut ids = Vec::new();
    for activation in activation::all() {
        let card = activation.card();
        assert!(!ids.contains(&card.id), "{} twice", card.id);
        ids.push(card.id);
        for text in [card.id, card.name, card.tex, card.description, card.reference] {
            assert!(!text.is_empty(), "{}: an empty field", card.id);
        }
        let first = card.description.split(['.', ';']).next().unwrap();
        assert!(first.split_whitespace().count() <= 18, "{}: the first sentence is too long", card.id);
        for param in card.params {
            assert!(param.min <= param.default && param.default <= param.max, "{}.{}", card.id, param.id);
        }
    }
}
