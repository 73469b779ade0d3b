//! Plays the script: a layer around every route.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::dialects::{self, About};
use crate::door::Fuse;
use crate::script::{Answer, DropAt, On, Rule};
use crate::world::World;

/// The rules, each with a count of the requests it matched.
pub(crate) struct Faults {
    rules: RwLock<Arc<Vec<(Rule, AtomicU64)>>>,
    /// Requests that came in, by kind, whatever became of them.
    came: Mutex<HashMap<On, u64>>,
}

impl Faults {
    pub(crate) fn new(rules: Vec<Rule>) -> Self {
        Self { rules: RwLock::new(counted(rules)), came: Mutex::default() }
    }

    /// How many requests of a kind came in; of `On::Any`, all.
    pub(crate) fn came(&self, on: On) -> u64 {
        let came = self.came.lock().unwrap_or_else(PoisonError::into_inner);
        match on {
            On::Any => came.values().sum(),
            on => came.get(&on).copied().unwrap_or(0),
        }
    }

    fn count(&self, on: On) {
        *self.came.lock().unwrap_or_else(PoisonError::into_inner).entry(on).or_default() += 1;
    }

    /// Other rules from now on; counts begin anew.
    pub(crate) fn replace(&self, rules: Vec<Rule>) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = counted(rules);
    }

    /// The rule to play on this request, if any.
    fn next(&self, on: On, model: Option<&str>) -> Option<Rule> {
        let rules = Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner));
        rules.iter().find_map(|(rule, count)| {
            let fits = (rule.on == On::Any || rule.on == on)
                && rule
                    .model
                    .as_ref()
                    .is_none_or(|glob| model.is_some_and(|model| is_like(glob, model)));
            if !fits {
                return None;
            }
            let before = count.fetch_add(1, Ordering::Relaxed);
            let plays =
                before >= rule.after && rule.times.is_none_or(|times| before - rule.after < times);
            plays.then(|| rule.clone())
        })
    }
}

fn counted(rules: Vec<Rule>) -> Arc<Vec<(Rule, AtomicU64)>> {
    Arc::new(rules.into_iter().map(|rule| (rule, AtomicU64::new(0))).collect())
}

/// The layer.
pub(crate) async fn play(
    State(world): State<Arc<World>>,
    ConnectInfo(fuse): ConnectInfo<Fuse>,
    request: Request,
    next: Next,
) -> Response {
    let Some((on, model)) = kind(&world, request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    world.faults.count(on);
    let Some(rule) = world.faults.next(on, model.as_deref()) else {
        return next.run(request).await;
    };
    tracing::debug!(?on, ?rule, "playing a fault");
    tokio::time::sleep(Duration::from_millis(rule.delay_ms)).await;

    let takes_effect = rule.create.unwrap_or_else(|| takes_effect(&rule));
    let true_answer = if takes_effect {
        Some(next.run(request).await)
    } else {
        if rule.drop != Some(DropAt::BeforeRead) {
            // Read to the end, so that what follows is the answer's fault and not the request's.
            let _ = to_bytes(request.into_body(), usize::MAX).await;
        }
        None
    };
    tokio::time::sleep(Duration::from_millis(rule.hold_ms)).await;
    if rule.drop.is_some() {
        fuse.reset();
        return StatusCode::OK.into_response();
    }
    let mut answer = match (&rule.answer, true_answer) {
        (Some(answer), _) => scripted(answer),
        (None, Some(answer)) => answer,
        (None, None) => Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The script left this request without an answer.",
        )
        .into_response(),
    };
    if let Some(word) = &rule.status_word {
        answer = with_status(answer, word).await;
    }
    if let Some(bytes) = rule.cut_after {
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        fuse.cut_after(bytes.min(body.len() as u64));
        answer = Response::from_parts(head, Body::from(body));
    }
    answer
}

fn takes_effect(rule: &Rule) -> bool {
    match (rule.drop, &rule.answer) {
        (Some(DropAt::BeforeRead), _) => false,
        (None, Some(answer)) => answer.status >= 500 || rule.cut_after.is_some(),
        (Some(DropAt::AfterRead), _) | (None, None) => true,
    }
}

/// What a request is, and the model it belongs to.
fn kind(world: &World, method: &Method, path: &str) -> Option<(On, Option<String>)> {
    let plain = |on| Some((on, None));
    let model_of_token = |rest: &str| {
        let token = rest.split('/').next().unwrap_or_default();
        world.tasks.find_by_token(token).map(|running| running.task().name().to_owned())
    };
    if path.starts_with("/sandbox/") {
        return None;
    }
    if let Some(rest) = path.strip_prefix("/media/") {
        return Some((On::Download, model_of_token(rest)));
    }
    if path.starts_with("/in/") {
        return plain(On::Download);
    }
    if path.starts_with("/put/") {
        return plain(On::Put);
    }
    if let Some((dialect, below)) = dialects::of_path(path) {
        let (on, about) = (dialect.kind)(method, below);
        let model = match about {
            About::Model(name) => Some(name),
            About::Task(id) => world.tasks.find(&id).map(|r| r.task().name().to_owned()),
            About::Nothing => None,
        };
        return Some((on, model));
    }
    let Some(rest) = path.strip_prefix("/api/v3/") else { return plain(On::Any) };
    match (method.as_str(), rest) {
        ("GET", "models") => plain(On::Models),
        ("GET", "balance") => plain(On::Balance),
        ("POST", "model/price" | "model/pricing") => plain(On::Price),
        ("POST", "media/uploads" | "media/upload/binary") => plain(On::Upload),
        ("POST", "predictions") => plain(On::List),
        ("POST", "predictions/delete") => plain(On::Any),
        ("GET", rest) => match rest.strip_prefix("predictions/") {
            Some(rest) => {
                let id = rest.split('/').next().unwrap_or_default();
                Some((
                    On::Poll,
                    world.tasks.find(id).map(|running| running.task().name().to_owned()),
                ))
            }
            None => plain(On::Any),
        },
        ("POST", model) => Some((On::Submit, Some(model.to_owned()))),
        _ => plain(On::Any),
    }
}

/// Whether a name fits a pattern in which `*` stands for any characters.
fn is_like(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            (0..=name.len()).any(|i| name.is_char_boundary(i) && is_like(rest, &name[i..]))
        }),
    }
}

fn scripted(answer: &Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (media_type, body) = match &answer.body {
        Some(Value::String(text)) if text.starts_with('<') => ("text/html", text.clone()),
        Some(Value::String(text)) => ("application/json", text.clone()),
        Some(value) => ("application/json", value.to_string()),
        None => {
            let message = status.canonical_reason().unwrap_or("Scripted answer");
            ("application/json", json!({"code": answer.status, "message": message}).to_string())
        }
    };
    let mut response = (status, [(header::CONTENT_TYPE, media_type)], body).into_response();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn with_status(answer: Response, word: &str) -> Response {
    let (mut head, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(head, Body::from(bytes));
    };
    // Some services tell the status at the top, WaveSpeed inside its envelope.
    let at_top = value.get("status").is_some_and(Value::is_string);
    let place = if at_top { Some(&mut value) } else { value.get_mut("data") };
    if let Some(prediction) = place.and_then(Value::as_object_mut) {
        prediction.insert("status".to_owned(), word.into());
    }
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (glob, name, fits) in [
            ("sandbox/stills", "sandbox/stills", true),
            ("sandbox/stills", "sandbox/stills/edit", false),
            ("sandbox/*", "sandbox/clips/image-to-video", true),
            ("*video", "sandbox/clips/image-to-video", true),
            ("*clips*", "sandbox/stills", false),
            ("*", "", true),
        ] {
            assert_eq!(is_like(glob, name), fits, "{glob} {name}");
        }
    }

    #[test]
    fn a_rule_waits_for_its_turn_and_then_stops() {
        let faults =
            Faults::new(vec![Rule { on: On::Poll, after: 1, times: Some(2), ..Rule::default() }]);
        let played: Vec<bool> = (0..5).map(|_| faults.next(On::Poll, None).is_some()).collect();
        assert_eq!(played, [false, true, true, false, false]);
        assert!(faults.next(On::Submit, None).is_none());
    }
}
