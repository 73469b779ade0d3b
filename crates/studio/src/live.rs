//! What is known of a running job only while it runs, and lost with no harm: how far it is, the
//! provider's last words, a picture of it half made.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::store::Store;
use crate::view::{Change, Glimpse};

/// The longest note that is passed on, in characters.
const NOTE: usize = 200;

/// The glimpses of all running jobs.
pub struct Live {
    store: Store,
    seen: Mutex<HashMap<String, Seen>>,
}

#[derive(Default)]
struct Seen {
    part: Option<f32>,
    note: String,
    picture: Option<Bytes>,
    pictures: u32,
}

impl Live {
    /// Nothing is seen yet; what will be is published by `store`.
    pub fn new(store: Store) -> Self {
        Self { store, seen: Mutex::default() }
    }

    /// How far a job is (0..=1), and words for a person, which may be empty.
    pub fn tell(&self, job: &str, part: Option<f32>, note: &str) {
        let note: String = note.split_whitespace().collect::<Vec<_>>().join(" ");
        let note: String = note.chars().take(NOTE).collect();
        self.change(job, |seen| {
            let part = part.filter(|part| part.is_finite()).map(|part| part.clamp(0.0, 1.0));
            let same = seen.part == part && seen.note == note;
            (seen.part, seen.note) = (part, note);
            !same
        });
    }

    /// A picture of it half made.
    pub fn show(&self, job: &str, picture: Bytes) {
        self.change(job, |seen| {
            seen.picture = Some(picture);
            seen.pictures += 1;
            true
        });
    }

    /// The newest picture of a running job.
    pub fn picture(&self, job: &str) -> Option<Bytes> {
        self.seen().get(job)?.picture.clone()
    }

    /// The job has ended, or waits for another try.
    pub fn forget(&self, job: &str) {
        self.seen().remove(job);
    }

    fn change(&self, job: &str, change: impl FnOnce(&mut Seen) -> bool) {
        let glimpse = {
            let mut all = self.seen();
            let seen = all.entry(job.to_owned()).or_default();
            if !change(seen) {
                return;
            }
            Glimpse {
                job: job.to_owned(),
                part: seen.part,
                note: seen.note.clone(),
                picture: (seen.pictures > 0).then_some(seen.pictures),
            }
        };
        self.store.publish(vec![Change::Glimpse { glimpse }]);
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
