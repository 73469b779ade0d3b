//! How long to wait. Pure; chance is passed in as a number from 0 to 1.

use std::time::Duration;

/// When a lost submit is looked for at the provider, after it fell into doubt.
pub const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(30), Duration::from_secs(120), Duration::from_secs(600)];

/// The same where the list shows work only once it has ended: one more look, when most renders have.
pub const LOOKS_FOR_ENDED: [Duration; 5] =
    [LOOKS[0], LOOKS[1], LOOKS[2], LOOKS[3], Duration::from_secs(1_800)];

/// Wait after the `tries`-th failure in a row: full jitter over a doubling span, 1 s to `cap`.
pub fn after_failure(tries: u32, cap: Duration, chance: f64) -> Duration {
    let span = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(tries.min(16))).min(cap);
    // Never less than a quarter of a second: a free retry is still a request.
    span.mul_f64(chance.clamp(0.0, 1.0)).max(Duration::from_millis(250))
}

/// A part of a span: all of it at chance 1, nothing at 0.
pub fn part(span: Duration, chance: f64) -> Duration {
    span.mul_f64(chance.clamp(0.0, 1.0))
}

/// Wait until the next poll of work that was accepted `age` ago: a tenth of its age, from the
/// provider's floor (at most a second here) to ten seconds, give or take a tenth.
pub fn next_poll(age: Duration, floor: Duration, chance: f64) -> Duration {
    let floor = floor.min(Duration::from_secs(10));
    let steady = (age / 10).clamp(floor, Duration::from_secs(10));
    steady.mul_f64(0.9 + 0.2 * chance.clamp(0.0, 1.0))
}

/// Wait until the first poll: a third of the usual time, at most 3 s, at least the floor.
pub fn first_poll(usual: Option<Duration>, floor: Duration) -> Duration {
    let third = usual.unwrap_or(Duration::from_secs(3)) * 3 / 10;
    third.min(Duration::from_secs(3)).max(floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn failures_wait_longer_up_to_the_cap() {
        let cap = Duration::from_secs(60);
        let longest: Vec<u64> = (0..8).map(|n| after_failure(n, cap, 1.0).as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(after_failure(3, cap, 0.0), Duration::from_millis(250));
        assert_eq!(after_failure(u32::MAX, cap, 1.0), cap);
    }

    #[test]
    fn a_render_of_five_minutes_takes_at_most_sixty_polls() {
        for chance in [0.0, 0.5, 1.0] {
            let (mut at, mut polls) = (first_poll(None, SECOND), 1);
            while at < Duration::from_secs(300) {
                at += next_poll(at, SECOND, chance);
                polls += 1;
            }
            assert!(polls <= 60, "{polls} polls at chance {chance}");
            assert!(at <= Duration::from_secs(311), "noticed after {at:?}");
        }
    }

    #[test]
    fn the_first_poll_follows_history() {
        assert_eq!(first_poll(Some(Duration::from_secs(120)), SECOND), 3 * SECOND);
        assert_eq!(first_poll(Some(Duration::from_secs(5)), SECOND), SECOND * 3 / 2);
        assert_eq!(first_poll(Some(Duration::from_millis(100)), SECOND), SECOND);
    }
}
