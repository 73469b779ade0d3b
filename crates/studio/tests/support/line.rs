//! A line that is bent at one kind of request, so many times, and remembers what went over it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Method, Request, Response};
use rushes_sandbox::On;
use rushes_studio::net::{Broken, Net, Wired};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// What is wrong with the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bend {
    /// Nobody listens there.
    Refused,
    /// TLS is spoken to a port that does not.
    Tls,
    /// We give up waiting after this long.
    Late(Duration),
}

/// A request as it left.
#[derive(Debug, Clone)]
pub struct Left {
    pub on: On,
    pub url: Url,
    pub headers: HeaderMap,
}

/// The line.
pub struct Line {
    on: On,
    bend: Option<Bend>,
    times: AtomicU32,
    left: Mutex<Vec<Left>>,
}

impl Line {
    pub fn straight() -> Self {
        Self { on: On::Any, bend: None, times: AtomicU32::new(0), left: Mutex::default() }
    }

    /// Bent at the first request of a kind.
    pub fn bent(on: On, bend: Bend) -> Self {
        Self { on, bend: Some(bend), times: AtomicU32::new(1), left: Mutex::default() }
    }

    /// What left of one kind, in order.
    pub fn left(&self, on: On) -> Vec<Left> {
        self.left.lock().unwrap().iter().filter(|left| left.on == on).cloned().collect()
    }

    /// Writes a request down and bends it if it is its turn.
    fn take(&self, mut request: Request) -> Request {
        let on = kind(&request);
        let (url, headers) = (request.url().clone(), request.headers().clone());
        self.left.lock().unwrap().push(Left { on, url, headers });
        let turn = on == self.on
            && self
                .times
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_ok();
        match self.bend.filter(|_| turn) {
            None => {}
            Some(Bend::Refused) => {
                // A port that was free a moment ago, and that nobody takes over on this address.
                let closed = std::net::TcpListener::bind("127.0.0.3:0").unwrap();
                let at = closed.local_addr().unwrap();
                request.url_mut().set_ip_host(at.ip()).unwrap();
                request.url_mut().set_port(Some(at.port())).unwrap();
            }
            Some(Bend::Tls) => request.url_mut().set_scheme("https").unwrap(),
            Some(Bend::Late(patience)) => *request.timeout_mut() = Some(patience),
        }
        request
    }
}

#[async_trait]
impl Net for Line {
    async fn send(&self, request: Request) -> Result<Response, Broken> {
        Wired.send(self.take(request)).await
    }

    async fn fetch(&self, request: Request) -> Result<Response, Broken> {
        Wired.fetch(self.take(request)).await
    }
}

fn kind(request: &Request) -> On {
    let path = request.url().path();
    if request.method() == Method::PUT {
        On::Put
    } else if path == "/api/v3/media/uploads" {
        On::Upload
    } else if path.starts_with("/api/v3/predictions/") {
        On::Poll
    } else if path.starts_with("/api/v3/sandbox/") {
        On::Submit
    } else if path.starts_with("/api/v3/") {
        On::Any
    } else {
        On::Download
    }
}

/// Another host, which writes down what it is asked and knows nothing.
pub struct Stranger {
    pub url: String,
    heard: std::sync::Arc<Mutex<Vec<String>>>,
}

impl Stranger {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = std::sync::Arc::new(Mutex::new(Vec::new()));
        let notes = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 16 * 1024];
                let length = stream.read(&mut head).await.unwrap_or(0);
                notes.lock().unwrap().push(String::from_utf8_lossy(&head[..length]).into_owned());
                let _ = stream
                    .write_all(b"HTTP/1.1 404 x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                    .await;
            }
        });
        Self { url, heard }
    }

    /// The heads of the requests that came.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}
