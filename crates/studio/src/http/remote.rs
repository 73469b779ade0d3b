//! The other side of the door: a second process speaking to the one that has the data folder.

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use rushes_providers::bare_client_for;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use url::Url;

use super::{DoorNote, error};
use crate::api::types::{ApiError, Change};

/// How long a door that is just being opened or closed may keep us waiting for its first word.
const HELLO: Duration = Duration::from_secs(5);

/// The studio of another process.
#[derive(Clone)]
pub struct Remote {
    base: Url,
    pid: u32,
}

impl Remote {
    /// Finds the process that has this data folder open. `away` when nobody answers.
    pub async fn find(data: &Path) -> Result<Self, ApiError> {
        let note = DoorNote::read(data).ok_or_else(away)?;
        let base = Url::parse(&format!("http://127.0.0.1:{}/{}/", note.port, note.token))
            .map_err(|e| ApiError { detail: e.to_string(), ..away() })?;
        let remote = Self { base, pid: note.pid };
        match tokio::time::timeout(HELLO, remote.call("get_settings", json!({}))).await {
            Ok(Ok(_)) => Ok(remote),
            Ok(Err(error)) => Err(ApiError { detail: error.to_string(), ..away() }),
            Err(_) => Err(away()),
        }
    }

    /// The other process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Runs one command over there. Besides the API's own words an error may say `away` (nobody
    /// is there, nothing was handed over) or `lost` (it was handed over and no answer came).
    pub async fn call(&self, name: &str, payload: Value) -> Result<Value, ApiError> {
        let url = self.at("call")?;
        let answer = bare_client_for(&url)
            .post(url)
            .json(&json!({ "cmd": name, "payload": payload }))
            .send()
            .await
            .map_err(broken)?;
        let fine = answer.status().is_success();
        let body = answer.bytes().await.map_err(broken)?;
        if fine {
            return serde_json::from_slice(&body)
                .map_err(|e| ApiError { detail: e.to_string(), ..lost() });
        }
        // A refusal without a body is the guard's: someone else has the port by now.
        Err(serde_json::from_slice(&body).unwrap_or_else(|_| away()))
    }

    /// Committed changes over there, from now on.
    pub async fn changes(&self) -> Result<Changes, ApiError> {
        let mut url = self.at("changes")?;
        url.set_scheme("ws").map_err(|()| away())?;
        let (socket, _) = connect_async(url.as_str())
            .await
            .map_err(|e| ApiError { detail: e.to_string(), ..away() })?;
        Ok(Changes(socket))
    }

    fn at(&self, path: &str) -> Result<Url, ApiError> {
        self.base.join(path).map_err(|e| ApiError { detail: e.to_string(), ..away() })
    }
}

/// Changes as another process tells them.
pub struct Changes(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Changes {
    /// The next batch; None when the other side closed or changes were missed: then everything is
    /// to be listed again.
    pub async fn next(&mut self) -> Option<Vec<Change>> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

fn broken(cause: reqwest::Error) -> ApiError {
    let said = if cause.is_connect() { away() } else { lost() };
    // The URL carries the token.
    ApiError { detail: cause.without_url().to_string(), ..said }
}

fn away() -> ApiError {
    error(
        "away",
        t!("The other Rushes that had this data folder open is not answering."),
        t!("Nothing was handed over. Run the command again."),
    )
}

fn lost() -> ApiError {
    error(
        "lost",
        t!("The other Rushes closed before it answered."),
        t!("It may have taken the request. Look at `rushes jobs` before you send it again."),
    )
}
