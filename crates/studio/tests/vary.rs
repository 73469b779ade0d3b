//! Variations: one composition that becomes a grid of jobs, over two providers' dialects, or no job at all. The
//! sandbox's ledger is the judge.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use rushes_studio::Studio;
use rushes_studio::api::types::{
    Exported, Grid, GridBook, Job, KeyRow, Plan, PrintBook, Varied, VaryMode, WordList,
};
use rushes_studio::job::JobState;
use serde_json::{Value, json};
use support::{Peer, Room, call, rested};

const STILLS: &str = "sandbox:sandbox/stills";
const EDIT: &str = "sandbox:sandbox/stills/edit";
const OTHER: &str = "openai:gpt-image-2";

/// A studio whose OpenAI is the sandbox's front of that name.
async fn open(peer: &Peer, room: &Room) -> Arc<Studio> {
    let studio = room.open(peer).await;
    let base_url = format!("{}/openai/v1", peer.0.base_url());
    let _: KeyRow =
        call(&studio, "set_base_url", json!({"provider": "openai", "base_url": base_url})).await;
    let key = json!({"provider": "openai", "key": "sk-for-tests", "place": "session"});
    let _: KeyRow = call(&studio, "set_key", key).await;
    studio
}

/// Three prompts on two models.
fn three_by_two() -> Value {
    let inputs = json!({"prompt": "a {dawn|noon|dusk} sea", "size": "1024x1024", "quality": "low"});
    json!({"composition": {"endpoint": OTHER, "inputs": inputs}, "models": [OTHER, STILLS]})
}

fn stills(prompt: &str) -> Value {
    json!({"composition": {"endpoint": STILLS, "inputs": {"prompt": prompt, "size": "256*256"}}})
}

async fn made(studio: &Studio, wanted: Value) -> GridBook {
    let varied: Varied = call(studio, "submit_variation", wanted).await;
    assert_eq!((varied.faults, varied.troubles), (vec![], vec![]));
    varied.made.unwrap()
}

async fn cap(studio: &Studio, micros: i64) {
    let mut settings: Value = call(studio, "get_settings", json!({})).await;
    settings["caps"] = json!({"day": {}, "batch": {"USD": micros}});
    let _: Value = call(studio, "set_settings", settings).await;
}

fn told(job: &Job) -> (Vec<u32>, &str, &str) {
    (job.grid.as_ref().unwrap().at.clone(), job.prompt.as_str(), job.endpoint.as_str())
}

#[tokio::test]
async fn a_grid_over_two_dialects_is_made_once_for_each_cell() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    let plan: Plan = call(&studio, "plan_variation", three_by_two()).await;
    // One of the two lists no price.
    assert_eq!((plan.varies, plan.jobs, plan.unable, plan.unpriced), (true, 6, 0, 3), "{plan:#?}");
    assert_eq!(plan.totals.iter().map(|sum| sum.micros).collect::<Vec<_>>(), [0]);
    assert_eq!(peer.creates(), 0, "a plan sends nothing");
    let left: Vec<(&str, &[String])> =
        plan.not_taken.iter().map(|one| (one.model.as_str(), &one.labels[..])).collect();
    assert_eq!(left, [("Sandbox Stills", &["Quality".to_owned()][..])]);

    let book = made(&studio, three_by_two()).await;
    assert_eq!(
        book.jobs.iter().map(told).collect::<Vec<_>>(),
        [
            (vec![0, 0], "a dawn sea", OTHER),
            (vec![0, 1], "a dawn sea", STILLS),
            (vec![1, 0], "a noon sea", OTHER),
            (vec![1, 1], "a noon sea", STILLS),
            (vec![2, 0], "a dusk sea", OTHER),
            (vec![2, 1], "a dusk sea", STILLS),
        ]
    );
    for job in &book.jobs {
        let ended = rested(&studio, job).await;
        assert_eq!(ended.job.state, JobState::Completed, "{ended:#?}");
        assert_eq!(ended.job.inputs["prompt"], json!(job.prompt));
    }
    assert_eq!(peer.creates(), 6);

    // Told by the print, and beside it.
    let seen: GridBook = call(&studio, "get_grid", json!({"id": book.grid.id})).await;
    let print: PrintBook = call(&studio, "get_print", json!({"id": seen.jobs[5].prints[0]})).await;
    let grid = print.job.unwrap().grid.unwrap();
    assert_eq!(
        (grid.written.as_str(), print.print.prompt.as_str()),
        ("a {dawn|noon|dusk} sea", "a dusk sea")
    );
    let labels: Vec<&str> = grid.values.iter().map(|value| value.label.as_str()).collect();
    assert_eq!(labels[0], "dusk");
    studio.shutdown().await;
    // The folder is free again only then.
    drop(studio);
    let beside = std::fs::read_to_string(format!("{}.json", print.print.path)).unwrap();
    let beside: Value = serde_json::from_str(&beside).unwrap();
    assert_eq!(beside["inputs"]["prompt"], "a dusk sea");
    assert_eq!(beside["job"]["grid"]["written"], "a {dawn|noon|dusk} sea");

    // The page stands after a start, and can be made again and drawn.
    let studio = open(&peer, &room).await;
    let again: GridBook = call(&studio, "get_grid", json!({"id": seen.grid.id})).await;
    assert_eq!((&again.grid, again.jobs.len()), (&seen.grid, 6));
    let to = room.folder.path().join("grid.png");
    let drawn: Exported =
        call(&studio, "export_grid", json!({"id": seen.grid.id, "to": to, "down": "prompt:1"}))
            .await;
    assert_eq!((drawn.files.len(), drawn.skipped.len()), (1, 0));
    let picture = image::open(&to).unwrap();
    assert!(
        picture.height() > picture.width(),
        "three rows of two: {:?}",
        (picture.width(), picture.height())
    );
    let once_more: Varied = call(&studio, "rerun_grid", json!({"id": seen.grid.id})).await;
    let once_more = once_more.made.unwrap();
    assert_eq!((once_more.jobs.len(), once_more.grid.take), (6, 2));
    assert_eq!(once_more.grid.shot, seen.grid.shot);
    studio.shutdown().await;
}

#[tokio::test]
async fn where_the_cap_does_not_allow_all_of_it_nothing_is_sent() {
    let (peer, room) =
        (Peer::start(json!({"base_price": 0.05, "balance": 5.0})).await, Room::new());
    let studio = open(&peer, &room).await;
    let _: Value = call(&studio, "sync_models", json!({"provider": "sandbox"})).await;
    let plan: Plan = call(&studio, "plan_variation", three_by_two()).await;
    let sums: Vec<i64> = plan.totals.iter().map(|sum| sum.micros).collect();
    assert_eq!((sums, plan.unpriced), (vec![150_000], 3), "{plan:#?}");
    let refused = async |wanted: Value| {
        let why = studio.call("submit_variation", wanted).await.unwrap_err();
        let jobs: Vec<Job> = call(&studio, "list_jobs", json!({})).await;
        assert_eq!((jobs.len(), peer.creates()), (0, 0));
        why.code
    };
    // What no cap can watch wants a yes; with it, the cap counts what it can over all of the batch.
    cap(&studio, 149_999).await;
    assert_eq!(refused(three_by_two()).await, "unpriced");
    let mut yes = three_by_two();
    yes["composition"]["accept_unpriced"] = json!(true);
    assert_eq!(refused(yes.clone()).await, "budget");
    cap(&studio, 150_000).await;
    assert_eq!(made(&studio, yes).await.jobs.len(), 6);
    studio.shutdown().await;
}

#[tokio::test]
async fn chance_draws_for_each_job_and_what_it_drew_is_kept() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let list = json!({"name": "time", "text": "# when\ndawn\nnoon\ndusk\n"});
    let kept: WordList = call(&studio, "save_word_list", list).await;
    assert_eq!(kept.entries, 3);
    let mut wanted = stills("{red|blue} hills at __time__");
    wanted["mode"] = json!("chance");
    wanted["composition"]["count"] = json!(40);
    let plan: Plan = call(&studio, "plan_variation", wanted.clone()).await;
    assert_eq!((plan.jobs, plan.axes.len()), (40, 0), "chance adds no job");
    let book = made(&studio, wanted).await;
    assert_eq!(book.grid.mode, VaryMode::Chance);
    let drawn: BTreeSet<&str> = book.jobs.iter().map(|job| job.prompt.as_str()).collect();
    assert!((2..=6).contains(&drawn.len()), "{drawn:?}");
    for prompt in drawn {
        let (colour, time) = prompt.split_once(" hills at ").unwrap();
        assert!(["red", "blue"].contains(&colour) && ["dawn", "noon", "dusk"].contains(&time));
    }
    for job in &book.jobs {
        assert_eq!(job.inputs["prompt"], json!(job.prompt));
    }
    studio.shutdown().await;
}

#[tokio::test]
async fn fields_vary_by_range_and_by_choice() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let mut wanted = stills("hills");
    wanted["fields"] = json!([
        {"field": "seed", "values": ["7..9"]},
        {"field": "size", "values": ["256*256", "320x256"]}
    ]);
    let book = made(&studio, wanted.clone()).await;
    let told: Vec<(Option<i64>, Value)> =
        book.jobs.iter().map(|job| (job.seed, job.inputs["size"].clone())).collect();
    let size = |text: &str| json!(text);
    assert_eq!(
        told,
        [
            (Some(7), size("256*256")),
            (Some(7), size("320*256")),
            (Some(8), size("256*256")),
            (Some(8), size("320*256")),
            (Some(9), size("256*256")),
            (Some(9), size("320*256")),
        ]
    );
    wanted["fields"] = json!([{"field": "seed", "values": ["7..900"]}]);
    let plan: Plan = call(&studio, "plan_variation", wanted).await;
    assert!(plan.faults[0].message.contains("more than 256 values"), "{plan:#?}");
    studio.shutdown().await;
}

#[tokio::test]
async fn a_cell_that_cannot_run_holds_all_up_or_is_left_out() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let mut wanted = stills("{a|b} hill");
    wanted["models"] = json!([STILLS, EDIT]);
    let plan: Plan = call(&studio, "plan_variation", wanted.clone()).await;
    assert_eq!((plan.jobs, plan.unable), (4, 2), "{plan:#?}");
    assert_eq!(plan.troubles[0].at, [0, 1]);
    let refused: Varied = call(&studio, "submit_variation", wanted.clone()).await;
    assert_eq!((refused.made, refused.troubles.len()), (None, 2));
    let jobs: Vec<Job> = call(&studio, "list_jobs", json!({})).await;
    assert_eq!(jobs.len(), 0);
    wanted["leave_out"] = json!(true);
    let varied: Varied = call(&studio, "submit_variation", wanted).await;
    let book = varied.made.unwrap();
    let places: Vec<&[u32]> = book.grid.left_out.iter().map(|one| one.at.as_slice()).collect();
    assert_eq!((book.jobs.len(), places), (2, vec![&[0, 1][..], &[1, 1][..]]));
    studio.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_said_with_its_place_and_sends_nothing() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    for (prompt, at, said) in [
        ("hé {dawn|dusk", Some(3), "not closed"),
        ("__nowhere__", Some(0), "There is no list “nowhere”"),
        ("{1|2|3|4|5|6|7}{1|2|3|4|5|6|7}{1|2|3|4|5|6|7}", None, "343 jobs"),
    ] {
        let plan: Plan = call(&studio, "plan_variation", stills(prompt)).await;
        let fault = &plan.faults[0];
        assert_eq!((fault.at, fault.message.contains(said)), (at, true), "{fault:?}");
        let varied: Varied = call(&studio, "submit_variation", stills(prompt)).await;
        assert_eq!((varied.made, varied.faults.len()), (None, 1));
    }
    // As written, the same signs are words.
    let mut wanted = stills("{dawn|dusk}");
    wanted["mode"] = json!("written");
    let plan: Plan = call(&studio, "plan_variation", wanted).await;
    assert_eq!((plan.varies, plan.jobs), (false, 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_grid_of_this_name_has_to_be_there() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let missing = studio.call("get_grid", json!({"id": "grid_0"})).await.unwrap_err();
    assert_eq!(missing.code, "not_found");
    let book = made(&studio, stills("{a|b}")).await;
    let same: GridBook = call(&studio, "get_grid", json!({"id": book.grid.id})).await;
    let grid: Grid = same.grid;
    assert_eq!((grid.written.as_str(), grid.axes[0].labels.len()), ("{a|b}", 2));
    studio.shutdown().await;
}
