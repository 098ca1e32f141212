//! Memory: forgets when the app ends.

use super::{KeychainError, TokenStore};
use async_trait::async_trait;
use consilium_model::Secret;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Remembers until the app ends.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<String, Secret>>);

impl MemoryStore {
    pub(super) fn insert(&self, profile: &str, secret: Secret) {
        self.secrets().insert(profile.to_owned(), secret);
    }

    pub(super) fn remove(&self, profile: &str) {
        self.secrets().remove(profile);
    }

    fn secrets(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn load(&self, profile: &str) -> Result<Option<Secret>, KeychainError> {
        Ok(self.secrets().get(profile).cloned())
    }

    async fn save(&self, profile: &str, secret: &Secret) -> Result<(), KeychainError> {
        self.insert(profile, secret.clone());
        Ok(())
    }

    async fn forget(&self, profile: &str) -> Result<(), KeychainError> {
        self.remove(profile);
        Ok(())
    }
}
