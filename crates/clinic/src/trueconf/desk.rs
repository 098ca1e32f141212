//! The programs that may use the face, and their tokens.

use super::answer::Refused;
use super::client::TrueConfClient;
use crate::clock::Clock;
use crate::keys::{Digest, digest, random_token};
use crate::server::App;
use crate::staff::Attempts;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use consilium_model::Secret;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};

/// How long a token is good. Short, because a program gets another one whenever it likes.
pub(super) const LIFETIME: Duration = Duration::hours(1);
/// So many wrong credentials a minute from one address.
const PER_ADDRESS: u32 = 30;
/// So many tokens are good at a time; with more, the one that ends first is worth nothing.
const MANY: usize = 10_000;

/// Why somebody has no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoToken {
    /// Unknown client, or a wrong secret.
    WrongClient,
    /// Tried too often.
    TooManyAttempts,
}

/// Knows the programs, and whose token is whose.
pub(crate) struct Desk {
    clients: HashMap<String, Digest>,
    tokens: Mutex<HashMap<Digest, Token>>,
    addresses: Attempts<IpAddr>,
    clock: Clock,
    /// Held while a conference is run: of two at once the second finds it running.
    pub(super) running: tokio::sync::Mutex<()>,
}

struct Token {
    client: String,
    ends_at: OffsetDateTime,
}

impl Desk {
    /// Nobody has a token yet.
    pub(crate) fn new(clients: &[TrueConfClient], clock: Clock) -> Self {
        let known = |client: &TrueConfClient| (client.id.clone(), digest(client.secret.expose()));
        Self {
            clients: clients.iter().map(known).collect(),
            tokens: Mutex::default(),
            addresses: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            clock,
            running: tokio::sync::Mutex::default(),
        }
    }

    /// A new token. Digests are compared, so that time tells nothing about the secret.
    pub(super) fn issue(&self, id: &str, secret: &str, from: IpAddr) -> Result<Secret, NoToken> {
        let now = self.clock.now();
        if !self.addresses.begin(from, now) {
            return Err(NoToken::TooManyAttempts);
        }
        if self.clients.get(id) != Some(&digest(secret)) {
            return Err(NoToken::WrongClient);
        }
        self.addresses.forgive(&from);
        let token = random_token();
        let mut tokens = self.tokens.lock().expect("no one panics with this lock");
        if tokens.len() >= MANY {
            make_room(&mut tokens, now);
        }
        tokens.insert(digest(token.expose()), Token { client: id.to_owned(), ends_at: now + LIFETIME });
        Ok(token)
    }

    /// Whose token it is.
    fn client(&self, token: &str) -> Option<Client> {
        let now = self.clock.now();
        let tokens = self.tokens.lock().expect("no one panics with this lock");
        let token = tokens.get(&digest(token)).filter(|token| now < token.ends_at)?;
        Some(Client(token.client.clone()))
    }
}

fn make_room(tokens: &mut HashMap<Digest, Token>, now: OffsetDateTime) {
    tokens.retain(|_, token| now < token.ends_at);
    if tokens.len() >= MANY {
        let first = tokens.iter().min_by_key(|(_, token)| token.ends_at).map(|(digest, _)| *digest);
        first.and_then(|digest| tokens.remove(&digest));
    }
}

/// The program whose token a request carries.
pub(super) struct Client(pub(super) String);

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer "));
        token.and_then(|token| app.trueconf.client(token)).ok_or(Refused::UNAUTHORIZED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use time::macros::datetime;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_token_beyond_the_most_costs_the_oldest() {
        let clock = Clock::new(|| datetime!(2026-11-22 12:00 UTC));
        let desk = Desk::new(&["site:secret".parse().unwrap()], clock);
        let mut tokens = HashMap::new();
        let ends_at = |seconds| datetime!(2026-11-22 12:00 UTC) + Duration::seconds(seconds);
        for second in 1..=MANY as i64 {
            let token = Token { client: "site".to_owned(), ends_at: ends_at(second) };
            tokens.insert(digest(&second.to_string()), token);
        }
        *desk.tokens.lock().unwrap() = tokens;
        let token = desk.issue("site", "secret", HERE).unwrap();
        assert!(desk.client(token.expose()).is_some() && desk.client("2").is_some());
        assert!(desk.client("1").is_none());
        assert_eq!(desk.tokens.lock().unwrap().len(), MANY);
    }
}
