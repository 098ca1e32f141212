//! A visit that is open in the window.

use crate::again::Again;
use crate::call::CallSession;
use crate::clock::{ServerTime, visit_clock};
use crate::countdown::Countdown;
use crate::length::Length;
use crate::lobby::Lobby;
use crate::reading::Readings;
use crate::record::Record;
use crate::stage::Retry;
use crate::view::{Line, NoticeCode, ProblemCode, VisitAction};
use crate::web_room::WebRoom;
use consilium_client::{ClientError, MedMe, RoomSocket, Server, Subscription, Unheard, Wake};
use consilium_model::{
    Intent, MediaSwitch, RESTORE_WINDOW, Role, Screen, Secret, Step, UserId, VisitClock, route, steps,
};
use consilium_wire::medme::{ConferenceInfoExtended, Durations};
use consilium_wire::room::{IceServer, Readiness, Rights, has_lobby};
use consilium_wire::{coviu, trueconf};
use std::cmp::Ordering;
use std::time::{Duration, Instant};

/// Tells one opening of a visit from the next, so that a late answer finds nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VisitKey(pub(crate) u64);

/// Everything the server says about the visit, as of one moment.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) role: Role,
    pub(crate) user: UserId,
    pub(crate) info: ConferenceInfoExtended,
    pub(crate) durations: Durations,
    pub(crate) taken: Instant,
    /// An end is not taken back.
    ended_for_good: bool,
    /// Somebody has called.
    is_call: bool,
}

impl Facts {
    /// Reads durations and information.
    pub(crate) async fn read(medme: &MedMe) -> Result<Self, ClientError> {
        let durations = medme.durations().await?;
        let taken = Instant::now();
        let info = medme.info().await?;
        Ok(Self {
            role: info.role,
            user: info.user_id,
            info: info.conference_info,
            durations,
            taken,
            ended_for_good: info.ended_for_good,
            is_call: info.call,
        })
    }

    /// Whether the user of this window is among the joined.
    pub(crate) fn joined(&self) -> bool {
        match self.role {
            Role::Client => self.info.joined_clients.iter().any(|client| client.id == self.user),
            Role::Specialist => self.info.joined_specialists.iter().any(|one| one.id == self.user),
        }
    }

    /// Takes the user out of the joined, ahead of the server's list.
    pub(crate) fn forget_joined(&mut self) {
        self.info.joined_clients.retain(|client| client.id != self.user);
        self.info.joined_specialists.retain(|one| one.id != self.user);
    }

    /// The user comes to the room's door first, and is joined when it is let in.
    pub(crate) fn is_guest(&self) -> bool {
        self.role == Role::Client && self.has_lobby()
    }

    /// Guests of other protocols' links call nothing off.
    fn may_cancel(&self) -> bool {
        let appointment = &self.info.info.appointment_id;
        self.role == Role::Specialist || !GUEST_LINKS.iter().any(|face| appointment.starts_with(face))
    }

    /// Somebody has called: it has no planned length, and is over when people hang up.
    pub(crate) const fn is_call(&self) -> bool {
        self.is_call
    }

    /// How many others are in it, as the server says.
    pub(crate) fn others_joined(&self) -> usize {
        let is_me = |role, id: &UserId| self.role == role && self.user == *id;
        let clients = self.info.joined_clients.iter().filter(|one| !is_me(Role::Client, &one.id));
        let specialists = self.info.joined_specialists.iter().filter(|one| !is_me(Role::Specialist, &one.id));
        clients.count() + specialists.count()
    }

    /// The other specialists, whether in it or not.
    pub(crate) fn colleagues(&self) -> impl Iterator<Item = &UserId> {
        let mine = |id: &UserId| self.role == Role::Specialist && self.user == *id;
        self.info.info.specialists.iter().map(|one| &one.id).filter(move |id| !mine(id))
    }

    /// Guests knock at its room.
    fn has_lobby(&self) -> bool {
        has_lobby(&self.info.info.appointment_id)
    }

    /// Puts the user among the joined, ahead of the server's list.
    pub(crate) fn note_joined(&mut self) {
        if let Some(me) = self.info.info.clients.iter().find(|client| client.id == self.user)
            && !self.joined()
        {
            self.info.joined_clients.push(me.clone());
        }
    }

    /// The schedule's length in seconds.
    pub(crate) const fn scheduled(&self) -> u32 {
        self.info.info.scheduled_duration_seconds
    }

    /// The schedule has another length now, ahead of the server's figures.
    pub(crate) const fn set_scheduled(&mut self, seconds: u32) {
        self.info.info.scheduled_duration_seconds = seconds;
        self.durations.scheduled_duration_seconds = seconds;
    }

    /// The user can make the visit longer: a specialist who is in one that runs.
    pub(crate) fn may_extend(&self) -> bool {
        self.role == Role::Specialist && self.screen() == Screen::Started && !self.is_call
    }

    /// What has changed about the visit since `before`.
    pub(crate) fn news_to(&self, before: &Self) -> Option<NoticeCode> {
        // Whoever is asked into a call is seen there.
        if self.is_call {
            return None;
        }
        let mut known = before.info.info.clone();
        known.scheduled_duration_seconds = self.scheduled();
        if before.info.status.is_started() {
            // Whoever was asked in is seen to come.
            let now = &self.info.info;
            let (specialists, clients) = (known.specialists.len(), known.clients.len());
            known.specialists.extend(now.specialists.iter().skip(specialists).cloned());
            known.clients.extend(now.clients.iter().skip(clients).cloned());
        }
        if known != self.info.info {
            return Some(NoticeCode::InfoChanged);
        }
        match self.scheduled().cmp(&before.scheduled()) {
            Ordering::Equal => None,
            Ordering::Greater => Some(NoticeCode::Extended),
            Ordering::Less => Some(NoticeCode::InfoChanged),
        }
    }

    /// From when the visit may be opened; `None` when at any time.
    pub(crate) fn opens_at(&self) -> Option<time::OffsetDateTime> {
        let before = self.info.info.opening_duration_seconds;
        (before > 0).then(|| self.info.info.scheduled_start - Duration::from_secs(u64::from(before)))
    }

    /// The screen that belongs to them.
    pub(crate) fn screen(&self) -> Screen {
        route(self.role, self.info.status, self.joined())
    }

    /// The server's time at `now`.
    pub(crate) fn server_time(&self, now: Instant) -> time::OffsetDateTime {
        ServerTime::new(&self.durations, self.taken).at(now)
    }

    /// The visit's clock, which a call has not, on the monotonic clock that began at `epoch`.
    pub(crate) fn clock(&self, epoch: Instant) -> Option<VisitClock> {
        if self.is_call {
            return None;
        }
        visit_clock(&self.durations, self.info.status, self.taken.saturating_duration_since(epoch))
    }

    /// How long the end can still be taken back.
    pub(crate) fn restorable_for(&self, now: Instant) -> Option<Duration> {
        let ended = self.info.finished_at?;
        let is_final = self.ended_for_good || self.info.cancelled_by_external;
        let may = self.role == Role::Specialist && self.info.status.is_ended() && !is_final;
        let passed = Duration::try_from(self.server_time(now) - ended).unwrap_or_default();
        may.then(|| RESTORE_WINDOW.checked_sub(passed)).flatten()
    }

    /// What the role may do in this status, in the order to show.
    pub(crate) fn actions(&self, now: Instant) -> Vec<VisitAction> {
        let steps = steps(self.role, self.info.status, self.joined(), self.info.info.is_open);
        let steps = steps.iter().copied();
        let may = |step| match step {
            Step::RestoreTerminatedFast => self.restorable_for(now).is_some(),
            Step::OpenForJoin | Step::Join => !self.is_guest(),
            Step::Cancel => self.may_cancel(),
            _ => true,
        };
        steps.filter(|step| may(*step)).map(VisitAction::from).collect()
    }
}

/// Conferences of other protocols, to which guests have links, are named so.
const GUEST_LINKS: [&str; 2] = [coviu::PREFIX, trueconf::PREFIX];
/// Camera and microphone.
const BOTH: Intent = Intent { mic: true, camera: true, screen: false };

/// A visit that is open in the window.
pub(crate) struct Visit {
    pub(crate) key: VisitKey,
    pub(crate) readings: Readings,
    pub(crate) token: Secret,
    pub(crate) server: Server,
    pub(crate) medme: MedMe,
    pub(crate) facts: Facts,
    pub(crate) subscription: Subscription,
    pub(crate) line: Line,
    pub(crate) busy: Option<VisitAction>,
    pub(crate) problem: Option<ProblemCode>,
    /// What the user's own hand has set. Off until the user presses «join» in this window.
    pub(crate) intent: Intent,
    /// With what the user goes in, where its hand has set it before.
    pub(crate) choice: Option<Intent>,
    /// What the check shows while it is open.
    pub(crate) looked_at: Option<Intent>,
    /// What the last check of the devices has found.
    pub(crate) ready: Readiness,
    /// Where the clinic's relay is, as the room's door has told.
    pub(crate) relay: Vec<IceServer>,
    pub(crate) call: CallState,
    /// What the room lets the user do, as it said last.
    pub(crate) rights: Rights,
    /// The socket of the room that was entered last.
    pub(crate) room: Option<RoomLine>,
    /// Opens the room; known once it was asked for.
    pub(crate) conference_token: Option<Secret>,
    pub(crate) length: Length,
    pub(crate) countdown: Countdown,
    pub(crate) record: Record,
}

impl Visit {
    /// A visit that has just been opened.
    pub(crate) fn open(key: VisitKey, Retry::Open { server, token }: Retry, facts: Facts) -> Self {
        Self {
            key,
            readings: Readings::new(Instant::now()),
            token: token.clone(),
            medme: server.medme(token.clone()),
            subscription: server.subscribe(token),
            server,
            facts,
            line: Line::Online,
            busy: None,
            problem: None,
            intent: Intent::default(),
            choice: None,
            looked_at: None,
            ready: Readiness::default(),
            relay: Vec::new(),
            call: CallState::None,
            rights: Rights::default(),
            room: None,
            conference_token: None,
            length: Length::default(),
            countdown: Countdown::default(),
            record: Record::default(),
        }
    }

    /// The user is in its call, which is not left for another one.
    pub(crate) const fn is_in_call(&self) -> bool {
        matches!(self.call, CallState::In(_))
    }

    /// Opens it again.
    pub(crate) fn again(&self) -> Retry {
        Retry::Open { server: self.server.clone(), token: self.token.clone() }
    }

    /// With what the user goes into the call: what its hand has set. Pressing «join» means both; a guest presses
    /// nothing when it is let in.
    pub(crate) fn chosen(&self) -> Intent {
        let unset = if self.facts.is_guest() { Intent::default() } else { BOTH };
        self.choice.unwrap_or(unset)
    }

    /// The user has both switched on to look at them, unless its hand has set them before. Looking alone chooses
    /// nothing.
    pub(crate) fn begin_looking(&mut self) -> Intent {
        *self.looked_at.insert(self.choice.unwrap_or(BOTH))
    }

    /// The user is done with looking, and goes in with what it has seen.
    pub(crate) fn choose_what_was_seen(&mut self) {
        self.choice = self.looked_at.take().or(self.choice);
    }

    /// The switches as they are shown outside of a call.
    pub(crate) fn shown_choice(&self) -> Intent {
        self.looked_at.unwrap_or_else(|| self.chosen())
    }

    /// The user's hand moves a switch outside of a call. Whoever is in already goes into the call with it.
    pub(crate) fn choose(&mut self, switch: MediaSwitch, on: bool) {
        self.choice = Some(self.chosen().with(switch, on));
        self.looked_at = self.looked_at.map(|seen| seen.with(switch, on));
        if self.facts.joined() || self.intent != Intent::default() {
            self.intent = self.intent.with(switch, on);
        }
    }

    /// The room is wanted: as long as its screen is shown. Where guests knock, whoever may let them in is there before
    /// the start, and the guests themselves come to its door.
    pub(crate) fn wants_room(&self) -> bool {
        let (facts, is_over) = (&self.facts, self.facts.info.status.is_ended());
        match &self.call {
            _ if !facts.has_lobby() => facts.screen() == Screen::Started,
            CallState::In(_) => facts.joined() && !is_over,
            _ => (facts.is_guest() || facts.joined()) && !is_over,
        }
    }

    /// The line as a person sees it: news that nobody can read have not arrived.
    pub(crate) const fn shown_line(&self) -> Line {
        if self.readings.is_stale() { Line::Reconnecting } else { self.line }
    }

    /// The user can make the visit longer. Only while its length is known for sure.
    pub(crate) fn may_extend(&self) -> bool {
        self.facts.may_extend() && self.shown_line() == Line::Online
    }

    /// The network or the machine was away: the visit's sockets prove that they are alive, or are opened anew.
    pub(crate) fn wake(&self) {
        self.subscription.wake().wake();
        if let Some(room) = &self.room {
            room.wake.wake();
        }
    }
}

/// What is kept of a room's socket when the call takes it.
pub(crate) struct RoomLine {
    wake: Wake,
    unheard: Unheard,
}

impl RoomLine {
    /// Of this socket.
    pub(crate) fn of(room: &RoomSocket) -> Self {
        Self { wake: room.sender().wake(), unheard: room.unheard() }
    }

    /// Waits until something was sent that nobody was there to hear.
    pub(crate) async fn unheard(&self) {
        self.unheard.next().await;
    }
}

/// The call of a visit.
pub(crate) enum CallState {
    /// The screen is not that of the conference.
    None,
    /// The token for the room is on its way.
    Entering {
        /// The attempt before has failed.
        failed: Option<Again>,
    },
    /// At the room's door.
    Lobby(Box<Lobby>),
    /// In the room, or on the way.
    In(Box<CallSession>),
    /// In a web room of another system.
    Elsewhere(WebRoom),
    /// Not entered, or thrown out.
    Refused {
        /// It was the line's fault: tried again at a time, and when the line is back.
        again: Option<Again>,
    },
}
