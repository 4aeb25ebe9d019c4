//! Straight pieces, and ELU and SELU, which bend one of them. [`Lane`] is enough where nothing bends.

use super::declare::{self, Card, Evaluate, Family, InitHint, Kink, Param, activations};
use crate::real::{Dual, Lane, Precise};

const RECTIFIED: Card = Card { family: Family::Rectified, init: InitHint::He, ..Card::BLANK };

/// SELU's λ and α: with them mean 0 and variance 1 is a fixed point (Klambauer et al. 2017, equation 14).
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

activations! {
    /// z.
    Linear in Lane {
        Card {
            id: "linear",
            name: "Linear",
            tex: "z",
            description: "Passes its input on unchanged. Layers with it collapse into a single one, so hidden layers gain \
                          nothing; it is the output of a regression.",
            reference: "Widrow & Hoff 1960, Adaptive switching circuits (ADALINE)",
            torch: Some("Identity"),
            keras: Some("linear"),
            jax: Some("identity"),
            onnx: Some("Identity"),
            init: InitHint::Xavier,
            strip: Some(1),
            ..RECTIFIED
        },
        |x, []| x
    }

    /// 1 for z ≥ 0, else 0; NaN stays NaN.
    Step in Lane {
        Card {
            id: "step",
            name: "Binary step",
            tex: r"\begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}",
            description: "Says only on which side of zero its input lies. Its derivative is zero everywhere, so gradient \
                          descent cannot train what comes before it.",
            kinks: &[Kink { at: 0.0, note: "The function jumps; f'(0) = 0, as in PyTorch and JAX." }],
            reference: "McCulloch & Pitts 1943; Rosenblatt 1958 (perceptron)",
            init: InitHint::Xavier,
            ..RECTIFIED
        },
        |x, []| R::select(x.ge(R::ZERO), R::ONE, R::select(R::ZERO.gt(x), R::ZERO, x))
    }

    /// max(z, 0).
    Relu in Lane {
        Card {
            id: "relu",
            name: "ReLU",
            tex: r"\max(z, 0)",
            description: "Keeps what is positive and sets the rest to zero. The default of deep networks; a unit that is \
                          negative for every sample gets no gradient and stays dead.",
            kinks: &[Kink { at: 0.0, note: "f'(0) = 0, as in PyTorch and JAX." }],
            reference: "Fukushima 1969; Nair & Hinton 2010; Glorot, Bordes & Bengio 2011",
            torch: Some("ReLU"),
            keras: Some("relu"),
            jax: Some("relu"),
            onnx: Some("Relu"),
            strip: Some(4),
            ..RECTIFIED
        },
        |x, []| R::select(R::ZERO.ge(x), R::ZERO, x)
    }

    /// z for z > 0, else a·z.
    LeakyRelu in Lane {
        Card {
            id: "leaky_relu",
            name: "Leaky ReLU",
            tex: r"\begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases}",
            description: "ReLU that lets a little through below zero. Its gradient never vanishes there, so its units \
                          do not die.",
            params: &[Param {
                id: "negative_slope",
                label: "slope below zero",
                default: 0.01,
                min: 0.0,
                max: 1.0,
            }],
            kinks: &[Kink { at: 0.0, note: "f'(0) is the negative slope, as in PyTorch; JAX has 1." }],
            reference: "Maas, Hannun & Ng 2013",
            torch: Some("LeakyReLU"),
            keras: Some("leaky_relu"),
            jax: Some("leaky_relu"),
            onnx: Some("LeakyRelu"),
            strip: Some(5),
            ..RECTIFIED
        },
        |x, [negative_slope]| R::select(x.gt(R::ZERO), x, x.times(negative_slope))
    }

    /// z for z > 0, else α(eᶻ − 1).
    Elu in Precise {
        Card {
            id: "elu",
            name: "ELU",
            tex: r"\begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}",
            description: "Like ReLU above zero, and bends smoothly to −α below. Negative outputs bring the mean activation \
                          nearer to zero; far below zero it saturates.",
            params: &[Param { id: "alpha", label: "depth of the floor", default: 1.0, min: 0.1, max: 5.0 }],
            kinks: &[Kink { at: 0.0, note: "f'(0) = α, as in PyTorch; no kink for α = 1." }],
            reference: "Clevert, Unterthiner & Hochreiter 2015",
            torch: Some("ELU"),
            keras: Some("elu"),
            jax: Some("elu"),
            onnx: Some("Elu"),
            strip: Some(6),
            ..RECTIFIED
        },
        |x, [alpha]| R::select(x.gt(R::ZERO), x, alpha * x.exp_m1())
    }

    /// λ·ELU with fixed λ and α.
    Selu in Precise {
        Card {
            id: "selu",
            name: "SELU",
            tex: r"\lambda \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases},\quad \lambda \approx 1.0507,\ \alpha \approx 1.6733",
            description: "ELU, scaled so that signals drift towards mean 0 and variance 1. That holds for plain dense \
                          layers with LeCun initialisation only.",
            kinks: &[Kink { at: 0.0, note: "f'(0) = λα ≈ 1.758, the derivative from the left, as in PyTorch and JAX." }],
            reference: "Klambauer, Unterthiner, Mayr & Hochreiter 2017",
            torch: Some("SELU"),
            keras: Some("selu"),
            jax: Some("selu"),
            onnx: Some("Selu"),
            init: InitHint::Lecun,
            ..RECTIFIED
        },
        |x, []| {
            let floor = R::constant(SELU_SCALE * SELU_ALPHA) * x.exp_m1();
            R::select(x.gt(R::ZERO), R::constant(SELU_SCALE) * x, floor)
        }
    }
}
