//! A whole visit with everything logged at the most talkative level: nothing of it is in the log.
//!
//! Alone in its file: the log is one for the whole process.
#![allow(clippy::unwrap_used)]

mod common;

use common::person::starts_visit;
use common::{Clinic, Person, call};
use consilium_app::Action;
use consilium_app::view::{AppView, CallPhase, Stage, VisitAction};
use consilium_client::{Endpoint, Server};
use consilium_model::Screen;
use consilium_wire::link::{Link, server_url};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What descriptions and candidates are made of, and no message of ours.
const SIGNALS: [&str; 8] =
    ["candidate:", "typ host", "a=ice", "a=fingerprint", "m=audio", "m=video", "c=IN", "o=-"];

/// Everything that is secret in the visit: names, tokens of links and of the room, passwords, codes, the key.
async fn secrets(clinic: &Clinic) -> Vec<String> {
    let demo = clinic.demo();
    let mut secrets = vec![demo.medme.as_ref().unwrap().api_key.expose().clone()];
    for user in &demo.home.as_ref().unwrap().users {
        secrets.push(user.password.expose().clone());
        if let Ok(Link::SignIn { code, .. }) = Link::parse(user.sign_in_link.expose()) {
            secrets.push(code.into_inner());
        }
    }
    for link in &demo.links {
        secrets.extend(link.name.split_whitespace().map(str::to_owned));
        let Ok(Link::Visit { server, access_token }) = Link::parse(link.deep_link.expose()) else { continue };
        let server = Server::new(Endpoint::new(&server_url(server.as_str()).unwrap()).unwrap()).unwrap();
        // A client's may be had only once the visit is open; those that can be had are enough.
        if let Ok(token) = server.medme(access_token.clone()).exchange().await {
            secrets.push(token.into_inner());
        }
        secrets.push(access_token.into_inner());
    }
    secrets
}

/// The IP addresses with a port in a text.
fn addresses(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']')));
    words.filter(|word| word.parse::<std::net::SocketAddr>().is_ok()).collect()
}

/// What may be a certificate, its fingerprint, or a hash of the safety words: 32 bytes or more in hexadecimal digits,
/// with or without colons. Half of that is an id, which may be in a log.
fn fingerprints(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_hexdigit() && c != ':');
    let digits = |word: &str| word.chars().filter(char::is_ascii_hexdigit).count();
    words.filter(|word| digits(word) >= 64).collect()
}

#[test]
fn finds_a_fingerprint_in_a_line() {
    let (plain, colons) = ("7f".repeat(32), ["A1"; 32].join(":"));
    let line = format!("at 12:00:00 certificate={plain} sha-256 {colons}");
    assert_eq!(fingerprints(&line), [&plain, &colons]);
}

#[test]
fn finds_an_address_in_a_line() {
    let line = "2026-11-21T12:00:00.1Z from=10.0.0.7:5000, to=[fe80::1]:9 and \"127.0.0.1:80\"";
    assert_eq!(addresses(line), ["10.0.0.7:5000", "[fe80::1]:9", "127.0.0.1:80"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_leaves_no_trace_of_itself_in_the_log() {
    let log = Log::default();
    let filter = EnvFilter::new(consilium_app::log_filter("trace"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log.clone()).init();

    let mut clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    let secrets = secrets(&clinic).await;
    people[1].measures("pictures", |figures| figures.decoded().iter().any(|frames| *frames > 30)).await;
    let lost = |view: &AppView| call(view).is_some_and(|call| call.phase == CallPhase::Reconnecting);
    let back = |view: &AppView| call(view).is_some_and(|call| call.phase == CallPhase::Connected);
    clinic.stop().await;
    people[0].sees("the loss", lost).await;
    clinic.restart().await;
    people[0].sees("the room", back).await;
    people[0].sees_others(1).await;
    people[0].presses(VisitAction::Finish).await;
    for mut person in people {
        person.sees_screen(Screen::Finish).await;
        person.closes().await;
    }
    let sign_in = clinic.demo().home.as_ref().unwrap().users[0].sign_in_link.clone();
    let mut specialist = Person::with_link(&sign_in);
    specialist.sees("the day", |view| matches!(view.stage, Stage::Home(_))).await;
    specialist.does(Action::SignOut).await;
    specialist.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    specialist.closes().await;
    clinic.stop().await;

    let log = log.text();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log was collected");
    for (number, secret) in secrets.iter().enumerate() {
        assert!(!log.contains(secret.as_str()), "secret {number} of {} is in the log", secrets.len());
    }
    for signal in SIGNALS {
        assert!(!log.contains(signal), "{signal} is in the log");
    }
    assert_eq!(addresses(&log), [""; 0]);
    assert_eq!(fingerprints(&log), [""; 0]);
}
