//! `cargo xtask COMMAND`: what a developer or CI does with this repository beyond plain cargo. One file per command.

mod apt;
mod build;
mod chromium;
mod codegen;
mod engine;
mod golden;
mod serve;
mod setup;
mod test;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use xshell::Shell;

/// One thing `cargo xtask` can do.
struct Command {
    name: &'static str,
    options: &'static str,
    about: &'static str,
    run: fn(&Shell, &[String]) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        options: "[--port N]",
        about: "set up what is missing, build the engine and serve the page on localhost",
        run: serve::run,
    },
    Command { name: "build", options: "", about: "build the page for production into dist/", run: build::run },
    Command {
        name: "codegen",
        options: "[--check]",
        about: "write the files generated from the engine's Rust, or only check that they are current",
        run: codegen::run,
    },
    Command {
        name: "run-in-node",
        options: "FILE",
        about: "run a test that cargo compiled to WebAssembly; `test` has cargo call it",
        run: golden::run_in_node,
    },
    Command { name: "test", options: "", about: "run every check there is, as CI does", run: test::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|argument| matches!(argument.as_str(), "help" | "--help" | "-h")) {
        println!("{}", help());
        return Ok(());
    }
    let Some((name, options)) = arguments.split_first() else { bail!("which command?\n\n{}", help()) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        bail!("no command is called `{name}`\n\n{}", help());
    };
    (command.run)(&shell()?, options)
}

fn help() -> String {
    let commands = COMMANDS.iter().map(|c| format!("\n  {:20} {}", format!("{} {}", c.name, c.options), c.about));
    format!("Usage: cargo xtask COMMAND\n{}", commands.collect::<String>())
}

/// A shell at the root of the repository that finds the npm tools installed there.
fn shell() -> Result<Shell> {
    let sh = Shell::new()?;
    sh.change_dir(root());
    let path = env::var_os("PATH").context("PATH is not set")?;
    let tools = root().join("node_modules/.bin");
    sh.set_var("PATH", env::join_paths([tools].into_iter().chain(env::split_paths(&path)))?);
    Ok(sh)
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository").to_owned()
}
