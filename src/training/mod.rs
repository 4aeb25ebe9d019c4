//! Training: one network on its data, stepped by epoch, by batch or by single sample; rewound, changed and branched.

mod change;
mod evaluation;
mod file;
mod history;
mod info;
mod network;
mod report;
mod session;
mod state;
mod stop;
mod timeline;

pub use change::Branch;
pub use evaluation::{Score, Set};
pub use file::Saved;
pub use history::History;
pub use network::Network;
pub use report::{Divergence, Histogram, Info, LayerInfo, Nonfinite, Progress, StopReason, Stopped, Stride, Trained};
pub use session::Session;
pub use timeline::Kept;
