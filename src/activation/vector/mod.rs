//! Activations that read several units at once: shares of a whole (softmax and its kin), choices among units (maxout), and
//! gates, where one half of the units opens or closes the other.
//!
//! Shapes: z `[features, batch]`, out `[width, batch]`, `lanes` SIMD values to a feature.

mod competing;
mod gated;

pub use competing::{log_sum_exp, softmax, softmax_gradient};

use super::Card;
use crate::real::{Lane, Recording};
use crate::tensor::Write;

/// The activation of whole layers with this id, if there is one.
pub fn find(id: &str) -> Option<&'static dyn VectorActivation> {
    all().find(|activation| activation.card().id == id)
}

/// Every activation of whole layers.
pub fn all() -> impl Iterator<Item = &'static dyn VectorActivation> {
    competing::ALL.iter().chain(gated::ALL).copied()
}

/// An activation of a whole layer. Derived from its declaration, never written by hand.
///
/// # Panics
/// Its methods do if slices do not have the lengths that [`VectorActivation::width`] says, or params are missing.
pub trait VectorActivation: Sync {
    /// What it is.
    fn card(&self) -> &'static Card;
    /// The formula step by step, if it is a gate: of input 0, let through by input 1.
    fn record(&self) -> Option<Recording> {
        None
    }
    /// How many outputs it has for so many units.
    ///
    /// # Errors
    /// If it cannot take so many: says what it needs.
    fn width(&self, units: usize, params: &[f64]) -> Result<usize, String>;
    /// `out = f(z)`.
    fn forward(&self, params: &[f64], z: &[Lane], out: &mut [Lane], lanes: usize);
    /// `into = Jᵀ gradient`, where J is the Jacobian of f at z.
    fn backward(&self, params: &[f64], pass: Pass<Lane>, into: &mut [Lane], write: Write);
    /// [`VectorActivation::forward`] in f64, in which gradients are checked: the page need not load it.
    #[cfg(any(not(target_arch = "wasm32"), feature = "f64"))]
    fn forward_f64(&self, params: &[f64], z: &[f64], out: &mut [f64], lanes: usize);
    /// [`VectorActivation::backward`] in f64.
    #[cfg(any(not(target_arch = "wasm32"), feature = "f64"))]
    fn backward_f64(&self, params: &[f64], pass: Pass<f64>, into: &mut [f64], write: Write);
}

/// What a backward pass knows: the input and output of the forward pass, and the gradient by the output.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a, L> {
    /// Pre-activations.
    pub z: &'a [L],
    /// f(z).
    pub out: &'a [L],
    /// Gradient by the output.
    pub gradient: &'a [L],
    /// SIMD values to a feature.
    pub lanes: usize,
}

/// One column of samples, feature by feature.
#[inline]
fn column<L: Copy>(values: &[L], at: usize, lanes: usize) -> impl Iterator<Item = L> + Clone {
    values.iter().skip(at).step_by(lanes).copied()
}

/// The places of one column, feature by feature.
#[inline]
fn column_mut<L>(values: &mut [L], at: usize, lanes: usize) -> impl Iterator<Item = &mut L> {
    values.iter_mut().skip(at).step_by(lanes)
}

/// Declares activations of whole layers: card, width rule, forward and backward over any [`Lanes`].
macro_rules! vectors {
    ($($(#[$doc:meta])* $name:ident { $card:expr, $width:path,
        |$p:pat_param, $z:pat_param, $out:pat_param, $lanes:pat_param| $forward:expr,
        |$bp:pat_param, $pass:pat_param, $into:pat_param, $write:pat_param| $backward:expr
        $(, record $record:expr)? })*) => {
        $(
            $(#[$doc])*
            struct $name;

            impl $name {
                const CARD: Card = $card;
                #[inline]
                fn run<L: Lanes>($p: &[f64], $z: &[L], $out: &mut [L], $lanes: usize) {
                    $forward
                }
                #[inline]
                fn back<L: Lanes>($bp: &[f64], $pass: Pass<L>, $into: &mut [L], $write: Write) {
                    $backward
                }
            }

            impl VectorActivation for $name {
                fn card(&self) -> &'static Card {
                    &Self::CARD
                }
                $(fn record(&self) -> Option<Recording> {
                    Some(Recording::of($record))
                })?
                fn width(&self, units: usize, params: &[f64]) -> Result<usize, String> {
                    $width(units, params)
                }
                fn forward(&self, params: &[f64], z: &[Lane], out: &mut [Lane], lanes: usize) {
                    Self::run(params, z, out, lanes);
                }
                fn backward(&self, params: &[f64], pass: Pass<Lane>, into: &mut [Lane], write: Write) {
                    Self::back(params, pass, into, write);
                }
                #[cfg(any(not(target_arch = "wasm32"), feature = "f64"))]
                fn forward_f64(&self, params: &[f64], z: &[f64], out: &mut [f64], lanes: usize) {
                    Self::run(params, z, out, lanes);
                }
                #[cfg(any(not(target_arch = "wasm32"), feature = "f64"))]
                fn backward_f64(&self, params: &[f64], pass: Pass<f64>, into: &mut [f64], write: Write) {
                    Self::back(params, pass, into, write);
                }
            }
        )*

        /// Every activation of this file.
        pub const ALL: &[&dyn VectorActivation] = &[$(&$name),*];
    };
}
use vectors;
