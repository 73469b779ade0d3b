//! The Files API: where files go that are too large to travel inside a request.

use serde_json::{Value, json};

use crate::types::Upload;

/// The question for a place to put a file.
pub(in crate::gemini) fn to_body(upload: &Upload) -> Value {
    json!({"file": {"display_name": upload.name}})
}

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gemini) enum Put {
    /// It is there under this address, though it may still be looked at.
    Kept(String),
    /// The service cannot use it.
    Useless,
}

/// Reads the answer to the bytes; None where it names no file.
pub(in crate::gemini) fn parse(answer: &Value) -> Option<Put> {
    let file = &answer["file"];
    let uri = file["uri"].as_str().filter(|uri| !uri.is_empty())?;
    Some(if file["state"] == "FAILED" { Put::Useless } else { Put::Kept(uri.to_owned()) })
}
