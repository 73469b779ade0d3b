use std::io::Cursor;
use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage};
use reqwest::{Method, StatusCode};
use rushes_sandbox::Config;
use serde_json::json;

use crate::caller::{Caller, quick, small};

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let caller = Caller::start(quick()).await;
    let first = caller.make("sandbox/stills", &small("forest in mist", 7)).await;
    assert_eq!(caller.make("sandbox/stills", &small("forest in mist", 7)).await, first);
    assert_ne!(caller.make("sandbox/stills", &small("forest in mist", 8)).await, first);
    assert_ne!(caller.make("sandbox/stills", &small("city in mist", 7)).await, first);
    let drawn = caller.make("sandbox/stills", &small("forest in mist", -1)).await;
    assert_ne!(caller.make("sandbox/stills", &small("forest in mist", -1)).await, drawn);
}

#[tokio::test]
async fn sizes_and_formats_are_honoured() {
    let caller = Caller::start(quick()).await;
    for (extra, format, size) in [
        (json!({"size": "640*256"}), ImageFormat::Png, (640, 256)),
        (json!({"size": "256*640", "output_format": "jpeg"}), ImageFormat::Jpeg, (256, 640)),
        (json!({"size": "300*301", "output_format": "webp"}), ImageFormat::WebP, (300, 301)),
        (json!({"aspect_ratio": "16:9"}), ImageFormat::Png, (1360, 768)),
        (
            json!({"aspect_ratio": "9:16", "resolution": "2k", "output_format": "jpeg"}),
            ImageFormat::Jpeg,
            (1152, 2048),
        ),
    ] {
        let mut inputs = json!({"prompt": "sea at dusk", "seed": 1});
        inputs.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let bytes = caller.make("sandbox/stills", &inputs).await;
        assert_eq!(image::guess_format(&bytes).unwrap(), format, "{extra}");
        let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), size, "{extra}");
    }
}

#[tokio::test]
async fn the_label_can_be_left_out() {
    let bytes = |label| async move {
        let caller = Caller::start(Config { label, ..quick() }).await;
        image::load_from_memory(&caller.make("sandbox/stills", &small("snow", 1)).await)
            .unwrap()
            .to_rgb8()
    };
    let (with, without) = (bytes(true).await, bytes(false).await);
    let changed: Vec<_> = with
        .enumerate_pixels()
        .filter(|(x, y, p)| *p != without.get_pixel(*x, *y))
        .map(|(x, y, _)| (x, y))
        .collect();
    assert!(!changed.is_empty());
    assert!(changed.iter().all(|(x, y)| *x < 128 && *y > 192), "the label is at the bottom left");
}

/// Codec, width, height, seconds and frames.
fn clip_facts(bytes: &[u8]) -> (String, u16, u16, f64, usize) {
    let mp4 = re_mp4::Mp4::read_bytes(bytes).unwrap();
    let track = mp4.tracks().values().next().unwrap();
    let seconds = track.duration as f64 / track.timescale as f64;
    (track.codec_string(&mp4).unwrap(), track.width, track.height, seconds, track.samples.len())
}

#[tokio::test]
async fn clips_are_h264_of_the_asked_length_and_size() {
    let caller = Caller::start(quick()).await;
    let inputs = json!({"prompt": "hills", "seed": 1, "duration": 1, "fps": 30, "resolution": "480p", "aspect_ratio": "9:16"});
    let bytes = caller.make("sandbox/clips", &inputs).await;
    let (codec, width, height, seconds, frames) = clip_facts(&bytes);
    assert!(codec.starts_with("avc1"), "{codec}");
    assert_eq!((width, height, frames), (480, 854, 30));
    assert!((seconds - 1.0).abs() < 0.001, "{seconds}");
    let place = |name: &[u8]| bytes.windows(4).position(|w| w == name).unwrap();
    assert!(place(b"moov") < place(b"mdat"), "the index comes first");
}

fn checkers(a: [u8; 3], b: [u8; 3]) -> Vec<u8> {
    let picture =
        RgbImage::from_fn(400, 300, |x, y| Rgb(if (x / 100 + y / 100) % 2 == 0 { a } else { b }));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn an_edit_shows_the_picture_it_was_given() {
    let caller = Caller::start(quick()).await;
    let url = caller.upload("checkers.png", "image/png", &checkers([240; 3], [20; 3])).await;
    let bytes = caller
        .make("sandbox/stills/edit", &json!({"prompt": "gold", "seed": 1, "images": [url]}))
        .await;
    let edit = image::load_from_memory(&bytes).unwrap().to_rgb8();
    assert_eq!(
        edit.dimensions(),
        (1184, 880),
        "the first picture's own ratio, about a million pixels"
    );
    let light = |x, y| edit.get_pixel(x, y).0.iter().map(|c| u32::from(*c)).sum::<u32>();
    assert!(light(440, 440) > light(740, 440), "dark and light squares stay dark and light");
    let other = caller
        .make("sandbox/stills/edit", &json!({"prompt": "neon", "seed": 1, "images": [url]}))
        .await;
    assert_ne!(other, bytes, "the prompt sets the mood");
}

#[tokio::test]
async fn a_camera_moves_over_the_given_picture() {
    let caller = Caller::start(quick()).await;
    let url = caller.upload("a.png", "image/png", &checkers([240, 60, 40], [20, 40, 90])).await;
    let inputs = json!({"image": url, "prompt": "slow push in", "seed": 1, "duration": 1, "resolution": "480p"});
    let bytes = caller.make("sandbox/clips/image-to-video", &inputs).await;
    let (_, width, height, seconds, frames) = clip_facts(&bytes);
    assert_eq!((width, height, frames), (640, 480, 24));
    assert!((seconds - 1.0).abs() < 0.001, "{seconds}");
}

#[tokio::test]
async fn downloads_have_ranges_and_strong_etags() {
    let caller = Caller::start(quick()).await;
    let id = caller.submit("sandbox/stills", &small("hills", 1)).await;
    let url = caller.ended(&id).await["outputs"][0].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&caller.sandbox.base_url()).unwrap().to_owned();
    let whole = caller.fetch(&url).await;
    let header = |name: &str| whole.headers()[name].to_str().unwrap().to_owned();
    let (etag, length) = (header("etag"), header("content-length").parse::<usize>().unwrap());
    assert_eq!(
        (header("content-type"), header("accept-ranges")),
        ("image/png".to_owned(), "bytes".to_owned())
    );
    assert!(etag.starts_with('"'), "a strong tag: {etag}");
    let bytes = whole.bytes().await.unwrap();
    assert_eq!(bytes.len(), length);

    let ranged = |range: &str, tag: &str| {
        caller.request(Method::GET, &path).header("range", range).header("if-range", tag).send()
    };
    let part = ranged("bytes=100-", &etag).await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], format!("bytes 100-{}/{length}", length - 1));
    assert_eq!(part.headers()["etag"].to_str().unwrap(), etag);
    assert_eq!(part.bytes().await.unwrap(), bytes[100..]);
    assert_eq!(ranged("bytes=100-", "\"other\"").await.unwrap().status(), StatusCode::OK);
    assert_eq!(
        ranged(&format!("bytes={length}-"), &etag).await.unwrap().status(),
        StatusCode::RANGE_NOT_SATISFIABLE
    );
    let same =
        caller.request(Method::GET, &path).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
    let head = caller.request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.headers()["content-length"].to_str().unwrap(), length.to_string());
}

#[tokio::test]
async fn result_urls_expire() {
    let caller = Caller::start(Config { url_life: Duration::ZERO, ..quick() }).await;
    let id = caller.submit("sandbox/stills", &small("hills", 1)).await;
    let url = caller.ended(&id).await["outputs"][0].as_str().unwrap().to_owned();
    assert_eq!(caller.fetch(&url).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(caller.poll(&id).await["outputs"][0], url, "the task itself still tells of it");
}
