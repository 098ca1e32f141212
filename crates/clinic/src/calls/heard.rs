//! What a specialist's event socket tells of calls. It compares what it has told with what holds, so that it misses no end
//! of a ringing, however slow it is, and rings once for a call.

use super::record::{Person, Snapshot};
use super::ringing::{Miss, PartyId, Place, Stage};
use crate::keys::Digest;
use consilium_model::UserId;
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallId, CallPerson, Callee, CalleeState, RingEnd};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use time::OffsetDateTime;

/// What a socket has told of calls.
pub(crate) struct Told {
    user: UserId,
    /// The sign-in of the socket.
    session: Digest,
    rings: HashSet<CallId>,
    calling: HashMap<CallId, Vec<Callee>>,
    missed: u32,
}

impl Told {
    /// Nothing yet; nothing missed need not be told.
    pub(crate) fn new(user: UserId, session: Digest) -> Self {
        Self { user, session, rings: HashSet::new(), calling: HashMap::new(), missed: 0 }
    }

    /// What there is to tell, when these are the user's calls now, and so many were missed.
    pub(crate) fn news(&mut self, calls: &[Arc<Snapshot>], missed: u32, now: OffsetDateTime) -> Vec<Event> {
        let mut news = self.over(calls);
        for call in calls {
            news.extend(self.ringing(call, now));
            news.extend(self.calling(call));
        }
        let is_there = |id: &CallId| calls.iter().any(|call| call.record.id == *id);
        self.calling.retain(|id, _| is_there(id));
        if std::mem::replace(&mut self.missed, missed) != missed {
            news.push(Event::Missed { count: missed });
        }
        news
    }

    fn over(&mut self, calls: &[Arc<Snapshot>]) -> Vec<Event> {
        let holds: HashMap<_, _> = calls.iter().map(|call| (&call.record.id, call)).collect();
        let rings =
            |id: &CallId| holds.get(id).is_some_and(|call| self.place_in(call).is_some_and(Place::rings));
        let over: Vec<_> = self.rings.iter().filter(|id| !rings(id)).cloned().collect();
        let mut news = Vec::new();
        for call in over {
            let why = holds.get(&call).map_or(Some(RingEnd::Cancelled), |holds| self.why(holds));
            self.rings.remove(&call);
            news.extend(why.map(|why| Event::RingOver { call, why }));
        }
        news
    }

    fn place_in(&self, call: &Snapshot) -> Option<Place> {
        call.party_of(&self.user).map(|party| call.ringing.place(party))
    }

    /// Why it does not ring any more; nothing when it was this device that has answered.
    fn why(&self, call: &Snapshot) -> Option<RingEnd> {
        let party = call.party_of(&self.user)?;
        let by_this = call.hands.get(&party) == Some(&self.session);
        match call.ringing.place(party) {
            Place::Answers { .. } | Place::In | Place::Out => {
                (!by_this).then_some(RingEnd::AnsweredElsewhere)
            }
            Place::Declined { .. } => (!by_this).then_some(RingEnd::DeclinedElsewhere),
            Place::Missed(Miss::Cancelled) => Some(RingEnd::Cancelled),
            Place::Missed(Miss::TimedOut | Miss::Undisturbed) => Some(RingEnd::Missed),
            Place::Calls | Place::Later(_) | Place::Told | Place::Rings { .. } | Place::Never => {
                Some(RingEnd::Cancelled)
            }
        }
    }

    fn ringing(&mut self, call: &Snapshot, now: OffsetDateTime) -> Option<Event> {
        let party = call.party_of(&self.user)?;
        let Place::Rings { until } = call.ringing.place(party) else { return None };
        let is_new = self.rings.insert(call.record.id.clone());
        is_new.then(|| ringing(call, party, until - now))
    }

    fn calling(&mut self, call: &Snapshot) -> Option<Event> {
        let id = &call.record.id;
        let is_told = match call.ringing.stage() {
            Stage::Planned { .. } => false,
            Stage::Started { .. } => true,
            Stage::Ended { .. } => self.calling.contains_key(id),
        };
        if !is_told || !call.is_callers(&self.user) {
            return None;
        }
        let people: Vec<Callee> =
            call.parties().skip(1).map(|(party, one)| callee(call, party, one)).collect();
        let is_new = self.calling.insert(id.clone(), people.clone()).as_ref() != Some(&people);
        let (call, visit) = (id.clone(), call.record.conference.clone());
        is_new.then_some(Event::Calling { call, visit, people })
    }
}

fn ringing(call: &Snapshot, party: PartyId, left: time::Duration) -> Event {
    let from = caller(call, party);
    let others = call.parties().filter(|(other, _)| {
        let place = call.ringing.place(*other);
        *other != party && *other != from && is_with_it(place)
    });
    Event::Ringing {
        call: call.record.id.clone(),
        from: person(call.person(from)),
        title: call.record.title.clone(),
        others: u32::try_from(others.count()).unwrap_or(u32::MAX),
        into_visit: call.ringing.carrier() == super::ringing::Carrier::Visit,
        seconds: u32::try_from(left.whole_milliseconds().max(0) / 1000).unwrap_or(u32::MAX).max(1),
    }
}

/// Who calls, as this one hears it: whoever a broker calls for hears who has answered.
fn caller(call: &Snapshot, party: PartyId) -> PartyId {
    if party != PartyId::CREATOR {
        return PartyId::CREATOR;
    }
    let is_there = |place| matches!(place, Place::In | Place::Answers { .. });
    let mut others = call.parties().skip(1).map(|(other, _)| other);
    let first = PartyId(1);
    others.find(|other| is_there(call.ringing.place(*other))).unwrap_or(first)
}

const fn is_with_it(place: Place) -> bool {
    match place {
        Place::Calls
        | Place::Later(_)
        | Place::Told
        | Place::Rings { .. }
        | Place::Answers { .. }
        | Place::In => true,
        Place::Out | Place::Declined { .. } | Place::Missed(_) | Place::Never => false,
    }
}

fn person(person: &Person) -> CallPerson {
    CallPerson { user_id: person.who.id.clone(), name: person.name.clone() }
}

fn callee(call: &Snapshot, party: PartyId, person: &Person) -> Callee {
    let state = match call.ringing.place(party) {
        Place::Calls | Place::Later(_) | Place::Told => CalleeState::Told,
        Place::Rings { .. } => CalleeState::Ringing,
        Place::Answers { .. } => CalleeState::Answered,
        Place::In => CalleeState::Joined,
        Place::Out => CalleeState::Left,
        Place::Declined { busy: false } => CalleeState::Declined,
        Place::Declined { busy: true } => CalleeState::Busy,
        Place::Missed(Miss::Undisturbed) => CalleeState::Undisturbed,
        Place::Missed(Miss::TimedOut | Miss::Cancelled) | Place::Never => CalleeState::Missed,
    };
    Callee { user_id: person.login().cloned(), name: person.name.clone(), state }
}
