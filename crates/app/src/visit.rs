//! A visit that is open in the window.

use crate::call::CallSession;
use crate::clock::{ServerTime, visit_clock};
use crate::view::{Line, ProblemCode, VisitAction};
use consilium_client::{ClientError, MedMe, Server, Subscription};
use consilium_model::{Intent, Role, Screen, Secret, Status, UserId, VisitClock, route};
use consilium_wire::medme::{ConferenceInfoExtended, Durations};
use std::time::{Duration, Instant};

/// Tells one opening of a visit from the next, so that a late answer finds nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VisitKey(pub(crate) u64);

/// How long an end can be taken back (`medme.md`).
const RESTORE: Duration = Duration::from_secs(180);

/// Everything the server says about the visit, as of one moment.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) role: Role,
    pub(crate) user: UserId,
    pub(crate) info: ConferenceInfoExtended,
    pub(crate) durations: Durations,
    pub(crate) taken: Instant,
}

impl Facts {
    /// Reads durations and information.
    pub(crate) async fn read(medme: &MedMe) -> Result<Self, ClientError> {
        let durations = medme.durations().await?;
        let taken = Instant::now();
        let info = medme.info().await?;
        Ok(Self { role: info.role, user: info.user_id, info: info.conference_info, durations, taken })
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

    /// The visit's clock on the monotonic clock that began at `epoch`.
    pub(crate) fn clock(&self, epoch: Instant) -> Option<VisitClock> {
        visit_clock(&self.durations, self.info.status, self.taken.saturating_duration_since(epoch))
    }

    /// How long the end can still be taken back.
    pub(crate) fn restorable_for(&self, now: Instant) -> Option<Duration> {
        let ended = self.info.finished_at?;
        let may =
            self.role == Role::Specialist && self.info.status.is_ended() && !self.info.cancelled_by_external;
        let passed = Duration::try_from(self.server_time(now) - ended).unwrap_or_default();
        may.then(|| RESTORE.checked_sub(passed)).flatten()
    }

    /// What the role may do in this status, in the order to show.
    pub(crate) fn actions(&self, now: Instant) -> Vec<VisitAction> {
        use VisitAction::{Cancel, Finish, Join, Leave, Open, Pause, Restore, Resume, Start};
        match (self.info.status, self.role, self.joined()) {
            (Status::Pending, Role::Specialist, _) => vec![Open, Cancel],
            (Status::Pending, Role::Client, _) => vec![Cancel],
            (Status::OpenForJoining, _, false) => vec![Join, Cancel],
            (Status::OpenForJoining, Role::Specialist, true) => vec![Start, Leave, Cancel],
            (Status::OpenForJoining, Role::Client, true) => vec![Leave],
            (Status::Started | Status::StartedAndWaiting | Status::StartedAndPaused, _, false) => vec![Join],
            (Status::Started | Status::StartedAndWaiting, Role::Specialist, true) => {
                vec![Pause, Finish, Leave]
            }
            (Status::StartedAndPaused, Role::Specialist, true) => vec![Resume, Finish, Leave],
            (Status::Started | Status::StartedAndWaiting | Status::StartedAndPaused, Role::Client, true) => {
                vec![Leave]
            }
            (Status::CancelledBeforeStart | Status::CancelledAfterStart | Status::Finished, _, _) => {
                self.restorable_for(now).map(|_| Restore).into_iter().collect()
            }
        }
    }
}

/// A visit that is open in the window.
pub(crate) struct Visit {
    pub(crate) key: VisitKey,
    /// Which reading of the state is awaited: whatever is older than the newest news is not taken.
    pub(crate) reading: u64,
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
    pub(crate) call: CallState,
}

/// The call of a visit.
pub(crate) enum CallState {
    /// The screen is not that of the conference.
    None,
    /// The token for the room is on its way.
    Entering,
    /// In the room, or on the way.
    In(Box<CallSession>),
    /// Not entered, or thrown out.
    Refused {
        /// It was the line's fault: tried again when the line is back.
        again: bool,
    },
}
