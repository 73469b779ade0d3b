//! Prints, references and the check of the media folder.

use std::collections::HashSet;
use std::path::PathBuf;

use base64::Engine as _;
use jiff::tz::TimeZone;

use super::commands::{ById, ImportBytes, ImportFile, ListPrints, VerifyLibrary};
use super::{gallery, imports};
use crate::Studio;
use crate::chance;
use crate::engine::new_asset;
use crate::find::Query;
use crate::gallery::presence;
use crate::library::{LibraryError, Stored};
use crate::store::assets::Written;
use crate::store::{self, StoreError, Tx};
use crate::view::{ApiError, Asset, PrintBook, PrintPage, Verification};

const PAGE: u32 = 200;
const LONGEST_PAGE: u32 = 1_000;

pub(super) async fn list_prints(
    studio: &Studio,
    wanted: ListPrints,
) -> Result<PrintPage, ApiError> {
    let before = match wanted.before.as_deref().map(str::parse::<i64>) {
        None => None,
        Some(Ok(before)) => Some(before),
        Some(Err(_)) => {
            return Err(ApiError::new(
                "invalid",
                t!("That page marker is none of ours."),
                t!("Use “next” of the page before, or leave it out."),
            ));
        }
    };
    let query = match &wanted.find {
        Some(find) => gallery::query(find)?,
        None => Query::of_words(wanted.words.as_deref().unwrap_or_default()),
    };
    let sort = wanted.sort.unwrap_or_default();
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    let root = studio.library.root();
    let page = move |sql: &_| store::view::page(sql, &root, &query, sort, before, limit);
    Ok(studio.store.read(page).await?)
}

pub(super) async fn get_print(studio: &Studio, wanted: ById) -> Result<PrintBook, ApiError> {
    let root = studio.library.root();
    Ok(studio
        .store
        .read(move |sql| {
            let print = store::assets::print(sql, &root, &wanted.id)?;
            let Some(job) = &print.job else {
                return imports::book(sql, print);
            };
            let job = store::jobs::view(sql, job)?;
            let references = job
                .references
                .iter()
                .map(|reference| store::assets::asset(sql, &root, &reference.asset))
                .collect::<Result<_, _>>()?;
            let attempt = store::attempts::newest(sql, &job.id)?;
            let span = |from: Option<i64>, to: Option<i64>| {
                from.zip(to).map_or(0, |(from, to)| (to - from).max(0))
            };
            let (accepted, done) =
                attempt.as_ref().map_or((None, None), |a| (a.accepted_at, a.done_at));
            Ok(PrintBook {
                waited_ms: span(Some(job.created_at), accepted),
                rendered_ms: span(accepted, done),
                saved_ms: span(done, Some(print.created_at)),
                print,
                job: Some(job),
                import: None,
                references,
            })
        })
        .await?)
}

pub(super) async fn import_file(studio: &Studio, wanted: ImportFile) -> Result<Asset, ApiError> {
    let (library, at) = (studio.library.clone(), studio.clock.now_ms());
    let path = PathBuf::from(wanted.path);
    import(studio, at, move || library.import_file(&path, at, &TimeZone::system())).await
}

pub(super) async fn import_bytes(studio: &Studio, wanted: ImportBytes) -> Result<Asset, ApiError> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(wanted.base64.trim()).map_err(
        |error| ApiError {
            detail: error.to_string(),
            ..ApiError::new(
                "invalid",
                t!("The pasted picture did not arrive whole."),
                t!("Copy it again, or drop the file instead."),
            )
        },
    )?;
    let (library, at) = (studio.library.clone(), studio.clock.now_ms());
    import(studio, at, move || library.import_bytes(&bytes, at, &TimeZone::system())).await
}

pub(super) async fn import(
    studio: &Studio,
    at: i64,
    take: impl FnOnce() -> Result<Stored, LibraryError> + Send + 'static,
) -> Result<Asset, ApiError> {
    let stored =
        tokio::task::spawn_blocking(take).await.map_err(|error| ApiError::internal(&error))??;
    let id = studio.store.write(move |tx| keep_reference(tx, stored, at)).await?;
    get_asset(studio, ById { id }).await
}

/// Takes a stored file into the index as a reference; the one with the same bytes where there is one already.
pub(super) fn keep_reference(
    tx: &mut Tx<'_>,
    stored: Stored,
    at: i64,
) -> Result<String, StoreError> {
    if let Some(known) = tx.reference_by_hash(&stored.blake3)? {
        return Ok(known);
    }
    let asset = new_asset(chance::id("ast"), stored, at);
    tx.insert_asset(&asset)?;
    Ok(asset.id)
}

pub(super) async fn get_asset(studio: &Studio, wanted: ById) -> Result<Asset, ApiError> {
    let root = studio.library.root();
    Ok(studio.store.read(move |sql| store::assets::asset(sql, &root, &wanted.id)).await?)
}

pub(super) async fn verify(
    studio: &Studio,
    wanted: VerifyLibrary,
) -> Result<Verification, ApiError> {
    let (after, most) = (wanted.after.unwrap_or(0), wanted.most.unwrap_or(u32::MAX).max(1));
    let (known, total) =
        studio.store.read(move |sql| store::assets::written(sql, after, most)).await?;
    let next = known.last().filter(|_| known.len() == most as usize).map(|last| last.seq);
    let all = match next {
        Some(_) => Vec::new(),
        None => studio.store.read(store::assets::hashes).await?,
    };
    let library = studio.library.clone();
    let (known, found, strangers) = tokio::task::spawn_blocking(move || {
        library.here()?;
        let pairs = known.iter().map(|file| (file.path.as_str(), file.blake3.as_str()));
        let found = library.verify(pairs)?;
        let paths = all.iter().map(|(_, path, _)| path.as_str()).collect();
        let strangers = if next.is_none() { library.strangers(&paths)? } else { Vec::new() };
        // A drive that went away meanwhile says nothing of its files.
        library.here()?;
        Ok::<_, LibraryError>((known, found, strangers))
    })
    .await
    .map_err(|error| ApiError::internal(&error))??;
    let bad: HashSet<&String> = found.missing.iter().chain(&found.changed).collect();
    let code = |file: &Written| Some((file.path.clone(), file.code.clone()?));
    let codes = known.iter().filter(|file| bad.contains(&file.path)).filter_map(code).collect();
    let missing: HashSet<&String> = found.missing.iter().collect();
    let moved = known.iter().filter(|file| file.present == missing.contains(&file.path));
    presence::note(studio, moved.map(|file| (file.id.clone(), !file.present)).collect()).await?;
    Ok(Verification {
        sound: found.sound,
        missing: found.missing,
        changed: found.changed,
        partial: if next.is_none() { found.partial } else { Vec::new() },
        strangers,
        codes,
        total,
        next,
    })
}
