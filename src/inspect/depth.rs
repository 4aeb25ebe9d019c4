//! What becomes of a signal on its way through a deep stack of equal layers, and of the gradient on its way back: before any
//! training, measured and foretold.

use crate::activation::{Function, Nonlinearity};
use crate::error::{Error, Problem};
use crate::experiment::race::MOST_RACERS;
use crate::experiment::{Choice, Field, InitSpec, LearnSpec, Link, Reader, id_of, joined, parted};
use crate::graph::{Graph, Mode, Node, Parameter, Program};
use crate::init::{self, Place};
use crate::layer::{Activated, BatchNorm, LayerNorm};
use crate::loss::Loss;
use crate::random::{Purpose, Random};
use crate::real::{Lane, Scalar};
use crate::rule::Family;
use crate::tensor::Shape;
use serde::{Deserialize, Serialize};

/// Samples sent through a stack.
const SAMPLES: usize = 128;
/// An output below this is as good as none: next to the smallest 32-bit number nothing is exact.
const FAINT: f64 = 1e-30;
/// Bins of a layer's outputs.
const BINS: usize = 48;

/// Layers of a stack.
pub const DEPTH: Field = Field {
    path: "stack.depth",
    key: "depth",
    label: "layers",
    help: "How many layers the signal passes through.",
    min: 2.0,
    max: 50.0,
    whole: true,
};
/// Units of each layer.
pub const WIDTH: Field = Field {
    path: "stack.width",
    key: "width",
    label: "units",
    help: "How wide each layer is. Narrow stacks vary more from one seed to another.",
    min: 2.0,
    max: 64.0,
    whole: true,
};
/// A factor of the initial weights.
pub const GAIN: Field = Field {
    path: "stack.gain",
    key: "gain",
    label: "gain",
    help: "The initial weights of the rule are multiplied by this.",
    min: 0.05,
    max: 5.0,
    whole: false,
};
/// The settings of a stack.
pub const FIELDS: [Field; 3] = [DEPTH, WIDTH, GAIN];

/// What is normalised before the activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Norm {
    /// Nothing.
    None,
    /// Each unit, over the batch.
    Batch,
    /// Each sample, over the units.
    Layer,
}

/// A stack of equal layers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StackSpec {
    /// The activations that are compared, ids or formulas.
    pub activations: Vec<String>,
    /// Layers.
    pub depth: usize,
    /// Units of each.
    pub width: usize,
    /// Where the weights start: an id.
    pub init: String,
    /// A factor of the weights.
    pub gain: f64,
    /// Whether each layer adds to what it was given.
    pub skip: bool,
    /// What is normalised.
    pub norm: Norm,
    /// Seed of inputs and weights.
    pub seed: u32,
}

impl Default for StackSpec {
    fn default() -> Self {
        Self {
            activations: ["sigmoid", "tanh", "relu", "gelu"].map(str::to_owned).into(),
            depth: 20,
            width: 48,
            init: "auto".into(),
            gain: 1.0,
            skip: false,
            norm: Norm::None,
            seed: 29,
        }
    }
}

/// How the gradient fares on its way from the last layer to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Fate {
    /// Less than a ten thousandth arrives.
    Vanishes,
    /// Less than a tenth.
    Fades,
    /// About as much as was sent.
    Steady,
    /// More than ten times as much.
    Grows,
    /// More than a thousand times as much, or more than a number can hold.
    Explodes,
}

/// What a layer of a stack shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StackLayer {
    /// Root mean square of the gradient by the pre-activations, as a share of that of the last layer; `null` if it is no number.
    pub gradient: Option<f64>,
    /// The same, foretold from the activation's means over a normal distribution; `null` where that is not known.
    pub foretold_gradient: Option<f64>,
    /// Standard deviation of the outputs over samples and units.
    pub deviation: Option<f64>,
    /// The same, foretold.
    pub foretold_deviation: Option<f64>,
    /// How many outputs fell in each bin from `low` to `high`.
    pub counts: Vec<u32>,
}

/// What a stack shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StackProfile {
    /// Its activation.
    pub activation: String,
    /// The rule its weights start by.
    pub init: &'static str,
    /// From the first layer on.
    pub layers: Vec<StackLayer>,
    /// Left edge of the first bin.
    pub low: f64,
    /// Right edge of the last bin; what lies beyond is counted in the outer ones.
    pub high: f64,
    /// What becomes of the gradient.
    pub fate: Fate,
    /// The same in a sentence.
    pub words: String,
    /// How far its outputs are from those of the one linear map its weights multiply to, as a share of the largest output; `null`
    /// with normalisation, which is no part of that map.
    pub off_linear: Option<f64>,
}

/// What is normalised, as a link has it.
pub const NORMS: [Choice<Norm>; 3] = [
    Choice {
        value: Norm::None,
        id: "none",
        label: "nothing normalised",
        help: "Sums go into the activation as they are.",
    },
    Choice { value: Norm::Batch, id: "batch", label: "batch norm", help: "Each unit is normalised over the batch." },
    Choice { value: Norm::Layer, id: "layer", label: "layer norm", help: "Each sample is normalised over the units." },
];

/// What a link says about a stack.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StackFromLink {
    /// The stack.
    pub stack: StackSpec,
    /// What was not understood.
    pub problems: Vec<Problem>,
}

impl StackSpec {
    /// The fragment of a link without `#`; empty for the usual stack. The seed is that of the experiment beside it.
    pub fn to_link(&self) -> String {
        let standard = Self::default();
        let mut link = Link::bare();
        if self.activations != standard.activations {
            link.push("stack", joined(&self.activations));
        }
        link.add(DEPTH.key, self.depth, standard.depth);
        link.add(WIDTH.key, self.width, standard.width);
        link.add(GAIN.key, self.gain, standard.gain);
        link.add("start", self.init.as_str(), &standard.init);
        link.add("skip", u8::from(self.skip), 0);
        link.add("norm", id_of(&NORMS, self.norm), "none");
        link.text
    }

    /// Reads a fragment. What is not understood is in the list and left out; keys that are no stack's are passed over.
    pub fn from_link(link: &str) -> (Self, Vec<Problem>) {
        let mut reader = Reader::new(link);
        let mut stack = Self::default();
        if let Some(text) = reader.take("stack") {
            stack.activations = parted(&text);
        }
        let (mut depth, mut width) = (stack.depth as f64, stack.width as f64);
        reader.number(DEPTH, &mut depth);
        reader.number(WIDTH, &mut width);
        reader.number(GAIN, &mut stack.gain);
        (stack.depth, stack.width) = (depth as usize, width as usize);
        stack.init = reader.take("start").unwrap_or(stack.init);
        match reader.take("skip").as_deref() {
            None | Some("0") => {}
            Some("1") => stack.skip = true,
            Some(other) => reader.refuse("skip", other, "0 or 1".into()),
        }
        reader.choice("norm", &NORMS, &mut stack.norm);
        // What is left is wrong in its parts.
        for problem in stack.problems() {
            if problem.field == "stack.init" {
                stack.init = Self::default().init;
            } else {
                stack.activations = Self::default().activations;
            }
            reader.problems.push(problem);
        }
        (stack, reader.problems)
    }

    /// What is wrong with it.
    pub fn problems(&self) -> Vec<Problem> {
        let numbers = [self.depth as f64, self.width as f64, self.gain];
        let mut problems: Vec<Problem> =
            FIELDS.iter().zip(numbers).filter_map(|(field, number)| field.problem(field.path, number)).collect();
        if !(1..=MOST_RACERS).contains(&self.activations.len()) {
            let accepted = format!("1 to {MOST_RACERS} activations");
            problems.push(Problem::new("stack.activations", self.activations.len(), accepted));
        }
        if InitSpec::named(&self.init).is_none() {
            let known: Vec<&str> = init::Inits::cards().map(|card| card.id).collect();
            problems.push(Problem::new("stack.init", &self.init, format!("one of {}", known.join(", "))));
        }
        for (at, text) in self.activations.iter().enumerate() {
            if self.activations[..at].contains(text) {
                problems.push(Problem::new(format!("stack.activations[{at}]"), text, "each activation once"));
            }
            let wrong = match Nonlinearity::read(text) {
                Ok(Nonlinearity::Elementwise(_)) => continue,
                Ok(Nonlinearity::Vector(_)) => "an activation of single units".to_owned(),
                Err(error) => error.to_string(),
            };
            problems.push(Problem::new(format!("stack.activations[{at}]"), text, wrong));
        }
        problems
    }

    /// What each of its activations makes of it.
    ///
    /// # Errors
    /// If it is not a stack.
    pub fn profiles(&self) -> Result<Vec<StackProfile>, Error> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        self.activations.iter().map(|text| self.profile(text)).collect()
    }

    fn profile(&self, text: &str) -> Result<StackProfile, Error> {
        let nonlinearity =
            Nonlinearity::read(text).map_err(|error| Problem::new("activation", text, error.to_string()))?;
        let params: Vec<f64> = nonlinearity.parameters().iter().map(|param| param.default).collect();
        let activated = Activated { nonlinearity, params, learn: LearnSpec::Fixed };
        let stack = Stack::build(self, &activated)?;
        let rule = self.rule(&activated);
        let weights = self.draw(&stack, &activated, rule);
        let mut program = Program::<Lane>::compile(&stack.graph, Mode::Train, SAMPLES);
        let mut random = Random::new(self.seed, Purpose::Data);
        let inputs: Vec<f32> = (0..SAMPLES * self.width).map(|_| random.normal() as f32).collect();
        program.load(stack.input, SAMPLES, |sample, feature| inputs[sample * self.width + feature]);
        // Far above every output: the slope of the loss is the same everywhere.
        program.load(stack.target, SAMPLES, |_, _| -1e30);
        program.forward(&weights);
        program.backward(&weights);

        let norms: Vec<f64> = stack.layers.iter().map(|layer| rms(scalars(program.gradient(layer.z)))).collect();
        let last = *norms.last().expect("a stack has layers");
        let outputs: Vec<Vec<f64>> =
            stack.layers.iter().map(|layer| scalars(program.value(layer.a)).collect()).collect();
        let (low, high) = range(&outputs);
        let foretold = self.foretell(&activated, &weights, &stack);
        let finite = |number: f64| number.is_finite().then_some(number);
        let layers = norms.iter().zip(&outputs).enumerate().map(|(at, (norm, outputs))| StackLayer {
            gradient: finite(norm / last),
            foretold_gradient: foretold.as_ref().map(|all| all[at].gradient).filter(|number| number.is_finite()),
            deviation: finite(deviation(outputs)),
            foretold_deviation: foretold.as_ref().map(|all| all[at].deviation).filter(|number| number.is_finite()),
            counts: counts(outputs, low, high),
        });
        let finite_all = outputs.iter().flatten().all(|output| output.is_finite());
        // Without any slope in the last layer there is nothing to have a share of.
        let ratio = if finite_all && last == 0.0 { 0.0 } else { norms[0] / last };
        let fate = fate(ratio, finite_all);
        let signal = outputs[self.depth - 1].iter().fold(0.0_f64, |most, output| most.max(output.abs()));
        Ok(StackProfile {
            activation: text.to_owned(),
            init: rule.id(),
            layers: layers.collect(),
            low,
            high,
            fate,
            words: if finite_all && signal < FAINT {
                "the signal itself dies out on the way: the last layer puts out next to nothing".into()
            } else {
                words(ratio, fate, self.depth)
            },
            off_linear: (self.norm == Norm::None && finite_all && signal >= FAINT)
                .then(|| self.off_linear(&weights, &stack, &inputs, &outputs[self.depth - 1]))
                .filter(|off| off.is_finite()),
        })
    }

    /// The rule of the weights, once it is known for which activation.
    fn rule(&self, activated: &Activated) -> InitSpec {
        let rule = InitSpec::named(&self.init).expect("problems were looked for");
        init::resolve(rule, Some(activated.nonlinearity.init()))
    }

    fn draw(&self, stack: &Stack, activated: &Activated, rule: InitSpec) -> Vec<f32> {
        let mut random = Random::new(self.seed, Purpose::Weights);
        let mut weights = vec![0.0_f32; stack.graph.parameter_count()];
        let needs_gain = rule.id() == "auto_gain";
        let gain = if needs_gain { init::gain(&activated.nonlinearity, &activated.params) } else { 1.0 };
        for (at, layer) in stack.layers.iter().enumerate() {
            let range = stack.graph.parameter_info(layer.weight).range();
            let place = Place { fan_in: self.width, fan_out: self.width, first: at == 0, gain, omega: 1.0 };
            init::fill(rule, place, &mut random, &mut weights[range.clone()], &mut []);
            weights[range].iter_mut().for_each(|weight| *weight *= self.gain as f32);
        }
        let range = stack.graph.parameter_info(stack.readout).range();
        weights[range].iter_mut().for_each(|weight| *weight = random.normal() as f32);
        for factors in stack.graph.parameters().iter().filter(|info| info.name.ends_with("norm.weight")) {
            weights[factors.range()].fill(1.0);
        }
        weights
    }

    /// The mean-field theory of Poole et al. (2016) and Schoenholz et al. (2017): pre-activations are normal, their variance is
    /// that of a weight times the mean square of f times the fan-in, and a gradient is multiplied by the mean square of f′.
    fn foretell(&self, activated: &Activated, weights: &[f32], stack: &Stack) -> Option<Vec<Foretold>> {
        let function = activated.nonlinearity.function()?;
        if self.skip || self.norm != Norm::None || function.is_random() {
            return None;
        }
        let mut square = 1.0;
        let mut passed = Vec::with_capacity(self.depth);
        for layer in &stack.layers {
            let own = &weights[stack.graph.parameter_info(layer.weight).range()];
            let scale = own.iter().map(|w| f64::from(*w) * f64::from(*w)).sum::<f64>() / self.width as f64;
            let means = means(function, &activated.params, scale * square);
            square = means.square;
            passed.push((scale, means));
        }
        let mut gradient = 1.0;
        let mut all = Vec::with_capacity(self.depth);
        for at in (0..self.depth).rev() {
            let own = &passed[at].1;
            if let Some((scale, _)) = passed.get(at + 1) {
                // From z of the next layer, through its weights and this layer's f′.
                gradient *= (scale * own.slope_square).sqrt();
            }
            all.push(Foretold { gradient, deviation: (own.square - own.mean * own.mean).max(0.0).sqrt() });
        }
        all.reverse();
        Some(all)
    }

    /// How far the outputs are from those of the product of all weights, as a share of the largest output.
    fn off_linear(&self, weights: &[f32], stack: &Stack, inputs: &[f32], outputs: &[f64]) -> f64 {
        let width = self.width;
        let mut product: Vec<f64> =
            (0..width * width).map(|at| f64::from(u8::from(at / width == at % width))).collect();
        for (at, layer) in stack.layers.iter().enumerate() {
            let own = &weights[stack.graph.parameter_info(layer.weight).range()];
            let mut next = if self.skip && at > 0 { product.clone() } else { vec![0.0; width * width] };
            for (row, into) in next.chunks_exact_mut(width).enumerate() {
                for (weight, column) in own[row * width..(row + 1) * width].iter().zip(product.chunks_exact(width)) {
                    into.iter_mut().zip(column).for_each(|(sum, x)| *sum += f64::from(*weight) * x);
                }
            }
            product = next;
        }
        let (mut off, mut largest) = (0.0_f64, 0.0_f64);
        for (unit, row) in product.chunks_exact(width).enumerate() {
            for (sample, x) in inputs.chunks_exact(width).enumerate() {
                let linear: f64 = row.iter().zip(x).map(|(w, x)| w * f64::from(*x)).sum();
                let output = outputs[unit * SAMPLES + sample];
                off = off.max((linear - output).abs());
                largest = largest.max(output.abs()).max(linear.abs());
            }
        }
        if largest == 0.0 { 0.0 } else { off / largest }
    }
}

/// A layer in the graph.
struct Layer {
    z: Node,
    a: Node,
    weight: Parameter,
}

struct Stack {
    graph: Graph,
    input: Node,
    target: Node,
    layers: Vec<Layer>,
    readout: Parameter,
}

impl Stack {
    fn build(spec: &StackSpec, activated: &Activated) -> Result<Self, Error> {
        let mut graph = Graph::new();
        let input = graph.input(Shape::new(&[spec.width]));
        let target = graph.input(Shape::new(&[1]));
        let (mut last, mut layers) = (input, Vec::with_capacity(spec.depth));
        for at in 0..spec.depth {
            let weight = graph.weight(&format!("{at}.weight"), &[spec.width, spec.width]);
            let z = graph.linear(last, weight, None)?;
            let normed = match spec.norm {
                Norm::None => z,
                Norm::Batch => BatchNorm::default().build(&mut graph, z, &format!("{at}.norm"))?,
                Norm::Layer => LayerNorm::default().build(&mut graph, z, &format!("{at}.norm"))?,
            };
            let (f, _) = activated.build(&mut graph, normed)?;
            let a = if spec.skip && at > 0 { graph.combine(&[(1.0, last), (1.0, f)])? } else { f };
            layers.push(Layer { z, a, weight });
            last = a;
        }
        let readout = graph.weight("readout", &[1, spec.width]);
        let y = graph.linear(last, readout, None)?;
        let loss = graph.loss(y, target, Loss::Mae)?;
        graph.minimise(loss)?;
        Ok(Self { graph, input, target, layers, readout })
    }
}

struct Foretold {
    gradient: f64,
    deviation: f64,
}

/// Means over z ~ N(0, variance).
struct Means {
    mean: f64,
    square: f64,
    slope_square: f64,
}

/// By the trapezoid rule, which for a normal density is as good as any but at kinks.
fn means(function: &Function, params: &[f64], variance: f64) -> Means {
    const REACH: i32 = 300;
    let deviation = variance.sqrt();
    let mut sums = [0.0; 4];
    for step in -REACH..=REACH {
        // Between the steps, so that no kink at 0 is met.
        let x = (f64::from(step) + 0.5) * (8.0 / f64::from(REACH));
        let density = libm::exp(-0.5 * x * x);
        let point = function.curve().at(deviation * x, params);
        let slope = if point.slope.is_finite() { point.slope } else { 0.0 };
        for (sum, value) in sums.iter_mut().zip([1.0, point.value, point.value * point.value, slope * slope]) {
            *sum += density * value;
        }
    }
    let [all, mean, square, slope_square] = sums;
    Means { mean: mean / all, square: square / all, slope_square: slope_square / all }
}

fn scalars(lanes: &[Lane]) -> impl Iterator<Item = f64> + Clone {
    bytemuck::cast_slice::<Lane, f32>(lanes).iter().map(|number| number.wide())
}

fn rms(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    // Squares of what is very small are nothing at all, so the largest is taken out.
    let largest = numbers.clone().fold(0.0_f64, |largest, number| largest.max(number.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + (number / largest).powi(2), count + 1.0));
    largest * (sum / count).sqrt()
}

fn deviation(numbers: &[f64]) -> f64 {
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    rms(numbers.iter().map(|number| number - mean))
}

/// Where 99 % of the outputs of the first, the middle and the last layer lie.
fn range(outputs: &[Vec<f64>]) -> (f64, f64) {
    let last = outputs.len() - 1;
    let mut all: Vec<f64> = [0, last / 2, last]
        .into_iter()
        .flat_map(|at| outputs[at].iter().copied())
        .filter(|output| output.is_finite())
        .collect();
    if all.is_empty() {
        return (-1.0, 1.0);
    }
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all[((all.len() - 1) as f64 * share).round() as usize];
    let (low, high) = (at(0.005), at(0.995));
    if high > low { (low, high) } else { (low - 0.5, low + 0.5) }
}

fn counts(outputs: &[f64], low: f64, high: f64) -> Vec<u32> {
    let mut counts = vec![0; BINS];
    for output in outputs.iter().filter(|output| output.is_finite()) {
        let bin = ((output - low) / (high - low) * BINS as f64).clamp(0.0, BINS as f64 - 1.0) as usize;
        counts[bin] += 1;
    }
    counts
}

fn fate(ratio: f64, finite: bool) -> Fate {
    match ratio {
        _ if !finite || !ratio.is_finite() || ratio > 1e3 => Fate::Explodes,
        _ if ratio < 1e-4 => Fate::Vanishes,
        _ if ratio < 0.1 => Fate::Fades,
        _ if ratio <= 10.0 => Fate::Steady,
        _ => Fate::Grows,
    }
}

fn words(ratio: f64, fate: Fate, depth: usize) -> String {
    if fate == Fate::Explodes && !(ratio.is_finite() && ratio > 0.0) {
        return "numbers grow past the largest 32-bit number on the way".into();
    }
    if ratio == 0.0 {
        return "no gradient arrives at layer 1".into();
    }
    let size = if (0.001..1000.0).contains(&ratio) {
        format!("{ratio:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        let power = ratio.log10().floor() as i32;
        let raised: String = power.to_string().chars().map(raised).collect();
        format!("{:.1} × 10{raised}", ratio / 10_f64.powi(power))
    };
    format!("layer 1 gets {size} of what layer {depth} gets")
}

fn raised(digit: char) -> char {
    match digit {
        '-' => '⁻',
        _ => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10).unwrap_or(0) as usize).unwrap_or('⁰'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(change: impl FnOnce(&mut StackSpec)) -> Vec<StackProfile> {
        let mut spec = StackSpec::default();
        change(&mut spec);
        spec.profiles().unwrap()
    }

    fn of(activations: &[&str]) -> Vec<String> {
        activations.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn sigmoid_vanishes_and_relu_is_steady() {
        let all = profiles(|spec| spec.activations = of(&["sigmoid", "relu"]));
        assert_eq!(all.iter().map(|one| one.fate).collect::<Vec<_>>(), [Fate::Vanishes, Fate::Steady]);
        assert!(all[0].layers[0].gradient.unwrap() < 1e-9, "{:?}", all[0].layers[0]);
        assert!(all[0].words.starts_with("layer 1 gets ") && all[0].words.contains("× 10⁻"), "{}", all[0].words);
        assert_eq!(all[1].layers.len(), 20);
        assert_eq!(all[1].layers[19].gradient, Some(1.0));
        assert_eq!(all[1].layers[3].counts.iter().sum::<u32>() as usize, 48 * SAMPLES);
    }

    #[test]
    fn too_large_a_gain_explodes_and_normalisation_tames_it() {
        let explode = |norm: Norm| {
            profiles(|spec| {
                (spec.activations, spec.gain, spec.norm) = (of(&["relu"]), 3.0, norm);
            })[0]
                .fate
        };
        assert_eq!(explode(Norm::None), Fate::Explodes);
        for norm in [Norm::Layer, Norm::Batch] {
            assert_ne!(explode(norm), Fate::Explodes, "{norm:?}");
        }
        let past = profiles(|spec| (spec.activations, spec.gain, spec.depth) = (of(&["z^3"]), 5.0, 50));
        assert_eq!(past[0].fate, Fate::Explodes);
        assert!(past[0].words.contains("past the largest"), "{}", past[0].words);
        assert!(past[0].layers.iter().all(|layer| layer.gradient.is_none_or(f64::is_finite)));
    }

    #[test]
    fn a_signal_that_dies_out_is_no_explosion() {
        for change in [
            |spec: &mut StackSpec| (spec.gain, spec.depth) = (0.05, 50),
            |spec: &mut StackSpec| spec.init = "zeros".into(),
        ] {
            let all = profiles(|spec| {
                spec.activations = of(&["relu", "linear"]);
                change(spec);
            });
            for one in &all {
                assert_eq!((one.fate, one.off_linear), (Fate::Vanishes, None), "{}", one.words);
                assert!(one.words.contains("dies out"), "{}", one.words);
            }
        }
        let step = &profiles(|spec| spec.activations = of(&["step"]))[0];
        assert_eq!((step.fate, step.words.as_str()), (Fate::Vanishes, "no gradient arrives at layer 1"));
        assert!(StackSpec { activations: of(&["relu", "relu"]), ..StackSpec::default() }.profiles().is_err());
    }

    #[test]
    fn skip_connections_carry_the_gradient_past_saturated_layers() {
        let plain = profiles(|spec| spec.activations = of(&["sigmoid"]));
        let skip = profiles(|spec| (spec.activations, spec.skip) = (of(&["sigmoid"]), true));
        assert_eq!((plain[0].fate, skip[0].fate), (Fate::Vanishes, Fate::Steady));
    }

    #[test]
    fn what_is_foretold_is_what_is_measured_on_the_average() {
        for activation in ["relu", "tanh", "gelu", "linear"] {
            // Deviations from the theory shrink with the width; seeds are averaged.
            let (mut measured, mut foretold) = ([0.0; 2], [0.0; 2]);
            for seed in 0..12 {
                let profile = &profiles(|spec| {
                    (spec.activations, spec.width, spec.depth, spec.seed) = (of(&[activation]), 64, 8, seed);
                })[0];
                let (first, last) = (&profile.layers[0], &profile.layers[7]);
                measured[0] += first.gradient.unwrap().ln();
                foretold[0] += first.foretold_gradient.unwrap().ln();
                measured[1] += last.deviation.unwrap().ln();
                foretold[1] += last.foretold_deviation.unwrap().ln();
            }
            for at in 0..2 {
                assert!(
                    (measured[at] - foretold[at]).abs() / 12.0 < 0.3,
                    "{activation} {at}: {measured:?} {foretold:?}"
                );
            }
        }
    }

    #[test]
    fn a_stack_without_activations_is_one_linear_map() {
        for skip in [false, true] {
            let all = profiles(|spec| (spec.activations, spec.skip) = (of(&["linear", "relu", "tanh"]), skip));
            assert!(all[0].off_linear.unwrap() < 1e-5, "{:?}", all[0].off_linear);
            assert!(all[1].off_linear.unwrap() > 0.2 && all[2].off_linear.unwrap() > 0.2);
        }
        assert_eq!(profiles(|spec| spec.norm = Norm::Layer)[0].off_linear, None);
    }

    #[test]
    fn every_activation_and_initialiser_has_a_profile() {
        let elementwise = crate::activation::cards()
            .filter(|card| Nonlinearity::read(card.id).is_ok_and(|nonlinearity| nonlinearity.function().is_some()));
        for card in elementwise {
            let all = profiles(|spec| (spec.activations, spec.depth, spec.width) = (of(&[card.id]), 6, 8));
            assert_eq!(all[0].layers.len(), 6, "{}", card.id);
        }
        for init in init::Inits::cards() {
            let all = profiles(|spec| (spec.init, spec.depth) = (init.id.to_owned(), 4));
            assert_eq!(all.len(), 4, "{}", init.id);
        }
    }

    #[test]
    fn a_link_gives_back_the_stack_it_was_written_from() {
        let stacks = [
            StackSpec::default(),
            StackSpec { activations: of(&["relu", "z * sigmoid(z)"]), depth: 50, gain: 1.5, ..StackSpec::default() },
            StackSpec { init: "he".into(), width: 16, skip: true, norm: Norm::Batch, ..StackSpec::default() },
        ];
        for stack in stacks {
            assert_eq!(StackSpec::from_link(&stack.to_link()), (stack.clone(), vec![]), "{}", stack.to_link());
        }
        let (stack, problems) = StackSpec::from_link("stack=relu.softmax&depth=99&start=hee&norm=group&skip=yes");
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["depth", "skip", "norm", "stack.init", "stack.activations[1]"]);
        assert_eq!(stack, StackSpec { depth: 50, ..StackSpec::default() });
    }

    #[test]
    fn what_is_no_stack_is_said() {
        let said = |spec: StackSpec| spec.profiles().unwrap_err().to_string();
        let text = said(StackSpec { depth: 51, gain: 9.0, init: "hee".into(), ..StackSpec::default() });
        assert!(
            text.contains("stack.depth is 51")
                && text.contains("stack.gain is 9")
                && text.contains("stack.init is hee")
        );
        assert!(said(StackSpec { activations: of(&["softmax"]), ..StackSpec::default() }).contains("single units"));
        assert!(said(StackSpec { activations: vec![], ..StackSpec::default() }).contains("1 to 6 activations"));
    }
}
