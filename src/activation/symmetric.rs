//! The same on both sides of a point: bells and valleys.

use super::declare::{self, Card, Evaluate, Family, InitHint, Param, activations};
use crate::real::{Lane, Precise};

const SYMMETRIC: Card = Card { family: Family::Symmetric, init: InitHint::Xavier, ..Card::BLANK };

activations! {
    /// e^(−z²).
    Gaussian in Precise {
        Card {
            id: "gaussian",
            name: "Gaussian",
            aliases: &["bell curve"],
            tex: r"e^{-z^2}",
            description: "A bell: answers to inputs near zero and to nothing else. One unit marks a band of the plane; far \
                          from it there is no gradient to bring it nearer.",
            reference: "Broomhead & Lowe 1988",
            ..SYMMETRIC
        },
        |x, []| (-(x * x)).exp()
    }

    /// e^(−γ(z − c)²).
    Rbf in Precise {
        Card {
            id: "rbf",
            name: "Radial basis",
            aliases: &["RBF", "radial basis function"],
            tex: r"e^{-\gamma (z - c)^2}",
            description: "A bell with a centre and a width. Local, so that learning here disturbs nothing there; outside \
                          its reach there is no gradient.",
            params: &[
                Param::new("c", "centre", 0.0, -5.0, 5.0),
                Param::new("gamma", "narrowness", 1.0, 0.1, 10.0),
            ],
            reference: "Broomhead & Lowe 1988; Moody & Darken 1989",
            ..SYMMETRIC
        },
        |x, [c, gamma]| {
            let distance = x - c;
            (-(gamma * (distance * distance))).exp()
        }
    }

    /// z·tanh z.
    Lisht in Precise {
        Card {
            id: "lisht",
            name: "LiSHT",
            aliases: &["linearly scaled hyperbolic tangent"],
            tex: r"z \tanh(z)",
            description: "A smooth absolute value: a parabola near zero, straight beyond. Never negative, so it cannot \
                          tell a feature from its opposite.",
            reference: "Roy, Manna, Dubey & Chaudhuri 2019",
            ..SYMMETRIC
        },
        |x, []| x.times(x.tanh())
    }

    /// ln cosh z.
    Logcosh in Precise {
        Card {
            id: "logcosh",
            name: "Log-cosh",
            aliases: &["log cosh"],
            tex: r"\ln \cosh(z)",
            description: "A smooth absolute value whose slope is tanh. Better known as a loss or a contrast in ICA; as an \
                          activation it loses the sign.",
            reference: "Hyvärinen 1999 (FastICA)",
            ..SYMMETRIC
        },
        |x, []| {
            // cosh z − 1 = (eᶻ − 1)²/2eᶻ.
            let (e, two, t) = (x.exp_m1(), R::constant(2.0), x.abs());
            let near = (e * e / (two * (e + R::ONE))).ln_1p();
            let far = t + (R::constant(-2.0) * t).exp().ln_1p() - R::constant(std::f64::consts::LN_2);
            R::select(t.gt(R::ONE), far, near)
        }
    }
}
