//! The processes that read media: as many at a time as there are processors.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::super::error::{LibraryError, Result};
use super::super::form::Form;
use super::super::reading::{Done, Task};
use super::Program;
use super::link::Link;
use super::wire::{self, Asked, TAKEN, Told};

/// How many readers may be gone before they have the file, until it is said that none can be started.
const STARTS: usize = 3;

pub(super) struct Pool {
    program: Program,
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    busy: usize,
    /// Readers that wait. One may have gone meanwhile.
    idle: Vec<Link>,
}

/// How asking a reader ended, where no answer came.
enum Lost {
    /// Before it had the file: another may be asked.
    Untaken(io::Error),
    /// With the file.
    Taken(io::Error),
}

/// The right to one reader.
struct Turn<'a>(&'a Pool);

impl Pool {
    pub(super) fn new(program: Program) -> Self {
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        Self { program, most, state: Mutex::default(), freed: Condvar::new() }
    }

    /// Has a task done. Waits for its turn. A file that ends its reader is damaged: it is not read again.
    pub(super) fn ask(&self, task: Task, form: Form, file: &File, path: &Path) -> Result<Done> {
        let turn = self.turn();
        let cannot = |source| LibraryError::Io { what: key!("start the reader of media"), source };
        let mut started = 0;
        loop {
            let waits = turn.0.state().idle.pop();
            started += usize::from(waits.is_none());
            let mut link = waits.map_or_else(|| Link::start(&self.program), Ok).map_err(cannot)?;
            let error = match asked(&mut link, task, form, file, path) {
                Ok((done, last)) => {
                    if last {
                        link.end();
                    } else {
                        self.state().idle.push(link);
                    }
                    return done;
                }
                // One that has waited long is gone, and that is nobody's fault.
                Err(Lost::Untaken(error)) => {
                    let end = link.end();
                    if started >= STARTS {
                        return Err(cannot(io::Error::other(format!("{error}; {end}"))));
                    }
                    continue;
                }
                Err(Lost::Taken(error)) => error,
            };
            let late = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
            let end = link.end();
            let detail = if late {
                "reading it did not come to an end".to_owned()
            } else {
                format!("reading it ended its reader ({end})")
            };
            tracing::warn!(file = %path.display(), detail, %error, "a media file was not read");
            return Err(LibraryError::Damaged { what: form.words(), detail });
        }
    }

    fn turn(&self) -> Turn<'_> {
        let mut state = self.state();
        while state.busy >= self.most {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.busy += 1;
        Turn(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().busy -= 1;
        self.0.freed.notify_one();
    }
}

/// Asks one reader; answers too whether it goes now.
fn asked(
    link: &mut Link,
    task: Task,
    form: Form,
    file: &File,
    path: &Path,
) -> Result<(Result<Done>, bool), Lost> {
    let path = link.hand(file, path).map_err(Lost::Untaken)?;
    wire::send(link, &Asked { task, form, path }).map_err(Lost::Untaken)?;
    let mut taken = [0];
    link.read_exact(&mut taken).map_err(Lost::Untaken)?;
    if taken != [TAKEN] {
        return Err(Lost::Untaken(io::Error::other("another program answered")));
    }
    let told: Told = wire::take(link).map_err(Lost::Taken)?;
    let last = told.last;
    Ok((told.done(form, link).map_err(Lost::Taken)?, last))
}

#[cfg(all(test, unix))]
mod tests;
