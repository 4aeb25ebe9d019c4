//! Rectifiers whose middle or lower piece is a curve, and cheap stand-ins for smooth ones.

use super::declare::{self, Card, Evaluate, Family, InitHint, Kink, Param, activations};
use super::saturating::isru;
use crate::real::{Lane, Precise};

const PIECEWISE: Card = Card { family: Family::Rectified, init: InitHint::He, ..Card::BLANK };

activations! {
    /// z·clip(z/6 + ½, 0, 1).
    HardSwish in Precise {
        Card {
            id: "hard_swish",
            name: "Hard swish",
            aliases: &["h-swish", "hard_silu", "hardswish"],
            tex: r"z \cdot \frac{\min(\max(z + 3, 0), 6)}{6}",
            description: "SiLU with straight pieces and a parabola instead of the sigmoid, for small devices. Its dip reaches \
                          −0.375, and below −3 units get no gradient.",
            kinks: &[
                Kink::fixed(-3.0, "f'(−3) = 0, the derivative from the left, as in PyTorch and JAX."),
                Kink::fixed(3.0, "f'(3) = 1, the derivative from the right, as in PyTorch and JAX."),
            ],
            reference: "Howard et al. 2019 (MobileNetV3)",
            torch: Some("Hardswish"),
            keras: Some("hard_swish"),
            jax: Some("hard_swish"),
            onnx: Some("HardSwish"),
            ..PIECEWISE
        },
        |x, []| x.times(((x + R::constant(3.0)) / R::constant(6.0)).clamp(R::ZERO, R::ONE))
    }

    /// ½z·clip(z + 2, 0, 2).
    HardMish in Precise {
        Card {
            id: "hard_mish",
            name: "Hard mish",
            aliases: &["HardMish"],
            tex: r"\frac{z}{2} \min(\max(z + 2, 0), 2)",
            description: "Mish made of a parabola between straight pieces: cheap to compute. Its dip of −0.5 at −1 is deeper \
                          than that of Mish, and below −2 it is off.",
            kinks: &[
                Kink::fixed(-2.0, "f'(−2) = 0, the derivative from the left; composed from PyTorch's clamp it is −1."),
                Kink::fixed(0.0, "f'(0) = 1 from both sides; only the second derivative jumps."),
            ],
            reference: "Misra 2020, github.com/digantamisra98/H-Mish",
            ..PIECEWISE
        },
        |x, []| {
            let two = R::constant(2.0);
            (R::constant(0.5) * x).times((x + two).clamp(R::ZERO, two))
        }
    }

    /// max(z, eᶻ − 1)·clip((z + 1)/2, 0, 1).
    HardElish in Precise {
        Card {
            id: "hard_elish",
            name: "Hard ELiSH",
            aliases: &["HardELiSH"],
            tex: r"\begin{cases} z & z \ge 0 \\ e^{z} - 1 & z < 0 \end{cases}\Bigg\} \cdot \min\left(\max\left(\tfrac{z + 1}{2}, 0\right), 1\right)",
            description: "ELiSH with a straight gate between −1 and 1. Found by a genetic search; the gate shuts gradients off \
                          below −1.",
            kinks: &[
                Kink::fixed(-1.0, "f'(−1) = 0, the derivative from the left."),
                Kink::fixed(0.0, "f'(0) = ½ from both sides; only the second derivative jumps."),
                Kink::fixed(1.0, "f'(1) = 1, the derivative from the right."),
            ],
            reference: "Basirat & Roth 2018, The quest for the golden activation function",
            ..PIECEWISE
        },
        |x, []| {
            let gate = (R::constant(0.5) * (x + R::ONE)).clamp(R::ZERO, R::ONE);
            R::select(R::ZERO.gt(x), x.exp_m1(), x).times(gate)
        }
    }

    /// 0 up to −1, z from 1 on, (z + 1)²/4 between.
    SparsePlus in Precise {
        Card {
            id: "sparse_plus",
            name: "Sparse plus",
            aliases: &["sparseplus"],
            tex: r"\begin{cases} 0 & z \le -1 \\ \frac{(z + 1)^2}{4} & -1 < z < 1 \\ z & z \ge 1 \end{cases}",
            description: "Softplus with a parabola for the bend: exactly zero below −1 and exactly linear above 1. Its slope is \
                          the sparse sigmoid; units below −1 get no gradient.",
            kinks: &[
                Kink::fixed(-1.0, "f'(−1) = 0 from both sides; only the second derivative jumps."),
                Kink::fixed(1.0, "f'(1) = 1 from both sides; only the second derivative jumps."),
            ],
            reference: "Blondel, Martins & Niculae 2019 (Fenchel–Young losses)",
            keras: Some("sparse_plus"),
            jax: Some("sparse_plus"),
            ..PIECEWISE
        },
        |x, []| {
            let half = R::constant(0.5) * (x + R::ONE).at_least(R::ZERO);
            R::select(x.ge(R::ONE), x, half * half)
        }
    }

    /// max(z, 0)·σ(z) + T.
    FlattenTSwish in Precise {
        Card {
            id: "flatten_t_swish",
            name: "Flatten-T Swish",
            aliases: &["FTS"],
            tex: r"\begin{cases} z\,\sigma(z) + T & z > 0 \\ T & z \le 0 \end{cases}",
            description: "SiLU above zero and a constant, usually negative, below. The constant brings the mean output nearer \
                          to zero, but units below zero still die.",
            params: &[Param::new("t", "output below zero", -0.2, -1.0, 1.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) = 0, the derivative from the left.")],
            reference: "Chieng, Wahid, Ong & Perla 2018",
            ..PIECEWISE
        },
        |x, [t]| R::select(R::ZERO.ge(x), R::ZERO, x * x.sigmoid()) + t
    }

    /// z for z ≥ 0, else z/√(1 + αz²).
    Isrlu in Precise {
        Card {
            id: "isrlu",
            name: "ISRLU",
            aliases: &["inverse square root linear unit"],
            tex: r"\begin{cases} z & z \ge 0 \\ \frac{z}{\sqrt{1 + \alpha z^2}} & z < 0 \end{cases}",
            description: "Like ELU, with an inverse square root for the bend, which is cheaper than an exponential. It \
                          saturates at −1/√α, slowly enough to keep some gradient.",
            params: &[Param::new("alpha", "how early it saturates", 1.0, 0.1, 10.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) = 1 from both sides; only the third derivative jumps.")],
            reference: "Carlile, Delamarter, Kinney, Marti & Whitney 2017",
            ..PIECEWISE
        },
        |x, [alpha]| R::select(R::ZERO.gt(x), isru(x, alpha), x)
    }

    /// (n + ½)z + 1 − e⁻ᶻ for z > 0, else z·σ(z).
    Delu in Precise {
        Card {
            id: "delu",
            name: "DELU",
            tex: r"\begin{cases} (n + \tfrac12)\,z + |e^{-z} - 1| & z > 0 \\ z\,\sigma(z) & z \le 0 \end{cases}",
            description: "SiLU below zero; above, a line that starts steeper. The steep start makes it amplify small positive \
                          signals.",
            params: &[Param::new("n", "slope above zero, less ½", 0.5, 0.0, 5.0)],
            kinks: &[Kink::fixed(0.0, "f'(0) = ½, the derivative from the left.")],
            reference: "Pishchik 2023, Trainable activations for image classification",
            ..PIECEWISE
        },
        |x, [n]| R::select(x.gt(R::ZERO), (n + R::constant(0.5)) * x - (-x).exp_m1(), x.times(x.sigmoid()))
    }
}
