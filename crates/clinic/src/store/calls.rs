//! What the clinic remembers of calls.

use super::{AuditLine, ConferenceRecord, Result};
use crate::calls::ringing::{EventKind, PartyId, Ringing};
use crate::calls::{CallRecord, Person, Snapshot};
use crate::keys::Digest;
use crate::notifier::Reachable;
use async_trait::async_trait;
use consilium_model::{ConferenceId, Event, UserId};
use consilium_wire::home::calls::CallId;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// By a key that is older than this, a call is not found any more.
pub(crate) const KEY_KEPT: Duration = Duration::hours(48);

/// What changes about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallState {
    /// Everybody in it.
    pub(crate) people: Vec<Person>,
    /// How it goes.
    pub(crate) ringing: Ringing,
    /// So many events of the conference it has taken in.
    #[serde(default)]
    pub(crate) seen: u64,
}

/// Something that has happened in a call and has no number yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallNews {
    /// When, to the millisecond.
    pub(crate) at: OffsetDateTime,
    /// What.
    pub(crate) kind: EventKind,
    /// Of whom.
    pub(crate) party: PartyId,
}

/// A call that was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallNumbers {
    /// The call's.
    pub(crate) call: u64,
    /// Those of its news, in their order.
    pub(crate) events: Vec<u64>,
}

/// A call that is to be kept, with everything that is made with it.
#[derive(Clone, Debug)]
pub(crate) struct FreshCall {
    /// What never changes.
    pub(crate) record: CallRecord,
    /// How it begins.
    pub(crate) state: CallState,
    /// What has happened by that.
    pub(crate) news: Vec<CallNews>,
    /// Who has missed it by that.
    pub(crate) missed: Vec<UserId>,
    /// The conference that is made to carry it; without one, it is carried by one that there is.
    pub(crate) carrier: Option<ConferenceRecord>,
    /// The lines about all of it.
    pub(crate) audit: Vec<AuditLine>,
    /// Who is told of it outside the application.
    pub(crate) invitations: Vec<Invitation>,
    /// By what it is known to whoever asks for it again.
    pub(crate) key: Option<CallKey>,
}

/// By what somebody asks for a call, once or again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallKey {
    /// Who asks.
    pub(crate) user: UserId,
    /// The digest of the key.
    pub(crate) key: Digest,
    /// The digest of what is asked.
    pub(crate) request: Digest,
}

/// A call that was made by a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyedCall {
    /// Which.
    pub(crate) call: CallId,
    /// The digest of what was asked.
    pub(crate) request: Digest,
}

/// Somebody who is to be told of a call outside the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    /// Its own, the same each time it is told.
    pub(crate) id: String,
    /// Who is told.
    pub(crate) party: PartyId,
    /// Where.
    pub(crate) contact: Reachable,
}

/// The invitations of which it is time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// They are told now, each of one call.
    pub(crate) begun: Vec<(CallId, Invitation)>,
    /// When it is time for the next ones; `None` when there is none.
    pub(crate) next: Option<OffsetDateTime>,
}

/// Where calls are kept. Each method is one transaction; numbers of calls and of events grow over all calls.
#[async_trait]
pub(crate) trait CallStore: Send + Sync + 'static {
    /// A new call: all of it, or nothing.
    async fn add_call(&self, fresh: FreshCall) -> Result<CallNumbers>;
    /// What has become of a call; who has missed it by that. Answers the numbers of the news. With its end, nobody is
    /// to be told of it any more.
    async fn step_call(
        &self,
        number: u64,
        state: CallState,
        news: Vec<CallNews>,
        missed: Vec<UserId>,
    ) -> Result<Vec<u64>>;
    /// The call that this user has made by a key, no longer ago than [`KEY_KEPT`].
    async fn call_by_key(&self, user: UserId, key: Digest, now: OffsetDateTime) -> Result<Option<KeyedCall>>;
    /// The events of a conference after the first `after`, oldest first.
    async fn conference_events(&self, conference: ConferenceId, after: u64) -> Result<Vec<Event>>;
    /// The calls that have not ended, oldest first.
    async fn ongoing_calls(&self) -> Result<Vec<Snapshot>>;
    /// One call.
    async fn call(&self, id: CallId) -> Result<Option<Snapshot>>;
    /// The newest calls that a user may see, newest first.
    async fn calls_of(&self, user: UserId, limit: usize) -> Result<Vec<Snapshot>>;
    /// The calls that somebody has missed and not seen.
    async fn unseen_calls(&self) -> Result<Vec<(UserId, u64)>>;
    /// These were seen.
    async fn see_calls(&self, user: UserId, numbers: Vec<u64>) -> Result<()>;

    /// Begins a round of every invitation that is due; each is due again when it has rested, which grows from `rest` on
    /// with every round. After so many `rounds` it is given up.
    async fn begin_invitations(&self, now: OffsetDateTime, rest: Duration, rounds: u32) -> Result<Ledger>;
    /// Every invitation is due now: those that were under way are no more.
    async fn wake_invitations(&self) -> Result<()>;
    /// Somebody was told, or is not to be told any more.
    async fn drop_invitation(&self, id: String) -> Result<()>;
}
