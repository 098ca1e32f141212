//! Who may write to whom, and who is in which session.

use crate::im_kit::{ask, doctor, next, patient, text, visit_chat};
use crate::kit::Clinic;
use consilium_wire::demo::DemoRole;
use reqwest::Method;
use serde_json::{Value, json};

fn new(kind: u8, business: u8, participants: &[&str]) -> Value {
    json!({"type": kind, "business_type": business, "participants": participants})
}

fn ids(session: &Value) -> Vec<String> {
    let members = session["participants"].as_array().expect("a list").iter();
    members.map(|member| text(&member["participant_id"])).collect()
}

#[tokio::test]
async fn people_begin_with_those_whom_they_have_to_do_with() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let (ivan, other) = (patient(&clinic, 0).await, patient(&clinic, 1).await);
    for (who, body, expected) in [
        (&anna, new(2, 1, &[&boris.id]), 201),
        (&boris, new(2, 1, &[&anna.id]), 200),
        (&anna, new(2, 2, &[&ivan.id]), 201),
        (&ivan, new(2, 2, &[&anna.id]), 200),
        (&anna, new(1, 2, &[&ivan.id, &boris.id]), 201),
        (&anna, new(3, 1, &[&boris.id, &boris.id, &anna.id]), 201),
        // Boris has no visit with this patient, and patients have nothing to do with each other.
        (&boris, new(2, 2, &[&ivan.id]), 403),
        (&ivan, new(2, 2, &[&boris.id]), 403),
        (&ivan, new(2, 2, &[&other.id]), 403),
        (&ivan, new(1, 2, &[&anna.id]), 403),
        (&anna, new(2, 1, &["nobody"]), 403),
        (&anna, new(2, 2, &["patient:nobody"]), 403),
        (&anna, new(0, 1, &[&boris.id]), 403),
        (&anna, new(2, 2, &[&boris.id]), 400),
        (&anna, new(3, 2, &[&ivan.id]), 400),
        (&anna, new(2, 1, &[]), 400),
        (&anna, new(2, 1, &[&anna.id]), 400),
        (&anna, new(7, 1, &[&boris.id]), 400),
        (&anna, json!({"type": 2}), 400),
    ] {
        let (http, answer) = ask(&clinic, Some(who), Method::POST, "/sessions", Some(&body)).await;
        assert_eq!(http, expected, "{} {body}: {answer}", who.id);
    }
    assert_eq!(anna.with(&clinic, &boris).await, boris.with(&clinic, &anna).await, "two people have one");
    clinic.running.stop().await;
}

#[tokio::test]
async fn search_finds_whom_one_may_write_to() {
    let clinic = Clinic::start().await;
    let (anna, boris, ivan) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, patient(&clinic, 0).await);
    let found = async |who: &crate::im_kit::Person, query: &str| {
        let page = who.get(&clinic, &format!("/users?query={query}")).await;
        page["content"].as_array().unwrap().iter().map(|user| text(&user["user_id"])).collect::<Vec<_>>()
    };
    let all = found(&anna, "").await;
    assert!(all.contains(&boris.id) && all.contains(&ivan.id) && !all.contains(&anna.id), "{all:?}");
    assert_eq!(found(&ivan, "").await, [anna.id.as_str()]);
    assert!(!found(&boris, "").await.contains(&ivan.id), "he has no visit with this patient");
    let name = text(&anna.get(&clinic, &format!("/users/{}", ivan.id)).await["name"]);
    let part: String = name.to_uppercase().chars().take(4).collect();
    assert!(found(&anna, &part).await.contains(&ivan.id));
    assert!(found(&anna, "no-such-name").await.is_empty());
    let page = anna.get(&clinic, "/users?page_size=1").await;
    assert_eq!((page["content"].as_array().map(Vec::len), &page["more"]), (Some(1), &json!(true)));
    let refused = boris.refused(&clinic, Method::GET, &format!("/users/{}", ivan.id), None).await;
    assert_eq!(refused, (404, "not_found".to_owned()), "nobody learns who is a patient here");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_visit_has_one_session_with_all_its_people() {
    let clinic = Clinic::start().await;
    let specialist = clinic.tokens("group", DemoRole::Specialist).remove(0);
    let clients = clinic.tokens("group", DemoRole::Patient);
    let session = visit_chat(&clinic, &clients[0]).await;
    assert_eq!(
        (&session["type"], &session["business_type"], &session["status"]),
        (&json!(1), &json!(2), &json!(0))
    );
    assert_eq!(ids(&session).len(), 3);
    assert_eq!(visit_chat(&clinic, &clients[1]).await["id"], session["id"]);
    assert_eq!(visit_chat(&clinic, &specialist).await["id"], session["id"]);
    let anna = doctor(&clinic, 0).await;
    let session = text(&session["id"]);
    anna.say(&clinic, &session, "before the visit").await;
    clinic.press("cancel", &specialist).await;
    clinic.pass(24 * 3600 - 60);
    let clinic = clinic.restart().await;
    anna.say(&clinic, &session, "after it").await;
    assert_eq!(visit_chat(&clinic, &clients[1]).await["unread_count"], 2);
    let nobody = clinic.http.post(clinic.url("/home/v1/visit_chat")).bearer_auth("x").send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_people_of_a_visit_and_their_names_follow_its_edits() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let boris = doctor(&clinic, 1).await;
    let session = text(&visit_chat(&clinic, &client).await["id"]);
    anna.put(&clinic, &format!("/sessions/{session}/participants"), &json!({"participants": [boris.id]}))
        .await;
    let mut at_ivan = ivan.socket(&clinic, Some(&session)).await;

    let person =
        |id: &str, name: &str| json!({"id": id, "name": name, "surname": "Sample", "profession": "P"});
    let edit = json!({
        "access_token": specialist,
        "clients": [person("new", "Nina")],
        "specialists": [person(&anna.id, "Renamed"), person("visiting", "Vera")],
    });
    let (http, body) = clinic.call("update_info", &edit).await;
    assert_eq!(http, 200, "{body}");
    let session_now = anna.get(&clinic, &format!("/sessions/{session}/session")).await;
    let mut now = ids(&session_now);
    now.sort();
    let mut expected = [anna.id.as_str(), boris.id.as_str(), "patient:new", "visiting"].map(str::to_owned);
    expected.sort();
    assert_eq!(now, expected, "the colleague who was asked in stays");

    let gone = ivan.refused(&clinic, Method::GET, &format!("/sessions/{session}/session"), None).await;
    assert_eq!(gone, (401, "unauthorized".to_owned()), "a token is worth as much as its link");
    anna.say(&clinic, &session, "not for whoever was taken off").await;
    assert_eq!(at_ivan.goodbye().await.as_deref(), Some("logged out"));

    let again = json!({"access_token": specialist, "clients": [person("new", "Another")]});
    assert_eq!(clinic.call("update_info", &again).await.0, 200);
    let renamed = anna.get(&clinic, &format!("/sessions/{session}/participants/patient:new")).await;
    assert!(text(&renamed["name"]).contains("Another"), "{renamed}");
    clinic.running.stop().await;
}

/// The server ends between an edit of the visit and what follows from it: it is as if the session had never heard of it.
#[tokio::test]
async fn what_the_end_of_the_server_cuts_off_is_done_at_the_next_start() {
    let clinic = Clinic::start().await;
    let (anna, boris, vera) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, doctor(&clinic, 2).await);
    let ivan = patient(&clinic, 0).await;
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let members = format!("/sessions/{session}/participants");
    anna.put(&clinic, &members, &json!({"participants": [boris.id, vera.id]})).await;
    let clinic = clinic
        .restart_with(|folder| {
            let db = rusqlite::Connection::open(folder.join("clinic.db")).unwrap();
            let user = "user = (SELECT key FROM chat_users WHERE id = ?1)";
            let before = format!("UPDATE chat_members SET by_visit = 1 WHERE {user}");
            assert_eq!(db.execute(&before, [&boris.id]).unwrap(), 1, "the visit had him");
            assert_eq!(db.execute(&format!("DELETE FROM chat_members WHERE {user}"), [&ivan.id]).unwrap(), 1);
        })
        .await;
    let path = format!("/sessions/{session}/session");
    let mut now = ids(&anna.get(&clinic, &path).await);
    now.sort();
    let mut expected = [&anna.id, &ivan.id, &vera.id].map(String::clone);
    expected.sort();
    assert_eq!(now, expected, "whom somebody has added stays");
    assert_eq!(boris.refused(&clinic, Method::GET, &path, None).await.0, 404);
    clinic.running.stop().await;
}

/// What a patient says is for nobody else who is cared for.
#[tokio::test]
async fn no_patient_comes_into_another_ones_consultation() {
    let clinic = Clinic::start().await;
    let anna = doctor(&clinic, 0).await;
    let (ivan, other) = (patient(&clinic, 0).await, patient(&clinic, 1).await);
    let both = new(1, 2, &[&ivan.id, &other.id]);
    assert_eq!(anna.refused(&clinic, Method::POST, "/sessions", Some(&both)).await.0, 400);
    let care = text(&anna.post(&clinic, "/sessions", &new(1, 2, &[&ivan.id])).await["id"]);
    anna.say(&clinic, &care, "about Ivan").await;
    let members = format!("/sessions/{care}/participants");
    let body = json!({"participants": [other.id]});
    assert_eq!(anna.refused(&clinic, Method::PUT, &members, Some(&body)).await.0, 403);
    let update = format!("/sessions/{care}/participant/update");
    for (old, new) in [(&ivan.id, &other.id), (&anna.id, &other.id), (&ivan.id, &doctor(&clinic, 1).await.id)]
    {
        let body = json!({"old_participant_id": old, "new_participant_id": new});
        assert_eq!(anna.refused(&clinic, Method::PUT, &update, Some(&body)).await.0, 403, "{old} {new}");
    }
    assert_eq!(ids(&anna.get(&clinic, &format!("/sessions/{care}/session")).await).len(), 2);
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_care_team_changes_the_members() {
    let clinic = Clinic::start().await;
    let (anna, boris, vera) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, doctor(&clinic, 2).await);
    let ivan = patient(&clinic, 0).await;
    let group = text(&anna.post(&clinic, "/sessions", &new(3, 1, &[&boris.id])).await["id"]);
    anna.say(&clinic, &group, "one").await;
    let members = format!("/sessions/{group}/participants");
    let mut at_vera = vera.socket(&clinic, None).await;
    let mut at_anna = anna.socket(&clinic, Some(&group)).await;
    let added = anna.put(&clinic, &members, &json!({"participants": [vera.id, boris.id]})).await;
    assert_eq!(added["content"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        next(&mut at_vera).await,
        json!({"type": "badge", "count": 0}),
        "what was before does not count"
    );
    // Whoever was in it looks again who is now.
    assert_eq!(next(&mut at_anna).await, json!({"type": "badge", "count": 0}));
    let body = json!({"participants": [ivan.id]});
    let patients = anna.refused(&clinic, Method::PUT, &members, Some(&body)).await;
    assert_eq!(patients, (403, "forbidden".to_owned()), "a group is of the care team");

    let mut at_boris = boris.socket(&clinic, Some(&group)).await;
    assert_eq!(anna.delete(&clinic, &format!("{members}?participant_id={}", boris.id)).await, 204);
    assert_eq!(next(&mut at_boris).await["type"], "badge");
    vera.say(&clinic, &group, "two").await;
    let refused = boris.refused(&clinic, Method::GET, &format!("/sessions/{group}/messages"), None).await;
    assert_eq!(refused, (404, "not_found".to_owned()));
    at_boris.send(&json!({"type": "look", "session_id": group})).await;
    assert_eq!(next(&mut at_boris).await, json!({"type": "error", "code": "not_found"}));

    let update = format!("/sessions/{group}/participant/update");
    let swap = json!({"old_participant_id": vera.id, "new_participant_id": boris.id});
    anna.put(&clinic, &update, &swap).await;
    assert_eq!(boris.history(&clinic, &group).await.len(), 2);
    assert_eq!(vera.refused(&clinic, Method::PUT, &update, Some(&swap)).await.0, 404);
    assert_eq!(anna.refused(&clinic, Method::PUT, &update, Some(&swap)).await.0, 404, "she is gone already");

    let visit = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let members = format!("/sessions/{visit}/participants");
    let stays = format!("{members}?participant_id={}", ivan.id);
    let refused = anna.refused(&clinic, Method::DELETE, &stays, None).await;
    assert_eq!(refused, (409, "conflict".to_owned()), "a visit's people are the visit's");
    let refused =
        ivan.refused(&clinic, Method::PUT, &members, Some(&json!({"participants": [boris.id]}))).await;
    assert_eq!(refused, (403, "forbidden".to_owned()));
    let two = anna.with(&clinic, &boris).await;
    let body = json!({"participants": [vera.id]});
    let refused =
        anna.refused(&clinic, Method::PUT, &format!("/sessions/{two}/participants"), Some(&body)).await;
    assert_eq!(refused, (409, "conflict".to_owned()));
    clinic.running.stop().await;
}
