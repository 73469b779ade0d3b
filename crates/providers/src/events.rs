//! Answers that come event by event (server-sent events, WHATWG HTML \u{a7}9.2).

use std::sync::Arc;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::call::Answer;
use crate::error::{Error, Kind, Wire};
use crate::failure;
use crate::sift::Sift;
use crate::tray::Tray;

/// The most that one event may hold besides its media, in bytes.
const EVENT_CAP: usize = 1024 * 1024;

/// How an answer came.
pub enum Streamed {
    /// Event by event.
    Events(Events),
    /// Whole.
    Whole(Answer),
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data.
    pub json: Value,
}

/// The events of one answer, in their order.
pub struct Events {
    provider: &'static str,
    headers: HeaderMap,
    body: BoxStream<'static, Result<Bytes, reqwest::Error>>,
    sift: Sift,
    buffer: BytesMut,
    ended: bool,
}

impl Events {
    pub(crate) fn new(
        provider: &'static str,
        response: reqwest::Response,
        tray: Option<Arc<dyn Tray>>,
    ) -> Self {
        Self {
            provider,
            headers: response.headers().clone(),
            body: response.bytes_stream().boxed(),
            sift: Sift::new(tray),
            buffer: BytesMut::new(),
            ended: false,
        }
    }

    /// A header of the answer that they come in.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The next event; None after the last.
    ///
    /// # Errors
    /// When the line breaks, or what comes cannot be put away.
    pub async fn next(&mut self) -> Result<Option<Event>, Error> {
        loop {
            if let Some(block) = self.block() {
                match read(&block) {
                    Some(Ok(event)) => return Ok(Some(event)),
                    Some(Err(Done)) => return Ok(None),
                    None => continue,
                }
            }
            if self.ended {
                return Ok(None);
            }
            match self.body.next().await {
                Some(Ok(piece)) => {
                    self.sift
                        .push(&piece, &mut self.buffer)
                        .map_err(|error| failure::not_kept(self.provider, &error))?;
                    if self.buffer.len() > EVENT_CAP {
                        return Err(failure::too_long(self.provider));
                    }
                }
                Some(Err(error)) => return Err(failure::broken_off(self.provider, &error)),
                None => {
                    // The last event may lack its empty line.
                    self.ended = true;
                    self.buffer.extend_from_slice(b"\n\n");
                }
            }
        }
    }

    /// An error for events that ended before the one that matters.
    pub fn ended_early(&self) -> Error {
        Error {
            kind: Kind::Protocol,
            wire: Wire::Unanswered,
            message: t!(
                "The answer of {provider} ended before the picture came.",
                provider = self.provider
            ),
            hint: None,
            retry_after: None,
            raw: None,
        }
    }

    /// The next whole block of lines.
    fn block(&mut self) -> Option<String> {
        let (at, gap) = [&b"\n\n"[..], b"\r\n\r\n", b"\r\r"]
            .into_iter()
            .filter_map(|gap| {
                let at = self.buffer.windows(gap.len()).position(|window| window == gap)?;
                Some((at, gap.len()))
            })
            .min()?;
        let block = String::from_utf8_lossy(&self.buffer[..at]).into_owned();
        self.buffer.advance(at + gap);
        Some(block)
    }
}

/// The word that ends a stream at OpenAI and those who speak like it.
struct Done;

/// Reads a block; None where it holds no event (a comment, a keep-alive).
fn read(block: &str) -> Option<Result<Event, Done>> {
    let (mut name, mut data) = (String::new(), Vec::new());
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut name),
            "data" => data.push(value),
            _ => {}
        }
    }
    if data.is_empty() {
        return None;
    }
    let data = data.join("\n");
    if data.trim() == "[DONE]" {
        return Some(Err(Done));
    }
    let json = serde_json::from_str(&data).unwrap_or(Value::String(data));
    Some(Ok(Event { name, json }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn events(pieces: &[&str]) -> Events {
        let pieces: Vec<Result<Bytes, reqwest::Error>> =
            pieces.iter().map(|piece| Ok(Bytes::from((*piece).to_owned()))).collect();
        Events {
            provider: "Here",
            headers: HeaderMap::new(),
            body: futures_util::stream::iter(pieces).boxed(),
            sift: Sift::new(None),
            buffer: BytesMut::new(),
            ended: false,
        }
    }

    async fn all(pieces: &[&str]) -> Vec<(String, Value)> {
        let (mut events, mut all) = (events(pieces), Vec::new());
        while let Some(event) = events.next().await.unwrap() {
            all.push((event.name, event.json));
        }
        all
    }

    #[tokio::test]
    async fn events_come_whole_whatever_the_pieces() {
        let stream = ": hello\n\nevent: a\ndata: {\"n\":\ndata: 1}\n\ndata:2\n\nevent: b\ndata: x";
        let expected = vec![
            ("a".to_owned(), json!({"n": 1})),
            (String::new(), json!(2)),
            ("b".to_owned(), json!("x")),
        ];
        assert_eq!(all(&[stream]).await, expected);
        let letters: Vec<String> = stream.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(all(&letters).await, expected);
        assert_eq!(all(&[&stream.replace('\n', "\r\n")]).await, expected);
    }

    #[tokio::test]
    async fn nothing_is_read_after_the_word_that_ends() {
        let came = all(&["data: {\"a\":1}\n\ndata: [DONE]\n\ndata: {\"a\":2}\n\n"]).await;
        assert_eq!(came, [(String::new(), json!({"a": 1}))]);
    }
}
