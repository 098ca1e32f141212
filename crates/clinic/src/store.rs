//! What the clinic remembers. A [`Store`] answers only after what it was given is durable.

mod calls;
mod chat;
mod face;
mod sqlite;
#[cfg(test)]
mod suite;
mod visitor;
mod xassist;

pub(crate) use calls::{
    CallKey, CallNews, CallNumbers, CallState, CallStore, FreshCall, Invitation, KEY_KEPT, KeyedCall, Ledger,
};
pub(crate) use chat::{
    Answer, ChatDraft, ChatMember, ChatMessage, ChatPass, ChatRefusal, ChatRow, ChatSession, ChatStore,
    ChatTopic, ChatUser, ChatWatcher, MessageId, Moved, PassScope, Principal, Reach, ReadUpTo, Replaced,
    Rows, SessionFilter, Slice, Stored, VisitChat, Waiting, Window,
};
pub(crate) use face::{Door, Entry, Face};
pub(crate) use sqlite::SqliteStore;
pub(crate) use visitor::Visitor;
pub(crate) use xassist::{CallerLogin, Rotation, TokenPair, XassistStore};

use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{ConferenceId, Event, Participant, Secret, UserId};
use consilium_wire::home::calls::{Team, TeamId};
use consilium_wire::medme::ConferenceInfo;
use consilium_wire::record::CallSummary;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;

/// A conference as it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ConferenceRecord {
    /// Its own id.
    pub(crate) id: ConferenceId,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) created_at: OffsetDateTime,
    /// On whose behalf.
    pub(crate) creator: Participant,
    /// What the booking system gave, as it is after its edits.
    pub(crate) info: ConferenceInfo,
    /// Where the booking system wants to be called. Its address may hold a key.
    #[serde(default)]
    pub(crate) web_hook: Option<Secret<Url>>,
    /// The vendor's protocol that it was made through, with what only that one knows of it.
    #[serde(default)]
    pub(crate) face: Face,
    /// Those among the clients whom a specialist has brought in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) visitors: Vec<Visitor>,
    /// Those among the specialists who were called into it. The booking system does not know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) asked_in: Vec<UserId>,
}

/// A conference with everything that has happened to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredConference {
    /// How it was made.
    pub(crate) record: ConferenceRecord,
    /// Its events, oldest first.
    pub(crate) events: Vec<Event>,
}

/// A specialist who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Staff {
    /// The login; the same as the specialist's id in conferences.
    pub(crate) user_id: UserId,
    /// As colleagues see it.
    pub(crate) name: Secret,
    /// The clinic's name.
    pub(crate) clinic: String,
    /// Argon2id, in PHC form; without one, only one-time codes sign in.
    pub(crate) password_hash: Option<Secret>,
}

/// What becomes of the sign-ins of a specialist who is changed: sessions, codes, and tokens of the messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignIns {
    /// They stay.
    Stay,
    /// They end.
    End,
}

/// Who may come in with a token, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    /// The token's digest.
    pub(crate) digest: Digest,
    /// Whose it is.
    pub(crate) user_id: UserId,
    /// From then on it is worth nothing.
    pub(crate) expires_at: OffsetDateTime,
}

/// With what an API client of the Coviu face gets its next access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    /// The token's digest.
    pub(crate) digest: Digest,
    /// The key of the API client.
    pub(crate) client: String,
    /// On whose behalf it asks; without one, on behalf of whoever owns it by then.
    pub(crate) user_id: Option<UserId>,
    /// How many times the sign-ins of that user had ended: it ends with the next time.
    pub(crate) endings: u64,
    /// From then on it is worth nothing.
    pub(crate) expires_at: OffsetDateTime,
}

/// A refresh token that is shown, for the next one.
#[derive(Clone, Debug)]
pub(crate) struct RefreshSwap {
    /// The digest of the one that is shown.
    pub(crate) shown: Digest,
    /// The key of the API client that shows it.
    pub(crate) client: String,
    /// Who owns the client.
    pub(crate) owner: UserId,
    /// The digest of the next one.
    pub(crate) next: Digest,
    /// From when the next one is worth nothing.
    pub(crate) expires_at: OffsetDateTime,
}

/// What became of a refresh token that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refreshed {
    /// It is used up, and the next one is kept.
    Next {
        /// On whose behalf.
        user: UserId,
        /// How many times every sign-in of that user has ended.
        endings: u64,
    },
    /// It was used before: somebody has a copy. No other of the same grant works any more.
    Again,
    /// It is unknown or too old, or there is nobody any more on whose behalf it asks.
    Unknown,
}

/// Something that holds for a conference, beside what has happened to it. It is set or it is not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    /// The conference.
    pub(crate) conference: ConferenceId,
    /// What holds.
    pub(crate) kind: MarkKind,
}

/// What may hold for a conference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MarkKind {
    /// The participant has a seat in the room, or had one when the server stopped.
    Seat(Participant),
    /// The participant has shown a one-time password.
    Verified(Participant),
    /// The booking system knows that it has ended.
    CompleteTold,
    /// The booking system has the participant's link.
    LinkTold(Participant),
    /// The vendor's protocol that it was made through does not know it any more.
    Deleted,
    /// The vendor's protocol has ended it, and nobody restores it.
    Stopped,
}

/// How a call went, as one who took part in it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The conference.
    pub(crate) conference: ConferenceId,
    /// Who says so.
    pub(crate) by: Participant,
    /// When it came, to the second.
    pub(crate) at: OffsetDateTime,
    /// The figures.
    pub(crate) summary: CallSummary,
}

/// A line of the audit trail. What happens inside a conference is in its events already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuditLine {
    /// When.
    pub(crate) at: OffsetDateTime,
    /// A user's id, or `booking`.
    pub(crate) actor: String,
    /// For example `sign_in`.
    pub(crate) action: &'static str,
    /// A conference's id, a login, or nothing.
    pub(crate) subject: String,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The data folder cannot be used.
    #[error("the folder cannot be used: {0}")]
    Folder(#[source] std::io::Error),
    /// Another process has the database open.
    #[error("another clinic-server uses this data folder")]
    InUse,
    /// The database was written by a newer version.
    #[error("the database has version {found}, this program knows {known}")]
    TooNew {
        /// The version of the file.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Someone else appended to the same conference first.
    #[error("the conference has moved on")]
    Conflict,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored value cannot be read.
    #[error("a stored value cannot be read")]
    Corrupt(#[from] serde_json::Error),
    /// The server's key is not one.
    #[error("the stored key of the server cannot be read")]
    BadKey,
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// Where everything is kept. `SQLite` in one file now; the same suite of tests is meant for any other.
#[async_trait]
pub(crate) trait Store: Send + Sync + 'static {
    /// The value of a setting, which is `value` when there was none before.
    async fn setting_or_insert(&self, name: &'static str, value: String) -> Result<String>;
    /// The value of a setting.
    async fn setting(&self, name: &'static str) -> Result<Option<String>>;
    /// Sets a setting.
    async fn set_setting(&self, name: &'static str, value: String) -> Result<()>;

    /// Every conference whose scheduled end, or else whose last event, is not before `since`.
    async fn conferences(&self, since: OffsetDateTime) -> Result<Vec<StoredConference>>;
    /// A new conference, and the line about it.
    async fn create(&self, record: ConferenceRecord, audit: AuditLine) -> Result<()>;
    /// Events of a conference that has `after` events so far; [`StoreError::Conflict`] when it has not.
    async fn append(&self, conference: ConferenceId, after: u64, events: Vec<Event>) -> Result<()>;

    /// Like [`Store::append`], with the information as it is after an edit, and the line about it.
    async fn edit(
        &self,
        record: ConferenceRecord,
        after: u64,
        events: Vec<Event>,
        audit: AuditLine,
    ) -> Result<()>;

    /// Every mark of the conferences that [`Store::conferences`] gives for the same `since`.
    async fn marks(&self, since: OffsetDateTime) -> Result<Vec<Mark>>;
    /// Sets a mark, if it is not set.
    async fn set_mark(&self, mark: Mark) -> Result<()>;
    /// Takes a mark away, if it is set.
    async fn clear_mark(&self, mark: Mark) -> Result<()>;

    /// Adds a summary. Of each participant of a conference the newest `keep` are kept.
    async fn add_summary(&self, summary: Summary, keep: usize) -> Result<()>;
    /// The summaries of a conference, oldest first.
    async fn summaries(&self, conference: ConferenceId) -> Result<Vec<Summary>>;

    /// Adds or replaces a specialist.
    async fn put_staff(&self, staff: Staff) -> Result<()>;
    /// The same, with what becomes of the sign-ins, and the line about it.
    async fn change_staff(&self, staff: Staff, sign_ins: SignIns, audit: AuditLine) -> Result<()>;
    /// Takes a specialist away with every sign-in, and the line about it; whether there was one.
    async fn remove_staff(&self, user_id: UserId, audit: AuditLine) -> Result<bool>;
    /// The specialist with that login.
    async fn staff(&self, user_id: UserId) -> Result<Option<Staff>>;
    /// Every specialist, in no order.
    async fn all_staff(&self) -> Result<Vec<Staff>>;
    /// A one-time code.
    async fn put_code(&self, code: Pass) -> Result<()>;
    /// Takes a one-time code away and tells whose it was; `None` when it is unknown, used or too old.
    async fn take_code(&self, digest: Digest, now: OffsetDateTime) -> Result<Option<UserId>>;
    /// A session.
    async fn put_session(&self, session: Pass) -> Result<()>;
    /// Whose session it is; `None` when it is unknown or too old.
    async fn session(&self, digest: Digest, now: OffsetDateTime) -> Result<Option<UserId>>;
    /// Ends a session.
    async fn drop_session(&self, digest: Digest) -> Result<()>;
    /// How many times every sign-in of that specialist has ended; `None` when nobody has that login.
    async fn sign_in_endings(&self, user_id: UserId) -> Result<Option<u64>>;
    /// The first refresh token of a grant to an API client, of whom the newest `keep` are kept.
    async fn put_refresh(&self, token: RefreshToken, now: OffsetDateTime, keep: usize) -> Result<()>;
    /// Uses a client's refresh token up for the next one of the same grant.
    async fn swap_refresh(&self, swap: RefreshSwap, now: OffsetDateTime) -> Result<Refreshed>;
    /// Takes a client's refresh token away, and every other of the same grant; whether the client had it.
    async fn revoke_refresh(&self, digest: Digest, client: String) -> Result<bool>;

    /// Every team, in no order, without those who cannot sign in any more.
    async fn teams(&self) -> Result<Vec<Team>>;
    /// Adds or replaces a team, and the line about it; answers who is in it: logins that are nobody's are left out.
    async fn put_team(&self, team: Team, audit: AuditLine) -> Result<Vec<UserId>>;
    /// Takes a team away, and the line about it; whether there was one.
    async fn remove_team(&self, team: TeamId, audit: AuditLine) -> Result<bool>;
    /// Whom calls do not ring for, in no order.
    async fn undisturbed(&self) -> Result<Vec<UserId>>;
    /// Whether calls do not ring for that specialist.
    async fn set_undisturbed(&self, user: UserId, on: bool) -> Result<()>;

    /// Adds to the audit trail.
    async fn audit(&self, line: AuditLine) -> Result<()>;

    /// Finishes what is under way and closes the files. Afterwards everything answers [`StoreError::Closed`].
    async fn close(&self);
}
