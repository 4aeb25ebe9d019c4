//! Points generated in the plane, in −1…1: four classics of TensorFlow Playground, moons, and two surfaces to fit.
//! The formulas are our own.

use super::card::Source;
use super::prepare::split;
use super::{Card, Dataset, Kind, Rows, test_share};
use crate::experiment::DataSpec;
use crate::random::{Purpose, Random};
use std::f64::consts::{PI, TAU};

/// Draws a point: `side` is the class it shall have (0 or 1; without meaning for surfaces), `along` runs evenly
/// through 0…1 over the points of that class. Gives x₁, x₂ and the target.
pub(super) type Shape = fn(random: &mut Random, side: f64, along: f64) -> (f64, f64, f64);

const PLANE: &[&str] = &["x₁", "x₂"];
const SIDES: &[&str] = &["class 0", "class 1"];

const fn card(id: &'static str, title: &'static str, description: &'static str, shape: Shape) -> Card {
    Card {
        id,
        title,
        kind: Kind::Shape,
        description,
        features: PLANE,
        classes: SIDES,
        test_share: 0.5,
        citation: "Generated here.",
        licence: "MIT OR Apache-2.0",
        source: Source::Shape(shape),
        ..Card::BLANK
    }
}

const fn surface(id: &'static str, title: &'static str, description: &'static str, shape: Shape) -> Card {
    Card { classes: &[], ..card(id, title, description, shape) }
}

pub(super) const CARDS: &[Card] = &[
    card("circle", "Circle", "One class lies around the other: a straight line cannot part them.", circle),
    card("xor", "XOR", "Opposite corners belong together: no single line will do.", xor),
    card("gauss", "Gaussians", "Two clouds that a straight line parts: no activation needed.", gauss),
    card("spiral", "Spiral", "Two arms wound into each other: the hard one.", spiral),
    card("moons", "Moons", "Two half circles that interlock.", moons),
    surface("plane", "Plane", "A tilted plane: a linear network fits it exactly.", plane),
    surface("hills", "Hills", "Three hills and two hollows to be fitted.", hills),
];

/// Generated points. Classes alternate, so they are equally many.
pub(super) fn points(shape: Shape, card: &'static Card, data: &DataSpec, seed: u32) -> Dataset {
    let mut random = Random::new(seed, Purpose::Data);
    let count = data.points as usize;
    // Half the setting as standard deviation keeps 50 % noise inside the picture.
    let spread = data.noise * 0.5;
    let (mut inputs, mut targets) = (Vec::with_capacity(2 * count), Vec::with_capacity(count));
    for at in 0..count {
        let along = (at / 2) as f64 / (count / 2) as f64;
        let (x1, x2, target) = shape(&mut random, (at % 2) as f64, along);
        let jitter = [random.normal(), random.normal(), random.normal()].map(|draw| draw * spread);
        let is_surface = card.classes.is_empty();
        inputs.extend(if is_surface { [x1, x2] } else { [x1 + jitter[0], x2 + jitter[1]] });
        targets.push(if is_surface { target + jitter[2] } else { target });
    }
    let (train, test) = split(count, test_share(card, data), seed);
    Dataset { inputs: Rows::new(inputs, 2), targets: Rows::new(targets, 1), train, test, ..Dataset::of(card, data) }
}

fn polar(radius: f64, angle: f64) -> (f64, f64) {
    (radius * libm::cos(angle), radius * libm::sin(angle))
}

fn circle(random: &mut Random, side: f64, _: f64) -> (f64, f64, f64) {
    let radius = if side > 0.5 { random.uniform(0.0, 0.5) } else { random.uniform(0.7, 1.0) };
    let (x1, x2) = polar(radius, random.uniform(0.0, TAU));
    (x1, x2, side)
}

fn xor(random: &mut Random, side: f64, _: f64) -> (f64, f64, f64) {
    let mut edge = || random.uniform(0.06, 1.0);
    let (a, b) = (edge(), edge());
    let sign = if random.unit() < 0.5 { -1.0 } else { 1.0 };
    (sign * a, if side > 0.5 { sign * b } else { -sign * b }, side)
}

fn gauss(random: &mut Random, side: f64, _: f64) -> (f64, f64, f64) {
    let centre = if side > 0.5 { 0.42 } else { -0.42 };
    (centre + 0.16 * random.normal(), centre + 0.16 * random.normal(), side)
}

fn spiral(_: &mut Random, side: f64, along: f64) -> (f64, f64, f64) {
    // Not quite from the centre, where the arms would touch.
    let radius = 0.06 + 0.94 * along;
    let (x1, x2) = polar(radius, 1.75 * TAU * radius + side * PI);
    (x1, x2, side)
}

fn moons(random: &mut Random, side: f64, _: f64) -> (f64, f64, f64) {
    let angle = random.uniform(0.0, PI);
    let (x1, x2) = polar(0.6, angle);
    if side > 0.5 { (x1 - 0.3, x2 - 0.15, side) } else { (0.3 - x1, 0.15 - x2, side) }
}

fn plane(random: &mut Random, _: f64, _: f64) -> (f64, f64, f64) {
    let (x1, x2) = (random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0));
    (x1, x2, 0.5 * (x1 + x2))
}

fn hills(random: &mut Random, _: f64, _: f64) -> (f64, f64, f64) {
    const PEAKS: [(f64, f64, f64); 5] =
        [(-0.6, 0.5, 1.0), (0.1, 0.6, -1.0), (0.6, 0.0, 1.0), (0.0, -0.6, 1.0), (-0.6, -0.3, -1.0)];
    let (x1, x2) = (random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0));
    let height = |&(c1, c2, sign): &(f64, f64, f64)| {
        let square = (x1 - c1) * (x1 - c1) + (x2 - c2) * (x2 - c2);
        sign * libm::exp(-square / 0.08)
    };
    (x1, x2, PEAKS.iter().map(height).sum())
}
