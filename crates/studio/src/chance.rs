//! The only place that rolls dice: jitter, seeds, ids. A simulation makes a thread repeat itself.

use std::cell::RefCell;

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

thread_local! {
    static REPLAYED: RefCell<Option<StdRng>> = const { RefCell::new(None) };
}

/// From now on this thread rolls the same dice for the same seed, and does its blocking work
/// itself instead of handing it to other threads, so that a run can be repeated. For simulations
/// on a single-threaded runtime.
pub fn replay(seed: u64) {
    REPLAYED.set(Some(StdRng::seed_from_u64(seed)));
}

/// Whether this thread repeats itself.
pub(crate) fn replayed() -> bool {
    REPLAYED.with_borrow(Option::is_some)
}

fn roll<T>(dice: impl FnOnce(&mut dyn Rng) -> T) -> T {
    REPLAYED.with_borrow_mut(|replayed| match replayed {
        Some(rng) => dice(rng),
        None => dice(&mut rand::rng()),
    })
}

/// A number from 0 to 1, for jitter.
pub(crate) fn fraction() -> f64 {
    roll(|rng| rng.random())
}

/// A fresh seed: 31 bits, which every provider's field takes.
pub(crate) fn seed() -> i64 {
    roll(|rng| i64::from(rng.random::<u32>() >> 1))
}

/// A new id: a prefix and a UUID v7, so that ids sort by time.
pub(crate) fn id(prefix: &str) -> String {
    let uuid = if replayed() {
        uuid::Uuid::from_u128(roll(|rng| rng.random()))
    } else {
        uuid::Uuid::now_v7()
    };
    format!("{prefix}_{}", uuid.simple())
}

/// Does blocking work off the async threads; on a thread that repeats itself, at once.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    if replayed() { Ok(work()) } else { tokio::task::spawn_blocking(work).await }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replayed_thread_repeats_itself() {
        let roll = || (fraction().to_bits(), seed(), id("job"));
        replay(7);
        let first = roll();
        assert_ne!(first, roll());
        replay(7);
        assert_eq!(first, roll());
        assert!(first.1 >= 0 && first.1 < 1 << 31);
    }
}
