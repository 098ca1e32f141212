//! Who can be called, and whether they can be reached.

use crate::home_kit::{ask, book, event, hear, listen, sign_in, signed_in, until_known};
use crate::kit::Clinic;
use consilium_wire::demo::DemoRole;
use consilium_wire::home::Event;
use consilium_wire::home::calls::{Availability, Contacts};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn contacts(clinic: &Clinic, token: &str) -> Contacts {
    let (http, body) = ask(clinic, token, Method::GET, "contacts", None).await;
    assert_eq!(http, 200);
    serde_json::from_value(body).unwrap()
}

async fn availability(clinic: &Clinic, token: &str, login: &str) -> Availability {
    let contacts = contacts(clinic, token).await.contacts;
    contacts.into_iter().find(|one| one.user_id.as_str() == login).expect("a colleague").availability
}

async fn disturb(clinic: &Clinic, token: &str, on: bool) {
    let body = json!({ "do_not_disturb": on });
    assert_eq!(ask(clinic, token, Method::PUT, "presence", Some(&body)).await.0, 204);
}

async fn is_silent(socket: &mut crate::kit::Socket) -> bool {
    tokio::time::timeout(Duration::from_secs(1), socket.next_text()).await.is_err()
}

#[tokio::test]
async fn everybody_but_the_asker_is_a_contact_by_name() {
    let clinic = Clinic::start().await;
    let token = signed_in(&clinic, "nina").await;
    signed_in(&clinic, "boris").await;
    let contacts = contacts(&clinic, &token).await;
    let names: Vec<_> = contacts.contacts.iter().map(|one| one.name.expose().clone()).collect();
    assert!(names.is_sorted() && names.contains(&"Doctor boris".to_owned()));
    assert!(contacts.contacts.iter().all(|one| one.user_id.as_str() != "nina"));
    assert!(contacts.contacts.iter().all(|one| one.availability == Availability::Offline));
    assert!(!contacts.do_not_disturb);
    for token in [clinic.pair("now").0.as_str(), "nonsense", ""] {
        let unauthorized = (401, json!({"error": "unauthorized"}));
        assert_eq!(ask(&clinic, token, Method::GET, "contacts", None).await, unauthorized);
        let body = json!({"do_not_disturb": true});
        assert_eq!(ask(&clinic, token, Method::PUT, "presence", Some(&body)).await, unauthorized);
    }
    for body in [json!({}), json!({"do_not_disturb": 1}), json!([])] {
        assert_eq!(ask(&clinic, &token, Method::PUT, "presence", Some(&body)).await.0, 400, "{body}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn colleagues_hear_who_comes_and_a_reconnect_is_no_news() {
    let clinic = Clinic::start().await;
    let (nina, boris) = (signed_in(&clinic, "nina").await, signed_in(&clinic, "boris").await);
    let mut listener = listen(&clinic, &nina).await;
    assert_eq!(until_known(&mut listener).await, []);
    let first = listen(&clinic, &boris).await;
    hear(&mut listener, "boris", Availability::Available).await;
    assert_eq!(availability(&clinic, &nina, "boris").await, Availability::Available);

    drop(first);
    let second = listen(&clinic, &boris).await;
    assert!(is_silent(&mut listener).await, "it is there all the time");
    let mut other = listen(&clinic, &boris).await;
    let here = Event::Contact { user_id: "nina".into(), availability: Availability::Available };
    assert_eq!(until_known(&mut other).await, [here], "whoever comes hears who is there");
    drop((second, other));
    hear(&mut listener, "boris", Availability::Offline).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_in_a_conference_is_in_a_call() {
    let clinic = Clinic::start().await;
    let doctor = clinic.demo().home.as_ref().unwrap().users[0].user_id.clone();
    let nina = signed_in(&clinic, "nina").await;
    let mut listener = listen(&clinic, &nina).await;
    until_known(&mut listener).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    hear(&mut listener, doctor.as_str(), Availability::InCall).await;
    clinic.press("leave", &specialist).await;
    hear(&mut listener, doctor.as_str(), Availability::Offline).await;
    clinic.press("join", &specialist).await;
    hear(&mut listener, doctor.as_str(), Availability::InCall).await;
    let home = sign_in(&clinic, doctor.as_str()).await;
    let socket = listen(&clinic, &home).await;
    clinic.press("finish", &specialist).await;
    hear(&mut listener, doctor.as_str(), Availability::Available).await;
    drop(socket);
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_wants_no_calls_is_seen_so_on_every_device_and_after_a_restart() {
    let clinic = Clinic::start().await;
    let (nina, boris) = (signed_in(&clinic, "nina").await, signed_in(&clinic, "boris").await);
    let (mut listener, device) = (listen(&clinic, &nina).await, listen(&clinic, &boris).await);
    hear(&mut listener, "boris", Availability::Available).await;
    disturb(&clinic, &boris, true).await;
    hear(&mut listener, "boris", Availability::DoNotDisturb).await;
    disturb(&clinic, &boris, true).await;
    let second = sign_in(&clinic, "boris").await;
    assert!(
        contacts(&clinic, &second).await.do_not_disturb && !contacts(&clinic, &nina).await.do_not_disturb
    );
    assert!(is_silent(&mut listener).await);
    drop((listener, device));

    let clinic = clinic.restart().await;
    assert!(contacts(&clinic, &boris).await.do_not_disturb);
    let mut listener = listen(&clinic, &nina).await;
    hear(&mut listener, "boris", Availability::DoNotDisturb).await;
    disturb(&clinic, &boris, false).await;
    hear(&mut listener, "boris", Availability::Offline).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_removed_is_nobodys_contact() {
    let clinic = Clinic::start().await;
    let (nina, boris) = (signed_in(&clinic, "nina").await, signed_in(&clinic, "boris").await);
    let (mut listener, mut device) = (listen(&clinic, &nina).await, listen(&clinic, &boris).await);
    disturb(&clinic, &boris, true).await;
    hear(&mut listener, "boris", Availability::DoNotDisturb).await;
    until_known(&mut device).await;
    assert_eq!(book(&clinic, Method::DELETE, "staff/boris", None).await.0, 204);
    hear(&mut listener, "boris", Availability::Offline).await;
    let gone = contacts(&clinic, &nina).await.contacts.iter().all(|one| one.user_id.as_str() != "boris");
    assert!(gone);
    let boris = signed_in(&clinic, "boris").await;
    assert!(!contacts(&clinic, &boris).await.do_not_disturb, "it is another one");
    clinic.running.stop().await;
}

#[tokio::test]
async fn people_of_visits_who_cannot_sign_in_are_nobodys_contacts() {
    let clinic = Clinic::start().await;
    let nina = signed_in(&clinic, "nina").await;
    let mut listener = listen(&clinic, &nina).await;
    until_known(&mut listener).await;
    let stranger = clinic.demo().home.as_ref().unwrap().users[0].user_id.clone();
    assert_eq!(book(&clinic, Method::DELETE, &format!("staff/{stranger}"), None).await.0, 204);
    let specialist = clinic.tokens("now", DemoRole::Specialist).remove(0);
    clinic.press("open_for_join", &specialist).await;
    clinic.press("join", &specialist).await;
    let (_, body): (u16, Value) = ask(&clinic, &nina, Method::GET, "contacts", None).await;
    assert!(!body.to_string().contains(stranger.as_str()));
    let heard = tokio::time::timeout(Duration::from_secs(1), event(&mut listener)).await;
    assert!(heard.is_err(), "{heard:?}");
    clinic.running.stop().await;
}
