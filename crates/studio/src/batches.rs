//! The studio's changes in batches, wherever its engine runs: what comes close together travels together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use crate::http;
use crate::view::Change;

/// Changes that fall within this time travel together.
const BATCH: Duration = Duration::from_millis(30);

/// What came of waiting for changes.
#[derive(Debug, PartialEq)]
pub enum Batch {
    /// Committed changes in their order; at least one.
    Changes(Vec<Change>),
    /// Some were missed: everything is to be read again.
    Gap,
    /// The studio is gone; nothing comes any more.
    Gone,
}

/// Committed changes from now on.
pub struct Batches(Source);

pub(crate) enum Source {
    Local(Receiver<Arc<Vec<Change>>>),
    /// Of another process. None when it did not answer.
    Remote(Option<Box<http::Changes>>),
}

impl Batches {
    pub(crate) fn of(source: Source) -> Self {
        Self(source)
    }

    /// Waits for a change, then for what comes close behind it.
    pub async fn next(&mut self) -> Batch {
        let mut batch = match self.0.next().await {
            Batch::Changes(first) => first,
            nothing => return nothing,
        };
        let end = Instant::now() + BATCH;
        loop {
            match timeout_at(end, self.0.next()).await {
                Ok(Batch::Changes(more)) => batch.extend(more),
                Ok(Batch::Gap) => return Batch::Gap,
                // An end is found again by whoever asks next.
                Ok(Batch::Gone) | Err(_) => return Batch::Changes(batch),
            }
        }
    }
}

impl Source {
    /// Nothing is lost when the wait for it is given up.
    async fn next(&mut self) -> Batch {
        match self {
            Self::Local(changes) => match changes.recv().await {
                Ok(some) => Batch::Changes(some.to_vec()),
                Err(RecvError::Lagged(_)) => Batch::Gap,
                Err(RecvError::Closed) => Batch::Gone,
            },
            Self::Remote(None) => Batch::Gone,
            Self::Remote(Some(changes)) => match changes.next().await {
                Some(some) => Batch::Changes(some),
                None => Batch::Gone,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast::{Sender, channel};

    use super::*;

    fn open(capacity: usize) -> (Sender<Arc<Vec<Change>>>, Batches) {
        let (sender, receiver) = channel(capacity);
        (sender, Batches(Source::Local(receiver)))
    }

    fn catalog(provider: &str) -> Change {
        Change::Catalog { provider: provider.into() }
    }

    fn send(sender: &Sender<Arc<Vec<Change>>>, providers: &[&str]) {
        for provider in providers {
            sender.send(Arc::new(vec![catalog(provider)])).expect("a receiver");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn changes_close_together_travel_together() {
        let (sender, mut batches) = open(8);
        send(&sender, &["a", "b"]);
        let later = async move {
            tokio::time::sleep(BATCH / 2).await;
            send(&sender, &["c"]);
            tokio::time::sleep(BATCH).await;
            send(&sender, &["d"]);
        };
        let told = async {
            let first = Batch::Changes(["a", "b", "c"].map(catalog).to_vec());
            assert_eq!(batches.next().await, first);
            assert_eq!(batches.next().await, Batch::Changes(vec![catalog("d")]));
            assert_eq!(batches.next().await, Batch::Gone);
        };
        tokio::join!(later, told);
    }

    #[tokio::test]
    async fn a_gap_asks_for_everything_again() {
        let (sender, mut batches) = open(2);
        send(&sender, &["a", "b", "c", "d"]);
        assert_eq!(batches.next().await, Batch::Gap);
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_before_the_end_is_told_before_it() {
        let (sender, mut batches) = open(2);
        send(&sender, &["a"]);
        drop(sender);
        assert_eq!(batches.next().await, Batch::Changes(vec![catalog("a")]));
        assert_eq!(batches.next().await, Batch::Gone);
    }
}
