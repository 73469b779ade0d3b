//! What a person who looks elsewhere should hear of: a finished clip, a job that needs them. Pure.

use std::collections::HashMap;

use rushes_providers::types::{Modality, Price};

use crate::job::JobState;
use crate::view::{Change, Job, Settings};

/// What a notification says: a heading and a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Words(
    /// The heading.
    pub String,
    /// The line; may be empty.
    pub String,
);

/// The jobs under way, kept so that each end is told once.
#[derive(Debug, Default)]
pub struct Watch {
    /// Whether it needs a person, by job id.
    open: HashMap<String, bool>,
    /// Whether the user wants to be told.
    wanted: bool,
}

impl Watch {
    /// How things stand; what is over by now is old news.
    pub fn new(open: &[Job], settings: &Settings) -> Self {
        let open = open.iter().map(|job| (job.id.clone(), job.needs_someone())).collect();
        Self { open, wanted: settings.notify }
    }

    /// How many jobs are at work, those that wait for a person not counted.
    pub fn rendering(&self) -> usize {
        self.open.values().filter(|needs_you| !**needs_you).count()
    }

    /// What to say when Rushes closes while jobs are at work.
    pub fn goodbye(&self) -> Option<Words> {
        let (heading, them) = match self.rendering() {
            0 => return None,
            1 => ("1 render goes on without us.".to_owned(), "it"),
            n => (format!("{n} renders go on without us."), "them"),
        };
        self.wanted.then(|| Words(heading, format!("We'll collect {them} next time.")))
    }

    /// Takes in a change. Answers with the words when a person should hear of it.
    pub fn see(&mut self, change: &Change) -> Option<Words> {
        let job = match change {
            Change::Job { job } => job,
            Change::Settings { settings } => {
                self.wanted = settings.notify;
                return None;
            }
            Change::Glimpse { .. }
            | Change::Import { .. }
            | Change::Print { .. }
            | Change::View
            | Change::Catalog { .. }
            | Change::Routes { .. }
            | Change::Notices { .. } => return None,
        };
        let over = is_over(job);
        let needs_you = job.needs_someone();
        let before = self.open.remove(&job.id);
        if !over {
            self.open.insert(job.id.clone(), needs_you);
        }
        match before {
            _ if !self.wanted => None,
            None if over => None,            // old news
            Some(true) if needs_you => None, // told before
            _ if needs_you => {
                Some(Words(format!("Shot {} needs you.", job.shot_number), job.message.clone()))
            }
            _ => ready(job),
        }
    }
}

fn is_over(job: &Job) -> bool {
    !matches!(job.state, JobState::Queued | JobState::Running)
}

/// A finished clip is told with the time it took and its price. Pictures come too often for that.
fn ready(job: &Job) -> Option<Words> {
    if job.state != JobState::Completed || job.modality != Modality::Video {
        return None;
    }
    let took = job.finished_at.zip(job.started_at).map(|(end, start)| minutes(end - start));
    let facts: Vec<_> = took.into_iter().chain(job.price.as_ref().map(money)).collect();
    Some(Words(format!("Shot {} is ready.", job.shot_number), format!("{}.", facts.join(", "))))
}

/// `2:01` for 121 seconds.
fn minutes(ms: i64) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn money(price: &Price) -> String {
    let cents = (price.micros + 5_000) / 10_000;
    let sign =
        if price.currency == "USD" { "$".to_owned() } else { format!("{} ", price.currency) };
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests;
