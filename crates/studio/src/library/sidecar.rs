//! The story of a print, in a JSON file beside it: whoever has the folder has the prompts too,
//! with or without Rushes.

use std::sync::PoisonError;

use rushes_providers::types::{Licence, Price};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{LibraryError, Result};
use super::recipe::Recipe;
use super::{Library, place};
use crate::view::{FrameOf, JobStory, Membership, OriginStory};

/// What stands beside a print. Words that a later version adds are ignored when read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Version of this shape; says also who wrote the file.
    pub rushes: u32,
    /// The asset's id.
    pub id: String,
    /// Edge print, e.g. `152-1·2`.
    pub code: String,
    /// The words it was made from.
    pub prompt: String,
    /// The model's family slug.
    pub model: String,
    /// Provider id.
    pub provider: String,
    /// Endpoint id.
    pub endpoint: String,
    /// All inputs by field name, without references.
    pub inputs: Map<String, Value>,
    /// The seed it was sent with.
    pub seed: Option<i64>,
    /// Paths of the references below the library folder, in order.
    pub references: Vec<String>,
    /// What it was quoted at.
    pub price: Option<Price>,
    /// The model's licence that it was made under.
    pub licence: Licence,
    /// What the provider's own terms said about outputs then. Nothing in sidecars from before this was kept.
    #[serde(default)]
    pub output_terms: Licence,
    /// The provider's handle.
    pub remote_id: Option<String>,
    /// When it was saved, ms UTC.
    pub created_at: i64,
    /// BLAKE3 of the print, hex.
    pub blake3: String,
    /// Size of the print.
    pub bytes: i64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length of a clip in ms.
    pub duration_ms: Option<i64>,
    /// Stars, 1 to 5; 0 for none. This and what follows came later; older sidecars have none of it.
    #[serde(default)]
    pub rating: u8,
    /// A pick.
    #[serde(default)]
    pub circled: bool,
    /// Names of tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The user's own words about it.
    #[serde(default)]
    pub note: String,
    /// Sniffed type, e.g. `image/png`; empty in a sidecar from before it was kept. What follows came later still.
    #[serde(default)]
    pub media_type: String,
    /// Place among the outputs of its take, from 1; 0 where only the edge print tells it.
    #[serde(default)]
    pub number: u32,
    /// The day it belongs to, `2026-11-22`, in the user's zone when made; empty where it was not kept.
    #[serde(default)]
    pub day: String,
    /// When it was put into the trash, ms UTC.
    #[serde(default)]
    pub trashed_at: Option<i64>,
    /// What it looks like at a glance (`ThumbHash`, base64).
    #[serde(default)]
    pub thumb_hash: Option<String>,
    /// The collections that it is in.
    #[serde(default)]
    pub collections: Vec<Membership>,
    /// What it was made from, in order, role by role. `references` has the same by path alone.
    #[serde(default)]
    pub made_from: Vec<OriginStory>,
    /// The job that made it.
    #[serde(default)]
    pub job: Option<JobStory>,
    /// `import` for a file that was taken in; empty for what a job made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
    /// Of an import: what its file said when it was taken in, without the graphs, which the file keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
    /// Of an import: the file's name where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Of an import: when the file was last changed there, ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_at: Option<i64>,
}

impl Sidecar {
    /// Version of the shape that this program writes.
    pub const VERSION: u32 = 1;
}

/// What stands beside a reference that was kept of a clip. Other references have nothing beside them: prints
/// tell what they were made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameSidecar {
    /// [`Sidecar::VERSION`].
    pub rushes: u32,
    /// The picture.
    pub picture: OriginStory,
    /// Where it was taken.
    pub frame_of: FrameOf,
}

impl Library {
    /// Writes the sidecar of the print at this path, in place of any before. Beside nothing none is written.
    pub fn write_sidecar(&self, relative: &str, sidecar: &Sidecar) -> Result<()> {
        self.write_beside(relative, sidecar)
    }

    /// Writes what stands beside a frame of a clip, where that is there.
    pub fn write_frame_sidecar(&self, relative: &str, frame: &FrameSidecar) -> Result<()> {
        self.write_beside(relative, frame)
    }

    fn write_beside(&self, relative: &str, told: &impl Serialize) -> Result<()> {
        let _open = self.site.open();
        let _beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        let of = self.path(relative)?;
        of.metadata().map_err(|error| LibraryError::io(key!("write the sidecar"), &of, error))?;
        let path = self.path(&format!("{relative}.json"))?;
        let mut json = serde_json::to_vec_pretty(told).map_err(|error| LibraryError::Io {
            what: key!("write the sidecar"),
            source: error.into(),
        })?;
        json.push(b'\n');
        place::write_whole(&self.incoming(), &path, &json)
    }

    /// Gives a sidecar that cannot be read a name of its own, so that another can be written.
    pub fn set_aside_sidecar(&self, relative: &str) -> Result<()> {
        let _open = self.site.open();
        let from = self.path(&format!("{relative}.json"))?;
        // The first one that was damaged is the one a person may want to look into.
        let to = self.path(&format!("{relative}.json.damaged"))?;
        match place::rename_new(&from, &to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(LibraryError::io(key!("rename the sidecar"), &from, error))
            }
            _ => Ok(()),
        }
    }

    /// Reads the sidecar of the print at this path.
    pub fn read_sidecar(&self, relative: &str) -> Result<Sidecar> {
        self.read_beside(relative)
    }

    /// Reads what stands beside a frame of a clip.
    pub fn read_frame_sidecar(&self, relative: &str) -> Result<FrameSidecar> {
        self.read_beside(relative)
    }

    fn read_beside<T: DeserializeOwned>(&self, relative: &str) -> Result<T> {
        let path = self.path(&format!("{relative}.json"))?;
        let json = std::fs::read(&path).map_err(|error| LibraryError::read(&path, error))?;
        serde_json::from_slice(&json).map_err(|error| LibraryError::Damaged {
            what: key!("sidecar"),
            detail: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::job::{AttemptState, JobState};
    use crate::library::testkit::Bench;
    use crate::view::{AttemptStory, CellValue, Charge, InGrid, LedgerStory, ShotStory, VaryMode};
    use rushes_providers::types::{Commercial, Modality};
    use serde_json::json;

    fn sample() -> Sidecar {
        Sidecar {
            rushes: Sidecar::VERSION,
            id: "ast_1".into(),
            code: "152-1·2".into(),
            prompt: "a \"lighthouse\" </script> at dusk\u{202e}".into(),
            model: "flux-2-pro".into(),
            provider: "wavespeed".into(),
            endpoint: "wavespeed:flux/2-pro".into(),
            inputs: json!({"size": "1024*1024", "strength": 0.5, "nested": {"z": 1, "a": [1, 2]}})
                .as_object()
                .unwrap()
                .clone(),
            seed: Some(4_294_967_295),
            references: vec!["references/2026-11/0011223344556677.png".into()],
            price: Some(Price { micros: 40_000, currency: "USD".into(), exact: true }),
            licence: Licence { commercial: Commercial::Yes, ..Licence::default() },
            output_terms: Licence { name: Some("Terms of service".into()), ..Licence::default() },
            remote_id: Some("9f".into()),
            created_at: 1_795_347_750_000,
            blake3: "ab".repeat(32),
            bytes: 10,
            width: 1024,
            height: 1024,
            duration_ms: None,
            rating: 4,
            circled: true,
            tags: vec!["Golden hour".into()],
            note: "for the \u{1f30a} poster".into(),
            media_type: "image/png".into(),
            number: 2,
            day: "2026-11-22".into(),
            trashed_at: Some(1_795_347_760_000),
            thumb_hash: Some("1QcSHQRnh493V4dIh4eXh1h4kJUI".into()),
            collections: vec![Membership {
                id: "col_1".into(),
                name: "Best of".into(),
                created_at: 1,
                added_at: 2,
            }],
            made_from: vec![origin()],
            job: Some(job()),
            origin: "import".into(),
            recipe: Some(Recipe { prompt: "a lighthouse".into(), ..Recipe::default() }),
            file_name: Some("00012-7.png".into()),
            file_at: Some(1_700_000_000_000),
        }
    }

    fn origin() -> OriginStory {
        OriginStory {
            field: "images".into(),
            list: true,
            asset: "ast_0".into(),
            path: "references/2026-11/0011223344556677.png".into(),
            blake3: "cd".repeat(32),
            media: "image".into(),
            media_type: "image/png".into(),
            width: 8,
            height: 8,
            duration_ms: None,
            bytes: 9,
            day: "2026-11-22".into(),
            created_at: 1,
        }
    }

    fn job() -> JobStory {
        JobStory {
            id: "job_1".into(),
            shot: ShotStory { id: "shot_1".into(), number: 152, created_at: 1 },
            take: 1,
            place: 2,
            state: JobState::Completed,
            provider: "wavespeed".into(),
            remote_model: "flux/2-pro".into(),
            modality: Modality::Image,
            sandbox: false,
            seed: None,
            seed_field: Some("seed".into()),
            charge: Charge::Charged,
            grid: Some(InGrid {
                id: "grid_1".into(),
                written: "a {dawn|dusk} sea".into(),
                mode: VaryMode::Every,
                at: vec![1],
                values: vec![CellValue {
                    key: "prompt:1".into(),
                    title: "dawn|dusk".into(),
                    label: "dusk".into(),
                }],
            }),
            route: Some("Hero".into()),
            step: 1,
            cause: String::new(),
            message: String::new(),
            hint: String::new(),
            created_at: 1,
            started_at: Some(2),
            finished_at: Some(9),
            attempt: Some(AttemptStory {
                id: "att_1".into(),
                n: 2,
                state: AttemptState::Succeeded,
                submit_started_at: 2,
                accepted_at: Some(3),
                done_at: Some(7),
                finished_at: Some(9),
                rendered_ms: Some(4),
                polls: 3,
                resolved_by: None,
                message: String::new(),
                output: Some("out_1".into()),
                place: Some(1),
                ledger: vec![LedgerStory {
                    kind: "confirmed".into(),
                    micros: Some(40_000),
                    currency: Some("USD".into()),
                    source: "done".into(),
                    at: 9,
                }],
            }),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let bench = Bench::new();
        bench.write("2026/2026-11-22/a.png", b"x");
        let path = "2026/2026-11-22/a.png";
        bench.library.write_sidecar(path, &sample()).unwrap();
        let newer = Sidecar { code: "152-1·3".into(), ..sample() };
        bench.library.write_sidecar(path, &newer).unwrap();
        assert_eq!(bench.library.read_sidecar(path).unwrap(), newer);
        assert_eq!(bench.files(), vec![path.to_owned(), format!("{path}.json")]);
        assert_eq!(bench.leftovers(), Vec::<String>::new());
    }

    #[test]
    fn one_from_before_terms_marks_and_the_job_were_kept_is_read() {
        let bench = Bench::new();
        let mut old = serde_json::to_value(sample()).unwrap();
        for later in [
            "output_terms",
            "rating",
            "circled",
            "tags",
            "note",
            "media_type",
            "number",
            "day",
            "trashed_at",
            "thumb_hash",
            "collections",
            "made_from",
            "job",
            "origin",
            "recipe",
            "file_name",
            "file_at",
        ] {
            old.as_object_mut().unwrap().remove(later).unwrap();
        }
        bench.write("2026/a.png.json", old.to_string().as_bytes());
        let read = bench.library.read_sidecar("2026/a.png").unwrap();
        let without = Sidecar {
            output_terms: Licence::default(),
            rating: 0,
            circled: false,
            tags: Vec::new(),
            note: String::new(),
            media_type: String::new(),
            number: 0,
            day: String::new(),
            trashed_at: None,
            thumb_hash: None,
            collections: Vec::new(),
            made_from: Vec::new(),
            job: None,
            origin: String::new(),
            recipe: None,
            file_name: None,
            file_at: None,
            ..sample()
        };
        assert_eq!(read, without);
    }

    #[test]
    fn a_broken_or_missing_one_is_said() {
        let bench = Bench::new();
        let missing = bench.library.read_sidecar("2026/a.png").unwrap_err();
        assert_eq!(missing.message(), "a.png.json is not where it was.");
        bench.write("2026/a.png.json", b"{");
        let broken = bench.library.read_sidecar("2026/a.png").unwrap_err();
        assert_eq!(broken.message(), "This sidecar is damaged or not complete.");
    }
}
