//! `cargo xtask codegen`: the files that are generated from the engine's Rust. The example of the same name does it, so
//! that only this command waits for the engine to compile.

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

pub fn run(sh: &Shell, options: &[String]) -> Result<()> {
    ensure!(matches!(options, [] | [_]) && options.iter().all(|o| o == "--check"), "codegen takes only --check");
    Ok(cmd!(sh, "cargo run --quiet --package xtask --example codegen -- {options...}").run()?)
}
