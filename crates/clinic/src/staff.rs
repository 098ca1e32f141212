//! The desk where specialists sign in.

mod attempts;
mod password;
mod roster;

use crate::clock::Clock;
use crate::keys::{digest, random_token};
use crate::store::{AuditLine, Pass, Staff, Store, StoreError};
pub(crate) use attempts::Attempts;
use consilium_model::{Secret, UserId};
use password::Passwords;
pub(crate) use roster::Put;
use std::net::IpAddr;
use std::sync::Arc;
use time::Duration;
use tokio::sync::{Mutex, Semaphore, watch};

/// How long a session lasts.
const SESSION: Duration = Duration::days(30);
/// How long a one-time code is good.
const CODE: Duration = Duration::days(7);
/// So many wrong passwords a minute for one login.
const PER_LOGIN: u32 = 5;
/// So many wrong passwords or codes, and so many wrong API keys, a minute from one address; a whole clinic may share one.
const PER_ADDRESS: u32 = 30;
/// So many wrong tokens a minute from one address. A right one cannot be guessed: this is for the store's sake.
pub(crate) const WRONG_TOKENS: u32 = 100;
/// So many tokens are looked up at once. Whoever shows tokens that are none waits here, and not in the store's queue in
/// front of those who write.
pub(crate) const LOOKUPS: usize = 32;

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// Wrong login, password, code or token.
    #[error("wrong login, password, code or token")]
    Unauthorized,
    /// Tried too often.
    #[error("tried too often")]
    TooManyAttempts,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs specialists in and out.
pub(crate) struct StaffDesk {
    store: Arc<dyn Store>,
    clock: Clock,
    passwords: Passwords,
    logins: Attempts<UserId>,
    addresses: Attempts<IpAddr>,
    /// Who shows an API key: whoever guesses passwords at the same address does not lock the booking system out.
    keys: Attempts<IpAddr>,
    /// Who shows the token of a sign-in where strangers come.
    tokens: Attempts<IpAddr>,
    lookups: Semaphore,
    /// One change of the staff at a time: it depends on what was there before.
    changes: Mutex<()>,
    /// Counts how many times every sign-in of somebody was ended.
    endings: watch::Sender<u64>,
}

impl StaffDesk {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self {
            store,
            clock,
            passwords: Passwords::new(),
            logins: Attempts::new(PER_LOGIN, Duration::MINUTE),
            addresses: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            keys: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            tokens: Attempts::new(WRONG_TOKENS, Duration::MINUTE),
            lookups: Semaphore::const_new(LOOKUPS),
            changes: Mutex::const_new(()),
            endings: watch::Sender::new(0),
        }
    }

    /// Adds a specialist, or gives them a new password.
    pub(crate) async fn enroll(
        &self,
        user_id: UserId,
        name: Secret,
        clinic: String,
        password: Secret,
    ) -> Result<(), StoreError> {
        let password_hash = Some(self.passwords.hash(password).await);
        self.store.put_staff(Staff { user_id, name, clinic, password_hash }).await
    }

    /// The specialist with that login.
    pub(crate) async fn member(&self, user_id: &UserId) -> Result<Option<Staff>, StoreError> {
        self.store.staff(user_id.clone()).await
    }

    /// How many times every sign-in of that specialist has ended, by which what was given out before is told;
    /// `None` when nobody has that login.
    pub(crate) async fn endings_of(&self, user_id: &UserId) -> Result<Option<u64>, StoreError> {
        self.store.sign_in_endings(user_id.clone()).await
    }

    /// Every specialist who may sign in, in no order.
    pub(crate) async fn members(&self) -> Result<Vec<Staff>, StoreError> {
        self.store.all_staff().await
    }

    /// A code that signs this specialist in once.
    pub(crate) async fn invite(&self, user_id: UserId) -> Result<Secret, StoreError> {
        let code = random_token();
        self.store.put_code(self.pass(&code, user_id, CODE)).await?;
        Ok(code)
    }

    /// Signs in with a login and its password.
    pub(crate) async fn with_password(
        &self,
        user_id: UserId,
        password: Secret,
        from: IpAddr,
    ) -> Result<(Staff, Secret), SignInError> {
        let staff = self.recognise(user_id, password, from).await?;
        self.let_in(staff, "sign_in").await
    }

    /// Whose login and password these are, for a face that has its own tokens.
    pub(crate) async fn recognise(
        &self,
        user_id: UserId,
        password: Secret,
        from: IpAddr,
    ) -> Result<Staff, SignInError> {
        let now = self.clock.now();
        if !self.addresses.begin(from, now) || !self.logins.begin(user_id.clone(), now) {
            return Err(SignInError::TooManyAttempts);
        }
        let staff = self.store.staff(user_id.clone()).await?;
        let hash = staff.as_ref().and_then(|staff| staff.password_hash.clone());
        let matches = self.passwords.matches(password, hash).await;
        match staff.filter(|_| matches) {
            Some(staff) => {
                self.logins.forgive(&user_id);
                self.addresses.forgive(&from);
                Ok(staff)
            }
            None => {
                self.audit("", "sign_in_refused").await?;
                Err(SignInError::Unauthorized)
            }
        }
    }

    /// Signs in with a one-time code.
    pub(crate) async fn with_code(&self, code: Secret, from: IpAddr) -> Result<(Staff, Secret), SignInError> {
        if !self.addresses.begin(from, self.clock.now()) {
            return Err(SignInError::TooManyAttempts);
        }
        let user = self.store.take_code(digest(code.expose()), self.clock.now()).await?;
        let staff = match user {
            Some(user) => self.store.staff(user).await?,
            None => None,
        };
        match staff {
            Some(staff) => {
                self.addresses.forgive(&from);
                self.let_in(staff, "sign_in_by_code").await
            }
            None => {
                self.audit("", "sign_in_refused").await?;
                Err(SignInError::Unauthorized)
            }
        }
    }

    /// Whose session this is.
    pub(crate) async fn user(&self, token: &Secret) -> Result<UserId, SignInError> {
        let _turn = self.lookups.acquire().await.expect("the semaphore is never closed");
        self.look_up(token).await
    }

    /// The same, for somebody who comes from this address for the first time: wrong tokens are counted.
    pub(crate) async fn user_from(&self, token: &Secret, from: IpAddr) -> Result<UserId, SignInError> {
        // First, so that few are counted as wrong before it is known.
        let _turn = self.lookups.acquire().await.expect("the semaphore is never closed");
        if !self.tokens.begin(from, self.clock.now()) {
            return Err(SignInError::TooManyAttempts);
        }
        let user = self.look_up(token).await?;
        self.tokens.forgive(&from);
        Ok(user)
    }

    async fn look_up(&self, token: &Secret) -> Result<UserId, SignInError> {
        let user = self.store.session(digest(token.expose()), self.clock.now()).await?;
        user.ok_or(SignInError::Unauthorized)
    }

    /// Ends a session, and in the store what was made from it; answers whose it was.
    pub(crate) async fn sign_out(&self, token: &Secret) -> Result<UserId, SignInError> {
        let user = self.user(token).await?;
        self.store.drop_session(digest(token.expose())).await?;
        self.audit(user.as_str(), "sign_out").await?;
        Ok(user)
    }

    async fn let_in(&self, staff: Staff, action: &'static str) -> Result<(Staff, Secret), SignInError> {
        let token = random_token();
        self.store.put_session(self.pass(&token, staff.user_id.clone(), SESSION)).await?;
        self.audit(staff.user_id.as_str(), action).await?;
        Ok((staff, token))
    }

    fn pass(&self, token: &Secret, user_id: UserId, lifetime: Duration) -> Pass {
        Pass { digest: digest(token.expose()), user_id, expires_at: self.clock.now() + lifetime }
    }

    async fn audit(&self, actor: &str, action: &'static str) -> Result<(), StoreError> {
        let (actor, subject) = (actor.to_owned(), String::new());
        self.store.audit(AuditLine { at: self.clock.now(), actor, action, subject }).await
    }
}
