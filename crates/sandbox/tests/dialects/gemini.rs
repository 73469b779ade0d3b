//! Google Gemini.

use rushes_providers::manifest::References;
use rushes_providers::types::{Cancelled, PollState, Task, Upload};
use rushes_providers::{Kind, Wire};
use rushes_sandbox::Config;
use serde_json::json;

use crate::customer::{Customer, picture, prompt, size_of};

const PICTURES: &str = "gemini-3.1-flash-image";
const CLIPS: &str = "gemini-omni-1.2-flash";

#[tokio::test]
async fn a_picture_and_an_edit() {
    let gemini = Customer::of("gemini").await;
    assert_eq!(gemini.provider.manifest().references, References::Attached);
    let inputs = json!({"prompt": "hills at dawn", "aspect_ratio": "16:9", "resolution": "1K"});
    let made = gemini.outputs_of(&gemini.request(PICTURES, inputs, &[]).await).await;
    assert_eq!(made.len(), 1);
    let (width, height) = size_of(&made[0]);
    let ratio = f64::from(width) / f64::from(height);
    assert!((ratio - 16.0 / 9.0).abs() < 0.03, "{width}x{height} is no 16:9");
    let references = [("images", picture()), ("images", picture())];
    let inputs = json!({"prompt": "in gold", "images": []});
    let edit = gemini.request("gemini-3-pro-image", inputs, &references).await;
    assert_eq!(gemini.outputs_of(&edit).await.len(), 1);
    let ledger = gemini.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (2, 2));
    assert_eq!(ledger.entries[0].model, PICTURES);
}

#[tokio::test]
async fn a_clip_is_fetched_from_behind_the_key() {
    let gemini = Customer::of("gemini").await;
    let inputs = json!({"prompt": "slow waves", "duration": 1, "resolution": "360p"});
    let made = gemini.outputs_of(&gemini.request(CLIPS, inputs, &[]).await).await;
    assert_eq!(&made[0][4..8], b"ftyp");
    let inputs = json!({"prompt": "it opens", "duration": 1, "aspect_ratio": "9:16"});
    let from_picture = gemini.request(CLIPS, inputs, &[("image", picture())]).await;
    assert_eq!(gemini.outputs_of(&from_picture).await.len(), 1);
    assert_eq!(gemini.sandbox.ledger().settles, 2);
}

#[tokio::test]
async fn a_large_reference_fits_inside() {
    let gemini = Customer::of("gemini").await;
    let mut large = std::io::Cursor::new(Vec::new());
    // Noise does not shrink: some three megabytes.
    image::RgbImage::from_fn(1024, 1024, |x, y| {
        let mut n = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        n ^= n >> 15;
        n = n.wrapping_mul(2_246_822_519);
        image::Rgb([(n >> 8) as u8, (n >> 16) as u8, (n >> 24) as u8])
    })
    .write_to(&mut large, image::ImageFormat::Png)
    .unwrap();
    let large = large.into_inner();
    assert!(large.len() > 2_500_000);
    let edit = gemini.request(PICTURES, prompt("in gold"), &[("images", large.into())]).await;
    assert_eq!(gemini.outputs_of(&edit).await.len(), 1);
}

#[tokio::test]
async fn a_file_that_went_ahead_is_worked_from() {
    let gemini =
        Customer::with("gemini", Config { upload_limit: 2_000, ..Config::default() }).await;
    let file = |bytes: bytes::Bytes| Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes,
    };
    let uri = gemini.provider.upload(&gemini.call, &file(picture())).await.unwrap();
    let inputs = json!({"prompt": "in gold", "images": [uri]});
    let edit = gemini.request(PICTURES, inputs, &[]).await;
    let (width, height) = size_of(&gemini.outputs_of(&edit).await[0]);
    let ratio = f64::from(width) / f64::from(height);
    assert!((ratio - 4.0 / 3.0).abs() < 0.03, "{width}x{height} is not the reference's shape");
    let inputs = json!({"prompt": "it opens", "duration": 1, "image": uri});
    let clip = gemini.request(CLIPS, inputs, &[]).await;
    assert_eq!(gemini.outputs_of(&clip).await.len(), 1);
    let large = file(vec![0; 2_001].into());
    let error = gemini.provider.upload(&gemini.call, &large).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Invalid { field: None }, Wire::Answered(413)));
    let stranger = gemini.with_key("another");
    let error = gemini.provider.upload(&stranger, &file(picture())).await.unwrap_err();
    assert_eq!(error.kind, Kind::Auth);
}

#[tokio::test]
async fn bytes_come_piece_by_piece_and_in_order() {
    let gemini = Customer::of("gemini").await;
    let http = rushes_providers::bare_client_for(gemini.call.base());
    let start = http
        .post(format!("{}/upload/v1beta/files", gemini.call.base()))
        .header("x-goog-api-key", "a-key-for-dialects")
        .header("x-goog-upload-command", "start")
        .header("x-goog-upload-header-content-length", "6")
        .json(&json!({"file": {"display_name": "notes.png"}}))
        .send()
        .await
        .unwrap();
    let place = start.headers()["x-goog-upload-url"].to_str().unwrap().to_owned();
    let put = |offset: &'static str, command: &'static str, bytes: &'static str| {
        let request = http.post(&place).header("x-goog-upload-offset", offset);
        request.header("x-goog-upload-command", command).body(bytes).send()
    };
    let first = put("0", "upload", "abc").await.unwrap();
    assert_eq!(first.headers()["x-goog-upload-status"], "active");
    assert_eq!(put("5", "upload, finalize", "def").await.unwrap().status(), 400);
    assert_eq!(put("3", "finalize", "").await.unwrap().status(), 400, "half of it is not all");
    let last = put("3", "upload, finalize", "def").await.unwrap();
    assert_eq!(last.headers()["x-goog-upload-status"], "final");
    let told: serde_json::Value = last.json().await.unwrap();
    assert_eq!(told["file"]["sizeBytes"], "6");
    assert_eq!(told["file"]["state"], "ACTIVE");
    let asked = http.get(told["file"]["uri"].as_str().unwrap());
    let asked = asked.header("x-goog-api-key", "a-key-for-dialects").send().await.unwrap();
    assert_eq!(asked.json::<serde_json::Value>().await.unwrap(), told["file"]);
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let gemini = Customer::with(
        "gemini",
        Config { base_price_micros: 40_000, balance_micros: 50_000, ..Config::default() },
    )
    .await;
    let clip = |words: &str| json!({"prompt": words, "duration": 1});
    for (model, inputs) in [(PICTURES, prompt("[blocked]")), (CLIPS, clip("[blocked]"))] {
        let request = gemini.request(model, inputs, &[]).await;
        let PollState::Failed { kind, .. } = gemini.end_of(&request).await.unwrap().state else {
            panic!("{model} was not blocked")
        };
        assert_eq!(kind, Kind::Refused, "{model}");
    }
    for (model, inputs) in [(PICTURES, prompt("[fails]")), (CLIPS, clip("[fails]"))] {
        let request = gemini.request(model, inputs, &[]).await;
        let PollState::Failed { kind, .. } = gemini.end_of(&request).await.unwrap().state else {
            panic!("{model} did not fail")
        };
        assert_eq!(kind, Kind::Unavailable, "{model}");
    }
    let good = gemini.request(PICTURES, prompt("hills"), &[]).await;
    gemini.outputs_of(&good).await;
    let poor = gemini.end_of(&good).await.unwrap_err();
    assert_eq!((poor.kind, poor.wire), (Kind::Credit, Wire::Answered(402)));
    let stranger = gemini.with_key("another");
    let error = gemini.provider.submit(&stranger, &good).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Auth, Wire::Answered(400)));
    assert_eq!(gemini.provider.balance(&stranger).await.unwrap_err().kind, Kind::Auth);
    assert_eq!(gemini.provider.balance(&gemini.call).await.unwrap(), None);
    let unknown = gemini.request("gemini-9-image", prompt("x"), &[]).await;
    assert_eq!(gemini.end_of(&unknown).await.unwrap_err().kind, Kind::NotFound);
    let delay = json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "9s"}]);
    gemini.decline(429, json!({"error": {"code": 429, "message": "slow", "details": delay}}));
    let busy = gemini.provider.submit(&gemini.call, &good).await.unwrap_err();
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 9));
}

#[tokio::test]
async fn a_clip_is_stopped_and_paid_back() {
    let time = std::time::Duration::from_secs(600);
    let slow = rushes_sandbox::RenderTime { image: time, video: time };
    let gemini = Customer::painting(
        "gemini",
        slow,
        Config { base_price_micros: 40_000, balance_micros: 50_000_000, ..Config::default() },
    )
    .await;
    let request = gemini.request(CLIPS, json!({"prompt": "waves", "duration": 1}), &[]).await;
    let submitted = gemini.provider.submit(&gemini.call, &request).await.unwrap();
    let task = Task {
        remote_id: submitted.remote_id,
        remote_model: CLIPS.into(),
        poll_url: submitted.poll_url,
    };
    let before = gemini.provider.poll(&gemini.call, &task).await.unwrap().state;
    assert!(matches!(before, PollState::Queued | PollState::Running { .. }), "{before:?}");
    let stopped = gemini.provider.cancel(&gemini.call, &task).await.unwrap();
    assert_eq!(stopped, Cancelled::Stopped);
    let after = gemini.provider.poll(&gemini.call, &task).await.unwrap().state;
    assert_eq!(after, PollState::Cancelled);
    let ledger = gemini.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.refunds, ledger.spent_micros), (1, 1, 0));
}

#[tokio::test]
async fn the_models_are_those_that_are_bundled() {
    let gemini = Customer::of("gemini").await;
    let live = gemini.provider.models(&gemini.call).await.unwrap().unwrap();
    let names: Vec<&str> = live.iter().map(|model| model.remote_model.as_str()).collect();
    let bundled = gemini.provider.manifest().bundled();
    let offered: Vec<_> = bundled.iter().filter(|known| known.retired.is_none()).collect();
    let known: Vec<&str> = offered.iter().map(|known| known.remote_model.as_str()).collect();
    assert_eq!(names, known);
    assert!(live.iter().zip(offered).all(|(live, known)| live.fields == known.fields));
}
