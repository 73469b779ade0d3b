//! The end of what lies in the trash: files, rows, sidecars, for good.

use crate::Studio;
use crate::library::LibraryError;
use crate::store;
use crate::view::ApiError;

/// How long a print lies in the trash before it is removed by itself, ms.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// How many are removed in one commit. Files go inside of it, so that none is taken out of the trash
/// meanwhile.
const AT_ONCE: u32 = 50;

/// Removes what was put into the trash more than 30 days ago.
pub(crate) async fn remove_old(studio: &Studio) -> Result<u32, ApiError> {
    remove_before(studio, studio.clock.now_ms() - KEPT_MS).await
}

/// Removes all that lies in the trash. Answers how many prints.
pub(crate) async fn empty(studio: &Studio) -> Result<u32, ApiError> {
    remove_before(studio, i64::MAX).await
}

async fn remove_before(studio: &Studio, at: i64) -> Result<u32, ApiError> {
    // Nothing is written, and no disk woken, where there is nothing to remove.
    if !studio.store.read(move |sql| store::trash::any(sql, at)).await? {
        return Ok(0);
    }
    let (mut removed, mut after, mut refused) = (0, 0, None);
    loop {
        let library = studio.library.clone();
        let (count, last, error) = studio
            .store
            .write(move |tx| {
                let trashed = tx.trashed(at, after, AT_ONCE)?;
                let last = trashed.last().map(|print| print.seq);
                let (mut gone, mut error): (Vec<_>, Option<LibraryError>) = (Vec::new(), None);
                for print in trashed {
                    match library.remove(&print.path, &print.id) {
                        Ok(()) => gone.push(print),
                        Err(failed) => error = Some(failed),
                    }
                }
                Ok((tx.remove_prints(&gone)?, last, error))
            })
            .await?;
        removed += count;
        refused = error.or(refused);
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    match refused {
        // Those that could not be removed still lie in the trash.
        Some(error) => Err(error.into()),
        None => Ok(removed),
    }
}
