#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::conformance::{Peer, Reply};
use crate::types::Upload;

fn call(base: &str) -> Result<Call, Error> {
    let manifest = crate::find("wavespeed").unwrap().manifest();
    Call::new(manifest, Url::parse(base).unwrap(), Some("a-secret-key".into()))
}

#[test]
fn a_key_travels_by_https_or_stays_on_this_computer() {
    for fine in [
        "https://api.test",
        "https://api.test:444/v1",
        "http://127.0.0.1:9",
        "http://localhost:9",
        "http://[::1]:9",
    ] {
        assert!(call(fine).is_ok(), "{fine}");
    }
    for unsafe_base in [
        "http://api.test",
        "http://192.168.0.2:8188",
        "http://localhost.api.test",
        "ftp://127.0.0.1",
        "file:///etc",
        "https://me:pw@api.test",
    ] {
        let error = call(unsafe_base).err().unwrap();
        assert_eq!(
            (error.kind, error.wire),
            (Kind::Invalid { field: None }, Wire::NotSent),
            "{unsafe_base}"
        );
    }
}

#[test]
fn a_path_stays_below_the_base() {
    let call = call("https://api.test/v1/").unwrap();
    for (path, url) in [
        ("models", "https://api.test/v1/models"),
        ("/models?q=1", "https://api.test/v1/models?q=1"),
        ("//elsewhere.test/x", "https://api.test/v1/elsewhere.test/x"),
        ("https://elsewhere.test/x", "https://api.test/v1/https://elsewhere.test/x"),
    ] {
        assert_eq!(call.url(path).unwrap().as_str(), url);
    }
}

#[test]
fn a_key_that_no_header_can_carry_is_told_before_sending() {
    let call = call("https://api.test").unwrap();
    let error = call.shown(&"two\nlines".into()).unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Auth, Wire::NotSent));
    assert!(call.shown(&"fine".into()).unwrap().is_sensitive());
}

#[tokio::test]
async fn an_answer_beyond_all_measure_is_not_read() {
    let peer = Peer::start(|_, _| Reply::Full(200, vec![], " ".repeat(17 * 1024 * 1024))).await;
    let error = call(peer.url().as_str()).unwrap().get("x", Patience::Ask).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::Unanswered));
}

#[tokio::test]
async fn half_an_answer_is_kept_for_the_record() {
    let half = r#"{"data":{"id":"4711""#;
    let peer = Peer::start(move |_, _| Reply::Truncated(200, half.into())).await;
    let error = call(peer.url().as_str()).unwrap().get("x", Patience::Ask).await.unwrap_err();
    assert_eq!((error.wire, error.raw.as_deref()), (Wire::Unanswered, Some(half)));
}

#[tokio::test]
async fn a_refusal_that_breaks_off_is_no_complete_answer() {
    let peer = Peer::start(|_, _| Reply::Truncated(401, "{".into())).await;
    let error = call(peer.url().as_str()).unwrap().get("x", Patience::Ask).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Auth, Wire::Unanswered));
}

#[tokio::test]
async fn bytes_go_only_to_addresses_that_are_safe() {
    let far = call("https://api.test").unwrap();
    for url in [
        "http://store.test/x",
        "http://127.0.0.1:9/x",
        "https://127.0.0.1:9/x",
        "file:///tmp/x",
        "no url",
    ] {
        let error = far.put_presigned(url, &[], Bytes::new()).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::NotSent), "{url}");
        let error = far.post_presigned(url, &[], &picture()).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::NotSent), "{url}");
    }
}

fn picture() -> Upload {
    Upload { name: "a.png".into(), content_type: "image/png".into(), bytes: "a picture".into() }
}

#[tokio::test]
async fn a_form_goes_to_its_store_with_the_file_last_and_without_the_key() {
    let store = Peer::start(|_, _| Reply::Full(204, vec![], String::new())).await;
    let call = call(store.url().as_str()).unwrap();
    let fields = [("key".to_owned(), "x/7".to_owned()), ("policy".to_owned(), "e30=".to_owned())];
    call.post_presigned(store.url().as_str(), &fields, &picture()).await.unwrap();
    let seen = store.seen();
    assert_eq!((seen.len(), seen[0].method.as_str()), (1, "POST"));
    assert_eq!(seen[0].header("authorization"), None);
    assert!(!seen[0].holds("a-secret-key"));
    let body = String::from_utf8(seen[0].body.clone()).unwrap();
    let at = |part: &str| body.find(part).unwrap_or_else(|| panic!("{part}: {body}"));
    assert!(at("name=\"key\"\r\n\r\nx/7\r\n") < at("name=\"policy\"\r\n\r\ne30=\r\n"));
    let file = "name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\na picture\r\n";
    assert!(at("name=\"policy\"") < at(file));
    let refusing = Peer::start(|_, _| Reply::Full(403, vec![], "<Error>old</Error>".into())).await;
    let error = call.post_presigned(refusing.url().as_str(), &fields, &picture()).await;
    let error = error.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Unavailable, Wire::Answered(403)));
    assert_eq!(refusing.seen().len(), 1);
}

#[tokio::test]
async fn a_pass_goes_in_place_of_the_key_and_is_kept_as_quiet() {
    let peer = Peer::start(|_, _| Reply::Json(400, serde_json::json!({"detail": "a-pass"}))).await;
    let call = call(peer.url().as_str()).unwrap().with_pass("Bearer a-pass".into());
    let bytes = Payload::Bytes("image/png", Bytes::from_static(b"x"));
    call.send(Method::POST, "files", bytes, Patience::Ask).await.unwrap_err();
    let seen = peer.seen();
    assert_eq!(seen[0].header("authorization"), Some("Bearer a-pass"));
    assert!(!seen[0].holds("a-secret-key"));
    assert!(!call.redact("it was Bearer a-pass").contains("a-pass"));
}
