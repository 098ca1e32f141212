//! Who may come in, and what happens to whoever breaks the rules: it hurts nobody else.

use crate::kit::Clinic;
use consilium_wire::room::{FromClient, FromServer, MAX_MESSAGE, PROTOCOL, Readiness, RoomError};

const fn fatal(code: RoomError) -> Option<FromServer> {
    Some(FromServer::Error { code, fatal: true })
}

#[tokio::test]
async fn only_the_joined_come_in() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let mut early = clinic.enter(&client, None).await;
    assert_eq!(early.hear().await, fatal(RoomError::NotJoined));
    assert_eq!(early.hear().await, None);
    clinic.press("open_for_join", &specialist).await;
    clinic.press("join", &client).await;
    clinic.enter(&client, None).await.welcome().await;

    let mut stranger = clinic.socket("/room/v1").await;
    stranger.say(&FromClient::Hello { protocol: PROTOCOL, token: "no".into(), resume: None }).await;
    assert_eq!(stranger.hear().await, fatal(RoomError::BadToken));
    let mut newer = clinic.socket("/room/v1").await;
    newer.say(&FromClient::Hello { protocol: PROTOCOL + 1, token: "no".into(), resume: None }).await;
    assert_eq!(newer.hear().await, fatal(RoomError::BadMessage));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_bad_message_closes_its_own_socket_only() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    let flood = vec![r#"{"type":"knock"}"#; 400].concat();
    let large = format!(r#"{{"type":"signal","to":"{}"}}"#, "x".repeat(MAX_MESSAGE));
    for (bad, code) in [
        ("not JSON", RoomError::BadMessage),
        (r#"{"type":"media","mic":"loud"}"#, RoomError::BadMessage),
        (r#"{"type":"hello","protocol":1,"token":""}"#, RoomError::BadMessage),
        (flood.as_str(), RoomError::BadMessage),
        (large.as_str(), RoomError::TooLarge),
    ] {
        let mut patient = clinic.enter(&client, None).await;
        patient.welcome().await;
        patient.text(bad).await;
        let heard = patient.hear_until(|message| matches!(message, FromServer::Error { .. })).await;
        assert_eq!(heard.last(), fatal(code).as_ref(), "{bad:.40}");
        assert_eq!(patient.hear().await, None);
        doctor.say(&FromClient::Knock { ready: Readiness::default() }).await;
        doctor
            .hear_until(|message| matches!(message, FromServer::Error { code: RoomError::NotAllowed, .. }))
            .await;
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn unknown_types_are_ignored_and_too_many_messages_are_not() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    patient.welcome().await;
    patient.text(r#"{"type":"weather","of":"tomorrow"}"#).await;
    patient.say(&FromClient::Knock { ready: Readiness::default() }).await;
    let refused = FromServer::Error { code: RoomError::NotAllowed, fatal: false };
    assert_eq!(patient.hear().await, Some(refused));
    for _ in 0..2000 {
        // The socket may be closed by now.
        let text = r#"{"type":"weather"}"#;
        let _ =
            futures_util::SinkExt::send(&mut patient.0, tokio_tungstenite::tungstenite::Message::text(text))
                .await;
    }
    assert_eq!(patient.hear().await, fatal(RoomError::TooFast));
    clinic.running.stop().await;
}
