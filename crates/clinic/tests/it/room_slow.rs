//! A socket that takes nothing is dropped; whoever talks to it goes on.

use crate::kit::Clinic;
use consilium_wire::room::{FromClient, FromServer, Signal};
use std::time::Duration;

/// Below the long-term rate of the room.
const PAUSE: Duration = Duration::from_millis(25);
const BURST: usize = 150;

#[tokio::test]
async fn a_reader_that_does_not_read_is_dropped() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    let seat = patient.welcome().await.you;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;

    let sdp =
        Signal::Candidate { candidate: "x".repeat(60_000).into(), sdp_mid: None, sdp_m_line_index: None };
    let signal = FromClient::Signal { to: seat.clone(), signal: sdp };
    for _ in 0..BURST {
        doctor.say(&signal).await;
    }
    let heard = loop {
        tokio::select! {
            heard = doctor.hear() => break heard,
            () = tokio::time::sleep(PAUSE) => doctor.say(&signal).await,
        }
    };
    assert_eq!(heard, Some(FromServer::PeerAway { peer: seat }));
    drop(patient);
    clinic.running.stop().await;
}
