//! Installs what the builds need and is missing: Rust's wasm target and the npm packages.

use std::{fs, path::Path, time::SystemTime};

use anyhow::{Context as _, Result, bail, ensure};
use xshell::{Shell, cmd};

use crate::engine::WASM_TARGET;

/// The oldest node that Vite 8 runs on.
const OLDEST_NODE: (u32, u32) = (20, 19);

pub fn run(sh: &Shell) -> Result<()> {
    install_wasm_target(sh)?;
    require_node(sh)?;
    install_packages(sh)
}

/// `targets` in `rust-toolchain.toml` does not help where rustup's automatic installation is off, so look and ask.
fn install_wasm_target(sh: &Shell) -> Result<()> {
    let libraries = cmd!(sh, "rustc --print target-libdir --target {WASM_TARGET}").quiet().read()?;
    if Path::new(&libraries).exists() {
        return Ok(());
    }
    cmd!(sh, "rustup target add {WASM_TARGET}")
        .run()
        .with_context(|| format!("Rust for {WASM_TARGET} is missing and rustup could not install it"))
}

fn require_node(sh: &Shell) -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let Ok(version) = cmd!(sh, "node --version").quiet().read() else {
        bail!("node {major}.{minor} or newer with npm is needed: https://nodejs.org");
    };
    let mut numbers = version.trim_start_matches('v').split('.').map(|n| n.parse().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ensure!(found >= OLDEST_NODE, "node {major}.{minor} or newer is needed, found {version}: https://nodejs.org");
    Ok(())
}

/// npm leaves its own lock file in `node_modules`: when that is older than ours, the packages may be too.
fn install_packages(sh: &Shell) -> Result<()> {
    let root = sh.current_dir();
    let wanted = modified(&root.join("package-lock.json")).context("package-lock.json is missing")?;
    if modified(&root.join("node_modules/.package-lock.json")).is_some_and(|installed| installed >= wanted) {
        return Ok(());
    }
    cmd!(sh, "npm ci --no-audit --no-fund").run().context("npm could not install the packages of package-lock.json")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
