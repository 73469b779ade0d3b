//! Foreign media are read in a process of its own, where the host lets it: whatever a decoder does
//! with a hostile file, it does it without the studio's memory, its files, its keys and its lines.
//!
//! The process is the host's own program, started with [`ARGUMENT`] before anything else of it runs.
//! It is handed each file open for reading and answers with sizes and small pictures. What it may
//! do besides is in `limits`; how many there are, and what becomes of a file that ends one, in `pool`.

mod child;
mod limits;
mod link;
mod pool;
mod wire;

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::error::{LibraryError, Result};
use super::form::{self, Inspected};
use super::reading::{self, Done, Stills, Task};
use super::words::Words;
use pool::Pool;

/// The first argument of a process that reads media.
const ARGUMENT: &str = "read-media";

/// Set where the host lets this process start readers.
static POOL: OnceLock<Pool> = OnceLock::new();

/// A program that reads media when it is started.
#[derive(Debug, Clone)]
struct Program {
    path: PathBuf,
    argument: OsString,
}

/// To be called by a host before anything else. A process that was started to read media does so
/// here and never comes back. In any other, media are read in such processes from now on; without
/// this call they are read within.
pub fn read_apart() {
    if std::env::args_os().nth(1).is_some_and(|first| first == ARGUMENT) {
        child::serve();
    }
    // On Linux the running program itself, even when an update has put another in its place.
    let own = if cfg!(target_os = "linux") {
        Ok(PathBuf::from("/proc/self/exe"))
    } else {
        std::env::current_exe()
    };
    match own {
        Ok(own) => read_apart_by(&own),
        Err(error) => tracing::warn!(%error, "media are read within this process"),
    }
}

/// The same by another host's program, for one whose own cannot be started to read.
pub fn read_apart_by(program: &Path) {
    let program = Program { path: program.to_path_buf(), argument: ARGUMENT.into() };
    POOL.get_or_init(|| Pool::new(program));
}

/// Reads a file through.
pub(super) fn inspect(path: &Path) -> Result<Inspected> {
    match ask(Task::Inspect, path)? {
        Done::Inspected(inspected) => Ok(inspected),
        _ => Err(mixed_up()),
    }
}

/// Makes small pictures of a file.
pub(super) fn stills(path: &Path) -> Result<Stills> {
    match ask(Task::Stills, path)? {
        Done::Stills(stills) => Ok(stills),
        _ => Err(mixed_up()),
    }
}

/// Reads what a file says about itself.
pub(super) fn words(path: &Path) -> Result<Words> {
    match ask(Task::Words, path)? {
        Done::Words(words) => Ok(*words),
        _ => Err(mixed_up()),
    }
}

fn ask(task: Task, path: &Path) -> Result<Done> {
    let failed = |error| LibraryError::read(path, error);
    let file = File::open(path).map_err(failed)?;
    let form = form::kept_open(&file).map_err(failed)??;
    match POOL.get() {
        Some(pool) => pool.ask(task, form, &file, path),
        None => reading::run(task, form, &file),
    }
}

fn mixed_up() -> LibraryError {
    LibraryError::unread(std::io::Error::other("an answer to another question"))
}
