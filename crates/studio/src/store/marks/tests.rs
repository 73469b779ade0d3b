#![allow(clippy::unwrap_used)]
use rusqlite::Connection;
use rusqlite::types::Value;

use super::super::testkit::{Book, Made, print_id};
use super::super::{Store, check};
use super::*;
use crate::view::Change;

async fn three() -> Book {
    let book = Book::with(vec![Made::default(), Made::default(), Made::default()]).await;
    book.store
        .write(|tx| {
            tx.keep_collection("col_1", "Best", 5)?;
            tx.keep_collection("col_2", "Rest", 5)?;
            let first = Marks {
                rating: Some(2),
                note: Some("as it was".into()),
                add_tags: vec!["Dawn".into(), "Hills".into()],
                add_to: Some("col_2".into()),
                ..Marks::default()
            };
            tx.mark(&[print_id(0)], &first, 7).map(drop)
        })
        .await
        .unwrap();
    book
}

fn ids(places: &[usize]) -> Vec<String> {
    places.iter().map(|place| print_id(*place)).collect()
}

/// All that marks are made of, and what searches by them.
async fn stands(store: &Store) -> Vec<Vec<Value>> {
    store
        .read(|sql| {
            let mut all = Vec::new();
            for table in [
                "SELECT seq, rating, circled, note, trashed_at FROM asset",
                "SELECT asset_tag.asset_seq, tag.key, tag.name FROM asset_tag
                 JOIN tag ON tag.id = asset_tag.tag ORDER BY 1, 2",
                "SELECT key FROM tag ORDER BY 1",
                "SELECT collection, asset_seq, added_at FROM collection_asset",
                "SELECT * FROM print_fact",
                "SELECT rowid, note, tags FROM print_words",
            ] {
                let mut query = sql.prepare(table)?;
                let columns = query.column_count();
                let mut rows = query.query([])?;
                while let Some(row) = rows.next()? {
                    all.push((0..columns).map(|n| row.get(n)).collect::<Result<_, _>>()?);
                }
            }
            Ok(all)
        })
        .await
        .unwrap()
}

fn everything() -> Marks {
    Marks {
        rating: Some(5),
        circled: Some(true),
        note: Some("Nächte in 東京".into()),
        add_tags: vec!["DAWN".into(), " ".into(), "Crème".into()],
        remove_tags: vec!["hills".into(), "never there".into()],
        trashed: Some(true),
        add_to: Some("col_1".into()),
        remove_from: Some("col_2".into()),
    }
}

#[tokio::test]
async fn a_mark_is_taken_back_to_the_letter() {
    let book = three().await;
    let before = stands(&book.store).await;
    let some = ids(&[0, 1, 1]);
    let (undo, changed) =
        book.store.write(move |tx| tx.mark(&some, &everything(), 9)).await.unwrap();
    assert_eq!(changed, 2);
    let after = stands(&book.store).await;
    assert_ne!(after, before);
    assert_eq!(book.store.read(check::words_astray).await.unwrap(), 0);
    // The first spelling of a tag stays, and one that nothing has any more is gone.
    let tags = book.store.read(|sql| crate::store::facts::tags(sql, 1)).await.unwrap();
    assert_eq!(tags, ["Crème", "Dawn"]);
    let taken_back = book.store.write(move |tx| tx.unmark(&undo)).await.unwrap();
    assert_eq!(taken_back, 2);
    assert_eq!(stands(&book.store).await, before);
    assert_eq!(book.store.read(check::words_astray).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_so_already_changes_nothing() {
    let book = three().await;
    let (some, again) = (ids(&[0]), ids(&[0]));
    book.store.write(move |tx| tx.mark(&some, &everything(), 9)).await.unwrap();
    let mut news = book.store.changes();
    let (undo, changed) =
        book.store.write(move |tx| tx.mark(&again, &everything(), 10)).await.unwrap();
    assert_eq!(changed, 0);
    assert!(news.try_recv().is_err());
    assert_eq!(book.store.write(move |tx| tx.unmark(&undo)).await.unwrap(), 0);
}

#[tokio::test]
async fn all_are_marked_or_none() {
    let book = three().await;
    let before = stands(&book.store).await;
    for (some, marks) in [
        (vec![print_id(1), "ast_gone".into()], everything()),
        (ids(&[1, 2]), Marks { add_to: Some("col_gone".into()), ..everything() }),
    ] {
        let refused = book.store.write(move |tx| tx.mark(&some, &marks, 9)).await;
        assert!(matches!(refused, Err(StoreError::NotFound(_))));
        assert_eq!(stands(&book.store).await, before);
    }
}

#[tokio::test]
async fn an_undo_leaves_out_what_is_gone() {
    let book = three().await;
    let some = ids(&[0, 1]);
    let (undo, _) = book.store.write(move |tx| tx.mark(&some, &everything(), 9)).await.unwrap();
    book.store
        .write(|tx| {
            let trashed = tx.trashed(10, 0, 1)?;
            tx.remove_prints(&trashed)?;
            tx.forget_collection("col_2")
        })
        .await
        .unwrap();
    assert_eq!(book.store.write(move |tx| tx.unmark(&undo)).await.unwrap(), 1);
    assert_eq!(book.store.read(check::words_astray).await.unwrap(), 0);
}

#[tokio::test]
async fn many_marks_are_told_as_one_change() {
    let book = Book::with(vec![Made::default(); 1_001]).await;
    let revision = book.store.revision();
    let told = |count: usize| {
        let mut news = book.store.changes();
        let store = book.store.clone();
        async move {
            let some: Vec<String> = (0..count).map(print_id).collect();
            let marks = Marks { circled: Some(count == 1_001), ..Marks::default() };
            store.write(move |tx| tx.mark(&some, &marks, 1).map(drop)).await.unwrap();
            news.try_recv().unwrap().len()
        }
    };
    assert_eq!(told(1_001).await, 1);
    assert_eq!(told(1_000).await, 1_000);
    assert_eq!(book.store.revision(), revision + 2);
}

#[tokio::test]
async fn a_print_is_removed_and_what_speaks_of_it_stays() {
    let from = |from| Made { from: Some(from), ..Made::default() };
    let book = Book::with(vec![Made::default(), from(0), Made::default()]).await;
    let some = ids(&[0, 2]);
    let trash = Marks { trashed: Some(true), add_tags: vec!["Dawn".into()], ..Marks::default() };
    book.store.write(move |tx| tx.mark(&some, &trash, 9)).await.unwrap();
    let mut news = book.store.changes();
    let early = book.store.write(|tx| tx.trashed(9, 0, 10)).await.unwrap();
    assert_eq!(early, []);
    book.store
        .write(|tx| {
            let trashed = tx.trashed(10, 0, 10)?;
            tx.remove_prints(&trashed)
        })
        .await
        .unwrap();
    assert_eq!(*news.try_recv().unwrap(), [Change::View]);
    let left = book
        .store
        .read(|sql: &Connection| {
            let mut query = sql.prepare("SELECT id, origin, path FROM asset ORDER BY seq")?;
            let rows = query.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
        .unwrap();
    let row = |id: &str, origin: &str, path: &str| (id.into(), origin.into(), path.into());
    assert_eq!(
        left,
        [row("ast_000", "reference", "removed/ast_000"), row("ast_001", "output", "2026/1.png")]
    );
    assert_eq!(book.store.read(check::words_astray).await.unwrap(), 0);
    let (loose, known) = book
        .store
        .read(|sql| Ok((check::loose_rows(sql)?, super::super::assets::hashes(sql)?)))
        .await
        .unwrap();
    assert!(loose.is_empty());
    assert_eq!(known.len(), 1);
}

#[tokio::test]
async fn a_sidecar_is_due_until_its_last_mark_is_written() {
    let book = three().await;
    let rate = |stars: u8| {
        let some = ids(&[1]);
        let marks = Marks { rating: Some(stars), ..Marks::default() };
        book.store.write(move |tx| tx.mark(&some, &marks, 1))
    };
    let due = || book.store.read(|sql| crate::store::due::some(sql, 1, 10));
    rate(3).await.unwrap();
    let first = due().await.unwrap();
    assert_eq!(first.len(), 1);
    rate(4).await.unwrap();
    book.store.write(move |tx| tx.sidecars_written(&first)).await.unwrap();
    let second = due().await.unwrap();
    assert_eq!(second.len(), 1);
    book.store.write(move |tx| tx.sidecars_written(&second)).await.unwrap();
    assert_eq!(due().await.unwrap(), []);
}

#[tokio::test]
async fn a_hash_of_the_picture_is_kept_and_told() {
    let book = three().await;
    let mut news = book.store.changes();
    book.store.write(|tx| tx.keep_thumb_hash(&print_id(0), &[1, 2, 3])).await.unwrap();
    let told = news.try_recv().unwrap();
    assert!(
        matches!(&told[..], [Change::Print { print }] if print.thumb_hash.as_deref() == Some("AQID"))
    );
    book.store.write(|tx| tx.keep_thumb_hash(&print_id(0), &[1, 2, 3])).await.unwrap();
    assert!(news.try_recv().is_err());
    assert!(book.store.write(|tx| tx.keep_thumb_hash(&print_id(0), &[0; 33])).await.is_err());
}
