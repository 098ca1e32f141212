//! Rights of a conference, kept by the server: in the chat, for its files, and beside it.

use crate::im_kit::{Person, ask, doctor, drain, next, next_of, text, uuid, visit_chat};
use crate::kit::Clinic;
use crate::trueconf_kit::{Site, owner_token};
use reqwest::Method;
use serde_json::{Value, json};

/// A guest with some rights taken away, the owner, and the conversation of the two.
struct Talk {
    clinic: Clinic,
    guest: Person,
    owner: Person,
    session: String,
    /// The guest's link.
    link: String,
}

async fn talk_without(rights: &[&str]) -> Talk {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let denied: Value = rights.iter().map(|right| ((*right).to_owned(), json!(false))).collect();
    let id = site.make(&clinic, &site.wanted_with(json!({"rights": {"guest": denied}}))).await;
    let link = site.guest(&clinic, &id, "2$ada*Ada Example").await;
    let request = clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(&link);
    let let_in: Value = request.send().await.unwrap().json().await.unwrap();
    let (guest, token) = (text(&let_in["user"]["user_id"]), text(&let_in["token"]));
    let session = text(&visit_chat(&clinic, &owner_token(&clinic, &id).await.unwrap()).await["id"]);
    let owner = doctor(&clinic, 0).await;
    assert_eq!(owner.id, site.owner);
    Talk { guest: Person { id: guest, role: "patient", token }, clinic, owner, session, link }
}

const FORBIDDEN: (u16, &str) = (403, "forbidden");

impl Talk {
    fn at(&self, path: &str) -> String {
        format!("/sessions/{}{path}", self.session)
    }

    async fn refused(&self, method: Method, path: &str, body: Option<&Value>) {
        let (http, code) = self.guest.refused(&self.clinic, method, path, body).await;
        assert_eq!((http, code.as_str()), FORBIDDEN, "{path}");
    }

    async fn upload(&self, who: &Person) -> (u16, Value) {
        let url = self.clinic.url(&format!("/api/v2/sessions/{}/attachments?name=a.txt", self.session));
        let request = self.clinic.http.post(url).bearer_auth(&who.token).body("some words");
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn open(&self, who: &Person, file: &str, part: &str) -> u16 {
        let url = self.clinic.url(&format!("/api/v2/attachments/{file}{part}"));
        self.clinic.http.get(url).bearer_auth(&who.token).send().await.unwrap().status().as_u16()
    }
}

fn words(words: &str) -> Value {
    json!({"type": 1, "content": words, "client_message_id": uuid()})
}

fn of_file(file: &Value) -> Value {
    let content = json!({"title": "a.txt", "file": file}).to_string();
    json!({"type": 4, "content": content, "client_message_id": uuid()})
}

#[tokio::test]
async fn whoever_may_not_write_cannot_whatever_the_client_says() {
    let talk = talk_without(&["chat_send"]).await;
    talk.refused(Method::POST, &talk.at("/messages"), Some(&words("let me"))).await;
    let topic = json!({"session_id": talk.session, "name": "A question"});
    talk.refused(Method::POST, "/sessions/topics", Some(&topic)).await;
    assert_eq!(talk.upload(&talk.guest).await.0, 403, "a file is a message too");
    let beside = json!({"type": 2, "business_type": 2, "participants": [talk.owner.id]});
    talk.refused(Method::POST, "/sessions", Some(&beside)).await;
    let people = talk.guest.get(&talk.clinic, "/users?query=").await;
    assert_eq!(people["content"], json!([]), "nobody to begin with");

    let beside = talk.owner.with(&talk.clinic, &talk.guest).await;
    talk.owner.say(&talk.clinic, &beside, "only you and me").await;
    assert_eq!(talk.guest.history(&talk.clinic, &beside).await.len(), 1, "it may read there as well");
    let path = format!("/sessions/{beside}/messages");
    talk.refused(Method::POST, &path, Some(&words("may I here?"))).await;
    let url = talk.clinic.url(&format!("/api/v2/sessions/{beside}/attachments?name=a.txt"));
    let upload = talk.clinic.http.post(url).bearer_auth(&talk.guest.token).body("some words");
    assert_eq!(upload.send().await.unwrap().status(), 403, "nor files");

    let mut socket = talk.guest.socket(&talk.clinic, Some(&talk.session)).await;
    let message = words("over the socket");
    socket.send(&json!({"type": "send", "message": message})).await;
    let refusal = next_of(&mut socket, "error").await;
    assert_eq!(
        (&refusal["code"], &refusal["client_message_id"]),
        (&json!("forbidden"), &message["client_message_id"])
    );

    talk.owner.say(&talk.clinic, &talk.session, "can you hear me?").await;
    assert_eq!(next_of(&mut socket, "message").await["message"]["content"], "can you hear me?");
    let history = talk.guest.history(&talk.clinic, &talk.session).await;
    assert_eq!(history.len(), 1, "it may still read, and there is nothing of its own");
    talk.clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_may_not_read_gets_a_count_and_no_word() {
    let talk = talk_without(&["chat_rcv"]).await;
    let mut socket = talk.guest.socket(&talk.clinic, None).await;
    socket.send(&json!({"type": "look", "session_id": talk.session})).await;
    assert_eq!(next_of(&mut socket, "error").await["code"], "forbidden");
    let topic = json!({"session_id": talk.session, "name": "A secret question"});
    let topic = talk.owner.post(&talk.clinic, "/sessions/topics", &topic).await;
    let said = talk.owner.say(&talk.clinic, &talk.session, "a secret word").await;
    let heard = drain(&mut socket).await;
    assert!(heard.iter().all(|message| message["type"] == "badge") && !heard.is_empty(), "{heard:?}");

    for path in [
        talk.at("/messages"),
        talk.at("/messages?after=x"),
        talk.at("/messages/unread"),
        talk.at(&format!("/messages/{}", text(&said["id"]))),
        talk.at("/topics/current/ended"),
        talk.at("/topics/current/messages"),
        format!("/sessions/topics/{}", text(&topic["id"])),
        format!("/sessions/topic/{}/messages", text(&topic["id"])),
    ] {
        talk.refused(Method::GET, &path, None).await;
    }
    for path in [
        "/sessions".to_owned(),
        "/sessions/recent".to_owned(),
        "/sessions/topics".to_owned(),
        talk.at("/session"),
        talk.at("/topics"),
        format!("/sessions/{}/topics", text(&topic["id"])),
    ] {
        let (http, body) = ask(&talk.clinic, Some(&talk.guest), Method::GET, &path, None).await;
        assert!(http == 200 && !body.to_string().contains("secret"), "{path}: {http} {body}");
    }
    assert!(!visit_chat(&talk.clinic, &talk.link).await.to_string().contains("secret"));
    talk.guest.say(&talk.clinic, &talk.session, "I can only speak").await;
    talk.clinic.running.stop().await;
}

#[tokio::test]
async fn files_go_only_where_they_may() {
    let talk = talk_without(&["file_transfer_send", "file_transfer_rcv"]).await;
    let (http, body) = talk.upload(&talk.guest).await;
    assert_eq!((http, &body["error"]["code"]), (403, &json!("forbidden")));
    let (http, file) = talk.upload(&talk.owner).await;
    assert_eq!(http, 201, "{file}");
    talk.refused(Method::POST, &talk.at("/messages"), Some(&of_file(&file["id"]))).await;
    talk.owner.post(&talk.clinic, &talk.at("/messages"), &of_file(&file["id"])).await;
    let id = file["id"].as_str().unwrap();
    assert_eq!((talk.open(&talk.guest, id, "").await, talk.open(&talk.owner, id, "").await), (403, 200));
    assert_eq!(talk.open(&talk.guest, id, "/thumbnail").await, 403);
    talk.guest.say(&talk.clinic, &talk.session, "words are fine").await;
    talk.clinic.running.stop().await;
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_a_conference_with_limits() {
    let talk = talk_without(&["chat_send", "chat_rcv", "file_transfer_rcv"]).await;
    let (_, file) = talk.upload(&talk.owner).await;
    let stranger = crate::im_kit::patient(&talk.clinic, 0).await;
    for (method, path, body) in [
        (Method::POST, talk.at("/messages"), Some(words("hello"))),
        (Method::GET, talk.at("/messages"), None),
        (Method::GET, talk.at("/topics/current/messages"), None),
    ] {
        let refused = stranger.refused(&talk.clinic, method, &path, body.as_ref()).await;
        assert_eq!(refused, (404, "not_found".to_owned()), "{path}");
    }
    assert_eq!(talk.open(&stranger, file["id"].as_str().unwrap(), "").await, 404);
    let mut socket = stranger.socket(&talk.clinic, None).await;
    socket.send(&json!({"type": "look", "session_id": talk.session})).await;
    assert_eq!(next(&mut socket).await["code"], "not_found");
    talk.clinic.running.stop().await;
}

#[tokio::test]
async fn one_guest_is_not_another_of_the_same_name() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let mut people = Vec::new();
    for _ in 0..2 {
        let id = site.make(&clinic, &site.wanted()).await;
        let link = site.guest(&clinic, &id, "2$ada*Ada").await;
        let session = text(&visit_chat(&clinic, &link).await["id"]);
        let request = clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(&link);
        let let_in: Value = request.send().await.unwrap().json().await.unwrap();
        let (id, token) = (text(&let_in["user"]["user_id"]), text(&let_in["token"]));
        people.push((Person { id, role: "patient", token }, session));
    }
    let [(one, hers), (other, _)] = &people[..] else { panic!("there are two") };
    assert_ne!(one.id, other.id);
    one.say(&clinic, hers, "for the doctor only").await;
    let refused = other.refused(&clinic, Method::GET, &format!("/sessions/{hers}/messages"), None).await;
    assert_eq!(refused, (404, "not_found".to_owned()));
    clinic.running.stop().await;
}
