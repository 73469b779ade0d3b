//! Sidecars: one beside each print, written again from the job book where it is missing or cannot be
//! read.

use super::{blocking, count};
use crate::Studio;
use crate::gallery::sidecars::of_print;
use crate::store::check;
use crate::view::{ApiError, Finding, FindingState};

pub(super) async fn look(studio: &Studio, repair: bool) -> Result<Finding, ApiError> {
    let known = studio.store.read(check::prints).await?;
    let (library, all) = (studio.library.clone(), known.len());
    let bad: Vec<(String, String)> = blocking(move || {
        let there = |path: &str| library.path(path).is_ok_and(|path| path.is_file());
        known
            .into_iter()
            .filter(|(id, path)| {
                // A print that is gone needs no sidecar; the library's own check tells of it.
                there(path) && !library.read_sidecar(path).is_ok_and(|sidecar| sidecar.id == *id)
            })
            .collect()
    })
    .await?;
    let paths: Vec<String> = bad.iter().map(|(_, path)| format!("{path}.json")).collect();
    if bad.is_empty() {
        return Ok(Finding::fine(
            "sidecars",
            format!("{} with its story beside it.", count(all, "print")),
        ));
    }
    let n = count(bad.len(), "sidecar");
    if !repair {
        return Ok(Finding::new(
            "sidecars",
            FindingState::Repairable,
            format!("{n} missing or not readable."),
            "A repair writes them again from the job book; what can't be read is kept beside them.",
        )
        .about(paths));
    }
    for (id, path) in bad {
        let sidecar = studio.store.read(move |sql| of_print(sql, &id)).await?;
        let library = studio.library.clone();
        blocking(move || {
            library.set_aside_sidecar(&path)?;
            library.write_sidecar(&path, &sidecar)
        })
        .await??;
    }
    let message = format!("{n} written again.");
    Ok(Finding::new("sidecars", FindingState::Repaired, message, "").about(paths))
}
