//! A specialist at home hears of knocks.

use super::kit::{Clinic, Socket};
use consilium_model::Secret;
use consilium_wire::home::{Event, FailureCode, MAX_SOCKETS};
use consilium_wire::room::{Check, FromClient, FromServer, Readiness};
use serde_json::json;
use std::time::{Duration, Instant};

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

#[tokio::test]
async fn whoever_changes_all_the_time_is_told_of_once_a_second_and_how_it_ends() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let mut home = listen(&clinic, &clinic.sign_in("d").await).await;
    assert_eq!(event(&mut home).await, Event::Known);
    let began = Instant::now();
    let (mut patient, _) = clinic.in_lobby(&live, "p").await;
    let knock = |camera| FromClient::Knock { ready: Readiness { camera, ..Readiness::default() } };
    for turn in 0..80 {
        patient.say(&knock(if turn % 2 == 0 { Check::Good } else { Check::Busy })).await;
        patient.say(&FromClient::StepAway { on: turn % 2 == 0 }).await;
    }
    patient.say(&knock(Check::Missing)).await;
    let mut told = 0;
    loop {
        let Event::Knocking { waits, .. } = event(&mut home).await else { panic!("it goes on knocking") };
        told += 1;
        if waits.ready.camera == Check::Missing && !waits.away {
            break;
        }
    }
    let most = began.elapsed().as_secs() + 2;
    assert!(told <= most, "told {told} times, {most} at most");
    let is_last = |message: &FromServer| matches!(message, FromServer::Knocking { waits, .. } if waits.ready.camera == Check::Missing);
    inside.hear_until(is_last).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn many_who_change_make_nobody_look_more_often() {
    let clinic = Clinic::start().await;
    let names: Vec<String> = (0..10).map(|number| format!("p{number}")).collect();
    let live = clinic.conference("a", true, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut guests = Vec::new();
    for name in &names {
        guests.push(clinic.knocking(&live, name).await.0);
    }
    let mut looks = clinic.app().rooms.queue().watch();
    looks.mark_unchanged();
    let (began, mut seen) = (Instant::now(), 0);
    for turn in 0..20 {
        for guest in &mut guests {
            guest.say(&FromClient::StepAway { on: turn % 2 == 0 }).await;
        }
        // Whoever watches is woken that often.
        if tokio::time::timeout(Duration::from_millis(100), looks.changed()).await.is_ok() {
            seen += 1;
        }
    }
    let most = began.elapsed().as_secs() + 2;
    assert!((1..=most).contains(&seen), "{seen} looks, {most} at most");
    clinic.running.stop().await;
}

#[tokio::test]
async fn sockets_that_say_nothing_are_few() {
    const PER_ADDRESS: usize = 128;
    let clinic = Clinic::start().await;
    let token = clinic.sign_in("d").await;
    let mut silent = Vec::new();
    for _ in 0..PER_ADDRESS {
        silent.push(clinic.socket("/home/v1/events").await);
    }
    assert_eq!(clinic.refused_socket("/home/v1/events").await, 503);
    let mut first = silent.remove(0);
    first.send(json!({"type": "hello", "token": token.expose()}).to_string()).await;
    assert_eq!(event(&mut first).await, Event::Known);
    let mut next = listen(&clinic, &token).await;
    assert_eq!(event(&mut next).await, Event::Known, "whoever has said who listens takes no place");
    clinic.running.stop().await;
}

#[tokio::test]
async fn wrong_tokens_are_counted_for_a_minute() {
    const WRONG: usize = 100;
    let clinic = Clinic::start().await;
    let token = clinic.sign_in("d").await;
    for _ in 0..WRONG {
        let refused = event(&mut listen(&clinic, &"no".into()).await).await;
        assert_eq!(refused, Event::Refused { error: FailureCode::Unauthorized });
    }
    let many = Event::Refused { error: FailureCode::TooManyAttempts };
    assert_eq!(event(&mut listen(&clinic, &"no".into()).await).await, many);
    clinic.set_clock(60);
    for _ in 0..2 {
        assert_eq!(event(&mut listen(&clinic, &token).await).await, Event::Known);
    }
    clinic.running.stop().await;
}
