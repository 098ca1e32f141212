//! One conference as it is served: a view to read without waiting, a turn to change it, notices about changes.

use super::{ClinicError, EditKind, InfoEdit};
use crate::clock::Clock;
use crate::store::{ConferenceRecord, Store, StoredConference};
use bytes::Bytes;
use consilium_model::{
    Actor, Command, Conference, ConferenceId, Participant, Plan, PlannedSpecialist, Role, Roster, Secret,
    Status, UserId,
};
use consilium_wire::medme::{ConferenceInfo, ConferenceInfoExtended};
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
        let conference = Conference::replay(plan(&record.info), &events);
        let id = record.id.clone();
        let view = View { record: Arc::new(record), conference, since: None, info_json: OnceLock::new() };
        Self {
            id,
            view: RwLock::new(Arc::new(view)),
            turn: Mutex::new(events.len() as u64),
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

    /// Whether [`Command::Expire`] would end it at `now`.
    pub(super) fn has_expired(&self, now: OffsetDateTime) -> bool {
        let view = self.view.read().expect("no one panics with this lock");
        !view.conference.status().is_ended() && view.conference.expires_at() <= now
    }

    pub(super) async fn apply(
        &self,
        store: &dyn Store,
        command: Command,
        by: Actor,
        clock: &Clock,
    ) -> Result<Status, ClinicError> {
        let mut turn = self.turn.lock().await;
        let before = self.view();
        let mut conference = before.conference.clone();
        let events = conference.apply(command, &by, clock.now())?;
        let count = events.len() as u64;
        store.append(self.id().clone(), *turn, events).await?;
        *turn += count;
        let status = conference.status();
        self.show(Arc::clone(&before.record), conference);
        self.tell(Notice::Status(status));
        Ok(status)
    }

    /// Edits the information, and calls `settle` with the views before and after while nothing else can change it.
    pub(super) async fn edit(
        &self,
        store: &dyn Store,
        edit: InfoEdit,
        kind: EditKind,
        by: Actor,
        clock: &Clock,
        settle: impl FnOnce(&View, &View),
    ) -> Result<Edited, ClinicError> {
        let mut turn = self.turn.lock().await;
        let before = self.view();
        let info = edit.applied_to(&before.record.info);
        let now = clock.now();
        let mut conference = before.conference.clone();
        let events = conference.apply(Command::Edit(Box::new(plan(&info))), &by, now)?;
        let count = events.len() as u64;
        let record = ConferenceRecord { info, ..(*before.record).clone() };
        store.edit(record.clone(), *turn, events, kind.audit(&by, now, self.id())).await?;
        *turn += count;
        let after = self.show(Arc::new(record), conference);
        settle(&before, &after);
        self.tell(Notice::Info);
        let status = after.conference.status();
        if status != before.conference.status() {
            self.tell(Notice::Status(status));
        }
        Ok(Edited { status, added: after.participants_beyond(&before).collect() })
    }

    fn show(&self, record: Arc<ConferenceRecord>, conference: Conference) -> Arc<View> {
        let since = Some(Instant::now());
        let view = Arc::new(View { record, conference, since, info_json: OnceLock::new() });
        *self.view.write().expect("no one panics with this lock") = Arc::clone(&view);
        view
    }

    fn tell(&self, notice: Notice) {
        // Nobody may be watching.
        let _ = self.notices.send(notice);
        tracing::debug!(conference = %self.id(), ?notice, "changed");
    }
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
        self.info_json.get_or_init(|| self.render()).clone()
    }

    /// Who takes part in this view and not in the other.
    pub(super) fn participants_beyond(&self, other: &Self) -> impl Iterator<Item = Participant> {
        let roster = &other.conference.plan().roster;
        self.conference.plan().roster.participants().filter(|who| !roster.contains(who))
    }

    fn render(&self) -> Bytes {
        let (record, conference) = (&self.record, &self.conference);
        let info = &record.info;
        let is_in = |role, id: &UserId| conference.joined().contains(&Participant { role, id: id.clone() });
        let clients = info.clients.iter().filter(|one| is_in(Role::Client, &one.id));
        let specialists = info.specialists.iter().filter(|one| is_in(Role::Specialist, &one.id));
        let extended = ConferenceInfoExtended {
            info: info.clone(),
            created_at: record.created_at,
            started_at: conference.started_at(),
            finished_at: conference.ending().map(|ending| ending.at),
            status: conference.status(),
            joined_clients: clients.cloned().collect(),
            joined_specialists: specialists.cloned().collect(),
            cancelled_by_external: conference.ending().is_some_and(|ending| ending.external),
        };
        serde_json::to_vec(&extended).expect("the information has string keys only").into()
    }
}

fn plan(info: &ConferenceInfo) -> Plan {
    let specialists = info.specialists.iter();
    let specialists =
        specialists.map(|one| PlannedSpecialist { id: one.id.clone(), required: one.required == Some(true) });
    Plan {
        roster: Roster {
            specialists: specialists.collect(),
            clients: info.clients.iter().map(|one| one.id.clone()).collect(),
        },
        is_open: info.is_open,
        scheduled_start: info.scheduled_start,
        scheduled_duration: Duration::from_secs(info.scheduled_duration_seconds.into()),
        opening_window: Duration::from_secs(info.opening_duration_seconds.into()),
    }
}
