//! The loopback door: media for the window, and the whole API for a second process or a browser.
//!
//! It listens on 127.0.0.1 only and answers nobody without the secret in its path, the right
//! `Host` and, where a page asks, an allowed `Origin`.

mod call;
mod changes;
mod door;
mod guard;
mod hooks;
mod media;
mod note;
mod range;
mod remote;
mod ui;
mod upload;
mod view;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use serde_json::Value;
use tokio::sync::broadcast;

use crate::api::types::{ApiError, Change, Imported};
use crate::library::ThumbSize;

pub use door::{Door, DoorConfig, OpenDoor, UiFiles};
pub use hooks::Hooks;
pub use note::DoorNote;
pub use remote::{Changes, Remote};

/// The bytes of a file, as they come.
pub type Upload = BoxStream<'static, std::io::Result<Bytes>>;

/// What stands behind the door. The studio is one.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// Runs one command of the API.
    async fn call(&self, name: &str, payload: Value) -> Result<Value, ApiError>;

    /// Committed changes from now on.
    fn changes(&self) -> broadcast::Receiver<Arc<Vec<Change>>>;

    /// Where an asset's file is.
    async fn media_file(&self, asset: &str, variant: Variant) -> Result<MediaFile, ApiError>;

    /// A view in the bytes of `ViewList`. `sort` is a word of `Sort`; empty for newest first. Whole, or
    /// at most so many prints from its beginning.
    async fn view(&self, query: &str, sort: &str, most: Option<u32>) -> Result<Bytes, ApiError>;

    /// The same, with what stacks the prints of a take.
    async fn stacked_view(
        &self,
        query: &str,
        sort: &str,
        most: Option<u32>,
    ) -> Result<Bytes, ApiError>;

    /// Takes a file into the library as a print, from the bytes of a request. `made_at` is when the file was
    /// last changed, ms UTC.
    async fn take_upload(
        &self,
        name: String,
        made_at: Option<i64>,
        bytes: Upload,
    ) -> Result<Imported, ApiError>;

    /// A small picture of one in the camera roll.
    async fn roll_picture(&self, id: &str) -> Option<Bytes>;

    /// The newest picture of a running job half made.
    fn glimpse(&self, job: &str) -> Option<Bytes>;
}

/// Which file of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The bytes as they were saved.
    Original,
    /// A small picture of it; a clip's poster.
    Thumb(ThumbSize),
}

/// A file that the door may serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Absolute path.
    pub path: PathBuf,
    /// The type from the asset's row, e.g. `image/png`.
    pub content_type: String,
}

/// An error in the API's shape.
fn error(code: &str, message: &str, hint: &str) -> ApiError {
    ApiError {
        code: code.into(),
        message: message.into(),
        hint: hint.into(),
        detail: String::new(),
    }
}
