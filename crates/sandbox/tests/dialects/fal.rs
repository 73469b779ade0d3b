//! fal.

use jiff::{SignedDuration, Timestamp};
use rushes_providers::Kind;
use rushes_providers::types::{Cancelled, Lookup, PollState, Task, Upload};
use rushes_sandbox::{Config, On, Rule};
use serde_json::json;

use crate::customer::{Customer, picture, prompt, size_of};

#[tokio::test]
async fn a_picture_an_edit_and_clips() {
    let fal = Customer::of("fal").await;
    let inputs = json!({
        "prompt": "hills at dawn", "image_size": "512×256", "seed": 7, "output_format": "jpeg",
    });
    let request = fal.request("fal-ai/flux/dev", inputs, &[]).await;
    let made = fal.outputs_of(&request).await;
    assert_eq!(made.len(), 1);
    assert_eq!(size_of(&made[0]), (512, 256));
    assert_eq!(image::guess_format(&made[0]).unwrap(), image::ImageFormat::Jpeg);
    let references = [("image_urls", picture()), ("image_urls", picture())];
    let inputs = json!({"prompt": "in gold", "image_urls": []});
    let edit = fal.request("fal-ai/nano-banana-2/edit", inputs, &references).await;
    assert_eq!(edit.inputs["image_urls"].as_array().unwrap().len(), 2);
    assert_eq!(fal.outputs_of(&edit).await.len(), 1);
    let clip = json!({"prompt": "waves", "duration": "1s", "resolution": "480p"});
    let clip = fal.request("fal-ai/veo3.1", clip, &[]).await;
    assert_eq!(&fal.outputs_of(&clip).await[0][4..8], b"ftyp");
    let from_picture = json!({"prompt": "waves", "duration": 1, "resolution": "480p"});
    let from_picture = fal
        .request("fal-ai/veo3.1/image-to-video", from_picture, &[("image_url", picture())])
        .await;
    assert_eq!(&fal.outputs_of(&from_picture).await[0][4..8], b"ftyp");
    let ledger = fal.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (4, 4));
    assert_eq!(ledger.entries[0].model, "fal-ai/flux/dev");
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let fal = Customer::with(
        "fal",
        Config { base_price_micros: 40_000, balance_micros: 50_000, ..Config::default() },
    )
    .await;
    let refused = fal.end_of(&fal.request("fal-ai/flux/dev", prompt("[blocked]"), &[]).await).await;
    let PollState::Failed { kind, .. } = refused.unwrap().state else { panic!("not blocked") };
    assert_eq!(kind, Kind::Refused);
    let failed = fal.end_of(&fal.request("fal-ai/flux/dev", prompt("[fails]"), &[]).await).await;
    let PollState::Failed { kind, .. } = failed.unwrap().state else { panic!("not failed") };
    assert_eq!(kind, Kind::Unavailable);
    let lost = json!({"prompt": "x", "image_urls": ["http://127.0.0.1:1/none.png"]});
    let lost = fal.end_of(&fal.request("fal-ai/nano-banana-2/edit", lost, &[]).await).await;
    let PollState::Failed { kind, .. } = lost.unwrap().state else { panic!("not failed") };
    assert_eq!(kind, Kind::Invalid { field: Some("image_urls".into()) });
    let good = fal.request("fal-ai/flux/dev", prompt("hills"), &[]).await;
    assert_eq!(fal.provider.price(&fal.call, &good).await.unwrap().unwrap().micros, 40_000);
    assert_eq!(fal.provider.balance(&fal.call).await.unwrap().unwrap().micros, 50_000);
    fal.outputs_of(&good).await;
    assert_eq!(fal.end_of(&good).await.unwrap_err().kind, Kind::Credit);
    let empty = fal.request("fal-ai/flux/dev", prompt(" "), &[]).await;
    let error = fal.provider.submit(&fal.call, &empty).await.unwrap_err();
    assert!(matches!(error.kind, Kind::Invalid { .. }), "{error:?}");
    let stranger = fal.with_key("another");
    assert_eq!(fal.provider.submit(&stranger, &good).await.unwrap_err().kind, Kind::Auth);
    assert_eq!(fal.provider.balance(&stranger).await.unwrap_err().kind, Kind::Auth);
    fal.decline(429, json!({"detail": "Too many concurrent requests", "retry_after": 9}));
    let busy = fal.provider.submit(&fal.call, &good).await.unwrap_err();
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 9));
}

#[tokio::test]
async fn a_wish_to_cancel_is_heard_and_changes_nothing_here() {
    let fal = Customer::of("fal").await;
    let done = fal.request("fal-ai/flux/dev", prompt("hills"), &[]).await;
    let submitted = fal.provider.submit(&fal.call, &done).await.unwrap();
    let task = Task {
        remote_id: submitted.remote_id,
        remote_model: done.remote_model.clone(),
        poll_url: submitted.poll_url,
    };
    assert_eq!(fal.provider.cancel(&fal.call, &task).await.unwrap(), Cancelled::CannotStop);
    let unknown = Task { remote_id: "nobody".into(), poll_url: None, ..task };
    assert_eq!(fal.provider.cancel(&fal.call, &unknown).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(fal.provider.poll(&fal.call, &unknown).await.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn ended_work_is_found_again_by_its_inputs() {
    let fal = Customer::of("fal").await;
    let now = Timestamp::now();
    let inputs = json!({"prompt": "hills at dawn", "image_size": "512×256", "seed": 7});
    let lost = fal.request("fal-ai/flux/dev", inputs.clone(), &[]).await;
    let other = json!({"prompt": "hills at dawn", "image_size": "512×256", "seed": 8});
    let other = fal.request("fal-ai/flux/dev", other, &[]).await;
    let lookup = Lookup {
        remote_model: "fal-ai/flux/dev".into(),
        client_ref: "ref_dialects".into(),
        inputs: inputs.as_object().unwrap().clone(),
        since: now - SignedDuration::from_mins(1),
        until: now + SignedDuration::from_mins(1),
    };
    let submitted = fal.provider.submit(&fal.call, &lost).await.unwrap();
    // While it runs, nothing is listed.
    assert_eq!(fal.provider.find(&fal.call, &lookup).await.unwrap(), Some(vec![]));
    let task = Task {
        remote_id: submitted.remote_id.clone(),
        remote_model: lost.remote_model.clone(),
        poll_url: submitted.poll_url,
    };
    fal.outputs_of(&other).await;
    while !matches!(
        fal.provider.poll(&fal.call, &task).await.unwrap().state,
        PollState::Done { .. }
    ) {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let found = fal.provider.find(&fal.call, &lookup).await.unwrap().unwrap();
    let ours: Vec<&str> =
        found.iter().filter(|row| row.same_inputs).map(|row| row.remote_id.as_str()).collect();
    assert_eq!((found.len(), ours), (2, vec![submitted.remote_id.as_str()]));
    let elsewhere = Lookup { remote_model: "fal-ai/veo3.1".into(), ..lookup };
    assert_eq!(fal.provider.find(&fal.call, &elsewhere).await.unwrap(), Some(vec![]));
}

#[tokio::test]
async fn both_ways_to_upload_lead_to_the_same_bytes() {
    let fal = Customer::of("fal").await;
    let file = Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: picture(),
    };
    let put = Rule {
        on: On::Put,
        times: Some(1),
        answer: serde_json::from_value(json!({"status": 503, "body": {"detail": "away"}})).unwrap(),
        create: Some(false),
        ..Rule::default()
    };
    for rules in [vec![], vec![put]] {
        fal.sandbox.set_rules(rules);
        let url = fal.provider.upload(&fal.call, &file).await.unwrap();
        let got = rushes_providers::bare_client().get(url).send().await.unwrap();
        assert_eq!(got.bytes().await.unwrap(), file.bytes);
    }
}

#[tokio::test]
async fn the_catalogue_is_listed_searched_and_told_one_by_one() {
    let fal = Customer::of("fal").await;
    let all = fal.provider.models(&fal.call).await.unwrap().unwrap();
    assert_eq!(all.len(), 5);
    let found = fal.provider.search(&fal.call, "veo").await.unwrap().unwrap();
    assert_eq!(found.len(), 2);
    let one = fal.provider.model(&fal.call, "fal-ai/nano-banana-2/edit").await.unwrap().unwrap();
    let names: Vec<&str> = one.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["prompt", "image_urls", "image_size", "seed"]);
    assert_eq!(fal.provider.model(&fal.call, "fal-ai/none").await.unwrap(), None);
}
