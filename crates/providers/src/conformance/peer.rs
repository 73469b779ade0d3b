//! A server on this computer that answers by the book, or breaks the line by the book.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

/// What the peer does once it has read a whole request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers with JSON.
    Json(u16, Value),
    /// Answers with JSON and keeps the connection for the next request.
    KeepOpen(u16, Value),
    /// Answers with this status, these headers and this body.
    Full(u16, Vec<(String, String)>, String),
    /// Promises more bytes than it sends, then closes.
    Truncated(u16, String),
    /// Sends half of a status line, then closes.
    HalfHead,
    /// Closes without a word.
    Close,
    /// Resets the connection.
    Reset,
    /// Keeps the connection and says nothing.
    Silence,
}

/// One request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `GET`, `POST`, `PUT`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Seen {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether a text stands anywhere in the request.
    pub fn holds(&self, text: &str) -> bool {
        self.path.contains(text)
            || self.headers.iter().any(|(_, value)| value.contains(text))
            || String::from_utf8_lossy(&self.body).contains(text)
    }
}

/// A server that lives as long as this value.
pub struct Peer {
    url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
    _connections: JoinSet<()>,
}

impl Peer {
    /// Listens on a free port of 127.0.0.1 and answers each request by `script`, which also gets
    /// the peer's own address.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(script: impl Fn(&Seen, &Url) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let url = Url::parse(&format!("http://{address}")).expect("an address is a URL");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut connections = JoinSet::new();
        connections.spawn(listen(listener, Arc::new(script), url.clone(), Arc::clone(&seen)));
        Self { url, seen, _connections: connections }
    }

    /// Where it listens.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Every request so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

type Script = Arc<dyn Fn(&Seen, &Url) -> Reply + Send + Sync>;

async fn listen(listener: TcpListener, script: Script, url: Url, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        open.spawn(serve(stream, Arc::clone(&script), url.clone(), Arc::clone(&seen)));
    }
}

/// One request, one answer, closed, unless the script keeps the connection.
async fn serve(mut stream: TcpStream, script: Script, url: Url, seen: Arc<Mutex<Vec<Seen>>>) {
    while let Some(request) = read_request(&mut stream).await {
        let reply = script(&request, &url);
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let json = [("content-type".to_owned(), "application/json".to_owned())];
        let bytes = match &reply {
            Reply::Json(status, body) => written(*status, "close", &json, &body.to_string()),
            Reply::KeepOpen(status, body) => {
                written(*status, "keep-alive", &json, &body.to_string())
            }
            Reply::Full(status, headers, body) => written(*status, "close", headers, body),
            Reply::Truncated(status, body) => {
                let length = body.len() + 64;
                format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n\r\n{body}")
            }
            Reply::HalfHead => "HTTP/1.1 2".into(),
            Reply::Close => String::new(),
            Reply::Reset => {
                // Zero linger turns the close into a reset.
                let _ = stream.set_zero_linger();
                return;
            }
            Reply::Silence => std::future::pending().await,
        };
        // The other side may have gone; what it saw is what the test asks about.
        let sent = stream.write_all(bytes.as_bytes()).await;
        if sent.is_err() || !matches!(reply, Reply::KeepOpen(..)) {
            let _ = stream.shutdown().await;
            return;
        }
    }
}

fn written(status: u16, connection: &str, headers: &[(String, String)], body: &str) -> String {
    use std::fmt::Write as _;
    let mut text = format!(
        "HTTP/1.1 {status} x\r\nconnection: {connection}\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text + "\r\n" + body
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse::<usize>().ok())
        .unwrap_or(0);
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { method, path, headers, body })
}
