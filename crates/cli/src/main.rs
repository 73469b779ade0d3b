//! The `rushes` command: the headless host of the studio.

mod args;
mod choose;
mod doctor;
mod embedded;
mod exit;
mod file;
mod follow;
mod gallery;
mod inputs;
mod interrupt;
mod job_line;
mod jobs;
mod keys;
mod log;
mod models;
mod moving;
mod out;
mod prints;
mod providers;
mod rebuild;
mod render;
mod routes;
mod sandbox;
mod serve;
mod session;
mod spend;
mod vary;
mod words;

use clap::Parser;

use crate::args::{Cli, Command, Gallery, Place, Prints};
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::{Engine, Session};

fn main() {
    // First of all, before there are threads: this process may have been started to read media.
    rushes_studio::library::read_apart();
    work();
}

#[tokio::main]
async fn work() {
    let cli = Cli::parse();
    let out = Out::new(cli.json);
    log::to_stderr();
    let exit = run(cli, out).await.unwrap_or_else(|failure| out.failure(&failure));
    // Not by returning: a keychain that never answers would hold the end.
    std::process::exit(exit as i32)
}

async fn run(cli: Cli, out: Out) -> Result<Exit, Failure> {
    use Engine::{Rests, Runs};

    let at = &cli.place;
    match cli.command {
        Command::Render(args) => within(at, Runs, async |s| render::run(s, &args, out).await).await,
        Command::Jobs { command } => {
            let command = command.unwrap_or_default();
            within(at, jobs::engine(&command), async |s| jobs::run(s, command, out).await).await
        }
        Command::Gallery { command: Some(Gallery::Rebuild { anew }) } => {
            rebuild::run(at, anew, out).await
        }
        Command::Gallery { command } => {
            within(at, Rests, async |s| gallery::run(s, command.unwrap_or_default(), out).await)
                .await
        }
        Command::Prints { command: Prints::Read { file } } => prints::read(&file, out),
        Command::Prints { command: Prints::Export { ids, to, form, no_credentials } } => {
            let asked = prints::asked(&ids, &to, form, no_credentials)?;
            within(at, Rests, async |s| prints::export(s, asked, out).await).await
        }
        Command::Models { command } => {
            within(at, Rests, async |s| models::run(s, command.unwrap_or_default(), out).await)
                .await
        }
        Command::Routes { command } => {
            within(at, Rests, async |s| routes::run(s, command.unwrap_or_default(), out).await)
                .await
        }
        Command::Spend { month, csv, by } => {
            within(at, Rests, async |s| spend::run(s, month, csv, by, out).await).await
        }
        Command::Keys { command } => {
            within(at, Rests, async |s| keys::run(s, command.unwrap_or_default(), out).await).await
        }
        Command::Providers { command } => {
            within(at, Rests, async |s| providers::run(s, command.unwrap_or_default(), out).await)
                .await
        }
        Command::Doctor { repair } => doctor::run(at, repair, out).await,
        Command::Sandbox(args) => sandbox::run(args, out).await,
        Command::Serve { port } => serve::run(at, port, out).await,
    }
}

/// Opens the studio, does the work, and leaves a true record however the work ended.
async fn within(
    place: &Place,
    engine: Engine,
    work: impl AsyncFnOnce(&Session) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let session = Session::open(place, engine).await?;
    let done = work(&session).await;
    session.close().await;
    done
}
