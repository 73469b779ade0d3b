//! The only place that knows what time it is. Everything else asks a [`Clock`], so that tests can
//! turn it.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::watch;

/// Wall-clock time in milliseconds UTC, and waiting for it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> i64;

    /// Milliseconds of a timer that nobody can set; only differences mean something. It may stand
    /// still while the computer sleeps.
    fn steady_ms(&self) -> i64;

    /// Returns once `now_ms` is at least `at_ms`. Safe to drop at any await.
    async fn sleep_until(&self, at_ms: i64);
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

/// A sleeping laptop or a corrected clock is noticed at the latest after this long.
const LOOK_UP: Duration = Duration::from_secs(15);

#[async_trait]
impl Clock for System {
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    fn steady_ms(&self) -> i64 {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        i64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    async fn sleep_until(&self, at_ms: i64) {
        loop {
            let left = at_ms.saturating_sub(self.now_ms());
            let Ok(left) = u64::try_from(left) else {
                return;
            };
            if left == 0 {
                return;
            }
            // Wall time and the timer's time part ways when the computer sleeps: look up often.
            tokio::time::sleep(Duration::from_millis(left).min(LOOK_UP)).await;
        }
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct Manual {
    now: watch::Sender<i64>,
    /// How many sleep until when.
    sleepers: watch::Sender<BTreeMap<i64, usize>>,
    /// Two hands turning at once must not lose a turn.
    turning: Mutex<()>,
}

impl Manual {
    /// Starts at the given time, ms UTC.
    pub fn new(now_ms: i64) -> Self {
        Self {
            now: watch::Sender::new(now_ms),
            sleepers: watch::Sender::new(BTreeMap::new()),
            turning: Mutex::new(()),
        }
    }

    /// Moves forward by this much and wakes whoever is due.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let _turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.send_modify(|now| *now = now.saturating_add(by));
    }

    /// Moves to this time; never back.
    pub fn advance_to(&self, at_ms: i64) {
        let _turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.send_modify(|now| *now = at_ms.max(*now));
    }

    /// Waits until somebody sleeps past now and answers the earliest time that they wait for.
    pub async fn next_wake(&self) -> i64 {
        let mut sleepers = self.sleepers.subscribe();
        loop {
            let now = self.now_ms();
            let next = sleepers.borrow_and_update().range(now + 1..).next().map(|(at, _)| *at);
            if let Some(at) = next {
                return at;
            }
            // The sender lives in self, so a change always comes or we are dropped.
            let _ = sleepers.changed().await;
        }
    }
}

/// Takes a sleeper off the list, also when its sleep is dropped half way.
struct Asleep<'a> {
    at_ms: i64,
    sleepers: &'a watch::Sender<BTreeMap<i64, usize>>,
}

impl<'a> Asleep<'a> {
    fn new(at_ms: i64, sleepers: &'a watch::Sender<BTreeMap<i64, usize>>) -> Self {
        sleepers.send_modify(|list| *list.entry(at_ms).or_default() += 1);
        Self { at_ms, sleepers }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.sleepers.send_modify(|list| {
            if let Some(count) = list.get_mut(&self.at_ms) {
                *count -= 1;
                if *count == 0 {
                    list.remove(&self.at_ms);
                }
            }
        });
    }
}

#[async_trait]
impl Clock for Manual {
    fn now_ms(&self) -> i64 {
        *self.now.borrow()
    }

    fn steady_ms(&self) -> i64 {
        self.now_ms()
    }

    async fn sleep_until(&self, at_ms: i64) {
        let mut now = self.now.subscribe();
        let _asleep = Asleep::new(at_ms, &self.sleepers);
        // An error means that the clock is gone, and with it everyone who could wait for it.
        let _ = now.wait_for(|now| *now >= at_ms).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_the_earliest_first_and_only_when_told() {
        let clock = Manual::new(1_000);
        let order = Mutex::new(Vec::new());
        let note = |at| order.lock().unwrap_or_else(PoisonError::into_inner).push(at);
        tokio::join!(
            async {
                clock.sleep_until(3_000).await;
                note(3_000);
            },
            async {
                clock.sleep_until(2_000).await;
                note(2_000);
            },
            async {
                assert_eq!(clock.next_wake().await, 2_000);
                clock.advance(Duration::from_secs(1));
                assert_eq!(clock.next_wake().await, 3_000);
                clock.advance_to(5_000);
            }
        );
        assert_eq!(*order.lock().unwrap_or_else(PoisonError::into_inner), vec![2_000, 3_000]);
        assert_eq!(clock.now_ms(), 5_000);
        assert!(clock.sleepers.borrow().is_empty());
    }

    #[tokio::test]
    async fn a_dropped_sleep_is_no_longer_waited_for() {
        let clock = Manual::new(0);
        {
            let sleep = clock.sleep_until(10);
            tokio::pin!(sleep);
            assert!(futures_poll_once(sleep.as_mut()).await.is_none());
            assert_eq!(clock.next_wake().await, 10);
        }
        assert!(clock.sleepers.borrow().is_empty());
    }

    /// Polls once and says what came of it.
    async fn futures_poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        std::future::poll_fn(|cx| {
            std::task::Poll::Ready(match future.as_mut().poll(cx) {
                std::task::Poll::Ready(out) => Some(out),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }

    #[tokio::test]
    async fn the_past_needs_no_sleep() {
        let clock = Manual::new(50);
        clock.sleep_until(50).await;
        clock.advance_to(10);
        assert_eq!(clock.now_ms(), 50);
        let before = System.now_ms();
        System.sleep_until(before - 1).await;
        System.sleep_until(before + 20).await;
        assert!(System.now_ms() >= before + 20);
    }
}
