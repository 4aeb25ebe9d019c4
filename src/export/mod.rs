//! An activation as code for a framework or language, written from its one formula.
//!
//! The formula runs once with [`Symbol`](crate::real::Symbol) for its numbers, which writes down what it does; that
//! recording is printed. So the code computes what the playground does, step by step, for every finite z: not only the
//! textbook formula, but the form of it that keeps its digits in the tails. The derivative is the framework's, and as
//! here: at a kink the same side is taken, and sides that are not taken leave no NaN (`guard.rs`).
//!
//! ```
//! use activation_playground::activation::Nonlinearity;
//! use activation_playground::export::{Target, code};
//! let relu = Nonlinearity::read("relu").unwrap();
//! let text = code(&relu, &[], Target::PyTorch).unwrap();
//! assert!(text.contains("return torch.where(z <= 0.0, 0.0, z)"));
//! ```

mod bounds;
mod guard;
mod language;
mod writer;

use crate::activation::{Card, Nonlinearity};
use crate::error::Problem;
use crate::experiment::Choice;
use bounds::Bounds;
use language::identifier;
use serde::{Deserialize, Serialize};
use writer::number;

/// What code can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExportTarget"))]
pub enum Target {
    /// A function of a tensor; autograd differentiates it.
    PyTorch,
    /// A function of an array, to be transformed by `grad`, `jit` and `vmap`.
    Jax,
    /// A function of an array.
    NumPy,
    /// A function of one number, with the standard library alone.
    Python,
    /// A function of one `f64`.
    Rust,
}

/// All there are.
pub const TARGETS: [Choice<Target>; 5] = [
    Choice { value: Target::PyTorch, id: "pytorch", label: "PyTorch", help: "A function of a tensor." },
    Choice { value: Target::Jax, id: "jax", label: "JAX", help: "A function of an array." },
    Choice { value: Target::NumPy, id: "numpy", label: "NumPy", help: "A function of an array." },
    Choice {
        value: Target::Python,
        id: "python",
        label: "Python",
        help: "A function of a number, standard library only.",
    },
    Choice { value: Target::Rust, id: "rust", label: "Rust", help: "A function of an f64." },
];

impl Target {
    /// Whether one call takes many numbers, so that both sides of every choice are computed.
    fn is_array(self) -> bool {
        !matches!(self, Self::Python | Self::Rust)
    }

    /// The module of `where` and the like, of a target that has them.
    fn library(self) -> &'static str {
        match self {
            Self::PyTorch => "torch",
            Self::Jax => "jnp",
            _ => "np",
        }
    }
}

/// A function that computes the activation, with `params` as its defaults.
///
/// # Errors
/// For an activation of whole layers other than a gate, which is no single expression.
///
/// # Panics
/// If there are fewer numbers in `params` than parameters.
pub fn code(activation: &Nonlinearity, params: &[f64], target: Target) -> Result<String, Problem> {
    let recording = match activation {
        Nonlinearity::Elementwise(function) => Some(function.curve().record()),
        Nonlinearity::Vector(activation) => activation.record(),
    };
    let Some(recording) = recording else {
        let accepted = "an activation of single units, a gate or a formula: only these are one expression";
        return Err(Problem::new("activation", activation.id(), accepted));
    };
    let is_gate = activation.function().is_none();
    let recording = if target.is_array() && !is_gate { guard::guarded(&recording, params) } else { recording };
    let parameters: Vec<String> = activation.parameters().iter().map(|parameter| identifier(parameter.id)).collect();
    let range = |parameter: &crate::activation::Parameter<'_>| Bounds { low: parameter.min, high: parameter.max };
    let ranges: Vec<Bounds> = activation.parameters().iter().map(range).collect();
    let inputs: &[&str] = if is_gate { &["a", "b"] } else { &["z"] };
    let mut body = writer::body(target, &recording, inputs, &parameters, &ranges);
    if is_gate && target.is_array() {
        body.lines.insert(0, halves(target).into());
    }
    let helpers: String = body.helpers.iter().flat_map(|helper| [helper.text(target), "\n\n"]).collect();
    let names = if is_gate && target.is_array() { &["z"] } else { inputs };
    let mut docs = documentation(activation, params, target, &parameters);
    if let (false, Target::PyTorch | Target::Jax, Some(x)) = (is_gate, target, guard::trouble(&recording, params)) {
        docs.push(format!(
            "Its gradient may be NaN where an intermediate result is infinite, as at z = {x} in float32."
        ));
    }
    let lines = body.lines.join("\n");
    // What only a comment names is not brought in.
    let imports = language::imports(target, &format!("{helpers}{lines}"));
    let function = function(activation, params, target, names, &parameters, &docs, &lines);
    let native = activation.card().and_then(|card| native(card, params, target)).unwrap_or_default();
    let text = format!("{helpers}{native}{function}");
    let gap = match (imports.is_empty(), target) {
        (true, _) => "",
        (_, Target::Rust) => "\n",
        _ => "\n\n",
    };
    Ok(format!("{imports}{gap}{}", if target == Target::Rust { text.replace("\n\n\n", "\n\n") } else { text }))
}

/// The halves that a gate is made of.
fn halves(target: Target) -> &'static str {
    match target {
        Target::PyTorch => "    a, b = torch.chunk(z, 2, dim=-1)",
        Target::Jax => "    a, b = jnp.split(z, 2, axis=-1)",
        _ => "    a, b = np.split(z, 2, axis=-1)",
    }
}

/// Signature, documentation and body.
fn function(
    activation: &Nonlinearity,
    params: &[f64],
    target: Target,
    inputs: &[&str],
    names: &[String],
    docs: &[String],
    body: &str,
) -> String {
    let name = activation.card().map_or("activation", |card| card.id);
    let values = names.iter().zip(params);
    if target == Target::Rust {
        let docs: String = docs.iter().map(|line| format!("/// {line}").trim_end().to_owned() + "\n").collect();
        let arguments = inputs.iter().copied().chain(names.iter().map(String::as_str));
        let arguments: Vec<String> = arguments.map(|argument| format!("{argument}: f64")).collect();
        return format!("{docs}pub fn {name}({}) -> f64 {{\n{body}\n}}\n", arguments.join(", "));
    }
    let defaults = values.map(|(name, &value)| format!("{name}={}", number(target, value)));
    let arguments: Vec<String> = inputs.iter().map(|&input| input.to_owned()).chain(defaults).collect();
    let docs: String = match docs {
        [line] => format!("    r\"\"\"{line}\"\"\"\n"),
        lines => {
            let lines: Vec<String> = lines.iter().map(|line| format!("    {line}").trim_end().to_owned()).collect();
            format!("    r\"\"\"{}\n    \"\"\"\n", lines.join("\n").trim_start())
        }
    };
    format!("def {name}({}):\n{docs}{body}\n", arguments.join(", "))
}

/// Name and formula, what the parameters do, where it is from.
fn documentation(activation: &Nonlinearity, params: &[f64], target: Target, names: &[String]) -> Vec<String> {
    let Some(card) = activation.card() else { return vec![format!("f(z) = {}", activation.id())] };
    // A formula that is more than letters and signs is TeX that few can read; the code under it says the same.
    let first =
        if card.tex.contains('\\') { format!("{}.", card.name) } else { format!("{}: {}", card.name, card.tex) };
    let mut lines = vec![first, String::new()];
    if activation.function().is_none() && target.is_array() {
        lines.push("The last axis holds a, then b.".into());
    }
    if card.random {
        lines.push("As in evaluation; in training it draws at random.".into());
    }
    for ((name, parameter), &value) in names.iter().zip(card.params).zip(params) {
        let usual = if target == Target::Rust { format!("; {}", number(target, value)) } else { String::new() };
        lines.push(format!("{name}: {}{usual}.", parameter.label));
    }
    lines.push(format!("{}.", card.reference));
    lines
}

/// A comment that names the framework's own function, where it is the same for these parameters.
fn native(card: &Card, params: &[f64], target: Target) -> Option<String> {
    if card.params.iter().zip(params).any(|(param, value)| param.default != *value) {
        return None;
    }
    let (framework, name, module) = match target {
        Target::PyTorch => ("PyTorch", card.torch?, "torch.nn"),
        Target::Jax => ("JAX", card.jax?, "jax.nn"),
        _ => return None,
    };
    let path =
        if name.starts_with("torch.") || name.starts_with("jax.") { name.into() } else { format!("{module}.{name}") };
    // A class has to be made first.
    let made = name.starts_with(char::is_uppercase) && !name.contains('(');
    let differs = card.defaults.iter().find(|other| other.framework == framework && !name.contains('('));
    let note = differs.map(|other| format!("; there {} is {}", other.param, other.value)).unwrap_or_default();
    Some(format!("# In {framework}: {path}{}{note}\n", if made { "()" } else { "" }))
}
