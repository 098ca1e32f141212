//! How a value is sealed, and how a name is hidden.

use super::file::HistoryError;
use super::key::HistoryKey;
use super::pad::{pad, unpad};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const NONCE: usize = 24;

/// Where a sealed value stands. It is bound to its place: put elsewhere, it does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// Proves that the key is the right one.
    Check,
    /// The settings.
    Settings,
    /// The id of a session, by its name and its number in this file.
    SessionId(&'a Name, i64),
    /// What is known of a session.
    Session(i64),
    /// What is typed in it.
    Draft(i64),
    /// A message of a session.
    Message(i64, u64),
    /// A message that waits.
    Queued(&'a Name),
    /// The bytes of its file.
    QueuedBytes(&'a Name),
    /// The bytes of an attachment.
    Cached(&'a Name),
}

/// A hidden name.
pub(super) type Name = [u8; 16];

/// What names what.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    Session,
    Client,
    Thumbnail,
    Attachment,
}

/// Seals and opens (XChaCha20-Poly1305 with random nonces), and hides names (HMAC-SHA-256). Both keys come from the
/// history's own (HKDF-SHA-256, RFC 5869).
pub(super) struct Cipher {
    seal: XChaCha20Poly1305,
    names: Hmac<Sha256>,
}

impl Cipher {
    pub(super) fn new(key: &HistoryKey) -> Self {
        let source = Hkdf::<Sha256>::new(None, key.bytes());
        let derive = |purpose: &str| {
            let mut derived = [0; 32];
            source.expand(purpose.as_bytes(), &mut derived).expect("32 bytes are no more than HKDF gives");
            derived
        };
        let seal = XChaCha20Poly1305::new(&Key::from(derive("consilium history 1 seal")));
        let names = Hmac::new_from_slice(&derive("consilium history 1 names")).expect("HMAC takes any key");
        Self { seal, names }
    }

    pub(super) fn name(&self, named: Named, text: &str) -> Name {
        let mut mac = self.names.clone();
        mac.update(&[named as u8]);
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        *digest.first_chunk().expect("SHA-256 has 32 bytes")
    }

    pub(super) fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, HistoryError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| HistoryError::Storage)?;
        let padded = pad(plain);
        let payload = Payload { msg: &padded, aad: &place.bytes() };
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).map_err(|_| HistoryError::Storage)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// `None` when it was sealed with another key, at another place, or was changed.
    pub(super) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        self.seal.decrypt(&XNonce::from(*nonce), payload).ok().and_then(unpad)
    }
}

impl Place<'_> {
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Check => vec![0],
            Self::Settings => vec![1],
            Self::SessionId(name, number) => [&[2][..], name, &number.to_le_bytes()].concat(),
            Self::Session(number) => [&[3][..], &number.to_le_bytes()].concat(),
            Self::Draft(number) => [&[4][..], &number.to_le_bytes()].concat(),
            Self::Message(session, seq) => [&[5][..], &session.to_le_bytes(), &seq.to_le_bytes()].concat(),
            Self::Queued(name) => [&[6][..], name].concat(),
            Self::QueuedBytes(name) => [&[7][..], name].concat(),
            Self::Cached(name) => [&[8][..], name].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_opens_only_whole_at_its_place_and_with_its_key(
            plain in prop::collection::vec(any::<u8>(), 0..600), seq in 1u64..100, other in 1u64..100, flip: usize
        ) {
            let cipher = Cipher::new(&HistoryKey::draw());
            let place = Place::Message(7, seq);
            let sealed = cipher.seal(place, &plain).unwrap();
            prop_assert_eq!(cipher.open(place, &sealed), Some(plain.clone()));
            prop_assert_eq!(cipher.open(Place::Message(7, other), &sealed).is_some(), other == seq);
            prop_assert_eq!(cipher.open(Place::Session(7), &sealed), None);
            prop_assert_eq!(Cipher::new(&HistoryKey::draw()).open(place, &sealed), None);
            let mut changed = sealed.clone();
            changed[flip % sealed.len()] ^= 1;
            prop_assert_eq!(cipher.open(place, &changed), None);
            prop_assert_eq!(cipher.open(place, &sealed[..flip % sealed.len()]), None);
        }
    }

    #[test]
    fn a_name_depends_on_what_it_names_and_on_the_key() {
        let (one, two) = (Cipher::new(&HistoryKey::draw()), Cipher::new(&HistoryKey::draw()));
        assert_eq!(one.name(Named::Session, "s1"), one.name(Named::Session, "s1"));
        assert_ne!(one.name(Named::Session, "s1"), one.name(Named::Client, "s1"));
        assert_ne!(one.name(Named::Session, "s1"), two.name(Named::Session, "s1"));
    }
}
