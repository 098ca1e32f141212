//! Whoever knocks and was never let in has nothing of the visit's conversation and hears of no other guest.

use crate::coviu_kit::{Integrator, minute};
use crate::im_kit::{Person, text, visit_chat};
use crate::kit::{Clinic, Socket};
use consilium_wire::room::{FromClient, FromServer, Readiness};
use reqwest::Method;
use serde_json::{Value, json};

const FORBIDDEN: (u16, &str) = (403, "forbidden");

/// A running session of a host and two guests, of whom one is in.
struct Visit {
    clinic: Clinic,
    host: String,
    /// The link of the guest who waits.
    guest: String,
    inside: Socket,
    chat: String,
}

/// The access token that a link leads to.
async fn token(clinic: &Clinic, session: &Value, place: usize) -> String {
    let entry = session["participants"][place]["entry_url"].as_str().unwrap();
    let page = clinic.http.get(entry).send().await.unwrap();
    page.url().query().and_then(|query| query.strip_prefix("at=")).expect("it leads in").to_owned()
}

/// The holder of a link, as the messenger knows it.
async fn writer(clinic: &Clinic, link: &str) -> Person {
    let request = clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(link);
    let let_in: Value = request.send().await.unwrap().json().await.unwrap();
    let role = if let_in["user"]["role"] == "doctor" { "doctor" } else { "patient" };
    Person { id: text(&let_in["user"]["user_id"]), role, token: text(&let_in["token"]) }
}

async fn knock(clinic: &Clinic, link: &str) -> Socket {
    let mut socket = clinic.enter(link, None).await;
    socket.hear_until(|message| matches!(message, FromServer::Lobby { .. })).await;
    socket.say(&FromClient::Knock { ready: Readiness::default() }).await;
    socket
}

fn is_welcome(message: &FromServer) -> bool {
    matches!(message, FromServer::Welcome { .. })
}

impl Visit {
    async fn start() -> Self {
        let clinic = Clinic::start().await;
        let integrator = Integrator::of(&clinic).await;
        let body = json!({"session_name": "Knee", "start_time": minute(1), "end_time": minute(40),
        "participants": [
            {"display_name": "Host Hostsson", "role": "host"},
            {"display_name": "Waiting Waitsson", "role": "guest"},
            {"display_name": "Other Othersson", "role": "guest"},
        ]});
        let (http, session) = integrator.post("/sessions", body).await;
        assert_eq!(http, 200, "{session}");
        clinic.pass(60);
        let (host, guest) = (token(&clinic, &session, 0).await, token(&clinic, &session, 1).await);
        clinic.press("join", &host).await;
        let mut inside = clinic.enter(&host, None).await;
        inside.welcome().await;
        let chat = text(&visit_chat(&clinic, &host).await["id"]);
        let other = token(&clinic, &session, 2).await;
        let mut visit = Self { clinic, host, guest, inside, chat };
        let mut in_it = knock(&visit.clinic, &other).await;
        visit.admit().await;
        in_it.hear_until(is_welcome).await;
        let other = writer(&visit.clinic, &other).await;
        other.say(&visit.clinic, &visit.chat, "my secret").await;
        visit
    }

    async fn knocking(&mut self) -> consilium_model::PeerId {
        let heard = self.inside.hear_until(|message| matches!(message, FromServer::Knocking { .. })).await;
        let Some(FromServer::Knocking { peer, .. }) = heard.last() else { panic!("{heard:?}") };
        peer.id.clone()
    }

    async fn admit(&mut self) {
        let peer = self.knocking().await;
        self.inside.say(&FromClient::Admit { peer }).await;
    }

    fn at(&self, path: &str) -> String {
        format!("/sessions/{}{path}", self.chat)
    }

    async fn assert_refused(&self, who: &Person, method: Method, path: &str, body: Option<&Value>) {
        let (http, code) = who.refused(&self.clinic, method, &self.at(path), body).await;
        assert_eq!((http, code.as_str()), FORBIDDEN, "{path}");
    }

    async fn upload(&self, who: &Person) -> u16 {
        let url = self.clinic.url(&format!("/api/v2{}", self.at("/attachments?name=a.txt")));
        let request = self.clinic.http.post(url).bearer_auth(&who.token).body("some words");
        request.send().await.unwrap().status().as_u16()
    }

    /// That the guest who waits has nothing, whatever it asks for.
    async fn assert_has_nothing(&self, guest: &Person) {
        self.assert_refused(guest, Method::GET, "/messages", None).await;
        self.assert_refused(guest, Method::POST, "/messages", Some(&words())).await;
        assert_eq!(self.upload(guest).await, 403);
        let mut told = self.clinic.info(&self.guest).await.1.to_string();
        assert!(told.contains("Waitsson") && told.contains("Hostsson"), "{told}");
        told.push_str(&visit_chat(&self.clinic, &self.guest).await.to_string());
        for path in ["/sessions/recent".to_owned(), self.at("/participants"), "/users?query=".to_owned()] {
            let (_, body) = crate::im_kit::ask(&self.clinic, Some(guest), Method::GET, &path, None).await;
            told.push_str(&body.to_string());
        }
        assert!(!told.contains("Othersson") && !told.contains("secret"), "{told}");
    }
}

fn words() -> Value {
    json!({"type": 1, "content": "let me in", "client_message_id": crate::im_kit::uuid()})
}

#[tokio::test]
async fn whoever_was_never_let_in_has_nothing_of_the_conversation_also_after_a_denial() {
    let mut visit = Box::pin(Visit::start()).await;
    let guest = writer(&visit.clinic, &visit.guest).await;
    visit.assert_has_nothing(&guest).await;
    let mut outside = knock(&visit.clinic, &visit.guest).await;
    let peer = visit.knocking().await;
    visit.assert_has_nothing(&guest).await;
    visit.inside.say(&FromClient::Deny { peer, reason: None }).await;
    outside.hear_until(|message| matches!(message, FromServer::Denied { .. })).await;
    visit.assert_has_nothing(&guest).await;
    let (_, info) = visit.clinic.info(&visit.host).await;
    assert_eq!(info["conference_info"]["clients"].as_array().unwrap().len(), 2, "those inside see all");
    visit.clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_was_in_once_reads_and_writes_while_it_is_in_and_after_the_end() {
    let mut visit = Box::pin(Visit::start()).await;
    let guest = writer(&visit.clinic, &visit.guest).await;
    let mut outside = knock(&visit.clinic, &visit.guest).await;
    visit.admit().await;
    outside.hear_until(is_welcome).await;
    assert_eq!(guest.history(&visit.clinic, &visit.chat).await.len(), 1);
    guest.say(&visit.clinic, &visit.chat, "thank you").await;
    assert_eq!(visit.upload(&guest).await, 201);
    assert!(visit.clinic.info(&visit.guest).await.1.to_string().contains("Othersson"));

    visit.clinic.press("leave", &visit.guest).await;
    assert_eq!(guest.history(&visit.clinic, &visit.chat).await.len(), 2, "it goes on reading");
    visit.assert_refused(&guest, Method::POST, "/messages", Some(&words())).await;
    assert_eq!(visit.upload(&guest).await, 403);
    visit.clinic.press("finish", &visit.host).await;
    guest.say(&visit.clinic, &visit.chat, "one more question").await;
    visit.clinic.running.stop().await;
}
