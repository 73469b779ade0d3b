use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;

/// One line of the ledger: what the sandbox did and what it took for it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entry {
    /// When it was written, UTC.
    pub at: Timestamp,
    /// What happened.
    pub kind: EntryKind,
    /// The task.
    pub id: String,
    /// The task's model.
    pub model: String,
    /// What the caller sent as `X-Client-Reference`.
    pub client_reference: Option<String>,
    /// The seed the task is painted with.
    pub seed: u32,
    /// Millionths of a US dollar: taken by a create, kept by a settle, given back by a refund.
    pub amount_micros: i64,
}

/// What a ledger line tells.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A task was created and charged.
    Create,
    /// It was completed; the charge stands.
    Settle,
    /// It failed; the charge was given back.
    Refund,
}

/// The ledger at one moment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LedgerSnapshot {
    /// Every line, oldest first.
    pub entries: Vec<Entry>,
    /// How many tasks were ever created.
    pub creates: usize,
    /// How many of them were completed.
    pub settles: usize,
    /// How many were refunded.
    pub refunds: usize,
    /// Charges less refunds, millionths of a US dollar.
    pub spent_micros: i64,
}

impl LedgerSnapshot {
    /// The creates that carried this client reference, oldest first.
    pub fn creates_for<'a>(&'a self, client_reference: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |e| {
            e.kind == EntryKind::Create && e.client_reference.as_deref() == Some(client_reference)
        })
    }
}

/// The ledger, in memory and (when asked) in a file to which lines are only added.
pub(crate) struct Ledger(Mutex<Book>);

struct Book {
    entries: Vec<Entry>,
    file: Option<File>,
}

impl Ledger {
    /// Opens the file and reads the lines it has. A last line that a crash cut short is left out and overwritten by nothing.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self(Mutex::new(Book { entries: Vec::new(), file: None })));
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(path)
            .map_err(Error::file(path))?;
        let mut entries = Vec::new();
        let mut whole = true;
        for line in BufReader::new(&file).split(b'\n') {
            let line = line.map_err(Error::file(path))?;
            whole = line.is_empty() || {
                let entry = serde_json::from_slice(&line).ok();
                let known = entry.is_some();
                entries.extend(entry);
                known
            };
        }
        if !whole {
            file.write_all(b"\n").map_err(Error::file(path))?;
        }
        Ok(Self(Mutex::new(Book { entries, file: Some(file) })))
    }

    /// Adds a line; it is on the disk when this returns.
    pub(crate) fn add(&self, entry: Entry) -> std::io::Result<()> {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut book.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            file.write_all(&line)?;
            file.sync_data()?;
        }
        book.entries.push(entry);
        Ok(())
    }

    pub(crate) fn snapshot(&self) -> LedgerSnapshot {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.clone();
        let count = |kind| entries.iter().filter(|e| e.kind == kind).count();
        LedgerSnapshot {
            creates: count(EntryKind::Create),
            settles: count(EntryKind::Settle),
            refunds: count(EntryKind::Refund),
            spent_micros: spent(&entries),
            entries,
        }
    }

    pub(crate) fn spent_micros(&self) -> i64 {
        spent(&self.0.lock().unwrap_or_else(PoisonError::into_inner).entries)
    }

    /// Whether a task's end is in the book already (a restart may find it so).
    pub(crate) fn knows_end(&self, id: &str) -> bool {
        let book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        book.entries.iter().any(|e| e.kind != EntryKind::Create && e.id == id)
    }
}

fn spent(entries: &[Entry]) -> i64 {
    entries
        .iter()
        .map(|e| match e.kind {
            EntryKind::Create => e.amount_micros,
            EntryKind::Settle => 0,
            EntryKind::Refund => -e.amount_micros,
        })
        .sum()
}
