//! Formulas that a user types: what they accept, what they say of mistakes, and that they compute what the catalogue does.

use activation_playground::activation::{self, Curve, Formula, Function, Number};
use activation_playground::catalogue::FormulaReading;
use activation_playground::experiment::LayerSpec;
use activation_playground::real::{Dual, Lane, Lanes};
use proptest::prelude::*;

fn parse(text: &str) -> Formula {
    Formula::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn value(text: &str, z: f64) -> f64 {
    let formula = parse(text);
    formula.value(z, &vec![1.0; formula.parameters().len()])
}

fn slope(text: &str, z: f64) -> f64 {
    let formula = parse(text);
    formula.at(z, &vec![1.0; formula.parameters().len()]).slope
}

/// Values and slopes from the f32 kernel.
fn evaluate(curve: &dyn Curve, x: &[f32], params: &[f32]) -> Vec<(f32, f32)> {
    let lanes: Vec<Lane> = x.iter().map(|&x| Lane::splat(x)).collect();
    let (mut out, mut slope) = (lanes.clone(), lanes.clone());
    curve.values_and_slopes(&lanes, params, &mut out, &mut slope);
    let mut alone = lanes.clone();
    curve.values(&lanes, params, &mut alone);
    for (a, b) in alone.iter().zip(&out) {
        assert!(a == b || a.to_array()[3].is_nan());
    }
    out.iter().zip(&slope).map(|(y, dy)| (y.to_array()[0], dy.to_array()[3])).collect()
}

fn grid() -> impl Iterator<Item = f64> {
    (-2400..=2400).map(|i| f64::from(i) / 100.0)
}

#[test]
fn precedences_are_those_of_mathematics() {
    for (text, expected) in [
        ("1 + 2*3", 7.0),
        ("2*3 + 1", 7.0),
        ("1 - 2 - 3", -4.0),
        ("12/3/2", 2.0),
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("(-2)^2", 4.0),
        ("2^-1", 0.5),
        ("2^-2^2", 0.0625),
        ("-z^2", -9.0),
        ("2z", 6.0),
        ("2z^2", 18.0),
        ("2z²", 18.0),
        ("z³ - z", 24.0),
        ("-z²", -9.0),
        ("2(z + 1)(z - 1)", 16.0),
        ("z exp(0)", 3.0),
        ("1/2z", 1.5),
        ("|z - 5|", 2.0),
        ("2|z|", 6.0),
        ("|z||z|", 9.0),
        ("||z| - 5|", 2.0),
        ("|(|z|)|", 3.0),
        ("--z", 3.0),
        ("-+-z", 3.0),
        ("1 - -z", 4.0),
        ("2*-z", -6.0),
        ("z**2", 9.0),
        ("√4 z", 6.0),
        ("2e2", 200.0),
        ("2e", 2.0 * std::f64::consts::E),
        (".5 + 1.", 1.5),
        ("1.5e-3", 0.0015),
        ("2π", 2.0 * std::f64::consts::PI),
        ("max(1, z, 2)", 3.0),
        ("min(1, z, 2)", 1.0),
        ("if(z > 3, 1, 2)", 2.0),
        ("if(z >= 3, 1, 2)", 1.0),
        ("if(z < 3, 1, 2)", 2.0),
        ("if(z ≤ 3, 1, 2)", 1.0),
        ("x − 1", 2.0),
        ("6 ÷ 2 × 3 · 1", 9.0),
        ("a z", 3.0),
        ("a(z + 1)", 4.0),
        ("beta*z + beta", 4.0),
        ("ln(e)", 1.0),
        ("sign(z) + step(z) + relu(z)", 5.0),
    ] {
        assert!((value(text, 3.0) - expected).abs() < 1e-14, "{text} = {}, not {expected}", value(text, 3.0));
    }
    assert_eq!(
        parse("z*tanh( ln(1+exp(x)) )"),
        parse("z tanh(log(1 + e^z − 0 + exp(z) − e^z))".replace("e^z − 0 + exp(z) − e^z", "exp(z)").as_str())
    );
}

#[test]
fn mistakes_are_explained_at_their_place() {
    for (text, start, end, message) in [
        ("", 0, 0, "there is no formula yet"),
        ("  ", 0, 1, "there is no formula yet"),
        ("z * tanh(softplus(z)", 4, 9, "tanh( is never closed"),
        ("z * tanh(softplus(z", 9, 18, "softplus( is never closed"),
        ("softplus(", 0, 9, "softplus( is never closed"),
        ("(z + 1", 0, 1, "this `(` is never closed"),
        ("2 * (", 4, 5, "this `(` is never closed"),
        ("|z", 0, 1, "this `|` is never closed"),
        ("if(z", 0, 3, "if( is never closed"),
        ("tahn(z)", 0, 4, "there is no function `tahn`; did you mean `tanh`?"),
        ("beta(z)", 0, 4, "there is no function `beta`; a product is written `beta*(…)`"),
        ("z +", 2, 3, "something is missing after `+`"),
        ("(z *)", 3, 4, "something is missing after `*`"),
        ("z + * 2", 4, 5, "something is missing before `*`"),
        ("* 2", 0, 1, "something is missing before `*`"),
        ("sin()", 3, 5, "there is nothing between these brackets"),
        ("max(z,)", 5, 6, "something is missing after `,`"),
        ("z)", 1, 2, "this `)` closes nothing"),
        ("z, 1", 1, 2, "a comma belongs between the arguments of a function"),
        ("z > 1", 2, 3, "`>` belongs in the first part of if(…)"),
        ("z ≤ 1", 2, 3, "`≤` belongs in the first part of if(…)"),
        ("z≥1", 1, 2, "`≥` belongs in the first part of if(…)"),
        ("1 + (z >= 1)", 7, 9, "`>=` belongs in the first part of if(…)"),
        ("y = z", 2, 3, "`=` is not part of a formula; write only what comes after it"),
        ("z 2", 2, 3, "an operator is missing before this number"),
        ("β # 2", 2, 3, "`#` means nothing here"),
        ("tanh z", 0, 4, "`tanh` needs brackets"),
        ("tanh", 0, 4, "`tanh` needs brackets"),
        ("max(z)", 0, 6, "`max` takes two arguments or more"),
        ("tanh(z, 1)", 0, 10, "`tanh` takes one argument"),
        ("if(z > 0, 1)", 0, 12, "`if` takes a comparison and two values"),
        ("if(z, 1, 2)", 3, 4, "the first part of if(…) is a comparison"),
        ("az + 1", 0, 2, "`az` would be one name; a product is written `a*z`"),
        ("1.2.3", 3, 5, "an operator is missing before this number"),
        ("1e999", 0, 5, "this number is too large"),
        (".", 0, 1, "`.` is not a number"),
        ("a+b+c+d+f+g+h+i+j", 16, 17, "`j` is one parameter too many"),
        ("if(z", 0, 3, "if( is never closed"),
        ("if(z=0,1,2)", 4, 5, "`=` is no comparison"),
        ("if(z != 0, 1, 2)", 5, 7, "`!=` is no comparison"),
        ("if(z>0 and z<1,1,2)", 7, 10, "conditions cannot be joined by `and`"),
        ("if(z>0 && z<1,1,2)", 7, 8, "conditions cannot be joined by `&`"),
        ("if(0 < z < 1, 1, 2)", 9, 10, "conditions cannot be joined by `<`"),
        ("torch.relu(z)", 0, 10, "names with a dot are not known; did you mean `relu`?"),
        ("1 + np.maximum(0,z)", 4, 14, "names with a dot are not known; did you mean `max`?"),
        ("nn.LeakyReLU", 0, 12, "names with a dot are not known; did you mean `leaky_relu`?"),
        ("torch.nn.functional.foo(z)", 0, 23, "names with a dot are not known"),
        ("geluu(z)", 0, 5, "there is no function `geluu`; did you mean `gelu`?"),
        ("softmax(z)", 0, 7, "Softmax cannot be part of a formula: it is no fixed function of a single number"),
        ("rrelu(z)", 0, 5, "RReLU cannot be part of a formula: it is no fixed function of a single number"),
        ("gelu(z, 1)", 0, 10, "`gelu` takes one argument"),
        ("mish(z", 0, 5, "mish( is never closed"),
        ("a", 0, 1, "`a` alone does not depend on z; write for example `a*z`"),
        (" (pi) ", 0, 6, "`pi` alone does not depend on z; write for example `pi*z`"),
        ("pib2", 0, 4, "`pib2` alone does not depend on z; write for example `pib2*z`"),
        ("Z", 0, 1, "`Z` alone does not depend on z; did you mean `z`?"),
        ("geluu", 0, 5, "`geluu` alone does not depend on z; did you mean `gelu`?"),
    ] {
        let error = Formula::parse(text).expect_err(text);
        // A number after a number is underlined at its first character.
        let end = if error.message.starts_with("an operator") { start + 1 } else { end };
        assert_eq!((error.message.as_str(), error.start, error.end), (message, start, end), "{text}");
        assert!(!error.accepted.is_empty(), "{text}");
    }
}

#[test]
fn size_and_depth_are_limited() {
    let error = |text: String| Formula::parse(&text).unwrap_err().message;
    assert_eq!(error("z".repeat(401)), "the formula is too long: 401 characters");
    assert_eq!(error(format!("{}z{}", "(".repeat(199), ")".repeat(199))), "nested too deeply: more than 32 levels");
    assert_eq!(error("z^".repeat(199) + "z"), "nested too deeply: more than 32 levels");
    assert_eq!(error("√".repeat(399) + "z"), "nested too deeply: more than 32 levels");
    assert_eq!(error("|".repeat(400)), "nested too deeply: more than 32 levels");
    assert_eq!(error("z/".repeat(199) + "z"), "the formula is too deep");
    // Sums and products of many are read and written in a row.
    for (long, expected) in [("z+".repeat(199) + "z", 400.0), ("a(z)".repeat(100), 2.0_f64.powi(100))] {
        let formula = parse(&long);
        assert_eq!(formula.value(2.0, &vec![1.0; formula.parameters().len()]), expected);
        assert!(formula.tex().len() + formula.mathml().len() > 2 * long.len());
        assert_eq!(parse(formula.text()), formula);
        assert!(formula.derivative().is_none_or(|derivative| !derivative.text().is_empty()));
        formula.boundaries(&[1.0]);
    }
    parse(&("z-1+".repeat(99) + "z"));
    // Blanks are free, within reason.
    parse(&format!("{}z", " ".repeat(700)));
    assert_eq!(error(" ".repeat(800) + "z"), "the formula is too long: 1 characters");
    let cases = format!("{}z{}", "if(z>1,".repeat(31), ",0)".repeat(31));
    assert_eq!(parse(parse(&cases).text()), parse(&cases));
    // Signs do not nest.
    assert_eq!(value(&("-".repeat(399) + "z"), 1.0), -1.0);
    // Brackets side by side are not inside each other.
    parse(&["(z)"; 50].join("+"));
    parse(&["z^2"; 50].join("+"));
    // Registers: a sum whose right side is always the deeper one.
    let deep = format!("{}z{}", "sin(z)+(".repeat(31), ")".repeat(31));
    assert!((value(&deep, 0.5) - (0.5 + 31.0 * 0.5_f64.sin())).abs() < 1e-12);
    let deep = format!("{}z{}", "z+1+(z-1)*(".repeat(20), ")".repeat(20));
    let mut numbers = (10..).map(|n| n.to_string());
    let numbered: String =
        deep.chars().map(|c| if c == '1' { numbers.next().unwrap_or_default() } else { c.into() }).collect();
    assert_eq!(error(numbered), "the formula is too involved");
    // Many different numbers.
    let text = (1..50).map(|i| format!("{i}")).collect::<Vec<_>>().join("z+") + "z";
    assert_eq!(value(&text, 1.0), 49.0 * 50.0 / 2.0);
}

#[test]
fn formulas_compute_what_the_catalogue_does() {
    for (text, id, params) in [
        ("z", "linear", vec![]),
        ("step(z)", "step", vec![]),
        ("z*sigmoid(z)", "silu", vec![]),
        ("z/(1 + exp(-z))", "silu", vec![]),
        ("z*sigmoid(b z)", "swish", vec![1.7]),
        ("relu(z)", "relu", vec![]),
        ("max(0, z)", "relu", vec![]),
        ("max(z, 0)", "relu", vec![]),
        ("if(z > 0, z, 0)", "relu", vec![]),
        ("if(z>0, z, a*(exp(z)-1))", "elu", vec![1.3]),
        ("if(z > 0, z, a*expm1(z))", "elu", vec![0.7]),
        ("if(z > 0, z, a z)", "leaky_relu", vec![0.2]),
        ("sigmoid(z)", "sigmoid", vec![]),
        ("tanh(z)", "tanh", vec![]),
        ("(e^z - e^-z)/(e^z + e^-z)", "tanh", vec![]),
        ("softplus(b*z)/b", "softplus", vec![2.0]),
        ("z*Phi(z)", "gelu", vec![]),
        ("z*(1 + erf(z/√2))/2", "gelu", vec![]),
        ("0.5z(1 + tanh(sqrt(2/pi)*(z + 0.044715z³)))", "gelu_tanh", vec![]),
        ("z * tanh(ln(1 + exp(z)))", "mish", vec![]),
        ("z tanh(log1p(exp(z)))", "mish", vec![]),
        ("z*tanh(softplus(z))", "mish", vec![]),
    ] {
        let (formula, built_in) = (parse(text), activation::find(id).unwrap());
        let params32: Vec<f32> = params.iter().map(|&p| p as f32).collect();
        let x: Vec<f32> = grid().map(|x| x as f32).collect();
        for x in grid() {
            let (got, expected) = (formula.at(x, &params), built_in.at(x, &params));
            for (got, expected) in [(got.value, expected.value), (got.slope, expected.slope), (got.bend, expected.bend)]
            {
                assert!((got - expected).abs() <= 1e-12 * x.abs().max(1.0), "{text} at {x}: {got}, not {expected}");
            }
        }
        let (got, expected) = (evaluate(&formula, &x, &params32), evaluate(built_in, &x, &params32));
        for ((x, got), expected) in x.iter().zip(got).zip(expected) {
            for (got, expected) in [(got.0, expected.0), (got.1, expected.1)] {
                // One ulp, or what cancels out in the formula as it was typed.
                let error = (f64::from(got) - f64::from(expected)).abs();
                let allowed = f64::from(expected).abs() * 1.2e-7 + 2e-9 * f64::from(x.abs().max(1.0));
                assert!(error <= allowed, "{text} in f32 at {x}: {got}, not {expected}");
            }
        }
    }
}

#[test]
fn activations_of_the_catalogue_are_functions_in_formulas() {
    assert_eq!(parse("gelu(z)").text(), "z*Phi(z)");
    assert_eq!(parse("1 + SiLU(2z)").text(), "1 + 2*z*sigmoid(2*z)");
    assert_eq!(parse("Tanh(z) + ReLU(z)"), parse("tanh(z) + relu(z)"));
    assert_eq!(slope("leaky_relu(z)", -1.0), 0.01);
    for activation in activation::all().filter(|activation| !activation.card().random) {
        let id = activation.card().id;
        let formula = parse(&format!("{id}(z)"));
        let params: Vec<f64> = activation.card().params.iter().map(|param| param.default).collect();
        assert_eq!(parse(formula.text()).text(), formula.text(), "{id}");
        for z in grid().filter(|z| activation.card().kinks_at(&params).all(|kink| kink != *z)) {
            let (got, expected) = (formula.at(z, &[]), activation.at(z, &params));
            for (got, expected) in [(got.value, expected.value), (got.slope, expected.slope)] {
                let scale = expected.abs().max(z.abs()).max(1.0);
                assert!((got - expected).abs() <= 1e-12 * scale, "{id} at {z}: {got}, not {expected}");
            }
        }
    }
}

#[test]
fn what_is_typed_is_read_as_the_engine_reads_it() {
    let gelu = FormulaReading::new(" GELU ");
    assert_eq!((gelu.activation, gelu.name, gelu.text.as_deref()), (Some("gelu"), Some("GELU"), Some("gelu")));
    assert!(gelu.mathml.is_some() && gelu.error.is_none() && gelu.parameters.is_empty());
    assert_eq!(FormulaReading::new("leaky_relu").parameters, ["negative_slope"]);
    assert_eq!(FormulaReading::new("softmax").activation, Some("softmax"));
    let notes = ["5", "X*tanh(X)", "-a", "pi*e", "z - 1"].map(|text| FormulaReading::new(text).note);
    let note = "does not depend on z";
    let expected = [Some(note.into()), Some(format!("{note} (did you mean z instead of X?)")), Some(note.into())];
    assert_eq!(notes, [expected.as_slice(), &[Some(note.into()), None]].concat().as_slice());
    for text in ["gelu", "tanh", "a", "Z", "pi", "pib2", "e", "β", "(a)", "geluu", "z", "x", "z+1", "nn.ReLU", "", "≤"]
    {
        let reading = FormulaReading::new(text);
        let used = LayerSpec::new(1, text).resolve();
        assert_eq!(reading.error.is_none(), used.is_ok(), "{text}");
        assert_eq!(reading.text.as_deref(), used.as_ref().ok().map(|(nonlinearity, _)| nonlinearity.id()), "{text}");
    }
}

#[test]
fn kinks_take_the_documented_side() {
    for (text, at, expected) in [
        ("max(0, z)", 0.0, 0.0),
        ("max(z, 0)", 0.0, 0.0),
        ("min(6, max(0, z))", 6.0, 0.0),
        ("relu(z)", 0.0, 0.0),
        ("|z|", 0.0, 0.0),
        ("sign(z)", 0.0, 0.0),
        ("if(z > 0, z, 2z)", 0.0, 2.0),
        ("if(z >= 0, z, 2z)", 0.0, 1.0),
    ] {
        assert_eq!(slope(text, at), expected, "{text}");
    }
    assert_eq!(parse("max(0, z) + |z - 1|").boundaries(&[]), [0.0, 1.0]);
    assert_eq!(parse("relu(relu(z) - 0.3)").boundaries(&[]), [0.0, 0.3]);
    assert_eq!(parse("if(z > a, z, 0)").boundaries(&[2.5]), [2.5]);
    assert_eq!(parse("min(max(z, -1), 1)").boundaries(&[]), [-1.0, 1.0]);
    assert_eq!(parse("tanh(z)").boundaries(&[]), []);
}

#[test]
fn a_branch_not_taken_has_no_influence() {
    for text in ["if(z > 0, log(z), 0)", "if(z > 0, sqrt(z), z)", "if(z <= 0, z, 1/z + z^0.3)", "if(z < 0, z, z^1.5)"] {
        let formula = parse(text);
        for z in [-3.0, -1e-300, 2.0] {
            let point = formula.at(z, &[]);
            assert!(point.value.is_finite() && point.slope.is_finite() && point.bend.is_finite(), "{text} at {z}");
            let (value, slope) = evaluate(&formula, &[z as f32], &[])[0];
            assert!(value.is_finite() && slope.is_finite(), "{text} at {z} in f32");
        }
    }
    for text in
        ["if(z > 0, 1, 2)", "if(0 <= z, 1, 2)", "max(z, 0)", "min(1, z)", "relu(z)", "sign(z)", "step(z)", "|z|"]
    {
        let formula = parse(text);
        assert!(formula.at(f64::NAN, &[]).value.is_nan(), "{text}");
        assert!(evaluate(&formula, &[f32::NAN], &[])[0].0.is_nan(), "{text} in f32");
    }
}

#[test]
fn powers_are_right_where_they_are_defined() {
    for (text, z, expected) in [
        ("z^2", -3.0, (9.0, -6.0)),
        ("z^3", -2.0, (-8.0, 12.0)),
        ("z^-1", -2.0, (-0.5, -0.25)),
        ("z^-2", 2.0, (0.25, -0.25)),
        ("z^0", 0.0, (1.0, 0.0)),
        ("z^1", 0.0, (0.0, 1.0)),
        ("z^0.5", 4.0, (2.0, 0.25)),
        ("z^1.5", 0.0, (0.0, 0.0)),
        ("z^1.5", 4.0, (8.0, 3.0)),
        ("2^z", 3.0, (8.0, 8.0 * std::f64::consts::LN_2)),
        ("0^z", 2.0, (0.0, 0.0)),
        ("z^z", 2.0, (4.0, 4.0 * (1.0 + std::f64::consts::LN_2))),
        ("e^z", 0.0, (1.0, 1.0)),
        // The exponent is a parameter, 1 here.
        ("z^a", 0.0, (0.0, 1.0)),
        ("z^a", -2.0, (-2.0, 1.0)),
        ("z^(a + a)", -2.0, (4.0, -4.0)),
        ("z^(a + a + a)", -2.0, (-8.0, 12.0)),
    ] {
        let formula = parse(text);
        let params = vec![1.0; formula.parameters().len()];
        let point = formula.at(z, &params);
        let close = |got: f64, expected: f64| (got - expected).abs() <= 1e-14 * expected.abs();
        assert!(close(point.value, expected.0) && close(point.slope, expected.1), "{text} at {z}: {point:?}");
        let (value, slope) = evaluate(&formula, &[z as f32], &vec![1.0; params.len()])[0];
        let close = |got: f32, expected: f64| (f64::from(got) - expected).abs() <= 1e-7 * expected.abs();
        assert!(close(value, expected.0) && close(slope, expected.1), "{text} at {z} in f32: {value}, {slope}");
    }
    assert!(value("z^0.5", -1.0).is_nan() && value("z^(1/3)", -1.0).is_nan());
    assert_eq!(value("z^-1", 0.0), f64::INFINITY);
    let f32_values = evaluate(&parse("z^(a/2)"), &[-1.0, 0.0, 4.0], &[1.0]);
    assert!(f32_values[0].0.is_nan());
    assert_eq!((f32_values[1].0, f32_values[2].0), (0.0, 2.0));
}

#[test]
fn what_overflows_does_so_openly() {
    // As typed it is ∞ beyond e⁷⁰⁹, not a wrong finite number; as softplus it is right.
    let (naive, right) = (parse("ln(1 + exp(z))"), parse("softplus(z)"));
    assert_eq!(evaluate(&naive, &[1e4], &[])[0].0, f32::INFINITY);
    assert_eq!(naive.value(1e4, &[]), f64::INFINITY);
    assert_eq!(evaluate(&right, &[1e4], &[])[0], (1e4, 1.0));
    // What f32 would lose is kept, up to there.
    let log1p = parse("log1p(exp(z))");
    for z in [89.0, 100.0, 230.0, 600.0, 708.0] {
        assert_eq!(evaluate(&naive, &[z], &[])[0], (z, 1.0));
        assert_eq!(evaluate(&log1p, &[z], &[])[0], (z, 1.0));
    }
    // At ±∞ a gate closes.
    let silu = parse("z*sigmoid(z)");
    assert_eq!(evaluate(&silu, &[f32::NEG_INFINITY], &[])[0].0, 0.0);
    assert_eq!(evaluate(&silu, &[f32::INFINITY], &[])[0].0, f32::INFINITY);
}

#[test]
fn parameters_have_slopes_of_their_own() {
    let formula = parse("z*sigmoid(b z) + c^2");
    assert_eq!(formula.parameters(), ["b", "c"]);
    let x: Vec<f64> = grid().step_by(7).collect();
    let (params, h) = ([1.3, 0.5], 1e-5);
    let mut both = vec![0.0; 2 * x.len()];
    f64::partials(&formula, &x, &params, &mut both);
    for (which, slopes) in both.chunks(x.len()).enumerate() {
        let lanes: Vec<Lane> = x.iter().map(|&x| Lane::splat(x as f32)).collect();
        let mut in_f32 = lanes.clone();
        formula.slopes_by_parameter(which, &lanes, &params.map(|p| p as f32), &mut in_f32);
        for (i, &x) in x.iter().enumerate() {
            let at = |step: f64| {
                let mut moved = params;
                moved[which] += step;
                formula.value(x, &moved)
            };
            let difference = (at(h) - at(-h)) / (2.0 * h);
            assert!((slopes[i] - difference).abs() < 1e-8, "{which} at {x}");
            assert!((f64::from(in_f32[i].to_array()[0]) - slopes[i]).abs() < 1e-6, "{which} at {x} in f32");
        }
    }
}

#[test]
fn slices_of_any_length_are_filled() {
    let formula = parse("2z + 1");
    for length in 0..20 {
        let x: Vec<Lane> = (0..length).map(|i| Lane::splat(i as f32)).collect();
        let mut out = x.clone();
        formula.values(&x, &[], &mut out);
        let expected: Vec<Lane> = (0..length).map(|i| Lane::splat(2.0 * i as f32 + 1.0)).collect();
        assert_eq!(out, expected);
    }
}

#[test]
fn evaluation_allocates_nothing() {
    let formula = parse("if(z > a, z*tanh(ln(1 + exp(b z))), sqrt(2/pi)*z^3)");
    let x = vec![Lane::splat(0.3); 50];
    let (mut out, mut slope) = (x.clone(), x.clone());
    let counted = allocation_counter::measure(|| {
        formula.values(&x, &[1.0, 1.0], &mut out);
        formula.values_and_slopes(&x, &[1.0, 1.0], &mut out, &mut slope);
        formula.slopes_by_parameter(1, &x, &[1.0, 1.0], &mut slope);
        formula.at(0.3, &[1.0, 1.0]);
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn formulas_print_as_text_tex_and_mathml() {
    for (text, printed, tex) in [
        (
            "x*tanh(ln(1+exp(x)))",
            "z*tanh(log(1 + exp(z)))",
            r"z\,\tanh\left(\ln\left(1 + \exp\left(z\right)\right)\right)",
        ),
        ("2 z²", "2*z^2", r"2\,{z}^{2}"),
        ("|z|/√2", "abs(z)/sqrt(2)", r"\frac{\left|z\right|}{\sqrt{2}}"),
        ("beta z", "beta*z", r"\beta\,z"),
        ("-(z + 1)", "-(z + 1)", r"-\left(z + 1\right)"),
        ("1e-9z", "1e-9*z", r"(1 \cdot 10^{-9})\,z"),
        ("z(-2)", "z*(-2)", r"z\,\left(-2\right)"),
        ("if(z>0,z,a)", "if(z > 0, z, a)", r"\begin{cases} z & z > 0 \\ a & \text{otherwise} \end{cases}"),
    ] {
        let formula = parse(text);
        assert_eq!((formula.text(), formula.tex().as_str()), (printed, tex));
    }
    assert_eq!(
        parse("z/(1 + e^(-z))").mathml(),
        "<math><mrow><mfrac><mi>z</mi><mrow><mn>1</mn><mo>+</mo><msup><mi>e</mi><mrow><mo>−</mo><mi>z</mi></mrow></msup></mrow></mfrac></mrow></math>"
    );
    let cases = parse("if(z <= 0, a_b, max(z, σ(z)))").mathml();
    assert!(cases.contains("<mo>≤</mo>") && cases.contains("<mi>σ</mi>") && cases.contains("<mi>a_b</mi>"));
    assert!(!parse("if(z < 0, 1, 2)").mathml().contains("<mo><</mo>"));
}

#[test]
fn derivatives_read_as_a_person_would_write_them() {
    for (text, expected) in [
        ("z", "1"),
        ("3", "0"),
        ("a*z + b", "a"),
        ("z^2", "2*z"),
        ("z^3/3", "3*z^2/3"),
        ("-z", "-1"),
        ("exp(-z^2)", "-(2*(exp(-z^2)*z))"),
        ("tanh(z)", "1 - tanh(z)^2"),
        ("z*sigmoid(z)", "sigmoid(z) + z*(sigmoid(z)*(1 - sigmoid(z)))"),
        ("softplus(z)", "sigmoid(z)"),
        ("max(0, z)", "if(z > 0, 1, 0)"),
        ("if(z > 0, z, a*(exp(z) - 1))", "if(z > 0, 1, a*exp(z))"),
        ("sin(z)", "cos(z)"),
        ("cos(2z)", "-(2*sin(2*z))"),
        ("1/z", "-(1/z^2)"),
        ("sqrt(z)", "1/(2*sqrt(z))"),
        ("2^z", "2^z*log(2)"),
        ("e^z", "e^z"),
        ("z^a", "a*z^(a - 1)"),
        ("sign(z) + step(z)", "0"),
    ] {
        assert_eq!(parse(text).derivative().unwrap().text(), expected, "{text}");
    }
}

#[test]
fn a_function_is_an_id_or_a_formula() {
    let gelu = Function::read("gelu").unwrap();
    assert_eq!((gelu.id(), gelu.name()), ("gelu", "GELU"));
    let own = Function::read("z * sigmoid(b*z)").unwrap();
    assert_eq!((own.id(), own.name()), ("z*sigmoid(b*z)", "z*sigmoid(b*z)"));
    let parameters: Vec<_> = own.parameters().collect();
    assert_eq!((parameters.len(), parameters[0].id, parameters[0].default), (1, "b", 1.0));
    assert_eq!(own.clone(), own);
    assert_ne!(own, gelu);
    assert_eq!(format!("{own:?}"), "Function(\"z*sigmoid(b*z)\")");
    assert!(Function::read("tahn").is_err_and(|error| error.message.ends_with("did you mean `tanh`?")));
    assert!(Function::read("tahn(z)").is_err());
    for activation in activation::all() {
        let function = Function::from(activation);
        assert_eq!(Function::read(function.id()).unwrap(), function);
        assert_eq!(function.parameters().count(), activation.card().params.len());
    }
}

/// A random formula that is smooth and of moderate size near 0.
fn tree() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("z".to_string()),
        1 => Just("a".to_string()),
        1 => Just("b".to_string()),
        1 => Just("pi".to_string()),
        2 => (-30_i32..30).prop_map(|n| format!("({})", f64::from(n) / 10.0)),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), "[+*-]").prop_map(|(a, b, op)| format!("({a} {op} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})/(1 + ({b})²)")),
            (inner.clone(), "(tanh|sigmoid|sin|cos|erf|atan|softplus|Phi)").prop_map(|(a, f)| format!("{f}({a})")),
            (inner.clone(), "(abs|relu|sign|step)").prop_map(|(a, f)| format!("{f}({a})")),
            inner.clone().prop_map(|a| format!("exp(-({a})²)")),
            inner.clone().prop_map(|a| format!("log(1 + ({a})^2)")),
            inner.clone().prop_map(|a| format!("sqrt(1 + ({a})^4)")),
            inner.clone().prop_map(|a| format!("expm1(tanh({a})) + log1p(sigmoid({a}))")),
            inner.clone().prop_map(|a| format!("(2 + sin({a}))^1.5 + (2 + sin({a}))^z^-0 - |{a}|")),
            inner.clone().prop_map(|a| format!("-{a}^3")),
            (inner.clone(), inner.clone(), "(max|min)").prop_map(|(a, b, f)| format!("{f}({a}, {b})")),
            (inner.clone(), inner.clone(), inner.clone(), inner.clone(), "(<|<=|>|>=)")
                .prop_map(|(a, b, c, d, op)| format!("if({a} {op} {b}, {c}, {d})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn nothing_typed_panics(text in "\\PC*") {
        let _ = Formula::parse(&text);
    }

    #[test]
    fn signs_of_several_bytes_are_signs_like_others(text in "([-+*/^()|,.<>= ]|[≤≥²³√·×−÷πβσΦ\u{301}😀🧠]|z|a|1|2e|if\\(|max\\(|z ≤|≥){0,24}") {
        match Formula::parse(&text) {
            Ok(formula) => prop_assert_eq!(Formula::parse(formula.text()).unwrap(), formula),
            Err(error) => {
                // Counted in characters, so the page can underline them whatever they are.
                let length = text.chars().count();
                prop_assert!(error.start <= error.end && error.end <= length, "{:?}", error);
                prop_assert!(error.start < error.end || length == 0, "{:?}", error);
            }
        }
    }

    #[test]
    fn nothing_like_a_formula_panics(text in "([-+*/^()|,.<>=²√ ]|z|x|a|e|1|25|tanh\\(|if\\(|max\\(|exp\\(|abs|softplus| ){0,60}") {
        match Formula::parse(&text) {
            Ok(formula) => {
                let params = vec![1.0; formula.parameters().len()];
                formula.at(0.7, &params);
                formula.boundaries(&params);
                formula.mathml();
                if let Some(derivative) = formula.derivative() {
                    derivative.at(0.7, &params);
                }
                prop_assert_eq!(Formula::parse(formula.text()).unwrap(), formula);
            }
            Err(error) => {
                let length = text.chars().count();
                prop_assert!(error.start <= error.end && error.end <= length, "{:?}", error);
                prop_assert!(error.start < error.end || length == 0, "{:?}", error);
            }
        }
    }

    #[test]
    fn printing_and_reading_again_gives_the_same(text in tree()) {
        if let Ok(formula) = Formula::parse(&text) {
            prop_assert_eq!(&Formula::parse(formula.text()).unwrap(), &formula);
            if let Some(derivative) = formula.derivative()
                && let Ok(again) = Formula::parse(derivative.text())
            {
                prop_assert_eq!(again.text(), derivative.text());
            }
        }
    }

    #[test]
    fn derivatives_are_those_of_the_differences(text in tree(), z in -2.0..2.0_f64, a in -1.5..1.5_f64, b in -1.5..1.5_f64) {
        let Ok(formula) = Formula::parse(&text) else { return Ok(()) };
        let params: Vec<f64> = formula.parameters().iter().map(|name| if name == "a" { a } else { b }).collect();
        // Away from kinks.
        let h = 1e-5;
        if formula.boundaries(&params).iter().any(|at| (at - z).abs() < 4.0 * h) {
            return Ok(());
        }
        let point = formula.at(z, &params);
        let [far_left, left, right, far_right] = [-2.0, -1.0, 1.0, 2.0].map(|k| formula.at(z + k * h, &params));
        let scale = [left, right, point].iter().flat_map(|p| [p.value.abs(), p.slope.abs(), p.bend.abs()]).fold(1.0, f64::max);
        let difference = (8.0 * (right.value - left.value) - (far_right.value - far_left.value)) / (12.0 * h);
        let second = (8.0 * (right.slope - left.slope) - (far_right.slope - far_left.slope)) / (12.0 * h);
        // The differences themselves are only as good as the next derivatives are small.
        if scale < 1e3 {
            prop_assert!((point.slope - difference).abs() < 1e-6 * scale, "{}: f'({}) = {}, difference {}", text, z, point.slope, difference);
            prop_assert!((point.bend - second).abs() < 1e-5 * scale, "{}: f''({}) = {}, difference {}", text, z, point.bend, second);
        }
        let dual = formula.value(Dual::variable(z), &params.iter().map(|&p| Dual::fixed(p)).collect::<Vec<_>>());
        prop_assert_eq!((dual.value, dual.slope), (point.value, point.slope));
        if let Some(derivative) = formula.derivative() {
            let shown = derivative.at(z, &params).value;
            prop_assert!((shown - point.slope).abs() <= 1e-9 * scale, "{}: ({})' = {}, exactly {}", text, derivative, shown, point.slope);
        }
        // The f32 kernel is the same formula.
        let params32: Vec<f32> = params.iter().map(|&p| p as f32).collect();
        let z = f64::from(z as f32);
        let rounded: Vec<f64> = params32.iter().map(|&p| f64::from(p)).collect();
        if formula.boundaries(&rounded).iter().all(|at| (at - z).abs() > 1e-6) {
            let exact = formula.at(z, &rounded);
            let (value, slope) = evaluate(&formula, &[z as f32], &params32)[0];
            prop_assert!((f64::from(value) - exact.value).abs() < 1e-6 * scale, "{}: {} in f32, {}", text, value, exact.value);
            prop_assert!((f64::from(slope) - exact.slope).abs() < 1e-6 * scale, "{}: slope {} in f32, {}", text, slope, exact.slope);
        }
    }
}
