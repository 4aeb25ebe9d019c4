//! Every layer and every loss, its output and all its gradients, against PyTorch's in `../shared/golden/layers`.

mod common;

use activation_playground::Error;
use activation_playground::activation::vector;
use activation_playground::activation::{self, Number};
use activation_playground::graph::{
    Convolution, DropoutKind, Graph, Mode, Node, Pool, PoolKind, Program, Reduction, Role, Window,
};
use activation_playground::layer::{
    Activated, Adapter, Capsules, Conv2d, Dense, Embedding, Gru, LayerNorm, Lora, Lstm, MultiheadAttention, Rnn,
    TransformerBlock,
};
use activation_playground::loss::Loss;
use activation_playground::random::{Purpose, Random};
use activation_playground::real::{Lane, Scalar};
use activation_playground::tensor::Shape;
use common::{Tensor, assert_close, by_sample, golden, read};
use serde_json::Value;
use std::collections::BTreeSet;

/// A golden file, and the graph that is to reproduce it.
struct Setup {
    case: Value,
    graph: Graph,
    inputs: Vec<(String, Node)>,
    outputs: Vec<(String, Node)>,
    /// Names of weights, here and in the file.
    weights: Vec<(String, String)>,
    loss: Option<Node>,
}

impl Setup {
    /// An input of the file, with these axes for each sample, whose gradient is compared.
    fn input(&mut self, name: &str, axes: &[usize]) -> Node {
        let node = self.target(name, axes);
        self.graph.track(node);
        node
    }

    /// An input of the file that has no gradient.
    fn target(&mut self, name: &str, axes: &[usize]) -> Node {
        let node = self.graph.input(Shape::new(axes));
        self.inputs.push((name.into(), node));
        node
    }

    fn output(&mut self, name: &str, node: Node) {
        self.outputs.push((name.into(), node));
    }

    /// Weights that are called so here and so in the file.
    fn named(&mut self, pairs: &[(&str, &str)]) {
        self.weights.extend(pairs.iter().map(|&(own, theirs)| (own.into(), theirs.into())));
    }

    fn number(&self, param: &str) -> usize {
        self.case["params"][param].as_u64().unwrap_or_else(|| panic!("{param}")) as usize
    }
}

type Build = fn(&mut Setup) -> Result<(), Error>;

/// Everything in the file, in one number type.
fn compare<L: Number>(name: &str, build: Build, mode: Mode, relative: f64) {
    let case = read(&format!("layers/{name}.json"));
    let mut setup = Setup { case, graph: Graph::new(), inputs: vec![], outputs: vec![], weights: vec![], loss: None };
    build(&mut setup).unwrap_or_else(|error| panic!("{name}: {error}"));
    let Setup { case, mut graph, inputs, outputs, weights: names, loss } = setup;
    let of_inputs: Vec<Tensor> = inputs.iter().map(|(name, _)| Tensor::of(&case["inputs"][name])).collect();
    let samples = of_inputs[0].data.len() / graph.shape(inputs[0].1).features();
    // Without a loss, what is minimised is the sum of all outputs times the upstream gradients of the file.
    let mut upstream = vec![];
    let objective = loss.unwrap_or_else(|| {
        let parts: Vec<Node> = outputs
            .iter()
            .map(|(name, node)| {
                let flat = graph.flatten(*node);
                let felt = graph.input(graph.shape(flat).clone());
                upstream.push((felt, Tensor::of(&case["upstream_grads"][name])));
                let product = graph.multiply(flat, felt).unwrap();
                let sum = graph.reduce(product, 0, Reduction::Sum).unwrap();
                graph.reshape(sum, &[1]).unwrap()
            })
            .collect();
        let terms: Vec<(f64, Node)> = parts.into_iter().map(|part| (1.0, part)).collect();
        graph.combine(&terms).unwrap()
    });
    graph.minimise(objective).unwrap();
    let mut weights = vec![L::Scalar::of(0.0); graph.parameter_count()];
    let range = |name: &str| {
        let found = graph.parameters().iter().find(|info| info.name == name);
        found.unwrap_or_else(|| panic!("no weight {name} in {:?}", graph.parameters())).range()
    };
    let before = |theirs: &str| match theirs.strip_prefix("running.") {
        Some(of) => Tensor::of(&case["running_before"][of]),
        None => Tensor::of(&case["weights"][theirs]),
    };
    for (own, theirs) in &names {
        let numbers = before(theirs).data;
        weights[range(own)].iter_mut().zip(numbers).for_each(|(weight, number)| *weight = L::Scalar::of(number));
    }
    let mut program = Program::<L>::compile(&graph, mode, samples);
    for ((_, node), tensor) in inputs.iter().zip(&of_inputs) {
        let features = graph.shape(*node).features();
        program.load(*node, samples, |s, f| L::Scalar::of(tensor.data[s * features + f]));
    }
    for (node, tensor) in &upstream {
        let features = graph.shape(*node).features();
        program.load(*node, samples, |s, f| L::Scalar::of(tensor.data[s * features + f]));
    }
    program.forward(&weights);
    let expected = |part: &str, name: &str| Tensor::of(&case["f64"][part][name]).data;
    for (output, node) in &outputs {
        let got = by_sample(program.value(*node), graph.shape(*node).features(), samples);
        assert_close(&format!("{name}: {output}"), &got, &expected("outputs", output), relative);
    }
    let mut factor = samples as f64;
    if let Some(loss) = loss {
        assert_close(name, &[program.mean_loss(loss)], &expected("outputs", "loss"), relative);
        factor = Tensor::of(&case["upstream_grads"]["loss"]).data[0];
    }
    if mode == Mode::Evaluate {
        return;
    }
    program.backward(&weights);
    for (input, node) in inputs.iter().filter(|(_, node)| !program.gradient(*node).is_empty()) {
        let got = by_sample(program.gradient(*node), graph.shape(*node).features(), samples);
        let got: Vec<f64> = got.into_iter().map(|g| g * factor).collect();
        let wanted = expected("grads", &format!("inputs.{input}"));
        assert_close(&format!("{name}: ∂{input}"), &got, &wanted, relative);
    }
    let trained = names.iter().filter(|(_, theirs)| !theirs.starts_with("running."));
    for (own, theirs) in trained {
        let got = program.parameter_gradients()[range(own)].iter().map(|g| g.wide() * factor).collect::<Vec<_>>();
        let wanted = expected("grads", &format!("weights.{theirs}"));
        assert_close(&format!("{name}: ∂{theirs}"), &got, &wanted, relative);
    }
    program.settle(&mut weights);
    for (own, theirs) in names.iter().filter(|(_, theirs)| theirs.starts_with("running.")) {
        let got: Vec<f64> = weights[range(own)].iter().map(|w| w.wide()).collect();
        let wanted = Tensor::of(&case["running_after"][&theirs["running.".len()..]]).data;
        assert_close(&format!("{name}: {theirs}"), &got, &wanted, relative);
    }
}

/// The activation of this id.
fn activated(id: &str) -> Activated {
    Activated::new(activation::find(id).unwrap())
}

fn linear(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[5]);
    let y = Dense { units: 4, activation: None }.build(&mut setup.graph, x, "l")?.a;
    setup.named(&[("l.weight", "W"), ("l.bias", "b")]);
    setup.output("y", y);
    Ok(())
}

fn convolution(
    setup: &mut Setup,
    image: [usize; 3],
    channels: usize,
    side: usize,
    padding: usize,
) -> Result<(), Error> {
    let x = setup.input("x", &image);
    let window = Window { padding: [padding; 2], ..Window::square(side) };
    let layer = Conv2d { channels, convolution: Convolution { window, groups: 1 }, activation: None };
    let y = layer.build(&mut setup.graph, x, "c")?.a;
    setup.named(&[("c.weight", "W"), ("c.bias", "b")]);
    setup.output("y", y);
    Ok(())
}

fn conv1d(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[2, 9]);
    let graph = &mut setup.graph;
    let (weight, bias) = (graph.weight("w", &[3, 2, 3]), graph.bias("b", 3));
    let window = Window { kernel: [1, 3], padding: [0, 1], ..Window::square(1) };
    let y = graph.conv1d(x, weight, Some(bias), Convolution { window, groups: 1 })?;
    setup.named(&[("w", "W"), ("b", "b")]);
    setup.output("y", y);
    Ok(())
}

fn pool(setup: &mut Setup, kind: PoolKind, image: [usize; 3]) -> Result<(), Error> {
    let x = setup.input("x", &image);
    let window = Window { stride: [2; 2], ..Window::square(2) };
    let y = setup.graph.pool2d(x, Pool { kind, window })?;
    setup.output("y", y);
    Ok(())
}

fn global_average(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[3, 4, 5]);
    let flat = setup.graph.reshape(x, &[3, 20])?;
    let y = setup.graph.reduce(flat, 1, Reduction::Mean)?;
    setup.output("y", y);
    Ok(())
}

fn batch_norm(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[4]);
    let y = activation_playground::layer::BatchNorm::default().build(&mut setup.graph, x, "n")?;
    setup.named(&[("n.weight", "gamma"), ("n.bias", "beta")]);
    setup.named(&[("n.running_mean", "running.mean"), ("n.running_var", "running.var")]);
    setup.output("y", y);
    Ok(())
}

fn layer_norm(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[6]);
    let y = LayerNorm::default().build(&mut setup.graph, x, "n")?;
    setup.named(&[("n.weight", "gamma"), ("n.bias", "beta")]);
    setup.output("y", y);
    Ok(())
}

fn rms_norm(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[6]);
    let y = activation_playground::layer::RmsNorm::default().build(&mut setup.graph, x, "n")?;
    setup.named(&[("n.weight", "gamma")]);
    setup.output("y", y);
    Ok(())
}

fn embedding(setup: &mut Setup) -> Result<(), Error> {
    let ids = setup.target("ids", &[4]);
    let y = Embedding { vocabulary: 7, dim: 4 }.build(&mut setup.graph, ids, "e")?.0;
    setup.named(&[("e.weight", "W")]);
    setup.output("y", y);
    Ok(())
}

fn residual(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[5]);
    let graph = &mut setup.graph;
    let middle = Dense { units: 8, activation: Some(activated("tanh")) }.build(graph, x, "one")?.a;
    let out = Dense { units: 5, activation: None }.build(graph, middle, "two")?.a;
    let y = graph.add(x, out)?;
    setup.named(&[("one.weight", "W1"), ("one.bias", "b1"), ("two.weight", "W2"), ("two.bias", "b2")]);
    setup.output("y", y);
    Ok(())
}

const RECURRENT: [(&str, &str); 4] = [
    ("r.weight_ih_l0", "weight_ih_l0"),
    ("r.weight_hh_l0", "weight_hh_l0"),
    ("r.bias_ih_l0", "bias_ih_l0"),
    ("r.bias_hh_l0", "bias_hh_l0"),
];

fn rnn(setup: &mut Setup, id: &str, steps: usize) -> Result<(), Error> {
    let (inputs, hidden) = (setup.number("input"), setup.number("hidden"));
    let (x, h) = (setup.input("x", &[steps, inputs]), setup.input("h0", &[hidden]));
    let nodes = Rnn { hidden, activation: activated(id) }.build(&mut setup.graph, x, Some(h), "r")?;
    setup.named(&RECURRENT);
    setup.output("y", nodes.states);
    setup.output("hn", nodes.last);
    Ok(())
}

fn lstm(setup: &mut Setup) -> Result<(), Error> {
    let (x, h, c) = (setup.input("x", &[5, 3]), setup.input("h0", &[4]), setup.input("c0", &[4]));
    let nodes = Lstm::new(4).build(&mut setup.graph, x, Some((h, c)), "r")?;
    setup.named(&RECURRENT);
    setup.output("y", nodes.states);
    setup.output("hn", nodes.last);
    setup.output("cn", nodes.cell.unwrap());
    Ok(())
}

fn gru(setup: &mut Setup) -> Result<(), Error> {
    let (x, h) = (setup.input("x", &[5, 3]), setup.input("h0", &[4]));
    let nodes = Gru::new(4).build(&mut setup.graph, x, Some(h), "r")?;
    setup.named(&RECURRENT);
    setup.output("y", nodes.states);
    setup.output("hn", nodes.last);
    Ok(())
}

const ATTENTION: [(&str, &str); 8] = [
    ("a.q_proj.weight", "Wq"),
    ("a.q_proj.bias", "bq"),
    ("a.k_proj.weight", "Wk"),
    ("a.k_proj.bias", "bk"),
    ("a.v_proj.weight", "Wv"),
    ("a.v_proj.bias", "bv"),
    ("a.out_proj.weight", "Wo"),
    ("a.out_proj.bias", "bo"),
];

fn attention(setup: &mut Setup, positions: usize, causal: bool) -> Result<(), Error> {
    let (dim, heads) = (setup.number("dim"), setup.number("heads"));
    let x = setup.input("x", &[positions, dim]);
    let nodes = MultiheadAttention { heads, causal, lora: None }.build(&mut setup.graph, x, "a")?;
    setup.named(&ATTENTION);
    setup.output("y", nodes.out);
    setup.output("attention", nodes.weights);
    Ok(())
}

fn block(setup: &mut Setup, positions: usize, adapter: Option<Adapter>) -> Result<(), Error> {
    let (dim, heads, hidden) = (setup.number("dim"), setup.number("heads"), setup.number("ff"));
    let x = setup.input("x", &[positions, dim]);
    let has_lora = adapter.is_some();
    let norm = LayerNorm::default();
    let block = TransformerBlock { heads, causal: true, hidden, activation: activated("gelu"), norm, adapter };
    let y = block.build(&mut setup.graph, x, "b")?.out;
    let own = |name: &str| format!("b.attention{}", &name[1..]);
    setup.weights.extend(ATTENTION.iter().map(|(name, theirs)| (own(name), (*theirs).into())));
    setup.named(&[
        ("b.ln1.weight", "ln1_g"),
        ("b.ln1.bias", "ln1_b"),
        ("b.ln2.weight", "ln2_g"),
        ("b.ln2.bias", "ln2_b"),
    ]);
    setup.named(&[
        ("b.linear1.weight", "W1"),
        ("b.linear1.bias", "b1"),
        ("b.linear2.weight", "W2"),
        ("b.linear2.bias", "b2"),
    ]);
    if has_lora {
        setup.named(&[("b.attention.q_proj.lora_A", "lora_q_A"), ("b.attention.q_proj.lora_B", "lora_q_B")]);
        setup.named(&[("b.attention.v_proj.lora_A", "lora_v_A"), ("b.attention.v_proj.lora_B", "lora_v_B")]);
    }
    setup.output("y", y);
    Ok(())
}

fn capsules(setup: &mut Setup) -> Result<(), Error> {
    let u = setup.input("u", &[5, 3]);
    let layer = Capsules { count: 3, dim: 4, iterations: 3 };
    let nodes = layer.build(&mut setup.graph, u, "c")?;
    setup.named(&[("c.weight", "W")]);
    setup.output("v", nodes.capsules);
    setup.output("coupling", nodes.coupling);
    setup.output("lengths", nodes.lengths);
    Ok(())
}

fn squash(setup: &mut Setup) {
    let s = setup.input("s", &[3]);
    let v = setup.graph.squash(s);
    setup.output("v", v);
}

fn whole_layer(setup: &mut Setup, id: &str, units: usize, params: &[f64]) -> Result<(), Error> {
    let x = setup.input("x", &[units]);
    let y = setup.graph.vector(x, vector::find(id).unwrap(), params)?;
    setup.output("y", y);
    Ok(())
}

fn prelu(setup: &mut Setup) -> Result<(), Error> {
    let x = setup.input("x", &[3]);
    let slopes = setup.graph.parameter("a", &[3, 1], Role::Activation);
    let y = setup.graph.activate_learned(x, activation::find("prelu").unwrap(), slopes)?;
    setup.named(&[("a", "a")]);
    setup.output("y", y);
    Ok(())
}

fn loss(setup: &mut Setup, loss: Loss, [logits, target]: [&str; 2], outputs: usize) -> Result<(), Error> {
    let z = setup.input(logits, &[outputs]);
    let y = setup.target(target, &[loss.targets(1, outputs)]);
    setup.loss = Some(setup.graph.loss(z, y, loss)?);
    Ok(())
}

/// Targets of ±1, which the engine has as 1 and 0.
fn hinge(setup: &mut Setup) -> Result<(), Error> {
    let labels = setup.case["inputs"]["y"]["data"].as_array_mut().unwrap();
    labels.iter_mut().for_each(|label| *label = Value::from(0.5 * (label.as_f64().unwrap() + 1.0)));
    loss(setup, Loss::Hinge, ["score", "y"], 1)
}

const LORA: Adapter = Adapter::Lora(Lora { rank: 2, scale: 0.5 });
const PREDICTED: [&str; 2] = ["pred", "target"];

/// Every golden file, and what reproduces it.
const FILES: &[(&str, Build)] = &[
    ("linear", linear),
    ("conv2d_3x3_pad1", |setup| convolution(setup, [2, 7, 6], 3, 3, 1)),
    ("conv2d_5x5_valid", |setup| convolution(setup, [1, 9, 9], 2, 5, 0)),
    ("conv1d", conv1d),
    ("maxpool2d_2x2", |setup| pool(setup, PoolKind::Max, [2, 6, 5])),
    ("maxpool2d_ties", |setup| pool(setup, PoolKind::Max, [1, 4, 4])),
    ("avgpool2d_2x2", |setup| pool(setup, PoolKind::Average, [2, 6, 5])),
    ("global_avgpool2d", global_average),
    ("batchnorm1d_train", batch_norm),
    ("layernorm", layer_norm),
    ("rmsnorm", rms_norm),
    ("embedding", embedding),
    ("residual_mlp", residual),
    ("rnn_tanh", |setup| rnn(setup, "tanh", 5)),
    ("rnn_relu", |setup| rnn(setup, "relu", 4)),
    ("lstm", lstm),
    ("gru", gru),
    ("attention_causal", |setup| attention(setup, 4, true)),
    ("attention_full", |setup| attention(setup, 5, false)),
    ("transformer_block", |setup| block(setup, 4, None)),
    ("transformer_block_lora", |setup| block(setup, 3, Some(LORA))),
    ("capsule_routing_3", capsules),
    ("squash", |setup| {
        squash(setup);
        Ok(())
    }),
    ("vec_softmax", |setup| whole_layer(setup, "softmax", 6, &[])),
    ("vec_log_softmax", |setup| whole_layer(setup, "log_softmax", 6, &[])),
    ("vec_softmin", |setup| whole_layer(setup, "softmin", 5, &[])),
    ("vec_sparsemax", |setup| whole_layer(setup, "sparsemax", 5, &[])),
    ("vec_maxout", |setup| whole_layer(setup, "maxout", 6, &[3.0])),
    ("vec_crelu", |setup| whole_layer(setup, "crelu", 4, &[])),
    ("vec_glu", |setup| whole_layer(setup, "glu", 8, &[])),
    ("vec_reglu", |setup| whole_layer(setup, "reglu", 8, &[])),
    ("vec_geglu", |setup| whole_layer(setup, "geglu", 8, &[])),
    ("vec_prelu_param", prelu),
    ("loss_mse", |setup| loss(setup, Loss::Mse, PREDICTED, 3)),
    ("loss_mae", |setup| loss(setup, Loss::Mae, PREDICTED, 3)),
    ("loss_huber", |setup| loss(setup, Loss::Huber { delta: 1.0 }, PREDICTED, 2)),
    ("loss_bce_with_logits", |setup| loss(setup, Loss::Bce, ["logits", "target"], 1)),
    ("loss_cross_entropy", |setup| loss(setup, Loss::CROSS_ENTROPY, ["logits", "target"], 4)),
    ("loss_hinge", hinge),
    ("loss_capsule_margin", |setup| loss(setup, Loss::Margin, ["lengths", "target"], 5)),
];

#[test]
fn every_layer_and_loss_equals_pytorch() {
    for &(name, build) in FILES {
        compare::<f64>(name, build, Mode::Train, 1e-11);
        compare::<Lane>(name, build, Mode::Train, 1e-5);
    }
}

#[test]
fn batch_norm_in_evaluation_equals_pytorch() {
    compare::<f64>("batchnorm1d_eval", batch_norm, Mode::Evaluate, 1e-12);
    compare::<Lane>("batchnorm1d_eval", batch_norm, Mode::Evaluate, 1e-5);
}

/// Masks are drawn here, so each number is compared in a run whose mask has for it what the file has.
#[test]
fn dropout_equals_pytorch() {
    let case = read("layers/dropout_mask.json");
    let of = |value: &Value| Tensor::of(value).data;
    let (x, mask, felt) = (of(&case["inputs"]["x"]), of(&case["mask"]), of(&case["upstream_grads"]["y"]));
    let (y, of_x) = (of(&case["f64"]["outputs"]["y"]), of(&case["f64"]["grads"]["inputs.x"]));
    let mut graph = Graph::new();
    let (input, upstream) = (graph.input(Shape::new(&[5])), graph.input(Shape::new(&[5])));
    graph.track(input);
    let out = graph.dropout(input, DropoutKind::Zero, 0.3).unwrap();
    let product = graph.multiply(out, upstream).unwrap();
    let sum = graph.reduce(product, 0, Reduction::Sum).unwrap();
    graph.minimise(sum).unwrap();
    let mut program = Program::<f64>::compile(&graph, Mode::Train, 4);
    let mut compared = BTreeSet::new();
    for seed in 0..100 {
        program.seed(Random::new(seed, Purpose::Activation));
        program.load(input, 4, |s, f| x[s * 5 + f]);
        program.load(upstream, 4, |s, f| felt[s * 5 + f]);
        program.forward(&[]);
        program.backward(&[]);
        let (got, gradient) = (by_sample(program.value(out), 5, 4), by_sample(program.gradient(input), 5, 4));
        for at in (0..20).filter(|&at| (got[at] != 0.0) == (mask[at] != 0.0)) {
            assert!((got[at] - y[at]).abs() < 1e-12 && (4.0 * gradient[at] - of_x[at]).abs() < 1e-12, "number {at}");
            compared.insert(at);
        }
    }
    assert_eq!(compared.len(), 20, "some numbers were never compared");
}

#[test]
fn every_golden_layer_is_compared() {
    let here: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_string()).collect();
    let elsewhere = ["index", "batchnorm1d_eval", "dropout_mask"].map(String::from);
    let here: BTreeSet<String> = here.into_iter().chain(elsewhere).collect();
    let there: BTreeSet<String> = golden("layers").into_iter().collect();
    assert_eq!(here, there);
}
