//! What is wrong with a typed formula, said so that its author can mend it.

use serde::Serialize;
use std::ops::Range;

/// Why a text is not a formula, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[error("{message}")]
pub struct FormulaError {
    /// First character concerned, counted in characters (not bytes) from 0.
    pub start: usize,
    /// The character after the last one concerned; larger than `start` unless the text is empty.
    pub end: usize,
    /// What is wrong: "softplus( is never closed".
    pub message: String,
    /// What would be accepted there.
    pub accepted: String,
}

impl FormulaError {
    /// An error at these bytes of `source`, which may be an empty range at its end.
    pub(super) fn new(source: &str, bytes: Range<usize>, message: String, accepted: impl Into<String>) -> Self {
        let characters = |bytes: usize| source.char_indices().take_while(|(at, _)| *at < bytes).count();
        let (mut start, mut end) = (characters(bytes.start), characters(bytes.end));
        // Something to underline, also where a thing is missing at the end.
        let length = source.chars().count();
        if start == end && length > 0 {
            start = start.min(length - 1);
            end = start + 1;
        }
        Self { start, end, message, accepted: accepted.into() }
    }
}
