//! Writing and reading: pages, unread counts, what comes back after a resend and after a restart.

use crate::im_kit::{ask, doctor, patient, text, uuid, visit_chat};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

fn words(page: &Value) -> Vec<String> {
    page["content"].as_array().expect("a list").iter().map(|one| text(&one["content"])).collect()
}

#[tokio::test]
async fn a_resend_gives_the_same_message_again() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    let path = format!("/sessions/{session}/messages");
    let message = json!({"type": 1, "content": "once", "client_message_id": "c-1"});
    let (http, first) = ask(&clinic, Some(&anna), Method::POST, &path, Some(&message)).await;
    assert_eq!((http, &first["id"]), (201, &json!(format!("{session}-1"))));
    anna.say(&clinic, &session, "between").await;
    let other_words = json!({"type": 1, "content": "changed", "client_message_id": "c-1"});
    for again in [&message, &other_words] {
        let (http, second) = ask(&clinic, Some(&anna), Method::POST, &path, Some(again)).await;
        assert_eq!((http, &second), (200, &first));
    }
    let (http, other) = ask(&clinic, Some(&boris), Method::POST, &path, Some(&message)).await;
    assert_eq!((http, &other["id"]), (201, &json!(format!("{session}-3"))), "ids are each sender's own");

    let clinic = clinic.restart().await;
    let (http, third) = ask(&clinic, Some(&anna), Method::POST, &path, Some(&message)).await;
    assert_eq!((http, &third), (200, &first));
    let history = boris.history(&clinic, &session).await;
    assert_eq!(history.len(), 3);
    assert_eq!(history[0], first);
    let times: Vec<_> = history.iter().map(|one| text(&one["timestamp"])).collect();
    assert!(times.is_sorted() && times[0] != times[1], "{times:?}");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_history_is_read_in_pages() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    for number in 1..=7 {
        anna.say(&clinic, &session, &number.to_string()).await;
    }
    let path = format!("/sessions/{session}/messages");
    for (query, expected, more) in [
        ("page_size=3", &["7", "6", "5"][..], true),
        ("page_size=3&page=3", &["1"], false),
        (&format!("page_size=2&before={session}-4"), &["3", "2"], true),
        (&format!("page_size=5&before={session}-4"), &["3", "2", "1"], false),
        (&format!("page_size=2&after={session}-4"), &["6", "5"], true),
        (&format!("after={session}-4"), &["7", "6", "5"], false),
        (&format!("after={session}-7"), &[], false),
    ] {
        let page = boris.get(&clinic, &format!("{path}?{query}")).await;
        assert_eq!(
            (words(&page), &page["more"]),
            (expected.iter().map(|one| (*one).to_owned()).collect(), &json!(more)),
            "{query}"
        );
    }
    let one = boris.get(&clinic, &format!("{path}/{session}-2")).await;
    assert_eq!(one["content"], "2");
    for wrong in [format!("{path}/{session}-8"), format!("{path}/{session}-0"), format!("{path}/other-2")] {
        assert_eq!(boris.refused(&clinic, Method::GET, &wrong, None).await.0, 404, "{wrong}");
    }
    for wrong in ["before=7", "after=other-1", "page=0", "page_size=x"] {
        let refused = boris.refused(&clinic, Method::GET, &format!("{path}?{wrong}"), None).await;
        assert_eq!(refused, (400, "bad_request".to_owned()), "{wrong}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn unread_counts_follow_writing_and_reading() {
    let clinic = Clinic::start().await;
    let (anna, boris, ivan) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, patient(&clinic, 0).await);
    let colleagues = anna.with(&clinic, &boris).await;
    let visit = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    for _ in 0..3 {
        boris.say(&clinic, &colleagues, "for Anna").await;
        ivan.say(&clinic, &visit, "for Anna, too").await;
    }
    assert_eq!((anna.badge(&clinic).await, boris.badge(&clinic).await), (6, 0));
    let count = anna.get(&clinic, &format!("/sessions/{colleagues}/unread_message_count")).await;
    assert_eq!(count, json!({"count": 3}));

    let unread = anna.get(&clinic, &format!("/sessions/{colleagues}/messages/unread?page_size=2")).await;
    assert_eq!((words(&unread).len(), &unread["more"]), (2, &json!(true)));
    assert_eq!(anna.badge(&clinic).await, 3, "reading has moved the mark");
    anna.say(&clinic, &visit, "writing is reading").await;
    assert_eq!(anna.get(&clinic, "/sessions/unread_message_count").await, json!({"count": 0}));
    assert_eq!(ivan.badge(&clinic).await, 1);
    let members = boris.get(&clinic, &format!("/sessions/{colleagues}/participants")).await;
    let mark = |id: &str| {
        let members = members["content"].as_array().unwrap();
        text(&members.iter().find(|one| one["participant_id"] == id).unwrap()["last_fetch_time"])
    };
    assert!(mark(&anna.id) >= mark(&boris.id), "everyone sees who has read");
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_list_has_the_newest_first_and_what_is_pinned_before_it() {
    let clinic = Clinic::start().await;
    let (anna, boris, vera) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, doctor(&clinic, 2).await);
    let (with_boris, with_vera) = (anna.with(&clinic, &boris).await, anna.with(&clinic, &vera).await);
    let visit = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let list = async |path: &str| {
        let page = anna.get(&clinic, path).await;
        page["content"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect::<Vec<_>>()
    };
    assert_eq!(list("/sessions").await.len(), 3);
    assert_eq!(list("/sessions/recent").await.len(), 0, "nothing was said yet");
    for session in [&with_boris, &visit, &with_vera] {
        clinic.pass(1);
        anna.say(&clinic, session, "hello").await;
    }
    assert_eq!(list("/sessions/recent").await, [&with_vera, &visit, &with_boris].map(String::as_str));
    let pinned = anna.put(&clinic, &format!("/sessions/{with_boris}/sticky"), &json!({})).await;
    assert_eq!(pinned["sticky"], true);
    assert_eq!(list("/sessions/recent").await, [&with_boris, &with_vera, &visit].map(String::as_str));
    assert_eq!(boris.get(&clinic, &format!("/sessions/{with_boris}/session")).await["sticky"], false);
    assert_eq!(anna.delete(&clinic, &format!("/sessions/{with_boris}/sticky")).await, 200);
    assert_eq!(list("/sessions/recent?type=patient").await, [visit.as_str()]);
    assert_eq!(list("/sessions/recent?type=doctor").await, [&with_vera, &with_boris].map(String::as_str));
    assert_eq!(list("/sessions/recent?page_size=2&page=2").await, [with_boris.as_str()]);
    assert_eq!(anna.refused(&clinic, Method::GET, "/sessions/recent?type=cat", None).await.0, 400);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_reply_names_a_message_of_its_session() {
    let clinic = Clinic::start().await;
    let (anna, boris, vera) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, doctor(&clinic, 2).await);
    let session = anna.with(&clinic, &boris).await;
    let elsewhere = text(&anna.say(&clinic, &anna.with(&clinic, &vera).await, "elsewhere").await["id"]);
    let first = text(&anna.say(&clinic, &session, "first").await["id"]);
    let path = format!("/sessions/{session}/messages");
    let reply = |to: &str| json!({"type": 1, "content": "re", "client_message_id": uuid(), "reply_to": to});
    assert_eq!(boris.post(&clinic, &path, &reply(&first)).await["reply_to"], first);
    for (wrong, http) in [(format!("{session}-99"), 404), (elsewhere, 400), ("x".to_owned(), 400)] {
        assert_eq!(
            boris.refused(&clinic, Method::POST, &path, Some(&reply(&wrong))).await.0,
            http,
            "{wrong}"
        );
    }
    clinic.running.stop().await;
}
