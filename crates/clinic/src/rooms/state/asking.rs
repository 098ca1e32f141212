//! What participants ask the specialists for, and who hears it.

use super::*;
use consilium_model::{Actor, Command, Plan, PlannedSpecialist, Roster, Secret};
use consilium_wire::room::Rights;
use time::macros::datetime;

const ASK: FromClient = FromClient::Ask { ask: Ask::MoreTime };

fn conference() -> Conference {
    let noon = datetime!(2026-11-21 12:00 UTC);
    let doctor = PlannedSpecialist { id: "d".into(), required: false };
    let mut conference = Conference::new(Plan {
        roster: Roster { specialists: vec![doctor], clients: vec!["p".into()], guests: Vec::new() },
        is_open: true,
        scheduled_start: noon,
        scheduled_duration: Duration::from_secs(600),
        opening_window: Duration::ZERO,
    });
    for who in [Participant::client("p"), Participant::specialist("d")] {
        conference.apply(Command::Join, &Actor::Participant(who), noon).unwrap();
    }
    conference
}

fn arrival(socket: SocketId, who: Participant, resume: Option<Secret>) -> Arrival {
    Arrival {
        socket,
        who,
        name: "Sample".into(),
        way: Way::Free,
        rights: Rights::GUEST,
        resume,
        ice: Ice::default(),
        devices: Default::default(),
        new_id: PeerId::new(format!("seat-{socket}")),
        new_resume: Secret::new(format!("key-{socket}")),
    }
}

/// The room with the client on socket 1, and what is told from then on.
fn room(now: Instant) -> Room {
    let conference = conference();
    let mut room = Room::new(Duration::from_secs(60), conference.status());
    room.enter(arrival(1, Participant::client("p"), None), &conference, now);
    room.take_effects();
    room
}

fn sent(room: &mut Room) -> Vec<(SocketId, FromServer)> {
    let sent = room.take_effects().into_iter().map(|effect| match effect {
        Effect::Send(socket, message) => (socket, message),
        other => panic!("unexpected: {other:?}"),
    });
    sent.collect()
}

#[test]
fn with_no_specialist_in_the_room_the_one_who_asks_is_told() {
    let now = Instant::now();
    let mut room = room(now);
    room.message(1, ASK, now);
    let nobody = FromServer::Error { code: RoomError::UnknownPeer, fatal: false };
    assert_eq!(sent(&mut room), [(1, nobody)]);
}

#[test]
fn a_specialist_who_is_away_hears_it_when_back() {
    let now = Instant::now();
    let mut room = room(now);
    room.enter(arrival(2, Participant::specialist("d"), None), &conference(), now);
    room.lost(2, now);
    room.take_effects();
    room.message(1, ASK, now);
    assert_eq!(sent(&mut room), [], "nobody is told that nobody is there");
    room.enter(arrival(3, Participant::specialist("d"), Some("key-2".into())), &conference(), now);
    let heard: Vec<_> = sent(&mut room).into_iter().filter(|(socket, _)| *socket == 3).collect();
    let asked = FromServer::Asked { from: "seat-1".into(), ask: Ask::MoreTime };
    assert!(matches!(&heard[0].1, FromServer::Welcome { resumed: true, .. }));
    assert_eq!(heard[1..], [(3, asked)]);
}

#[test]
fn whoever_is_shut_out_is_refused_and_away() {
    let now = Instant::now();
    let mut room = room(now);
    room.enter(arrival(2, Participant::specialist("d"), None), &conference(), now);
    room.take_effects();
    room.shut_out(|who| who.role == Role::Client, now);
    let refused = FromServer::Error { code: RoomError::NotAllowed, fatal: true };
    let away = FromServer::PeerAway { peer: "seat-1".into() };
    assert_eq!(room.take_effects(), [Effect::Send(1, refused), Effect::Close(1), Effect::Send(2, away)]);
    room.shut_out(|who| who.role == Role::Client, now);
    assert_eq!(room.take_effects(), []);
    room.expire(now + Duration::from_secs(60));
    assert!(room.take_effects().contains(&Effect::Leave(Participant::client("p"))));
}
