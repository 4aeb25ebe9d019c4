//! The network of an experiment, as a graph with the places to look at: modules for the kind of data, then fully connected
//! layers, the last of which gives logits.

use crate::data::{Dataset, Input, Task};
use crate::error::{Error, Problem};
use crate::experiment::{Experiment, InitSpec, LINEAR, LayerSpec, LearnSpec, MOST_PARAMETERS};
use crate::graph::{Graph, Node, ParameterInfo, Role, Start};
use crate::init::{self, Place};
use crate::layer::{Activated, Built, Dense, DenseNodes};
use crate::loss::Loss;
use crate::random::{Purpose, Random};
use crate::real::Scalar;
use crate::tensor::Shape;
use std::ops::Range;

/// Values that a network may keep for each sample.
const MOST_VALUES: usize = 500_000;

/// Multiply-adds that a sample may cost, forward: a browser does some hundred millions of them in a second.
const MOST_WORK: usize = 20_000_000;

/// A graph of modules and fully connected layers that ends in a loss.
#[derive(Clone)]
pub struct Network {
    /// All operations.
    pub graph: Graph,
    /// Where samples go in, `[features, batch]`.
    pub input: Node,
    /// Where targets go in.
    pub target: Node,
    /// What stands before the layers.
    pub modules: Vec<Built>,
    /// Every fully connected layer; the output layer, last, gives logits. None for capsules, whose lengths are the answer.
    pub layers: Vec<DenseNodes>,
    /// The rule of each layer's initial weights.
    pub inits: Vec<InitSpec>,
    logits: Node,
    /// Where the weights of modules and layers start.
    stages: Vec<Stage>,
    /// Multiplications with additions for one sample, going forward.
    pub multiply_adds: usize,
    /// One loss per sample.
    pub loss: Node,
    /// Which loss it is.
    pub loss_kind: Loss,
}

/// A module or layer, as far as its weights depend on it.
#[derive(Clone)]
struct Stage {
    /// Its places among the graph's parameters.
    parameters: Range<usize>,
    rule: InitSpec,
    place: Place,
}

impl Network {
    /// Builds the network of a valid experiment for its data.
    ///
    /// # Errors
    /// If the graph refuses a shape.
    pub fn build(experiment: &Experiment, dataset: &Dataset) -> Result<Self, Error> {
        let (task, positions) = (dataset.task, dataset.positions());
        let loss_kind = Loss::of(&experiment.loss, task, experiment.output == LINEAR);
        let outputs = outputs(loss_kind, task);
        let mut graph = Graph::new();
        // Without modules, all numbers of a sample are one row of features.
        let shape = if experiment.modules.is_empty() { vec![dataset.width()] } else { dataset.axes.clone() };
        let input = match dataset.input {
            Input::Quantity => graph.input(Shape::new(&shape)),
            Input::Index(vocabulary) => graph.input_of_indices(Shape::new(&shape), vocabulary),
        };
        if let Input::Index(_) = dataset.input
            && experiment.modules.first().is_none_or(|module| module.card().id != "embedding")
        {
            let accepted = "an embedding as the first module: words and characters are no quantities";
            let given = experiment.modules.first().map_or("none", |module| module.card().id);
            return Err(Problem::new("modules", given, accepted).into());
        }
        let target = graph.input(Shape::new(&[loss_kind.targets(positions, outputs)]));
        let mut stages = Stages::new(experiment);
        let (mut modules, mut layers, mut last) = (Vec::new(), Vec::new(), input);
        for (at, module) in experiment.modules.iter().enumerate() {
            let first = graph.parameters().len();
            let built = module.build(&mut graph, last, &format!("modules.{at}"))?;
            last = built.out;
            let activation = module.main_activation()?;
            stages.push(first..graph.parameters().len(), activation.as_ref());
            modules.push(built);
        }
        if loss_kind == Loss::Margin {
            last = lengths(&mut graph, experiment, last, outputs)?;
        } else if let Task::EachPosition(_) = task {
            let shape = graph.shape(last);
            if shape.axes().len() != 2 || shape.first() != positions {
                let accepted =
                    format!("modules that end in [{positions}, features, batch]: a class is asked for at each");
                return Err(Problem::new("modules", shape, accepted).into());
            }
        } else if !modules.is_empty() {
            last = graph.flatten(last);
        }
        let hidden = experiment.layers.iter().map(|layer| {
            let (nonlinearity, params) = layer.resolve()?;
            let learn = layer.learns(&nonlinearity);
            Ok(Dense { units: layer.units as usize, activation: Some(Activated { nonlinearity, params, learn }) })
        });
        let output = Dense { units: outputs, activation: of_output(experiment)? };
        let output = (loss_kind != Loss::Margin).then_some(Ok(output));
        for (at, dense) in hidden.chain(output).collect::<Result<Vec<Dense>, Error>>()?.into_iter().enumerate() {
            let first = graph.parameters().len();
            let nodes = dense.build(&mut graph, last, &format!("layers.{at}"))?;
            stages.push(first..graph.parameters().len(), dense.activation.as_ref());
            layers.push(nodes);
            last = nodes.a;
        }
        for part in &experiment.frozen {
            let (name, trained) = part.strip_prefix('!').map_or((part.as_str(), false), |name| (name, true));
            if graph.set_trained(name, trained) == 0 {
                let names: Vec<&str> = graph.parameters().iter().map(|info| info.name.as_str()).collect();
                let accepted = format!("the beginning of a part of one of {}", names.join(", "));
                return Err(Problem::new("frozen", part, accepted).into());
            }
        }
        let loss = graph.loss(last, target, loss_kind)?;
        graph.minimise(loss)?;
        let multiply_adds = graph.costs().iter().map(|(_, cost)| cost.multiply_adds).sum();
        check_size(&graph, multiply_adds)?;
        let stages = stages.all;
        let inits = stages[modules.len()..].iter().map(|stage| stage.rule).collect();
        Ok(Self { graph, input, target, modules, layers, inits, logits: last, stages, multiply_adds, loss, loss_kind })
    }

    /// Initial weights of a seed, in the order of the graph's parameters.
    pub fn initial_weights<S: Scalar>(&self, seed: u32) -> Vec<S> {
        let mut random = Random::new(seed, Purpose::Weights);
        let mut weights = vec![S::of(0.0); self.graph.parameter_count()];
        for Stage { parameters, rule, place } in &self.stages {
            let mut infos = self.graph.parameters()[parameters.clone()].iter().peekable();
            while let Some(info) = infos.next() {
                if info.start == Start::Rule && info.role == Role::Weight {
                    let bias = infos.next_if(|next| next.start == Start::Rule && next.role == Role::Bias);
                    let end = bias.map_or(info.range().end, |bias| bias.range().end);
                    let (of_weight, of_bias) = weights[info.offset..end].split_at_mut(info.len());
                    init::fill(*rule, fans(info, *place), &mut random, of_weight, of_bias);
                } else {
                    start(info, &mut random, &mut weights[info.range()]);
                }
            }
        }
        weights
    }

    /// The output layer's logits, or lengths of capsules.
    pub fn logits(&self) -> Node {
        self.logits
    }

    /// The number that the loss takes at place `index` of a row's targets: a class index or a number as it is, or for a loss of
    /// single outputs whether this one is the class, at its position.
    pub fn target_value(&self, targets: &[f32], index: usize) -> f64 {
        let outputs = self.graph.shape(self.logits()).features();
        if self.loss_kind.takes_class() || outputs == targets.len() {
            return f64::from(targets[index]);
        }
        let classes = outputs / targets.len();
        f64::from(u8::from(targets[index / classes] as usize == index % classes))
    }
}

/// Refuses a network that would take the page's memory, or its time.
fn check_size(graph: &Graph, work: usize) -> Result<(), Error> {
    let values: usize = graph.costs().iter().map(|(_, cost)| cost.values).sum();
    let too_many = |what: &str, count: usize, most: usize| {
        Err(Problem::new("modules", format!("{count} {what}"), format!("at most {most}")).into())
    };
    match (graph.parameter_count(), values) {
        (count, _) if count > MOST_PARAMETERS => too_many("parameters in all", count, MOST_PARAMETERS),
        _ if work > MOST_WORK => too_many("multiply-adds for each sample", work, MOST_WORK),
        (_, count) if count > MOST_VALUES => too_many("values for each sample", count, MOST_VALUES),
        _ => Ok(()),
    }
}

/// Lengths of capsules, one for each class.
fn lengths(graph: &mut Graph, experiment: &Experiment, last: Node, classes: usize) -> Result<Node, Error> {
    let is_capsules = experiment.modules.last().is_some_and(|module| module.card().id == "capsules");
    if !is_capsules || !experiment.layers.is_empty() || graph.shape(last).first() != classes {
        let accepted = format!("another loss; this one is for {classes} capsules as the last module, without layers");
        return Err(Problem::new("loss", experiment.loss.id(), accepted).into());
    }
    Ok(graph.length(last))
}

/// The inputs of each unit of a weight, and the units that each input reaches; a kernel counts once for each of its elements.
fn fans(info: &ParameterInfo, place: Place) -> Place {
    let area: usize = info.shape.iter().skip(2).product();
    Place { fan_in: info.columns, fan_out: info.rows * area, ..place }
}

/// Numbers that do not follow from the rule of the network.
fn start<S: Scalar>(info: &ParameterInfo, random: &mut Random, weights: &mut [S]) {
    match &info.start {
        Start::Rule => weights.fill(S::of(0.0)),
        Start::Constant(value) => weights.fill(S::of(*value)),
        Start::Values(values) => {
            weights.iter_mut().zip(values.iter().cycle()).for_each(|(w, &value)| *w = S::of(value));
        }
        Start::Uniform(bound) => weights.iter_mut().for_each(|w| *w = S::of(random.uniform(-bound, *bound))),
        Start::Normal(deviation) => weights.iter_mut().for_each(|w| *w = S::of(deviation * random.normal())),
    }
}

/// Where each module and layer stands, from the input on. Gains take a while, so they are computed only for the rule that
/// needs them.
struct Stages {
    all: Vec<Stage>,
    rule: InitSpec,
    with_gains: bool,
    before: Option<Activated>,
    omega: f64,
    gain: f64,
}

impl Stages {
    fn new(experiment: &Experiment) -> Self {
        let (rule, with_gains) = (experiment.init, experiment.init.id() == "auto_gain");
        Self { all: vec![], rule, with_gains, before: None, omega: 1.0, gain: 1.0 }
    }

    fn push(&mut self, parameters: Range<usize>, own: Option<&Activated>) {
        if let Some(sine) = own.filter(|own| own.nonlinearity.id() == "sine") {
            self.omega = sine.params[0];
        }
        let rule = init::resolve(self.rule, own.map(|own| own.nonlinearity.init()));
        let first = self.all.is_empty();
        let place = Place { fan_in: 0, fan_out: 0, first, gain: self.gain, omega: self.omega };
        self.all.push(Stage { parameters, rule, place });
        let same = |one: &Activated, other: &Activated| {
            one.nonlinearity.id() == other.nonlinearity.id() && one.params == other.params
        };
        let is_new = |own: &&Activated| self.before.as_ref().is_none_or(|before| !same(before, own));
        if self.with_gains
            && let Some(own) = own.filter(is_new)
        {
            self.gain = init::gain(&own.nonlinearity, &own.params);
        }
        self.before = own.cloned();
    }
}

/// The activation after the output layer, with its parameters at their defaults.
fn of_output(experiment: &Experiment) -> Result<Option<Activated>, Error> {
    if experiment.output == LINEAR {
        return Ok(None);
    }
    let (nonlinearity, params) = LayerSpec::new(1, &experiment.output).resolve()?;
    Ok(Some(Activated { nonlinearity, params, learn: LearnSpec::Fixed }))
}

/// One output for yes or no, unless a softmax needs one for each answer.
fn outputs(loss: Loss, task: Task) -> usize {
    if task == Task::Binary && loss.takes_class() { 2 } else { task.width() }
}
