//! OpenAI's Images API.

use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use image::ImageFormat;
use rushes_providers::types::{PollState, Price, RemoteOutput, Request};
use rushes_providers::{Bin, Call, Error, Kind, Tray, Wire};
use rushes_sandbox::Config;
use serde_json::json;

use crate::customer::{Customer, picture, prompt, size_of};

const MODEL: &str = "gpt-image-2.5-flare";

async fn openai() -> Customer {
    Customer::of("openai").await.below("/v1")
}

#[tokio::test]
async fn pictures_and_an_edit_with_a_mask() {
    let openai = openai().await;
    let inputs = json!({"prompt": "hills at dawn", "size": "512x256", "n": 2});
    let made = openai.outputs_of(&openai.request(MODEL, inputs, &[]).await).await;
    assert_eq!(made.len(), 2);
    assert_eq!(size_of(&made[0]), (512, 256));
    assert_ne!(made[0], made[1]);
    assert_eq!(image::guess_format(&made[0]).unwrap(), ImageFormat::Png);
    let inputs = json!({"prompt": "in gold", "image": [], "output_format": "webp"});
    let files = [("image", picture()), ("image", picture()), ("mask", mask(64, 48))];
    let edit = openai.request(MODEL, inputs, &files).await;
    let edited = openai.outputs_of(&edit).await;
    assert_eq!(image::guess_format(&edited[0]).unwrap(), ImageFormat::WebP);
    let ledger = openai.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (3, 3));
    assert_eq!(ledger.entries[0].model, MODEL);
    // A mask of another size than the first picture is declined, and nothing is made.
    let files = [("image", picture()), ("mask", mask(32, 32))];
    let odd = openai.request(MODEL, json!({"prompt": "in gold", "image": []}), &files).await;
    let declined = openai.end_of(&odd).await.unwrap_err();
    assert_eq!(declined.kind, Kind::Invalid { field: Some("mask".into()) });
    assert_eq!(openai.sandbox.ledger().creates, 3);
}

#[tokio::test]
async fn a_clear_background_is_clear() {
    let openai = openai().await;
    let inputs = json!({"prompt": "a red cup", "size": "256x256", "background": "transparent"});
    let made = openai.outputs_of(&openai.request(MODEL, inputs.clone(), &[]).await).await;
    let cup = image::load_from_memory(&made[0]).unwrap().to_rgba8();
    assert_eq!((cup.get_pixel(0, 0).0[3], cup.get_pixel(128, 128).0[3]), (0, 255));
    let mut jpeg = openai.request(MODEL, inputs, &[]).await;
    jpeg.inputs.insert("output_format".into(), "jpeg".into());
    let declined = openai.end_of(&jpeg).await.unwrap_err();
    assert_eq!(declined.kind, Kind::Invalid { field: Some("background".into()) });
}

#[tokio::test]
async fn a_stream_shows_the_picture_coming() {
    let openai = Customer::with("openai", priced(1_000_000)).await.below("/v1");
    let desk = Arc::new(Desk::default());
    let call = openai.call.clone().with_tray(desk.clone());
    let inputs = json!({"prompt": "hills at dawn", "size": "512x384", "partial_images": 2});
    let request = openai.request(MODEL, inputs, &[]).await;
    let (state, cost) = end_of(&openai, &call, &request).await.unwrap();
    let PollState::Done { outputs } = state else { panic!("{state:?}") };
    assert_eq!(outputs.len(), 1);
    assert_eq!(size_of(&desk.bytes(&outputs[0])), (512, 384));
    let previews: Vec<_> = desk.shown.lock().unwrap().iter().map(|p| desk.bytes(p)).collect();
    assert_eq!(previews.iter().map(|p| size_of(p)).collect::<Vec<_>>(), [(340, 256), (340, 256)]);
    // What the tokens cost is what the ledger says, but for less than a token.
    let cost = cost.unwrap();
    assert!(cost.exact && (39_960..=40_000).contains(&cost.micros), "{cost:?}");
    assert_eq!(openai.sandbox.ledger().creates, 1);

    let files = [("image", picture())];
    let edit = openai.request(MODEL, json!({"prompt": "in gold", "image": []}), &files).await;
    let (state, _) = end_of(&openai, &call, &edit).await.unwrap();
    assert!(matches!(state, PollState::Done { .. }), "{state:?}");

    let blocked = openai.request(MODEL, prompt("[blocked]"), &[]).await;
    let (state, _) = end_of(&openai, &call, &blocked).await.unwrap();
    let PollState::Failed { kind, .. } = state else { panic!("{state:?}") };
    assert_eq!(kind, Kind::Refused);
    let failed = openai.request(MODEL, prompt("[fails]"), &[]).await;
    let (state, _) = end_of(&openai, &call, &failed).await.unwrap();
    let PollState::Failed { kind, .. } = state else { panic!("{state:?}") };
    assert_eq!(kind, Kind::Unavailable);
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let openai = Customer::with("openai", priced(50_000)).await.below("/v1");
    let blocked = openai.request(MODEL, prompt("[blocked]"), &[]).await;
    let error = openai.end_of(&blocked).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Refused, Wire::Answered(400)));
    let failed = openai.request(MODEL, prompt("[fails]"), &[]).await;
    let error = openai.end_of(&failed).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Unavailable, Wire::Answered(500)));
    let good = openai.request(MODEL, prompt("hills"), &[]).await;
    openai.outputs_of(&good).await;
    let error = openai.end_of(&good).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Credit, Wire::Answered(429)));
    let error = openai.provider.submit(&openai.with_key("another"), &good).await.unwrap_err();
    assert_eq!(error.kind, Kind::Auth);
    let gone = Request { remote_model: "dall-e-3".into(), ..good.clone() };
    let error = openai.end_of(&gone).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::NotFound, Wire::Answered(404)));
    openai.decline(
        429,
        json!({"error": {"message": "Try again in 9s.", "code": "rate_limit_exceeded"}}),
    );
    let busy = openai.provider.submit(&openai.call, &good).await.unwrap_err();
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 9));
}

#[tokio::test]
async fn the_list_of_models_proves_the_key() {
    let openai = openai().await;
    let models = openai.provider.models(&openai.call).await.unwrap().unwrap();
    let bundled = openai.provider.manifest().bundled();
    let ids: Vec<_> = models.iter().map(|model| &model.remote_model).collect();
    let offered = bundled.iter().filter(|known| known.retired.is_none());
    assert_eq!(ids, offered.map(|known| &known.remote_model).collect::<Vec<_>>());
    let ending: Vec<_> = models.iter().filter_map(|model| model.ends_on.as_deref()).collect();
    assert_eq!(ending, ["2027-01-01"]);
    assert_eq!(openai.provider.balance(&openai.call).await.unwrap(), None);
    let error = openai.provider.balance(&openai.with_key("another")).await.unwrap_err();
    assert_eq!(error.kind, Kind::Auth);
}

fn priced(balance_micros: i64) -> Config {
    Config { base_price_micros: 40_000, balance_micros, ..Config::default() }
}

async fn end_of(
    openai: &Customer,
    call: &Call,
    request: &Request,
) -> Result<(PollState, Option<Price>), Error> {
    let end = openai.provider.submit(call, request).await?.at_once.unwrap();
    Ok((end.state, end.cost))
}

/// A mask whose middle is clear.
fn mask(width: u32, height: u32) -> Bytes {
    let mut png = io::Cursor::new(Vec::new());
    image::RgbaImage::from_fn(width, height, |x, _| {
        image::Rgba([0, 0, 0, if x < width / 2 { 0 } else { 255 }])
    })
    .write_to(&mut png, ImageFormat::Png)
    .unwrap();
    png.into_inner().into()
}

/// A tray in memory.
#[derive(Default)]
struct Desk {
    files: Arc<Mutex<Vec<Vec<u8>>>>,
    shown: Mutex<Vec<RemoteOutput>>,
}

struct Sheet(Vec<u8>, Arc<Mutex<Vec<Vec<u8>>>>);

impl Desk {
    fn bytes(&self, output: &RemoteOutput) -> Bytes {
        match output {
            RemoteOutput::Inline { bytes } => bytes.clone(),
            RemoteOutput::Kept { id } => {
                self.files.lock().unwrap()[id.parse::<usize>().unwrap()].clone().into()
            }
            other => panic!("{other:?}"),
        }
    }
}

impl Tray for Desk {
    fn open(&self) -> io::Result<Box<dyn Bin>> {
        Ok(Box::new(Sheet(Vec::new(), self.files.clone())))
    }

    fn preview(&self, picture: RemoteOutput) {
        self.shown.lock().unwrap().push(picture);
    }

    fn progress(&self, _part: Option<f32>, _note: &str) {}
}

impl Bin for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<String> {
        let mut files = self.1.lock().unwrap();
        files.push(self.0);
        Ok((files.len() - 1).to_string())
    }
}
