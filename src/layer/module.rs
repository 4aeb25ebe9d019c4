//! Layers by name, as a description or a link has them: what a network is made of before its fully connected layers. Each
//! kind is declared in the file of its layer: a [`ModuleCard`] that says what it is, what can be set, and how it is built.

use super::Activated;
use crate::activation;
use crate::error::{Error, Problem};
use crate::experiment::{LEARN, LayerSpec, LearnSpec, id_of, one_of};
use crate::graph::{Graph, Node};
use crate::rule::Param;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// What a kind of module is. The only place these facts are written.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ModuleCard {
    /// Name in descriptions and links.
    pub id: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Who published it, and when.
    pub reference: &'static str,
    /// Its numbers.
    pub params: &'static [Param],
    /// Its activations.
    pub activations: &'static [ActivationParam],
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub(super) build: fn(&Module, &mut Graph, Node) -> Result<Built, Error>,
}

impl ModuleCard {
    /// To fill up from.
    pub(super) const BLANK: Self = Self {
        id: "",
        label: "",
        help: "",
        reference: "",
        params: &[],
        activations: &[],
        build: |_, _, input| Ok(Built::new(input)),
    };
}

/// A place for an activation in a module.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ActivationParam {
    /// Name in descriptions: `gate`.
    pub name: &'static str,
    /// Where it acts, in a few words.
    pub help: &'static str,
    /// Id of the one that is usual there.
    pub default: &'static str,
}

/// What a module adds to a graph.
#[derive(Debug, Clone)]
pub struct Built {
    /// Its value.
    pub out: Node,
    /// Values worth looking at, by name: `pre-activation`, `attention`, `coupling`.
    pub shown: Vec<(&'static str, Node)>,
}

impl Built {
    /// Only the value.
    pub(super) fn new(out: Node) -> Self {
        Self { out, shown: vec![] }
    }
    /// With a value to look at.
    pub(super) fn showing(mut self, name: &'static str, node: Node) -> Self {
        self.shown.push((name, node));
        self
    }
}

/// An activation in a description: `"tanh"`, or with parameters `{"name": "elu", "params": {"alpha": 0.5}, "learn": "layer"}`.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationSpec {
    /// Id or formula.
    pub name: String,
    /// Parameters that differ from the defaults, by id.
    pub params: BTreeMap<String, f64>,
    /// Whether they are trained; `None` for what the activation is known for.
    pub learn: Option<LearnSpec>,
}

impl From<&str> for ActivationSpec {
    fn from(name: &str) -> Self {
        Self { name: name.into(), params: BTreeMap::new(), learn: None }
    }
}

impl ActivationSpec {
    fn as_layer(&self) -> LayerSpec {
        let Self { name, params, learn } = self.clone();
        LayerSpec { units: 1, activation: name, params, learn }
    }
}

/// A kind of module with its numbers and activations.
#[derive(Debug, Clone)]
pub struct Module {
    card: &'static ModuleCard,
    numbers: Vec<f64>,
    activations: Vec<ActivationSpec>,
}

impl PartialEq for Module {
    fn eq(&self, other: &Self) -> bool {
        self.card.id == other.card.id && self.numbers == other.numbers && self.activations == other.activations
    }
}

impl Module {
    /// The kind with this id, all at its defaults.
    pub fn named(id: &str) -> Option<Self> {
        super::modules().find(|card| card.id == id).map(Self::of)
    }

    fn of(card: &'static ModuleCard) -> Self {
        Self {
            card,
            numbers: card.params.iter().map(|param| param.default).collect(),
            activations: card.activations.iter().map(|place| place.default.into()).collect(),
        }
    }

    /// What it is.
    pub fn card(&self) -> &'static ModuleCard {
        self.card
    }

    /// Its numbers, by name.
    pub fn numbers(&self) -> impl Iterator<Item = (&'static Param, f64)> {
        self.card.params.iter().zip(self.numbers.iter().copied())
    }

    /// Its activations, by name.
    pub fn activations(&self) -> impl Iterator<Item = (&'static ActivationParam, &ActivationSpec)> {
        self.card.activations.iter().zip(&self.activations)
    }

    /// Changes a number; says whether there is one of that name.
    pub fn set(&mut self, name: &str, value: f64) -> bool {
        let place = self.card.params.iter().position(|param| param.name == name);
        place.map(|at| self.numbers[at] = value).is_some()
    }

    /// Changes an activation; says whether there is one of that name.
    pub fn set_activation(&mut self, name: &str, mut value: ActivationSpec) -> bool {
        if let Some(card) = activation::called(&value.name) {
            value.name = card.id.into();
        }
        let place = self.card.activations.iter().position(|place| place.name == name);
        place.map(|at| self.activations[at] = value).is_some()
    }

    /// With another number.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn with(mut self, name: &str, value: f64) -> Self {
        assert!(self.set(name, value), "{} has no {name}", self.card.id);
        self
    }

    /// What may be set, for a message.
    pub fn settings(&self) -> String {
        let names = self.card.params.iter().map(|param| param.name);
        let names: Vec<&str> = names.chain(self.card.activations.iter().map(|place| place.name)).collect();
        if names.is_empty() { "no settings".into() } else { names.join(", ") }
    }

    /// All that is out of range, at this place of the description.
    pub fn problems(&self, place: &str) -> Vec<Problem> {
        let numbers = self
            .numbers()
            .filter_map(|(param, value)| param.field().problem(&format!("{place}.{}", param.name), value));
        let activations = self.activations().flat_map(|(at, spec)| {
            let place = format!("{place}.{}", at.name);
            spec.as_layer().activation_problems().into_iter().map(move |problem| match problem.field.as_str() {
                "activation" => Problem { field: place.clone(), ..problem },
                other => Problem { field: format!("{place}.{other}"), ..problem },
            })
        });
        numbers.chain(activations).collect()
    }

    /// Adds it to a graph as a layer of this name.
    ///
    /// # Errors
    /// If it does not fit the input; names the layer.
    pub fn build(&self, graph: &mut Graph, input: Node, name: &str) -> Result<Built, Error> {
        graph.layer(name, |graph| (self.card.build)(self, graph, input))
    }

    /// The number with this name.
    pub(super) fn number(&self, name: &str) -> f64 {
        let found = self.numbers().find(|(param, _)| param.name == name);
        found.map(|(_, value)| value).expect("a module reads the numbers that it declares")
    }

    /// A whole number.
    pub(super) fn count(&self, name: &str) -> usize {
        self.number(name) as usize
    }

    /// A switch.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.number(name) != 0.0
    }

    /// The activation that its weights start for: that of its state or after its sums.
    ///
    /// # Errors
    /// If it is neither an id nor a formula.
    pub fn main_activation(&self) -> Result<Option<Activated>, Error> {
        let named = self.card.activations.iter().any(|place| place.name == "activation");
        named.then(|| self.activation("activation")).transpose()
    }

    /// The activation with this name.
    pub(super) fn activation(&self, name: &str) -> Result<Activated, Error> {
        let found = self.activations().find(|(place, _)| place.name == name);
        let layer = found.map(|(_, spec)| spec.as_layer()).expect("a module reads the activations that it declares");
        let (nonlinearity, params) = layer.resolve()?;
        let learn = layer.learns(&nonlinearity);
        Ok(Activated { nonlinearity, params, learn })
    }
}

impl Serialize for ActivationSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.params.is_empty() && self.learn.is_none() {
            return serializer.serialize_str(&self.name);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("params", &self.params)?;
        map.serialize_entry("learn", &self.learn)?;
        map.end()
    }
}

impl Serialize for Module {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.card.id)?;
        for (param, value) in self.numbers() {
            map.serialize_entry(param.name, &value)?;
        }
        for (place, spec) in self.activations() {
            map.serialize_entry(place.name, spec)?;
        }
        map.end()
    }
}

/// A value in a description of a module.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Switch(bool),
    Number(f64),
    Name(String),
    Activation {
        name: String,
        #[serde(default)]
        params: BTreeMap<String, f64>,
        #[serde(default)]
        learn: Option<LearnSpec>,
    },
}

impl<'de> Deserialize<'de> for Module {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// The kinds of modules, for a message.
fn kinds() -> String {
    one_of(super::modules().map(|card| card.id))
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Module;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, or an object with such a kind", kinds())
    }

    fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<Module, E> {
        Module::named(id).ok_or_else(|| E::custom(format!("unknown kind: {id}, expected {}", kinds())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Module, A::Error> {
        let (mut kind, mut given) = (None::<String>, Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == "kind" {
                kind = Some(map.next_value()?);
            } else {
                given.push((name, map.next_value::<Value>()?));
            }
        }
        let Some(kind) = kind else {
            return Err(A::Error::custom(format!("an object without kind, expected {}", kinds())));
        };
        let mut module: Module = self.visit_str(&kind)?;
        for (name, value) in given {
            let taken = match value {
                Value::Switch(on) => module.set(&name, f64::from(u8::from(on))),
                Value::Number(number) => module.set(&name, number),
                Value::Name(text) => module.set_activation(&name, text.as_str().into()),
                Value::Activation { name: text, params, learn } => {
                    module.set_activation(&name, ActivationSpec { name: text, params, learn })
                }
            };
            if !taken {
                let known = module.settings();
                return Err(A::Error::custom(format!("{kind} with such a {name}, expected {kind} with {known}")));
            }
        }
        Ok(module)
    }
}

/// `kind` or `kind(name=value,name=value)`, with what differs from the defaults; what a link holds.
impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        for (param, value) in self.numbers().filter(|(param, value)| *value != param.default) {
            parts.push(format!("{}={value}", param.name));
        }
        for (place, spec) in self.activations() {
            if spec.name != place.default {
                parts.push(format!("{}={}", place.name, spec.name));
            }
            parts.extend(spec.params.iter().map(|(id, value)| format!("{}.{id}={value}", place.name)));
            if let Some(learn) = spec.learn {
                parts.push(format!("{}.learn={}", place.name, id_of(&LEARN, learn)));
            }
        }
        let id = self.card.id;
        if parts.is_empty() { f.write_str(id) } else { write!(f, "{id}({})", parts.join(",")) }
    }
}

impl std::str::FromStr for Module {
    type Err = Problem;

    /// Reads what [`Module`] displays.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let (id, settings) = match text.split_once('(') {
            Some((id, rest)) => {
                let accepted = "kind(name=value,…) with its closing bracket";
                (id, rest.strip_suffix(')').ok_or_else(|| Problem::new("modules", text, accepted))?)
            }
            None => (text, ""),
        };
        let mut module = Self::named(id).ok_or_else(|| Problem::new("modules", id, kinds()))?;
        for setting in parts(settings, ',').into_iter().filter(|part| !part.trim().is_empty()) {
            let refused = |accepted: String| Problem::new(format!("modules.{id}"), setting, accepted);
            let (name, value) = setting.split_once('=').ok_or_else(|| refused("name=value".into()))?;
            let (name, value) = (name.trim(), value.trim());
            if !module.read(name, value) {
                return Err(refused(format!("a value for one of {}", module.settings())));
            }
        }
        Ok(module)
    }
}

impl Module {
    /// Sets what a link says; whether it was understood.
    fn read(&mut self, name: &str, value: &str) -> bool {
        if let Some((place, param)) = name.split_once('.') {
            let Some(at) = self.card.activations.iter().position(|known| known.name == place) else { return false };
            let spec = &mut self.activations[at];
            if param == "learn" {
                spec.learn = LEARN.iter().find(|choice| choice.id == value).map(|choice| choice.value);
                return spec.learn.is_some();
            }
            return value.parse().is_ok_and(|number| {
                spec.params.insert(param.into(), number);
                true
            });
        }
        if self.card.params.iter().any(|known| known.name == name) {
            return value.parse().is_ok_and(|number| self.set(name, number));
        }
        self.set_activation(name, value.into())
    }
}

/// The parts of a list; separators inside brackets do not count.
pub(crate) fn parts(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
