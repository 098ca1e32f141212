//! A room in memory: the relay and the seats of `/room/v1`, and nothing else.

use super::path::LossyPath;
use consilium_model::{MediaState, PeerId, Role, Status};
use consilium_wire::room::{FromClient, FromServer, IceServer, Peer, Rights, Signal};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// A room that everybody of a test shares.
#[derive(Clone)]
pub struct TestRoom(Arc<Mutex<State>>);

struct State {
    status: Status,
    ice_servers: Vec<IceServer>,
    path: Option<Arc<LossyPath>>,
    /// Candidates with another address are not passed on.
    only: Option<&'static str>,
    relay_only: bool,
    signals: Vec<Signal>,
    order: Vec<PeerId>,
    seats: BTreeMap<PeerId, Seat>,
}

struct Seat {
    socket: Option<mpsc::UnboundedSender<FromServer>>,
    media: MediaState,
}

impl TestRoom {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            status: Status::Started,
            ice_servers: Vec::new(),
            path: None,
            only: None,
            relay_only: false,
            signals: Vec::new(),
            order: Vec::new(),
            seats: BTreeMap::new(),
        })))
    }

    pub fn with_ice_servers(self, ice_servers: Vec<IceServer>) -> Self {
        self.0.lock().unwrap().ice_servers = ice_servers;
        self
    }

    /// Nobody may learn anybody's address.
    pub fn relay_only(self) -> Self {
        self.0.lock().unwrap().relay_only = true;
        self
    }

    /// Every signal that was relayed.
    pub fn signals(&self) -> Vec<Signal> {
        self.0.lock().unwrap().signals.clone()
    }

    /// Packets between two participants go over `path`.
    pub fn over(self, path: &Arc<LossyPath>) -> Self {
        self.0.lock().unwrap().path = Some(Arc::clone(path));
        self
    }

    /// From now on everybody is reached at this address only, without any path between.
    pub fn move_to(&self, address: &'static str) {
        let mut state = self.0.lock().unwrap();
        (state.path, state.only) = (None, Some(address));
    }

    /// Everybody is reached at this address only.
    pub fn at(self, address: &'static str) -> Self {
        self.0.lock().unwrap().only = Some(address);
        self
    }

    /// Two come in at the same moment, so that each finds the other there.
    pub fn enter_together(&self, people: [(&PeerId, mpsc::UnboundedSender<FromServer>); 2]) {
        let mut state = self.0.lock().unwrap();
        for (id, socket) in &people {
            state.order.push((*id).clone());
            let seat = Seat { socket: Some(socket.clone()), media: MediaState::default() };
            state.seats.insert((*id).clone(), seat);
        }
        for (id, _) in &people {
            let welcome = state.welcome(id, false);
            state.tell(id, welcome);
        }
    }

    /// Comes in, or back with the same seat.
    pub fn enter(&self, id: &PeerId, socket: mpsc::UnboundedSender<FromServer>) {
        let mut state = self.0.lock().unwrap();
        let resumed = state.seats.contains_key(id);
        let seat = Seat { socket: Some(socket), media: MediaState::default() };
        let media = state.seats.insert(id.clone(), seat).map_or(MediaState::default(), |seat| seat.media);
        if !resumed {
            state.order.push(id.clone());
        }
        let welcome = state.welcome(id, resumed);
        state.tell(id, welcome);
        let news = match resumed {
            true => FromServer::PeerBack { peer: id.clone() },
            false => FromServer::PeerJoined { peer: Peer { media, ..state.row(id) } },
        };
        state.tell_others(id, news);
    }

    /// The socket is lost, the seat is kept.
    pub fn lose(&self, id: &PeerId) {
        let mut state = self.0.lock().unwrap();
        if let Some(seat) = state.seats.get_mut(id) {
            seat.socket = None;
        }
        state.tell_others(id, FromServer::PeerAway { peer: id.clone() });
    }

    /// Gives up the seat.
    pub fn leave(&self, id: &PeerId) {
        let mut state = self.0.lock().unwrap();
        state.seats.remove(id);
        state.order.retain(|other| other != id);
        state.tell_others(id, FromServer::PeerLeft { peer: id.clone() });
    }

    pub fn set_status(&self, status: Status) {
        let mut state = self.0.lock().unwrap();
        state.status = status;
        let all = state.order.clone();
        all.iter().for_each(|id| state.tell(id, FromServer::Status { status }));
    }

    /// A message of a participant.
    pub fn take(&self, from: &PeerId, message: FromClient) {
        let mut state = self.0.lock().unwrap();
        match message {
            FromClient::Signal { signal, .. } if !state.passes(&signal) => {}
            FromClient::Signal { to, signal } => {
                let signal = match &state.path {
                    Some(path) => path.redirect(from, &to, signal),
                    None => signal,
                };
                state.signals.push(signal.clone());
                state.tell(&to, FromServer::Signal { from: from.clone(), signal });
            }
            FromClient::Media(media) => {
                if let Some(seat) = state.seats.get_mut(from) {
                    seat.media = media;
                }
                state.tell_others(from, FromServer::Media { from: from.clone(), media });
            }
            _ => {}
        }
    }

    /// A signal that no call of ours would send.
    pub fn forge(&self, from: &PeerId, to: &PeerId, signal: Signal) {
        self.take(from, FromClient::Signal { to: to.clone(), signal });
    }
}

impl State {
    fn welcome(&self, id: &PeerId, resumed: bool) -> FromServer {
        let others = self.order.iter().filter(|other| *other != id).map(|other| self.row(other)).collect();
        match super::messages::welcome(id.as_str(), others, resumed, self.status) {
            FromServer::Welcome { you, resume, resumed, peers, rights, mut policy, status, .. } => {
                policy.relay_only = self.relay_only;
                let ice_servers = self.ice_servers.clone();
                FromServer::Welcome { you, resume, resumed, peers, ice_servers, rights, policy, status }
            }
            other => other,
        }
    }

    fn passes(&self, signal: &Signal) -> bool {
        match (signal, self.only) {
            (Signal::Candidate { candidate, .. }, Some(only)) => {
                let line = candidate.expose();
                line.is_empty() || line.split(' ').nth(4) == Some(only)
            }
            _ => true,
        }
    }

    fn row(&self, id: &PeerId) -> Peer {
        let seat = &self.seats[id];
        Peer {
            id: id.clone(),
            name: id.as_str().into(),
            role: Role::Client,
            user: None,
            media: seat.media,
            away: seat.socket.is_none(),
            rights: Rights::GUEST,
        }
    }

    fn tell(&self, id: &PeerId, message: FromServer) {
        if let Some(socket) = self.seats.get(id).and_then(|seat| seat.socket.as_ref()) {
            let _ = socket.send(message);
        }
    }

    fn tell_others(&self, id: &PeerId, message: FromServer) {
        self.order.iter().filter(|other| *other != id).for_each(|other| self.tell(other, message.clone()));
    }
}
