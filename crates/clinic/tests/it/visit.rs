//! A whole visit over HTTP, with the callbacks seen on both sockets.

use crate::kit::Clinic;
use serde_json::json;

#[tokio::test]
async fn a_whole_visit() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let (mut at_specialist, mut at_client) = (clinic.watch(&specialist).await, clinic.watch(&client).await);
    // The handshakes are answered by nothing; a refused wish tells that the server has read them.
    for (socket, token) in [(&mut at_specialist, &specialist), (&mut at_client, &client)] {
        socket.send(&json!({"path": "change_status", "at": token, "newStatus": "pending"})).await;
        assert_eq!(socket.next_status().await, "pending");
    }

    let steps = [
        ("open_for_join", &specialist, "open_for_joining"),
        ("join", &client, "open_for_joining"),
        ("join", &specialist, "started"),
        ("pause", &specialist, "started_and_paused"),
        ("resume", &specialist, "started"),
        ("leave", &client, "started_and_waiting"),
        ("join", &client, "started"),
        ("finish", &specialist, "finished"),
        ("restore_terminated_fast", &specialist, "started"),
        ("cancel", &client, "cancelled_after_start"),
    ];
    for (method, token, status) in steps {
        clinic.pass(10);
        assert_eq!(clinic.press(method, token).await, status, "{method}");
        assert_eq!(at_specialist.next_status().await, status);
        assert_eq!(at_client.next_status().await, status);
        assert_eq!(clinic.status(&client).await, status);
    }

    let durations = clinic.ok("durations", &client).await;
    let seconds = |name: &str| durations[name].as_u64().expect("seconds");
    // Started for 70 s, 10 of them paused; 10 s between the end and the restore count nowhere.
    assert_eq!(seconds("scheduledDurationSeconds"), 1800);
    assert_eq!((seconds("netDurationSeconds"), seconds("dirtyDurationSeconds")), (50, 60));
    assert_eq!(seconds("realDurationSeconds"), 60, "someone was in all the time");
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_information_says_who_is_in() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.press("open_for_join", &specialist).await;
    clinic.press("join", &client).await;
    let (http, body) = clinic.info(&client).await;
    let info = &body["conference_info"];
    assert_eq!((http, &body["status"], &body["role"]), (200, &json!("OK"), &json!("CLIENT")));
    assert_eq!(body["user_id"], info["clients"][0]["id"]);
    assert_eq!(info["joinedClients"], info["clients"]);
    assert_eq!(info["joinedSpecialists"], json!([]));
    assert!(info.get("startedAt").is_none() && info["createdAt"].is_string());
    clinic.press("join", &specialist).await;
    let (_, body) = clinic.info(&specialist).await;
    assert!(body["conference_info"]["startedAt"].is_string());
    assert_eq!(body["role"], "SPECIALIST");
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_exchange_gives_64_characters_each_time_the_same() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let token = clinic.ok("exchange", &client).await["conference_token"].clone();
    assert_eq!(token.as_str().map(str::len), Some(64));
    assert_eq!(token, clinic.ok("exchange", &client).await["conference_token"]);
    assert_ne!(token, clinic.ok("exchange", &specialist).await["conference_token"]);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_socket_may_ask_for_a_status_and_a_bad_frame_closes_only_that_socket() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let (mut good, mut bad) = (clinic.watch(&specialist).await, clinic.watch(&client).await);
    good.send(&json!({"path": "weather", "at": 7})).await;
    bad.text("{ this is not JSON").await;
    assert_eq!(bad.next_text().await, None);
    good.send(&json!({"path": "change_status", "at": specialist, "newStatus": "open_for_joining"})).await;
    assert_eq!(good.next_status().await, "open_for_joining");
    let mut stranger = clinic.watch("nobody").await;
    assert_eq!(stranger.next_text().await, None);
    clinic.running.stop().await;
}
