//! What is refused.

use super::kit::Clinic;
use crate::calls::ringing::EventKind::{Ended, Join};
use consilium_wire::home::calls::{MAX_INVITED, MAX_TITLE};
use serde_json::{Value, json};

#[tokio::test]
async fn a_call_of_others_is_none() {
    let clinic = Clinic::start().await;
    let (caller, anna) = (clinic.device("d").await, clinic.device("anna").await);
    let other = clinic.device("other").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    for call in [&entry.call.0, "00000000-0000-4000-8000-000000000000", "%00"] {
        for what in ["accept", "decline", "cancel"] {
            let path = format!("calls/{call}/{what}");
            let (http, body) = clinic.ask(&other.token, "POST", &path, &json!({})).await;
            assert_eq!((http, &body["error"]), (404, &json!("not_found")), "{path}");
            let (http, _) = clinic.ask(&"wrong".into(), "POST", &path, &json!({})).await;
            assert_eq!(http, 401, "{path}");
        }
    }
    assert_eq!(clinic.do_with(&anna, &entry.call, "cancel").await.0, 404, "only whoever calls gives up");
    assert_eq!(clinic.log_of(&other).await.calls, []);
    let (http, _) =
        clinic.ask(&other.token, "POST", &format!("visits/{}/people", entry.visit), &json!({})).await;
    assert_eq!(http, 404);
    let (_, body) = clinic.press(&entry, "cancel").await;
    assert_eq!(body["status"], "OK", "whoever calls may");
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_is_called_does_not_end_it_for_the_others_before_it_began() {
    let clinic = Clinic::start().await;
    let (caller, anna) = (clinic.device("d").await, clinic.device("anna").await);
    clinic.place(&caller, &["anna"]).await;
    let way = clinic.row_of(&anna).await.entry.unwrap();
    let (http, _) = clinic.press(&way, "cancel").await;
    assert_ne!(http, 200);
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_is_not_in_does_not_end_it_for_those_who_are() {
    let clinic = Clinic::start().await;
    let (caller, anna) = (clinic.device("d").await, clinic.device("anna").await);
    let (ivan, olga) = (clinic.device("ivan").await, clinic.device("olga").await);
    let entry = clinic.place(&caller, &["anna", "ivan", "olga"]).await;
    clinic.join(&entry).await;
    let inside = clinic.accept(&anna, &entry.call).await;
    clinic.join(&inside).await;
    clinic.events(&entry.call, (Join, "anna")).await;
    let ways = [clinic.row_of(&ivan).await.entry.unwrap(), clinic.row_of(&olga).await.entry.unwrap()];
    assert_eq!(clinic.do_with(&ivan, &entry.call, "decline").await.0, 204);
    assert_eq!(clinic.row_of(&ivan).await.entry, None, "no way in after a decline");
    let live = clinic.app().clinic.conference(&entry.visit).unwrap();
    for way in &ways {
        for method in ["finish", "pause"] {
            let (http, body) = clinic.press(way, method).await;
            assert_ne!((http, &body["status"]), (200, &json!("OK")), "{method}: {body}");
        }
    }
    assert_eq!(live.view().conference.joined().len(), 2);
    let (http, body) = clinic.press(&inside, "finish").await;
    assert_eq!((http, &body["status"]), (200, &json!("OK")), "{body}");
    clinic.events(&entry.call, (Ended, "d")).await;
    clinic.stop().await;
}

#[tokio::test]
async fn what_cannot_be_called() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let refused = async |body: Value| {
        let (http, body) = clinic.ask(&caller.token, "POST", "calls", &body).await;
        (http, body["error"].as_str().unwrap_or_default().to_owned())
    };
    for nobody in [json!({}), json!({"contacts": ["d", "nobody"]}), json!({"teams": ["none"]})] {
        assert_eq!(refused(nobody).await, (422, "nobody_to_call".to_owned()));
    }
    for bad in [
        json!("anna"),
        json!({"contacts": "anna"}),
        json!({"contacts": ["anna"], "title": "one\nother"}),
        json!({"contacts": ["anna"], "title": "x".repeat(MAX_TITLE + 1)}),
    ] {
        assert_eq!(refused(bad).await, (400, "bad_request".to_owned()));
    }
    let mut many = Vec::new();
    for number in 0..=MAX_INVITED {
        many.push(format!("u{number}"));
        clinic.hire(&many[number]).await;
    }
    assert_eq!(refused(json!({ "contacts": many })).await, (422, "too_many_people".to_owned()));
    clinic.stop().await;
}

#[tokio::test]
async fn nobody_calls_all_the_time() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let mut codes = Vec::new();
    for _ in 0..20 {
        let (http, _) = clinic.ask(&caller.token, "POST", "calls", &json!({"contacts": ["anna"]})).await;
        codes.push(http);
    }
    let made = codes.iter().filter(|http| **http == 200).count();
    assert!((10..15).contains(&made) && codes.contains(&429), "{codes:?}");
    clinic.stop().await;
}
