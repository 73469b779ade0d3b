//! The last marks of this session, and how each is taken back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chance;
use crate::store::Undo;

/// How many are kept.
const KEPT: usize = 50;

/// The newest last.
#[derive(Default)]
pub(crate) struct Undos(Mutex<VecDeque<(String, Arc<Undo>)>>);

impl Undos {
    /// Keeps one; answers its name.
    pub(crate) fn keep(&self, undo: Undo) -> String {
        let id = chance::id("undo");
        self.put(id.clone(), Arc::new(undo));
        id
    }

    /// Takes one out, so that it is done once.
    pub(crate) fn take(&self, id: &str) -> Option<Arc<Undo>> {
        let mut kept = self.kept();
        let at = kept.iter().position(|(known, _)| known == id)?;
        kept.remove(at).map(|(_, undo)| undo)
    }

    /// Keeps one, again too.
    pub(crate) fn put(&self, id: String, undo: Arc<Undo>) {
        let mut kept = self.kept();
        kept.push_back((id, undo));
        while kept.len() > KEPT {
            kept.pop_front();
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(String, Arc<Undo>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fifty_are_kept_and_each_is_taken_once() {
        let undos = Undos::default();
        let ids: Vec<String> = (0..51).map(|_| undos.keep(Undo::default())).collect();
        assert!(undos.take(&ids[0]).is_none());
        assert!(undos.take(&ids[1]).is_some());
        assert!(undos.take(&ids[1]).is_none());
        assert!(undos.take(&ids[50]).is_some());
    }
}
