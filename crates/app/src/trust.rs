//! What the keychain keeps for safe calls, apart for each profile and clinic: the certificate by which others recognize
//! this user, and the certificates of those whom the user has verified.
//!
//! An entry a contact, because some keychains take only little text, and its name is a hash, because names of entries
//! are not secret everywhere. Where there is no keychain, all of it lasts until the application ends. No clinic sees
//! the certificate of another, so two clinics cannot find out that they have the same user.

use consilium_call::{Certificate, Fingerprint};
use consilium_client::{Keychain, KeychainError};
use consilium_model::{Secret, UserId};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A call does not wait longer than this for a keychain that waits for the person.
const PATIENCE: Duration = Duration::from_secs(5);

/// The keychain of a profile, for one clinic.
#[derive(Clone, Debug)]
pub(crate) struct TrustStore {
    keychain: Keychain,
    profile: String,
    clinic: String,
}

impl TrustStore {
    /// `clinic` is the address of its server.
    pub(crate) fn new(keychain: Keychain, profile: &str, clinic: &str) -> Self {
        Self { keychain, profile: profile.to_owned(), clinic: clinic.to_owned() }
    }

    /// The own certificate, made at the first call. While the keychain does not say what it has, another one serves
    /// until the application ends. `None` when none can be made here: the call makes one.
    pub(crate) async fn certificate(&self) -> Option<Certificate> {
        let entry = self.entry("certificate", "");
        let until = Instant::now() + PATIENCE;
        let kept = timeout_at(until, self.read(&entry)).await.unwrap_or(Err(KeychainError::Locked));
        if let Ok(Some(kept)) = &kept
            && let Ok(certificate) = Certificate::from_secret(kept)
        {
            return Some(certificate);
        }
        let made = Certificate::generate().ok()?;
        let secret = made.to_secret().ok()?;
        self.keychain.keep_until_exit(&entry, &secret);
        match kept {
            // Unanswered, it stays until the application ends.
            Ok(_) => drop(timeout_at(until, self.keychain.save(&entry, &secret)).await),
            // What the keychain may hold is not replaced.
            Err(error) => tracing::info!(%error, "no certificate from the keychain"),
        }
        Some(made)
    }

    /// The certificate with which the user has verified somebody. An error when that cannot be known now.
    pub(crate) async fn verified(&self, user: &UserId) -> Result<Option<Fingerprint>, KeychainError> {
        let kept = self.read(&self.entry("contact", user.as_str())).await?;
        Ok(kept.as_ref().and_then(Fingerprint::from_hex))
    }

    /// The user has verified somebody at this clinic at some time.
    pub(crate) async fn has_verified(&self) -> Result<bool, KeychainError> {
        Ok(self.read(&self.entry("contacts", "")).await?.is_some())
    }

    /// The user has verified somebody with this certificate, or takes it back.
    pub(crate) async fn verify(&self, user: &UserId, certificate: Option<Fingerprint>) {
        let entry = self.entry("contact", user.as_str());
        match certificate {
            Some(certificate) => {
                self.keychain.save(&self.entry("contacts", ""), &Secret::from("verified")).await;
                self.keychain.save(&entry, &certificate.to_hex()).await;
            }
            None => {
                if let Err(error) = self.keychain.forget(&entry).await {
                    tracing::info!(%error, "the keychain may still have the contact");
                }
            }
        }
    }

    /// Where there is no keychain, nothing was kept.
    async fn read(&self, entry: &str) -> Result<Option<Secret>, KeychainError> {
        match self.keychain.load(entry).await {
            Err(KeychainError::Missing) => Ok(None),
            read => read,
        }
    }

    /// The name of an entry of this clinic.
    fn entry(&self, kind: &str, whose: &str) -> String {
        let named = Sha256::new().chain_update(&self.clinic).chain_update([0]).chain_update(whose);
        format!("{} {kind} {}", self.profile, hex::encode(&named.finalize()[..16]))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use async_trait::async_trait;
    use consilium_client::TokenStore;
    use std::sync::Arc;

    /// It waits for a person who is not there.
    #[derive(Debug)]
    pub(crate) struct Locked;

    #[async_trait]
    impl TokenStore for Locked {
        async fn load(&self, _profile: &str) -> Result<Option<Secret>, KeychainError> {
            Err(KeychainError::Locked)
        }

        async fn save(&self, _profile: &str, _secret: &Secret) -> Result<(), KeychainError> {
            panic!("what is in there is replaced")
        }

        async fn forget(&self, _profile: &str) -> Result<(), KeychainError> {
            Err(KeychainError::Locked)
        }
    }

    fn at(keychain: &Keychain, clinic: &str) -> TrustStore {
        TrustStore::new(keychain.clone(), "main", clinic)
    }

    async fn own(store: &TrustStore) -> Option<Fingerprint> {
        store.certificate().await.map(|certificate| certificate.fingerprint())
    }

    #[tokio::test]
    async fn one_certificate_a_clinic_and_profile() {
        let keychain = Keychain::forgetful();
        let (north, south) = (at(&keychain, "https://north.example"), at(&keychain, "https://south.example"));
        let certificate = own(&north).await;
        assert!(certificate.is_some());
        assert_eq!(own(&north).await, certificate);
        assert_ne!(own(&south).await, certificate);
        let other = TrustStore::new(keychain, "other", "https://north.example");
        assert_ne!(own(&other).await, certificate);
    }

    #[tokio::test]
    async fn one_that_cannot_be_read_is_made_anew() {
        let keychain = Keychain::forgetful();
        let store = at(&keychain, "https://north.example");
        keychain.save(&store.entry("certificate", ""), &Secret::from("what is this")).await;
        assert!(own(&store).await.is_some());
    }

    #[tokio::test]
    async fn contacts_are_kept_under_names_that_tell_nobody() {
        let keychain = Keychain::forgetful();
        let store = at(&keychain, "https://north.example");
        let (anna, certificate) = (UserId::new("anna"), Fingerprint::of(b"hers"));
        store.verify(&anna, Some(certificate)).await;
        assert_eq!(store.verified(&anna).await, Ok(Some(certificate)));
        assert_eq!(store.has_verified().await, Ok(true));
        let south = at(&keychain, "https://south.example");
        assert_eq!((south.verified(&anna).await, south.has_verified().await), (Ok(None), Ok(false)));
        assert!(!store.entry("contact", "anna").contains("anna"));
        store.verify(&anna, None).await;
        assert_eq!(store.verified(&anna).await, Ok(None));
    }

    #[tokio::test]
    async fn a_locked_keychain_is_not_an_empty_one() {
        let store = at(&Keychain::over(Arc::new(Locked)), "https://north.example");
        let certificate = own(&store).await;
        assert!(certificate.is_some());
        assert_eq!(own(&store).await, certificate, "the next call has the same");
        assert_eq!(store.verified(&UserId::new("anna")).await, Err(KeychainError::Locked));
        assert_eq!(store.has_verified().await, Err(KeychainError::Locked));
    }
}
