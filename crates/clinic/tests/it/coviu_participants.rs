//! Participants over Coviu's protocol: invited, changed, taken off.

use crate::coviu_kit::{Integrator, assert_refused, participant, path};
use crate::kit::Clinic;
use serde_json::{Value, json};

const MINUTE: i64 = 60;

fn names(participants: &Value) -> Vec<&str> {
    participants.as_array().unwrap().iter().map(|one| one["display_name"].as_str().unwrap_or("-")).collect()
}

#[tokio::test]
async fn somebody_is_invited_also_after_the_start_and_not_after_the_end() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 10).await;
    let participants = format!("{}/participants", path(&session));
    clinic.pass(2 * MINUTE);
    let body = json!({"role": "GuEsT", "picture": "p", "state": "{\"a\":1}", "participant_id": "ignored"});
    let (http, added) = integrator.post(&participants, body).await;
    assert_eq!(
        (http, &added["role"], &added["state"]),
        (200, &json!("GUEST"), &json!("{\"a\":1}")),
        "{added}"
    );
    assert_eq!((&added["display_name"], &added["client_id"]), (&Value::Null, &session["client_id"]));
    assert_ne!(added["participant_id"], "ignored");
    let (_, all) = integrator.get(&participants).await;
    assert_eq!(names(&all), ["Host Hostsson", "Guest Guestsson", "-"]);
    let one = format!("/participants/{}", added["participant_id"].as_str().unwrap());
    assert_eq!(integrator.get(&one).await, (200, added));
    for (body, code, field) in [
        (json!({}), "missing_field", "role"),
        (json!({"role": "visitor"}), "invalid_field", "role"),
        (json!({"role": "host", "display_name": ["x"]}), "invalid_field", "display_name"),
        (json!({"role": "host", "state": "s".repeat(4001)}), "invalid_field", "state"),
    ] {
        assert_refused(&integrator.post(&participants, body).await, 400, code, Some(field));
    }
    clinic.pass(8 * MINUTE);
    let late = integrator.post(&participants, json!({"role": "guest"})).await;
    assert_refused(&late, 409, "session_ended", None);
    assert_eq!(integrator.get(&one).await.0, 200);
    assert_refused(&integrator.put(&one, json!({"display_name": "Late"})).await, 409, "session_ended", None);
    assert_refused(&integrator.delete(&one).await, 409, "session_ended", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_guest_becomes_a_host_and_keeps_the_link() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let guest = &session["participants"][1];
    let body = json!({"role": "hOST", "display_name": "New Name", "surprise": 1, "state": null});
    let (http, changed) = integrator.put(&participant(&session, 1), body).await;
    assert_eq!((http, &changed["role"], &changed["display_name"]), (200, &json!("HOST"), &json!("New Name")));
    assert_eq!(
        (&changed["entry_url"], &changed["participant_id"], &changed["state"]),
        (&guest["entry_url"], &guest["participant_id"], &guest["state"])
    );
    let (_, after) = integrator.get(&path(&session)).await;
    assert_eq!(after["participants"], json!([session["participants"][0], changed]));
    let wrong = integrator.put(&participant(&session, 1), json!({"role": 1})).await;
    assert_refused(&wrong, 400, "invalid_field", Some("role"));
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_taken_off_stays_so() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let guest = participant(&session, 1);
    clinic.pass(MINUTE);
    assert_eq!(integrator.delete(&guest).await, (200, json!({"ok": true})));
    assert_refused(&integrator.delete(&guest).await, 409, "participant_deleted", None);
    let body = json!({"deleted_at": null, "display_name": "Back"});
    assert_refused(&integrator.put(&guest, body).await, 409, "participant_deleted", None);
    let (http, gone) = integrator.get(&guest).await;
    assert_eq!((http, &gone["deleted_at"]), (200, &json!("Sat, 21 Nov 2026 12:01:00 GMT")));
    assert_eq!(gone["display_name"], "Guest Guestsson");

    let participants = format!("{}/participants", path(&session));
    for (place, shown) in [(path(&session), "/participants"), (participants, "")] {
        let (_, hidden) = integrator.get(&place).await;
        assert_eq!(names(hidden.pointer(shown).unwrap()), ["Host Hostsson"]);
        for flag in ["true", "1"] {
            let (_, all) = integrator.get(&format!("{place}?deleted_participants={flag}")).await;
            assert_eq!(names(all.pointer(shown).unwrap()), ["Host Hostsson", "Guest Guestsson"]);
        }
        let wrong = integrator.get(&format!("{place}?deleted_participants=maybe")).await;
        assert_refused(&wrong, 400, "invalid_field", Some("deleted_participants"));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_session_has_fifty_participants_and_all_that_are_added_at_once_are_there() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let participants = format!("{}/participants", path(&session));
    let add = async || integrator.post(&participants, json!({"role": "guest"})).await.0;
    let added = futures_util::future::join_all((0..60).map(|_| add())).await;
    assert_eq!(added.iter().filter(|http| **http == 200).count(), 48);
    assert_eq!(added.iter().filter(|http| **http == 400).count(), 12);
    let (_, all) = integrator.get(&participants).await;
    assert_eq!(all.as_array().unwrap().len(), 50);
    assert_eq!(integrator.delete(&participant(&session, 1)).await.0, 200);
    assert_eq!(add().await, 200, "there is a place again");
    clinic.running.stop().await;
}
