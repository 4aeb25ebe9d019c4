//! Real tables, as CSV files in `data/` with their licences. Reading names the line that does not fit.

use super::card::Source;
use super::prepare::{Scale, split};
use super::{Card, Contents, Dataset, Kind, Rows, test_share};
use crate::error::Error;
use crate::experiment::DataSpec;
use csv::ReaderBuilder;

/// How a table is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Column with the target: a number, or a class by its name in the card or its index.
    pub target: &'static str,
    /// How inputs are brought to a common scale.
    pub scale: Scale,
}

const fn table(layout: Layout, card: Card) -> Card {
    Card { source: Source::Table(layout), ..card }
}

const STANDARD: Layout = Layout { target: "target", scale: Scale::Standardise };
const UCI: &str = "CC BY 4.0 (UCI Machine Learning Repository)";
/// Filled in by every entry.
const BLANK: Card = Card { kind: Kind::Table, licence: UCI, source: Source::Table(STANDARD), ..Card::BLANK };

pub(super) const CARDS: &[Card] = &[
    Card {
        id: "iris",
        title: "Iris",
        description: "Three kinds of iris told apart by the size of their petals and sepals.",
        rows: Some(150),
        features: &["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"],
        classes: &["setosa", "versicolor", "virginica"],
        files: &["iris.csv"],
        citation: "R. A. Fisher (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics 7(2).",
        ..BLANK
    },
    table(
        Layout { target: "species", scale: Scale::Standardise },
        Card {
            id: "penguins",
            title: "Penguins",
            description: "Three penguin species told apart by bill, flipper and body mass.",
            rows: Some(333),
            features: &["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"],
            classes: &["Adelie", "Chinstrap", "Gentoo"],
            files: &["penguins.csv"],
            citation: "A. Horst, A. Hill, K. Gorman (2020). palmerpenguins. doi:10.5281/zenodo.3960218. Rows with missing values are dropped.",
            licence: "CC0 1.0",
            ..BLANK
        },
    ),
    Card {
        id: "wine",
        title: "Wine",
        description: "Three growers told apart by thirteen chemical measurements of their wine.",
        rows: Some(178),
        features: WINE,
        classes: &["grower 1", "grower 2", "grower 3"],
        files: &["wine.csv"],
        citation: "S. Aeberhard, M. Forina (1992). Wine. UCI Machine Learning Repository.",
        ..BLANK
    },
    Card {
        id: "breast_cancer",
        title: "Breast cancer",
        description: "Malignant or benign, from thirty measurements of cell nuclei.",
        rows: Some(569),
        features: BREAST_CANCER,
        classes: &["malignant", "benign"],
        files: &["breast_cancer.csv"],
        citation: "W. Wolberg, O. Mangasarian, N. Street, W. Street (1993). UCI Machine Learning Repository.",
        ..BLANK
    },
    table(
        Layout { target: "target", scale: Scale::Divide(16.0) },
        Card {
            id: "digits",
            title: "Digits",
            description: "Ten handwritten digits as 8 × 8 pixels, each pixel an input.",
            rows: Some(1797),
            features: DIGITS,
            classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            files: &["digits.csv"],
            citation: "E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning Repository.",
            ..BLANK
        },
    ),
    table(
        Layout { target: "miles_per_gallon", scale: Scale::Standardise },
        Card {
            id: "cars",
            title: "Cars",
            description: "How far a car of 1970 to 1982 goes on a gallon, from its engine, weight and year.",
            rows: Some(392),
            features: &["cylinders", "displacement", "horsepower", "weight_in_lbs", "acceleration", "year"],
            files: &["cars.csv"],
            citation: "D. Donoho, E. Ramos (1982). PRIMDATA: Data Sets for Use With PRIM-H; R. Quinlan (1993). Auto MPG. UCI Machine Learning Repository. From vega_datasets 0.9.0; rows with missing values are dropped.",
            licence: "CC BY 4.0 (UCI Machine Learning Repository, Auto MPG)",
            ..BLANK
        },
    ),
];

const WINE: &[&str] = &[
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315_of_diluted_wines",
    "proline",
];

const BREAST_CANCER: &[&str] = &[
    "mean_radius",
    "mean_texture",
    "mean_perimeter",
    "mean_area",
    "mean_smoothness",
    "mean_compactness",
    "mean_concavity",
    "mean_concave_points",
    "mean_symmetry",
    "mean_fractal_dimension",
    "radius_error",
    "texture_error",
    "perimeter_error",
    "area_error",
    "smoothness_error",
    "compactness_error",
    "concavity_error",
    "concave_points_error",
    "symmetry_error",
    "fractal_dimension_error",
    "worst_radius",
    "worst_texture",
    "worst_perimeter",
    "worst_area",
    "worst_smoothness",
    "worst_compactness",
    "worst_concavity",
    "worst_concave_points",
    "worst_symmetry",
    "worst_fractal_dimension",
];

/// Rows and columns of the picture.
const DIGITS: &[&str] = &[
    "r0c0", "r0c1", "r0c2", "r0c3", "r0c4", "r0c5", "r0c6", "r0c7", "r1c0", "r1c1", "r1c2", "r1c3", "r1c4", "r1c5",
    "r1c6", "r1c7", "r2c0", "r2c1", "r2c2", "r2c3", "r2c4", "r2c5", "r2c6", "r2c7", "r3c0", "r3c1", "r3c2", "r3c3",
    "r3c4", "r3c5", "r3c6", "r3c7", "r4c0", "r4c1", "r4c2", "r4c3", "r4c4", "r4c5", "r4c6", "r4c7", "r5c0", "r5c1",
    "r5c2", "r5c3", "r5c4", "r5c5", "r5c6", "r5c7", "r6c0", "r6c1", "r6c2", "r6c3", "r6c4", "r6c5", "r6c6", "r6c7",
    "r7c0", "r7c1", "r7c2", "r7c3", "r7c4", "r7c5", "r7c6", "r7c7",
];

/// Reads a table, splits it and scales its inputs and, if they are numbers, its targets.
///
/// # Errors
/// [`Error::Table`] naming the line, if a column is missing or a value is not what its column holds.
pub(super) fn read(
    layout: Layout,
    card: &'static Card,
    contents: &Contents,
    data: &DataSpec,
    seed: u32,
) -> Result<Dataset, Error> {
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    each_row(contents, card.features, layout.target, |numbers, target| {
        inputs.extend_from_slice(numbers);
        targets.push(if card.classes.is_empty() { number(target)? } else { class(target, card)? });
        Ok(())
    })?;
    if targets.len() < 2 {
        let fact = format!("{} rows; at least 2 are needed, to train and to test", targets.len());
        return Err(Error::Table { file: contents.name(0).into(), line: 2, fact });
    }
    let (train, test) = split(targets.len(), test_share(card, data), seed);
    let width = card.features.len();
    layout.scale.apply(&mut inputs, width, &train);
    let target_scale = match card.classes.len() {
        0 => Scale::Standardise.apply(&mut targets, 1, &train)[0],
        _ => [0.0, 1.0],
    };
    let (inputs, targets) = (Rows::new(inputs, width), Rows::new(targets, 1));
    Ok(Dataset { inputs, targets, target_scale, train, test, ..Dataset::of(card, data) })
}

/// Shows the numbers of some columns, and the text of another, of every row of the first file.
///
/// # Errors
/// [`Error::Table`] naming the line, if a column is missing, a value is no number, or `see` says what is wrong.
pub(super) fn each_row(
    contents: &Contents,
    names: &[&str],
    target: &str,
    mut see: impl FnMut(&[f64], &str) -> Result<(), String>,
) -> Result<(), Error> {
    let at = |line: u64, fact: String| Error::Table { file: contents.name(0).into(), line, fact };
    let mut reader = ReaderBuilder::new().from_reader(contents.text(0)?.as_bytes());
    let header = reader.headers().map_err(|error| at(1, error.to_string()))?.clone();
    let column = |name: &str| {
        header.iter().position(|title| title == name).ok_or_else(|| at(1, format!("there is no column {name}")))
    };
    let columns = names.iter().map(|name| column(name)).collect::<Result<Vec<usize>, Error>>()?;
    let target = column(target)?;
    for record in reader.records() {
        let record = record.map_err(|error| at(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let read = |&column: &usize| number(&record[column]).map_err(|fact| format!("column {} is {fact}", column + 1));
        let numbers = columns.iter().map(read).collect::<Result<Vec<f64>, String>>();
        numbers.and_then(|numbers| see(&numbers, &record[target])).map_err(|fact| at(line, fact))?;
    }
    Ok(())
}

fn number(text: &str) -> Result<f64, String> {
    let value: f64 = text.trim().parse().map_err(|_| format!("{text:?}, not a number"))?;
    if value.is_finite() { Ok(value) } else { Err(format!("{text}, not a finite number")) }
}

fn class(text: &str, card: &Card) -> Result<f64, String> {
    let index = card.classes.iter().position(|name| *name == text).or_else(|| text.trim().parse().ok());
    match index {
        Some(index) if index < card.classes.len() => Ok(index as f64),
        _ => Err(format!("the class is {text:?}, not one of {}", card.classes.join(", "))),
    }
}

/// The table that is read from this file.
pub(super) fn with_file(file: &str) -> &'static Card {
    CARDS.iter().find(|card| card.files == [file]).expect("a table of the catalogue")
}
