//! Each operation's output and gradients, against PyTorch's in `../shared/golden/layers`.

mod common;

use activation_playground::activation::vector::{self, Pass};
use activation_playground::activation::{self, Number};
use activation_playground::graph::{Graph, Mode, Node, Program};
use activation_playground::loss::Loss;
use activation_playground::real::{Lane, Scalar};
use activation_playground::tensor::Shape;
use activation_playground::tensor::Write;
use common::{Tensor, assert_close, read};

/// Sample-major numbers of a node's values or gradient.
fn by_sample<L: Number>(rows: &[L], features: usize, samples: usize) -> Vec<f64> {
    let scalars: &[L::Scalar] = bytemuck::cast_slice(rows);
    let width = scalars.len() / features;
    (0..samples).flat_map(|s| (0..features).map(move |f| scalars[f * width + s].wide())).collect()
}

/// Runs a graph whose loss is made by the upstream gradient of the file: Σ y·upstream, which a one-row product gives.
fn check_linear<L: Number>(relative: f64) {
    let case = read("layers/linear.json");
    let (x, w, b) =
        (Tensor::of(&case["inputs"]["x"]), Tensor::of(&case["weights"]["W"]), Tensor::of(&case["weights"]["b"]));
    let (inputs, outputs, samples) = (w.columns(), w.rows(), x.rows());
    let upstream = Tensor::of(&case["upstream_grads"]["y"]);
    let mut graph = Graph::new();
    // x itself passes through a product with the identity, so that it has a gradient to be read.
    let raw = graph.input(Shape::new(&[inputs]));
    let identity = graph.parameter("identity", inputs, inputs);
    let x_node = graph.matmul(raw, identity, "identity").unwrap();
    let weight = graph.parameter("W", outputs, inputs);
    let bias = graph.parameter("b", outputs, 1);
    let product = graph.matmul(x_node, weight, "linear").unwrap();
    let y = graph.bias(product, bias, "linear").unwrap();
    let target = graph.input(Shape::new(&[outputs]));
    graph.loss(y, target, Loss::Mse).unwrap();
    let mut program = Program::<L>::compile(&graph, Mode::Train, samples);
    let eye = (0..inputs * inputs).map(|at| f64::from(u8::from(at % (inputs + 1) == 0)));
    let weights: Vec<L::Scalar> =
        eye.chain(w.data.iter().copied()).chain(b.data.iter().copied()).map(L::Scalar::of).collect();
    program.load(raw, samples, |s, f| L::Scalar::of(x.at(s, f)));
    program.load(target, samples, |_, _| L::Scalar::of(0.0));
    program.forward(&weights);
    let expected = Tensor::of(&case["f64"]["outputs"]["y"]);
    let got = by_sample(program.value(y), outputs, samples);
    assert_close("y", &got, &expected.data, relative);
    // With targets y − upstream·K·B/2, the gradient of the mean squared error by y is exactly the upstream gradient.
    let half = (outputs * samples) as f64 / 2.0;
    program.load(target, samples, |s, f| L::Scalar::of(expected.at(s, f) - upstream.at(s, f) * half));
    program.forward(&weights);
    program.backward(&weights);
    let gradients: Vec<f64> = program.parameter_gradients().iter().map(|g| g.wide()).collect();
    let split = inputs * inputs;
    assert_close(
        "∂W",
        &gradients[split..split + w.data.len()],
        &Tensor::of(&case["f64"]["grads"]["weights.W"]).data,
        relative,
    );
    assert_close(
        "∂b",
        &gradients[split + w.data.len()..],
        &Tensor::of(&case["f64"]["grads"]["weights.b"]).data,
        relative,
    );
    let of_x = by_sample(program.gradient(x_node), inputs, samples);
    assert_close("∂x", &of_x, &Tensor::of(&case["f64"]["grads"]["inputs.x"]).data, relative);
}

#[test]
fn linear_equals_pytorch() {
    check_linear::<f64>(1e-12);
    check_linear::<Lane>(1e-5);
}

/// A loss of logits that went through the identity, so that their gradient can be read. One sample a row.
fn check_loss<L: Number>(file: &str, loss: Loss, logits_name: &str, relative: f64) {
    let case = read(&format!("layers/{file}.json"));
    let logits = Tensor::of(&case["inputs"][logits_name]);
    let (samples, features) = (logits.rows(), logits.columns());
    let targets = Tensor::of(case["inputs"].get("target").unwrap_or(&case["inputs"]["targets"]));
    let mut graph = Graph::new();
    let raw = graph.input(Shape::new(&[features]));
    let identity = graph.parameter("identity", features, features);
    let z = graph.matmul(raw, identity, "identity").unwrap();
    let target = graph.input(Shape::new(&[loss.targets(features)]));
    let out = graph.loss(z, target, loss).unwrap();
    let mut program = Program::<L>::compile(&graph, Mode::Train, samples);
    let weights: Vec<L::Scalar> =
        (0..features * features).map(|at| L::Scalar::of(f64::from(u8::from(at % (features + 1) == 0)))).collect();
    program.load(raw, samples, |s, f| L::Scalar::of(logits.at(s, f)));
    program.load(target, samples, |s, f| L::Scalar::of(targets.at(s, f)));
    program.forward(&weights);
    program.backward(&weights);
    let upstream = Tensor::of(&case["upstream_grads"]["loss"]).data[0];
    assert_close(file, &[program.mean_loss(out)], &Tensor::of(&case["f64"]["outputs"]["loss"]).data, relative);
    let got: Vec<f64> = by_sample(program.gradient(z), features, samples).iter().map(|g| g * upstream).collect();
    let expected = Tensor::of(&case["f64"]["grads"][format!("inputs.{logits_name}")]).data;
    assert_close(&format!("∂{file}"), &got, &expected, relative);
}

#[test]
fn losses_equal_pytorch() {
    for (file, loss, logits) in [
        ("loss_mse", Loss::Mse, "pred"),
        ("loss_bce_with_logits", Loss::Bce, "logits"),
        ("loss_cross_entropy", Loss::CrossEntropy, "logits"),
    ] {
        check_loss::<f64>(file, loss, logits, 1e-12);
        check_loss::<Lane>(file, loss, logits, 1e-6);
    }
}

/// Values in the layout of the engine.
fn pack<L: Number>(tensor: &Tensor) -> Vec<L> {
    let (samples, features) = (tensor.rows(), tensor.columns());
    let lanes = samples.div_ceil(L::COUNT);
    let mut packed = vec![L::ZERO; features * lanes];
    let scalars: &mut [L::Scalar] = bytemuck::cast_slice_mut(&mut packed);
    for s in 0..samples {
        for f in 0..features {
            scalars[f * lanes * L::COUNT + s] = L::Scalar::of(tensor.at(s, f));
        }
    }
    packed
}

fn check_vector<L: Number>(id: &str, params: &[f64], relative: f64) {
    let case = read(&format!("layers/vec_{id}.json"));
    let activation = vector::find(id).unwrap();
    let x = Tensor::of(&case["inputs"]["x"]);
    let (samples, features) = (x.rows(), x.columns());
    let lanes = samples.div_ceil(L::COUNT);
    let width = activation.width(features, params).unwrap();
    let (z, mut y) = (pack::<L>(&x), vec![L::ZERO; width * lanes]);
    L::vector(activation, params, &z, &mut y, lanes);
    assert_close(id, &by_sample(&y, width, samples), &Tensor::of(&case["f64"]["outputs"]["y"]).data, relative);
    let gradient = pack::<L>(&Tensor::of(&case["upstream_grads"]["y"]));
    let pass = Pass { z: &z, out: &y, gradient: &gradient, lanes };
    let mut into = vec![L::ZERO; features * lanes];
    L::vector_gradient(activation, params, pass, &mut into, Write::Set);
    let expected = Tensor::of(&case["f64"]["grads"]["inputs.x"]).data;
    assert_close(&format!("∂{id}"), &by_sample(&into, features, samples), &expected, relative);
    // Added to what is there.
    L::vector_gradient(activation, params, pass, &mut into, Write::Add);
    let twice: Vec<f64> = expected.iter().map(|g| 2.0 * g).collect();
    assert_close(&format!("2∂{id}"), &by_sample(&into, features, samples), &twice, relative);
}

#[test]
fn activations_of_whole_layers_equal_pytorch() {
    for (id, params) in [
        ("softmax", &[1.0][..]),
        ("log_softmax", &[]),
        ("softmin", &[]),
        ("sparsemax", &[]),
        ("maxout", &[3.0]),
        ("crelu", &[]),
        ("glu", &[]),
        ("reglu", &[]),
        ("geglu", &[]),
    ] {
        check_vector::<f64>(id, params, 1e-12);
        check_vector::<Lane>(id, params, 1e-6);
    }
}

/// PReLU is leaky ReLU with a slope of its own for each unit, trained with the weights.
fn check_prelu<L: Number>(relative: f64) {
    let case = read("layers/vec_prelu_param.json");
    let (x, a) = (Tensor::of(&case["inputs"]["x"]), Tensor::of(&case["weights"]["a"]));
    let (samples, units) = (x.rows(), x.columns());
    let mut graph = Graph::new();
    let raw = graph.input(Shape::new(&[units]));
    let identity = graph.parameter("identity", units, units);
    let z = graph.matmul(raw, identity, "identity").unwrap();
    let slopes = graph.parameter("slopes", units, 1);
    let y = graph.activate_learned(z, activation::find("leaky_relu").unwrap(), slopes, "prelu").unwrap();
    let target = graph.input(Shape::new(&[units]));
    graph.loss(y, target, Loss::Mse).unwrap();
    let eye = (0..units * units).map(|at| f64::from(u8::from(at % (units + 1) == 0)));
    let weights: Vec<L::Scalar> = eye.chain(a.data.iter().copied()).map(L::Scalar::of).collect();
    let mut program = Program::<L>::compile(&graph, Mode::Train, samples);
    let expected = Tensor::of(&case["f64"]["outputs"]["y"]);
    let upstream = Tensor::of(&case["upstream_grads"]["y"]);
    let half = (units * samples) as f64 / 2.0;
    program.load(raw, samples, |s, f| L::Scalar::of(x.at(s, f)));
    program.load(target, samples, |s, f| L::Scalar::of(expected.at(s, f) - upstream.at(s, f) * half));
    program.forward(&weights);
    program.backward(&weights);
    assert_close("prelu", &by_sample(program.value(y), units, samples), &expected.data, relative);
    let gradients: Vec<f64> = program.parameter_gradients()[units * units..].iter().map(|g| g.wide()).collect();
    assert_close("∂a", &gradients, &Tensor::of(&case["f64"]["grads"]["weights.a"]).data, relative);
    let of_z = by_sample(program.gradient(z), units, samples);
    assert_close("∂x", &of_z, &Tensor::of(&case["f64"]["grads"]["inputs.x"]).data, relative);
}

#[test]
fn a_learned_parameter_per_unit_equals_pytorch() {
    check_prelu::<f64>(1e-12);
    check_prelu::<Lane>(1e-6);
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let mut graph = Graph::new();
    let x: Node = graph.input(Shape::new(&[3]));
    let w = graph.parameter("w", 2, 4);
    let error = graph.matmul(x, w, "layers.0").unwrap_err();
    assert_eq!(error.to_string(), "layers.0: weights [2, 4] need 4 inputs, got [3, batch]");
}
