//! Data of every kind: points generated in the plane, real tables, images, series and text, and the user's own. A
//! [`Dataset`] is read, split and scaled: ready to train on.
//!
//! ```
//! use activation_playground::data::Dataset;
//! use activation_playground::experiment::Experiment;
//! let circle = Dataset::build(&Experiment::default(), &[]).unwrap();
//! assert_eq!((circle.train.len(), circle.test.len(), circle.width()), (100, 100, 2));
//! ```

mod card;
mod feature;
mod image;
mod own;
mod prepare;
mod rows;
mod series;
mod shape;
mod table;
mod text;

pub use card::{Card, Input, Kind, Task};
pub use feature::{FEATURES, FeatureCard, MOST_FEATURES, named_feature};
pub use own::{FARTHEST, ID as OWN, MOST_CLASSES, MOST_POINTS};
pub use rows::Rows;

use crate::error::{Error, Problem};
use crate::experiment::{DataSpec, Experiment};
use card::Source;

/// The data set with this id.
pub fn find(id: &str) -> Option<&'static Card> {
    catalogue().find(|card| card.id == id)
}

/// The data set that somebody calls this.
pub fn called(name: &str) -> Option<&'static Card> {
    find(name).or_else(|| catalogue().find(|card| !card.also.is_empty() && card.also == name))
}

/// Every data set.
pub fn catalogue() -> impl Iterator<Item = &'static Card> {
    shape::CARDS
        .iter()
        .chain(table::CARDS)
        .chain(image::CARDS)
        .chain(series::CARDS)
        .chain(text::CARDS)
        .chain(own::CARDS)
}

/// Rows ready to train on.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// What it is.
    pub card: &'static Card,
    /// Names of the inputs; empty where they have none.
    pub features: Vec<String>,
    /// Names of the classes; empty for a regression.
    pub classes: Vec<String>,
    /// What is asked of the network.
    pub task: Task,
    /// The axes of one sample's inputs: `[features]`, `[channels, height, width]`, `[time, features]`, `[time]` of indices.
    pub axes: Vec<usize>,
    /// What an input number is.
    pub input: Input,
    /// The entries of the vocabulary, where inputs are indices.
    pub vocabulary: Vec<String>,
    /// Inputs, scaled.
    pub inputs: Rows,
    /// The coordinates of points in the plane, of which the inputs are features; `None` where the inputs are what there is.
    pub plane: Option<Rows>,
    /// The features, as formulas.
    lift: Vec<feature::Feature>,
    /// Targets: the index of the row's class, one for each position, or a number, scaled.
    pub targets: Rows,
    /// What was subtracted from a target that is a number, and what it was divided by.
    pub target_scale: [f64; 2],
    /// Rows to train on.
    pub train: Vec<u32>,
    /// Rows kept for the test.
    pub test: Vec<u32>,
    /// What was decided or left out while reading, in words.
    pub notes: Vec<String>,
}

impl Dataset {
    /// The data of an experiment. `files` are the contents of [`Card::files`], decompressed and in their order; for the
    /// user's own data, the table, if there is one.
    ///
    /// # Errors
    /// If the experiment is invalid, or a file is missing or cannot be read.
    pub fn build(experiment: &Experiment, files: &[&[u8]]) -> Result<Self, Error> {
        experiment.validate()?;
        let data = &experiment.data;
        let card =
            find(&data.name).ok_or_else(|| Problem::new("data.name", &data.name, "a data set of the catalogue"))?;
        let contents = Contents::new(card, files)?;
        let seed = experiment.seed as u32;
        match card.source {
            Source::Shape(shape) => feature::apply(shape::points(shape, card, data, seed), &data.features),
            Source::Table(layout) => table::read(layout, card, &contents, data, seed),
            Source::Image(layout) => image::read(layout, card, &contents, data),
            Source::Series(layout) => series::read(layout, card, &contents, data),
            Source::Text(layout) => text::read(layout, card, &contents, data, seed),
            Source::Own => {
                let dataset = own::read(card, &contents, data, seed)?;
                // What a table asks is known only now.
                experiment.loss_problem(dataset.task).map_or(Ok(dataset), |problem| Err(problem.into()))
            }
        }
    }

    /// A data set of this card without rows, to be filled.
    fn of(card: &'static Card, data: &DataSpec) -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let axes = card.axes(data);
        Self {
            card,
            features: owned(card.features),
            classes: owned(card.classes),
            task: card.task().unwrap_or(Task::Regression),
            input: card.input(data),
            vocabulary: Vec::new(),
            inputs: Rows { width: axes.iter().product(), ..Rows::default() },
            plane: None,
            lift: Vec::new(),
            axes,
            targets: Rows { width: 1, ..Rows::default() },
            target_scale: [0.0, 1.0],
            train: Vec::new(),
            test: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many input numbers a row has.
    pub fn width(&self) -> usize {
        self.inputs.width
    }

    /// How many classes are asked for in each row.
    pub fn positions(&self) -> usize {
        self.targets.width
    }

    /// Whether each row is a point in the plane: two quantities, or features of a point.
    pub fn is_plane(&self) -> bool {
        self.plane.is_some() || (self.axes == [2] && self.input == Input::Quantity)
    }

    /// The inputs of one row.
    pub fn row(&self, row: u32) -> &[f32] {
        self.inputs.row(row)
    }
}

/// The share of rows for the test.
fn test_share(card: &Card, data: &DataSpec) -> f64 {
    data.test_share.unwrap_or(card.test_share)
}

/// The files of a data set.
struct Contents<'a> {
    card: &'static Card,
    files: &'a [&'a [u8]],
}

impl<'a> Contents<'a> {
    fn new(card: &'static Card, files: &'a [&'a [u8]]) -> Result<Self, Error> {
        let wanted = card.files.len();
        if files.len() == wanted || (card.kind == Kind::Own && files.len() <= 1) {
            return Ok(Self { card, files });
        }
        let accepted = match card.kind {
            Kind::Own => "at most one table with it".into(),
            _ if wanted == 0 => "no files with it".into(),
            _ => format!("the contents of {} with it", card.files.join(", ")),
        };
        Err(Problem::new("data.name", format!("{} with {} files", card.id, files.len()), accepted).into())
    }

    fn name(&self, at: usize) -> &'static str {
        self.card.files.get(at).copied().unwrap_or(self.card.id)
    }

    fn text(&self, at: usize) -> Result<&'a str, Error> {
        std::str::from_utf8(self.files[at]).map_err(|error| {
            let line = self.files[at][..error.valid_up_to()].split(|&byte| byte == b'\n').count() as u64;
            Error::Table { file: self.name(at).into(), line, fact: "this is not text in UTF-8".into() }
        })
    }

    fn error(&self, at: usize, fact: String) -> Error {
        Error::File { file: self.name(at).into(), fact }
    }
}
