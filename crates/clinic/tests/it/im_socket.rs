//! The messenger's sockets: who hears what, in which order.

use crate::im_kit::{Person, doctor, drain, next, next_of, patient, text, uuid, visit_chat};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

fn send(content: &str, id: &str) -> Value {
    json!({"type": "send", "message": {"type": 1, "content": content, "client_message_id": id}})
}

#[tokio::test]
async fn a_message_reaches_those_who_look_and_the_badge_everyone_else() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let mut at_anna = anna.socket(&clinic, Some(&session)).await;
    let mut elsewhere = anna.socket(&clinic, None).await;
    let mut at_ivan = ivan.socket(&clinic, Some(&session)).await;
    let mut beside = ivan.socket(&clinic, Some(&session)).await;

    at_ivan.send(&send("it hurts", "c-1")).await;
    let stored = next(&mut at_ivan).await;
    assert_eq!((&stored["type"], &stored["message"]["client_message_id"]), (&json!("stored"), &json!("c-1")));
    for socket in [&mut at_anna, &mut beside] {
        let heard = next(socket).await;
        assert_eq!((&heard["type"], &heard["message"]), (&json!("message"), &stored["message"]));
    }
    assert_eq!(next(&mut elsewhere).await, json!({"type": "badge", "count": 1}));
    for socket in [&mut at_anna, &mut at_ivan, &mut beside, &mut elsewhere] {
        assert_eq!(drain(socket).await, Vec::<Value>::new(), "nothing twice, and no badge for who looks");
    }

    // Reading tells everyone in the session, and the reader's other sockets the badge.
    at_anna.send(&json!({"type": "read"})).await;
    let read = next(&mut at_ivan).await;
    assert_eq!((&read["type"], &read["participant_id"]), (&json!("read"), &json!(anna.id)));
    assert_eq!(read["last_fetch_time"], stored["message"]["timestamp"]);
    assert_eq!(next(&mut elsewhere).await, json!({"type": "badge", "count": 0}));
    // Before she goes on: a badge comes after whatever else waits.
    assert_eq!(next_of(&mut at_anna, "badge").await["count"], 0);
    at_anna.send(&json!({"type": "read"})).await;
    drain(&mut at_anna).await;
    assert_eq!(drain(&mut at_ivan).await, Vec::<Value>::new(), "there was nothing more to read");

    at_ivan.send(&json!({"type": "typing"})).await;
    assert_eq!(drain(&mut at_ivan).await, Vec::<Value>::new());
    let typing = json!({"type": "typing", "session_id": session, "participant_id": ivan.id});
    assert_eq!(drain(&mut at_anna).await, [typing]);
    assert_eq!(drain(&mut elsewhere).await, Vec::<Value>::new());
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_look_begins_and_ends_what_is_heard() {
    let clinic = Clinic::start().await;
    let (anna, boris, vera) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await, doctor(&clinic, 2).await);
    let (one, two) = (boris.with(&clinic, &anna).await, boris.with(&clinic, &vera).await);
    let mut socket = boris.socket(&clinic, None).await;
    anna.say(&clinic, &one, "1").await;
    assert_eq!(next(&mut socket).await, json!({"type": "badge", "count": 1}));
    socket.send(&json!({"type": "look", "session_id": one})).await;
    assert_eq!(
        next(&mut socket).await,
        json!({"type": "badge", "count": 1}),
        "from now on nothing is missed"
    );
    anna.say(&clinic, &one, "2").await;
    assert_eq!(next(&mut socket).await["message"]["content"], "2");
    vera.say(&clinic, &two, "3").await;
    assert_eq!(next(&mut socket).await, json!({"type": "badge", "count": 3}));
    socket.send(&json!({"type": "look"})).await;
    assert_eq!(next(&mut socket).await["type"], "badge");
    anna.say(&clinic, &one, "4").await;
    assert_eq!(next(&mut socket).await, json!({"type": "badge", "count": 4}));
    for wish in [send("into nothing", "x"), json!({"type": "read"})] {
        socket.send(&wish).await;
        assert_eq!(next(&mut socket).await["code"], "bad_request", "nothing is looked at");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_resend_over_a_socket_is_acknowledged_and_told_to_nobody() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    let mut at_boris = boris.socket(&clinic, Some(&session)).await;
    let mut socket = anna.socket(&clinic, Some(&session)).await;
    socket.send(&send("once", "c-1")).await;
    let stored = next(&mut socket).await;
    drop(socket);
    let mut socket = anna.socket(&clinic, Some(&session)).await;
    socket.send(&send("once", "c-1")).await;
    assert_eq!(next(&mut socket).await, stored);
    assert_eq!(next(&mut at_boris).await["message"], stored["message"]);
    assert_eq!(drain(&mut at_boris).await, Vec::<Value>::new());
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_order_is_the_same_for_everyone() {
    const EACH: usize = 25;
    let clinic = Clinic::adjusted(|config| config.messages_per_second = 1000).await;
    let people = [doctor(&clinic, 0).await, doctor(&clinic, 1).await, doctor(&clinic, 2).await];
    let patient = patient(&clinic, 0).await;
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let members = json!({"participants": [people[1].id, people[2].id]});
    people[0].put(&clinic, &format!("/sessions/{session}/participants"), &members).await;
    let everyone: Vec<&Person> = people.iter().chain([&patient]).collect();
    let mut listeners = Vec::new();
    for person in &everyone {
        listeners.push(person.socket(&clinic, Some(&session)).await);
    }
    // Half of them write over REST, half over a socket; these hear of their own messages on the socket that sends.
    let mut sockets = Vec::new();
    for (place, person) in everyone.iter().enumerate() {
        let socket = if place % 2 == 0 { None } else { Some(person.socket(&clinic, Some(&session)).await) };
        sockets.push((place, person, socket));
    }
    let writers = sockets.into_iter().map(async |(place, person, socket)| {
        let Some(mut socket) = socket else {
            for number in 0..EACH {
                person.say(&clinic, &session, &format!("{place} {number}")).await;
            }
            return Vec::new();
        };
        for number in 0..EACH {
            socket.send(&send(&format!("{place} {number}"), &uuid())).await;
        }
        let mut heard = Vec::new();
        while heard.iter().filter(|one: &&Value| one["type"] == "stored").count() < EACH {
            heard.push(next(&mut socket).await);
        }
        heard.retain(|one| one["type"] != "badge");
        heard.into_iter().map(|one| text(&one["message"]["id"])).collect()
    });
    let heard_by_writers = futures_util::future::join_all(writers).await;
    let expected: Vec<_> =
        patient.history(&clinic, &session).await.iter().map(|one| text(&one["id"])).collect();
    assert_eq!(expected.len(), EACH * everyone.len());
    let numbered: Vec<_> = (1..=expected.len()).map(|number| format!("{session}-{number}")).collect();
    assert_eq!(expected, numbered, "numbers without gaps");
    for listener in &mut listeners {
        let mut heard = Vec::new();
        while heard.len() < expected.len() {
            heard.push(text(&next_of(listener, "message").await["message"]["id"]));
        }
        assert_eq!(heard, expected);
    }
    for heard in heard_by_writers.into_iter().filter(|heard| !heard.is_empty()) {
        let first = expected.iter().position(|id| *id == heard[0]).expect("it is one of them");
        assert_eq!(heard, expected[first..first + heard.len()], "also around one's own");
    }
    let mut last_of: HashMap<String, usize> = HashMap::new();
    for message in patient.history(&clinic, &session).await {
        let words = text(&message["content"]);
        let (place, number) = words.split_once(' ').expect("two numbers");
        let number: usize = number.parse().expect("a number");
        let before = last_of.insert(place.to_owned(), number);
        assert_eq!(before.map_or(0, |before| before + 1), number, "each writer's own order is kept");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_floods_waits_and_the_others_do_not() {
    let clinic = Clinic::adjusted(|config| config.messages_per_second = 1).await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    let mut socket = anna.socket(&clinic, Some(&session)).await;
    let mut answers = Vec::new();
    for number in 0..20 {
        socket.send(&send("flood", &number.to_string())).await;
        answers.push(next(&mut socket).await);
    }
    let refused: Vec<_> = answers.iter().filter(|one| one["type"] == "error").collect();
    assert!(refused.len() >= 10, "{answers:?}");
    assert!(refused.iter().all(|one| one["code"] == "too_many" && one["client_message_id"].is_string()));
    boris.say(&clinic, &session, "calm").await;
    let kept = answers.len() - refused.len() + 1;
    assert_eq!(
        boris.history(&clinic, &session).await.len(),
        kept,
        "what was acknowledged is there, and no more"
    );
    clinic.running.stop().await;
}

/// What has come while the client drew its window was not seen.
#[tokio::test]
async fn reading_up_to_a_message_leaves_what_came_after_it() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    let mut told = Vec::new();
    for words in ["1", "2", "3"] {
        told.push(anna.say(&clinic, &session, words).await);
    }
    let mut at_anna = anna.socket(&clinic, Some(&session)).await;
    let mut at_boris = boris.socket(&clinic, Some(&session)).await;
    at_boris.send(&json!({"type": "read", "up_to": told[0]["id"]})).await;
    let read = next_of(&mut at_anna, "read").await;
    assert_eq!(read["last_fetch_time"], told[0]["timestamp"]);
    assert_eq!(next_of(&mut at_boris, "badge").await["count"], 2);

    let unread = format!("/sessions/{session}/messages/unread");
    let page = boris.get(&clinic, &format!("{unread}?up_to={}", text(&told[1]["id"]))).await;
    assert_eq!(page["content"].as_array().map(Vec::len), Some(2), "those that were unread before");
    assert_eq!(boris.badge(&clinic).await, 1);
    boris.get(&clinic, &format!("{unread}?up_to={session}-1")).await;
    assert_eq!(boris.badge(&clinic).await, 1, "it never moves back");

    let other = anna.with(&clinic, &doctor(&clinic, 2).await).await;
    for (wrong, code) in [
        ("x".to_owned(), "bad_request"),
        (format!("{other}-1"), "bad_request"),
        (format!("{session}-4"), "not_found"),
    ] {
        let refused = boris.refused(&clinic, Method::GET, &format!("{unread}?up_to={wrong}"), None).await;
        assert_eq!(refused.1, code);
        at_boris.send(&json!({"type": "read", "up_to": wrong})).await;
        assert_eq!(next_of(&mut at_boris, "error").await["code"], code);
    }
    assert_eq!(boris.badge(&clinic).await, 1);
    at_boris.send(&json!({"type": "read"})).await;
    assert_eq!(next_of(&mut at_boris, "badge").await["count"], 0);
    clinic.running.stop().await;
}
