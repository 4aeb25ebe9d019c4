//! What an output layer makes of its logits, and what a loss makes of that: which pairs fit which task, and what goes wrong with
//! the others.

use crate::activation::vector::softmax;
use crate::error::{Error, Problem};
use crate::experiment::{Choice, Link, Reader, id_of, joined, parted};
use crate::real::Real;
use serde::{Deserialize, Serialize};

/// What is asked of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OutputTask {
    /// Yes or no: one logit.
    Binary,
    /// One of several classes: a logit for each.
    Classes,
    /// A number.
    Number,
}

/// What stands after the last layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OutputKind {
    /// The logits as they are.
    Linear,
    /// Each logit from 0 to 1 by itself.
    Sigmoid,
    /// All logits to shares of 1.
    Softmax,
}

/// What the answer is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OutputLoss {
    /// Squared error, the mean over the outputs.
    Squared,
    /// Cross-entropy of yes or no, the mean over the outputs.
    Binary,
    /// Cross-entropy of one of several.
    Categorical,
}

/// The tasks, in the order of the menu.
pub const TASKS: [Choice<OutputTask>; 3] = [
    Choice { value: OutputTask::Binary, id: "yesno", label: "yes or no", help: "One output: how likely is yes?" },
    Choice {
        value: OutputTask::Classes,
        id: "oneof",
        label: "one of three",
        help: "An output for each class, of which one is right.",
    },
    Choice { value: OutputTask::Number, id: "number", label: "a number", help: "One output: how much?" },
];
/// The outputs.
pub const OUTPUTS: [Choice<OutputKind>; 3] = [
    Choice { value: OutputKind::Linear, id: "linear", label: "linear", help: "The logits as they are." },
    Choice { value: OutputKind::Sigmoid, id: "sigmoid", label: "sigmoid", help: "Each logit from 0 to 1, by itself." },
    Choice { value: OutputKind::Softmax, id: "softmax", label: "softmax", help: "All logits to shares of 1." },
];
/// The losses.
pub const LOSSES: [Choice<OutputLoss>; 3] = [
    Choice { value: OutputLoss::Squared, id: "mse", label: "squared error", help: "(p − y)²" },
    Choice {
        value: OutputLoss::Binary,
        id: "bce",
        label: "binary cross-entropy",
        help: "−y log p − (1 − y) log(1 − p)",
    },
    Choice { value: OutputLoss::Categorical, id: "ce", label: "cross-entropy", help: "−log p of the right class" },
];

/// Logits, what is right, and what is made of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OutputSpec {
    /// What is asked.
    pub task: OutputTask,
    /// What stands after the last layer.
    pub output: OutputKind,
    /// What it is compared by.
    pub loss: OutputLoss,
    /// The sums of the last layer: one, or three for classes.
    pub logits: Vec<f64>,
    /// 0 or 1, the number of the right class, or the number to be predicted.
    pub target: f64,
    /// What the logits are divided by.
    pub temperature: f64,
}

impl Default for OutputSpec {
    fn default() -> Self {
        Self::of(OutputTask::Classes)
    }
}

/// Whether a pair fits a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Fit {
    /// It is what the task asks for.
    Good,
    /// It can learn, but less well.
    Poor,
    /// It cannot give what is asked, or cannot learn it.
    Wrong,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OutputReading {
    /// What the network says.
    pub outputs: Vec<f64>,
    /// Their sum.
    pub sum: f64,
    /// The loss; `null` where it has no value.
    pub loss: Option<f64>,
    /// ∂L/∂z of each logit; `null` where there is none.
    pub gradients: Vec<Option<f64>>,
    /// Whether the pair fits.
    pub fit: Fit,
    /// Why, in a sentence.
    pub words: String,
    /// Every pair there is, output by output and loss by loss.
    pub cells: Vec<OutputCell>,
}

/// A pair of output and loss for a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OutputCell {
    /// What stands after the last layer.
    pub output: OutputKind,
    /// What it is compared by.
    pub loss: OutputLoss,
    /// Whether they fit.
    pub fit: Fit,
    /// Why.
    pub words: String,
    /// ∂L/∂z of the right logit from −8 to 8, the others at 0; `null` where there is none.
    pub curve: Vec<Option<f64>>,
}

/// Points of a curve.
const POINTS: usize = 33;
/// How far its logits go.
const REACH: f64 = 8.0;
/// Logits that are taken.
const FARTHEST: f64 = 1e4;

/// What a link says about an output layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OutputFromLink {
    /// The output layer.
    pub output: OutputSpec,
    /// What was not understood.
    pub problems: Vec<Problem>,
}

impl OutputSpec {
    /// What a task begins with: the pair that fits it.
    pub fn of(task: OutputTask) -> Self {
        let (output, loss, logits, target) = match task {
            OutputTask::Binary => (OutputKind::Sigmoid, OutputLoss::Binary, vec![-3.0], 1.0),
            OutputTask::Classes => (OutputKind::Softmax, OutputLoss::Categorical, vec![1.0, 2.0, -0.5], 0.0),
            OutputTask::Number => (OutputKind::Linear, OutputLoss::Squared, vec![1.0], 3.0),
        };
        Self { task, output, loss, logits, target, temperature: 1.0 }
    }

    /// The fragment of a link without `#`; empty for the usual one.
    pub fn to_link(&self) -> String {
        let standard = Self::of(self.task);
        let mut link = Link::bare();
        link.add("task", id_of(&TASKS, self.task), id_of(&TASKS, Self::default().task));
        link.add("head", id_of(&OUTPUTS, self.output), id_of(&OUTPUTS, standard.output));
        link.add("cost", id_of(&LOSSES, self.loss), id_of(&LOSSES, standard.loss));
        if self.logits != standard.logits {
            link.push("z", joined(&self.logits.iter().map(f64::to_string).collect::<Vec<_>>()));
        }
        link.add("y", self.target, standard.target);
        link.add("heat", self.temperature, standard.temperature);
        link.text
    }

    /// Reads a fragment. What is not understood is in the list and left out; keys that are not of an output are passed over.
    pub fn from_link(link: &str) -> (Self, Vec<Problem>) {
        let mut reader = Reader::new(link);
        let mut task = Self::default().task;
        reader.choice("task", &TASKS, &mut task);
        let usual = Self::of(task);
        let mut spec = usual.clone();
        reader.choice("head", &OUTPUTS, &mut spec.output);
        reader.choice("cost", &LOSSES, &mut spec.loss);
        if let Some(text) = reader.take("z") {
            let logits: Result<Vec<f64>, _> = parted(&text).iter().map(|logit| logit.parse::<f64>()).collect();
            match logits {
                Ok(logits) => spec.logits = logits,
                Err(_) => reader.refuse("z", &text, format!("{} numbers", task.logits())),
            }
        }
        let mut number = |key: &str, into: &mut f64| {
            let Some(text) = reader.take(key) else { return };
            match text.parse() {
                Ok(value) => *into = value,
                Err(_) => reader.refuse(key, &text, "a number".into()),
            }
        };
        number("y", &mut spec.target);
        number("heat", &mut spec.temperature);
        if let Err(error) = spec.read() {
            reader.problems.extend(error.problems());
            (spec.logits, spec.target, spec.temperature) = (usual.logits, usual.target, usual.temperature);
        }
        (spec, reader.problems)
    }

    /// What comes out.
    ///
    /// # Errors
    /// If a number is out of range, or there are not as many logits as the task has.
    pub fn read(&self) -> Result<OutputReading, Error> {
        let mut problems = Vec::new();
        let count = self.task.logits();
        if self.logits.len() != count {
            problems.push(Problem::new("output.logits", self.logits.len(), format!("{count} logits")));
        }
        for (at, logit) in self.logits.iter().enumerate().filter(|(_, logit)| logit.is_nan() || logit.abs() > FARTHEST)
        {
            let accepted = format!("a number from −{FARTHEST} to {FARTHEST}");
            problems.push(Problem::new(format!("output.logits[{at}]"), logit, accepted));
        }
        let targets = match self.task {
            OutputTask::Binary => self.target == 0.0 || self.target == 1.0,
            OutputTask::Classes => self.target.fract() == 0.0 && (0.0..3.0).contains(&self.target),
            OutputTask::Number => self.target.abs() <= FARTHEST,
        };
        if !targets {
            problems.push(Problem::new("output.target", self.target, self.task.targets()));
        }
        if !(0.05..=20.0).contains(&self.temperature) {
            problems.push(Problem::new("output.temperature", self.temperature, "a number from 0.05 to 20"));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let outputs = self.outputs(&self.logits);
        let (fit, words) = self.judge(self.output, self.loss);
        let pairs = OUTPUTS.iter().flat_map(|output| LOSSES.iter().map(move |loss| (output.value, loss.value)));
        Ok(OutputReading {
            sum: outputs.iter().sum(),
            loss: self.loss_at(&self.logits).filter(|loss| loss.is_finite()),
            gradients: self.gradients(&self.logits),
            outputs,
            fit,
            words,
            cells: pairs.map(|(output, loss)| self.cell(output, loss)).collect(),
        })
    }

    fn cell(&self, output: OutputKind, loss: OutputLoss) -> OutputCell {
        let spec = Self { output, loss, ..self.clone() };
        let right = if self.task == OutputTask::Classes { self.target as usize } else { 0 };
        let at = |point: usize| {
            let mut logits = vec![0.0; self.task.logits()];
            logits[right] = REACH * (2.0 * point as f64 / (POINTS - 1) as f64 - 1.0);
            spec.gradients(&logits)[right]
        };
        let (fit, words) = self.judge(output, loss);
        OutputCell { output, loss, fit, words, curve: (0..POINTS).map(at).collect() }
    }

    fn outputs(&self, logits: &[f64]) -> Vec<f64> {
        let scaled: Vec<f64> = logits.iter().map(|z| z / self.temperature).collect();
        match self.output {
            OutputKind::Linear => scaled,
            OutputKind::Sigmoid => scaled.iter().map(|z| z.sigmoid()).collect(),
            OutputKind::Softmax => {
                let mut outputs = vec![0.0; scaled.len()];
                softmax(1.0, &scaled, &mut outputs, 1);
                outputs
            }
        }
    }

    /// What each output should be.
    fn wanted(&self) -> Vec<f64> {
        match self.task {
            OutputTask::Classes => (0..3).map(|class| f64::from(u8::from(class == self.target as usize))).collect(),
            OutputTask::Binary | OutputTask::Number => vec![self.target],
        }
    }

    fn right(&self) -> usize {
        if self.task == OutputTask::Classes { self.target as usize } else { 0 }
    }

    fn loss_at(&self, logits: &[f64]) -> Option<f64> {
        let (outputs, wanted) = (self.outputs(logits), self.wanted());
        let count = outputs.len() as f64;
        let z = |at: usize| logits[at] / self.temperature;
        match (self.loss, self.output) {
            (OutputLoss::Squared, _) => {
                Some(outputs.iter().zip(&wanted).map(|(p, y)| (p - y) * (p - y)).sum::<f64>() / count)
            }
            // Stable: log σ(z) = −softplus(−z).
            (OutputLoss::Binary, OutputKind::Sigmoid) => {
                Some((0..outputs.len()).map(|at| softplus(z(at)) - wanted[at] * z(at)).sum::<f64>() / count)
            }
            (OutputLoss::Binary, _) => {
                let one = |(p, y): (&f64, &f64)| -(part(*y, *p) + part(1.0 - y, 1.0 - p));
                let inside = outputs.iter().all(|p| (0.0..=1.0).contains(p));
                inside.then(|| outputs.iter().zip(&wanted).map(one).sum::<f64>() / count)
            }
            (OutputLoss::Categorical, OutputKind::Softmax) => {
                let largest = (0..outputs.len()).map(z).fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = (0..outputs.len()).map(|at| libm::exp(z(at) - largest)).sum();
                Some(largest + libm::log(sum) - z(self.right()))
            }
            (OutputLoss::Categorical, OutputKind::Sigmoid) => Some(softplus(-z(self.right()))),
            (OutputLoss::Categorical, OutputKind::Linear) => {
                let p = outputs[self.right()];
                (p > 0.0).then(|| -libm::log(p))
            }
        }
    }

    fn gradients(&self, logits: &[f64]) -> Vec<Option<f64>> {
        let (outputs, wanted) = (self.outputs(logits), self.wanted());
        let (count, right) = (outputs.len() as f64, self.right());
        let by_output: Vec<Option<f64>> = outputs
            .iter()
            .zip(&wanted)
            .enumerate()
            .map(|(at, (&p, &y))| match self.loss {
                OutputLoss::Squared => Some(2.0 * (p - y) / count),
                OutputLoss::Binary => (p > 0.0 && p < 1.0).then(|| (p - y) / (p * (1.0 - p)) / count),
                OutputLoss::Categorical if at != right => Some(0.0),
                OutputLoss::Categorical => (p > 0.0).then(|| -1.0 / p),
            })
            .collect();
        let scale = 1.0 / self.temperature;
        let unit = |at: usize| -> Option<f64> {
            let (p, y) = (outputs[at], wanted[at]);
            match (self.output, self.loss) {
                (OutputKind::Linear, _) => by_output[at],
                (OutputKind::Sigmoid, OutputLoss::Binary) => Some((p - y) / count),
                (OutputKind::Sigmoid, OutputLoss::Categorical) => Some(if at == right { p - 1.0 } else { 0.0 }),
                (OutputKind::Sigmoid, OutputLoss::Squared) => by_output[at].map(|g| g * p * (1.0 - p)),
                (OutputKind::Softmax, OutputLoss::Categorical) => Some(p - f64::from(u8::from(at == right))),
                (OutputKind::Softmax, _) => {
                    // The Jacobian of softmax: p_j (δ_ij − p_i).
                    let terms = by_output.iter().zip(&outputs).enumerate();
                    terms.map(|(j, (g, q))| g.map(|g| g * q * (f64::from(u8::from(j == at)) - p))).sum()
                }
            }
        };
        (0..outputs.len()).map(|at| unit(at).map(|g| g * scale).filter(|g| g.is_finite())).collect()
    }

    /// Whether an output and a loss fit the task.
    fn judge(&self, output: OutputKind, loss: OutputLoss) -> (Fit, String) {
        use OutputKind::{Linear, Sigmoid, Softmax};
        use OutputLoss::{Binary, Categorical, Squared};
        let (fit, words) = match (self.task, output, loss) {
            (OutputTask::Binary, Sigmoid, Binary)
            | (OutputTask::Classes, Softmax, Categorical)
            | (OutputTask::Number, Linear, Squared) => {
                (Fit::Good, "the pair for this task: the gradient is just how far off the answer is")
            }
            (OutputTask::Number, Sigmoid, Squared) if !(0.0..=1.0).contains(&self.target) => {
                let words =
                    format!("sigmoid cannot reach {}: its outputs stay between 0 and 1. Linear can", self.target);
                return (Fit::Wrong, words);
            }
            (OutputTask::Number, Sigmoid, Squared) => {
                (Fit::Poor, "fine while all targets lie between 0 and 1, but flat at both ends")
            }
            (OutputTask::Number | OutputTask::Binary, Softmax, _) => {
                (Fit::Wrong, "softmax of a single output is always 1: it says the same whatever comes in")
            }
            (OutputTask::Number, _, Binary | Categorical) => {
                (Fit::Wrong, "cross-entropy asks for a probability, and a number is none")
            }
            (_, Linear, Binary | Categorical) => (
                Fit::Wrong,
                "a linear output is no probability: it may be negative or above 1, where the logarithm has no value",
            ),
            (_, Sigmoid, Squared) => (
                Fit::Poor,
                "a slow start: where sigmoid is flat the gradient is nearly 0, also when the answer is quite wrong",
            ),
            (OutputTask::Classes, Softmax, Squared) => {
                (Fit::Poor, "flat where the answer is confidently wrong: it learns least there")
            }
            (OutputTask::Classes, Softmax, Binary) => {
                (Fit::Poor, "it learns, but counts each class twice: as itself and as not the others")
            }
            (OutputTask::Classes, Sigmoid, Binary) => {
                (Fit::Poor, "three answers of yes or no that need not sum to 1: right where several may hold at once")
            }
            (OutputTask::Classes, Sigmoid, Categorical) => {
                (Fit::Wrong, "nothing holds the other classes down: all may go to 1")
            }
            (OutputTask::Binary, Sigmoid, Categorical) => {
                (Fit::Wrong, "with one output it only ever pushes towards yes")
            }
            (_, Linear, Squared) => (
                Fit::Poor,
                "it can tell the classes apart, but its outputs are no probabilities, and being too right counts as wrong",
            ),
        };
        (fit, words.to_owned())
    }
}

impl OutputTask {
    fn logits(self) -> usize {
        if self == Self::Classes { 3 } else { 1 }
    }

    fn targets(self) -> &'static str {
        match self {
            Self::Binary => "0 or 1",
            Self::Classes => "0, 1 or 2",
            Self::Number => "a number from −10000 to 10000",
        }
    }
}

/// ln(1 + eᶻ) without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}

/// y log p, which is 0 where y is.
fn part(y: f64, p: f64) -> f64 {
    if y == 0.0 { 0.0 } else { y * libm::log(p) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_pair() -> impl Iterator<Item = OutputSpec> {
        TASKS.iter().flat_map(|task| {
            OUTPUTS.iter().flat_map(move |output| {
                LOSSES.iter().map(move |loss| {
                    let (task, output, loss) = (task.value, output.value, loss.value);
                    let logits = if task == OutputTask::Classes { vec![0.3, 0.9, 0.6] } else { vec![0.4] };
                    OutputSpec { task, output, loss, logits, target: 1.0, temperature: 0.7 }
                })
            })
        })
    }

    #[test]
    fn gradients_are_those_of_the_loss() {
        let mut checked = 0;
        for spec in every_pair() {
            let reading = spec.read().unwrap();
            let Some(_) = reading.loss else { continue };
            for (at, gradient) in reading.gradients.iter().enumerate() {
                let moved = |by: f64| {
                    let mut logits = spec.logits.clone();
                    logits[at] += by;
                    spec.loss_at(&logits).unwrap()
                };
                let Some(gradient) = gradient else { continue };
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((gradient - difference).abs() < 1e-6, "{spec:?}: {gradient} {difference}");
                checked += 1;
            }
        }
        assert!(checked > 30, "{checked}");
    }

    #[test]
    fn one_pair_is_good_for_each_task() {
        for task in TASKS {
            let logits = vec![0.0; task.value.logits()];
            let reading = OutputSpec { task: task.value, logits, ..OutputSpec::default() }.read().unwrap();
            let good: Vec<_> = reading.cells.iter().filter(|cell| cell.fit == Fit::Good).collect();
            assert_eq!((reading.cells.len(), good.len()), (9, 1), "{}", task.id);
            assert!(reading.cells.iter().all(|cell| cell.curve.len() == POINTS && !cell.words.is_empty()));
        }
    }

    #[test]
    fn squared_error_after_sigmoid_hardly_learns_from_a_confident_mistake() {
        let spec = |loss: OutputLoss| OutputSpec {
            task: OutputTask::Binary,
            output: OutputKind::Sigmoid,
            loss,
            logits: vec![-6.0],
            target: 1.0,
            temperature: 1.0,
        };
        let gradient = |loss| spec(loss).read().unwrap().gradients[0].unwrap().abs();
        assert!(
            (gradient(OutputLoss::Squared) - 0.0049).abs() < 1e-4
                && (gradient(OutputLoss::Binary) - 0.9975).abs() < 1e-4
        );
    }

    #[test]
    fn softmax_is_finite_and_moves_with_no_common_shift() {
        let spec = |logits: [f64; 3]| OutputSpec { logits: logits.into(), ..OutputSpec::default() }.read().unwrap();
        let far = spec([1000.0, 0.0, -1000.0]);
        assert_eq!((far.outputs, far.sum, far.loss), (vec![1.0, 0.0, 0.0], 1.0, Some(0.0)));
        let (one, shifted) = (spec([1.0, 2.0, 3.0]), spec([6.0, 7.0, 8.0]));
        for at in 0..3 {
            assert!((one.outputs[at] - shifted.outputs[at]).abs() < 1e-12);
        }
        let hot = OutputSpec { temperature: 10.0, ..OutputSpec::default() }.read().unwrap();
        assert!(hot.outputs.iter().all(|p| (p - 1.0 / 3.0).abs() < 0.1), "{:?}", hot.outputs);
    }

    #[test]
    fn a_link_gives_back_the_output_it_was_written_from() {
        for spec in every_pair().chain(TASKS.map(|task| OutputSpec::of(task.value))) {
            assert_eq!(OutputSpec::from_link(&spec.to_link()), (spec.clone(), vec![]), "{}", spec.to_link());
        }
        assert_eq!(OutputSpec::default().to_link(), "");
        let (spec, problems) = OutputSpec::from_link("task=yesno&head=relu&z=a;b&y=7&heat=x");
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["head", "z", "heat", "output.target"]);
        assert_eq!(spec, OutputSpec::of(OutputTask::Binary));
    }

    #[test]
    fn what_is_out_of_range_is_said() {
        let said = |spec: OutputSpec| spec.read().unwrap_err().to_string();
        assert!(said(OutputSpec { logits: vec![1.0], ..OutputSpec::default() }).contains("3 logits"));
        assert!(said(OutputSpec { target: 3.0, ..OutputSpec::default() }).contains("0, 1 or 2"));
        assert!(
            said(OutputSpec { logits: vec![f64::NAN, 0.0, 0.0], temperature: 0.0, ..OutputSpec::default() })
                .contains("output.temperature")
        );
        let reach = OutputSpec {
            task: OutputTask::Number,
            output: OutputKind::Sigmoid,
            loss: OutputLoss::Squared,
            logits: vec![5.0],
            target: 3.0,
            temperature: 1.0,
        };
        assert_eq!(reach.read().unwrap().words, "sigmoid cannot reach 3: its outputs stay between 0 and 1. Linear can");
    }
}
