//! Black Forest Labs.

use rushes_providers::{Kind, types::PollState};
use rushes_sandbox::Config;
use serde_json::json;

use crate::customer::{Customer, picture, prompt, size_of};

#[tokio::test]
async fn a_picture_and_an_edit() {
    let bfl = Customer::of("bfl").await;
    let inputs = json!({"prompt": "hills at dawn", "width": 512, "height": 256, "seed": 7});
    let request = bfl.request("flux-2-pro", inputs, &[]).await;
    let made = bfl.outputs_of(&request).await;
    assert_eq!(made.len(), 1);
    assert_eq!(size_of(&made[0]), (512, 256));
    assert_eq!(image::guess_format(&made[0]).unwrap(), image::ImageFormat::Jpeg);
    let references = [("input_image", picture()), ("input_image_2", picture())];
    let edit = bfl.request("flux-2-flex", prompt("in gold"), &references).await;
    assert_eq!(bfl.outputs_of(&edit).await.len(), 1);
    let ledger = bfl.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (2, 2));
    assert_eq!(ledger.entries[0].model, "flux-2-pro");
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let bfl = Customer::with(
        "bfl",
        Config { base_price_micros: 40_000, balance_micros: 50_000, ..Config::default() },
    )
    .await;
    let refused = bfl.end_of(&bfl.request("flux-2-pro", prompt("[blocked]"), &[]).await).await;
    let PollState::Failed { kind, .. } = refused.unwrap().state else { panic!("not blocked") };
    assert_eq!(kind, Kind::Refused);
    let failed = bfl.end_of(&bfl.request("flux-2-pro", prompt("[fails]"), &[]).await).await;
    let PollState::Failed { kind, .. } = failed.unwrap().state else { panic!("not failed") };
    assert_eq!(kind, Kind::Unavailable);
    let good = bfl.request("flux-2-pro", prompt("hills"), &[]).await;
    assert_eq!(bfl.provider.balance(&bfl.call).await.unwrap().unwrap().micros, 50_000);
    bfl.outputs_of(&good).await;
    assert_eq!(bfl.end_of(&good).await.unwrap_err().kind, Kind::Credit);
    let stranger = bfl.with_key("another");
    assert_eq!(bfl.provider.submit(&stranger, &good).await.unwrap_err().kind, Kind::Auth);
    bfl.decline(429, json!({"detail": "slow down", "retry_after": 9}));
    let busy = bfl.provider.submit(&bfl.call, &good).await.unwrap_err();
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 9));
}
