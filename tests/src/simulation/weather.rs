//! What goes wrong, and when: drawn from the seed before anything happens.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A kind of bad weather that lasts for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storm {
    /// Nothing gets through.
    Offline,
    /// A sign-in page answers everything with 200.
    Portal,
    /// The key is refused.
    BadKey,
    /// The account is empty.
    NoCredit,
    /// Every submit is told to wait.
    Busy,
    /// The server answers 5xx.
    Broken,
}

/// What the user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Presses Generate.
    Submit,
    /// Cancels some open job.
    Cancel,
    /// Tries some failed job again.
    Retry,
    /// Decides about some job in doubt.
    Decide,
}

/// The plan of one run. Times are ms from its beginning.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    /// From, to, and what.
    pub(super) storms: Vec<(i64, i64, Storm)>,
    /// The user's doings, in order.
    pub(super) acts: Vec<(i64, Act)>,
    /// When the process is killed, in order, and how long it stays down.
    pub(super) kills: Vec<(i64, i64)>,
    /// From here on nothing goes wrong any more.
    pub(super) clears_at: i64,
    /// How likely a single request meets a fault of its own before that.
    pub(super) gusts: f64,
}

impl Weather {
    /// Draws the plan of a seed.
    pub(super) fn of(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ 0x5eed_2e47);
        // One run in twenty goes through days of outage.
        let long = rng.random_bool(0.05);
        let clears_at = if long { 76 * HOUR } else { rng.random_range(HOUR..3 * HOUR) };
        let kinds = [
            Storm::Offline,
            Storm::Offline,
            Storm::Portal,
            Storm::BadKey,
            Storm::NoCredit,
            Storm::Busy,
            Storm::Broken,
        ];
        let mut storms = Vec::new();
        for _ in 0..rng.random_range(0..6) {
            let from = rng.random_range(0..clears_at.min(2 * HOUR));
            let length = rng.random_range(10 * SECOND..40 * MINUTE);
            let kind = *kinds.choose(&mut rng).expect("kinds");
            storms.push((from, (from + length).min(clears_at), kind));
        }
        if long {
            storms.push((rng.random_range(0..HOUR), 72 * HOUR, Storm::Offline));
        }
        let mut acts: Vec<(i64, Act)> = (0..rng.random_range(2..7))
            .map(|_| (rng.random_range(0..40 * MINUTE), Act::Submit))
            .collect();
        for _ in 0..rng.random_range(0..6) {
            let act = *[Act::Cancel, Act::Retry, Act::Decide].choose(&mut rng).expect("acts");
            acts.push((rng.random_range(0..clears_at), act));
        }
        acts.sort_by_key(|(at, _)| *at);
        let mut kills: Vec<(i64, i64)> = (0..rng.random_range(0..4))
            .map(|_| {
                (rng.random_range(0..clears_at.min(3 * HOUR)), rng.random_range(0..20 * MINUTE))
            })
            .collect();
        kills.sort_unstable();
        Self { storms, acts, kills, clears_at, gusts: rng.random_range(0.0..0.4) }
    }

    /// The storm over this time, if there is one.
    pub(super) fn at(&self, ms: i64) -> Option<Storm> {
        self.storms.iter().find(|(from, to, _)| (*from..*to).contains(&ms)).map(|storm| storm.2)
    }
}
