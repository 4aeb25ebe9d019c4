//! The gradient of every operation against finite differences, in f64, over random shapes and numbers.

use activation_playground::activation;
use activation_playground::activation::vector::{self, Pass};
use activation_playground::graph::{Graph, Mode, Node, Program};
use activation_playground::loss::Loss;
use activation_playground::tensor::{Shape, Write};
use proptest::prelude::*;

/// A small network that uses every operation, its inputs and weights.
struct Case {
    graph: Graph,
    inputs: Vec<(Node, Vec<f64>)>,
    loss: Node,
    samples: usize,
    weights: Vec<f64>,
}

impl Case {
    fn run(&self, weights: &[f64]) -> Program<f64> {
        let mut program = self.load(Mode::Train);
        program.forward(weights);
        program.backward(weights);
        program
    }

    fn evaluate(&self) -> Program<f64> {
        let mut program = self.load(Mode::Evaluate);
        program.forward(&self.weights);
        program
    }

    fn load(&self, mode: Mode) -> Program<f64> {
        let mut program = Program::<f64>::compile(&self.graph, mode, self.samples);
        for (node, numbers) in &self.inputs {
            let features = self.graph.shape(*node).features();
            program.load(*node, self.samples, |s, f| numbers[s * features + f]);
        }
        program
    }

    /// Compares every parameter's gradient with the central difference.
    fn check(&self) -> Result<(), TestCaseError> {
        let exact = self.run(&self.weights).parameter_gradients().to_vec();
        let step = 1e-5;
        for at in 0..self.weights.len() {
            let moved = |by: f64| {
                let mut weights = self.weights.clone();
                weights[at] += by;
                self.run(&weights).mean_loss(self.loss)
            };
            let difference = (moved(step) - moved(-step)) / (2.0 * step);
            let bound = 1e-6 * (1.0 + exact[at].abs());
            prop_assert!(
                (exact[at] - difference).abs() < bound,
                "parameter {at}: {} but measured {difference}",
                exact[at]
            );
        }
        Ok(())
    }
}

/// Numbers that look random but follow from a seed.
fn draws(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
        })
        .collect()
}

/// input → matmul → (bias) → activation → (softmax) → matmul → bias → loss; and the first product is read twice, so that
/// gradients meet.
fn case(
    seed: u64,
    widths: [usize; 3],
    samples: usize,
    name: &str,
    loss: Loss,
    with_softmax: bool,
    with_bias: bool,
) -> Case {
    let activation = activation::find(name).unwrap();
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(&[widths[0]]));
    let first = graph.parameter("first", widths[1], widths[0]);
    let mut z = graph.matmul(x, first, "first").unwrap();
    if with_bias {
        let bias = graph.parameter("bias", widths[1], 1);
        z = graph.bias(z, bias, "first").unwrap();
        let again = graph.parameter("again", widths[1], 1);
        z = graph.bias(z, again, "first").unwrap();
    }
    let mut a = graph.activate(z, activation, &[]);
    if with_softmax {
        a = graph.vector(a, vector::find("softmax").unwrap(), &[], "softmax").unwrap();
    }
    let second = graph.parameter("second", widths[2], widths[1]);
    let one = graph.matmul(a, second, "second").unwrap();
    let bias = graph.parameter("second.bias", widths[2], 1);
    let out = graph.bias(one, bias, "second").unwrap();
    let targets = loss.targets(widths[2]);
    let y = graph.input(Shape::new(&[targets]));
    let loss_node = graph.loss(out, y, loss).unwrap();
    let weights = draws(seed, graph.parameter_count());
    let target_numbers = draws(seed + 1, samples * targets)
        .into_iter()
        .enumerate()
        .map(|(at, number)| match loss {
            Loss::Mse => number,
            Loss::Bce => f64::from(u8::from(number > 0.0)),
            Loss::CrossEntropy => (at * 7 % widths[2]) as f64,
        })
        .collect();
    let inputs = vec![(x, draws(seed + 2, samples * widths[0])), (y, target_numbers)];
    Case { graph, inputs, loss: loss_node, samples, weights }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Smooth activations only: a finite difference across a kink measures neither side.
    #[test]
    fn every_operation_has_the_gradient_it_claims(
        seed in 0_u64..1_000_000,
        widths in [1_usize..5, 1_usize..6, 1_usize..4],
        samples in 1_usize..7,
        at in 0_usize..6,
        loss in prop_oneof![Just(Loss::Mse), Just(Loss::Bce), Just(Loss::CrossEntropy)],
        with_softmax: bool,
        with_bias: bool,
    ) {
        let name = ["tanh", "sigmoid", "softplus", "gelu", "mish", "silu"][at];
        case(seed, widths, samples, name, loss, with_softmax, with_bias).check()?;
    }
}

#[test]
fn gradients_of_a_value_read_twice_add_up() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(&[2]));
    let w = graph.parameter("w", 2, 2);
    let z = graph.matmul(x, w, "shared").unwrap();
    let a = graph.activate(z, activation::find("tanh").unwrap(), &[]);
    // The same weights twice, on different values: both uses count.
    let b = graph.matmul(a, w, "again").unwrap();
    let y = graph.input(Shape::new(&[2]));
    let loss = graph.loss(b, y, Loss::Mse).unwrap();
    let inputs = vec![(x, draws(1, 6)), (y, draws(2, 6))];
    let case = Case { graph, inputs, loss, samples: 3, weights: draws(3, 4) };
    case.check().unwrap();
}

/// Parameters of an activation, shared by the layer or a unit's own, beside the weights; and the same when evaluating.
#[test]
fn learned_parameters_have_the_gradient_they_claim() {
    for activation in activation::all().filter(|activation| !activation.card().params.is_empty()) {
        for rows in [1, 3] {
            let (card, mut graph) = (activation.card(), Graph::new());
            let x = graph.input(Shape::new(&[2]));
            let w = graph.parameter("w", 3, 2);
            let z = graph.matmul(x, w, "layer").unwrap();
            let params = graph.parameter("params", rows, card.params.len());
            let a = graph.activate_learned(z, activation, params, "layer").unwrap();
            let y = graph.input(Shape::new(&[3]));
            let loss = graph.loss(a, y, Loss::Mse).unwrap();
            let mut weights = draws(5, 6);
            let start = card.params.iter().map(|param| param.default + 0.01 * (param.max - param.default));
            weights.extend(start.cycle().take(rows * card.params.len()));
            let case = Case { graph, inputs: vec![(x, draws(1, 10)), (y, draws(2, 15))], loss, samples: 5, weights };
            case.check().unwrap_or_else(|error| panic!("{}, {rows} rows: {error}", card.id));
            assert_eq!(case.evaluate().mean_loss(loss), case.run(&case.weights).mean_loss(loss), "{}", card.id);
        }
    }
}

/// The gradient belongs to what was drawn, not to the mean that evaluation has.
#[test]
fn random_activations_have_the_gradient_of_what_they_drew() {
    for id in ["rrelu", "gumbel_softmax"] {
        let mut graph = Graph::new();
        let x = graph.input(Shape::new(&[2]));
        let w = graph.parameter("w", 3, 2);
        let z = graph.matmul(x, w, "layer").unwrap();
        let a = match vector::find(id) {
            Some(activation) => graph.vector(z, activation, &[], "layer").unwrap(),
            None => graph.activate(z, activation::find(id).unwrap(), &[]),
        };
        let y = graph.input(Shape::new(&[3]));
        let loss = graph.loss(a, y, Loss::Mse).unwrap();
        let inputs = vec![(x, draws(1, 10)), (y, draws(2, 15))];
        let case = Case { graph, inputs, loss, samples: 5, weights: draws(5, 6) };
        case.check().unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_ne!(case.run(&case.weights).value(a), case.evaluate().value(a), "{id} draws nothing");
    }
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
