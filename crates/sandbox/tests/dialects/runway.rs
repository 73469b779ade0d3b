//! Runway.

use std::time::Duration;

use rushes_providers::types::{Cancelled, PollState, Task, Upload};
use rushes_providers::{Kind, Wire};
use rushes_sandbox::{Config, RenderTime};
use serde_json::{Value, json};

use crate::customer::{Customer, picture, size_of};

fn still(words: &str) -> Value {
    json!({"prompt_text": words, "ratio": "720:720"})
}

#[tokio::test]
async fn a_picture_an_edit_and_clips() {
    let runway = Customer::of("runway").await;
    let inputs = json!({"prompt_text": "hills at dawn", "ratio": "960:720", "seed": 7});
    let request = runway.request("gen4_image/text-to-image", inputs, &[]).await;
    let made = runway.outputs_of(&request).await;
    assert_eq!(made.len(), 1);
    assert_eq!(size_of(&made[0]), (960, 720));
    assert_eq!(image::guess_format(&made[0]).unwrap(), image::ImageFormat::Png);
    let inputs = json!({"prompt_text": "in gold", "ratio": "720:720", "images": []});
    let references = [("images", picture()), ("images", picture())];
    let edit = runway.request("gen4_image_turbo/text-to-image", inputs, &references).await;
    assert!(edit.inputs["images"][1].as_str().unwrap().starts_with("runway://"));
    assert_eq!(runway.outputs_of(&edit).await.len(), 1);
    let clip = json!({"prompt_text": "waves", "ratio": "854:480", "duration": 1});
    let clip = runway.request("seedance2_5/text-to-video", clip, &[]).await;
    assert_eq!(&runway.outputs_of(&clip).await[0][4..8], b"ftyp");
    let frames = json!({"prompt_text": "waves", "ratio": "auto_480p", "duration": 1});
    let references = [("image", picture()), ("last_image", picture())];
    let frames = runway.request("wan3/image-to-video", frames, &references).await;
    assert_eq!(&runway.outputs_of(&frames).await[0][4..8], b"ftyp");
    let first = json!({"ratio": "1280:720", "duration": 1});
    let first = runway.request("gen4_turbo/image-to-video", first, &[("image", picture())]).await;
    assert_eq!(&runway.outputs_of(&first).await[0][4..8], b"ftyp", "a picture alone is enough");
    let video = json!({"prompt_text": "at night", "video": "runway://a/b.mp4"});
    let video = runway.request("aleph2/video-to-video", video, &[]).await;
    assert_eq!(&runway.outputs_of(&video).await[0][4..8], b"ftyp");
    let ledger = runway.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (6, 6));
    assert_eq!(ledger.entries[0].model, "gen4_image");
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let runway = Customer::with(
        "runway",
        Config { base_price_micros: 40_000, balance_micros: 50_000, ..Config::default() },
    )
    .await;
    let model = "gen4_image/text-to-image";
    let ended = async |words: &str| {
        runway.end_of(&runway.request(model, still(words), &[]).await).await.unwrap().state
    };
    let PollState::Failed { kind, .. } = ended("[blocked]").await else { panic!("not blocked") };
    assert_eq!(kind, Kind::Refused);
    let PollState::Failed { kind, refunded, .. } = ended("[fails]").await else {
        panic!("not failed")
    };
    assert_eq!((kind, refunded), (Kind::Unavailable, true));
    let mut lost = still("x");
    lost["images"] = json!(["http://127.0.0.1:1/none.png"]);
    let lost = runway.end_of(&runway.request(model, lost, &[]).await).await.unwrap().state;
    let PollState::Failed { kind, .. } = lost else { panic!("not failed") };
    assert_eq!(kind, Kind::Invalid { field: None });
    let without = runway.request(model, json!({"prompt_text": "x"}), &[]).await;
    let error = runway.end_of(&without).await.unwrap_err();
    assert_eq!(error.kind, Kind::Invalid { field: Some("ratio".into()) });
    let silent = runway.request(model, still(" "), &[]).await;
    let error = runway.end_of(&silent).await.unwrap_err();
    assert_eq!(error.kind, Kind::Invalid { field: Some("prompt_text".into()) });
    let good = runway.request(model, still("hills"), &[]).await;
    assert_eq!(runway.provider.balance(&runway.call).await.unwrap().unwrap().micros, 50_000);
    let done = runway.end_of(&good).await.unwrap();
    assert_eq!(done.cost.unwrap().micros, 40_000);
    assert_eq!(runway.end_of(&good).await.unwrap_err().kind, Kind::Credit);
    let stranger = runway.with_key("another");
    assert_eq!(runway.provider.submit(&stranger, &good).await.unwrap_err().kind, Kind::Auth);
    runway.decline(429, json!({"error": "Too many generations today."}));
    let busy = runway.provider.submit(&runway.call, &good).await.unwrap_err();
    assert_eq!(busy.kind, Kind::RateLimited);
}

#[tokio::test]
async fn what_waits_is_wished_away_and_what_runs_is_kept() {
    let slow = RenderTime { image: Duration::from_secs(600), video: Duration::from_secs(600) };
    let runway = Customer::painting("runway", slow, Config::default()).await;
    let model = "gen4_image/text-to-image";
    let request = runway.request(model, still("hills"), &[]).await;
    let task = |remote_id: String| Task { remote_id, remote_model: model.into(), poll_url: None };
    let made = runway.provider.submit(&runway.call, &request).await.unwrap();
    let waiting = task(made.remote_id);
    let before = runway.provider.poll(&runway.call, &waiting).await.unwrap();
    assert_eq!(before.state, PollState::Queued);
    let became = runway.provider.cancel(&runway.call, &waiting).await.unwrap();
    assert_eq!(became, Cancelled::Stopped);
    let gone = runway.provider.poll(&runway.call, &waiting).await.unwrap_err();
    assert_eq!(gone.kind, Kind::NotFound);
    assert_eq!(runway.sandbox.ledger().settles, 0);

    let quick = Customer::of("runway").await;
    let request = quick.request(model, still("hills"), &[]).await;
    let made = quick.provider.submit(&quick.call, &request).await.unwrap();
    let ended = task(made.remote_id);
    while !matches!(
        quick.provider.poll(&quick.call, &ended).await.unwrap().state,
        PollState::Done { .. }
    ) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let became = quick.provider.cancel(&quick.call, &ended).await.unwrap();
    assert_eq!(became, Cancelled::CannotStop);
    let kept = quick.provider.poll(&quick.call, &ended).await.unwrap().state;
    assert!(matches!(kept, PollState::Done { .. }), "what is paid for is not deleted");
}

#[tokio::test]
async fn a_store_takes_no_file_without_its_ticket() {
    let runway = Customer::of("runway").await;
    let file =
        Upload { name: "reference.png".into(), content_type: "image/png".into(), bytes: picture() };
    let uri = runway.provider.upload(&runway.call, &file).await.unwrap();
    assert!(uri.ends_with("/reference.png"), "{uri}");
    let store = format!("{}/store", runway.call.base().as_str().trim_end_matches('/'));
    let forged = [("key".to_owned(), "nobody/reference.png".to_owned())];
    for fields in [&forged[..], &[]] {
        let error = runway.call.post_presigned(&store, fields, &file).await.unwrap_err();
        assert_eq!(error.wire, Wire::Answered(403));
    }
}
