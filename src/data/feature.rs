//! What a network sees of a point in the plane: formulas in its coordinates.

use super::{Dataset, Rows};
use crate::activation::Function;
use crate::error::{Error, Problem};
use serde::Serialize;
use std::fmt;

/// Features of a point at most.
pub const MOST_FEATURES: usize = 12;

/// What a feature may be at most: no network learns from more.
const LARGEST: f64 = 1e4;

/// A feature that is offered by name.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FeatureCard {
    /// The formula in x and y.
    pub text: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// What it shows, in one line.
    pub help: &'static str,
}

/// Those of TensorFlow Playground, whose plane is six times as wide.
pub const FEATURES: [FeatureCard; 7] = [
    FeatureCard { text: "x", label: "x₁", help: "The first coordinate." },
    FeatureCard { text: "y", label: "x₂", help: "The second coordinate." },
    FeatureCard { text: "x^2", label: "x₁²", help: "How far from the middle, left or right." },
    FeatureCard { text: "y^2", label: "x₂²", help: "How far from the middle, up or down." },
    FeatureCard { text: "x * y", label: "x₁x₂", help: "Its sign parts the quarters of the plane." },
    FeatureCard { text: "sin(6 x)", label: "sin 6x₁", help: "Waves from left to right." },
    FeatureCard { text: "sin(6 y)", label: "sin 6x₂", help: "Waves from bottom to top." },
];

/// A formula in x and y.
#[derive(Clone)]
pub(super) struct Feature {
    function: Function,
    /// Whether y stands in it.
    has_y: bool,
}

impl fmt::Debug for Feature {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.function.id())
    }
}

impl Feature {
    /// Reads a formula; says what is wrong with it.
    fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a formula in x and y, such as x * y".into());
        }
        let names = text.split(|c: char| !c.is_alphanumeric());
        if names.into_iter().any(|name| name == "z") {
            return Err("a formula in x and y: z is the sum of a unit".into());
        }
        // A formula has a variable, and y alone is none to its reader.
        let function = Function::read(&format!("({text}) + 0 x")).map_err(|error| error.to_string())?;
        let names: Vec<&str> = function.parameters().map(|param| param.id).collect();
        match names[..] {
            [] => Ok(Self { function, has_y: false }),
            ["y"] => Ok(Self { function, has_y: true }),
            _ => Err(format!("a formula in x and y; it has {}", names.join(", "))),
        }
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        let params: &[f64] = if self.has_y { &[y] } else { &[] };
        self.function.curve().at(x, params).value
    }
}

/// A feature as somebody wrote it, under the text it is offered by.
pub fn named_feature(text: &str) -> String {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    FEATURES.iter().find(|card| bare(card.text) == bare(text)).map_or(text.trim(), |card| card.text).to_owned()
}

/// What is wrong with the features of points.
pub(super) fn problems(features: &[String]) -> Vec<Problem> {
    if !(1..=MOST_FEATURES).contains(&features.len()) {
        return vec![Problem::new("data.features", features.len(), format!("1 to {MOST_FEATURES} features"))];
    }
    let wrong = features.iter().enumerate().filter_map(|(at, text)| {
        let place = format!("data.features[{at}]");
        if features[..at].contains(text) {
            return Some(Problem::new(place, text, "each feature once"));
        }
        Feature::read(text).err().map(|accepted| Problem::new(place, text, accepted))
    });
    wrong.collect()
}

/// What the network is to see of the points of a data set, instead of their coordinates alone.
///
/// # Errors
/// If a feature has no value at a point.
pub(super) fn apply(mut dataset: Dataset, features: &[String]) -> Result<Dataset, Error> {
    let plane = std::mem::take(&mut dataset.inputs);
    let read = features
        .iter()
        .map(|text| Feature::read(text).map_err(|accepted| Problem::new("data.features", text, accepted)));
    dataset.lift = read.collect::<Result<_, _>>()?;
    let mut numbers = Vec::with_capacity(plane.len() * features.len());
    for point in plane.iter() {
        for (text, feature) in features.iter().zip(&dataset.lift) {
            let [x, y] = [f64::from(point[0]), f64::from(point[1])];
            let value = feature.at(x, y);
            if value.is_nan() || value.abs() > LARGEST {
                let what = if value.is_finite() { format!("it is {value:.1e}") } else { "it has none".into() };
                let accepted = format!(
                    "a formula with a value within ±{LARGEST} at every point; at x = {x:.2}, y = {y:.2} {what}"
                );
                return Err(Problem::new("data.features", text, accepted).into());
            }
            numbers.push(value);
        }
    }
    dataset.inputs = Rows::new(numbers, features.len());
    dataset.axes = vec![features.len()];
    dataset.features = features.iter().map(|text| label(text)).collect();
    dataset.plane = Some(plane);
    Ok(dataset)
}

fn label(text: &str) -> String {
    FEATURES.iter().find(|card| card.text == text).map_or(text, |card| card.label).to_owned()
}

impl Dataset {
    /// What the network sees of a point in the plane, one number after the other; for data that are points.
    pub fn seen_at(&self, [x, y]: [f64; 2], feature: usize) -> f64 {
        self.lift.get(feature).map_or(if feature == 0 { x } else { y }, |feature| feature.at(x, y))
    }

    /// The coordinates of a row, for data that are points in the plane.
    pub fn point(&self, row: u32) -> &[f32] {
        self.plane.as_ref().unwrap_or(&self.inputs).row(row)
    }
}
