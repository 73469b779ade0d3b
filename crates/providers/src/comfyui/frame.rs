//! What comes over the open line: JSON in texts, previews in bytes. Pure.

use bytes::Bytes;
use serde_json::Value;

/// What one message means for one job.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    /// How far the node is that runs, 0..=1.
    Progress(f32),
    /// A picture of how far it is.
    Preview(Bytes),
    /// It is over, one way or another.
    Ended,
    /// Nothing about it.
    Nothing,
}

/// The kinds of binary message (server.py, `BinaryEventTypes`).
const PREVIEW: u32 = 1;
const PREVIEW_WITH_METADATA: u32 = 4;

/// Reads a text.
pub(super) fn of_text(text: &str, id: &str) -> Heard {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    let data = &message["data"];
    let ours = data["prompt_id"] == id;
    match message["type"].as_str().unwrap_or_default() {
        "progress" if ours => match (data["value"].as_f64(), data["max"].as_f64()) {
            (Some(value), Some(max)) if max > 0.0 => {
                Heard::Progress((value / max).clamp(0.0, 1.0) as f32)
            }
            _ => Heard::Nothing,
        },
        "executing" if ours && data["node"].is_null() => Heard::Ended,
        "execution_success" | "execution_error" | "execution_interrupted" if ours => Heard::Ended,
        // Said to whoever connects: with nothing left to do, nothing more will be told.
        "status" if data["status"]["exec_info"]["queue_remaining"] == 0 => Heard::Ended,
        _ => Heard::Nothing,
    }
}

/// Reads bytes: a kind in four of them, most significant first, then what it brings.
pub(super) fn of_bytes(bytes: &[u8], id: &str) -> Heard {
    let Some((kind, rest)) = number(bytes) else { return Heard::Nothing };
    let picture = match kind {
        // The format of the picture, which it tells itself.
        PREVIEW => number(rest).map(|(_, picture)| picture),
        PREVIEW_WITH_METADATA => number(rest).and_then(|(length, rest)| {
            let (about, picture) = rest.split_at_checked(length as usize)?;
            let about: Value = serde_json::from_slice(about).ok()?;
            let whose = &about["prompt_id"];
            (whose.is_null() || whose == id).then_some(picture)
        }),
        _ => None,
    };
    match picture {
        Some(picture) if !picture.is_empty() => Heard::Preview(Bytes::copy_from_slice(picture)),
        _ => Heard::Nothing,
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (first, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*first), rest))
}
