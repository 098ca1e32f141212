//! What those inside do about those who wait: let them in, turn them away, write to them, ring for them.

use super::guest::{Knock, Stage};
use super::seat::{Line, Seat};
use super::{Effect, Room, SocketId};
use crate::turn::Ice;
use consilium_model::{Conference, Participant, PeerId, Secret};
use consilium_wire::room::{FromClient, FromServer, MAX_NOTE, MAX_PARTICIPANTS, RoomError};
use std::time::Instant;

impl Room {
    /// Seats that are taken or about to be.
    pub(super) fn taken(&self) -> usize {
        self.seats.len() + self.lobby.let_in()
    }

    /// One of the messages about somebody who waits, from the seat at `place`.
    pub(super) fn admission(&mut self, place: usize, socket: SocketId, message: FromClient, now: Instant) {
        let seat = &self.seats[place];
        let done = if seat.rights.admit {
            self.answer_knock(seat.who.clone(), message, now)
        } else {
            Err(RoomError::NotAllowed)
        };
        if let Err(code) = done {
            self.object(socket, code);
        }
    }

    /// The same, of somebody who may let others in, wherever it is.
    pub(in crate::rooms) fn answer_knock(
        &mut self,
        by: Participant,
        message: FromClient,
        now: Instant,
    ) -> Result<(), RoomError> {
        let (peer, act) = Act::of(message)?;
        act.check()?;
        let guest = self.lobby.position(|guest| guest.id == peer && guest.heard_knock().is_some());
        let guest = guest.ok_or(RoomError::UnknownPeer)?;
        match act {
            Act::Admit => self.admit(guest, by),
            Act::Deny(reason) => {
                self.deny(guest, by, reason, now);
                Ok(())
            }
            Act::Say(message) => self.say(guest, message, now),
        }
    }

    fn admit(&mut self, place: usize, by: Participant) -> Result<(), RoomError> {
        if self.taken() >= MAX_PARTICIPANTS {
            return Err(RoomError::Full);
        }
        let guest = &mut self.lobby.guests[place];
        let Stage::Knocks(knock) = guest.stage else { return Err(RoomError::UnknownPeer) };
        guest.stage = Stage::Admitted(knock, by);
        let peer = guest.id.clone();
        self.tell_admitters(&FromServer::KnockOver { peer });
        self.join_if_admitted(place);
        Ok(())
    }

    /// Whoever was let in joins as soon as its socket is there.
    pub(super) fn join_if_admitted(&mut self, place: usize) {
        let guest = &mut self.lobby.guests[place];
        if let (Stage::Admitted(knock, by), Line::Here(_)) = (&guest.stage, &guest.line) {
            let (knock, by) = (*knock, by.clone());
            guest.stage = Stage::Joining(knock, by.clone());
            self.effects.push(Effect::Join { who: guest.who.clone(), by });
        }
    }

    fn deny(&mut self, place: usize, by: Participant, reason: Option<Secret>, now: Instant) {
        let guest = self.drop_guest(place);
        self.lobby.memories.denied(&guest.who, reason.clone(), now);
        self.effects.push(Effect::Denied(by));
        if let Line::Here(socket) = guest.line {
            self.turn_away(socket, reason);
        }
    }

    fn say(&mut self, place: usize, message: FromServer, now: Instant) -> Result<(), RoomError> {
        let guest = &mut self.lobby.guests[place];
        if !guest.words.take(now) {
            return Err(RoomError::TooFast);
        }
        match &mut guest.line {
            Line::Here(socket) => self.effects.push(Effect::Send(*socket, message)),
            Line::Away { held, .. } => held.push(message),
        }
        Ok(())
    }

    /// Somebody whom the conference has taken in and who has no seat yet.
    pub(in crate::rooms) fn next_admitted(&self, conference: &Conference) -> Option<PeerId> {
        if conference.status().is_ended() {
            return None;
        }
        let is_in = |place: &usize| conference.joined().contains(&self.lobby.guests[*place].who);
        let mut places = (0..self.lobby.guests.len()).filter(is_in);
        places.next().map(|place| self.lobby.guests[place].id.clone())
    }

    /// Gives somebody a seat whom the conference has taken in.
    pub(in crate::rooms) fn seat(&mut self, peer: &PeerId, ice: Ice, now: Instant) {
        let Some(place) = self.lobby.position(|guest| guest.id == *peer) else { return };
        let guest = self.drop_guest(place);
        let Line::Here(socket) = guest.line else {
            // It has gone while it was taken in, and may come back for a while.
            self.absent.insert(guest.who, now + self.grace);
            return;
        };
        self.take_seat(Seat::of_guest(guest, socket), ice, now);
    }

    /// What the conference was asked for is done, or it has refused. Whoever has no seat by now knocks again.
    pub(in crate::rooms) fn join_is_over(
        &mut self,
        who: &Participant,
        conference: &Conference,
        now: Instant,
    ) {
        let Some(place) = self.lobby.position(|guest| guest.who == *who && guest.is_joining()) else {
            return;
        };
        if conference.status().is_ended() {
            if conference.joined().contains(who) {
                self.absent.insert(who.clone(), now + self.grace);
            }
            return drop(self.drop_guest(place));
        }
        let guest = &mut self.lobby.guests[place];
        let Stage::Joining(knock, by) = std::mem::replace(&mut guest.stage, Stage::Silent) else { return };
        guest.stage = Stage::Knocks(Knock::new(knock.since, knock.ready, now));
        let by = self.seats.iter().find(|seat| seat.who == by).and_then(Seat::socket);
        if let Some(socket) = by {
            self.object(socket, RoomError::NotAllowed);
        }
        // It may be refused because it was taken off meanwhile.
        self.follow_in_lobby(conference);
        self.expire_lobby(now);
    }
}

/// What is to be done about somebody who waits.
enum Act {
    Admit,
    Deny(Option<Secret>),
    Say(FromServer),
}

impl Act {
    /// What a message asks for, and about whom.
    fn of(message: FromClient) -> Result<(PeerId, Self), RoomError> {
        Ok(match message {
            FromClient::Admit { peer } => (peer, Self::Admit),
            FromClient::Deny { peer, reason } => {
                (peer, Self::Deny(reason.filter(|words| !words.expose().trim().is_empty())))
            }
            FromClient::Note { peer, text } => (peer, Self::Say(FromServer::Note { text })),
            FromClient::Ring { peer } => (peer, Self::Say(FromServer::Rung)),
            _ => return Err(RoomError::BadMessage),
        })
    }

    fn check(&self) -> Result<(), RoomError> {
        match self {
            Self::Say(FromServer::Note { text }) => check_words(text),
            Self::Deny(Some(reason)) => check_words(reason),
            Self::Admit | Self::Deny(None) | Self::Say(_) => Ok(()),
        }
    }
}

/// Words for people: not too many, and nothing that is no text.
fn check_words(words: &Secret) -> Result<(), RoomError> {
    let words = words.expose();
    let is_text = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\t');
    match () {
        () if words.chars().count() > MAX_NOTE => Err(RoomError::TooLarge),
        () if words.trim().is_empty() || !words.chars().all(is_text) => Err(RoomError::BadMessage),
        () => Ok(()),
    }
}
