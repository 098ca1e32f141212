//! A clinic's site as the TrueConf face sees it.

// Each file uses its own part of the kit.
#![allow(dead_code)]

use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

/// A program with a token.
pub(crate) struct Site {
    pub(crate) token: String,
    pub(crate) owner: String,
}

/// The answer to a form for a token.
pub(crate) async fn ask_token(clinic: &Clinic, form: &[(&str, &str)]) -> (u16, Value) {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = clinic.http.post(clinic.url("/oauth2/v1/token"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub(crate) fn credentials<'a>(id: &'a str, secret: &'a str) -> [(&'a str, &'a str); 3] {
    [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)]
}

/// A call below `/api/v3.11`; the body is `null` when there is none.
pub(crate) async fn call(
    clinic: &Clinic,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let mut request = clinic.http.request(method, clinic.url(&format!("/api/v3.11{path}")));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    let http = answer.status().as_u16();
    (http, answer.json().await.unwrap())
}

impl Site {
    /// The demo's.
    pub(crate) async fn of(clinic: &Clinic) -> Self {
        let demo = clinic.demo().trueconf.clone().unwrap();
        let (http, body) =
            ask_token(clinic, &credentials(&demo.client_id, demo.client_secret.expose())).await;
        assert_eq!(http, 200, "{body}");
        Self { token: body["access_token"].as_str().unwrap().to_owned(), owner: demo.owner.to_string() }
    }

    /// What a site asks for: two people, in at once.
    pub(crate) fn wanted(&self) -> Value {
        json!({
            "type": 0, "topic": "A first talk", "owner": self.owner, "description": "", "max_podiums": 2,
            "max_participants": 2, "schedule": {"type": -1}, "invitations": [{"id": self.owner}],
            "allow_guests": true, "auto_invite": 1, "state": "running", "recording": 0,
            "stream_recording_state": 0, "rights": {"guest": {}, "user": {}},
            "allow_only_planned_participants": false,
        })
    }

    /// The same, with other fields.
    pub(crate) fn wanted_with(&self, other: Value) -> Value {
        let mut wanted = self.wanted();
        for (name, value) in other.as_object().unwrap() {
            wanted[name] = value.clone();
        }
        wanted
    }

    pub(crate) async fn call(
        &self,
        clinic: &Clinic,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        call(clinic, Some(&self.token), method, path, body).await
    }

    /// Makes a conference; its id.
    pub(crate) async fn make(&self, clinic: &Clinic, wanted: &Value) -> String {
        let (http, body) = self.call(clinic, Method::POST, "/conferences", Some(wanted)).await;
        assert_eq!(http, 200, "{body}");
        body["conference"]["id"].as_str().unwrap().to_owned()
    }

    /// `run`, `stop`, or nothing for the conference itself: its state.
    pub(crate) async fn state(&self, clinic: &Clinic, id: &str, step: &str) -> String {
        let (method, path) = match step {
            "" => (Method::GET, format!("/conferences/{id}")),
            step => (Method::POST, format!("/conferences/{id}/{step}")),
        };
        let (http, body) = self.call(clinic, method, &path, None).await;
        assert_eq!((http, &body["conference"]["id"]), (200, &json!(id)), "{body}");
        body["conference"]["state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn clients(&self, clinic: &Clinic, id: &str, user: &str) -> (u16, Value) {
        let request = clinic.http.get(clinic.url("/api/v3.11/software/clients"));
        let request = request.query(&[("call_id", id), ("user", user), ("case", "join_conference_button")]);
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The access token of a guest.
    pub(crate) async fn guest(&self, clinic: &Clinic, id: &str, user: &str) -> String {
        let (http, body) = self.clients(clinic, id, user).await;
        assert_eq!(http, 200, "{body}");
        token_of(&body["clients"][0]["url"])
    }
}

/// The access token in the address of a page.
pub(crate) fn token_of(url: &Value) -> String {
    url.as_str().unwrap().split_once("/visit?at=").unwrap().1.to_owned()
}

/// The owner's own access token, from the owner's home.
pub(crate) async fn owner_token(clinic: &Clinic, id: &str) -> Option<String> {
    let day = home(clinic).await;
    let appointment = json!(format!("trueconf:{id}"));
    let visit = day.as_array().unwrap().iter().find(|visit| visit["appointment_id"] == appointment)?;
    Some(visit["access_token"].as_str().unwrap().to_owned())
}

/// The visits of the owner's day.
pub(crate) async fn home(clinic: &Clinic) -> Value {
    let owner = clinic.demo().trueconf.as_ref().unwrap().owner.to_string();
    let users = &clinic.demo().home.as_ref().unwrap().users;
    let user = users.iter().find(|user| user.user_id == owner).unwrap();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    let signed_in: Value = answer.json().await.unwrap();
    let request = clinic.http.get(clinic.url("/home/v1/visits"));
    let answer = request.bearer_auth(signed_in["token"].as_str().unwrap()).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["visits"].take()
}
