//! How each language writes what formulas are made of.

use super::Target;
use crate::real::Elementary;

/// A row: PyTorch, JAX, NumPy, plain Python, Rust; `@` is the argument.
type Row = [&'static str; 5];

/// How a function is called.
pub(super) fn call(target: Target, function: Elementary) -> &'static str {
    let row: Row = match function {
        Elementary::Abs => ["torch.abs(@)", "jnp.abs(@)", "np.abs(@)", "abs(@)", "@.abs()"],
        Elementary::Sqrt => ["torch.sqrt(@)", "jnp.sqrt(@)", "np.sqrt(@)", "math.sqrt(@)", "@.sqrt()"],
        Elementary::Exp => ["torch.exp(@)", "jnp.exp(@)", "np.exp(@)", "math.exp(@)", "@.exp()"],
        Elementary::ExpM1 => ["torch.expm1(@)", "jnp.expm1(@)", "np.expm1(@)", "math.expm1(@)", "@.exp_m1()"],
        Elementary::Ln => ["torch.log(@)", "jnp.log(@)", "np.log(@)", "math.log(@)", "@.ln()"],
        Elementary::Ln1p => ["torch.log1p(@)", "jnp.log1p(@)", "np.log1p(@)", "math.log1p(@)", "@.ln_1p()"],
        Elementary::Sigmoid => {
            ["torch.sigmoid(@)", "jax.nn.sigmoid(@)", "special.expit(@)", "logistic(@)", "logistic(@)"]
        }
        Elementary::Tanh => ["torch.tanh(@)", "jnp.tanh(@)", "np.tanh(@)", "math.tanh(@)", "@.tanh()"],
        Elementary::Softplus => [
            // Beyond the threshold it is the identity: at 20, the default, that is not yet so to the last digit.
            "torch.nn.functional.softplus(@, threshold=40.0)",
            "jax.nn.softplus(@)",
            "np.logaddexp(0.0, @)",
            "log1p_exp(@)",
            "log1p_exp(@)",
        ],
        Elementary::NormalCdf => {
            ["torch.special.ndtr(@)", "special.ndtr(@)", "special.ndtr(@)", "normal_cdf(@)", "normal_cdf(@)"]
        }
        Elementary::Sin => ["torch.sin(@)", "jnp.sin(@)", "np.sin(@)", "math.sin(@)", "@.sin()"],
        Elementary::Cos => ["torch.cos(@)", "jnp.cos(@)", "np.cos(@)", "math.cos(@)", "@.cos()"],
        Elementary::Atan => ["torch.atan(@)", "jnp.arctan(@)", "np.arctan(@)", "math.atan(@)", "@.atan()"],
        Elementary::Erf => ["torch.erf(@)", "special.erf(@)", "special.erf(@)", "math.erf(@)", "libm::erf(@)"],
    };
    row[target as usize]
}

/// A function that a language lacks, or that raises an error where others have ∞ or NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Helper {
    /// What it is called.
    pub name: &'static str,
    python: &'static str,
    rust: &'static str,
}

impl Helper {
    /// Its text.
    pub(super) fn text(self, target: Target) -> &'static str {
        if target == Target::Rust { self.rust } else { self.python }
    }
}

/// The helpers, in the order they are written in.
pub(super) const HELPERS: &[Helper] = &[
    Helper {
        name: "divide",
        python: r#"def divide(a, b):
    """a / b, also where b is 0."""
    if b:
        return a / b
    return math.copysign(math.inf, a) * math.copysign(1.0, b) if a else math.nan
"#,
        rust: "",
    },
    Helper {
        name: "power",
        python: r#"def power(x, y):
    """x to the power of y: infinite where it overflows, NaN where it is not real."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0.0 and y % 2.0 == 1.0 else math.inf
    except ValueError:
        return math.nan if x else math.copysign(math.inf, x if y % 2.0 == 1.0 else 1.0)
"#,
        rust: "",
    },
    Helper {
        name: "exp",
        python: r#"def exp(x):
    """e to the power of x: infinite where it overflows."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf
"#,
        rust: "",
    },
    Helper {
        name: "expm1",
        python: r#"def expm1(x):
    """exp(x) - 1: infinite where it overflows."""
    try:
        return math.expm1(x)
    except OverflowError:
        return math.inf
"#,
        rust: "",
    },
    Helper {
        name: "log",
        python: r#"def log(x):
    """The logarithm: minus infinity at 0, NaN below."""
    if x == 0.0:
        return -math.inf
    return math.nan if x < 0.0 else math.log(x)
"#,
        rust: "",
    },
    Helper {
        name: "log1p",
        python: r#"def log1p(x):
    """log(1 + x): minus infinity at -1, NaN below."""
    if x == -1.0:
        return -math.inf
    return math.nan if x < -1.0 else math.log1p(x)
"#,
        rust: "",
    },
    Helper {
        name: "sqrt",
        python: r#"def sqrt(x):
    """The square root: NaN below 0."""
    return math.nan if x < 0.0 else math.sqrt(x)
"#,
        rust: "",
    },
    Helper {
        name: "sin",
        python: r#"def sin(x):
    """The sine: NaN of what is infinite."""
    return math.nan if math.isinf(x) else math.sin(x)
"#,
        rust: "",
    },
    Helper {
        name: "cos",
        python: r#"def cos(x):
    """The cosine: NaN of what is infinite."""
    return math.nan if math.isinf(x) else math.cos(x)
"#,
        rust: "",
    },
    Helper {
        name: "logistic",
        python: r#"def logistic(x):
    """1 / (1 + exp(-x)), without overflow."""
    e = math.exp(-abs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)
"#,
        rust: "/// 1 / (1 + exp(-x)), without overflow.
fn logistic(x: f64) -> f64 {
    let e = (-x.abs()).exp();
    (if x >= 0.0 { 1.0 } else { e }) / (1.0 + e)
}
",
    },
    Helper {
        name: "log1p_exp",
        python: r#"def log1p_exp(x):
    """log(1 + exp(x)), without overflow."""
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-abs(x)))
"#,
        rust: "/// log(1 + exp(x)), without overflow.
fn log1p_exp(x: f64) -> f64 {
    (if x > 0.0 { x } else { 0.0 }) + (-x.abs()).exp().ln_1p()
}
",
    },
    Helper {
        name: "normal_cdf",
        python: r#"def normal_cdf(x):
    """The standard normal distribution function, accurate in its lower tail."""
    return 0.5 * math.erfc(-math.sqrt(0.5) * x)
"#,
        rust: "/// The standard normal distribution function, accurate in its lower tail.
fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-std::f64::consts::FRAC_1_SQRT_2 * x)
}
",
    },
];

/// The line that brings in whatever `text` names.
pub(super) fn imports(target: Target, text: &str) -> String {
    let has = |module: &str| text.contains(&format!("{module}."));
    let lines: &[(&str, &str)] = match target {
        Target::PyTorch => &[("torch", "import torch\n")],
        Target::Jax => &[
            ("jax", "import jax\n"),
            ("jnp", "import jax.numpy as jnp\n"),
            ("special", "from jax.scipy import special\n"),
        ],
        Target::NumPy => &[
            ("np", "import numpy as np\n"),
            ("special", "from scipy import special  # NumPy has neither erf nor its kin; SciPy has.\n"),
        ],
        Target::Python => &[("math", "import math\n")],
        Target::Rust => &[],
    };
    let imports: String = lines.iter().filter(|(module, _)| has(module)).map(|(_, line)| *line).collect();
    if target == Target::Rust && text.contains("libm::") { "// Needs the crate libm.\n".into() } else { imports }
}

/// Words that cannot name a parameter: keywords, modules and helpers.
const TAKEN: &[&str] = &[
    "False", "None", "Self", "True", "abs", "abstract", "and", "as", "assert", "async", "await", "become", "box",
    "break", "class", "const", "continue", "crate", "def", "del", "do", "dyn", "elif", "else", "enum", "except",
    "extern", "false", "final", "finally", "float", "fn", "for", "from", "gen", "global", "if", "impl", "import", "in",
    "is", "jax", "jnp", "lambda", "let", "libm", "loop", "macro", "match", "math", "mod", "move", "mut", "nonlocal",
    "not", "np", "or", "override", "pass", "priv", "pub", "raise", "ref", "return", "self", "special", "static", "std",
    "struct", "super", "torch", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "with", "yield",
];

/// A name like this one that means nothing yet.
pub(super) fn identifier(name: &str) -> String {
    let taken = TAKEN.contains(&name) || HELPERS.iter().any(|helper| helper.name == name);
    if taken { format!("{name}_") } else { name.into() }
}
