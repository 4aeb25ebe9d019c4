//! Fifty training steps from given weights and batches, against PyTorch's in `../shared/golden/training`: all files whose
//! optimiser and regularisation the engine has.

mod common;

use activation_playground::activation::{self, Nonlinearity, Number};
use activation_playground::experiment::{LearnSpec, OptimizerSpec};
use activation_playground::graph::{Graph, Mode, Program};
use activation_playground::layer::{Activated, Dense};
use activation_playground::loss::Loss;
use activation_playground::optimizer::Optimizer;
use activation_playground::real::{Lane, Scalar};
use activation_playground::tensor::Shape;
use common::{Tensor, assert_close, number, numbers, read};
use serde_json::Value;

/// What PyTorch calls it, and what the catalogue does.
fn find(name: &str) -> Option<&'static dyn activation::Activation> {
    match name {
        "identity" => None,
        other => Some(activation::find(other).unwrap_or_else(|| panic!("no activation {other}"))),
    }
}

fn optimizer(case: &Value) -> OptimizerSpec {
    let rule = &case["optimizer"];
    match rule["type"].as_str().unwrap() {
        "sgd" if rule.get("momentum").is_some() => OptimizerSpec::Momentum { momentum: number(&rule["momentum"]) },
        "sgd" => OptimizerSpec::Sgd {},
        "adam" => {
            let betas = numbers(&rule["betas"]);
            OptimizerSpec::Adam { beta1: betas[0], beta2: betas[1], epsilon: number(&rule["eps"]) }
        }
        other => panic!("no optimiser {other}"),
    }
}

struct Tolerance {
    loss: f64,
    parameters: f64,
    gradients: f64,
}

fn check<L: Number>(name: &str, tolerance: &Tolerance) {
    let case = read(&format!("training/{name}.json"));
    let (x, y) = (Tensor::of(&case["data"]["x"]), Tensor::of(&case["data"]["y"]));
    let loss_kind = match case["loss"].as_str().unwrap() {
        "mse" => Loss::Mse,
        "bce_with_logits" => Loss::Bce,
        _ => Loss::CROSS_ENTROPY,
    };
    let mut graph = Graph::new();
    let input = graph.input(Shape::new(&[x.columns()]));
    let (mut last, mut layers) = (input, Vec::new());
    for (at, layer) in case["layers"].as_array().unwrap().iter().enumerate() {
        let activation = find(layer["activation"].as_str().unwrap()).map(|activation| {
            let params = activation.card().params.iter();
            let given = |id: &str| layer["activation_params"].get(id).map(number);
            let params = params.map(|param| given(param.id).unwrap_or(param.default)).collect();
            Activated { nonlinearity: Nonlinearity::Elementwise(activation.into()), params, learn: LearnSpec::Fixed }
        });
        let dense = Dense { units: number(&layer["out"]) as usize, activation };
        let nodes = dense.build(&mut graph, last, &format!("layers.{at}")).unwrap();
        last = nodes.a;
        layers.push(nodes);
    }
    let target = graph.input(Shape::new(&[y.columns()]));
    let loss = graph.loss(last, target, loss_kind).unwrap();
    graph.minimise(loss).unwrap();
    let names = |layer: usize| [format!("layers.{layer}.W"), format!("layers.{layer}.b")];
    let flat = |parameters: &Value| -> Vec<f64> {
        (0..layers.len()).flat_map(names).flat_map(|name| Tensor::of(&parameters[&name]).data).collect()
    };
    let mut weights: Vec<L::Scalar> = flat(&case["init"]).into_iter().map(L::Scalar::of).collect();
    let rate = number(&case["optimizer"]["lr"]);
    let mut optimizer = Optimizer::new(optimizer(&case), weights.len());
    let batches = case["batches"].as_array().unwrap();
    let largest = batches.iter().map(|batch| batch.as_array().unwrap().len()).max().unwrap();
    let mut program = Program::<L>::compile(&graph, Mode::Train, largest);
    let expected = &case["expected"]["f64"];
    let wide = |numbers: &[L::Scalar]| numbers.iter().map(|x| x.wide()).collect::<Vec<f64>>();
    let mut losses = Vec::new();
    for (step, batch) in batches.iter().enumerate() {
        let rows: Vec<usize> = numbers(batch).into_iter().map(|row| row as usize).collect();
        program.load(input, rows.len(), |s, f| L::Scalar::of(x.at(rows[s], f)));
        program.load(target, rows.len(), |s, f| L::Scalar::of(y.at(rows[s], f)));
        program.forward(&weights);
        losses.push(program.mean_loss(loss));
        program.backward(&weights);
        if step == 0 {
            let gradients = wide(program.parameter_gradients());
            assert_close(
                &format!("{name}: gradients"),
                &gradients,
                &flat(&expected["step0"]["grads"]),
                tolerance.gradients,
            );
            for (layer, nodes) in layers.iter().enumerate() {
                let z = Tensor::of(&expected["step0"]["pre_activations"][layer]);
                let got: Vec<f64> = (0..rows.len())
                    .flat_map(|s| (0..z.columns()).map(move |f| (s, f)))
                    .map(|(s, f)| program.row(nodes.z, f)[s].wide())
                    .collect();
                assert_close(&format!("{name}: z of layer {layer}"), &got, &z.data, tolerance.gradients);
            }
        }
        optimizer.step(&mut weights, program.parameter_gradients(), rate);
        if let Some(parameters) = expected["params_after_step"].get((step + 1).to_string()) {
            let (got, expected) = (wide(&weights), flat(parameters));
            for (at, (got, expected)) in got.iter().zip(&expected).enumerate() {
                let off = (got - expected).abs();
                assert!(off <= tolerance.parameters, "{name}, step {}: parameter {at} is off by {off}", step + 1);
            }
        }
    }
    for (step, (got, expected)) in losses.iter().zip(numbers(&expected["loss"])).enumerate() {
        let off = (got - expected).abs() / expected;
        assert!(off <= tolerance.loss, "{name}: loss of step {step} is {got}, expected {expected}");
    }
}

const FILES: [&str; 3] = ["sgd_relu_bce", "momentum_tanh_mse", "adam_gelu_ce"];

#[test]
fn fifty_steps_in_f64_equal_pytorch() {
    for name in FILES {
        check::<f64>(name, &Tolerance { loss: 1e-10, parameters: 1e-10, gradients: 1e-10 });
    }
}

#[test]
fn fifty_steps_in_f32_equal_pytorch() {
    for name in FILES {
        check::<Lane>(name, &Tolerance { loss: 1e-4, parameters: 5e-6, gradients: 1e-5 });
    }
}
