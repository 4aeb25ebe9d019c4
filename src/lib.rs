//! # activation-playground
//!
//! The engine behind the playground: it says what an activation function does to a neural network, and knows nothing
//! of the browser. From the bottom up:
//!
//! * [`real`]: numbers. One trait, [`real::Real`], with SIMD lanes of f32, f64 and dual numbers behind it.
//! * [`activation`]: each activation is one declaration; value, exact derivative and catalogue entry follow from it.
//! * [`kernels`] and [`graph`]: a network is a graph of operations, compiled once to a program that allocates nothing.
//! * [`layer`], [`init`], [`loss`], [`optimizer`], [`schedule`], [`regularize`]: what a network is built from and trained
//!   with. What comes in kinds with numbers of their own is a [`rule`].
//! * [`data`]: generated shapes, tables, images, series, text and the user's own, split and brought to a common scale.
//! * [`experiment`]: the one description that determines a run, its validation and its URL form.
//! * [`training`]: a session, stepped by epoch, batch or sample; [`inspect`]: what can be read from it.
//! * [`export`]: an activation as code for PyTorch, JAX, NumPy, Python and Rust.
//!
//! Dependencies point one way, in that order. Only `wasm` knows JavaScript.

pub mod activation;
pub mod catalogue;
pub mod data;
pub mod error;
pub mod experiment;
pub mod export;
#[cfg(feature = "typescript")]
pub mod generated;
pub mod graph;
pub mod init;
pub mod inspect;
pub mod kernels;
pub mod layer;
pub mod loss;
pub mod optimizer;
pub mod random;
pub mod real;
pub mod regularize;
pub mod rule;
pub mod schedule;
pub mod tensor;
pub mod training;

pub use error::{Error, Problem};

#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
compile_error!("build with -Ctarget-feature=+simd128 (RUSTFLAGS replaces .cargo/config.toml; use `cargo xtask`)");

#[cfg(target_arch = "wasm32")]
mod wasm;

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
