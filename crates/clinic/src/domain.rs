//! The one domain behind every face: conferences in memory, each with one turn at a time, each step durable before
//! anyone hears of it.

mod index;
mod live;
mod ticket;

pub(crate) use live::{Live, Notice};
pub(crate) use ticket::{Ticket, TokenProblem};

use crate::clock::Clock;
use crate::keys::{Keys, digest, random_token};
use crate::store::{AuditLine, ConferenceRecord, Store, StoreError};
use consilium_model::{Actor, Command, ConferenceId, Participant, Refusal, Secret, Status, UserId};
use consilium_wire::medme::ConferenceInfo;
use index::Index;
use std::sync::{Arc, RwLock};
use time::Duration;
use tokio_util::task::TaskTracker;

/// How long after its end, planned or real, the links of a conference are good.
pub(crate) const LINK_LIFETIME: Duration = Duration::days(30);
/// The setting with the server's key.
const KEY_SETTING: &str = "key";
const API_KEY_SETTING: &str = "api_key";

/// Why the clinic did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClinicError {
    /// The status machine says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// It could not be made durable, so it has not happened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
}

/// Every conference, and who may come in with which token.
pub(crate) struct Clinic {
    store: Arc<dyn Store>,
    clock: Clock,
    keys: Keys,
    api_key: Secret,
    index: RwLock<Index>,
    tasks: TaskTracker,
}

impl Clinic {
    /// Reads everything back that links may still lead to.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        clock: Clock,
        api_key: Option<Secret>,
        tasks: TaskTracker,
    ) -> Result<Arc<Self>, StoreError> {
        let key = store.setting_or_insert(KEY_SETTING, random_token().into_inner()).await?;
        let keys = Keys::from_text(&key).ok_or(StoreError::BadKey)?;
        let api_key = match api_key {
            Some(api_key) => api_key,
            None => Secret::new(store.setting_or_insert(API_KEY_SETTING, random_token().into_inner()).await?),
        };
        let mut index = Index::default();
        // A day more, because a visit may take longer than planned.
        for stored in store.conferences(clock.now() - LINK_LIFETIME - Duration::DAY).await? {
            index.add(&Arc::new(Live::replay(stored)), &keys);
        }
        Ok(Arc::new(Self { store, clock, keys, api_key, index: RwLock::new(index), tasks }))
    }

    /// What time it is here.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The server's key.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The booking systems' key.
    pub(crate) fn api_key(&self) -> &Secret {
        &self.api_key
    }

    /// Whether this is the booking systems' key. Digests are compared, so that time tells nothing about it.
    pub(crate) fn is_api_key(&self, key: &str) -> bool {
        digest(key) == digest(self.api_key.expose())
    }

    /// A new conference. Every participant has a link from now on.
    pub(crate) async fn create(
        self: &Arc<Self>,
        info: ConferenceInfo,
        creator: Participant,
    ) -> Result<Arc<Live>, ClinicError> {
        let id = ConferenceId::new(uuid::Uuid::new_v4().simple().to_string());
        let now = self.clock.now();
        let record = ConferenceRecord { id, created_at: now, creator, info };
        let (actor, subject) = ("booking".to_owned(), record.id.to_string());
        let audit = AuditLine { at: now, actor, action: "create", subject };
        let clinic = Arc::clone(self);
        self.to_the_end(async move {
            clinic.store.create(record.clone(), audit).await?;
            let live = Arc::new(Live::new(record));
            clinic.index.write().expect("no one panics with this lock").add(&live, &clinic.keys);
            tracing::debug!(conference = %live.id(), "created");
            Ok(live)
        })
        .await
    }

    /// Does what is asked of a conference, and answers the status afterwards.
    pub(crate) async fn apply(
        self: &Arc<Self>,
        live: &Arc<Live>,
        command: Command,
        by: Actor,
    ) -> Result<Status, ClinicError> {
        let (clinic, live) = (Arc::clone(self), Arc::clone(live));
        self.to_the_end(async move { live.apply(&*clinic.store, command, by, &clinic.clock).await }).await
    }

    /// Whose link this is.
    pub(crate) fn by_access_token(&self, token: &str) -> Result<Ticket, TokenProblem> {
        let ticket = self.index.read().expect("no one panics with this lock").by_access_token(token);
        ticket.ok_or(TokenProblem::Unknown)?.unless_expired(self.clock.now())
    }

    /// Whose seat in a room this opens.
    pub(crate) fn by_conference_token(&self, token: &str) -> Result<Ticket, TokenProblem> {
        let ticket = self.index.read().expect("no one panics with this lock").by_conference_token(token);
        ticket.ok_or(TokenProblem::Unknown)?.unless_expired(self.clock.now())
    }

    /// The conferences of a specialist, in no order.
    pub(crate) fn of_specialist(&self, user: &UserId) -> Vec<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").of_specialist(user)
    }

    /// The conference with that id.
    pub(crate) fn conference(&self, id: &ConferenceId) -> Option<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").conference(id)
    }

    /// Runs work to its end also when the one who asked has hung up: memory must not fall behind the store.
    async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ClinicError>> + Send + 'static,
    ) -> Result<T, ClinicError> {
        self.tasks.spawn(work).await.map_err(|_| ClinicError::Stopping)?
    }
}
