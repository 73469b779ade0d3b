//! Where the library is, for all who have it open at the same time. It may be moved while they work.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The folder of a library, shared by all clones of it.
#[derive(Debug)]
pub(super) struct Site {
    roots: RwLock<Roots>,
    /// Held open by whoever changes files that have a name, and shut for the moment in which the folder becomes
    /// another one. Whoever holds it asks for nothing that takes it again.
    gate: RwLock<()>,
}

#[derive(Debug, Clone)]
struct Roots {
    now: PathBuf,
    /// Where it was before, as long as files on their way in may lie there.
    before: Option<PathBuf>,
}

impl Site {
    pub(super) fn new(root: &Path) -> Self {
        let roots = Roots { now: root.to_path_buf(), before: None };
        Self { roots: RwLock::new(roots), gate: RwLock::new(()) }
    }

    /// Where it is.
    pub(super) fn root(&self) -> PathBuf {
        self.roots().now
    }

    /// Where it was, while it moves.
    pub(super) fn before(&self) -> Option<PathBuf> {
        self.roots().before
    }

    /// From now on it is there.
    pub(super) fn set(&self, now: &Path, before: Option<&Path>) {
        let roots = Roots { now: now.to_path_buf(), before: before.map(Path::to_path_buf) };
        *self.roots.write().unwrap_or_else(PoisonError::into_inner) = roots;
    }

    /// Held while files change.
    pub(super) fn open(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while nobody may change any.
    pub(super) fn shut(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn roots(&self) -> Roots {
        self.roots.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
