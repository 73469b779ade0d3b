//! Imports beside prints that jobs made.
#![allow(clippy::unwrap_used)]

use rushes_providers::schema::MediaKind;

use super::super::testkit::{Book, Made};
use super::super::{Marks, assets, check, due, trash, view};
use super::*;
use crate::find;
use crate::view::{Change, Sort};

fn import(n: u32, record: ImportRow) -> NewImport {
    NewImport {
        asset: NewAsset {
            id: format!("ast_i{n}"),
            job: None,
            number: 1,
            path: format!("imports/2026-11/{n}.png"),
            media: MediaKind::Image,
            media_type: "image/png".into(),
            width: 512,
            height: 768,
            duration_ms: None,
            bytes: 9,
            blake3: format!("{n:x>64}"),
            day: "2026-11-23".into(),
            created_at: 2_000,
        },
        record,
        glance: Some(vec![1, 2, 3]),
    }
}

fn told() -> ImportRow {
    ImportRow {
        name: "00012-Harbour.png".into(),
        made_at: Some(1_700_000_000_000),
        program: "AUTOMATIC1111".into(),
        prompt: "Crème brûlée, 夜景".into(),
        model: "dreamshaper_8".into(),
        seed: Some(77),
        recipe: "{}".into(),
    }
}

/// A print of a job, then an import that tells much and one that tells nothing.
async fn book() -> Book {
    let book = Book::with(vec![Made::default()]).await;
    let silent = ImportRow { name: "IMG_7.png".into(), ..ImportRow::default() };
    let imports = [import(1, told()), import(2, silent)];
    book.store.write(move |tx| tx.insert_imports(&imports, true)).await.unwrap();
    book
}

async fn found(book: &Book, query: &str) -> Vec<i64> {
    let query = find::read(query).query().unwrap();
    let list =
        book.store.read(move |sql| view::list(sql, &query, Sort::Newest, None)).await.unwrap();
    list.rows.iter().map(|row| row.seq).collect()
}

#[tokio::test]
async fn they_are_prints_without_a_job() {
    let book = book().await;
    let folder = book.folder.path().to_owned();
    let print = book.store.read(move |sql| assets::print(sql, &folder, "ast_i2")).await.unwrap();
    assert_eq!((print.job, print.code.as_str()), (None, "i-2"));
    assert_eq!((print.shot_number, print.take, print.number), (0, 0, 2));
    let words = (print.prompt, print.model_name, print.provider_name, print.thumb_hash);
    assert_eq!(words, (String::new(), String::new(), String::new(), Some("AQID".into())));
    for (query, wanted) in [
        ("", &[3, 2, 1][..]),
        ("is:import", &[3, 2]),
        ("-is:import", &[1]),
        ("creme", &[2]),
        ("景", &[2]),
        ("dreamshaper", &[2]),
        ("automatic1111", &[2]),
        ("harbour.png", &[2]),
        ("img_7", &[3]),
        ("model:dreamshaper", &[2]),
        ("provider:auto", &[]),
        ("seed:77", &[2]),
        ("seed:42", &[1]),
        ("type:image size:512x768", &[3, 2]),
        ("date:2026-11-23", &[3, 2]),
        ("licence:unknown", &[3, 2]),
        ("cost:>=0", &[1]),
        ("has:refs", &[]),
    ] {
        assert_eq!(found(&book, query).await, wanted, "{query}");
    }
    assert_eq!(book.store.read(check::words_astray).await.unwrap(), 0);
    assert_eq!(book.store.read(check::strange_parts).await.unwrap(), Vec::<String>::new());
    let record = book.store.read(|sql| record(sql, "ast_i1")).await.unwrap();
    assert_eq!(record, Some(told()));
    // All of it can be made again from the rows.
    book.store.write(|tx| tx.rebuild_words().map(|()| true)).await.unwrap();
    assert_eq!(found(&book, "is:import harbour").await, [2]);
    assert_eq!(book.store.read(check::words_astray).await.unwrap(), 0);
}

#[tokio::test]
async fn they_are_marked_thrown_away_and_removed() {
    let book = book().await;
    let marks = Marks {
        rating: Some(4),
        add_tags: vec!["old".into()],
        trashed: Some(true),
        ..Marks::default()
    };
    book.store.write(move |tx| tx.mark(&["ast_i1".to_owned()], &marks, 5)).await.unwrap();
    assert_eq!(found(&book, "rating:4 tag:old is:trashed").await, [2]);
    let hash = |n: u32| format!("{n:x>64}");
    let (trashed, shown, none) = (hash(1), hash(2), hash(3));
    let known = book
        .store
        .read(move |sql| Ok([known(sql, &trashed)?, known(sql, &shown)?, known(sql, &none)?]))
        .await
        .unwrap();
    assert_eq!(known, [Some(Known::Trashed), Some(Known::Shown), None]);
    let removed = book
        .store
        .write(|tx| {
            let trashed = tx.trashed(i64::MAX, 0, 10)?;
            tx.remove_prints(&trashed)
        })
        .await
        .unwrap();
    assert_eq!(removed, 1);
    assert!(book.store.read(|sql| trash::any(sql, i64::MAX)).await.is_ok_and(|any| !any));
    assert_eq!(found(&book, "").await, [3, 1]);
    assert_eq!(book.store.read(|sql| record(sql, "ast_i1")).await.unwrap(), None);
    assert!(book.store.read(check::loose_rows).await.unwrap().is_empty());
}

#[tokio::test]
async fn each_is_told_of_or_only_that_there_are_many() {
    let book = book().await;
    let mut news = book.store.changes();
    for (n, each) in [(3, true), (4, false)] {
        let imports = [import(n, ImportRow::default())];
        book.store.write(move |tx| tx.insert_imports(&imports, each)).await.unwrap();
    }
    assert!(
        matches!(&news.try_recv().unwrap()[..], [Change::Print { print }] if print.id == "ast_i3")
    );
    assert_eq!(*news.try_recv().unwrap(), [Change::View]);
    let due = book.store.read(|sql| due::some(sql, 0, 10)).await.unwrap();
    assert_eq!(due.iter().map(|due| due.seq).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

#[tokio::test]
async fn names_that_are_being_given_are_remembered_until_they_are() {
    let book = Book::empty();
    let claim = |n: u32| Claim { path: format!("imports/{n}.png"), blake3: format!("{n}") };
    let both = [claim(1), claim(2)];
    book.store.write(move |tx| tx.claim(&both)).await.unwrap();
    let first = [claim(1)];
    book.store.write(move |tx| tx.forget_claims(&first)).await.unwrap();
    assert_eq!(book.store.read(claims).await.unwrap(), [claim(2)]);
}
