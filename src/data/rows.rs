//! The numbers of a data set, sample by sample.

/// Rows of equally many numbers: next to each other, or windows into one long array that may overlap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// All numbers, as programs take them.
    pub numbers: Vec<f32>,
    /// How many a row has.
    pub width: usize,
    /// Where each row begins in `numbers`; without it, rows follow each other.
    pub starts: Option<Vec<u32>>,
}

impl Rows {
    /// Rows that follow each other, rounded to what a program takes.
    pub fn new(numbers: impl IntoIterator<Item = f64>, width: usize) -> Self {
        Self { numbers: numbers.into_iter().map(|x| x as f32).collect(), width, starts: None }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.starts.as_ref().map_or_else(|| self.numbers.len() / self.width.max(1), Vec::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: u32) -> &[f32] {
        let start = self.starts.as_ref().map_or(row as usize * self.width, |starts| starts[row as usize] as usize);
        &self.numbers[start..start + self.width]
    }

    /// Every row.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        (0..self.len() as u32).map(|row| self.row(row))
    }
}
