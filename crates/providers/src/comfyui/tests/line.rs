//! The open line.

use std::io;
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::{COMFYUI, ID, Peer, Reply, call, task};
use crate::comfyui::frame::{Heard, of_bytes, of_text};
use crate::types::RemoteOutput;
use crate::{Bin, Call, Kind, Provider, Tray};

fn preview(kind: u32, about: &Value) -> Vec<u8> {
    let mut frame = kind.to_be_bytes().to_vec();
    if kind == 4 {
        let about = about.to_string();
        frame.extend((about.len() as u32).to_be_bytes());
        frame.extend(about.as_bytes());
    } else {
        frame.extend(1_u32.to_be_bytes());
    }
    frame.extend(b"a picture");
    frame
}

#[test]
fn frames_mean_what_they_say_of_our_job_only() {
    let frames: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/ws_frames.json")).unwrap();
    let heard = |id: &str| -> Vec<Heard> {
        frames.iter().map(|frame| of_text(&frame.to_string(), id)).collect()
    };
    let mut expected = vec![Heard::Nothing; 8];
    assert_eq!(heard("another"), expected);
    expected[4] = Heard::Progress(0.5);
    (expected[6], expected[7]) = (Heard::Ended, Heard::Ended);
    assert_eq!(heard(ID), expected);
    let idle = json!({"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}}});
    assert_eq!(of_text(&idle.to_string(), ID), Heard::Ended);
    let picture = Heard::Preview("a picture".into());
    let ours = json!({"node_id": "3", "prompt_id": ID, "image_type": "image/jpeg"});
    let other = json!({"prompt_id": "another"});
    for (frame, expected) in [
        (preview(1, &json!(null)), picture.clone()),
        (preview(4, &ours), picture.clone()),
        (preview(4, &json!({})), picture),
        (preview(4, &other), Heard::Nothing),
        (preview(3, &json!(null)), Heard::Nothing),
        (vec![0, 0, 0, 1, 0, 0, 0, 1], Heard::Nothing),
        (vec![0, 0, 0, 4, 255, 255, 255, 255, 1], Heard::Nothing),
        (vec![0, 0], Heard::Nothing),
        (vec![], Heard::Nothing),
    ] {
        assert_eq!(of_bytes(&frame, ID), expected, "{frame:?}");
    }
    for odd in ["", "[]", "{", r#"{"type":"progress","data":{"prompt_id":null,"max":0}}"#] {
        assert_eq!(of_text(odd, ID), Heard::Nothing, "{odd}");
    }
}

/// A tray that remembers.
#[derive(Default)]
struct Shelf(Mutex<Vec<String>>);

impl Tray for Shelf {
    fn open(&self) -> io::Result<Box<dyn Bin>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn preview(&self, picture: RemoteOutput) {
        self.0.lock().unwrap().push(format!("{picture:?}"));
    }

    fn progress(&self, part: Option<f32>, note: &str) {
        self.0.lock().unwrap().push(format!("{part:?}{note}"));
    }
}

/// Takes one line, says these messages once it was greeted, and stays until the other side goes.
async fn taken(listener: TcpListener, messages: Vec<Message>) -> (String, Vec<Message>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap();
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {accept}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    let mut line = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let mut said = vec![line.next().await.unwrap().unwrap()];
    for message in messages {
        line.send(message).await.unwrap();
    }
    while let Some(Ok(message)) = line.next().await {
        said.push(message);
    }
    (head, said)
}

#[tokio::test]
async fn progress_and_previews_come_over_the_open_line() {
    let frames: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/ws_frames.json")).unwrap();
    let mut messages: Vec<Message> =
        frames.iter().map(|frame| Message::text(frame.to_string())).collect();
    let ours = json!({"prompt_id": ID, "image_type": "image/jpeg"});
    messages.insert(5, Message::binary(preview(4, &ours)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let shelf = Arc::new(Shelf::default());
    let call = Call::new(COMFYUI.manifest(), base, None).unwrap().with_tray(shelf.clone());
    let work = task();
    let (watched, (head, said)) =
        tokio::join!(COMFYUI.watch(&call, &work), taken(listener, messages));
    watched.unwrap();
    assert!(head.starts_with(&format!("GET /ws?clientId={ID} HTTP/1.1")), "{head}");
    assert!(!head.to_lowercase().contains("\r\norigin:"), "{head}");
    let hello: Value = serde_json::from_str(said[0].to_text().unwrap()).unwrap();
    let features = json!({"supports_preview_metadata": true});
    assert_eq!(hello, json!({"type": "feature_flags", "data": features}));
    let seen = shelf.0.lock().unwrap().clone();
    assert_eq!(seen, ["Some(0.5)".to_owned(), r#"Inline { bytes: b"a picture" }"#.to_owned()]);
}

#[tokio::test]
async fn a_server_that_takes_no_line_is_left_alone() {
    let peer = Peer::start(|_, _| Reply::Json(200, json!({}))).await;
    let call = call(&peer);
    // Without anyone to tell, nothing is asked.
    COMFYUI.watch(&call, &task()).await.unwrap();
    assert_eq!(peer.seen(), []);
    let call = call.with_tray(Arc::new(Shelf::default()));
    let error = COMFYUI.watch(&call, &task()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Protocol);
    assert_eq!(peer.seen().len(), 1);
}
