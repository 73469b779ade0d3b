//! What follows from what was seen: the one function that decides, with no I/O.

use std::time::Duration;

use rushes_providers::types::PollState;
use rushes_providers::{Error, Kind};

use super::backoff::{LOOKS, LOOKS_FOR_ENDED};
use super::classify::{Class, classify};
use super::state::{AttemptState, JobState};
use crate::view::Charge;

/// What was seen of a live attempt.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// The submit was answered with a remote id.
    Accepted,
    /// The submit was not.
    SubmitFailed(&'a Error),
    /// Rushes stopped while it was being sent.
    Interrupted,
    /// A poll was answered.
    Polled(&'a PollState),
    /// A poll was not. `missing`: how often the provider said that it does not know the work,
    /// this time included, and over how long; `age`: since it was accepted.
    PollFailed {
        /// Why.
        error: &'a Error,
        /// Time since the provider accepted it.
        age: Duration,
        /// Answers of "not known" in a row, this one included.
        missing: u32,
        /// Time since the first of them.
        missing_for: Duration,
    },
    /// Every output has ended: saved, or not to be had.
    Fetched {
        /// In the library.
        saved: u32,
        /// In all.
        total: u32,
        /// Of those not saved, how many arrived broken (the others were gone).
        damaged: u32,
    },
    /// The provider's list of recent work shows exactly one that is ours.
    Found,
    /// It does not; this was look number `look`, from 0.
    NotFound {
        /// From 0.
        look: usize,
        /// Whether the list shows work only once it has ended.
        ended_only: bool,
    },
    /// The provider has no such list.
    CannotLook,
    /// The provider stopped it at our wish.
    Stopped,
    /// The user closed a doubt.
    Dismissed,
}

/// When the engine takes it up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Not by itself.
    Never,
    /// By the state's own rhythm: the first poll, the next poll, the first fetch.
    InTurn,
    /// After the provider's wish, or by backoff where it has none.
    Backoff(Option<Duration>),
    /// After exactly this long.
    After(Duration),
}

/// Where attempt and job go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The attempt's state.
    pub attempt: AttemptState,
    /// The job's state.
    pub job: JobState,
    /// What became of the money; None keeps what stands.
    pub charge: Option<Charge>,
    /// When it is taken up again.
    pub again: Again,
}

/// An answer of "not known" this soon after acceptance is the provider catching up.
const SETTLING: Duration = Duration::from_secs(60);
/// So many such answers over so long mean that it is gone.
const LOST_AFTER: (u32, Duration) = (3, Duration::from_secs(600));

/// Decides. `from` is the attempt's state before; None where the outcome cannot follow from it.
#[allow(clippy::match_same_arms)] // a table reads by its rows
pub fn next(from: AttemptState, outcome: &Outcome<'_>) -> Option<Next> {
    use AttemptState as A;
    let to = |attempt, job, charge, again| Some(Next { attempt, job, charge, again });
    match (from, outcome) {
        (A::Submitting, Outcome::Accepted) | (A::InDoubt, Outcome::Found) => {
            to(A::Accepted, JobState::Running, Some(Charge::Reserved), Again::InTurn)
        }
        (A::Submitting, Outcome::SubmitFailed(error)) => match classify(error) {
            // It never left because it cannot: waiting would not change that.
            Class::NotSent if matches!(error.kind, Kind::NotFound | Kind::Invalid { .. }) => {
                to(A::Refused, JobState::Failed, Some(Charge::None), Again::Never)
            }
            Class::NotSent | Class::Throttled => to(
                A::NotSent,
                JobState::Queued,
                Some(Charge::None),
                Again::Backoff(error.retry_after),
            ),
            // The key's fault or the account's: the job waits until it is mended.
            Class::Refused if matches!(error.kind, Kind::Auth | Kind::Credit) => {
                to(A::NotSent, JobState::Queued, Some(Charge::None), Again::InTurn)
            }
            Class::Refused if error.kind == Kind::Refused => {
                to(A::Blocked, JobState::Failed, Some(Charge::None), Again::Never)
            }
            Class::Refused => to(A::Refused, JobState::Failed, Some(Charge::None), Again::Never),
            Class::InDoubt => doubt(),
        },
        (A::Submitting, Outcome::Interrupted) => doubt(),

        (A::Accepted, Outcome::Polled(PollState::Queued | PollState::Running { .. })) => {
            to(A::Accepted, JobState::Running, None, Again::InTurn)
        }
        (A::Accepted, Outcome::Polled(PollState::Done { outputs })) if outputs.is_empty() => {
            to(A::Failed, JobState::Failed, Some(Charge::Charged), Again::Never)
        }
        (A::Accepted, Outcome::Polled(PollState::Done { .. })) => {
            to(A::Downloading, JobState::Running, Some(Charge::Charged), Again::InTurn)
        }
        (A::Accepted, Outcome::Polled(PollState::Failed { kind, refunded, .. })) => {
            let attempt = match kind {
                Kind::Refused => A::Blocked,
                _ => A::Failed,
            };
            let charge = if *refunded { Charge::Released } else { Charge::Unknown };
            to(attempt, JobState::Failed, Some(charge), Again::Never)
        }
        (A::Accepted, Outcome::Polled(PollState::Cancelled)) => {
            to(A::Cancelled, JobState::Cancelled, Some(Charge::Unknown), Again::Never)
        }
        (A::Accepted, Outcome::PollFailed { error, age, missing, missing_for }) => {
            let gone = error.kind == Kind::NotFound
                && *age >= SETTLING
                && *missing >= LOST_AFTER.0
                && *missing_for >= LOST_AFTER.1;
            if gone {
                to(A::Lost, JobState::Failed, Some(Charge::Unknown), Again::Never)
            } else {
                to(A::Accepted, JobState::Running, None, Again::Backoff(error.retry_after))
            }
        }
        (A::Accepted, Outcome::Stopped) => {
            to(A::Cancelled, JobState::Cancelled, Some(Charge::Released), Again::Never)
        }

        (A::Downloading, Outcome::Fetched { saved, total, damaged }) => match (saved, total) {
            (saved, total) if saved == total => {
                to(A::Succeeded, JobState::Completed, Some(Charge::Charged), Again::Never)
            }
            (0, _) if *damaged > 0 => {
                to(A::Failed, JobState::Failed, Some(Charge::Charged), Again::Never)
            }
            (0, _) => to(A::Expired, JobState::Failed, Some(Charge::Charged), Again::Never),
            _ => to(A::Partial, JobState::Completed, Some(Charge::Charged), Again::Never),
        },

        (A::InDoubt, Outcome::NotFound { look, ended_only }) => {
            let looks: &[Duration] = if *ended_only { &LOOKS_FOR_ENDED } else { &LOOKS };
            let again = match looks.get(look + 1) {
                Some(at) => Again::After(at.saturating_sub(looks[*look])),
                None => Again::Never,
            };
            to(A::InDoubt, JobState::Running, None, again)
        }
        (A::InDoubt, Outcome::CannotLook) => to(A::InDoubt, JobState::Running, None, Again::Never),
        (A::InDoubt, Outcome::Dismissed) => {
            to(A::Cancelled, JobState::Cancelled, Some(Charge::Unknown), Again::Never)
        }
        _ => None,
    }
}

#[allow(clippy::unnecessary_wraps)] // stands among the rows of the table
fn doubt() -> Option<Next> {
    Some(Next {
        attempt: AttemptState::InDoubt,
        job: JobState::Running,
        charge: Some(Charge::Unknown),
        again: Again::After(LOOKS[0]),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use rushes_providers::Wire;
    use rushes_providers::types::RemoteOutput;

    fn error(kind: Kind, wire: Wire) -> Error {
        Error { kind, wire, message: String::new(), hint: None, retry_after: None, raw: None }
    }

    #[test]
    fn a_lost_answer_is_a_doubt_and_a_doubt_is_never_sent_again() {
        let lost = error(Kind::Network, Wire::Unanswered);
        let doubt = next(AttemptState::Submitting, &Outcome::SubmitFailed(&lost)).unwrap();
        assert_eq!(
            doubt,
            Next {
                attempt: AttemptState::InDoubt,
                job: JobState::Running,
                charge: Some(Charge::Unknown),
                again: Again::After(Duration::ZERO),
            }
        );
        assert_eq!(next(AttemptState::Submitting, &Outcome::Interrupted), Some(doubt));
        for outcome in [Outcome::Accepted, Outcome::SubmitFailed(&lost)] {
            assert_eq!(next(AttemptState::InDoubt, &outcome), None);
        }
    }

    #[test]
    fn what_cannot_be_sent_does_not_wait_to_be_sent() {
        let after = |kind| {
            let unsent = error(kind, Wire::NotSent);
            let after = next(AttemptState::Submitting, &Outcome::SubmitFailed(&unsent)).unwrap();
            assert_eq!(after.charge, Some(Charge::None));
            (after.attempt, after.job)
        };
        for never in [Kind::NotFound, Kind::Invalid { field: None }] {
            assert_eq!(after(never), (AttemptState::Refused, JobState::Failed));
        }
        for later in [Kind::Network, Kind::Unavailable, Kind::RateLimited, Kind::Auth] {
            assert_eq!(after(later), (AttemptState::NotSent, JobState::Queued));
        }
    }

    #[test]
    fn a_poll_that_fails_ends_nothing() {
        for kind in [Kind::Auth, Kind::Credit, Kind::Network, Kind::Protocol] {
            let failed = error(kind, Wire::Unanswered);
            let after = next(
                AttemptState::Accepted,
                &Outcome::PollFailed {
                    error: &failed,
                    age: Duration::from_secs(3600),
                    missing: 0,
                    missing_for: Duration::ZERO,
                },
            )
            .unwrap();
            assert_eq!(after.attempt, AttemptState::Accepted);
            assert_eq!(after.job, JobState::Running);
            assert_eq!(after.charge, None);
        }
    }

    #[test]
    fn work_is_lost_only_after_three_denials_over_ten_minutes() {
        let denied = error(Kind::NotFound, Wire::Answered(404));
        let state = |age, missing, missing_for| {
            next(
                AttemptState::Accepted,
                &Outcome::PollFailed {
                    error: &denied,
                    age: Duration::from_secs(age),
                    missing,
                    missing_for: Duration::from_secs(missing_for),
                },
            )
            .unwrap()
            .attempt
        };
        assert_eq!(state(30, 9, 700), AttemptState::Accepted);
        assert_eq!(state(900, 2, 700), AttemptState::Accepted);
        assert_eq!(state(900, 3, 599), AttemptState::Accepted);
        assert_eq!(state(900, 3, 600), AttemptState::Lost);
    }

    #[test]
    fn done_without_outputs_is_no_success() {
        let empty = PollState::Done { outputs: vec![] };
        let after = next(AttemptState::Accepted, &Outcome::Polled(&empty)).unwrap();
        assert_eq!(after.attempt, AttemptState::Failed);
    }

    #[test]
    fn looks_come_at_0_30_120_and_600_seconds_and_then_the_user_decides() {
        let after = |look, ended_only| {
            let outcome = Outcome::NotFound { look, ended_only };
            next(AttemptState::InDoubt, &outcome).unwrap().again
        };
        let again = |look| after(look, false);
        assert_eq!(again(0), Again::After(Duration::from_secs(30)));
        assert_eq!(again(1), Again::After(Duration::from_secs(90)));
        assert_eq!(again(2), Again::After(Duration::from_secs(480)));
        assert_eq!(again(3), Again::Never);
        assert_eq!(again(50), Again::Never);
        // A list of ended work is looked at once more, half an hour on.
        assert_eq!(after(2, true), again(2));
        assert_eq!(after(3, true), Again::After(Duration::from_secs(1_200)));
        assert_eq!(after(4, true), Again::Never);
    }

    proptest! {
        #[test]
        fn nothing_leaves_an_end_state_and_every_step_is_consistent(
            from in 0..AttemptState::ALL.len(),
            status in 100_u16..600,
            pick in 0..12_usize,
            numbers in any::<(u8, u8, u8)>(),
        ) {
            let from = AttemptState::ALL[from];
            let failed = error(Kind::NotFound, Wire::Answered(status));
            let link = RemoteOutput::Link { url: "https://x.test/a.png".into() };
            let polls = [
                PollState::Queued,
                PollState::Running { progress: None },
                PollState::Done { outputs: vec![link] },
                PollState::Cancelled,
            ];
            let total = u32::from(numbers.0 % 4) + 1;
            let saved = u32::from(numbers.1) % (total + 1);
            let outcomes = [
                Outcome::Accepted,
                Outcome::SubmitFailed(&failed),
                Outcome::Interrupted,
                Outcome::Polled(&polls[usize::from(numbers.2 % 4)]),
                Outcome::PollFailed {
                    error: &failed,
                    age: Duration::from_secs(900),
                    missing: u32::from(numbers.0),
                    missing_for: Duration::from_secs(900),
                },
                Outcome::Fetched { saved, total, damaged: 0 },
                Outcome::Found,
                Outcome::NotFound {
                    look: usize::from(numbers.0),
                    ended_only: numbers.1 % 2 == 0,
                },
                Outcome::CannotLook,
                Outcome::Stopped,
                Outcome::Dismissed,
                Outcome::Fetched { saved: 0, total, damaged: 1 },
            ];
            let after = next(from, &outcomes[pick]);
            if !from.live() {
                prop_assert_eq!(after, None);
            }
            if let Some(after) = after {
                // A job is over exactly when no attempt lives and it does not wait for its turn.
                prop_assert_eq!(after.job == JobState::Running, after.attempt.live());
                prop_assert!(!after.job.over() || after.again == Again::Never);
                // Only what provably cost nothing goes back to the queue.
                if after.job == JobState::Queued {
                    prop_assert_eq!(after.charge, Some(Charge::None));
                    prop_assert_eq!(from, AttemptState::Submitting);
                }
            }
        }
    }
}
