//! What a job may fall back to, and what of it the caps count.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use rushes_providers::types::{Licence, Modality, Price};
use serde_json::Map;
use tempfile::TempDir;

use super::super::{Begin, JobRow, JobUpdate, LedgerKind, NewJob, Store, spending};
use super::*;
use crate::job::AttemptState;
use crate::view::Charge;

fn usd(micros: i64) -> Price {
    Price { micros, currency: "USD".into(), exact: true }
}

fn step(endpoint: &str, micros: i64, sandbox: bool) -> Step {
    Step {
        endpoint: endpoint.into(),
        remote_model: endpoint.into(),
        model_name: endpoint.to_uppercase(),
        provider: "wave".into(),
        provider_name: "Wave".into(),
        sandbox,
        inputs: Map::new(),
        seed: None,
        seed_field: None,
        price: Some(usd(micros)),
        licence: Licence::default(),
        output_terms: Licence { name: Some(format!("{endpoint} terms")), ..Licence::default() },
        references: Vec::new(),
    }
}

struct Book {
    store: Store,
    _folder: TempDir,
}

impl Book {
    /// A book with a job at a cent and these steps after it.
    async fn with(steps: Vec<Step>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("studio.db"), folder.path()).unwrap();
        store
            .write(move |tx| {
                let (shot, take) = tx.shot_for(None, "hills", "shot_1", 1)?;
                let first = step("first", 10_000, false);
                tx.insert_job(&NewJob {
                    row: JobRow {
                        id: "job_1".into(),
                        shot,
                        state: JobState::Queued,
                        endpoint: first.endpoint,
                        remote_model: first.remote_model,
                        model_name: first.model_name,
                        provider: first.provider,
                        provider_name: first.provider_name,
                        modality: Modality::Image,
                        sandbox: false,
                        prompt: "hills".into(),
                        inputs: Map::new(),
                        seed: None,
                        seed_field: None,
                        price: first.price,
                        licence: Licence::default(),
                        output_terms: first.output_terms,
                        waits: 0,
                        cancel_wished: false,
                        created_at: 1,
                    },
                    take,
                    place: 1,
                    references: Vec::new(),
                    route: Some("Hero".into()),
                    steps,
                    left_out: Vec::new(),
                })
            })
            .await
            .unwrap();
        Self { store, _folder: folder }
    }

    async fn spent(&self) -> BTreeMap<String, i64> {
        self.store.read(|sql| spending::since(sql, 0)).await.unwrap()
    }

    /// Sends it: the attempt's id, with a cent set aside.
    async fn send(&self, attempt: &'static str) {
        let begin = Begin {
            id: attempt.into(),
            job: "job_1".into(),
            endpoint: attempt.into(),
            provider: "wave".into(),
            account: "me".into(),
            remote_model: "m".into(),
            model_name: "M".into(),
            provider_name: "Wave".into(),
            client_ref: attempt.into(),
            seed: None,
            inputs_sent: Map::new(),
            request_hash: attempt.into(),
            at: 2,
        };
        self.store
            .write(move |tx| {
                let price = tx.job("job_1")?.price;
                tx.begin_attempt(&begin)?;
                tx.move_job(&JobUpdate {
                    id: "job_1",
                    from: &[JobState::Queued],
                    to: JobState::Running,
                    attempt: Some(attempt),
                    charge: Some(Charge::Reserved),
                    run_at: None,
                    cause: "",
                    message: "",
                    hint: "",
                    log: "",
                    at: 2,
                })?;
                tx.enter(attempt, LedgerKind::Reserved, price.as_ref(), "quote", 2)
            })
            .await
            .unwrap();
    }

    /// It ends like this in the money book; answers whether the job took its next step.
    async fn falls(&self, attempt: &'static str, kind: LedgerKind) -> bool {
        self.store
            .write(move |tx| {
                let (from, to) = (AttemptState::Submitting, AttemptState::Refused);
                tx.move_attempt(attempt, from, to, None, "No.", 3)?;
                let price = tx.job("job_1")?.price;
                tx.enter(attempt, kind, price.as_ref(), "submit", 3)?;
                let from = JobState::Running;
                tx.fall_back(FallBack { job: "job_1", from, reason: "No.", at: 3 })
            })
            .await
            .unwrap()
    }
}

fn dollars(micros: i64) -> BTreeMap<String, i64> {
    BTreeMap::from([("USD".to_owned(), micros)])
}

#[tokio::test]
async fn the_dearest_step_that_is_left_is_counted_until_it_cannot_come_to_it() {
    let steps = vec![step("dear", 50_000, false), step("cheap", 20_000, false)];
    let book = Book::with(steps).await;
    assert_eq!(book.spent().await, dollars(50_000));
    book.send("a").await;
    assert_eq!(book.spent().await, dollars(50_000), "a cent on its way, five if it is paid back");
    assert!(book.falls("a", LedgerKind::Released).await);
    assert_eq!(book.spent().await, dollars(50_000));
    book.send("b").await;
    assert_eq!(book.spent().await, dollars(50_000));
    assert!(book.falls("b", LedgerKind::Released).await);
    assert_eq!(book.spent().await, dollars(20_000));
    book.send("c").await;
    assert!(!book.falls("c", LedgerKind::Released).await, "no step is left");
}

#[tokio::test]
async fn the_terms_of_a_provider_go_with_the_step_that_runs_there() {
    let book = Book::with(vec![step("second", 20_000, false)]).await;
    let terms = || book.store.read(|sql| Ok(jobs::view(sql, "job_1")?.output_terms.name));
    assert_eq!(terms().await.unwrap().as_deref(), Some("first terms"));
    book.send("a").await;
    assert!(book.falls("a", LedgerKind::Released).await);
    assert_eq!(terms().await.unwrap().as_deref(), Some("second terms"));
    // A plan from before they were kept.
    let mut plan = serde_json::to_value(step("third", 1, false)).unwrap();
    plan.as_object_mut().unwrap().remove("output_terms");
    let plan: Step = serde_json::from_value(plan).unwrap();
    assert_eq!(plan.output_terms, Licence::default());
}

#[tokio::test]
async fn a_doubt_counts_what_was_sent_and_no_step() {
    let book = Book::with(vec![step("dear", 50_000, false)]).await;
    book.send("a").await;
    book.store.write(|tx| tx.settle_job("job_1", Charge::Unknown)).await.unwrap();
    assert_eq!(book.spent().await, dollars(10_000));
}

#[tokio::test]
async fn a_step_in_the_sandbox_costs_nothing() {
    let book = Book::with(vec![step("sandbox", 90_000, true)]).await;
    assert_eq!(book.spent().await, dollars(10_000));
    book.send("a").await;
    assert!(book.falls("a", LedgerKind::Released).await);
    assert_eq!(book.spent().await, BTreeMap::new());
}

#[tokio::test]
async fn whatever_may_have_been_charged_is_never_followed_by_another() {
    for kind in [LedgerKind::Reserved, LedgerKind::Confirmed, LedgerKind::Unknown] {
        let book = Book::with(vec![step("next", 10_000, false)]).await;
        book.send("a").await;
        assert!(!book.falls("a", kind).await, "{kind:?}");
        let row = book.store.read(|sql| jobs::get(sql, "job_1")).await.unwrap();
        assert_eq!((row.endpoint.as_str(), row.state), ("first", JobState::Running), "{kind:?}");
    }
}

#[tokio::test]
async fn a_job_that_the_user_wants_gone_takes_no_step() {
    let book = Book::with(vec![step("next", 10_000, false)]).await;
    book.send("a").await;
    book.store.write(|tx| tx.wish_cancel("job_1")).await.unwrap();
    assert!(!book.falls("a", LedgerKind::Released).await);
}

#[tokio::test]
async fn sent_again_it_counts_the_dearest_step_that_is_left() {
    let book = Book::with(vec![step("dear", 50_000, false)]).await;
    let at_stake = || book.store.write(|tx| tx.at_stake("job_1"));
    assert_eq!(at_stake().await.unwrap(), Some(usd(50_000)));
    let taken = book
        .store
        .write(|tx| {
            let from = JobState::Queued;
            tx.fall_back(FallBack { job: "job_1", from, reason: "It is gone.", at: 3 })
        })
        .await;
    assert!(taken.unwrap());
    let view = book.store.read(|sql| jobs::view(sql, "job_1")).await.unwrap();
    assert_eq!((view.endpoint.as_str(), view.step, view.wait_until), ("dear", 1, None));
    assert_eq!(at_stake().await.unwrap(), Some(usd(50_000)));
}
