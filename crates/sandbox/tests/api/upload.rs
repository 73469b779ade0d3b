use reqwest::{Method, StatusCode};
use rushes_sandbox::Config;
use serde_json::json;

use crate::caller::{Caller, quick};

#[tokio::test]
async fn a_ticket_takes_the_bytes_and_gives_them_back() {
    let caller = Caller::start(quick()).await;
    let body = json!({"filename": "../a b.png", "size": 4, "content_type": "image/png"});
    let (_, answer) = caller.post("/api/v3/media/uploads", &body).await;
    let (download, upload) =
        (answer["data"]["download_url"].as_str().unwrap(), &answer["data"]["upload"]);
    assert_eq!(
        (&upload["method"], &upload["headers"]),
        (&json!("PUT"), &json!({"Content-Type": "image/png"}))
    );
    assert!(download.ends_with("/a_b.png"), "{download}");
    assert_eq!(caller.fetch(download).await.status(), StatusCode::NOT_FOUND, "nothing was put yet");

    let put = |bytes: &'static str, media_type: &'static str| {
        reqwest::Client::new()
            .put(upload["url"].as_str().unwrap())
            .header("content-type", media_type)
            .body(bytes)
            .send()
    };
    assert_eq!(put("four", "image/jpeg").await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(put("three", "image/png").await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(put("four", "image/png").await.unwrap().status(), StatusCode::OK);
    let back = caller.fetch(download).await;
    assert_eq!(back.headers()["content-type"], "image/png");
    assert_eq!(back.bytes().await.unwrap(), "four");
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_413() {
    let caller = Caller::start(Config { upload_limit: 10, ..quick() }).await;
    let (status, answer) =
        caller.post("/api/v3/media/uploads", &json!({"filename": "a.png", "size": 11})).await;
    assert_eq!((status, &answer["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!(413)));
}

#[tokio::test]
async fn the_older_multipart_upload_still_works() {
    let caller = Caller::start(quick()).await;
    let body = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nfour\r\n--cut--\r\n";
    let request = caller.request(Method::POST, "/api/v3/media/upload/binary");
    let answer = request
        .header("content-type", "multipart/form-data; boundary=cut")
        .body(body)
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    let download = answer["data"]["download_url"].as_str().unwrap();
    let expected =
        json!({"type": "image", "download_url": download, "filename": "a.png", "size": 4});
    assert_eq!(answer["data"], expected);
    assert_eq!(caller.fetch(download).await.bytes().await.unwrap(), "four");
}
