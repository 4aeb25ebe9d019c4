//! Programs of the system that tests need, installed where Debian's package manager can.

use std::{env, path::PathBuf};

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

/// Installs a package, if there is apt and it may.
pub fn install(sh: &Shell, package: &str) -> Result<()> {
    if on_path("apt-get").is_some() && cmd!(sh, "id -u").quiet().read().is_ok_and(|user| user == "0") {
        cmd!(sh, "apt-get update -q").run()?;
        cmd!(sh, "apt-get install -q -y {package}").env("DEBIAN_FRONTEND", "noninteractive").run()?;
    }
    Ok(())
}

/// Python runs what the engine exports.
pub fn require_python(sh: &Shell) -> Result<()> {
    if on_path("python3").is_none() {
        install(sh, "python3")?;
    }
    ensure!(
        on_path("python3").is_some(),
        "python3 is missing: install it, for example with `sudo apt-get install python3`"
    );
    Ok(())
}

/// Where a program is.
pub fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}
