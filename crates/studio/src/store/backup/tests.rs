#![allow(clippy::unwrap_used)] // a test stops at the first surprise
use rusqlite::Connection;

use super::*;
use crate::store::{SCHEMA_VERSION, Store};

/// A book with a setting in it.
fn book(folder: &Path) -> PathBuf {
    let path = folder.join("studio.db");
    drop(super::super::open::writer(&path).unwrap());
    let sql = Connection::open(&path).unwrap();
    sql.execute("INSERT INTO setting VALUES ('a', 'b')", []).unwrap();
    path
}

fn names(database: &Path) -> Vec<String> {
    let mut names: Vec<String> = folder(database)
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_copy_is_whole_private_and_of_the_same_format() {
    let folder = tempfile::tempdir().unwrap();
    let database = book(folder.path());
    let copy = daily(&database, "2026-11-22").unwrap().unwrap();
    assert_eq!(check::copy_fault(&copy), None);
    let sql = Connection::open(&copy).unwrap();
    assert_eq!(check::format(&sql).unwrap(), SCHEMA_VERSION);
    let kept: String = sql.query_row("SELECT value FROM setting", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "b");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&super::folder(&database)), mode(&copy)), (0o700, 0o600));
    }
    // Once a day, and what a write changes later does not change the copy.
    assert_eq!(daily(&database, "2026-11-22").unwrap(), None);
    assert_eq!(names(&database), ["studio-2026-11-22.db"]);
}

#[tokio::test]
async fn a_copy_holds_what_was_committed_while_the_book_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("studio.db"), folder.path()).unwrap();
    assert_eq!(store.back_up("2026-11-22").unwrap(), None, "nothing is in the book");
    store.write(|tx| tx.keep("draft", &serde_json::json!("boats"))).await.unwrap();
    let copy = store.back_up("2026-11-22").unwrap().unwrap();
    let kept: String = Connection::open(copy)
        .unwrap()
        .query_row("SELECT value FROM setting", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, "\"boats\"");
}

#[test]
fn the_last_seven_days_and_three_formats_are_kept_and_other_files_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = book(folder.path());
    let of_the_user = super::folder(&database).join("studio-mine.db");
    daily(&database, "2026-11-10").unwrap();
    std::fs::File::create(&of_the_user).unwrap();
    for day in 11..=20 {
        daily(&database, &format!("2026-11-{day}")).unwrap();
    }
    for migration in 8..=12 {
        before(&database, migration).unwrap();
    }
    let mut kept: Vec<String> = (14..=20).map(|day| format!("studio-2026-11-{day}.db")).collect();
    kept.extend(["before-10.db", "before-11.db", "before-12.db", "studio-mine.db"].map(Into::into));
    kept.sort();
    assert_eq!(names(&database), kept);
    let listed = all(&database);
    assert_eq!((listed.len(), listed[0].name.as_str()), (10, "before-12.db"));
}

#[test]
fn a_damaged_book_gives_no_copy_and_costs_none() {
    use std::io::{Seek, SeekFrom, Write};

    let folder = tempfile::tempdir().unwrap();
    let database = book(folder.path());
    daily(&database, "2026-11-21").unwrap();
    let sql = Connection::open(&database).unwrap();
    sql.execute("INSERT INTO setting VALUES ('c', ?1)", ["long ".repeat(40_000)]).unwrap();
    sql.pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(sql);
    let mut file = std::fs::File::options().write(true).open(&database).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    for page in 2..pages {
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xA5; 256]).unwrap();
    }
    assert!(daily(&database, "2026-11-22").is_err());
    assert_eq!(names(&database), ["studio-2026-11-21.db"]);
}
