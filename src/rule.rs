//! Rules of training that come in kinds, each with numbers of its own: optimisers, schedules, initialisers. A kind is
//! declared once, in one file: its [`Card`] beside what it does. Description, link, validation and menus follow from it.
//!
//! ```
//! use activation_playground::optimizer::OptimizerSpec;
//! let rule = OptimizerSpec::named("adam").unwrap().with("beta2", 0.99);
//! assert_eq!(rule.get("beta1"), Some(0.9));
//! ```

use crate::error::Problem;
use crate::experiment::{Field, one_of};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Numbers a kind may have.
const MOST: usize = 8;

/// What a kind is. The only place these facts are written.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RuleCard"))]
pub struct Card {
    /// Name in descriptions and links.
    pub id: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Who published it, and when.
    pub reference: &'static str,
    /// Its numbers, in the order its formula takes them.
    pub params: &'static [Param],
    /// Frameworks that have it, with their values where these differ from the ones here.
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub defaults: &'static [FrameworkDefaults],
}

impl Card {
    /// To fill up from.
    pub(crate) const BLANK: Self = Self { id: "", label: "", help: "", reference: "", params: &[], defaults: &[] };
}

/// A number of a kind.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RuleParam"))]
pub struct Param {
    /// Name in descriptions: `beta1`.
    pub name: &'static str,
    /// Key in a link.
    pub key: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// PyTorch's default; where it has none, that of the reference.
    pub default: f64,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
    /// Whole numbers only; from 0 to 1 it is a switch.
    pub whole: bool,
}

impl Param {
    /// Any number in a range.
    pub(crate) const fn new(name: &'static str, key: &'static str, default: f64, min: f64, max: f64) -> Self {
        Self { name, key, label: "", help: "", default, min, max, whole: false }
    }

    /// A whole number in a range.
    pub(crate) const fn whole(name: &'static str, key: &'static str, default: f64, min: f64, max: f64) -> Self {
        Self { whole: true, ..Self::new(name, key, default, min, max) }
    }

    /// Off or on.
    pub(crate) const fn switch(name: &'static str, key: &'static str, on: bool) -> Self {
        Self::whole(name, key, if on { 1.0 } else { 0.0 }, 0.0, 1.0)
    }

    /// With what the page says of it.
    pub(crate) const fn say(self, label: &'static str, help: &'static str) -> Self {
        Self { label, help, ..self }
    }

    /// With another default.
    pub(crate) const fn by_default(self, default: f64) -> Self {
        Self { default, ..self }
    }

    /// As a numeric setting.
    pub fn field(&self) -> Field {
        let Self { name, key, label, help, min, max, whole, .. } = *self;
        Field { path: name, key, label, help, min, max, whole }
    }
}

/// Whose defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Framework {
    /// PyTorch.
    Pytorch,
    /// Keras 3.
    Keras,
    /// JAX with Flax and Optax.
    Jax,
}

/// Defaults of a framework for a kind.
#[derive(Debug, Clone, Copy)]
pub struct FrameworkDefaults {
    /// Whose.
    pub framework: Framework,
    /// Learning rate; none where it must be given.
    pub rate: Option<f64>,
    /// Numbers that differ from the default here, by name.
    pub params: &'static [(&'static str, f64)],
}

impl FrameworkDefaults {
    pub(crate) const fn new(framework: Framework, rate: Option<f64>, params: &'static [(&'static str, f64)]) -> Self {
        Self { framework, rate, params }
    }
}

/// A setting that is a choice among kinds.
pub trait Family: Copy + 'static {
    /// Where it stands in the description: `optimizer`.
    const PATH: &'static str;
    /// Key in a link.
    const KEY: &'static str;

    /// Every kind, in the order of the menu.
    fn cards() -> impl Iterator<Item = &'static Card>;
}

/// A kind with its numbers. In a description it is `{"kind": "adam", "beta1": 0.9}`, or just `"adam"`.
#[derive(Clone, Copy)]
pub struct Rule<F> {
    card: &'static Card,
    values: [f64; MOST],
    family: PhantomData<F>,
}

impl<F: Family> Rule<F> {
    /// The kind with this id, its numbers at their defaults.
    pub fn named(id: &str) -> Option<Self> {
        F::cards().find(|card| card.id == id).map(Self::of)
    }

    /// Every kind, its numbers at their defaults.
    pub fn all() -> impl Iterator<Item = Self> {
        F::cards().map(Self::of)
    }

    fn of(card: &'static Card) -> Self {
        let mut values = [0.0; MOST];
        for (value, param) in values.iter_mut().zip(card.params) {
            *value = param.default;
        }
        Self { card, values, family: PhantomData }
    }

    /// What it is.
    pub fn card(&self) -> &'static Card {
        self.card
    }

    /// Id of its kind.
    pub fn id(&self) -> &'static str {
        self.card.id
    }

    /// Its numbers, in the order of the card.
    pub fn values(&self) -> &[f64] {
        &self.values[..self.card.params.len()]
    }

    /// Its numbers as its formula takes them.
    pub(crate) fn numbers<const N: usize>(&self) -> [f64; N] {
        std::array::from_fn(|at| self.values[at])
    }

    /// The number with this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.place(name).map(|at| self.values[at])
    }

    /// Changes a number; says whether there is one of that name.
    pub fn set(&mut self, name: &str, value: f64) -> bool {
        let place = self.place(name);
        if let Some(at) = place {
            self.values[at] = value;
        }
        place.is_some()
    }

    /// With another number.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn with(mut self, name: &str, value: f64) -> Self {
        assert!(self.set(name, value), "{} has no {name}", self.id());
        self
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.card.params.iter().position(|param| param.name == name)
    }

    /// All numbers that are out of range.
    pub fn problems(&self) -> impl Iterator<Item = Problem> {
        let numbers = self.card.params.iter().zip(self.values);
        numbers.filter_map(|(param, value)| param.field().problem(&format!("{}.{}", F::PATH, param.name), value))
    }
}

impl<F> PartialEq for Rule<F> {
    fn eq(&self, other: &Self) -> bool {
        self.card.id == other.card.id && self.values == other.values
    }
}

impl<F: Family> fmt::Debug for Rule<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(self.id());
        for (param, value) in self.card.params.iter().zip(self.values) {
            shown.field(param.name, &value);
        }
        shown.finish()
    }
}

impl<F: Family> Serialize for Rule<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.card.params.len()))?;
        map.serialize_entry("kind", self.id())?;
        for (param, value) in self.card.params.iter().zip(self.values) {
            map.serialize_entry(param.name, &value)?;
        }
        map.end()
    }
}

impl<'de, F: Family> Deserialize<'de> for Rule<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

/// The kinds of a family, for a message: "one of adam, lion".
pub(crate) fn kinds<F: Family>() -> String {
    one_of(F::cards().map(|card| card.id))
}

struct Reader<F>(PhantomData<F>);

impl<'de, F: Family> Visitor<'de> for Reader<F> {
    type Value = Rule<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, or an object with such a kind", kinds::<F>())
    }

    fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<Rule<F>, E> {
        Rule::named(id).ok_or_else(|| E::custom(format!("unknown kind: {id}, expected {}", kinds::<F>())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rule<F>, A::Error> {
        let (mut kind, mut given) = (None::<String>, Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == "kind" {
                kind = Some(map.next_value()?);
            } else {
                given.push((name, map.next_value::<Number>()?.0));
            }
        }
        let Some(kind) = kind else {
            return Err(A::Error::custom(format!("an object without kind, expected {}", kinds::<F>())));
        };
        let mut rule: Rule<F> = self.visit_str(&kind)?;
        for (name, value) in given {
            if !rule.set(&name, value) {
                let known: Vec<&str> = rule.card.params.iter().map(|param| param.name).collect();
                let known = if known.is_empty() { "no parameters".into() } else { known.join(", ") };
                return Err(A::Error::custom(format!("{kind} with {name}, expected {kind} with {known}")));
            }
        }
        Ok(rule)
    }
}

/// A number; a switch may also be true or false.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfNumber;
        impl Visitor<'_> for OfNumber {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("f64")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Number, E> {
                Ok(Number(f64::from(u8::from(value))))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
                Ok(Number(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }
        }
        deserializer.deserialize_any(OfNumber)
    }
}
