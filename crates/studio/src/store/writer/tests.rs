#![allow(clippy::unwrap_used)]
use std::path::PathBuf;

use tempfile::TempDir;
use tokio::sync::oneshot::Receiver;

use super::*;
use crate::store::Store;

type Told<T> = Receiver<Result<T, StoreError>>;

/// A part, and where its caller waits.
fn part<T: Send + 'static>(
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> (Box<dyn Part>, Told<T>) {
    let (answer, told) = oneshot::channel();
    (Box::new(Asked { work: Some(work), came: None, room: Room::Kept, answer }), told)
}

/// Keeps a value.
fn keep(name: &'static str, value: String) -> (Box<dyn Part>, Told<()>) {
    part(move |tx| put(tx, name, &value))
}

fn put(tx: &Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.sql.execute("INSERT INTO setting (name, value) VALUES (?1, ?2)", [name, value])?;
    Ok(())
}

fn broken() -> StoreError {
    StoreError::NotFound("thing".into())
}

struct Bench {
    committer: Committer,
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        let committer = Committer {
            connection: crate::store::open::writer(&path).unwrap(),
            library: Arc::new(RwLock::new(PathBuf::from("/library"))),
            changes: broadcast::channel(16).0,
            reserve: Arc::new(Reserve::beside(&path)),
            revision: Arc::default(),
        };
        Self { committer, folder }
    }

    fn kept(&self) -> Vec<String> {
        let mut query =
            self.committer.connection.prepare("SELECT name FROM setting ORDER BY name").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Pages that stand in the log.
    fn logged(&self) -> i64 {
        let read = |row: &rusqlite::Row<'_>| row.get(1);
        self.committer.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], read).unwrap()
    }

    fn book(&self) -> PathBuf {
        self.folder.path().join("studio.db")
    }
}

#[test]
fn what_waits_together_is_committed_together() {
    let mut bench = Bench::new();
    let before = bench.logged();
    for n in 0..20 {
        bench.committer.commit(vec![part(move |tx| put(tx, &format!("one-{n}"), "")).0]);
    }
    let alone = bench.logged() - before;
    let mut parts = Vec::new();
    let mut told = Vec::new();
    for n in 0..20 {
        let (part, answer) = part(move |tx| put(tx, &format!("two-{n}"), ""));
        parts.push(part);
        told.push(answer);
    }
    bench.committer.commit(parts);
    let together = bench.logged() - before - alone;
    assert!(together * 10 <= alone, "{together} pages beside {alone}");
    for mut answer in told {
        answer.try_recv().unwrap().unwrap();
    }
    assert_eq!(bench.kept().len(), 40);
}

#[test]
fn a_part_that_fails_is_taken_back_alone_and_announces_nothing() {
    let mut bench = Bench::new();
    let mut news = bench.committer.changes.subscribe();
    let (first, mut first_told) = keep("a", String::new());
    let (second, mut second_told) = part::<()>(|tx| {
        put(tx, "b", "")?;
        tx.touch_catalog("b");
        Err(broken())
    });
    let (third, mut third_told) = part(|tx| {
        tx.touch_catalog("c");
        put(tx, "c", "")
    });
    bench.committer.commit(vec![first, second, third]);
    first_told.try_recv().unwrap().unwrap();
    assert!(matches!(second_told.try_recv().unwrap(), Err(StoreError::NotFound(_))));
    third_told.try_recv().unwrap().unwrap();
    assert_eq!(bench.kept(), ["a", "c"]);
    assert_eq!(*news.try_recv().unwrap(), [Change::Catalog { provider: "c".into() }]);
    // With nothing that stands, nothing is written.
    let before = bench.logged();
    bench.committer.commit(vec![part::<()>(|tx| put(tx, "d", "").and(Err(broken()))).0]);
    assert_eq!(bench.logged(), before);
    assert!(news.try_recv().is_err());
}

#[test]
fn a_commit_that_fails_fails_every_part_of_it() {
    let mut bench = Bench::new();
    let mut news = bench.committer.changes.subscribe();
    let (first, mut first_told) = part(|tx| {
        tx.touch_catalog("a");
        put(tx, "a", "")
    });
    let (second, mut second_told) = part::<()>(|_| Err(broken()));
    // What it breaks is only seen at the commit.
    let (third, mut third_told) = part(|tx| {
        tx.sql.execute_batch(
            "PRAGMA defer_foreign_keys = ON;
             INSERT INTO event (job, at, left, entered, cause) VALUES ('none', 0, '', '', '')",
        )?;
        Ok(())
    });
    bench.committer.commit(vec![first, second, third]);
    for told in [&mut first_told, &mut third_told] {
        let error = told.try_recv().unwrap().unwrap_err().to_string();
        assert!(error.contains("FOREIGN KEY"), "{error}");
    }
    assert!(matches!(second_told.try_recv().unwrap(), Err(StoreError::NotFound(_))));
    assert_eq!(bench.kept(), Vec::<String>::new());
    assert!(news.try_recv().is_err());
    let (again, mut again_told) = keep("a", String::new());
    bench.committer.commit(vec![again]);
    again_told.try_recv().unwrap().unwrap();
    assert_eq!(bench.kept(), ["a"]);
}

#[test]
fn on_a_full_disk_each_is_told_the_truth_and_what_follows_goes_on() {
    let mut bench = Bench::new();
    let pages: i64 =
        bench.committer.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    bench.committer.connection.pragma_update(None, "max_page_count", pages + 8).unwrap();
    let (first, mut first_told) = keep("a", String::new());
    let (large, mut large_told) = keep("b", "long ".repeat(40_000));
    let (third, mut third_told) = keep("c", String::new());
    bench.committer.commit(vec![first, large, third]);
    // SQLite gives the whole transaction up, and with it what stood in it before.
    first_told.try_recv().unwrap().unwrap_err();
    let full = large_told.try_recv().unwrap().unwrap_err().to_string();
    assert!(full.contains("full"), "{full}");
    third_told.try_recv().unwrap().unwrap();
    assert_eq!(bench.kept(), ["c"]);
}

#[test]
fn only_what_is_under_way_takes_the_room_that_is_kept_back() {
    let mut bench = Bench::new();
    let pages: i64 =
        bench.committer.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    bench.committer.connection.pragma_update(None, "max_page_count", pages + 8).unwrap();
    assert!(bench.committer.reserve.take().unwrap(), "the test's disk has room");
    let large = |room| {
        let work = |tx: &mut Tx<'_>| put(tx, "large", &"long ".repeat(40_000));
        let (answer, told) = oneshot::channel();
        let part: Box<dyn Part> = Box::new(Asked { work: Some(work), came: None, room, answer });
        (part, told)
    };
    for (room, kept) in [(Room::Free, true), (Room::Kept, false)] {
        let (part, mut told) = large(room);
        bench.committer.commit(vec![part]);
        told.try_recv().unwrap().unwrap_err();
        assert_eq!(bench.committer.reserve.is_taken(), kept, "{room:?}");
    }
}

#[tokio::test]
async fn what_may_wait_goes_with_the_next_write_or_with_the_end() {
    const LONG: Duration = Duration::from_secs(3_600);
    let bench = Bench::new();
    let path = bench.book();
    drop(bench.committer);
    let store = Store::open(&path, Path::new("/library")).unwrap();
    let (may_wait, write) = tokio::join!(
        store.write_within(LONG, |tx| put(tx, "a", "")),
        // What is written next sees it: the order is kept.
        store.write(|tx| Ok(tx.sql.query_row("SELECT name FROM setting", [], |row| row.get(0))?)),
    );
    may_wait.unwrap();
    let seen: String = write.unwrap();
    assert_eq!(seen, "a");
    let (at_the_end, ()) =
        tokio::join!(store.write_within(LONG, |tx| put(tx, "b", "")), store.close());
    at_the_end.unwrap();
    let soon = Duration::from_millis(1);
    assert!(matches!(
        store.write_within(soon, |tx| put(tx, "c", "")).await,
        Err(StoreError::Closed)
    ));
    let store = Store::open(&path, Path::new("/library")).unwrap();
    store.write_within(soon, |tx| put(tx, "c", "")).await.unwrap();
    let kept: i64 = store
        .read(|sql| Ok(sql.query_row("SELECT count(*) FROM setting", [], |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(kept, 3);
}
