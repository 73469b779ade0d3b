//! Another host, which answers byte by byte as it is told, truthfully or not, and remembers what
//! it was asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// One request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// From which byte on.
    pub from: Option<usize>,
    pub if_range: Option<String>,
    /// All of it, in lower case.
    pub head: String,
}

/// The host. It answers the n-th request, from 0, with whatever bytes the script says, then hangs up.
pub struct Media {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _serving: JoinSet<()>,
}

impl Media {
    /// One that knows nothing.
    pub async fn without_anything() -> Self {
        Self::start(|_, _| answer(404, &[("content-length", "0".into())], b"")).await
    }

    pub async fn start(script: impl Fn(usize, &Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let url = format!("http://{}/media", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = asked.clone();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 16 * 1024];
                let length = stream.read(&mut head).await.unwrap_or(0);
                let ask = read(&String::from_utf8_lossy(&head[..length]));
                let n = {
                    let mut notes = notes.lock().unwrap();
                    notes.push(ask.clone());
                    notes.len() - 1
                };
                let _ = stream.write_all(&script(n, &ask)).await;
                let _ = stream.shutdown().await;
                // Until the other side has read it all and hangs up: a reset could overtake bytes.
                let _ = stream.read(&mut head).await;
            }
        });
        Self { url, asked, _serving: serving }
    }

    /// What was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn read(head: &str) -> Asked {
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    };
    let from = header("range").map(|range| {
        range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap()
    });
    Asked { from, if_range: header("if-range"), head: head.to_ascii_lowercase() }
}

/// An answer with these header lines and this body, whatever the two say about each other.
pub fn answer(status: u16, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}
