//! `cargo xtask test`: every check there is, in order, stopping at the first that fails. CI runs this and nothing else.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::{apt, build, chromium, codegen, engine, golden, setup};

/// A step and how it is run.
type Step = (&'static str, fn(&Shell) -> Result<()>);

const STEPS: &[Step] = &[
    ("set-up", set_up),
    ("engine", engine::build),
    ("generated files", |sh| codegen::run(sh, &["--check".to_owned()])),
    ("Rust format", |sh| Ok(cmd!(sh, "cargo fmt --all --check").run()?)),
    ("Rust lints", |sh| Ok(cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings").run()?)),
    ("Rust lints, WebAssembly", engine::lint),
    // xtask has no tests, and what it depends on takes minutes to compile with the optimisation of the test profile.
    ("Rust tests", |sh| Ok(cmd!(sh, "cargo test --workspace --exclude xtask").run()?)),
    ("golden tests as WebAssembly", golden::test),
    ("Rust documentation", |sh| {
        Ok(cmd!(sh, "cargo doc --workspace --no-deps").env("RUSTDOCFLAGS", "-Dwarnings").run()?)
    }),
    // Biome would colour a log file letter by letter.
    ("TypeScript lints and format", |sh| Ok(cmd!(sh, "biome ci --colors=off").run()?)),
    ("TypeScript types", check_types),
    ("page", build::bundle),
    ("browser tests", |sh| Ok(cmd!(sh, "playwright test").run()?)),
];

pub fn run(sh: &Shell, options: &[String]) -> Result<()> {
    ensure!(options.is_empty(), "test takes no options");
    let start = Instant::now();
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n==> {}/{} {name}", number + 1, STEPS.len());
        let start = Instant::now();
        step(sh).with_context(|| format!("step {} of {}, {name}, failed", number + 1, STEPS.len()))?;
        println!("    {name}: {:.1} s", start.elapsed().as_secs_f64());
    }
    println!("\nall {} steps passed in {:.0} s", STEPS.len(), start.elapsed().as_secs_f64());
    Ok(())
}

fn set_up(sh: &Shell) -> Result<()> {
    setup::run(sh)?;
    apt::require_python(sh)?;
    // Where `playwright.config.ts` looks for the browser.
    sh.set_var("CHROMIUM_PATH", chromium::path(sh)?);
    Ok(())
}

/// The page must not see node's globals and the tests must, hence two projects.
fn check_types(sh: &Shell) -> Result<()> {
    cmd!(sh, "tsc --noEmit").run()?;
    Ok(cmd!(sh, "tsc --noEmit --project tests/browser").run()?)
}
