//! A specialist at home hears of knocks.

use super::kit::{Clinic, Socket};
use consilium_model::Secret;
use consilium_wire::home::{Event, FailureCode, MAX_SOCKETS};
use consilium_wire::room::{Check, FromClient, Readiness};
use serde_json::json;
use std::time::Duration;

async fn listen(clinic: &Clinic, token: &Secret) -> Socket {
    let mut socket = clinic.socket("/home/v1/events").await;
    socket.send(json!({"type": "hello", "token": token.expose()}).to_string()).await;
    socket
}

/// The next event that is about something else than colleagues.
async fn event(socket: &mut Socket) -> Event {
    loop {
        let text = socket.text().await.expect("the socket is open");
        match serde_json::from_str(&text).unwrap() {
            Event::Contact { .. } => {}
            event => return event,
        }
    }
}

#[tokio::test]
async fn knocks_are_heard_wherever_the_specialist_is() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let (mine, others) = (clinic.sign_in("d").await, clinic.sign_in("e").await);
    let (mut home, mut colleague) = (listen(&clinic, &mine).await, listen(&clinic, &others).await);
    assert_eq!(event(&mut home).await, Event::Known);
    assert_eq!(event(&mut colleague).await, Event::Known);

    let (mut patient, you) = clinic.in_lobby(&live, "p").await;
    let ready = Readiness { network: Check::Good, ..Readiness::default() };
    patient.say(&FromClient::Knock { ready }).await;
    let heard = event(&mut home).await;
    let Event::Knocking { visit, peer, name, waits, .. } = heard.clone() else {
        panic!("no knock: {heard:?}")
    };
    assert_eq!((&visit, &peer, name.expose().as_str(), waits.ready), (live.id(), &you, "p Sample", ready));
    assert_eq!(clinic.get("/home/v1/visits", &mine).await["visits"][0]["waiting"], 1);

    let mut second = listen(&clinic, &mine).await;
    assert!(matches!(event(&mut second).await, Event::Knocking { peer, .. } if peer == you));
    assert_eq!(event(&mut second).await, Event::Known, "all of it has been told");
    let mut inside = clinic.inside(&live).await;
    inside.say(&FromClient::Admit { peer: you.clone() }).await;
    let over = Event::KnockOver { visit, peer: you };
    assert_eq!((event(&mut home).await, event(&mut second).await), (over.clone(), over));
    assert_eq!(clinic.get("/home/v1/visits", &mine).await["visits"][0]["waiting"], 0);
    let heard = tokio::time::timeout(Duration::from_millis(200), event(&mut colleague)).await;
    assert!(heard.is_err(), "not a visit of the colleague");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_signs_out_hears_nothing_more() {
    let clinic = Clinic::with_pulse(Duration::from_millis(200)).await;
    let token = clinic.sign_in("d").await;
    let mut home = listen(&clinic, &token).await;
    assert_eq!(event(&mut home).await, Event::Known);
    clinic.app().staff.sign_out(&token).await.unwrap();
    assert_eq!(event(&mut home).await, Event::Refused { error: FailureCode::Unauthorized });
    assert_eq!(home.text().await, None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_a_sign_in_opens_it_and_not_too_often() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let tokens = clinic.app().clinic.keys();
    for token in [tokens.access_token(live.id(), &super::kit::doctor()), "no".into()] {
        let refused = Event::Refused { error: FailureCode::Unauthorized };
        assert_eq!(event(&mut listen(&clinic, &token).await).await, refused);
    }
    let mut rude = clinic.socket("/home/v1/events").await;
    rude.send("hello".into()).await;
    assert_eq!(event(&mut rude).await, Event::Refused { error: FailureCode::BadRequest });

    let token = clinic.sign_in("d").await;
    let mut sockets = Vec::new();
    for _ in 0..MAX_SOCKETS {
        let mut socket = listen(&clinic, &token).await;
        assert_eq!(event(&mut socket).await, Event::Known);
        sockets.push(socket);
    }
    let refused = Event::Refused { error: FailureCode::TooManyAttempts };
    assert_eq!(event(&mut listen(&clinic, &token).await).await, refused);
    clinic.running.stop().await;
}
