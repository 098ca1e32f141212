//! Tokens: made from random bytes or derived from the server's own key, stored as digests or not at all.
//!
//! A participant's access token and conference token follow from the server's key, the conference and the
//! participant. So links can be shown again, to the booking system and on the specialist's home page, and the
//! database holds no token. Whoever reads the database with its key can make tokens: it holds the visits too.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_model::{ConferenceId, Participant, Role, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a token.
pub(crate) type Digest = [u8; 32];

/// The server's key.
pub(crate) struct Keys(Secret<[u8; 32]>);

/// 32 random bytes in base64url: a session token, a one-time code, a resume key.
pub(crate) fn random_token() -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(random_bytes()))
}

/// What is stored of a token, and what it is found by.
pub(crate) fn digest(token: &str) -> Digest {
    Sha256::digest(token.as_bytes()).into()
}

fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}

impl Keys {
    /// Reads a key as [`random_token`] made it.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(|bytes| Self(Secret::new(bytes)))
    }

    /// The token of a participant's link: 43 characters.
    pub(crate) fn access_token(&self, conference: &ConferenceId, who: &Participant) -> Secret {
        Secret::new(URL_SAFE_NO_PAD.encode(self.derive(&[
            "access",
            conference.as_str(),
            role(who),
            who.id.as_str(),
        ])))
    }

    /// The token that opens the room: 64 characters. The same for every exchange of one participant.
    pub(crate) fn conference_token(&self, conference: &ConferenceId, who: &Participant) -> Secret {
        let bytes = self.derive(&["room", conference.as_str(), role(who), who.id.as_str()]);
        Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The password of a made-up specialist.
    pub(crate) fn demo_password(&self, user: &str) -> Secret {
        Secret::new(URL_SAFE_NO_PAD.encode(&self.derive(&["demo-password", user])[..12]))
    }

    fn derive(&self, parts: &[&str]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("HMAC takes a key of any length");
        for part in parts {
            // The length keeps `ab`,`c` and `a`,`bc` apart.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

const fn role(who: &Participant) -> &'static str {
    match who.role {
        Role::Client => "CLIENT",
        Role::Specialist => "SPECIALIST",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_by_conference_role_and_purpose() {
        let keys = Keys::from_text(random_token().expose()).unwrap();
        let (one, two) = (ConferenceId::new("1"), ConferenceId::new("2"));
        let (client, specialist) = (Participant::client("7"), Participant::specialist("7"));
        let token = keys.access_token(&one, &client);
        assert_eq!(token, keys.access_token(&one, &client));
        assert_eq!(token.expose().len(), 43);
        assert_ne!(token, keys.access_token(&two, &client));
        assert_ne!(token, keys.access_token(&one, &specialist));
        assert_eq!(keys.conference_token(&one, &client).expose().len(), 64);
    }
}
