//! Fifty training steps from given weights and batches, against PyTorch's in `../shared/golden/training`: every file there.

mod common;

use activation_playground::activation::{self, Nonlinearity, Number};
use activation_playground::experiment::{LearnSpec, RegularizationSpec, ScheduleSpec};
use activation_playground::graph::{Graph, Mode, Program};
use activation_playground::layer::{Activated, Dense};
use activation_playground::loss::Loss;
use activation_playground::optimizer::{Block, Optimizer};
use activation_playground::real::{Lane, Scalar};
use activation_playground::schedule::{Plateau, Schedule};
use activation_playground::tensor::Shape;
use common::{Tensor, assert_close, golden, number, numbers, optimizer, read};
use serde_json::Value;

/// What PyTorch calls it, and what the catalogue does.
fn find(name: &str) -> Option<&'static dyn activation::Activation> {
    match name {
        "identity" => None,
        other => Some(activation::find(other).unwrap_or_else(|| panic!("no activation {other}"))),
    }
}

/// With one update in an epoch, as the files count.
fn schedule(case: &Value) -> Schedule {
    let (given, rate) = (&case["lr_schedule"], number(&case["optimizer"]["lr"]));
    let spec = match given["type"].as_str() {
        None => ScheduleSpec::named("constant").unwrap(),
        Some("cosine") => {
            let floor = number(&given["eta_min"]) / rate;
            ScheduleSpec::named("cosine").unwrap().with("period", number(&given["t_max"])).with("floor", floor)
        }
        Some(other) => panic!("no schedule {other}"),
    };
    Schedule::new(spec, 1)
}

fn regularization(case: &Value) -> RegularizationSpec {
    let of = |value: &Value| if value.is_null() { 0.0 } else { number(value) };
    let penalties = &case["regularization"];
    RegularizationSpec {
        l1: of(&penalties["l1"]),
        l2: of(&penalties["l2"]),
        clip_norm: of(&case["grad_clip_norm"]),
        ..RegularizationSpec::default()
    }
}

/// How far a run was off, at most.
#[derive(Debug, Default)]
struct Off {
    /// Relatively.
    loss: f64,
    parameters: f64,
}

struct Tolerance {
    loss: f64,
    parameters: f64,
    gradients: f64,
}

fn check<L: Number>(name: &str, tolerance: &Tolerance) -> Off {
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
    let blocks = Block::of(&graph);
    let (schedule, regularization) = (schedule(&case), regularization(&case));
    let mut optimizer = Optimizer::new(optimizer(&case), &blocks);
    let mut memory = optimizer.memory();
    let mut off = Off::default();
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
        losses.push(program.mean_loss(loss) + regularization.penalty(&blocks, &weights));
        program.backward(&weights);
        let mut of_loss = program.parameter_gradients().to_vec();
        regularization.change_gradients(&blocks, &weights, &mut of_loss);
        if step == 0 {
            // The files have them before they are clipped.
            let mut gradients = program.parameter_gradients().to_vec();
            RegularizationSpec { clip_norm: 0.0, ..regularization }.change_gradients(&blocks, &weights, &mut gradients);
            let gradients = wide(&gradients);
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
        let rate = rate * schedule.factor(step as u64, &Plateau::NEW);
        optimizer.step(&mut memory, &mut weights, &of_loss, rate);
        if let Some(parameters) = expected["params_after_step"].get((step + 1).to_string()) {
            let (got, expected) = (wide(&weights), flat(parameters));
            for (at, (got, expected)) in got.iter().zip(&expected).enumerate() {
                let by = (got - expected).abs();
                off.parameters = off.parameters.max(by);
                assert!(by <= tolerance.parameters, "{name}, step {}: parameter {at} is off by {by}", step + 1);
            }
        }
    }
    for (step, (got, expected)) in losses.iter().zip(numbers(&expected["loss"])).enumerate() {
        let by = (got - expected).abs() / expected;
        off.loss = off.loss.max(by);
        assert!(by <= tolerance.loss, "{name}: loss of step {step} is {got}, expected {expected}");
    }
    off
}

/// Names of all files of the folder.
fn files() -> Vec<String> {
    let names = golden("training");
    assert_eq!(names.len(), 10, "{names:?}");
    names
}

#[test]
fn fifty_steps_in_f64_equal_pytorch() {
    for name in files() {
        let off = check::<f64>(&name, &Tolerance { loss: 1e-10, parameters: 1e-10, gradients: 1e-10 });
        println!("{name}: {off:?}");
    }
}

#[test]
fn fifty_steps_in_f32_equal_pytorch() {
    for name in files() {
        let off = check::<Lane>(&name, &Tolerance { loss: 1e-4, parameters: 5e-6, gradients: 1e-5 });
        println!("{name}: {off:?}");
    }
}
