//! What one failed submit means for the money. Pure; the whole promise hangs on it.

use rushes_providers::{Error, Wire};

/// What became of a submit that did not answer with a remote id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Provably nothing left: it may be sent again.
    NotSent,
    /// The provider said no: nothing was made, nothing charged.
    Refused,
    /// The provider said later: nothing was made, it may be sent again then.
    Throttled,
    /// It may have been made and charged: never sent again by itself.
    InDoubt,
}

/// Sorts a failed submit. Anything that is not a plain no is a doubt.
pub fn classify(error: &Error) -> Class {
    sort(error.wire)
}

/// Only the wire decides; what an error says never softens a doubt.
pub(super) fn sort(wire: Wire) -> Class {
    match wire {
        Wire::NotSent => Class::NotSent,
        Wire::Answered(429) => Class::Throttled,
        Wire::Answered(400..=405 | 413 | 415 | 422 | 451) => Class::Refused,
        Wire::Unanswered | Wire::Answered(_) => Class::InDoubt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::testkit::kinds;
    use rushes_providers::Kind;

    fn error(wire: Wire) -> Error {
        Error {
            kind: Kind::Unavailable,
            wire,
            message: String::new(),
            hint: None,
            retry_after: None,
            raw: None,
        }
    }

    #[test]
    fn every_status_has_its_class() {
        for status in 100..600 {
            let expected = match status {
                429 => Class::Throttled,
                400 | 401 | 402 | 403 | 404 | 405 | 413 | 415 | 422 | 451 => Class::Refused,
                _ => Class::InDoubt,
            };
            assert_eq!(classify(&error(Wire::Answered(status))), expected, "{status}");
        }
        assert_eq!(classify(&error(Wire::NotSent)), Class::NotSent);
        assert_eq!(classify(&error(Wire::Unanswered)), Class::InDoubt);
    }

    #[test]
    fn the_kind_of_an_error_never_softens_a_doubt() {
        for kind in kinds() {
            let lost = Error { kind, ..error(Wire::Unanswered) };
            assert_eq!(classify(&lost), Class::InDoubt);
        }
    }
}
