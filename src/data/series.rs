//! Numbers in the order of time. A row is a window of them; its target is the value so many steps after the window. The
//! last values are for the test: their windows may reach back into those trained on, as they would in use.

use super::card::Source;
use super::prepare::{Scale, test_rows};
use super::table::each_row;
use super::{Card, Contents, Dataset, Kind, Rows, test_share};
use crate::error::{Error, Problem};
use crate::experiment::DataSpec;

/// How a series is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Which of the card's features is foretold.
    pub target: usize,
    /// How the values are brought to a common scale.
    pub scale: Scale,
}

const fn series(layout: Layout, card: Card) -> Card {
    Card { source: Source::Series(layout), ..card }
}

const STANDARD: Layout = Layout { target: 0, scale: Scale::Standardise };
const BLANK: Card = Card {
    kind: Kind::Series,
    network: "modules=lstm&net=0&opt=adam&lr=0.005&bs=16",
    licence: "Public domain",
    source: Source::Series(STANDARD),
    ..Card::BLANK
};

pub(super) const CARDS: &[Card] = &[
    series(
        Layout { target: 0, scale: Scale::Divide(100.0) },
        Card {
            id: "sunspots",
            title: "Sunspots",
            description: "Sunspots of each year since 1700, in cycles of about eleven years: how many will there be?",
            rows: Some(309),
            features: &["sunspots"],
            // From 1950 on.
            test_share: 59.0 / 309.0,
            files: &["series/sunspots.csv"],
            citation: "NOAA National Geophysical Data Center. Yearly mean sunspot numbers, 1700 to 2008. From statsmodels 0.15.0.",
            ..BLANK
        },
    ),
    Card {
        id: "nile",
        title: "Nile",
        description: "What the Nile carried past Aswan each year, in 10⁸ m³; it dropped for good in 1899.",
        rows: Some(100),
        features: &["volume"],
        files: &["series/nile.csv"],
        citation: "G. Cobb (1978). The Problem of the Nile. Biometrika 65. From statsmodels 0.15.0.",
        ..BLANK
    },
    Card {
        id: "co2",
        title: "CO₂",
        description: "Weekly carbon dioxide on Mauna Loa: a yearly breath on a rise that leaves the range trained on.",
        rows: Some(2225),
        features: &["co2_ppm"],
        files: &["series/co2.csv"],
        citation: "C. Keeling, T. Whorf (2004). Atmospheric CO2 from continuous air samples at Mauna Loa. CDIAC, Oak Ridge National Laboratory. From statsmodels 0.15.0; missing weeks are dropped.",
        ..BLANK
    },
    Card {
        id: "elnino",
        title: "El Niño",
        description: "Monthly temperature of the sea off Peru: seasons, and El Niño now and then.",
        rows: Some(732),
        features: &["sst_celsius"],
        files: &["series/elnino.csv"],
        citation: "NOAA National Weather Service. ERSST.V3B, region 1+2, 1950 to 2010. From statsmodels 0.15.0.",
        licence: "Public domain (NOAA)",
        ..BLANK
    },
    series(
        Layout { target: 1, scale: Scale::Standardise },
        Card {
            id: "seattle_weather",
            title: "Seattle weather",
            description: "Rain, temperatures and wind of each day in Seattle: how warm will it get?",
            rows: Some(1461),
            features: &["precipitation", "temp_max", "temp_min", "wind"],
            // The last of four years.
            test_share: 365.0 / 1461.0,
            files: &["series/seattle_weather.csv"],
            citation: "NOAA National Climatic Data Center. Seattle, 2012 to 2015. From vega_datasets 0.9.0.",
            licence: "Public domain (NOAA)",
            ..BLANK
        },
    ),
];

/// How many of the first values are trained on.
fn boundary(card: &Card, data: &DataSpec, values: usize) -> usize {
    values - test_rows(values, test_share(card, data))
}

/// Window and horizon must leave something to train on.
pub(super) fn problem(card: &Card, data: &DataSpec) -> Option<Problem> {
    problem_of(card, data, card.rows.unwrap_or_default() as usize)
}

fn problem_of(card: &Card, data: &DataSpec, values: usize) -> Option<Problem> {
    let most = boundary(card, data, values);
    let accepted = || format!("at most {most} with the horizon: {} has {most} values to train on", card.id);
    ((data.window + data.horizon) as usize > most).then(|| Problem::new("data.window", data.window, accepted()))
}

/// Reads a series and scales it by the values trained on.
///
/// # Errors
/// If a column is missing or a value is no number, or there are too few.
pub(super) fn read(
    layout: Layout,
    card: &'static Card,
    contents: &Contents,
    data: &DataSpec,
) -> Result<Dataset, Error> {
    let width = card.features.len();
    let mut numbers = Vec::new();
    each_row(contents, card.features, card.features[layout.target], |values, _| {
        numbers.extend_from_slice(values);
        Ok(())
    })?;
    let values = numbers.len() / width;
    if values < 2 {
        return Err(contents.error(0, format!("{values} values; at least 2 are needed")));
    }
    if let Some(problem) = problem_of(card, data, values) {
        return Err(problem.into());
    }
    let boundary = boundary(card, data, values);
    let trained: Vec<u32> = (0..boundary as u32).collect();
    let scales = layout.scale.apply(&mut numbers, width, &trained);
    let targets = Rows::new(numbers.iter().skip(layout.target).step_by(width).copied(), 1);
    let (window, ahead) = (data.window as usize, (data.window + data.horizon - 1) as usize);
    let rows = values - ahead;
    let first_test = (boundary - ahead) as u32;
    Ok(Dataset {
        inputs: Rows { starts: Some(starts(0, rows, width)), ..Rows::new(numbers, window * width) },
        targets: Rows { starts: Some(starts(ahead, rows, 1)), ..targets },
        target_scale: scales[layout.target],
        train: (0..first_test).collect(),
        test: (first_test..rows as u32).collect(),
        ..Dataset::of(card, data)
    })
}

/// Where `rows` rows start that begin one value after the other, each of `width` numbers.
fn starts(first: usize, rows: usize, width: usize) -> Vec<u32> {
    (first..first + rows).map(|at| (at * width) as u32).collect()
}
