//! Every file of the library against what was written down.

use std::collections::HashSet;
use std::path::Path;

use super::{blocking, count};
use crate::Studio;
use crate::store::{assets, check};
use crate::view::{ApiError, Finding, FindingState};

pub(super) async fn files(studio: &Studio, repair: bool) -> Result<Vec<Finding>, ApiError> {
    let (known, awaited) =
        studio.store.read(|sql| Ok((assets::hashes(sql)?, check::awaited_outputs(sql)?))).await?;
    let library = studio.library.clone();
    let (known, found, strangers) = blocking(move || {
        let pairs = known.iter().map(|(_, path, hash)| (path.as_str(), hash.as_str()));
        let found = library.verify(pairs);
        let strangers = strangers(library.root(), &known);
        (known, found, strangers)
    })
    .await?;
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

/// Files below the library folder that no record knows, without sidecars of those that one does.
fn strangers(root: &Path, known: &[(String, String, String)]) -> Vec<String> {
    let known: HashSet<&str> = known.iter().map(|(_, path, _)| path.as_str()).collect();
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        // A folder that cannot be read holds files that `verify` finds missing.
        let Ok(entries) = folder.read_dir() else { continue };
        for entry in entries.flatten() {
            let (path, hidden) =
                (entry.path(), entry.file_name().to_string_lossy().starts_with('.'));
            // Links are not followed: they may lead out of the library, or round and round.
            let Ok(kind) = entry.file_type() else { continue };
            if hidden {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(relative) = path.strip_prefix(root) else { continue };
            let relative = relative.to_string_lossy().replace('\\', "/");
            let of_a_print =
                relative.split_once(".json").is_some_and(|(print, _)| known.contains(print));
            if !known.contains(relative.as_str()) && !of_a_print {
                found.push(relative);
            }
        }
    }
    found.sort();
    found
}
