//! Prints that no job made, and files of which nobody tells who made them.

use super::{day_of, media_of, media_type};
use crate::gallery::imports::record;
use crate::library::{Library, Sidecar, recipe};
use crate::store::NewAsset;
use crate::store::rebuild::{ImportEntry, Kept};

/// The origin that stands beside imports.
pub(super) const ORIGIN: &str = "import";

/// An import, as it is told beside it.
pub(super) fn told(sidecar: Sidecar, path: &str, id: String, present: bool) -> ImportEntry {
    let media_type = media_type(&sidecar, path);
    let is_due = id != sidecar.id || sidecar.media_type.is_empty();
    let day = day_of(&sidecar);
    let number = match sidecar.number {
        0 => sidecar.code.strip_prefix("i-").and_then(|number| number.parse().ok()).unwrap_or(0),
        number => number,
    };
    let name = sidecar.file_name.unwrap_or_else(|| file_name(path));
    let mut record = record(name, sidecar.file_at, sidecar.recipe);
    // A recipe that was too long is not told, but these are.
    (record.prompt, record.model, record.seed) = (sidecar.prompt, sidecar.model, sidecar.seed);
    ImportEntry {
        asset: NewAsset {
            id,
            job: None,
            number,
            path: path.to_owned(),
            media: media_of(&media_type),
            media_type,
            width: sidecar.width,
            height: sidecar.height,
            duration_ms: sidecar.duration_ms,
            bytes: sidecar.bytes,
            blake3: sidecar.blake3,
            day,
            created_at: sidecar.created_at,
        },
        kept: Kept {
            present,
            rating: sidecar.rating,
            circled: sidecar.circled,
            note: sidecar.note,
            trashed_at: sidecar.trashed_at,
            thumb_hash: sidecar.thumb_hash,
            tags: sidecar.tags,
            collections: sidecar.collections,
            is_due,
        },
        record,
    }
}

/// A file that nothing is told of, with what it tells of itself.
pub(super) fn bare(library: &Library, asset: NewAsset) -> ImportEntry {
    let read = library.path(&asset.path).and_then(|path| recipe::read_file(&path));
    let read = read.inspect_err(|error| tracing::debug!(%error, "no recipe was read"));
    let record = record(file_name(&asset.path), Some(asset.created_at), read.ok().flatten());
    ImportEntry {
        asset: NewAsset { number: 0, ..asset },
        kept: Kept {
            present: true,
            rating: 0,
            circled: false,
            note: String::new(),
            trashed_at: None,
            thumb_hash: None,
            tags: Vec::new(),
            collections: Vec::new(),
            is_due: true,
        },
        record,
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
