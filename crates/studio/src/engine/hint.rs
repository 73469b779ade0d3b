//! Hints from outside that something may have happened: the next question is brought forward, and
//! nothing else is believed.

use super::Engine;
use crate::store::StoreError;

impl Engine {
    /// Asks after this piece of work at once, if it is one of ours under way. Where its answer was
    /// lost or has not come, `client_ref` says whose it is.
    pub async fn ask_now(
        &self,
        provider: &str,
        remote_id: &str,
        client_ref: Option<&str>,
    ) -> Result<(), StoreError> {
        let (provider, remote_id) = (provider.to_owned(), remote_id.to_owned());
        let client_ref = client_ref.map(str::to_owned);
        let at = self.clock.now_ms();
        let ours = self
            .store
            .write(move |tx| {
                let echoed = match &client_ref {
                    Some(reference) => tx.record_echo(&provider, reference, &remote_id, at)?,
                    None => false,
                };
                Ok(echoed || tx.poll_now(&provider, &remote_id, at)?)
            })
            .await?;
        if ours {
            self.wake();
        }
        Ok(())
    }
}
