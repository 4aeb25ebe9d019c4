//! Smooth relatives of ReLU: z times a gate that opens from 0 to 1, and softplus with its kin.

use super::declare::{self, Card, Evaluate, Family, FrameworkDefault, InitHint, Kink, Param, activations};
use crate::real::{Lane, Precise};

const SMOOTH: Card = Card { family: Family::Smooth, init: InitHint::He, ..Card::BLANK };

/// √(8/π): GELU's ½(1 + tanh u) is σ(2u).
const GELU_SCALE: f64 = 1.595_769_121_605_730_7;

activations! {
    /// ln(1 + e^(βz))/β.
    Softplus in Precise {
        Card {
            id: "softplus",
            name: "Softplus",
            aliases: &["SmoothReLU"],
            tex: r"\frac{1}{\beta} \ln\left(1 + e^{\beta z}\right)",
            description: "A smooth ReLU that is positive everywhere; its derivative is the sigmoid. Used where an output \
                          must be positive, such as a variance.",
            params: &[Param::new("beta", "sharpness of the bend", 1.0, 0.1, 10.0)],
            reference: "Dugas, Bengio, Bélisle, Nadeau & Garcia 2000",
            torch: Some("Softplus"),
            keras: Some("softplus"),
            jax: Some("softplus"),
            onnx: Some("Softplus"),
            defaults: &[
                FrameworkDefault::new("PyTorch", "threshold", "20: exactly z where βz is above"),
            ],
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
            aliases: &["swish", "Swish-1", "sigmoid linear unit"],
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
            aliases: &["Swish-β"],
            tex: r"z\,\sigma(\beta z)",
            description: "SiLU with an adjustable gate: nearly linear for small β, nearly ReLU for large. Found by a search \
                          over formulas, where β may also be learned.",
            params: &[Param::new("beta", "sharpness of the gate", 1.0, 0.1, 10.0)],
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
            aliases: &["Gaussian error linear unit"],
            tex: r"z\,\Phi(z)",
            description: "The input times the chance that a normal variable is smaller: a smooth ReLU. The usual choice in \
                          transformers such as BERT and ViT; it dips to −0.170.",
            reference: "Hendrycks & Gimpel 2016",
            torch: Some("GELU"),
            keras: Some("gelu"),
            jax: Some("gelu(approximate=False)"),
            onnx: Some("Gelu"),
            defaults: &[
                FrameworkDefault::new("JAX", "approximate", "True: the tanh form"),
                FrameworkDefault::new("TensorFlow Addons", "approximate", "True: the tanh form"),
            ],
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
            aliases: &["gelu_new", "gelu_pytorch_tanh", "gelu_fast"],
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

    /// z·σ(1.702z).
    QuickGelu in Precise {
        Card {
            id: "quick_gelu",
            name: "QuickGELU",
            aliases: &["quick gelu", "sigmoid GELU", "gelu (sigmoid)"],
            tex: r"z\,\sigma(1.702\,z)",
            description: "GELU with its gate approximated by a sigmoid, within 0.021. CLIP was trained with it; for a new network \
                          GELU costs hardly more.",
            reference: "Hendrycks & Gimpel 2016",
            onnx: Some("Swish(alpha=1.702)"),
            ..SMOOTH
        },
        |x, []| x.times((R::constant(1.702) * x).sigmoid())
    }

    /// min(max(z·Φ(z), −10), 10).
    ClippedGelu in Precise {
        Card {
            id: "clipped_gelu",
            name: "Clipped GELU",
            aliases: &["gelu_10", "ClippedGELU"],
            tex: r"\min(\max(z\,\Phi(z), -10), 10)",
            description: "GELU with a ceiling of 10, so that eight bits can hold it. Made for quantised transformers; above the \
                          ceiling there is no gradient.",
            kinks: &[Kink::fixed(10.0, "f'(10) = 1, the derivative from the left, as PyTorch's clip has it.")],
            reference: "Wu, Judd, Zhang, Isaev & Micikevicius 2020 (integer quantisation)",
            ..SMOOTH
        },
        |x, []| {
            let (gelu, ceiling) = (x.times(x.normal_cdf()), R::constant(10.0));
            R::select(gelu.gt(ceiling), ceiling, gelu)
        }
    }

    /// −ln(1 + e⁻ᶻ).
    LogSigmoid in Precise {
        Card {
            id: "log_sigmoid",
            name: "Log-sigmoid",
            aliases: &["logsigmoid"],
            tex: r"\ln \sigma(z) = -\ln(1 + e^{-z})",
            description: "The logarithm of a sigmoid: linear far below zero, flat and nearly zero above. Right inside a loss, where \
                          ln(σ) in two steps would underflow; rare in hidden layers.",
            reference: "Collobert, Kavukcuoglu & Farabet 2011, Torch7",
            torch: Some("LogSigmoid"),
            keras: Some("log_sigmoid"),
            jax: Some("log_sigmoid"),
            ..SMOOTH
        },
        |x, []| -(-x).softplus()
    }

    /// (z + √(z² + b))/2.
    Squareplus in Precise {
        Card {
            id: "squareplus",
            name: "Squareplus",
            tex: r"\frac{z + \sqrt{z^2 + b}}{2}",
            description: "A smooth ReLU from algebra alone, much like softplus. Cheap on any hardware; it approaches zero only \
                          like 1/|z|, so nothing is ever quite off.",
            params: &[Param::new("b", "roundness of the bend", 4.0, 0.01, 20.0)],
            reference: "Barron 2021",
            keras: Some("squareplus"),
            jax: Some("squareplus"),
            ..SMOOTH
        },
        |x, [b]| {
            // Below zero its conjugate: no difference of near equals.
            let t = x.abs();
            let root = R::select(t.gt(R::ONE), t * (R::ONE + b / (t * t)).sqrt(), (x * x + b).sqrt());
            R::select(x.gt(R::ZERO), R::constant(0.5) * (x + root), R::constant(0.5) * b / (root - x))
        }
    }

    /// √ln(1 + eᶻ).
    SqrtSoftplus in Precise {
        Card {
            id: "sqrt_softplus",
            name: "√Softplus",
            aliases: &["sqrtsoftplus", "square root of softplus"],
            tex: r"\sqrt{\ln(1 + e^{z})}",
            description: "The square root of softplus: positive, and growing ever more slowly. It scores experts in a router; as a hidden \
                          activation its slope fades above zero.",
            reference: "DeepSeek-AI (router of DeepSeek V4)",
            ..SMOOTH
        },
        // Far below zero softplus is eᶻ to the last digit, and its root e^(z/2), which is in range for longer.
        |x, []| R::select(R::constant(-40.0).gt(x), (R::constant(0.5) * x).exp(), x.softplus().sqrt())
    }
}
