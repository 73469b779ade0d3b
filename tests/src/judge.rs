//! What must hold after any crash, told by the provider's ledger, the library's files and the
//! commands that a user has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::rushes::{Ran, Rushes};

/// Where a crash left what was asked for, after a clean start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Jobs in the library.
    pub kept: usize,
    /// Jobs that say that they are in doubt.
    pub doubted: usize,
    /// Of these, the ones that the provider did make.
    pub doubted_and_made: usize,
}

/// Starts cleanly and judges. `creates` are the provider's for these folders, `before` what the
/// crashed run had said. The error says what was broken.
pub fn judge(
    rushes: &Rushes,
    creates: &dyn Fn() -> Vec<Value>,
    before: &Ran,
) -> Result<Verdict, String> {
    let next = rushes.json(&["jobs", "wait"]);
    if !matches!(next.code, Some(0 | 3)) {
        return Err(format!("the clean start failed: {next:?}"));
    }
    let creates = creates();
    let jobs = said(rushes.json(&["jobs"]))?;
    let mut verdict = Verdict::default();
    let mut made_by = BTreeMap::new();
    for create in &creates {
        for key in ["client_reference", "seed"] {
            // Not every dialect carries a reference of ours.
            if create[key].is_null() {
                continue;
            }
            if made_by.insert((key, create[key].to_string()), create).is_some() {
                return Err(format!("paid twice: {create}"));
            }
        }
    }
    let mut known = BTreeSet::new();
    let mut files = BTreeSet::new();
    for job in &jobs {
        let id = job["job"].as_str().unwrap_or_default();
        let books = said(rushes.json(&["jobs", "show", id]))?;
        let [book] = books.as_slice() else { return Err(format!("no record of {job}")) };
        let attempts = book["attempts"].as_array().cloned().unwrap_or_default();
        if attempts.len() != 1 {
            return Err(format!("not one attempt but {}: {book}", attempts.len()));
        }
        let made = made_by.get(&("seed", attempts[0]["seed"].to_string()));
        match job["state"].as_str() {
            Some("completed") => {
                verdict.kept += 1;
                let outputs = job["outputs"].as_array().cloned().unwrap_or_default();
                if outputs.len() != 1 {
                    return Err(format!("completed with {} outputs: {job}", outputs.len()));
                }
                files.extend(outputs.iter().filter_map(|o| o["path"].as_str()).map(PathBuf::from));
                let remote_id = &attempts[0]["remote_id"];
                if made.is_none_or(|create| create["id"] != *remote_id) {
                    return Err(format!("completed with another's render: {book}"));
                }
                known.insert(remote_id.to_string());
            }
            Some("in_doubt") => {
                verdict.doubted += 1;
                if job["message"] == "" || job["hint"] == "" {
                    return Err(format!("a doubt without a word: {job}"));
                }
                if let Some(create) = made {
                    verdict.doubted_and_made += 1;
                    known.insert(create["id"].to_string());
                }
            }
            _ => return Err(format!("neither kept nor in doubt: {book}")),
        }
    }
    if let Some(lost) = creates.iter().find(|create| !known.contains(&create["id"].to_string())) {
        return Err(format!("paid and lost: {lost}\n{jobs:?}"));
    }
    acknowledged(before, &jobs)?;
    stands(rushes, &files)?;
    sound(&rushes.data().join("studio.db"))?;
    Ok(verdict)
}

/// The lines of a command that had to work.
fn said(ran: Ran) -> Result<Vec<Value>, String> {
    if ran.code == Some(0) { Ok(ran.lines) } else { Err(format!("a look failed: {ran:?}")) }
}

/// What a run said before it died is still so, or further on.
fn acknowledged(before: &Ran, jobs: &[Value]) -> Result<(), String> {
    // The last line may be cut; each one before it was said whole.
    for line in before.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if line["job"].is_null() {
            continue;
        }
        let Some(now) = jobs.iter().find(|job| job["job"] == line["job"]) else {
            return Err(format!("acknowledged and lost: {line}"));
        };
        if line["state"] == "completed" && line["outputs"] != now["outputs"] {
            return Err(format!("it was {line} and is {now}"));
        }
    }
    Ok(())
}

/// Every file that a job has is whole, and nothing else stands under a final name.
fn stands(rushes: &Rushes, files: &BTreeSet<PathBuf>) -> Result<(), String> {
    let verified = said(rushes.json(&["gallery", "verify"]))?;
    let [verified] = verified.as_slice() else { return Err("no word on the files".into()) };
    let broken = ["missing", "changed", "partial"].iter().any(|key| verified[key] != json!([]));
    if broken || verified["sound"].as_u64() < Some(files.len() as u64) {
        return Err(format!("{} files, but {verified}", files.len()));
    }
    let mut there = BTreeSet::new();
    walk(&rushes.library(), &mut there);
    for path in there {
        let whole = match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => std::fs::read(&path).is_ok_and(|bytes| {
                serde_json::from_slice::<Value>(&bytes).is_ok_and(|v| v["rushes"] == 1)
            }),
            // A copy that the book does not know of yet is found and used by the next import.
            _ if path.starts_with(rushes.library().join("references")) => std::fs::read(&path)
                .is_ok_and(|copy| {
                    std::fs::read(rushes.home().join("reference.png")).is_ok_and(|own| own == copy)
                }),
            _ => files.contains(&path),
        };
        if !whole {
            return Err(format!("{} is no one's, or not whole", path.display()));
        }
    }
    Ok(())
}

/// Files under their final names: those in no folder that begins with a dot.
fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.insert(path);
        }
    }
}

/// SQLite's own word on the job book.
fn sound(book: &Path) -> Result<(), String> {
    let checked = rusqlite::Connection::open(book).and_then(|book| {
        book.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))
    });
    match checked {
        Ok(word) if word == "ok" => Ok(()),
        other => Err(format!("the job book is damaged: {other:?}")),
    }
}
