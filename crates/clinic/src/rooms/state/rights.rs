//! What somebody has no right to is neither told nor done.

use super::*;
use consilium_model::{Actor, Command};
use consilium_model::{MediaState, Plan, PlannedSpecialist, Roster, Secret};
use consilium_wire::room::Rights;
use proptest::prelude::*;
use time::macros::datetime;

fn conference() -> Conference {
    let mut conference = Conference::new(Plan {
        roster: Roster {
            specialists: vec![PlannedSpecialist { id: "d".into(), required: false }],
            clients: vec!["p".into()],
            guests: Vec::new(),
        },
        is_open: true,
        scheduled_start: datetime!(2026-11-21 12:00 UTC),
        scheduled_duration: Duration::from_secs(600),
        opening_window: Duration::ZERO,
    });
    for who in [Participant::specialist("d"), Participant::client("p")] {
        let now = datetime!(2026-11-21 12:00 UTC);
        conference.apply(Command::Join, &Actor::Participant(who), now).unwrap();
    }
    conference
}

fn arrival(socket: SocketId, who: Participant, rights: Rights) -> Arrival {
    Arrival {
        socket,
        who,
        way: Way::Free,
        rights,
        name: "Sample".into(),
        resume: None,
        ice: Ice::default(),
        devices: Default::default(),
        new_id: PeerId::new(format!("seat-{socket}")),
        new_resume: Secret::new(format!("key-{socket}")),
    }
}

proptest! {
    #[test]
    fn nobody_is_said_to_send_what_it_may_not(
        [audio, video, screen, mic, camera, shares, hold] in any::<[bool; 7]>(),
    ) {
        let (conference, now) = (conference(), Instant::now());
        let mut room = Room::new(Duration::from_secs(60), conference.status());
        let rights = Rights { audio, video, screen, ..Rights::GUEST };
        room.enter(arrival(1, Participant::specialist("d"), Rights::ALL), &conference, now);
        room.enter(arrival(2, Participant::client("p"), rights), &conference, now);
        let told = room.take_effects();
        let welcomed = |effect: &Effect| {
            matches!(effect, Effect::Send(2, FromServer::Welcome { rights: told, .. }) if *told == rights)
        };
        let joined = |effect: &Effect| {
            matches!(effect, Effect::Send(1, FromServer::PeerJoined { peer }) if peer.rights == rights)
        };
        prop_assert!(told.iter().any(welcomed) && told.iter().any(joined));

        let claimed = MediaState { mic, camera, screen: shares, hold };
        room.message(2, FromClient::Media(claimed), now);
        let media = MediaState {
            mic: mic && audio, camera: camera && video, screen: shares && screen, hold,
        };
        let expected = FromServer::Media { from: "seat-2".into(), media };
        prop_assert_eq!(room.take_effects(), vec![Effect::Send(1, expected)]);
        // Whoever comes later hears the same.
        room.enter(arrival(3, Participant::specialist("d"), Rights::ALL), &conference, now);
        let later = room.take_effects().into_iter().any(|effect| {
            matches!(effect, Effect::Send(3, FromServer::Welcome { peers, .. }) if peers[0].media == media)
        });
        prop_assert!(later);
    }
}
