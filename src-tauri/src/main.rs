//! The window of Rushes.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    rushes_studio::library::read_apart();
    match rushes_shell::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the window could not start: {error}");
            ExitCode::FAILURE
        }
    }
}
