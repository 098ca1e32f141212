//! Authorization codes (RFC 6749, section 4.1): a specialist who is signed in lets an API client ask on their behalf,
//! without telling it a password. Kept in memory: they are good for a minute.

use crate::keys::{Digest, digest, random_token};
use consilium_model::UserId;
use consilium_wire::home::Code;
use std::collections::HashMap;
use std::sync::Mutex;
use time::{Duration, OffsetDateTime};

/// How long a code is good.
const LIFETIME: Duration = Duration::MINUTE;
/// So many wait at most; then the next one is refused.
const MANY: usize = 10_000;

/// The codes that wait.
#[derive(Default)]
pub(super) struct Codes(Mutex<HashMap<Digest, Promise>>);

struct Promise {
    client: String,
    user: UserId,
    endings: u64,
    expires_at: OffsetDateTime,
}

impl Codes {
    /// A code for this client on behalf of this user, whose sign-ins have ended so many times; `None` when too many
    /// wait.
    pub(super) fn issue(
        &self,
        client: String,
        user: UserId,
        endings: u64,
        now: OffsetDateTime,
    ) -> Option<Code> {
        let mut codes = self.0.lock().expect("no one panics with this lock");
        codes.retain(|_, code| now < code.expires_at);
        if codes.len() >= MANY {
            return None;
        }
        let code = random_token();
        codes.insert(digest(code.expose()), Promise { client, user, endings, expires_at: now + LIFETIME });
        let expires_in = u32::try_from(LIFETIME.whole_seconds()).expect("a minute has few seconds");
        Some(Code { code, expires_in })
    }

    /// Takes a code away and tells on whose behalf it is, and how many times the sign-ins had ended. It is lost also to a client that it is not for.
    pub(super) fn take(&self, code: &str, client: &str, now: OffsetDateTime) -> Option<(UserId, u64)> {
        let taken = self.0.lock().expect("no one panics with this lock").remove(&digest(code))?;
        (taken.client == client && now < taken.expires_at).then_some((taken.user, taken.endings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    #[test]
    fn a_code_works_once_for_its_client_within_a_minute() {
        let codes = Codes::default();
        let issue = || codes.issue("key".to_owned(), "login".into(), 1, NOW).unwrap().code.into_inner();
        let code = issue();
        assert_eq!(codes.take(&code, "key", NOW), Some(("login".into(), 1)));
        assert_eq!(codes.take(&code, "key", NOW), None);
        assert_eq!(codes.take(&issue(), "other", NOW), None);
        assert_eq!(codes.take(&issue(), "key", NOW + LIFETIME), None);
    }
}
