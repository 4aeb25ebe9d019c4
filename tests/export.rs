//! Activations as code: what is written computes the curve. Plain Python and Rust are run; the frameworks' code is parsed,
//! and may only use names that are listed here.

use activation_playground::activation::{self, Function, Nonlinearity, vector};
use activation_playground::export::{TARGETS, Target, code};
use activation_playground::real::Lanes;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Formulas with everything that the language of formulas has.
const FORMULAS: &[&str] = &[
    "z",
    "3",
    "a + 0*z",
    "-z",
    "z * sigmoid(beta z)",
    "max(0, z)",
    "max(z, exp(z))",
    "min(z, a)",
    "if(z > 0, z, exp(z) - 1)",
    "if(z*z >= 1, z, sin(3z)/z)",
    "if(a > 0, z, -z)",
    "if(z <= -1, log(-z), 1/(2 + z))",
    "abs(z)^1.5",
    "z^3 - 2z^-2",
    "1/z",
    "sqrt(z)",
    "log(z)",
    "log1p(z)",
    "exp(exp(z))",
    "exp(-1/z^2)",
    "a^z",
    "z^z",
    "z^a",
    "sin(exp(z))",
    "cos(1/z)",
    "z * tanh(ln(1 + exp(z)))",
    "z Phi(z) + erf(z/2) - atan(z)",
    "sign(z)*step(z - 1) + relu(z)",
    "softplus(lambda z)/lambda",
    "expm1(z) + softplus(a)*sigmoid(b)",
    "exp(z)/(exp(z) + exp(-z))",
    "z/(1 + |z|)",
    "sqrt(1 + z^2) - 1",
    "pi*z + e",
    "1/0 + z",
    "tanh(exp(t) z) + exp(u + t)",
    "(z + 1)^64",
    "if(z > -0.5, if(z > 1, log(z), sqrt(1 + z)), -z)",
];

const GRID: [f64; 12] = [0.0, -0.0, 1e-3, -1e-3, 0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 30.0, -30.0];
/// Relative; what is left of another rounding in the functions of another library.
const TOLERANCE: f64 = 1e-12;

/// One function to be written, called and compared.
struct Sample {
    activation: Nonlinearity,
    params: Vec<f64>,
    /// Parameters by name that replace the defaults, and the values then.
    others: Vec<f64>,
}

fn read(text: &str) -> Nonlinearity {
    Nonlinearity::read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn samples() -> Vec<Sample> {
    let built_in = activation::all().map(|activation| Nonlinearity::Elementwise(activation.into()));
    let formulas = FORMULAS.iter().map(|text| Nonlinearity::Elementwise(Function::read(text).unwrap()));
    let gates = vector::all().filter(|activation| activation.record().is_some()).map(Nonlinearity::Vector);
    built_in
        .chain(formulas)
        .chain(gates)
        .map(|activation| {
            let params = activation.parameters().iter().map(|parameter| parameter.default).collect();
            // Away from the defaults, and from each other.
            let other =
                |(at, p): (usize, &activation::Parameter)| p.default + (p.max - p.default) * 0.1 / (at + 1) as f64;
            let others = activation.parameters().iter().enumerate().map(other).collect();
            Sample { activation, params, others }
        })
        .collect()
}

impl Sample {
    fn name(&self) -> &str {
        self.activation.card().map_or("activation", |card| card.id)
    }

    fn code(&self, target: Target) -> String {
        code(&self.activation, &self.params, target).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// What it is called with: one number, or two for a gate.
    fn inputs(&self) -> Vec<Vec<f64>> {
        match self.activation {
            Nonlinearity::Elementwise(_) => GRID.iter().map(|&z| vec![z]).collect(),
            Nonlinearity::Vector(_) => GRID.iter().flat_map(|&a| GRID.iter().map(move |&b| vec![a, b])).collect(),
        }
    }

    fn expected(&self, params: &[f64]) -> Vec<f64> {
        let value = |z: &Vec<f64>| match &self.activation {
            Nonlinearity::Elementwise(function) => function.curve().at(z[0], params).value,
            Nonlinearity::Vector(activation) => {
                let mut out = [f64::splat(0.0)];
                activation.forward_f64(params, z, &mut out, 1);
                out[0]
            }
        };
        self.inputs().iter().map(value).collect()
    }

    /// Compares with what a language computed: first with the defaults, then with other parameters.
    fn compare(&self, language: &str, got: &[f64]) {
        let expected = [self.expected(&self.params), self.expected(&self.others)].concat();
        assert_eq!(got.len(), expected.len(), "{language} {}", self.activation.id());
        let inputs = self.inputs();
        for (at, (&got, &expected)) in got.iter().zip(&expected).enumerate() {
            let close = got == expected
                || (got.is_nan() && expected.is_nan())
                || (got - expected).abs() <= TOLERANCE * expected.abs();
            let z = &inputs[at % inputs.len()];
            assert!(close, "{language} {} at {z:?}: {got:e}, not {expected:e}", self.activation.id());
        }
    }
}

/// Runs a program with this input; what it prints.
fn run(command: &mut Command, input: &str) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
        panic!("{command:?} does not start: {error}");
    });
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?} failed");
    String::from_utf8(output.stdout).unwrap()
}

/// One list of numbers to a line.
fn numbers(line: &str) -> Vec<f64> {
    line.split_whitespace().map(|number| number.parse().unwrap_or_else(|_| panic!("{number}"))).collect()
}

#[test]
fn plain_python_computes_the_curve() {
    const SCRIPT: &str = r#"
import json, sys
for one in json.load(sys.stdin):
    space = {}
    exec(compile(one["code"], one["name"], "exec"), space)
    f = space[one["name"]]
    defaults = [f(*z) for z in one["inputs"]]
    print(*map(float, defaults + [f(*z, *one["others"]) for z in one["inputs"]]))
"#;
    let samples = samples();
    let calls: Vec<Value> = samples
        .iter()
        .map(|sample| {
            json!({ "name": sample.name(), "code": sample.code(Target::Python), "inputs": sample.inputs(), "others": sample.others })
        })
        .collect();
    let printed = run(Command::new("python3").args(["-c", SCRIPT]), &Value::from(calls).to_string());
    assert_eq!(printed.lines().count(), samples.len());
    for (sample, line) in samples.iter().zip(printed.lines()) {
        sample.compare("Python", &numbers(line));
    }
}

#[test]
fn rust_computes_the_curve() {
    // The crate that the code names, from the C library.
    let mut program = String::from(
        "mod libm {\n    unsafe extern \"C\" { pub safe fn erf(x: f64) -> f64; pub safe fn erfc(x: f64) -> f64; }\n}\n",
    );
    let mut main = String::from("fn main() {\n");
    let samples = samples();
    for (at, sample) in samples.iter().enumerate() {
        writeln!(program, "mod m{at} {{\n#[allow(unused_imports)]\nuse super::libm;\n{}}}", sample.code(Target::Rust))
            .unwrap();
        for params in [&sample.params, &sample.others] {
            for z in sample.inputs() {
                let arguments: Vec<String> = z.iter().chain(params).map(|number| format!("{number:?}_f64")).collect();
                writeln!(main, "print!(\"{{:e}} \", m{at}::{}({}));", sample.name(), arguments.join(", ")).unwrap();
            }
        }
        main.push_str("println!();\n");
    }
    main.push_str("}\n");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let binary = folder.join("exported").with_extension(std::env::consts::EXE_EXTENSION);
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    run(Command::new(compiler).args(["--edition", "2024", "-Awarnings", "-", "-o"]).arg(&binary), &(program + &main));
    let printed = run(&mut Command::new(&binary), "");
    assert_eq!(printed.lines().count(), samples.len());
    for (sample, line) in samples.iter().zip(printed.lines()) {
        sample.compare("Rust", &numbers(line));
    }
}

/// All that the frameworks' code may use of them; each exists.
const NAMES: &str = "
    torch.abs torch.as_tensor torch.atan torch.chunk torch.cos torch.erf torch.exp torch.expm1 torch.full_like torch.log
    torch.log1p torch.nn.functional.softplus torch.sigmoid torch.sin torch.special.ndtr torch.sqrt torch.tanh torch.where
    jax.nn.sigmoid jax.nn.softplus jnp.abs jnp.arctan jnp.cos jnp.exp jnp.expm1 jnp.full_like jnp.log jnp.log1p jnp.sin
    jnp.split jnp.sqrt jnp.tanh jnp.where
    np.abs np.arctan np.cos np.exp np.expm1 np.full_like np.log np.log1p np.logaddexp np.sin np.split np.sqrt np.tanh
    np.where
    special.erf special.expit special.ndtr
    z.dtype z.device";

#[test]
fn code_for_frameworks_is_python_that_uses_only_what_there_is() {
    const SCRIPT: &str = r#"
import ast, builtins, json, sys
known, texts = json.load(sys.stdin)
for text in texts:
    tree = ast.parse(text)
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.alias): bound.add(node.asname or node.name)
        if isinstance(node, ast.arg): bound.add(node.arg)
        if isinstance(node, ast.FunctionDef): bound.add(node.name)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store): bound.add(node.id)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in bound: print(node.id, "in", text)
        if isinstance(node, ast.Attribute) and id(node) not in inner and ast.unparse(node) not in known:
            print(ast.unparse(node), "in", text)
"#;
    let frameworks = [Target::PyTorch, Target::Jax, Target::NumPy];
    let texts: Vec<String> = samples().iter().flat_map(|sample| frameworks.map(|target| sample.code(target))).collect();
    let known: Vec<&str> = NAMES.split_whitespace().collect();
    let printed = run(Command::new("python3").args(["-c", SCRIPT]), &json!([known, texts]).to_string());
    assert_eq!(printed, "");
}

#[test]
fn what_is_not_one_expression_is_refused() {
    for activation in vector::all().filter(|activation| activation.record().is_none()) {
        let params: Vec<f64> = activation.card().params.iter().map(|param| param.default).collect();
        for target in TARGETS {
            let problem = code(&Nonlinearity::Vector(activation), &params, target.value).unwrap_err();
            assert_eq!((problem.field.as_str(), problem.value.as_str()), ("activation", activation.card().id));
        }
    }
}

#[test]
fn the_code_reads_as_one_would_write_it() {
    let text = code(&read("leaky_relu"), &[0.2], Target::PyTorch).unwrap();
    assert!(text.contains("def leaky_relu(z, negative_slope=0.2):"), "{text}");
    assert!(text.contains("return torch.where(z <= 0.0, z * negative_slope, z)"), "{text}");
    // Its default is another.
    assert!(!text.contains("# In PyTorch"), "{text}");
    let text = code(&read("elu"), &[1.0], Target::Jax).unwrap();
    // The side that is not taken would overflow.
    assert!(text.contains("jnp.where(z > 0.0, z, alpha * jnp.expm1(jnp.where(z > 0.0, 0.0, z)))"), "{text}");
    assert!(text.contains("# In JAX: jax.nn.elu\n"), "{text}");
    // What only the comment names is not brought in, and there is no TeX.
    assert!(text.starts_with("import jax.numpy as jnp\n\n"), "{text}");
    assert!(text.contains("ELU.\n") && !text.contains("begin"), "{text}");
    let text = code(&read("max(0, lambda*z)"), &[1.0], Target::NumPy).unwrap();
    assert!(text.contains("def activation(z, lambda_=1.0):"), "{text}");
}

/// Steps are shared: written out, these formulas are longer than any memory.
#[test]
fn powers_within_powers_are_written_as_fast_as_others() {
    let nested = |of: &str| (0..12).fold(of.to_owned(), |inner, _| format!("({inner}/2 + 1)^64"));
    for text in [
        format!("sin({})", nested("z")),
        format!("z*exp({})", nested("a")),
        format!("if(exp(z) > 0, {}, 0)", nested("z")),
        format!("1/{}", nested("z")),
    ] {
        let activation = read(&text);
        let params: Vec<f64> = activation.parameters().iter().map(|parameter| parameter.default).collect();
        for target in TARGETS {
            let written = code(&activation, &params, target.value).unwrap();
            assert!(written.len() < 10_000, "{text}: {} characters", written.len());
        }
    }
}
