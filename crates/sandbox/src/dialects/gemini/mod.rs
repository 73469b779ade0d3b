//! Google's Gemini API (google-genai 3.4.0 of 2026-11-16 and copies of the maker's docs, read 2026-11-22): pictures by
//! generateContent, clips and pictures by interactions.

mod content;
mod files;
mod interactions;
mod models;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::{About, Dialect, authorization, header_text};
use crate::answer::{Cause, Declined};
use crate::script::On;
use crate::world::World;

pub(crate) static GEMINI: Dialect = Dialect {
    name: "gemini",
    routes,
    key: |headers: &HeaderMap| {
        header_text(headers, "x-goog-api-key").or_else(|| authorization(headers, "Bearer "))
    },
    // The place for a file's bytes is a secret of its own; the maker's clients show no key there.
    open: |path| path.contains(files::PLACE),
    refusal,
    kind,
    // How its webhooks are signed is told nowhere.
    webhook: None,
};

/// The versions that clients ask for.
const VERSIONS: [&str; 2] = ["v1", "v1beta"];

fn routes() -> Router<Arc<World>> {
    VERSIONS.into_iter().fold(Router::new(), |router, version| {
        let at = |path: &str| format!("/{version}/{path}");
        router
            .route(&at("models"), get(models::list))
            .route(&at("models/{name}"), get(models::one).post(content::generate))
            .route(&at("interactions"), post(interactions::create))
            .route(&at("interactions/{id}"), get(interactions::get))
            .route(&at("interactions/{id}/cancel"), post(interactions::cancel))
            .route(&at("files/{name}"), get(files::get))
            .route(&format!("/upload/{version}/files"), post(files::start))
            .route(
                &format!("/upload/{version}{}{{token}}", files::PLACE),
                post(files::put).put(files::put).layer(DefaultBodyLimit::disable()),
            )
    })
}

fn kind(method: &Method, path: &str) -> (On, About) {
    if path.starts_with("/upload/") {
        let on = if path.contains(files::PLACE) { On::Put } else { On::Upload };
        return (on, About::Nothing);
    }
    let below = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    let mut parts = below.map_or("", |(_, below)| below).split('/');
    let name = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    match (method.as_str(), parts.next(), parts.next(), parts.next()) {
        ("GET", Some("models"), _, None) => (On::Models, About::Nothing),
        ("POST", Some("models"), Some(model), None) => (On::Submit, About::Model(name(model))),
        ("POST", Some("interactions"), None, None) => (On::Submit, About::Nothing),
        ("GET", Some("interactions"), Some(id), None) => (On::Poll, About::Task(id.to_owned())),
        ("GET", Some("files"), Some(_), None) => (On::Download, About::Nothing),
        ("POST", Some("interactions"), Some(id), _) => (On::Any, About::Task(id.to_owned())),
        _ => (On::Any, About::Nothing),
    }
}

fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let (status, word) = match (declined.cause, declined.status.as_u16()) {
        (Cause::Credit, _) => (StatusCode::PAYMENT_REQUIRED, "RESOURCE_EXHAUSTED"),
        // A wrong key is a wrong argument here.
        (Cause::Key, _) => (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT"),
        (Cause::Plain, 404) => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        (Cause::Plain, 429) => (StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED"),
        (Cause::Plain, 500..) => (declined.status, "INTERNAL"),
        (Cause::Plain, _) => (declined.status, "INVALID_ARGUMENT"),
    };
    let mut error = json!({"code": status.as_u16(), "message": declined.message, "status": word});
    if declined.cause == Cause::Key {
        error["message"] = "API key not valid. Please pass a valid API key.".into();
        error["details"] = json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
        }]);
    }
    (status, json!({"error": error}))
}

/// A value by its name, which callers may write in either way: `inlineData` or `inline_data`.
fn either<'a>(value: &'a Value, camel: &str, snake: &str) -> &'a Value {
    value.get(camel).or_else(|| value.get(snake)).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A file inside a request as a `data:` URI. The maker's clients write base64 in the alphabet for URLs, others in the
/// usual one; both are taken.
fn data_uri(media_type: &Value, data: &Value) -> Option<String> {
    let data = data.as_str()?.replace('-', "+").replace('_', "/");
    Some(format!("data:{};base64,{data}", media_type.as_str().unwrap_or("image/png")))
}
