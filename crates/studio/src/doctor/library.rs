//! Every file of the library against what was written down.

use std::collections::HashSet;

use super::{blocking, count};
use crate::Studio;
use crate::store::{assets, check};
use crate::view::{ApiError, Finding, FindingState};

pub(super) async fn files(studio: &Studio, repair: bool) -> Result<Vec<Finding>, ApiError> {
    let (known, awaited) =
        studio.store.read(|sql| Ok((assets::hashes(sql)?, check::awaited_outputs(sql)?))).await?;
    let library = studio.library.clone();
    let (known, found, strangers, here) = blocking(move || {
        let pairs = known.iter().map(|(_, path, hash)| (path.as_str(), hash.as_str()));
        let found = library.verify(pairs);
        let paths: HashSet<&str> = known.iter().map(|(_, path, _)| path.as_str()).collect();
        // A folder that cannot be read holds files that `verify` finds missing.
        let strangers = library.strangers(&paths).unwrap_or_default();
        let here = library.here();
        (known, found, strangers, here)
    })
    .await?;
    if let Err(away) = here {
        // Nothing is known of its files, so nothing is said of them.
        let state = FindingState::Yours;
        return Ok(vec![Finding::new("library", state, away.message(), away.hint())]);
    }
    let found = found?;
    if repair {
        let missing = found.missing.clone();
        studio
            .store
            .write(move |tx| {
                for (id, path, _) in &known {
                    tx.note_present(id, !missing.contains(path))?;
                }
                Ok(())
            })
            .await?;
    }
    let mut findings = Vec::new();
    let mut add = |found: Vec<String>, state, message: &str, hint: &str| {
        if !found.is_empty() {
            let message = format!("{} {message}", count(found.len(), "file"));
            findings.push(Finding::new("library", state, message, hint).about(found));
        }
    };
    add(
        found.missing,
        FindingState::Yours,
        "of the library can't be found or read.",
        "Put them back where they were, from a backup of your own. The gallery marks them as missing.",
    );
    add(
        found.changed,
        FindingState::Yours,
        "of the library changed since they were saved.",
        "If you did not change them yourself, put them back from a backup of your own.",
    );
    let at_work =
        |name: &String| awaited.iter().any(|output| name.strip_suffix(".part") == Some(output));
    add(
        found.partial.into_iter().filter(|name| !at_work(name)).collect(),
        FindingState::Note,
        "in the library's .incoming folder were left half-written.",
        "No job waits for them. They are left alone; you can delete them.",
    );
    add(
        strangers,
        FindingState::Note,
        "in the library folder are not in the job book.",
        "They are left alone.",
    );
    if findings.iter().all(|finding| !finding.state.is_open()) {
        let sound = found.sound as usize;
        findings.insert(
            0,
            Finding::fine("library", format!("{}, each as it was saved.", count(sound, "file"))),
        );
    }
    Ok(findings)
}
