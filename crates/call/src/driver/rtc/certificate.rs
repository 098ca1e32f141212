//! The certificate with which this participant encrypts (RFC 8827, section 6.5): made by itself, signed by nobody.

use crate::core::Fingerprint;
use ::rtc::crypto::{RTCCryptoProvider, SignatureScheme, default_provider};
use ::rtc::peer_connection::certificate::{CertificateParams, RTCCertificate};
use consilium_model::Secret;
use rustls::pki_types::CertificateDer;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Nobody looks at the dates but the stack itself: who is at the other end is told by the fingerprint alone.
const VALID: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// Nobody is in a call for as long.
const TOO_LATE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// What every WebRTC stack takes.
const SCHEME: SignatureScheme = SignatureScheme::EcdsaP256Sha256;

/// The certificate of a participant, with its private key. Whoever it was shown to recognizes it, so it belongs to
/// one clinic; kept, it lets others see that the participant is the one of an earlier call.
#[derive(Clone)]
pub struct Certificate {
    pub(super) rtc: RTCCertificate,
    fingerprint: Fingerprint,
}

/// Why there is no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It could not be made: the system has no randomness.
    #[error("no certificate could be made")]
    NotMade,
    /// What was kept is none, or will soon be out of date. Make another one.
    #[error("the certificate that was kept is of no use")]
    NotUsable,
}

impl Certificate {
    /// A new one on ECDSA P-256, good for ten years.
    pub fn generate() -> Result<Self, CertificateError> {
        Self::generate_at(SystemTime::now())
    }

    fn generate_at(now: SystemTime) -> Result<Self, CertificateError> {
        let make = || {
            let mut params = CertificateParams::new(Vec::<String>::new()).ok()?;
            // Clocks differ.
            params.not_before = now.checked_sub(DAY)?.into();
            params.not_after = now.checked_add(VALID)?.into();
            Self::of(RTCCertificate::generate(provider()?.crypto(), SCHEME, params).ok()?)
        };
        make().ok_or(CertificateError::NotMade)
    }

    /// What [`Self::to_secret`] has written.
    pub fn from_secret(kept: &Secret) -> Result<Self, CertificateError> {
        Self::read_at(kept, SystemTime::now())
    }

    fn read_at(kept: &Secret, now: SystemTime) -> Result<Self, CertificateError> {
        read(kept.expose())
            .filter(|certificate| certificate.rtc.expires > now + TOO_LATE)
            .ok_or(CertificateError::NotUsable)
    }

    /// For a keychain: when it expires, the certificate and its private key. Short enough for every system's.
    pub fn to_secret(&self) -> Result<Secret, CertificateError> {
        let write = || {
            let expires = self.rtc.expires.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
            let certificate = self.rtc.dtls_certificate.certificate.first()?;
            let key = self.rtc.dtls_certificate.private_key.signing_key.to_pkcs8_der().ok()??;
            Some(format!("{expires} {} {}", hex::encode(certificate), hex::encode(key)).into())
        };
        write().ok_or(CertificateError::NotUsable)
    }

    /// By what the others recognize it.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn of(rtc: RTCCertificate) -> Option<Self> {
        let fingerprint = Fingerprint::of(rtc.dtls_certificate.certificate.first()?);
        Some(Self { rtc, fingerprint })
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

fn provider() -> Option<Arc<dyn RTCCryptoProvider>> {
    default_provider().ok()
}

fn read(kept: &str) -> Option<Certificate> {
    let mut parts = kept.split(' ');
    let expires = Duration::from_secs(parts.next()?.parse().ok()?);
    let expires = SystemTime::UNIX_EPOCH.checked_add(expires)?;
    let chain = vec![CertificateDer::from(hex::decode(parts.next()?).ok()?)];
    let key = hex::decode(parts.next()?).ok()?;
    Certificate::of(RTCCertificate::from_pkcs8(provider()?.crypto(), SCHEME, chain, &key, expires).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_the_same_after_a_stay_in_the_keychain() {
        let now = SystemTime::now();
        let made = Certificate::generate_at(now).unwrap();
        let kept = made.to_secret().unwrap();
        assert!(kept.expose().len() <= 1200, "Windows keeps 2560 bytes of UTF-16");
        let read = Certificate::read_at(&kept, now).unwrap();
        assert_eq!(read.fingerprint(), made.fingerprint());
        assert_ne!(Certificate::generate_at(now).unwrap().fingerprint(), made.fingerprint());
    }

    #[test]
    fn is_not_used_when_it_is_about_to_expire() {
        let now = SystemTime::now();
        let kept = Certificate::generate_at(now).unwrap().to_secret().unwrap();
        assert!(Certificate::read_at(&kept, now + VALID - TOO_LATE - DAY).is_ok());
        let late = Certificate::read_at(&kept, now + VALID - TOO_LATE + DAY);
        assert_eq!(late.unwrap_err(), CertificateError::NotUsable);
    }

    proptest! {
        #[test]
        fn garbage_is_refused(text in "[0-9a-f \\PC]{0,80}") {
            prop_assert!(Certificate::from_secret(&text.into()).is_err());
        }
    }
}
