//! Where to find a conference: by id, by token, by participant, by appointment.

use super::live::View;
use super::{Live, Ticket};
use crate::keys::{Digest, Keys, digest};
use crate::store::ConferenceRecord;
use consilium_model::{ConferenceId, Participant, Role};
use std::collections::HashMap;
use std::sync::Arc;

/// The ways to a conference.
#[derive(Default)]
pub(super) struct Index {
    conferences: HashMap<ConferenceId, Arc<Live>>,
    /// Those that have not ended, for whoever has to look at all of them.
    ongoing: HashMap<ConferenceId, Arc<Live>>,
    access: HashMap<Digest, Ticket>,
    rooms: HashMap<Digest, Ticket>,
    /// By names of the vendors' protocols.
    doors: HashMap<Digest, Ticket>,
    /// By the lists of the vendors' protocols.
    calendars: HashMap<String, Vec<Arc<Live>>>,
    participants: HashMap<Participant, Vec<Arc<Live>>>,
    /// The latest one of each appointment.
    appointments: HashMap<String, Arc<Live>>,
}

impl Index {
    pub(super) fn add(&mut self, live: &Arc<Live>, keys: &Keys) {
        self.conferences.insert(live.id().clone(), Arc::clone(live));
        live.participants().iter().for_each(|who| self.link(live, who, keys));
        let record = live.record();
        self.open_doors(live, &record);
        if let Some(calendar) = record.face.calendar() {
            self.calendars.entry(calendar).or_default().push(Arc::clone(live));
        }
        let newest = self.appointments.entry(record.info.appointment_id.clone());
        let newest = newest.or_insert_with(|| Arc::clone(live));
        if newest.record().created_at <= record.created_at {
            *newest = Arc::clone(live);
        }
        self.settle(live);
    }

    /// After an edit: whoever takes part now has links, nobody else.
    pub(super) fn edited(&mut self, live: &Arc<Live>, before: &View, after: &View, keys: &Keys) {
        before.participants_beyond(after).for_each(|who| self.unlink(live, &who, keys));
        after.participants_beyond(before).for_each(|who| self.link(live, &who, keys));
        for (name, _) in before.record.face.doors() {
            self.doors.remove(&digest(&name));
        }
        self.open_doors(live, &after.record);
    }

    fn open_doors(&mut self, live: &Arc<Live>, record: &ConferenceRecord) {
        for (name, who) in record.face.doors() {
            self.doors.insert(digest(&name), Ticket { live: Arc::clone(live), who });
        }
    }

    /// After a change: whether it is one of the ongoing ones. What it looks at is newer than any change that it
    /// may be called for, so the order of the calls does not matter.
    pub(super) fn settle(&mut self, live: &Arc<Live>) {
        if live.status().is_ended() {
            self.ongoing.remove(live.id());
        } else if !self.ongoing.contains_key(live.id()) {
            self.ongoing.insert(live.id().clone(), Arc::clone(live));
        }
    }

    fn link(&mut self, live: &Arc<Live>, who: &Participant, keys: &Keys) {
        self.participants.entry(who.clone()).or_default().push(Arc::clone(live));
        let ticket = Ticket { live: Arc::clone(live), who: who.clone() };
        let (access, room) = tokens(live, who, keys);
        self.rooms.insert(room, ticket.clone());
        self.access.insert(access, ticket);
    }

    fn unlink(&mut self, live: &Arc<Live>, who: &Participant, keys: &Keys) {
        if let Some(theirs) = self.participants.get_mut(who) {
            theirs.retain(|other| other.id() != live.id());
            if theirs.is_empty() {
                self.participants.remove(who);
            }
        }
        let (access, room) = tokens(live, who, keys);
        self.rooms.remove(&room);
        self.access.remove(&access);
    }

    pub(super) fn by_access_token(&self, token: &str) -> Option<Ticket> {
        self.access.get(&digest(token)).cloned()
    }

    pub(super) fn by_conference_token(&self, token: &str) -> Option<Ticket> {
        self.rooms.get(&digest(token)).cloned()
    }

    pub(super) fn by_door(&self, name: &str) -> Option<Ticket> {
        self.doors.get(&digest(name)).cloned()
    }

    pub(super) fn on_calendar(&self, calendar: &str) -> Vec<Arc<Live>> {
        self.calendars.get(calendar).cloned().unwrap_or_default()
    }

    pub(super) fn by_appointment(&self, appointment: &str) -> Option<Arc<Live>> {
        self.appointments.get(appointment).cloned()
    }

    pub(super) fn conference(&self, id: &ConferenceId) -> Option<Arc<Live>> {
        self.conferences.get(id).cloned()
    }

    pub(super) fn of(&self, who: &Participant) -> Vec<Arc<Live>> {
        self.participants.get(who).cloned().unwrap_or_default()
    }

    /// Whether one of theirs `is` like this.
    pub(super) fn any_of(&self, who: &Participant, is: impl Fn(&Live) -> bool) -> bool {
        self.participants.get(who).is_some_and(|theirs| theirs.iter().any(|live| is(live)))
    }

    pub(super) fn newest_of(&self, who: &Participant) -> Option<Arc<Live>> {
        let theirs = self.participants.get(who)?.iter();
        theirs.max_by_key(|live| live.record().created_at).cloned()
    }

    pub(super) fn specialists(&self) -> Vec<Participant> {
        self.participants.keys().filter(|who| who.role == Role::Specialist).cloned().collect()
    }

    /// Those that have ended and are `wanted`.
    pub(super) fn ended(&self, wanted: impl Fn(&Live) -> bool) -> Vec<Arc<Live>> {
        let ended = self.conferences.values().filter(|live| !self.ongoing.contains_key(live.id()));
        ended.filter(|live| wanted(live)).cloned().collect()
    }

    /// Whether one that has not ended `is` like this.
    pub(super) fn any_ongoing(&self, is: impl Fn(&Live) -> bool) -> bool {
        self.ongoing.values().any(|live| is(live))
    }

    /// Those that have not ended and are `wanted`.
    pub(super) fn ongoing(&self, wanted: impl Fn(&Live) -> bool) -> Vec<Arc<Live>> {
        self.ongoing.values().filter(|live| wanted(live)).cloned().collect()
    }
}

/// The digests of the access token and of the conference token.
fn tokens(live: &Live, who: &Participant, keys: &Keys) -> (Digest, Digest) {
    let (access, room) = (keys.access_token(live.id(), who), keys.conference_token(live.id(), who));
    (digest(access.expose()), digest(room.expose()))
}
