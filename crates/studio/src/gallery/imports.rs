//! Taking files in: a few at a time are copied and checked beside each other, claimed in the book, given
//! their names, and written down in one commit. A crash leaves what is written down whole, and of the rest
//! claims, by which the files are removed again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::tz::TimeZone;

use super::sidecars;
use crate::engine::new_asset;
use crate::library::intake::{self, Source, Taken};
use crate::library::recipe::Recipe;
use crate::library::{Library, LibraryError};
use crate::store::{self, Claim, ImportRow, Known, NewImport, StoreError};
use crate::view::{ApiError, Change, Imported, Importing, SkippedFile};
use crate::{Studio, chance};

/// How many files share a commit.
const AT_ONCE: usize = 32;
/// With more files than this each print is not told of by itself.
const FEW: usize = 200;
/// After so many new prints the index of words is put in order.
const MANY: usize = 500;
/// Longest recipe that the book keeps whole, in bytes of JSON; the file has all of it.
const LONGEST_RECIPE: usize = 256 << 10;

/// What is to be taken in.
pub(crate) enum From {
    /// Files and folders of this computer.
    Paths(Vec<PathBuf>),
    /// A file that was sent, and goes by the name it was sent with.
    Sent(Source),
}

/// Stops the import that is at work.
#[derive(Default)]
pub(crate) struct Stop(Mutex<Arc<AtomicBool>>);

impl Stop {
    /// Stops it after the files that are being copied.
    pub(crate) fn stop(&self) {
        self.flag().store(true, Ordering::Relaxed);
    }

    fn begin(&self) -> Arc<AtomicBool> {
        let flag = Arc::new(AtomicBool::new(false));
        *self.flag() = flag.clone();
        flag
    }

    fn flag(&self) -> MutexGuard<'_, Arc<AtomicBool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes files in, after those that are being taken in already.
#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path is bound to one lifetime"
)]
pub(crate) async fn take_in(studio: &Studio, from: From) -> Result<Imported, ApiError> {
    // Held by what goes on off this thread too: when nobody waits for the answer any more, that still ends.
    let turn = Arc::new(studio.gallery.intake.clone().lock_owned().await);
    clear_away(studio).await?;
    let stop = studio.gallery.importing.begin();
    let mut done = Imported::default();
    let files = match from {
        From::Sent(source) => vec![source],
        From::Paths(paths) => {
            let found = off_thread(move || intake::find(&paths)).await?.ok_or_else(|| {
                ApiError::new(
                    "invalid",
                    t!("That is more than 100,000 files at once."),
                    t!("Import them in several parts."),
                )
            })?;
            done.skipped = found.left.iter().map(|(path, why)| skipped(path, why)).collect();
            found.files
        }
    };
    let work = Work { studio, turn, tell_each: files.len() <= FEW };
    let total = files.len();
    let tell = |done: usize, over| {
        let import = Importing { done: done as u32, total: total as u32, over };
        studio.store.publish(vec![Change::Import { import }]);
    };
    let mut looked_at = 0;
    for some in files.chunks(AT_ONCE) {
        if stop.load(Ordering::Relaxed) {
            done.stopped = true;
            break;
        }
        tell(looked_at, false);
        let ended = work.some(some.to_vec(), &stop, &mut done).await;
        looked_at += some.len();
        match ended {
            Ok(None) => {}
            // The disk or its folder: the next file would meet the same.
            Ok(Some(why)) => {
                done.stopped = true;
                if done.added.is_empty() {
                    tell(looked_at, true);
                    return Err(why.into());
                }
                break;
            }
            Err(error) => {
                tell(looked_at, true);
                clear_away(studio).await?;
                return Err(error);
            }
        }
    }
    if done.added.len() >= MANY {
        studio.store.write(|tx| tx.optimize_words()).await?;
    }
    sidecars::write_due(studio).await?;
    tell(looked_at, true);
    Ok(done)
}

/// Removes the files of an import that was cut off, unless one is at work.
pub(crate) async fn clear(studio: &Studio) -> Result<(), ApiError> {
    match studio.gallery.intake.try_lock() {
        Ok(_turn) => clear_away(studio).await,
        Err(_) => Ok(()),
    }
}

async fn clear_away(studio: &Studio) -> Result<(), ApiError> {
    let claims = studio.store.read(store::imports::claims).await?;
    if claims.is_empty() || studio.library.here().is_err() {
        return Ok(());
    }
    let library = studio.library.clone();
    let gone = off_thread(move || {
        let removed = |claim: &Claim| library.remove_unknown(&claim.path, &claim.blake3).is_ok();
        claims.into_iter().filter(removed).collect::<Vec<_>>()
    })
    .await?;
    Ok(studio.store.write(move |tx| tx.forget_claims(&gone)).await?)
}

/// One import at work.
struct Work<'s> {
    studio: &'s Studio,
    turn: Arc<tokio::sync::OwnedMutexGuard<()>>,
    tell_each: bool,
}

impl Work<'_> {
    /// Takes some files in. Answers why no more can be taken, where that is so.
    async fn some(
        &self,
        files: Vec<Source>,
        stop: &Arc<AtomicBool>,
        done: &mut Imported,
    ) -> Result<Option<LibraryError>, ApiError> {
        let studio = self.studio;
        let (library, stop, turn) = (studio.library.clone(), stop.clone(), self.turn.clone());
        let looked = off_thread(move || {
            let _turn = turn;
            side_by_side(files, |source| {
                let whose = source.clone();
                let stopped = stop.load(Ordering::Relaxed);
                (!stopped).then(|| library.take(source).map_err(|why| (whose, why)))
            })
        })
        .await?;
        let (mut taken, mut ended) = (Vec::new(), None);
        for one in looked {
            match one {
                None => done.stopped = true,
                Some(Ok(one)) => taken.push(one),
                Some(Err((source, why))) => {
                    done.skipped.push(skipped(&self.shown(&source), &why));
                    if why.is_local() && !matches!(why, LibraryError::Io { .. }) {
                        ended = Some(why);
                    }
                }
            }
        }
        let fresh = self.only_new(taken, done).await?;
        if !fresh.is_empty() {
            self.keep(fresh, done).await?;
        }
        Ok(ended)
    }

    /// How a file is named to the user. What was sent lay in a place of ours, which says nothing to anyone.
    fn shown(&self, source: &Source) -> PathBuf {
        let sent = source.path.starts_with(self.studio.library.root().join(".incoming"));
        if sent { PathBuf::from(&source.name) } else { source.path.clone() }
    }

    /// Leaves out what is there already.
    async fn only_new(
        &self,
        taken: Vec<Taken>,
        done: &mut Imported,
    ) -> Result<Vec<Taken>, ApiError> {
        let hashes: Vec<String> = taken.iter().map(|one| one.stored.blake3.clone()).collect();
        let known = self
            .studio
            .store
            .read(move |sql| {
                let known = |hash: &String| store::imports::known(sql, hash);
                hashes.iter().map(known).collect::<Result<Vec<_>, StoreError>>()
            })
            .await?;
        let mut fresh: Vec<Taken> = Vec::new();
        for (one, known) in taken.into_iter().zip(known) {
            let twice = fresh.iter().any(|other| other.stored.blake3 == one.stored.blake3);
            match known {
                None if !twice => fresh.push(one),
                None | Some(Known::Shown) => done.known += 1,
                Some(Known::Trashed) => done.skipped.push(SkippedFile {
                    path: self.shown(&one.source).display().to_string(),
                    message: t!("{name} lies in the trash already.", name = one.source.name),
                    hint: t!("Put it back from there.").into(),
                }),
            }
        }
        Ok(fresh)
    }

    /// Names them and writes them down.
    async fn keep(&self, mut fresh: Vec<Taken>, done: &mut Imported) -> Result<(), ApiError> {
        let (studio, at) = (self.studio, self.studio.clock.now_ms());
        let (library, turn) = (studio.library.clone(), self.turn.clone());
        let fresh = off_thread(move || {
            let _turn = turn;
            library.name_taken(&mut fresh, at, &TimeZone::system()).map(|()| fresh)
        })
        .await??;
        let claims: Vec<Claim> = fresh
            .iter()
            .map(|one| Claim { path: one.stored.path.clone(), blake3: one.stored.blake3.clone() })
            .collect();
        let claimed = claims.clone();
        studio.store.write(move |tx| tx.claim(&claimed)).await?;
        let (library, turn) = (studio.library.clone(), self.turn.clone());
        let kept = off_thread(move || {
            let _turn = turn;
            side_by_side(fresh, |one| settle(&library, one, at))
        })
        .await?;
        let (mut imports, mut ids) = (Vec::new(), Vec::new());
        for one in kept {
            match one {
                Ok(import) => {
                    ids.push(import.asset.id.clone());
                    imports.push(import);
                }
                Err((source, why)) => done.skipped.push(skipped(&self.shown(&source), &why)),
            }
        }
        let tell_each = self.tell_each;
        studio
            .store
            .write(move |tx| {
                tx.insert_imports(&imports, tell_each)?;
                tx.forget_claims(&claims)
            })
            .await?;
        done.added.append(&mut ids);
        Ok(())
    }
}

/// Gives a file its name and makes its small pictures.
fn settle(library: &Library, taken: Taken, at: i64) -> Result<NewImport, (Source, LibraryError)> {
    let (source, recipe) = (taken.source.clone(), taken.recipe.clone());
    let stored = library.settle_taken(taken).map_err(|why| (source.clone(), why))?;
    let id = chance::id("ast");
    let glance = library
        .make_thumbs(&stored.path, &id)
        .inspect_err(|error| tracing::debug!(%error, "no thumbnail yet"))
        .ok();
    let record = record(source.name, source.made_at, recipe);
    Ok(NewImport { asset: new_asset(id, stored, at), record, glance })
}

/// What the book knows of an import beside its file.
pub(super) fn record(name: String, made_at: Option<i64>, recipe: Option<Recipe>) -> ImportRow {
    let mut record = ImportRow { name, made_at, ..ImportRow::default() };
    if let Some(recipe) = recipe {
        recipe.program.name().clone_into(&mut record.program);
        record.prompt.clone_from(&recipe.prompt);
        record.model = recipe.model.clone().unwrap_or_default();
        record.seed = recipe.seed.and_then(|seed| seed.try_into().ok());
        let kept = recipe.without_graphs();
        let whole = serde_json::to_string(&kept).unwrap_or_default();
        record.recipe = if whole.len() > LONGEST_RECIPE { String::new() } else { whole };
    }
    record
}

fn skipped(path: &Path, why: &LibraryError) -> SkippedFile {
    SkippedFile {
        path: path.display().to_string(),
        message: why.message(),
        hint: why.hint().to_owned(),
    }
}

/// Does the same to each, as many at a time as there are processors; answers in order.
fn side_by_side<T: Send, U: Send>(all: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(all.len());
    let todo = Mutex::new(all.into_iter().enumerate());
    let made = Mutex::new(Vec::new());
    let next = || todo.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((place, one)) = next() {
                    let ready = (place, work(one));
                    made.lock().unwrap_or_else(PoisonError::into_inner).push(ready);
                }
            });
        }
    });
    let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.sort_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, ready)| ready).collect()
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    chance::off_thread(work).await.map_err(|error| ApiError::internal(&error))
}
