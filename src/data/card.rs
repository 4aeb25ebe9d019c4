//! What a data set is, before any of its files is read.

use super::{feature, image, own, series, shape, table, text};
use crate::error::Problem;
use crate::experiment::DataSpec;
use serde::Serialize;

/// What is asked of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Yes or no: one logit.
    Binary,
    /// One of so many classes: a logit each.
    Classes(usize),
    /// One of so many classes at each position of a sequence: a logit each, there.
    EachPosition(usize),
    /// A number.
    Regression,
}

impl Task {
    /// How many outputs the task's own loss takes; at each position, where it asks for a class there.
    pub fn width(self) -> usize {
        match self {
            Self::Binary | Self::Regression => 1,
            Self::Classes(count) | Self::EachPosition(count) => count,
        }
    }

    /// To tell so many classes apart.
    pub(super) fn of_classes(count: usize) -> Self {
        if count == 2 { Self::Binary } else { Self::Classes(count) }
    }
}

/// What an input number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A quantity.
    Quantity,
    /// The index of an entry in a vocabulary of so many.
    Index(usize),
}

/// What sort of data it is, by which menus and pictures go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DataKind"))]
pub enum Kind {
    /// Points generated in the plane.
    Shape,
    /// A table: a column for each input.
    Table,
    /// Pictures.
    Image,
    /// Numbers in the order of time, cut into windows.
    Series,
    /// Words or characters.
    Text,
    /// The user's own points or table.
    Own,
}

/// What a data set is. The only place these facts are written.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DataCard"))]
pub struct Card {
    /// Name in descriptions and links.
    pub id: &'static str,
    /// Another name that a link may have.
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub also: &'static str,
    /// Name on the screen.
    pub title: &'static str,
    /// What sort of data it is.
    pub kind: Kind,
    /// One sentence: what it asks of a network.
    pub description: &'static str,
    /// How many rows its files have (for text to be continued: characters); `null` where they are generated or the user's.
    pub rows: Option<u32>,
    /// Names of the inputs, as far as they are used; empty where they have none, as pixels and words.
    pub features: &'static [&'static str],
    /// Names of the classes; empty for a regression, for the characters of a text, and for the user's own.
    pub classes: &'static [&'static str],
    /// Share of rows kept for the test unless an experiment says otherwise.
    pub test_share: f64,
    /// The files it is read from, beside the page in `data/`. Those that end in `.gz` are to be decompressed first.
    pub files: &'static [&'static str],
    /// The network and training that suit it, as a part of a link; empty where a few fully connected layers do.
    pub network: &'static str,
    /// Who made it, and where it was published.
    pub citation: &'static str,
    /// The terms it comes under.
    pub licence: &'static str,
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub(super) source: Source,
}

/// Where the rows come from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Shape(shape::Shape),
    Table(table::Layout),
    Image(image::Layout),
    Series(series::Layout),
    Text(text::Layout),
    Own,
}

impl Card {
    /// To fill up from.
    pub(super) const BLANK: Self = Self {
        id: "",
        also: "",
        title: "",
        kind: Kind::Own,
        description: "",
        rows: None,
        features: &[],
        classes: &[],
        test_share: 0.2,
        files: &[],
        network: "",
        citation: "",
        licence: "",
        source: Source::Own,
    };

    /// What it asks of the network; for the user's own data that is known only when they are read.
    pub fn task(&self) -> Option<Task> {
        match self.source {
            Source::Own => None,
            Source::Text(text::Layout::Characters { alphabet }) => Some(Task::EachPosition(alphabet)),
            _ if self.classes.is_empty() => Some(Task::Regression),
            _ => Some(Task::of_classes(self.classes.len())),
        }
    }

    /// The axes of one sample's inputs: `[features]`, `[channels, height, width]`, `[time, features]`, or `[time]` for
    /// indices. For a table of the user's own that does not say which columns it uses: as many as it may have.
    pub fn axes(&self, data: &DataSpec) -> Vec<usize> {
        match self.source {
            Source::Shape(_) => vec![data.features.len()],
            Source::Table(_) => vec![self.features.len()],
            Source::Image(layout) => layout.axes.to_vec(),
            Source::Series(_) => vec![data.window as usize, self.features.len()],
            Source::Text(layout) => vec![layout.length(data)],
            Source::Own => vec![own::width(data)],
        }
    }

    /// What an input number is.
    pub fn input(&self, data: &DataSpec) -> Input {
        match self.source {
            Source::Text(layout) => Input::Index(layout.vocabulary(data)),
            _ => Input::Quantity,
        }
    }

    /// What does not fit together in the settings of this data set, each of which is in its range.
    pub(crate) fn problems(&self, data: &DataSpec) -> Vec<Problem> {
        match self.source {
            Source::Series(_) => series::problem(self, data).into_iter().collect(),
            Source::Own => own::problems(data),
            Source::Shape(_) => feature::problems(&data.features),
            _ => Vec::new(),
        }
    }

    /// Whether its rows are points in the plane, of which features are seen.
    pub fn is_points(&self, data: &DataSpec) -> bool {
        matches!(self.source, Source::Shape(_)) || (matches!(self.source, Source::Own) && !data.drawn.is_empty())
    }
}
