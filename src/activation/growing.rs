//! Unbounded below and above, or growing faster than a straight line.

use super::declare::{self, Card, Evaluate, Family, InitHint, Param, activations};
use crate::real::{Lane, Precise};

const GROWING: Card = Card { family: Family::Growing, init: InitHint::Xavier, ..Card::BLANK };

activations! {
    /// eᶻ.
    Exponential in Precise {
        Card {
            id: "exponential",
            name: "Exponential",
            aliases: &["exp"],
            tex: r"e^{z}",
            description: "Turns sums into products; its own slope. Right for an output that is a rate or a scale; in \
                          hidden layers it soon explodes.",
            reference: "Nelder & Wedderburn 1972 (log link)",
            torch: Some("torch.exp"),
            keras: Some("exponential"),
            jax: Some("jax.numpy.exp"),
            onnx: Some("Exp"),
            ..GROWING
        },
        |x, []| x.exp()
    }

    /// (√(z² + 1) − 1)/2 + z.
    BentIdentity in Precise {
        Card {
            id: "bent_identity",
            name: "Bent identity",
            aliases: &["bent linear unit"],
            tex: r"\frac{\sqrt{z^2 + 1} - 1}{2} + z",
            description: "A line that bends from slope ½ to slope 1½. Gradients always pass, but it is so nearly linear \
                          that it needs many layers to do much.",
            reference: "No paper known; from lists of activation functions",
            ..GROWING
        },
        |x, []| {
            let t = x.abs();
            // √(z² + 1) = t·√(1 + 1/t²) beyond 1; its excess over 1 is z²/(√(z² + 1) + 1) within.
            let (half, inverse) = (R::constant(0.5), R::ONE / t);
            let slope = half * (R::ONE + inverse * inverse).sqrt() + R::select(x.gt(R::ZERO), R::ONE, -R::ONE);
            let square = x * x;
            let near = x + half * square / ((square + R::ONE).sqrt() + R::ONE);
            R::select(t.gt(R::ONE), t * slope - half, near)
        }
    }

    /// (e^(αz) − 1)/α + α; z for α = 0.
    SoftExponential in Precise {
        Card {
            id: "soft_exponential",
            name: "Soft exponential",
            tex: r"\frac{e^{\alpha z} - 1}{\alpha} + \alpha",
            description: "Between the identity (α = 0) and the exponential (α = 1). The published form goes on to \
                          logarithms for α < 0, which have no value for large inputs; here α ≥ 0.",
            params: &[Param::new("alpha", "from linear to exponential", 0.5, 0.0, 1.0)],
            reference: "Godfrey & Gashler 2015",
            ..GROWING
        },
        |x, [alpha]| R::select(alpha.gt(R::ZERO), alpha + (alpha * x).exp_m1() / alpha, x)
    }
}
