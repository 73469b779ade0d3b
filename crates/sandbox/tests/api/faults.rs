use std::io::ErrorKind;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use rushes_sandbox::{On, Script};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::{Caller, small};

/// Sends bytes over bare TCP, ends its own side never, and tells what came back and how it ended.
async fn exchange(caller: &Caller, request: &str) -> (String, std::io::Result<()>) {
    let address = caller.sandbox.base_url().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut came = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        match tokio::time::timeout(Duration::from_secs(10), stream.read(&mut part))
            .await
            .expect("the connection ends")
        {
            Ok(0) => break Ok(()),
            Ok(n) => came.extend_from_slice(&part[..n]),
            Err(error) => break Err(error),
        }
    };
    (String::from_utf8_lossy(&came).into_owned(), end)
}

fn submit_text(prompt: &str) -> String {
    let body = small(prompt, 1).to_string();
    format!(
        "POST /api/v3/sandbox/stills HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn an_answer_is_given_so_many_times_with_its_headers() {
    let caller = Caller::with_rules(json!([
        {"on": "submit", "after": 1, "times": 1, "answer": {"status": 429, "headers": {"retry-after": "7"}}},
        {"on": "balance", "answer": {"status": 502, "body": "<html>Bad Gateway</html>"}},
        {"on": "models", "answer": {"status": 200, "body": "{\"code\":200,\"data\":["}},
        {"on": "price", "answer": {"status": 403, "body": {"code": 403, "message": "no", "error_code": "permission_denied"}}},
    ])).await;
    caller.submit("sandbox/stills", &small("one", 1)).await;
    let limited = caller
        .request(Method::POST, "/api/v3/sandbox/stills")
        .json(&small("two", 1))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (limited.status(), &limited.headers()["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"7".parse().unwrap())
    );
    assert_eq!(
        limited.json::<serde_json::Value>().await.unwrap(),
        json!({"code": 429, "message": "Too Many Requests"})
    );
    caller.submit("sandbox/stills", &small("three", 1)).await;
    assert_eq!(caller.sandbox.ledger().creates, 2, "the 429 created nothing");

    let gateway = caller.request(Method::GET, "/api/v3/balance").send().await.unwrap();
    assert_eq!(
        (gateway.status(), &gateway.headers()["content-type"]),
        (StatusCode::BAD_GATEWAY, &"text/html".parse().unwrap())
    );
    assert_eq!(gateway.text().await.unwrap(), "<html>Bad Gateway</html>");
    assert_eq!(
        caller.request(Method::GET, "/api/v3/models").send().await.unwrap().text().await.unwrap(),
        "{\"code\":200,\"data\":["
    );
    let price = caller.post("/api/v3/model/price", &json!({})).await;
    assert_eq!(
        price,
        (
            StatusCode::FORBIDDEN,
            json!({"code": 403, "message": "no", "error_code": "permission_denied"})
        )
    );
}

#[tokio::test]
async fn a_server_error_may_leave_a_task_behind() {
    let caller = Caller::with_rules(json!([
        {"on": "submit", "times": 1, "answer": {"status": 500}},
        {"on": "submit", "times": 1, "answer": {"status": 503}, "create": false},
        {"on": "submit", "times": 1, "answer": {"status": 200, "body": {"code": 200, "data": {}}}, "create": true},
    ])).await;
    let mut creates = Vec::new();
    for _ in 0..3 {
        caller.post("/api/v3/sandbox/stills", &small("hills", 1)).await;
        creates.push(caller.sandbox.ledger().creates);
    }
    assert_eq!(creates, [1, 1, 2]);
}

#[tokio::test]
async fn a_drop_after_reading_resets_and_creates() {
    let caller =
        Caller::with_rules(json!([{"on": "submit", "times": 1, "drop": "after_read"}])).await;
    let (came, end) = exchange(&caller, &submit_text("hills")).await;
    assert_eq!((came.as_str(), end.unwrap_err().kind()), ("", ErrorKind::ConnectionReset));
    assert_eq!(caller.sandbox.ledger().creates, 1);
    caller.submit("sandbox/stills", &small("again", 1)).await;
}

#[tokio::test]
async fn a_drop_before_reading_resets_and_creates_nothing() {
    let caller =
        Caller::with_rules(json!([{"on": "submit", "times": 1, "drop": "before_read"}])).await;
    // The body never comes: the reset does not wait for it.
    let head = submit_text("hills").split("\r\n\r\n").next().unwrap().to_owned() + "\r\n\r\n";
    let (came, end) = exchange(&caller, &head).await;
    assert_eq!((came.as_str(), end.unwrap_err().kind()), ("", ErrorKind::ConnectionReset));
    assert_eq!(caller.sandbox.ledger().creates, 0);
}

#[tokio::test]
async fn a_cut_ends_the_connection_after_so_many_bytes_of_the_body() {
    let caller = Caller::with_rules(json!([{"on": "submit", "times": 1, "cut_after": 12}])).await;
    let (came, end) = exchange(&caller, &submit_text("hills")).await;
    let (head, body) = came.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert_eq!(body, "{\"code\":200,");
    assert!(end.is_ok(), "an end of file, short of the length that was promised: {end:?}");
    assert_eq!(caller.sandbox.ledger().creates, 1);
}

#[tokio::test]
async fn a_cut_download_can_be_taken_up_again() {
    let caller = Caller::with_rules(
        json!([{"on": "download", "model": "sandbox/*", "times": 1, "cut_after": 1000}]),
    )
    .await;
    let id = caller.submit("sandbox/stills", &small("hills", 1)).await;
    let url = caller.ended(&id).await["outputs"][0].as_str().unwrap().to_owned();
    let mut answer = caller.fetch(&url).await;
    let mut came = Vec::new();
    let error = loop {
        match answer.chunk().await {
            Ok(Some(part)) => came.extend_from_slice(&part),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert_eq!((came.len(), error.is_some()), (1000, true));
    let path = url.strip_prefix(&caller.sandbox.base_url()).unwrap();
    let rest =
        caller.request(Method::GET, path).header("range", "bytes=1000-").send().await.unwrap();
    came.extend_from_slice(&rest.bytes().await.unwrap());
    assert_eq!(image::load_from_memory(&came).unwrap().width(), 256);
}

#[tokio::test]
async fn a_status_word_replaces_the_true_one() {
    let caller =
        Caller::with_rules(json!([{"on": "poll", "times": 1, "status_word": "warming_up"}])).await;
    let id = caller.submit("sandbox/stills", &small("hills", 1)).await;
    assert_eq!(caller.poll(&id).await["status"], "warming_up");
    assert_eq!(caller.ended(&id).await["status"], "completed");
}

#[tokio::test]
async fn a_delay_comes_before_the_answer() {
    let caller = Caller::with_rules(json!([{"on": "list", "times": 1, "delay_ms": 150}])).await;
    let begun = Instant::now();
    caller.post("/api/v3/predictions", &json!({})).await;
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn uploads_and_puts_can_fail_too() {
    let caller = Caller::with_rules(json!([
        {"on": "put", "times": 1, "answer": {"status": 503}, "create": false},
        {"on": "upload", "after": 1, "answer": {"status": 413}},
    ]))
    .await;
    let (_, ticket) =
        caller.post("/api/v3/media/uploads", &json!({"filename": "a.png", "size": 4})).await;
    let put = || {
        reqwest::Client::new()
            .put(ticket["data"]["upload"]["url"].as_str().unwrap())
            .header("content-type", "image/png")
            .body("four")
            .send()
    };
    assert_eq!(put().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(put().await.unwrap().status(), StatusCode::OK);
    assert_eq!(
        caller.post("/api/v3/media/uploads", &json!({"filename": "a.png", "size": 4})).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[test]
fn scripts_are_read_from_json_and_toml() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let json = Script::read(write("a.json", r#"{"base_price": 0.05, "rules": [{"on": "poll", "model": "sandbox/clips", "drop": "after_read"}]}"#)).unwrap();
    let toml = Script::read(write("a.toml", "base_price = 0.05\n[[rules]]\non = \"poll\"\nmodel = \"sandbox/clips\"\ndrop = \"after_read\"\n")).unwrap();
    assert_eq!(serde_json::to_value(&json).unwrap(), serde_json::to_value(&toml).unwrap());
    assert_eq!((json.base_price, json.rules[0].on), (Some(0.05), On::Poll));
    let wrong = Script::read(write("b.json", r#"{"rules": [{"onn": "poll"}]}"#)).unwrap_err();
    assert!(wrong.to_string().contains("onn"), "{wrong}");
}
