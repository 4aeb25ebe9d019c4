//! `cargo xtask build`: the page for production, in `dist/`.

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

use crate::{engine, setup};

pub fn run(sh: &Shell, options: &[String]) -> Result<()> {
    ensure!(options.is_empty(), "build takes no options");
    setup::run(sh)?;
    engine::build(sh)?;
    bundle(sh)
}

/// The page alone, from an engine that is already built.
pub fn bundle(sh: &Shell) -> Result<()> {
    Ok(cmd!(sh, "vite build").run()?)
}
