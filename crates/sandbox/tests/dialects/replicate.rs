//! Replicate.

use jiff::{SignedDuration, Timestamp};
use rushes_providers::Kind;
use rushes_providers::types::{Cancelled, Lookup, Modality, PollState, Task, Upload};
use rushes_sandbox::Config;
use serde_json::json;

use crate::customer::{Customer, picture, prompt, size_of};

#[tokio::test]
async fn a_picture_an_edit_and_a_clip() {
    let replicate = Customer::of("replicate").await;
    let inputs = json!({"prompt": "hills at dawn", "width": 512, "height": 256, "seed": 7});
    let request = replicate.request("black-forest-labs/flux-schnell", inputs, &[]).await;
    let made = replicate.outputs_of(&request).await;
    assert_eq!(made.len(), 1);
    assert_eq!(size_of(&made[0]), (512, 256));
    assert_eq!(image::guess_format(&made[0]).unwrap(), image::ImageFormat::WebP);
    let edit =
        replicate.request("acme/edit:abcdef", prompt("in gold"), &[("image", picture())]).await;
    assert_eq!(replicate.outputs_of(&edit).await.len(), 1);
    let clip = json!({"prompt": "waves", "duration": 1, "resolution": "480p"});
    let clip = replicate.request("bytedance/seedance-1-pro", clip, &[("image", picture())]).await;
    assert_eq!(&replicate.outputs_of(&clip).await[0][4..8], b"ftyp");
    let ledger = replicate.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (3, 3));
    assert_eq!(ledger.entries[0].model, "black-forest-labs/flux-schnell");
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let replicate = Customer::with(
        "replicate",
        Config { base_price_micros: 40_000, balance_micros: 50_000, ..Config::default() },
    )
    .await;
    let model = "black-forest-labs/flux-schnell";
    for (words, expected) in [("[blocked]", Kind::Refused), ("[fails]", Kind::Unavailable)] {
        let end = replicate.end_of(&replicate.request(model, prompt(words), &[]).await).await;
        let PollState::Failed { kind, .. } = end.unwrap().state else { panic!("{words}") };
        assert_eq!(kind, expected, "{words}");
    }
    let good = replicate.request(model, prompt("hills"), &[]).await;
    assert_eq!(replicate.provider.balance(&replicate.call).await.unwrap(), None);
    replicate.outputs_of(&good).await;
    assert_eq!(replicate.end_of(&good).await.unwrap_err().kind, Kind::Credit);
    let empty = replicate.request(model, prompt(" "), &[]).await;
    let error = replicate.provider.submit(&replicate.call, &empty).await.unwrap_err();
    assert_eq!(error.kind, Kind::Invalid { field: Some("prompt".into()) });
    let stranger = replicate.with_key("another");
    assert_eq!(replicate.provider.submit(&stranger, &good).await.unwrap_err().kind, Kind::Auth);
    assert_eq!(replicate.provider.balance(&stranger).await.unwrap_err().kind, Kind::Auth);
    replicate
        .decline(429, json!({"detail": "Request was throttled. Your rate limit resets in ~30s."}));
    let busy = replicate.provider.submit(&replicate.call, &good).await.unwrap_err();
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 30));
}

#[tokio::test]
async fn lost_work_is_found_among_the_predictions() {
    let replicate = Customer::of("replicate").await;
    let model = "black-forest-labs/flux-schnell";
    for seed in 0..3 {
        let inputs = json!({"prompt": "hills", "seed": seed});
        let request = replicate.request(model, inputs, &[]).await;
        replicate.provider.submit(&replicate.call, &request).await.unwrap();
    }
    let now = Timestamp::now();
    let lookup = Lookup {
        remote_model: model.into(),
        inputs: serde_json::from_value(json!({"prompt": "hills", "seed": 1})).unwrap(),
        since: now - SignedDuration::from_mins(1),
        until: now + SignedDuration::from_mins(1),
        client_ref: "ref_dialects".into(),
    };
    let found = replicate.provider.find(&replicate.call, &lookup).await.unwrap().unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(found.iter().filter(|found| found.same_inputs).count(), 1);
    let other = Lookup { remote_model: "someone/else".into(), ..lookup };
    assert_eq!(replicate.provider.find(&replicate.call, &other).await.unwrap(), Some(vec![]));
}

#[tokio::test]
async fn a_wish_to_cancel_stops_no_painter() {
    let replicate = Customer::of("replicate").await;
    let request = replicate.request("black-forest-labs/flux-schnell", prompt("hills"), &[]).await;
    let submitted = replicate.provider.submit(&replicate.call, &request).await.unwrap();
    let task = Task {
        remote_id: submitted.remote_id,
        remote_model: request.remote_model.clone(),
        poll_url: submitted.poll_url,
    };
    let told = replicate.provider.cancel(&replicate.call, &task).await.unwrap();
    assert_eq!(told, Cancelled::CannotStop);
    let unknown = Task { remote_id: "nobody".into(), ..task };
    let error = replicate.provider.cancel(&replicate.call, &unknown).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
}

#[tokio::test]
async fn an_uploaded_file_can_be_fetched() {
    let replicate = Customer::of("replicate").await;
    let file = Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: picture(),
    };
    let url = replicate.provider.upload(&replicate.call, &file).await.unwrap();
    let got = rushes_providers::bare_client().get(url).send().await.unwrap();
    assert_eq!(got.bytes().await.unwrap(), file.bytes);
}

#[tokio::test]
async fn models_are_searched_and_told_one_by_one() {
    let replicate = Customer::of("replicate").await;
    let found = replicate.provider.search(&replicate.call, "flux").await.unwrap().unwrap();
    assert_eq!(found.len(), 2);
    let one = replicate.provider.model(&replicate.call, "bytedance/seedance-1-pro").await;
    let one = one.unwrap().unwrap();
    assert_eq!(one.modality, Some(Modality::Video));
    let names: Vec<&str> = one.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["prompt", "image", "aspect_ratio", "duration", "seed"]);
    let none = replicate.provider.model(&replicate.call, "someone/else").await;
    assert_eq!(none.unwrap_err().kind, Kind::NotFound);
    assert_eq!(replicate.provider.models(&replicate.call).await.unwrap(), None);
}
