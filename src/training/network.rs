//! The network of an experiment, as a graph with the places to look at.

use crate::data::{Dataset, Input, Task};
use crate::error::{Error, Problem};
use crate::experiment::{Experiment, InitSpec, LossSpec};
use crate::graph::{Graph, Node};
use crate::init;
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
        if let Input::Index(_) = dataset.input {
            let accepted = "a data set of quantities: words and characters need an embedding";
            return Err(Problem::new("data.name", dataset.card.id, accepted).into());
        }
        let loss_kind = loss_of(experiment.loss, dataset.task);
        let outputs = outputs(loss_kind, dataset.task);
        let hidden = experiment.layers.iter().map(|layer| {
            let (nonlinearity, params) = layer.resolve()?;
            let learn = layer.learns(&nonlinearity);
            Ok(Dense { units: layer.units as usize, activation: Some(Activated { nonlinearity, params, learn }) })
        });
        let output = Dense { units: outputs, activation: None };
        let denses = hidden.chain([Ok(output)]).collect::<Result<Vec<Dense>, Error>>()?;
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
        graph.minimise(loss)?;
        Ok(Self { graph, input, target, layers, inits, params, loss, loss_kind })
    }

    /// Initial weights of a seed, in the order of the graph's parameters.
    pub fn initial_weights<S: Scalar>(&self, seed: u32) -> Vec<S> {
        let mut random = Random::new(seed, Purpose::Weights);
        let mut weights = vec![S::of(0.0); self.graph.parameter_count()];
        for ((nodes, &rule), params) in self.layers.iter().zip(&self.inits).zip(&self.params) {
            let (weight, bias) = (self.graph.parameter_info(nodes.weight), self.graph.parameter_info(nodes.bias));
            let (of_weight, of_bias) =
                weights[weight.offset..bias.range().end].split_at_mut(bias.offset - weight.offset);
            init::fill(rule, weight.columns, &mut random, of_weight, of_bias);
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

fn loss_of(spec: LossSpec, task: Task) -> Loss {
    match (spec, task) {
        (LossSpec::Mse, _) | (LossSpec::Auto, Task::Regression) => Loss::Mse,
        (LossSpec::Bce, _) | (LossSpec::Auto, Task::Binary) => Loss::Bce,
        (LossSpec::CrossEntropy, _) | (LossSpec::Auto, Task::Classes(_) | Task::EachPosition(_)) => Loss::CROSS_ENTROPY,
    }
}

/// One output for yes or no, unless a softmax needs one for each answer.
fn outputs(loss: Loss, task: Task) -> usize {
    if task == Task::Binary && loss.takes_class() { 2 } else { task.width() }
}
