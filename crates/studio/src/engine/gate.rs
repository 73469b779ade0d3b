//! The gate to one provider: how many requests a second, how long it asked us to stay away, and
//! whether the line to it stands at all. It makes work wait; it never ends any.

use std::time::Duration;

use crate::job::backoff;

/// Requests that may go at once after a pause.
const BURST: i64 = 5;
/// Broken lines in a row after which only one request at a time tries whether it is back.
const BROKEN: u32 = 5;
/// First and longest pause between such tries.
const PROBE: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(300));
/// Questions on the wire at once.
const MOST_ASKING: u32 = 8;

/// Why nothing passes, and when to come again, ms UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shut {
    /// The provider asked for a pause.
    Away(i64),
    /// Our own measure, or a broken line.
    Later(i64),
}

impl Shut {
    /// The one after which something may pass first.
    pub(super) fn sooner(self, other: Self) -> Self {
        let at = |shut: Self| match shut {
            Self::Away(at) | Self::Later(at) => at,
        };
        if at(other) < at(self) { other } else { self }
    }
}

/// Times are ms UTC.
#[derive(Debug, Default, Clone)]
pub(super) struct Gate {
    /// Time at which the allowance is used up to (generic cell rate algorithm).
    used_to: i64,
    /// The provider asked us to stay away until then.
    away_until: i64,
    /// Broken lines in a row.
    broken: u32,
    /// While the line is down: when the next try may go.
    probe_at: i64,
    /// Requests on the wire.
    pub(super) asking: u32,
    /// The same as `used_to`, of submits alone, where the account's rate of them is known.
    submits_to: i64,
    /// Many more questions wait than may pass.
    pub(super) crowded: bool,
    /// What passed last was a submit.
    pub(super) sent: bool,
}

impl Gate {
    /// How many could pass now, or when to come again.
    pub(super) fn room(&self, now: i64, interval_ms: i64) -> Result<u32, Shut> {
        let mut tried = self.clone();
        let mut room = 0;
        loop {
            match tried.pass(now, interval_ms) {
                Ok(()) => (room, tried.asking) = (room + 1, tried.asking + 1),
                Err(shut) if room == 0 => return Err(shut),
                Err(_) => return Ok(room),
            }
        }
    }

    /// Lets one request through, or says when to come again. `interval_ms` is the least mean time
    /// between two.
    pub(super) fn pass(&mut self, now: i64, interval_ms: i64) -> Result<(), Shut> {
        if self.away_until > now {
            return Err(Shut::Away(self.away_until));
        }
        if self.broken >= BROKEN {
            if self.probe_at > now {
                return Err(Shut::Later(self.probe_at));
            }
            // One goes to see; the others wait for what it finds.
            self.probe_at = now + pause(self.broken, 0.5);
            return Ok(());
        }
        if self.asking >= MOST_ASKING {
            return Err(Shut::Later(now + interval_ms.max(50)));
        }
        // A clock that was set back must not shut the gate for as long.
        let used_to = self.used_to.clamp(now, now + interval_ms * BURST);
        if used_to - now > interval_ms * (BURST - 1) {
            // A crowd comes in whole bursts: the same measure, and fewer rounds.
            let early = if self.crowded { 0 } else { interval_ms * (BURST - 1) };
            return Err(Shut::Later(used_to - early));
        }
        self.used_to = used_to + interval_ms;
        Ok(())
    }

    /// Whether the account's own rate lets one more submit go; says when to come again if not.
    /// `interval_ms` is the least mean time between two. Two may follow each other at once.
    pub(super) fn may_submit(&self, now: i64, interval_ms: i64) -> Result<(), Shut> {
        let used_to = self.submits_to.clamp(now, now + interval_ms * 2);
        if used_to - now > interval_ms {
            return Err(Shut::Later(used_to - interval_ms));
        }
        Ok(())
    }

    /// A submit goes.
    pub(super) fn submits(&mut self, now: i64, interval_ms: i64) {
        self.submits_to = self.submits_to.clamp(now, now + interval_ms * 2) + interval_ms;
    }

    /// The provider asked for a pause.
    pub(super) fn stay_away(&mut self, until: i64) {
        self.away_until = self.away_until.max(until);
    }

    /// An answer came, whatever it said. True when the line was down before.
    pub(super) fn answered(&mut self) -> bool {
        let was_down = self.broken >= BROKEN;
        self.broken = 0;
        was_down
    }

    /// No answer came.
    pub(super) fn broke(&mut self, now: i64, chance: f64) {
        self.broken = self.broken.saturating_add(1);
        if self.broken >= BROKEN {
            self.probe_at = now + pause(self.broken, chance);
        }
    }

    /// The clock was set by this much.
    pub(super) fn shift(&mut self, by: i64) {
        for at in
            [&mut self.used_to, &mut self.submits_to, &mut self.away_until, &mut self.probe_at]
        {
            *at = at.saturating_add(by);
        }
    }
}

/// Pause before the next try over a line that broke this often.
fn pause(broken: u32, chance: f64) -> i64 {
    let doubled = PROBE.0 * 2_u32.saturating_pow(broken.saturating_sub(BROKEN).min(8));
    let most = doubled.min(PROBE.1);
    let wait = most / 2 + backoff::part(most / 2, chance);
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_two_a_minute_sends_two_a_minute() {
        let (mut gate, mut now, mut sent) = (Gate::default(), 1_000_000, Vec::new());
        while sent.len() < 6 {
            match gate.may_submit(now, 30_000) {
                Ok(()) => {
                    gate.submits(now, 30_000);
                    sent.push(now - 1_000_000);
                }
                Err(Shut::Away(at) | Shut::Later(at)) => {
                    assert!(at > now);
                    now = at;
                }
            }
        }
        assert_eq!(sent, [0, 0, 30_000, 60_000, 90_000, 120_000]);
    }

    #[test]
    fn requests_keep_their_distance_after_a_burst() {
        let mut gate = Gate::default();
        let mut passed = Vec::new();
        let mut now = 1_000_000;
        while passed.len() < 15 {
            match gate.pass(now, 200) {
                Ok(()) => passed.push(now),
                Err(Shut::Away(at) | Shut::Later(at)) => {
                    assert!(at > now);
                    now = at;
                }
            }
        }
        assert_eq!(passed[4], 1_000_000, "a burst of five goes at once");
        assert_eq!(passed[14] - passed[4], 2_000, "then five a second");
    }

    #[test]
    fn a_line_that_is_down_is_tried_by_one_at_a_time_ever_less_often() {
        let mut gate = Gate::default();
        let mut now = 0;
        for _ in 0..BROKEN {
            assert_eq!(gate.pass(now, 0), Ok(()));
            gate.broke(now, 1.0);
        }
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let Err(Shut::Later(at)) = gate.pass(now, 0) else { panic!("the gate is shut") };
            pauses.push((at - now) / 1000);
            now = at;
            assert_eq!(gate.pass(now, 0), Ok(()), "one goes");
            assert!(gate.pass(now, 0).is_err(), "the others wait");
            gate.broke(now, 1.0);
        }
        assert_eq!(pauses, [15, 30, 60, 120, 240, 300]);
        assert!(gate.answered());
        assert_eq!(gate.pass(now, 0), Ok(()));
        assert!(!gate.answered());
    }

    #[test]
    fn a_pause_that_was_asked_for_is_kept_to_the_millisecond() {
        let mut gate = Gate::default();
        gate.stay_away(5_000);
        gate.stay_away(3_000);
        assert_eq!(gate.pass(4_999, 0), Err(Shut::Away(5_000)));
        assert_eq!(gate.pass(5_000, 0), Ok(()));
    }

    #[test]
    fn a_clock_set_back_does_not_shut_the_gate() {
        let mut gate = Gate::default();
        assert_eq!(gate.pass(9_000_000, 200), Ok(()));
        gate.shift(-8_000_000);
        assert_eq!(gate.pass(1_000_000, 200), Ok(()));
        // Even unnoticed it costs no more than the burst's own pause.
        let mut unshifted = Gate::default();
        assert_eq!(unshifted.pass(9_000_000, 200), Ok(()));
        assert_eq!(unshifted.pass(1_000, 200), Err(Shut::Later(1_200)));
    }
}
