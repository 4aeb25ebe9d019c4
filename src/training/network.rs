//! The network of an experiment, as a graph with the places to look at.

use crate::data::{Dataset, Task};
use crate::error::Error;
use crate::experiment::{Experiment, InitSpec, LINEAR, LayerSpec, LearnSpec, LossSpec};
use crate::graph::{Graph, Node};
use crate::init::{self, Place};
use crate::layer::{Activated, Dense, DenseNodes};
use crate::loss::Loss;
use crate::random::{Purpose, Random};
use crate::real::Scalar;
use crate::tensor::Shape;

/// A graph of fully connected layers that ends in a loss.
#[derive(Clone)]
pub struct Network {
    /// All operations.
    pub graph: Graph,
    /// Where samples go in, `[features, batch]`.
    pub input: Node,
    /// Where targets go in.
    pub target: Node,
    /// Every layer; the output layer, last, gives logits.
    pub layers: Vec<DenseNodes>,
    /// The rule of each layer's initial weights.
    pub inits: Vec<InitSpec>,
    /// Where each layer stands, for its rule.
    places: Vec<Place>,
    /// Where the parameters of each layer's activation start.
    params: Vec<Vec<f64>>,
    /// One loss per sample.
    pub loss: Node,
    /// Which loss it is.
    pub loss_kind: Loss,
}

impl Network {
    /// Builds the network of a valid experiment for its data.
    ///
    /// # Errors
    /// If the graph refuses a shape.
    pub fn build(experiment: &Experiment, dataset: &Dataset) -> Result<Self, Error> {
        let loss_kind = loss_of(experiment, dataset.card.task());
        let outputs = outputs(loss_kind, dataset.card.task());
        let hidden = experiment.layers.iter().map(|layer| {
            let (nonlinearity, params) = layer.resolve()?;
            let learn = layer.learns(&nonlinearity);
            Ok(Dense { units: layer.units as usize, activation: Some(Activated { nonlinearity, params, learn }) })
        });
        let output = Dense { units: outputs, activation: of_output(experiment)? };
        let denses = hidden.chain([Ok(output)]).collect::<Result<Vec<Dense>, Error>>()?;
        let places = places(&denses, dataset.width(), experiment.init.id() == "auto_gain");
        let mut graph = Graph::new();
        let input = graph.input(Shape::new(&[dataset.width()]));
        let target = graph.input(Shape::new(&[loss_kind.targets(outputs)]));
        let (mut layers, mut inits, mut params, mut last) = (Vec::new(), Vec::new(), Vec::new(), input);
        for (at, dense) in denses.into_iter().enumerate() {
            let nodes = dense.build(&mut graph, last, &format!("layers.{at}"))?;
            inits.push(init::resolve(experiment.init, dense.activation.as_ref().map(|f| f.nonlinearity.init())));
            params.push(dense.activation.map_or_else(Vec::new, |activated| activated.params));
            layers.push(nodes);
            last = nodes.a;
        }
        let loss = graph.loss(last, target, loss_kind)?;
        Ok(Self { graph, input, target, layers, inits, places, params, loss, loss_kind })
    }

    /// Initial weights of a seed, in the order of the graph's parameters.
    pub fn initial_weights<S: Scalar>(&self, seed: u32) -> Vec<S> {
        let mut random = Random::new(seed, Purpose::Weights);
        let mut weights = vec![S::of(0.0); self.graph.parameter_count()];
        let rules = self.inits.iter().zip(&self.places);
        for ((nodes, (&rule, &place)), params) in self.layers.iter().zip(rules).zip(&self.params) {
            let (weight, bias) = (self.graph.parameter_info(nodes.weight), self.graph.parameter_info(nodes.bias));
            let (of_weight, of_bias) =
                weights[weight.offset..bias.range().end].split_at_mut(bias.offset - weight.offset);
            let place = Place { fan_in: weight.columns, fan_out: weight.rows, ..place };
            init::fill(rule, place, &mut random, of_weight, of_bias);
            if let Some(trained) = nodes.params {
                let trained = &mut weights[self.graph.parameter_info(trained).range()];
                trained.iter_mut().zip(params.iter().cycle()).for_each(|(w, &param)| *w = S::of(param));
            }
        }
        weights
    }

    /// The output layer's logits.
    pub fn logits(&self) -> Node {
        self.layers[self.layers.len() - 1].a
    }

    /// The target of output `index` for a row: its class or number as the loss takes it.
    pub fn target_value(&self, target: f64, index: usize) -> f64 {
        let outputs = self.graph.shape(self.logits()).features();
        if self.loss_kind == Loss::CrossEntropy || outputs == 1 {
            target
        } else {
            f64::from(u8::from(target as usize == index))
        }
    }
}

/// The loss that fits the task; with an activation of its own, an output is compared as it is.
fn loss_of(experiment: &Experiment, task: Task) -> Loss {
    match (experiment.loss, task) {
        (LossSpec::Mse, _) | (LossSpec::Auto, Task::Regression) => Loss::Mse,
        (LossSpec::Auto, _) if experiment.output != LINEAR => Loss::Mse,
        (LossSpec::Bce, _) | (LossSpec::Auto, Task::Binary) => Loss::Bce,
        (LossSpec::CrossEntropy, _) | (LossSpec::Auto, Task::Classes(_)) => Loss::CrossEntropy,
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

/// Where each layer stands. The gains take a while, so they are computed only for the rule that needs them.
fn places(denses: &[Dense], width: usize, with_gains: bool) -> Vec<Place> {
    let mut before: Option<&Activated> = None;
    let (mut omega, mut gain) = (1.0, 1.0);
    let mut places = Vec::new();
    for dense in denses {
        let own = dense.activation.as_ref();
        if let Some(sine) = own.filter(|own| own.nonlinearity.id() == "sine") {
            omega = sine.params[0];
        }
        let first = places.is_empty();
        places.push(Place { fan_in: width, fan_out: dense.units, first, gain, omega });
        let same = |one: &Activated, other: &Activated| {
            one.nonlinearity.id() == other.nonlinearity.id() && one.params == other.params
        };
        if with_gains && let Some(own) = own.filter(|own| before.is_none_or(|before| !same(before, own))) {
            gain = init::gain(&own.nonlinearity, &own.params);
        }
        before = own;
    }
    places
}

/// One output for yes or no, unless a softmax needs one for each answer.
fn outputs(loss: Loss, task: Task) -> usize {
    if task == Task::Binary && loss == Loss::CrossEntropy { 2 } else { task.width() }
}
