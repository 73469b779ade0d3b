//! The job book, its copies, the disk it stands on, and the index of words.

use std::collections::BTreeMap;

use super::{blocking, count, moment};
use crate::Studio;
use crate::store::{SCHEMA_VERSION, backup, check};
use crate::view::{ApiError, Finding, FindingState};

/// With less than this free a render may not find room.
const LITTLE: u64 = 256 << 20;

/// The book itself.
pub(super) async fn database(studio: &Studio) -> Result<Vec<Finding>, ApiError> {
    let looked = studio.store.read(|sql| {
        let faults = check::faults(sql, check::Depth::Whole)?.book;
        if !faults.is_empty() {
            return Ok((faults, BTreeMap::new(), Vec::new(), (0, 0), String::new()));
        }
        Ok((
            faults,
            check::loose_rows(sql)?,
            check::strange_parts(sql)?,
            check::counts(sql)?,
            check::journal(sql)?,
        ))
    });
    let (faults, loose, strange, (jobs, assets), journal) = looked.await?;
    let mut findings = Vec::new();
    if !faults.is_empty() {
        let hint = "Close Rushes and run `rushes doctor --repair`: it goes back to the newest copy that is whole and keeps the damaged file.";
        let message = "The job book is damaged.";
        return Ok(vec![
            Finding::new("database", FindingState::Yours, message, hint).about(faults),
        ]);
    }
    if !loose.is_empty() {
        let items =
            loose.iter().map(|(table, rows)| format!("{table}: {}", count(*rows as usize, "row")));
        findings.push(
            Finding::new(
                "database",
                FindingState::Yours,
                "Some records point to records that are not there.",
                "Nothing paid hangs on them. Keep a copy of studio.db and report it.",
            )
            .about(items.collect()),
        );
    }
    if !strange.is_empty() {
        findings.push(
            Finding::new(
                "database",
                FindingState::Yours,
                "Parts of the job book are not as Rushes makes them.",
                "Something else has changed studio.db. Go back to one of its copies, or report it.",
            )
            .about(strange),
        );
    }
    if journal != "wal" {
        findings.push(Finding::new(
            "database",
            FindingState::Yours,
            format!("The job book's disk keeps its log as “{journal}”, not as “wal”."),
            "Move the data folder to a disk of this computer.",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::fine(
            "database",
            format!(
                "The job book is whole: {}, {}, format {SCHEMA_VERSION}.",
                count(jobs as usize, "job"),
                count(assets as usize, "media file")
            ),
        ));
    }
    Ok(findings)
}

/// The copies of the book. A copy that is damaged is never used, and never removed either.
pub(super) async fn copies(studio: &Studio, repair: bool) -> Result<Finding, ApiError> {
    let database = studio.store.path().to_owned();
    let (sound, damaged) = blocking(move || {
        let (sound, damaged): (Vec<_>, Vec<_>) = backup::all(&database)
            .into_iter()
            .partition(|copy| check::copy_fault(&copy.path).is_none());
        (sound, damaged)
    })
    .await?;
    let names = damaged.into_iter().map(|copy| copy.name).collect::<Vec<_>>();
    if let Some(newest) = sound.first() {
        let message = format!(
            "{} of the job book, the newest of {}.",
            count_copies(sound.len()),
            moment(newest.made_at)
        );
        return Ok(if names.is_empty() {
            Finding::fine("copies", message)
        } else {
            let hint = "The damaged ones are not used. You can delete them.";
            Finding::new("copies", FindingState::Note, message, hint).about(names)
        });
    }
    if !repair {
        let hint = "One is made when Rushes next starts its engine, or by a repair now.";
        let state = if names.is_empty() { FindingState::Note } else { FindingState::Repairable };
        let message = "There is no whole copy of the job book yet.";
        return Ok(Finding::new("copies", state, message, hint).about(names));
    }
    let (store, day) = (studio.store.clone(), crate::engine::day(studio.clock.now_ms()));
    let made = blocking(move || {
        if names.iter().any(|name| name.contains(&day)) {
            // The day's name is taken by the damaged one.
            store.back_up_anew(&day)
        } else {
            store.back_up(&day)
        }
    })
    .await?;
    Ok(match made {
        Ok(Some(_)) => {
            Finding::new("copies", FindingState::Repaired, "A copy of the job book was made.", "")
        }
        Ok(None) => Finding::fine("copies", "There is nothing in the job book to copy yet."),
        Err(error) => Finding::new(
            "copies",
            FindingState::Yours,
            "The job book could not be copied.",
            "Make room on the disk, or check that the data folder can be written.",
        )
        .about(vec![error.to_string()]),
    })
}

fn count_copies(n: usize) -> String {
    if n == 1 { "1 whole copy".into() } else { format!("{n} whole copies") }
}

/// Room for what is made, and the room kept back for the book.
pub(super) async fn disk(studio: &Studio) -> Result<Finding, ApiError> {
    let (store, library) = (studio.store.clone(), studio.library.root());
    let (kept, free) = blocking(move || {
        let places = [store.path().parent().map(ToOwned::to_owned), Some(library)];
        let free =
            places.into_iter().flatten().filter_map(|at| fs4::available_space(at).ok()).min();
        (store.has_room(), free.unwrap_or_default())
    })
    .await?;
    let room = crate::library::size_words(free);
    Ok(if free < LITTLE {
        Finding::new(
            "disk",
            FindingState::Yours,
            format!("The disk has {room} free."),
            "Make room, so that what is rendered can be saved.",
        )
    } else if kept {
        Finding::fine(
            "disk",
            format!("The disk has {room} free, and room for the job book is kept back."),
        )
    } else {
        Finding::new(
            "disk",
            FindingState::Note,
            format!("The disk has {room} free. No room is kept back for the job book yet."),
            "Rushes keeps it back at its next start.",
        )
    })
}

/// The index of words, by which the gallery is searched.
#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path is bound to one lifetime"
)]
pub(super) async fn search(studio: &Studio, repair: bool) -> Result<Finding, ApiError> {
    // An index that cannot even be read disagrees too.
    let astray = |sql: &rusqlite::Connection| {
        let faults = check::faults(sql, check::Depth::Whole)?.words;
        Ok(faults.is_empty() && check::words_astray(sql).is_ok_and(|astray| astray == 0))
    };
    if studio.store.read(astray).await? {
        return Ok(Finding::fine("search", "Every print can be found by its words."));
    }
    if !repair {
        return Ok(Finding::new(
            "search",
            FindingState::Repairable,
            "The gallery's search does not know every print by its words.",
            "A repair makes its index anew from the job book.",
        ));
    }
    studio.store.write(|tx| tx.rebuild_words()).await?;
    let agrees = studio.store.read(astray).await?;
    Ok(if agrees {
        let message = "The index of the gallery's search was made anew.";
        Finding::new("search", FindingState::Repaired, message, "")
    } else {
        Finding::new(
            "search",
            FindingState::Yours,
            "The index of the gallery's search could not be mended.",
            "Report it. Prints can be found by day all the same.",
        )
    })
}
