//! The states of a job and of an attempt, and who writes them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Gives a state its stored word, and reads it back.
macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            /// The word in the job book and on the wire.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl rusqlite::types::ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.word().into())
            }
        }

        impl rusqlite::types::FromSql for $type {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(rusqlite::types::FromSqlError::InvalidType),
                }
            }
        }
    };
}
pub(crate) use words as stored_words;

/// What a person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn or for a time.
    Queued,
    /// An attempt is alive.
    Running,
    /// Its outputs are in the library.
    Completed,
    /// Ended without outputs.
    Failed,
    /// Ended at the user's wish.
    Cancelled,
}

/// Where one try stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Written before the first byte leaves; at start it becomes in doubt.
    Submitting,
    /// The provider has it and we have its remote id; polled until it ends.
    Accepted,
    /// The provider is done; outputs are being fetched.
    Downloading,
    /// May have been charged and we have no remote id. Never sent again by itself.
    InDoubt,
    /// All outputs are in the library.
    Succeeded,
    /// Some outputs are in the library, the others cannot be had.
    Partial,
    /// The provider tried and gave up.
    Failed,
    /// The provider declined the content.
    Blocked,
    /// The provider declined the request; nothing was made.
    Refused,
    /// Provably never sent, or told to come back later; the job waits.
    NotSent,
    /// Stopped at the user's wish.
    Cancelled,
    /// Paid and made, and gone before it could be fetched.
    Expired,
    /// The provider knows it no longer.
    Lost,
}

words!(JobState {
    Queued = "queued",
    Running = "running",
    Completed = "completed",
    Failed = "failed",
    Cancelled = "cancelled",
});

words!(AttemptState {
    Submitting = "submitting",
    Accepted = "accepted",
    Downloading = "downloading",
    InDoubt = "in_doubt",
    Succeeded = "succeeded",
    Partial = "partial",
    Failed = "failed",
    Blocked = "blocked",
    Refused = "refused",
    NotSent = "not_sent",
    Cancelled = "cancelled",
    Expired = "expired",
    Lost = "lost",
});

impl AttemptState {
    /// All of them, for tables in tests.
    pub const ALL: [Self; 13] = [
        Self::Submitting,
        Self::Accepted,
        Self::Downloading,
        Self::InDoubt,
        Self::Succeeded,
        Self::Partial,
        Self::Failed,
        Self::Blocked,
        Self::Refused,
        Self::NotSent,
        Self::Cancelled,
        Self::Expired,
        Self::Lost,
    ];

    /// Whether the attempt may still cost or make something; a job has at most one such.
    pub fn live(self) -> bool {
        matches!(self, Self::Submitting | Self::Accepted | Self::Downloading | Self::InDoubt)
    }
}

impl JobState {
    /// Whether the job is over.
    pub fn over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}
