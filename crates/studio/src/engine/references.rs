//! References on their way to a provider: uploaded once, remembered while they last.

use std::collections::BTreeMap;

use rushes_providers::manifest::References;
use rushes_providers::types::Upload;
use rushes_providers::{Error, Kind, Wire};
use serde_json::{Map, Value};

use super::lines::Line;
use super::{Engine, StepError};
use crate::store::{self, JobRow};

/// A copy is trusted to be there this much shorter than the provider promises.
const MARGIN_MS: i64 = 3_600_000;

/// A job's inputs as they are sent.
pub(super) struct Ready {
    /// Each reference as what stands for it.
    pub(super) inputs: Map<String, Value>,
    /// The files that travel inside the submit, by what stands for them in `inputs`.
    pub(super) attached: BTreeMap<String, Upload>,
}

impl Engine {
    /// The job's inputs with every reference as the provider's URL, or, where references travel
    /// inside the submit, as the name of a file that is attached. Happens before the attempt
    /// begins, so that a crash in the middle of an upload leaves no doubt behind.
    pub(super) async fn inputs_with_references(
        &self,
        job: &JobRow,
        line: &Line,
    ) -> Result<Result<Ready, Error>, StepError> {
        let id = job.id.clone();
        let references = self.store.read(move |sql| store::jobs::references(sql, &id)).await?;
        let (mut inputs, mut attached) = (job.inputs.clone(), BTreeMap::new());
        let inside = line.provider.manifest().references == References::Attached;
        let total = references.len();
        for (n, (reference, list)) in references.into_iter().enumerate() {
            let name = format!("reference-{}", n + 1);
            let known =
                if inside { None } else { self.known_upload(&reference.asset, job, line).await? };
            let url = if inside {
                let file = match self.file_of(&reference.asset, &name).await? {
                    Ok(file) => file,
                    Err(error) => return Ok(Err(error)),
                };
                // The hash tells two requests apart that differ in nothing but the picture.
                let stands_for_it = format!("attached:{}", blake3::hash(&file.bytes).to_hex());
                attached.insert(stands_for_it.clone(), file);
                stands_for_it
            } else if let Some(url) = known {
                url
            } else {
                let (job_id, note) =
                    (job.id.clone(), format!("Sending reference {} of {total}.", n + 1));
                self.store.write(move |tx| tx.say(&job_id, "uploading", &note, "")).await?;
                match self.upload(&reference.asset, &name, job, line).await? {
                    Ok(url) => url,
                    Err(error) => return Ok(Err(error)),
                }
            };
            if list {
                if let Value::Array(urls) =
                    inputs.entry(reference.field).or_insert_with(|| Value::Array(Vec::new()))
                {
                    urls.push(Value::String(url));
                }
            } else {
                inputs.insert(reference.field, Value::String(url));
            }
        }
        Ok(Ok(Ready { inputs, attached }))
    }

    async fn known_upload(
        &self,
        asset: &str,
        job: &JobRow,
        line: &Line,
    ) -> Result<Option<String>, StepError> {
        let (asset, provider, account) =
            (asset.to_owned(), job.provider.clone(), line.account.clone());
        let now = self.clock.now_ms();
        Ok(self
            .store
            .read(move |sql| store::uploads::known(sql, &asset, &provider, &account, now))
            .await?)
    }

    async fn upload(
        &self,
        asset: &str,
        name: &str,
        job: &JobRow,
        line: &Line,
    ) -> Result<Result<String, Error>, StepError> {
        let upload = match self.file_of(asset, name).await? {
            Ok(upload) => upload,
            Err(error) => return Ok(Err(error)),
        };
        let url = match line.provider.upload(&line.call, &upload).await {
            Ok(url) => url,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(life) = line.provider.manifest().upload_life_s {
            let expires = self.clock.now_ms() + life as i64 * 1000 - MARGIN_MS;
            // The sandbox moves to another port at every start, so its links are not kept.
            if !line.provider.manifest().sandbox {
                let (asset, provider, account, kept) =
                    (asset.to_owned(), job.provider.clone(), line.account.clone(), url.clone());
                self.store
                    .write(move |tx| {
                        tx.remember_upload(&asset, &provider, &account, &kept, expires)
                    })
                    .await?;
            }
        }
        Ok(Ok(url))
    }

    /// A reference's file as it is handed over.
    async fn file_of(&self, asset: &str, name: &str) -> Result<Result<Upload, Error>, StepError> {
        let id = asset.to_owned();
        let row = self.store.read(move |sql| store::assets::row(sql, &id)).await?;
        let path = self.library.path(&row.path)?;
        let Ok(bytes) = tokio::fs::read(&path).await else {
            return Ok(Err(Error {
                kind: Kind::Invalid { field: None },
                wire: Wire::NotSent,
                message: "A reference is no longer in the library folder.".into(),
                hint: Some("Put the file back, or drop the picture in again.".into()),
                retry_after: None,
                raw: None,
            }));
        };
        let ending = row.path.rsplit('.').next().unwrap_or("bin").to_owned();
        Ok(Ok(Upload {
            name: format!("{name}.{ending}"),
            content_type: row.media_type,
            bytes: bytes.into(),
        }))
    }
}
