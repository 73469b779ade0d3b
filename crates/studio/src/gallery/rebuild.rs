//! A new job book from the library folder and the files beside the prints alone.

mod imports;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::time::UNIX_EPOCH;

use rushes_providers::schema::MediaKind;
use rushes_providers::types::Modality;

use crate::chance;
use crate::clock::Clock;
use crate::engine::{day, new_asset};
use crate::job::{AttemptState, JobState};
use crate::library::{
    FrameSidecar, Library, LibraryError, Sidecar, is_named_as_media, media_type_of,
};
use crate::lock::Lock;
use crate::store::rebuild::{Entry, Kept, Rebuild};
use crate::store::{JobRow, NewAsset, StoreError, backup, staged};
use crate::view::{
    ApiError, AttemptStory, Charge, JobStory, OriginStory, RebuildReport, ShotStory,
};

/// Where references lie, below the library folder.
const REFERENCES: &str = "references/";
/// The field that a reference is put into where nobody told which.
const FIELD: &str = "image";

/// Makes a new job book in the data folder. Where there is one already it is left as it is, and that
/// is an error, but with `anew` it is put aside under a dated name. `progress` hears of prints done and
/// prints in all. Blocks.
pub fn rebuild_book(
    data: &Path,
    library: &Path,
    clock: &dyn Clock,
    anew: bool,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<RebuildReport, ApiError> {
    crate::studio::make_private(data)?;
    let folder = |error: &dyn std::fmt::Display| ApiError {
        detail: error.to_string(),
        ..ApiError::new(
            "library",
            t!("The new job book could not be written. Everything is as it was."),
            t!("Check that the data folder can be written and the disk has room, then try again."),
        )
    };
    // Held until the new book stands, so that no engine starts in between.
    let lock = Lock::take(data).map_err(|error| folder(&error))?;
    let _lock = lock.ok_or(crate::OpenError::Locked)?;
    let database = data.join("studio.db");
    if !anew && database.metadata().is_ok_and(|about| about.len() > 0) {
        return Err(ApiError::new(
            "exists",
            t!("There is a job book already, and it was left as it is."),
            t!("With --anew it is put aside under a dated name and a new one is made."),
        ));
    }
    let library = &crate::library::whereabouts(data, library);
    if !library.is_dir() {
        return Err(LibraryError::Away { folder: library.display().to_string() }.into());
    }
    let library = Library::open(library, &data.join("thumbs"))?;
    let at = clock.now_ms();
    let book = Rebuild::begin(&database, at)
        .map_err(|error| ApiError::from(crate::OpenError::Store(error)))?;
    let mut rebuilding = Rebuilding::new(library, book)?;
    rebuilding.run(progress)?;
    let Rebuilding { book, mut report, .. } = rebuilding;
    let rebuilt = book.finish()?;
    let stamp = backup::stamp(at);
    let aside = rebuilt.take_place(&database, &stamp).map_err(|error| folder(&error))?;
    report.aside = aside.map(|path| path.display().to_string());
    // A restore that waited was asked for before this.
    staged::call_off(&database).map_err(|error| folder(&error))?;
    Ok(report)
}

/// A print whose story can be read, in the order of views.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    created_at: i64,
    id: String,
    path: String,
}

struct Rebuilding {
    library: Library,
    book: Rebuild,
    files: BTreeSet<String>,
    /// Ids of prints, those that are yet to be written too.
    ids: HashSet<String>,
    /// Ids of what was given one, by path.
    by_path: HashMap<String, String>,
    /// Jobs and threads that older sidecars do not name, by what they have in common.
    guessed: HashMap<String, JobStory>,
    /// Frames of clips, by path.
    frames: Vec<(String, FrameSidecar)>,
    report: RebuildReport,
}

impl Rebuilding {
    fn new(library: Library, book: Rebuild) -> Result<Self, ApiError> {
        let files = library.files()?;
        Ok(Self {
            library,
            book,
            files,
            ids: HashSet::new(),
            by_path: HashMap::new(),
            guessed: HashMap::new(),
            frames: Vec::new(),
            report: RebuildReport::default(),
        })
    }

    fn run(&mut self, progress: &mut dyn FnMut(usize, usize)) -> Result<(), ApiError> {
        let told = self.read_stories()?;
        let stories: HashSet<&str> = told.iter().map(|told| told.path.as_str()).collect();
        let bare: Vec<String> = self
            .files
            .iter()
            .filter(|path| !stories.contains(path.as_str()) && !is_story(path, &self.files))
            .cloned()
            .collect();
        let all = told.len() + bare.len();
        for (n, told) in told.into_iter().enumerate() {
            self.enter_told(&told)?;
            progress(n + 1, all);
        }
        self.enter_frames()?;
        let done = all - bare.len();
        for (n, path) in bare.into_iter().enumerate() {
            self.enter_bare(&path)?;
            progress(done + n + 1, all);
        }
        Ok(())
    }

    /// Looks through the files beside the prints; those that cannot be read are named.
    fn read_stories(&mut self) -> Result<Vec<Told>, ApiError> {
        let mut told = Vec::new();
        for file in &self.files {
            let Some(path) = file.strip_suffix(".json") else { continue };
            if path.starts_with(REFERENCES)
                && let Ok(frame) = self.library.read_frame_sidecar(path)
            {
                self.frames.push((path.to_owned(), frame));
                continue;
            }
            match self.library.read_sidecar(path) {
                Ok(sidecar) if is_id(&sidecar.id) => told.push(Told {
                    created_at: sidecar.created_at,
                    id: sidecar.id,
                    path: path.to_owned(),
                }),
                Ok(_) | Err(LibraryError::Damaged { .. }) if is_named_as_media(path) => {
                    self.report.damaged.push(file.clone());
                }
                // Not one of ours.
                Ok(_) | Err(LibraryError::Damaged { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        told.sort();
        for print in &told {
            if self.ids.insert(print.id.clone()) {
                self.by_path.insert(print.path.clone(), print.id.clone());
            } else {
                // The same story twice: someone copied a print with its file beside it.
                self.by_path.insert(print.path.clone(), chance::id("ast"));
                self.report.copies.push(print.path.clone());
            }
        }
        Ok(told)
    }

    fn enter_told(&mut self, told: &Told) -> Result<(), ApiError> {
        let sidecar = self.library.read_sidecar(&told.path)?;
        let present = self.files.contains(&told.path);
        let id = self.by_path.get(&told.path).unwrap_or(&told.id).clone();
        let entered = if sidecar.origin == imports::ORIGIN {
            self.book.enter_import(&imports::told(sidecar, &told.path, id, present))
        } else {
            let entry = self.entry(sidecar, &told.path, id, present)?;
            self.book.enter(&entry)
        };
        match entered {
            Ok(()) => {
                if !present {
                    self.report.missing.push(told.path.clone());
                }
                self.report.prints += 1;
                Ok(())
            }
            // It says what no book can hold, so it was not written by us as it is.
            Err(StoreError::Sqlite(error)) if is_refusal(&error) => {
                tracing::warn!(%error, path = told.path, "a sidecar could not be used");
                self.report.damaged.push(format!("{}.json", told.path));
                if present { self.enter_bare(&told.path) } else { Ok(()) }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// References that were kept of a clip, with what stands beside them.
    fn enter_frames(&mut self) -> Result<(), ApiError> {
        for (path, frame) in std::mem::take(&mut self.frames) {
            let asset = self.origin(&OriginStory { path, ..frame.picture })?;
            self.book.frame(&asset, &frame.frame_of)?;
        }
        Ok(())
    }

    /// A file that nothing is told of, or nothing that can be read.
    fn enter_bare(&mut self, path: &str) -> Result<(), ApiError> {
        if path.starts_with(REFERENCES) && self.by_path.contains_key(path) {
            return Ok(());
        }
        let stored = match self.library.describe(path) {
            Ok(stored) => stored,
            Err(LibraryError::NotMedia { .. } | LibraryError::Empty) => {
                self.report.strangers.push(path.to_owned());
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let at = self.changed_at(path);
        let id = chance::id("ast");
        if path.starts_with(REFERENCES) {
            self.book.reference(&new_asset(id, stored, at), true)?;
            self.report.references += 1;
            return Ok(());
        }
        if self.files.contains(&format!("{path}.json")) {
            // It is written anew, and what is damaged may still be of use to a person.
            self.library.set_aside_sidecar(path)?;
        }
        self.by_path.insert(path.to_owned(), id.clone());
        self.book.enter_import(&imports::bare(&self.library, new_asset(id, stored, at)))?;
        self.report.prints += 1;
        self.report.bare.push(path.to_owned());
        Ok(())
    }

    fn entry(
        &mut self,
        sidecar: Sidecar,
        path: &str,
        id: String,
        present: bool,
    ) -> Result<Entry, ApiError> {
        let number = code(&sidecar.code).map_or(1, |(_, _, number)| number);
        let asset = asset_of(&sidecar, path, id, number);
        let is_copy = asset.id != sidecar.id;
        let told = sidecar.job.clone();
        let is_due = told.is_none() || is_copy;
        let mut story = told.unwrap_or_else(|| self.guess(&sidecar, asset.media));
        if is_copy && let Some(attempt) = &mut story.attempt {
            // The output is the original's; the copy is one more of the same try.
            attempt.output = None;
        }
        let made_from = self.origins(&sidecar, present)?;
        Ok(Entry {
            asset: NewAsset { job: Some(story.id.clone()), ..asset },
            kept: kept_of(&sidecar, present, is_due),
            made_from,
            job: JobRow {
                id: story.id.clone(),
                shot: story.shot.id.clone(),
                state: story.state,
                endpoint: sidecar.endpoint,
                remote_model: story.remote_model.clone(),
                model_name: sidecar.model,
                provider: story.provider.clone(),
                provider_name: sidecar.provider,
                modality: story.modality,
                sandbox: story.sandbox,
                prompt: sidecar.prompt,
                inputs: sidecar.inputs,
                seed: story.seed,
                seed_field: story.seed_field.clone(),
                price: sidecar.price,
                licence: sidecar.licence,
                output_terms: sidecar.output_terms,
                waits: 0,
                cancel_wished: false,
                created_at: story.created_at,
            },
            story,
            seed: sidecar.seed,
            remote_id: sidecar.remote_id,
        })
    }

    /// The assets that a print was made from, each with a row of its own.
    fn origins(
        &mut self,
        sidecar: &Sidecar,
        present: bool,
    ) -> Result<Vec<(String, String, bool)>, ApiError> {
        let mut found = Vec::new();
        for origin in &sidecar.made_from {
            let asset = self.origin(origin)?;
            found.push((origin.field.clone(), asset, origin.list));
        }
        if !sidecar.made_from.is_empty() {
            return Ok(found);
        }
        for path in &sidecar.references {
            let known = self.by_path.get(path).cloned();
            let there = present && self.files.contains(path);
            let asset = match (known, there.then(|| self.library.describe(path))) {
                (Some(known), _) => known,
                (None, Some(Ok(stored))) => {
                    let id = chance::id("ast");
                    let at = self.changed_at(path);
                    self.put_reference(new_asset(id, stored, at), true)?
                }
                // An older sidecar tells no more than the name of what is gone.
                (None, _) => continue,
            };
            found.push((FIELD.into(), asset, false));
        }
        Ok(found)
    }

    fn origin(&mut self, told: &OriginStory) -> Result<String, ApiError> {
        if self.ids.contains(&told.asset) {
            return Ok(told.asset.clone());
        }
        if let Some(known) = self.by_path.get(&told.path) {
            return Ok(known.clone());
        }
        let id = if is_id(&told.asset) { told.asset.clone() } else { chance::id("ast") };
        let asset = NewAsset {
            id,
            job: None,
            number: 1,
            path: told.path.clone(),
            media: media_of(&told.media_type),
            media_type: told.media_type.clone(),
            width: told.width,
            height: told.height,
            duration_ms: told.duration_ms,
            bytes: told.bytes,
            blake3: told.blake3.clone(),
            day: told.day.clone(),
            created_at: told.created_at,
        };
        let present = self.files.contains(&told.path);
        self.put_reference(asset, present)
    }

    fn put_reference(&mut self, asset: NewAsset, present: bool) -> Result<String, ApiError> {
        self.book.reference(&asset, present)?;
        self.report.references += 1;
        self.ids.insert(asset.id.clone());
        self.by_path.insert(asset.path, asset.id.clone());
        Ok(asset.id)
    }

    /// The job of a print that nothing is told of: prints of one edge print's take that the provider
    /// knows by one handle came from one job.
    fn guess(&mut self, sidecar: &Sidecar, media: MediaKind) -> JobStory {
        let (number, take, _) = code(&sidecar.code).unwrap_or((0, 0, 0));
        let (provider, remote_model) =
            sidecar.endpoint.split_once(':').unwrap_or(("", sidecar.model.as_str()));
        let thread = format!("shot {number} {}", sidecar.prompt);
        let at = sidecar.created_at;
        let fresh = |shot: ShotStory, take: u32| JobStory {
            id: chance::id("job"),
            shot,
            take,
            place: 0,
            state: JobState::Completed,
            provider: provider.to_owned(),
            remote_model: remote_model.to_owned(),
            modality: if media == MediaKind::Video { Modality::Video } else { Modality::Image },
            sandbox: provider == "sandbox",
            seed: None,
            seed_field: None,
            charge: if sidecar.price.is_some() { Charge::Charged } else { Charge::Unknown },
            grid: None,
            route: None,
            step: 0,
            cause: String::new(),
            message: String::new(),
            hint: String::new(),
            created_at: at,
            started_at: Some(at),
            finished_at: Some(at),
            attempt: Some(AttemptStory {
                id: chance::id("att"),
                n: 1,
                state: AttemptState::Succeeded,
                submit_started_at: at,
                accepted_at: None,
                done_at: None,
                finished_at: Some(at),
                rendered_ms: None,
                polls: 0,
                resolved_by: None,
                message: String::new(),
                output: None,
                place: None,
                ledger: Vec::new(),
            }),
        };
        let last = self.guessed.get(&thread).map(|last| (last.shot.clone(), last.take));
        let (shot, newest) = last
            .unwrap_or_else(|| (ShotStory { id: chance::id("shot"), number, created_at: at }, 0));
        let take = if take > 0 { take } else { newest + 1 };
        let story = match &sidecar.remote_id {
            Some(remote) => {
                let key = format!("job {number}-{take} {} {remote}", sidecar.endpoint);
                self.guessed.entry(key).or_insert_with(|| fresh(shot, take)).clone()
            }
            None => fresh(shot, take),
        };
        self.guessed.insert(thread, JobStory { take: take.max(newest), ..story.clone() });
        story
    }

    /// When a file was last changed, ms UTC.
    fn changed_at(&self, path: &str) -> i64 {
        let changed = || {
            let about = self.library.path(path).ok()?.metadata().ok()?;
            about.modified().ok()?.duration_since(UNIX_EPOCH).ok()
        };
        changed().map_or(0, |since| since.as_millis() as i64)
    }
}

/// Whether this is what stands beside a file of the library, in whatever state.
fn is_story(path: &str, files: &BTreeSet<String>) -> bool {
    path.match_indices(".json").any(|(at, _)| {
        files.contains(&path[..at])
            || (is_named_as_media(&path[..at]) && path.strip_suffix(".json").is_some())
    })
}

/// Ids become part of paths, and a sidecar can be anyone's.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The database's own no to a value, which says nothing of the disk.
fn is_refusal(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

/// The file of a print as it is told beside it, without the job that made it. Older sidecars tell neither
/// what kind of file it is nor its number.
fn asset_of(sidecar: &Sidecar, path: &str, id: String, number: u32) -> NewAsset {
    let media_type = match sidecar.media_type.as_str() {
        "" => media_type_of(Path::new(path)).unwrap_or("image/png").to_owned(),
        told => told.to_owned(),
    };
    NewAsset {
        id,
        job: None,
        number: if sidecar.number == 0 { number } else { sidecar.number },
        path: path.to_owned(),
        media: media_of(&media_type),
        media_type,
        width: sidecar.width,
        height: sidecar.height,
        duration_ms: sidecar.duration_ms,
        bytes: sidecar.bytes,
        blake3: sidecar.blake3.clone(),
        day: day_of(sidecar),
        created_at: sidecar.created_at,
    }
}

/// The marks of a print as they are told beside it.
fn kept_of(sidecar: &Sidecar, present: bool, is_due: bool) -> Kept {
    Kept {
        present,
        rating: sidecar.rating,
        circled: sidecar.circled,
        note: sidecar.note.clone(),
        trashed_at: sidecar.trashed_at,
        thumb_hash: sidecar.thumb_hash.clone(),
        tags: sidecar.tags.clone(),
        collections: sidecar.collections.clone(),
        is_due,
    }
}

fn day_of(sidecar: &Sidecar) -> String {
    if sidecar.day.parse::<jiff::civil::Date>().is_ok() {
        sidecar.day.clone()
    } else {
        day(sidecar.created_at)
    }
}

fn media_of(media_type: &str) -> MediaKind {
    match media_type.split('/').next() {
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::Image,
    }
}

/// Shot, take and number of an edge print, `152-1·2`.
fn code(code: &str) -> Option<(u32, u32, u32)> {
    let (shot, rest) = code.split_once('-')?;
    let (take, number) = rest.split_once('\u{b7}')?;
    Some((shot.parse().ok()?, take.parse().ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests;
