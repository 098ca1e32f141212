//! The shape of every kind of error.

use crate::kit::Clinic;
use consilium_model::Secret;
use serde_json::{Value, json};

fn booking(clinic: &Clinic) -> Value {
    json!({
        "api_key": clinic.running.api_key().expose(), "user_id": "d1", "user_role": "SPECIALIST",
        "conference_info": {
            "appointmentId": "a1", "isOpen": false, "l10n": "he-il", "otp": false,
            "organizationInfo": {"id": "o", "title": "Example"},
            "filialInfo": {"id": "f", "title": "Branch", "timezone": "UTC"},
            "openingDurationSeconds": 600, "scheduledDurationSeconds": 900,
            "scheduledStart": "2099-01-01T10:00:00.000Z",
            "services": [], "clients": [],
            "specialists": [{"id": "d1", "name": "Sample", "surname": "Person", "profession": "Tester"}],
            "appointmentData": {"anything": 1},
        },
    })
}

#[tokio::test]
async fn create_takes_empty_lists_and_unknown_fields() {
    let clinic = Clinic::start().await;
    let mut request = booking(&clinic);
    request["conference_info"].as_object_mut().unwrap().remove("l10n");
    let (http, body) = clinic.call("create", &request).await;
    assert_eq!((http, &body["status"]), (200, &json!("OK")), "{body}");
    let token = body["access_token"].as_str().unwrap();
    let (_, body) = clinic.info(token).await;
    assert_eq!(body["conference_info"]["l10n"], "ru");
    assert_eq!(
        clinic.refused("open_for_join", token).await,
        (400, "CONFERENCE_CANNOT_BE_OPENED_FOR_JOIN".to_owned())
    );
    clinic.running.stop().await;
}

#[tokio::test]
async fn create_names_all_that_is_missing() {
    let clinic = Clinic::start().await;
    let (http, body) = clinic.call("create", &json!({})).await;
    assert_eq!((http, &body["status"]), (400, &json!("EXPECT_REQUEST_FIELDS")));
    assert_eq!(body["expect_fields"], json!(["api_key", "user_id", "user_role", "conference_info"]));

    let mut request = booking(&clinic);
    request["conference_info"]["clients"] = Value::Null;
    request["conference_info"].as_object_mut().unwrap().remove("scheduledStart");
    request["conference_info"]["filialInfo"].as_object_mut().unwrap().remove("timezone");
    let (_, body) = clinic.call("create", &request).await;
    assert_eq!(body["expect_fields"], json!(["filialInfo.timezone", "scheduledStart", "clients"]));
    clinic.running.stop().await;
}

#[tokio::test]
async fn create_tells_what_is_wrong_where() {
    let clinic = Clinic::start().await;
    for (change, kind, path) in [
        (json!({"user_role": "DOCTOR"}), "enum", "user_role"),
        (json!({"conference_info": 7}), "type", "conference_info"),
        (json!({"conference_info": {"l10n": "fr"}}), "enum", "conference_info.l10n"),
        (json!({"conference_info": {"scheduledStart": "noon"}}), "format", "conference_info.scheduledStart"),
        (json!({"conference_info": {"isOpen": "yes"}}), "type", "conference_info.isOpen"),
        (
            json!({"conference_info": {"openingDurationSeconds": -1}}),
            "range",
            "conference_info.openingDurationSeconds",
        ),
        (json!({"conference_info": {"specialists": [7]}}), "type", "conference_info.specialists[0]"),
    ] {
        let mut request = booking(&clinic);
        merge(&mut request, &change);
        let (http, body) = clinic.call("create", &request).await;
        assert_eq!((http, &body["status"]), (400, &json!("VALIDATION_ERROR")), "{path}");
        assert_eq!((&body["errors"][0]["type"], &body["errors"][0]["path"]), (&json!(kind), &json!(path)));
        assert!(body["errors"][0]["message"].is_string());
    }
    clinic.running.stop().await;
}

fn merge(into: &mut Value, change: &Value) {
    match (into, change) {
        (Value::Object(into), Value::Object(change)) => {
            change
                .iter()
                .for_each(|(key, value)| merge(into.entry(key.clone()).or_insert(Value::Null), value));
        }
        (into, change) => *into = change.clone(),
    }
}

#[tokio::test]
async fn keys_and_tokens_are_checked() {
    let clinic = Clinic::start().await;
    let mut request = booking(&clinic);
    request["api_key"] = json!("wrong");
    let (http, body) = clinic.call("create", &request).await;
    assert_eq!((http, body), (401, json!({"status": "UNAUTHORIZED", "description": "Wrong APIKEY"})));
    let mut request = booking(&clinic);
    request["user_role"] = json!("CLIENT");
    let (http, body) = clinic.call("create", &request).await;
    assert_eq!((http, &body["status"]), (400, &json!("USER_SHOULD_BE_IN_CONFERENCE")));

    assert_eq!(clinic.refused("join", "unknown").await, (401, "ACCESS_TOKEN_NOT_FOUND".to_owned()));
    let (http, body) = clinic.call("join", &json!({"access_token": null})).await;
    assert_eq!((http, &body["status"]), (401, &json!("EXPECT_ACCESS_TOKEN")));
    let (http, body) = clinic.call("join", &json!({"access_token": 7})).await;
    assert_eq!((http, &body["errors"][0]["path"]), (400, &json!("access_token")));
    let (http, body) = clinic.info("").await;
    assert_eq!((http, &body["status"]), (401, &json!("EXPECT_ACCESS_TOKEN")));

    let (specialist, client) = clinic.pair("now");
    assert_eq!(clinic.refused("start", &client).await, (400, "CONFERENCE_WRONG_SPECIALIST".to_owned()));
    clinic.pass(31 * 24 * 3600);
    assert_eq!(clinic.refused("join", &specialist).await, (403, "EXPIRED_TOKEN".to_owned()));
    clinic.running.stop().await;
}

#[tokio::test]
async fn bodies_and_paths_that_are_not_of_the_protocol() {
    let clinic = Clinic::start().await;
    let post = async |body: Vec<u8>| {
        let answer = clinic.http.post(clinic.url("/meets/v1/join")).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    for body in [b"{".to_vec(), b"\xff\xfe".to_vec(), b"[]".to_vec(), Vec::new()] {
        let (http, body) = post(body).await;
        assert_eq!((http, &body["status"]), (400, &json!("VALIDATION_ERROR")));
    }
    let (http, body) = post(vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!((http, &body["status"]), (413, &json!("VALIDATION_ERROR")));
    let (http, body) = clinic.call("no_such_method", &json!({})).await;
    assert_eq!((http, &body["status"]), (404, &json!("UNKNOWN_ERROR")));
    let answer = clinic.http.get(clinic.url("/meets/v1/create")).send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.json::<Value>().await.unwrap()["status"], "UNKNOWN_ERROR");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_conference_with_a_one_time_password_is_closed_without_it() {
    // Nobody listens there.
    let clinic =
        Clinic::adjusted(|config| config.otp_hook = "http://127.0.0.1:9/".parse().ok().map(Secret::new))
            .await;
    let mut request = booking(&clinic);
    request["conference_info"]["otp"] = json!(true);
    let (_, body) = clinic.call("create", &request).await;
    let token = body["access_token"].as_str().unwrap();
    for method in ["exchange", "join", "durations"] {
        assert_eq!(clinic.refused(method, token).await, (400, "OTP_EXPECT".to_owned()));
    }
    assert_eq!(clinic.info(token).await.1["status"], "OTP_EXPECT");
    assert_eq!(clinic.watch(token).await.next_text().await, None);
    clinic.running.stop().await;
}
