//! The computed report: known figures, and the same for a formula as for the activation it spells.

use activation_playground::activation::{self, End, Formula, Function, Monotone, Report, Symmetry};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

fn report(text: &str, params: &[f64]) -> Report {
    let function = Function::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    if params.is_empty() { Report::by_default(&function) } else { Report::of(&function, params) }
}

fn close(got: Option<f64>, expected: f64, within: f64) -> bool {
    got.is_some_and(|got| (got - expected).abs() <= within)
}

/// E f, E f², E f'² for z ~ N(0, 1), computed elsewhere by quadrature of JAX's own derivatives, to four digits.
#[test]
fn moments_are_those_of_another_quadrature() {
    let table: &[(&str, &[f64], f64, f64, f64)] = &[
        ("relu", &[], 0.3989, 0.5, 0.5),
        ("leaky_relu", &[0.01], 0.3950, 0.5, 0.5001),
        ("leaky_relu", &[0.2], 0.3192, 0.52, 0.52),
        ("elu", &[1.0], 0.1605, 0.6449, 0.6681),
        ("celu", &[1.0], 0.1605, 0.6449, 0.6681),
        ("selu", &[], 0.0, 1.0, 1.0715),
        ("gelu", &[], 0.2821, 0.4252, 0.4559),
        ("quick_gelu", &[], 0.2823, 0.4220, 0.4495),
        ("silu", &[], 0.2066, 0.3558, 0.3795),
        ("mish", &[], 0.2404, 0.4523, 0.4791),
        ("hard_swish", &[], 0.1662, 0.3316, 0.3585),
        ("sigmoid", &[], 0.5, 0.2934, 0.0448),
        ("hard_sigmoid", &[], 0.5, 0.2776, 0.0277),
        ("tanh", &[], 0.0, 0.3943, 0.4644),
        ("hard_tanh", &[], 0.0, 0.5161, 0.6827),
        ("softplus", &[1.0], 0.8061, 0.9212, 0.2934),
        ("softsign", &[], 0.0, 0.1830, 0.2277),
        ("squareplus", &[4.0], 1.1093, 1.5, 0.2893),
        ("relu_squared", &[], 0.5, 1.5, 2.0),
        ("sine", &[1.0], 0.0, 0.4323, 0.5677),
        ("sine", &[30.0], 0.0, 0.5, 450.0),
        ("snake", &[1.0], 0.4323, 1.3074, 1.4998),
        ("gaussian", &[], 0.5774, 0.4472, 0.3578),
        ("hard_shrink", &[0.5], 0.0, 0.9691, 0.6171),
        ("soft_shrink", &[0.5], 0.0, 0.4193, 0.6171),
        ("gcu", &[], 0.0, 0.2970, 1.0),
    ];
    for &(id, params, mean, square, slope) in table {
        let signal = report(id, params).signal;
        // The figures have four digits; one of them was rounded down (selu: 1.07157).
        let digits = |expected: f64| 1e-4 * f64::max(1.0, expected);
        assert!(close(signal.mean, mean, digits(mean)), "{id} {params:?}: E f = {:?}", signal.mean);
        assert!(close(signal.square, square, digits(square)), "{id} {params:?}: E f² = {:?}", signal.square);
        assert!(close(signal.slope_square, slope, digits(slope)), "{id} {params:?}: E f'² = {:?}", signal.slope_square);
        let square = signal.square.unwrap();
        assert!(
            close(signal.gain, 1.0 / square.sqrt(), 1e-12)
                && close(signal.chi, signal.slope_square.unwrap() / square, 1e-9)
        );
        assert!(close(signal.variance, square - signal.mean.unwrap().powi(2), 1e-12));
    }
}

/// Integrals that are known exactly.
#[test]
fn moments_are_exact() {
    for (text, mean, square, slope) in [
        ("linear", 0.0, 1.0, 1.0),
        ("relu", 0.398_942_280_401_432_7, 0.5, 0.5),
        ("step", 0.5, 0.5, 0.0),
        ("sign(z)", 0.0, 1.0, 0.0),
        ("|z|", 0.797_884_560_802_865_4, 1.0, 1.0),
        ("z^2", 1.0, 3.0, 4.0),
        ("exp(z)", 1.648_721_270_700_128, 7.389_056_098_930_65, 7.389_056_098_930_65),
        ("cos(z)", 0.606_530_659_712_633_4, 0.567_667_641_618_306_4, 0.432_332_358_381_693_6),
        ("exp(-z²)", 0.577_350_269_189_625_8, 0.447_213_595_499_957_9, 0.357_770_876_399_966_35),
        ("if(z > 0.3, 1, 0)", 0.382_088_577_811_047_3, 0.382_088_577_811_047_3, 0.0),
    ] {
        let signal = report(text, &[]).signal;
        assert!(close(signal.mean, mean, 1e-11), "{text}: E f = {:?}", signal.mean);
        assert!(close(signal.square, square, 1e-11), "{text}: E f² = {:?}", signal.square);
        assert!(close(signal.slope_square, slope, 1e-11), "{text}: E f'² = {:?}", signal.slope_square);
    }
    // Integrals that do not exist are not given a value.
    let signal = report("exp(z^2/4)", &[]).signal;
    assert!(close(signal.mean, 2.0_f64.sqrt(), 1e-6) && signal.square.is_none() && signal.gain.is_none());
    assert_eq!(report("1/z", &[]).signal.square, None);
    assert_eq!(report("sqrt(abs(z))", &[]).signal.slope_square, None);
    assert_eq!(report("log(z)", &[]).signal.mean, None);
    assert_eq!(report("0*z", &[]).signal.gain, None);
}

#[test]
fn ranges_are_known_ones() {
    type Known = Option<(f64, Option<f64>)>;
    let (open, at) = (|value| Some((value, None)), |value, at| Some((value, Some(at))));
    let table: &[(&str, Known, Known, Monotone, Symmetry)] = &[
        ("linear", None, None, Monotone::Increasing, Symmetry::Odd),
        ("step", at(0.0, 0.0), at(1.0, 0.0), Monotone::Increasing, Symmetry::Neither),
        ("relu", at(0.0, 0.0), None, Monotone::Increasing, Symmetry::Neither),
        ("relu6", at(0.0, 0.0), at(6.0, 6.0), Monotone::Increasing, Symmetry::Neither),
        ("leaky_relu", None, None, Monotone::Increasing, Symmetry::Neither),
        ("elu", open(-1.0), None, Monotone::Increasing, Symmetry::Neither),
        ("sigmoid", open(0.0), open(1.0), Monotone::Increasing, Symmetry::Neither),
        ("tanh", open(-1.0), open(1.0), Monotone::Increasing, Symmetry::Odd),
        ("erf(z)", open(-1.0), open(1.0), Monotone::Increasing, Symmetry::Odd),
        ("softsign", open(-1.0), open(1.0), Monotone::Increasing, Symmetry::Odd),
        ("hard_tanh", at(-1.0, -1.0), at(1.0, 1.0), Monotone::Increasing, Symmetry::Odd),
        ("softplus", open(0.0), None, Monotone::Increasing, Symmetry::Neither),
        ("gelu", at(-0.169_971, -0.751_8), None, Monotone::Neither, Symmetry::Neither),
        ("silu", at(-0.278_464_5, -1.278_464_5), None, Monotone::Neither, Symmetry::Neither),
        ("mish", at(-0.308_843_4, -1.192_43), None, Monotone::Neither, Symmetry::Neither),
        ("hard_swish", at(-0.375, -1.5), None, Monotone::Neither, Symmetry::Neither),
        ("gaussian", open(0.0), at(1.0, 0.0), Monotone::Neither, Symmetry::Even),
        ("sine", at(-1.0, -FRAC_PI_2), at(1.0, FRAC_PI_2), Monotone::Neither, Symmetry::Odd),
        ("gcu", None, None, Monotone::Neither, Symmetry::Odd),
        ("snake", None, None, Monotone::Increasing, Symmetry::Neither),
        ("log_sigmoid", None, open(0.0), Monotone::Increasing, Symmetry::Neither),
        ("exponential", open(0.0), None, Monotone::Increasing, Symmetry::Neither),
        ("-tanh(z)", open(-1.0), open(1.0), Monotone::Decreasing, Symmetry::Odd),
        ("3", at(3.0, 0.0), at(3.0, 0.0), Monotone::Constant, Symmetry::Even),
        ("|z| - 1", at(-1.0, 0.0), None, Monotone::Neither, Symmetry::Even),
        ("log(1 + z²)", at(0.0, 0.0), None, Monotone::Neither, Symmetry::Even),
        ("1/(1 + z²)", open(0.0), at(1.0, 0.0), Monotone::Neither, Symmetry::Even),
        ("max(-2, min(z, 0.3))", at(-2.0, -2.0), at(0.3, 0.3), Monotone::Increasing, Symmetry::Neither),
        ("sin(30z)", at(-1.0, -0.052_359_9), at(1.0, 0.052_359_9), Monotone::Neither, Symmetry::Odd),
    ];
    for (text, low, high, monotone, symmetry) in table {
        let report = report(text, &[]);
        for (bound, known) in [(report.low, low), (report.high, high)] {
            match known {
                None => assert_eq!((bound.value, bound.at), (None, None), "{text}"),
                Some((value, at)) => {
                    assert!(close(bound.value, *value, 1e-6), "{text}: {bound:?}");
                    assert!(at.map_or(bound.at.is_none(), |at| close(bound.at, at, 1e-4)), "{text}: {bound:?}");
                }
            }
        }
        assert_eq!((report.monotone, report.symmetry), (*monotone, *symmetry), "{text}");
    }
}

#[test]
fn steepest_slopes_are_known_ones() {
    for (text, value, at) in [
        ("linear", Some(1.0), Some(0.0)),
        ("relu", Some(1.0), Some(0.0)),
        ("sigmoid", Some(0.25), Some(0.0)),
        ("tanh", Some(1.0), Some(0.0)),
        ("gelu", Some(1.128_904_145), Some(2.0_f64.sqrt())),
        ("silu", Some(1.099_839_320), Some(2.399_357)),
        ("selu", Some(1.758_099_340_847_377), Some(0.0)),
        ("hard_swish", Some(1.5), Some(3.0)),
        ("gaussian", Some(0.857_763_885), Some(0.5_f64.sqrt())),
        ("sine", Some(1.0), Some(0.0)),
        ("snake", Some(2.0), Some(FRAC_PI_4)),
        ("softplus", Some(1.0), None),
        ("3", Some(0.0), Some(0.0)),
        ("step", None, None),
        ("hard_shrink", None, None),
        ("relu_squared", None, None),
        ("exponential", None, None),
        ("gcu", None, None),
    ] {
        let steepest = report(text, &[]).steepest;
        assert!(
            value.map_or(steepest.value.is_none(), |value| close(steepest.value, value, 1e-8)),
            "{text}: {steepest:?}"
        );
        assert!(at.map_or(steepest.at.is_none(), |at| close(steepest.at, at, 1e-4)), "{text}: {steepest:?}");
    }
    let report = report("sigmoid", &[]);
    assert_eq!((report.at_zero, report.slope_at_zero), (0.5, 0.25));
}

#[test]
fn corners_are_found_with_both_slopes() {
    let corners = |text: &str, params: &[f64]| {
        let corners = report(text, params).corners;
        corners.into_iter().map(|c| (c.at, c.left, c.right, c.used, c.jump)).collect::<Vec<_>>()
    };
    for (text, params, expected) in [
        ("relu", vec![], vec![(0.0, 0.0, 1.0, 0.0, 0.0)]),
        ("leaky_relu", vec![0.2], vec![(0.0, 0.2, 1.0, 0.2, 0.0)]),
        ("step", vec![], vec![(0.0, 0.0, 0.0, 0.0, 1.0)]),
        // No corner for α = 1.
        ("elu", vec![1.0], vec![]),
        ("elu", vec![2.0], vec![(0.0, 2.0, 1.0, 2.0, 0.0)]),
        // Corners that move with a parameter.
        ("hard_shrink", vec![1.25], vec![(-1.25, 1.0, 0.0, 0.0, 1.25), (1.25, 0.0, 1.0, 0.0, 1.25)]),
        ("relu6", vec![], vec![(0.0, 0.0, 1.0, 0.0, 0.0), (6.0, 1.0, 0.0, 0.0, 0.0)]),
        ("hard_swish", vec![], vec![(-3.0, 0.0, -0.5, 0.0, 0.0), (3.0, 1.5, 1.0, 1.0, 0.0)]),
        // A corner of the second derivative only.
        ("relu_squared", vec![], vec![]),
        ("gelu", vec![], vec![]),
        ("sine", vec![30.0], vec![]),
        ("max(0, z)", vec![], vec![(0.0, 0.0, 1.0, 0.0, 0.0)]),
        ("if(z > a, a, z/2)", vec![0.7], vec![(0.7, 0.5, 0.0, 0.5, 0.35)]),
        ("|z - 0.1| + |z - 0.105|", vec![], vec![(0.1, -2.0, 0.0, -1.0, 0.0), (0.105, 0.0, 2.0, 1.0, 0.0)]),
    ] {
        let got = corners(text, &params);
        assert_eq!(got.len(), expected.len(), "{text}: {got:?}");
        for (got, expected) in got.iter().zip(expected) {
            let pairs = [
                (got.0, expected.0),
                (got.1, expected.1),
                (got.2, expected.2),
                (got.3, expected.3),
                (got.4, expected.4),
            ];
            assert!(pairs.iter().all(|(a, b)| (a - b).abs() < 1e-7), "{text}: {got:?}, not {expected:?}");
        }
    }
}

/// What a card declares about corners is what is found, and nothing else is.
#[test]
fn corners_of_the_catalogue_are_declared() {
    for activation in activation::all() {
        let card = activation.card();
        for corner in Report::by_default(&activation.into()).corners {
            assert!(
                card.kinks.iter().any(|kink| (kink.at - corner.at).abs() < 1e-9),
                "{}: undeclared {corner:?}",
                card.id
            );
        }
    }
}

#[test]
fn tails_are_known_ones() {
    let sigmoid = report("sigmoid", &[]);
    for (tail, sign, limit) in [(sigmoid.left, -1.0, 0.0), (sigmoid.right, 1.0, 1.0)] {
        assert_eq!((tail.end, tail.limit, tail.breaks_at), (End::Limit, Some(limit), None));
        // σ(z)σ(−z) = 0.05/4 at z = ln(1 + √0.95) − ln(1 − √0.95).
        assert!(close(tail.flat_from, sign * 4.356_544_4, 1e-6), "{tail:?}");
        // e⁻ᶻ rounds to 0 below half the smallest subnormal.
        assert!(close(tail.underflows_at, sign * 150.0 * std::f64::consts::LN_2, 1e-4), "{tail:?}");
    }
    let gaussian = report("gaussian", &[]);
    assert!(close(gaussian.right.underflows_at, 10.344, 1e-2) && close(gaussian.left.underflows_at, -10.344, 1e-2));
    let relu = report("relu", &[]);
    assert_eq!((relu.left.end, relu.left.flat_from, relu.left.underflows_at), (End::Limit, Some(0.0), None));
    assert_eq!((relu.right.end, relu.right.flat_from), (End::Unbounded, None));
    let exponential = report("exponential", &[]);
    assert!(close(exponential.right.breaks_at, 128.0 * std::f64::consts::LN_2, 1e-4));
    assert!(close(exponential.left.flat_from, 0.05_f64.ln(), 1e-6));
    assert_eq!(report("sine", &[]).right.end, End::Oscillates);
    assert_eq!(report("gcu", &[]).left.end, End::Unbounded);
    assert_eq!(report("log(z)", &[]).left.end, End::Undefined);
    // Typed without care for overflow; softplus has none of it.
    let naive = report("ln(1 + exp(z))", &[]);
    assert!(naive.right.breaks_at.is_some_and(|z| z > 700.0 && z < 720.0), "{:?}", naive.right);
    assert_eq!(report("softplus(z)", &[]).right.breaks_at, None);
    assert_eq!(report("z^2", &[]).right.breaks_at, None);
}

#[test]
fn a_formula_has_the_report_of_what_it_spells() {
    for (text, id) in [
        ("z*Phi(z)", "gelu"),
        ("z sigmoid(z)", "silu"),
        ("max(0, z)", "relu"),
        ("min(6, relu(z))", "relu6"),
        ("tanh(z)", "tanh"),
        ("if(z > 0, z, expm1(z))", "elu"),
        ("z/(1 + |z|)", "softsign"),
        ("z*min(max(z/6 + 1/2, 0), 1)", "hard_swish"),
    ] {
        let (own, built_in) = (report(text, &[]), report(id, &[]));
        let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-5 * (1.0 + b.abs()),
            (a, b) => a == b,
        };
        for (a, b) in [(own.low, built_in.low), (own.high, built_in.high), (own.steepest, built_in.steepest)] {
            assert!(near(a.value, b.value) && near(a.at, b.at), "{text}: {a:?}, {b:?}");
        }
        assert_eq!(
            (own.monotone, own.symmetry, own.corners.len()),
            (built_in.monotone, built_in.symmetry, built_in.corners.len())
        );
        for (a, b) in [(own.left, built_in.left), (own.right, built_in.right)] {
            assert_eq!(a.end, b.end, "{text}");
            assert!(
                near(a.limit, b.limit) && near(a.flat_from, b.flat_from) && near(a.underflows_at, b.underflows_at),
                "{text}: {a:?}, {b:?}"
            );
        }
        assert!(near(own.signal.chi, built_in.signal.chi) && near(own.signal.gain, built_in.signal.gain), "{text}");
    }
}

/// Nothing in a report contradicts the function, whichever it is.
#[test]
fn reports_of_the_whole_catalogue_hold() {
    for activation in activation::all() {
        let (function, card) = (Function::from(activation), activation.card());
        for corner in [|p: &activation::Param| p.min, |p: &activation::Param| p.default, |p: &activation::Param| p.max]
        {
            let params: Vec<f64> = card.params.iter().map(corner).collect();
            let report = Report::of(&function, &params);
            let id = card.id;
            let tolerance = |size: f64| 1e-9 * (1.0 + size.abs());
            for z in (-2000..=2000).map(|i| f64::from(i) * 0.012_34) {
                let point = activation.at(z, &params);
                let low = report.low.value.is_none_or(|low| point.value >= low - tolerance(low));
                let high = report.high.value.is_none_or(|high| point.value <= high + tolerance(high));
                assert!(
                    low && high,
                    "{id} {params:?} at {z}: {} is outside {:?} {:?}",
                    point.value,
                    report.low,
                    report.high
                );
                let steepest =
                    report.steepest.value.is_none_or(|steepest| point.slope.abs() <= steepest + tolerance(steepest));
                assert!(steepest, "{id} {params:?}: slope {} at {z}, {:?}", point.slope, report.steepest);
                for tail in [report.left, report.right] {
                    let beyond =
                        |from: Option<f64>| from.is_some_and(|from| z * from > 0.0 && z.abs() > from.abs() + 1e-9);
                    let scale = report.steepest.value.filter(|_| report.steepest.value != Some(0.0));
                    if let Some(scale) = scale
                        && beyond(tail.flat_from)
                    {
                        assert!(point.slope.abs() <= 0.05 * scale + 1e-9, "{id} {params:?} at {z}: not flat, {tail:?}");
                    }
                }
            }
            for (bound, sign) in [(report.low, 1.0), (report.high, -1.0)] {
                if let (Some(value), Some(at)) = (bound.value, bound.at) {
                    let beside = [at - 1e-9, at, at + 1e-9].map(|z| activation.at(z, &params).value * sign);
                    let reached = beside.into_iter().fold(f64::INFINITY, f64::min);
                    assert!((reached - value * sign).abs() < 1e-6 * (1.0 + value.abs()), "{id} {params:?}: {bound:?}");
                }
            }
            let signal = report.signal;
            assert!(
                signal.square.is_none_or(|square| square >= 0.0) && signal.variance.is_none_or(|v| v >= -1e-9),
                "{id}"
            );
        }
    }
}

/// Reports of odd formulas neither panic nor take long.
#[test]
fn formulas_at_their_worst_are_reported() {
    for text in [
        "1/z",
        "z^z",
        "sqrt(z)",
        "log(z)",
        "exp(exp(z))",
        "sin(1/z)",
        "sin(1000z)",
        "z^-3",
        "tan_1/0",
        "0/0*z",
        "1/(z - z)",
        "sin(exp(z))",
        "|sin(z)|",
        "sign(sin(50z))",
        "if(sin(100z) > 0, 1, -1)",
        "z^64",
        "exp(-z^4)",
        "step(z - 19.995)",
    ] {
        let formula = Formula::parse(text).unwrap();
        let params = vec![1.0; formula.parameters().len()];
        // Wild as they are, their report comes to an end, and its bounds are in order.
        let report = Report::of(&formula.into(), &params);
        assert!(
            report.low.value.is_none_or(|low| report.high.value.is_none_or(|high| low <= high)),
            "{text}: {report:?}"
        );
    }
}
