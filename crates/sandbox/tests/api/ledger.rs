use reqwest::{Method, StatusCode};
use rushes_sandbox::{Config, EntryKind, LedgerSnapshot};
use serde_json::json;

use crate::caller::{Caller, quick, read, small};

#[tokio::test]
async fn every_task_is_charged_once_and_failures_are_refunded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let config = || Config {
        base_price_micros: 40_000,
        balance_micros: 100_000,
        ledger: Some(path.clone()),
        ..quick()
    };
    let caller = Caller::start(config()).await;
    let first = caller
        .request(Method::POST, "/api/v3/sandbox/stills")
        .header("x-client-reference", "attempt-1");
    let (_, answer) = read(first.json(&small("hills", 5)).send().await.unwrap()).await;
    let first = answer["data"]["id"].as_str().unwrap().to_owned();
    caller.ended(&first).await;
    let failed = caller.submit("sandbox/stills", &small("hills [fails]", 6)).await;
    caller.ended(&failed).await;
    assert_eq!(caller.get("/api/v3/balance").await.1["data"]["balance"], 0.06);

    let third = caller.submit("sandbox/stills", &small("hills", 7)).await;
    caller.ended(&third).await;
    let broke = caller.post("/api/v3/sandbox/stills", &small("hills", 8)).await;
    let message = "Insufficient credits. Please top up your balance.";
    assert_eq!(broke, (StatusCode::BAD_REQUEST, json!({"code": 400, "message": message})));

    let ledger = caller.sandbox.ledger();
    let lines: Vec<_> = ledger
        .entries
        .iter()
        .map(|e| (e.kind, e.id.clone(), e.client_reference.as_deref(), e.seed, e.amount_micros))
        .collect();
    assert_eq!(
        lines,
        [
            (EntryKind::Create, first.clone(), Some("attempt-1"), 5, 40_000),
            (EntryKind::Settle, first.clone(), Some("attempt-1"), 5, 40_000),
            (EntryKind::Create, failed.clone(), None, 6, 40_000),
            (EntryKind::Refund, failed, None, 6, 40_000),
            (EntryKind::Create, third.clone(), None, 7, 40_000),
            (EntryKind::Settle, third, None, 7, 40_000),
        ]
    );
    assert_eq!(
        (ledger.creates, ledger.settles, ledger.refunds, ledger.spent_micros),
        (3, 2, 1, 80_000)
    );
    assert_eq!(ledger.creates_for("attempt-1").map(|e| e.id.clone()).collect::<Vec<_>>(), [first]);
    let (_, answer) = caller.get("/sandbox/ledger").await;
    assert_eq!(serde_json::from_value::<LedgerSnapshot>(answer).unwrap(), ledger);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 6);

    caller.sandbox.stop().await;
    let again = Caller::start(config()).await;
    assert_eq!(again.sandbox.ledger(), ledger, "the file's lines stay known");
    assert_eq!(again.get("/api/v3/balance").await.1["data"]["balance"], 0.02);
}

#[tokio::test]
async fn a_line_that_was_cut_short_does_not_spoil_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    std::fs::write(&path, "{\"at\":\"2026-11-22T06").unwrap();
    let config = || Config { ledger: Some(path.clone()), ..quick() };
    let caller = Caller::start(config()).await;
    let id = caller.submit("sandbox/stills", &small("hills", 1)).await;
    caller.ended(&id).await;
    let ledger = caller.sandbox.ledger();
    caller.sandbox.stop().await;
    assert_eq!(Caller::start(config()).await.sandbox.ledger(), ledger);
}
