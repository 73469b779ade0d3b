//! Files that go ahead of a request, and what the bundled list says of prices.

use serde_json::{Value, json};

use super::{GEMINI, answering, body, call, file, request};
use crate::conformance::{KEY, Peer, Reply, Seen};
use crate::types::Upload;
use crate::{Error, Kind, Provider, Wire};

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// A peer that gives out a place of its own and answers the bytes with this.
async fn store(stored: Value) -> Peer {
    Peer::start(move |seen, own| {
        let path = "upload/v1beta/files?upload_id=A1&upload_protocol=resumable";
        let place = own.join(path).unwrap().to_string();
        if seen.path.contains("upload_id") {
            Reply::Json(200, stored.clone())
        } else {
            Reply::Full(200, vec![header("x-goog-upload-url", &place)], String::new())
        }
    })
    .await
}

fn stored(state: &str) -> Value {
    json!({"file": {
        "name": "files/abc", "displayName": "reference-1", "mimeType": "image/png", "sizeBytes": "3",
        "state": state, "uri": "https://generativelanguage.googleapis.com/v1beta/files/abc",
    }})
}

async fn put(stored: Value) -> (Result<String, Error>, Vec<Seen>) {
    let peer = store(stored).await;
    let put = GEMINI.upload(&call(&peer), &file("image/png", "abc")).await;
    (put, peer.seen())
}

#[tokio::test]
async fn a_file_goes_to_the_place_that_is_given_out() {
    let (uri, seen) = put(stored("ACTIVE")).await;
    assert_eq!(uri.unwrap(), "https://generativelanguage.googleapis.com/v1beta/files/abc");
    let [start, bytes] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((start.method.as_str(), start.path.as_str()), ("POST", "/upload/v1beta/files"));
    assert_eq!(start.json(), json!({"file": {"display_name": "reference-1"}}));
    for (name, value) in [
        ("x-goog-api-key", KEY),
        ("x-goog-upload-protocol", "resumable"),
        ("x-goog-upload-command", "start"),
        ("x-goog-upload-header-content-length", "3"),
        ("x-goog-upload-header-content-type", "image/png"),
    ] {
        assert_eq!(start.header(name), Some(value), "{name}");
    }
    assert_eq!(bytes.path, "/upload/v1beta/files?upload_id=A1&upload_protocol=resumable");
    assert_eq!(bytes.body, b"abc");
    assert_eq!(bytes.header("x-goog-upload-offset"), Some("0"));
    assert_eq!(bytes.header("x-goog-upload-command"), Some("upload, finalize"));
    assert_eq!(bytes.header("content-type"), Some("image/png"));
    assert_eq!(bytes.header("x-goog-upload-header-content-length"), None);
    // One that is still looked at has its address all the same.
    assert!(put(stored("PROCESSING")).await.0.is_ok());
}

#[tokio::test]
async fn what_is_no_file_is_told() {
    let (useless, _) = put(stored("FAILED")).await;
    assert_eq!(useless.unwrap_err().kind, Kind::Invalid { field: None });
    for nothing in [json!({}), json!({"file": {"uri": ""}}), json!([1])] {
        assert_eq!(put(nothing).await.0.unwrap_err().kind, Kind::Protocol);
    }
    let placeless = answering(200, json!({})).await;
    let error = GEMINI.upload(&call(&placeless), &file("image/png", "abc")).await.unwrap_err();
    assert_eq!((error.kind, placeless.seen().len()), (Kind::Protocol, 1));
    for (answer, kind) in
        [(body!("error_400_key"), Kind::Auth), (json!({}), Kind::Invalid { field: None })]
    {
        let declining = answering(400, answer).await;
        let error = GEMINI.upload(&call(&declining), &file("image/png", "abc")).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (kind, Wire::Answered(400)));
        assert_eq!(declining.seen().len(), 1);
    }
}

#[tokio::test]
async fn neither_the_key_nor_the_file_goes_to_a_place_elsewhere() {
    let thief = Peer::start(|_, _| Reply::Json(200, stored("ACTIVE"))).await;
    let elsewhere = thief.url().join("upload/v1beta/files?upload_id=A1").unwrap().to_string();
    let peer = Peer::start(move |_, _| {
        Reply::Full(200, vec![header("x-goog-upload-url", &elsewhere)], String::new())
    })
    .await;
    let upload = Upload { name: "a".into(), ..file("image/png", "abc") };
    let error = GEMINI.upload(&call(&peer), &upload).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::NotSent));
    assert_eq!((thief.seen().len(), peer.seen().len()), (0, 1));
}

#[tokio::test]
async fn a_file_that_is_still_looked_at_is_no_refusal() {
    let words = "The File 0e5jxqqvi45w is not in an ACTIVE state and usage is not allowed.";
    let refusal =
        json!({"error": {"code": 400, "message": words, "status": "FAILED_PRECONDITION"}});
    let peer = answering(400, refusal).await;
    let asked =
        request("gemini-3-pro-image", &json!({"prompt": "x", "images": ["https://a.test/1"]}));
    let error = GEMINI.submit(&call(&peer), &asked).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::RateLimited, Wire::Answered(429)));
    assert_eq!(error.retry_after, Some(std::time::Duration::from_secs(5)));
}

#[tokio::test]
async fn the_bundled_list_tells_what_inputs_cost() {
    // Nobody is asked for it.
    let nobody = answering(500, json!({})).await;
    let call = call(&nobody);
    for (model, inputs, micros) in [
        ("gemini-3-pro-image", json!({"prompt": "x"}), Some(134_000)),
        ("gemini-3-pro-image", json!({"prompt": "x", "resolution": "4K"}), Some(240_000)),
        ("gemini-3.1-flash-image", json!({"prompt": "x", "resolution": "512"}), Some(45_000)),
        ("gemini-omni-1.1-flash", json!({"prompt": "x"}), Some(811_200)),
        (
            "gemini-omni-1.1-flash",
            json!({"prompt": "x", "resolution": "4k", "duration": 10}),
            Some(3_040_000),
        ),
        ("gemini-nano-banana-2.1", json!({"prompt": "x"}), None),
        ("gemini-9-image", json!({"prompt": "x"}), None),
    ] {
        let price = GEMINI.price(&call, &request(model, &inputs)).await.unwrap();
        assert!(price.as_ref().is_none_or(|price| !price.exact && price.currency == "USD"));
        assert_eq!(price.map(|price| price.micros), micros, "{model} {inputs}");
    }
    assert_eq!(nobody.seen(), []);
    let bundled = GEMINI.manifest().bundled();
    let pro = bundled.iter().find(|known| known.remote_model == "gemini-3-pro-image").unwrap();
    assert_eq!(pro.price.as_ref().unwrap().micros, 134_000, "the least stands in the list");
}
