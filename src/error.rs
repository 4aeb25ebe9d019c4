//! What can be wrong with what somebody asked for, said so that they can mend it.

use serde::Serialize;
use std::fmt;

/// One thing that was not understood: which field, the value it had, what it accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Problem {
    /// Where: `layers[1].units`, or the key of a link.
    pub field: String,
    /// The value as it was given.
    pub value: String,
    /// What would have been accepted.
    pub accepted: String,
    /// The value that is used instead, if it could be brought into range.
    pub used: Option<String>,
}

impl Problem {
    /// `field` was `value`, but must be `accepted`.
    pub fn new(field: impl Into<String>, value: impl fmt::Display, accepted: impl Into<String>) -> Self {
        Self { field: field.into(), value: value.to_string(), accepted: accepted.into(), used: None }
    }

    /// The same, and the nearest value that is accepted is used.
    #[must_use]
    pub fn brought_to(self, used: impl fmt::Display) -> Self {
        Self { used: Some(used.to_string()), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.is_empty() { "empty" } else { &self.value };
        write!(f, "{} is {value}; accepted: {}", self.field, self.accepted)?;
        self.used.as_ref().map_or(Ok(()), |used| write!(f, "; {used} is used"))
    }
}

/// Why the engine refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A description with one or more fields out of range.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
    /// A table that could not be read.
    #[error("{file}, line {line}: {fact}")]
    Table {
        /// Name of the file.
        file: String,
        /// Line in it, from 1.
        line: u64,
        /// What is wrong there.
        fact: String,
    },
    /// A file that is not what it should be.
    #[error("{file}: {fact}")]
    File {
        /// Name of the file.
        file: String,
        /// What it is, and what was expected.
        fact: String,
    },
    /// Two tensors that do not fit together.
    #[error("{place}: {fact}")]
    Shape {
        /// The layer or operation.
        place: String,
        /// Both shapes and what was needed.
        fact: String,
    },
}

impl Error {
    /// The problems of an invalid description; one without a field for other errors.
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Invalid(problems) => problems.clone(),
            Self::Table { file, line, fact } => vec![Problem::new(format!("{file}:{line}"), fact, "a readable table")],
            Self::File { file, fact } => vec![Problem::new(file, fact, "the file that belongs to the data set")],
            Self::Shape { place, fact } => vec![Problem::new(place, fact, "shapes that fit")],
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join(". ")
}
