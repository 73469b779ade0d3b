//! Jobs that do not go on by themselves.

use super::count;
use crate::Studio;
use crate::job::{AttemptState, JobState};
use crate::store::{Which, jobs};
use crate::view::{ApiError, Finding, FindingState, Job};

/// More open jobs than this are not listed one by one.
const MOST: u32 = 10_000;

pub(super) async fn look(studio: &Studio) -> Result<Vec<Finding>, ApiError> {
    let open = studio.store.read(|sql| jobs::list(sql, Which::Open, i64::MAX, MOST)).await?;
    let all = open.len();
    let named = |job: &Job| format!("{}: {}", job.id, job.message);
    let mut findings = Vec::new();
    let mut add = |what: Vec<&Job>, message: &str, hint: &str| {
        if !what.is_empty() {
            let message = format!("{} {message}", count(what.len(), "job"));
            let items = what.into_iter().map(named).collect();
            findings.push(Finding::new("jobs", FindingState::Yours, message, hint).about(items));
        }
    };
    let doubted = |job: &&Job| job.phase == Some(AttemptState::InDoubt);
    let stuck =
        |job: &&Job| job.state == JobState::Running && !job.phase.is_some_and(AttemptState::live);
    add(
        open.iter().filter(doubted).collect(),
        "in doubt: it may have run and been charged.",
        "Say what to do with `rushes jobs resolve ID look`, `dismiss` or `again`.",
    );
    add(
        open.iter().filter(|job| job.needs_you && !doubted(job)).collect(),
        "waiting for you.",
        "See each with `rushes jobs show ID`: its last lines say what to do.",
    );
    add(
        open.iter().filter(stuck).collect(),
        "said to be running, with nothing under way.",
        "Report it with what `rushes jobs show ID` prints. Nothing is sent for it.",
    );
    if findings.is_empty() {
        findings.push(Finding::fine(
            "jobs",
            format!("{} open, none of them stuck.", count(all, "job")),
        ));
    }
    Ok(findings)
}
