//! A call as one of its people finds it in the log.

use super::place::entry;
use super::record::Snapshot;
use super::ringing::{Carrier, EventKind, PartyId, Place, Stage};
use crate::server::App;
use consilium_model::UserId;
use consilium_wire::home::calls::{CallOutcome, CallPerson, CallRow};
use time::{Duration, OffsetDateTime};

/// The row of a call in a user's log.
pub(crate) fn row(app: &App, call: &Snapshot, user: &UserId) -> CallRow {
    let now = app.clinic.clock().now();
    let party = call.party_of(user);
    CallRow {
        call: call.record.id.clone(),
        outgoing: call.is_made_by(user),
        title: call.record.title.clone(),
        people: people(call, user),
        at: call.record.planned_at.unwrap_or(call.record.created_at),
        outcome: outcome(call, user),
        seconds: party.map_or(0, |party| seconds(call, party, now)),
        entry: party
            .filter(|party| can_enter(app, call, user, *party))
            .map(|_| entry(app, &call.record, user)),
    }
}

fn people(call: &Snapshot, user: &UserId) -> Vec<CallPerson> {
    let others = call.people.iter().filter(|person| person.login() != Some(user));
    others.map(|person| CallPerson { user_id: person.who.id.clone(), name: person.name.clone() }).collect()
}

/// A call that goes on has a way back for everybody who was called and did not decline; a visit only for those who take
/// part in it.
fn can_enter(app: &App, call: &Snapshot, user: &UserId, party: PartyId) -> bool {
    let goes_on = matches!(call.ringing.stage(), Stage::Started { .. })
        && !matches!(call.ringing.place(party), Place::Declined { .. });
    let who = consilium_model::Participant::specialist(user.clone());
    let live = app.clinic.conference(&call.record.conference);
    goes_on && live.is_some_and(|live| live.view().conference.plan().roster.contains(&who))
}

fn outcome(call: &Snapshot, user: &UserId) -> CallOutcome {
    if call.is_made_by(user) { outgoing(call) } else { incoming(call, user) }
}

fn outgoing(call: &Snapshot) -> CallOutcome {
    let has_come = |party: PartyId| has(call, party, EventKind::Join);
    let is_held = call.parties().skip(1).any(|(party, _)| has_come(party));
    let rings = call.ringing.places().any(|(_, place)| place.rings());
    match call.ringing.stage() {
        Stage::Planned { .. } => CallOutcome::Planned,
        Stage::Started { .. } if rings && !is_held => CallOutcome::Ringing,
        Stage::Started { .. } => CallOutcome::Running,
        Stage::Ended { .. } if is_held => CallOutcome::Answered,
        Stage::Ended { cancelled: true } => CallOutcome::Cancelled,
        Stage::Ended { cancelled: false } => CallOutcome::NoAnswer,
    }
}

fn incoming(call: &Snapshot, user: &UserId) -> CallOutcome {
    let place = call.party_of(user).map_or(Place::Never, |party| call.ringing.place(party));
    let goes_on = matches!(call.ringing.stage(), Stage::Started { .. });
    match (place, call.ringing.stage()) {
        (Place::In | Place::Out, Stage::Ended { .. }) => CallOutcome::Answered,
        (_, Stage::Planned { .. }) => CallOutcome::Planned,
        (Place::Rings { .. }, _) => CallOutcome::Ringing,
        (Place::Declined { .. }, _) => CallOutcome::Declined,
        (Place::Missed(_), _) => CallOutcome::Missed,
        (Place::Never, _) => CallOutcome::Cancelled,
        // Who has left one that goes on may come back, unless it was a visit into which they were asked.
        (Place::Out, _) if call.ringing.carrier() == Carrier::Visit => CallOutcome::Answered,
        _ if goes_on => CallOutcome::Running,
        _ => CallOutcome::Unknown,
    }
}

fn has(call: &Snapshot, party: PartyId, kind: EventKind) -> bool {
    call.events.iter().any(|event| event.party == party && event.kind == kind)
}

/// For how long somebody was in it.
fn seconds(call: &Snapshot, party: PartyId, now: OffsetDateTime) -> u32 {
    let (mut since, mut sum) = (None, Duration::ZERO);
    for event in call.events.iter().filter(|event| event.party == party) {
        match (event.kind, since) {
            (EventKind::Join, None) => since = Some(event.at),
            (EventKind::Leave, Some(at)) => {
                sum += event.at - at;
                since = None;
            }
            _ => {}
        }
    }
    sum += since.map_or(Duration::ZERO, |at| now - at);
    u32::try_from(sum.whole_seconds().max(0)).unwrap_or(u32::MAX)
}
