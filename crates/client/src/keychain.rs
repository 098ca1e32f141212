//! Where a sign-in is remembered: the system's keychain, or memory when there is none.

mod memory;
mod system;

pub use memory::MemoryStore;
pub use system::SystemKeychain;

use async_trait::async_trait;
use consilium_model::Secret;
use std::fmt;
use std::sync::Arc;

/// Keeps one secret for each profile. A profile is a name such as a server's base URL; it is not secret.
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The profile's secret, if there is one.
    async fn load(&self, profile: &str) -> Result<Option<Secret>, KeychainError>;

    /// Keeps a secret in place of an earlier one.
    async fn save(&self, profile: &str, secret: &Secret) -> Result<(), KeychainError>;

    /// Forgets the profile's secret. Forgetting nothing is no error.
    async fn forget(&self, profile: &str) -> Result<(), KeychainError>;

    /// It keeps nothing, by choice.
    fn is_nowhere(&self) -> bool {
        false
    }
}

/// Why a keychain does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// This system has no keychain service.
    #[error("there is no keychain")]
    Missing,
    /// It is locked, or waits for the person to unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// It failed.
    #[error("the keychain failed")]
    Failed,
}

impl KeychainError {
    /// The same call may succeed later, once the person has unlocked the keychain.
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::Locked => true,
            Self::Missing | Self::Failed => false,
        }
    }
}

/// How long a secret is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the keychain, beyond the end of the app.
    InKeychain,
    /// Until the app ends, because the keychain did not take it. Tell the person.
    UntilExit(KeychainError),
}

/// A system without a keychain, by choice.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl TokenStore for Nowhere {
    async fn load(&self, _profile: &str) -> Result<Option<Secret>, KeychainError> {
        Ok(None)
    }

    async fn save(&self, _profile: &str, _secret: &Secret) -> Result<(), KeychainError> {
        Err(KeychainError::Missing)
    }

    async fn forget(&self, _profile: &str) -> Result<(), KeychainError> {
        Ok(())
    }

    fn is_nowhere(&self) -> bool {
        true
    }
}

/// The keychain with memory behind it: a sign-in always works, and the caller learns how long it lasts.
/// Cheap to clone; clones share the memory.
#[derive(Clone, Debug)]
pub struct Keychain {
    lasting: Arc<dyn TokenStore>,
    memory: Arc<MemoryStore>,
}

impl Keychain {
    /// The system's keychain.
    pub fn system() -> Self {
        Self::over(Arc::new(SystemKeychain::new()))
    }

    /// No lasting store: everything is forgotten when the app ends, and the caller is told so.
    pub fn forgetful() -> Self {
        Self::over(Arc::new(Nowhere))
    }

    /// Another lasting store.
    pub fn over(lasting: Arc<dyn TokenStore>) -> Self {
        Self { lasting, memory: Arc::new(MemoryStore::default()) }
    }

    /// It forgets by choice, so nobody has to be told.
    pub fn is_forgetful(&self) -> bool {
        self.lasting.is_nowhere()
    }

    /// The profile's secret: the one of this run, else the kept one. An error only when neither is to be had.
    pub async fn load(&self, profile: &str) -> Result<Option<Secret>, KeychainError> {
        match self.memory.load(profile).await? {
            Some(secret) => Ok(Some(secret)),
            None => self.lasting.load(profile).await,
        }
    }

    /// Remembers a secret as long as it can.
    pub async fn save(&self, profile: &str, secret: &Secret) -> Kept {
        match self.lasting.save(profile, secret).await {
            Ok(()) => {
                self.memory.remove(profile);
                Kept::InKeychain
            }
            Err(error) => {
                self.memory.insert(profile, secret.clone());
                Kept::UntilExit(error)
            }
        }
    }

    /// Remembers a secret until the app ends, and leaves what the lasting store has as it is.
    pub fn keep_until_exit(&self, profile: &str, secret: &Secret) {
        self.memory.insert(profile, secret.clone());
    }

    /// Forgets a secret everywhere. An error means that the lasting store may still have it.
    pub async fn forget(&self, profile: &str) -> Result<(), KeychainError> {
        self.memory.remove(profile);
        self.lasting.forget(profile).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_forgetful_keychain_remembers_until_the_end_and_says_so() {
        let keychain = Keychain::forgetful();
        let kept = keychain.save("home", &Secret::from("token")).await;
        assert_eq!(kept, Kept::UntilExit(KeychainError::Missing));
        assert_eq!(keychain.load("home").await, Ok(Some(Secret::from("token"))));
        assert_eq!(keychain.forget("home").await, Ok(()));
        assert_eq!(keychain.load("home").await, Ok(None));
    }
}
