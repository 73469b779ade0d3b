//! Routes: when another model takes over, when none may, and what it costs. The sandbox's ledger
//! is the judge.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

mod support;

use rushes_sandbox::On;
use rushes_studio::Studio;
use rushes_studio::api::types::{
    Asset, Charge, Event, Job, JobBook, Quote, Route, RouteChange, RoutesFile, Spending, Submission,
};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested};

/// Listed, and unknown to the sandbox when it comes to rendering: a model that was retired.
const OLD: &str = "sandbox:sandbox/stills/old";
const STILLS: &str = "sandbox:sandbox/stills";
const EDIT: &str = "sandbox:sandbox/stills/edit";
/// Listed under a name that no address can carry.
const NAMELESS: &str = "sandbox:sandbox/no name";

fn model(id: &str, name: &str, price: f64, required: &[&str]) -> Value {
    json!({
        "model_id": id, "name": name, "base_price": price, "type": "text-to-image",
        "api_schema": {"api_schemas": [{"type": "model_run", "request_schema": {
            "type": "object",
            "required": required,
            "properties": {
                "prompt": {"type": "string", "title": "Prompt"},
                "size": {"type": "string", "title": "Size", "x-ui-component": "size"},
                "seed": {"type": "integer", "title": "Seed", "minimum": -1},
                "images": {"type": "array", "title": "Images", "items": {"type": "string"},
                    "maxItems": 4, "x-ui-component": "uploader", "x-accept": "image/png"}
            }
        }}]}
    })
}

/// A studio whose live list has four models that take the same, and these faults.
async fn studio_with(script: Value) -> (Peer, Room, std::sync::Arc<Studio>) {
    let models = json!([
        model("sandbox/stills/old", "Old Stills", 0.01, &["prompt"]),
        model("sandbox/no name", "Nameless Stills", 0.0, &["prompt"]),
        model("sandbox/stills", "", 0.0, &["prompt"]),
        model("sandbox/stills/edit", "", 0.0, &["prompt", "images"])
    ]);
    let mut script = script;
    let rules = script["rules"].as_array().cloned().unwrap_or_default();
    let list = json!({"on": "models", "answer": {"body": {"code": 200, "message": "success", "data": models}}});
    script["rules"] = [vec![list], rules].concat().into();
    let (peer, room) = (Peer::start(script).await, Room::new());
    let studio = room.open(&peer).await;
    let _: Value = call(&studio, "sync_models", json!({"provider": "sandbox"})).await;
    (peer, room, studio)
}

async fn keep(studio: &Studio, steps: &[&str]) -> Route {
    let route = json!({"name": "Hero still", "modality": "image", "steps": steps, "most": null});
    call(studio, "save_route", route).await
}

fn composition(prompt: &str) -> Value {
    json!({"endpoint": STILLS, "route": "Hero still", "inputs": {"prompt": prompt, "size": "256*256"}})
}

async fn submit(studio: &Studio, composition: Value) -> Job {
    let made: Submission = call(studio, "submit_job", composition).await;
    assert_eq!(made.problems, vec![]);
    made.jobs.into_iter().next().unwrap()
}

/// A composition that works from a picture.
async fn from_a_picture(studio: &Studio, folder: &Room, prompt: &str) -> Value {
    let path = folder.folder.path().join("reference.png");
    image::RgbImage::from_pixel(64, 64, image::Rgb([200, 90, 20])).save(&path).unwrap();
    let asset: Asset = call(studio, "import_file", json!({ "path": path })).await;
    json!({"endpoint": EDIT, "route": "Hero still", "inputs": {"prompt": prompt, "size": "256*256"},
           "references": [{"field": "images", "asset": asset.id}]})
}

fn tries(book: &JobBook) -> Vec<(&str, AttemptState)> {
    book.attempts.iter().map(|a| (a.model_name.as_str(), a.state)).collect()
}

fn told<'a>(book: &'a JobBook, word: &str) -> Vec<&'a str> {
    book.events.iter().filter(|e: &&Event| e.to == word).map(|e| e.cause.as_str()).collect()
}

#[tokio::test]
async fn a_model_that_is_gone_is_followed_by_the_next_one() {
    let (peer, _room, studio) = studio_with(json!({})).await;
    // The retired one is listed at a cent; what follows is free, so it is never dearer.
    keep(&studio, &[OLD, STILLS]).await;
    let wanted = json!({"endpoint": OLD, "route": "Hero still", "count": 2,
                        "inputs": {"prompt": "hills", "size": "256*256"}});
    let made: Submission = call(&studio, "submit_job", wanted).await;
    assert_eq!(made.jobs.len(), 2);
    for job in &made.jobs {
        assert_eq!((job.endpoint.as_str(), job.step), (OLD, 0));
        let book = rested(&studio, job).await;
        assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
        assert_eq!(
            tries(&book),
            [("Old Stills", AttemptState::Refused), ("Sandbox Stills", AttemptState::Succeeded)]
        );
        let fell = told(&book, "fell_back");
        assert_eq!(fell.len(), 1);
        let reason = "Fell back to Sandbox Stills at Sandbox: Sandbox does not know this";
        assert!(fell[0].starts_with(reason), "{fell:?}");
        assert_eq!(
            (book.job.endpoint.as_str(), book.job.step, book.job.route.as_deref()),
            (STILLS, 1, Some("Hero still"))
        );
        assert_eq!((book.job.charge, book.prints.len()), (Charge::Charged, 1));
    }
    let seen = peer.0.ledger();
    assert_eq!((seen.creates, seen.settles, seen.refunds), (2, 2, 0));
    // Again begins where it was made, not at what could not do it.
    let again: Submission = call(&studio, "rerun_job", json!({"id": made.jobs[0].id})).await;
    let book = rested(&studio, &again.jobs[0]).await;
    assert_eq!(tries(&book), [("Sandbox Stills", AttemptState::Succeeded)]);
    assert_eq!(book.job.route.as_deref(), Some("Hero still"));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_model_that_cannot_even_be_asked_for_does_not_wait() {
    let (peer, _room, studio) = studio_with(json!({})).await;
    let inputs = json!({"prompt": "hills", "size": "256*256"});
    let alone = json!({"endpoint": NAMELESS, "inputs": inputs});
    let book = rested(&studio, &submit(&studio, alone).await).await;
    assert_eq!(tries(&book), [("Nameless Stills", AttemptState::Refused)]);
    assert_eq!((book.job.state, book.job.charge), (JobState::Failed, Charge::None), "{book:#?}");
    assert_eq!(book.job.hint, "Refresh the models, or pick another one.");
    assert_eq!(peer.0.requests(On::Submit), 0);

    keep(&studio, &[NAMELESS, STILLS]).await;
    let along = json!({"endpoint": NAMELESS, "route": "Hero still", "inputs": inputs});
    let book = rested(&studio, &submit(&studio, along).await).await;
    assert_eq!(
        tries(&book),
        [("Nameless Stills", AttemptState::Refused), ("Sandbox Stills", AttemptState::Succeeded)]
    );
    assert_eq!((book.job.step, peer.creates()), (1, 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_quote_follows_the_route() {
    let (_peer, _room, studio) = studio_with(json!({"base_price": 0.05, "balance": 5.0})).await;
    let quote = async |wanted: Value| -> (Quote, [Option<i64>; 3]) {
        let told: Quote = call(&studio, "quote", wanted).await;
        let sums = [&told.each, &told.total, &told.most].map(|p| p.as_ref().map(|p| p.micros));
        (told, sums)
    };
    let most = json!({"micros": 50_000, "currency": "USD", "exact": true});
    let route = |steps: &[&str]| json!({"name": "Hero still", "modality": "image", "steps": steps, "most": most});
    let _: Route = call(&studio, "save_route", route(&[EDIT, OLD, STILLS])).await;
    // The first takes a picture to begin with, and there is none: the second is the first that can run.
    let mut wanted = composition("hills");
    wanted["count"] = json!(3);
    let (_, sums) = quote(wanted.clone()).await;
    assert_eq!(sums, [Some(10_000), Some(30_000), Some(150_000)]);
    // Without a route it is the endpoint's own price.
    wanted["route"] = Value::Null;
    let (_, sums) = quote(wanted).await;
    assert_eq!(sums, [Some(50_000), Some(150_000), None]);
    // What no step can run costs nothing yet, and the reason is said.
    let _: Route = call(&studio, "save_route", route(&[EDIT])).await;
    let (told, sums) = quote(composition("hills")).await;
    assert_eq!(sums, [None; 3]);
    assert!(told.note.starts_with("No step of the route “Hero still” can run. "), "{}", told.note);
    studio.shutdown().await;
}

#[tokio::test]
async fn declined_settings_are_carried_over_with_their_references() {
    let fault = json!({"rules": [
        {"on": "submit", "model": "sandbox/stills/edit", "answer": {"status": 422}}
    ]});
    let (peer, room, studio) = studio_with(fault).await;
    keep(&studio, &[EDIT, STILLS]).await;
    let job = submit(&studio, from_a_picture(&studio, &room, "hills").await).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!(
        tries(&book),
        [
            ("Sandbox Stills, edit", AttemptState::Refused),
            ("Sandbox Stills", AttemptState::Succeeded)
        ]
    );
    assert_eq!(book.job.references.len(), 1);
    assert_eq!(book.job.inputs["size"], "256*256");
    assert_eq!(peer.creates(), 1);
    studio.shutdown().await;
}

#[tokio::test]
async fn work_that_failed_and_is_paid_back_is_followed_by_the_next_one() {
    let (peer, room, studio) = studio_with(json!({"base_price": 0.05, "balance": 5.0})).await;
    keep(&studio, &[EDIT, STILLS]).await;
    let prompt = "hills [fails on sandbox/stills/edit]";
    let job = submit(&studio, from_a_picture(&studio, &room, prompt).await).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!(
        tries(&book),
        [
            ("Sandbox Stills, edit", AttemptState::Failed),
            ("Sandbox Stills", AttemptState::Succeeded)
        ]
    );
    assert_eq!(told(&book, "fell_back").len(), 1);
    let seen = peer.0.ledger();
    assert_eq!((seen.creates, seen.settles, seen.refunds), (2, 1, 1));
    assert_eq!(seen.spent_micros, 50_000);
    studio.shutdown().await;
}

#[tokio::test]
async fn after_a_lost_answer_nothing_follows_not_even_at_the_users_word() {
    let fault = json!({"rules": [
        {"on": "submit", "model": "sandbox/stills/edit", "times": 1, "drop": "after_read", "create": false},
        {"on": "submit", "model": "sandbox/stills/edit", "answer": {"status": 404}}
    ]});
    let (peer, room, studio) = studio_with(fault).await;
    keep(&studio, &[EDIT, STILLS]).await;
    let job = submit(&studio, from_a_picture(&studio, &room, "hills").await).await;
    let book = rested(&studio, &job).await;
    assert_eq!((book.job.phase, book.job.step), (Some(AttemptState::InDoubt), 0));
    // Sent again at the user's word and declined: the first may still have been paid.
    let _: Job = call(&studio, "resolve_doubt", json!({"id": job.id, "choice": "again"})).await;
    let book = rested(&studio, &job).await;
    assert_eq!((book.job.state, book.job.step), (JobState::Failed, 0), "{book:#?}");
    assert_eq!(told(&book, "fell_back"), Vec::<&str>::new());
    assert_eq!(peer.creates(), 0);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_filter_that_says_no_is_not_asked_elsewhere() {
    let fault = json!({"rules": [
        {"on": "submit", "model": "sandbox/stills/edit", "times": 1, "answer": {"status": 451}}
    ]});
    let (peer, room, studio) = studio_with(fault).await;
    keep(&studio, &[EDIT, STILLS]).await;
    for (prompt, creates) in [("hills", 0), ("hills [blocked]", 1)] {
        let job = submit(&studio, from_a_picture(&studio, &room, prompt).await).await;
        let book = rested(&studio, &job).await;
        assert_eq!(book.job.state, JobState::Failed, "{prompt}");
        assert_eq!(tries(&book), [("Sandbox Stills, edit", AttemptState::Blocked)], "{prompt}");
        assert_eq!(peer.creates(), creates, "{prompt}");
    }
    studio.shutdown().await;
}

#[tokio::test]
async fn what_passes_is_waited_out_on_the_same_model() {
    let busy = json!({"status": 429, "headers": {"retry-after": "1"}});
    let fault = json!({"rules": [
        {"on": "submit", "model": "sandbox/stills/edit", "times": 1, "answer": busy}
    ]});
    let (peer, room, studio) = studio_with(fault).await;
    keep(&studio, &[EDIT, STILLS]).await;
    let job = submit(&studio, from_a_picture(&studio, &room, "hills").await).await;
    let book = rested(&studio, &job).await;
    assert_eq!(tries(&book), [("Sandbox Stills, edit", AttemptState::Succeeded)]);
    assert_eq!((book.job.step, peer.creates()), (0, 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_dearer_model_follows_only_where_the_user_allowed_it_and_caps_count_it() {
    let (peer, _room, studio) = studio_with(json!({"base_price": 0.05, "balance": 5.0})).await;
    keep(&studio, &[OLD, STILLS]).await;
    let job = submit(&studio, composition("hills")).await;
    let book = rested(&studio, &job).await;
    assert_eq!((book.job.state, book.job.endpoint.as_str()), (JobState::Failed, OLD));
    assert_eq!(
        told(&book, "left_out"),
        ["Sandbox Stills at Sandbox is left out: it costs $0.05, and $0.01 is the most."]
    );
    assert_eq!(peer.creates(), 0);

    let most = json!({"micros": 50_000, "currency": "usd", "exact": true});
    let route =
        json!({"name": "Hero still", "modality": "image", "steps": [OLD, STILLS], "most": most});
    let kept: Route = call(&studio, "save_route", route).await;
    assert_eq!(kept.most.unwrap().currency, "USD");
    let mut settings: Value = call(&studio, "get_settings", json!({})).await;
    settings["caps"] = json!({"day": {}, "batch": {"USD": 40_000}});
    let _: Value = call(&studio, "set_settings", settings.clone()).await;
    let refused = studio.call("submit_job", composition("hills")).await.unwrap_err();
    assert_eq!(refused.message, "This costs $0.05, and your cap for one batch is $0.04.");
    settings["caps"] = json!({"day": {}, "batch": {}});
    let _: Value = call(&studio, "set_settings", settings).await;
    let book = rested(&studio, &submit(&studio, composition("hills")).await).await;
    assert_eq!((book.job.state, book.job.endpoint.as_str()), (JobState::Completed, STILLS));
    assert_eq!(book.job.price.map(|price| price.micros), Some(50_000));
    assert_eq!(peer.creates(), 1);
    let spent: Spending = call(&studio, "spending", json!({})).await;
    assert_eq!(spent.today, vec![], "the sandbox costs nothing");
    studio.shutdown().await;
}

#[tokio::test]
async fn when_no_step_can_do_it_the_last_reason_stands() {
    let fault = json!({"rules": [
        {"on": "submit", "model": "sandbox/stills", "answer":
            {"status": 422, "body": {"code": 422, "message": "size is too small"}}}
    ]});
    let (peer, _room, studio) = studio_with(fault).await;
    keep(&studio, &[OLD, STILLS]).await;
    let job = submit(&studio, composition("hills")).await;
    let book = rested(&studio, &job).await;
    assert_eq!(
        tries(&book),
        [("Old Stills", AttemptState::Refused), ("Sandbox Stills", AttemptState::Refused)]
    );
    assert_eq!((book.job.state, book.job.cause.as_str()), (JobState::Failed, "invalid"));
    assert!(book.job.message.contains("size is too small"), "{}", book.job.message);
    assert_eq!((book.job.charge, peer.creates()), (Charge::None, 0));
    studio.shutdown().await;
}

#[tokio::test]
async fn steps_that_cannot_run_are_left_out_and_the_log_says_why() {
    let (peer, _room, studio) = studio_with(json!({})).await;
    keep(&studio, &["wavespeed:google/nano-banana-2.1/edit", EDIT, STILLS]).await;
    let job = submit(&studio, composition("hills")).await;
    assert_eq!(job.endpoint, STILLS);
    let book = rested(&studio, &job).await;
    let why = told(&book, "left_out");
    assert_eq!(why.len(), 2, "{why:?}");
    assert!(why[0].ends_with("at WaveSpeed is left out: there is no key for it."), "{why:?}");
    assert!(why[1].starts_with("Sandbox Stills, edit at Sandbox is left out: "), "{why:?}");
    assert_eq!(peer.creates(), 1);

    keep(&studio, &["wavespeed:google/nano-banana-2.1/edit"]).await;
    let refused = studio.call("submit_job", composition("hills")).await.unwrap_err();
    assert_eq!(refused.code, "no_key");
    assert!(refused.message.starts_with("No step of the route “Hero still” can run. "));
    // What was typed for a step is the user's to mend, not the route's to pass over.
    keep(&studio, &[STILLS, OLD]).await;
    let made: Submission = call(&studio, "submit_job", composition(" ")).await;
    assert_eq!((made.jobs.len(), made.problems.len()), (0, 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_route_is_checked_before_it_is_kept() {
    let (_peer, _room, studio) = studio_with(json!({})).await;
    let clips = "wavespeed:bytedance/seedance-2.5/text-to-video";
    let long = "n".repeat(61);
    let nine = [STILLS; 9];
    for (name, steps, words) in [
        (" ", &[STILLS][..], "A route needs a name."),
        (&long, &[STILLS], "A route's name has up to 60 characters, this has 61."),
        ("Hero", &[], "A route needs at least one model."),
        ("Hero", &nine, "A route has up to 8 steps, these are 9."),
        ("Hero", &[STILLS, OLD, STILLS], "Sandbox Stills is in this route twice."),
        ("Hero", &["sandbox:none"], "There is no model “sandbox:none” any more."),
        ("Hero", &[STILLS, clips], "makes clips, and this route is for pictures."),
    ] {
        let route = json!({"name": name, "modality": "image", "steps": steps, "most": null});
        let error = studio.call("save_route", route).await.unwrap_err();
        assert!(error.message.ends_with(words), "{error:?}");
        assert!(!error.hint.is_empty());
    }
    let route = json!({"name": "  Hero  still ", "modality": "image", "steps": [OLD, STILLS], "most": null});
    let kept: Route = call(&studio, "save_route", route).await;
    assert_eq!(kept.name, "Hero still");
    assert_eq!(call::<Vec<Route>>(&studio, "list_routes", json!({})).await, [kept]);
    let _: Value = call(&studio, "remove_route", json!({"name": "Hero still"})).await;
    assert_eq!(call::<Vec<Route>>(&studio, "list_routes", json!({})).await, []);
    let gone = studio.call("submit_job", composition("hills")).await.unwrap_err();
    assert_eq!(gone.code, "not_found");
    studio.shutdown().await;
}

#[tokio::test]
async fn a_new_name_is_one_step_and_never_takes_the_place_of_another_route() {
    let (_peer, _room, studio) = studio_with(json!({})).await;
    let all = async || -> Vec<Route> { call(&studio, "list_routes", json!({})).await };
    let named = |name: &str, was: Value| json!({"name": name, "modality": "image", "steps": [STILLS], "most": null, "was": was});
    keep(&studio, &[OLD, STILLS]).await;
    let kept: Route = call(&studio, "save_route", named("Hero", json!("Hero still"))).await;
    assert_eq!((kept.name.as_str(), kept.steps.len()), ("Hero", 1));
    assert_eq!(all().await, std::slice::from_ref(&kept));
    // The same name in other letters is another name; the same name is none.
    let kept: Route = call(&studio, "save_route", named("HERO", json!("Hero"))).await;
    let _: Route = call(&studio, "save_route", named("HERO", json!("HERO"))).await;
    assert_eq!(all().await, std::slice::from_ref(&kept));

    let other = keep(&studio, &[OLD]).await;
    let taken = studio.call("save_route", named("HERO", json!("Hero still"))).await.unwrap_err();
    assert_eq!(taken.message, "Another route is called HERO.");
    let gone = studio.call("save_route", named("Any", json!("Never kept"))).await.unwrap_err();
    assert_eq!(gone.code, "not_found");
    assert_eq!(all().await, [kept, other]);
    studio.shutdown().await;
}

#[tokio::test]
async fn what_a_file_would_change_is_told_before_it_does() {
    let (_peer, _room, studio) = studio_with(json!({})).await;
    let all = async || -> Vec<Route> { call(&studio, "list_routes", json!({})).await };
    let named = |name: &str, steps: &[&str]| json!({"name": name, "modality": "image", "steps": steps, "most": null});
    let _: Route = call(&studio, "save_route", named("As it is", &[STILLS])).await;
    let hero: Route = call(&studio, "save_route", named("Hero", &[OLD, STILLS])).await;
    let file: RoutesFile = call(&studio, "export_routes", json!({})).await;
    let text = format!(
        "{}\n[[route]]\nname = \" Rough  one\"\nmakes = \"image\"\nsteps = [\"{STILLS}\"]\n",
        file.toml
    );
    let shorter: Route = call(&studio, "save_route", named("Hero", &[STILLS])).await;
    let before = all().await;

    let told: Vec<RouteChange> = call(&studio, "preview_routes", json!({ "toml": text })).await;
    let told: Vec<(&str, Option<&Route>)> =
        told.iter().map(|one| (one.route.name.as_str(), one.before.as_ref())).collect();
    assert_eq!(
        told,
        [("As it is", Some(&before[0])), ("Hero", Some(&shorter)), ("Rough one", None)]
    );
    assert_eq!(all().await, before);
    let kept: Vec<Route> = call(&studio, "import_routes", json!({ "toml": text })).await;
    assert_eq!(all().await, kept);
    assert_eq!(kept[1], hero);

    // What can't be kept is told by both, and changes nothing.
    for (text, words) in [
        (format!("{text}{}", file.toml), "As it is is in this file twice."),
        (
            "[[route]]\nname = 'A'\nmakes = 'image'\nsteps = ['a:b']".into(),
            "A: There is no model “a:b” any more.",
        ),
        ("route = 1".into(), "Line 1: invalid type: integer `1`, expected a sequence."),
    ] {
        for command in ["preview_routes", "import_routes"] {
            let error = studio.call(command, json!({ "toml": text })).await.unwrap_err();
            assert_eq!(error.message, words);
            assert!(error.hint.ends_with("Your routes are as they were."), "{error:?}");
        }
        assert_eq!(all().await, kept);
    }
    studio.shutdown().await;
}
