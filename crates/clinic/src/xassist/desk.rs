//! The desk where programs get their tokens. A token is a random text of which the digest is kept, so that it ends at
//! once with its login: at a logout, when the specialist is removed, or when it gets another password.

use super::refused::Refused;
use crate::clock::Clock;
use crate::keys::{digest, random_token};
use crate::server::App;
use crate::staff::{Attempts, LOOKUPS, StaffDesk, WRONG_TOKENS};
use crate::store::{CallerLogin, Rotation, TokenPair, XassistStore};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use consilium_model::{Secret, UserId};
use consilium_wire::xassist::{FailureCode, Login, Tokens};
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;

/// How long a token is good.
const ACCESS: Duration = Duration::hours(1);
/// How long a refresh token is good.
const REFRESH: Duration = Duration::days(30);
/// So many logins of one user are kept: programs that run anew for every call log in each time.
const KEPT: usize = 100;
/// So many wrong refresh tokens a minute from one address, and so many people by links of calls that anybody may join.
const PER_ADDRESS: u32 = 30;

/// So often an hour somebody who is no broker stands in the audit trail for having acted as one.
const REFUSALS: u32 = 20;

/// Knows the face's domain, who may act for others, and whose token is whose.
pub(crate) struct Desk {
    store: Arc<dyn XassistStore>,
    clock: Clock,
    domain: String,
    brokers: HashSet<UserId>,
    addresses: Attempts<IpAddr>,
    tokens: Attempts<IpAddr>,
    lookups: Semaphore,
    entries: Attempts<IpAddr>,
    refusals: Attempts<UserId>,
}

impl Desk {
    /// For the clinic of that domain, where these may make calls for others.
    pub(crate) fn new(store: Arc<dyn XassistStore>, clock: Clock, domain: &str, brokers: &[UserId]) -> Self {
        Self {
            store,
            clock,
            domain: domain.to_ascii_lowercase(),
            brokers: brokers.iter().cloned().collect(),
            addresses: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            tokens: Attempts::new(WRONG_TOKENS, Duration::MINUTE),
            lookups: Semaphore::const_new(LOOKUPS),
            entries: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            refusals: Attempts::new(REFUSALS, Duration::HOUR),
        }
    }

    /// The clinic's domain.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether this is the clinic's domain.
    pub(super) fn is_domain(&self, domain: &str) -> bool {
        domain.eq_ignore_ascii_case(&self.domain)
    }

    /// Whether this user may make calls for others.
    pub(super) fn is_broker(&self, user: &UserId) -> bool {
        self.brokers.contains(user)
    }

    /// Whether one more may come in from that address by a link of a call that anybody may join.
    pub(super) fn may_enter(&self, from: IpAddr) -> bool {
        self.entries.begin(from, self.clock.now())
    }

    /// Whether somebody who is no broker may ask once more to call for somebody else, to be refused and written down.
    pub(super) fn may_be_refused(&self, user: &UserId) -> bool {
        self.refusals.begin(user.clone(), self.clock.now())
    }

    /// What only this face keeps.
    pub(super) fn store(&self) -> &dyn XassistStore {
        &*self.store
    }

    /// Tokens for whoever shows a login and its password.
    pub(super) async fn log_in(
        &self,
        staff: &StaffDesk,
        login: Login,
        from: IpAddr,
    ) -> Result<Tokens, Refused> {
        if !self.is_domain(&login.domain) {
            return Err(Refused::at(FailureCode::InvalidCredentials, "domain"));
        }
        let member = staff.recognise(login.user_id, login.password, from).await?;
        let login = CallerLogin {
            user_id: member.user_id,
            password_hash: member.password_hash,
            domain: self.domain.clone(),
        };
        let now = self.clock.now();
        let (tokens, pair) = fresh(now);
        let begun = self.store.begin_login(login, pair, now, KEPT).await?;
        if begun { Ok(tokens) } else { Err(FailureCode::InvalidCredentials.into()) }
    }

    /// The next tokens for whoever shows a refresh token.
    pub(super) async fn refresh(&self, token: &Secret, from: IpAddr) -> Result<Tokens, Refused> {
        let now = self.clock.now();
        if !self.addresses.begin(from, now) {
            return Err(FailureCode::TooManyAttempts.into());
        }
        let (tokens, pair) = fresh(now);
        let spent = digest(token.expose());
        match self.store.rotate_login(spent, self.domain.clone(), pair, now).await? {
            Rotation::Rotated => {
                self.addresses.forgive(&from);
                Ok(tokens)
            }
            Rotation::TooOften => Err(FailureCode::TooManyAttempts.into()),
            Rotation::Reused | Rotation::Unknown => Err(FailureCode::InvalidRefreshToken.into()),
        }
    }

    /// Ends the login that a token is of.
    pub(super) async fn log_out(&self, asker: &Asker) -> Result<(), Refused> {
        // Whether it had ended meanwhile makes no difference.
        self.store.end_login(digest(asker.token.expose()), self.clock.now()).await?;
        Ok(())
    }

    async fn asker(&self, token: &str, from: IpAddr) -> Result<Asker, Refused> {
        // First, so that few are counted as wrong before it is known.
        let _turn = self.lookups.acquire().await.expect("the semaphore is never closed");
        let now = self.clock.now();
        if !self.tokens.begin(from, now) {
            return Err(FailureCode::TooManyAttempts.into());
        }
        let found = self.store.logged_in(digest(token), self.domain.clone(), now).await?;
        let user = found.ok_or(FailureCode::InvalidToken)?;
        self.tokens.forgive(&from);
        Ok(Asker { user, token: token.into() })
    }
}

/// New tokens, and what is kept of them.
fn fresh(now: OffsetDateTime) -> (Tokens, TokenPair) {
    let (token, refresh_token) = (random_token(), random_token());
    let pair = TokenPair {
        access: digest(token.expose()),
        access_ends: now + ACCESS,
        refresh: digest(refresh_token.expose()),
        refresh_ends: now + REFRESH,
    };
    let expires_in = u32::try_from(ACCESS.whole_seconds()).expect("an hour has few seconds");
    (Tokens { token, refresh_token, expires_in }, pair)
}

/// Whose token a request carries.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// The specialist.
    pub(super) user: UserId,
    token: Secret,
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or(FailureCode::InvalidToken)?;
        let token = token.trim().to_owned();
        let from = ConnectInfo::<SocketAddr>::from_request_parts(parts, app).await;
        let ConnectInfo(from) = from.map_err(|_| FailureCode::Internal)?;
        app.xassist.asker(&token, from.ip()).await
    }
}
