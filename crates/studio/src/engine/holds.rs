//! Holding a provider whose key or credit must be mended, and looking whether it is.

use std::time::Duration;

use rushes_providers::{Error, Kind};

use super::{Engine, StepError, ms};
use crate::job::words;
use crate::store::{Hold, StoreError};

/// First wait before a hold is looked at again; it doubles.
const FIRST_LOOK: Duration = Duration::from_secs(60);
/// Longest such wait.
const LONGEST_LOOK: Duration = Duration::from_secs(900);
/// What waited goes on within this long.
const SPREAD_MS: i64 = 5_000;

impl Engine {
    /// Whether an error is the key's or the account's, not the job's: then everything of that key
    /// waits until it is mended.
    pub(super) fn is_for_key(error: &Error) -> bool {
        matches!(error.kind, Kind::Auth | Kind::Credit)
    }

    /// Holds a provider after it refused the key or found no credit.
    pub(super) async fn hold_for(
        &self,
        provider: &str,
        provider_name: &str,
        account: &str,
        error: &Error,
    ) -> Result<(), StoreError> {
        let said = words::held(provider_name, error);
        self.hold(provider, account, said).await
    }

    /// Holds a provider for whatever was said.
    pub(super) async fn hold(
        &self,
        provider: &str,
        account: &str,
        said: words::Said,
    ) -> Result<(), StoreError> {
        self.lines.put_away(provider);
        let at = self.clock.now_ms();
        let (provider, account) = (provider.to_owned(), account.to_owned());
        self.store
            .write(move |tx| {
                let looks = tx.hold_of(&provider)?.map_or(0, |hold| hold.looks + 1);
                let hold = Hold {
                    provider,
                    cause: said.cause.to_owned(),
                    message: said.message,
                    hint: said.hint,
                    look_at: at + ms(wait_before(looks)),
                    looks,
                };
                tx.hold(&hold, &account, at)
            })
            .await?;
        self.wake();
        Ok(())
    }

    /// Looks whether a held provider takes the key again. A free call, made ever less often.
    pub(super) async fn look_at_hold(&self, hold: &Hold) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let answer = match self.lines.open(&hold.provider).await {
            Ok(line) => line.provider.balance(&line.call).await,
            Err(error) => Err(Error {
                kind: Kind::Auth,
                wire: rushes_providers::Wire::NotSent,
                message: error.to_string(),
                hint: Some(error.hint()),
                retry_after: None,
                raw: None,
            }),
        };
        let mended = match &answer {
            Ok(Some(balance)) => hold.cause != "credit" || balance.micros > 0,
            Ok(None) => true,
            Err(_) => false,
        };
        let (mut next, provider) = (hold.clone(), hold.provider.clone());
        if mended {
            self.store.write(move |tx| tx.lift(&provider, at, SPREAD_MS).map(drop)).await?;
            self.wake();
            return Ok(());
        }
        next.looks += 1;
        next.look_at = at + ms(wait_before(next.looks));
        self.store
            .write(move |tx| match tx.hold_of(&provider)? {
                // Lifted in the meantime: that stands.
                None => Ok(()),
                Some(_) => tx.plan_hold(&next),
            })
            .await?;
        Ok(())
    }

    /// A key, an address or the credit of a provider may be different now: what is held is looked
    /// at at once.
    pub async fn key_changed(&self, provider: &str) -> Result<(), StoreError> {
        self.lines.put_away(provider);
        let (provider, at) = (provider.to_owned(), self.clock.now_ms());
        self.store.write(move |tx| tx.look_at_hold(&provider, at)).await?;
        self.wake();
        Ok(())
    }
}

fn wait_before(looks: u32) -> Duration {
    FIRST_LOOK.saturating_mul(2_u32.saturating_pow(looks.min(8))).min(LONGEST_LOOK)
}
