//! The door from outside: who gets in, and what they get.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fall over, and writes its own files"
)]

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::changes::MISSED;
use super::*;
use crate::api::types::{Change, Settings};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n, or so it begins";
const WINDOW: &str = "tauri://localhost";

struct Fake {
    folder: PathBuf,
    feed: broadcast::Sender<Arc<Vec<Change>>>,
}

#[async_trait]
impl Desk for Fake {
    async fn call(&self, name: &str, payload: Value) -> Result<Value, ApiError> {
        match name {
            "fail" => Err(error("no_key", "There is no key.", "Add one.")),
            _ => Ok(json!({ "name": name, "payload": payload })),
        }
    }

    fn changes(&self) -> broadcast::Receiver<Arc<Vec<Change>>> {
        self.feed.subscribe()
    }

    async fn take_upload(
        &self,
        name: String,
        made_at: Option<i64>,
        bytes: Upload,
    ) -> Result<Imported, ApiError> {
        let chunks: Vec<Bytes> =
            bytes.try_collect().await.map_err(|e| error("lost", &e.to_string(), ""))?;
        let id = format!("{name} {made_at:?} {}", String::from_utf8_lossy(&chunks.concat()));
        Ok(Imported { added: vec![id], ..Imported::default() })
    }

    async fn view(&self, query: &str, sort: &str, most: Option<u32>) -> Result<Bytes, ApiError> {
        match query {
            "foo:bar" => Err(error("query", "There is no filter “foo”.", "Use one of model.")),
            _ => Ok(format!("{query}|{sort}|{most:?}").into()),
        }
    }

    async fn stacked_view(
        &self,
        query: &str,
        sort: &str,
        most: Option<u32>,
    ) -> Result<Bytes, ApiError> {
        Ok(format!("stacked: {query}|{sort}|{most:?}").into())
    }

    async fn roll_picture(&self, id: &str) -> Option<Bytes> {
        (id == "roll_boats").then(|| PNG.into())
    }

    fn glimpse(&self, job: &str) -> Option<Bytes> {
        match job {
            "job_painted" => Some(PNG.into()),
            "job_page" => Some("<html>not a picture</html>".into()),
            _ => None,
        }
    }

    async fn media_file(&self, asset: &str, variant: Variant) -> Result<MediaFile, ApiError> {
        let content_type = match (asset, variant) {
            ("ast_clip", Variant::Original) => "video/mp4",
            ("ast_clip", Variant::Thumb(_)) => "image/jpeg",
            ("ast_page", Variant::Original) => "text/html",
            ("ast_gone", Variant::Original) => "image/png",
            _ => return Err(error("not_found", "No such asset.", "")),
        };
        let name = match variant {
            Variant::Original => asset.to_owned(),
            Variant::Thumb(ThumbSize::Medium) => format!("{asset}-thumb"),
            Variant::Thumb(size) => format!("{asset}-thumb-{}", size.side()),
        };
        Ok(MediaFile { path: self.folder.join(name), content_type: content_type.into() })
    }
}

/// A door with a clip of ten bytes, a page in disguise, and a window of two files.
struct Street {
    open: OpenDoor,
    desk: Arc<Fake>,
    data: tempfile::TempDir,
}

impl Street {
    /// A door with a window of another origin.
    async fn new() -> Self {
        Self::with(vec![WINDOW.into()]).await
    }

    async fn with(origins: Vec<String>) -> Self {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("ast_clip"), b"0123456789").unwrap();
        std::fs::write(data.path().join("ast_clip-thumb"), b"thumb").unwrap();
        std::fs::write(data.path().join("ast_clip-thumb-256"), b"small").unwrap();
        std::fs::write(data.path().join("ast_clip-thumb-1024"), b"large").unwrap();
        std::fs::write(data.path().join("ast_page"), b"<script>1</script>").unwrap();
        let desk = Arc::new(Fake { folder: data.path().into(), feed: broadcast::channel(2).0 });
        let files: UiFiles = Arc::new(|path| {
            let (bytes, kind): (&'static [u8], _) = match path {
                "index.html" => (b"<html>", "text/html"),
                "assets/app.js" => (b"run()", "text/javascript"),
                _ => return None,
            };
            Some((Cow::Borrowed(bytes), kind.into()))
        });
        let config = DoorConfig { port: 0, origins, ui: Some(files) };
        let weak = Arc::downgrade(&desk);
        let open = OpenDoor::open(config, weak, Some(data.path())).await.unwrap();
        Self { open, desk, data }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.open.door().base)
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let url = self.url(path).parse().unwrap();
        let mut request = rushes_providers::bare_client_for(&url).request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.ask(Method::GET, path, headers).await
    }

    async fn post(&self, body: impl Into<reqwest::Body>, headers: &[(&str, &str)]) -> Response {
        let url = self.url("call").parse().unwrap();
        let mut request = rushes_providers::bare_client_for(&url).post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|v| v.to_str().unwrap())
}

#[tokio::test]
async fn without_the_token_there_is_nothing() {
    let street = Street::new().await;
    let token = &street.open.door().token;
    assert_eq!(token.len(), 64);
    let other = token.replace(|_: char| true, "0");
    for path in ["", "/", "/media/ast_clip/original", "/call", "/changes"] {
        for wrong in [other.as_str(), &token[..63], "", "media"] {
            let url = format!("{}/{wrong}{path}", street.open.door().origin).parse().unwrap();
            let answer = rushes_providers::bare_client_for(&url).get(url).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{wrong}{path}");
            assert_eq!(answer.text().await.unwrap(), "");
        }
    }
}

#[tokio::test]
async fn a_page_of_someone_else_gets_nothing() {
    let street = Street::new().await;
    let origins = ["https://example.com", "null", "http://localhost", "tauri://localhost.evil"];
    for origin in origins {
        let asked = [("origin", origin), ("content-type", "application/json")];
        let media = street.get("media/ast_clip/original", &asked).await;
        let call = street.post(r#"{"cmd":"list_jobs"}"#, &asked).await;
        let preflight = street.ask(Method::OPTIONS, "call", &asked).await;
        let page = street.get("", &asked).await;
        for answer in [media, call, preflight, page] {
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{origin}");
            assert_eq!(header(&answer, "access-control-allow-origin"), None);
            assert_eq!(answer.text().await.unwrap(), "");
        }
        let mut request =
            street.url("changes").replace("http:", "ws:").into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        let refused = tokio_tungstenite::connect_async(request).await.unwrap_err();
        assert!(matches!(refused, SocketError::Http(r) if r.status() == 403), "{origin}");
    }
}

#[tokio::test]
async fn a_foreign_name_for_this_computer_gets_nothing() {
    let street = Street::new().await;
    let port = street.open.door().origin.rsplit(':').next().unwrap().to_owned();
    for (host, status) in [
        (format!("127.0.0.1:{port}"), StatusCode::OK),
        (format!("localhost:{port}"), StatusCode::OK),
        (format!("evil.example:{port}"), StatusCode::FORBIDDEN),
        ("127.0.0.1".into(), StatusCode::FORBIDDEN),
        (format!("127.0.0.1:{port}.evil.example"), StatusCode::FORBIDDEN),
    ] {
        let answer = street.get("media/ast_clip/original", &[("host", &host)]).await;
        assert_eq!(answer.status(), status, "{host}");
    }
}

#[tokio::test]
async fn a_thumb_comes_in_the_size_that_is_asked_for() {
    let street = Street::new().await;
    let mut tags = Vec::new();
    for (query, bytes) in
        [("", "thumb"), ("?w=512", "thumb"), ("?w=256", "small"), ("?x=1&w=1024", "large")]
    {
        let answer = street.get(&format!("media/ast_clip/thumb{query}"), &[]).await;
        assert_eq!(header(&answer, "content-type"), Some("image/jpeg"), "{query}");
        tags.push(header(&answer, "etag").unwrap().to_owned());
        assert_eq!(answer.text().await.unwrap(), bytes, "{query}");
    }
    assert_eq!(tags[0], tags[1]);
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    for wrong in ["?w=", "?w=300", "?w=-256", "?w=99999999999999999999"] {
        let answer = street.get(&format!("media/ast_clip/thumb{wrong}"), &[]).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn the_window_may_read_media_across_origins_and_a_served_page_only_its_own() {
    let served = Street::with(Vec::new()).await;
    let own = served.get("media/ast_clip/original", &[]).await;
    assert_eq!(header(&own, "access-control-allow-origin"), None);
    assert_eq!(header(&own, "cross-origin-resource-policy"), Some("same-origin"));

    let street = Street::new().await;
    let poster = street.get("media/ast_clip/thumb", &[]).await;
    assert_eq!(header(&poster, "access-control-allow-origin"), None);
    assert_eq!(header(&poster, "cross-origin-resource-policy"), Some("cross-origin"));

    let window = street.get("media/ast_clip/original", &[("origin", WINDOW)]).await;
    assert_eq!(header(&window, "access-control-allow-origin"), Some(WINDOW));
    assert_eq!(header(&window, "cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(header(&window, "vary"), Some("origin"));

    let asked = [("origin", WINDOW), ("access-control-request-method", "POST")];
    let preflight = street.ask(Method::OPTIONS, "call", &asked).await;
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&preflight, "access-control-allow-origin"), Some(WINDOW));
    assert_eq!(header(&preflight, "access-control-allow-methods"), Some("GET, HEAD, POST"));
    assert_eq!(header(&preflight, "access-control-allow-headers"), Some("content-type, range"));
}

#[tokio::test]
async fn media_come_whole_in_parts_or_not_at_all() {
    let street = Street::new().await;
    let clip = "media/ast_clip/original";

    let whole = street.get(clip, &[]).await;
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(header(&whole, "content-type"), Some("video/mp4"));
    assert_eq!(header(&whole, "content-length"), Some("10"));
    assert_eq!(header(&whole, "accept-ranges"), Some("bytes"));
    assert_eq!(header(&whole, "etag"), Some("\"ast_clip\""));
    assert_eq!(header(&whole, "cache-control"), Some("private, max-age=31536000, immutable"));
    assert_eq!(header(&whole, "x-content-type-options"), Some("nosniff"));
    assert_eq!(header(&whole, "content-security-policy"), Some("sandbox; default-src 'none'"));
    assert_eq!(whole.text().await.unwrap(), "0123456789");

    for (asked, answer, bytes) in [
        ("bytes=2-4", "bytes 2-4/10", "234"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
        ("bytes=0-99", "bytes 0-9/10", "0123456789"),
    ] {
        let part = street.get(clip, &[("range", asked)]).await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{asked}");
        assert_eq!(header(&part, "content-range"), Some(answer));
        assert_eq!(header(&part, "content-length"), Some(bytes.len().to_string().as_str()));
        assert_eq!(part.text().await.unwrap(), bytes);
    }

    let beyond = street.get(clip, &[("range", "bytes=10-")]).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(header(&beyond, "content-range"), Some("bytes */10"));

    let known = street.get(clip, &[("if-none-match", "W/\"ast_clip\"")]).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);

    let stale = street.get(clip, &[("range", "bytes=2-4"), ("if-range", "\"other\"")]).await;
    assert_eq!(stale.status(), StatusCode::OK);

    let head = street.ask(Method::HEAD, clip, &[]).await;
    assert_eq!(header(&head, "content-length"), Some("10"));
    assert_eq!(head.text().await.unwrap(), "");

    for gone in ["media/ast_gone/original", "media/ast_none/original", "media/ast_clip/raw"] {
        assert_eq!(street.get(gone, &[]).await.status(), StatusCode::NOT_FOUND, "{gone}");
    }
    let outside = street.get("media/..%2F..%2Fetc%2Fpasswd/original", &[]).await;
    assert_eq!(outside.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_picture_and_no_clip_is_never_shown() {
    let street = Street::new().await;
    let page = street.get("media/ast_page/original", &[]).await;
    assert_eq!(header(&page, "content-type"), Some("application/octet-stream"));
    assert_eq!(header(&page, "content-disposition"), Some("attachment"));
    assert_eq!(header(&page, "x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_picture_half_made_is_shown_and_nothing_else_in_its_place() {
    let street = Street::new().await;
    let painted = street.get("glimpse/job_painted/1", &[]).await;
    assert_eq!(painted.status(), StatusCode::OK);
    assert_eq!(header(&painted, "content-type"), Some("image/png"));
    assert_eq!(header(&painted, "cache-control"), Some("no-store"));
    assert_eq!(painted.bytes().await.unwrap(), PNG);
    let rolled = street.get("roll/roll_boats", &[]).await;
    assert_eq!(header(&rolled, "content-type"), Some("image/png"));
    assert_eq!(header(&rolled, "cache-control"), Some("no-store"));
    let paths = ["roll/..%2f..%2fetc%2fpasswd", "roll/%2fetc%2fpasswd", "roll/roll_other"];
    for none in ["glimpse/job_page/1", "glimpse/job_other/1"].into_iter().chain(paths) {
        assert_eq!(street.get(none, &[]).await.status(), StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn a_call_answers_with_the_value_or_the_words_of_the_error() {
    let street = Street::new().await;
    let json = [("content-type", "application/json; charset=utf-8")];
    let fine = street.post(r#"{"cmd":"get_job","payload":{"id":"job_1"}}"#, &json).await;
    assert_eq!(fine.status(), StatusCode::OK);
    let value: Value = fine.json().await.unwrap();
    assert_eq!(value, json!({ "name": "get_job", "payload": { "id": "job_1" } }));

    let failed = street.post(r#"{"cmd":"fail"}"#, &json).await;
    assert_eq!(failed.status(), StatusCode::CONFLICT);
    let words: ApiError = failed.json().await.unwrap();
    assert_eq!(words, error("no_key", "There is no key.", "Add one."));

    let form = street.post(r#"{"cmd":"get_job"}"#, &[("content-type", "text/plain")]).await;
    assert_eq!(form.status(), StatusCode::BAD_REQUEST);
    let broken = street.post("{", &json).await;
    assert_eq!(broken.status(), StatusCode::BAD_REQUEST);
    let huge = street.post(vec![b' '; 64 * 1024 * 1024 + 1], &json).await;
    assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(huge.json::<ApiError>().await.unwrap().code, "too_large");
}

#[tokio::test]
async fn the_page_may_load_only_its_own_files() {
    let street = Street::new().await;
    let page = street.get("", &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(header(&page, "content-type"), Some("text/html"));
    let policy = header(&page, "content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert_eq!(page.text().await.unwrap(), "<html>");
    let script = street.get("assets/app.js", &[]).await;
    assert_eq!(script.text().await.unwrap(), "run()");
    assert_eq!(street.get("other.js", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn changes_are_told_and_missed_ones_are_confessed() {
    let street = Street::new().await;
    let change = Change::Settings { settings: Settings::default() };
    let remote = Remote::find(street.data.path()).await.unwrap();
    assert_eq!(remote.pid(), std::process::id());
    let mut told = remote.changes().await.unwrap();
    street.desk.feed.send(Arc::new(vec![change.clone()])).unwrap();
    assert_eq!(told.next().await, Some(vec![change.clone()]));

    let url = street.url("changes").replace("http:", "ws:");
    let (mut slow, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    // Without a pause for the door's task, the channel of two overflows.
    for _ in 0..9 {
        street.desk.feed.send(Arc::new(vec![change.clone()])).unwrap();
    }
    let end = loop {
        if let Message::Close(frame) = slow.next().await.unwrap().unwrap() {
            break frame.unwrap();
        }
    };
    assert_eq!(u16::from(end.code), MISSED);
    assert_eq!(end.reason.as_str(), "Some changes were missed. List everything again.");
}

#[tokio::test]
async fn a_second_process_finds_the_door_by_its_note_and_notices_when_it_closes() {
    let street = Street::new().await;
    let note = street.data.path().join("door.json");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&note).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
    let remote = Remote::find(street.data.path()).await.unwrap();
    let answer = remote.call("get_job", json!({ "id": "job_1" })).await.unwrap();
    assert_eq!(answer, json!({ "name": "get_job", "payload": { "id": "job_1" } }));
    let words = remote.call("fail", json!({})).await.unwrap_err();
    assert_eq!(words, error("no_key", "There is no key.", "Add one."));

    let mut told = remote.changes().await.unwrap();
    street.open.close().await;
    assert_eq!(told.next().await, None);
    assert!(!note.exists());
    assert_eq!(remote.call("get_job", json!({})).await.unwrap_err().code, "away");
    assert_eq!(Remote::find(street.data.path()).await.err().unwrap().code, "away");
}

#[tokio::test]
async fn a_view_is_bytes_and_one_that_cannot_be_read_says_so() {
    let street = Street::new().await;
    let view = street.get("view?query=%E5%A4%9C%20rating%3A%3E%3D3&sort=rating", &[]).await;
    assert_eq!(view.status(), StatusCode::OK);
    assert_eq!(header(&view, "content-type"), Some("application/octet-stream"));
    assert_eq!(header(&view, "cache-control"), Some("no-store"));
    assert_eq!(view.text().await.unwrap(), "夜 rating:>=3|rating|None");
    let first = street.get("view?most=1000", &[]).await;
    assert_eq!(first.text().await.unwrap(), "||Some(1000)");
    let stacked = street.get("view?sort=cost&most=9&stacked=true", &[]).await;
    assert_eq!(stacked.text().await.unwrap(), "stacked: |cost|Some(9)");
    let refused = street.get("view?query=foo:bar", &[]).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let said: ApiError = refused.json().await.unwrap();
    assert_eq!((said.code.as_str(), said.message.as_str()), ("query", "There is no filter “foo”."));
}

#[tokio::test]
async fn a_file_is_sent_with_its_name_and_only_as_bytes() {
    let street = Street::new().await;
    let send = async |path: &str, kind: &str, origin: &str| {
        let url = street.url(path).parse().unwrap();
        let request = rushes_providers::bare_client_for(&url).post(url).body("the bytes");
        request.header("content-type", kind).header("origin", origin).send().await.unwrap()
    };
    let path = "import?name=Dunes%20at%20noon.png&made_at=7";
    let sent = send(path, "application/octet-stream", WINDOW).await;
    assert_eq!(header(&sent, "access-control-allow-origin"), Some(WINDOW));
    let imported: Imported = sent.json().await.unwrap();
    assert_eq!(imported.added, ["Dunes at noon.png Some(7) the bytes"]);
    // What a form of a foreign page could send, and a page of someone else's.
    let form = send(path, "text/plain", WINDOW).await;
    assert_eq!(form.status(), StatusCode::BAD_REQUEST);
    let stranger = send(path, "application/octet-stream", "https://example.com").await;
    assert_eq!(stranger.status(), StatusCode::FORBIDDEN);
    let nameless = send("import?name=", "application/octet-stream", WINDOW).await;
    assert_eq!(nameless.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
