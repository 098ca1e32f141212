//! One person more in a visit, by a link that one device uses.

use crate::booking::{Booking, book as book_visit};
use crate::home_kit::{ask, sign_in, signed_in};
use crate::im_kit::text;
use crate::kit::{Clinic, Socket};
use crate::trueconf_kit::{Site, owner_token};
use consilium_wire::link::Link;
use consilium_wire::medme::Code;
use consilium_wire::room::{FromServer, RoomError};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const CANNOT_CANCEL: &str = Code::ConferenceCannotBeCancelled.as_str();

/// A demo visit that runs, and its specialist at home.
struct Running {
    clinic: Clinic,
    /// The specialist's link, the client's, and the specialist's sign-in.
    specialist: String,
    client: String,
    home: String,
    visit: String,
}

impl Running {
    async fn start() -> Self {
        // Nothing ends by itself while the clock is moved.
        let clinic = Clinic::adjusted(|config| config.end_every = Duration::from_secs(3600)).await;
        let (specialist, client) = clinic.pair("now");
        clinic.start_visit(&specialist, &client).await;
        let login = clinic.demo().home.as_ref().unwrap().users[0].user_id.clone();
        let home = sign_in(&clinic, login.as_str()).await;
        let (_, day) = ask(&clinic, &home, Method::GET, "visits", None).await;
        let visits = day["visits"].as_array().unwrap();
        let visit = visits.iter().find(|visit| visit["access_token"] == json!(specialist)).unwrap();
        let visit = text(&visit["id"]);
        Self { clinic, specialist, client, home, visit }
    }

    async fn link(&self, body: &Value) -> (u16, Value) {
        let path = format!("visits/{}/guest_link", self.visit);
        ask(&self.clinic, &self.home, Method::POST, &path, Some(body)).await
    }

    /// The access token of a new guest.
    async fn guest(&self, body: &Value) -> String {
        let (http, body) = self.link(body).await;
        assert_eq!(http, 200, "{body}");
        token(&body)
    }
}

fn token(body: &Value) -> String {
    match Link::parse(body["link"].as_str().unwrap()).unwrap() {
        Link::Visit { access_token, .. } => access_token.into_inner(),
        Link::SignIn { .. } => panic!("not a link to a visit"),
    }
}

fn interpreter() -> Value {
    json!({"name": "Dana Sample", "role": "interpreter"})
}

async fn page(clinic: &Clinic, token: &str) -> u16 {
    clinic.http.get(clinic.url(&format!("/visit?at={token}"))).send().await.unwrap().status().as_u16()
}

async fn welcomed(clinic: &Clinic, token: &str) -> Socket {
    let mut socket = clinic.enter(token, None).await;
    socket.welcome().await;
    socket
}

#[tokio::test]
async fn whoever_is_brought_in_is_seen_with_its_role() {
    let it = Running::start().await;
    let clinic = &it.clinic;
    let mut doctor = welcomed(clinic, &it.specialist).await;
    let (http, body) = it.link(&interpreter()).await;
    assert_eq!((http, &body["expires_at"]), (200, &json!("2026-11-22T12:00:00Z")));
    let guest = token(&body);
    assert_eq!(page(clinic, &guest).await, 200);
    assert_eq!(clinic.press("join", &guest).await, "started");
    let _seat = welcomed(clinic, &guest).await;
    let joined = doctor.hear_until(|heard| matches!(heard, FromServer::PeerJoined { .. })).await;
    let Some(FromServer::PeerJoined { peer }) = joined.last() else { unreachable!() };
    assert_eq!(peer.name.expose(), "Dana Sample, interpreter");
    assert!(!peer.rights.admit);

    assert_eq!(clinic.press("leave", &guest).await, "started", "the visit goes on without the interpreter");
    assert_eq!(clinic.refused("cancel", &guest).await.1, CANNOT_CANCEL, "it is not the guest's to call off");
    clinic.press("join", &guest).await;
    let chat = clinic.http.post(clinic.url("/home/v1/visit_chat")).bearer_auth(&guest).send().await.unwrap();
    assert_eq!(chat.status(), 200, "the chat of the visit is the guest's, too");
    it.clinic.running.stop().await;
}

#[tokio::test]
async fn a_second_device_is_refused_unless_the_first_has_gone() {
    let it = Running::start().await;
    let guest = it.guest(&interpreter()).await;
    it.clinic.press("join", &guest).await;
    let mut first = it.clinic.enter(&guest, None).await;
    let resume = first.welcome().await.resume;
    let mut second = it.clinic.enter(&guest, None).await;
    assert_eq!(second.hear().await, Some(FromServer::Error { code: RoomError::Replaced, fatal: true }));
    assert_eq!(second.hear().await, None);
    let mut same = it.clinic.enter(&guest, Some(resume)).await;
    assert!(same.welcome().await.resumed, "the same device comes back before its loss is noticed");

    let mut doctor = welcomed(&it.clinic, &it.specialist).await;
    drop((first, same));
    doctor.hear_until(|heard| matches!(heard, FromServer::PeerAway { .. })).await;
    let _third = welcomed(&it.clinic, &guest).await;
    // Everybody else goes on where they came last.
    let mut patient = welcomed(&it.clinic, &it.client).await;
    let _elsewhere = welcomed(&it.clinic, &it.client).await;
    let over = |heard: &FromServer| matches!(heard, FromServer::Error { .. });
    let heard = patient.hear_until(over).await;
    assert_eq!(heard.last(), Some(&FromServer::Error { code: RoomError::Replaced, fatal: true }));
    it.clinic.running.stop().await;
}

#[tokio::test]
async fn a_conference_of_another_protocol_has_guests_by_link_as_well() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted_with(json!({"max_participants": 4}))).await;
    let specialist = owner_token(&clinic, &id).await.unwrap();
    let client = site.guest(&clinic, &id, "2$ada*Ada Example").await;
    clinic.press("join", &client).await;
    assert_eq!(clinic.press("join", &specialist).await, "started");
    let home = sign_in(&clinic, &site.owner).await;
    let (_, day) = ask(&clinic, &home, Method::GET, "visits", None).await;
    let visits = day["visits"].as_array().unwrap();
    let visit = visits.iter().find(|visit| visit["access_token"] == json!(specialist)).unwrap();
    let visit = text(&visit["id"]);
    let it = Running { clinic, specialist, client, home, visit };
    let guest = it.guest(&interpreter()).await;
    assert_eq!(it.clinic.press("join", &guest).await, "started");
    let _seat = welcomed(&it.clinic, &guest).await;
    let mut second = it.clinic.enter(&guest, None).await;
    assert_eq!(second.hear().await, Some(FromServer::Error { code: RoomError::Replaced, fatal: true }));
    assert_eq!(site.state(&it.clinic, &id, "stop").await, "stopped");
    assert_eq!(it.clinic.refused("join", &guest).await.1, "CONFERENCE_CANNOT_JOIN");
    it.clinic.running.stop().await;
}

#[tokio::test]
async fn a_link_that_nobody_used_is_worth_nothing_after_a_day_or_the_end() {
    let it = Running::start().await;
    let (used, unused, late) =
        (it.guest(&interpreter()).await, it.guest(&interpreter()).await, it.guest(&interpreter()).await);
    let Running { clinic, specialist, client, .. } = it;
    let clinic = clinic.restart().await;
    assert_eq!(page(&clinic, &unused).await, 200);
    clinic.press("join", &used).await;
    clinic.pass(24 * 3600 - 1);
    assert_eq!(clinic.press("join", &late).await, "started");
    clinic.pass(1);
    assert_eq!(page(&clinic, &unused).await, 410);
    assert_eq!(page(&clinic, &used).await, 200, "one that was used is good until the end");
    clinic.press("finish", &specialist).await;
    assert_eq!(clinic.info(&used).await.0, 200, "it hears that it is over");
    clinic.pass(15 * 60);
    assert_eq!((page(&clinic, &used).await, page(&clinic, &late).await), (410, 410));
    assert_eq!(page(&clinic, &client).await, 200, "a patient's link lasts");
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_a_specialist_inside_brings_somebody_in() {
    let it = Running::start().await;
    let (clinic, path) = (&it.clinic, format!("visits/{}/guest_link", it.visit));
    let colleague = signed_in(clinic, "nina").await;
    let not_found = (404, json!({"error": "not_found"}));
    assert_eq!(ask(clinic, &colleague, Method::POST, &path, Some(&interpreter())).await, not_found);
    let nowhere = ask(clinic, &it.home, Method::POST, "visits/none/guest_link", Some(&interpreter())).await;
    assert_eq!(nowhere, not_found);
    let guest = it.guest(&json!({"name": "Dana Sample"})).await;
    for token in [it.specialist.as_str(), &it.client, &guest, "nonsense"] {
        let refused = ask(clinic, token, Method::POST, &path, Some(&interpreter())).await;
        assert_eq!(refused, (401, json!({"error": "unauthorized"})));
    }
    for (body, code) in [
        (json!({"name": ""}), "bad_name"),
        (json!({"name": "Dana\nSample"}), "bad_name"),
        (json!({"name": "Dana", "role": "a\u{202e}b"}), "bad_name"),
        (json!({"name": "Dana", "role": "r".repeat(61)}), "bad_name"),
        (json!({"role": "guardian"}), "bad_request"),
        (json!([]), "bad_request"),
    ] {
        assert_eq!(it.link(&body).await, (400, json!({ "error": code })), "{body}");
    }
    let over = (409, json!({"error": "call_over"}));
    clinic.press("leave", &it.specialist).await;
    assert_eq!(it.link(&interpreter()).await, over);
    clinic.press("join", &it.specialist).await;
    clinic.press("finish", &it.specialist).await;
    assert_eq!(it.link(&interpreter()).await, over);
    for _ in 0..7 {
        it.link(&interpreter()).await;
    }
    assert_eq!(it.link(&interpreter()).await, (429, json!({"error": "too_many_attempts"})));
    it.clinic.running.stop().await;
}

#[tokio::test]
async fn it_is_audited_by_whoever_brings_in_and_nobody_is_named() {
    let it = Running::start().await;
    let login = it.clinic.demo().home.as_ref().unwrap().users[0].user_id.clone();
    it.guest(&interpreter()).await;
    it.clinic.running.stop().await;
    let db = rusqlite::Connection::open(it.clinic.folder.path().join("clinic.db")).unwrap();
    let sql = "SELECT actor || ' ' || subject FROM audit WHERE action = 'guest_link'";
    let line: String = db.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(line, format!("{login} {}", it.visit));
}

async fn update(clinic: &Clinic, fields: &Value) {
    let mut body = fields.clone();
    body["api_key"] = json!(clinic.running.api_key().expose());
    body["appointmentId"] = json!("a");
    let (http, body) = clinic.call("update_info", &body).await;
    assert_eq!(http, 200, "{body}");
}

#[tokio::test]
async fn the_booking_system_neither_hears_of_a_guest_nor_takes_it_off() {
    let clinic = Clinic::adjusted(|config| config.complete_every = Duration::from_millis(50)).await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book_visit(&clinic, &mut booking, false).await;
    let home = signed_in(&clinic, "d").await;
    clinic.press("join", &specialist).await;
    let (_, day) = ask(&clinic, &home, Method::GET, "visits", None).await;
    let path = format!("visits/{}/guest_link", text(&day["visits"][0]["id"]));
    let (http, body) = ask(&clinic, &home, Method::POST, &path, Some(&interpreter())).await;
    assert_eq!(http, 200, "{body}");
    let guest = token(&body);
    assert!(booking.is_quiet().await, "the link is the guest's");
    assert_eq!(clinic.press("join", &client).await, "started", "nobody waits for the guest");

    let renamed = json!({"id": "p", "name": "Other", "surname": "Person"});
    update(&clinic, &json!({ "clients": [renamed] })).await;
    clinic.press("join", &guest).await;
    update(&clinic, &json!({"otp": true})).await;
    assert_eq!(clinic.info(&guest).await.0, 200, "it has no number to be told a password at");
    assert_ne!(clinic.info(&client).await.0, 200);
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}
