#![allow(clippy::unwrap_used)]
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::*;

fn put(tx: &Tx<'_>, value: &str) -> Result<(), StoreError> {
    tx.sql.execute(
        "INSERT INTO setting (name, value) VALUES ('word', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [value],
    )?;
    Ok(())
}

fn word(sql: &Connection) -> Result<String, StoreError> {
    Ok(sql.query_row("SELECT value FROM setting WHERE name = 'word'", [], |row| row.get(0))?)
}

#[tokio::test]
async fn the_queries_of_one_read_see_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("studio.db"), folder.path()).unwrap();
    store.write(|tx| put(tx, "before")).await.unwrap();

    let (begun, has_begun) = oneshot::channel();
    let (written, is_written) = mpsc::channel();
    let reading = store.read(move |sql| {
        let first = word(sql)?;
        begun.send(()).unwrap();
        is_written.recv().unwrap();
        Ok((first, word(sql)?))
    });
    let writing = async {
        has_begun.await.unwrap();
        store.write(|tx| put(tx, "after")).await.unwrap();
        written.send(()).unwrap();
    };
    let (read, ()) = tokio::join!(reading, writing);

    assert_eq!(read.unwrap(), ("before".into(), "before".into()));
    assert_eq!(store.read(word).await.unwrap(), "after");
}
