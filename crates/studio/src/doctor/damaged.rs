//! A job book that is too damaged to be opened: what can be gone back to, and going there.

use std::path::Path;

use super::moment;
use crate::clock::Clock;
use crate::lock::Lock;
use crate::store::{backup, restore, staged};
use crate::view::{Finding, FindingState};

/// Looks for the newest copy of a damaged job book that is whole and, where asked, goes back to it.
/// The damaged file is kept. Blocks.
pub fn mend_book(data: &Path, clock: &dyn Clock, repair: bool) -> Finding {
    let database = data.join("studio.db");
    let copies = backup::all(&database);
    let yours =
        |message: &str, hint: &str| Finding::new("database", FindingState::Yours, message, hint);
    let Some(copy) = restore::newest_sound(&copies) else {
        return yours(
            "The job book is damaged, and there is no whole copy of it.",
            "Your pictures and clips are fine, each with its story beside it. Start with another data folder, and keep this one.",
        )
        .about(copies.into_iter().map(|copy| copy.name).collect());
    };
    let of = moment(copy.made_at);
    if !repair {
        return Finding::new(
            "database",
            FindingState::Repairable,
            format!("The job book is damaged. The newest whole copy is of {of}."),
            "A repair goes back to it. The damaged file is kept, your pictures and clips are untouched, and jobs that waited to be sent are stopped, not sent again.",
        )
        .about(vec![copy.name.clone()]);
    }
    // Held until the copy stands, so that no engine starts in between.
    let lock = match Lock::take(data) {
        Ok(Some(lock)) => lock,
        Ok(None) => {
            return yours(
                "The job book is damaged, and another process has its folder.",
                "Close Rushes everywhere, then run this again.",
            );
        }
        Err(error) => {
            return yours("The data folder cannot be used.", "Check that it can be written.")
                .about(vec![error.to_string()]);
        }
    };
    let at = clock.now_ms();
    let stamp = moment(at).replace(' ', "-").replace(':', "");
    let restored = restore::restore(&database, copy, &stamp, at).and_then(|restored| {
        // A restore that waited was asked for before this.
        staged::call_off(&database)?;
        Ok(restored)
    });
    drop(lock);
    match restored {
        Ok(restored) => {
            let stopped = match restored.stopped {
                0 => String::new(),
                1 => " 1 job that waited to be sent was stopped, because it may have been sent since.".into(),
                n => format!(" {n} jobs that waited to be sent were stopped, because they may have been sent since."),
            };
            Finding::new(
                "database",
                FindingState::Repaired,
                format!("The job book was damaged and is again as it was on {of}.{stopped}"),
                "What was made since then is in the library with its story, and not in the job book.",
            )
            .about(vec![restored.aside.display().to_string()])
        }
        Err(error) => yours(
            "The job book could not be restored. It is as it was.",
            "Make room on the disk, or check that the data folder can be written.",
        )
        .about(vec![error.to_string()]),
    }
}

#[cfg(test)]
mod tests;
