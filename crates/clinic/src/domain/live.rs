//! One conference as it is served: a view to read without waiting, a turn to change it, notices about changes.

use super::{Clinic, ClinicError, EditError, EditKind, InfoEdit};
use crate::clock::Clock;
use crate::store::{ConferenceRecord, Mark, MarkKind, Store, StoredConference};
use bytes::Bytes;
use consilium_model::{
    Actor, Command, Conference, ConferenceId, Participant, Plan, PlannedSpecialist, Refusal, Role, Roster,
    Secret, Status, UserId,
};
use consilium_wire::medme::ConferenceInfoExtended;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, RwLock};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tokio::sync::{Mutex, broadcast};

/// A reader that falls so many notices behind is too slow to be served.
const NOTICES: usize = 64;

/// Something about a conference has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Its status or who is in. The status now.
    Status(Status),
    /// Its information.
    Info,
}

/// A conference at one moment.
pub(crate) struct View {
    /// How it was made, with its edits.
    pub(crate) record: Arc<ConferenceRecord>,
    /// Where it stands.
    pub(crate) conference: Conference,
    /// After so many of its events.
    pub(crate) seq: u64,
    /// When this view came to be; `None` when nothing has happened since the server started.
    pub(crate) since: Option<Instant>,
    info_json: OnceLock<Bytes>,
}

/// One conference.
pub(crate) struct Live {
    id: ConferenceId,
    view: RwLock<Arc<View>>,
    /// Whoever holds it changes the conference. The number of its events so far.
    turn: Mutex<u64>,
    /// Somebody was in when the server stopped, and may still come back.
    is_awaiting: AtomicBool,
    notices: broadcast::Sender<Notice>,
}

impl Live {
    /// A conference that was just made.
    pub(super) fn new(record: ConferenceRecord) -> Self {
        Self::replay(StoredConference { record, events: Vec::new() })
    }

    /// A conference as it was stored.
    pub(super) fn replay(stored: StoredConference) -> Self {
        let StoredConference { record, events } = stored;
        let conference = Conference::replay(plan(&record), &events);
        let id = record.id.clone();
        let seq = events.len() as u64;
        let view =
            View { record: Arc::new(record), conference, seq, since: None, info_json: OnceLock::new() };
        Self {
            id,
            view: RwLock::new(Arc::new(view)),
            turn: Mutex::new(seq),
            is_awaiting: AtomicBool::new(false),
            notices: broadcast::Sender::new(NOTICES),
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &ConferenceId {
        &self.id
    }

    /// How it was made, with its edits so far.
    pub(crate) fn record(&self) -> Arc<ConferenceRecord> {
        Arc::clone(&self.view().record)
    }

    /// How it is now.
    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().expect("no one panics with this lock"))
    }

    /// Hears of every change from now on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Lets nobody change it for as long as the guard is held.
    #[cfg(test)]
    pub(crate) async fn hold(&self) -> tokio::sync::MutexGuard<'_, u64> {
        self.turn.lock().await
    }

    /// Everyone who takes part, specialists first.
    pub(crate) fn participants(&self) -> Vec<Participant> {
        self.view().conference.plan().roster.participants().collect()
    }

    /// The name of a participant.
    pub(crate) fn name_of(&self, who: &Participant) -> Option<Secret> {
        let info = &self.record().info;
        let name = match who.role {
            Role::Client => info.clients.iter().find(|one| one.id == who.id)?.full_name(),
            Role::Specialist => info.specialists.iter().find(|one| one.id == who.id)?.full_name(),
        };
        Some(Secret::new(name))
    }

    /// Where it stands, without taking the view along.
    pub(super) fn status(&self) -> Status {
        self.view.read().expect("no one panics with this lock").conference.status()
    }

    /// Whether somebody who was in when the server stopped may still come back. Until that is known, it is not known
    /// either whether anyone is in.
    pub(crate) fn set_awaiting(&self, is_awaiting: bool) {
        self.is_awaiting.store(is_awaiting, Ordering::Release);
    }

    /// What [`Self::set_awaiting`] said last.
    pub(super) fn is_awaiting(&self) -> bool {
        self.is_awaiting.load(Ordering::Acquire)
    }

    /// Whether it is to be ended at `now`, because its time is over.
    pub(super) fn has_expired(&self, now: OffsetDateTime) -> bool {
        if self.is_awaiting() {
            return false;
        }
        let view = self.view.read().expect("no one panics with this lock");
        !view.conference.status().is_ended() && view.conference.expires_at() <= now
    }

    /// Does what is chosen when its turn has come.
    pub(super) async fn apply(
        &self,
        store: &dyn Store,
        by: Actor,
        clock: &Clock,
        choose: impl FnOnce(&Conference, OffsetDateTime) -> Choice,
    ) -> Result<Applied, ClinicError> {
        let mut turn = self.turn.lock().await;
        let before = self.view();
        let mut conference = before.conference.clone();
        let (command, at) = choose(&conference, clock.now())?;
        if let Actor::Participant(who) = &by {
            before.allows(&command, who)?;
        }
        let events = conference.apply(command, &by, at)?;
        let count = events.len() as u64;
        store.append(self.id().clone(), *turn, events).await?;
        *turn += count;
        let status = conference.status();
        let after = self.show(Arc::clone(&before.record), conference, *turn);
        self.tell(Notice::Status(status));
        Ok(Applied { before, after })
    }

    /// Edits the information as is chosen when its turn has come, and calls `settle` with the views before and after
    /// while nothing else can change it.
    pub(super) async fn edit<E: From<EditError>>(
        &self,
        clinic: &Clinic,
        choose: impl FnOnce(&View, OffsetDateTime) -> Result<InfoEdit, E>,
        kind: EditKind,
        by: Actor,
        settle: impl FnOnce(&View, &View),
    ) -> Result<Edited, E> {
        let mut turn = self.turn.lock().await;
        let edit = choose(&self.view(), clinic.clock.now())?;
        Ok(self.edit_in_turn(&mut turn, clinic, edit, kind, by, settle).await?)
    }

    async fn edit_in_turn(
        &self,
        turn: &mut u64,
        clinic: &Clinic,
        edit: InfoEdit,
        kind: EditKind,
        by: Actor,
        settle: impl FnOnce(&View, &View),
    ) -> Result<Edited, EditError> {
        let before = self.view();
        let record = edit.applied_to(&before.record);
        let now = clinic.clock.now();
        let mut conference = before.conference.clone();
        let events = conference.apply(Command::Edit(Box::new(plan(&record))), &by, now)?;
        if ends_in_past(before.conference.plan(), conference.plan(), now) {
            return Err(EditError::EndsInPast);
        }
        let count = events.len() as u64;
        if record.info.otp && !before.record.info.otp {
            // Before it is on: nobody is in by a code of an earlier time.
            clinic.marks.clear_verified(self.id()).await?;
        }
        let stays = |who: &Participant| conference.plan().roster.contains(who);
        for who in before.conference.plan().roster.participants().filter(|who| !stays(who)) {
            // Whoever is added again shows a new one.
            let mark = Mark { conference: self.id().clone(), kind: MarkKind::Verified(who) };
            clinic.marks.clear(&mark).await?;
        }
        clinic.store.edit(record.clone(), *turn, events, kind.audit(&by, now, self.id())).await?;
        *turn += count;
        let after = self.show(Arc::new(record), conference, *turn);
        settle(&before, &after);
        self.tell(Notice::Info);
        let (old, new) = (&before.conference, &after.conference);
        let status = new.status();
        if status != old.status() || new.joined() != old.joined() {
            self.tell(Notice::Status(status));
        }
        Ok(Edited { status, added: after.participants_beyond(&before).collect() })
    }

    fn show(&self, record: Arc<ConferenceRecord>, conference: Conference, seq: u64) -> Arc<View> {
        let since = Some(Instant::now());
        let view = Arc::new(View { record, conference, seq, since, info_json: OnceLock::new() });
        *self.view.write().expect("no one panics with this lock") = Arc::clone(&view);
        view
    }

    /// Something is different about it that is kept beside it.
    pub(super) fn tell_info(&self) {
        self.tell(Notice::Info);
    }

    fn tell(&self, notice: Notice) {
        // Nobody may be watching.
        let _ = self.notices.send(notice);
        tracing::debug!(conference = %self.id(), ?notice, "changed");
    }
}

/// What is to be done in a turn, and the time it is dated at.
pub(super) type Choice = Result<(Command, OffsetDateTime), Refusal>;

/// A step that was done.
pub(super) struct Applied {
    /// The view before.
    pub(super) before: Arc<View>,
    /// The view afterwards.
    pub(super) after: Arc<View>,
}

/// An edit that was done.
pub(crate) struct Edited {
    /// The status afterwards.
    pub(crate) status: Status,
    /// Who takes part now and did not before.
    pub(crate) added: Vec<Participant>,
}

impl View {
    /// `conference_info` of the MedMe method `info`, made once a change.
    pub(crate) fn info_json(&self) -> Bytes {
        self.info_json.get_or_init(|| self.render(|_| true)).clone()
    }

    /// The same, as this participant may see it: without the other clients before it was let in.
    pub(crate) fn info_json_for(&self, who: &Participant) -> Bytes {
        if self.is_stranger(who) { self.render(|client| *client == who.id) } else { self.info_json() }
    }

    /// Who takes part in this view and not in the other.
    pub(super) fn participants_beyond(&self, other: &Self) -> impl Iterator<Item = Participant> {
        let roster = &other.conference.plan().roster;
        self.conference.plan().roster.participants().filter(|who| !roster.contains(who))
    }

    /// Whether this is a participant who lets others in.
    pub(crate) fn lets_in(&self, who: &Participant) -> bool {
        self.conference.plan().roster.contains(who) && self.record.face.rights_of(who).admit
    }

    /// What the face has to say about it, beside the status machine.
    fn allows(&self, command: &Command, who: &Participant) -> Result<(), Refusal> {
        let face = &self.record.face;
        match command {
            Command::Join if !face.has_place(who, self.conference.joined()) => Err(Refusal::CannotJoin),
            Command::Cancel if self.record.visitor(who).is_some() || !face.may_cancel(who) => {
                Err(Refusal::CannotCancel)
            }
            Command::Finish | Command::Pause
                if !self.conference.status().is_ended()
                    && !face.may_finish(who, self.conference.joined()) =>
            {
                Err(Refusal::SpecialistNotJoined)
            }
            Command::Restore if !face.may_restore() => Err(Refusal::RestoreTimedOut),
            _ => Ok(()),
        }
    }

    fn render(&self, shows: impl Fn(&UserId) -> bool) -> Bytes {
        let (record, conference) = (&self.record, &self.conference);
        let mut info = record.info.clone();
        info.clients.retain(|one| shows(&one.id));
        let is_in = |role, id: &UserId| conference.joined().contains(&Participant { role, id: id.clone() });
        let clients = info.clients.iter().filter(|one| is_in(Role::Client, &one.id));
        let specialists = info.specialists.iter().filter(|one| is_in(Role::Specialist, &one.id));
        let extended = ConferenceInfoExtended {
            created_at: record.created_at,
            started_at: conference.started_at(),
            finished_at: conference.ending().map(|ending| ending.at),
            status: conference.status(),
            joined_clients: clients.cloned().collect(),
            joined_specialists: specialists.cloned().collect(),
            info,
            cancelled_by_external: conference.ending().is_some_and(|ending| ending.external),
        };
        serde_json::to_vec(&extended).expect("the information has string keys only").into()
    }
}

/// A conference that ends at a time that is over soon has no links and is forgotten. More time never makes it so, also
/// when it is too little for a visit that has run over for long.
fn ends_in_past(before: &Plan, after: &Plan, now: OffsetDateTime) -> bool {
    after.scheduled_end() < now && after.scheduled_end() < before.scheduled_end()
}

fn plan(record: &ConferenceRecord) -> Plan {
    let info = &record.info;
    let clients = info.clients.iter().map(|one| one.id.clone());
    let is_guest =
        |id: &UserId| !record.face.waits_for_clients() || record.visitors.iter().any(|one| one.id == *id);
    let (guests, clients) = clients.partition(is_guest);
    let specialists = info.specialists.iter();
    let specialists =
        specialists.map(|one| PlannedSpecialist { id: one.id.clone(), required: one.required == Some(true) });
    Plan {
        roster: Roster { specialists: specialists.collect(), clients, guests },
        is_open: info.is_open,
        scheduled_start: info.scheduled_start,
        scheduled_duration: Duration::from_secs(info.scheduled_duration_seconds.into()),
        opening_window: Duration::from_secs(info.opening_duration_seconds.into()),
    }
}
