//! A formula as text that reads back as the same formula, as TeX, and as `MathML`.

use super::tree::{self, Comparison, Constant, Elementary, Id, Node, Operator};

/// How tightly the outermost operation of a printed formula binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// A printed part.
struct Part {
    text: String,
    bond: Bond,
}

/// The signs of a way to print. Arguments are printed already, with brackets where they need them.
trait Notation {
    fn number(&self, digits: &str) -> String;
    fn symbol(&self, name: &str) -> String;
    fn bracket(&self, inner: &str) -> String;
    fn negate(&self, of: &str) -> String;
    fn infix(&self, operator: Operator, left: &str, right: &str) -> String;
    /// None if divisions are written in a line, like products.
    fn fraction(&self, above: &str, below: &str) -> Option<String>;
    fn power(&self, base: &str, exponent: &str) -> String;
    fn call(&self, function: &str, arguments: &[String]) -> String;
    /// A function with a sign of its own: root, bars.
    fn special(&self, function: Elementary, of: &str) -> Option<String>;
    fn cases(&self, comparison: Comparison, parts: &[String; 4]) -> String;
    /// Whether exponents are set small, and so need no brackets.
    fn raises(&self) -> bool;
}

/// Prints the formula at `root`, whose parameters are called `names`.
fn print(nodes: &[Node], root: Id, names: &[String], notation: &dyn Notation) -> Part {
    let part = |id| print(nodes, id, names, notation);
    let text = |id| part(id).text;
    let within = |id, least: Bond| {
        let part = part(id);
        if part.bond < least { notation.bracket(&part.text) } else { part.text }
    };
    let infix =
        |operator, bond, left: String, right: String| Part { text: notation.infix(operator, &left, &right), bond };
    let atom = |text| Part { text, bond: Bond::Atom };
    // A row may have hundreds of operands: it is printed from its first one on, not from its last one down.
    let in_a_row = |bond, of_right| {
        let mut row = vec![root];
        while let Some(left) = tree::row(nodes, nodes[row[row.len() - 1]]) {
            row.push(left);
        }
        let mut written: Option<String> = None;
        for id in row.into_iter().rev() {
            if let Node::Binary(operator, left, right) = nodes[id] {
                let left = written.take().unwrap_or_else(|| within(left, bond));
                written = Some(notation.infix(operator, &left, &within(right, of_right)));
            }
        }
        Part { text: written.unwrap_or_default(), bond }
    };
    match nodes[root] {
        Node::Number(number) => atom(notation.number(&digits(number.value()))),
        Node::Constant(Constant::Pi) => atom(notation.symbol("pi")),
        Node::Constant(Constant::E) => atom(notation.symbol("e")),
        Node::Variable => atom(notation.symbol("z")),
        Node::Parameter(at) => atom(notation.symbol(&names[at])),
        Node::Negate(of) => Part { text: notation.negate(&within(of, Bond::Power)), bond: Bond::Sign },
        Node::Apply(function, of) => {
            let of = text(of);
            let special = notation.special(function, &of);
            atom(special.unwrap_or_else(|| notation.call(tree::name(function), &[of])))
        }
        Node::Binary(operator, a, b) => match operator {
            Operator::Add | Operator::Subtract => in_a_row(Bond::Sum, Bond::Product),
            Operator::Multiply => in_a_row(Bond::Product, Bond::Power),
            Operator::Divide => match notation.fraction("", "") {
                Some(_) => Part {
                    text: notation.fraction(&text(a), &text(b)).unwrap_or_default(),
                    // A fraction is a block, but cannot be raised without brackets.
                    bond: Bond::Power,
                },
                None => infix(operator, Bond::Product, within(a, Bond::Product), within(b, Bond::Power)),
            },
            Operator::Power => {
                let exponent = if notation.raises() { text(b) } else { within(b, Bond::Power) };
                Part { text: notation.power(&within(a, Bond::Atom), &exponent), bond: Bond::Power }
            }
            Operator::Max => atom(notation.call("max", &[text(a), text(b)])),
            Operator::Min => atom(notation.call("min", &[text(a), text(b)])),
        },
        Node::If { comparison, left, right, yes, no } => {
            atom(notation.cases(comparison, &[left, right, yes, no].map(text)))
        }
    }
}

/// The shortest digits that read back as `value`.
fn digits(value: f64) -> String {
    let (plain, scientific) = (format!("{value}"), format!("{value:e}"));
    if plain.len() <= scientific.len() { plain } else { scientific }
}

struct Plain;

impl Notation for Plain {
    fn number(&self, digits: &str) -> String {
        digits.into()
    }
    fn symbol(&self, name: &str) -> String {
        name.into()
    }
    fn bracket(&self, inner: &str) -> String {
        format!("({inner})")
    }
    fn negate(&self, of: &str) -> String {
        format!("-{of}")
    }
    fn infix(&self, operator: Operator, left: &str, right: &str) -> String {
        let sign = match operator {
            Operator::Add => " + ",
            Operator::Subtract => " - ",
            Operator::Divide => "/",
            _ => "*",
        };
        [left, sign, right].concat()
    }
    fn fraction(&self, _: &str, _: &str) -> Option<String> {
        None
    }
    fn power(&self, base: &str, exponent: &str) -> String {
        format!("{base}^{exponent}")
    }
    fn call(&self, function: &str, arguments: &[String]) -> String {
        format!("{function}({})", arguments.join(", "))
    }
    fn special(&self, _: Elementary, _: &str) -> Option<String> {
        None
    }
    fn cases(&self, comparison: Comparison, [left, right, yes, no]: &[String; 4]) -> String {
        format!("if({left} {} {right}, {yes}, {no})", comparison.sign())
    }
    fn raises(&self) -> bool {
        false
    }
}

/// Names that are a Greek letter.
const GREEK: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("eta", "η"),
    ("theta", "θ"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("omega", "ω"),
];

/// `1.5e-7` in two parts.
fn split_exponent(digits: &str) -> (&str, Option<&str>) {
    digits.split_once('e').map_or((digits, None), |(mantissa, exponent)| (mantissa, Some(exponent)))
}

struct Tex;

impl Notation for Tex {
    fn number(&self, digits: &str) -> String {
        match split_exponent(digits) {
            (mantissa, None) => mantissa.into(),
            (mantissa, Some(exponent)) => format!(r"({mantissa} \cdot 10^{{{exponent}}})"),
        }
    }
    fn symbol(&self, name: &str) -> String {
        if GREEK.iter().any(|(greek, _)| *greek == name) {
            format!(r"\{name}")
        } else if let Some((greek, _)) = GREEK.iter().find(|(_, letter)| *letter == name) {
            format!(r"\{greek}")
        } else if name.chars().count() == 1 {
            name.into()
        } else {
            format!(r"\mathit{{{}}}", name.replace('_', r"\_"))
        }
    }
    fn bracket(&self, inner: &str) -> String {
        format!(r"\left({inner}\right)")
    }
    fn negate(&self, of: &str) -> String {
        format!("-{of}")
    }
    fn infix(&self, operator: Operator, left: &str, right: &str) -> String {
        match operator {
            Operator::Add => format!("{left} + {right}"),
            Operator::Subtract => format!("{left} - {right}"),
            _ if right.starts_with(|c: char| c.is_ascii_digit()) => format!(r"{left} \cdot {right}"),
            _ => format!(r"{left}\,{right}"),
        }
    }
    fn fraction(&self, above: &str, below: &str) -> Option<String> {
        Some(format!(r"\frac{{{above}}}{{{below}}}"))
    }
    fn power(&self, base: &str, exponent: &str) -> String {
        format!("{{{base}}}^{{{exponent}}}")
    }
    fn call(&self, function: &str, arguments: &[String]) -> String {
        let name = match function {
            "exp" | "sin" | "cos" | "tanh" | "max" | "min" => format!(r"\{function}"),
            "log" => r"\ln".into(),
            "atan" => r"\arctan".into(),
            "sigmoid" => r"\sigma".into(),
            "Phi" => r"\Phi".into(),
            _ => format!(r"\operatorname{{{function}}}"),
        };
        format!(r"{name}\left({}\right)", arguments.join(", "))
    }
    fn special(&self, function: Elementary, of: &str) -> Option<String> {
        match function {
            Elementary::Abs => Some(format!(r"\left|{of}\right|")),
            Elementary::Sqrt => Some(format!(r"\sqrt{{{of}}}")),
            _ => None,
        }
    }
    fn cases(&self, comparison: Comparison, [left, right, yes, no]: &[String; 4]) -> String {
        let sign = match comparison {
            Comparison::Less => "<",
            Comparison::LessOrEqual => r"\le",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => r"\ge",
        };
        format!(r"\begin{{cases}} {yes} & {left} {sign} {right} \\ {no} & \text{{otherwise}} \end{{cases}}")
    }
    fn raises(&self) -> bool {
        true
    }
}

struct MathMl;

/// Text that is safe between tags.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Notation for MathMl {
    fn number(&self, digits: &str) -> String {
        match split_exponent(digits) {
            (mantissa, None) => format!("<mn>{mantissa}</mn>"),
            (mantissa, Some(exponent)) => {
                let sign = if exponent.starts_with('-') { "<mo>−</mo>" } else { "" };
                let exponent = exponent.trim_start_matches('-');
                format!(
                    "<mrow><mo>(</mo><mn>{mantissa}</mn><mo>·</mo><msup><mn>10</mn><mrow>{sign}<mn>{exponent}</mn></mrow></msup><mo>)</mo></mrow>"
                )
            }
        }
    }
    fn symbol(&self, name: &str) -> String {
        let letter = GREEK.iter().find(|(greek, _)| *greek == name).map_or(name, |(_, letter)| letter);
        format!("<mi>{}</mi>", escape(letter))
    }
    fn bracket(&self, inner: &str) -> String {
        format!("<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>")
    }
    fn negate(&self, of: &str) -> String {
        format!("<mrow><mo>−</mo>{of}</mrow>")
    }
    fn infix(&self, operator: Operator, left: &str, right: &str) -> String {
        let sign = match operator {
            Operator::Add => "+",
            Operator::Subtract => "−",
            _ if right.starts_with("<mn>") => "·",
            // Invisible multiplication.
            _ => "\u{2062}",
        };
        format!("<mrow>{left}<mo>{sign}</mo>{right}</mrow>")
    }
    fn fraction(&self, above: &str, below: &str) -> Option<String> {
        Some(format!("<mfrac>{above}{below}</mfrac>"))
    }
    fn power(&self, base: &str, exponent: &str) -> String {
        format!("<msup>{base}{exponent}</msup>")
    }
    fn call(&self, function: &str, arguments: &[String]) -> String {
        let name = match function {
            "log" => "ln",
            "sigmoid" => "σ",
            "Phi" => "Φ",
            _ => function,
        };
        // Function application.
        format!(
            "<mrow><mi>{name}</mi><mo>\u{2061}</mo><mrow><mo>(</mo>{}<mo>)</mo></mrow></mrow>",
            arguments.join("<mo>,</mo>")
        )
    }
    fn special(&self, function: Elementary, of: &str) -> Option<String> {
        match function {
            Elementary::Abs => Some(format!("<mrow><mo>|</mo>{of}<mo>|</mo></mrow>")),
            Elementary::Sqrt => Some(format!("<msqrt>{of}</msqrt>")),
            _ => None,
        }
    }
    fn cases(&self, comparison: Comparison, [left, right, yes, no]: &[String; 4]) -> String {
        let sign = match comparison {
            Comparison::Less => "&lt;",
            Comparison::LessOrEqual => "≤",
            Comparison::Greater => "&gt;",
            Comparison::GreaterOrEqual => "≥",
        };
        format!(
            "<mrow><mo>{{</mo><mtable columnalign=\"left\"><mtr><mtd>{yes}</mtd><mtd>{left}<mo>{sign}</mo>{right}</mtd></mtr>\
             <mtr><mtd>{no}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable></mrow>"
        )
    }
    fn raises(&self) -> bool {
        true
    }
}

/// As it could be typed.
pub(super) fn text(nodes: &[Node], root: Id, names: &[String]) -> String {
    print(nodes, root, names, &Plain).text
}

/// In TeX.
pub(super) fn tex(nodes: &[Node], root: Id, names: &[String]) -> String {
    print(nodes, root, names, &Tex).text
}

/// As a `MathML` element.
pub(super) fn mathml(nodes: &[Node], root: Id, names: &[String]) -> String {
    format!("<math><mrow>{}</mrow></math>", print(nodes, root, names, &MathMl).text)
}
