//! Compares what the job book says with what is true at the provider.

use std::collections::BTreeMap;
use std::path::Path;

use rushes_studio::job::AttemptState;
use rusqlite::{Connection, OpenFlags};

use super::Run;
use super::world::{End, Task, World};

struct Attempt {
    job: String,
    state: AttemptState,
    client_ref: String,
    remote_id: Option<String>,
    saved: u32,
    finished_at: Option<i64>,
}

pub(super) fn judge(
    folder: &Path,
    world: &World,
    asked: &BTreeMap<String, u32>,
    mut faults: Vec<String>,
    kills: usize,
) -> Run {
    let book = Connection::open_with_flags(
        folder.join("data/studio.db"),
        OpenFlags::SQLITE_OPEN_READ_WRITE,
    )
    .expect("the job book opens");
    let sound: String =
        book.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    if sound != "ok" {
        faults.push(format!("the job book is damaged: {sound}"));
    }
    let attempts = attempts(&book);
    let tasks = world.tasks();
    let mut made = BTreeMap::<&str, u32>::new();
    for task in &tasks {
        let Some(attempt) = attempts.iter().find(|one| one.client_ref == task.client_ref) else {
            faults.push(format!("{} was made and nobody knows of it", task.id));
            continue;
        };
        *made.entry(&attempt.job).or_default() += 1;
        known(task, attempt, &mut faults);
    }
    for (job, count) in made {
        let most = asked.get(job).copied().unwrap_or(0);
        if count > most {
            faults.push(format!("{job} was made {count} times and asked for {most} times"));
        }
    }
    for (client_ref, count) in world.posts() {
        if count > 1 {
            faults.push(format!("{client_ref} was sent {count} times"));
        }
    }
    half_files(&folder.join("library"), &mut faults);
    let story = story(&book);
    Run { doubts: story.matches("-> in_doubt").count(), faults, story, tasks: tasks.len(), kills }
}

/// Whether the book says of a task what is true.
fn known(task: &Task, attempt: &Attempt, faults: &mut Vec<String>) {
    use AttemptState as A;
    let wrong = |what: &str| format!("{} {what} ({:?}, {:?})", task.id, task.end, attempt.state);
    if attempt.remote_id.as_deref() != Some(&task.id) {
        // Not found (yet): in doubt, or closed in doubt by the user.
        if !matches!(attempt.state, A::InDoubt | A::Cancelled) {
            faults.push(wrong("was made and is not known"));
        }
        return;
    }
    let forgotten = attempt.finished_at.is_some_and(|at| at >= task.kept_until);
    let fine = match (task.end, attempt.state) {
        (End::Done(count), A::Succeeded) => attempt.saved == count,
        (End::Done(_), A::Expired | A::Partial) | (_, A::Lost) => forgotten,
        (End::Empty | End::Failed, A::Failed) | (End::Blocked, A::Blocked) => true,
        _ => false,
    };
    if !fine {
        faults.push(wrong("did not end as it should"));
    }
}

fn attempts(book: &Connection) -> Vec<Attempt> {
    let mut query = book
        .prepare(
            "SELECT job, state, client_ref, remote_id, finished_at,
               (SELECT count(*) FROM output WHERE attempt = attempt.id AND state = 'saved')
             FROM attempt",
        )
        .expect("a query");
    query
        .query_map([], |row| {
            Ok(Attempt {
                job: row.get(0)?,
                state: row.get(1)?,
                client_ref: row.get(2)?,
                remote_id: row.get(3)?,
                finished_at: row.get(4)?,
                saved: row.get(5)?,
            })
        })
        .expect("attempts")
        .collect::<Result<_, _>>()
        .expect("attempts")
}

/// Every picture in the library is whole.
fn half_files(folder: &Path, faults: &mut Vec<String>) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() && !hidden {
            half_files(&path, faults);
        } else if path.extension().is_some_and(|ending| ending == "png")
            && image::open(&path).is_err()
        {
            faults.push(format!("{} is not whole", path.display()));
        }
    }
}

fn story(book: &Connection) -> String {
    let mut query = book
        .prepare("SELECT at, job, left, entered, cause FROM event ORDER BY id")
        .expect("a query");
    let lines: Vec<String> = query
        .query_map([], |row| {
            let (at, job): (i64, String) = (row.get(0)?, row.get(1)?);
            let (left, entered, cause): (String, String, String) =
                (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok(format!("{at} {job} {left} -> {entered}: {cause}"))
        })
        .expect("events")
        .collect::<Result<_, _>>()
        .expect("events");
    lines.join("\n")
}
