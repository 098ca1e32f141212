//! The system's keychain: the Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use super::{KeychainError, TokenStore};
use async_trait::async_trait;
use consilium_model::Secret;
use keyring::v1::{Entry, Error};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Under which name the system's own tools show the entries.
const SERVICE: &str = "Consilium";
/// A locked keychain asks the person for its password; nobody waits longer than this for the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The system's keychain.
///
/// Calls block, so they run on a thread of their own, one after another: a call that waits for the person to
/// unlock the keychain holds back the next ones instead of piling threads up.
#[derive(Debug)]
pub struct SystemKeychain {
    patience: Duration,
    one_at_a_time: Arc<Semaphore>,
}

impl SystemKeychain {
    /// Touches nothing yet.
    pub fn new() -> Self {
        Self { patience: PATIENCE, one_at_a_time: Arc::new(Semaphore::new(1)) }
    }

    async fn call<T: Send + 'static>(
        &self,
        profile: &str,
        work: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let profile = profile.to_owned();
        let turns = self.one_at_a_time.clone();
        let call = async move {
            let turn = turns.acquire_owned().await.map_err(|_| KeychainError::Failed)?;
            let blocking = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                Entry::new(SERVICE, &profile).and_then(|entry| work(&entry)).map_err(|error| decode(&error))
            });
            blocking.await.map_err(|_| KeychainError::Failed)?
        };
        timeout(self.patience, call).await.unwrap_or(Err(KeychainError::Locked))
    }
}

impl Default for SystemKeychain {
    fn default() -> Self {
        Self::new()
    }
}

/// The library's errors may hold the secret's bytes: only the kind goes on.
fn decode(error: &Error) -> KeychainError {
    match error {
        Error::NoDefaultStore => KeychainError::Missing,
        Error::NoStorageAccess(_) => KeychainError::Locked,
        _ => KeychainError::Failed,
    }
}

/// `NoEntry` is an answer, not a failure.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

#[async_trait]
impl TokenStore for SystemKeychain {
    async fn load(&self, profile: &str) -> Result<Option<Secret>, KeychainError> {
        self.call(profile, |entry| Ok(found(entry.get_password())?.map(Secret::from))).await
    }

    async fn save(&self, profile: &str, secret: &Secret) -> Result<(), KeychainError> {
        let secret = secret.clone();
        self.call(profile, move |entry| entry.set_password(secret.expose())).await
    }

    async fn forget(&self, profile: &str) -> Result<(), KeychainError> {
        self.call(profile, |entry| found(entry.delete_credential()).map(drop)).await
    }
}
