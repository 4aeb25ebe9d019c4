//! An experiment as the fragment of a link: readable keys, only what differs from the defaults, in a fixed order.
//!
//! Reading is lenient, because a link comes from somewhere else: what is not understood is listed and left out, what is out
//! of range is brought into it and listed.

use super::drawn;
use super::field::{self, Choice, Field};
use super::validate::one_of;
use super::{DataSpec, Experiment, LayerSpec, LossSpec, OptimizerSpec};
use crate::data::{self, OWN};
use crate::error::Problem;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::collections::BTreeMap;
use std::fmt::Write;

impl Experiment {
    /// The fragment without `#`; empty for the default experiment.
    pub fn to_link(&self) -> String {
        let standard = Self::default();
        let mut link = Link::default();
        self.write_layers(&standard, &mut link);
        link.add("data", self.data.name.as_str(), standard.data.name.as_str());
        link.add("n", self.data.points, standard.data.points);
        link.add("noise", self.data.noise, standard.data.noise);
        link.add("window", self.data.window, standard.data.window);
        link.add("horizon", self.data.horizon, standard.data.horizon);
        link.add("context", self.data.context, standard.data.context);
        link.add("vocab", self.data.vocabulary, standard.data.vocabulary);
        if !self.data.drawn.is_empty() {
            link.push("pts", drawn::encode(&self.data.drawn));
        }
        if let Some(share) = self.data.test_share {
            link.push("test", share);
        }
        let chosen = |wanted: OptimizerSpec| {
            field::optimizers()
                .into_iter()
                .find(|choice| std::mem::discriminant(&choice.value) == std::mem::discriminant(&wanted))
                .map_or("", |choice| choice.id)
        };
        link.add("opt", chosen(self.optimizer), chosen(standard.optimizer));
        match (self.optimizer, OptimizerSpec::momentum(), OptimizerSpec::adam()) {
            (OptimizerSpec::Momentum { momentum }, OptimizerSpec::Momentum { momentum: usual }, _) => {
                link.add("mu", momentum, usual);
            }
            (
                OptimizerSpec::Adam { beta1, beta2, epsilon },
                _,
                OptimizerSpec::Adam { beta1: b1, beta2: b2, epsilon: eps },
            ) => {
                link.add("b1", beta1, b1);
                link.add("b2", beta2, b2);
                link.add("eps", epsilon, eps);
            }
            _ => {}
        }
        link.add("lr", self.learning_rate, standard.learning_rate);
        link.add("bs", self.batch, standard.batch);
        link.add("init", id_of(&field::INITS, self.init), id_of(&field::INITS, standard.init));
        link.add("loss", id_of(&field::LOSSES, self.loss), id_of(&field::LOSSES, standard.loss));
        link.add("seed", self.seed, standard.seed);
        link.text
    }

    fn write_layers(&self, standard: &Self, link: &mut Link) {
        let names: Vec<&str> = self.layers.iter().map(|layer| layer.activation.as_str()).collect();
        match names.split_first() {
            Some((first, rest)) if rest.iter().all(|name| name == first) => {
                link.add("act", *first, standard.layers[0].activation.as_str());
            }
            // Points separate ids; formulas may hold points.
            Some(_) if names.iter().all(|name| is_id(name)) => link.push("acts", names.join(".")),
            Some(_) => link.push("acts", names.join(";")),
            None => {}
        }
        let net = |layers: &[LayerSpec]| layers.iter().map(|l| l.units.to_string()).collect::<Vec<_>>().join(".");
        let own = if names.is_empty() { "0".into() } else { net(&self.layers) };
        link.add("net", own.as_str(), net(&standard.layers).as_str());
        for (at, layer) in self.layers.iter().enumerate() {
            for (id, value) in &layer.params {
                link.push(&format!("p{}.{id}", at + 1), value);
            }
            if let Some(learn) = layer.learn {
                link.push(&format!("learn{}", at + 1), id_of(&field::LEARN, learn));
            }
        }
    }

    /// Reads a fragment (with or without `#`). Everything not understood is in the list, and the rest is used.
    pub fn from_link(link: &str) -> (Self, Vec<Problem>) {
        let (experiment, problems, _) = Self::from_link_with_rest(link);
        (experiment, problems)
    }

    /// [`Experiment::from_link`], and the part of the fragment whose keys are no experiment's: a later version may know them,
    /// so they are passed on.
    pub fn from_link_with_rest(link: &str) -> (Self, Vec<Problem>, String) {
        let mut reader = Reader::new(link);
        let mut experiment = Self::default();
        if let Some(version) = reader.take("v").filter(|version| version != "1") {
            reader.problems.push(Problem::new("v", version, "1"));
        }
        if let Some(name) = reader.take("data") {
            match data::find(&name) {
                Some(card) => experiment.data.name = card.id.into(),
                None => reader.refuse("data", &name, one_of(data::catalogue().map(|card| card.id))),
            }
        }
        reader.count(field::POINTS, &mut experiment.data.points);
        reader.number(field::NOISE, &mut experiment.data.noise);
        reader.count(field::WINDOW, &mut experiment.data.window);
        reader.count(field::HORIZON, &mut experiment.data.horizon);
        reader.count(field::CONTEXT, &mut experiment.data.context);
        reader.count(field::VOCABULARY, &mut experiment.data.vocabulary);
        reader.drawn(&mut experiment.data);
        let mut share = f64::NAN;
        reader.number(field::TEST_SHARE, &mut share);
        experiment.data.test_share = Some(share).filter(|share| !share.is_nan());
        reader.choice("opt", &field::optimizers(), &mut experiment.optimizer);
        match &mut experiment.optimizer {
            OptimizerSpec::Sgd {} => {}
            OptimizerSpec::Momentum { momentum } => reader.number(field::MOMENTUM, momentum),
            OptimizerSpec::Adam { beta1, beta2, epsilon } => {
                reader.number(field::BETA1, beta1);
                reader.number(field::BETA2, beta2);
                reader.number(field::EPSILON, epsilon);
            }
        }
        reader.number(field::LEARNING_RATE, &mut experiment.learning_rate);
        reader.count(field::BATCH, &mut experiment.batch);
        reader.choice("init", &field::INITS, &mut experiment.init);
        reader.choice("loss", &field::LOSSES, &mut experiment.loss);
        reader.count(field::SEED, &mut experiment.seed);
        reader.layers(&mut experiment.layers);
        let (mut problems, rest) = reader.finish();
        // What is left is wrong only as a whole: a loss that does not fit the data, a network too large.
        for problem in experiment.problems() {
            if problem.field == "loss" {
                experiment.loss = LossSpec::Auto;
            } else if problem.field.starts_with("data.") {
                let standard = DataSpec::default();
                let name = if experiment.data.name == OWN { standard.name } else { experiment.data.name };
                experiment.data = DataSpec { name, ..standard };
            } else {
                experiment.layers = Self::default().layers;
            }
            problems.push(problem);
        }
        (experiment, problems, rest)
    }
}

fn id_of<T: PartialEq + Copy>(choices: &[Choice<T>], value: T) -> &'static str {
    choices.iter().find(|choice| choice.value == value).map_or("", |choice| choice.id)
}

/// What would end a value, be changed by a browser, or be read as something else; formulas stay readable.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'|');

/// Whether a text is an id rather than a formula.
fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A fragment being written.
#[derive(Default)]
struct Link {
    text: String,
}

impl Link {
    fn add<T: PartialEq + Copy + std::fmt::Display>(&mut self, key: &str, value: T, standard: T) {
        if value != standard {
            self.push(key, value);
        }
    }

    fn push(&mut self, key: &str, value: impl std::fmt::Display) {
        let separator = if self.text.is_empty() { "v=1&" } else { "&" };
        let value = value.to_string();
        let value = utf8_percent_encode(&value, RESERVED);
        write!(self.text, "{separator}{key}={value}").expect("writing to a string does not fail");
    }
}

/// A fragment being read: keys are taken out, what is left was not understood.
struct Reader {
    pairs: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Reader {
    fn new(link: &str) -> Self {
        let text = link.strip_prefix('#').unwrap_or(link);
        let pairs = form_urlencoded::parse(text.as_bytes()).map(|(key, value)| (key.into_owned(), value.into_owned()));
        Self { pairs: pairs.collect(), problems: Vec::new() }
    }

    fn take(&mut self, key: &str) -> Option<String> {
        self.pairs.remove(key)
    }

    fn refuse(&mut self, key: &str, value: &str, accepted: String) {
        self.problems.push(Problem::new(key, value, accepted));
    }

    fn number(&mut self, field: Field, into: &mut f64) {
        let Some(text) = self.take(field.key) else { return };
        match text.parse::<f64>() {
            Ok(value) if field.accepts(value) => *into = value,
            Ok(value) if !value.is_nan() => {
                *into = value.clamp(field.min, field.max);
                if field.whole {
                    *into = into.round();
                }
                self.refuse(field.key, &text, format!("{}; {} is used", field.accepted(), *into));
            }
            _ => self.refuse(field.key, &text, field.accepted()),
        }
    }

    fn count(&mut self, field: Field, into: &mut i64) {
        let mut value = *into as f64;
        self.number(field, &mut value);
        *into = value as i64;
    }

    fn choice<T: Copy>(&mut self, key: &str, choices: &[Choice<T>], into: &mut T) {
        let Some(text) = self.take(key) else { return };
        match choices.iter().find(|choice| choice.id == text) {
            Some(choice) => *into = choice.value,
            None => self.refuse(key, &text, one_of(choices.iter().map(|choice| choice.id))),
        }
    }

    /// Points of the user's own. A table of theirs is not in a link, so without points there is nothing to learn.
    fn drawn(&mut self, data: &mut DataSpec) {
        if let Some(text) = self.take("pts") {
            match drawn::decode(&text) {
                Ok(points) => data.drawn = points,
                Err(accepted) => self.refuse("pts", &text, accepted),
            }
        }
        if data.name == OWN && data.drawn.is_empty() {
            self.refuse("data", OWN, "own with the points in pts; a table is not part of a link".into());
            data.name = DataSpec::default().name;
        }
    }

    fn layers(&mut self, into: &mut Vec<LayerSpec>) {
        if let Some(net) = self.take("net") {
            match widths(&net) {
                Ok(widths) => *into = widths.into_iter().map(|units| LayerSpec::new(units, "relu")).collect(),
                Err(accepted) => self.refuse("net", &net, accepted),
            }
        }
        if let Some(name) = self.take("act")
            && self.known("act", &name)
        {
            into.iter_mut().for_each(|layer| layer.activation.clone_from(&name));
        }
        if let Some(names) = self.take("acts") {
            let list: Vec<&str> = names.split(if names.contains(';') { ';' } else { '.' }).collect();
            if list.len() != into.len() {
                self.refuse("acts", &names, format!("{} activations, one per hidden layer", into.len()));
            } else if list.iter().all(|name| self.known("acts", name)) {
                into.iter_mut().zip(list).for_each(|(layer, name)| layer.activation = name.into());
            }
        }
        for at in 0..=into.len() {
            // `learn` is for every layer, `learn2` for the second.
            let key = if at == 0 { "learn".into() } else { format!("learn{at}") };
            let mut learn = None;
            self.choice(
                &key,
                &field::LEARN.map(|c| Choice { value: Some(c.value), id: c.id, label: c.label, help: c.help }),
                &mut learn,
            );
            let layers = if at == 0 { &mut into[..] } else { &mut into[at - 1..at] };
            if learn.is_some() {
                layers.iter_mut().for_each(|layer| layer.learn = learn);
            }
        }
        let keys: Vec<String> = self.pairs.keys().filter(|key| key.starts_with('p')).cloned().collect();
        for key in keys {
            let Some((layers, id)) = key[1..].split_once('.') else { continue };
            let text = self.take(&key).unwrap_or_default();
            self.param(&key, layers, id, &text, into);
        }
    }

    /// `p2.alpha=0.5` sets a parameter of layer 2, `p.alpha=0.5` of every layer that has it.
    fn param(&mut self, key: &str, number: &str, id: &str, text: &str, layers: &mut [LayerSpec]) {
        let mut fits = false;
        for (at, layer) in layers.iter_mut().enumerate() {
            let wanted = number.is_empty() || number.parse() == Ok(at + 1);
            let range = layer.resolve().ok().and_then(|(nonlinearity, _)| {
                nonlinearity.parameters().iter().find(|param| param.id == id).map(|param| (param.min, param.max))
            });
            let (Some((min, max)), true) = (range, wanted) else { continue };
            fits = true;
            match text.parse::<f64>() {
                Ok(value) if (min..=max).contains(&value) => {
                    layer.params.insert(id.into(), value);
                }
                _ => self.refuse(key, text, format!("a number from {min} to {max}")),
            }
        }
        if !fits {
            let known = layers.iter().filter_map(|layer| layer.resolve().ok());
            let mut ids: Vec<String> = known
                .flat_map(|(nonlinearity, _)| {
                    nonlinearity.parameters().iter().map(|p| p.id.to_owned()).collect::<Vec<_>>()
                })
                .collect();
            ids.dedup();
            let accepted = if ids.is_empty() {
                "no parameters: these activations have none".into()
            } else {
                format!(
                    "p.{0} for every layer or p1.{0} for the first: {1}",
                    ids[0],
                    one_of(ids.iter().map(String::as_str))
                )
            };
            self.refuse(key, text, accepted);
        }
    }

    fn known(&mut self, key: &str, name: &str) -> bool {
        let read = LayerSpec::new(1, name).resolve();
        if let Err(problem) = &read {
            self.refuse(key, name, problem.accepted.clone());
        }
        read.is_ok()
    }

    /// All problems, unknown keys among them, and the unknown part as a fragment of its own.
    fn finish(mut self) -> (Vec<Problem>, String) {
        const KEYS: &str = "a key of an experiment: act, acts, net, p, learn, data, n, noise, window, horizon, context, vocab, pts, test, opt, mu, b1, b2, eps, lr, bs, init, loss, seed";
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (key, value) in std::mem::take(&mut self.pairs) {
            rest.append_pair(&key, &value);
            self.refuse(&key, &value, KEYS.into());
        }
        (self.problems, rest.finish())
    }
}

/// Units of each layer: `6.4`, or `0` for no hidden layers.
fn widths(net: &str) -> Result<Vec<i64>, String> {
    if net == "0" {
        return Ok(Vec::new());
    }
    let (units, depth) = (field::UNITS, field::DEPTH);
    let widths: Option<Vec<f64>> = net.split('.').map(|part| part.parse::<i64>().ok().map(|n| n as f64)).collect();
    match widths {
        Some(widths) if depth.accepts(widths.len() as f64) && widths.iter().all(|&n| units.accepts(n)) => {
            Ok(widths.into_iter().map(|n| n as i64).collect())
        }
        _ => Err(format!("0, or up to {} layers of {} to {} units such as 6.4", depth.max, units.min, units.max)),
    }
}
