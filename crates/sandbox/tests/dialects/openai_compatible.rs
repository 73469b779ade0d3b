//! Servers that speak like OpenAI.

use std::time::Duration;

use image::ImageFormat;
use rushes_providers::types::{Cancelled, PollState, RemoteOutput, Request, Task};
use rushes_providers::{Error, Kind, Wire};
use rushes_sandbox::{Config, RenderTime};
use serde_json::{Value, json};

use crate::customer::{Customer, picture, prompt, size_of};

async fn server() -> Customer {
    Customer::of("openai_compatible").await.below("/v1")
}

fn is_clip(bytes: &[u8]) -> bool {
    &bytes[4..8] == b"ftyp"
}

async fn begun(server: &Customer, request: &Request) -> Task {
    let submitted = server.provider.submit(&server.call, request).await.unwrap();
    assert!(submitted.at_once.is_none());
    Task {
        remote_id: submitted.remote_id,
        remote_model: request.remote_model.clone(),
        poll_url: submitted.poll_url,
    }
}

#[tokio::test]
async fn pictures_come_at_once_inside_the_answer_or_by_link() {
    let server = server().await;
    let inputs = json!({"prompt": "hills at dawn", "size": "512x256", "seed": 7, "n": 2});
    let made = server.outputs_of(&server.request("images", inputs, &[]).await).await;
    assert_eq!(made.len(), 2);
    assert_eq!(size_of(&made[0]), (512, 256));
    let inputs = json!({
        "prompt": "hills at dawn", "size": "512x256", "seed": 7, "response_format": "url",
    });
    let linked = server.request("images/sandbox-image", inputs, &[]).await;
    assert_eq!(server.outputs_of(&linked).await, made[..1], "the same seed, the same picture");
    let files = [("image", picture()), ("image", picture())];
    let edit = server.request("images", json!({"prompt": "in gold", "image": []}), &files).await;
    assert_eq!(server.outputs_of(&edit).await.len(), 1);
    let localai = json!({"prompt": "in gold", "ref_images": []});
    let localai = server.request("images/any", localai, &[("ref_images", picture())]).await;
    assert_eq!(server.outputs_of(&localai).await.len(), 1);
    let ledger = server.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (5, 5));
    assert_eq!(ledger.entries.last().unwrap().model, "any");
}

#[tokio::test]
async fn clips_are_asked_after_and_fetched_with_the_key() {
    let server = server().await;
    let inputs = json!({"prompt": "slow waves", "seconds": 1, "size": "640x360"});
    let clip = server.request("videos/sandbox-video", inputs.clone(), &[]).await;
    let made = server.outputs_of(&clip).await;
    assert!(is_clip(&made[0]));
    let begins = server.request("videos", inputs, &[("input_reference", picture())]).await;
    let task = begun(&server, &begins).await;
    let made = server.outputs_of(&begins).await;
    assert!(is_clip(&made[0]));
    // Without the key nobody gets it.
    let content = format!("{}/videos/{}/content", server.call.base(), task.remote_id);
    let url = content.parse().unwrap();
    let stranger = rushes_providers::bare_client_for(&url).get(url).send().await.unwrap();
    assert_eq!(stranger.status().as_u16(), 401);
    let inputs = json!({"prompt": "slow waves", "seconds": 1, "width": 640, "height": 360});
    let localai = server.request("video/any", inputs, &[("start_image", picture())]).await;
    assert!(is_clip(&server.outputs_of(&localai).await[0]));
    assert_eq!(server.sandbox.ledger().creates, 4);
}

#[tokio::test]
async fn jobs_of_sd_server_bring_pictures_and_clips() {
    let server = server().await;
    let inputs = json!({
        "prompt": "hills", "width": 512, "height": 256, "seed": 7, "sample_steps": 20,
        "output_format": "webp", "ref_images": [],
    });
    let picture = server.request("sdcpp/img_gen", inputs, &[("ref_images", picture())]).await;
    let made = server.outputs_of(&picture).await;
    assert_eq!(size_of(&made[0]), (512, 256));
    assert_eq!(image::guess_format(&made[0]).unwrap(), ImageFormat::WebP);
    let inputs = json!({"prompt": "waves", "video_frames": 17, "fps": 16});
    let clip = server.request("sdcpp/vid_gen", inputs, &[]).await;
    assert!(is_clip(&server.outputs_of(&clip).await[0]));
}

#[tokio::test]
async fn work_that_is_not_wanted_any_more_stops() {
    let slow = Duration::from_mins(1);
    let time = RenderTime { image: slow, video: slow };
    let server =
        Customer::painting("openai_compatible", time, Config::default()).await.below("/v1");
    for (model, inputs) in
        [("videos", json!({"prompt": "waves", "seconds": 1})), ("sdcpp/img_gen", prompt("hills"))]
    {
        let task = begun(&server, &server.request(model, inputs, &[]).await).await;
        let poll = server.provider.poll(&server.call, &task).await.unwrap();
        assert!(matches!(poll.state, PollState::Queued | PollState::Running { .. }), "{poll:?}");
        let cancelled = server.provider.cancel(&server.call, &task).await.unwrap();
        assert_eq!(cancelled, Cancelled::Stopped, "{model}");
        let after = server.provider.poll(&server.call, &task).await;
        match model {
            "videos" => assert_eq!(after.unwrap_err().kind, Kind::NotFound),
            _ => assert_eq!(after.unwrap().state, PollState::Cancelled),
        }
        let again = server.provider.cancel(&server.call, &task).await.unwrap();
        assert_eq!(again, Cancelled::CannotStop, "{model}");
    }
    let ledger = server.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.refunds, ledger.settles), (2, 2, 0));
}

async fn ended(server: &Customer, model: &str, words: &str) -> Result<PollState, Error> {
    let inputs: Value = json!({"prompt": words});
    let request = server.request(model, inputs, &[]).await;
    server.end_of(&request).await.map(|poll| poll.state)
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let config = Config { base_price_micros: 40_000, balance_micros: 50_000, ..Config::default() };
    let server = Customer::with("openai_compatible", config).await.below("/v1");
    let error = ended(&server, "images", "[blocked]").await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Refused, Wire::Answered(400)));
    let error = ended(&server, "images", "[fails]").await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Unavailable, Wire::Answered(500)));
    assert_eq!(
        ended(&server, "videos", " ").await.unwrap_err().kind,
        Kind::Invalid { field: Some("prompt".into()) }
    );
    let state = ended(&server, "sdcpp/img_gen", "[fails]").await.unwrap();
    assert!(matches!(state, PollState::Failed { kind: Kind::Unavailable, .. }), "{state:?}");
    let state = ended(&server, "images", "hills").await.unwrap();
    let PollState::Done { outputs } = state else { panic!("{state:?}") };
    assert!(matches!(outputs[0], RemoteOutput::Inline { .. }));
    for model in ["images", "videos", "sdcpp/img_gen"] {
        let error = ended(&server, model, "hills").await.unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Credit, Wire::Answered(429)), "{model}");
    }
    let request = server.request("videos", prompt("waves"), &[]).await;
    let error = server.provider.submit(&server.with_key("another"), &request).await.unwrap_err();
    assert_eq!(error.kind, Kind::Auth);
    server.decline(429, json!({"error": "job queue is full", "retry_after": 9}));
    let busy = server.provider.submit(&server.call, &request).await.unwrap_err();
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 9));

    let free = self::server().await;
    for (words, expected) in [("[blocked]", Kind::Refused), ("[fails]", Kind::Unavailable)] {
        let state = ended(&free, "videos", words).await.unwrap();
        let PollState::Failed { kind, .. } = state else { panic!("{state:?}") };
        assert_eq!(kind, expected);
    }
}

#[tokio::test]
async fn the_servers_models_are_offered() {
    let server = server().await;
    let models = server.provider.models(&server.call).await.unwrap().unwrap();
    let ids: Vec<_> = models.iter().map(|model| &*model.remote_model).collect();
    assert_eq!(ids, ["images", "videos", "images/sandbox-image", "videos/sandbox-video"]);
    assert_eq!(server.provider.balance(&server.call).await.unwrap(), None);
}
