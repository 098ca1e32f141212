//! The reference: who has a place in the lobby and since when, by the second.

use super::GRACE;
use consilium_model::{Participant, PeerId};
use std::collections::HashMap;

/// For so long a denial holds.
const DENIAL: i64 = 60;
/// After so long every knock has been heard, however often one has knocked before.
pub(super) const HEARD_AFTER: i64 = 30;

/// What a hello is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Welcome,
    Lobby,
    Denied,
    Ended,
    NotJoined,
}

/// A place in the lobby.
pub(super) struct Place {
    /// As the participant was told.
    pub(super) id: Option<PeerId>,
    pub(super) knocked_at: Option<i64>,
    /// Seconds without a socket.
    gone_for: Option<i64>,
    /// Let in, and the conference has not answered.
    is_joining: bool,
    /// Let in without a socket.
    is_let_in: bool,
}

/// Everyone's place.
#[derive(Default)]
pub(super) struct Naive {
    pub(super) now: i64,
    pub(super) places: HashMap<Participant, Place>,
    denied_at: HashMap<Participant, i64>,
}

impl Naive {
    pub(super) fn hello(
        &mut self,
        who: &Participant,
        is_free: bool,
        is_joined: bool,
        is_ended: bool,
    ) -> Answer {
        if is_ended {
            return Answer::Ended;
        }
        if is_joined {
            self.places.remove(who);
            return Answer::Welcome;
        }
        if is_free {
            return Answer::NotJoined;
        }
        if let Some(place) = self.places.get_mut(who) {
            place.gone_for = None;
            place.is_joining |= place.is_let_in;
            return Answer::Lobby;
        }
        if self.denied_at.get(who).is_some_and(|at| self.now - at < DENIAL) {
            return Answer::Denied;
        }
        let place = Place { id: None, knocked_at: None, gone_for: None, is_joining: false, is_let_in: false };
        self.places.insert(who.clone(), place);
        Answer::Lobby
    }

    pub(super) fn knock(&mut self, who: &Participant) {
        let now = self.now;
        if let Some(place) = self.places.get_mut(who) {
            place.knocked_at.get_or_insert(now);
        }
    }

    /// Somebody inside lets in one who was heard.
    pub(super) fn admit(&mut self, who: &Participant) {
        let place = self.places.get_mut(who).expect("it waits");
        place.is_let_in = true;
        place.is_joining = place.gone_for.is_none();
    }

    /// The conference has taken it in, or not.
    pub(super) fn settle(&mut self, who: &Participant, is_taken_in: bool, is_ended: bool) {
        let now = self.now;
        let Some(place) = self.places.get_mut(who).filter(|place| place.is_joining) else { return };
        if is_taken_in || is_ended || place.gone_for.is_some_and(|seconds| seconds >= GRACE) {
            self.places.remove(who);
        } else {
            (place.is_joining, place.is_let_in, place.knocked_at) = (false, false, Some(now));
        }
    }

    pub(super) fn deny(&mut self, who: &Participant) {
        self.places.remove(who);
        self.denied_at.insert(who.clone(), self.now);
    }

    /// Whoever does not take part does not wait.
    pub(super) fn take_off(&mut self, who: &Participant) {
        self.places.remove(who);
    }

    pub(super) fn lose(&mut self, who: &Participant) {
        if let Some(place) = self.places.get_mut(who) {
            place.gone_for = Some(0);
        }
    }

    pub(super) fn bye(&mut self, who: &Participant) {
        match self.places.get_mut(who) {
            Some(place) if place.is_joining => place.gone_for = Some(GRACE),
            _ => drop(self.places.remove(who)),
        }
    }

    /// Nobody waits for a conference that is over.
    pub(super) fn end(&mut self) {
        self.denied_at.clear();
        self.places.retain(|_, place| {
            place.gone_for = Some(GRACE);
            place.is_joining
        });
    }

    pub(super) fn pass_a_second(&mut self) {
        self.now += 1;
        self.places.retain(|_, place| {
            place.gone_for.iter_mut().for_each(|seconds| *seconds += 1);
            place.is_joining || place.gone_for.is_none_or(|seconds| seconds < GRACE)
        });
    }

    /// Whether those inside must have heard of it by now.
    pub(super) fn must_be_heard(&self, place: &Place) -> bool {
        !place.is_let_in && place.knocked_at.is_some_and(|at| self.now - at > HEARD_AFTER)
    }

    /// Whether those inside may have heard of it.
    pub(super) fn may_be_heard(&self, who: &Participant) -> bool {
        self.places.get(who).is_some_and(|place| !place.is_let_in && place.knocked_at.is_some())
    }
}
