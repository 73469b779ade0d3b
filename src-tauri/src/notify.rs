//! Desktop notifications: a finished clip, a job that needs a person, and work that goes on without us.

use std::collections::HashMap;

use notify_rust::{Notification, NotificationHandle};
use rushes_studio::api::types::{AttemptState, Change, Job, JobState, Modality, Price, Settings};
use serde_json::json;
use tauri::AppHandle;
use tauri::async_runtime::spawn_blocking;

use crate::{Desk, window};

/// What a notification says: a heading and a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) String, pub(crate) String);

/// The jobs under way, kept so that each end is told once.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Whether it needs a person, by job id.
    open: HashMap<String, bool>,
    /// Whether the user wants to be told.
    pub(crate) wanted: bool,
}

impl Watch {
    /// Reads how things stand; what is over by now is old news.
    pub(crate) async fn read(desk: &Desk) -> Self {
        let jobs: Vec<Job> =
            desk.read("list_jobs", json!({ "open": true })).await.unwrap_or_default();
        let settings: Settings = desk.read("get_settings", json!({})).await.unwrap_or_default();
        Self {
            open: jobs.iter().map(|job| (job.id.clone(), needs_you(job))).collect(),
            wanted: settings.notify,
        }
    }

    /// How many jobs are at work, those that wait for a person not counted.
    pub(crate) fn rendering(&self) -> usize {
        self.open.values().filter(|needs_you| !**needs_you).count()
    }

    /// Takes in a change. Answers with the words when a person should hear of it.
    pub(crate) fn see(&mut self, change: &Change) -> Option<Words> {
        let job = match change {
            Change::Job { job } => job,
            Change::Settings { settings } => {
                self.wanted = settings.notify;
                return None;
            }
            Change::Print { .. } | Change::Catalog { .. } | Change::Notices { .. } => return None,
        };
        let over = is_over(job);
        let needs_you = needs_you(job);
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

fn needs_you(job: &Job) -> bool {
    job.state == JobState::Failed || job.phase == Some(AttemptState::InDoubt)
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

/// What to say when Rushes closes while jobs are at work.
pub(crate) fn goodbye(rendering: usize) -> Option<Words> {
    let (heading, them) = match rendering {
        0 => return None,
        1 => ("1 render goes on without us.".to_owned(), "it"),
        n => (format!("{n} renders go on without us."), "them"),
    };
    Some(Words(heading, format!("We'll collect {them} next time.")))
}

/// Shows a notification and, where the desktop tells of clicks, waits for one: it brings the window
/// to the front.
pub(crate) async fn show(app: AppHandle, words: Words) {
    let shown = say(&words).await;
    #[cfg(target_os = "linux")]
    if let Some(shown) = shown {
        let wait = move || {
            shown.wait_for_action(|action| {
                if action == "default" {
                    window::show(&app);
                }
            });
        };
        let _ = spawn_blocking(wait).await;
    }
}

/// Shows a notification. A desktop without a place for them is no fault.
pub(crate) async fn say(Words(heading, line): &Words) -> Option<NotificationHandle> {
    let mut note = Notification::new();
    note.appname("Rushes").icon("rushes-studio").summary(heading).body(line);
    #[cfg(target_os = "linux")]
    note.action("default", "Show");
    // The desktop is asked on a thread that may wait: inside a task this call would panic.
    let asked = spawn_blocking(move || note.show()).await;
    let shown = asked.map_err(|e| e.to_string()).and_then(|shown| shown.map_err(|e| e.to_string()));
    shown.inspect_err(|error| tracing::info!(error, "no notification was shown")).ok()
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
