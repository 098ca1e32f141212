//! The desk where API clients get their tokens.

use super::CoviuClient;
use super::access::{Asker, LIFETIME, Signer};
use super::codes::Codes;
use super::refused::Refused;
use crate::clock::Clock;
use crate::keys::{Keys, digest, random_token};
use crate::staff::{Attempts, StaffDesk};
use crate::store::{AuditLine, RefreshSwap, RefreshToken, Refreshed, Store, StoreError};
use consilium_model::{Secret, UserId};
use consilium_wire::coviu::{FailureCode, Token};
use consilium_wire::home::Code;
use std::net::IpAddr;
use std::sync::{Arc, RwLock};
use time::Duration;

/// How long a refresh token is good.
const REFRESH: Duration = Duration::days(30);
/// So many refresh tokens of one client are kept: scripts that run anew for every page ask for one each time.
const KEPT: usize = 1000;
/// So many wrong secrets or grants a minute from one address.
const PER_ADDRESS: u32 = 30;
/// What tokens are good for.
const SCOPE: &str = "sessions";
/// The face whose tokens these are.
const FACE: &str = "coviu";

/// How a client comes to a token.
pub(super) enum Grant {
    /// On behalf of its owner.
    ClientCredentials,
    /// On behalf of a specialist whose password it knows.
    Password {
        /// The login.
        username: UserId,
        /// The password.
        password: Secret,
    },
    /// As with the token before.
    Refresh(Secret),
    /// On behalf of the specialist who has given it a code.
    Code(Secret),
}

/// What a grant has brought.
struct Granted {
    /// On whose behalf.
    user: UserId,
    /// How many times every sign-in of that user had ended.
    endings: u64,
    /// Kept already.
    refresh_token: Secret,
}

/// Knows the API clients and gives them tokens.
pub(crate) struct Desk {
    store: Arc<dyn Store>,
    clock: Clock,
    clients: RwLock<Vec<CoviuClient>>,
    signer: Signer,
    codes: Codes,
    addresses: Attempts<IpAddr>,
    team: String,
}

impl Desk {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Clock, keys: &Keys, clients: Vec<CoviuClient>) -> Self {
        Self {
            store,
            clock,
            clients: RwLock::new(clients),
            signer: Signer::new(&keys.signing_key(FACE)),
            codes: Codes::default(),
            addresses: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            team: keys.clinic_id().to_string(),
        }
    }

    /// One more client, beside those of the configuration.
    pub(crate) fn add_client(&self, client: CoviuClient) {
        self.clients.write().expect("no one panics with this lock").push(client);
    }

    /// The clinic's name on the wire.
    pub(super) fn team(&self) -> &str {
        &self.team
    }

    /// Who asks with that access token. A client that is not set up any more asks for nothing, nor does anybody on
    /// behalf of a specialist who was removed or has got another password since.
    pub(super) async fn asker(&self, staff: &StaffDesk, token: &str) -> Result<Asker, Refused> {
        let asker = self.signer.check(token, self.clock.now()).filter(|(asker, _)| self.knows(&asker.client));
        let (asker, endings) = asker.ok_or(FailureCode::InvalidToken)?;
        let is_current = staff.endings_of(&asker.user).await? == Some(endings);
        is_current.then_some(asker).ok_or_else(|| FailureCode::InvalidToken.into())
    }

    fn knows(&self, key: &str) -> bool {
        self.clients.read().expect("no one panics with this lock").iter().any(|client| client.key == key)
    }

    /// The client with that key and secret. Digests are compared, so that time tells nothing about a secret.
    fn client(&self, key: &str, secret: &str) -> Option<CoviuClient> {
        let secret = digest(secret);
        let clients = self.clients.read().expect("no one panics with this lock");
        let is_it = |one: &&CoviuClient| one.key == key && digest(one.secret.expose()) == secret;
        clients.iter().find(is_it).cloned()
    }

    /// The client that shows this key and secret. It counts as a wrong attempt of the address until
    /// [`Self::forgive`].
    pub(super) async fn recognise(
        &self,
        shown: Option<(String, Secret)>,
        from: IpAddr,
    ) -> Result<CoviuClient, Refused> {
        if !self.addresses.begin(from, self.clock.now()) {
            return Err(FailureCode::TooManyAttempts.into());
        }
        match shown.and_then(|(key, secret)| self.client(&key, secret.expose())) {
            Some(client) => Ok(client),
            None => {
                self.audit("", "coviu_client_refused").await?;
                Err(FailureCode::InvalidClient.into())
            }
        }
    }

    /// What [`Self::recognise`] has begun was right.
    pub(super) fn forgive(&self, from: IpAddr) {
        self.addresses.forgive(&from);
    }

    /// A token for a client.
    pub(super) async fn grant(
        &self,
        staff: &StaffDesk,
        client: &CoviuClient,
        grant: Grant,
        from: IpAddr,
    ) -> Result<Token, Refused> {
        match self.granted(staff, client, grant, from).await {
            Ok(granted) => self.issue(client, granted).await,
            Err(refused) => {
                if refused == FailureCode::InvalidGrant.into() {
                    self.audit(&client.key, "coviu_grant_refused").await?;
                }
                Err(refused)
            }
        }
    }

    /// How often the sign-ins have ended is asked first: whatever ends them meanwhile ends what comes of this too.
    async fn granted(
        &self,
        staff: &StaffDesk,
        client: &CoviuClient,
        grant: Grant,
        from: IpAddr,
    ) -> Result<Granted, Refused> {
        match grant {
            Grant::ClientCredentials => {
                let endings = staff.endings_of(&client.owner).await?.ok_or(FailureCode::InvalidGrant)?;
                self.begin(client, None, endings).await
            }
            Grant::Password { username, password } => {
                let endings = staff.endings_of(&username).await?;
                let user = staff.recognise(username, password, from).await?.user_id;
                self.begin(client, Some(user), endings.ok_or(FailureCode::InvalidGrant)?).await
            }
            Grant::Code(code) => {
                let taken = self.codes.take(code.expose(), &client.key, self.clock.now());
                let (user, endings) = taken.ok_or(FailureCode::InvalidGrant)?;
                if staff.endings_of(&user).await? != Some(endings) {
                    return Err(FailureCode::InvalidGrant.into());
                }
                self.begin(client, Some(user), endings).await
            }
            Grant::Refresh(token) => self.renew(client, &token).await,
        }
    }

    async fn begin(
        &self,
        client: &CoviuClient,
        user_id: Option<UserId>,
        endings: u64,
    ) -> Result<Granted, Refused> {
        let now = self.clock.now();
        let user = user_id.clone().unwrap_or_else(|| client.owner.clone());
        let refresh_token = random_token();
        let kept = RefreshToken {
            digest: digest(refresh_token.expose()),
            client: client.key.clone(),
            user_id,
            endings,
            expires_at: now + REFRESH,
        };
        self.store.put_refresh(kept, now, KEPT).await?;
        Ok(Granted { user, endings, refresh_token })
    }

    /// The next token of the same grant, in one: no failure takes one without giving the other.
    async fn renew(&self, client: &CoviuClient, shown: &Secret) -> Result<Granted, Refused> {
        let now = self.clock.now();
        let refresh_token = random_token();
        let swap = RefreshSwap {
            shown: digest(shown.expose()),
            client: client.key.clone(),
            owner: client.owner.clone(),
            next: digest(refresh_token.expose()),
            expires_at: now + REFRESH,
        };
        match self.store.swap_refresh(swap, now).await? {
            Refreshed::Next { user, endings } => Ok(Granted { user, endings, refresh_token }),
            Refreshed::Again => {
                self.audit(&client.key, "coviu_refresh_reused").await?;
                Err(FailureCode::InvalidGrant.into())
            }
            Refreshed::Unknown => Err(FailureCode::InvalidGrant.into()),
        }
    }

    async fn issue(&self, client: &CoviuClient, granted: Granted) -> Result<Token, Refused> {
        let Granted { user, endings, refresh_token } = granted;
        self.audit(user.as_str(), "coviu_grant").await?;
        let asker = Asker { client: client.key.clone(), user };
        let access_token = self.signer.sign(asker, endings, self.clock.now());
        let expires_in = u32::try_from(LIFETIME.whole_seconds()).expect("an hour has few seconds");
        let (token_type, scope) = ("Bearer".to_owned(), SCOPE.to_owned());
        Ok(Token { access_token, refresh_token, expires_in, token_type, scope })
    }

    /// Takes a refresh token of a client away; one that it has not is none of its business.
    pub(super) async fn revoke(&self, client: &CoviuClient, token: &Secret) -> Result<(), Refused> {
        if self.store.revoke_refresh(digest(token.expose()), client.key.clone()).await? {
            self.audit(&client.key, "coviu_revoke").await?;
        }
        Ok(())
    }

    /// A code with which a client comes to a token on behalf of a specialist; `None` for a client that is not known.
    pub(crate) async fn invite(
        &self,
        staff: &StaffDesk,
        client: &str,
        user: UserId,
    ) -> Result<Option<Code>, StoreError> {
        let Some(endings) = staff.endings_of(&user).await?.filter(|_| self.knows(client)) else {
            return Ok(None);
        };
        self.audit(user.as_str(), "coviu_code").await?;
        Ok(self.codes.issue(client.to_owned(), user, endings, self.clock.now()))
    }

    async fn audit(&self, actor: &str, action: &'static str) -> Result<(), StoreError> {
        let (actor, subject) = (actor.to_owned(), String::new());
        self.store.audit(AuditLine { at: self.clock.now(), actor, action, subject }).await
    }
}
