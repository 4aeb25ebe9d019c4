//! Builds the engine as WebAssembly: cargo, then wasm-bindgen (in this process), then wasm-opt.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Where the front end imports the engine from.
const PACKAGE: &str = "www/engine/pkg";

/// Takes `www/engine/pkg` to what the sources say; does only what has changed.
pub fn build(sh: &Shell) -> Result<()> {
    let target = target_dir(sh);
    cargo(sh, "build", &["--release", "--lib"])?;
    let raw = target.join(WASM_TARGET).join("release/activation_playground.wasm");
    let module = fs::read(&raw).with_context(|| format!("{} was not built", raw.display()))?;

    let package = sh.current_dir().join(PACKAGE);
    let stamp_path = package.join(".stamp");
    let stamp = stamp(&module);
    if fs::read_to_string(&stamp_path).is_ok_and(|last| last == stamp) {
        return Ok(());
    }
    sh.remove_path(&package)?;
    bind(&raw, &package).context("wasm-bindgen failed")?;
    let optimised = package.join("engine_bg.wasm");
    cmd!(sh, "wasm-opt -O3 --strip-debug --strip-producers {optimised} -o {optimised}").quiet().run()?;
    println!("engine: {} KiB of WebAssembly", fs::metadata(&optimised)?.len() / 1024);
    Ok(fs::write(stamp_path, stamp)?)
}

/// Clippy on the code that only WebAssembly compiles.
pub fn lint(sh: &Shell) -> Result<()> {
    cargo(sh, "clippy", &["--release", "--lib", "--", "-Dwarnings"])
}

/// Cargo for WebAssembly. The flags go by environment variable, where a `RUSTFLAGS` that replaces those of
/// `.cargo/config.toml` has no say.
pub fn cargo(sh: &Shell, command: &str, options: &[&str]) -> Result<()> {
    let target = target_dir(sh);
    cmd!(sh, "cargo {command} --target {WASM_TARGET} --target-dir {target} {options...}")
        .env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+simd128")
        .run()
        .map_err(Into::into)
}

fn target_dir(sh: &Shell) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    sh.current_dir().join(target)
}

/// `omit_default_module_path` keeps `import.meta.url` out of the glue, so that it also bundles as a classic script.
fn bind(raw: &Path, package: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(raw)
        .out_name("engine")
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .generate(package)
}

/// Identifies what the package is made from: cargo's output and the steps in this file.
fn stamp(module: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    (module, include_str!("engine.rs")).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
