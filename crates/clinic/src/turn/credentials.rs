//! Short-lived TURN credentials, as coturn's `use-auth-secret` computes them (draft-uberti-behave-turn-rest-00):
//! the username is `EXPIRY:SEAT`, the password the Base64 of HMAC-SHA1 over it. Whoever shares the secret checks
//! them without a list, and they hold over a restart. A seat is a random number: no name and no address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use consilium_model::{PeerId, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::time::Duration;
use time::OffsetDateTime;

/// So long a credential is good; a visit with all its overtime is shorter.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// Makes credentials, and knows them again.
pub(super) struct Credentials(Secret);

/// What a participant shows to the TURN server.
pub(super) struct Issued {
    pub(super) username: Secret,
    pub(super) password: Secret,
}

/// A username that is good now, if the password is the right one.
#[derive(Debug, PartialEq)]
pub(super) struct Accepted {
    pub(super) password: Secret,
    pub(super) left: Duration,
}

impl Credentials {
    pub(super) const fn new(secret: Secret) -> Self {
        Self(secret)
    }

    pub(super) fn issue(&self, seat: &PeerId, now: OffsetDateTime) -> Issued {
        let expiry = (now + LIFETIME).unix_timestamp();
        let username = format!("{expiry}:{}", seat.as_str());
        Issued { password: self.password(&username), username: Secret::new(username) }
    }

    /// `None`: not one of ours, or its time is over.
    pub(super) fn check(&self, username: &str, now: OffsetDateTime) -> Option<Accepted> {
        let expiry = username.split(':').next()?;
        let expiry = OffsetDateTime::from_unix_timestamp(expiry.parse().ok()?).ok()?;
        let left = Duration::try_from(expiry - now).ok().filter(|left| !left.is_zero())?;
        Some(Accepted { password: self.password(username), left })
    }

    fn password(&self, username: &str) -> Secret {
        let key = self.0.expose().as_bytes();
        let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(username.as_bytes());
        Secret::new(STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

    /// `printf %s 1795305600:seat-1 | openssl dgst -sha1 -hmac north -binary | base64`.
    #[test]
    fn a_credential_is_what_coturn_computes() {
        let issued = Credentials::new("north".into()).issue(&"seat-1".into(), NOW);
        assert_eq!(issued.username.expose(), "1795305600:seat-1");
        assert_eq!(issued.password.expose(), "/XNR4T39nsNEVlWdqGd/HRVOJnk=");
    }

    #[test]
    fn a_credential_ends_and_a_foreign_name_is_none() {
        let credentials = Credentials::new("north".into());
        let issued = credentials.issue(&"seat-1".into(), NOW);
        let accepted = credentials.check(issued.username.expose(), NOW).unwrap();
        assert_eq!(accepted, Accepted { password: issued.password, left: LIFETIME });
        assert_eq!(credentials.check(issued.username.expose(), NOW + LIFETIME), None);
        for name in ["", "seat-1", ":seat-1", "soon:seat-1", "-5:seat-1", "99999999999999999999:x"] {
            assert_eq!(credentials.check(name, NOW), None, "{name}");
        }
        let other = Credentials::new("south".into()).check(issued.username.expose(), NOW).unwrap();
        assert_ne!(other.password, accepted.password);
    }
}
