//! A line that is bent at one kind of request, so many times, and remembers what went over it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Method, Request, Response};
use rushes_sandbox::On;
use rushes_studio::clock::{Clock, System};
use rushes_studio::net::{Broken, Net, Wired};
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
    /// ms UTC.
    pub at_ms: i64,
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
        self.left.lock().unwrap().push(Left { at_ms: System.now_ms(), on, url, headers });
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
