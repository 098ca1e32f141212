//! The ids by which participants know each other open nobody's link.

use crate::coviu_kit::{Integrator, participant, path};
use crate::im_kit::{Person, doctor, text, visit_chat};
use crate::kit::{Clinic, Socket};
use consilium_wire::room::{FromClient, FromServer, Readiness};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

/// The access token that a link leads to.
async fn token(clinic: &Clinic, session: &Value, place: usize) -> String {
    let id = text(&session["participants"][place]["participant_id"]);
    let page = clinic.http.get(clinic.url(&format!("/session/{id}"))).send().await.unwrap();
    page.url().query().and_then(|query| query.strip_prefix("at=")).expect("it leads in").to_owned()
}

/// What opens the links of the session.
fn secrets(session: &Value) -> Vec<String> {
    session["participants"].as_array().unwrap().iter().map(|one| text(&one["participant_id"])).collect()
}

#[track_caller]
fn assert_tells_nothing(told: &str, secrets: &[String]) {
    for secret in secrets {
        assert!(!told.contains(secret), "{told}");
    }
}

async fn hear_all(socket: &mut Socket, is_last: fn(&FromServer) -> bool) -> String {
    let heard = socket.hear_until(is_last).await;
    serde_json::to_string(&heard).unwrap()
}

/// The holder of a link, as the messenger knows it.
async fn writer(clinic: &Clinic, link: &str) -> Person {
    let request = clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(link);
    let let_in: Value = request.send().await.unwrap().json().await.unwrap();
    let role = if let_in["user"]["role"] == "doctor" { "doctor" } else { "patient" };
    Person { id: text(&let_in["user"]["user_id"]), role, token: text(&let_in["token"]) }
}

/// All texts of the columns of the database in which ids of participants are.
fn written(folder: &Path) -> String {
    let db = Connection::open(folder.join("clinic.db")).unwrap();
    let mut all = String::new();
    for column in [
        "actor || action || subject FROM audit",
        "event FROM events",
        "kind FROM marks",
        "id FROM chat_users",
    ] {
        let mut query = db.prepare(&format!("SELECT {column}")).unwrap();
        let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.for_each(|row| all.push_str(&row.unwrap()));
    }
    all
}

#[tokio::test]
async fn what_opens_a_link_is_told_to_nobody_but_the_integrator() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    let secrets = secrets(&session);
    clinic.pass(60);
    let (host, guest) = (token(&clinic, &session, 0).await, token(&clinic, &session, 1).await);
    clinic.press("join", &host).await;
    let mut inside = clinic.enter(&host, None).await;
    let mut told = hear_all(&mut inside, |message| matches!(message, FromServer::Welcome { .. })).await;
    let mut outside = clinic.enter(&guest, None).await;
    outside.say(&FromClient::Knock { ready: Readiness::default() }).await;
    let heard = inside.hear_until(|message| matches!(message, FromServer::Knocking { .. })).await;
    told.push_str(&serde_json::to_string(&heard).unwrap());
    let Some(FromServer::Knocking { peer, .. }) = heard.last() else { panic!("{heard:?}") };
    inside.say(&FromClient::Admit { peer: peer.id.clone() }).await;
    told.push_str(&hear_all(&mut outside, |message| matches!(message, FromServer::Welcome { .. })).await);

    for link in [&host, &guest] {
        told.push_str(&clinic.info(link).await.1.to_string());
        told.push_str(&visit_chat(&clinic, link).await.to_string());
        let person = writer(&clinic, link).await;
        told.push_str(&person.id);
        told.push_str(&person.get(&clinic, "/sessions/recent").await.to_string());
        told.push_str(&person.get(&clinic, "/users?query=").await.to_string());
    }
    told.push_str(&doctor(&clinic, 0).await.get(&clinic, "/users?query=").await.to_string());
    assert!(told.contains("Hostsson") && told.contains("Guestsson"), "it is about them: {told}");
    assert_tells_nothing(&told, &secrets);

    let Clinic { running, folder, .. } = clinic;
    running.stop().await;
    let written = written(folder.path());
    assert!(written.contains("admit") && written.contains("coviu:"), "{written}");
    assert_tells_nothing(&written, &secrets);
}

#[tokio::test]
async fn an_id_that_others_see_opens_nothing() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    clinic.pass(60);
    let guest = token(&clinic, &session, 1).await;
    let (_, info) = clinic.info(&guest).await;
    let ids = info["conference_info"]["specialists"].as_array().unwrap().iter().map(|one| text(&one["id"]));
    let ids: Vec<_> = ids.chain([text(&info["user_id"])]).filter(|id| id.starts_with("coviu:")).collect();
    assert_eq!(ids.len(), 2, "the host and the guest");
    for id in ids {
        for id in [id.as_str(), id.trim_start_matches("coviu:")] {
            let answer = clinic.http.get(clinic.url(&format!("/session/{id}"))).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{id}");
        }
    }
    clinic.running.stop().await;
}

/// Writes a session as an earlier version did: with the secret as the id in the conference.
fn as_earlier(folder: &Path, session: &str) {
    let mut db = Connection::open(folder.join("clinic.db")).unwrap();
    let step = db.transaction().unwrap();
    let record = step.query_row("SELECT record FROM conferences WHERE id = ?1", [session], |row| row.get(0));
    let text: String = record.unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let mut invited = record["face"]["kept"]["invited"].as_array().unwrap().clone();
    let mut changed = text;
    step.execute_batch("DROP TRIGGER events_stay").unwrap();
    for one in &mut invited {
        let (account, id) =
            (one["account"].to_string(), format!("\"coviu:{}\"", one["id"].as_str().unwrap()));
        changed =
            changed.replace(&format!("\"account\":{account}"), "\"account\":null").replace(&account, &id);
        assert!(changed.contains(&id), "it is the id in the conference");
        for column in ["events SET event = replace(event", "marks SET kind = replace(kind"] {
            step.execute(&format!("UPDATE {column}, ?1, ?2)"), [&account, &id]).unwrap();
        }
    }
    step.execute("UPDATE conferences SET record = ?1 WHERE id = ?2", [changed.as_str(), session]).unwrap();
    step.commit().unwrap();
}

#[tokio::test]
async fn sessions_of_an_earlier_version_go_on_with_other_ids() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    let (secrets, id) = (secrets(&session), text(&session["session_id"]));
    clinic.pass(60);
    clinic.press("join", &token(&clinic, &session, 0).await).await;

    let clinic = clinic.restart_with(|folder| as_earlier(folder, &id)).await;
    let host = token(&clinic, &session, 0).await;
    let (_, before) = clinic.info(&host).await;
    assert_eq!(before["conference_info"]["joinedSpecialists"][0]["name"], "Host Hostsson", "{before}");
    assert_eq!(before["conference_info"]["clients"].as_array().unwrap().len(), 1);
    assert_tells_nothing(&before.to_string(), &secrets);
    // What is written from now on stays with what was written earlier.
    let integrator = Integrator::of(&clinic).await;
    let (http, _) = integrator.put(&participant(&session, 1), json!({"display_name": "Other"})).await;
    assert_eq!(http, 200);
    let clinic = clinic.restart().await;
    let (_, after) = clinic.info(&host).await;
    assert_eq!(after["conference_info"]["clients"][0]["name"], "Other");
    assert_eq!(after["user_id"], before["user_id"]);
    let now = &after["conference_info"]["joinedSpecialists"];
    assert_eq!(now, &before["conference_info"]["joinedSpecialists"]);
    assert_tells_nothing(&after.to_string(), &secrets);
    let integrator = Integrator::of(&clinic).await;
    let (_, shown) = integrator.get(&path(&session)).await;
    assert_eq!(self::secrets(&shown), secrets, "its links are the same");
    clinic.running.stop().await;
}
