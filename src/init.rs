//! Where weights start. Normal rules scale the same draws, so that two runs with one seed differ only in scale.

use crate::activation::InitHint;
use crate::experiment::InitSpec;
use crate::random::Random;
use crate::real::Scalar;

/// Fills a layer's weights `[out, in]` and biases `[out]` by a rule ([`InitSpec::Auto`] counts as Xavier).
pub fn fill<S: Scalar>(rule: InitSpec, fan_in: usize, random: &mut Random, weights: &mut [S], biases: &mut [S]) {
    let (fan_in, fan_out) = (fan_in as f64, biases.len() as f64);
    let mut normal = |variance: f64| {
        let deviation = variance.sqrt();
        weights.iter_mut().for_each(|w| *w = S::of(deviation * random.normal()));
    };
    let bias_bound = match rule {
        InitSpec::Auto | InitSpec::Xavier => {
            normal(2.0 / (fan_in + fan_out));
            0.0
        }
        InitSpec::He => {
            normal(2.0 / fan_in);
            0.0
        }
        InitSpec::Lecun => {
            normal(1.0 / fan_in);
            0.0
        }
        InitSpec::Pytorch => {
            let bound = 1.0 / fan_in.sqrt();
            weights.iter_mut().for_each(|w| *w = S::of(random.uniform(-bound, bound)));
            bound
        }
        InitSpec::Uniform => {
            weights.iter_mut().for_each(|w| *w = S::of(random.uniform(-0.5, 0.5)));
            0.0
        }
        InitSpec::Zeros => {
            weights.fill(S::of(0.0));
            0.0
        }
    };
    biases
        .iter_mut()
        .for_each(|b| *b = S::of(if bias_bound > 0.0 { random.uniform(-bias_bound, bias_bound) } else { 0.0 }));
}

/// What [`InitSpec::Auto`] stands for before an activation; Xavier before the output, which is linear up to the loss.
pub fn resolve(rule: InitSpec, hint: Option<InitHint>) -> InitSpec {
    if rule != InitSpec::Auto {
        return rule;
    }
    match hint {
        Some(InitHint::He) => InitSpec::He,
        Some(InitHint::Lecun) => InitSpec::Lecun,
        Some(InitHint::Xavier) | None => InitSpec::Xavier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn variance(rule: InitSpec) -> (f64, f64) {
        let (mut weights, mut biases) = (vec![0.0_f64; 100 * 300], vec![7.0_f64; 300]);
        fill(rule, 100, &mut Random::new(3, Purpose::Weights), &mut weights, &mut biases);
        let variance = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
        (variance(&weights), variance(&biases))
    }

    #[test]
    fn every_rule_has_the_variance_it_promises() {
        let expected = [
            (InitSpec::Xavier, 2.0 / 400.0, 0.0),
            (InitSpec::He, 2.0 / 100.0, 0.0),
            (InitSpec::Lecun, 1.0 / 100.0, 0.0),
            (InitSpec::Pytorch, 1.0 / 300.0, 1.0 / 300.0),
            (InitSpec::Uniform, 1.0 / 12.0, 0.0),
            (InitSpec::Zeros, 0.0, 0.0),
        ];
        for (rule, of_weights, of_biases) in expected {
            let (weights, biases) = variance(rule);
            assert!((weights - of_weights).abs() <= 0.03 * of_weights, "{rule:?}: weights {weights}, not {of_weights}");
            assert!((biases - of_biases).abs() <= 0.2 * of_biases, "{rule:?}: biases {biases}, not {of_biases}");
        }
    }
}
