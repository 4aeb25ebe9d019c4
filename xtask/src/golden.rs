//! The golden tests once more, as WebAssembly in node: what equals PyTorch natively does so in the machine the page runs on,
//! in f32 and in f64.

use std::{env, path::Path};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::engine;

/// Files of `tests/` that reach outside by `common::host` only.
const TESTS: &[&str] = &["activations_golden", "golden_layers", "golden_nets", "golden_training"];

/// Cargo compiles them and calls `run_in_node` for each.
pub fn test(sh: &Shell) -> Result<()> {
    let options: Vec<&str> =
        ["--features", "f64"].into_iter().chain(TESTS.iter().flat_map(|name| ["--test", name])).collect();
    let runner = env::current_exe()?;
    let runner = runner.to_str().context("the path of xtask is not UTF-8")?;
    let _runner = sh.push_env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", format!("{runner} run-in-node"));
    engine::cargo(sh, "test", &options)
}

/// Counts the files that are read, before the glue takes hold of the function that reads.
const BEFORE: &str = r#"
let files = 0;
{
    const fs = require("node:fs");
    const { readFileSync } = fs;
    fs.readFileSync = (...all) => { files += 1; return readFileSync(...all); };
}
"#;

/// Calls `main`, which the glue leaves alone as the engine has a start function of its own. The test prints nothing: one that
/// fails throws, and the files that it read, beside its own program, show that it ran.
const AFTER: &str = r"
if (wasm.main(0, 0) !== 0 || files < 2) throw new Error(`failed after reading ${files} files`);
console.log(`passed as WebAssembly, with ${files - 1} files read`);
";

/// Gives a compiled test its glue and runs it.
pub fn run_in_node(sh: &Shell, options: &[String]) -> Result<()> {
    let [program] = options else { bail!("run-in-node takes one compiled test") };
    let program = Path::new(program);
    let name = program.file_stem().and_then(|name| name.to_str()).context("a compiled test has a name")?;
    let package = program.with_extension("node");
    Bindgen::new().input_path(program).out_name(name).nodejs(true)?.typescript(false).generate(&package)?;
    let script = package.join(name).with_extension("js");
    sh.write_file(&script, [BEFORE, &sh.read_file(&script)?, AFTER].concat())?;
    Ok(cmd!(sh, "node {script}").quiet().run()?)
}
