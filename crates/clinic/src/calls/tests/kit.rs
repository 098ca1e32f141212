//! A clinic whose specialists call each other.

use crate::calls::ringing::EventKind;
use crate::calls::{Calls, Invited, NewCall, Snapshot};
use crate::clock::Clock;
use crate::config::{Config, TurnConfig, TurnListen};
use crate::server::{App, Running, serve};
use consilium_model::Secret;
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallEntry, CallId, CallLog, CallRow, CalleeState, RingEnd};
use consilium_wire::home::staff::PutStaff;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Long enough for a slow machine; nothing waits for it when all is well.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const START: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

pub(super) struct Clinic {
    running: Running,
    http: reqwest::Client,
    ahead: Arc<AtomicI64>,
    folder: TempDir,
}

impl Clinic {
    pub(super) async fn start() -> Self {
        let (folder, ahead) = (tempfile::tempdir().unwrap(), Arc::new(AtomicI64::new(0)));
        let running = run(&folder, &ahead).await;
        Self { running, http: reqwest::Client::new(), ahead, folder }
    }

    /// Stops the server, and starts another one on the same folder so many seconds later.
    pub(super) async fn restart_after(self, seconds: i64) -> Self {
        let Self { running, http, ahead, folder } = self;
        running.stop().await;
        ahead.fetch_add(seconds, Ordering::SeqCst);
        let running = run(&folder, &ahead).await;
        Self { running, http, ahead, folder }
    }

    pub(super) async fn stop(self) {
        self.running.stop().await;
    }

    pub(super) fn app(&self) -> &Arc<App> {
        self.running.app()
    }

    /// Moves the server's clock.
    pub(super) fn pass(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Adds a specialist.
    pub(super) async fn hire(&self, login: &str) {
        let put = PutStaff { name: format!("{login} Sample").into(), clinic: None, password: None };
        self.app().staff.put(login.into(), put).await.unwrap();
    }

    /// Removes a specialist, as the booking system does.
    pub(super) async fn fire(&self, login: &str) {
        assert!(self.app().staff.remove(login.into()).await.unwrap());
        self.app().contacts.forget(&login.into()).await;
        Calls::forget(self.app(), &login.into()).await;
    }

    /// A device of a specialist, who is added.
    pub(super) async fn device(&self, login: &str) -> Device {
        self.hire(login).await;
        let code = self.app().staff.invite(login.into()).await.unwrap();
        let (_, token) = self.app().staff.with_code(code, [127, 0, 0, 1].into()).await.unwrap();
        self.reconnect(token).await
    }

    /// The device after its socket was lost.
    pub(super) async fn reconnect(&self, token: Secret) -> Device {
        let url = format!("ws://{}/home/v1/events", self.running.addr);
        let (mut socket, _) = connect_async(url).await.unwrap();
        let hello = json!({"type": "hello", "token": token.expose()});
        socket.send(Message::text(hello.to_string())).await.unwrap();
        let mut device = Device { token, socket, before_known: Vec::new() };
        loop {
            match device.next().await {
                Event::Known => return device,
                event => device.before_known.push(event),
            }
        }
    }

    /// A route of `/home/v1`.
    pub(super) async fn ask(&self, token: &Secret, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("http://{}/home/v1/{path}", self.running.addr);
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth(token.expose());
        let answer = request.json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    pub(super) async fn place(&self, by: &Device, logins: &[&str]) -> CallEntry {
        let (http, body) = self.ask(&by.token, "POST", "calls", &json!({ "contacts": logins })).await;
        assert_eq!(http, 200, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// A call that the application has no route for.
    pub(super) async fn place_new(
        &self,
        by: &str,
        logins: &[&str],
        new: impl FnOnce(&mut NewCall),
    ) -> CallId {
        let mut call = NewCall::by(by.into());
        call.contacts = logins.iter().map(|login| Invited::User((*login).into())).collect();
        new(&mut call);
        Calls::place(self.app(), call).await.unwrap().record.id.clone()
    }

    pub(super) async fn do_with(&self, by: &Device, call: &CallId, what: &str) -> (u16, Value) {
        self.ask(&by.token, "POST", &format!("calls/{}/{what}", call.0), &json!({})).await
    }

    pub(super) async fn accept(&self, by: &Device, call: &CallId) -> CallEntry {
        let (http, body) = self.do_with(by, call, "accept").await;
        assert_eq!(http, 200, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// A method of the conference.
    pub(super) async fn press(&self, entry: &CallEntry, method: &str) -> (u16, Value) {
        self.press_with(entry, method, json!({})).await
    }

    /// A method of the conference, with more than who asks.
    pub(super) async fn press_with(&self, entry: &CallEntry, method: &str, mut body: Value) -> (u16, Value) {
        let url = format!("http://{}/meets/v1/{method}", self.running.addr);
        body["access_token"] = json!(entry.access_token.expose());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// What the way into it shows.
    pub(super) async fn info(&self, entry: &CallEntry) -> Value {
        let url = format!(
            "http://{}/meets/v1/info?access_token={}",
            self.running.addr,
            entry.access_token.expose()
        );
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(super) async fn join(&self, entry: &CallEntry) {
        let (http, body) = self.press(entry, "join").await;
        assert_eq!((http, &body["status"]), (200, &json!("OK")), "{body}");
    }

    pub(super) async fn leave(&self, entry: &CallEntry) {
        let (http, body) = self.press(entry, "leave").await;
        assert_eq!((http, &body["status"]), (200, &json!("OK")), "{body}");
    }

    pub(super) async fn log_of(&self, device: &Device) -> CallLog {
        let (http, body) = self.ask(&device.token, "GET", "calls", &Value::Null).await;
        assert_eq!(http, 200);
        serde_json::from_value(body).unwrap()
    }

    /// The newest call of somebody.
    pub(super) async fn row_of(&self, device: &Device) -> CallRow {
        self.log_of(device).await.calls.remove(0)
    }

    pub(super) async fn snapshot(&self, call: &CallId) -> Arc<Snapshot> {
        self.app().calls.by_id(call).await.unwrap().unwrap()
    }

    /// What has happened in a call and to whom, once it `is` like that.
    pub(super) async fn events(&self, call: &CallId, last: (EventKind, &str)) -> Vec<(EventKind, String)> {
        let soon = async {
            loop {
                let snapshot = self.snapshot(call).await;
                assert!(snapshot.events.is_sorted_by(|one, other| one.id < other.id));
                let event = |event: &crate::calls::LoggedEvent| {
                    (event.kind, snapshot.person(event.party).who.id.to_string())
                };
                let events: Vec<_> = snapshot.events.iter().map(event).collect();
                if events.last().is_some_and(|(kind, who)| (*kind, who.as_str()) == last) {
                    return events;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, soon).await.unwrap_or_else(|_| panic!("never {last:?}"))
    }
}

async fn run(folder: &TempDir, ahead: &Arc<AtomicI64>) -> Running {
    let ahead = Arc::clone(ahead);
    let local = ([127, 0, 0, 1], 0).into();
    let config = Config {
        listen: local,
        turn: TurnConfig { listen: TurnListen::At(local), ..TurnConfig::default() },
        clock: Clock::new(move || START + time::Duration::seconds(ahead.load(Ordering::SeqCst))),
        ..Config::new(folder.path())
    };
    serve(config).await.unwrap()
}

/// A device of a specialist, with its event socket.
pub(super) struct Device {
    pub(super) token: Secret,
    /// What it was told before all of it was known.
    pub(super) before_known: Vec<Event>,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Device {
    /// The next event that is not about presence.
    pub(super) async fn next(&mut self) -> Event {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match frame.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(text.as_str()).unwrap() {
                    Event::Contact { .. } => {}
                    event => return event,
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the socket is gone: {other:?}"),
            }
        }
    }

    /// The ringing that must be next.
    pub(super) async fn rings(&mut self) -> CallId {
        match self.next().await {
            Event::Ringing { call, .. } => call,
            other => panic!("it does not ring: {other:?}"),
        }
    }

    /// The end of ringing that must be next.
    pub(super) async fn stops(&mut self, call: &CallId) -> RingEnd {
        match self.next().await {
            Event::RingOver { call: other, why } if other == *call => why,
            other => panic!("it does not stop: {other:?}"),
        }
    }

    /// How it goes with those who are called, once it is like this.
    pub(super) async fn sees(&mut self, states: &[CalleeState]) {
        loop {
            if let Event::Calling { people, .. } = self.next().await
                && people.iter().map(|one| one.state).eq(states.iter().copied())
            {
                return;
            }
        }
    }

    /// Everything that comes in a while.
    pub(super) async fn hears_nothing(&mut self) {
        let heard = tokio::time::timeout(Duration::from_millis(300), self.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }
}
