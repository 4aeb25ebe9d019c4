//! The user's own data: points drawn in the plane, or a table.

mod columns;
mod grid;

use super::card::Source;
use super::feature;
use super::prepare::split;
use super::{Card, Contents, Dataset, Kind, Rows, Task, test_share};
use crate::error::{Error, Problem};
use crate::experiment::DataSpec;

/// Name in descriptions.
pub const ID: &str = "own";
/// Drawn points at most.
pub const MOST_POINTS: usize = 2000;
/// How far from 0 a drawn point may lie: what a byte of hundredths holds.
pub const FARTHEST: f64 = 1.27;
/// Classes at most.
pub const MOST_CLASSES: usize = 32;

pub(super) const CARDS: &[Card] = &[Card {
    id: ID,
    title: "Your own",
    kind: Kind::Own,
    description: "Points you draw, or a table of yours.",
    test_share: 0.3,
    citation: "Yours.",
    licence: "Yours; nothing of it leaves this machine but in links you share.",
    source: Source::Own,
    ..Card::BLANK
}];

/// Inputs at most.
pub(super) fn width(data: &DataSpec) -> usize {
    match data.columns.inputs.len() {
        _ if !data.drawn.is_empty() => data.features.len(),
        0 => grid::MOST_COLUMNS,
        chosen => chosen,
    }
}

/// What is wrong with the drawn points.
pub(super) fn problems(data: &DataSpec) -> Vec<Problem> {
    let drawn = &data.drawn;
    if drawn.is_empty() {
        return Vec::new();
    }
    if drawn.len() > MOST_POINTS {
        let count = format!("{} points", drawn.len());
        return vec![Problem::new("data.drawn", count, format!("at most {MOST_POINTS} points"))];
    }
    let fits = |&[x1, x2, class]: &[f64; 3]| {
        let is_class = class.fract() == 0.0 && (0.0..MOST_CLASSES as f64).contains(&class);
        x1.abs() <= FARTHEST && x2.abs() <= FARTHEST && is_class
    };
    if let Some(at) = drawn.iter().position(|point| !fits(point)) {
        let accepted =
            format!("[x₁, x₂, class]: coordinates within ±{FARTHEST}, a class from 0 to {}", MOST_CLASSES - 1);
        return vec![Problem::new(format!("data.drawn[{at}]"), format!("{:?}", drawn[at]), accepted)];
    }
    if drawn.iter().all(|point| point[2] == drawn[0][2]) {
        let value = format!("{} points of class {}", drawn.len(), drawn[0][2]);
        return vec![Problem::new("data.drawn", value, "points of at least two classes")];
    }
    feature::problems(&data.features)
}

/// The drawn points, or the table that comes with the description.
///
/// # Errors
/// If there is neither or both, or the table cannot be used.
pub(super) fn read(card: &'static Card, contents: &Contents, data: &DataSpec, seed: u32) -> Result<Dataset, Error> {
    match (contents.files.first(), data.drawn.is_empty()) {
        (None, false) => feature::apply(drawn(card, data, seed), &data.features),
        (Some(table), true) => columns::read(table, card, data, seed),
        (None, true) => Err(Problem::new("data.name", ID, "own with points in data.drawn, or a table with it").into()),
        (Some(_), false) => {
            let value = format!("{} points and a table", data.drawn.len());
            Err(Problem::new("data.drawn", value, "either points or a table").into())
        }
    }
}

/// The points as they are: the plane has its scale.
fn drawn(card: &'static Card, data: &DataSpec, seed: u32) -> Dataset {
    let hundredth = |x: f64| (x * 100.0).round() / 100.0;
    let classes = data.drawn.iter().map(|point| point[2] as usize + 1).fold(2, usize::max);
    let (train, test) = split(data.drawn.len(), test_share(card, data), seed);
    Dataset {
        features: vec!["x₁".into(), "x₂".into()],
        classes: (0..classes).map(|class| format!("class {class}")).collect(),
        task: Task::of_classes(classes),
        inputs: Rows::new(data.drawn.iter().flat_map(|&[x1, x2, _]| [hundredth(x1), hundredth(x2)]), 2),
        targets: Rows::new(data.drawn.iter().map(|point| point[2]), 1),
        train,
        test,
        ..Dataset::of(card, data)
    }
}
