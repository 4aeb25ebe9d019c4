//! Bounded on both sides.

use super::declare::{self, Card, Evaluate, Family, FrameworkDefault, InitHint, Kink, Param, activations};
use crate::real::{Lane, Precise, Real};

const SATURATING: Card = Card { family: Family::Saturating, init: InitHint::Xavier, ..Card::BLANK };

activations! {
    /// σ(z).
    Sigmoid in Precise {
        Card {
            id: "sigmoid",
            name: "Sigmoid",
            aliases: &["logistic", "expit"],
            tex: r"\sigma(z) = \frac{1}{1 + e^{-z}}",
            description: "Squeezes any number into 0 to 1, as a probability. Its slope is at most 1/4 and fades on both \
                          sides, so deep stacks of it pass on little gradient.",
            reference: "Verhulst 1845; Rumelhart, Hinton & Williams 1986",
            torch: Some("Sigmoid"),
            keras: Some("sigmoid"),
            jax: Some("sigmoid"),
            onnx: Some("Sigmoid"),
            strip: Some(2),
            ..SATURATING
        },
        |x, []| x.sigmoid()
    }

    /// tanh z.
    Tanh in Precise {
        Card {
            id: "tanh",
            name: "Tanh",
            aliases: &["hyperbolic tangent"],
            tex: r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
            description: "Squeezes any number into −1 to 1, centred on zero. Its slope is 1 at zero and fades on both \
                          sides, where units saturate.",
            reference: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
            torch: Some("Tanh"),
            keras: Some("tanh"),
            jax: Some("tanh"),
            onnx: Some("Tanh"),
            strip: Some(3),
            ..SATURATING
        },
        |x, []| x.tanh()
    }

    /// erf z.
    Erf in Precise {
        Card {
            id: "erf",
            name: "Error function",
            tex: r"\operatorname{erf}(z) = \frac{2}{\sqrt{\pi}} \int_0^z e^{-t^2}\,dt",
            description: "An S-curve like tanh with even thinner tails: GELU's gate, stretched to −1 to 1. Common in theory, where \
                          its averages are known in closed form; saturated units learn nothing.",
            reference: "Glaisher 1871; Williams 1996, Computing with infinite networks",
            torch: Some("torch.erf"),
            keras: Some("keras.ops.erf"),
            jax: Some("jax.lax.erf"),
            onnx: Some("Erf"),
            ..SATURATING
        },
        |x, []| x.erf()
    }

    /// atan z.
    Arctan in Precise {
        Card {
            id: "arctan",
            name: "Arctan",
            aliases: &["atan", "inverse tangent"],
            tex: r"\arctan(z)",
            description: "An S-curve between −π/2 and π/2 that approaches its ends slowly. Far out it keeps more gradient than \
                          tanh, 1/(1 + z²).",
            reference: "Kamruzzaman & Aziz 2002",
            torch: Some("torch.atan"),
            keras: Some("keras.ops.arctan"),
            jax: Some("jax.numpy.arctan"),
            onnx: Some("Atan"),
            ..SATURATING
        },
        |x, []| x.atan()
    }

    /// z/(1 + |z|).
    Softsign in Precise {
        Card {
            id: "softsign",
            name: "Softsign",
            aliases: &["soft_sign", "ElliotSig"],
            tex: r"\frac{z}{1 + |z|}",
            description: "An S-curve without an exponential that reaches −1 and 1 only slowly. Its units saturate more gently than \
                          those of tanh; the second derivative jumps at zero.",
            reference: "Elliott 1993; Glorot & Bengio 2010",
            torch: Some("Softsign"),
            keras: Some("softsign"),
            jax: Some("soft_sign"),
            onnx: Some("Softsign"),
            ..SATURATING
        },
        |x, []| soft_sign(x, R::ONE)
    }

    /// αz/(β + |z|).
    ScaledSoftsign in Precise {
        Card {
            id: "scaled_softsign",
            name: "Scaled softsign",
            aliases: &["ScaledSoftSign"],
            tex: r"\frac{\alpha z}{\beta + |z|}",
            description: "Softsign with a height and a width. Meant to be learned per layer; fixed, it only rescales softsign.",
            params: &[
                Param::new("alpha", "height", 1.0, 0.1, 5.0),
                Param::new("beta", "width of the steep part", 1.0, 0.1, 10.0),
            ],
            reference: "Pishchik 2023, Trainable activations for image classification",
            ..SATURATING
        },
        |x, [alpha, beta]| alpha * soft_sign(x, beta)
    }

    /// z/√(1 + αz²).
    Isru in Precise {
        Card {
            id: "isru",
            name: "ISRU",
            aliases: &["inverse square root unit"],
            tex: r"\frac{z}{\sqrt{1 + \alpha z^2}}",
            description: "An S-curve like tanh that needs one inverse square root and no exponential. It saturates at ±1/√α, where \
                          its gradient fades as 1/|z|³.",
            params: &[Param::new("alpha", "how early it saturates", 1.0, 0.1, 10.0)],
            reference: "Carlile, Delamarter, Kinney, Marti & Whitney 2017",
            ..SATURATING
        },
        |x, [alpha]| isru(x, alpha)
    }

    /// z − z·|z|/4 within ±2, ±1 outside.
    Sqnl in Precise {
        Card {
            id: "sqnl",
            name: "SQNL",
            aliases: &["square nonlinearity"],
            tex: r"\begin{cases} 1 & z > 2 \\ z - \frac{z^2}{4} & 0 \le z \le 2 \\ z + \frac{z^2}{4} & -2 \le z < 0 \\ -1 & z < -2 \end{cases}",
            description: "Tanh made of two parabolas: one multiplication instead of an exponential. Beyond ±2 the gradient is exactly zero.",
            kinks: &[
                Kink::fixed(-2.0, "f'(−2) = 0 from both sides; only the second derivative jumps."),
                Kink::fixed(2.0, "f'(2) = 0 from both sides; only the second derivative jumps."),
            ],
            reference: "Wuraola & Patel 2018",
            ..SATURATING
        },
        |x, []| {
            let y = x.clamp(R::constant(-2.0), R::constant(2.0));
            y * (R::ONE - R::constant(0.25) * y.abs())
        }
    }

    /// min(max(z, lo), hi).
    HardTanh in Lane {
        Card {
            id: "hard_tanh",
            name: "Hard tanh",
            aliases: &["hardtanh", "clip", "clamp"],
            tex: r"\min(\max(z, \text{min}), \text{max})",
            description: "The input, cut off at −1 and 1. Exact and nearly free to compute, but a unit beyond the cut gets no gradient.",
            params: &[
                Param::new("min_val", "floor", -1.0, -10.0, -0.1),
                Param::new("max_val", "ceiling", 1.0, 0.1, 10.0),
            ],
            kinks: &[
                Kink::moving(-1.0, "min_val", "f' = 0 at the floor, as in PyTorch; JAX has 1."),
                Kink::moving(1.0, "max_val", "f' = 0 at the ceiling, as in PyTorch; JAX has 1."),
            ],
            reference: "Collobert 2004, Large scale machine learning",
            torch: Some("Hardtanh"),
            keras: Some("hard_tanh"),
            jax: Some("hard_tanh"),
            onnx: Some("Clip(min=-1, max=1)"),
            ..SATURATING
        },
        |x, [min, max]| x.clamp(min, max)
    }

    /// min(max((z/h + 1)/2, 0), 1).
    HardSigmoid in Precise {
        Card {
            id: "hard_sigmoid",
            name: "Hard sigmoid",
            aliases: &["hardsigmoid", "h-sigmoid"],
            tex: r"\min\left(\max\left(\tfrac{z}{2h} + \tfrac12, 0\right), 1\right)",
            description: "A straight line from 0 to 1 between −h and h, in place of the sigmoid. Cheap gates for small devices; \
                          beyond the corners there is no gradient.",
            // The slope itself, 1/6, has no exact f32.
            params: &[Param::new("half_width", "distance of the corners from zero", 3.0, 0.5, 10.0)],
            kinks: &[
                Kink::moving(-3.0, "half_width", "f' = 0 at the lower corner, as in PyTorch and JAX."),
                Kink::moving(3.0, "half_width", "f' = 0 at the upper corner, as in PyTorch and JAX."),
            ],
            reference: "Howard et al. 2019 (MobileNetV3)",
            torch: Some("Hardsigmoid"),
            keras: Some("hard_sigmoid"),
            jax: Some("hard_sigmoid"),
            onnx: Some("HardSigmoid(alpha=1/6)"),
            defaults: &[
                FrameworkDefault::new("ONNX", "alpha", "0.2: h = 2.5"),
                FrameworkDefault::new("Keras 2", "slope", "0.2: h = 2.5"),
                FrameworkDefault::new("TensorFlow.js", "slope", "0.2: h = 2.5"),
            ],
            ..SATURATING
        },
        |x, [h]| ((x + h) / (h + h)).clamp(R::ZERO, R::ONE)
    }

    /// min(max((z + 1)/2, 0), 1).
    SparseSigmoid in Lane {
        Card {
            id: "sparse_sigmoid",
            name: "Sparse sigmoid",
            tex: r"\min\left(\max\left(\tfrac{z + 1}{2}, 0\right), 1\right)",
            description: "A straight line from 0 to 1 between −1 and 1; the slope of sparse plus. Gates are exactly shut or open \
                          beyond that, where they no longer learn.",
            kinks: &[
                Kink::fixed(-1.0, "f'(−1) = ¼, the mean of both sides, as in JAX."),
                Kink::fixed(1.0, "f'(1) = ¼, the mean of both sides, as in JAX."),
            ],
            reference: "Blondel, Martins & Niculae 2019 (Fenchel–Young losses)",
            keras: Some("sparse_sigmoid"),
            jax: Some("sparse_sigmoid"),
            ..SATURATING
        },
        |x, []| {
            let half = R::constant(0.5);
            let (inside, outside) = (half * (x + R::ONE), R::select(x.gt(R::ZERO), R::ONE, R::ZERO));
            let corner = half * (inside + outside);
            R::select(x.abs().gt(R::ONE), outside, R::select(x.abs().ge(R::ONE), corner, inside))
        }
    }

    /// c·tanh(z/c).
    Softcap in Precise {
        Card {
            id: "softcap",
            name: "Soft cap",
            aliases: &["logit soft-capping", "tanh clipping"],
            tex: r"c \tanh\left(\frac{z}{c}\right)",
            description: "Nearly the identity for small inputs, and never beyond ±c. Gemma 2 caps its logits with it so that \
                          none runs away; far out it hides differences.",
            params: &[Param::new("cap", "largest output", 30.0, 0.5, 100.0)],
            reference: "Gemma Team 2024 (Gemma 2)",
            defaults: &[FrameworkDefault::new("Gemma 2", "attn_logit_softcapping", "50, for attention scores")],
            ..SATURATING
        },
        |x, [cap]| cap * (x / cap).tanh()
    }

    /// (1/α)·ln((1 + e^(αz))/(1 + e^(α(z−1)))).
    SoftClipping in Precise {
        Card {
            id: "soft_clipping",
            name: "Soft clipping",
            aliases: &["soft clip"],
            tex: r"\frac{1}{\alpha} \ln \frac{1 + e^{\alpha z}}{1 + e^{\alpha (z - 1)}}",
            description: "Nearly linear between 0 and 1, with rounded corners for larger α. Made for outputs that must stay in \
                          that range; small α leaves it little slope.",
            params: &[Param::new("alpha", "sharpness of the corners", 0.5, 0.1, 50.0)],
            reference: "Klimek & Perelstein 2020",
            ..SATURATING
        },
        // The logarithm of 1 + (e^α − 1)·σ(α(z−1)): no difference of large numbers.
        |x, [alpha]| (alpha.exp_m1() * (alpha * (x - R::ONE)).sigmoid()).ln_1p() / alpha
    }

    /// Φ((z − μ)/σ) = ½(1 + erf((z − μ)/(σ√2))).
    Laplace in Precise {
        Card {
            id: "laplace",
            name: "Laplace (MEGA)",
            aliases: &["normal distribution function", "probit"],
            tex: r"\frac12 \left(1 + \operatorname{erf}\left(\frac{z - \mu}{\sigma \sqrt{2}}\right)\right)",
            description: "A normal distribution function placed so that it looks like ReLU² near zero, but stays bounded. MEGA's attention \
                          uses it instead of softmax; its gradient vanishes on both sides.",
            params: &[
                Param::new("mu", "centre", std::f64::consts::FRAC_1_SQRT_2, -3.0, 3.0),
                Param::new("sigma", "width", 0.282_094_791_773_878_14, 0.1, 3.0),
            ],
            reference: "Ma et al. 2022 (MEGA)",
            defaults: &[FrameworkDefault::new("Transformers", "mu, sigma", "0.707107 and 0.282095, rounded")],
            ..SATURATING
        },
        |x, [mu, sigma]| ((x - mu) / sigma).normal_cdf()
    }

    /// a·tanh(bz).
    ScaledTanh in Precise {
        Card {
            id: "scaled_tanh",
            name: "LeCun's tanh",
            aliases: &["scaled tanh", "lecun_tanh", "weighted tanh"],
            tex: r"a \tanh(b z)",
            description: "Tanh, stretched so that ±1 maps to about ±1 where it still has slope. Good with targets of ±1; it saturates \
                          like tanh.",
            params: &[
                Param::new("a", "height", 1.7159, 0.1, 5.0),
                Param::new("b", "slope inside", 0.666_666_7, 0.1, 5.0),
            ],
            reference: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
            ..SATURATING
        },
        |x, [a, b]| a * (b * x).tanh()
    }
}

/// x/(β + |x|).
#[inline]
pub(super) fn soft_sign<R: Real>(x: R, beta: R) -> R {
    // Far out ±(1 − β/(β + |x|)), whose slope β/(β + |x|)² is no difference of near equals.
    let t = x.abs();
    let far = R::ONE - beta / (beta + t);
    R::select(t.gt(beta), R::select(x.gt(R::ZERO), far, -far), x / (beta + t))
}

/// x/√(1 + αx²).
#[inline]
pub(super) fn isru<R: Real>(x: R, alpha: R) -> R {
    // Far out ±1/√(α + 1/x²), whose slope is no difference of near equals.
    let inverse = R::ONE / x;
    let far = R::ONE / (alpha + inverse * inverse).sqrt();
    let near = x / (R::ONE + alpha * (x * x)).sqrt();
    R::select(x.abs().gt(R::ONE), R::select(x.gt(R::ZERO), far, -far), near)
}
