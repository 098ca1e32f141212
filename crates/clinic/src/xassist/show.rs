//! A call as the protocol shows it.

use super::link::{self, Holder};
use super::people;
use super::refused::Refused;
use crate::calls::ringing::{EventKind, PartyId};
use crate::calls::{self, CallStatus, LoggedEvent, Person, Snapshot};
use crate::server::App;
use consilium_model::UserId;
use consilium_wire::xassist::{self as wire, CallEvent, CallEventType, CallLog, CallLogContact};
use std::collections::HashMap;
use time::format_description::well_known::Rfc3339;

/// So many numbers of contacts has a call: more than there can be people in it.
const CONTACTS: u64 = 1000;

/// The call, for somebody who may see it.
pub(super) async fn call_log(app: &App, call: &Snapshot, asker: &UserId) -> Result<CallLog, Refused> {
    let users = call.people.iter().filter_map(|person| person.login().cloned()).collect();
    let numbers = people::numbers(app, users).await?;
    let shown = Shown { app, call, numbers, with_addresses: call.is_callers(asker) };
    let record = &call.record;
    let goes_on = call.status() != CallStatus::Ended;
    let open = record.anonymous && goes_on;
    let planned =
        record.planned_at.map(|at| at.format(&Rfc3339).expect("times of calls have a year of four digits"));
    Ok(CallLog {
        id: call.number,
        call_id: record.id.0.clone(),
        call_title: record.title.clone(),
        call_type: match record.kind {
            calls::CallType::Mesh => wire::CallType::Mesh,
            calls::CallType::Sfu => wire::CallType::Sfu,
        },
        call_reason: match record.reason {
            calls::CallReason::Standard => wire::CallReason::Standard,
            calls::CallReason::ServiceRequest => wire::CallReason::ServiceRequest,
        },
        anonymous_join_allow: record.anonymous,
        call_status: match call.status() {
            CallStatus::Planned => wire::CallStatus::Planned,
            CallStatus::Started => wire::CallStatus::Started,
            CallStatus::Ended => wire::CallStatus::Ended,
        },
        creator_contact: shown.contact(PartyId::CREATOR),
        invited_contacts: call.invited().map(|(party, _)| shown.contact(party)).collect(),
        call_events: call.events.iter().map(|event| shown.event(event)).collect(),
        planned_date_time: planned,
        join_link: goes_on.then(|| link::of_user(app, call, asker)).flatten(),
        anonymous_join_link: open.then(|| link::into_call(app, &record.id, Holder::Anybody)).flatten(),
    })
}

struct Shown<'a> {
    app: &'a App,
    call: &'a Snapshot,
    numbers: HashMap<UserId, u64>,
    /// Whoever has called gave the addresses and numbers of people outside, for the clinic and nobody else.
    with_addresses: bool,
}

impl Shown<'_> {
    fn contact(&self, party: PartyId) -> CallLogContact {
        let person = self.call.person(party);
        let contact = match person.login() {
            Some(user) => {
                let number = self.numbers.get(user).copied();
                people::contact(self.app, user.clone(), person.name.clone(), number)
            }
            None => self.outsider(person),
        };
        CallLogContact { id: Some(self.call.number * CONTACTS + u64::from(party.0)), ..contact }
    }

    fn event(&self, event: &LoggedEvent) -> CallEvent {
        let kind = match event.kind {
            EventKind::Created => CallEventType::Created,
            EventKind::Join => CallEventType::Join,
            EventKind::Leave => CallEventType::Leave,
            EventKind::Declined => CallEventType::Declined,
            EventKind::Missed => CallEventType::Missed,
            EventKind::Ended => CallEventType::Ended,
        };
        CallEvent { id: event.id, kind, contact: self.contact(event.party) }
    }

    fn outsider(&self, person: &Person) -> CallLogContact {
        CallLogContact {
            id: None,
            display_name: Some(person.name.clone()),
            domain: None,
            email: person.email.clone().filter(|_| self.with_addresses),
            phone_number: person.phone.clone().filter(|_| self.with_addresses),
            user_db_id: None,
            user_id: None,
        }
    }
}
