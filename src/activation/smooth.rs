//! Smooth relatives of ReLU: z times a gate that opens from 0 to 1, and softplus.

use super::declare::{self, Card, Evaluate, Family, InitHint, Param, activations};
use crate::real::{Dual, Lane, Precise};

const SMOOTH: Card = Card { family: Family::Smooth, init: InitHint::He, ..Card::BLANK };

/// √(8/π): GELU's ½(1 + tanh u) is σ(2u).
const GELU_SCALE: f64 = 1.595_769_121_605_730_7;

activations! {
    /// ln(1 + e^(βz))/β.
    Softplus in Precise {
        Card {
            id: "softplus",
            name: "Softplus",
            tex: r"\frac{1}{\beta} \ln\left(1 + e^{\beta z}\right)",
            description: "A smooth ReLU that is positive everywhere; its derivative is the sigmoid. Used where an output \
                          must be positive, such as a variance.",
            params: &[Param { id: "beta", label: "sharpness of the bend", default: 1.0, min: 0.1, max: 10.0 }],
            reference: "Dugas, Bengio, Bélisle, Nadeau & Garcia 2000",
            torch: Some("Softplus"),
            keras: Some("softplus"),
            jax: Some("softplus"),
            onnx: Some("Softplus"),
            strip: Some(10),
            ..SMOOTH
        },
        |x, [beta]| (beta * x).softplus() / beta
    }

    /// z·σ(z).
    Silu in Precise {
        Card {
            id: "silu",
            name: "SiLU",
            tex: r"z\,\sigma(z)",
            description: "The input times its own sigmoid: a smooth ReLU that dips to −0.278 below zero. The gate in the \
                          feed-forward blocks of Llama and its relatives.",
            reference: "Hendrycks & Gimpel 2016; Elfwing, Uchibe & Doya 2017",
            torch: Some("SiLU"),
            keras: Some("silu"),
            jax: Some("silu"),
            onnx: Some("Swish"),
            strip: Some(8),
            ..SMOOTH
        },
        |x, []| x.times(x.sigmoid())
    }

    /// z·σ(βz).
    Swish in Precise {
        Card {
            id: "swish",
            name: "Swish",
            tex: r"z\,\sigma(\beta z)",
            description: "SiLU with an adjustable gate: nearly linear for small β, nearly ReLU for large. Found by a search \
                          over formulas, where β may also be learned.",
            params: &[Param { id: "beta", label: "sharpness of the gate", default: 1.0, min: 0.1, max: 10.0 }],
            reference: "Ramachandran, Zoph & Le 2017",
            onnx: Some("Swish"),
            ..SMOOTH
        },
        |x, [beta]| x.times((beta * x).sigmoid())
    }

    /// z·Φ(z).
    Gelu in Precise {
        Card {
            id: "gelu",
            name: "GELU",
            tex: r"z\,\Phi(z)",
            description: "The input times the chance that a normal variable is smaller: a smooth ReLU. The usual choice in \
                          transformers such as BERT and ViT; it dips to −0.170.",
            reference: "Hendrycks & Gimpel 2016",
            torch: Some("GELU"),
            keras: Some("gelu"),
            jax: Some("gelu(approximate=False)"),
            onnx: Some("Gelu"),
            strip: Some(7),
            ..SMOOTH
        },
        |x, []| x.times(x.normal_cdf())
    }

    /// z·½(1 + tanh(√(2/π)(z + 0.044715z³))) = z·σ(√(8/π)(z + 0.044715z³)).
    GeluTanh in Precise {
        Card {
            id: "gelu_tanh",
            name: "GELU (tanh)",
            tex: r"\frac{z}{2}\left(1 + \tanh\left(\sqrt{\tfrac{2}{\pi}}\,(z + 0.044715\,z^3)\right)\right)",
            description: "GELU with its gate approximated by a tanh, within 0.0005. GPT-2 and Gemma were trained with it; \
                          JAX calls it gelu.",
            reference: "Hendrycks & Gimpel 2016",
            torch: Some("GELU(approximate='tanh')"),
            keras: Some("gelu(approximate=True)"),
            jax: Some("gelu"),
            onnx: Some("Gelu(approximate='tanh')"),
            ..SMOOTH
        },
        |x, []| {
            let cubic = R::constant(GELU_SCALE * 0.044_715) * (x * x);
            x.times((x * (R::constant(GELU_SCALE) + cubic)).sigmoid())
        }
    }

    /// z·tanh(ln(1 + eᶻ)).
    Mish in Precise {
        Card {
            id: "mish",
            name: "Mish",
            tex: r"z \tanh\left(\ln(1 + e^{z})\right)",
            description: "The input times the tanh of its softplus; dips to −0.309 below zero. Known from the YOLOv4 object \
                          detector; costlier than SiLU, which is much like it.",
            reference: "Misra 2019",
            torch: Some("Mish"),
            keras: Some("mish"),
            jax: Some("mish"),
            onnx: Some("Mish"),
            strip: Some(9),
            ..SMOOTH
        },
        |x, []| {
            // tanh(ln(1 + e)) = n/(n + 2) with n = e(e + 2); above zero both are taken times e^(−2z), which cannot overflow.
            let two = R::constant(2.0);
            let positive = x.gt(R::ZERO);
            let e = R::select(positive, -x, x).exp();
            let n = R::select(positive, R::ONE + two * e, e * (e + two));
            x.times(n / (n + R::select(positive, two * e * e, two)))
        }
    }
}
