//! Data: points generated in the plane, and real tables. A [`Dataset`] is split, scaled and ready to train on.
//!
//! ```
//! use activation_playground::data::Dataset;
//! use activation_playground::experiment::Experiment;
//! let circle = Dataset::build(&Experiment::default(), None).unwrap();
//! assert_eq!((circle.train.len(), circle.test.len(), circle.width()), (100, 100, 2));
//! ```

mod shape;
mod table;

use crate::error::{Error, Problem};
use crate::experiment::Experiment;
use crate::random::{Purpose, Random};
use serde::Serialize;

/// What is asked of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Yes or no: one logit.
    Binary,
    /// One of so many classes: a logit each.
    Classes(usize),
    /// A number.
    Regression,
}

impl Task {
    /// How many outputs the task's own loss takes.
    pub fn width(self) -> usize {
        match self {
            Self::Binary | Self::Regression => 1,
            Self::Classes(count) => count,
        }
    }
}

/// What a data set is. The only place these facts are written.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DataCard"))]
pub struct Card {
    /// Name in descriptions and links.
    pub id: &'static str,
    /// Name on the screen.
    pub title: &'static str,
    /// One sentence: what it asks of a network.
    pub description: &'static str,
    /// How many rows; `null` where they are generated.
    pub rows: Option<u32>,
    /// Names of the inputs, as far as they are used.
    pub features: &'static [&'static str],
    /// Names of the classes; empty for a regression.
    pub classes: &'static [&'static str],
    /// Share of rows kept for the test unless an experiment says otherwise.
    pub test_share: f64,
    /// The file a table is read from, beside the page in `data/`.
    pub file: Option<&'static str>,
    /// Who made it, and where it was published.
    pub citation: &'static str,
    /// The terms it comes under.
    pub licence: &'static str,
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    source: Source,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    /// Draws one point of the class with this index (for a regression: any point).
    Shape(shape::Shape),
    /// Reads a file.
    Table(table::Layout),
}

impl Card {
    /// What it asks of the network.
    pub fn task(&self) -> Task {
        match self.classes.len() {
            0 => Task::Regression,
            2 => Task::Binary,
            count => Task::Classes(count),
        }
    }
}

/// The data set with this id.
pub fn find(id: &str) -> Option<&'static Card> {
    catalogue().find(|card| card.id == id)
}

/// Every data set.
pub fn catalogue() -> impl Iterator<Item = &'static Card> {
    shape::CARDS.iter().chain(table::CARDS)
}

/// Rows ready to train on.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// What it is.
    pub card: &'static Card,
    /// Inputs `[rows, features]`, row by row, scaled.
    pub inputs: Vec<f64>,
    /// One target a row: the index of its class, or a number.
    pub targets: Vec<f64>,
    /// Rows to train on.
    pub train: Vec<u32>,
    /// Rows kept for the test.
    pub test: Vec<u32>,
}

impl Dataset {
    /// The data of an experiment; `table` is the text of [`Card::file`] where there is one.
    ///
    /// # Errors
    /// If the experiment is invalid, or the table is missing or cannot be read.
    pub fn build(experiment: &Experiment, table: Option<&str>) -> Result<Self, Error> {
        experiment.validate()?;
        let name = &experiment.data.name;
        let card = find(name).ok_or_else(|| Problem::new("data.name", name, "a data set of the catalogue"))?;
        let seed = experiment.seed as u32;
        let (inputs, targets) = match card.source {
            Source::Shape(shape) => shape::points(shape, card, experiment, seed),
            Source::Table(layout) => {
                let file = card.file.unwrap_or_default();
                let text =
                    table.ok_or_else(|| Problem::new("data.name", card.id, format!("the text of {file} with it")))?;
                table::read(layout, card, text)?
            }
        };
        let share = experiment.data.test_share.unwrap_or(card.test_share);
        let (train, test) = split(targets.len(), share, seed);
        let mut dataset = Self { card, inputs, targets, train, test };
        if let Source::Table(layout) = card.source {
            dataset.scale(layout.scale);
        }
        Ok(dataset)
    }

    /// Inputs of the network.
    pub fn width(&self) -> usize {
        self.card.features.len()
    }

    /// The inputs of one row.
    pub fn row(&self, row: u32) -> &[f64] {
        let width = self.width();
        &self.inputs[row as usize * width..][..width]
    }

    /// Brings every input to a common scale, measured on the training rows only.
    fn scale(&mut self, scale: table::Scale) {
        for feature in 0..self.width() {
            let (mean, deviation) = match scale {
                table::Scale::Divide(by) => (0.0, by),
                table::Scale::Standardise => self.moments(feature),
            };
            let column = self.inputs.iter_mut().skip(feature).step_by(self.card.features.len());
            column.for_each(|x| *x = (*x - mean) / deviation);
        }
    }

    /// Mean and standard deviation of a feature over the training rows; the deviation of a constant counts as 1.
    fn moments(&self, feature: usize) -> (f64, f64) {
        let count = self.train.len() as f64;
        let column = || self.train.iter().map(|&row| self.row(row)[feature]);
        let mean = column().sum::<f64>() / count;
        let deviation = libm::sqrt(column().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count);
        (mean, if deviation > 0.0 { deviation } else { 1.0 })
    }
}

/// Training and test rows: a share of the rows in random order, at least one row each.
fn split(rows: usize, test_share: f64, seed: u32) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    Random::new(seed, Purpose::Split).shuffle(&mut order);
    let test = (rows as f64 * test_share).round().clamp(1.0, rows as f64 - 1.0) as usize;
    let train = order.split_off(test);
    (train, order)
}
