//! Training: one network on its data, stepped by epoch, by batch or by single sample; rewound, changed and branched, saved,
//! and raced with others.

mod change;
mod diagnosis;
mod evaluation;
mod file;
mod history;
mod info;
mod microscope;
mod network;
mod race;
mod report;
mod session;
mod standings;
mod state;
mod stop;
mod timeline;

pub use change::Branch;
pub use evaluation::{Score, Set};
pub use file::Saved;
pub use history::History;
pub use microscope::{Microscope, MicroscopeLayer};
pub use network::Network;
pub use race::{Race, RaceRun};
pub use report::{
    Divergence, Histogram, Info, LayerInfo, ModuleInfo, Nonfinite, PartCost, Progress, StopReason, Stopped, Stride,
    Trained,
};
pub use session::Session;
pub use standings::{Goal, Measure, Spread, Standing, Verdict, standings, verdict};
pub use timeline::Kept;
