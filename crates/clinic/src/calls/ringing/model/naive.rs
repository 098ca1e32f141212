//! The same rules, told by what has happened to each person: no states, only what was and when.

use super::super::{Carrier, OPEN, PartyId, RING, Way};
use time::OffsetDateTime;

/// What has happened to one person.
#[derive(Clone, Debug, Default)]
struct Past {
    way: Option<Way>,
    comes_by_itself: bool,
    called: Option<OffsetDateTime>,
    accepted: Option<OffsetDateTime>,
    declined: bool,
    missed: bool,
    /// It did not ring, because they were not to be disturbed.
    undisturbed: bool,
    /// When they took it all the same.
    late: Option<OffsetDateTime>,
    ins: u32,
    outs: u32,
}

impl Past {
    fn is_in(&self) -> bool {
        self.ins > self.outs
    }

    /// Whether they were called and nothing has come of it yet.
    fn is_open(&self) -> bool {
        self.called.is_some() && !self.declined && !self.missed && self.ins == 0
    }

    fn rings(&self) -> bool {
        self.is_open() && self.way == Some(Way::Ring) && self.accepted.is_none()
    }

    fn is_coming(&self) -> bool {
        self.late.is_some() || (self.is_open() && self.accepted.is_some())
    }

    fn is_told(&self) -> bool {
        self.is_open() && self.way == Some(Way::Tell) && self.accepted.is_none()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Naive {
    carrier: Carrier,
    by_broker: bool,
    planned: Option<OffsetDateTime>,
    started: Option<OffsetDateTime>,
    over: bool,
    people: Vec<Past>,
}

type Quiet<'a> = &'a dyn Fn(PartyId) -> bool;

impl Naive {
    pub(super) fn new(
        carrier: Carrier,
        invited: &[Way],
        planned: Option<OffsetDateTime>,
        by_broker: bool,
        now: OffsetDateTime,
        quiet: Quiet<'_>,
    ) -> Self {
        let is_called = by_broker || planned.is_some();
        let creator =
            Past { way: is_called.then_some(Way::Ring), comes_by_itself: !is_called, ..Past::default() };
        let invited = invited.iter().map(|way| Past { way: Some(*way), ..Past::default() });
        let people = std::iter::once(creator).chain(invited).collect();
        let mut naive = Self { carrier, by_broker, planned, started: None, over: false, people };
        if planned.is_none() {
            naive.begin(now, quiet);
        }
        naive
    }

    fn begin(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) {
        self.started = Some(now);
        for party in 0..self.people.len() {
            if !(party == 0 && self.by_broker) {
                self.call(party, now, quiet);
            }
        }
        self.check_broker(now, quiet);
        self.check_over(now);
    }

    fn call(&mut self, party: usize, now: OffsetDateTime, quiet: Quiet<'_>) {
        let id = PartyId(party as u32);
        let one = &mut self.people[party];
        if one.way.is_none() || one.called.is_some() || one.ins > 0 || one.missed {
            return;
        }
        one.called = Some(now);
        if one.way == Some(Way::Ring) && quiet(id) {
            (one.missed, one.undisturbed) = (true, true);
        }
    }

    /// Whoever a broker calls for is called once one of the invited has accepted, or is in.
    fn check_broker(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) {
        let has_answered = |one: &Past| one.way.is_some() && (one.is_in() || one.is_coming());
        let is_answered = self.people.iter().skip(1).any(has_answered);
        if self.by_broker && self.started.is_some() && is_answered && !self.over {
            self.call(0, now, quiet);
        }
    }

    /// Whether they may take it.
    pub(super) fn accept(&mut self, party: PartyId, now: OffsetDateTime, quiet: Quiet<'_>) -> bool {
        let has_company = self.carrier == Carrier::Own && self.people.iter().any(Past::is_in);
        let one = &mut self.people[party.0 as usize];
        if one.rings() || one.is_told() {
            one.accepted = Some(now);
            self.check_broker(now, quiet);
            return true;
        }
        // What has rung in vain is over; what did not ring may be found.
        let is_found = one.undisturbed && one.ins == 0 && one.late.is_none();
        let is_taken = is_found && has_company && self.started.is_some() && !self.over;
        if is_taken {
            one.late = Some(now);
            self.check_broker(now, quiet);
        }
        is_taken
    }

    pub(super) fn decline(&mut self, party: PartyId, now: OffsetDateTime) {
        let one = &mut self.people[party.0 as usize];
        if one.rings() || one.is_told() {
            one.declined = true;
            self.check_over(now);
        }
    }

    pub(super) fn cancel(&mut self) {
        if self.started.is_none() {
            self.finish();
            return;
        }
        let has_company = self.people.iter().skip(1).any(Past::is_in);
        self.miss_open();
        if !has_company {
            self.finish();
        } else {
            self.check_over(OffsetDateTime::UNIX_EPOCH);
        }
    }

    pub(super) fn come(&mut self, party: PartyId, now: OffsetDateTime, quiet: Quiet<'_>) {
        let is_the_visits = self.carrier == Carrier::Visit && party.0 == 0;
        let one = &mut self.people[party.0 as usize];
        if self.over || one.is_in() || is_the_visits {
            return;
        }
        one.ins += 1;
        one.late = None;
        self.check_broker(now, quiet);
    }

    pub(super) fn guest(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) {
        self.people.push(Past::default());
        self.come(PartyId(self.people.len() as u32 - 1), now, quiet);
    }

    pub(super) fn go(&mut self, party: PartyId, now: OffsetDateTime) {
        let one = &mut self.people[party.0 as usize];
        if !self.over && one.is_in() {
            one.outs += 1;
            if self.started.is_none() {
                // What was before its time is nothing.
                (one.ins, one.outs) = (0, 0);
            }
            self.check_over(now);
        }
    }

    pub(super) fn over(&mut self) {
        self.finish();
    }

    pub(super) fn tick(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) {
        match (self.started, self.planned) {
            _ if self.over => {}
            (None, Some(at)) if now > at + RING => {
                self.started = Some(at);
                for one in &mut self.people {
                    if one.way.is_some() && one.ins == 0 {
                        one.called = Some(at);
                        one.missed = true;
                    }
                }
                self.check_over(now);
            }
            (None, Some(at)) if now >= at => self.begin(now, quiet),
            (None, _) => {}
            (Some(_), _) => {
                for one in &mut self.people {
                    let since = one.accepted.or(one.called.filter(|_| one.rings()));
                    one.missed |= since.is_some_and(|since| one.is_open() && since + RING <= now);
                    one.late = one.late.filter(|late| *late + RING > now);
                }
                self.check_over(now);
            }
        }
    }

    fn miss_open(&mut self) {
        self.people.iter_mut().filter(|one| one.is_open()).for_each(|one| one.missed = true);
        self.people.iter_mut().for_each(|one| one.late = None);
    }

    fn finish(&mut self) {
        if !self.over {
            self.miss_open();
            self.people.iter_mut().for_each(|one| one.outs = one.ins);
            self.over = true;
        }
    }

    fn check_over(&mut self, now: OffsetDateTime) {
        let Some(started) = self.started else { return };
        let any = |is: fn(&Past) -> bool| self.people.iter().any(is);
        let nobody_in = !any(Past::is_in);
        let nobody_rings = !any(Past::rings) && !any(Past::is_coming);
        let caller_left = self.people[0].ins > 0 && !any(Past::is_coming);
        let nobody_ever = !any(|one| one.ins > 0);
        let wait = if any(Past::is_told) || self.people.len() == 1 { OPEN } else { RING };
        let may_come = nobody_ever && (any(Past::is_told) || self.people[0].comes_by_itself);
        let is_over = match self.carrier {
            Carrier::Visit => nobody_in && nobody_rings,
            Carrier::Own => {
                nobody_in && (caller_left || (nobody_rings && !(may_come && now < started + wait)))
            }
        };
        if is_over {
            self.finish();
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn rings(&self, party: PartyId, now: OffsetDateTime) -> bool {
        let one = &self.people[party.0 as usize];
        !self.over && one.rings() && one.called.is_some_and(|called| now < called + RING)
    }

    pub(super) fn is_in(&self, party: PartyId) -> bool {
        self.people[party.0 as usize].is_in()
    }

    pub(super) fn was_called(&self, party: PartyId) -> bool {
        self.people[party.0 as usize].called.is_some()
    }
}
