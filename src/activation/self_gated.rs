//! The input times a smooth gate made from itself: variations on SiLU and Mish from the literature.

use super::declare::{self, Card, Evaluate, Family, InitHint, Kink, Param, activations};
use crate::real::{Lane, Precise};

const SELF_GATED: Card = Card { family: Family::Smooth, init: InitHint::He, ..Card::BLANK };

activations! {
    /// βz·σ(z).
    Eswish in Precise {
        Card {
            id: "e_swish",
            name: "E-swish",
            aliases: &["ESwish"],
            tex: r"\beta z\,\sigma(z)",
            description: "SiLU, scaled by a constant between 1 and 2. Steeper, so signals fade less in deep networks; too \
                          large a β makes them grow.",
            params: &[Param::new("beta", "scale", 1.75, 0.1, 5.0)],
            reference: "Alcaide 2018",
            ..SELF_GATED
        },
        |x, [beta]| beta * x.times(x.sigmoid())
    }

    /// z·tanh(β·ln(1 + eᶻ)).
    BetaMish in Precise {
        Card {
            id: "beta_mish",
            name: "β-Mish",
            tex: r"z \tanh\left(\beta \ln(1 + e^{z})\right)",
            description: "Mish with an adjustable gate: the larger β, the earlier it opens. Little studied; β = 1 is Mish.",
            params: &[Param::new("beta", "how early the gate opens", 1.5, 0.1, 10.0)],
            reference: "Misra 2019, echoAI",
            ..SELF_GATED
        },
        |x, [beta]| x.times((beta * x.softplus()).tanh())
    }

    /// z·tanh(ln(1 + e^(z+β))).
    Mila in Precise {
        Card {
            id: "mila",
            name: "Mila",
            tex: r"z \tanh\left(\ln(1 + e^{z + \beta})\right)",
            description: "Mish with its gate moved sideways by β. Negative β makes its dip below zero shallower, positive β deeper; β = 0 is Mish.",
            params: &[Param::new("beta", "shift of the gate", -0.25, -5.0, 5.0)],
            reference: "Misra 2019, github.com/digantamisra98/Mila",
            ..SELF_GATED
        },
        |x, [beta]| x.times((x + beta).softplus().tanh())
    }

    /// z·tanh(eᶻ).
    TanhExp in Precise {
        Card {
            id: "tanh_exp",
            name: "TanhExp",
            aliases: &["TeLU"],
            tex: r"z \tanh\left(e^{z}\right)",
            description: "The input times the tanh of its exponential: reaches the identity sooner than Mish. Proposed for \
                          light networks, and again as TeLU; its dip is −0.353.",
            reference: "Liu & Di 2020; Fernandez & Mali 2024 (TeLU)",
            ..SELF_GATED
        },
        |x, []| x.times(x.exp().tanh())
    }

    /// z·erf(ln(1 + eᶻ)).
    Serf in Precise {
        Card {
            id: "serf",
            name: "Serf",
            tex: r"z \operatorname{erf}\left(\ln(1 + e^{z})\right)",
            description: "Mish with the error function in place of tanh. Much the same curve, with a slightly deeper dip, \
                          at a higher cost.",
            reference: "Nag, Bhattacharyya, Mukherjee & Kundu 2021",
            ..SELF_GATED
        },
        |x, []| x.times(x.softplus().erf())
    }

    /// z·ln(1 + σ(z)).
    Logish in Precise {
        Card {
            id: "logish",
            name: "Logish",
            tex: r"z \ln\left(1 + \sigma(z)\right)",
            description: "The input times the logarithm of one plus its sigmoid. The slope tends to ln 2 and not to 1, so \
                          deep stacks shrink their signal.",
            reference: "Zhu, Zeng, Wu, Ou & Huang 2021",
            ..SELF_GATED
        },
        |x, []| x.times(x.sigmoid().ln_1p())
    }

    /// z·tanh(ln(1 + σ(z))).
    Smish in Precise {
        Card {
            id: "smish",
            name: "Smish",
            tex: r"z \tanh\left(\ln(1 + \sigma(z))\right)",
            description: "Logish with a tanh around the logarithm; its slope tends to 0.6. Proposed for image \
                          classification; scale or normalise its outputs in deep stacks.",
            reference: "Wang, Ren & Wang 2022",
            ..SELF_GATED
        },
        |x, []| {
            // tanh(ln(1 + s)) = n/(n + 2) with n = s(s + 2).
            let (s, two) = (x.sigmoid(), R::constant(2.0));
            let n = s * (s + two);
            x.times(n / (n + two))
        }
    }

    /// z·tanh(z·Φ(z)).
    Phish in Precise {
        Card {
            id: "phish",
            name: "Phish",
            tex: r"z \tanh\left(z\,\Phi(z)\right)",
            description: "The input times the tanh of its GELU. Flat at zero, where units with small inputs hardly learn.",
            reference: "Naveen 2022",
            ..SELF_GATED
        },
        |x, []| x.times(x.times(x.normal_cdf()).tanh())
    }

    /// z·(1 + e^(−βz))^(−α).
    Aria2 in Precise {
        Card {
            id: "aria2",
            name: "ARiA2",
            aliases: &["Aria-2", "Richards' curve"],
            tex: r"z \left(1 + e^{-\beta z}\right)^{-\alpha}",
            description: "The input times Richards' growth curve, a sigmoid with two knobs. α moves and skews the gate, β \
                          sharpens it; α = 1 is Swish.",
            params: &[
                Param::new("alpha", "skew of the gate", 1.5, 0.1, 5.0),
                Param::new("beta", "sharpness of the gate", 1.0, 0.1, 10.0),
            ],
            reference: "Patwardhan, Ingalhalikar & Walambe 2018",
            ..SELF_GATED
        },
        |x, [alpha, beta]| x.times((-(alpha * (-(beta * x)).softplus())).exp())
    }

    /// max(z, eᶻ − 1)·σ(z).
    Elish in Precise {
        Card {
            id: "elish",
            name: "ELiSH",
            aliases: &["exponential linear sigmoid squashing"],
            tex: r"\begin{cases} z\,\sigma(z) & z \ge 0 \\ (e^{z} - 1)\,\sigma(z) & z < 0 \end{cases}",
            description: "SiLU above zero and ELU times a sigmoid below. Found by a genetic search; it forgets large \
                          negative inputs faster than SiLU.",
            kinks: &[Kink::fixed(0.0, "f'(0) = ½ from both sides; only the second derivative jumps.")],
            reference: "Basirat & Roth 2018, The quest for the golden activation function",
            ..SELF_GATED
        },
        |x, []| R::select(R::ZERO.gt(x), x.exp_m1(), x).times(x.sigmoid())
    }

    /// z/(1 − z·e^(−(z + eᶻ))).
    Colu in Precise {
        Card {
            id: "colu",
            name: "CoLU",
            aliases: &["collapsing linear unit"],
            tex: r"\frac{z}{1 - z e^{-(z + e^{z})}}",
            description: "Smooth, dips below zero and collapses to nothing further down. Above zero it is close to the \
                          identity; two exponentials for a curve like Mish.",
            reference: "Vagerwal 2021",
            ..SELF_GATED
        },
        |x, []| {
            // Below zero times w/w with w = e^(z + eᶻ), so that nothing overflows.
            let exponent = x + x.exp();
            let (w, inverse) = (exponent.exp(), (-exponent).exp());
            let (above, below) = (x / (R::ONE - x.times(inverse)), x.times(w) / (w - x));
            R::select(x.ge(R::ZERO), above, R::select(R::ZERO.gt(x), below, x))
        }
    }
}
