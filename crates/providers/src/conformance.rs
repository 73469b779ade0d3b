//! The suite that every adapter runs: what a dialect may never get wrong, whatever its words are.
//!
//! An adapter's tests give a [`Dialect`] (its own good and bad bodies) and call
//! [`conformance_tests!`](crate::conformance_tests), which makes one test of each rule. A rule
//! panics when it is broken.

mod peer;
mod rules;

use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::Provider;
use crate::call::Call;
use crate::error::Kind;
use crate::manifest::References;
use crate::types::{RemoteOutput, Request, Task};

pub use peer::{Peer, Reply, Seen};
pub use rules::*;

/// The key of every rule. Whatever holds this text has seen the key.
pub const KEY: &str = "rushes-conformance-key-4711";

/// One adapter and the bodies its provider would answer with.
pub struct Dialect {
    /// The adapter.
    pub provider: &'static dyn Provider,
    /// A request it can send.
    pub request: Request,
    /// Work it can ask about.
    pub task: Task,
    /// The answer to a submit, and the remote id in it. Where the provider answers at once, an answer
    /// with outputs; the id may be empty then, and is not looked at.
    pub accepted: (Value, &'static str),
    /// A whole answer to a submit that has no id.
    pub without_id: Value,
    /// Answers to a poll that mean queued or running. None where the provider answers at once, or
    /// answers requests of this kind at once: one that also polls runs the suite for both ways.
    pub unfinished: Vec<Value>,
    /// The answer to a poll with a status word that nobody has documented.
    pub unknown_word: Option<Value>,
    /// The answer to a poll of finished work (or to the submit, at once), and what it holds.
    pub done: (Value, Vec<RemoteOutput>),
    /// Answers of the same kind for failed work, HTTP 200, each with the kind it must read as.
    pub failed: Vec<(Value, Kind)>,
    /// The body of a refusal with this HTTP status and these words.
    pub refusal: fn(u16, &str) -> Value,
    /// The answer to the question for a place to upload to, given the address of the store. None
    /// where files go to the provider itself, or travel inside the submit.
    pub ticket: Option<fn(&Url) -> Value>,
}

impl Dialect {
    fn answers_at_once(&self) -> bool {
        self.provider.manifest().answers_at_once || self.unfinished.is_empty()
    }

    fn uploads(&self) -> bool {
        self.provider.manifest().references == References::Uploaded
    }

    /// A call with [`KEY`] to a peer.
    fn call(&self, peer: &Url) -> Call {
        Call::new(self.provider.manifest(), peer.clone(), Some(SecretString::from(KEY)))
            .expect("a loopback address is safe")
    }
}

/// Makes one test of each rule. The argument is an expression that makes a [`Dialect`].
#[macro_export]
macro_rules! conformance_tests {
    ($dialect:expr) => {
        $crate::conformance_tests!($dialect;
            submit_is_sent_once_whatever_goes_wrong,
            submit_is_sent_once_over_a_used_connection,
            submit_to_nobody_is_not_sent,
            submit_reads_the_remote_id,
            names_that_leave_the_path_are_not_sent,
            redirects_are_not_followed,
            statuses_read_as_their_kinds,
            retry_after_is_read_in_every_spelling,
            polls_read_as_their_states,
            uploads_leave_the_key_at_home,
            the_key_is_in_no_error,
        );
    };
    ($dialect:expr; $($rule:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $rule() {
                $crate::conformance::$rule(&$dialect).await;
            }
        )*
    };
}
