//! A session as a file: its description, its whole state and its losses. One that is read goes on with the bits it would
//! have had.
//!
//! The file begins with eight letters, a version, the size of its numbers and its own length; a checksum (CRC-32 of all before it) ends it. What lies
//! between is in the format of postcard. Of the data only their fingerprint is in it, but for a table of the user's own, which is in it whole.

use super::History;
use super::network::Network;
use super::session::Session;
use super::state::State;
use super::timeline::Timeline;
use crate::activation::Number;
use crate::data::{Dataset, OWN, Rows};
use crate::error::{Error, Problem};
use crate::experiment::{ColumnsSpec, DataSpec, Experiment};
use crate::real::Scalar;
use crc::{CRC_32_ISO_HDLC, Crc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const MAGIC: &[u8; 8] = b"actplay\n";
const VERSION: u8 = 2;
/// Letters, version, bytes of a number, and length.
const HEAD: usize = MAGIC.len() + 2 + size_of::<u32>();
const CHECKSUM: usize = size_of::<u32>();
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// More updates than any run makes; what is counted up from here does not overflow.
const MOST_STEPS: u64 = 1 << 53;

/// What a file holds.
#[derive(Serialize, Deserialize)]
struct Contents<S> {
    link: String,
    data: u64,
    state: State<S>,
    points: Vec<[f64; 3]>,
    doublings: u32,
    /// The user's own table, and which of its columns are used; a link has neither. Empty for other data.
    table: Vec<u8>,
    columns: ColumnsSpec,
}

/// A file that was read and found whole. Its [`Saved::experiment`] says which data it needs.
pub struct Saved<L: Number> {
    experiment: Experiment,
    contents: Contents<L::Scalar>,
}

impl<L: Number> Saved<L> {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is none of ours, of a later version, cut off, changed, or has a description that is not understood.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let contents: Contents<L::Scalar> = postcard::from_bytes(body::<L::Scalar>(bytes)?)
            .map_err(|error| refusal("contents", error, "the contents of a run that was saved here"))?;
        let (mut experiment, problems) = Experiment::from_link(&contents.link);
        if !contents.table.is_empty() {
            experiment.data.name = OWN.into();
            experiment.data.columns.clone_from(&contents.columns);
        }
        if problems.is_empty() { Ok(Self { experiment, contents }) } else { Err(Error::Invalid(problems)) }
    }

    /// The description of the run.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The user's own table, if it was trained on one.
    pub fn table(&self) -> Option<&[u8]> {
        Some(&self.contents.table[..]).filter(|table| !table.is_empty())
    }

    /// The session as it was saved, on its data.
    ///
    /// # Errors
    /// If these are not the data it was trained on, or the state does not fit the description.
    pub fn open(self, dataset: impl Into<Arc<Dataset>>) -> Result<Session<L>, Error> {
        let (Self { experiment, contents }, dataset) = (self, dataset.into());
        let Contents { data, state, points, doublings, .. } = contents;
        let own = fingerprint(&dataset);
        if data != own {
            let accepted = format!("{own:016x}, that of the data given; the run was trained on others");
            return Err(refusal("data", format!("{data:016x}"), accepted));
        }
        let unfit = || refusal("state", "one that no such run has", "the state of a run by its own description");
        let history = History::restored(&points, doublings, state.epoch).ok_or_else(unfit)?;
        // Before there is room made for a network of any size that a description may ask for.
        if Network::build(&experiment, &dataset)?.graph.parameter_count() != state.weights.len() {
            return Err(unfit());
        }
        let mut session = Session::bare(&experiment, dataset, history)?;
        if !fits(&state, &session.state) {
            return Err(unfit());
        }
        session.timeline = Timeline::new(&experiment, &state);
        session.state = state;
        Ok(session)
    }
}

impl<L: Number> Session<L> {
    /// The session as a file. The states that were kept on the way are not in it, nor is a table of the user's own:
    /// [`Session::save_with`] takes that along.
    pub fn save(&self) -> Vec<u8> {
        self.save_with(&[])
    }

    /// The session as a file, with the user's own table if it is trained on that.
    ///
    /// # Panics
    /// Never: all of it can be written, to a vector that grows.
    pub fn save_with(&self, table: &[u8]) -> Vec<u8> {
        let own = self.experiment.data.name == OWN && self.experiment.data.drawn.is_empty();
        let mut described = self.experiment.clone();
        if own && !table.is_empty() {
            // A link to a table is none.
            described.data = DataSpec { test_share: described.data.test_share, ..DataSpec::default() };
        }
        let contents = Contents {
            link: described.to_link(),
            table: if own { table.to_vec() } else { vec![] },
            columns: self.experiment.data.columns.clone(),
            data: fingerprint(&self.dataset),
            state: self.state.clone(),
            points: self.history.points().to_vec(),
            doublings: self.history.doublings(),
        };
        let head = [&MAGIC[..], &[VERSION, size_of::<L::Scalar>() as u8], &[0; size_of::<u32>()]].concat();
        let mut bytes = postcard::to_extend(&contents, head).expect("a vector grows");
        let length = (bytes.len() + CHECKSUM) as u32;
        bytes[HEAD - size_of::<u32>()..HEAD].copy_from_slice(&length.to_le_bytes());
        let checksum = CRC.checksum(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// The session of a file, on its data.
    ///
    /// # Errors
    /// Those of [`Saved::read`] and [`Saved::open`].
    pub fn load(bytes: &[u8], dataset: impl Into<Arc<Dataset>>) -> Result<Self, Error> {
        Saved::read(bytes)?.open(dataset)
    }
}

/// What lies between head and checksum of a file that is whole.
fn body<S: Scalar>(bytes: &[u8]) -> Result<&[u8], Error> {
    let ours = "a run that was saved here";
    if !bytes.starts_with(MAGIC) {
        return Err(refusal("kind", "unknown", ours));
    }
    let (head, rest) = bytes.split_at_checked(HEAD).ok_or_else(|| refusal("length", bytes.len(), ours))?;
    let (version, size) = (head[MAGIC.len()], usize::from(head[MAGIC.len() + 1]));
    if version != VERSION {
        return Err(refusal("version", version, VERSION.to_string()));
    }
    if size != size_of::<S>() {
        return Err(refusal("numbers", format!("{size} bytes each"), format!("{} bytes each", size_of::<S>())));
    }
    let length = number(&head[MAGIC.len() + 2..]);
    let accepted = format!("{length} bytes, as it says itself");
    if bytes.len() != length as usize || rest.len() < CHECKSUM {
        return Err(refusal("length", format!("{} bytes", bytes.len()), accepted));
    }
    let (all, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    let (own, written) = (CRC.checksum(all), number(checksum));
    if own != written {
        let accepted = format!("{written:08x}, as it was when it was saved: the file has been changed");
        return Err(refusal("checksum", format!("{own:08x}"), accepted));
    }
    Ok(&all[HEAD..])
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn refusal(what: &str, value: impl std::fmt::Display, accepted: impl Into<String>) -> Error {
    Problem::new(format!("file.{what}"), value, accepted).into()
}

/// Whether a state that was read can be one of the session whose first state is `start`.
fn fits<S: Scalar>(state: &State<S>, start: &State<S>) -> bool {
    let streams = [(&state.shuffles, &start.shuffles), (&state.draws, &start.draws)];
    state.weights.len() == start.weights.len()
        && state.memory.len() == start.memory.len()
        && state.memory.steps() <= state.step
        && state.step < MOST_STEPS
        && state.epoch < u32::MAX / 2
        && (0..=i64::from(state.epoch)).contains(&state.watch.unchanged)
        && state.start <= state.cursor
        && state.cursor < state.order.len()
        && streams.iter().all(|(own, first)| own.is_of(first))
        && is_order_of(&state.order, &start.order)
}

/// Whether these are the same rows, each once, in whatever order.
fn is_order_of(order: &[u32], rows: &[u32]) -> bool {
    let mut awaited = vec![false; rows.iter().max().map_or(0, |&last| last as usize + 1)];
    rows.iter().for_each(|&row| awaited[row as usize] = true);
    let mut comes = |&row: &u32| awaited.get_mut(row as usize).is_some_and(std::mem::take);
    order.len() == rows.len() && order.iter().all(&mut comes)
}

/// A hash of inputs, targets and split (FNV-1a): equal for equal data.
fn fingerprint(dataset: &Dataset) -> u64 {
    let Dataset { inputs, targets, train, test, .. } = dataset;
    let rows = |hash: u64, rows: &Rows| {
        let hash = fnv1a(hash, bytemuck::cast_slice(&rows.numbers));
        fnv1a(hash, bytemuck::cast_slice(rows.starts.as_deref().unwrap_or_default()))
    };
    let sets = [&train[..], &test[..]];
    sets.iter().fold(rows(rows(FNV_START, inputs), targets), |hash, rows| fnv1a(hash, bytemuck::cast_slice(rows)))
}

pub(super) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Goes on with a hash: FNV-1a of Fowler, Noll and Vo.
pub(super) fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
