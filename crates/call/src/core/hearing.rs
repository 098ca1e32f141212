//! What the room says, and what follows from it: who is in, and whether this participant is.

use super::IceConfig;
use super::crowd::Crowd;
use super::latch::Admission;
use super::mesh::{Mesh, Room};
use super::peer::Peer;
use super::split::Split;
use consilium_model::PeerId;
use consilium_wire::room::{self, FromServer, RoomError, SEAT_SECONDS};
use std::time::{Duration, Instant};

impl Mesh {
    pub(super) fn hear(&mut self, now: Instant, message: FromServer) {
        match message {
            FromServer::Welcome { you, resumed, peers, ice_servers, rights, policy, status, .. } => {
                let ice = IceConfig { servers: ice_servers, relay_only: policy.relay_only };
                let max_with_video = policy.max_with_video;
                self.latch.admission = Some(Admission { rights, status, max_with_video });
                // Before anything is announced: whoever comes into a crowd has never been seen in it.
                self.latch.crowd.follow(now, peers.len() + 1, max_with_video);
                self.enter(now, you, resumed, peers, ice);
            }
            FromServer::Lobby { .. } | FromServer::Denied { .. } => self.leave(now),
            FromServer::Error { code, fatal: true } => self.refused(now, code),
            FromServer::PeerJoined { peer } => self.join(now, peer),
            FromServer::PeerLeft { peer } => self.remove(now, &peer),
            FromServer::PeerAway { peer } => {
                if let Some(peer) = self.peers.get_mut(&peer) {
                    peer.info.away = true;
                }
            }
            FromServer::PeerBack { peer } => self.back(now, &peer),
            FromServer::Signal { from, signal } => {
                self.with_peer(now, &from, |peer, cx| peer.hear(signal, cx))
            }
            FromServer::Media { from, media } => {
                if let Some(peer) = self.peers.get_mut(&from) {
                    peer.info.media = media;
                }
            }
            FromServer::Status { status } => {
                if let Some(admission) = &mut self.latch.admission {
                    admission.status = status;
                }
            }
            // A question is for the person, not for the call.
            FromServer::Asked { .. }
            | FromServer::Knocking { .. }
            | FromServer::KnockOver { .. }
            | FromServer::Waiting { .. }
            | FromServer::Rung
            | FromServer::Note { .. }
            | FromServer::Moved { .. }
            | FromServer::Error { fatal: false, .. } => {}
        }
    }

    fn enter(&mut self, now: Instant, you: PeerId, resumed: bool, peers: Vec<room::Peer>, ice: IceConfig) {
        let same_seat = match &self.room {
            Room::In { you: seat } | Room::Lost { you: seat, .. } => resumed && *seat == you,
            Room::Outside => false,
        };
        if !same_seat {
            self.remove_all(now);
        }
        let new_servers = self.ice != ice;
        self.ice = ice;
        self.room = Room::In { you };
        self.announce();
        if !same_seat {
            peers.into_iter().for_each(|peer| self.find(now, peer));
            return;
        }
        let gone = self
            .order
            .iter()
            .filter(|id| peers.iter().all(|peer| peer.id != **id))
            .cloned()
            .collect::<Vec<_>>();
        gone.iter().for_each(|id| self.remove(now, id));
        for peer in peers {
            self.meet_again(now, peer, new_servers);
        }
    }

    /// Somebody was in before: the newcomer offers.
    fn find(&mut self, now: Instant, peer: room::Peer) {
        let (id, away) = (peer.id.clone(), peer.away);
        self.add(peer);
        if !away {
            self.with_peer(now, &id, Peer::invite);
        }
    }

    /// Somebody comes in and will offer.
    fn join(&mut self, now: Instant, peer: room::Peer) {
        let id = peer.id.clone();
        self.remove(now, &id);
        self.add(peer);
        self.with_peer(now, &id, Peer::expect);
    }

    fn meet_again(&mut self, now: Instant, found: room::Peer, new_servers: bool) {
        let id = found.id.clone();
        let Some(peer) = self.peers.get_mut(&id) else { return self.join(now, found) };
        peer.info = found;
        self.with_peer(now, &id, |peer, cx| {
            if new_servers {
                peer.configure(cx);
            }
            if cx.out.reachable {
                peer.reachable_again(cx);
            }
        });
    }

    fn back(&mut self, now: Instant, id: &PeerId) {
        if let Some(peer) = self.peers.get_mut(id) {
            peer.info.away = false;
        }
        self.with_peer(now, id, |peer, cx| {
            if peer.is_unconnected() {
                peer.invite(cx);
            } else {
                peer.reachable_again(cx);
            }
        });
    }

    fn add(&mut self, peer: room::Peer) {
        let Room::In { you } = &self.room else { return };
        if peer.id != *you && self.peers.len() < room::MAX_PARTICIPANTS {
            self.order.push(peer.id.clone());
            let split = Split::new(self.layers.count(), self.rates.clone());
            self.peers.insert(peer.id.clone(), Peer::new(peer, you, split));
        }
    }

    fn remove(&mut self, now: Instant, id: &PeerId) {
        self.with_peer(now, id, Peer::disconnect);
        self.peers.remove(id);
        self.order.retain(|other| other != id);
    }

    fn remove_all(&mut self, now: Instant) {
        for id in std::mem::take(&mut self.order) {
            self.remove(now, &id);
        }
    }

    /// The seat is given up, or was never there.
    pub(super) fn leave(&mut self, now: Instant) {
        self.latch.admission = None;
        self.latch.crowd = Crowd::Few;
        self.room = Room::Outside;
        self.remove_all(now);
    }

    fn refused(&mut self, now: Instant, code: RoomError) {
        match code {
            // The socket closes, the seat is kept.
            RoomError::BadMessage | RoomError::TooLarge | RoomError::TooFast => self.lose_room(now),
            RoomError::BadToken
            | RoomError::NotJoined
            | RoomError::Full
            | RoomError::Replaced
            | RoomError::Ended
            | RoomError::UnknownPeer
            | RoomError::NotAllowed => self.leave(now),
        }
    }

    pub(super) fn lose_room(&mut self, now: Instant) {
        if let Room::In { you } = &self.room {
            self.room = Room::Lost { you: you.clone(), until: now + Duration::from_secs(SEAT_SECONDS) };
        }
    }
}
