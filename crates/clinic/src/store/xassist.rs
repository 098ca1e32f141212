//! What is kept for the xAssist face alone: its tokens, and the numbers by which its programs name users.

use super::Result;
use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{Secret, UserId};
use std::collections::HashMap;
use time::OffsetDateTime;

/// So many access tokens of one login are good at a time. Whoever refreshes more often waits until one has ended.
pub(crate) const MAX_ACCESS: u32 = 60;

/// Somebody who has shown who they are, where the tokens are good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallerLogin {
    /// The login.
    pub(crate) user_id: UserId,
    /// The password that was shown, as the store has it.
    pub(crate) password_hash: Option<Secret>,
    /// The clinic's domain.
    pub(crate) domain: String,
}

/// Tokens that are given together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenPair {
    /// The access token's digest.
    pub(crate) access: Digest,
    /// From then on it is worth nothing.
    pub(crate) access_ends: OffsetDateTime,
    /// The refresh token's digest.
    pub(crate) refresh: Digest,
    /// From then on it is worth nothing.
    pub(crate) refresh_ends: OffsetDateTime,
}

/// What became of a refresh token that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// It is spent, and the next pair is good.
    Rotated,
    /// [`MAX_ACCESS`] tokens of its login are good; it is not spent.
    TooOften,
    /// It had been spent before: every token of its login has ended.
    Reused,
    /// There is none, its time is over, or it is of another domain.
    Unknown,
}

/// Where the xAssist face keeps what only it knows. Each method is one transaction, its lines of the audit trail
/// included.
#[async_trait]
pub(crate) trait XassistStore: Send + Sync + 'static {
    /// Gives the first tokens of a login, of which the newest `keep` of a user stay. Answers `false`, and gives none,
    /// when the user was removed or has another password since it was looked at.
    async fn begin_login(
        &self,
        login: CallerLogin,
        pair: TokenPair,
        now: OffsetDateTime,
        keep: usize,
    ) -> Result<bool>;

    /// Spends a refresh token for the next pair. The access token before is good until its time is over.
    async fn rotate_login(
        &self,
        spent: Digest,
        domain: String,
        pair: TokenPair,
        now: OffsetDateTime,
    ) -> Result<Rotation>;

    /// Whose access token it is.
    async fn logged_in(&self, access: Digest, domain: String, now: OffsetDateTime) -> Result<Option<UserId>>;

    /// Ends every token of the login that this access token is of; whether there was one.
    async fn end_login(&self, access: Digest, now: OffsetDateTime) -> Result<bool>;

    /// The numbers of those of the users who have one: whoever is or was of the staff.
    async fn numbers_of(&self, users: Vec<UserId>) -> Result<HashMap<UserId, u64>>;

    /// Who has that number.
    async fn user_of_number(&self, number: u64) -> Result<Option<UserId>>;
}
