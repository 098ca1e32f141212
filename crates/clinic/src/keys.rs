//! Tokens: made from random bytes or derived from the server's own key, stored as digests or not at all.
//!
//! A participant's access token and conference token follow from the server's key, the conference and the
//! participant. So a link that did not reach the booking system is told again after a restart, the specialist's home
//! page shows links, and the database holds no token. Whoever reads the database with its key can make tokens: it holds the visits too.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_model::{ConferenceId, Participant, Role, Secret, UserId};
use consilium_wire::{coviu, trueconf};
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

/// Six random digits.
pub(crate) fn random_code() -> Secret {
    const CODES: u32 = 1_000_000;
    // Numbers past the last whole million would make the small codes likelier.
    const FAIR: u32 = u32::MAX / CODES * CODES;
    loop {
        let number = getrandom::u32().expect("the system has random numbers");
        if number < FAIR {
            return Secret::new(format!("{:06}", number % CODES));
        }
    }
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

    /// The key that the access tokens of one face are signed with; those of another face have another one.
    pub(crate) fn signing_key(&self, face: &str) -> Secret<[u8; 32]> {
        Secret::new(self.derive(&["sign", face]))
    }

    /// A name of the clinic for the vendors' protocols that give one: always the same, and nobody else's.
    pub(crate) fn clinic_id(&self) -> uuid::Uuid {
        let digest = self.derive(&["clinic"]);
        let bytes = digest.first_chunk().expect("a digest is longer than an id");
        uuid::Builder::from_random_bytes(*bytes).into_uuid()
    }

    /// The id of a guest's account in a conference. The slug is made of a name, and ids are kept where no name is.
    pub(crate) fn guest_id(&self, conference: &ConferenceId, slug: &str) -> UserId {
        let bytes = self.derive(&["guest", conference.as_str(), slug]);
        UserId::new(format!("{}{}", trueconf::PREFIX, URL_SAFE_NO_PAD.encode(&bytes[..12])))
    }

    /// The id in the conference of somebody who was invited before there were ids that do not open the link.
    pub(crate) fn invited_id(&self, conference: &ConferenceId, participant: &str) -> UserId {
        let bytes = self.derive(&["invited", conference.as_str(), participant]);
        UserId::new(format!("{}{}", coviu::PREFIX, URL_SAFE_NO_PAD.encode(&bytes[..16])))
    }

    /// Proves that the server has made a link into a call.
    pub(crate) fn link_proof(&self, link: &[u8]) -> [u8; 16] {
        let bytes = self.mac(&["call", &URL_SAFE_NO_PAD.encode(link)]).finalize().into_bytes();
        *bytes.first_chunk().expect("a digest is longer")
    }

    /// What is remembered of a request's body. With the key, because bodies are short and name people.
    pub(crate) fn request_digest(&self, body: &[u8]) -> Digest {
        self.mac(&["request", &URL_SAFE_NO_PAD.encode(body)]).finalize().into_bytes().into()
    }

    /// What is remembered of a one-time password. With the key, because a million digests are soon tried.
    pub(crate) fn otp_digest(&self, conference: &ConferenceId, who: &Participant, code: &str) -> Digest {
        self.otp_mac(conference, who, code).finalize().into_bytes().into()
    }

    /// Whether it is the digest of that code. Takes the same time for every wrong one.
    pub(crate) fn is_otp(
        &self,
        conference: &ConferenceId,
        who: &Participant,
        code: &str,
        digest: &Digest,
    ) -> bool {
        self.otp_mac(conference, who, code).verify_slice(digest).is_ok()
    }

    fn otp_mac(&self, conference: &ConferenceId, who: &Participant, code: &str) -> Hmac<Sha256> {
        self.mac(&["otp", conference.as_str(), role(who), who.id.as_str(), code])
    }

    fn derive(&self, parts: &[&str]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    fn mac(&self, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("HMAC takes a key of any length");
        for part in parts {
            // The length keeps `ab`,`c` and `a`,`bc` apart.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// The name of the role on the wire.
pub(crate) const fn role(who: &Participant) -> &'static str {
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
        assert_eq!(keys.guest_id(&one, "ada"), keys.guest_id(&one, "ada"));
        assert_ne!(
            keys.guest_id(&one, "ada"),
            keys.guest_id(&two, "ada"),
            "another Ada may be another person"
        );
    }

    #[test]
    fn a_one_time_password_is_six_digits_and_good_for_one_participant() {
        let keys = Keys::from_text(random_token().expose()).unwrap();
        let (visit, who) = (ConferenceId::new("1"), Participant::client("7"));
        for _ in 0..1000 {
            let code = random_code();
            assert!(code.expose().len() == 6 && code.expose().bytes().all(|byte| byte.is_ascii_digit()));
            let digest = keys.otp_digest(&visit, &who, code.expose());
            assert!(keys.is_otp(&visit, &who, code.expose(), &digest));
            assert!(!keys.is_otp(&visit, &Participant::client("8"), code.expose(), &digest));
            assert!(!keys.is_otp(&visit, &who, &code.expose()[1..], &digest));
        }
    }
}
