//! The conference: who takes part, who is in, where it stands, and how long it has taken.
//!
//! The status machine of `medme.md`, "Status machine", as an event-sourced value. [`Conference::decide`] answers a
//! command with the events it would cause or a [`Refusal`]; [`Conference::evolve`] takes events in. Between the two
//! the caller makes the events durable, so that a conference read back from its events is the same conference.
//! Everything here is pure: `now` comes from the caller, and a clock that is set back never makes a duration shrink.

mod decide;
mod event;
mod meter;
mod needed;
#[cfg(test)]
mod tests;

pub use event::{Actor, Change, Command, Event, Participant, Refusal};
pub use meter::{Durations, Gap, GapReason};
pub use needed::{PlannedSpecialist, Roster};

use crate::Status;
use meter::{Meter, Presence};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;
use time::OffsetDateTime;

/// How long after its end a conference may be restored (`medme.md`, `restore_terminated_fast`).
pub const RESTORE_WINDOW: Duration = Duration::from_secs(180);

/// How long people who are in may go on past the end of the scheduled time, before the clock ends it for them.
pub const OVERTIME: Duration = Duration::from_secs(3600);

/// The same while it is paused: somebody who is in means to go on, be it after an examination or the next morning.
pub const PAUSED_OVERTIME: Duration = Duration::from_secs(24 * 3600);

/// What the booking system asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Who takes part.
    pub roster: Roster,
    /// Participants may join without a specialist opening it first.
    pub is_open: bool,
    /// When it is due.
    #[serde(with = "time::serde::rfc3339")]
    pub scheduled_start: OffsetDateTime,
    /// For how long.
    pub scheduled_duration: Duration,
    /// How long before the start it may be opened; zero: at any time.
    pub opening_window: Duration,
}

impl Plan {
    /// When it should be over.
    pub fn scheduled_end(&self) -> OffsetDateTime {
        later(self.scheduled_start, self.scheduled_duration)
    }

    /// From when on a specialist may open it; `None`: at any time.
    pub fn opens_at(&self) -> Option<OffsetDateTime> {
        (!self.opening_window.is_zero())
            .then(|| self.scheduled_start.saturating_sub(signed(self.opening_window)))
    }
}

/// How a conference ended, and what a restore needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// When.
    pub at: OffsetDateTime,
    /// The status before the end.
    pub from: Status,
    /// The booking system cancelled it: nobody can restore it.
    pub external: bool,
}

/// One conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    plan: Plan,
    status: Status,
    joined: BTreeSet<Participant>,
    /// Who has been in since the start; a needed participant among them who is out is waited for.
    arrived: BTreeSet<Participant>,
    /// Who has been in at any time.
    attended: BTreeSet<Participant>,
    started_at: Option<OffsetDateTime>,
    ending: Option<Ending>,
    /// When an end was last taken back.
    restored_at: Option<OffsetDateTime>,
    meter: Meter,
}

impl Conference {
    /// A conference nobody has touched yet.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            status: Status::Pending,
            joined: BTreeSet::new(),
            arrived: BTreeSet::new(),
            attended: BTreeSet::new(),
            started_at: None,
            ending: None,
            restored_at: None,
            meter: Meter::default(),
        }
    }

    /// The conference after its stored events, oldest first.
    pub fn replay<'a>(plan: Plan, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut conference = Self::new(plan);
        events.into_iter().for_each(|event| conference.evolve(event));
        conference
    }

    /// What the booking system asked for.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where it stands.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Who is in. After the end: who was in at the end and has not left since.
    pub const fn joined(&self) -> &BTreeSet<Participant> {
        &self.joined
    }

    /// Whether this participant has been in, since it takes part; also before the start, and whether or not it is now.
    pub fn has_attended(&self, who: &Participant) -> bool {
        self.attended.contains(who)
    }

    /// When it started first.
    pub const fn started_at(&self) -> Option<OffsetDateTime> {
        self.started_at
    }

    /// How it ended; `None` while it goes on, also after a restore.
    pub const fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// [`Self::decide`] and [`Self::evolve`] in one step, for callers without a store.
    pub fn apply(
        &mut self,
        command: Command,
        by: &Actor,
        now: OffsetDateTime,
    ) -> Result<Vec<Event>, Refusal> {
        let events = self.decide(command, by, now)?;
        events.iter().for_each(|event| self.evolve(event));
        Ok(events)
    }

    /// Takes in an event that has happened. Events of one conference must come in their order.
    pub fn evolve(&mut self, event: &Event) {
        self.meter.advance(event.at, self.presence());
        match &event.change {
            Change::Moved { to } => self.move_to(*to, event.at),
            Change::Ended { to, external } => {
                if self.status.is_started() {
                    self.meter.end();
                }
                self.ending = Some(Ending { at: event.at, from: self.status, external: *external });
                self.status = *to;
            }
            Change::Restored { to } => {
                self.meter.restore();
                self.ending = None;
                self.restored_at = Some(event.at);
                self.status = *to;
            }
            change @ (Change::Joined { .. } | Change::Left { .. } | Change::Edited { .. }) => {
                self.take_in(change);
            }
        }
    }

    fn presence(&self) -> Presence {
        Presence::new(self.status, &self.joined)
    }

    /// Takes in a change of presence or of the plan.
    fn take_in(&mut self, change: &Change) {
        match change {
            Change::Joined { who } => {
                self.joined.insert(who.clone());
                self.arrived.insert(who.clone());
                self.attended.insert(who.clone());
            }
            Change::Left { who } => {
                self.joined.remove(who);
            }
            Change::Edited { plan } => {
                self.plan = plan.clone();
                self.arrived.retain(|who| plan.roster.contains(who));
                self.attended.retain(|who| plan.roster.contains(who));
            }
            Change::Moved { .. } | Change::Ended { .. } | Change::Restored { .. } => {}
        }
    }

    fn move_to(&mut self, to: Status, at: OffsetDateTime) {
        if to.is_started() && !self.status.is_started() {
            self.started_at = self.started_at.or(Some(at));
            self.arrived = self.joined.clone();
        }
        self.status = to;
    }

    /// How long it has taken so far. After the end the figures stand still.
    pub fn durations(&self, now: OffsetDateTime) -> Durations {
        self.metered(now).durations()
    }

    /// When they could not talk, oldest first.
    pub fn gaps(&self, now: OffsetDateTime) -> Vec<Gap> {
        self.metered(now).gaps(self.presence())
    }

    fn metered(&self, now: OffsetDateTime) -> Meter {
        let mut meter = self.meter.clone();
        meter.advance(now, self.presence());
        meter
    }

    /// When the scheduled time will be used up. A pause and a late start move it; after the end it is the end.
    /// It lies in the past for a conference in overtime.
    pub fn expected_end(&self, now: OffsetDateTime) -> OffsetDateTime {
        match (&self.ending, self.started_at) {
            (Some(ending), _) => ending.at,
            (None, Some(_)) => {
                later(now, self.plan.scheduled_duration).saturating_sub(signed(self.durations(now).net))
            }
            (None, None) => later(now.max(self.plan.scheduled_start), self.plan.scheduled_duration),
        }
    }

    /// From when on [`Command::Expire`] ends it. An empty one: when its scheduled time is over, which a late start and
    /// pauses move. With people in: [`OVERTIME`] later, or [`PAUSED_OVERTIME`] while it is paused, so that nobody is
    /// cut off in a visit that runs over. A restore holds for [`RESTORE_WINDOW`] at least: everyone has to come back
    /// first.
    pub fn expires_at(&self) -> OffsetDateTime {
        let extra = match self.status {
            _ if self.joined.is_empty() => Duration::ZERO,
            Status::StartedAndPaused => PAUSED_OVERTIME,
            _ => OVERTIME,
        };
        let due = later(self.scheduled_time_over(), extra);
        self.restored_at.map_or(due, |restored| due.max(later(restored, RESTORE_WINDOW)))
    }

    /// A pause counts up to the last event only: one that everybody has left must come to an end.
    fn scheduled_time_over(&self) -> OffsetDateTime {
        let planned = self.plan.scheduled_end();
        let Some(started) = self.started_at else { return planned };
        let Durations { net, dirty, .. } = self.meter.durations();
        planned.max(later(later(started, self.plan.scheduled_duration), dirty.saturating_sub(net)))
    }

    /// When something last happened; `None` when nothing has.
    pub const fn last_event_at(&self) -> Option<OffsetDateTime> {
        self.meter.until()
    }

    /// Whether a specialist could restore it at `now`.
    pub fn can_be_restored(&self, now: OffsetDateTime) -> bool {
        self.ending.is_some_and(|ending| !ending.external && now - ending.at <= RESTORE_WINDOW)
    }

    fn is_everyone_in(&self) -> bool {
        self.plan.roster.is_everyone_in(&self.joined)
    }

    /// The status of a started, unpaused conference with these people in.
    fn running_status(&self) -> Status {
        let someone_missing = self.plan.roster.is_someone_missing(&self.joined, &self.arrived);
        if someone_missing { Status::StartedAndWaiting } else { Status::Started }
    }
}

fn signed(duration: Duration) -> time::Duration {
    time::Duration::try_from(duration).unwrap_or(time::Duration::MAX)
}

fn later(at: OffsetDateTime, by: Duration) -> OffsetDateTime {
    at.saturating_add(signed(by))
}
