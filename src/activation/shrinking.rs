//! What is near zero becomes zero, or nearly so.

use super::declare::{self, Card, Evaluate, Family, FrameworkDefault, InitHint, Kink, Param, activations};
use crate::real::{Lane, Precise};

const SHRINKING: Card = Card { family: Family::Shrinking, init: InitHint::Xavier, ..Card::BLANK };

/// (z − tanh z)/z³ in z², as a quotient: within 2⁻⁶² for |z| ≤ 1.
const NUMERATOR: [f64; 5] = [218_243_025.0, 16_081_065.0, 289_575.0, 1_430.0, 1.0];
const DENOMINATOR: [f64; 6] = [654_729_075.0, 310_134_825.0, 18_918_900.0, 315_315.0, 1_485.0, 1.0];

activations! {
    /// z − λ above λ, z + λ below −λ, 0 between.
    SoftShrink in Lane {
        Card {
            id: "soft_shrink",
            name: "Soft shrink",
            aliases: &["softshrink", "soft thresholding"],
            tex: r"\operatorname{sgn}(z) \max(|z| - \lambda, 0)",
            description: "Pulls everything towards zero by λ, and stops there. Denoises and makes codes sparse; between ±λ \
                          there is no gradient.",
            params: &[Param::new("lambd", "threshold", 0.5, 0.01, 5.0)],
            kinks: &[
                Kink::moving(-0.5, "lambd", "f'(−λ) = 0, the derivative from the inside, as in PyTorch and JAX."),
                Kink::moving(0.5, "lambd", "f'(λ) = 0, the derivative from the inside, as in PyTorch and JAX."),
            ],
            reference: "Donoho 1995; Gregor & LeCun 2010 (LISTA)",
            torch: Some("Softshrink"),
            keras: Some("soft_shrink"),
            onnx: Some("Shrink(bias=0.5)"),
            defaults: &[FrameworkDefault::new("ONNX", "bias", "0: the hard one; soft is bias = λ")],
            ..SHRINKING
        },
        |x, [lambda]| {
            let outside = R::select(x.gt(R::ZERO), x - lambda, x + lambda);
            R::select(lambda.ge(x.abs()), R::ZERO, outside)
        }
    }

    /// z where |z| > λ, else 0.
    HardShrink in Lane {
        Card {
            id: "hard_shrink",
            name: "Hard shrink",
            aliases: &["hardshrink", "hard thresholding"],
            tex: r"\begin{cases} z & |z| > \lambda \\ 0 & |z| \le \lambda \end{cases}",
            description: "Sets what is small to zero and leaves the rest alone. Sparse without bias; it jumps at ±λ, and \
                          between there is no gradient.",
            params: &[Param::new("lambd", "threshold", 0.5, 0.01, 5.0)],
            kinks: &[
                Kink::moving(-0.5, "lambd", "f'(−λ) = 0, the derivative from the inside, as in PyTorch and JAX."),
                Kink::moving(0.5, "lambd", "f'(λ) = 0, the derivative from the inside, as in PyTorch and JAX."),
            ],
            reference: "Donoho & Johnstone 1994",
            torch: Some("Hardshrink"),
            keras: Some("hard_shrink"),
            onnx: Some("Shrink"),
            ..SHRINKING
        },
        |x, [lambda]| R::select(lambda.ge(x.abs()), R::ZERO, x)
    }

    /// z − tanh z.
    TanhShrink in Precise {
        Card {
            id: "tanh_shrink",
            name: "Tanhshrink",
            aliases: &["tanhshrink"],
            tex: r"z - \tanh(z)",
            description: "Nearly zero for small inputs (z³/3), and shifted by one for large. A smooth shrinkage without a \
                          parameter; near zero its units hardly learn.",
            reference: "Collobert, Kavukcuoglu & Farabet 2011, Torch7",
            torch: Some("Tanhshrink"),
            keras: Some("tanh_shrink"),
            ..SHRINKING
        },
        |x, []| {
            // Near 0 the difference would cancel; there tanh z = z/(1 + z²/D), Lambert's continued fraction cut off at 19.
            let y = x * x;
            let sum = |terms: &[f64]| {
                let terms = terms.iter().rev().map(|&c| R::constant(c));
                terms.reduce(|sum, c| sum * y + c).unwrap_or(R::ZERO)
            };
            let near = x * y * sum(&NUMERATOR) / sum(&DENOMINATOR);
            R::select(x.abs().gt(R::ONE), x - x.tanh(), near)
        }
    }
}
