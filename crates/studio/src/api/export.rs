//! Prints on their way out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use ts_rs::TS;

use crate::Studio;
use crate::library::export::{ExportError, Item, Order};
use crate::paths;
use crate::store::{self, StoreError};
use crate::view::{ApiError, ExportForm, Exported, ShareCredentials, SkippedPrint};

/// Most prints of one export.
const MOST: usize = 100_000;

/// Which prints to write where.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ExportPrints {
    /// Print ids, in the order that they are wanted; 100 000 at most.
    pub ids: Vec<String>,
    /// Absolute path: the folder for originals and share copies; for an archive or a sheet the file, or a
    /// folder to put it in, which ends in a separator where it is yet to be made. Left out: the user's
    /// downloads, and there a folder of today for several files.
    #[serde(default)]
    #[ts(optional)]
    pub to: Option<String>,
    /// In which form.
    pub form: ExportForm,
    /// What becomes of Content Credentials in share copies; they stay when left out.
    #[serde(default)]
    #[ts(optional)]
    pub credentials: Option<ShareCredentials>,
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Library(error) => error.into(),
            error => Self {
                detail: error.to_string(),
                ..Self::new(error.code(), error.message(), error.hint())
            },
        }
    }
}

/// Stops the export when nobody waits for it any more.
pub(super) struct Waited(pub(super) Arc<AtomicBool>);

impl Drop for Waited {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub(super) async fn export_prints(
    studio: &Studio,
    wanted: ExportPrints,
) -> Result<Exported, ApiError> {
    if wanted.ids.len() > MOST {
        return Err(ApiError::new(
            "invalid",
            t!("That is more than 100,000 prints at once."),
            t!("Export them in several parts."),
        ));
    }
    let root = studio.library.root();
    let ids = wanted.ids;
    let (items, gone) = studio
        .store
        .read(move |sql| {
            let (mut items, mut gone) = (Vec::new(), Vec::new());
            for id in ids {
                let print = match store::assets::print(sql, &root, &id) {
                    Ok(print) => print,
                    Err(StoreError::NotFound(_)) => {
                        gone.push(id);
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                items.push(Item {
                    path: store::assets::row(sql, &id)?.path,
                    id,
                    code: print.code,
                    prompt: print.prompt,
                    model: print.model_name,
                    created_at: print.created_at,
                });
            }
            Ok((items, gone))
        })
        .await?;
    if items.is_empty()
        && let Some(id) = gone.first()
    {
        return Err(ApiError::not_found(&t!("print {id}", id)));
    }
    let name = name(studio.clock.now_ms());
    let order = Order {
        items,
        to: place(wanted.to, wanted.form, &name),
        form: wanted.form,
        credentials: wanted.credentials.unwrap_or_default(),
        name,
    };
    let library = studio.library.clone();
    let waited = Waited(Arc::new(AtomicBool::new(false)));
    let left = Arc::clone(&waited.0);
    let export = move || library.export(&order, &mut |_| !left.load(Ordering::Relaxed));
    let mut exported =
        tokio::task::spawn_blocking(export).await.map_err(|error| ApiError::internal(&error))??;
    exported.skipped.extend(gone.into_iter().map(|id| SkippedPrint {
        message: t!("There is no print {id}.", id),
        hint: t!("It may have been removed. List again.").into(),
        id,
    }));
    Ok(exported)
}

/// Where an export goes: where it was asked for, else among the user's downloads.
pub(super) fn place(named: Option<String>, form: ExportForm, name: &str) -> PathBuf {
    named.map_or_else(|| among(&paths::default_download_dir(), form, name), PathBuf::from)
}

/// Several files have a folder of their own there. A single one lies there itself, and the separator at the
/// end says that this is a folder, where nothing was ever saved in it too.
fn among(downloads: &Path, form: ExportForm, name: &str) -> PathBuf {
    match form {
        ExportForm::Originals | ExportForm::Share => downloads.join(name),
        ExportForm::Zip | ExportForm::Sheet => downloads.join(""),
    }
}

/// `rushes-2026-11-22`, by the user's day.
pub(super) fn name(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::system()).strftime("rushes-%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_to_go_nowhere_goes_into_the_downloads_that_may_not_be_there() {
        let to = |form| among(Path::new("/mnt/downloads"), form, "rushes-2026-11-22");
        let written = |form| to(form).display().to_string();
        for form in [ExportForm::Originals, ExportForm::Share] {
            assert_eq!(written(form), "/mnt/downloads/rushes-2026-11-22");
        }
        for form in [ExportForm::Zip, ExportForm::Sheet] {
            assert!(written(form).ends_with(std::path::is_separator), "a folder: {form:?}");
            assert_eq!(to(form), Path::new("/mnt/downloads"));
        }
    }
}
