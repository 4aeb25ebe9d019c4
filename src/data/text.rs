//! Text as indices into a vocabulary: characters to be continued, words to be classified, words spelt out.

use super::card::Source;
use super::prepare::{split, split_in_order, test_rows};
use super::{Card, Contents, Dataset, Input, Kind, Rows, test_share};
use crate::error::Error;
use crate::experiment::DataSpec;
use std::collections::{BTreeSet, HashMap};

/// What a row is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    /// A stretch of a text; at each position the next character is asked for.
    Characters {
        /// Different characters of the text.
        alphabet: usize,
    },
    /// So many words, of which the class is asked for; a line each, the class first, then a tab. A file to train on and
    /// one for the test.
    Words {
        /// Words in a row: longer texts are cut, shorter ones padded.
        length: usize,
    },
    /// The letters of a word, of which a number is asked for; a line each, the word first, then a tab.
    Letters {
        /// Letters in a row: longer words are cut, shorter ones padded.
        length: usize,
    },
}

impl Layout {
    /// How many indices a row has.
    pub fn length(self, data: &DataSpec) -> usize {
        match self {
            Self::Characters { .. } => data.context as usize,
            Self::Words { length } | Self::Letters { length } => length,
        }
    }

    /// How many entries the vocabulary has at most.
    pub fn vocabulary(self, data: &DataSpec) -> usize {
        match self {
            Self::Characters { alphabet } => alphabet,
            Self::Words { .. } => data.vocabulary as usize + SPECIAL.len(),
            Self::Letters { .. } => 1 + 26,
        }
    }
}

/// Entries before the words: what fills a row up, and every word that is not in the vocabulary.
const SPECIAL: [&str; 2] = [PADDING, "(unknown)"];
const PADDING: &str = "(padding)";

const BLANK: Card = Card {
    kind: Kind::Text,
    test_share: 0.1,
    network: "modules=embedding;gru(units=48,sequence=1)&net=0&opt=adam&lr=0.01&bs=32",
    licence: "Public domain",
    source: Source::Text(Layout::Characters { alphabet: 0 }),
    ..Card::BLANK
};

pub(super) const CARDS: &[Card] = &[
    Card {
        id: "austen",
        title: "Austen",
        description: "The beginning of a novel, character by character: which one comes next?",
        rows: Some(99_984),
        test_share: 9_999.0 / 99_984.0,
        files: &["text/austen.txt"],
        citation: "J. Austen (1813). Pride and Prejudice. The first 100,000 characters, a paragraph on a line; text of Project Gutenberg from the R package janeaustenr 1.0.0.",
        source: Source::Text(Layout::Characters { alphabet: 61 }),
        ..BLANK
    },
    Card {
        id: "us-declaration",
        title: "Declaration",
        description: "A short text, character by character: a network can soon recite it.",
        rows: Some(9_232),
        files: &["text/us-declaration.txt"],
        citation: "Declaration of Independence (1776). From Debian's miscfiles 1.5.",
        licence: "Public domain (United States government)",
        source: Source::Text(Layout::Characters { alphabet: 59 }),
        ..BLANK
    },
    Card {
        id: "sources",
        network: "modules=embedding;positions(learned=1);attention;layerNorm;meanOverTime&net=0&opt=adam&lr=0.003&bs=32",
        title: "Which book?",
        description: "Twelve words in a row: from a novel, from the Bible, or from a law?",
        rows: Some(3_123),
        classes: &["austen", "bible", "law"],
        test_share: 624.0 / 3_123.0,
        files: &["text/sources-train.tsv", "text/sources-test.tsv"],
        citation: "J. Austen (1813), Pride and Prejudice, from janeaustenr 1.0.0. King James Bible (1611), from Debian's bible-kjv-text 4.38. Declaration of Independence and Constitution of the United States, from Debian's miscfiles 1.5. The choice and the split are our own.",
        licence: "Public domain (the King James Bible is under a patent of the Crown in the United Kingdom alone)",
        source: Source::Text(Layout::Words { length: 12 }),
        ..BLANK
    },
    Card {
        id: "word-sentiment",
        network: "modules=embedding(dim=8);gru&net=0&opt=adam&lr=0.005&bs=32",
        title: "Word sentiment",
        description: "A word, letter by letter: how good or bad does it sound, from −4 to 4?",
        rows: Some(2_272),
        test_share: 0.2,
        files: &["text/word-sentiment.tsv"],
        citation: "C. J. Hutto, E. Gilbert (2014). VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text. ICWSM-14. Of vaderSentiment 3.3.2, the words that occur in Jane Austen's novels.",
        licence: "MIT (Copyright © 2016 C. J. Hutto)",
        source: Source::Text(Layout::Letters { length: 17 }),
        ..BLANK
    },
];

/// Reads a text.
///
/// # Errors
/// [`Error::Table`] naming the line that does not fit, or [`Error::File`] if there is too little.
pub(super) fn read(
    layout: Layout,
    card: &'static Card,
    contents: &Contents,
    data: &DataSpec,
    seed: u32,
) -> Result<Dataset, Error> {
    match layout {
        Layout::Characters { alphabet } => characters(alphabet, card, contents, data),
        Layout::Words { length } => words(length, card, contents, data),
        Layout::Letters { length } => letters(length, card, contents, data, seed),
    }
}

/// Stretches of a text, each with the same stretch one character further as its targets. Those for training begin every
/// half context, so that each character but the first few is also asked for with something before it; those for the test
/// follow each other.
fn characters(alphabet: usize, card: &'static Card, contents: &Contents, data: &DataSpec) -> Result<Dataset, Error> {
    let text = contents.text(0)?;
    let vocabulary: Vec<char> = text.chars().collect::<BTreeSet<char>>().into_iter().collect();
    let tokens: Vec<f32> =
        text.chars().filter_map(|c| vocabulary.binary_search(&c).ok()).map(|index| index as f32).collect();
    let context = data.context as usize;
    let boundary = tokens.len() - test_rows(tokens.len().max(2), test_share(card, data)).min(tokens.len());
    if vocabulary.len() != alphabet || boundary <= context || tokens.len() - boundary <= context {
        let fact = format!(
            "{} characters, {} of them different; {alphabet} different ones are expected, and more than {context} to \
             train and to test",
            tokens.len(),
            vocabulary.len()
        );
        return Err(contents.error(0, fact));
    }
    let stretches = |from: usize, to: usize, step: usize| (from as u32..(to - context) as u32).step_by(step);
    let mut starts: Vec<u32> = stretches(0, boundary, (context / 2).max(1)).collect();
    let trained = starts.len() as u32;
    starts.extend(stretches(boundary, tokens.len(), context));
    let vocabulary: Vec<String> = vocabulary.into_iter().map(String::from).collect();
    let next = Rows { numbers: tokens[1..].to_vec(), width: context, starts: Some(starts.clone()) };
    Ok(Dataset {
        classes: vocabulary.clone(),
        vocabulary,
        train: (0..trained).collect(),
        test: (trained..starts.len() as u32).collect(),
        inputs: Rows { numbers: tokens, width: context, starts: Some(starts) },
        targets: next,
        ..Dataset::of(card, data)
    })
}

/// Texts of words. The vocabulary are the most frequent words of the training rows; of equally frequent ones, those that come
/// first.
fn words(length: usize, card: &'static Card, contents: &Contents, data: &DataSpec) -> Result<Dataset, Error> {
    let (mut texts, mut targets) = (Vec::new(), Vec::new());
    for file in 0..contents.files.len() {
        each_line(contents, file, |class, text| {
            let index = card.classes.iter().position(|name| *name == class);
            targets.push(index.ok_or_else(|| format!("{class:?} is not one of {}", card.classes.join(", ")))? as f64);
            texts.push(text);
            Ok(())
        })?;
    }
    let (train, test) = split_in_order(texts.len(), test_share(card, data));
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (at, word) in texts[..train.len()].iter().flat_map(|text| text.split_whitespace()).enumerate() {
        counts.entry(word).or_insert((0, at)).0 += 1;
    }
    let mut ranked: Vec<(&str, (usize, usize))> = counts.into_iter().collect();
    ranked.sort_unstable_by_key(|&(_, (count, first))| (usize::MAX - count, first));
    let ranked = ranked.into_iter().map(|(word, _)| word).take(data.vocabulary as usize);
    let vocabulary: Vec<&str> = SPECIAL.into_iter().chain(ranked).collect();
    let index: HashMap<&str, usize> =
        vocabulary.iter().enumerate().skip(SPECIAL.len()).map(|(at, &w)| (w, at)).collect();
    let mut inputs = Vec::with_capacity(texts.len() * length);
    for text in texts {
        inputs.extend(padded(text.split_whitespace().map(|word| *index.get(word).unwrap_or(&1)), length));
    }
    Ok(Dataset {
        inputs: Rows::new(inputs, length),
        targets: Rows::new(targets, 1),
        input: Input::Index(vocabulary.len()),
        vocabulary: vocabulary.into_iter().map(String::from).collect(),
        train,
        test,
        ..Dataset::of(card, data)
    })
}

/// Words as their letters.
fn letters(
    length: usize,
    card: &'static Card,
    contents: &Contents,
    data: &DataSpec,
    seed: u32,
) -> Result<Dataset, Error> {
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    each_line(contents, 0, |word, number| {
        if let Some(other) = word.chars().find(|c| !c.is_ascii_lowercase()) {
            return Err(format!("{word:?} has {other:?}; accepted are a to z"));
        }
        let number = number.parse::<f64>().ok().filter(|x| x.is_finite());
        targets.push(number.ok_or("no number after the tab")?);
        inputs.extend(padded(word.bytes().map(|letter| usize::from(letter - b'a') + 1), length));
        Ok(())
    })?;
    let (train, test) = split(targets.len(), test_share(card, data), seed);
    let vocabulary = [PADDING.to_owned()].into_iter().chain(('a'..='z').map(String::from)).collect();
    let (inputs, targets) = (Rows::new(inputs, length), Rows::new(targets, 1));
    Ok(Dataset { vocabulary, inputs, targets, train, test, ..Dataset::of(card, data) })
}

/// As many indices as wanted: cut, or filled up with padding.
fn padded(indices: impl Iterator<Item = usize>, length: usize) -> impl Iterator<Item = f64> {
    indices.chain(std::iter::repeat(0)).take(length).map(|index| index as f64)
}

/// Shows both parts of every line, before and after the tab. There are at least two lines.
fn each_line<'a>(
    contents: &Contents<'a>,
    file: usize,
    mut see: impl FnMut(&'a str, &'a str) -> Result<(), String>,
) -> Result<(), Error> {
    let mut lines = 0;
    for (at, line) in contents.text(file)?.lines().enumerate() {
        let parts = line.split_once('\t').ok_or_else(|| "there is no tab".to_owned());
        parts.and_then(|(before, after)| see(before, after)).map_err(|fact| {
            let line = at as u64 + 1;
            Error::Table { file: contents.name(file).into(), line, fact }
        })?;
        lines = at + 1;
    }
    if lines < 2 {
        return Err(contents.error(file, format!("{lines} lines; at least 2 are needed")));
    }
    Ok(())
}
