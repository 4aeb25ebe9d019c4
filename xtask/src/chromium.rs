//! The browser that the tests drive: the system's own, installed where that is possible.

use std::{env, path::PathBuf};

use anyhow::{Result, bail, ensure};
use xshell::Shell;

use crate::apt;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// `CHROMIUM_PATH`, else the first on the `PATH`, else what Debian's package manager installs.
pub fn path(sh: &Shell) -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM_PATH").map(PathBuf::from) {
        ensure!(path.is_file(), "CHROMIUM_PATH names {}, which is no file", path.display());
        return Ok(path);
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    apt::install(sh, "chromium")?;
    match find() {
        Some(path) => Ok(path),
        None => bail!(
            "no Chromium to test in (looked for {} on the PATH): install it, for example with \
             `sudo apt-get install chromium`, or set CHROMIUM_PATH to Chrome or Chromium",
            NAMES.join(", ")
        ),
    }
}

fn find() -> Option<PathBuf> {
    NAMES.into_iter().find_map(apt::on_path)
}
