//! Activations whose parameters are trained with the weights. (Any parameter of any activation can be; of these it is part
//! of the idea.)

use super::declare::{self, Card, Evaluate, Family, FrameworkDefault, InitHint, Kink, Param, activations};
use super::saturating::soft_sign;
use crate::real::{Lane, Precise, Real};

const LEARNED: Card = Card { family: Family::Rectified, init: InitHint::He, learned: true, ..Card::BLANK };

/// What the two linear combinations weigh; they start as the mean of the four.
const WEIGHTS: &[Param] = &[
    Param::new("w_relu", "weight of ReLU", 0.25, -2.0, 2.0),
    Param::new("w_sigmoid", "weight of sigmoid", 0.25, -2.0, 2.0),
    Param::new("w_tanh", "weight of tanh", 0.25, -2.0, 2.0),
    Param::new("w_softsign", "weight of softsign", 0.25, -2.0, 2.0),
];
/// The package draws where the weights start; here a run depends on its description alone.
const DRAWN: &[FrameworkDefault] =
    &[FrameworkDefault::new("torch_activation", "weights", "drawn uniformly from −1 to 1")];

/// w₁·ReLU(z) + w₂·σ(z) + w₃·tanh(z) + w₄·softsign(z).
#[inline]
fn combined<R: Real>(x: R, [relu, sigmoid, tanh, softsign]: [R; 4]) -> R {
    let bounded = sigmoid * x.sigmoid() + tanh * x.tanh() + softsign * soft_sign(x, R::ONE);
    x.at_least(R::ZERO).times(relu) + bounded
}

activations! {
    /// max(0, z) + a·min(0, z).
    Prelu in Lane {
        Card {
            id: "prelu",
            name: "PReLU",
            aliases: &["parametric ReLU"],
            tex: r"\begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases}",
            description: "Leaky ReLU that learns its slope below zero. Costs next to nothing and cannot die; with few data the \
                          slope may fit the noise.",
            params: &[Param::new("a", "slope below zero", 0.25, -2.0, 2.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) = a, the derivative from the left, as in PyTorch.")],
            reference: "He, Zhang, Ren & Sun 2015",
            torch: Some("PReLU"),
            keras: Some("PReLU"),
            onnx: Some("PRelu"),
            defaults: &[FrameworkDefault::new("Keras", "a", "0")],
            ..LEARNED
        },
        |x, [a]| R::select(x.gt(R::ZERO), x, a * x)
    }

    /// s·max(0, z)² + b.
    StarRelu in Precise {
        Card {
            id: "star_relu",
            name: "StarReLU",
            aliases: &["Star ReLU"],
            tex: r"s \max(z, 0)^2 + b",
            description: "ReLU² scaled and shifted so that a normal input keeps mean 0 and variance 1. From MetaFormer; large \
                          inputs grow quickly.",
            params: &[
                Param::new("s", "scale", 0.894_427_2, 0.01, 4.0),
                Param::new("b", "shift", -0.447_213_6, -4.0, 4.0),
            ],
            kinks: &[Kink::fixed(0.0, "f'(0) = 0 from both sides; only the second derivative jumps.")],
            reference: "Yu, Si, Zhou, Luo, Zhou, Feng, Yan & Wang 2022 (MetaFormer baselines)",
            init: InitHint::Lecun,
            ..LEARNED
        },
        |x, [s, b]| {
            let positive = x.at_least(R::ZERO);
            s * (positive * positive) + b
        }
    }

    /// αₚz² + βz above zero, αₙ(eᶻ − 1 − z) + βz below; αₚ = softplus(aₚ), αₙ = β + softplus(aₙ), β = ½.
    Xielu in Precise {
        Card {
            id: "xielu",
            name: "xIELU",
            aliases: &["expanded integral of the ELU"],
            tex: r"\begin{cases} \alpha_p z^2 + \beta z & z > 0 \\ \alpha_n (e^{z} - 1 - z) + \beta z & z \le 0 \end{cases}",
            description: "Its derivative is an ELU whose sides are learned, so large inputs get larger gradients. In the \
                          Apertus language models; it grows with the square of its input.",
            params: &[
                Param::new("a_p", "bend above zero (αₚ = softplus)", 0.203_382_320_811, -4.0, 4.0),
                Param::new("a_n", "bend below zero (αₙ = ½ + softplus)", -1.050_225_612_815, -4.0, 4.0),
            ],
            kinks: &[Kink::fixed(0.0, "f'(0) = β from both sides; only the second derivative jumps.")],
            reference: "Huang & Schlag 2024",
            ..LEARNED
        },
        |x, [a_p, a_n]| {
            let beta = R::constant(0.5);
            let above = a_p.softplus() * (x * x) + beta * x;
            // αₙ(eᶻ − 1 − z) + βz, with the terms in z put together: apart they are ∞ − ∞ at −∞.
            let lower = a_n.softplus();
            let below = (beta + lower) * x.exp_m1() - lower * x;
            R::select(x.gt(R::ZERO), above, below)
        }
    }

    /// γ·tanh(αz) + β.
    DynamicTanh in Precise {
        Card {
            id: "dyt",
            name: "DyT",
            aliases: &["dynamic tanh"],
            tex: r"\gamma \tanh(\alpha z) + \beta",
            description: "A tanh whose steepness and reach are learned. Stands in for layer normalisation in transformers; a \
                          tanh all the same, it saturates.",
            params: &[
                Param::new("alpha", "steepness", 0.5, 0.01, 4.0),
                Param::new("gamma", "reach", 1.0, 0.01, 4.0),
                Param::new("beta", "shift", 0.0, -4.0, 4.0),
            ],
            reference: "Zhu, Chen, He, LeCun & Liu 2025",
            family: Family::Saturating,
            init: InitHint::Xavier,
            ..LEARNED
        },
        |x, [alpha, gamma, beta]| gamma * (alpha * x).tanh() + beta
    }

    /// γ·erf(αz + s) + β.
    Derf in Precise {
        Card {
            id: "derf",
            name: "Derf",
            aliases: &["dynamic erf"],
            tex: r"\gamma \operatorname{erf}(\alpha z + s) + \beta",
            description: "DyT with the error function, which levels off faster than tanh. Stands in for layer normalisation; far \
                          from zero nothing gets through.",
            params: &[
                Param::new("alpha", "steepness", 0.5, 0.01, 4.0),
                Param::new("s", "shift of the input", 0.0, -4.0, 4.0),
                Param::new("gamma", "reach", 1.0, 0.01, 4.0),
                Param::new("beta", "shift of the output", 0.0, -4.0, 4.0),
            ],
            reference: "Chen et al. 2025 (Stronger normalization-free transformers)",
            family: Family::Saturating,
            init: InitHint::Xavier,
            ..LEARNED
        },
        |x, [alpha, s, gamma, beta]| gamma * (alpha * x + s).erf() + beta
    }

    /// z between two thresholds, and a slope of its own beyond each. (Where the thresholds start is left open by the paper.)
    Srelu in Precise {
        Card {
            id: "srelu",
            name: "SReLU",
            aliases: &["S-shaped ReLU"],
            tex: r"\begin{cases} t_r + a_r (z - t_r) & z \ge t_r \\ z & t_l < z < t_r \\ t_l + a_l (z - t_l) & z \le t_l \end{cases}",
            description: "Three straight pieces whose outer slopes and corners are learned. Can become ReLU, hard tanh or neither; \
                          four parameters a unit are easily too many for few data.",
            params: &[
                Param::new("t_r", "upper threshold", 1.0, 0.0, 4.0),
                Param::new("a_r", "slope above it", 0.2, -2.0, 2.0),
                Param::new("t_l", "lower threshold", -1.0, -4.0, 0.0),
                Param::new("a_l", "slope below it", 0.2, -2.0, 2.0),
            ],
            kinks: &[
                Kink::moving(1.0, "t_r", "f' at the upper threshold is aᵣ, the derivative from the right."),
                Kink::moving(-1.0, "t_l", "f' at the lower threshold is aₗ, the derivative from the left."),
            ],
            reference: "Jin, Xu, Feng, Wei, Xiong & Yan 2016",
            ..LEARNED
        },
        |x, [t_r, a_r, t_l, a_l]| {
            let below = R::select(t_l.ge(x), t_l + (x - t_l).times(a_l), x);
            R::select(x.ge(t_r), t_r + (x - t_r).times(a_r), below)
        }
    }

    /// (p₁ − p₂)z·σ(β(p₁ − p₂)z) + p₂z.
    AconC in Precise {
        Card {
            id: "acon_c",
            name: "ACON-C",
            aliases: &["activate or not"],
            tex: r"(p_1 - p_2) z \, \sigma(\beta (p_1 - p_2) z) + p_2 z",
            description: "A smooth maximum of two learned lines: Swish with slopes of its own on both sides. β learns whether to \
                          bend at all; at β = 0 it is a straight line.",
            params: &[
                Param::new("p1", "one slope", 1.0, -4.0, 4.0),
                Param::new("p2", "the other slope", 0.0, -4.0, 4.0),
                Param::new("beta", "how sharp the bend is", 1.0, 0.0, 10.0),
            ],
            reference: "Ma, Zhang, Liu & Sun 2021",
            family: Family::Smooth,
            ..LEARNED
        },
        |x, [p1, p2, beta]| {
            let d = x.times(p1 - p2);
            d.times(beta.times(d).sigmoid()) + x.times(p2)
        }
    }

    /// max(0, z) + a₁·max(0, b₁ − z) + a₂·max(0, b₂ − z). (Where the hinges start is left open by the paper.)
    Apl in Precise {
        Card {
            id: "apl",
            name: "APL",
            aliases: &["adaptive piecewise linear"],
            tex: r"\max(0, z) + a_1 \max(0, b_1 - z) + a_2 \max(0, b_2 - z)",
            description: "ReLU plus two hinges whose place and slope are learned: any curve of four straight pieces. Four \
                          parameters a unit are easily too many for few data.",
            params: &[
                Param::new("a1", "slope of the first hinge", 0.2, -2.0, 2.0),
                Param::new("b1", "place of the first hinge", 1.0, -4.0, 4.0),
                Param::new("a2", "slope of the second hinge", 0.1, -2.0, 2.0),
                Param::new("b2", "place of the second hinge", -1.0, -4.0, 4.0),
            ],
            kinks: &[
                Kink::fixed(0.0, "Each hinge has slope 0 at its kink, as ReLU here."),
                Kink::moving(1.0, "b1", "The first hinge: its slope there is 0."),
                Kink::moving(-1.0, "b2", "The second hinge: its slope there is 0."),
            ],
            reference: "Agostinelli, Hoffman, Sadowski & Baldi 2015",
            ..LEARNED
        },
        |x, [a1, b1, a2, b2]| {
            let [first, second] = [b1 - x, b2 - x].map(|hinge| hinge.at_least(R::ZERO));
            x.at_least(R::ZERO) + first.times(a1) + second.times(a2)
        }
    }

    /// Σ wᵢFᵢ(z) over ReLU, σ, tanh and softsign.
    LinComb in Precise {
        Card {
            id: "lin_comb",
            name: "LinComb",
            aliases: &["linear combination of activations"],
            tex: r"w_1 \max(z, 0) + w_2 \, \sigma(z) + w_3 \tanh(z) + w_4 \frac{z}{1 + |z|}",
            description: "A sum of ReLU, sigmoid, tanh and softsign whose weights are learned. They start at ¼ here, while the \
                          package torch_activation draws them; weights that cancel leave little signal.",
            params: WEIGHTS,
            kinks: &[Kink::fixed(0.0, "ReLU counts with slope 0 there, as in PyTorch and JAX.")],
            reference: "Pishchik 2023, Trainable activations for image classification",
            defaults: DRAWN,
            ..LEARNED
        },
        |x, weights| combined(x, weights)
    }

    /// `LinComb` over the length of its weights; 0 where all of them are.
    NormLinComb in Precise {
        Card {
            id: "norm_lin_comb",
            name: "NormLinComb",
            aliases: &["normalised linear combination of activations"],
            tex: r"\frac{w_1 \max(z, 0) + w_2 \, \sigma(z) + w_3 \tanh(z) + w_4 \frac{z}{1 + |z|}}{\lVert w \rVert_2}",
            description: "LinComb whose weights count only by their ratio. They cannot grow the signal without end; at w = 0, \
                          which no ratio describes, it is 0 here.",
            params: WEIGHTS,
            kinks: &[Kink::fixed(0.0, "ReLU counts with slope 0 there, as in PyTorch and JAX.")],
            reference: "Pishchik 2023, Trainable activations for image classification",
            defaults: DRAWN,
            ..LEARNED
        },
        |x, weights| {
            let square = weights.iter().fold(R::ZERO, |sum, &weight| sum + weight * weight);
            // A sum of squares that vanishes: |x| keeps NaN, which the quotient would hide.
            let nothing = R::select(x.abs().ge(R::ZERO), R::ZERO, x);
            R::select(square.gt(R::ZERO), combined(x, weights) / square.sqrt(), nothing)
        }
    }
}
