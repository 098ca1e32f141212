//! A room, as a pure value: inputs and `now` go in, effects come out.

mod admission;
mod arrival;
#[cfg(test)]
mod asking;
mod guest;
mod lobby;
#[cfg(test)]
mod lobby_model;
mod memory;
#[cfg(test)]
mod model;
mod pace;
#[cfg(test)]
mod rights;
mod seat;
#[cfg(test)]
mod tests;

pub(super) use arrival::{Arrival, Devices, Way};
pub(super) use guest::Standing;
pub(crate) use lobby::Waiting;

use crate::turn::Ice;
use consilium_model::{Conference, Participant, PeerId, Role, Status};
use consilium_wire::room::{
    Ask, FromClient, FromServer, MAX_PARTICIPANTS, MAX_WITH_VIDEO, Peer, Policy, RoomError, Signal,
};
use lobby::Lobby;
use seat::{Line, Seat};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A socket, for as long as the server runs.
pub(super) type SocketId = u64;

/// What the room wants done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// Sends a message.
    Send(SocketId, FromServer),
    /// Sends what is under way, then closes.
    Close(SocketId),
    /// The participant has been away for too long: the conference goes on without them.
    Leave(Participant),
    /// Somebody who waited was let in: the conference is to take it in. [`Room::join_is_over`] hears when that is done.
    Join {
        /// Who.
        who: Participant,
        /// Who has let it in.
        by: Participant,
    },
    /// This participant has turned somebody away.
    Denied(Participant),
}

/// A room.
pub(super) struct Room {
    grace: Duration,
    status: Status,
    phone: Option<String>,
    seats: Vec<Seat>,
    /// Participants without a seat who are still joined in the conference, and when they no longer will be.
    absent: HashMap<Participant, Instant>,
    lobby: Lobby,
    effects: Vec<Effect>,
}

impl Room {
    /// An empty room of a conference.
    pub(super) fn new(grace: Duration, status: Status) -> Self {
        let (seats, absent, effects) = (Vec::new(), HashMap::new(), Vec::new());
        Self { grace, status, phone: None, seats, absent, lobby: Lobby::default(), effects }
    }

    /// Everyone who comes in from now on is told this telephone number.
    pub(super) fn set_phone(&mut self, phone: Option<String>) {
        self.phone = phone;
    }

    /// What there is to do since the last call, in this order.
    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Nobody is in, nobody is expected back and nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.absent.is_empty() && self.lobby.is_empty()
    }

    /// Who has a seat or is expected back.
    pub(super) fn present(&self) -> impl Iterator<Item = &Participant> + Clone {
        self.seats.iter().map(|seat| &seat.who).chain(self.absent.keys())
    }

    /// These are joined and had a seat before the server started: whoever does not come back in time has left.
    pub(super) fn expect(&mut self, joined: impl Iterator<Item = Participant>, now: Instant) {
        self.absent.extend(joined.map(|who| (who, now + self.grace)));
    }

    /// When [`Self::expire`] has something to do.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let away = self.seats.iter().filter_map(Seat::away_until);
        away.chain(self.absent.values().copied()).chain(self.lobby.next_timeout()).min()
    }

    /// Somebody says hello.
    pub(super) fn enter(&mut self, arrival: Arrival, conference: &Conference, now: Instant) {
        self.follow(conference, now);
        let waits = self.lobby.position(|guest| guest.who == arrival.who);
        match arrival.way {
            _ if conference.status().is_ended() => self.refuse(arrival.socket, RoomError::Ended),
            _ if conference.joined().contains(&arrival.who) => self.enter_joined(arrival, waits, now),
            Way::Free => self.refuse(arrival.socket, RoomError::NotJoined),
            Way::Closed(code) if waits.is_none() => self.refuse(arrival.socket, code),
            Way::Knock | Way::Closed(_) => self.enter_lobby(arrival, now),
        }
    }

    fn enter_joined(&mut self, mut arrival: Arrival, waits: Option<usize>, now: Instant) {
        if let Some(place) = waits {
            // The conference has taken it in, which the room is about to hear.
            let guest = self.drop_guest(place);
            if let Line::Here(old) = guest.line {
                self.refuse(old, RoomError::Replaced);
            }
            (arrival.new_id, arrival.new_resume) = (guest.id, guest.resume);
        }
        let place = self.seats.iter().position(|seat| seat.who == arrival.who);
        match place {
            Some(place) if self.seats[place].opens_with(arrival.resume.as_ref()) => {
                self.resume(place, arrival, now);
            }
            Some(place) if arrival.devices == Devices::First && self.seats[place].socket().is_some() => {
                self.refuse(arrival.socket, RoomError::Replaced);
            }
            Some(place) => {
                self.replace(place);
                self.sit_down(arrival, now);
            }
            None if self.taken() >= MAX_PARTICIPANTS => self.refuse(arrival.socket, RoomError::Full),
            None => self.sit_down(arrival, now),
        }
    }

    /// Tells a socket why it is not in, or no longer, and closes it.
    pub(super) fn refuse(&mut self, socket: SocketId, code: RoomError) {
        self.effects.push(Effect::Send(socket, FromServer::Error { code, fatal: true }));
        self.effects.push(Effect::Close(socket));
    }

    /// The same socket's seat, back or never gone: nobody sees a leave.
    fn resume(&mut self, place: usize, arrival: Arrival, now: Instant) {
        let (socket, ice) = (arrival.socket, arrival.ice);
        let seat = &mut self.seats[place];
        seat.rights = arrival.rights;
        let id = seat.id.clone();
        match std::mem::replace(&mut seat.line, Line::Here(socket)) {
            // The old socket is half-open: its owner has noticed before the server did.
            Line::Here(old) => {
                self.refuse(old, RoomError::Replaced);
                self.welcome(place, true, ice, now);
            }
            Line::Away { held, .. } => {
                self.welcome(place, true, ice, now);
                self.effects.extend(held.into_iter().map(|message| Effect::Send(socket, message)));
                self.tell_others(&id, &FromServer::PeerBack { peer: id.clone() });
            }
        }
    }

    /// The same user from another place: whoever sat there before is out.
    fn replace(&mut self, place: usize) {
        if let Line::Here(old) = self.seats[place].line {
            self.refuse(old, RoomError::Replaced);
        }
        self.stand_up(place);
    }

    fn sit_down(&mut self, mut arrival: Arrival, now: Instant) {
        let ice = std::mem::take(&mut arrival.ice);
        self.take_seat(Seat::new(arrival), ice, now);
    }

    fn take_seat(&mut self, seat: Seat, ice: Ice, now: Instant) {
        self.absent.remove(&seat.who);
        self.tell_others(&seat.id, &FromServer::PeerJoined { peer: seat.to_peer() });
        self.seats.push(seat);
        self.welcome(self.seats.len() - 1, false, ice, now);
    }

    /// Frees a seat and tells the others.
    fn stand_up(&mut self, place: usize) {
        let seat = self.seats.remove(place);
        self.tell_others(&seat.id, &FromServer::PeerLeft { peer: seat.id.clone() });
    }

    fn welcome(&mut self, place: usize, resumed: bool, ice: Ice, now: Instant) {
        let seat = &self.seats[place];
        let (Some(socket), rights) = (seat.socket(), seat.rights) else { return };
        let others = self.seats.iter().filter(|other| other.id != seat.id);
        let peers: Vec<Peer> = others.map(Seat::to_peer).collect();
        let message = FromServer::Welcome {
            you: seat.id.clone(),
            resume: seat.resume.clone(),
            resumed,
            peers,
            ice_servers: ice.servers,
            rights,
            policy: Policy {
                max_participants: MAX_PARTICIPANTS as u32,
                max_with_video: MAX_WITH_VIDEO,
                relay_only: ice.relay_only,
                phone: self.phone.clone(),
            },
            status: self.status,
        };
        self.effects.push(Effect::Send(socket, message));
        if rights.admit {
            self.tell_knocks(socket, now);
        }
    }

    fn tell_others(&mut self, but: &PeerId, message: &FromServer) {
        for seat in self.seats.iter_mut().filter(|seat| seat.id != *but) {
            // Someone away learns of coming and going from the peers of the next welcome.
            if let Line::Here(socket) = seat.line {
                self.effects.push(Effect::Send(socket, message.clone()));
            }
        }
    }

    fn place_of(&self, socket: SocketId) -> Option<usize> {
        self.seats.iter().position(|seat| seat.line == Line::Here(socket))
    }

    /// A message of a socket that is in, or waits to be. One that is no longer is not heard.
    pub(super) fn message(&mut self, socket: SocketId, message: FromClient, now: Instant) {
        if let Some(place) = self.guest_at(socket) {
            return self.lobby_message(place, socket, message, now);
        }
        let Some(place) = self.place_of(socket) else { return };
        match message {
            FromClient::Hello { .. } => {
                self.refuse(socket, RoomError::BadMessage);
                self.away(place, now);
            }
            FromClient::Signal { to, signal } => self.relay(place, socket, &to, signal),
            FromClient::Media(claimed) => {
                let seat = &mut self.seats[place];
                let media = seat.send(claimed);
                let from = seat.id.clone();
                self.tell_others(&from, &FromServer::Media { from: from.clone(), media });
            }
            FromClient::Ask { ask } => self.ask(place, socket, ask),
            // It has crossed the welcome.
            FromClient::Knock { .. } | FromClient::StepAway { .. } if self.seats[place].was_let_in => {}
            FromClient::Knock { .. } | FromClient::StepAway { .. } => {
                self.object(socket, RoomError::NotAllowed);
            }
            FromClient::Ring { .. }
            | FromClient::Note { .. }
            | FromClient::Admit { .. }
            | FromClient::Deny { .. } => self.admission(place, socket, message, now),
            FromClient::Bye => self.bye(place, socket, now),
        }
    }

    /// What a participant asks for is for the specialists to hear, also for one who is about to come back.
    fn ask(&mut self, place: usize, socket: SocketId, ask: Ask) {
        let from = self.seats[place].id.clone();
        let is_asked = |seat: &&mut Seat| seat.id != from && seat.who.role == Role::Specialist;
        let mut is_heard = false;
        for seat in self.seats.iter_mut().filter(is_asked) {
            is_heard = true;
            let asked = FromServer::Asked { from: from.clone(), ask };
            match &mut seat.line {
                Line::Here(socket) => self.effects.push(Effect::Send(*socket, asked)),
                Line::Away { held, .. } => held.push(asked),
            }
        }
        if !is_heard {
            self.unknown_peer(socket);
        }
    }

    fn relay(&mut self, place: usize, socket: SocketId, to: &PeerId, signal: Signal) {
        let from = self.seats[place].id.clone();
        let receiver = self.seats.iter_mut().find(|seat| seat.id == *to && seat.id != from);
        let message = FromServer::Signal { from, signal };
        match receiver.map(|seat| &mut seat.line) {
            Some(Line::Here(receiver)) => self.effects.push(Effect::Send(*receiver, message)),
            Some(Line::Away { held, .. }) => held.push(message),
            None => self.unknown_peer(socket),
        }
    }

    fn unknown_peer(&mut self, socket: SocketId) {
        self.object(socket, RoomError::UnknownPeer);
    }

    /// Refuses what a socket asks for, and nothing else.
    fn object(&mut self, socket: SocketId, code: RoomError) {
        self.effects.push(Effect::Send(socket, FromServer::Error { code, fatal: false }));
    }

    /// The seat is free at once. The conference hears of it later, and only if the participant has neither left it
    /// nor come back by then: a page that is reloaded says goodbye too.
    fn bye(&mut self, place: usize, socket: SocketId, now: Instant) {
        self.absent.insert(self.seats[place].who.clone(), now + self.grace);
        self.effects.push(Effect::Close(socket));
        self.stand_up(place);
    }

    /// A socket is lost. Its seat is kept for a while.
    pub(super) fn lost(&mut self, socket: SocketId, now: Instant) {
        if let Some(place) = self.place_of(socket) {
            self.away(place, now);
        } else if let Some(place) = self.guest_at(socket) {
            self.guest_away(place, now);
        }
    }

    fn away(&mut self, place: usize, now: Instant) {
        let seat = &mut self.seats[place];
        seat.line = Line::away(now + self.grace);
        let id = seat.id.clone();
        self.tell_others(&id, &FromServer::PeerAway { peer: id.clone() });
    }

    /// Refuses those who sit there but may not be in for now. They count as away.
    pub(super) fn shut_out(&mut self, is_shut_out: impl Fn(&Participant) -> bool, now: Instant) {
        let is_in = |seat: &Seat| seat.socket().filter(|_| is_shut_out(&seat.who));
        while let Some((place, socket)) =
            self.seats.iter().enumerate().find_map(|(place, seat)| Some((place, is_in(seat)?)))
        {
            self.refuse(socket, RoomError::NotAllowed);
            self.away(place, now);
        }
        while let Some(place) =
            self.lobby.position(|guest| guest.socket().is_some() && is_shut_out(&guest.who))
        {
            if let Some(socket) = self.lobby.guests[place].socket() {
                self.refuse(socket, RoomError::NotAllowed);
            }
            self.guest_away(place, now);
        }
    }

    /// Gives up the seats of those who did not come back in time.
    pub(super) fn expire(&mut self, now: Instant) {
        let is_late = |seat: &Seat| seat.away_until().is_some_and(|until| until <= now);
        while let Some(place) = self.seats.iter().position(is_late) {
            self.effects.push(Effect::Leave(self.seats[place].who.clone()));
            self.stand_up(place);
        }
        for (who, _) in self.absent.extract_if(|_, until| *until <= now) {
            self.effects.push(Effect::Leave(who));
        }
        self.expire_lobby(now);
    }

    /// The conference has changed: tells the status, and takes the seats of those who are no longer in it.
    pub(super) fn follow(&mut self, conference: &Conference, now: Instant) {
        let joined = conference.joined();
        self.absent.retain(|who, _| joined.contains(who));
        if conference.status().is_ended() {
            self.status = conference.status();
            return self.end(now);
        }
        while let Some(place) = self.seats.iter().position(|seat| !joined.contains(&seat.who)) {
            if let Line::Here(socket) = self.seats[place].line {
                self.refuse(socket, RoomError::NotJoined);
            }
            self.stand_up(place);
        }
        self.follow_in_lobby(conference);
        if self.status != conference.status() {
            self.status = conference.status();
            for socket in self.sockets() {
                self.effects.push(Effect::Send(socket, FromServer::Status { status: self.status }));
            }
        }
    }

    /// Everyone is out. Whoever does not come back soon after a restore is no longer joined.
    fn end(&mut self, now: Instant) {
        self.end_lobby(now);
        for socket in self.sockets() {
            self.effects.push(Effect::Send(socket, FromServer::Status { status: self.status }));
            self.refuse(socket, RoomError::Ended);
        }
        for seat in self.seats.drain(..) {
            self.absent.insert(seat.who, now + self.grace);
        }
    }

    fn sockets(&self) -> Vec<SocketId> {
        self.seats.iter().filter_map(Seat::socket).collect()
    }
}
