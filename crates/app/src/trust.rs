//! What the keychain keeps for safe calls, apart for each profile and clinic: the certificate by which others recognize
//! this user, and the certificates of those whom the user has verified.
//!
//! An entry a contact, because some keychains take only little text, and its name is a hash, because names of entries
//! are not secret everywhere. Where there is no keychain, all of it lasts until the application ends. No clinic sees
//! the certificate of another, so two clinics cannot find out that they have the same user.

use consilium_call::{Certificate, Fingerprint};
use consilium_client::Keychain;
use consilium_model::UserId;
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;

/// A call does not wait longer than this for a keychain that waits for the person.
const PATIENCE: Duration = Duration::from_secs(2);

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

    /// The own certificate, made at the first call. `None` when none can be kept or read now: the call makes one.
    pub(crate) async fn certificate(&self) -> Option<Certificate> {
        timeout(PATIENCE, self.kept_or_made()).await.ok().flatten()
    }

    async fn kept_or_made(&self) -> Option<Certificate> {
        let (entry, now) = (self.entry("certificate", ""), SystemTime::now());
        let kept = match self.keychain.load(&entry).await {
            Ok(kept) => kept,
            // What it may hold is not replaced.
            Err(error) => {
                tracing::info!(%error, "no certificate from the keychain");
                return None;
            }
        };
        if let Some(certificate) = kept.and_then(|kept| Certificate::from_secret(&kept, now).ok()) {
            return Some(certificate);
        }
        let made = Certificate::generate(now).ok()?;
        self.keychain.save(&entry, &made.to_secret().ok()?).await;
        Some(made)
    }

    /// The certificate with which the user has verified somebody.
    pub(crate) async fn verified(&self, user: &UserId) -> Option<Fingerprint> {
        let kept = self.keychain.load(&self.entry("contact", user.as_str())).await;
        let kept = kept.unwrap_or_else(|error| {
            tracing::info!(%error, "no contact from the keychain");
            None
        });
        Fingerprint::from_hex(&kept?)
    }

    /// The user has verified somebody with this certificate, or takes it back.
    pub(crate) async fn verify(&self, user: &UserId, certificate: Option<Fingerprint>) {
        let entry = self.entry("contact", user.as_str());
        match certificate {
            Some(certificate) => {
                self.keychain.save(&entry, &certificate.to_hex()).await;
            }
            None => {
                if let Err(error) = self.keychain.forget(&entry).await {
                    tracing::info!(%error, "the keychain may still have the contact");
                }
            }
        }
    }

    /// The name of an entry of this clinic.
    fn entry(&self, kind: &str, whose: &str) -> String {
        let named = Sha256::new().chain_update(&self.clinic).chain_update([0]).chain_update(whose);
        format!("{} {kind} {}", self.profile, hex::encode(&named.finalize()[..16]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::Secret;

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
        assert_eq!(store.verified(&anna).await, Some(certificate));
        assert_eq!(at(&keychain, "https://south.example").verified(&anna).await, None);
        assert!(!store.entry("contact", "anna").contains("anna"));
        store.verify(&anna, None).await;
        assert_eq!(store.verified(&anna).await, None);
    }
}
