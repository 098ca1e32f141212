//! What a participant suffers from at its own end: told to those who are there, those who come and those who come back.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::messages::{peer, welcome};
use consilium_call::core::{Effect, Input, LayerHeights, Mesh};
use consilium_model::{PeerId, Status};
use consilium_wire::room::{FromClient, FromServer, Signal, Trouble};
use std::time::Instant;

struct Call {
    mesh: Mesh,
    now: Instant,
}

impl Call {
    fn with(ids: &[&str]) -> Self {
        let mut call = Self { mesh: Mesh::new(LayerHeights::halving(360, 3)), now: Instant::now() };
        let peers = ids.iter().map(|id| peer(id)).collect();
        call.told(Input::Room(welcome("m", peers, false, Status::Started)));
        call
    }

    /// Whom this input has let know what.
    fn told(&mut self, input: Input) -> Vec<(PeerId, Option<Trouble>)> {
        self.mesh.handle(self.now, input);
        let effects = std::iter::from_fn(|| self.mesh.poll());
        let told = effects.filter_map(|effect| match effect {
            Effect::Send(FromClient::Signal { to, signal: Signal::Trouble { cause } }) => Some((to, cause)),
            _ => None,
        });
        told.collect()
    }

    fn room(&mut self, message: FromServer) -> Vec<(PeerId, Option<Trouble>)> {
        self.told(Input::Room(message))
    }
}

#[test]
fn everybody_is_told_once() {
    let slow = Some(Trouble::Processor);
    let mut call = Call::with(&["a", "b"]);
    assert_eq!(call.told(Input::Trouble(slow)), [("a".into(), slow), ("b".into(), slow)]);
    assert_eq!(call.told(Input::Trouble(slow)), []);
    assert_eq!(call.room(FromServer::PeerJoined { peer: peer("c") }), [("c".into(), slow)]);
    assert_eq!(call.told(Input::Trouble(None)).len(), 3);
    assert_eq!(call.room(FromServer::PeerJoined { peer: peer("d") }), [], "there is nothing to tell");
}

#[test]
fn what_could_not_be_told_is_told_when_somebody_hears_it_again() {
    let lost = Some(Trouble::Network);
    let mut call = Call::with(&["a", "b"]);
    call.room(FromServer::PeerAway { peer: "a".into() });
    assert_eq!(call.told(Input::Trouble(lost)), [("b".into(), lost)]);
    assert_eq!(call.room(FromServer::PeerBack { peer: "a".into() }), [("a".into(), lost)]);
    call.told(Input::RoomLost);
    assert_eq!(call.told(Input::Trouble(None)), []);
    let back = welcome("m", vec![peer("a"), peer("b")], true, Status::Started);
    assert_eq!(call.room(back), [("a".into(), None), ("b".into(), None)]);
}

#[test]
fn what_a_peer_says_is_shown_with_it() {
    let mut call = Call::with(&["a"]);
    let signal = Signal::Trouble { cause: Some(Trouble::Device) };
    call.mesh.handle(call.now, Input::Room(FromServer::Signal { from: "a".into(), signal }));
    let views = std::iter::from_fn(|| call.mesh.poll()).find_map(|effect| match effect {
        Effect::Peers(views) => Some(views),
        _ => None,
    });
    assert_eq!(views.unwrap()[0].trouble, Some(Trouble::Device));
}
