//! Training: one network on its data, stepped by epoch, by batch or by single sample, and rewound to where it began.

mod diagnosis;
mod history;
mod network;
mod report;
mod session;
mod stop;

pub use history::History;
pub use network::Network;
pub use report::{Divergence, Histogram, Info, LayerInfo, Progress, StopReason, Stopped, Stride, Trained};
pub use session::{Score, Session, Set};
