//! A room, as a pure value: inputs and `now` go in, effects come out.

#[cfg(test)]
mod asking;
#[cfg(test)]
mod model;
mod seat;
#[cfg(test)]
mod tests;

use crate::turn::Ice;
use consilium_model::{Conference, Participant, PeerId, Role, Secret, Status};
use consilium_wire::room::{
    Ask, FromClient, FromServer, MAX_PARTICIPANTS, Peer, Policy, Rights, RoomError, Signal,
};
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
}

/// Somebody comes in.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// On which socket.
    pub(super) socket: SocketId,
    /// Who.
    pub(super) who: Participant,
    /// The name to show.
    pub(super) name: Secret,
    /// The key of an earlier welcome.
    pub(super) resume: Option<Secret>,
    /// For the welcome.
    pub(super) ice: Ice,
    /// For a new seat.
    pub(super) new_id: PeerId,
    /// For a new seat.
    pub(super) new_resume: Secret,
}

/// A room.
pub(super) struct Room {
    grace: Duration,
    status: Status,
    phone: Option<String>,
    seats: Vec<Seat>,
    /// Participants without a seat who are still joined in the conference, and when they no longer will be.
    absent: HashMap<Participant, Instant>,
    effects: Vec<Effect>,
}

impl Room {
    /// An empty room of a conference.
    pub(super) fn new(grace: Duration, status: Status) -> Self {
        Self { grace, status, phone: None, seats: Vec::new(), absent: HashMap::new(), effects: Vec::new() }
    }

    /// Everyone who comes in from now on is told this telephone number.
    pub(super) fn set_phone(&mut self, phone: Option<String>) {
        self.phone = phone;
    }

    /// What there is to do since the last call, in this order.
    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Nobody is in and nobody is expected back.
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.absent.is_empty()
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
        away.chain(self.absent.values().copied()).min()
    }

    /// Somebody says hello.
    pub(super) fn enter(&mut self, arrival: Arrival, conference: &Conference, now: Instant) {
        self.follow(conference, now);
        let refusal = match () {
            () if conference.status().is_ended() => Some(RoomError::Ended),
            () if !conference.joined().contains(&arrival.who) => Some(RoomError::NotJoined),
            () => None,
        };
        if let Some(code) = refusal {
            return self.refuse(arrival.socket, code);
        }
        let place = self.seats.iter().position(|seat| seat.who == arrival.who);
        match place {
            Some(place) if self.seats[place].opens_with(arrival.resume.as_ref()) => {
                self.resume(place, arrival.socket, arrival.ice);
            }
            Some(place) => {
                self.replace(place);
                self.sit_down(arrival);
            }
            None if self.seats.len() >= MAX_PARTICIPANTS => self.refuse(arrival.socket, RoomError::Full),
            None => self.sit_down(arrival),
        }
    }

    /// Tells a socket why it is not in, or no longer, and closes it.
    pub(super) fn refuse(&mut self, socket: SocketId, code: RoomError) {
        self.effects.push(Effect::Send(socket, FromServer::Error { code, fatal: true }));
        self.effects.push(Effect::Close(socket));
    }

    /// The same socket's seat, back or never gone: nobody sees a leave.
    fn resume(&mut self, place: usize, socket: SocketId, ice: Ice) {
        let seat = &mut self.seats[place];
        let id = seat.id.clone();
        match std::mem::replace(&mut seat.line, Line::Here(socket)) {
            // The old socket is half-open: its owner has noticed before the server did.
            Line::Here(old) => {
                self.refuse(old, RoomError::Replaced);
                self.welcome(place, socket, true, ice);
            }
            Line::Away { held, .. } => {
                self.welcome(place, socket, true, ice);
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

    fn sit_down(&mut self, mut arrival: Arrival) {
        self.absent.remove(&arrival.who);
        let (socket, ice) = (arrival.socket, std::mem::take(&mut arrival.ice));
        let seat = Seat::new(arrival);
        self.tell_others(&seat.id, &FromServer::PeerJoined { peer: seat.to_peer() });
        self.seats.push(seat);
        self.welcome(self.seats.len() - 1, socket, false, ice);
    }

    /// Frees a seat and tells the others.
    fn stand_up(&mut self, place: usize) {
        let seat = self.seats.remove(place);
        self.tell_others(&seat.id, &FromServer::PeerLeft { peer: seat.id.clone() });
    }

    fn welcome(&mut self, place: usize, socket: SocketId, resumed: bool, ice: Ice) {
        let seat = &self.seats[place];
        let others = self.seats.iter().filter(|other| other.id != seat.id);
        let peers: Vec<Peer> = others.map(Seat::to_peer).collect();
        let message = FromServer::Welcome {
            you: seat.id.clone(),
            resume: seat.resume.clone(),
            resumed,
            peers,
            ice_servers: ice.servers,
            rights: Rights::GUEST,
            policy: Policy {
                max_participants: MAX_PARTICIPANTS as u32,
                relay_only: ice.relay_only,
                phone: self.phone.clone(),
            },
            status: self.status,
        };
        self.effects.push(Effect::Send(socket, message));
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

    /// A message of a socket that is in. One that is no longer in is not heard.
    pub(super) fn message(&mut self, socket: SocketId, message: FromClient, now: Instant) {
        let Some(place) = self.place_of(socket) else { return };
        match message {
            FromClient::Hello { .. } => {
                self.refuse(socket, RoomError::BadMessage);
                self.away(place, now);
            }
            FromClient::Signal { to, signal } => self.relay(place, socket, &to, signal),
            FromClient::Media(media) => {
                let seat = &mut self.seats[place];
                seat.media = media;
                let from = seat.id.clone();
                self.tell_others(&from, &FromServer::Media { from: from.clone(), media });
            }
            FromClient::Ask { ask } => self.ask(place, socket, ask),
            // Everyone who has joined is in at once, so there is nobody to let in.
            FromClient::Knock { .. }
            | FromClient::StepAway { .. }
            | FromClient::Ring { .. }
            | FromClient::Note { .. }
            | FromClient::Admit { .. }
            | FromClient::Deny { .. } => {
                let message = FromServer::Error { code: RoomError::NotAllowed, fatal: false };
                self.effects.push(Effect::Send(socket, message));
            }
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
        let error = FromServer::Error { code: RoomError::UnknownPeer, fatal: false };
        self.effects.push(Effect::Send(socket, error));
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
        if self.status != conference.status() {
            self.status = conference.status();
            for socket in self.sockets() {
                self.effects.push(Effect::Send(socket, FromServer::Status { status: self.status }));
            }
        }
    }

    /// Everyone is out. Whoever does not come back soon after a restore is no longer joined.
    fn end(&mut self, now: Instant) {
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
