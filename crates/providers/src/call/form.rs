//! Forms: fields and files in one request.

use crate::types::Upload;

pub use reqwest::multipart::{Form, Part};

/// A file as a part of a form.
pub fn file_part(file: &Upload) -> Part {
    let named = || {
        Part::stream_with_length(file.bytes.clone(), file.bytes.len() as u64)
            .file_name(file.name.clone())
    };
    // A media type that cannot be written is left for the other side to find out.
    named().mime_str(&file.content_type).unwrap_or_else(|_| named())
}
