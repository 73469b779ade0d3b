//! What the tables of this folder are checked against.

use rushes_providers::Kind;

/// Every kind of error.
pub(super) fn kinds() -> [Kind; 9] {
    [
        Kind::Auth,
        Kind::Credit,
        Kind::RateLimited,
        Kind::Refused,
        Kind::Invalid { field: None },
        Kind::NotFound,
        Kind::Unavailable,
        Kind::Network,
        Kind::Protocol,
    ]
}
