#![allow(clippy::unwrap_used)] // a test stops at the first surprise
use super::*;
use crate::store::Store;

const AT: i64 = 1_795_348_800_000; // 2026-11-22T12:00:00Z

fn count(path: &Path, of: &str) -> i64 {
    let sql = Connection::open(path).unwrap();
    sql.query_row(&format!("SELECT count(*) FROM {of}"), [], |row| row.get(0)).unwrap()
}

/// A book with a queued job and a setting, a copy of it, and a setting that is newer than the copy.
async fn book_with_a_copy(folder: &Path) -> (PathBuf, Source) {
    let path = folder.join("studio.db");
    let store = Store::open(&path, folder).unwrap();
    let sql = Connection::open(&path).unwrap();
    sql.execute_batch(
        "INSERT INTO shot VALUES ('shot_1', 1, 'boats', 0);
         INSERT INTO job (id, shot, take, place, state, endpoint, remote_model, model_name, provider,
           provider_name, modality, sandbox, prompt, inputs, licence, charge, run_at, created_at)
         VALUES ('job_1', 'shot_1', 1, 1, 'queued', 'e', 'm', 'm', 'p', 'P', 'image', 0, 'boats', '{}', '{}', 'none', 0, 0);
         INSERT INTO setting VALUES ('old', '1');",
    )
    .unwrap();
    drop(sql);
    let copy = store.back_up("2026-11-21").unwrap().unwrap();
    store.write(|tx| tx.keep("new", &serde_json::json!(2))).await.unwrap();
    store.close().await;
    let source =
        Source { path: copy, name: "studio-2026-11-21.db".into(), made_at: 7, is_foreign: false };
    (path, source)
}

fn words(path: &Path) -> Vec<String> {
    let sql = Connection::open(path).unwrap();
    let mut query = sql.prepare("SELECT name FROM setting ORDER BY name").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn a_copy_takes_the_place_at_the_next_start_and_the_book_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (path, source) = book_with_a_copy(folder.path()).await;
    assert_eq!(take_place(&path, "2026-11-22-120000").unwrap(), None, "none waits");
    let ready = ready(&path, &source, AT).unwrap();
    assert_eq!(ready.weight, Weight { jobs: 1, prints: 0, waiting: 1, under_way: 0 });
    let told = ready.wait(&path).unwrap();
    assert_eq!(told.stopped, 1);
    assert_eq!(waiting(&path), Some(told.clone()));
    assert_eq!(words(&path), ["new", "old"], "nothing is changed before the next start");

    // A crash left a log with a later change beside the book.
    let open = Connection::open(&path).unwrap();
    open.pragma_update(None, "journal_mode", "WAL").unwrap();
    open.execute("INSERT INTO setting VALUES ('last', '3')", []).unwrap();
    let log = path.with_extension("db-wal");
    let crashed = [&path, &log].map(|file| (file.clone(), std::fs::read(file).unwrap()));
    drop(open);
    for (file, bytes) in crashed {
        files::write(&file, &bytes).unwrap();
    }

    let taken = take_place(&path, "2026-11-22-120000").unwrap();
    assert_eq!((taken, waiting(&path)), (Some(told.clone()), None));
    assert_eq!(words(&path), ["old", TOLD]);
    assert_eq!(count(&path, "job WHERE state = 'queued'"), 0);
    let kept = backup::folder(&path).join("replaced-2026-11-22-120000.db");
    assert_eq!(words(&kept), ["last", "new", "old"]);
    assert_eq!(count(&kept, "job WHERE state = 'queued'"), 1, "as it was");
    let store = Store::open(&path, folder.path()).unwrap();
    assert_eq!(store.read(super::told).await.unwrap(), Some(told));
    assert_eq!(take_place(&path, "2026-11-22-130000").unwrap(), None, "once is enough");
}

#[tokio::test]
async fn a_restore_that_waits_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, source) = book_with_a_copy(folder.path()).await;
    ready(&path, &source, AT).unwrap().wait(&path).unwrap();
    assert!(call_off(&path).unwrap());
    assert!(!call_off(&path).unwrap());
    assert_eq!(take_place(&path, "2026-11-22-120000").unwrap(), None);
    assert_eq!(words(&path), ["new", "old"]);
}

#[tokio::test]
async fn what_is_no_sound_copy_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, source) = book_with_a_copy(folder.path()).await;
    let before = std::fs::read(&path).unwrap();
    let whole = std::fs::read(&source.path).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        files::write(&path, bytes).unwrap();
        Source { path, name: name.into(), made_at: 0, is_foreign: true }
    };
    let mut torn = whole.clone();
    torn[4096..12_288].fill(0xA5);
    let half = &whole[..whole.len() / 2];
    let of_others = file("others.db", b"");
    Connection::open(&of_others.path)
        .unwrap()
        .execute_batch("CREATE TABLE bookmark (a); PRAGMA user_version = 3;")
        .unwrap();
    let newer = file("newer.db", &whole);
    Connection::open(&newer.path)
        .unwrap()
        .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    let trapped = file("trapped.db", &whole);
    Connection::open(&trapped.path)
        .unwrap()
        .execute_batch("CREATE TRIGGER trap AFTER UPDATE ON job BEGIN DELETE FROM setting; END;")
        .unwrap();
    let gone = Source { path: folder.path().join("gone.db"), ..file("gone", b"") };
    for (source, said) in [
        (&file("torn.db", &torn), "damaged"),
        (&file("half.db", half), "damaged"),
        (&file("notes.txt", b"buy milk"), "no job book"),
        (&file("empty.db", b""), "no job book"),
        (&of_others, "no job book"),
        (&newer, "newer Rushes"),
        (&trapped, "no job book"),
        (&gone, "could not be read"),
    ] {
        let refused = ready(&path, source, AT).unwrap_err().to_string();
        assert!(refused.contains(said), "{}: {refused}", source.name);
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(waiting(&path), None);
    let copies: Vec<String> = backup::folder(&path)
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(copies, ["studio-2026-11-21.db"], "nothing is left behind");
}

#[tokio::test]
async fn a_waiting_copy_that_is_damaged_meanwhile_leaves_the_book_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (path, source) = book_with_a_copy(folder.path()).await;
    ready(&path, &source, AT).unwrap().wait(&path).unwrap();
    files::write(&waiting_path(&path), b"SQLite format 3\0 and then nothing").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(take_place(&path, "2026-11-22-120000").is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(waiting(&path).is_some_and(|told| told.name == WAITING));
}

#[tokio::test]
async fn a_damaged_book_is_put_aside_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (path, source) = book_with_a_copy(folder.path()).await;
    ready(&path, &source, AT).unwrap().wait(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..8192].fill(0xA5);
    files::write(&path, &bytes).unwrap();
    take_place(&path, "2026-11-22-120000").unwrap();
    assert_eq!(words(&path), ["old", TOLD]);
    let aside = folder.path().join("studio-damaged-2026-11-22-120000.db");
    assert_eq!(std::fs::read(aside).unwrap(), bytes);
}
