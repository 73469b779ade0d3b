//! Files on their way to a store that the provider named: an address that is signed already, and so never
//! sees the key.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use url::Url;

use super::{Call, Form, SLOWEST_UPLOAD, file_part};
use crate::client::{bare_client_for, on_this_computer};
use crate::error::Error;
use crate::failure;
use crate::received::Received;
use crate::types::Upload;
use crate::wait;

impl Call {
    /// Puts bytes to a presigned URL, with the headers that its ticket names and without the key.
    pub async fn put_presigned(
        &self,
        url: &str,
        headers: &[(String, String)],
        bytes: Bytes,
    ) -> Result<(), Error> {
        let url = self.store_at(url)?;
        let patience = self.patience_for(bytes.len());
        let mut request = bare_client_for(&url).put(url).timeout(patience).body(bytes);
        for (name, value) in headers {
            // A ticket must not be able to make us repeat the key, whatever it says.
            if !name.eq_ignore_ascii_case("authorization") {
                request = request.header(name, value);
            }
        }
        self.stored(request).await
    }

    /// Posts a file to a presigned URL as the last part of a form, after the fields that its ticket
    /// names and without the key. Stores that sign a policy take files so.
    pub async fn post_presigned(
        &self,
        url: &str,
        fields: &[(String, String)],
        file: &Upload,
    ) -> Result<(), Error> {
        let url = self.store_at(url)?;
        let mut form = Form::new();
        for (name, value) in fields {
            form = form.text(name.clone(), value.clone());
        }
        let patience = self.patience_for(file.bytes.len());
        let form = form.part("file", file_part(file));
        self.stored(bare_client_for(&url).post(url).timeout(patience).multipart(form)).await
    }

    /// The address of a store, where it is safe to send a file to.
    fn store_at(&self, url: &str) -> Result<Url, Error> {
        let from_here = on_this_computer(&self.base);
        Url::parse(url)
            .ok()
            .filter(|url| if on_this_computer(url) { from_here } else { url.scheme() == "https" })
            .ok_or_else(|| failure::unsafe_address(self.provider))
    }

    /// How long a store may take for so many bytes.
    fn patience_for(&self, bytes: usize) -> Duration {
        self.ask_timeout + Duration::from_secs(bytes as u64 / SLOWEST_UPLOAD)
    }

    /// Sends a file to its store and reads whether that took it.
    async fn stored(&self, request: reqwest::RequestBuilder) -> Result<(), Error> {
        let response = self.go(request).await?;
        let received = Received::read(self.provider, response, None).await;
        // The store's own words after a yes do not matter, so neither does where they end.
        if received.status.is_success() {
            return Ok(());
        }
        let (status, raw) = (received.status.as_u16(), self.redact(&received.text()));
        let json: Value = serde_json::from_slice(&received.body).unwrap_or_default();
        let words = failure::words(&json).map(|words| self.redact(&words));
        let raw = Some(raw).filter(|raw| !raw.is_empty());
        Err(Error {
            retry_after: wait::asked(status, &received.headers, &json, jiff::Timestamp::now()),
            ..failure::of_store(self.provider, status, words.as_deref(), raw)
        })
    }
}
