//! Twenty training steps of whole networks (convolution, recurrence, attention, low-rank updates on a frozen base, capsules)
//! against PyTorch's in `../shared/golden/nets`: every file there.

mod common;

use activation_playground::Error;
use activation_playground::activation::{self, Number};
use activation_playground::graph::{Convolution, Graph, Mode, Node, Pool, PoolKind, Program, Reduction, Window};
use activation_playground::layer::{
    Activated, Adapter, Capsules, Conv2d, Dense, Embedding, LayerNorm, LearnedPositions, Lora, Lstm, Rnn,
    TransformerBlock,
};
use activation_playground::loss::Loss;
use activation_playground::optimizer::{Block, Optimizer};
use activation_playground::real::{Lane, Scalar};
use activation_playground::tensor::Shape;
use common::{Tensor, assert_close, by_sample, golden, number, numbers, optimizer, read};
use serde_json::Value;
use std::collections::BTreeSet;

/// Where samples go in, the logits, the loss, and what weights are called here and in the file.
struct Net {
    input: Node,
    out: Node,
    loss: Loss,
    names: Vec<(&'static str, &'static str)>,
}

type Build = fn(&mut Graph, &Value) -> Result<Net, Error>;

fn activated(id: &str) -> Activated {
    Activated::new(activation::find(id).unwrap())
}

const OUT: [(&str, &str); 2] = [("out.weight", "out_W"), ("out.bias", "out_b")];

fn cnn(graph: &mut Graph, _: &Value) -> Result<Net, Error> {
    let input = graph.input(Shape::new(&[1, 8, 8]));
    let convolution = Convolution { window: Window::square(3), groups: 1 };
    let conv = Conv2d { channels: 3, convolution, activation: Some(activated("relu")) }.build(graph, input, "conv")?.a;
    let window = Window { stride: [2; 2], ..Window::square(2) };
    let pooled = graph.pool2d(conv, Pool { kind: PoolKind::Max, window })?;
    let flat = graph.flatten(pooled);
    let out = Dense { units: 3, activation: None }.build(graph, flat, "out")?.a;
    let names = [("conv.weight", "conv_W"), ("conv.bias", "conv_b")].into_iter().chain(OUT).collect();
    Ok(Net { input, out, loss: Loss::CROSS_ENTROPY, names })
}

fn recurrent(graph: &mut Graph, case: &Value) -> Result<Net, Error> {
    let input = graph.input(Shape::new(&[8, 1]));
    let hidden = number(&case["spec"]["hidden"]) as usize;
    let last = if case["spec"]["net"].as_str().unwrap().starts_with("lstm") {
        Lstm::new(hidden).build(graph, input, None, "r")?.last
    } else {
        Rnn::new(hidden).build(graph, input, None, "r")?.last
    };
    let out = Dense { units: 1, activation: None }.build(graph, last, "out")?.a;
    let weights = [("r.weight_ih_l0", "weight_ih"), ("r.weight_hh_l0", "weight_hh")];
    let biases = [("r.bias_ih_l0", "bias_ih"), ("r.bias_hh_l0", "bias_hh")];
    Ok(Net { input, out, loss: Loss::Mse, names: weights.into_iter().chain(biases).chain(OUT).collect() })
}

const TRANSFORMER: [(&str, &str); 18] = [
    ("emb.weight", "emb"),
    ("pos.weight", "pos"),
    ("b.attention.q_proj.weight", "Wq"),
    ("b.attention.q_proj.bias", "bq"),
    ("b.attention.k_proj.weight", "Wk"),
    ("b.attention.k_proj.bias", "bk"),
    ("b.attention.v_proj.weight", "Wv"),
    ("b.attention.v_proj.bias", "bv"),
    ("b.attention.out_proj.weight", "Wo"),
    ("b.attention.out_proj.bias", "bo"),
    ("b.ln1.weight", "ln1_g"),
    ("b.ln1.bias", "ln1_b"),
    ("b.ln2.weight", "ln2_g"),
    ("b.ln2.bias", "ln2_b"),
    ("b.linear1.weight", "W1"),
    ("b.linear1.bias", "b1"),
    ("b.linear2.weight", "W2"),
    ("b.linear2.bias", "b2"),
];
const LORA: [(&str, &str); 4] = [
    ("b.attention.q_proj.lora_A", "lora_q_A"),
    ("b.attention.q_proj.lora_B", "lora_q_B"),
    ("b.attention.v_proj.lora_A", "lora_v_A"),
    ("b.attention.v_proj.lora_B", "lora_v_B"),
];

fn transformer(graph: &mut Graph, case: &Value) -> Result<Net, Error> {
    let spec = &case["spec"];
    let has_lora = spec["adapter"].as_str() == Some("lora");
    let lora = Lora { rank: number(&spec["rank"]) as usize, scale: number(&spec["lora_scale"]) };
    let input = graph.input_of_indices(Shape::new(&[6]), 9);
    let words = Embedding { vocabulary: 9, dim: 6 }.build(graph, input, "emb")?.0;
    let placed = LearnedPositions.build(graph, words, "pos")?;
    let block = TransformerBlock {
        heads: 2,
        causal: spec["causal"].as_bool().unwrap(),
        hidden: 10,
        activation: activated("gelu"),
        norm: LayerNorm::default(),
        adapter: has_lora.then_some(Adapter::Lora(lora)),
    };
    let seen = block.build(graph, placed, "b")?.out;
    let mean = graph.reduce(seen, 0, Reduction::Mean)?;
    let out = Dense { units: 2, activation: None }.build(graph, mean, "out")?.a;
    let lora = LORA.into_iter().filter(|_| has_lora);
    let names = TRANSFORMER.into_iter().chain(lora).chain(OUT).collect();
    Ok(Net { input, out, loss: Loss::CROSS_ENTROPY, names })
}

fn capsules(graph: &mut Graph, _: &Value) -> Result<Net, Error> {
    let input = graph.input(Shape::new(&[16]));
    let primary = Dense { units: 12, activation: None }.build(graph, input, "prim")?.a;
    let vectors = graph.reshape(primary, &[4, 3])?;
    let squashed = graph.squash(vectors);
    let layer = Capsules { count: 3, dim: 4, iterations: 3 };
    let out = layer.build(graph, squashed, "c")?.lengths;
    let names = vec![("prim.weight", "prim_W"), ("prim.bias", "prim_b"), ("c.weight", "W")];
    Ok(Net { input, out, loss: Loss::Margin, names })
}

fn check<L: Number>(name: &str, build: Build, [loss_off, weight_off]: [f64; 2]) {
    let case = read(&format!("nets/{name}.json"));
    let mut graph = Graph::new();
    let net = build(&mut graph, &case).unwrap_or_else(|error| panic!("{name}: {error}"));
    let data = &case["data"];
    let x = Tensor::of(data.get("x").unwrap_or(&data["ids"]));
    let y = Tensor::of(&data["y"]);
    let targets = y.data.len() / y.rows();
    let target = graph.input(Shape::new(&[targets]));
    let loss = graph.loss(net.out, target, net.loss).unwrap();
    graph.minimise(loss).unwrap();
    let frozen: Vec<&str> = case["frozen"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for (own, _) in net.names.iter().filter(|(_, theirs)| frozen.contains(theirs)) {
        assert_eq!(graph.set_trained(own, false), 1, "{own}");
    }
    let range = |own: &str| {
        let found = graph.parameters().iter().find(|info| info.name == own);
        found.unwrap_or_else(|| panic!("no {own}")).range()
    };
    let mut weights = vec![L::Scalar::of(0.0); graph.parameter_count()];
    for (own, theirs) in &net.names {
        let start = Tensor::of(&case["init"][theirs]).data;
        weights[range(own)].iter_mut().zip(start).for_each(|(w, start)| *w = L::Scalar::of(start));
    }
    let before = weights.clone();
    let batches: Vec<Vec<usize>> = case["batches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rows| numbers(rows).into_iter().map(|row| row as usize).collect())
        .collect();
    let mut program = Program::<L>::compile(&graph, Mode::Train, batches[0].len());
    let mut trainer = Optimizer::new(optimizer(&case), &Block::of(&graph));
    let mut memory = trainer.memory();
    let rate = number(&case["optimizer"]["lr"]);
    let expected = &case["expected"]["f64"];
    let features = x.data.len() / x.rows();
    for (step, (rows, wanted)) in batches.iter().zip(numbers(&expected["loss"])).enumerate() {
        program.load(net.input, rows.len(), |s, f| L::Scalar::of(x.data[rows[s] * features + f]));
        program.load(target, rows.len(), |s, f| L::Scalar::of(y.data[rows[s] * targets + f]));
        program.forward(&weights);
        let got = program.mean_loss(loss);
        assert!((got - wanted).abs() <= loss_off * wanted, "{name}, step {step}: loss {got}, expected {wanted}");
        program.backward(&weights);
        if step == 0 {
            let out = by_sample(program.value(net.out), graph.shape(net.out).features(), rows.len());
            let relative = loss_off.min(1e-5);
            assert_close(&format!("{name}: output"), &out, &Tensor::of(&expected["step0_output"]).data, relative);
            for (own, theirs) in net.names.iter().filter(|(_, theirs)| !frozen.contains(theirs)) {
                let got: Vec<f64> = program.parameter_gradients()[range(own)].iter().map(|g| g.wide()).collect();
                let wanted = Tensor::of(&expected["step0_grads"][theirs]).data;
                assert_close(&format!("{name}: ∂{theirs}"), &got, &wanted, relative);
            }
        }
        trainer.step(&mut memory, &mut weights, program.parameter_gradients(), rate);
    }
    let arbitrary = case.get("do_not_compare").and_then(Value::as_array).cloned().unwrap_or_default();
    for (own, theirs) in &net.names {
        let got = &weights[range(own)];
        if frozen.contains(theirs) {
            assert_eq!(got, &before[range(own)], "{name}: {theirs} is frozen");
            continue;
        }
        if arbitrary.contains(&Value::from(*theirs)) {
            continue;
        }
        for (got, wanted) in got.iter().zip(Tensor::of(&expected["final_params"][theirs]).data) {
            let off = (got.wide() - wanted).abs();
            assert!(off <= weight_off, "{name}: {theirs} is off by {off}");
        }
    }
}

const FILES: &[(&str, Build)] = &[
    ("cnn_relu_sgd", cnn),
    ("lstm_regression_adam", recurrent),
    ("rnn_regression_sgd", recurrent),
    ("transformer_full_adam", transformer),
    ("transformer_lora_frozen_adamw", transformer),
    ("capsules_adam", capsules),
];

#[test]
fn twenty_steps_in_f64_equal_pytorch() {
    for &(name, build) in FILES {
        check::<f64>(name, build, [1e-10, 1e-10]);
    }
}

#[test]
fn twenty_steps_in_f32_equal_pytorch() {
    for &(name, build) in FILES {
        check::<Lane>(name, build, [1e-4, 5e-6]);
    }
}

#[test]
fn every_golden_net_is_compared() {
    let here: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_string()).collect();
    let there: BTreeSet<String> = golden("nets").into_iter().collect();
    assert_eq!(here, there);
}
