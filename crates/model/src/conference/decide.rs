//! The decisions: which events a command causes in which status. `Ok` always means that something changed; only an
//! edit may ask for what is so already.

use super::{Actor, Change, Command, Conference, Event, Participant, Plan, Refusal};
use crate::{Role, Status};
use time::OffsetDateTime;

type Decision = Result<Vec<Change>, Refusal>;

impl Conference {
    /// The events that `command` would cause, in their order; at least one.
    pub fn decide(&self, command: Command, by: &Actor, now: OffsetDateTime) -> Result<Vec<Event>, Refusal> {
        let changes = match command {
            Command::Open => self.specialist(by).and_then(|_| self.open(now)),
            Command::Join => self.participant(by).and_then(|who| self.join(who)),
            Command::Leave => self.participant(by).and_then(|who| self.leave(who)),
            Command::Start => self.specialist(by).and_then(|who| self.start(who)),
            Command::Pause => self.specialist(by).and_then(|who| self.pause(who)),
            Command::Resume => self.specialist(by).and_then(|who| self.resume(who)),
            Command::Finish => self.specialist(by).and_then(|_| self.finish()),
            Command::Cancel => self.cancel(by),
            Command::Restore => self.specialist(by).and_then(|_| self.restore(now)),
            Command::Expire => self.expire(by, now),
            Command::Edit(plan) => self.edit(*plan, by),
        }?;
        Ok(changes.into_iter().map(|change| Event { at: now, by: by.clone(), change }).collect())
    }

    fn participant<'a>(&self, by: &'a Actor) -> Result<&'a Participant, Refusal> {
        match by {
            Actor::Participant(who) if self.plan.roster.contains(who) => Ok(who),
            Actor::Participant(_) | Actor::Booking | Actor::Clock => Err(Refusal::NotAParticipant),
        }
    }

    fn specialist<'a>(&self, by: &'a Actor) -> Result<&'a Participant, Refusal> {
        let who = self.participant(by)?;
        if who.role == Role::Specialist { Ok(who) } else { Err(Refusal::NotASpecialist) }
    }

    fn open(&self, now: OffsetDateTime) -> Decision {
        let is_time = self.plan.opens_at().is_none_or(|opens_at| now >= opens_at);
        match self.status {
            Status::Pending if is_time => Ok(vec![Change::Moved { to: Status::OpenForJoining }]),
            _ => Err(Refusal::CannotOpen),
        }
    }

    fn join(&self, who: &Participant) -> Decision {
        let may_join = match self.status {
            Status::Pending => self.plan.is_open,
            Status::OpenForJoining => true,
            Status::Started | Status::StartedAndWaiting | Status::StartedAndPaused => true,
            Status::CancelledBeforeStart | Status::CancelledAfterStart | Status::Finished => false,
        };
        if !may_join {
            return Err(Refusal::CannotJoin);
        }
        if self.joined.contains(who) {
            return Err(Refusal::AlreadyJoined);
        }
        Ok(self.with_consequence(vec![Change::Joined { who: who.clone() }]))
    }

    fn leave(&self, who: &Participant) -> Decision {
        // Also after the end: a restore must not bring back people who have gone meanwhile.
        if !self.joined.contains(who) {
            return Err(Refusal::NotJoined);
        }
        Ok(self.with_consequence(vec![Change::Left { who: who.clone() }]))
    }

    /// Changes of presence or of the plan, and the step of the machine that follows from all of them.
    fn with_consequence(&self, mut changes: Vec<Change>) -> Vec<Change> {
        let mut after = self.clone();
        changes.iter().for_each(|change| after.take_in(change));
        changes.extend(after.next_step().map(|to| Change::Moved { to }));
        changes
    }

    /// Where the machine goes by itself from here.
    fn next_step(&self) -> Option<Status> {
        let to = match self.status {
            Status::Pending | Status::OpenForJoining if self.is_everyone_in() => Status::Started,
            Status::Started | Status::StartedAndWaiting => self.running_status(),
            status => status,
        };
        (to != self.status).then_some(to)
    }

    fn start(&self, who: &Participant) -> Decision {
        let may_start = match self.status {
            Status::Pending => self.plan.is_open,
            Status::OpenForJoining => true,
            _ => false,
        };
        if !may_start {
            return Err(Refusal::CannotStart);
        }
        if !self.joined.contains(who) {
            return Err(Refusal::SpecialistNotJoined);
        }
        if !self.plan.roster.is_quorum_in(&self.joined) {
            return Err(Refusal::NotReady);
        }
        Ok(vec![Change::Moved { to: Status::Started }])
    }

    fn pause(&self, who: &Participant) -> Decision {
        match self.status {
            Status::Started if self.joined.contains(who) => {
                Ok(vec![Change::Moved { to: Status::StartedAndPaused }])
            }
            Status::Started => Err(Refusal::SpecialistNotJoined),
            _ => Err(Refusal::WrongStatusChange),
        }
    }

    fn resume(&self, who: &Participant) -> Decision {
        match self.status {
            Status::StartedAndPaused if self.joined.contains(who) => {
                Ok(vec![Change::Moved { to: self.running_status() }])
            }
            Status::StartedAndPaused => Err(Refusal::SpecialistNotJoined),
            _ => Err(Refusal::WrongStatusChange),
        }
    }

    // A specialist need not be in: whoever lost the call must still be able to end it.
    fn finish(&self) -> Decision {
        if self.status.is_started() {
            Ok(vec![Change::Ended { to: Status::Finished, external: false }])
        } else {
            Err(Refusal::CannotFinish)
        }
    }

    fn cancel(&self, by: &Actor) -> Decision {
        let external = match by {
            Actor::Participant(_) => self.participant(by).map(|_| false)?,
            Actor::Booking => true,
            Actor::Clock => return Err(Refusal::NotAParticipant),
        };
        match self.status {
            Status::Pending | Status::OpenForJoining => {
                Ok(vec![Change::Ended { to: Status::CancelledBeforeStart, external }])
            }
            status if status.is_started() => {
                Ok(vec![Change::Ended { to: Status::CancelledAfterStart, external }])
            }
            _ => Err(Refusal::CannotCancel),
        }
    }

    fn restore(&self, now: OffsetDateTime) -> Decision {
        let Some(ending) = &self.ending else { return Err(Refusal::WrongStatusChange) };
        if !self.can_be_restored(now) {
            return Err(Refusal::RestoreTimedOut);
        }
        let to = match ending.from {
            Status::Started | Status::StartedAndWaiting => self.running_status(),
            from => from,
        };
        Ok(vec![Change::Restored { to }])
    }

    fn expire(&self, by: &Actor, now: OffsetDateTime) -> Decision {
        // Time ends a conference; nobody who takes part does so in its name.
        let is_participant = matches!(by, Actor::Participant(_));
        if is_participant || self.status.is_ended() || now < self.expires_at() {
            return Err(Refusal::WrongStatusChange);
        }
        let to = if self.status.is_started() { Status::Finished } else { Status::CancelledAfterStart };
        Ok(vec![Change::Ended { to, external: false }])
    }

    fn edit(&self, plan: Plan, by: &Actor) -> Decision {
        match by {
            Actor::Booking => {}
            Actor::Participant(_) => {
                self.specialist(by)?;
            }
            Actor::Clock => return Err(Refusal::NotAParticipant),
        }
        if self.status.is_ended() {
            return Err(Refusal::CannotEdit);
        }
        let taken_off = self.joined.iter().filter(|who| !plan.roster.contains(who)).cloned();
        let mut changes: Vec<_> = taken_off.map(|who| Change::Left { who }).collect();
        changes.push(Change::Edited { plan });
        Ok(self.with_consequence(changes))
    }
}
