//! What the room says about rights holds on both sides: nothing goes to whom may not receive it, nothing is taken from
//! whom may not send it, whatever the other's client does.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::messages::{peer, sdp, welcome};
use consilium_call::core::{Effect, Health, Input, LayerHeights, LinkEvent, LinkId, Mesh, Sending};
use consilium_model::{Content, Intent, PeerId, Status};
use consilium_wire::room::{DescriptionKind, FromServer, Peer, Rights, Signal};
use proptest::prelude::*;
use std::time::Instant;

const EVERYTHING: Intent = Intent { mic: true, camera: true, screen: true };

fn rights() -> impl Strategy<Value = Rights> {
    any::<[bool; 6]>().prop_map(|[audio, video, screen, hear, see, see_screen]| Rights {
        audio,
        video,
        screen,
        hear,
        see,
        see_screen,
        ..Rights::GUEST
    })
}

#[derive(Default)]
struct Told {
    sending: Sending,
    taking: Option<Intent>,
    link: Option<LinkId>,
}

impl Told {
    fn drain(&mut self, mesh: &mut Mesh) {
        while let Some(effect) = mesh.poll() {
            match effect {
                Effect::Connect { link, .. } => *self = Self { link: Some(link), ..Self::default() },
                Effect::Sending { sending, .. } => self.sending = sending,
                Effect::Taking { link, taking, .. } => {
                    assert_eq!(self.link, Some(link));
                    self.taking = Some(taking);
                }
                _ => {}
            }
        }
    }
}

/// In a running visit, connected with one who wants everything.
fn connected(own: Rights, theirs: Rights) -> Told {
    let (now, id) = (Instant::now(), PeerId::from("p"));
    let mut mesh = Mesh::new(LayerHeights::halving(720, 3));
    let mut told = Told::default();
    let FromServer::Welcome { you, resume, resumed, peers, ice_servers, policy, status, .. } =
        welcome("m", vec![Peer { rights: theirs, ..peer("p") }], false, Status::Started)
    else {
        unreachable!("it makes welcomes")
    };
    let welcome =
        FromServer::Welcome { you, resume, resumed, peers, ice_servers, rights: own, policy, status };
    mesh.handle(now, Input::Room(welcome));
    mesh.handle(now, Input::Intent(EVERYTHING));
    told.drain(&mut mesh);
    let link = told.link.unwrap();
    let mut report = |event| mesh.handle(now, Input::Link { peer: id.clone(), link, event });
    report(LinkEvent::Described { kind: DescriptionKind::Offer, sdp: sdp("own", 0).into() });
    report(LinkEvent::Health(Health::Connected));
    let answer = Signal::Description { kind: DescriptionKind::Answer, sdp: sdp("p", 0).into() };
    let wishes = [Content::Camera, Content::Screen].map(|content| Signal::Wish { height: 1080, content });
    for signal in std::iter::once(answer).chain(wishes) {
        mesh.handle(now, Input::Room(FromServer::Signal { from: id.clone(), signal }));
    }
    told.drain(&mut mesh);
    told
}

proptest! {
    #[test]
    fn both_sides_hold_to_the_rights(own in rights(), theirs in rights()) {
        let Told { sending, taking, .. } = connected(own, theirs);
        prop_assert_eq!(sending.audio, own.audio && theirs.hear);
        prop_assert_eq!(sending.video.is_some(), own.video && theirs.see);
        prop_assert_eq!(sending.screen.is_some(), own.screen && theirs.see_screen);
        prop_assert_eq!(taking, Some(Intent {
            mic: theirs.audio && own.hear,
            camera: theirs.video && own.see,
            screen: theirs.screen && own.see_screen,
        }));
    }
}
