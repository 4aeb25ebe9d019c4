//! `cargo xtask serve`: the page on localhost.

use anyhow::{Context as _, Result, bail};
use xshell::{Shell, cmd};

use crate::{engine, setup};

pub fn run(sh: &Shell, options: &[String]) -> Result<()> {
    let port = port(options)?.to_string();
    setup::run(sh)?;
    engine::build(sh)?;
    become_server(cmd!(sh, "vite --port {port}").into())
}

fn port(options: &[String]) -> Result<u16> {
    match options {
        [] => Ok(5173),
        [flag, port] if flag == "--port" => port.parse().with_context(|| format!("`{port}` is not a port")),
        _ => bail!("serve takes --port N, not `{}`", options.join(" ")),
    }
}

/// Hands this process over, so that whoever stops it stops the server.
#[cfg(unix)]
fn become_server(mut server: std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(server.exec()).context("could not start vite")
}

#[cfg(not(unix))]
fn become_server(mut server: std::process::Command) -> Result<()> {
    let status = server.status().context("could not start vite")?;
    anyhow::ensure!(status.success(), "vite stopped: {status}");
    Ok(())
}
