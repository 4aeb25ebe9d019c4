//! A table of the user's own as cells: delimiter, header and numbers are found from the text itself.

use crate::error::Error;
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashSet;

/// Bytes of a table at most.
const MOST_BYTES: usize = 5_000_000;
/// Rows at most.
const MOST_ROWS: usize = 20_000;
/// Columns at most.
pub(super) const MOST_COLUMNS: usize = 200;
/// Farther numbers are not accepted, lest their squares overflow.
const LARGEST: f64 = 1e30;
/// Lines looked at to find the delimiter.
const LOOKED_AT: usize = 20;

/// The cells of a table.
pub(super) struct Grid {
    /// Names of the columns, no two alike.
    pub names: Vec<String>,
    /// Line in the file, from 1, and cells of each row; as many as there are columns.
    pub rows: Vec<(u64, StringRecord)>,
    /// Numbers may have a decimal comma.
    has_decimal_comma: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    Missing,
    Number(f64),
    Text,
}

/// What is wrong at a line of the user's table.
pub(super) fn wrong(line: u64, fact: String) -> Error {
    Error::Table { file: "your table".into(), line, fact }
}

impl Grid {
    /// Reads a table of at least two columns; `header` says whether the first line names them, if that is known.
    ///
    /// # Errors
    /// [`Error::Table`] naming the line, if it is no text, no table, or too large.
    pub fn read(bytes: &[u8], header: Option<bool>) -> Result<Self, Error> {
        let text = decode(bytes)?;
        let delimiter = delimiter(text);
        let has_decimal_comma = delimiter == b';';
        let mut rows = records(text, delimiter)?;
        let Some((line, first)) = rows.first() else { return Err(wrong(1, "the table is empty".into())) };
        if first.len() < 2 {
            let fact = "there is one column; at least two are needed, separated by a comma, semicolon or tab";
            return Err(wrong(*line, fact.into()));
        }
        let is_number = |cell: &str| matches!(read(cell, has_decimal_comma), Cell::Number(_));
        let names = if header.unwrap_or_else(|| !first.iter().any(is_number)) {
            unlike(rows.remove(0).1.iter().map(str::trim))
        } else {
            unlike(std::iter::repeat_n("", first.len()))
        };
        if let Some((line, _)) = rows.get(MOST_ROWS) {
            return Err(wrong(*line, format!("at most {MOST_ROWS} rows are accepted; there are {}", rows.len())));
        }
        Ok(Self { names, rows, has_decimal_comma })
    }

    /// What a cell holds.
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        read(&self.rows[row].1[column], self.has_decimal_comma)
    }

    /// How numbers may be written, in words.
    pub fn accepted(&self) -> &'static str {
        if self.has_decimal_comma { "a number such as 1,5 or 1.5" } else { "a number such as 1.5" }
    }
}

fn decode(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > MOST_BYTES {
        let fact = format!("the file has {} bytes; at most {MOST_BYTES} (5 MB) are accepted", bytes.len());
        return Err(wrong(1, fact));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (good, is_text) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, !text.contains('\0')),
        Err(error) => (std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(), false),
    };
    if is_text {
        return Ok(good);
    }
    let before = good.split('\0').next().unwrap_or_default();
    let line = 1 + before.matches('\n').count() as u64;
    Err(wrong(line, "this is not text in UTF-8; save the table as CSV in UTF-8".into()))
}

/// The delimiter that cuts the first lines into equally many cells; a tab rather than a semicolon rather than a comma, which
/// may stand in numbers. If none does, the one that cuts the first line into the most.
fn delimiter(text: &str) -> u8 {
    let evenness = |&delimiter: &u8| {
        let mut reader = reader(text, delimiter);
        let mut lengths = reader.records().take(LOOKED_AT).map(|record| record.map_or(0, |record| record.len()));
        let first = lengths.next().unwrap_or(0);
        let is_even = first > 1 && lengths.all(|length| length == first);
        (is_even, if is_even { 0 } else { first })
    };
    let is_better = |best: u8, next: u8| if evenness(&next) > evenness(&best) { next } else { best };
    [b'\t', b';', b','].into_iter().reduce(is_better).unwrap_or(b',')
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

fn records(text: &str, delimiter: u8) -> Result<Vec<(u64, StringRecord)>, Error> {
    let mut rows: Vec<(u64, StringRecord)> = Vec::new();
    for record in reader(text, delimiter).into_records() {
        let record =
            record.map_err(|error| wrong(error.position().map_or(1, csv::Position::line), error.to_string()))?;
        let line = line_of(text, &record);
        let columns = rows.first().map_or(record.len(), |(_, first)| first.len());
        if record.len() != columns {
            return Err(wrong(line, format!("{} cells, where the first line has {columns}", record.len())));
        }
        if columns > MOST_COLUMNS {
            return Err(wrong(line, format!("{columns} columns; at most {MOST_COLUMNS} are accepted")));
        }
        rows.push((line, record));
    }
    Ok(rows)
}

/// The line a record begins on. The reader says where it stood before it passed blank lines.
fn line_of(text: &str, record: &StringRecord) -> u64 {
    let Some(position) = record.position() else { return 1 };
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|&&byte| byte == b'\n').count() as u64
}

/// The names of columns: those without one are numbered, those alike are told apart by a number.
fn unlike<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut name = |(at, name): (usize, &str)| {
        let plain = if name.is_empty() { format!("column {}", at + 1) } else { name.into() };
        let mut numbered = (2..).map(|number| format!("{plain} {number}"));
        let mut unlike = plain.clone();
        while !taken.insert(unlike.clone()) {
            unlike = numbered.next().unwrap_or_default();
        }
        unlike
    };
    names.enumerate().map(&mut name).collect()
}

fn read(cell: &str, has_decimal_comma: bool) -> Cell {
    let cell = cell.trim();
    let missing = ["", "-", "?", "na", "n/a", "nan", "null", "none"];
    if missing.contains(&cell.to_ascii_lowercase().as_str()) {
        return Cell::Missing;
    }
    let point = if has_decimal_comma && !cell.contains('.') { cell.replacen(',', ".", 1) } else { cell.into() };
    match point.parse::<f64>() {
        Ok(number) if number.abs() <= LARGEST => Cell::Number(number),
        _ => Cell::Text,
    }
}
