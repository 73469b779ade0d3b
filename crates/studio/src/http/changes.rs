//! `GET /TOKEN/changes`: committed changes over a WebSocket, each message one JSON array.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::door::Room;
use crate::api::types::Change;

/// Close code of RFC 6455: the server goes away.
const GOING_AWAY: u16 = 1001;
/// Our own close code: changes were missed, list everything again.
pub(super) const MISSED: u16 = 4001;

pub(super) async fn changes(State(room): State<Arc<Room>>, upgrade: WebSocketUpgrade) -> Response {
    let Some(desk) = room.desk.upgrade() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    // Taken before the answer, so that nothing after the answer is missed.
    let feed = desk.changes();
    let stop = room.stop.clone();
    upgrade.on_upgrade(move |socket| tell(socket, feed, stop))
}

async fn tell(
    mut socket: WebSocket,
    mut feed: Receiver<Arc<Vec<Change>>>,
    stop: CancellationToken,
) {
    let (code, reason) = loop {
        tokio::select! {
            () = stop.cancelled() => break (GOING_AWAY, t!("Rushes is closing.")),
            batch = feed.recv() => match batch {
                Ok(batch) => {
                    let Ok(text) = serde_json::to_string(&*batch) else {
                        break (MISSED, t!("A change could not be written. List everything again."));
                    };
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    break (MISSED, t!("Some changes were missed. List everything again."));
                }
                Err(RecvError::Closed) => break (GOING_AWAY, t!("Rushes is closing.")),
            },
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    };
    // The other side may be gone already; there is nobody left to tell.
    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
}
