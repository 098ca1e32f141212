//! What the clinic remembers of calls.

use super::Result;
use crate::calls::ringing::{EventKind, PartyId, Ringing};
use crate::calls::{CallRecord, Person, Snapshot};
use async_trait::async_trait;
use consilium_model::UserId;
use consilium_wire::home::calls::CallId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What changes about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallState {
    /// Everybody in it.
    pub(crate) people: Vec<Person>,
    /// How it goes.
    pub(crate) ringing: Ringing,
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

/// Where calls are kept. Each method is one transaction; numbers of calls and of events grow over all calls.
#[async_trait]
pub(crate) trait CallStore: Send + Sync + 'static {
    /// A new call.
    async fn add_call(
        &self,
        record: CallRecord,
        state: CallState,
        news: Vec<CallNews>,
        missed: Vec<UserId>,
    ) -> Result<CallNumbers>;
    /// What has become of a call; who has missed it by that. Answers the numbers of the news.
    async fn step_call(
        &self,
        number: u64,
        state: CallState,
        news: Vec<CallNews>,
        missed: Vec<UserId>,
    ) -> Result<Vec<u64>>;
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
}
