//! Images, with four bits a pixel: enough to learn from (a network on them is as good as on the originals) at half the
//! size. Two pixels a byte, the left one in the high half, row by row; the labels are a digit for each image.

use super::card::Source;
use super::prepare::{Scale, split_in_order};
use super::{Card, Contents, Dataset, Kind, Rows, table, test_share};
use crate::error::Error;
use crate::experiment::DataSpec;

/// How images are stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Channels, height, width.
    pub axes: [usize; 3],
    /// The files they are in.
    pub format: Format,
}

/// The files that images are in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    /// Training images, their labels, test images, their labels.
    FourBits,
    /// A table with a column for each pixel, and this largest value.
    Table(f64),
}

const BLANK: Card = Card {
    kind: Kind::Image,
    classes: DIGITS,
    network: "modules=conv2d(kernel=5);maxPool;conv2d(channels=16,kernel=5);maxPool&net=0&opt=adam&lr=0.002&bs=32",
    source: Source::Image(Layout { axes: [1, 28, 28], format: Format::FourBits }),
    ..Card::BLANK
};

const DIGITS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const MNIST: &str = "CC BY-SA 3.0 (Y. LeCun and C. Cortes; derived from data of NIST)";
const LECUN: &str = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998). Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11).";

pub(super) const CARDS: &[Card] = &[
    Card {
        id: "digits8",
        network: "modules=conv2d(padding=1);maxPool;conv2d(channels=16,padding=1);maxPool&net=0&opt=adam&lr=0.005&bs=32",
        title: "Digit images",
        description: "Ten handwritten digits as images of 8 × 8 pixels.",
        rows: Some(1797),
        test_share: 360.0 / 1797.0,
        files: &["digits.csv"],
        citation: "E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning Repository.",
        licence: "CC BY 4.0 (UCI Machine Learning Repository)",
        source: Source::Image(Layout { axes: [1, 8, 8], format: Format::Table(16.0) }),
        ..BLANK
    },
    Card {
        id: "mnist-mini",
        title: "MNIST, small",
        description: "Ten handwritten digits of many people, 28 × 28 pixels: few enough to train in seconds.",
        rows: Some(1500),
        files: &[
            "mnist/mnist-mini-train.q4.gz",
            "mnist/mnist-mini-train-labels.txt",
            "mnist/mnist-mini-test.q4.gz",
            "mnist/mnist-mini-test-labels.txt",
        ],
        citation: LECUN,
        licence: MNIST,
        ..BLANK
    },
    Card {
        id: "mnist-7k",
        also: "mnist",
        title: "MNIST",
        description: "Ten handwritten digits of many people, 28 × 28 pixels, 700 of each.",
        rows: Some(7000),
        test_share: 1.0 / 7.0,
        files: &[
            "mnist/mnist-train.q4.gz",
            "mnist/mnist-train-labels.txt",
            "mnist/mnist-test.q4.gz",
            "mnist/mnist-test-labels.txt",
        ],
        citation: LECUN,
        licence: MNIST,
        ..BLANK
    },
    Card {
        id: "fashion-5k",
        also: "fashion",
        title: "Fashion-MNIST",
        description: "Ten kinds of clothes and shoes, 28 × 28 pixels: harder than digits.",
        rows: Some(5000),
        classes: &[
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ],
        files: &[
            "fashion/fashion-train.q4.gz",
            "fashion/fashion-train-labels.txt",
            "fashion/fashion-test.q4.gz",
            "fashion/fashion-test-labels.txt",
        ],
        citation: "H. Xiao, K. Rasul, R. Vollgraf (2017). Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms. arXiv:1708.07747. A choice of 5,000 images with a split of our own, rounded to four bits a pixel.",
        licence: "MIT (Copyright © 2017 Zalando SE)",
        ..BLANK
    },
];

/// Reads images; pixels become 0 to 1, and the last images are for the test.
///
/// # Errors
/// If a file has not as many images as its labels say, or a label is no class.
pub(super) fn read(
    layout: Layout,
    card: &'static Card,
    contents: &Contents,
    data: &DataSpec,
) -> Result<Dataset, Error> {
    let (pixels, labels) = match layout.format {
        Format::FourBits => four_bits(layout, card, contents)?,
        Format::Table(largest) => from_table(largest, card, contents, data)?,
    };
    let width = layout.axes.iter().product();
    let (train, test) = split_in_order(labels.len(), test_share(card, data));
    let inputs = Rows { numbers: pixels, width, starts: None };
    let targets = Rows { numbers: labels, width: 1, starts: None };
    Ok(Dataset { inputs, targets, train, test, ..Dataset::of(card, data) })
}

fn four_bits(layout: Layout, card: &Card, contents: &Contents) -> Result<(Vec<f32>, Vec<f32>), Error> {
    let size: usize = layout.axes.iter().product();
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (at, pair) in contents.files.chunks_exact(2).enumerate() {
        let seen = labels.len();
        for label in contents.text(2 * at + 1)?.trim_end().chars() {
            let class = label.to_digit(10).filter(|&class| (class as usize) < card.classes.len());
            let fact = || format!("label {} is {label:?}, not a digit of a class", labels.len() - seen + 1);
            labels.push(class.ok_or_else(|| contents.error(2 * at + 1, fact()))? as f32);
        }
        let expected = (labels.len() - seen) * size / 2;
        if pair[0].len() != expected {
            let fact = format!("{} bytes; {expected} are needed for its labels", pair[0].len());
            return Err(contents.error(2 * at, fact));
        }
        pixels.extend(pair[0].iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|pixel| f32::from(pixel) / 15.0));
    }
    if labels.len() < 2 {
        return Err(contents.error(0, format!("{} images; at least 2 are needed", labels.len())));
    }
    Ok((pixels, labels))
}

/// The images of a table of the catalogue, in their order.
fn from_table(largest: f64, card: &Card, contents: &Contents, data: &DataSpec) -> Result<(Vec<f32>, Vec<f32>), Error> {
    let layout = table::Layout { target: "target", scale: Scale::Divide(largest) };
    let rows = table::read(layout, table::with_file(card.files[0]), contents, data, 0)?;
    Ok((rows.inputs.numbers, rows.targets.numbers))
}
