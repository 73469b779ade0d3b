#![allow(clippy::unwrap_used)]
use super::*;
use crate::store::testkit::{Book, Made, print_id};

fn past(search: &str) -> Past {
    Past { search: search.into(), limit: 10, ..Past::default() }
}

async fn found(book: &Book, wanted: Past) -> PromptPage {
    book.store.read(move |sql| list(sql, &wanted)).await.unwrap()
}

async fn texts(book: &Book, search: &str) -> Vec<String> {
    found(book, past(search)).await.prompts.into_iter().map(|p| p.text).collect()
}

fn made(prompt: &str) -> Made {
    Made { prompt: prompt.into(), ..Made::default() }
}

#[tokio::test]
async fn each_prompt_is_told_once_with_its_runs_and_the_one_used_last_first() {
    let book = Book::with(vec![made("a pier"), made("a mill"), made("a pier")]).await;
    let page = found(&book, past("")).await;
    let told: Vec<(&str, u32, i64, &str)> =
        page.prompts.iter().map(|p| (p.text.as_str(), p.runs, p.used_at, p.job.as_str())).collect();
    assert_eq!(told, [("a pier", 2, 1_002, "job_002"), ("a mill", 1, 1_001, "job_001")]);
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn a_take_of_several_jobs_is_one_run() {
    let book = Book::with(vec![made("a pier")]).await;
    book.store
        .write(|tx| {
            let first = tx.job("job_000")?;
            for (take, place) in [(1, 2), (1, 3), (2, 1)] {
                let id = format!("job_{take}_{place}");
                tx.insert_job(&crate::store::NewJob {
                    row: JobRow { id, ..first.clone() },
                    take,
                    place,
                    references: Vec::new(),
                    route: None,
                    steps: Vec::new(),
                    left_out: Vec::new(),
                })?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(found(&book, past("")).await.prompts[0].runs, 2);
}

#[tokio::test]
async fn what_is_typed_is_found_without_case_accents_and_order() {
    let book = Book::with(vec![made("Crème on a\n  Blue plate"), made("夜景の写真")]).await;
    assert_eq!(texts(&book, "CREME").await, ["Crème on a\n  Blue plate"]);
    assert_eq!(texts(&book, "plat crè").await, ["Crème on a\n  Blue plate"]);
    assert_eq!(texts(&book, "景の").await, ["夜景の写真"]);
    assert_eq!(texts(&book, "100% _").await, Vec::<String>::new());
}

#[tokio::test]
async fn the_best_print_is_the_circled_then_the_best_rated_then_the_newest() {
    let book = Book::with(vec![made("a pier"), made("a pier"), made("a pier")]).await;
    let best = async || found(&book, past("")).await.prompts[0].best.clone();
    let mark = async |change: &'static str| {
        book.store.write(move |tx| Ok(tx.sql.execute_batch(change)?)).await.unwrap();
    };
    assert_eq!(best().await, Some(print_id(2)));
    mark("UPDATE asset SET rating = 3 WHERE id = 'ast_001'").await;
    assert_eq!(best().await, Some(print_id(1)));
    mark("UPDATE asset SET circled = 1 WHERE id = 'ast_000'").await;
    assert_eq!(best().await, Some(print_id(0)));
    mark("UPDATE asset SET trashed_at = 1 WHERE id = 'ast_000'").await;
    assert_eq!(best().await, Some(print_id(1)));
}

#[tokio::test]
async fn pages_follow_each_other_and_clips_are_apart() {
    let book = Book::with(vec![made("one"), made("two"), made("three")]).await;
    let first = found(&book, Past { limit: 2, ..past("") }).await;
    assert_eq!(first.prompts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["three", "two"]);
    let next = first.next.unwrap();
    let (at, id) = next.split_once('.').unwrap();
    let before = Some((at.parse().unwrap(), id.parse().unwrap()));
    let rest = found(&book, Past { limit: 2, before, ..past("") }).await;
    assert_eq!((rest.prompts.len(), rest.prompts[0].text.as_str(), rest.next), (1, "one", None));
    let clips = found(&book, Past { modality: Some(Modality::Video), ..past("") }).await;
    assert_eq!(clips.prompts, []);
}

#[tokio::test]
async fn a_hidden_prompt_comes_back_by_undo_or_when_it_is_run_again() {
    let book = Book::with(vec![made("a pier")]).await;
    let id = found(&book, past("")).await.prompts[0].id;
    let hide = async |hidden| book.store.write(move |tx| tx.hide_prompt(id, hidden)).await.unwrap();
    hide(true).await;
    assert_eq!(texts(&book, "").await, Vec::<String>::new());
    hide(false).await;
    assert_eq!(texts(&book, "").await, ["a pier"]);
    hide(true).await;
    book.store
        .write(|tx| {
            let row = tx.job("job_000")?;
            enter(&tx.sql, &row, 1)
        })
        .await
        .unwrap();
    assert_eq!(texts(&book, "").await, ["a pier"]);
    assert!(book.store.write(|tx| tx.hide_prompt(99, true)).await.is_err());
}

#[tokio::test]
async fn a_book_of_before_tells_the_same_as_one_that_noted_each_job() {
    let book = Book::with(vec![made("a pier"), made("a mill"), made("a pier"), made("")]).await;
    let noted = found(&book, past("")).await;
    book.store
        .write(|tx| {
            tx.sql.execute("DELETE FROM prompt", [])?;
            enter_all(&tx.sql)
        })
        .await
        .unwrap();
    let told = |page: PromptPage| {
        page.prompts
            .into_iter()
            .map(|p| (p.text, p.runs, p.used_at, p.job, p.best))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(found(&book, past("")).await), told(noted));
}
