//! Looking over the whole studio and mending what can be mended: the job book, its copies, the
//! library with its sidecars and thumbnails, the index of words, the keychain, jobs that are stuck.
//! It never deletes anything of the user's.

mod book;
mod damaged;
mod jobs;
mod keychain;
mod library;
mod sidecars;
mod thumbnails;

use crate::Studio;
use crate::view::{ApiError, Diagnosis};

pub use damaged::mend_book;

/// Looks everything over, and mends where asked.
pub(crate) async fn look_over(studio: &Studio, repair: bool) -> Result<Diagnosis, ApiError> {
    let mut findings = book::database(studio).await?;
    findings.push(book::copies(studio, repair).await?);
    findings.push(book::disk(studio).await?);
    findings.push(book::search(studio, repair).await?);
    findings.extend(library::files(studio, repair).await?);
    findings.push(sidecars::look(studio, repair).await?);
    findings.push(thumbnails::look(studio, repair).await?);
    findings.extend(keychain::look(studio).await?);
    findings.extend(jobs::look(studio).await?);
    Ok(Diagnosis { findings })
}

/// Runs what blocks off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}

/// `1 file`, `2 files`.
fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// A moment where the user is: `2026-11-22 11:42`.
fn moment(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .unwrap_or_default()
        .to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}
