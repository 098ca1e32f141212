//! The lobby: whoever has to be let in waits here. It hears where it stands and what those inside say to it; of what
//! it sends, only knocks leave the lobby.

use super::guest::{Guest, Knock, Stage, Standing};
use super::memory::Memories;
use super::seat::Line;
use super::{Arrival, Effect, Room, SocketId};
use consilium_model::{Conference, Participant, PeerId, Secret};
use consilium_wire::room::{FromClient, FromServer, Readiness, RoomError};
use std::time::Instant;

/// So many wait at most.
pub(super) const PLACES: usize = 20;

/// Those who wait, and what is remembered of those who did.
#[derive(Default)]
pub(super) struct Lobby {
    pub(super) guests: Vec<Guest>,
    pub(super) memories: Memories,
}

/// Somebody whose knock those inside have heard, as they have last heard of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waiting {
    /// The seat to come.
    pub(crate) peer: PeerId,
    /// Who.
    pub(crate) who: Participant,
    /// The name to show.
    pub(crate) name: Secret,
    /// Since when.
    pub(crate) since: Instant,
    /// How ready it is.
    pub(crate) ready: Readiness,
    /// It has stepped away.
    pub(crate) stepped_away: bool,
}

impl Lobby {
    pub(super) fn is_empty(&self) -> bool {
        self.guests.is_empty() && self.memories.is_empty()
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let guests = self.guests.iter().flat_map(|guest| [guest.kept_until(), guest.tell_at()]).flatten();
        guests.chain(self.memories.next_timeout()).min()
    }

    pub(super) fn position(&self, is: impl Fn(&Guest) -> bool) -> Option<usize> {
        self.guests.iter().position(is)
    }

    /// How many have been let in and have no seat yet.
    pub(super) fn let_in(&self) -> usize {
        let is_let_in = |guest: &&Guest| matches!(guest.stage, Stage::Admitted(..) | Stage::Joining(..));
        self.guests.iter().filter(is_let_in).count()
    }

    pub(super) fn sockets(&self) -> impl Iterator<Item = SocketId> {
        self.guests.iter().filter_map(Guest::socket)
    }
}

impl Room {
    /// Those who wait and have been heard.
    pub(in crate::rooms) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        self.lobby.guests.iter().filter_map(|guest| {
            let knock = guest.heard_knock()?;
            let told = knock.told?;
            Some(Waiting {
                peer: guest.id.clone(),
                who: guest.who.clone(),
                name: guest.name.clone(),
                since: knock.since,
                ready: told.ready,
                stepped_away: told.stepped_away,
            })
        })
    }

    /// Tells those who wait where they stand, if that is news to them.
    pub(in crate::rooms) fn stand(&mut self, standing_of: impl Fn(&PeerId) -> Option<Standing>) {
        for guest in self.lobby.guests.iter_mut().filter(|guest| guest.heard_knock().is_some()) {
            let Some(standing) = standing_of(&guest.id) else { continue };
            if guest.standing.replace(standing) != Some(standing)
                && let Some(socket) = guest.socket()
            {
                self.effects.push(Effect::Send(socket, waiting(standing)));
            }
        }
    }

    /// Somebody who has to be let in comes to the door, or comes back to its place.
    pub(super) fn enter_lobby(&mut self, arrival: Arrival, now: Instant) {
        let place = self.lobby.position(|guest| guest.who == arrival.who);
        match place {
            Some(place) => self.wait_again(place, arrival, now),
            None => {
                let denial = self.lobby.memories.denial_of(&arrival.who, now).cloned();
                match denial {
                    Some(reason) => self.turn_away(arrival.socket, reason),
                    None if self.lobby.guests.len() >= PLACES => {
                        self.refuse(arrival.socket, RoomError::Full);
                    }
                    None => self.wait(arrival, now),
                }
            }
        }
    }

    pub(super) fn turn_away(&mut self, socket: SocketId, reason: Option<Secret>) {
        self.effects.push(Effect::Send(socket, FromServer::Denied { reason }));
        self.effects.push(Effect::Close(socket));
    }

    fn wait(&mut self, mut arrival: Arrival, now: Instant) {
        let (socket, ice) = (arrival.socket, std::mem::take(&mut arrival.ice));
        let guest = Guest::new(arrival, now);
        let lobby = FromServer::Lobby { you: guest.id.clone(), ice_servers: ice.servers };
        self.effects.push(Effect::Send(socket, lobby));
        self.lobby.guests.push(guest);
    }

    /// The place is the participant's, whichever device it comes back with.
    fn wait_again(&mut self, place: usize, arrival: Arrival, now: Instant) {
        let guest = &mut self.lobby.guests[place];
        let socket = arrival.socket;
        let line = std::mem::replace(&mut guest.line, Line::Here(socket));
        let standing = guest.standing.map(waiting);
        let lobby = FromServer::Lobby { you: guest.id.clone(), ice_servers: arrival.ice.servers };
        guest.changed(now);
        let missed = match line {
            Line::Here(old) => {
                self.refuse(old, RoomError::Replaced);
                None
            }
            Line::Away { held, .. } => Some(held),
        };
        let messages = std::iter::once(lobby).chain(standing).chain(missed.into_iter().flatten());
        self.effects.extend(messages.map(|message| Effect::Send(socket, message)));
        self.join_if_admitted(place);
        self.announce(now);
    }

    pub(super) fn guest_at(&self, socket: SocketId) -> Option<usize> {
        self.lobby.position(|guest| guest.line == Line::Here(socket))
    }

    /// A message of somebody who waits. Signals reach nobody, and nobody hears of its media.
    pub(super) fn lobby_message(
        &mut self,
        place: usize,
        socket: SocketId,
        message: FromClient,
        now: Instant,
    ) {
        match message {
            FromClient::Hello { .. } => {
                self.refuse(socket, RoomError::BadMessage);
                self.guest_away(place, now);
            }
            FromClient::Knock { ready } => self.knock(place, ready, now),
            FromClient::StepAway { on } => {
                if let Stage::Knocks(knock) = &mut self.lobby.guests[place].stage
                    && std::mem::replace(&mut knock.stepped_away, on) != on
                {
                    knock.changed(now);
                }
            }
            FromClient::Bye => self.lobby_bye(place, socket, now),
            FromClient::Signal { .. } => self.unknown_peer(socket),
            FromClient::Media(_)
            | FromClient::Ask { .. }
            | FromClient::Ring { .. }
            | FromClient::Note { .. }
            | FromClient::Admit { .. }
            | FromClient::Deny { .. } => self.object(socket, RoomError::NotAllowed),
        }
        self.announce(now);
    }

    fn knock(&mut self, place: usize, ready: Readiness, now: Instant) {
        let guest = &mut self.lobby.guests[place];
        match &mut guest.stage {
            Stage::Silent => {
                let (at, since) = self.lobby.memories.knock(&guest.who, now);
                guest.stage = Stage::Knocks(Knock::new(since, ready, at));
            }
            Stage::Knocks(knock) => {
                if std::mem::replace(&mut knock.ready, ready) != ready {
                    knock.changed(now);
                }
            }
            Stage::Admitted(..) | Stage::Joining(..) => {}
        }
    }

    /// Tells those inside of what is new in the lobby and may be told by now.
    pub(super) fn announce(&mut self, now: Instant) {
        let mut news = Vec::new();
        for guest in self.lobby.guests.iter_mut().filter(|guest| guest.tell_at().is_some_and(|at| at <= now))
        {
            let Stage::Knocks(knock) = &mut guest.stage else { continue };
            if knock.tell(now) {
                self.lobby.memories.heard(&guest.who, now);
            }
            let knock = *knock;
            news.push(guest.to_knocking(&knock, now));
        }
        news.iter().for_each(|message| self.tell_admitters(message));
    }

    /// Whoever may let in.
    pub(super) fn tell_admitters(&mut self, message: &FromServer) {
        let sockets = self.seats.iter().filter(|seat| seat.rights.admit).filter_map(super::Seat::socket);
        self.effects.extend(sockets.map(|socket| Effect::Send(socket, message.clone())));
    }

    /// Everything that holds, for somebody who has just come in and may let others in.
    pub(super) fn tell_knocks(&mut self, socket: SocketId, now: Instant) {
        let knocks = self.lobby.guests.iter().filter_map(|guest| {
            let knock = guest.heard_knock()?;
            Some(Effect::Send(socket, guest.to_knocking(knock, now)))
        });
        self.effects.extend(knocks);
    }

    pub(super) fn guest_away(&mut self, place: usize, now: Instant) {
        let guest = &mut self.lobby.guests[place];
        guest.line = Line::away(now + self.grace);
        guest.changed(now);
        self.announce(now);
    }

    /// The place in the queue is kept for the grace all the same: a page that is loaded again says goodbye too.
    fn lobby_bye(&mut self, place: usize, socket: SocketId, now: Instant) {
        self.effects.push(Effect::Close(socket));
        let guest = &mut self.lobby.guests[place];
        match &guest.stage {
            // The conference is about to take it in; it is told that it has gone when that is done.
            Stage::Joining(..) => guest.line = Line::away(now),
            Stage::Knocks(knock) => {
                let since = knock.since;
                self.lobby.memories.said_bye(&guest.who, since, now + self.grace);
                self.drop_guest(place);
            }
            Stage::Silent | Stage::Admitted(..) => drop(self.drop_guest(place)),
        }
    }

    /// Takes somebody out of the lobby, and its knock from those inside.
    pub(super) fn drop_guest(&mut self, place: usize) -> Guest {
        let guest = self.lobby.guests.remove(place);
        if guest.heard_knock().is_some() {
            self.tell_admitters(&FromServer::KnockOver { peer: guest.id.clone() });
        }
        guest
    }

    /// Gives up the places of those who did not come back in time, and tells what had to wait.
    pub(super) fn expire_lobby(&mut self, now: Instant) {
        let is_late = |guest: &Guest| guest.kept_until().is_some_and(|until| until <= now);
        while let Some(place) = self.lobby.position(is_late) {
            self.drop_guest(place);
        }
        self.lobby.memories.expire(now);
        self.announce(now);
    }

    /// Whoever is taken off the conference waits no longer.
    pub(super) fn follow_in_lobby(&mut self, conference: &Conference) {
        let roster = &conference.plan().roster;
        while let Some(place) =
            self.lobby.position(|guest| !guest.is_joining() && !roster.contains(&guest.who))
        {
            let guest = self.drop_guest(place);
            if let Line::Here(socket) = guest.line {
                self.refuse(socket, RoomError::NotJoined);
            }
        }
    }

    /// The conference is over: nobody waits for it.
    pub(super) fn end_lobby(&mut self, now: Instant) {
        for socket in self.lobby.sockets().collect::<Vec<_>>() {
            self.refuse(socket, RoomError::Ended);
        }
        self.lobby.memories.clear();
        self.lobby.guests.retain_mut(|guest| {
            guest.line = Line::away(now);
            guest.is_joining()
        });
    }
}

const fn waiting(standing: Standing) -> FromServer {
    FromServer::Waiting { position: standing.position, estimate_seconds: standing.estimate }
}
