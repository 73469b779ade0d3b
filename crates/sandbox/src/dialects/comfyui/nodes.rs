//! What the nodes are (`/object_info`).

use std::sync::LazyLock;

use axum::Json;
use axum::extract::Path;
use serde_json::{Map, Value};

/// The nodes by class, in the server's own words.
pub(super) static NODES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("nodes.json")).expect("the bundled nodes read")
});

/// `GET /object_info`.
pub(super) async fn all() -> Json<Value> {
    Json(Value::Object(NODES.clone()))
}

/// `GET /object_info/{class}`: empty for a class that is not known, as the real one is.
pub(super) async fn one(Path(class): Path<String>) -> Json<Value> {
    let known = NODES.get(&class).map(|node| (class, node.clone()));
    Json(Value::Object(known.into_iter().collect()))
}
