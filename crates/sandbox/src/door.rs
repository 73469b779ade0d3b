//! The loopback listener. Each connection carries a fuse, so that a fault can really end it at a chosen byte.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Accepts connections until the sandbox stops.
pub(crate) struct Door {
    listener: TcpListener,
    stop: watch::Receiver<bool>,
}

impl Door {
    pub(crate) fn new(listener: TcpListener, stop: watch::Receiver<bool>) -> Self {
        Self { listener, stop }
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Without it many small answers wait 40 ms each for a delayed acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let mut stop = self.stop.clone();
        let stopped = Box::pin(async move {
            let _ = stop.wait_for(|stop| *stop).await;
        });
        (Line { stream, fuse: Fuse::default(), stopped }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Listener::local_addr(&self.listener)
    }
}

/// One connection.
pub(crate) struct Line {
    stream: TcpStream,
    fuse: Fuse,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// What a request can do to the connection it came on.
#[derive(Clone, Default)]
pub(crate) struct Fuse(Arc<Mutex<Burn>>);

#[derive(Default)]
enum Burn {
    #[default]
    Whole,
    /// Reset at the next read or write.
    Reset,
    /// End after so many more bytes of the answer's body. `matched` counts how much of the blank line
    /// between head and body has gone out: 4 is all of it.
    Cut { matched: usize, left: u64 },
}

impl Connected<IncomingStream<'_, Door>> for Fuse {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().fuse.clone()
    }
}

impl Fuse {
    /// Resets the connection: the peer sees ECONNRESET, not an end of file.
    pub(crate) fn reset(&self) {
        *self.burn() = Burn::Reset;
    }

    /// Lets the next answer's head pass and so many bytes of its body, then ends the connection.
    pub(crate) fn cut_after(&self, bytes: u64) {
        *self.burn() = Burn::Cut { matched: 0, left: bytes };
    }

    fn burn(&self) -> std::sync::MutexGuard<'_, Burn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_reset(&self) -> bool {
        matches!(*self.burn(), Burn::Reset)
    }

    fn is_spent(&self) -> bool {
        matches!(*self.burn(), Burn::Reset | Burn::Cut { matched: 4, left: 0 })
    }
}

impl Burn {
    /// How many of these bytes may go out now.
    fn allowed(&self, bytes: &[u8]) -> usize {
        match *self {
            Self::Whole => bytes.len(),
            Self::Reset => 0,
            Self::Cut { matched, left } => {
                let (head, _) = head_part(bytes, matched);
                head + left.min((bytes.len() - head) as u64) as usize
            }
        }
    }

    fn sent(&mut self, bytes: &[u8]) {
        if let Self::Cut { matched, left } = self {
            let (head, now) = head_part(bytes, *matched);
            *matched = now;
            *left -= (bytes.len() - head) as u64;
        }
    }
}

/// How many of these bytes belong to the head, and how much of its final blank line was seen by then.
fn head_part(bytes: &[u8], mut matched: usize) -> (usize, usize) {
    const BLANK: &[u8; 4] = b"\r\n\r\n";
    for (i, byte) in bytes.iter().enumerate() {
        if matched == 4 {
            return (i, 4);
        }
        matched = if *byte == BLANK[matched] { matched + 1 } else { usize::from(*byte == b'\r') };
    }
    (bytes.len(), matched)
}

impl Line {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.stopped.as_mut().poll(context).is_ready() {
            // Polled again it would panic; a future that is ready for good takes its place.
            self.stopped = Box::pin(std::future::ready(()));
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if self.fuse.is_reset() {
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let allowed = self.fuse.burn().allowed(bytes);
        if allowed == 0 && !bytes.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written =
            std::task::ready!(Pin::new(&mut self.stream).poll_write(context, &bytes[..allowed]))?;
        self.fuse.burn().sent(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        std::task::ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        if self.fuse.is_spent() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_the_body_alone_however_the_head_is_split() {
        let answer = b"HTTP/1.1 200 OK\r\nx: y\r\n\r\n0123456789";
        for split in 1..answer.len() {
            let mut burn = Burn::Cut { matched: 0, left: 4 };
            let mut out = Vec::new();
            for part in [&answer[..split], &answer[split..]] {
                let allowed = burn.allowed(part);
                burn.sent(&part[..allowed]);
                out.extend_from_slice(&part[..allowed]);
            }
            assert_eq!(out, b"HTTP/1.1 200 OK\r\nx: y\r\n\r\n0123", "split at {split}");
        }
    }
}
