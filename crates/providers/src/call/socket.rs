//! A line that stays open (WebSocket, RFC 6455), through the same door and by the same rules as every
//! other question.

use reqwest::{Method, StatusCode, Upgraded};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::{Call, Patience, Payload};
use crate::error::Error;
use crate::failure;
use crate::net::Broken;

impl Call {
    /// Opens a line to `path` below the base URL.
    ///
    /// # Errors
    /// When nobody takes it up, or whoever does speaks something else.
    pub async fn socket(&self, path: &str) -> Result<WebSocketStream<Upgraded>, Error> {
        let key = generate_key();
        let call = self
            .clone()
            .with_header("connection", "Upgrade")
            .with_header("upgrade", "websocket")
            .with_header("sec-websocket-version", "13")
            .with_header("sec-websocket-key", &key);
        let answer = call.ask(Method::GET, path, Payload::Nothing, Patience::Ask).await?;
        let status = answer.status();
        let fits = answer.headers().get("sec-websocket-accept").is_some_and(|accepted| {
            accepted.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes()
        });
        if status != StatusCode::SWITCHING_PROTOCOLS || !fits {
            return Err(failure::unreadable(
                self.provider,
                status.as_u16(),
                t!("an open line"),
                None,
            ));
        }
        let line = answer
            .upgrade()
            .await
            .map_err(|error| failure::of_line(self.provider, &Broken::from(error)))?;
        Ok(WebSocketStream::from_raw_socket(line, Role::Client, None).await)
    }
}
