//! The process that reads media: one file after the other, until nobody asks any more.

use std::io::Write;

use super::super::reading;
use super::link::Caller;
use super::wire::{self, Asked};
use super::{limits, wire::TAKEN};

/// Files after which a reader goes, so that nothing that a file may have left behind stays for long.
const SERVES: u32 = 400;

/// Reads what is asked for and ends the process.
pub(super) fn serve() -> ! {
    // Nobody reads a report of a panic here: it becomes an answer.
    std::panic::set_hook(Box::new(|_| {}));
    std::process::exit(i32::from(answer_all().is_err()))
}

fn answer_all() -> std::io::Result<()> {
    let mut caller = Caller::meet()?;
    limits::set()?;
    for served in 1.. {
        let Some(handed) = caller.next()? else { return Ok(()) };
        let asked: Asked = wire::take(&mut caller)?;
        caller.write_all(&[TAKEN])?;
        let file = handed.open(asked.path.as_deref())?;
        let done = reading::run(asked.task, asked.form, &file);
        drop(file);
        let last = served >= SERVES || limits::computed_s() >= limits::LIFE_S;
        wire::answer(&mut caller, done, last)?;
        caller.flush()?;
        if last {
            break;
        }
    }
    Ok(())
}
