//! Long random walks through the rules, beside a reference model that only knows about money.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use proptest::prelude::*;
use rushes_providers::types::{PollState, RemoteOutput};
use rushes_providers::{Error, Kind, Wire};

use super::{AttemptState, JobState, Outcome, next};

/// Steps of one walk. With [`walks`] of them a plain run takes 100 000 steps.
const STEPS: usize = 200;

/// `RUSHES_WALKS` many; 500 when it is not set.
fn walks() -> u32 {
    std::env::var("RUSHES_WALKS").map_or(500, |n| n.parse().unwrap())
}

/// What the model knows: whether the provider may have work of ours that costs, and whether this
/// attempt was ended. Written without looking at the rules.
#[derive(Debug, Default)]
struct Model {
    may_cost: bool,
    over: bool,
}

#[derive(Debug, Clone)]
enum Seen {
    Sent,
    Accepted,
    Failed(Error),
    Interrupted,
    Polled(PollState),
    PollFailed(Error, u64, u32),
    Fetched(u32, u32, u32),
    Found,
    NotFound(usize),
    CannotLook,
    Stopped,
    Dismissed,
}

fn error() -> impl Strategy<Value = Error> {
    let kind = prop_oneof![
        Just(Kind::Auth),
        Just(Kind::Credit),
        Just(Kind::RateLimited),
        Just(Kind::Refused),
        Just(Kind::Invalid { field: None }),
        Just(Kind::NotFound),
        Just(Kind::Unavailable),
        Just(Kind::Network),
        Just(Kind::Protocol),
    ];
    let wire = prop_oneof![
        Just(Wire::NotSent),
        Just(Wire::Unanswered),
        (100_u16..600).prop_map(Wire::Answered)
    ];
    (kind, wire).prop_map(|(kind, wire)| Error {
        kind,
        wire,
        message: String::new(),
        hint: None,
        retry_after: None,
        raw: None,
    })
}

fn seen() -> impl Strategy<Value = Seen> {
    let link = RemoteOutput::Link { url: "https://x.test/a.png".into() };
    let poll = prop_oneof![
        Just(PollState::Queued),
        Just(PollState::Running { progress: None }),
        Just(PollState::Done { outputs: vec![] }),
        Just(PollState::Done { outputs: vec![link] }),
        Just(PollState::Cancelled),
        (any::<bool>(), any::<bool>()).prop_map(|(policy, refunded)| PollState::Failed {
            kind: if policy { Kind::Refused } else { Kind::Unavailable },
            message: String::new(),
            refunded,
        }),
    ];
    prop_oneof![
        4 => Just(Seen::Sent),
        2 => Just(Seen::Accepted),
        3 => error().prop_map(Seen::Failed),
        1 => Just(Seen::Interrupted),
        3 => poll.prop_map(Seen::Polled),
        2 => (error(), 0_u64..2_000, 0_u32..5).prop_map(|(e, s, n)| Seen::PollFailed(e, s, n)),
        2 => (1_u32..4, 0_u32..4, 0_u32..4).prop_map(|(total, saved, damaged)| {
            Seen::Fetched(saved.min(total), total, damaged)
        }),
        1 => Just(Seen::Found),
        1 => (0_usize..6).prop_map(Seen::NotFound),
        1 => Just(Seen::CannotLook),
        1 => Just(Seen::Stopped),
        1 => Just(Seen::Dismissed),
    ]
}

impl Model {
    /// What the world's answer does to the money, whatever the rules make of it.
    fn hear(&mut self, from: AttemptState, seen: &Seen) {
        if from != AttemptState::Submitting {
            return;
        }
        let plain_no = |status| matches!(status, 400..=405 | 413 | 415 | 422 | 429 | 451);
        self.may_cost = match seen {
            Seen::Accepted | Seen::Interrupted => true,
            Seen::Failed(error) => match error.wire {
                Wire::NotSent => false,
                Wire::Unanswered => true,
                Wire::Answered(status) => !plain_no(status),
            },
            _ => self.may_cost,
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: walks(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_walk_sends_again_what_may_have_cost(steps in prop::collection::vec(seen(), STEPS)) {
        let (mut attempt, mut job) = (None, JobState::Queued);
        let mut model = Model::default();
        for step in steps {
            if let Seen::Sent = step {
                // Only a queued job is sent, and only when nothing of it may cost.
                if job == JobState::Queued {
                    prop_assert!(!model.may_cost && !model.over);
                    (attempt, job) = (Some(AttemptState::Submitting), JobState::Running);
                }
                continue;
            }
            let Some(from) = attempt else { continue };
            let outcome = match &step {
                Seen::Sent | Seen::Accepted => Outcome::Accepted,
                Seen::Failed(error) => Outcome::SubmitFailed(error),
                Seen::Interrupted => Outcome::Interrupted,
                Seen::Polled(state) => Outcome::Polled(state),
                Seen::PollFailed(error, age, missing) => Outcome::PollFailed {
                    error,
                    age: Duration::from_secs(*age),
                    missing: *missing,
                    missing_for: Duration::from_secs(*age),
                },
                Seen::Fetched(saved, total, damaged) => {
                    Outcome::Fetched { saved: *saved, total: *total, damaged: *damaged }
                }
                Seen::Found => Outcome::Found,
                Seen::NotFound(look) => {
                    Outcome::NotFound { look: *look, ended_only: look % 2 == 1 }
                },
                Seen::CannotLook => Outcome::CannotLook,
                Seen::Stopped => Outcome::Stopped,
                Seen::Dismissed => Outcome::Dismissed,
            };
            let Some(after) = next(from, &outcome) else { continue };
            model.hear(from, &step);
            prop_assert!(from.live(), "{from:?} is over and moved");
            prop_assert!(
                after.job != JobState::Queued || !model.may_cost,
                "{from:?} -> {:?} goes back to the queue and may have cost", after.attempt
            );
            prop_assert!(
                !(model.may_cost && matches!(after.attempt, AttemptState::Refused | AttemptState::NotSent)),
                "{:?} is called free and may have cost", after.attempt
            );
            model.over = after.job.over();
            (attempt, job) = (Some(after.attempt), after.job);
            if model.over {
                break;
            }
        }
    }
}
