//! Two in a room: they see each other, their signals and their media.

use crate::kit::Clinic;
use consilium_model::{Content, MediaState, Role};
use consilium_wire::room::{FromClient, FromServer, RoomError, Signal};

#[tokio::test]
async fn two_talk() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    let at_doctor = doctor.welcome().await;
    assert!(at_doctor.peers.is_empty() && !at_doctor.resumed);
    let media = MediaState { mic: true, screen: true, ..MediaState::default() };
    doctor.say(&FromClient::Media(media)).await;
    let signal =
        |text: &str| Signal::Candidate { candidate: text.into(), sdp_mid: None, sdp_m_line_index: None };
    // Its answer tells that the room knows the media by now.
    doctor.say(&FromClient::Signal { to: "nobody".into(), signal: signal("lost") }).await;
    let error = FromServer::Error { code: RoomError::UnknownPeer, fatal: false };
    assert_eq!(doctor.hear().await, Some(error));

    let mut patient = clinic.enter(&client, None).await;
    let at_patient = patient.welcome().await;
    // A patient shows papers as a specialist shows pictures.
    for rights in [at_doctor.rights, at_patient.rights] {
        assert!(rights.audio && rights.video && rights.screen);
    }
    assert!(at_doctor.rights.admit && !at_patient.rights.admit);
    let [seen] = at_patient.peers.as_slice() else { panic!("one peer") };
    assert_eq!((&seen.id, seen.role, seen.media), (&at_doctor.you, Role::Specialist, media));
    let Some(FromServer::PeerJoined { peer }) = doctor.hear().await else { panic!("the patient joins") };
    assert_eq!((&peer.id, peer.role, peer.away), (&at_patient.you, Role::Client, false));

    patient.say(&FromClient::Signal { to: at_doctor.you.clone(), signal: signal("here") }).await;
    let heard = FromServer::Signal { from: at_patient.you.clone(), signal: signal("here") };
    assert_eq!(doctor.hear().await, Some(heard));
    patient.say(&FromClient::Bye).await;
    assert_eq!(doctor.hear().await, Some(FromServer::PeerLeft { peer: at_patient.you }));
    assert_eq!(patient.hear().await, None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_third_hears_nothing_of_a_signal_between_two() {
    let clinic = Clinic::start().await;
    let specialist = clinic.pair("group").0;
    let clients = clinic.tokens("group", consilium_wire::demo::DemoRole::Patient);
    clinic.press("open_for_join", &specialist).await;
    clinic.press("join", &specialist).await;
    let mut sockets = Vec::new();
    let mut seats = Vec::new();
    for token in clients.iter().chain([&specialist]) {
        if token != &specialist {
            clinic.press("join", token).await;
        }
        let mut socket = clinic.enter(token, None).await;
        seats.push(socket.welcome().await.you);
        sockets.push(socket);
    }
    let [first, second, third] = &mut sockets[..] else { panic!("three are in") };
    let wish = Signal::Wish { height: 180, content: Content::Camera };
    first.say(&FromClient::Signal { to: seats[1].clone(), signal: wish.clone() }).await;
    second
        .hear_until(|message| *message == FromServer::Signal { from: seats[0].clone(), signal: wish.clone() })
        .await;
    second.say(&FromClient::Media(MediaState::default())).await;
    let heard = third.hear_until(|message| matches!(message, FromServer::Media { .. })).await;
    assert!(!heard.iter().any(|message| matches!(message, FromServer::Signal { .. })), "{heard:?}");
    clinic.running.stop().await;
}
