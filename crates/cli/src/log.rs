//! Logs: to stderr, warnings only unless `RUSHES_LOG` asks for more.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

pub(crate) fn to_stderr() {
    let filter = EnvFilter::try_from_env("RUSHES_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}
