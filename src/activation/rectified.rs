//! The straight line, the step, straight pieces, and ELU, SELU and CELU, which bend one of them. [`Lane`] is enough where nothing bends.

use super::declare::{self, Card, Evaluate, Family, FrameworkDefault, InitHint, Kink, Param, activations};
use crate::real::{Lane, Precise};

/// The two that came before: neither is a rectifier.
const SIMPLEST: Card = Card { family: Family::Linear, init: InitHint::Xavier, ..Card::BLANK };
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
            aliases: &["identity", "none", "pass-through"],
            tex: "z",
            description: "Passes its input on unchanged. Layers with it collapse into a single one, so hidden layers gain \
                          nothing; it is the output of a regression.",
            reference: "Widrow & Hoff 1960, Adaptive switching circuits (ADALINE)",
            torch: Some("Identity"),
            keras: Some("linear"),
            jax: Some("identity"),
            onnx: Some("Identity"),
            strip: Some(1),
            ..SIMPLEST
        },
        |x, []| x
    }

    /// 1 for z ≥ 0, else 0; NaN stays NaN.
    Step in Lane {
        Card {
            id: "step",
            name: "Binary step",
            aliases: &["Heaviside", "threshold unit", "perceptron"],
            tex: r"\begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}",
            description: "Says only on which side of zero its input lies. Its derivative is zero everywhere, so gradient \
                          descent cannot train what comes before it.",
            kinks: &[Kink::fixed(0.0, "The function jumps; f'(0) = 0, as in PyTorch and JAX.")],
            reference: "McCulloch & Pitts 1943; Rosenblatt 1958 (perceptron)",
            ..SIMPLEST
        },
        |x, []| R::select(x.ge(R::ZERO), R::ONE, R::select(R::ZERO.gt(x), R::ZERO, x))
    }

    /// max(z, 0).
    Relu in Lane {
        Card {
            id: "relu",
            name: "ReLU",
            aliases: &["rectified linear unit", "rectifier", "ramp"],
            tex: r"\max(z, 0)",
            description: "Keeps what is positive and sets the rest to zero. The default of deep networks; a unit that is \
                          negative for every sample gets no gradient and stays dead.",
            kinks: &[Kink::fixed(0.0, "f'(0) = 0, as in PyTorch and JAX.")],
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
            aliases: &["LReLU"],
            tex: r"\begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases}",
            description: "ReLU that lets a little through below zero. Its gradient never vanishes there, so its units \
                          do not die.",
            params: &[Param::new("negative_slope", "slope below zero", 0.01, 0.0, 1.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) is the negative slope, as in PyTorch; JAX has 1.")],
            reference: "Maas, Hannun & Ng 2013",
            torch: Some("LeakyReLU"),
            keras: Some("leaky_relu"),
            jax: Some("leaky_relu"),
            onnx: Some("LeakyRelu"),
            defaults: &[
                FrameworkDefault::new("Keras function", "negative_slope", "0.2"),
                FrameworkDefault::new("Keras layer", "negative_slope", "0.3"),
                FrameworkDefault::new("TensorFlow.js layer", "alpha", "0.3"),
            ],
            strip: Some(5),
            ..RECTIFIED
        },
        |x, [negative_slope]| R::select(R::ZERO.ge(x), x.times(negative_slope), x)
    }

    /// z for z > 0, else a·z, where a is drawn between `lower` and `upper` for each unit and sample in training and is
    /// their mean in evaluation.
    RandomizedLeakyRelu in Precise {
        Card {
            id: "rrelu",
            name: "RReLU",
            aliases: &["randomized leaky ReLU"],
            tex: r"\begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases} \quad a \sim U(l, u)",
            description: "Leaky ReLU with a slope drawn anew for every unit and sample in training. The noise keeps \
                          small data sets from being learned by heart; evaluation has the mean slope.",
            params: &[
                Param::new("lower", "smallest slope below zero", 0.125, 0.0, 1.0),
                Param::new("upper", "largest slope below zero", 1.0 / 3.0, 0.0, 1.0),
            ],
            random: true,
            kinks: &[Kink::fixed(0.0, "f'(0) = a, the derivative from the left, as in PyTorch.")],
            reference: "Xu, Wang, Chen & Li 2015",
            torch: Some("RReLU"),
            ..RECTIFIED
        },
        |x, [lower, upper]| R::select(R::ZERO.ge(x), x.times(R::constant(0.5) * (lower + upper)), x),
        training |x, [lower, upper], draw| R::select(R::ZERO.ge(x), x.times(lower + (upper - lower) * draw), x)
    }

    /// z for z > 0, else α(eᶻ − 1).
    Elu in Precise {
        Card {
            id: "elu",
            name: "ELU",
            aliases: &["exponential linear unit"],
            tex: r"\begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}",
            description: "Like ReLU above zero, and bends smoothly to −α below. Negative outputs bring the mean activation \
                          nearer to zero; far below zero it saturates.",
            params: &[Param::new("alpha", "depth of the floor", 1.0, 0.1, 5.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) = α, as in PyTorch; no kink for α = 1.")],
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
            aliases: &["scaled ELU", "self-normalising"],
            tex: r"\lambda \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases},\quad \lambda \approx 1.0507,\ \alpha \approx 1.6733",
            description: "ELU, scaled so that signals drift towards mean 0 and variance 1. That holds for plain dense \
                          layers with LeCun initialisation only.",
            kinks: &[Kink::fixed(0.0, "f'(0) = λα ≈ 1.758, the derivative from the left, as in PyTorch and JAX.")],
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

    /// z for z > 0, else α(e^(z/α) − 1).
    Celu in Precise {
        Card {
            id: "celu",
            name: "CELU",
            aliases: &["continuously differentiable ELU"],
            tex: r"\begin{cases} z & z > 0 \\ \alpha\,(e^{z/\alpha} - 1) & z \le 0 \end{cases}",
            description: "ELU whose slope at zero is 1 for every α. Smoother to tune than ELU, and it saturates far below \
                          zero all the same.",
            params: &[Param::new("alpha", "depth of the floor", 1.0, 0.1, 5.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) = 1 from both sides; only the second derivative jumps.")],
            reference: "Barron 2017",
            torch: Some("CELU"),
            keras: Some("celu"),
            jax: Some("celu"),
            onnx: Some("Celu"),
            ..RECTIFIED
        },
        |x, [alpha]| R::select(x.gt(R::ZERO), x, alpha * (x / alpha).exp_m1())
    }

    /// min(max(z, 0), 6).
    Relu6 in Lane {
        Card {
            id: "relu6",
            name: "ReLU6",
            tex: r"\min(\max(z, 0), 6)",
            description: "ReLU that goes no higher than 6, so that few bits can hold it. Made for mobile networks such as \
                          MobileNetV2; units above 6 get no gradient.",
            kinks: &[
                Kink::fixed(0.0, "f'(0) = 0, as in PyTorch and JAX."),
                Kink::fixed(6.0, "f'(6) = 0, as in PyTorch and JAX."),
            ],
            reference: "Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
            torch: Some("ReLU6"),
            keras: Some("relu6"),
            jax: Some("relu6"),
            onnx: Some("Clip(min=0, max=6)"),
            ..RECTIFIED
        },
        |x, []| x.clamp(R::ZERO, R::constant(6.0))
    }

    /// min(max(z, 0), n).
    Relun in Lane {
        Card {
            id: "relu_n",
            name: "ReLU-n",
            aliases: &["ReLUN", "capped ReLU", "clipped ReLU", "bounded ReLU"],
            tex: r"\min(\max(z, 0), n)",
            description: "ReLU with a ceiling that can be chosen. It keeps activations in a known range, and its units can \
                          die on both sides.",
            params: &[Param::new("n", "ceiling", 1.0, 0.1, 10.0)],
            kinks: &[
                Kink::fixed(0.0, "f'(0) = 0, the derivative from the left."),
                Kink::moving(1.0, "n", "f'(n) = 0, the derivative from the right."),
            ],
            reference: "Krizhevsky 2010; Pishchik 2023 (learned n)",
            keras: Some("relu(max_value=1)"),
            onnx: Some("Clip(min=0, max=1)"),
            ..RECTIFIED
        },
        |x, [n]| x.clamp(R::ZERO, n)
    }

    /// max(z, 0)².
    ReluSquared in Lane {
        Card {
            id: "relu_squared",
            name: "ReLU²",
            aliases: &["relu2", "squared ReLU"],
            tex: r"\max(z, 0)^2",
            description: "The square of ReLU, found by searching for faster-training transformers. Sparse and without a \
                          kink in its slope, but large inputs grow quickly.",
            kinks: &[Kink::fixed(0.0, "f'(0) = 0 from both sides; only the second derivative jumps.")],
            reference: "So, Mańke, Liu, Dai, Shazeer & Le 2021 (Primer)",
            ..RECTIFIED
        },
        |x, []| {
            let positive = x.at_least(R::ZERO);
            positive * positive
        }
    }

    /// z for z > θ, else v.
    Threshold in Lane {
        Card {
            id: "threshold",
            name: "Threshold",
            tex: r"\begin{cases} z & z > \theta \\ v & z \le \theta \end{cases}",
            description: "Passes on what exceeds a threshold and puts a constant in place of the rest. The jump gives it \
                          no gradient that would say which side is better.",
            params: &[
                Param::new("threshold", "where it switches on", 1.0, -10.0, 10.0),
                Param::new("value", "output below", 0.0, -10.0, 10.0),
            ],
            kinks: &[Kink::moving(1.0, "threshold", "f'(θ) = 0, the derivative from the left, as in PyTorch and JAX.")],
            reference: "Collobert, Kavukcuoglu & Farabet 2011, Torch7",
            torch: Some("Threshold"),
            keras: Some("threshold"),
            defaults: &[FrameworkDefault::new("PyTorch", "threshold, value", "none: both must be given")],
            ..RECTIFIED
        },
        |x, [threshold, value]| R::select(threshold.ge(x), value, x)
    }

    /// z for z > θ, else 0.
    ThresholdedRelu in Lane {
        Card {
            id: "thresholded_relu",
            name: "Thresholded ReLU",
            aliases: &["TReLU", "truncated rectifier"],
            tex: r"\begin{cases} z & z > \theta \\ 0 & z \le \theta \end{cases}",
            description: "ReLU that ignores inputs up to a threshold. Autoencoders with it need no bias; its jump makes \
                          training less steady.",
            params: &[Param::new("threshold", "where it switches on", 1.0, 0.0, 10.0)],
            kinks: &[Kink::moving(1.0, "threshold", "f'(θ) = 0, the derivative from the left, as in PyTorch and JAX.")],
            reference: "Konda, Memisevic & Krueger 2014",
            torch: Some("Threshold(1, 0)"),
            keras: Some("threshold(threshold=1, default_value=0)"),
            onnx: Some("ThresholdedRelu"),
            ..RECTIFIED
        },
        |x, [threshold]| R::select(threshold.ge(x), R::ZERO, x)
    }

    /// α·max(z, 0) + β.
    Shilu in Precise {
        Card {
            id: "shilu",
            name: "ShiLU",
            aliases: &["shifted rectified linear unit"],
            tex: r"\alpha \max(z, 0) + \beta",
            description: "ReLU, scaled and shifted. The next layer could do both itself, so it helps only where each layer \
                          learns its own α and β.",
            params: &[
                Param::new("alpha", "slope above zero", 1.0, 0.1, 5.0),
                Param::new("beta", "output below zero", 0.0, -5.0, 5.0),
            ],
            kinks: &[Kink::fixed(0.0, "f'(0) = 0, the derivative from the left, as with PyTorch's ReLU.")],
            reference: "Pishchik 2023, Trainable activations for image classification",
            ..RECTIFIED
        },
        |x, [alpha, beta]| alpha * x.at_least(R::ZERO) + beta
    }
}
