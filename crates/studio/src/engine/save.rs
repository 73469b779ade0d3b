//! Saving a fetched output: named, checked, with its sidecar and thumbnail, then in the index.

use jiff::tz::TimeZone;

use super::{Engine, StepError};
use crate::chance;
use crate::library::{LibraryError, Naming, Part, Sidecar, Stored, thumb_hash};
use crate::store::{self, AttemptRow, JobRow, NewAsset, OutputRow};

/// The row of a file that stands in the library, which no job made.
pub(crate) fn new_asset(id: String, stored: Stored, at: i64) -> NewAsset {
    NewAsset {
        id,
        job: None,
        number: 1,
        path: stored.path,
        media: stored.media,
        media_type: stored.media_type,
        width: stored.width,
        height: stored.height,
        duration_ms: stored.duration_ms,
        bytes: stored.bytes,
        blake3: stored.blake3,
        day: day(at),
        created_at: at,
    }
}

impl Engine {
    /// The file a crash left named but not written down.
    pub(super) async fn placed(&self, output: &str) -> Result<Option<Stored>, StepError> {
        let (library, output) = (self.library.clone(), output.to_owned());
        Ok(chance::off_thread(move || library.placed(&output)).await??)
    }

    /// Gives a whole part its name in the library.
    pub(super) async fn keep(
        &self,
        job: &JobRow,
        part: Part,
    ) -> Result<Result<Stored, LibraryError>, StepError> {
        let (at_ms, prompt, model) =
            (self.clock.now_ms(), job.prompt.clone(), job.model_name.clone());
        let id = job.id.clone();
        let number = self.store.read(move |sql| Ok(store::jobs::view(sql, &id)?.index)).await?;
        let kept = chance::off_thread(move || {
            part.finish(&Naming {
                at_ms,
                zone: TimeZone::system(),
                prompt: &prompt,
                model: &model,
                number,
            })
        })
        .await?;
        Ok(kept)
    }

    /// Sidecar and thumbnail, then the index: from here on it is a print.
    pub(super) async fn enter_print(
        &self,
        attempt: &AttemptRow,
        job: &JobRow,
        output: &OutputRow,
        stored: Stored,
    ) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let asset = chance::id("ast");
        let job_id = job.id.clone();
        let output_id = output.id.clone();
        let (view, told, made_from) = self
            .store
            .read(move |sql| {
                Ok((
                    store::jobs::view(sql, &job_id)?,
                    store::story::job(sql, &job_id, Some(&output_id))?,
                    store::story::origins(sql, &job_id)?,
                ))
            })
            .await?;
        let sidecar = Sidecar {
            rushes: Sidecar::VERSION,
            id: asset.clone(),
            code: format!("{}-{}\u{b7}{}", view.shot_number, view.take, view.index),
            prompt: job.prompt.clone(),
            model: job.model_name.clone(),
            provider: job.provider_name.clone(),
            endpoint: job.endpoint.clone(),
            inputs: job.inputs.clone(),
            seed: attempt.seed,
            references: made_from.iter().map(|origin| origin.path.clone()).collect(),
            price: job.price.clone(),
            licence: job.licence.clone(),
            output_terms: job.output_terms.clone(),
            remote_id: attempt.remote_id.clone(),
            created_at: at,
            blake3: stored.blake3.clone(),
            bytes: stored.bytes,
            width: stored.width,
            height: stored.height,
            duration_ms: stored.duration_ms,
            rating: 0,
            circled: false,
            tags: Vec::new(),
            note: String::new(),
            media_type: stored.media_type.clone(),
            number: view.index,
            day: day(at),
            trashed_at: None,
            thumb_hash: None,
            collections: Vec::new(),
            made_from,
            job: Some(told),
            origin: String::new(),
            recipe: None,
            file_name: None,
            file_at: None,
        };
        let (library, path, id) = (self.library.clone(), stored.path.clone(), asset.clone());
        let glance = chance::off_thread(move || {
            // The print is safe without them: the sidecar is written again by a repair, the
            // thumbnail when it is first looked at.
            if let Err(error) = library.write_sidecar(&path, &sidecar) {
                tracing::warn!(%error, "a sidecar could not be written");
            }
            thumb_hash(&library, &path, &id)
                .inspect_err(|error| tracing::debug!(%error, "no thumbnail yet"))
                .ok()
        })
        .await?;
        let new = NewAsset {
            job: Some(job.id.clone()),
            number: view.index,
            ..new_asset(asset.clone(), stored, at)
        };
        let (output_id, job_id) = (output.id.clone(), job.id.clone());
        let only_one = view.prints.is_empty();
        self.store
            .write(move |tx| {
                let mut new = new;
                // A job that makes several counts on from what its take has.
                if !only_one {
                    new.number = tx.next_print_number(&job_id)?;
                }
                tx.insert_asset(&new)?;
                if let Some(hash) = glance {
                    tx.keep_thumb_hash(&new.id, &hash)?;
                }
                tx.end_output(&output_id, "saved", Some(&new.id), "")?;
                tx.touch_job(&job_id);
                Ok(())
            })
            .await?;
        let (library, output_id) = (self.library.clone(), output.id.clone());
        chance::off_thread(move || library.settle(&output_id)).await??;
        Ok(())
    }
}

/// The day of a time in the user's zone, `2026-11-22`.
pub(crate) fn day(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .unwrap_or_default()
        .to_zoned(TimeZone::system())
        .date()
        .to_string()
}
