//! The gradient of every operation against finite differences, in f64, over random shapes and numbers.

use activation_playground::Error;
use activation_playground::activation;
use activation_playground::activation::vector::{self, Pass};
use activation_playground::graph::{
    Convolution, Graph, Mode, Node, Normalisation, Pool, PoolKind, Program, Reduction, Role, Window,
};
use activation_playground::layer::{
    Activated, Adapter, BatchNorm, Bottleneck, Capsules, Embedding, Gru, LayerNorm, LearnedPositions, Lora, Lstm,
    MultiheadAttention, Rnn, SinusoidalPositions, TransformerBlock,
};
use activation_playground::loss::Loss;
use activation_playground::random::{Purpose, Random};
use activation_playground::tensor::{Shape, Write};
use proptest::prelude::*;

/// A graph that minimises something, the numbers it is fed with, and its weights.
struct Case {
    graph: Graph,
    inputs: Vec<(Node, Vec<f64>)>,
    samples: usize,
    weights: Vec<f64>,
}

impl Case {
    /// Mean of what is minimised, with one number moved: of an input, or of the weights.
    fn objective(&self, objective: Node, moved: Option<(Option<usize>, usize, f64)>) -> f64 {
        let mut program = self.program(Mode::Train, moved);
        let mut weights = self.weights.clone();
        if let Some((None, at, by)) = moved {
            weights[at] += by;
        }
        program.forward(&weights);
        program.mean_loss(objective)
    }

    fn program(&self, mode: Mode, moved: Option<(Option<usize>, usize, f64)>) -> Program<f64> {
        let mut program = Program::<f64>::compile(&self.graph, mode, self.samples);
        program.seed(Random::new(7, Purpose::Activation));
        for (number, (node, values)) in self.inputs.iter().enumerate() {
            let features = self.graph.shape(*node).features();
            program.load(*node, self.samples, |s, f| {
                let at = s * features + f;
                let by = moved.filter(|&(input, place, _)| input == Some(number) && place == at).map_or(0.0, |m| m.2);
                values[at] + by
            });
        }
        program
    }

    fn run(&self) -> Program<f64> {
        let mut program = self.program(Mode::Train, None);
        program.forward(&self.weights);
        program.backward(&self.weights);
        program
    }

    /// Compares the gradient by every weight and by the first input with central differences.
    fn check(&self, objective: Node) -> Result<(), String> {
        let program = self.run();
        let step = 1e-5;
        let compare = |what: &str, at: usize, exact: f64, input: Option<usize>| {
            let moved = |by: f64| self.objective(objective, Some((input, at, by)));
            let difference = (moved(step) - moved(-step)) / (2.0 * step);
            let close = (exact - difference).abs() < 1e-6 * (1.0 + exact.abs());
            if close { Ok(()) } else { Err(format!("{what} {at}: {exact} but measured {difference}")) }
        };
        let buffers: Vec<_> = self
            .graph
            .parameters()
            .iter()
            .filter(|info| !info.trained)
            .flat_map(activation_playground::graph::ParameterInfo::range)
            .collect();
        for (at, &exact) in program.parameter_gradients().iter().enumerate() {
            if buffers.contains(&at) {
                assert_eq!(exact, 0.0, "a frozen weight has a gradient");
            } else {
                compare("weight", at, exact, None)?;
            }
        }
        let gradient = program.gradient(self.inputs[0].0);
        for (at, &exact) in gradient.iter().enumerate() {
            let (feature, sample) = (at / self.samples, at % self.samples);
            let features = self.graph.shape(self.inputs[0].0).features();
            compare("input", sample * features + feature, exact, Some(0))?;
        }
        Ok(())
    }
}

/// Numbers that look random but follow from a seed, from −1 to 1. They are evenly spaced, so that no two are nearer to each other,
/// and none to 0, than a difference reaches: the largest of them stays the largest.
fn draws(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 11
    };
    let keys: Vec<u64> = (0..count).map(|_| next()).collect();
    let rank = |key: &u64| keys.iter().filter(|other| *other < key).count();
    keys.iter().map(|key| (rank(key) as f64 + 0.37) / count as f64 * 2.0 - 1.0).collect()
}

/// Sizes that an operation makes its shapes from.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    a: usize,
    b: usize,
    c: usize,
    option: bool,
}

impl Sizes {
    fn image(self) -> Shape {
        Shape::new(&[2 * self.a, self.b + 3, self.c + 3])
    }
    fn sequence(self) -> Shape {
        Shape::new(&[self.a + 1, 2 * self.b])
    }
    fn window(self) -> Window {
        let stride = if self.option { [2, 1] } else { [1, 2] };
        Window { kernel: [2, 3], stride, padding: [usize::from(self.option), 1], dilation: [1; 2] }
    }
}

/// An operation: the shape of its input, and how it is added.
type Operation = (&'static str, fn(Sizes) -> Shape, fn(&mut Graph, Node, Sizes) -> Result<Node, Error>);

fn tanh() -> Activated {
    Activated::new(activation::find("tanh").unwrap())
}

/// Every operation, and the layers made of them. Where there is a kink, random numbers do not hit it.
const OPERATIONS: &[Operation] = &[
    ("linear", Sizes::sequence, |graph, x, size| {
        let w = graph.weight("w", &[size.c, 2 * size.b]);
        let b = size.option.then(|| graph.bias("b", size.c));
        graph.linear(x, w, b)
    }),
    ("linear by position", Sizes::sequence, |graph, x, size| {
        let w = graph.weight("w", &[size.a + 1, size.c, 2 * size.b]);
        graph.linear_by_position(x, w)
    }),
    ("bias", Sizes::sequence, |graph, x, _| LearnedPositions.build(graph, x, "positions")),
    ("fixed bias", Sizes::sequence, |graph, x, _| SinusoidalPositions.build(graph, x, "positions")),
    ("activate", Sizes::sequence, |graph, x, _| Ok(graph.activate(x, activation::find("gelu").unwrap(), &[]))),
    ("random activation", Sizes::sequence, |graph, x, _| {
        Ok(graph.activate(x, activation::find("rrelu").unwrap(), &[]))
    }),
    ("learn, whole", Sizes::image, |graph, x, _| {
        let params = graph.parameter("p", &[1, 1], Role::Activation);
        graph.activate_learned(x, activation::find("swish").unwrap(), params)
    }),
    ("learn, by channel", Sizes::image, |graph, x, size| {
        let params = graph.parameter("p", &[2 * size.a, 1], Role::Activation);
        graph.activate_learned(x, activation::find("swish").unwrap(), params)
    }),
    ("learn, by feature", Sizes::sequence, |graph, x, size| {
        let params = graph.parameter("p", &[2 * size.b, 1], Role::Activation);
        graph.activate_learned(x, activation::find("swish").unwrap(), params)
    }),
    ("vector", Sizes::sequence, |graph, x, _| graph.vector(x, vector::find("softmax").unwrap(), &[])),
    ("gate", Sizes::sequence, |graph, x, _| graph.vector(x, vector::find("swiglu").unwrap(), &[])),
    ("random vector", Sizes::sequence, |graph, x, _| graph.vector(x, vector::find("gumbel_softmax").unwrap(), &[])),
    ("combine", Sizes::sequence, |graph, x, _| graph.combine(&[(0.5, x), (2.0, x)])),
    ("multiply", Sizes::sequence, |graph, x, _| graph.multiply(x, x)),
    ("convolution", Sizes::image, |graph, x, size| {
        let groups = if size.option { 2 } else { 1 };
        let w = graph.weight("w", &[2 * size.c, 2 * size.a / groups, 2, 3]);
        let b = graph.bias("b", 2 * size.c);
        graph.conv2d(x, w, Some(b), Convolution { window: size.window(), groups })
    }),
    ("depthwise convolution, dilated", Sizes::image, |graph, x, size| {
        let w = graph.weight("w", &[2 * size.a, 1, 2, 2]);
        let window = Window { dilation: [2, 1], ..Window::square(2) };
        graph.conv2d(x, w, None, Convolution { window, groups: 2 * size.a })
    }),
    ("max pool", Sizes::image, |graph, x, size| graph.pool2d(x, Pool { kind: PoolKind::Max, window: size.window() })),
    ("average pool", Sizes::image, |graph, x, size| {
        graph.pool2d(x, Pool { kind: PoolKind::Average, window: size.window() })
    }),
    ("batch norm", Sizes::image, |graph, x, _| BatchNorm::default().build(graph, x, "norm")),
    ("layer norm", Sizes::sequence, |graph, x, _| LayerNorm { epsilon: 0.1 }.build(graph, x, "norm")),
    ("RMS norm", Sizes::sequence, |graph, x, size| {
        let gain = graph.parameter("g", &[2 * size.b], Role::Gain);
        graph.normalise(x, Normalisation::Rms, gain, None, 0.1)
    }),
    ("dropout", Sizes::sequence, |graph, x, size| {
        use activation_playground::graph::DropoutKind::{Alpha, Zero};
        graph.dropout(x, if size.option { Alpha } else { Zero }, 0.4)
    }),
    ("view", Sizes::sequence, |graph, x, size| {
        let first = graph.at(x, 0)?;
        let last = graph.at(x, size.a)?;
        let rest = graph.slice(x, 0..size.a)?;
        let sum = graph.add(first, last)?;
        let (sum, rest) = (graph.flatten(sum), graph.flatten(rest));
        graph.concat(&[rest, sum, rest])
    }),
    ("stack", Sizes::sequence, |graph, x, _| graph.stack(&[x, x])),
    ("permute", Sizes::image, |graph, x, size| graph.permute(x, if size.option { &[2, 0, 1] } else { &[1, 0, 2] })),
    ("batched product", Sizes::image, |graph, x, _| {
        let turned = graph.permute(x, &[0, 2, 1])?;
        graph.batched_matmul(x, turned)
    }),
    ("batched product, transposed", Sizes::image, |graph, x, _| {
        let square = graph.activate(x, activation::find("tanh").unwrap(), &[]);
        graph.batched_matmul_transposed(square, x)
    }),
    (
        "attention weights",
        |size| Shape::new(&[2, size.a + 1, size.a + 1]),
        |graph, x, size| graph.attention_weights(x, 1.7, size.option),
    ),
    ("squash", Sizes::sequence, |graph, x, _| Ok(graph.squash(x))),
    ("length", Sizes::sequence, |graph, x, _| Ok(graph.length(x))),
    ("reduce", Sizes::image, |graph, x, size| {
        graph.reduce(x, usize::from(size.option), if size.option { Reduction::Mean } else { Reduction::Sum })
    }),
    (
        "embedding",
        |size| Shape::new(&[size.a]),
        |graph, x, size| Ok(Embedding { vocabulary: 3, dim: size.b }.build(graph, x, "words")?.0),
    ),
    ("RNN", Sizes::sequence, |graph, x, size| Ok(Rnn::new(size.c).build(graph, x, None, "rnn")?.states)),
    ("LSTM", Sizes::sequence, |graph, x, size| Ok(Lstm::new(size.c).build(graph, x, None, "lstm")?.states)),
    ("GRU with learned gates", Sizes::sequence, |graph, x, size| {
        let gate = Activated::new(activation::find("swish").unwrap());
        let gru = Gru { gate, ..Gru::new(size.c) };
        Ok(gru.build(graph, x, None, "gru")?.states)
    }),
    ("attention", Sizes::sequence, |graph, x, size| {
        let lora = size.option.then_some(Lora { rank: 1, scale: 2.0 });
        let attention = MultiheadAttention { heads: 2, causal: size.option, lora };
        Ok(attention.build(graph, x, "attention")?.out)
    }),
    ("transformer block", Sizes::sequence, |graph, x, size| {
        let adapter = size.option.then(|| Adapter::Bottleneck(Bottleneck { width: 1, activation: tanh() }));
        let norm = LayerNorm { epsilon: 0.1 };
        let block = TransformerBlock { heads: 2, causal: true, hidden: size.c, activation: tanh(), norm, adapter };
        Ok(block.build(graph, x, "block")?.out)
    }),
    ("capsules", Sizes::sequence, |graph, x, size| {
        let capsules = Capsules { count: size.c, dim: 2, iterations: 3 };
        Ok(capsules.build(graph, x, "capsules")?.capsules)
    }),
];

/// The operation on a value that is read once more beside it, and the sum of all its numbers times fixed ones.
fn case(operation: &Operation, size: Sizes, samples: usize, seed: u64) -> (Case, Node) {
    let (name, shape, add) = operation;
    let mut graph = Graph::new();
    let x = graph.input(shape(size));
    graph.track(x);
    let y = add(&mut graph, x, size).unwrap_or_else(|error| panic!("{name} of {size:?}: {error}"));
    let mut terms = vec![];
    let mut inputs = vec![(x, draws(seed, samples * graph.shape(x).features()))];
    for (node, number) in [(y, 1), (x, 2)] {
        let flat = graph.flatten(node);
        let direction = graph.input(graph.shape(flat).clone());
        inputs.push((direction, draws(seed + number, samples * graph.shape(flat).features())));
        let product = graph.multiply(flat, direction).unwrap();
        let sum = graph.reduce(product, 0, Reduction::Sum).unwrap();
        terms.push((1.0, graph.reshape(sum, &[1]).unwrap()));
    }
    let objective = graph.combine(&terms).unwrap();
    graph.minimise(objective).unwrap();
    if *name == "embedding" {
        inputs[0].1.iter_mut().for_each(|index| *index = (*index * 1.5 + 1.5).floor());
    }
    let mut weights = draws(seed + 3, graph.parameter_count());
    // Parameters of activations where they are usual.
    for info in graph.parameters().iter().filter(|info| info.role == Role::Activation) {
        weights[info.range()].iter_mut().for_each(|param| *param += 1.5);
    }
    (Case { graph, inputs, samples, weights }, objective)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_operation_has_the_gradient_it_claims(
        seed in 0_u64..1_000_000,
        [a, b, c] in [1_usize..4, 1_usize..4, 1_usize..4],
        samples in 2_usize..5,
        option: bool,
    ) {
        let size = Sizes { a, b, c, option };
        for operation in OPERATIONS {
            let (mut case, objective) = case(operation, size, samples, seed);
            if operation.0 == "embedding" {
                // Indices are not moved.
                case.inputs.swap(0, 1);
            }
            case.check(objective).map_err(|error| TestCaseError::fail(format!("{} of {size:?}: {error}", operation.0)))?;
        }
    }

    #[test]
    fn every_loss_has_the_gradient_it_claims(
        seed in 0_u64..1_000_000,
        [positions, outputs] in [1_usize..4, 2_usize..5],
        samples in 1_usize..5,
    ) {
        for loss in [
            Loss::Mse, Loss::Mae, Loss::Huber { delta: 0.3 }, Loss::LogCosh, Loss::Bce, Loss::Hinge, Loss::Margin,
            Loss::CROSS_ENTROPY, Loss::CrossEntropy { label_smoothing: 0.1 },
        ] {
            let mut graph = Graph::new();
            let z = graph.input(Shape::new(&[positions, outputs]));
            graph.track(z);
            let count = loss.targets(positions, outputs);
            let y = graph.input(Shape::new(&[count]));
            let objective = graph.loss(z, y, loss).unwrap();
            graph.minimise(objective).unwrap();
            let targets = draws(seed + 1, samples * count).into_iter().map(|x| match loss {
                Loss::Bce | Loss::Hinge => f64::from(u8::from(x > 0.0)),
                loss if loss.takes_class() => (0.5 * (x + 1.0) * outputs as f64).floor(),
                _ => x,
            });
            let logits = draws(seed, samples * positions * outputs).into_iter().map(|x| 2.0 * x).collect();
            let case = Case { graph, inputs: vec![(z, logits), (y, targets.collect())], samples, weights: vec![] };
            case.check(objective).map_err(|error| TestCaseError::fail(format!("{loss:?}: {error}")))?;
        }
    }
}

/// A network of one layer and a squared error: what a trained activation stands in.
fn learned(activation: &'static dyn activation::Activation, rows: usize) -> (Case, Node, Node) {
    let (card, mut graph) = (activation.card(), Graph::new());
    let x = graph.input(Shape::new(&[2]));
    let w = graph.weight("w", &[3, 2]);
    let z = graph.linear(x, w, None).unwrap();
    let params = graph.parameter("params", &[rows, card.params.len()], Role::Activation);
    let a = graph.activate_learned(z, activation, params).unwrap();
    let y = graph.input(Shape::new(&[3]));
    let loss = graph.loss(a, y, Loss::Mse).unwrap();
    graph.minimise(loss).unwrap();
    let mut weights = draws(5, 6);
    let start = card.params.iter().map(|param| param.default + 0.01 * (param.max - param.default));
    weights.extend(start.cycle().take(rows * card.params.len()));
    (Case { graph, inputs: vec![(x, draws(1, 10)), (y, draws(2, 15))], samples: 5, weights }, loss, a)
}

/// Parameters of an activation, shared by the layer or a unit's own, beside the weights; and the same when evaluating.
#[test]
fn learned_parameters_have_the_gradient_they_claim() {
    for activation in activation::all().filter(|activation| !activation.card().params.is_empty()) {
        for rows in [1, 3] {
            let id = activation.card().id;
            let (case, loss, _) = learned(activation, rows);
            case.check(loss).unwrap_or_else(|error| panic!("{id}, {rows} rows: {error}"));
            let mut evaluated = case.program(Mode::Evaluate, None);
            evaluated.forward(&case.weights);
            assert_eq!(evaluated.mean_loss(loss), case.run().mean_loss(loss), "{id}");
        }
    }
}

/// The gradient belongs to what was drawn, not to the mean that evaluation has.
#[test]
fn what_is_random_draws_in_training_only() {
    let size = Sizes { a: 2, b: 2, c: 2, option: false };
    for operation in OPERATIONS.iter().filter(|(name, ..)| name.contains("random") || *name == "dropout") {
        let (case, objective) = case(operation, size, 3, 11);
        case.check(objective).unwrap();
        let mut evaluated = case.program(Mode::Evaluate, None);
        evaluated.forward(&case.weights);
        assert_ne!(evaluated.mean_loss(objective), case.run().mean_loss(objective), "{} draws nothing", operation.0);
    }
}

#[test]
fn frozen_weights_have_no_gradient_and_cost_none() {
    let (mut case, loss, _) = learned(activation::find("prelu").unwrap(), 1);
    let whole = case.run();
    assert_eq!(case.graph.set_trained("w", false), 1);
    let frozen = case.run();
    assert!(whole.parameter_gradients()[..6].iter().all(|&g| g != 0.0));
    assert!(frozen.parameter_gradients()[..6].iter().all(|&g| g == 0.0));
    assert_eq!(whole.parameter_gradients()[6], frozen.parameter_gradients()[6]);
    assert!(frozen.bytes() < whole.bytes(), "gradients that nobody needs still have room");
    assert_eq!(whole.mean_loss(loss), frozen.mean_loss(loss));
}

#[test]
fn no_gradient_passes_what_is_detached() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(&[2]));
    graph.track(x);
    let still = graph.detach(x);
    let product = graph.multiply(x, still).unwrap();
    let sum = graph.reduce(product, 0, Reduction::Sum).unwrap();
    graph.minimise(sum).unwrap();
    let mut program = Program::<f64>::compile(&graph, Mode::Train, 1);
    program.load(x, 1, |_, f| [3.0, 5.0][f]);
    program.forward(&[]);
    program.backward(&[]);
    assert_eq!(program.value(sum), [34.0]);
    assert_eq!(program.gradient(x), [3.0, 5.0], "x alone is felt, not x²");
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(&[3]));
    let error = graph
        .layer("layers.0", |graph| {
            let w = graph.weight("w", &[2, 4]);
            graph.linear(x, w, None)
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "layers.0: weights [2, 4] need 4 inputs, got [3, batch]");
    let image = graph.input(Shape::new(&[2, 4, 4]));
    let w = graph.weight("w", &[1, 2, 5, 5]);
    let error = graph.conv2d(image, w, None, Convolution { window: Window::square(5), groups: 1 }).unwrap_err();
    assert!(error.to_string().contains("reaches over 5 does not fit 4"), "{error}");
    let error = graph.pool2d(x, Pool { kind: PoolKind::Max, window: Window::square(2) }).unwrap_err();
    assert!(error.to_string().contains("needs [channels, height, width, batch], got [3, batch]"), "{error}");
    let error = graph.add(x, image).unwrap_err();
    assert!(error.to_string().contains("[3, batch] and [2, 4, 4, batch] cannot be added"), "{error}");
}

/// Where there is a kink, the derivative is checked away from it.
#[test]
fn every_activation_has_the_slope_of_its_curve() {
    for activation in activation::all() {
        let card = activation.card();
        let params: Vec<f64> = card.params.iter().map(|param| param.default).collect();
        for step in -400..=400 {
            let x = f64::from(step) * 0.0217 + 0.003;
            if card.kinks.iter().any(|kink| (kink.at - x).abs() < 1e-4) {
                continue;
            }
            let h = 1e-5;
            let difference = (activation.at(x + h, &params).value - activation.at(x - h, &params).value) / (2.0 * h);
            let slope = activation.at(x, &params).slope;
            assert!(
                (slope - difference).abs() < 1e-7 * (1.0 + slope.abs()),
                "{}'({x}) is {slope}, measured {difference}",
                card.id
            );
        }
    }
}

/// Away from ties and clips, which random numbers do not hit.
#[test]
fn every_activation_of_whole_layers_has_the_gradient_of_its_values() {
    for activation in vector::all() {
        let card = activation.card();
        let params: Vec<f64> = card.params.iter().map(|param| param.default).collect();
        for seed in 0..20 {
            let z: Vec<f64> = draws(seed, 8).into_iter().map(|x| 3.0 * x).collect();
            let width = activation.width(8, &params).unwrap();
            let direction = draws(seed + 100, width);
            let weighted = |z: &[f64]| {
                let mut out = vec![0.0; width];
                activation.forward_f64(&params, z, &mut out, 1);
                (out.iter().zip(&direction).map(|(y, d)| y * d).sum::<f64>(), out)
            };
            let (_, out) = weighted(&z);
            let mut exact = vec![0.0; 8];
            let pass = Pass { z: &z, out: &out, gradient: &direction, lanes: 1 };
            activation.backward_f64(&params, pass, &mut exact, Write::Set);
            for (at, exact) in exact.iter().enumerate() {
                let moved = |by: f64| {
                    let mut z = z.clone();
                    z[at] += by;
                    weighted(&z).0
                };
                let difference = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                assert!((exact - difference).abs() < 1e-7, "{}, unit {at}: {exact}, measured {difference}", card.id);
            }
        }
    }
}
