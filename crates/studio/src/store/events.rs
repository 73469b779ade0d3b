//! The log of a job: appended in the same transaction as the change it tells of.

use rusqlite::{Connection, params};

use super::{StoreError, Tx};
use crate::job::JobState;
use crate::view::Event;

/// One line to be logged.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The job.
    pub job: &'a str,
    /// The attempt, when it is about one.
    pub attempt: Option<&'a str>,
    /// ms UTC.
    pub at: i64,
    /// State left; empty for the first.
    pub left: &'a str,
    /// State entered.
    pub entered: &'a str,
    /// Why, one sentence without prompts or secrets.
    pub cause: &'a str,
}

impl Tx<'_> {
    /// Appends a line and marks the job as touched.
    pub fn tell(&mut self, line: Told<'_>) -> Result<(), StoreError> {
        self.sql.prepare_cached(
            "INSERT INTO event (job, attempt, at, left, entered, cause) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?.execute(params![line.job, line.attempt, line.at, line.left, line.entered, line.cause])?;
        self.touch_job(line.job);
        Ok(())
    }

    /// Tells of all work that was with its provider, or on its way from there, while Rushes was closed: it
    /// goes on as the same try. The money book knows by this line that it was not sent again.
    pub fn tell_taken_up(&mut self, at: i64) -> Result<(), StoreError> {
        let taken_up: Vec<(String, String)> = self
            .sql
            // The second condition is that of the index of what is due.
            .prepare(
                "SELECT job, id FROM attempt WHERE state IN ('accepted', 'downloading')
                 AND state IN ('submitting', 'accepted', 'downloading', 'in_doubt') AND due_at IS NOT NULL",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (job, attempt) in &taken_up {
            self.tell(Told {
                job,
                attempt: Some(attempt),
                at,
                left: JobState::Running.word(),
                entered: JobState::Running.word(),
                cause: t!("Rushes was closed meanwhile. Taken up where it stood, not sent again."),
            })?;
        }
        Ok(())
    }
}

/// A job's log, oldest first.
pub(crate) fn of_job(sql: &Connection, job: &str) -> Result<Vec<Event>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT at, attempt, left, entered, cause FROM event WHERE job = ?1 ORDER BY id",
    )?;
    let rows = query.query_map([job], |row| {
        Ok(Event {
            at: row.get(0)?,
            attempt: row.get(1)?,
            from: row.get(2)?,
            to: row.get(3)?,
            cause: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
