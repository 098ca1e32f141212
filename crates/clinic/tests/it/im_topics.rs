//! A consultation is opened, answered and closed.

use crate::im_kit::{doctor, next, next_of, patient, text, visit_chat};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

fn state(topic: &Value) -> (u64, u64) {
    (topic["status"].as_u64().unwrap(), topic["reply"].as_u64().unwrap())
}

#[tokio::test]
async fn a_topic_goes_through_its_states() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    ivan.say(&clinic, &session, "before").await;
    let mut at_anna = anna.socket(&clinic, Some(&session)).await;

    let new = json!({"session_id": session, "name": "A cough", "description": "For a week"});
    let topic = ivan.post(&clinic, "/sessions/topics", &new).await;
    assert_eq!((state(&topic), &topic["end_message_id"]), ((0, 0), &Value::Null));
    assert_eq!(next(&mut at_anna).await["message"]["type"], 6);
    assert_eq!(next(&mut at_anna).await["topic"]["name"], "A cough");
    let again = ivan.refused(&clinic, Method::POST, "/sessions/topics", Some(&new)).await;
    assert_eq!(again, (409, "conflict".to_owned()), "one at a time");
    let of_session = anna.get(&clinic, &format!("/sessions/{session}/session")).await;
    assert_eq!(of_session["status"], 1);
    assert_eq!(anna.get(&clinic, "/sessions/topics/count/reply").await["unanswered"], 1);

    ivan.say(&clinic, &session, "more of the patient").await;
    assert_eq!(state(&anna.get(&clinic, &format!("/sessions/{session}/topics/current/ended")).await), (0, 0));
    anna.say(&clinic, &session, "an answer").await;
    assert_eq!(state(&next_of(&mut at_anna, "topic").await["topic"]), (0, 1));
    let id = text(&topic["id"]);
    let ended = format!("/sessions/{session}/topics/{id}/ended");
    let refused = ivan.refused(&clinic, Method::PUT, &ended, None).await;
    assert_eq!(refused, (403, "forbidden".to_owned()));
    let closed = anna.put(&clinic, &ended, &json!({"content": "Get well soon"})).await;
    assert_eq!(state(&closed), (10, 1));
    let refused = anna.refused(&clinic, Method::PUT, &ended, None).await;
    assert_eq!(refused, (409, "topic_ended".to_owned()));
    anna.say(&clinic, &session, "after").await;

    let messages = anna.get(&clinic, &format!("/sessions/topic/{id}/messages")).await;
    let kinds: Vec<_> =
        messages["content"].as_array().unwrap().iter().map(|one| one["type"].as_u64().unwrap()).collect();
    assert_eq!(kinds, [7, 10, 1, 1, 6], "newest first, and only what is between its ends");
    assert_eq!(messages["content"][4]["id"], closed["start_message_id"]);
    assert_eq!(messages["content"][0]["id"], closed["end_message_id"]);
    clinic.running.stop().await;
}

#[tokio::test]
async fn one_that_nobody_has_answered_is_left_out_of_the_unanswered() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let new = json!({"session_id": session, "name": "Never mind"});
    let topic = ivan.post(&clinic, "/sessions/topics", &new).await;
    let status = format!("/sessions/{session}/status");
    assert_eq!(anna.put(&clinic, &status, &json!({"status": 1})).await["status"], 1);
    assert_eq!(anna.put(&clinic, &status, &json!({"status": 0})).await["status"], 0);
    assert_eq!(anna.put(&clinic, &status, &json!({"status": 0})).await["status"], 0);
    let refused = anna.refused(&clinic, Method::PUT, &status, Some(&json!({"status": 1}))).await;
    assert_eq!(refused, (409, "conflict".to_owned()));
    let refused = anna.refused(&clinic, Method::PUT, &status, Some(&json!({"status": 2}))).await;
    assert_eq!(refused, (400, "bad_request".to_owned()));
    let id = text(&topic["id"]);
    assert_eq!(state(&anna.get(&clinic, &format!("/sessions/topics/{id}")).await), (10, 0));
    let counts = anna.get(&clinic, "/sessions/topics/count/reply").await;
    assert_eq!(counts, json!({"unanswered": 0, "answered": 0, "ended": 0}));
    clinic.running.stop().await;
}

#[tokio::test]
async fn lists_are_of_ones_own_sessions() {
    let clinic = Clinic::start().await;
    let (anna, boris, ivan) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let new = |name: &str| json!({"session_id": session, "name": name});
    for name in ["first", "second"] {
        let topic = ivan.post(&clinic, "/sessions/topics", &new(name)).await;
        anna.put(&clinic, &format!("/sessions/{session}/topics/{}/ended", text(&topic["id"])), &json!({}))
            .await;
    }
    let open = ivan.post(&clinic, "/sessions/topics", &new("third")).await;
    let names = |page: &Value| {
        let topics = page["content"].as_array().unwrap().iter();
        topics.map(|topic| text(&topic["name"])).collect::<Vec<_>>()
    };
    assert_eq!(names(&anna.get(&clinic, "/sessions/topics").await), ["third", "second", "first"]);
    assert_eq!(names(&anna.get(&clinic, "/sessions/topics?status=10&reply=0").await), ["second", "first"]);
    let page = anna.get(&clinic, &format!("/sessions/topics?session_id={session}&page=2&page_size=2")).await;
    assert_eq!((names(&page), &page["more"]), (vec!["first".to_owned()], &json!(false)));
    assert_eq!(names(&anna.get(&clinic, &format!("/sessions/{session}/topics")).await).len(), 3);
    let id = text(&open["id"]);
    assert_eq!(names(&anna.get(&clinic, &format!("/sessions/{id}/topics")).await), ["third"]);
    assert_eq!(names(&boris.get(&clinic, "/sessions/topics").await).len(), 0);
    for path in [
        format!("/sessions/topics/{id}"),
        format!("/sessions/{id}/topics"),
        format!("/sessions/{session}/topics"),
        format!("/sessions/topics?session_id={session}"),
        format!("/sessions/topic/{id}/messages"),
        format!("/sessions/{session}/topics/{id}/messages"),
        format!("/sessions/{session}/topics/{id}/ended"),
        format!("/sessions/{session}/topics/current/ended"),
    ] {
        let refused = boris.refused(&clinic, Method::GET, &path, None).await;
        assert_eq!(refused, (404, "not_found".to_owned()), "{path}");
    }
    let colleagues = anna.with(&clinic, &boris).await;
    let new = json!({"session_id": colleagues, "name": "no patient here"});
    let refused = anna.refused(&clinic, Method::POST, "/sessions/topics", Some(&new)).await;
    assert_eq!(refused, (400, "bad_request".to_owned()));
    clinic.running.stop().await;
}
