//! Where prints come from and what came of them, and what their files say, through the studio's own door.
#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine as _;
use rushes_studio::Studio;
use rushes_studio::api::types::{Asset, Job, Print, PrintOrigins, PrintWords, Submission};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still, submit};

const SIGNED: &[u8] = include_bytes!("../fixtures/credentials/signed.png");

async fn origins(studio: &Studio, id: &str) -> PrintOrigins {
    call(studio, "print_origins", json!({ "id": id })).await
}

/// Makes one print from these.
async fn made_from(studio: &Studio, endpoint: &str, references: Value) -> Print {
    let inputs = json!({ "prompt": "at night" });
    let made: Submission = call(
        studio,
        "submit_job",
        json!({ "endpoint": endpoint, "inputs": inputs, "references": references }),
    )
    .await;
    assert_eq!(made.problems, vec![]);
    rested(studio, &made.jobs[0]).await.prints.remove(0)
}

#[tokio::test]
async fn a_print_knows_what_it_was_made_from_and_what_it_led_to() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let first = rested(&studio, &still(&studio).await).await.prints.remove(0);
    assert_eq!(origins(&studio, &first.id).await, PrintOrigins::default());
    let photo: Asset = call(&studio, "import_bytes", json!({ "base64": encoded(SIGNED) })).await;
    // A copy that was taken in from outside is the print that it has the bytes of.
    let copy: Asset = call(&studio, "import_file", json!({ "path": first.path })).await;
    let edit = "sandbox:sandbox/stills/edit";
    let second = made_from(
        &studio,
        edit,
        json!([{ "field": "images", "asset": first.id }, { "field": "images", "asset": photo.id }]),
    )
    .await;
    let third = made_from(&studio, edit, json!([{ "field": "images", "asset": copy.id }])).await;

    let of_second = origins(&studio, &second.id).await;
    let told: Vec<_> = of_second
        .made_from
        .iter()
        .map(|from| (from.field.as_str(), from.id.clone(), from.code.as_str()))
        .collect();
    let wanted = [
        ("images", Some(first.id.clone()), first.code.as_str()),
        ("images", Some(photo.id.clone()), ""),
    ];
    assert_eq!(told, wanted);
    assert!(of_second.made_from.iter().all(|from| from.endpoint == edit));
    assert_eq!(origins(&studio, &third.id).await.made_from[0].id, Some(first.id.clone()));

    let of_first = origins(&studio, &first.id).await;
    let led: Vec<_> = of_first.led_to.iter().map(|to| to.id.clone().unwrap()).collect();
    assert_eq!((led, of_first.led_to_count), (vec![third.id, second.id.clone()], 2));

    let _: Value =
        call(&studio, "mark_prints", json!({ "ids": [first.id], "trashed": true })).await;
    assert!(origins(&studio, &second.id).await.made_from[0].trashed);
    let _: Value = call(&studio, "empty_trash", json!({})).await;
    let gone = &origins(&studio, &second.id).await.made_from[0];
    assert_eq!((gone.id.as_deref(), gone.code.as_str()), (None, ""));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_frame_is_kept_with_the_clip_it_was_taken_from() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let job: Job = submit(&studio, "sandbox:sandbox/clips", json!({ "prompt": "waves" })).await;
    let clip = rested(&studio, &job).await.prints.remove(0);
    let frame = |bytes: &[u8], at_ms: i64| json!({ "id": clip.id, "at_ms": at_ms, "base64": encoded(bytes) });
    let kept: Asset = call(&studio, "keep_frame", frame(SIGNED, 1_500)).await;
    let again: Asset = call(&studio, "keep_frame", frame(SIGNED, 2_500)).await;
    assert_eq!(kept, again, "the same picture is kept once");
    for wrong in [frame(b"GIF89a", 0), json!({ "id": clip.id, "at_ms": 0, "base64": "&" })] {
        assert_eq!(studio.call("keep_frame", wrong).await.unwrap_err().code, "invalid");
    }
    let beside = format!("{}.json", kept.path);
    let of_clip = origins(&studio, &clip.id).await;
    assert_eq!((of_clip.led_to.len(), of_clip.led_to[0].id.clone()), (1, Some(kept.id.clone())));
    assert_eq!(of_clip.led_to[0].frame.as_ref().unwrap().at_ms, 1_500);

    let next = made_from(
        &studio,
        "sandbox:sandbox/clips/image-to-video",
        json!([{ "field": "image", "asset": kept.id }]),
    )
    .await;
    let from = &origins(&studio, &next.id).await.made_from[0];
    let frame_of = from.frame.as_ref().unwrap();
    assert_eq!((&from.id, &frame_of.clip), (&Some(kept.id), &Some(clip.id.clone())));
    let led = &origins(&studio, &clip.id).await.led_to[0];
    assert_eq!(
        (led.id.as_deref(), led.code.as_str()),
        (Some(next.id.as_str()), next.code.as_str())
    );
    assert!(led.frame.is_some());

    let _: Value = call(&studio, "mark_prints", json!({ "ids": [clip.id], "trashed": true })).await;
    let _: Value = call(&studio, "empty_trash", json!({})).await;
    let from = &origins(&studio, &next.id).await.made_from[0];
    let frame_of = from.frame.as_ref().unwrap();
    assert_eq!((&frame_of.clip, frame_of.code.as_str()), (&None, clip.code.as_str()));
    let still = rested(&studio, &still(&studio).await).await.prints.remove(0);
    let refused = studio
        .call("keep_frame", json!({ "id": still.id, "at_ms": 0, "base64": encoded(SIGNED) }))
        .await;
    assert_eq!(refused.unwrap_err().code, "invalid");
    studio.shutdown().await;
    // Whoever has the folder alone knows it too.
    let told: Value = serde_json::from_slice(&std::fs::read(beside).unwrap()).unwrap();
    assert_eq!(told["frame_of"]["code"], clip.code);
    assert_eq!(told["frame_of"]["at_ms"], 1_500);
}

#[tokio::test]
async fn the_words_of_a_file_are_read_and_a_missing_one_is_said() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let photo: Asset = call(&studio, "import_bytes", json!({ "base64": encoded(SIGNED) })).await;
    let words: PrintWords = call(&studio, "read_print", json!({ "id": photo.id })).await;
    assert_eq!(
        words.credentials.unwrap().says,
        "Signed by Lighthouse Renders GmbH. The picture is as it was signed."
    );
    let recipe = include_bytes!("../fixtures/recipes/a1111.png");
    let other: Asset = call(&studio, "import_bytes", json!({ "base64": encoded(recipe) })).await;
    let words: PrintWords = call(&studio, "read_print", json!({ "id": other.id })).await;
    assert_eq!(words.recipe.unwrap().program, "AUTOMATIC1111");
    std::fs::remove_file(&photo.path).unwrap();
    let error = studio.call("read_print", json!({ "id": photo.id })).await.unwrap_err();
    assert!(error.message.ends_with("is not where it was."), "{error:?}");
    studio.shutdown().await;
}

fn encoded(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
