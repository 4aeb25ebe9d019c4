//! Activations. Each is one declaration in one of the family files: a [`Card`] that says what it is and one expression
//! over [`Real`](crate::real::Real) that says what it does. Kernels, derivatives, curves, menus, documentation and tests all follow from it.
//!
//! ```
//! use activation_playground::activation;
//! let gelu = activation::find("gelu").unwrap();
//! let point = gelu.at(1.0, &[]);
//! assert!((point.value - 0.841_344_746).abs() < 1e-9);
//! ```

#[cfg(any(not(target_arch = "wasm32"), feature = "f64"))]
mod checked;
mod declare;
mod formula;
mod function;
mod growing;
mod kernel;
mod learned;
mod mathml;
mod names;
mod nonlinearity;
mod periodic;
mod piecewise;
mod rectified;
mod report;
mod saturating;
mod self_gated;
mod shrinking;
mod smooth;
mod symmetric;
pub mod vector;

pub use declare::{Activation, Card, Curve, Expanded, Family, FrameworkDefault, InitHint, Kind, Kink, Param, Point};
pub use formula::{Formula, FormulaError, Wide};
pub use function::{Function, Parameter};
pub use kernel::Number;
pub use names::{called, cards, nearest};
pub use nonlinearity::Nonlinearity;
pub use report::{Bound, Corner, End, Monotone, Report, Signal, Symmetry, Tail};

/// The files that declare activations, in the order of the gallery.
const FILES: &[&[&dyn Activation]] = &[
    rectified::ALL,
    piecewise::ALL,
    saturating::ALL,
    smooth::ALL,
    self_gated::ALL,
    shrinking::ALL,
    periodic::ALL,
    symmetric::ALL,
    growing::ALL,
    learned::ALL,
];

/// The activation with this id, if there is one.
pub fn find(id: &str) -> Option<&'static dyn Activation> {
    all().find(|activation| activation.card().id == id)
}

/// The formula of an activation as MathML, typeset from the TeX of its card.
pub fn mathml(id: &str) -> Option<&'static str> {
    mathml::MATHML.iter().find(|(own, _)| *own == id).map(|(_, mathml)| *mathml)
}

/// Every activation, family by family.
pub fn all() -> impl Iterator<Item = &'static dyn Activation> {
    FILES.iter().copied().flatten().copied()
}
