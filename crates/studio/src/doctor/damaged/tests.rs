#![allow(clippy::unwrap_used)] // a test stops at the first surprise
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use rusqlite::Connection;

use super::*;
use crate::clock::Manual;
use crate::store::{OpenError, Store};

/// 2026-11-22 12:00:00 UTC.
const NOW: i64 = 1_795_348_800_000;

/// A data folder with one job that waits and one that runs and could fall back, and a copy of it.
async fn data_with_a_copy() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("studio.db");
    let store = Store::open(&path, folder.path()).unwrap();
    let book = Connection::open(&path).unwrap();
    book.execute_batch(
        "INSERT INTO shot VALUES ('shot_1', 1, 'boats', 0);
         INSERT INTO job (id, shot, take, place, state, endpoint, remote_model, model_name, provider,
           provider_name, modality, sandbox, prompt, inputs, licence, charge, run_at, created_at)
         VALUES ('job_1', 'shot_1', 1, 1, 'queued', 'e', 'm', 'm', 'p', 'P', 'image', 0, 'boats', '{}', '{}', 'none', 0, 0),
                ('job_2', 'shot_1', 1, 2, 'running', 'e', 'm', 'm', 'p', 'P', 'image', 0, 'boats', '{}', '{}', 'reserved', 0, 0);
         INSERT INTO job_step VALUES ('job_2', 1, '{}');",
    )
    .unwrap();
    drop(book);
    store.back_up("2026-11-21").unwrap().unwrap();
    store.close().await;
    (folder, path)
}

fn damage(path: &Path) {
    let mut file = std::fs::File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
}

#[tokio::test]
async fn a_repair_goes_back_to_the_copy_keeps_the_damage_and_sends_nothing_again() {
    let (folder, path) = data_with_a_copy().await;
    damage(&path);
    let damaged = std::fs::read(&path).unwrap();
    let refused = Store::open(&path, folder.path()).map(|_| ());
    assert!(
        matches!(&refused, Err(OpenError::Damaged { copy: Some(copy), .. }) if copy == "studio-2026-11-21.db"),
        "{refused:?}"
    );

    let clock = Manual::new(NOW);
    let offered = mend_book(folder.path(), &clock, false);
    assert_eq!(offered.state, FindingState::Repairable);
    assert_eq!(offered.items, ["studio-2026-11-21.db"]);
    assert_eq!(std::fs::read(&path).unwrap(), damaged);

    let mended = mend_book(folder.path(), &clock, true);
    assert_eq!(mended.state, FindingState::Repaired, "{mended:?}");
    assert!(mended.message.contains("1 job that waited to be sent was stopped"), "{mended:?}");
    assert_eq!(std::fs::read(&mended.items[0]).unwrap(), damaged);

    let store = Store::open(&path, folder.path()).unwrap();
    let (states, steps) = store
        .read(|sql| {
            let mut query = sql.prepare("SELECT state || ' ' || cause FROM job ORDER BY id")?;
            let states: Vec<String> =
                query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let steps: i64 =
                sql.query_row("SELECT count(*) FROM job_step", [], |row| row.get(0))?;
            Ok((states, steps))
        })
        .await
        .unwrap();
    assert_eq!(states, ["failed restored", "running "]);
    assert_eq!(steps, 0);
}

#[tokio::test]
async fn the_log_of_the_damaged_book_does_not_run_into_the_copy() {
    let (folder, path) = data_with_a_copy().await;
    // A crash leaves a log with a later change beside the book.
    let book = Connection::open(&path).unwrap();
    book.execute("UPDATE job SET prompt = 'later'", []).unwrap();
    std::mem::forget(book);
    let log = folder.path().join("studio.db-wal");
    assert!(log.metadata().unwrap().len() > 0);
    damage(&path);
    let mended = mend_book(folder.path(), &Manual::new(NOW), true);
    assert_eq!(mended.state, FindingState::Repaired, "{mended:?}");
    assert!(!log.exists());
    assert!(PathBuf::from(format!("{}-wal", mended.items[0])).exists());
    let store = Store::open(&path, folder.path()).unwrap();
    let prompt: String = store
        .read(|sql| Ok(sql.query_row("SELECT prompt FROM job LIMIT 1", [], |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(prompt, "boats");
}

#[tokio::test]
async fn a_damaged_copy_is_passed_over() {
    let (folder, path) = data_with_a_copy().await;
    damage(&path);
    damage(&folder.path().join("backups/studio-2026-11-21.db"));
    let before = std::fs::read(&path).unwrap();
    for repair in [false, true] {
        let found = mend_book(folder.path(), &Manual::new(NOW), repair);
        assert_eq!(found.state, FindingState::Yours);
        assert_eq!(found.items, ["studio-2026-11-21.db"]);
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn nothing_is_restored_under_an_open_engine() {
    let (folder, path) = data_with_a_copy().await;
    damage(&path);
    let lock = Lock::take(folder.path()).unwrap().unwrap();
    let found = mend_book(folder.path(), &Manual::new(NOW), true);
    assert_eq!(found.state, FindingState::Yours);
    drop(lock);
}
