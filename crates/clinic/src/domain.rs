//! The one domain behind every face: conferences in memory, each with one turn at a time, each step durable before
//! anyone hears of it.

mod admit;
mod alive;
mod edit;
mod index;
mod live;
mod marks;
#[cfg(test)]
mod tests;
mod ticket;
mod touched;

pub(crate) use alive::{ALIVE_EVERY, stay_alive};
pub(crate) use edit::{EditError, EditKind, InfoEdit};
pub(crate) use live::{Edited, Live, Notice, View};
pub(crate) use marks::Marks;
pub(crate) use ticket::{Ticket, TokenProblem};
pub(crate) use touched::Touched;

use crate::clock::Clock;
use crate::coviu::Accounts;
use crate::keys::{Keys, digest, random_token};
use crate::store::{AuditLine, ConferenceRecord, Face, Mark, MarkKind, Store, StoreError, Summary};
use consilium_model::{Actor, Command, Conference, ConferenceId, Participant, Refusal, Secret, Status};
use consilium_wire::medme::ConferenceInfo;
use futures_util::{StreamExt, TryStreamExt};
use index::Index;
use live::{Applied, Choice};
use std::sync::{Arc, RwLock};
use time::{Duration, OffsetDateTime};
use tokio_util::task::TaskTracker;
use url::Url;

/// How long after its end, planned or real, the links of a conference are good.
pub(crate) const LINK_LIFETIME: Duration = Duration::days(30);
/// The setting with the server's key.
const KEY_SETTING: &str = "key";
const API_KEY_SETTING: &str = "api_key";
/// So many conferences are ended at a time.
const ENDINGS_AT_ONCE: usize = 64;

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
    marks: Marks,
    /// When the server before this one was last known to be alive while somebody was in a visit.
    last_alive: Option<OffsetDateTime>,
    touched: Arc<Touched>,
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
        let since = clock.now() - LINK_LIFETIME - Duration::DAY;
        let (mut accounts, touched) = (Accounts::default(), Arc::new(Touched::default()));
        for stored in store.conferences(since).await? {
            let live = Arc::new(Live::replay(accounts.conference(stored, &keys)));
            live.view().inside().into_iter().for_each(|user| touched.touch(user.clone()));
            index.add(&live, &keys);
        }
        let marks = store.marks(since).await?.into_iter().map(|mark| accounts.mark(mark));
        let marks = Marks::new(Arc::clone(&store), marks);
        let last_alive = alive::last(&*store).await?;
        let index = RwLock::new(index);
        Ok(Arc::new(Self { store, clock, keys, api_key, index, marks, last_alive, touched, tasks }))
    }

    /// What time it is here.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What holds beside what has happened.
    pub(crate) const fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Who has come into a conference or gone out of one, among others.
    pub(crate) const fn touched(&self) -> &Arc<Touched> {
        &self.touched
    }

    /// Whether this participant is in any conference that has not ended.
    pub(crate) fn is_inside(&self, who: &Participant) -> bool {
        self.index
            .read()
            .expect("no one panics with this lock")
            .any_of(who, |live| live.view().has_inside(who))
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

    /// A new conference of a booking system. Every participant has a link from now on.
    pub(crate) async fn create(
        self: &Arc<Self>,
        info: ConferenceInfo,
        creator: Participant,
        web_hook: Option<Secret<Url>>,
    ) -> Result<Arc<Live>, ClinicError> {
        let id = ConferenceId::new(uuid::Uuid::new_v4().simple().to_string());
        let now = self.clock.now();
        self.add(ConferenceRecord {
            id,
            created_at: now,
            creator,
            info,
            visitors: Vec::new(),
            asked_in: Vec::new(),
            web_hook,
            face: Face::Medme,
        })
        .await
    }

    /// A new conference of any face, whose id and time of creation the face has chosen. Every participant has a link
    /// from now on.
    pub(crate) async fn add(self: &Arc<Self>, record: ConferenceRecord) -> Result<Arc<Live>, ClinicError> {
        let clinic = Arc::clone(self);
        self.to_the_end(async move {
            clinic.store.create(record.clone(), Self::line_about(&record)).await?;
            Ok(clinic.take_up(record))
        })
        .await
    }

    /// The line about a conference that is made.
    pub(crate) fn line_about(record: &ConferenceRecord) -> AuditLine {
        let (actor, subject) = (record.face.maker(), record.id.to_string());
        AuditLine { at: record.created_at, actor, action: "create", subject }
    }

    /// A new conference that is durable already. Every participant has a link from now on.
    pub(crate) fn take_up(&self, record: ConferenceRecord) -> Arc<Live> {
        let live = Arc::new(Live::new(record));
        self.index.write().expect("no one panics with this lock").add(&live, &self.keys);
        tracing::debug!(conference = %live.id(), "created");
        live
    }

    /// Does what is asked of a conference, and answers the status afterwards. Whoever has to knock does not join this
    /// way, but by [`Self::admit`].
    pub(crate) async fn apply(
        self: &Arc<Self>,
        live: &Arc<Live>,
        command: Command,
        by: Actor,
    ) -> Result<Status, ClinicError> {
        if command == Command::Join && !live.may_join_alone(&by) {
            return Err(Refusal::CannotJoin.into());
        }
        self.apply_chosen(live, by, move |_, now| Ok((command, now))).await
    }

    /// Like [`Self::apply`], with the command that follows from the status when the conference's turn has come; none
    /// is refused.
    pub(crate) async fn apply_by_status(
        self: &Arc<Self>,
        live: &Arc<Live>,
        by: Actor,
        choose: impl FnOnce(Status) -> Option<Command> + Send + 'static,
    ) -> Result<Status, ClinicError> {
        let choose = move |conference: &Conference, now| {
            let command = choose(conference.status()).ok_or(Refusal::WrongStatusChange)?;
            Ok((command, now))
        };
        self.apply_chosen(live, by, choose).await
    }

    /// Takes out somebody who was in when the server stopped and has not come back. They left when they were last
    /// known to be in: the server says nothing about the time in which it was not there.
    pub(crate) async fn leave_in_absence(
        self: &Arc<Self>,
        live: &Arc<Live>,
        who: Participant,
    ) -> Result<Status, ClinicError> {
        let last_alive = self.last_alive;
        let choose = move |conference: &Conference, now: OffsetDateTime| {
            let last_known = conference.last_event_at().max(last_alive);
            Ok((Command::Leave, last_known.map_or(now, |at| at.min(now))))
        };
        self.apply_chosen(live, Actor::Participant(who), choose).await
    }

    async fn apply_chosen(
        self: &Arc<Self>,
        live: &Arc<Live>,
        by: Actor,
        choose: impl FnOnce(&Conference, OffsetDateTime) -> Choice + Send + 'static,
    ) -> Result<Status, ClinicError> {
        let (clinic, live) = (Arc::clone(self), Arc::clone(live));
        self.to_the_end(async move {
            let choose = |conference: &Conference, now| {
                let (command, at) = choose(conference, now)?;
                let is_refused = command == Command::Restore && clinic.ends_for_good(&live);
                if is_refused { Err(Refusal::RestoreTimedOut) } else { Ok((command, at)) }
            };
            let Applied { before, after } = live.apply(&*clinic.store, by, &clinic.clock, choose).await?;
            let status = after.conference.status();
            if before.conference.status().is_ended() != status.is_ended() {
                clinic.index.write().expect("no one panics with this lock").settle(&live);
            }
            clinic.touched.moved(&before, &after);
            Ok(status)
        })
        .await
    }

    /// Whether the vendor's protocol has ended it for good: nobody restores it.
    pub(crate) fn is_stopped(&self, conference: &ConferenceId) -> bool {
        self.marks.has(&Mark { conference: conference.clone(), kind: MarkKind::Stopped })
    }

    /// Whether an end of it is never taken back: the vendor's protocol has ended it for good, or it is a call, whose
    /// people call again.
    pub(crate) fn ends_for_good(&self, live: &Live) -> bool {
        live.record().face.is_call() || self.is_stopped(live.id())
    }

    /// Makes it so, and tells everybody who looks at it: it may have ended already, and nothing else changes then.
    pub(crate) async fn stop_for_good(&self, live: &Live) -> Result<(), StoreError> {
        self.marks.set(Mark { conference: live.id().clone(), kind: MarkKind::Stopped }).await?;
        live.tell_info();
        Ok(())
    }

    /// Edits a conference's information. Whoever is added has a link from now on; whoever is taken off has none, and
    /// shows a new one-time password when added again. Their seat in the room is the room's to give up.
    pub(crate) async fn edit(
        self: &Arc<Self>,
        live: &Arc<Live>,
        edit: InfoEdit,
        kind: EditKind,
        by: Actor,
    ) -> Result<Edited, EditError> {
        self.edit_chosen(live, kind, by, move |_, _| Ok(edit)).await
    }

    /// Like [`Self::edit`], with the edit that follows from what the conference is when its turn has come; so two that
    /// add somebody at the same moment both do.
    pub(crate) async fn edit_chosen<E>(
        self: &Arc<Self>,
        live: &Arc<Live>,
        kind: EditKind,
        by: Actor,
        choose: impl FnOnce(&View, OffsetDateTime) -> Result<InfoEdit, E> + Send + 'static,
    ) -> Result<Edited, E>
    where
        E: From<EditError> + From<ClinicError> + Send + 'static,
    {
        let (clinic, live) = (Arc::clone(self), Arc::clone(live));
        self.to_the_end(async move {
            let settle = |before: &View, after: &View| {
                let mut index = clinic.index.write().expect("no one panics with this lock");
                index.edited(&live, before, after, &clinic.keys);
                clinic.touched.moved(before, after);
            };
            live.edit(&clinic, choose, kind, by, settle).await
        })
        .await
    }

    /// Ends every conference whose time is over, and answers how many those were.
    pub(crate) async fn end_expired(self: &Arc<Self>) -> Result<usize, ClinicError> {
        let now = self.clock.now();
        let expired = {
            let index = self.index.read().expect("no one panics with this lock");
            index.ongoing(|live| live.has_expired(now))
        };
        // Many at a time, because those that wait for the disk together are written together.
        let endings = futures_util::stream::iter(expired).map(async |live| {
            match self.apply(&live, Command::Expire, Actor::Clock).await {
                Ok(_) => Ok(1),
                // It has ended, or somebody came in, since it was looked at.
                Err(ClinicError::Refused(_)) => Ok(0),
                Err(error) => Err(error),
            }
        });
        endings.buffer_unordered(ENDINGS_AT_ONCE).try_fold(0, async |sum, one| Ok(sum + one)).await
    }

    /// The conferences that have ended and are `wanted`, in no order.
    pub(crate) fn ended(&self, wanted: impl Fn(&Live) -> bool) -> Vec<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").ended(wanted)
    }

    /// The conferences that have not ended and are `wanted`, in no order.
    pub(crate) fn ongoing(&self, wanted: impl Fn(&Live) -> bool) -> Vec<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").ongoing(wanted)
    }

    /// Keeps how a call went: the newest `keep` of each participant.
    pub(crate) async fn add_summary(&self, summary: Summary, keep: usize) -> Result<(), StoreError> {
        self.store.add_summary(summary, keep).await
    }

    /// How the calls of a conference went, oldest first.
    pub(crate) async fn summaries(&self, conference: &ConferenceId) -> Result<Vec<Summary>, StoreError> {
        self.store.summaries(conference.clone()).await
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

    /// Whoever comes in by this name of a vendor's protocol ([`Face::doors`]).
    pub(crate) fn by_door(&self, name: &str) -> Result<Ticket, TokenProblem> {
        let ticket = self.index.read().expect("no one panics with this lock").by_door(name);
        ticket.ok_or(TokenProblem::Unknown)?.unless_expired(self.clock.now())
    }

    /// The conferences that a vendor's protocol keeps on one list ([`Face::calendar`]), in no order.
    pub(crate) fn on_calendar(&self, calendar: &str) -> Vec<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").on_calendar(calendar)
    }

    /// The latest conference of an appointment.
    pub(crate) fn by_appointment(&self, appointment: &str) -> Option<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").by_appointment(appointment)
    }

    /// The conferences of a participant, in no order.
    pub(crate) fn of(&self, who: &Participant) -> Vec<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").of(who)
    }

    /// The conference of a participant that was made last.
    pub(crate) fn newest_of(&self, who: &Participant) -> Option<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").newest_of(who)
    }

    /// Every specialist of any conference, in no order.
    pub(crate) fn specialists(&self) -> Vec<Participant> {
        self.index.read().expect("no one panics with this lock").specialists()
    }

    /// Adds to the audit trail.
    pub(crate) async fn audit(&self, line: AuditLine) -> Result<(), StoreError> {
        self.store.audit(line).await
    }

    /// The conference with that id.
    pub(crate) fn conference(&self, id: &ConferenceId) -> Option<Arc<Live>> {
        self.index.read().expect("no one panics with this lock").conference(id)
    }

    /// Whether any conference runs, and it is known who is in.
    fn is_any_known_to_run(&self) -> bool {
        let index = self.index.read().expect("no one panics with this lock");
        index.any_ongoing(|live| live.status().is_started()) && !index.any_ongoing(Live::is_awaiting)
    }

    /// Runs work to its end also when the one who asked has hung up: memory must not fall behind the store.
    async fn to_the_end<T: Send + 'static, E: From<ClinicError> + Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E> {
        self.tasks.spawn(work).await.map_err(|_| ClinicError::Stopping)?
    }
}
