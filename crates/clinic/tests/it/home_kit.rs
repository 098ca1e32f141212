//! Specialists at home: signed in, with an events socket.

use crate::im_kit::text;
use crate::kit::{Clinic, Socket, token_of};
use consilium_wire::home::Event;
use consilium_wire::home::calls::Availability;
use reqwest::Method;
use serde_json::{Value, json};

/// A request to `/home/v1` with that token or key: the HTTP status, and the body where there is one.
pub(crate) async fn ask(
    clinic: &Clinic,
    token: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let url = clinic.url(&format!("/home/v1/{path}"));
    let mut request = clinic.http.request(method, url).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// With the API key.
pub(crate) async fn book(clinic: &Clinic, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let key = clinic.running.api_key().expose().clone();
    ask(clinic, &key, method, path, body).await
}

/// Signs in a specialist whom the booking system adds for that: the token.
pub(crate) async fn signed_in(clinic: &Clinic, login: &str) -> String {
    let put = json!({"name": format!("Doctor {login}")});
    assert_eq!(book(clinic, Method::PUT, &format!("staff/{login}"), Some(&put)).await.0, 200);
    sign_in(clinic, login).await
}

/// Signs in a specialist who is there already: the token.
pub(crate) async fn sign_in(clinic: &Clinic, login: &str) -> String {
    let (_, link) = book(clinic, Method::POST, &format!("staff/{login}/link"), None).await;
    let code = token_of(&serde_json::from_value(link["link"].clone()).unwrap());
    let (http, body) = ask(clinic, "", Method::POST, "sign_in", Some(&json!({ "code": code }))).await;
    assert_eq!(http, 200, "{body}");
    text(&body["token"])
}

/// An events socket after its hello.
pub(crate) async fn listen(clinic: &Clinic, token: &str) -> Socket {
    let mut socket = clinic.socket("/home/v1/events").await;
    socket.send(&json!({"type": "hello", "token": token})).await;
    socket
}

/// The next event.
pub(crate) async fn event(socket: &mut Socket) -> Event {
    let text = socket.next_text().await.expect("the socket is open");
    serde_json::from_str(&text).expect("the frame is an event")
}

/// The events up to `known`, without it.
pub(crate) async fn until_known(socket: &mut Socket) -> Vec<Event> {
    let mut heard = Vec::new();
    loop {
        match event(socket).await {
            Event::Known => return heard,
            other => heard.push(other),
        }
    }
}

/// Waits until the socket has told this of a colleague.
pub(crate) async fn hear(socket: &mut Socket, login: &str, availability: Availability) {
    let wanted = Event::Contact { user_id: login.into(), availability };
    while event(socket).await != wanted {}
}
