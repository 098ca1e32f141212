//! The reference machine: `medme.md` once more, with plain flags, one second after the other.
//!
//! There are no transitions here: the status is read off the flags. It is slow, and meant to be obviously right.

use crate::day::at;
use consilium_model::{Actor, Command, Durations, Gap, GapReason, Participant, Plan, Refusal, Role, Status};
use std::collections::BTreeSet;
use std::time::Duration;

const THREE_MINUTES: i64 = 180;
const ONE_HOUR: i64 = 3600;
const ONE_DAY: i64 = 24 * 3600;

type Answer = Result<(), Refusal>;

/// How it was over.
struct Over {
    at: i64,
    as_status: Status,
    by_booking: bool,
}

/// A conference, as flags. Times are seconds of the day.
pub(crate) struct Machine {
    now: i64,
    plan: Plan,
    was_opened: bool,
    is_paused: bool,
    started_at: Option<i64>,
    over: Option<Over>,
    restored_at: Option<i64>,
    inside: Vec<Participant>,
    /// Clients who have been inside since the start.
    seen: Vec<Participant>,
    net: u64,
    dirty: u64,
    real: u64,
    both: u64,
    /// Seconds of pauses, as they were when something last happened.
    noted_pauses: i64,
    /// Runs of gap seconds: the first, the one after the last, and why.
    gaps: Vec<(i64, i64, GapReason)>,
    /// Seconds since the end.
    over_seconds: Vec<i64>,
}

impl Machine {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            now: 0,
            plan: plan.clone(),
            was_opened: false,
            is_paused: false,
            started_at: None,
            over: None,
            restored_at: None,
            inside: Vec::new(),
            seen: Vec::new(),
            net: 0,
            dirty: 0,
            real: 0,
            both: 0,
            noted_pauses: 0,
            gaps: Vec::new(),
            over_seconds: Vec::new(),
        }
    }

    /// Lets so many seconds pass, one by one.
    pub(crate) fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.count_this_second();
            self.now += 1;
        }
    }

    fn count_this_second(&mut self) {
        if self.started_at.is_none() {
            return;
        }
        if self.over.is_some() {
            self.over_seconds.push(self.now);
            return;
        }
        self.dirty += 1;
        self.real += u64::from(!self.inside.is_empty());
        self.net += u64::from(!self.is_paused);
        match self.gap_now() {
            None => self.both += 1,
            Some(reason) => self.add_gap_second(self.now, reason),
        }
    }

    /// Why they cannot talk in this second of a started conference.
    fn gap_now(&self) -> Option<GapReason> {
        let client = self.inside.iter().any(|who| who.role == Role::Client);
        let specialist = self.inside.iter().any(|who| who.role == Role::Specialist);
        match (self.is_paused, client && specialist) {
            (true, _) => Some(GapReason::Paused),
            (false, false) => Some(GapReason::Absent),
            (false, true) => None,
        }
    }

    fn add_gap_second(&mut self, second: i64, why: GapReason) {
        match self.gaps.last_mut() {
            Some((_, end, reason)) if *end == second && *reason == why => *end += 1,
            _ => self.gaps.push((second, second + 1, why)),
        }
    }

    // The rules.

    /// Answers a command, now.
    pub(crate) fn ask(&mut self, command: &Command, by: &Actor) -> Answer {
        match command {
            Command::Open => self.open(by),
            Command::Join => self.join(by),
            Command::Leave => self.leave(by),
            Command::Start => self.start(by),
            Command::Pause => self.pause(by),
            Command::Resume => self.resume(by),
            Command::Finish => self.finish(by),
            Command::Cancel => self.cancel(by),
            Command::Restore => self.restore(by),
            Command::Expire => self.expire(by),
            Command::Edit(plan) => self.edit(plan, by),
        }?;
        self.start_if_everyone_is_in();
        self.noted_pauses = (self.dirty - self.net) as i64;
        Ok(())
    }

    fn open(&mut self, by: &Actor) -> Answer {
        self.must_be_specialist(by)?;
        let window = seconds(self.plan.opening_window);
        let too_early = window > 0 && self.now < self.planned_start() - window;
        if self.status() != Status::Pending || too_early {
            return Err(Refusal::CannotOpen);
        }
        self.was_opened = true;
        Ok(())
    }

    fn join(&mut self, by: &Actor) -> Answer {
        let who = self.must_be_planned(by)?;
        let is_shut = !self.was_opened && !self.plan.is_open && self.started_at.is_none();
        if self.over.is_some() || is_shut {
            return Err(Refusal::CannotJoin);
        }
        if self.inside.contains(&who) {
            return Err(Refusal::AlreadyJoined);
        }
        self.inside.push(who.clone());
        if self.started_at.is_some() && who.role == Role::Client {
            self.seen.push(who);
        }
        Ok(())
    }

    fn leave(&mut self, by: &Actor) -> Answer {
        let who = self.must_be_planned(by)?;
        let place = self.inside.iter().position(|one| *one == who).ok_or(Refusal::NotJoined)?;
        self.inside.remove(place);
        Ok(())
    }

    fn start(&mut self, by: &Actor) -> Answer {
        let who = self.must_be_specialist(by)?;
        let may_be_joined = self.was_opened || self.plan.is_open;
        if self.over.is_some() || self.started_at.is_some() || !may_be_joined {
            return Err(Refusal::CannotStart);
        }
        if !self.inside.contains(&who) {
            return Err(Refusal::SpecialistNotJoined);
        }
        let clients_inside = self.planned_clients().into_iter().filter(|one| self.inside.contains(one));
        let no_client = !self.plan.roster.clients.is_empty() && clients_inside.count() == 0;
        if no_client || self.is_a_specialist_missing() {
            return Err(Refusal::NotReady);
        }
        self.begin();
        Ok(())
    }

    fn pause(&mut self, by: &Actor) -> Answer {
        let who = self.must_be_specialist(by)?;
        match self.status() {
            Status::Started if self.inside.contains(&who) => self.is_paused = true,
            Status::Started => return Err(Refusal::SpecialistNotJoined),
            _ => return Err(Refusal::WrongStatusChange),
        }
        Ok(())
    }

    fn resume(&mut self, by: &Actor) -> Answer {
        let who = self.must_be_specialist(by)?;
        match self.status() {
            Status::StartedAndPaused if self.inside.contains(&who) => self.is_paused = false,
            Status::StartedAndPaused => return Err(Refusal::SpecialistNotJoined),
            _ => return Err(Refusal::WrongStatusChange),
        }
        Ok(())
    }

    fn finish(&mut self, by: &Actor) -> Answer {
        self.must_be_specialist(by)?;
        if self.over.is_some() || self.started_at.is_none() {
            return Err(Refusal::CannotFinish);
        }
        self.end(Status::Finished, false);
        Ok(())
    }

    fn cancel(&mut self, by: &Actor) -> Answer {
        if *by != Actor::Booking {
            self.must_be_planned(by)?;
        }
        if self.over.is_some() {
            return Err(Refusal::CannotCancel);
        }
        let before_start = self.started_at.is_none();
        let how = if before_start { Status::CancelledBeforeStart } else { Status::CancelledAfterStart };
        self.end(how, *by == Actor::Booking);
        Ok(())
    }

    fn restore(&mut self, by: &Actor) -> Answer {
        self.must_be_specialist(by)?;
        if self.over.is_none() {
            return Err(Refusal::WrongStatusChange);
        }
        if !self.can_be_restored() {
            return Err(Refusal::RestoreTimedOut);
        }
        self.over = None;
        self.restored_at = Some(self.now);
        for second in std::mem::take(&mut self.over_seconds) {
            self.add_gap_second(second, GapReason::Ended);
        }
        Ok(())
    }

    fn expire(&mut self, by: &Actor) -> Answer {
        let is_a_person = matches!(by, Actor::Participant(_));
        if is_a_person || self.over.is_some() || self.now < self.expires_at() {
            return Err(Refusal::WrongStatusChange);
        }
        let never_started = self.started_at.is_none();
        self.end(if never_started { Status::CancelledAfterStart } else { Status::Finished }, false);
        Ok(())
    }

    fn edit(&mut self, plan: &Plan, by: &Actor) -> Answer {
        if *by != Actor::Booking {
            self.must_be_specialist(by)?;
        }
        let planned: Vec<_> = plan.roster.participants().collect();
        if self.over.is_some() {
            return Err(Refusal::CannotEdit);
        }
        self.plan = plan.clone();
        self.inside.retain(|who| planned.contains(who));
        self.seen.retain(|who| planned.contains(who));
        Ok(())
    }

    // What the rules speak of.

    fn must_be_planned(&self, by: &Actor) -> Result<Participant, Refusal> {
        let Actor::Participant(who) = by else { return Err(Refusal::NotAParticipant) };
        let planned = self.plan.roster.participants().any(|one| one == *who);
        if planned { Ok(who.clone()) } else { Err(Refusal::NotAParticipant) }
    }

    fn must_be_specialist(&self, by: &Actor) -> Result<Participant, Refusal> {
        let who = self.must_be_planned(by)?;
        if who.role == Role::Client { Err(Refusal::NotASpecialist) } else { Ok(who) }
    }

    fn planned_clients(&self) -> Vec<Participant> {
        self.plan.roster.clients.iter().cloned().map(Participant::client).collect()
    }

    /// A required specialist is out; or, when no one is required, every specialist.
    fn is_a_specialist_missing(&self) -> bool {
        let (mut required_out, mut any_required, mut any_inside) = (false, false, false);
        for one in &self.plan.roster.specialists {
            let inside = self.inside.contains(&Participant::specialist(one.id.clone()));
            any_inside |= inside;
            any_required |= one.required;
            required_out |= one.required && !inside;
        }
        let nobody_of_several = !any_inside && !self.plan.roster.specialists.is_empty();
        if any_required { required_out } else { nobody_of_several }
    }

    fn is_anyone_missing(&self) -> bool {
        let a_client_left = self.seen.iter().any(|who| !self.inside.contains(who));
        self.inside.is_empty() || a_client_left || self.is_a_specialist_missing()
    }

    fn start_if_everyone_is_in(&mut self) {
        let waits = self.over.is_none() && self.started_at.is_none() && !self.inside.is_empty();
        let all_clients = self.planned_clients().iter().all(|who| self.inside.contains(who));
        if waits && all_clients && !self.is_a_specialist_missing() {
            self.begin();
        }
    }

    fn begin(&mut self) {
        self.started_at = Some(self.now);
        self.seen = self.inside.iter().filter(|who| who.role == Role::Client).cloned().collect();
    }

    fn end(&mut self, as_status: Status, by_booking: bool) {
        self.over = Some(Over { at: self.now, as_status, by_booking });
    }

    fn planned_start(&self) -> i64 {
        (self.plan.scheduled_start - at(0)).whole_seconds()
    }

    // What can be asked.

    pub(crate) const fn now(&self) -> i64 {
        self.now
    }

    pub(crate) fn status(&self) -> Status {
        if let Some(over) = &self.over {
            return over.as_status;
        }
        if self.started_at.is_some() {
            return match () {
                () if self.is_paused => Status::StartedAndPaused,
                () if self.is_anyone_missing() => Status::StartedAndWaiting,
                () => Status::Started,
            };
        }
        if self.was_opened { Status::OpenForJoining } else { Status::Pending }
    }

    pub(crate) fn inside(&self) -> BTreeSet<Participant> {
        self.inside.iter().cloned().collect()
    }

    pub(crate) const fn durations(&self) -> Durations {
        Durations {
            net: Duration::from_secs(self.net),
            dirty: Duration::from_secs(self.dirty),
            real: Duration::from_secs(self.real),
            both_present: Duration::from_secs(self.both),
        }
    }

    pub(crate) fn gaps(&self) -> Vec<Gap> {
        let goes_on = self.over.is_none() && self.started_at.is_some();
        let lasting = self.gap_now().filter(|_| goes_on);
        let one = |&(from, to, reason): &(i64, i64, GapReason)| {
            let lasts = to == self.now && lasting == Some(reason);
            Gap { from: at(from), to: (!lasts).then(|| at(to)), reason }
        };
        self.gaps.iter().map(one).collect()
    }

    pub(crate) const fn started_at(&self) -> Option<i64> {
        self.started_at
    }

    pub(crate) fn ended_at(&self) -> Option<i64> {
        self.over.as_ref().map(|over| over.at)
    }

    pub(crate) fn expected_end(&self) -> i64 {
        let length = seconds(self.plan.scheduled_duration);
        match (self.ended_at(), self.started_at) {
            (Some(ended), _) => ended,
            (None, Some(_)) => self.now + length - self.net as i64,
            (None, None) => self.now.max(self.planned_start()) + length,
        }
    }

    pub(crate) fn expires_at(&self) -> i64 {
        let length = seconds(self.plan.scheduled_duration);
        let planned_end = self.planned_start() + length;
        let real_end = self.started_at.map_or(planned_end, |started| started + length + self.noted_pauses);
        let extra = match (self.inside.is_empty(), self.is_paused && self.over.is_none()) {
            (true, _) => 0,
            (false, true) => ONE_DAY,
            (false, false) => ONE_HOUR,
        };
        let due = planned_end.max(real_end) + extra;
        self.restored_at.map_or(due, |restored| due.max(restored + THREE_MINUTES))
    }

    pub(crate) fn can_be_restored(&self) -> bool {
        self.over.as_ref().is_some_and(|over| !over.by_booking && self.now - over.at <= THREE_MINUTES)
    }
}

fn seconds(duration: Duration) -> i64 {
    duration.as_secs() as i64
}
