//! The provider and the line to it, as a table of truth: what was asked for, what was made, what
//! became of it. Speaks the same wire as the real one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::{Request, Response};
use rushes_studio::clock::Clock;
use rushes_studio::net::{Broken, Net, Reached};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::clock::Simulated;
use super::weather::{Storm, Weather};

/// The time at which every run begins, ms UTC: 2026-11-22T06:00:00Z.
pub(super) const BEGAN: i64 = 1_795_327_200_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With this many pictures.
    Done(u32),
    /// Says that it is done and has nothing.
    Empty,
    /// Gives up and returns the money.
    Failed,
    /// Declines the content and returns the money.
    Blocked,
}

/// One task at the provider.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// Its id.
    pub(super) id: String,
    /// Our own id that came with it.
    pub(super) client_ref: String,
    /// The inputs that came.
    pub(super) inputs: Value,
    /// ms UTC.
    pub(super) created_at: i64,
    /// When it is over, ms UTC.
    pub(super) ends_at: i64,
    /// How it is over then.
    pub(super) end: End,
    /// When the provider forgets it and its files, ms UTC.
    pub(super) kept_until: i64,
    /// When the list shows it first, ms UTC.
    pub(super) listed_at: i64,
}

struct State {
    rng: StdRng,
    tasks: Vec<Task>,
    /// Submits that left, by our own id.
    posts: BTreeMap<String, u32>,
    clock: Option<Simulated>,
}

/// The provider and the line to it.
pub(super) struct World {
    /// The plan.
    pub(super) weather: Weather,
    /// Rung when the process is to die in the middle of a request.
    pub(super) killed: Notify,
    state: Mutex<State>,
}

impl World {
    /// The world of a seed, before anything happens.
    pub(super) fn of(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            weather: Weather::of(seed),
            killed: Notify::new(),
            state: Mutex::new(State {
                rng: StdRng::seed_from_u64(seed),
                tasks: Vec::new(),
                posts: BTreeMap::new(),
                clock: None,
            }),
        })
    }

    /// Goes on under the clock of another life of the process.
    pub(super) fn turn_to(&self, clock: Simulated) {
        self.state().clock = Some(clock);
    }

    /// Everything that was ever made.
    pub(super) fn tasks(&self) -> Vec<Task> {
        self.state().tasks.clone()
    }

    /// Submits that left, by our own id.
    pub(super) fn posts(&self) -> BTreeMap<String, u32> {
        self.state().posts.clone()
    }

    /// A roll of the world's dice.
    pub(super) fn pick(&self, below: usize) -> usize {
        self.state().rng.random_range(0..below.max(1))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.state().clock.map_or(BEGAN, |clock| clock.now_ms())
    }

    fn storm(&self) -> Option<Storm> {
        self.weather.at(self.now() - BEGAN)
    }

    /// Whether this request meets a fault of its own.
    fn gust(&self) -> bool {
        let calm = self.now() - BEGAN >= self.weather.clears_at;
        !calm && self.state().rng.random_bool(self.weather.gusts)
    }

    async fn lag(&self, most_ms: u64) {
        let wait = self.state().rng.random_range(1..=most_ms);
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }

    fn create(&self, client_ref: &str, inputs: Value) -> String {
        let now = self.now();
        let mut state = self.state();
        let id = format!("task-{}", state.tasks.len() + 1);
        let end = match state.rng.random_range(0..20) {
            0 => End::Empty,
            1 => End::Failed,
            2 => End::Blocked,
            3..6 => End::Done(2),
            _ => End::Done(1),
        };
        let ends_at = now + state.rng.random_range(1_000..15 * MINUTE);
        let kept_until = ends_at + if state.rng.random_bool(0.2) { HOUR } else { 7 * 24 * HOUR };
        let listed_at = now + state.rng.random_range(0..60_000);
        state.tasks.push(Task {
            id: id.clone(),
            client_ref: client_ref.to_owned(),
            inputs,
            created_at: now,
            ends_at,
            end,
            kept_until,
            listed_at,
        });
        id
    }

    async fn submit(&self, request: &Request) -> Result<Response, Broken> {
        let header = request.headers().get("x-client-reference");
        let client_ref = header.and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        let inputs = body_of(request);
        if self.storm() == Some(Storm::Offline) {
            return Err(broken(Reached::Nowhere));
        }
        *self.state().posts.entry(client_ref.clone()).or_default() += 1;
        match self.storm() {
            Some(Storm::Portal) => return Ok(page()),
            Some(Storm::BadKey) => return Ok(said(401, "invalid api key")),
            Some(Storm::NoCredit) => return Ok(said(402, "insufficient credits")),
            Some(Storm::Busy) => return Ok(self.busy()),
            Some(Storm::Broken) => {
                if self.state().rng.random_bool(0.3) {
                    self.create(&client_ref, inputs);
                }
                return Ok(said(
                    *[500, 502, 503, 504].choose(&mut self.state().rng).expect("one"),
                    "x",
                ));
            }
            _ => {}
        }
        if !self.gust() {
            let id = self.create(&client_ref, inputs);
            self.lag(400).await;
            return Ok(data(&json!({"id": id, "status": "created", "urls": {}})));
        }
        let fate = self.state().rng.random_range(0..16);
        // Half of the ambiguous ones were made.
        if fate >= 8 {
            self.create(&client_ref, inputs);
        }
        match fate {
            0 => Ok(said(400, "size is invalid")),
            1 => Ok(said(404, "model not found")),
            2 => Ok(said(451, "not here")),
            3 => Ok(self.busy()),
            4 | 8 => Err(broken(Reached::Cut)),
            5 | 9 => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Err(broken(Reached::TimedOut))
            }
            6 | 10 | 11 => {
                // Dies before the answer is heard.
                self.killed.notify_one();
                std::future::pending().await
            }
            7 | 12 => {
                let status = *[408, 409, 425, 500, 502, 503, 504, 301, 307]
                    .choose(&mut self.state().rng)
                    .expect("a status");
                Ok(said(status, "sorry"))
            }
            13 => Ok(page()),
            14 => Ok(answer(200, "application/json", r#"{"code":200,"data":{"id":"ta"#.into())),
            _ => Ok(data(&json!({"status": "created"}))),
        }
    }

    fn busy(&self) -> Response {
        let (form, seconds) = {
            let mut state = self.state();
            (state.rng.random_range(0..3), state.rng.random_range(1..120))
        };
        let at = Timestamp::from_millisecond(self.now() + seconds * 1_000).expect("a time");
        let (name, value) = match form {
            0 => ("retry-after", seconds.to_string()),
            1 => ("retry-after-ms", (seconds * 1_000).to_string()),
            _ => ("retry-after", at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        };
        let now = Timestamp::from_millisecond(self.now()).expect("a time");
        http::Response::builder()
            .status(429)
            .header(name, value)
            .header("date", now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            .body(reqwest::Body::from(r#"{"code":429,"message":"slow down"}"#))
            .expect("an answer")
            .into()
    }

    async fn poll(&self, id: &str) -> Result<Response, Broken> {
        self.asked().await?;
        let task = self.tasks().into_iter().find(|task| task.id == id);
        let Some(task) = task.filter(|task| self.now() < task.kept_until) else {
            return Ok(said(404, "no such task"));
        };
        if self.gust() {
            let fault = self.pick(4);
            match fault {
                0 if self.now() - task.created_at < 50_000 => return Ok(said(404, "not yet")),
                1 if self.now() < task.ends_at => {
                    return Ok(data(&json!({"id": id, "status": "levitating"})));
                }
                _ => return Ok(said(500, "oh")),
            }
        }
        Ok(data(&self.told(&task)))
    }

    /// A task as the wire tells it.
    fn told(&self, task: &Task) -> Value {
        let now = self.now();
        let created = Timestamp::from_millisecond(task.created_at).expect("a time").to_string();
        let mut told = json!({
            "id": task.id, "model": "sandbox/stills", "status": "processing",
            "outputs": [], "inputs": task.inputs, "created_at": created,
        });
        if now >= task.ends_at {
            told["status"] = "completed".into();
            match task.end {
                End::Done(count) => {
                    // A link is signed when it is told and lives for an hour.
                    told["outputs"] = (0..count)
                        .map(|n| format!("http://127.0.0.1:9/media/{}/{n}/{}", task.id, now + HOUR))
                        .collect();
                }
                End::Empty => {}
                End::Failed => {
                    told["status"] = "failed".into();
                    told["code"] = 5000.into();
                }
                End::Blocked => {
                    told["status"] = "failed".into();
                    told["code"] = 1200.into();
                }
            }
        }
        told
    }

    async fn list(&self) -> Result<Response, Broken> {
        self.asked().await?;
        let now = self.now();
        let items: Vec<Value> = self
            .tasks()
            .iter()
            .filter(|task| task.listed_at <= now && now < task.created_at + 7 * 24 * HOUR)
            .map(|task| self.told(task))
            .collect();
        Ok(data(&json!({"total": items.len(), "items": items})))
    }

    /// What a question meets on its way.
    async fn asked(&self) -> Result<(), Broken> {
        self.lag(300).await;
        if self.storm() == Some(Storm::Offline) || (self.gust() && self.pick(3) == 0) {
            let reached = if self.pick(2) == 0 { Reached::Nowhere } else { Reached::Cut };
            return Err(broken(reached));
        }
        Ok(())
    }

    fn media(&self, path: &str, range: Option<&str>) -> Response {
        let mut parts = path.trim_start_matches("/media/").split('/');
        let id = parts.next().unwrap_or("");
        let place: u32 = parts.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let dies: i64 = parts.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let task = self.tasks().into_iter().find(|task| task.id == id);
        let Some(task) = task.filter(|task| self.now() < dies.min(task.kept_until)) else {
            return answer(403, "text/plain", "expired".into());
        };
        let whole = picture(&task, place);
        let from = range
            .and_then(|range| {
                range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok()
            })
            .unwrap_or(0);
        let total = whole.len();
        if from > 0 && from >= total {
            return answer(416, "text/plain", String::new());
        }
        let rest = whole[from..].to_vec();
        let mut head = http::Response::builder()
            .status(if from > 0 { 206 } else { 200 })
            .header("content-type", "image/png")
            .header("etag", format!("\"{id}-{place}\""));
        if from > 0 {
            head = head.header("content-range", format!("bytes {from}-{}/{total}", total - 1));
        }
        let body = if self.gust() {
            let end = self.pick(rest.len());
            let some: Result<Vec<u8>, std::io::Error> = Ok(rest[..end].to_vec());
            let then = if self.pick(2) == 0 {
                stream::once(async { Err(std::io::Error::other("cut")) }).left_stream()
            } else {
                stream::pending().right_stream()
            };
            reqwest::Body::wrap_stream(stream::iter([some]).chain(then))
        } else {
            reqwest::Body::from(rest)
        };
        head.body(body).expect("an answer").into()
    }
}

#[async_trait]
impl Net for World {
    async fn send(&self, request: Request) -> Result<Response, Broken> {
        let path = request.url().path().to_owned();
        if path.starts_with("/api/v3/sandbox/") {
            return self.submit(&request).await;
        }
        // Dies while it asks, now and then.
        if self.gust() && self.pick(40) == 0 {
            self.killed.notify_one();
            std::future::pending::<()>().await;
        }
        match self.storm() {
            Some(Storm::Portal) => return Ok(page()),
            Some(Storm::BadKey) => return Ok(said(401, "invalid api key")),
            Some(Storm::Broken) => return Ok(said(502, "oh")),
            _ => {}
        }
        if let Some(rest) = path.strip_prefix("/api/v3/predictions/") {
            return self.poll(rest.trim_end_matches("/result")).await;
        }
        match path.as_str() {
            "/api/v3/predictions" => self.list().await,
            "/api/v3/balance" => {
                self.asked().await?;
                let empty = self.storm() == Some(Storm::NoCredit);
                Ok(data(&json!({"balance": if empty { 0.0 } else { 5.0 }})))
            }
            _ => Ok(said(404, "not here")),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response, Broken> {
        self.asked().await?;
        match self.storm() {
            Some(Storm::Portal) => return Ok(page()),
            Some(Storm::Broken) => return Ok(answer(503, "text/plain", "oh".into())),
            _ => {}
        }
        if self.gust() && self.pick(12) == 0 {
            self.killed.notify_one();
            std::future::pending::<()>().await;
        }
        let range = request.headers().get("range").and_then(|value| value.to_str().ok());
        Ok(self.media(request.url().path(), range))
    }
}

fn body_of(request: &Request) -> Value {
    request
        .body()
        .and_then(reqwest::Body::as_bytes)
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .unwrap_or_default()
}

/// A small picture that no other task has.
fn picture(task: &Task, place: u32) -> Vec<u8> {
    let mark = task.id.bytes().fold(place, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
    let pixels = image::RgbImage::from_fn(24, 24, |x, y| {
        let [a, b, c, _] =
            (mark ^ (x * 7919 + y * 104_729)).wrapping_mul(2_654_435_761).to_le_bytes();
        image::Rgb([a, b, c])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

fn broken(reached: Reached) -> Broken {
    Broken { reached, causes: "as simulated".into() }
}

fn answer(status: u16, content_type: &str, body: String) -> Response {
    http::Response::builder()
        .status(status)
        .header("content-type", content_type)
        .body(reqwest::Body::from(body))
        .expect("an answer")
        .into()
}

fn said(status: u16, message: &str) -> Response {
    answer(status, "application/json", json!({"code": status, "message": message}).to_string())
}

fn data(data: &Value) -> Response {
    let body = json!({"code": 200, "message": "success", "data": data}).to_string();
    answer(200, "application/json", body)
}

fn page() -> Response {
    answer(200, "text/html", "<html>Please sign in</html>".into())
}
