//! The money book: what each attempt reserved, and how it ended.

use rushes_providers::types::Price;
use rusqlite::params;

use super::{StoreError, Tx};

/// What a ledger line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerKind {
    /// Sent; this much may be taken.
    Reserved,
    /// The provider took it.
    Confirmed,
    /// The provider did not take it, or gives it back.
    Released,
    /// We cannot know.
    Unknown,
}

impl LedgerKind {
    fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Confirmed => "confirmed",
            Self::Released => "released",
            Self::Unknown => "unknown",
        }
    }
}

impl Tx<'_> {
    /// Appends a line. `price` is None where the price is not listed.
    pub fn enter(
        &mut self,
        attempt: &str,
        kind: LedgerKind,
        price: Option<&Price>,
        source: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO ledger (attempt, kind, micros, currency, source, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                attempt,
                kind.word(),
                price.map(|p| p.micros),
                price.map(|p| p.currency.as_str()),
                source,
                at
            ],
        )?;
        Ok(())
    }
}
