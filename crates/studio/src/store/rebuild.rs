//! A new job book, written from what was told beside the prints. Nobody else has it open, and it gets
//! its name only when all of it stands.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    ImportRow, JobRow, NewAsset, OpenError, StoreError, clean, facts, files, grids, imports, jobs,
    open, prompts, restore, terms,
};
use crate::find::fold;
use crate::job::{AttemptState, JobState};
use crate::view::{AttemptStory, FrameOf, JobStory, LedgerStory, Membership};

/// How many prints are written in one commit.
const AT_ONCE: u32 = 2_000;
/// What the log of a job says that was made again.
fn log() -> &'static str {
    t!("Rebuilt from the file beside its print.")
}
/// Kinds of lines in the money book; another word is none that we wrote.
const LEDGER: [&str; 4] = ["reserved", "confirmed", "released", "unknown"];

/// A print with all that is told of it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The file. Its job is `job.id`.
    pub(crate) asset: NewAsset,
    /// Its marks.
    pub(crate) kept: Kept,
    /// Field, asset and whether the field's wire form is a list, in order. Assets may come later.
    pub(crate) made_from: Vec<(String, String, bool)>,
    /// The words and inputs of the job; its state is taken from the story.
    pub(crate) job: JobRow,
    /// The rest of the job.
    pub(crate) story: JobStory,
    /// The seed that it was sent with.
    pub(crate) seed: Option<i64>,
    /// The provider's handle.
    pub(crate) remote_id: Option<String>,
}

/// A print that no job made, with all that is told of it.
#[derive(Debug)]
pub(crate) struct ImportEntry {
    /// The file. Its number is the one it had, or 0 for the next.
    pub(crate) asset: NewAsset,
    /// Its marks.
    pub(crate) kept: Kept,
    /// What its file said.
    pub(crate) record: ImportRow,
}

/// What is told of any print beside where it comes from.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Whether the file is there.
    pub(crate) present: bool,
    /// 0 to 5.
    pub(crate) rating: u8,
    /// A pick.
    pub(crate) circled: bool,
    /// The user's own words.
    pub(crate) note: String,
    /// ms UTC.
    pub(crate) trashed_at: Option<i64>,
    /// Base64.
    pub(crate) thumb_hash: Option<String>,
    /// Names.
    pub(crate) tags: Vec<String>,
    /// Those that it is in.
    pub(crate) collections: Vec<Membership>,
    /// Whether the file beside the print is to be written again, because it told less than this.
    pub(crate) is_due: bool,
}

/// A book that is being written.
pub(crate) struct Rebuild {
    sql: Connection,
    path: PathBuf,
    at: i64,
    uncommitted: u32,
}

impl Rebuild {
    /// Begins a book beside the one that it will take the place of. `at` (ms UTC) is told in the jobs' logs.
    pub(crate) fn begin(database: &Path, at: i64) -> Result<Self, OpenError> {
        let path = database.with_file_name("studio-rebuilt.db");
        let folder = |source| OpenError::Folder { path: path.display().to_string(), source };
        // What an earlier rebuild left when it was cut off.
        for left in sides(&path).into_iter().chain([path.clone()]) {
            files::remove(&left).map_err(folder)?;
        }
        let sql = open::writer(&path)?;
        // A print may come before the one that it was made from; all are checked at the end.
        sql.execute_batch("PRAGMA foreign_keys = OFF; BEGIN").map_err(OpenError::Unreadable)?;
        Ok(Self { sql, path, at, uncommitted: 0 })
    }

    /// Writes a print down, all of it or nothing.
    pub(crate) fn enter(&mut self, entry: &Entry) -> Result<(), StoreError> {
        self.whole(|book| book.enter_parts(entry))
    }

    /// The same for a print that no job made.
    pub(crate) fn enter_import(&mut self, import: &ImportEntry) -> Result<(), StoreError> {
        self.whole(|book| book.enter_import_parts(import))
    }

    fn whole(
        &mut self,
        work: impl FnOnce(&Self) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.sql.execute_batch("SAVEPOINT entry")?;
        let entered = work(self);
        let end =
            if entered.is_ok() { "RELEASE entry" } else { "ROLLBACK TO entry; RELEASE entry" };
        self.sql.execute_batch(end)?;
        entered?;
        self.uncommitted += 1;
        if self.uncommitted == AT_ONCE {
            self.sql.execute_batch("COMMIT; BEGIN")?;
            self.uncommitted = 0;
        }
        Ok(())
    }

    /// Writes a reference down that is no print.
    pub(crate) fn reference(&mut self, asset: &NewAsset, present: bool) -> Result<(), StoreError> {
        self.put_asset(asset, "reference", present)?;
        Ok(())
    }

    /// Writes down that a reference is a frame of a clip, which may come later or not at all.
    pub(crate) fn frame(&mut self, asset: &str, of: &FrameOf) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "INSERT OR IGNORE INTO kept_frame (asset, clip, clip_code, at_ms) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![asset, of.clip, of.code, of.at_ms])?;
        Ok(())
    }

    fn enter_parts(&self, entry: &Entry) -> Result<(), StoreError> {
        let (told, shot_moved) = self.shot(entry)?;
        let moved = self.job(entry, &told)? || shot_moved;
        let seq = self.put_asset(&entry.asset, "output", entry.kept.present)?;
        if let Some(attempt) = &entry.story.attempt {
            self.attempt(entry, attempt)?;
        }
        self.keep(seq, &entry.kept, moved)
    }

    fn enter_import_parts(&self, import: &ImportEntry) -> Result<(), StoreError> {
        let told = import.asset.number;
        let number: u32 = self
            .sql
            .prepare_cached(
                "SELECT CASE WHEN ?1 > 0 AND NOT EXISTS
                   (SELECT 1 FROM asset WHERE origin = 'import' AND number = ?1) THEN ?1
                 ELSE (SELECT coalesce(max(number), 0) + 1 FROM asset WHERE origin = 'import') END",
            )?
            .query_row([told], |row| row.get(0))?;
        let asset = NewAsset { number, ..import.asset.clone() };
        let seq = self.put_asset(&asset, "import", import.kept.present)?;
        imports::enter(&self.sql, seq, &import.record)?;
        self.keep(seq, &import.kept, number != told)
    }

    /// Its marks. `moved` where it goes by another number than was told.
    fn keep(&self, seq: i64, kept: &Kept, moved: bool) -> Result<(), StoreError> {
        let glance = kept.thumb_hash.as_ref().and_then(|hash| {
            base64::engine::general_purpose::STANDARD.decode(hash).ok().filter(|h| h.len() <= 32)
        });
        self.sql
            .prepare_cached(
                "UPDATE asset SET rating = ?2, circled = ?3, note = ?4, trashed_at = ?5, thumb_hash = ?6
                 WHERE seq = ?1",
            )?
            .execute(params![
                seq,
                kept.rating.min(5),
                kept.circled,
                kept.note,
                kept.trashed_at,
                glance
            ])?;
        self.tags(seq, &kept.tags)?;
        self.collections(seq, &kept.collections)?;
        if kept.is_due || moved {
            self.sql
                .prepare_cached("INSERT INTO sidecar_due (asset_seq, n) VALUES (?1, 1)")?
                .execute([seq])?;
        }
        Ok(())
    }

    /// The thread's id, and whether it has another number than was told: two books may have written
    /// into one library.
    fn shot(&self, entry: &Entry) -> Result<(String, bool), StoreError> {
        let shot = &entry.story.shot;
        let known: Option<u32> = self
            .sql
            .prepare_cached("SELECT number FROM shot WHERE id = ?1")?
            .query_row([&shot.id], |row| row.get(0))
            .optional()?;
        if let Some(number) = known {
            return Ok((shot.id.clone(), number != shot.number));
        }
        // The thread of a grid has the prompt as it was written.
        let written = entry.story.grid.as_ref().map_or(&entry.job.prompt, |grid| &grid.written);
        self.sql
            .prepare_cached(
                "INSERT INTO shot (id, number, prompt, created_at)
                 SELECT ?1, CASE WHEN ?2 > 0 AND NOT EXISTS (SELECT 1 FROM shot WHERE number = ?2) THEN ?2
                   ELSE (SELECT coalesce(max(number), 0) + 1 FROM shot) END, ?3, ?4",
            )?
            .execute(params![shot.id, shot.number, written, shot.created_at])?;
        let number: u32 = self
            .sql
            .prepare_cached("SELECT number FROM shot WHERE id = ?1")?
            .query_row([&shot.id], |row| row.get(0))?;
        Ok((shot.id.clone(), number != shot.number))
    }

    /// Answers whether its place in the take is another than was told.
    fn job(&self, entry: &Entry, shot: &str) -> Result<bool, StoreError> {
        let (row, story) = (&entry.job, &entry.story);
        let state = if story.state.over() { story.state } else { JobState::Completed };
        let ended = story.finished_at.unwrap_or(entry.asset.created_at);
        let known: Option<u32> = self
            .sql
            .prepare_cached("SELECT place FROM job WHERE id = ?1")?
            .query_row([&row.id], |row| row.get(0))
            .optional()?;
        if let Some(place) = known {
            // What was told last of all is what the job came to.
            if story.state.over() {
                self.sql
                    .prepare_cached(
                        "UPDATE job SET state = ?2, charge = ?3, cause = ?4, message = ?5, hint = ?6, finished_at = ?7
                         WHERE id = ?1 AND finished_at <= ?7",
                    )?
                    .execute(params![
                        row.id,
                        state,
                        story.charge,
                        story.cause,
                        story.message,
                        story.hint,
                        ended
                    ])?;
            }
            return Ok(place != story.place);
        }
        let place: u32 = self
            .sql
            .prepare_cached(
                "SELECT CASE WHEN ?3 > 0 AND NOT EXISTS
                   (SELECT 1 FROM job WHERE shot = ?1 AND take = ?2 AND place = ?3) THEN ?3
                 ELSE (SELECT coalesce(max(place), 0) + 1 FROM job WHERE shot = ?1 AND take = ?2) END",
            )?
            .query_row(params![shot, story.take, story.place], |row| row.get(0))?;
        self.sql
            .prepare_cached(
                "INSERT INTO job (id, shot, take, place, state, endpoint, remote_model, model_name, provider,
                   provider_name, modality, sandbox, prompt, inputs, seed, seed_field, price_micros,
                   price_currency, price_exact, licence, charge, run_at, cause, message, hint, created_at,
                   started_at, finished_at, route, step)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                   ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?22, ?26, ?27, ?28, ?29)",
            )?
            .execute(params![
                row.id,
                shot,
                story.take,
                place,
                state,
                row.endpoint,
                story.remote_model,
                row.model_name,
                story.provider,
                row.provider_name,
                jobs::modality_word(story.modality),
                story.sandbox,
                row.prompt,
                serde_json::to_string(&row.inputs)?,
                story.seed,
                story.seed_field,
                row.price.as_ref().map(|p| p.micros),
                row.price.as_ref().map(|p| p.currency.as_str()),
                row.price.as_ref().map(|p| p.exact),
                terms::frozen(&row.licence, &row.output_terms)?,
                story.charge,
                story.created_at,
                story.cause,
                story.message,
                story.hint,
                story.started_at,
                ended,
                story.route,
                story.step
            ])?;
        self.sql
            .prepare_cached(
                "INSERT INTO event (job, attempt, at, left, entered, cause) VALUES (?1, ?2, ?3, '', ?4, ?5)",
            )?
            .execute(params![
                row.id,
                story.attempt.as_ref().map(|a| a.id.as_str()),
                self.at,
                state,
                log()
            ])?;
        if let Some(told) = &story.grid {
            grids::restore(&self.sql, (&row.id, shot, story.take), told, story.created_at)?;
        }
        for (at, (field, asset, list)) in entry.made_from.iter().enumerate() {
            self.sql
                .prepare_cached(
                    "INSERT INTO job_reference (job, place, field, asset, list) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![row.id, at as i64, field, asset, list])?;
        }
        Ok(place != story.place)
    }

    fn attempt(&self, entry: &Entry, story: &AttemptStory) -> Result<(), StoreError> {
        let known =
            self.sql.prepare_cached("SELECT 1 FROM attempt WHERE id = ?1")?.exists([&story.id])?;
        if !known {
            self.begin_attempt(entry, story)?;
        }
        let output = story.output.clone().unwrap_or_else(|| format!("out_{}", entry.asset.id));
        self.sql
            .prepare_cached(
                "INSERT INTO output (id, attempt, place, url_seen_at, state, asset)
                 SELECT ?1, ?2, CASE WHEN ?3 > 0 AND NOT EXISTS
                     (SELECT 1 FROM output WHERE attempt = ?2 AND place = ?3) THEN ?3
                   ELSE (SELECT coalesce(max(place), 0) + 1 FROM output WHERE attempt = ?2) END,
                   ?4, 'saved', ?5",
            )?
            .execute(params![
                output,
                story.id,
                story.place.unwrap_or(1),
                story.done_at.unwrap_or(entry.asset.created_at),
                entry.asset.id
            ])?;
        Ok(())
    }

    fn begin_attempt(&self, entry: &Entry, story: &AttemptStory) -> Result<(), StoreError> {
        let (row, told) = (&entry.job, &entry.story);
        let state = if story.state.live() { AttemptState::Succeeded } else { story.state };
        // The account is not told beside prints. One of its own for each leaves every handle free.
        self.sql
            .prepare_cached(
                "INSERT INTO attempt (id, job, n, endpoint, provider, account, remote_model, state, client_ref,
                   seed, inputs_sent, request_hash, submit_started_at, accepted_at, done_at, finished_at,
                   rendered_ms, remote_id, polls, resolved_by, message, model_name, provider_name)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'rebuilt ' || ?1, ?6, ?7, 'rebuilt ' || ?1, ?8, ?9, '', ?10, ?11,
                   ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
            )?
            .execute(params![
                story.id,
                row.id,
                story.n,
                row.endpoint,
                told.provider,
                told.remote_model,
                state,
                entry.seed,
                serde_json::to_string(&row.inputs)?,
                story.submit_started_at,
                story.accepted_at,
                story.done_at,
                story.finished_at.unwrap_or(entry.asset.created_at),
                story.rendered_ms,
                entry.remote_id,
                story.polls,
                story.resolved_by,
                story.message,
                row.model_name,
                row.provider_name
            ])?;
        let ours = |line: &&LedgerStory| LEDGER.contains(&line.kind.as_str());
        for line in story.ledger.iter().filter(ours) {
            self.sql
                .prepare_cached(
                    "INSERT INTO ledger (attempt, kind, micros, currency, source, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    story.id,
                    line.kind,
                    line.micros,
                    line.currency,
                    line.source,
                    line.at
                ])?;
        }
        Ok(())
    }

    fn put_asset(&self, new: &NewAsset, origin: &str, present: bool) -> Result<i64, StoreError> {
        self.sql
            .prepare_cached(
                "INSERT INTO asset (id, origin, job, number, path, media, media_type, width, height,
                   duration_ms, bytes, blake3, day, present, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                new.id,
                origin,
                new.job,
                new.number,
                new.path,
                super::assets::media_word(new.media),
                new.media_type,
                new.width,
                new.height,
                new.duration_ms,
                new.bytes,
                new.blake3,
                new.day,
                present,
                new.created_at
            ])?;
        Ok(self.sql.last_insert_rowid())
    }

    fn tags(&self, seq: i64, names: &[String]) -> Result<(), StoreError> {
        for name in names.iter().filter(|name| !fold::key(name).is_empty()) {
            let key = fold::key(name);
            self.sql
                .prepare_cached("INSERT OR IGNORE INTO tag (key, name) VALUES (?1, ?2)")?
                .execute([&key, name])?;
            self.sql
                .prepare_cached(
                    "INSERT OR IGNORE INTO asset_tag (asset_seq, tag)
                     SELECT ?1, id FROM tag WHERE key = ?2",
                )?
                .execute(params![seq, key])?;
        }
        Ok(())
    }

    fn collections(&self, seq: i64, all: &[Membership]) -> Result<(), StoreError> {
        for told in all.iter().filter(|told| !fold::key(&told.name).is_empty()) {
            let key = fold::key(&told.name);
            self.sql
                .prepare_cached(
                    "INSERT OR IGNORE INTO collection (id, key, name, created_at) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![told.id, key, told.name, told.created_at])?;
            // By its id, or by its name where another has that already.
            self.sql
                .prepare_cached(
                    "INSERT OR IGNORE INTO collection_asset (collection, asset_seq, added_at)
                     SELECT id, ?2, ?3 FROM collection WHERE id = ?1 OR key = ?4 ORDER BY id <> ?1 LIMIT 1",
                )?
                .execute(params![told.id, seq, told.added_at, key])?;
        }
        Ok(())
    }

    /// Makes what views go by, checks that every row that is pointed to is there, and brings all of it
    /// into the one file.
    pub(crate) fn finish(self) -> Result<Rebuilt, StoreError> {
        facts::enter_all(&self.sql)?;
        prompts::enter_all(&self.sql)?;
        // A clip that was removed for good leaves its frames, which know it by its code.
        self.sql.execute_batch(
            "UPDATE kept_frame SET clip = NULL WHERE clip NOT IN (SELECT id FROM asset)",
        )?;
        self.sql.execute_batch("COMMIT")?;
        let loose = super::check::loose_rows(&self.sql)?;
        if let Some((table, rows)) = loose.first_key_value() {
            return Err(StoreError::NotFound(format!("row that {rows} of {table} point to")));
        }
        self.sql.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")?;
        self.sql.close().map_err(|(_, error)| error)?;
        Ok(Rebuilt { path: self.path })
    }
}

/// A book that is whole and has no name yet.
pub(crate) struct Rebuilt {
    path: PathBuf,
}

impl Rebuilt {
    /// Gives it its name. A book that has it is kept under another; answers where.
    pub(crate) fn take_place(self, database: &Path, stamp: &str) -> io::Result<Option<PathBuf>> {
        for left in sides(&self.path) {
            files::remove(&left)?;
        }
        std::fs::File::options().write(true).open(&self.path)?.sync_all()?;
        clean::forget(database)?;
        let aside = if database.exists() {
            Some(restore::set_aside(database, &format!("studio-before-rebuild-{stamp}.db"))?)
        } else {
            // A log without its book would be read into this one.
            for left in sides(database) {
                files::remove(&left)?;
            }
            None
        };
        std::fs::rename(&self.path, database)?;
        files::sync_folder(files::folder_of(database))?;
        Ok(aside)
    }
}

/// What SQLite keeps beside a book.
fn sides(database: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|ending| {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}
