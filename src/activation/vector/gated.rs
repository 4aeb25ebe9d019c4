//! Gates: the first half of the units, a, is multiplied by a function of the second half, b, as PyTorch's GLU orders them.
//! (Shazeer 2020 and ONNX write the gate first.)

use super::{Pass, VectorActivation, vectors};
use crate::activation::{Card, Family, InitHint, Kind};
use crate::real::{Dual, Lane, Lanes, Real, Recording, Symbol};
use crate::tensor::Write;

const GATED: Card = Card { kind: Kind::Gated, family: Family::Gated, init: InitHint::Lecun, ..Card::BLANK };

/// Declares gates: only f(a, b) is written, over any number `R`.
macro_rules! gates {
    ($($(#[$doc:meta])* $name:ident { $card:expr, |$a:ident, $b:ident| $value:expr })*) => {
        vectors! {
            $($(#[$doc])* $name {
                $card,
                half,
                |_, z, out, _| gated(z, out, Self::gate::<L>),
                |_, pass, into, write| gated_gradient(pass, into, write, Self::gate::<Dual<L>>),
                record || Self::gate(Symbol::INPUT, Symbol::SECOND_INPUT)
            })*
        }
        $(impl $name {
            #[inline]
            fn gate<R: Real>($a: R, $b: R) -> R {
                $value
            }
        })*
    };
}

gates! {
    /// GLU.
    Glu {
        Card {
            id: "glu",
            name: "GLU",
            tex: r"a \cdot \sigma(b)",
            description: "The first half of the units, each let through by the sigmoid of the second. From gated convolutions for language; the linear half keeps the gradient alive.",
            reference: "Dauphin, Fan, Auli & Grangier 2017",
            torch: Some("GLU"),
            keras: Some("glu"),
            jax: Some("glu"),
            ..GATED
        },
        |a, b| a * b.sigmoid()
    }

    /// Bilinear gate.
    Bilinear {
        Card {
            id: "bilinear",
            name: "Bilinear gate",
            tex: r"a \cdot b",
            description: "The product of both halves: a gate without an activation. Good in transformers all the same; grows with the square of its input.",
            reference: "Shazeer 2020",
            ..GATED
        },
        |a, b| a * b
    }

    /// ReGLU.
    Reglu {
        Card {
            id: "reglu",
            name: "ReGLU",
            tex: r"a \cdot \max(0, b)",
            description: "The first half, gated by the ReLU of the second. The cheapest gate of its family; where b is below zero both halves get no gradient.",
            reference: "Shazeer 2020",
            ..GATED
        },
        |a, b| a * R::select(b.gt(R::ZERO), b, R::ZERO)
    }

    /// GeGLU.
    Geglu {
        Card {
            id: "geglu",
            name: "GeGLU",
            tex: r"a \cdot b\,\Phi(b)",
            description: "The first half, gated by the GELU of the second. In the feed-forward blocks of Gemma and T5 v1.1.",
            reference: "Shazeer 2020",
            ..GATED
        },
        |a, b| a * b.times(b.normal_cdf())
    }

    /// SwiGLU.
    Swiglu {
        Card {
            id: "swiglu",
            name: "SwiGLU",
            tex: r"a \cdot b\,\sigma(b)",
            description: "The first half, gated by the SiLU of the second. In the feed-forward blocks of Llama, Mistral and Qwen.",
            reference: "Shazeer 2020",
            onnx: Some("SwiGLU"),
            ..GATED
        },
        |a, b| a * b.times(b.sigmoid())
    }

    /// SwiGLU (gpt-oss).
    GptOssSwiglu {
        Card {
            id: "gpt_oss_swiglu",
            name: "SwiGLU (gpt-oss)",
            tex: r"(\operatorname{clip}(a, -7, 7) + 1) \cdot g\,\sigma(1.702\,g),\ g = \min(b, 7)",
            description: "SwiGLU with both halves clipped at 7 and the linear half shifted by 1, so that the gate passes at the start. Found in gpt-oss; beyond the clip there is no gradient.",
            reference: "OpenAI 2025, gpt-oss",
            ..GATED
        },
        |a, b| {
            let limit = R::constant(7.0);
            let a = R::select(a.gt(limit), limit, R::select((-a).gt(limit), -limit, a));
            let g = R::select(b.gt(limit), limit, b);
            (a + R::ONE) * g.times((R::constant(1.702) * g).sigmoid())
        }
    }
}

/// `out = gate(a, b)` for the first and second half of the units.
#[inline]
fn gated<L: Lanes>(z: &[L], out: &mut [L], gate: impl Fn(L, L) -> L) {
    let (a, b) = z.split_at(out.len());
    for (out, (&a, &b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = gate(a, b);
    }
}

/// Both partial derivatives of the gate, by dual numbers.
#[inline]
fn gated_gradient<L: Lanes>(pass: Pass<L>, into: &mut [L], write: Write, gate: impl Fn(Dual<L>, Dual<L>) -> Dual<L>) {
    let (a, b) = pass.z.split_at(pass.gradient.len());
    let (of_a, of_b) = into.split_at_mut(pass.gradient.len());
    let halves = of_a.iter_mut().zip(of_b).zip(a.iter().zip(b)).zip(pass.gradient);
    for (((of_a, of_b), (&a, &b)), &g) in halves {
        write.put(of_a, g * gate(Dual::variable(a), Dual::fixed(b)).slope);
        write.put(of_b, g * gate(Dual::fixed(a), Dual::variable(b)).slope);
    }
}

fn half(units: usize, _: &[f64]) -> Result<usize, String> {
    if units.is_multiple_of(2) {
        Ok(units / 2)
    } else {
        Err(format!("it pairs its units, so it needs an even number of them; got {units}, try {}", units + 1))
    }
}
