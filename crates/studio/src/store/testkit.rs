//! Prints for tests of the store, written through its own doors.
#![allow(clippy::unwrap_used)]

use rushes_providers::schema::MediaKind;
use rushes_providers::types::{Commercial, Licence, Modality, Price};
use serde_json::Map;
use tempfile::TempDir;

use super::{JobRow, NewAsset, NewJob, Store, StoreError, Tx};
use crate::job::JobState;
use crate::view::Reference;

/// What a print of a test is made from.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) prompt: String,
    pub(crate) model: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) media: MediaKind,
    pub(crate) size: (u32, u32),
    pub(crate) day: &'static str,
    pub(crate) micros: Option<i64>,
    pub(crate) seed: Option<i64>,
    pub(crate) commercial: Commercial,
    /// The print that it was made from, by its place.
    pub(crate) from: Option<usize>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            prompt: "hills at dawn".into(),
            model: "Stills",
            provider: "Sandbox",
            media: MediaKind::Image,
            size: (1024, 1536),
            day: "2026-11-22",
            micros: Some(40_000),
            seed: Some(42),
            commercial: Commercial::Yes,
            from: None,
        }
    }
}

pub(crate) struct Book {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
}

pub(crate) fn print_id(place: usize) -> String {
    format!("ast_{place:03}")
}

impl Book {
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("studio.db"), folder.path()).unwrap();
        Self { store, folder }
    }

    /// A book with these prints, numbered from 1; each has a job and a shot of its own.
    pub(crate) async fn with(prints: Vec<Made>) -> Self {
        let book = Self::empty();
        book.store
            .write(move |tx| {
                prints.iter().enumerate().try_for_each(|(place, made)| put(tx, place, made))
            })
            .await
            .unwrap();
        book
    }
}

fn put(tx: &mut Tx<'_>, place: usize, made: &Made) -> Result<(), StoreError> {
    let job = format!("job_{place:03}");
    let at = 1_000 + place as i64;
    let (shot, take) = tx.shot_for(None, &made.prompt, &format!("shot_{place:03}"), at)?;
    let reference = |from: usize| Reference { field: "image".into(), asset: print_id(from) };
    tx.insert_job(&NewJob {
        row: JobRow {
            id: job.clone(),
            shot,
            state: JobState::Queued,
            endpoint: format!("{}:{}", made.provider.to_lowercase(), made.model),
            remote_model: format!("path/{}", made.model.to_lowercase()),
            model_name: made.model.into(),
            provider: made.provider.to_lowercase(),
            provider_name: made.provider.into(),
            modality: Modality::Image,
            sandbox: made.provider == "Sandbox",
            prompt: made.prompt.clone(),
            inputs: Map::new(),
            seed: made.seed,
            seed_field: None,
            price: made.micros.map(|micros| Price { micros, currency: "USD".into(), exact: true }),
            licence: Licence { commercial: made.commercial, ..Licence::default() },
            output_terms: Licence::default(),
            waits: 0,
            cancel_wished: false,
            created_at: at,
        },
        take,
        place: 1,
        references: made.from.map(|from| (reference(from), false)).into_iter().collect(),
        route: None,
        steps: Vec::new(),
        left_out: Vec::new(),
    })?;
    tx.insert_asset(&NewAsset {
        id: print_id(place),
        job: Some(job),
        number: 1,
        path: format!("2026/{place}.png"),
        media: made.media,
        media_type: "image/png".into(),
        width: made.size.0,
        height: made.size.1,
        duration_ms: None,
        bytes: 1,
        blake3: format!("{place:064}"),
        day: made.day.into(),
        created_at: at,
    })
}
