//! The simulated clock: tokio's own, which jumps to the next thing to happen whenever nothing runs.

use std::time::Duration;

use async_trait::async_trait;
use rushes_studio::clock::Clock;
use tokio::time::Instant;

/// Reads tokio's paused time as wall time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Simulated {
    began_ms: i64,
    began: Instant,
}

impl Simulated {
    /// Starts now, called `began_ms`. Inside a runtime with paused time.
    pub(super) fn starting_at(began_ms: i64) -> Self {
        Self { began_ms, began: Instant::now() }
    }
}

#[async_trait]
impl Clock for Simulated {
    fn now_ms(&self) -> i64 {
        self.began_ms + i64::try_from(self.began.elapsed().as_millis()).expect("centuries fit")
    }

    fn steady_ms(&self) -> i64 {
        self.now_ms()
    }

    async fn sleep_until(&self, at_ms: i64) {
        let left = u64::try_from(at_ms - self.now_ms()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left)).await;
    }
}
