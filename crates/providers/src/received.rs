//! Answers as they come over the line, before anyone asks what they mean.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::error::Error;
use crate::failure;
use crate::sift::Sift;
use crate::tray::Tray;

/// The most of an answer's body that is read, in bytes.
const BODY_CAP: usize = 16 * 1024 * 1024;

/// What came over the line.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why the body is not all there, when it is not.
    pub(crate) broken: Option<Error>,
}

impl Received {
    /// Reads at most [`BODY_CAP`] besides what goes into the tray, and keeps what came of a body that
    /// breaks off.
    pub(crate) async fn read(
        provider: &str,
        response: reqwest::Response,
        tray: Option<&Arc<dyn Tray>>,
    ) -> Self {
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = BytesMut::new();
        let mut broken = None;
        let mut sift = Sift::new(tray.cloned());
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => {
                    if let Err(error) = sift.push(&piece, &mut body) {
                        broken = Some(failure::not_kept(provider, &error));
                    } else if body.len() > BODY_CAP {
                        body.truncate(BODY_CAP);
                        broken = Some(failure::too_long(provider));
                    }
                }
                Err(error) => broken = Some(failure::broken_off(provider, &error)),
            }
            if broken.is_some() {
                break;
            }
        }
        sift.end(&mut body);
        Self { status, headers, body: body.freeze(), broken }
    }

    /// The body as text.
    pub(crate) fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether a web page came where data should.
    pub(crate) fn is_page(&self) -> bool {
        let says_html = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().contains("html"));
        says_html || self.body.trim_ascii_start().starts_with(b"<")
    }
}
