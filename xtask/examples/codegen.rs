//! Writes the files that are generated from the engine's Rust, or with `--check` says which are out of date.

use std::{env, fs, path::Path, process::ExitCode};

use anyhow::{Context as _, Result, ensure};

fn main() -> ExitCode {
    let check = env::args().any(|argument| argument == "--check");
    match run(check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is a folder of the repository")?;
    let mut stale = Vec::new();
    for (path, contents) in activation_playground::generated::files() {
        if fs::read_to_string(root.join(path)).is_ok_and(|current| current == contents) {
            continue;
        }
        if check {
            stale.push(path);
        } else {
            fs::write(root.join(path), contents).with_context(|| format!("cannot write {path}"))?;
            println!("wrote {path}");
        }
    }
    ensure!(stale.is_empty(), "out of date: {}; run `cargo xtask codegen`", stale.join(", "));
    Ok(())
}
