//! Activations without a golden file: each formula a second time, as one would type it, and its limits.

use super::{Number, activation, corners, in_both, is_limit};
use std::f64::consts::{LN_2, SQRT_2};

/// An activation, how one would type it, and where it goes.
pub struct Case {
    pub id: &'static str,
    pub formula: fn(f64, &[f64]) -> f64,
    /// Value and slope at −∞ and at ∞ with the default parameters; NaN where there is no limit.
    pub limits: [(f64, f64); 2],
}

const INF: f64 = f64::INFINITY;
const NONE: f64 = f64::NAN;
/// Off below, the identity above.
const RAMP: [(f64, f64); 2] = [(0.0, 0.0), (INF, 1.0)];

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    (1.0 + x.exp()).ln()
}

fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

fn combined(x: f64, w: &[f64]) -> f64 {
    w[0] * x.max(0.0) + w[1] * sigmoid(x) + w[2] * x.tanh() + w[3] * x / (1.0 + x.abs())
}

fn clip(x: f64, low: f64, high: f64) -> f64 {
    x.max(low).min(high)
}

pub const CASES: &[Case] = &[
    Case { id: "relu_n", formula: |x, p| clip(x, 0.0, p[0]), limits: [(0.0, 0.0), (1.0, 0.0)] },
    Case {
        id: "star_relu",
        formula: |x, p| p[0] * x.max(0.0).powi(2) + p[1],
        limits: [(-0.447_213_6, 0.0), (INF, INF)],
    },
    Case {
        id: "xielu",
        formula: |x, p| {
            let (above, below) = (softplus(p[0]), 0.5 + softplus(p[1]));
            0.5 * x + if x > 0.0 { above * x * x } else { below * (x.exp() - 1.0 - x) }
        },
        limits: [(INF, -0.3), (INF, INF)],
    },
    Case { id: "dyt", formula: |x, p| p[1] * (p[0] * x).tanh() + p[2], limits: [(-1.0, 0.0), (1.0, 0.0)] },
    Case {
        id: "derf",
        formula: |x, p| p[2] * (2.0 * normal_cdf(SQRT_2 * (p[0] * x + p[1])) - 1.0) + p[3],
        limits: [(-1.0, 0.0), (1.0, 0.0)],
    },
    Case {
        id: "srelu",
        formula: |x, p| {
            if x >= p[0] {
                p[0] + p[1] * (x - p[0])
            } else if x > p[2] {
                x
            } else {
                p[2] + p[3] * (x - p[2])
            }
        },
        limits: [(-INF, 0.2), (INF, 0.2)],
    },
    Case {
        id: "apl",
        formula: |x, p| x.max(0.0) + p[0] * (p[1] - x).max(0.0) + p[2] * (p[3] - x).max(0.0),
        limits: [(INF, -0.3), (INF, 1.0)],
    },
    Case { id: "lin_comb", formula: combined, limits: [(-0.5, 0.0), (INF, 0.25)] },
    Case {
        id: "norm_lin_comb",
        formula: |x, w| combined(x, w) / w.iter().map(|w| w * w).sum::<f64>().sqrt(),
        limits: [(-1.0, 0.0), (INF, 0.5)],
    },
    Case {
        id: "acon_c",
        formula: |x, p| (p[0] - p[1]) * x * sigmoid(p[2] * (p[0] - p[1]) * x) + p[1] * x,
        limits: RAMP,
    },
    Case {
        id: "ameo",
        formula: |x, _| if x < 0.0 { x.tanh() } else { x * x.cos() },
        limits: [(-1.0, 0.0), (NONE, NONE)],
    },
    Case { id: "shilu", formula: |x, p| p[0] * x.max(0.0) + p[1], limits: RAMP },
    Case { id: "hard_mish", formula: |x, _| 0.5 * x * clip(x + 2.0, 0.0, 2.0), limits: RAMP },
    Case {
        id: "hard_elish",
        formula: |x, _| if x < 0.0 { x.exp() - 1.0 } else { x } * clip(0.5 * x + 0.5, 0.0, 1.0),
        limits: RAMP,
    },
    Case {
        id: "flatten_t_swish",
        formula: |x, p| x.max(0.0) / (1.0 + (-x).exp()) + p[0],
        limits: [(-0.2, 0.0), (INF, 1.0)],
    },
    Case {
        id: "isrlu",
        formula: |x, p| if x < 0.0 { x / (1.0 + p[0] * x * x).sqrt() } else { x },
        limits: [(-1.0, 0.0), (INF, 1.0)],
    },
    Case {
        id: "delu",
        formula: |x, p| if x > 0.0 { (p[0] + 0.5) * x + ((-x).exp() - 1.0).abs() } else { x * sigmoid(x) },
        limits: RAMP,
    },
    Case { id: "erf", formula: |x, _| 2.0 * normal_cdf(SQRT_2 * x) - 1.0, limits: [(-1.0, 0.0), (1.0, 0.0)] },
    Case { id: "scaled_softsign", formula: |x, p| p[0] * x / (p[1] + x.abs()), limits: [(-1.0, 0.0), (1.0, 0.0)] },
    Case {
        id: "sqnl",
        formula: |x, _| if x.abs() > 2.0 { x.signum() } else { x - x * x.abs() / 4.0 },
        limits: [(-1.0, 0.0), (1.0, 0.0)],
    },
    Case {
        id: "soft_clipping",
        formula: |x, p| ((1.0 + (p[0] * x).exp()) / (1.0 + (p[0] * (x - 1.0)).exp())).ln() / p[0],
        limits: [(0.0, 0.0), (1.0, 0.0)],
    },
    Case {
        id: "laplace",
        formula: |x, p| 0.5 * (1.0 + libm::erf((x - p[0]) / (p[1] * SQRT_2))),
        limits: [(0.0, 0.0), (1.0, 0.0)],
    },
    Case {
        id: "scaled_tanh",
        formula: |x, p| p[0] * (p[1] * x).sinh() / (p[1] * x).cosh(),
        limits: [(-1.7159, 0.0), (1.7159, 0.0)],
    },
    Case {
        id: "clipped_gelu",
        formula: |x, _| clip(0.5 * x * (1.0 + libm::erf(x / SQRT_2)), -10.0, 10.0),
        limits: [(0.0, 0.0), (10.0, 0.0)],
    },
    Case { id: "sqrt_softplus", formula: |x, _| softplus(x).sqrt(), limits: [(0.0, 0.0), (INF, 0.0)] },
    Case { id: "e_swish", formula: |x, p| p[0] * x * sigmoid(x), limits: [(0.0, 0.0), (INF, 1.75)] },
    Case { id: "beta_mish", formula: |x, p| x * (1.0 + x.exp()).powf(p[0]).ln().tanh(), limits: RAMP },
    Case { id: "mila", formula: |x, p| x * softplus(p[0] + x).tanh(), limits: RAMP },
    Case { id: "tanh_exp", formula: |x, _| x * x.exp().tanh(), limits: RAMP },
    Case { id: "serf", formula: |x, _| x * libm::erf(softplus(x)), limits: RAMP },
    Case { id: "logish", formula: |x, _| x * (1.0 + sigmoid(x)).ln(), limits: [(0.0, 0.0), (INF, LN_2)] },
    Case { id: "smish", formula: |x, _| x * (1.0 + sigmoid(x)).ln().tanh(), limits: [(0.0, 0.0), (INF, 0.6)] },
    Case { id: "phish", formula: |x, _| x * (x * normal_cdf(x)).tanh(), limits: RAMP },
    Case { id: "aria2", formula: |x, p| x * (1.0 + (-p[1] * x).exp()).powf(-p[0]), limits: RAMP },
    Case { id: "elish", formula: |x, _| if x < 0.0 { x.exp() - 1.0 } else { x } / (1.0 + (-x).exp()), limits: RAMP },
    Case { id: "colu", formula: |x, _| x / (1.0 - x * (-(x + x.exp())).exp()), limits: RAMP },
    Case { id: "cosine", formula: |x, p| (p[0] * x).cos(), limits: [(NONE, NONE); 2] },
    Case { id: "sinlu", formula: |x, p| (x + p[0] * (p[1] * x).sin()) * sigmoid(x), limits: [(0.0, 0.0), (INF, NONE)] },
    Case { id: "coslu", formula: |x, p| (x + p[0] * (p[1] * x).cos()) * sigmoid(x), limits: [(0.0, 0.0), (INF, NONE)] },
    Case {
        id: "sine_relu",
        formula: |x, p| if x > 0.0 { x } else { p[0] * (x.sin() - x.cos()) },
        limits: [(NONE, NONE), (INF, 1.0)],
    },
    Case { id: "lisht", formula: |x, _| x * x.tanh(), limits: [(INF, -1.0), (INF, 1.0)] },
    Case { id: "logcosh", formula: |x, _| x.cosh().ln(), limits: [(INF, -1.0), (INF, 1.0)] },
    Case {
        id: "soft_exponential",
        formula: |x, p| if p[0] > 0.0 { ((p[0] * x).exp() - 1.0) / p[0] + p[0] } else { x },
        limits: [(-1.5, 0.0), (INF, INF)],
    },
];

#[test]
fn formulas_are_what_one_would_type() {
    for case in CASES {
        let activation = activation::find(case.id).unwrap();
        for params in corners(activation.card()) {
            // Where the typed formula neither overflows nor loses its digits.
            for x in (-512..512).map(|i| (f64::from(i) + 0.25) / 64.0) {
                let (got, typed) = (activation.at(x, &params).value, (case.formula)(x, &params));
                let close = (got - typed).abs() <= 1e-12 * typed.abs().max(1.0);
                assert!(close, "{} {params:?} at {x}: {got}, typed {typed}", case.id);
            }
        }
    }
}

#[test]
fn limits_are_reached() {
    for case in CASES {
        let activation = activation::find(case.id).unwrap();
        let params: Vec<f64> = activation.card().params.iter().map(|param| param.default).collect();
        for (x, (value_there, slope_there)) in [-INF, INF].into_iter().zip(case.limits) {
            for (value, slope) in in_both(activation, x, &params) {
                assert!(is_limit(value, value_there), "{}({x}) = {value}, not {value_there}", case.id);
                let free = slope_there.is_nan();
                assert!(free || is_limit(slope, slope_there), "{}'({x}) = {slope}, not {slope_there}", case.id);
            }
        }
    }
}

/// Weights that are all 0 have no length to be divided by.
#[test]
fn nothing_combined_is_nothing() {
    let activation = activation::find("norm_lin_comb").unwrap();
    for x in [-INF, -3.0, 0.0, 3.0, INF] {
        for (value, slope) in in_both(activation, x, &[0.0; 4]) {
            assert_eq!((value, slope), (0.0, 0.0), "at {x}");
        }
        let mut partials = [NONE; 4];
        f64::partials(activation, &[x], &[0.0; 4], &mut partials);
        assert_eq!(partials, [0.0; 4], "at {x}");
    }
    assert!(activation.at(NONE, &[0.0; 4]).value.is_nan());
}
