//! Shares of a whole, and choices among units.

use super::{Pass, VectorActivation, column, column_mut, vectors};
use crate::activation::{Card, Family, InitHint, Kind, Param};
use crate::real::{Lane, Lanes};
use crate::tensor::Write;

const COMPETING: Card = Card { kind: Kind::Vector, family: Family::Competing, init: InitHint::Xavier, ..Card::BLANK };
const TEMPERATURE: Param = Param { id: "temperature", label: "temperature", default: 1.0, min: 0.05, max: 20.0 };
const PIECES: Param = Param { id: "pieces", label: "units that compete", default: 2.0, min: 2.0, max: 16.0 };

vectors! {
    /// e^(z/T) / Σ e^(z/T).
    Softmax {
        Card {
            id: "softmax",
            name: "Softmax",
            aliases: &["Softmax2d"],
            tex: r"\frac{e^{z_i/T}}{\sum_j e^{z_j/T}}",
            description: "Turns a layer into shares that add up to 1. Ends classifiers and weighs attention; as a hidden layer it \
                          lets units compete, and its gradients fade when one of them wins.",
            params: &[TEMPERATURE],
            reference: "Bridle 1990",
            torch: Some("Softmax"),
            keras: Some("softmax"),
            jax: Some("softmax"),
            onnx: Some("Softmax"),
            ..COMPETING
        },
        same,
        |p, z, out, lanes| softmax(1.0 / p[0], z, out, lanes),
        |p, pass, into, write| softmax_gradient(1.0 / p[0], pass, into, write)
    }

    /// e^((z+g)/T) / Σ e^((z+g)/T), with Gumbel noise g in training only.
    GumbelSoftmax {
        Card {
            id: "gumbel_softmax",
            name: "Gumbel-softmax",
            aliases: &["concrete distribution"],
            tex: r"\frac{e^{(z_i + g_i)/T}}{\sum_j e^{(z_j + g_j)/T}} \quad g \sim -\ln(-\ln U(0, 1))",
            description: "Softmax with Gumbel noise while training: at a low temperature it draws one unit, yet gradients pass. \
                          Trains discrete choices; low temperatures make the gradients noisy.",
            params: &[TEMPERATURE],
            random: true,
            reference: "Jang, Gu & Poole 2017; Maddison, Mnih & Teh 2017",
            torch: Some("torch.nn.functional.gumbel_softmax"),
            ..COMPETING
        },
        same,
        |p, z, out, lanes| softmax(1.0 / p[0], z, out, lanes),
        |p, pass, into, write| softmax_gradient(1.0 / p[0], pass, into, write)
    }

    /// e^(−z) / Σ e^(−z).
    Softmin {
        Card {
            id: "softmin",
            name: "Softmin",
            tex: r"\frac{e^{-z_i}}{\sum_j e^{-z_j}}",
            description: "Softmax of the negated units: the smallest gets the largest share. Turns distances into weights.",
            reference: "Bridle 1990",
            torch: Some("Softmin"),
            ..COMPETING
        },
        same,
        |_, z, out, lanes| softmax(-1.0, z, out, lanes),
        |_, pass, into, write| softmax_gradient(-1.0, pass, into, write)
    }

    /// z − ln Σ e^z.
    LogSoftmax {
        Card {
            id: "log_softmax",
            name: "Log-softmax",
            tex: r"z_i - \ln \sum_j e^{z_j}",
            description: "The logarithm of softmax, without the rounding of taking both in turn. Comes before a negative \
                          log-likelihood; as a hidden layer it is linear but for a common shift.",
            reference: "Bridle 1990",
            torch: Some("LogSoftmax"),
            keras: Some("log_softmax"),
            jax: Some("log_softmax"),
            onnx: Some("LogSoftmax"),
            ..COMPETING
        },
        same,
        |_, z, out, lanes| log_softmax(z, out, lanes),
        |_, pass, into, write| log_softmax_gradient(pass, into, write)
    }

    /// The point of the simplex nearest to z.
    Sparsemax {
        Card {
            id: "sparsemax",
            name: "Sparsemax",
            tex: r"\max(z_i - \tau(z), 0)",
            description: "Shares that add up to 1, many of them exactly 0. Attention that can ignore; units without a share get no \
                          gradient.",
            reference: "Martins & Astudillo 2016",
            keras: Some("sparsemax"),
            ..COMPETING
        },
        same,
        |_, z, out, lanes| sparsemax(z, out, lanes),
        |_, pass, into, write| sparsemax_gradient(pass, into, write)
    }

    /// 1 for the first of the largest units, else 0.
    Hardmax {
        Card {
            id: "hardmax",
            name: "Hardmax",
            tex: r"[\,i = \operatorname{argmax} z\,]",
            description: "Only the winner counts, as 1. Its gradient is 0 everywhere, so nothing below it ever learns.",
            onnx: Some("Hardmax"),
            reference: "ONNX operator Hardmax",
            ..COMPETING
        },
        same,
        |_, z, out, lanes| hardmax(z, out, lanes),
        |_, _, into, write| write.put_all(into, std::iter::repeat(L::ZERO))
    }

    /// The largest of each run of k units.
    Maxout {
        Card {
            id: "maxout",
            name: "Maxout",
            tex: r"\max(z_{ki}, \ldots, z_{ki+k-1})",
            description: "The largest of every k units: a learned convex curve made of k lines. Never dies, but takes k times the \
                          weights.",
            params: &[PIECES],
            reference: "Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013",
            ..COMPETING
        },
        grouped,
        |p, z, out, lanes| maxout(p[0] as usize, z, out, lanes),
        |p, pass, into, write| maxout_gradient(p[0] as usize, pass, into, write)
    }

    /// [ReLU(z), ReLU(−z)].
    Crelu {
        Card {
            id: "crelu",
            name: "CReLU",
            tex: r"[\max(0, z), \max(0, -z)]",
            description: "Keeps both sides of zero as separate outputs, so nothing is lost and no unit dies. Doubles the width, and \
                          with it the next layer's weights.",
            reference: "Shang, Sohn, Almeida & Lee 2016",
            init: InitHint::He,
            ..COMPETING
        },
        double,
        |_, z, out, _| crelu(z, out),
        |_, pass, into, write| crelu_gradient(pass, into, write)
    }

    /// max(z, 0) for every other unit, min(z, 0) for those between.
    BipolarRelu {
        Card {
            id: "brelu",
            name: "BReLU",
            aliases: &["bipolar ReLU"],
            tex: r"\begin{cases} \max(0, z_i) & i \text{ even} \\ \min(0, z_i) & i \text{ odd} \end{cases}",
            description: "ReLU for half of the units and its mirror image for the others, so the layer's mean stays near zero. \
                          Units die as with ReLU.",
            reference: "Eidnes & Nøkland 2018",
            init: InitHint::He,
            ..COMPETING
        },
        same,
        |_, z, out, lanes| {
            for (at, (out, &z)) in out.iter_mut().zip(z).enumerate() {
                *out = L::select(opens(z, at / lanes), z, L::ZERO);
            }
        },
        |_, pass, into, write| {
            for (at, (into, (&z, &g))) in into.iter_mut().zip(pass.z.iter().zip(pass.gradient)).enumerate() {
                write.put(into, L::select(opens(z, at / pass.lanes), g, L::ZERO));
            }
        }
    }

    /// LayerNorm(z·softmax(z)), without gain or bias.
    Solu {
        Card {
            id: "solu",
            name: "SoLU",
            aliases: &["softmax linear unit"],
            tex: r"\operatorname{LayerNorm}\left(z_i \frac{e^{z_i}}{\sum_j e^{z_j}}\right)",
            description: "Units times their softmax share, brought back to scale by a normalisation. Made language models easier to \
                          interpret: few units speak at a time; small features can still hide in the scale.",
            reference: "Elhage et al. 2022",
            ..COMPETING
        },
        same,
        |_, z, out, lanes| solu(z, out, lanes),
        |_, pass, into, write| solu_gradient(pass, into, write)
    }
}

/// The largest logit, and ln Σ e^(z − largest): their sum is logsumexp(z), which never overflows.
pub fn log_sum_exp<L: Lanes>(logits: impl Iterator<Item = L> + Clone) -> (L, L) {
    let largest = logits.clone().reduce(L::max).unwrap_or(L::ZERO);
    let total = logits.fold(L::ZERO, |sum, z| sum + (z - largest).exp());
    // ln_1p(total − 1) is exact where it matters, at total = 1.
    (largest, (total - L::ONE).ln_1p())
}

/// `out[k] = e^(scale·z[k]) / Σ e^(scale·z)`.
pub fn softmax<L: Lanes>(scale: f64, z: &[L], out: &mut [L], lanes: usize) {
    let scale = L::constant(scale);
    for at in 0..lanes {
        let scaled = column(z, at, lanes).map(|z| scale * z);
        let largest = scaled.clone().reduce(L::max).unwrap_or(L::ZERO);
        let total = scaled.clone().fold(L::ZERO, |sum, z| sum + (z - largest).exp());
        for (out, z) in column_mut(out, at, lanes).zip(scaled) {
            *out = (z - largest).exp() / total;
        }
    }
}

/// `into[k] = scale · out[k] · (gradient[k] − Σⱼ gradient[j]·out[j])`, the gradient of [`softmax`].
pub fn softmax_gradient<L: Lanes>(scale: f64, pass: Pass<L>, into: &mut [L], write: Write) {
    let Pass { out, gradient, lanes, .. } = pass;
    let scale = L::constant(scale);
    for at in 0..lanes {
        let pairs = column(out, at, lanes).zip(column(gradient, at, lanes));
        let inner = pairs.clone().fold(L::ZERO, |sum, (y, g)| sum + y * g);
        for (into, (y, g)) in column_mut(into, at, lanes).zip(pairs) {
            write.put(into, scale * y * (g - inner));
        }
    }
}

fn log_softmax<L: Lanes>(z: &[L], out: &mut [L], lanes: usize) {
    for at in 0..lanes {
        let (largest, total) = log_sum_exp(column(z, at, lanes));
        for (out, z) in column_mut(out, at, lanes).zip(column(z, at, lanes)) {
            *out = (z - largest) - total;
        }
    }
}

fn log_softmax_gradient<L: Lanes>(pass: Pass<L>, into: &mut [L], write: Write) {
    let Pass { out, gradient, lanes, .. } = pass;
    for at in 0..lanes {
        let all = column(gradient, at, lanes).fold(L::ZERO, |sum, g| sum + g);
        for (into, (y, g)) in column_mut(into, at, lanes).zip(column(out, at, lanes).zip(column(gradient, at, lanes))) {
            write.put(into, g - y.exp() * all);
        }
    }
}

/// The point of the simplex nearest to z: max(z − τ, 0). τ is found by leaving out what is below it until nothing is
/// (Michelot 1986), at most once per unit.
fn sparsemax<L: Lanes>(z: &[L], out: &mut [L], lanes: usize) {
    for at in 0..lanes {
        let largest = column(z, at, lanes).reduce(L::max).unwrap_or(L::ZERO);
        let shifted = column(z, at, lanes).map(|z| z - largest);
        let mut threshold = L::constant(-2.0);
        for _ in 0..z.len() / lanes {
            let (sum, count) = shifted.clone().fold((L::ZERO, L::ZERO), |(sum, count), z| {
                let inside = z.gt(threshold);
                (sum + L::select(inside, z, L::ZERO), count + L::select(inside, L::ONE, L::ZERO))
            });
            threshold = (sum - L::ONE) / count;
        }
        for (out, z) in column_mut(out, at, lanes).zip(shifted) {
            *out = L::select(z.gt(threshold), z - threshold, L::ZERO);
        }
    }
}

/// Within the units that have a share, the gradient less its mean.
fn sparsemax_gradient<L: Lanes>(pass: Pass<L>, into: &mut [L], write: Write) {
    let Pass { out, gradient, lanes, .. } = pass;
    for at in 0..lanes {
        let pairs = column(out, at, lanes).zip(column(gradient, at, lanes));
        let (sum, count) = pairs.clone().fold((L::ZERO, L::ZERO), |(sum, count), (y, g)| {
            let inside = y.gt(L::ZERO);
            (sum + L::select(inside, g, L::ZERO), count + L::select(inside, L::ONE, L::ZERO))
        });
        let mean = sum / count;
        for (into, (y, g)) in column_mut(into, at, lanes).zip(pairs) {
            write.put(into, L::select(y.gt(L::ZERO), g - mean, L::ZERO));
        }
    }
}

/// 1 for the first of the largest units, else 0.
fn hardmax<L: Lanes>(z: &[L], out: &mut [L], lanes: usize) {
    for at in 0..lanes {
        let largest = column(z, at, lanes).reduce(L::max).unwrap_or(L::ZERO);
        let mut free = L::ONE;
        for (out, z) in column_mut(out, at, lanes).zip(column(z, at, lanes)) {
            *out = L::select(z.ge(largest), free, L::ZERO);
            free = free - *out;
        }
    }
}

/// The largest of each run of `pieces` units.
fn maxout<L: Lanes>(pieces: usize, z: &[L], out: &mut [L], lanes: usize) {
    for (unit, out) in out.chunks_exact_mut(lanes).enumerate() {
        let pieces = &z[unit * pieces * lanes..][..pieces * lanes];
        for (at, out) in out.iter_mut().enumerate() {
            *out = column(pieces, at, lanes).reduce(L::max).unwrap_or(L::ZERO);
        }
    }
}

/// The gradient goes to the first of the largest pieces.
fn maxout_gradient<L: Lanes>(pieces: usize, pass: Pass<L>, into: &mut [L], write: Write) {
    let Pass { z, out, gradient, lanes } = pass;
    for at in 0..out.len() {
        let (unit, at) = (at / lanes, at % lanes);
        let mut free = L::ONE;
        for piece in 0..pieces {
            let place = (unit * pieces + piece) * lanes + at;
            let taken = L::select(z[place].ge(out[unit * lanes + at]), free, L::ZERO);
            write.put(&mut into[place], taken * gradient[unit * lanes + at]);
            free = free - taken;
        }
    }
}

/// [ReLU(z), ReLU(−z)].
fn crelu<L: Lanes>(z: &[L], out: &mut [L]) {
    let (upper, lower) = out.split_at_mut(z.len());
    for ((upper, lower), &z) in upper.iter_mut().zip(lower).zip(z) {
        *upper = L::select(z.gt(L::ZERO), z, L::ZERO);
        *lower = L::select(z.gt(L::ZERO), L::ZERO, -z);
    }
}

fn crelu_gradient<L: Lanes>(pass: Pass<L>, into: &mut [L], write: Write) {
    let (upper, lower) = pass.gradient.split_at(pass.z.len());
    for (into, (&z, (&up, &down))) in into.iter_mut().zip(pass.z.iter().zip(upper.iter().zip(lower))) {
        let below = L::select((-z).gt(L::ZERO), -down, L::ZERO);
        write.put(into, L::select(z.gt(L::ZERO), up, below));
    }
}

/// Whether BReLU lets a unit through: above zero for even units, below for odd ones.
fn opens<L: Lanes>(z: L, unit: usize) -> L::Mask {
    if unit.is_multiple_of(2) { z.gt(L::ZERO) } else { (-z).gt(L::ZERO) }
}

/// Added to the variance by SoLU's normalisation, as `torch.nn.LayerNorm` does.
const SOLU_EPSILON: f64 = 1e-5;

fn solu<L: Lanes>(z: &[L], out: &mut [L], lanes: usize) {
    softmax(1.0, z, out, lanes);
    for (out, &z) in out.iter_mut().zip(z) {
        *out = z.times(*out);
    }
    let count = L::constant((z.len() / lanes) as f64);
    for at in 0..lanes {
        let mean = column(out, at, lanes).fold(L::ZERO, |sum, u| sum + u) / count;
        let variance = column(out, at, lanes).fold(L::ZERO, |sum, u| sum + (u - mean) * (u - mean)) / count;
        let deviation = (variance + L::constant(SOLU_EPSILON)).sqrt();
        for out in column_mut(out, at, lanes) {
            *out = (*out - mean) / deviation;
        }
    }
}

/// Through the normalisation, ∂u = (g − mean g − y·mean(g·y))/deviation; then through u = z·s with shares s,
/// ∂z = s·(∂u·(1 + z) − Σ ∂u·z·s).
fn solu_gradient<L: Lanes>(pass: Pass<L>, into: &mut [L], write: Write) {
    let Pass { z, out, gradient, lanes } = pass;
    let count = L::constant((z.len() / lanes) as f64);
    for at in 0..lanes {
        let (largest, total) = log_sum_exp(column(z, at, lanes));
        let units = column(z, at, lanes).map(|z| (z, ((z - largest) - total).exp()));
        let mean = units.clone().fold(L::ZERO, |sum, (z, s)| sum + z.times(s)) / count;
        let variance = units.clone().fold(L::ZERO, |sum, (z, s)| {
            let off = z.times(s) - mean;
            sum + off * off
        }) / count;
        let deviation = (variance + L::constant(SOLU_EPSILON)).sqrt();
        let pairs = column(out, at, lanes).zip(column(gradient, at, lanes));
        let mean_gradient = pairs.clone().fold(L::ZERO, |sum, (_, g)| sum + g) / count;
        let along = pairs.clone().fold(L::ZERO, |sum, (y, g)| sum + y * g) / count;
        let of_units = pairs.map(|(y, g)| (g - mean_gradient - y * along) / deviation).zip(units);
        let inner = of_units.clone().fold(L::ZERO, |sum, (u, (z, s))| sum + u * z.times(s));
        for (into, (u, (z, s))) in column_mut(into, at, lanes).zip(of_units) {
            write.put(into, s * (u * (L::ONE + z) - inner));
        }
    }
}

#[allow(clippy::unnecessary_wraps, reason = "a width rule like the others")]
fn same(units: usize, _: &[f64]) -> Result<usize, String> {
    Ok(units)
}

#[allow(clippy::unnecessary_wraps, reason = "a width rule like the others")]
fn double(units: usize, _: &[f64]) -> Result<usize, String> {
    Ok(2 * units)
}

fn grouped(units: usize, params: &[f64]) -> Result<usize, String> {
    let pieces = params[0] as usize;
    if units.is_multiple_of(pieces) {
        Ok(units / pieces)
    } else {
        let try_instead = units.next_multiple_of(pieces);
        Err(format!(
            "it takes the largest of every {pieces}, so it needs a multiple of {pieces} units; got {units}, try {try_instead}"
        ))
    }
}
