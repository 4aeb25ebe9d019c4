//! Waves, alone or on top of another curve.

use super::declare::{self, Card, Evaluate, Family, FrameworkDefault, InitHint, Kink, Param, activations};
use crate::real::{Lane, Precise, Real};

const PERIODIC: Card = Card { family: Family::Periodic, init: InitHint::Xavier, ..Card::BLANK };

activations! {
    /// sin(ωz).
    Sine in Precise {
        Card {
            id: "sine",
            name: "Sine",
            aliases: &["sin", "SIREN"],
            tex: r"\sin(\omega z)",
            description: "A wave: nothing saturates, and every derivative is again a wave. Fits images and sounds in great \
                          detail; needs its own initialisation, and large ω memorises noise.",
            params: &[Param::new("omega", "frequency", 1.0, 0.1, 60.0)],
            reference: "Sitzmann, Martel, Bergman, Lindell & Wetzstein 2020 (SIREN)",
            torch: Some("torch.sin"),
            keras: Some("keras.ops.sin"),
            jax: Some("jax.numpy.sin"),
            onnx: Some("Sin"),
            defaults: &[FrameworkDefault::new("SIREN", "omega_0", "30, in the paper")],
            ..PERIODIC
        },
        |x, [omega]| (omega * x).sin()
    }

    /// cos(ωz).
    Cosine in Precise {
        Card {
            id: "cosine",
            name: "Cosine",
            aliases: &["cos", "random Fourier features"],
            tex: r"\cos(\omega z)",
            description: "Sine, a quarter period on: flat at zero and even. The feature map of random Fourier features; a \
                          hidden layer with it starts without slope.",
            params: &[Param::new("omega", "frequency", 1.0, 0.1, 60.0)],
            reference: "Rahimi & Recht 2007",
            torch: Some("torch.cos"),
            keras: Some("keras.ops.cos"),
            jax: Some("jax.numpy.cos"),
            onnx: Some("Cos"),
            ..PERIODIC
        },
        |x, [omega]| (omega * x).cos()
    }

    /// z + sin²(az)/a.
    Snake in Precise {
        Card {
            id: "snake",
            name: "Snake",
            tex: r"z + \frac{\sin^2(a z)}{a}",
            description: "The identity with ripples on it: learns periodic data and continues it beyond the samples. Used \
                          in audio generators; where the slope touches zero, learning pauses.",
            params: &[Param::new("a", "frequency of the ripples", 1.0, 0.1, 30.0)],
            reference: "Ziyin, Hartwig & Ueda 2020",
            defaults: &[FrameworkDefault::new("TensorFlow Addons", "frequency", "1")],
            ..PERIODIC
        },
        |x, [a]| {
            let sin = (a * x).sin();
            x + bounded(x, sin * sin / a)
        }
    }

    /// z·cos z.
    Gcu in Precise {
        Card {
            id: "gcu",
            name: "GCU",
            aliases: &["growing cosine unit"],
            tex: r"z \cos(z)",
            description: "A wave that grows with its input. One unit can separate XOR; far out both value and slope swing \
                          widely, so inputs must stay small.",
            reference: "Noel, Trivedi & Dutta 2021",
            ..PERIODIC
        },
        |x, []| x * x.cos()
    }

    /// z·cos z above zero, tanh z below.
    Ameo in Precise {
        Card {
            id: "ameo",
            name: "Ameo",
            aliases: &["GCU and tanh"],
            tex: r"\begin{cases} z \cos(z) & z \ge 0 \\ \tanh(z) & z < 0 \end{cases}",
            description: "GCU's growing wave above zero and a calm tanh below. A single unit can learn logic gates; far out above \
                          zero its slope swings as widely as GCU's.",
            reference: "Ameobea, neural-network-from-scratch",
            ..PERIODIC
        },
        |x, []| R::select(R::ZERO.gt(x), x.tanh(), x * x.cos())
    }

    /// (z + a·sin(bz))·σ(z).
    Sinlu in Precise {
        Card {
            id: "sinlu",
            name: "SinLU",
            aliases: &["sinu-sigmoidal linear unit"],
            tex: r"\left(z + a \sin(b z)\right) \sigma(z)",
            description: "SiLU with a sine wave on it. Meant to learn a and b per layer; its slope changes sign for larger \
                          a·b.",
            params: &[
                Param::new("a", "height of the wave", 1.0, 0.1, 5.0),
                Param::new("b", "frequency of the wave", 1.0, 0.1, 10.0),
            ],
            reference: "Paul, Bandyopadhyay, Yoon, Geem & Sarkar 2022",
            ..PERIODIC
        },
        |x, [a, b]| (x + bounded(x, a * (b * x).sin())).times(x.sigmoid())
    }

    /// (z + a·cos(bz))·σ(z).
    Coslu in Precise {
        Card {
            id: "coslu",
            name: "CosLU",
            aliases: &["cosinu-sigmoidal linear unit"],
            tex: r"\left(z + a \cos(b z)\right) \sigma(z)",
            description: "SiLU with a cosine wave on it. Meant to learn a and b per layer; its slope changes sign for \
                          larger a·b.",
            params: &[
                Param::new("a", "height of the wave", 1.0, 0.1, 5.0),
                Param::new("b", "frequency of the wave", 1.0, 0.1, 10.0),
            ],
            reference: "Pishchik 2023, Trainable activations for image classification",
            ..PERIODIC
        },
        |x, [a, b]| (x + bounded(x, a * (b * x).cos())).times(x.sigmoid())
    }

    /// z for z > 0, else ε(sin z − cos z).
    SineRelu in Precise {
        Card {
            id: "sine_relu",
            name: "SineReLU",
            tex: r"\begin{cases} z & z > 0 \\ \varepsilon (\sin z - \cos z) & z \le 0 \end{cases}",
            description: "ReLU with a small wave below zero, so that units there still move. The gradient's sign changes \
                          every half period, and the function jumps by ε at zero.",
            params: &[Param::new("epsilon", "height of the wave", 0.01, 0.001, 1.0)],
            kinks: &[Kink::fixed(0.0, "The function jumps; f'(0) = ε, the derivative from the left.")],
            reference: "Rodrigues 2018",
            ..PERIODIC
        },
        |x, [epsilon]| {
            let (sin, cos) = x.sin_cos();
            R::select(x.gt(R::ZERO), x, epsilon * (sin - cos))
        }
    }
}

/// A wave on top of x; nothing beside it at ±∞, where it has no value.
#[inline]
fn bounded<R: Real>(x: R, wave: R) -> R {
    R::select(x.is_infinite(), R::ZERO, wave)
}
