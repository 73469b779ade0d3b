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
        let manifest = line.provider.manifest();
        let ahead = match (manifest.references, manifest.attach_most) {
            (References::Uploaded, _) => vec![true; references.len()],
            (References::Attached, None) => vec![false; references.len()],
            (References::Attached, Some(most)) => {
                let mut sizes = Vec::with_capacity(references.len());
                for (reference, _) in &references {
                    sizes.push(self.size_of(&reference.asset).await?);
                }
                too_large_together(&sizes, most)
            }
        };
        let total = references.len();
        for (n, (reference, list)) in references.into_iter().enumerate() {
            let name = format!("reference-{}", n + 1);
            let known =
                if ahead[n] { self.known_upload(&reference.asset, job, line).await? } else { None };
            let url = if !ahead[n] {
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
                    (job.id.clone(), t!("Sending reference {n} of {total}.", n = n + 1, total));
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

    /// The length of a reference's file; 0 where it is gone, which is told when it is read.
    async fn size_of(&self, asset: &str) -> Result<u64, StepError> {
        let id = asset.to_owned();
        let row = self.store.read(move |sql| store::assets::row(sql, &id)).await?;
        let path = self.library.path(&row.path)?;
        Ok(tokio::fs::metadata(&path).await.map_or(0, |about| about.len()))
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
                message: t!("A reference is no longer in the library folder.").into(),
                hint: Some(t!("Put the file back, or drop the picture in again.").into()),
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

/// Which of these files have to go ahead so that the others fit into `most` bytes: the largest, as few
/// as that takes.
fn too_large_together(sizes: &[u64], most: u64) -> Vec<bool> {
    let mut ahead = vec![false; sizes.len()];
    let mut inside: u64 = sizes.iter().sum();
    let mut by_size: Vec<usize> = (0..sizes.len()).collect();
    by_size.sort_by_key(|n| std::cmp::Reverse(sizes[*n]));
    for n in by_size {
        if inside <= most {
            break;
        }
        ahead[n] = true;
        inside -= sizes[n];
    }
    ahead
}

#[cfg(test)]
mod tests {
    use super::too_large_together;

    #[test]
    fn the_largest_go_ahead_until_the_rest_fits() {
        for (sizes, most, ahead) in [
            (vec![], 10, vec![]),
            (vec![10], 10, vec![false]),
            (vec![11], 10, vec![true]),
            (vec![4, 7, 2], 10, vec![false, true, false]),
            (vec![6, 6, 6], 10, vec![true, true, false]),
            (vec![3, 3, 3], 10, vec![false, false, false]),
            (vec![0, 20, 30], 10, vec![false, true, true]),
        ] {
            assert_eq!(too_large_together(&sizes, most), ahead, "{sizes:?}");
        }
    }
}
