//! An experiment as the fragment of a link: readable keys, only what differs from the defaults, in a fixed order.
//!
//! Reading is lenient, because a link comes from somewhere else: what is not understood is listed and left out, what is out
//! of range is brought into it and listed.

use super::drawn;
use super::field::{self, Choice, Field, Setting};
use super::validate::one_of;
use super::{DataSpec, Experiment, FRAMEWORKS, LINEAR, LayerSpec};
use crate::data::{self, OWN};
use crate::error::Problem;
use crate::init::Inits;
use crate::layer::{Module, parts};
use crate::loss::Losses;
use crate::optimizer::Optimizers;
use crate::rule::{Family, Rule, kinds};
use crate::schedule::Schedules;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

impl Experiment {
    /// The experiment that a link which names nothing but this data set stands for: a network and a training that suit it.
    pub fn usual(data: &str) -> Self {
        let mut usual = Self::default();
        if let Some(card) = data::called(data) {
            Reader::new(card.network).read(&mut usual);
            usual.data.name = card.id.into();
        }
        usual
    }

    /// The fragment without `#`; empty for the default experiment.
    pub fn to_link(&self) -> String {
        let mut standard = Self::usual(&self.data.name);
        let mut link = Link::versioned();
        let is_usual = self.modules == standard.modules && widths(&self.layers) == widths(&standard.layers);
        if !is_usual {
            standard.make_plain();
        }
        self.write_layers(&standard, !is_usual, &mut link);
        link.add("data", self.data.name.as_str(), Self::default().data.name.as_str());
        let settings = |link: &mut Link, settings: &[Setting]| {
            for Setting { field, get, .. } in settings {
                let (value, usual) = (get(self), get(&standard));
                if let Some(value) = value.filter(|_| value != usual) {
                    link.push(field.key, value);
                }
            }
        };
        settings(&mut link, &field::OF_DATA);
        if self.data.features != standard.data.features {
            link.push("feat", joined(&self.data.features));
        }
        if !self.data.drawn.is_empty() {
            link.push("pts", drawn::encode(&self.data.drawn));
        }
        link.rule(&self.optimizer, &standard.optimizer);
        settings(&mut link, &[field::LEARNING_RATE]);
        link.rule(&self.schedule, &standard.schedule);
        settings(&mut link, &[field::BATCH]);
        link.rule(&self.init, &standard.init);
        link.rule(&self.loss, &standard.loss);
        settings(&mut link, &field::OF_REGULARIZATION);
        settings(&mut link, &field::OF_STOP);
        settings(&mut link, &[field::SEED]);
        link.text
    }

    /// Its modules as a link has them: `conv2d(channels=16);maxPool`.
    pub fn modules_text(&self) -> String {
        let modules: Vec<String> = self.modules.iter().map(Module::to_string).collect();
        modules.join(";")
    }

    /// The network of an experiment that names none and of which none is suggested.
    fn make_plain(&mut self) {
        let Self { modules, frozen, layers, .. } = Self::default();
        (self.modules, self.frozen, self.layers) = (modules, frozen, layers);
    }

    fn write_layers(&self, standard: &Self, with_widths: bool, link: &mut Link) {
        link.add("modules", self.modules_text().as_str(), standard.modules_text().as_str());
        link.add("frozen", self.frozen.join(",").as_str(), standard.frozen.join(",").as_str());
        let names: Vec<&str> = self.layers.iter().map(|layer| layer.activation.as_str()).collect();
        match names.split_first() {
            Some((first, rest)) if rest.iter().all(|name| name == first) => {
                link.add("act", *first, standard.usual_activation());
            }
            Some(_) => link.push("acts", joined(&names)),
            None => {}
        }
        if with_widths {
            link.push("net", widths(&self.layers));
        }
        link.add("out", self.output.as_str(), standard.output.as_str());
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
        if let Some(version) = reader.take("v").filter(|version| version != "1") {
            reader.problems.push(Problem::new("v", version, "1"));
        }
        let named = reader.take("data").unwrap_or_else(|| Self::default().data.name);
        if data::called(&named).is_none() {
            reader.refuse("data", &named, one_of(data::catalogue().map(|card| card.id)));
        }
        let usual = Self::usual(&named);
        let mut experiment = usual.clone();
        reader.read(&mut experiment);
        let (mut problems, rest) = reader.finish();
        // What is left is wrong only as a whole: a loss that does not fit the data, a network too large.
        for problem in experiment.problems() {
            if problem.field.starts_with("modules") {
                experiment.modules.clone_from(&usual.modules);
            } else if problem.field == "frozen" {
                experiment.frozen.clear();
            } else if problem.field == "loss" {
                experiment.loss = usual.loss;
            } else if problem.field == "output" {
                experiment.output = LINEAR.into();
            } else if problem.field.starts_with("data.") {
                let standard = DataSpec::default();
                let name = if experiment.data.name == OWN { standard.name } else { experiment.data.name };
                experiment.data = DataSpec { name, ..standard };
            } else {
                experiment.layers.clone_from(&usual.layers);
            }
            problems.push(problem);
        }
        (experiment, problems, rest)
    }
}

/// Every key that a link may have; those of rules only beside a kind that has them.
pub fn keys() -> Vec<&'static str> {
    fn of<F: Family>() -> impl Iterator<Item = &'static str> {
        let params = F::cards().flat_map(|card| card.params).map(|param| param.key);
        std::iter::once(F::KEY).chain(params)
    }
    let named =
        ["modules", "frozen", "act", "acts", "net", "p", "learn", "out", "data", "feat", "pts", "preset"].into_iter();
    let settings = field::settings().map(|setting| setting.field.key);
    let mut keys = Vec::new();
    for key in named
        .chain(settings)
        .chain(of::<Optimizers>())
        .chain(of::<Schedules>())
        .chain(of::<Inits>())
        .chain(of::<Losses>())
    {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// What a link calls a choice.
pub(crate) fn id_of<T: PartialEq + Copy>(choices: &[Choice<T>], value: T) -> &'static str {
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

/// What would also end a key.
const RESERVED_IN_KEYS: &AsciiSet = &RESERVED.add(b'=');

/// A part of a fragment as it was meant. A plus is a plus: it stands in formulas, and only forms write blanks so.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether a text is an id rather than a formula.
fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A list as a value: points separate ids, semicolons what may hold points.
pub(crate) fn joined<T: AsRef<str>>(values: &[T]) -> String {
    let all: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    match all[..] {
        [one] if !is_id(one) => format!("{one};"),
        _ => all.join(if all.iter().all(|value| is_id(value)) { "." } else { ";" }),
    }
}

/// The entries of a list that was [`joined`].
pub(crate) fn parted(list: &str) -> Vec<String> {
    let entries = list.split(if list.contains(';') { ';' } else { '.' });
    entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// A fragment being written.
pub(crate) struct Link {
    pub text: String,
    /// What it begins with, if it is not empty.
    head: &'static str,
}

impl Link {
    /// One that begins with the version of its meaning.
    fn versioned() -> Self {
        Self { text: String::new(), head: "v=1&" }
    }

    /// One that is a part of another.
    pub fn bare() -> Self {
        Self { text: String::new(), head: "" }
    }

    pub fn add<T: PartialEq + Copy + std::fmt::Display>(&mut self, key: &str, value: T, standard: T) {
        if value != standard {
            self.push(key, value);
        }
    }

    /// A kind that is not the usual one, and its numbers that are not.
    fn rule<F: Family>(&mut self, rule: &Rule<F>, standard: &Rule<F>) {
        self.add(F::KEY, rule.id(), standard.id());
        for (param, value) in rule.card().params.iter().zip(rule.values()) {
            let usual = standard.get(param.name).filter(|_| rule.id() == standard.id());
            self.add(param.key, *value, usual.unwrap_or(param.default));
        }
    }

    pub fn push(&mut self, key: &str, value: impl std::fmt::Display) {
        let separator = if self.text.is_empty() { self.head } else { "&" };
        let value = value.to_string();
        let value = utf8_percent_encode(&value, RESERVED);
        write!(self.text, "{separator}{key}={value}").expect("writing to a string does not fail");
    }
}

/// A fragment being read: keys are taken out, what is left was not understood.
pub(crate) struct Reader {
    pairs: BTreeMap<String, String>,
    pub problems: Vec<Problem>,
    /// Keys of the kinds that were named.
    named: Vec<&'static str>,
}

impl Reader {
    pub fn new(link: &str) -> Self {
        let text = link.strip_prefix('#').unwrap_or(link);
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key), decoded(value))
        });
        Self { pairs: pairs.collect(), problems: Vec::new(), named: Vec::new() }
    }

    /// Takes out all that is about the experiment but its data set, into one that has that.
    /// Whoever names a part of the network describes it as a whole.
    fn read(&mut self, experiment: &mut Experiment) {
        if ["modules", "net"].iter().any(|key| self.pairs.contains_key(*key)) {
            experiment.make_plain();
        }
        self.kind(&mut experiment.optimizer);
        self.kind(&mut experiment.schedule);
        self.kind(&mut experiment.init);
        self.kind(&mut experiment.loss);
        self.modules(experiment);
        self.activations(experiment);
        // What follows may change single numbers of the preset.
        let mut preset = None;
        self.choice("preset", &FRAMEWORKS.map(Choice::some), &mut preset);
        if let Some(framework) = preset {
            let init = experiment.init;
            *experiment = experiment.with_defaults_of(framework).0;
            if self.named.contains(&"init") {
                experiment.init = init;
            }
        }
        self.params(&mut experiment.layers);
        for setting in field::OF_DATA {
            self.setting(setting, experiment);
        }
        if let Some(list) = self.take("feat") {
            experiment.data.features = parted(&list).iter().map(|text| data::named_feature(text)).collect();
        }
        self.drawn(&mut experiment.data);
        self.numbers(&mut experiment.optimizer);
        self.setting(field::LEARNING_RATE, experiment);
        self.numbers(&mut experiment.schedule);
        self.setting(field::BATCH, experiment);
        self.numbers(&mut experiment.init);
        self.numbers(&mut experiment.loss);
        for setting in field::OF_REGULARIZATION.into_iter().chain(field::OF_STOP).chain([field::SEED]) {
            self.setting(setting, experiment);
        }
    }

    pub fn take(&mut self, key: &str) -> Option<String> {
        self.pairs.remove(key)
    }

    pub fn refuse(&mut self, key: &str, value: &str, accepted: String) {
        self.add(Problem::new(key, value, accepted));
    }

    /// Adds a problem, once for all layers that have it.
    fn add(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub fn number(&mut self, field: Field, into: &mut f64) {
        let Some(text) = self.take(field.key) else { return };
        match text.parse::<f64>() {
            Ok(value) if field.accepts(value) => *into = value,
            Ok(value) if !value.is_nan() => {
                *into = value.clamp(field.min, field.max);
                if field.whole {
                    *into = into.round();
                }
                self.problems.push(Problem::new(field.key, &text, field.accepted()).brought_to(*into));
            }
            _ => self.refuse(field.key, &text, field.accepted()),
        }
    }

    fn setting(&mut self, Setting { field, get, set }: Setting, into: &mut Experiment) {
        let before = get(into);
        let mut value = before.unwrap_or(f64::NAN);
        self.number(field, &mut value);
        if !value.is_nan() && Some(value) != before {
            set(into, value);
        }
    }

    fn kind<F: Family>(&mut self, into: &mut Rule<F>) {
        let Some(id) = self.take(F::KEY) else { return };
        match Rule::named(&id) {
            Some(rule) => {
                *into = rule;
                self.named.push(F::KEY);
            }
            None => self.refuse(F::KEY, &id, kinds::<F>()),
        }
    }

    fn numbers<F: Family>(&mut self, into: &mut Rule<F>) {
        for param in into.card().params {
            let mut value = into.get(param.name).unwrap_or(param.default);
            self.number(param.field(), &mut value);
            into.set(param.name, value);
        }
    }

    pub fn choice<T: Copy>(&mut self, key: &str, choices: &[Choice<T>], into: &mut T) {
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

    fn modules(&mut self, experiment: &mut Experiment) {
        if let Some(list) = self.take("modules") {
            let texts = parts(&list, ';').into_iter().filter(|text| !text.trim().is_empty());
            let (modules, wrong): (Vec<_>, Vec<_>) = texts.map(str::parse::<Module>).partition(Result::is_ok);
            // Without one of them the others are another network, so they go together.
            if wrong.is_empty() {
                experiment.modules = modules.into_iter().flatten().collect();
            }
            self.problems.extend(wrong.into_iter().filter_map(Result::err));
        }
        if let Some(list) = self.take("frozen") {
            experiment.frozen = list.split(',').filter(|part| !part.is_empty()).map(String::from).collect();
        }
    }

    fn activations(&mut self, experiment: &mut Experiment) {
        if let Some(name) = self.take("out")
            && self.known("out", &name)
        {
            experiment.output = name;
        }
        let usual = experiment.usual_activation().to_owned();
        let into = &mut experiment.layers;
        if let Some(net) = self.take("net") {
            match read_widths(&net) {
                Ok(widths) => *into = widths.into_iter().map(|units| LayerSpec::new(units, &usual)).collect(),
                Err(accepted) => self.refuse("net", &net, accepted),
            }
        }
        if let Some(name) = self.take("act")
            && self.known("act", &name)
        {
            into.iter_mut().for_each(|layer| layer.activation.clone_from(&name));
        }
        if let Some(names) = self.take("acts") {
            let list = parted(&names);
            if list.len() != into.len() {
                self.refuse("acts", &names, format!("{} activations, one per hidden layer", into.len()));
            } else if list.iter().all(|name| self.known("acts", name)) {
                into.iter_mut().zip(list).for_each(|(layer, name)| layer.activation = name);
            }
        }
        into.iter_mut().for_each(LayerSpec::use_id);
    }

    fn params(&mut self, into: &mut [LayerSpec]) {
        for at in 0..=into.len() {
            // `learn` is for every layer, `learn2` for the second.
            let key = if at == 0 { "learn".into() } else { format!("learn{at}") };
            let mut learn = None;
            self.choice(&key, &field::LEARN.map(Choice::some), &mut learn);
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
                Ok(value) if !value.is_nan() => {
                    let used = value.clamp(min, max);
                    layer.params.insert(id.into(), used);
                    let problem = Problem::new(key, text, format!("a number from {min} to {max}")).brought_to(used);
                    self.add(problem);
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
            let mut seen = BTreeSet::new();
            ids.retain(|id| seen.insert(id.clone()));
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
        let keys = format!("a key of an experiment: {}", keys().join(", "));
        let mut rest = Vec::new();
        for (key, value) in std::mem::take(&mut self.pairs) {
            let written = utf8_percent_encode(&key, RESERVED_IN_KEYS);
            rest.push(format!("{written}={}", utf8_percent_encode(&value, RESERVED)));
            self.refuse(&key, &value, keys.clone());
        }
        (self.problems, rest.join("&"))
    }
}

/// Units of each layer as a link has them.
fn widths(layers: &[LayerSpec]) -> String {
    match layers {
        [] => "0".to_owned(),
        _ => layers.iter().map(|layer| layer.units.to_string()).collect::<Vec<_>>().join("."),
    }
}

/// Units of each layer: `6.4`, or `0` for no hidden layers.
fn read_widths(net: &str) -> Result<Vec<i64>, String> {
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
