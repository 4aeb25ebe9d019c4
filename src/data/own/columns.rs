//! From the cells of a user's table to inputs and targets: which columns, which rows, and what is asked.

use super::MOST_CLASSES;
use super::grid::{Cell, Grid, wrong};
use crate::data::prepare::{Scale, split};
use crate::data::{Card, Dataset, Rows, Task, test_share};
use crate::error::{Error, Problem};
use crate::experiment::{ColumnsSpec, DataSpec, TargetSpec};

/// A column of whole numbers is taken for classes up to so many different ones.
const MOST_NUMBERED_CLASSES: usize = 12;
/// Lines named at most where rows are left out.
const MOST_NAMED: usize = 20;

/// Reads a table, leaves out rows with missing values, splits it, and scales its inputs and, if they are numbers, its
/// targets.
///
/// # Errors
/// If it is no table, a column is missing or unfit, or too little is left. Lines and columns are named.
pub(super) fn read(bytes: &[u8], card: &'static Card, data: &DataSpec, seed: u32) -> Result<Dataset, Error> {
    let grid = Grid::read(bytes, data.columns.header)?;
    let mut notes = Vec::new();
    let target = target(&grid, &data.columns)?;
    let inputs = inputs(&grid, &data.columns, target, &mut notes)?;
    let rows = complete(&grid, &inputs, target, &mut notes)?;
    let asked = Asked::of(&grid, &rows, target, data.columns.task)?;
    notes.push(asked.note(&grid.names[target]));
    let mut numbers = Vec::with_capacity(rows.len() * inputs.len());
    for &row in &rows {
        for &column in &inputs {
            numbers.push(number(&grid, row, column)?);
        }
    }
    let (train, test) = split(rows.len(), test_share(card, data), seed);
    Scale::Standardise.apply(&mut numbers, inputs.len(), &train);
    let (mut targets, classes, task) = match asked {
        Asked::Number(numbers) => (numbers, Vec::new(), Task::Regression),
        Asked::Class(indices, names) => (indices, names.clone(), Task::of_classes(names.len())),
    };
    let target_scale = match task {
        Task::Regression => Scale::Standardise.apply(&mut targets, 1, &train)[0],
        _ => [0.0, 1.0],
    };
    Ok(Dataset {
        features: inputs.iter().map(|&column| grid.names[column].clone()).collect(),
        classes,
        task,
        axes: vec![inputs.len()],
        inputs: Rows::new(numbers, inputs.len()),
        targets: Rows::new(targets, 1),
        target_scale,
        train,
        test,
        notes,
        ..Dataset::of(card, data)
    })
}

/// The column of this name.
fn find(grid: &Grid, field: &str, name: &str) -> Result<usize, Error> {
    let column = grid.names.iter().position(|known| known == name.trim());
    column.ok_or_else(|| Problem::new(field, name, format!("a column: {}", list(&grid.names, MOST_NAMED))).into())
}

fn target(grid: &Grid, spec: &ColumnsSpec) -> Result<usize, Error> {
    if spec.target.is_empty() { Ok(grid.names.len() - 1) } else { find(grid, "data.columns.target", &spec.target) }
}

/// The columns chosen; if none are, all but the target that have no text.
fn inputs(grid: &Grid, spec: &ColumnsSpec, target: usize, notes: &mut Vec<String>) -> Result<Vec<usize>, Error> {
    let mut chosen = Vec::new();
    for (at, name) in spec.inputs.iter().enumerate() {
        let field = format!("data.columns.inputs[{at}]");
        let column = find(grid, &field, name)?;
        if column == target || chosen.contains(&column) {
            let what = if column == target { "the target" } else { "already an input" };
            return Err(Problem::new(field, name, format!("another column: {name} is {what}")).into());
        }
        chosen.push(column);
    }
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let text = |column: usize| (0..grid.rows.len()).find(|&row| grid.cell(row, column) == Cell::Text);
    let mut left_out = Vec::new();
    for column in (0..grid.names.len()).filter(|&column| column != target) {
        match text(column) {
            None => chosen.push(column),
            Some(row) => {
                let (line, cells) = &grid.rows[row];
                left_out.push(format!("{} (line {line}: {:?})", grid.names[column], shortened(&cells[column])));
            }
        }
    }
    if chosen.is_empty() {
        let fact = format!("no column of numbers beside the target: {}", list(&left_out, MOST_NAMED));
        return Err(wrong(grid.rows.first().map_or(1, |(line, _)| *line), fact));
    }
    if !left_out.is_empty() {
        notes.push(format!("Columns with text are left out: {}.", list(&left_out, MOST_NAMED)));
    }
    Ok(chosen)
}

/// The rows without missing values in the columns used.
fn complete(grid: &Grid, inputs: &[usize], target: usize, notes: &mut Vec<String>) -> Result<Vec<usize>, Error> {
    let is_complete =
        |&row: &usize| inputs.iter().chain([&target]).all(|&column| grid.cell(row, column) != Cell::Missing);
    let (kept, left_out): (Vec<usize>, Vec<usize>) = (0..grid.rows.len()).partition(is_complete);
    let lines: Vec<String> = left_out.iter().map(|&row| grid.rows[row].0.to_string()).collect();
    let said = format!("rows with missing values are left out: {} (lines {})", lines.len(), list(&lines, MOST_NAMED));
    if kept.len() < 2 {
        let why = if lines.is_empty() { String::new() } else { format!("; {said}") };
        return Err(wrong(1, format!("{} rows; at least 2 are needed, to train and to test{why}", kept.len())));
    }
    if !lines.is_empty() {
        notes.push(format!("R{}.", &said[1..]));
    }
    Ok(kept)
}

fn number(grid: &Grid, row: usize, column: usize) -> Result<f64, Error> {
    if let Cell::Number(number) = grid.cell(row, column) {
        return Ok(number);
    }
    let (line, cells) = &grid.rows[row];
    let (name, cell) = (&grid.names[column], shortened(&cells[column]));
    Err(wrong(*line, format!("column {name} is {cell:?}; accepted: {}", grid.accepted())))
}

/// What is asked, with the answer of each row.
enum Asked {
    Number(Vec<f64>),
    /// Index of the class, and the names of all.
    Class(Vec<f64>, Vec<String>),
}

impl Asked {
    fn of(grid: &Grid, rows: &[usize], target: usize, wanted: Option<TargetSpec>) -> Result<Self, Error> {
        if wanted == Some(TargetSpec::Regression) {
            return Ok(Self::Number(rows.iter().map(|&row| number(grid, row, target)).collect::<Result<_, _>>()?));
        }
        let numbers: Option<Vec<f64>> = rows.iter().map(|&row| number(grid, row, target).ok()).collect();
        let name = |row: usize| grid.rows[row].1[target].trim().to_owned();
        // Numbers are sorted as such, and 1 is 1.0.
        let (answers, mut classes): (Vec<String>, Vec<String>) = if let Some(numbers) = &numbers {
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.dedup();
            if wanted.is_none() && (sorted.len() > MOST_NUMBERED_CLASSES || sorted.iter().any(|x| x.fract() != 0.0)) {
                return Ok(Self::Number(numbers.clone()));
            }
            let names = |numbers: &[f64]| numbers.iter().map(|&x| (x + 0.0).to_string()).collect();
            (names(numbers), names(&sorted))
        } else {
            let mut sorted: Vec<String> = rows.iter().map(|&row| name(row)).collect();
            sorted.sort();
            (rows.iter().map(|&row| name(row)).collect(), sorted)
        };
        classes.dedup();
        if !(2..=MOST_CLASSES).contains(&classes.len()) {
            // Numbers but for a slip of the pen: the slip is what is to be mended.
            let is_number = |row: usize| matches!(grid.cell(row, target), Cell::Number(_));
            let (right, slips): (Vec<usize>, Vec<usize>) = rows.iter().partition(|&&row| is_number(row));
            if let (None, Some(&slip)) = (wanted, slips.first().filter(|_| right.len() > slips.len())) {
                number(grid, slip, target)?;
            }
            let shown: Vec<String> = classes.iter().map(|class| shortened(class)).collect();
            let accepted = format!("2 to {MOST_CLASSES} classes, or numbers");
            let noun = if classes.len() == 1 { "class" } else { "classes" };
            let value = format!("{} with {} {noun} ({})", grid.names[target], classes.len(), list(&shown, 5));
            return Err(Problem::new("data.columns.target", value, accepted).into());
        }
        let index = |answer: &String| classes.iter().position(|class| class == answer).unwrap_or(0) as f64;
        let indices = answers.iter().map(index).collect();
        Ok(Self::Class(indices, classes))
    }

    fn note(&self, target: &str) -> String {
        match self {
            Self::Number(_) => format!("{target} is taken for a number to be foretold."),
            Self::Class(_, classes) => format!("{target} is taken for {} classes.", classes.len()),
        }
    }
}

/// Some of the items, and how many more there are.
fn list(items: &[String], most: usize) -> String {
    let shown = items[..items.len().min(most)].join(", ");
    if items.len() > most { format!("{shown} and {} more", items.len() - most) } else { shown }
}

/// A cell's text, cut if it is long.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let text = text.trim();
    if text.chars().count() > MOST { text.chars().take(MOST).chain(['…']).collect() } else { text.into() }
}
