//! Moving the library to another folder while it is in use. On one file system the folder is renamed. Otherwise
//! every file is copied and compared by its hash, then the new place is written down in one stroke, and only
//! then the old files are removed: those that are still what was copied. Each step is short and can be the last
//! one before a crash; a journal beside the job book knows what was copied.

mod journal;
mod refusal;

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::copying::{copy_whole, stamp};
use super::error::{LibraryError, Result};
use super::whereabouts::Whereabouts;
use super::{INCOMING, Library, STALE, place};
use crate::view::{MovePhase, Moved};
use journal::Journal;
pub use refusal::MoveRefused;

/// Most files and bytes that one step copies, and most files that one removes.
const FILES: usize = 500;
const BYTES: u64 = 128 << 20;
/// So few files may be left to copy while nobody can save.
const LAST: usize = 100;
/// Room that stays free at the new place.
const SPARE: u64 = 64 << 20;
/// Most names that are told of files which stay at the old place.
const TOLD: usize = 100;

/// A move that is under way.
#[derive(Debug)]
pub struct Moving {
    data: PathBuf,
    named: PathBuf,
    from: PathBuf,
    to: PathBuf,
    /// None once it is over.
    journal: Option<Journal>,
    phase: MovePhase,
    /// What is left of this round; None before the folder was looked through.
    todo: Option<VecDeque<String>>,
    /// Whether the copies that the journal knows were seen by this process.
    seen: bool,
    total: usize,
    left: Vec<String>,
    /// Most files in a step.
    at_once: usize,
}

impl Moving {
    /// Begins a move, or takes up one that was begun. `data` is the folder of the job book, `named` what the
    /// user calls the library folder. A move that has copied nothing but files is given up by moving to where
    /// the library still is; what was copied stays.
    pub fn begin(
        library: &Library,
        data: &Path,
        named: &Path,
        to: &Path,
    ) -> Result<Self, MoveRefused> {
        if !to.is_absolute() {
            return Err(MoveRefused::Relative);
        }
        let (from, to) = (library.root(), real(to));
        let mut moving = Self {
            data: data.to_path_buf(),
            named: named.to_path_buf(),
            from: from.clone(),
            to: to.clone(),
            journal: None,
            phase: MovePhase::Over,
            todo: None,
            seen: false,
            total: 0,
            left: Vec::new(),
            at_once: FILES,
        };
        if let Some(journal) = Journal::read(data)? {
            let is_there = Whereabouts::read(data).place == journal.to;
            if journal.to != to {
                if is_there || to != real(&from) {
                    return Err(MoveRefused::Begun { to: journal.to.display().to_string() });
                }
                journal.end()?;
                return Ok(moving);
            }
            moving.from.clone_from(&journal.from);
            moving.phase = if is_there { MovePhase::Removing } else { MovePhase::Copying };
            if !is_there {
                // It may have ended before the folder was made. Once something was copied a missing folder is a
                // missing drive.
                if journal.copied.is_empty() {
                    make(&to)?;
                }
                // Nobody else writes there before it is the library, so these are copies that a crash cut off.
                super::sweep(&to.join(INCOMING), |_| true);
            }
            moving.journal = Some(journal);
            return Ok(moving);
        }
        library.here()?;
        if to == real(&from) {
            // Asked once more after it was over.
            return Ok(moving);
        }
        refuse(&real(&from), &to)?;
        if moving.rename(library)? {
            return Ok(moving);
        }
        moving.room(library)?;
        // The journal comes first: whose folder it is must be known once there is something in it.
        moving.journal = Some(Journal::begin(data, &from, &to)?);
        make(&to)?;
        moving.phase = MovePhase::Copying;
        Ok(moving)
    }

    /// A move whose old files are yet to be removed, after a restart.
    pub fn unfinished(library: &Library, data: &Path, named: &Path) -> Option<Self> {
        let journal = Journal::read(data).ok().flatten()?;
        let is_there = Whereabouts::read(data).place == journal.to;
        let to = journal.to.clone();
        is_there.then(|| Self::begin(library, data, named, &to).ok()).flatten()
    }

    /// Whether the library goes to this folder.
    pub fn leads_to(&self, to: &Path) -> bool {
        real(to) == self.to
    }

    /// Whether the library is still where it was.
    pub fn is_copying(&self) -> bool {
        self.phase == MovePhase::Copying
    }

    /// Does some of it and tells how far it is. An error leaves everything where it can be taken up again.
    pub fn step(&mut self, library: &Library) -> Result<Moved> {
        match self.phase {
            MovePhase::Copying => self.copy(library)?,
            MovePhase::Removing | MovePhase::Waiting => self.remove(library)?,
            MovePhase::Over => {}
        }
        let todo = self.todo.as_ref().map_or(0, VecDeque::len);
        Ok(Moved {
            from: self.from.display().to_string(),
            to: self.to.display().to_string(),
            phase: self.phase,
            done: self.total.saturating_sub(todo) as u32,
            total: self.total as u32,
            left: self.left.clone(),
        })
    }

    /// The whole folder at once, where the new place is on the same file system. False where it is not.
    fn rename(&self, library: &Library) -> Result<bool> {
        let (from, to) = (&self.from, &self.to);
        if from.is_symlink() {
            return Ok(false);
        }
        if let Some(above) = to.parent() {
            place::make_dirs(above)
                .map_err(|error| LibraryError::io(key!("make it"), to, error))?;
        }
        let _shut = library.site.shut();
        let before = Whereabouts::read(&self.data);
        let told = before.moved(to, &[from, &self.named]);
        Whereabouts { until: Some(from.clone()), ..told.clone() }.write(&self.data)?;
        // An empty folder is in the way of a rename on some systems.
        let _ = fs::remove_dir(to);
        if let Err(error) = fs::rename(from, to) {
            tracing::debug!(%error, "the library can't be renamed, so it is copied");
            before.restore(&self.data)?;
            return Ok(false);
        }
        library.site.set(to, None);
        let settled = || -> Result<()> {
            for above in [from, to].into_iter().filter_map(|folder| folder.parent()) {
                place::sync_dir(above)
                    .map_err(|error| LibraryError::io(key!("move it"), to, error))?;
            }
            told.write(&self.data)
        };
        if let Err(error) = settled() {
            // What is written down is true as it is: something stands at the new place.
            tracing::warn!(%error, "the move is not fully written down");
        }
        Ok(true)
    }

    /// An error where the new place has no room for all of it.
    fn room(&self, library: &Library) -> Result<()> {
        let mut needed = SPARE;
        for path in library.files()? {
            needed += self.from.join(path).metadata().map_or(0, |about| about.len());
        }
        let there = self.to.ancestors().find(|folder| folder.is_dir()).unwrap_or(&self.to);
        let free = fs4::available_space(there)
            .map_err(|error| LibraryError::io(key!("look at the disk"), &self.to, error))?;
        if free < needed { Err(LibraryError::Full { needed: Some(needed), free }) } else { Ok(()) }
    }

    fn copy(&mut self, library: &Library) -> Result<()> {
        self.both_here(library)?;
        if self.todo.is_none() {
            let (files, todo) = self.survey(library)?;
            self.total = files.len();
            if todo.len() <= LAST.min(self.at_once) {
                return self.switch(library);
            }
            self.todo = Some(todo);
        }
        let mut bytes = 0;
        for _ in 0..self.at_once {
            let Some(path) = self.todo.as_mut().and_then(VecDeque::pop_front) else { break };
            bytes += self.copy_one(library, &path)?;
            if bytes > BYTES {
                break;
            }
        }
        if self.todo.as_ref().is_some_and(VecDeque::is_empty) {
            // What was saved or changed meanwhile comes in another round.
            self.todo = None;
        }
        self.journal()?.sync()
    }

    /// The last files, and the stroke by which the new place is the library. Nobody saves meanwhile.
    fn switch(&mut self, library: &Library) -> Result<()> {
        let _shut = library.site.shut();
        let (files, todo) = self.survey(library)?;
        for path in &todo {
            self.copy_one(library, path)?;
        }
        // Removed since they were copied, at the user's word.
        let gone: Vec<String> =
            self.journal()?.copied.keys().filter(|path| !files.contains(*path)).cloned().collect();
        for path in gone {
            forgive(fs::remove_file(self.to.join(&path)))
                .map_err(|error| LibraryError::io(key!("remove the file"), &self.to, error))?;
            self.journal()?.copied.remove(&path);
        }
        self.both_here(library)?;
        self.sync_folders(&files)?;
        self.journal()?.sync()?;
        let told = Whereabouts::read(&self.data).moved(&self.to, &[&self.from, &self.named]);
        told.write(&self.data)?;
        library.site.set(&self.to, Some(&self.from));
        (self.phase, self.todo) = (MovePhase::Removing, None);
        Ok(())
    }

    /// Every file, and those that are not at the new place as they are now.
    fn survey(&mut self, library: &Library) -> Result<(BTreeSet<String>, VecDeque<String>)> {
        let files = library.files()?;
        let (from, to, seen) = (self.from.clone(), self.to.clone(), self.seen);
        let copied = &self.journal()?.copied;
        let is_copied = |path: &&String| {
            let Some(known) = copied.get(*path) else { return false };
            let same = from.join(path).metadata().is_ok_and(|about| known.is(stamp(&about)));
            let there = || to.join(path).metadata().is_ok_and(|about| about.len() == known.bytes);
            same && (seen || there())
        };
        let todo = files.iter().filter(|path| !is_copied(path)).cloned().collect();
        self.seen = true;
        Ok((files, todo))
    }

    fn copy_one(&mut self, library: &Library, path: &str) -> Result<u64> {
        let (from, to) = (self.from.join(path), self.to.join(path));
        match copy_whole(&from, &self.to.join(INCOMING), &to) {
            Ok(copied) => {
                let bytes = copied.bytes;
                self.journal()?.note(path, copied)?;
                Ok(bytes)
            }
            Err(LibraryError::Gone { .. }) if !from.exists() => {
                // Removed meanwhile; with its drive gone nothing is known of it.
                self.both_here(library)?;
                Ok(0)
            }
            Err(error) => {
                self.both_here(library)?;
                Err(error)
            }
        }
    }

    fn both_here(&self, library: &Library) -> Result<()> {
        library.here()?;
        let away = |folder: &Path| LibraryError::Away { folder: folder.display().to_string() };
        if Library::stands_at(&self.to) { Ok(()) } else { Err(away(&self.to)) }
    }

    /// Sees to it that the names of all copies outlive a power cut.
    fn sync_folders(&self, files: &BTreeSet<String>) -> Result<()> {
        let mut folders = BTreeSet::from([Path::new("")]);
        folders.extend(files.iter().flat_map(|path| Path::new(path).ancestors().skip(1)));
        for folder in folders {
            let folder = self.to.join(folder);
            place::sync_dir(&folder)
                .map_err(|error| LibraryError::io(key!("copy the files"), &folder, error))?;
        }
        Ok(())
    }

    /// Removes old files, as far as they are what was copied.
    fn remove(&mut self, library: &Library) -> Result<()> {
        if self.todo.is_none() {
            let all: VecDeque<String> = self.journal()?.copied.keys().cloned().collect();
            self.total = all.len();
            self.todo = Some(all);
        }
        // Nothing goes while the only other copy is out of sight.
        library.here()?;
        for _ in 0..self.at_once {
            let Some(path) = self.todo.as_mut().and_then(VecDeque::pop_front) else { break };
            let (old, new) = (self.from.join(&path), self.to.join(&path));
            let known = self.journal()?.copied.get(&path).cloned();
            let same = |about: fs::Metadata| known.is_some_and(|known| known.is(stamp(&about)));
            if old.metadata().is_ok_and(same) && new.is_file() {
                // One that can't be removed stays, and is named at the end.
                if let Err(error) = fs::remove_file(&old) {
                    tracing::warn!(%error, path, "an old file of the library stays");
                }
            }
        }
        if self.todo.as_ref().is_some_and(VecDeque::is_empty) { self.tidy(library) } else { Ok(()) }
    }

    /// The empty folders, and the end.
    fn tidy(&mut self, library: &Library) -> Result<()> {
        let _shut = library.site.shut();
        let mut folders: BTreeSet<&Path> = BTreeSet::new();
        let journal = self.journal.as_ref().ok_or_else(nothing)?;
        for path in journal.copied.keys() {
            folders.extend(Path::new(path).ancestors().skip(1).filter(|f| *f != Path::new("")));
        }
        // A folder comes before those below it; what is not empty stays.
        for folder in folders.into_iter().rev() {
            let _ = fs::remove_dir(self.from.join(folder));
        }
        let old = self.from.join(INCOMING);
        if is_in_use(&old) {
            // Somebody fetches or saves one of these. They are looked at again.
            (self.phase, self.todo) = (MovePhase::Waiting, Some(VecDeque::new()));
            return Ok(());
        }
        Library::at(&self.from).sweep();
        let _ = fs::remove_dir(old);
        if self.from.is_symlink() || fs::remove_dir(&self.from).is_err() {
            let rest = Library::at(&self.from).files().unwrap_or_default();
            self.left = rest.into_iter().take(TOLD).collect();
        }
        if let Some(journal) = self.journal.take() {
            journal.end()?;
        }
        library.site.set(&self.to, None);
        (self.phase, self.todo) = (MovePhase::Over, None);
        Ok(())
    }

    fn journal(&mut self) -> Result<&mut Journal> {
        self.journal.as_mut().ok_or_else(nothing)
    }
}

impl Library {
    /// Takes along what a crash left on its way in at the old place of a library that was moved. To be called
    /// before anything is saved.
    pub fn carry_parts(&self, data: &Path) -> Result<()> {
        let Some(journal) = Journal::read(data)? else { return Ok(()) };
        if journal.to != self.root() || self.here().is_err() {
            return Ok(());
        }
        // Found there too, if one can't be taken along.
        self.site.set(&journal.to, Some(&journal.from));
        let old = journal.from.join(INCOMING);
        for entry in old.read_dir().into_iter().flatten().flatten() {
            if is_part(&entry.path()) {
                carry(&entry.path(), &self.incoming().join(entry.file_name()))?;
            }
        }
        Ok(())
    }
}

/// Moves a file on its way in to another file system. One that is there already is the newer one.
pub(super) fn carry(from: &Path, to: &Path) -> Result<()> {
    if !to.exists() && fs::rename(from, to).is_ok() {
        return Ok(());
    }
    if !to.exists() {
        copy_whole(from, to.parent().unwrap_or(to), to)?;
    }
    fs::remove_file(from).map_err(|error| LibraryError::io(key!("remove the file"), from, error))
}

/// Whether files on their way in lie there. What a crash left is swept away once it is old.
fn is_in_use(incoming: &Path) -> bool {
    incoming.read_dir().into_iter().flatten().flatten().any(|entry| {
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        is_part(&entry.path()) || age().is_some_and(|age| age <= STALE)
    })
}

fn is_part(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "part" || ending == "placed")
}

/// Makes the new folder, so that it is known as a library.
fn make(to: &Path) -> Result<()> {
    let failed = |error| LibraryError::io(key!("make the new folder"), to, error);
    place::make_dirs(&to.join(INCOMING)).map_err(failed)
}

fn refuse(from: &Path, to: &Path) -> Result<(), MoveRefused> {
    let folder = to.display().to_string();
    if to.starts_with(from) || from.starts_with(to) {
        return Err(MoveRefused::Within { folder });
    }
    let is_free = match to.read_dir() {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_free { Ok(()) } else { Err(MoveRefused::Taken { folder }) }
}

/// A path with its links followed as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut below = PathBuf::new();
    for above in path.ancestors() {
        if let Ok(real) = above.canonicalize() {
            return if below.as_os_str().is_empty() { real } else { real.join(below) };
        }
        if let Some(name) = above.file_name() {
            below = if below.as_os_str().is_empty() {
                name.into()
            } else {
                Path::new(name).join(below)
            };
        }
    }
    path.to_path_buf()
}

fn forgive(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn nothing() -> LibraryError {
    LibraryError::Io { what: key!("go on with the move"), source: io::ErrorKind::NotFound.into() }
}

#[cfg(test)]
mod tests;
