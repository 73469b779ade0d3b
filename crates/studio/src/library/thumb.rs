//! Stills for the gallery: small pictures of pictures, posters of clips, in three sizes. Their folder
//! may be emptied at any time, whole or in part: what is missing is made again when it is asked for.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::{LibraryError, Result};
use super::form::{self, Form};
use super::reading::Stills;
use super::{Library, apart, our_id, place};

/// The folder of notes about files of which no still can be made.
const NONE: &str = "none";

/// How large a still is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ThumbSize {
    /// 256 pixels on the longest side.
    Small,
    /// 512 pixels on the longest side.
    #[default]
    Medium,
    /// 1024 pixels on the longest side.
    Large,
}

impl ThumbSize {
    /// Every size, the smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// Most pixels on the longest side.
    pub const fn side(self) -> u32 {
        match self {
            Self::Small => 256,
            Self::Medium => 512,
            Self::Large => 1024,
        }
    }

    /// The size with so many pixels on the longest side.
    pub fn of_side(side: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.side() == side)
    }
}

/// Why no still can be made of a file, so that it is not tried with every look at it.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// The file that was tried: a file of another length or time is tried again.
    bytes: u64,
    modified_ns: u64,
    why: Why,
}

#[derive(Debug, Serialize, Deserialize)]
enum Why {
    Damaged(String),
    NoPoster(String),
}

impl Library {
    /// The still of a file: at most 512 pixels on the longest side. See [`Library::thumb_sized`].
    pub fn thumb(&self, relative: &str, asset_id: &str) -> Result<PathBuf> {
        self.thumb_sized(relative, asset_id, ThumbSize::default())
    }

    /// The still of a file in one size, upright and in sRGB, never enlarged: JPEG, or PNG where the
    /// picture is see-through. All sizes are made when the first is asked for. `asset_id` names them
    /// in the cache. [`LibraryError::NoPoster`] for a clip or picture without a decoder here.
    pub fn thumb_sized(&self, relative: &str, asset_id: &str, size: ThumbSize) -> Result<PathBuf> {
        let base = self.thumb_base(size, asset_id)?;
        if let Some(made) = made(&base) {
            return Ok(made);
        }
        let source = self.path(relative)?;
        if let Some(known) = self.refused(&source, asset_id) {
            return Err(known);
        }
        self.make_thumbs(relative, asset_id)?;
        made(&base).ok_or_else(|| LibraryError::Gone { name: format!("the still of {relative}") })
    }

    /// Makes the stills of a file in every size, anew where they are there; answers its ThumbHash (at
    /// most 32 bytes). A file that cannot be read is noted and not read again by
    /// [`Library::thumb_sized`] as long as it stays as it is.
    pub fn make_thumbs(&self, relative: &str, asset_id: &str) -> Result<Vec<u8>> {
        let source = self.path(relative)?;
        let Stills { small, hash } = apart::stills(&source)
            .inspect_err(|error| self.note_refusal(&source, asset_id, error))?;
        for (size, still) in ThumbSize::ALL.into_iter().zip(small) {
            let base = self.thumb_base(size, asset_id)?;
            self.keep_thumb(&base.with_extension(ending(still.png)), &still.bytes)?;
            // One of the other kind would be of an earlier file.
            let _ = std::fs::remove_file(base.with_extension(ending(!still.png)));
        }
        let _ = std::fs::remove_file(self.note_path(asset_id)?);
        Ok(hash)
    }

    /// Whether all stills of an asset were made.
    pub fn has_thumb(&self, asset_id: &str) -> bool {
        ThumbSize::ALL
            .into_iter()
            .all(|size| self.thumb_base(size, asset_id).is_ok_and(|base| made(&base).is_some()))
    }

    /// Path in the cache, without ending. Ids of one minute begin alike, so the folder comes from
    /// a hash.
    fn thumb_base(&self, size: ThumbSize, asset_id: &str) -> Result<PathBuf> {
        Ok(self.shard(&size.side().to_string(), asset_id).join(our_id(asset_id)?))
    }

    fn note_path(&self, asset_id: &str) -> Result<PathBuf> {
        Ok(self.shard(NONE, asset_id).join(our_id(asset_id)?).with_extension("json"))
    }

    fn shard(&self, folder: &str, asset_id: &str) -> PathBuf {
        let shard = &blake3::hash(asset_id.as_bytes()).to_hex()[..2];
        self.thumbs.join(folder).join(shard)
    }

    /// Writes a file of the cache. It is renamed into its place whole, and not synced: what a power
    /// cut leaves empty counts as missing.
    fn keep_thumb(&self, to: &Path, bytes: &[u8]) -> Result<()> {
        let failed = |error| LibraryError::io(key!("save a thumbnail"), to, error);
        place::make_dirs(to.parent().unwrap_or(&self.thumbs)).map_err(failed)?;
        let mut file =
            tempfile::Builder::new().prefix("new-").tempfile_in(&self.thumbs).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.persist(to).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// What was found the last time, if the file is still the one that was tried.
    fn refused(&self, source: &Path, asset_id: &str) -> Option<LibraryError> {
        let note = std::fs::read(self.note_path(asset_id).ok()?).ok()?;
        let note: Note = serde_json::from_slice(&note).ok()?;
        if stamp(source) != Some((note.bytes, note.modified_ns)) {
            return None;
        }
        Some(match note.why {
            Why::NoPoster(codec) => LibraryError::NoPoster { codec },
            Why::Damaged(detail) => LibraryError::Damaged {
                what: form::kept_file(source).map_or("file", Form::words),
                detail,
            },
        })
    }

    fn note_refusal(&self, source: &Path, asset_id: &str, error: &LibraryError) {
        let why = match error {
            LibraryError::Damaged { detail, .. } => Why::Damaged(detail.clone()),
            LibraryError::NoPoster { codec } => Why::NoPoster(codec.clone()),
            // The disk may answer, or the file be back, the next time.
            _ => return,
        };
        let Some((bytes, modified_ns)) = stamp(source) else { return };
        let kept = serde_json::to_vec(&Note { bytes, modified_ns, why })
            .map_err(|error| LibraryError::io(key!("save a note"), source, error.into()))
            .and_then(|note| self.keep_thumb(&self.note_path(asset_id)?, &note));
        if let Err(error) = kept {
            tracing::debug!(%error, "a file without a still was not noted");
        }
    }
}

/// The ThumbHash of an asset (at most 32 bytes). Taken from its small still, which is made where it
/// is missing.
pub fn thumb_hash(library: &Library, relative: &str, asset_id: &str) -> Result<Vec<u8>> {
    if let Some(small) = made(&library.thumb_base(ThumbSize::Small, asset_id)?) {
        return Ok(apart::stills(&small)?.hash);
    }
    if let Some(known) = library.refused(&library.path(relative)?, asset_id) {
        return Err(known);
    }
    library.make_thumbs(relative, asset_id)
}

/// The still that stands in the cache.
fn made(base: &Path) -> Option<PathBuf> {
    let there = |made: &PathBuf| made.metadata().is_ok_and(|about| about.len() > 0);
    [false, true].map(|png| base.with_extension(ending(png))).into_iter().find(there)
}

fn ending(png: bool) -> &'static str {
    if png { "png" } else { "jpg" }
}

/// Length and time of change of a file.
fn stamp(file: &Path) -> Option<(u64, u64)> {
    let about = file.metadata().ok()?;
    let changed = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((about.len(), u64::try_from(changed.as_nanos()).ok()?))
}

#[cfg(test)]
mod tests;
