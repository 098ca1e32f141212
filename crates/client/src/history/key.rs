//! The key of a history, and whose it is.

use crate::keychain::{Kept, Keychain, KeychainError};
use consilium_model::{Secret, UserId};
use std::fmt;
use std::time::Duration;

/// The key of a history: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryKey([u8; 32]);

impl HistoryKey {
    /// A new one.
    ///
    /// # Panics
    ///
    /// On a system without randomness.
    pub fn draw() -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect("the system has randomness");
        Self(key)
    }

    /// As it stands in the keychain: 64 hexadecimal digits.
    pub fn from_secret(secret: &Secret) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(secret.expose(), &mut key).ok().map(|()| Self(key))
    }

    /// For the keychain.
    pub fn to_secret(&self) -> Secret {
        hex::encode(self.0).into()
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for HistoryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HistoryKey")
    }
}

/// How somebody came to have a chat, and with it how long its history stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryKind {
    /// By a sign-in: until the sign-out.
    Account,
    /// By the link of a visit: until somebody signs out, the link has ended, or nobody has used it for
    /// [`HistoryKind::MAX_IDLE`].
    Visit,
}

impl HistoryKind {
    /// So long the history of a link stays that nobody opens.
    pub const MAX_IDLE: Duration = Duration::from_secs(30 * 24 * 3600);
}

/// Whose history it is: a person at a clinic, in a profile of the application.
#[derive(Clone, Copy, Debug)]
pub struct HistoryOwner<'a> {
    /// How the person came.
    pub kind: HistoryKind,
    /// The profile's name.
    pub profile: &'a str,
    /// The base address of the clinic's server.
    pub server: &'a str,
    /// The person in the messenger.
    pub user: &'a UserId,
}

/// The key under that name, made when there is none. An error when it would not outlive the application: a file that
/// is sealed with it would be lost. A keychain that does not answer may have a key, which is not replaced.
pub(super) async fn lasting(keychain: &Keychain, entry: &str) -> Result<HistoryKey, KeychainError> {
    if let Some(key) = keychain.load(entry).await?.as_ref().and_then(HistoryKey::from_secret) {
        return Ok(key);
    }
    let key = HistoryKey::draw();
    match keychain.save(entry, &key.to_secret()).await {
        Kept::InKeychain => Ok(key),
        Kept::UntilExit(error) => {
            // Nobody may take it for a lasting one later in this run. A keychain that cannot forget has kept nothing.
            let _ = keychain.forget(entry).await;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_that_does_not_last_is_not_taken_for_one_that_does() {
        let keychain = Keychain::forgetful();
        assert_eq!(lasting(&keychain, "e").await, Err(KeychainError::Missing));
        assert_eq!(lasting(&keychain, "e").await, Err(KeychainError::Missing));

        let keychain = Keychain::over(std::sync::Arc::new(crate::MemoryStore::default()));
        let key = lasting(&keychain, "e").await.unwrap();
        assert_eq!(lasting(&keychain, "e").await, Ok(key));
    }
}
