//! Where lines go: results to stdout, everything else to stderr.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::exit::{Exit, Failure};

/// The two streams of this run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    json: bool,
}

impl Out {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether every line on stdout is JSON.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// One result: its JSON, or its lines for a person.
    pub(crate) fn result<T: Serialize>(self, value: &T, words: impl FnOnce(&T) -> String) {
        if !self.json {
            return print(&words(value));
        }
        match serde_json::to_string(value) {
            Ok(line) => print(&line),
            Err(error) => self.say(&format!("A result could not be written as JSON: {error}")),
        }
    }

    /// Results as JSON lines, or as aligned columns for a person; `empty` when there are none.
    pub(crate) fn results<T: Serialize>(
        self,
        all: &[T],
        empty: &str,
        row: impl Fn(&T) -> Vec<String>,
    ) {
        if self.json {
            for value in all {
                self.result(value, |_| String::new());
            }
        } else if all.is_empty() {
            self.say(empty);
        } else {
            print(&columns(&all.iter().map(row).collect::<Vec<_>>()));
        }
    }

    /// Why the command could not be done; answers how it ends.
    pub(crate) fn failure(self, failure: &Failure) -> Exit {
        self.say(&failure.words());
        if self.json {
            self.result(&failure.json(), |_| String::new());
        }
        failure.exit
    }

    /// Something for a person, beside the results.
    #[allow(clippy::unused_self, reason = "reads as the one place for words")]
    pub(crate) fn say(self, words: &str) {
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(io::stderr(), "{words}");
    }

    /// A line that is written over by the next; an empty one clears it. Only on a terminal.
    #[allow(clippy::unused_self, reason = "reads as the one place for words")]
    pub(crate) fn progress(self, words: &str) {
        let mut stderr = io::stderr();
        if stderr.is_terminal() {
            let _ = write!(stderr, "\r\x1b[2K{words}");
            let _ = stderr.flush();
        }
    }

    /// Whether a person watches.
    #[allow(clippy::unused_self, reason = "reads as the one place for words")]
    pub(crate) fn is_watched(self) -> bool {
        io::stderr().is_terminal()
    }
}

fn print(text: &str) {
    if let Err(error) = writeln!(io::stdout(), "{text}").and_then(|()| io::stdout().flush())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        tracing::warn!(%error, "stdout cannot be written");
    }
}

/// Rows with their columns under each other, two spaces apart.
fn columns(rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [vec!["a".into(), "größer".into(), "x".into()], vec!["bcd".into(), "e".into()]];
        assert_eq!(columns(&rows), "a    größer  x\nbcd  e");
    }
}
