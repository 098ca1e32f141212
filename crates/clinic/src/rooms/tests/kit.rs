//! A clinic with conferences whose guests knock.

use crate::clock::Clock;
use crate::config::{Config, TurnConfig, TurnListen};
use crate::domain::Live;
use crate::server::{App, Running, serve};
use crate::store::{ConferenceRecord, Face};
use consilium_model::{Actor, Command, ConferenceId, Participant, PeerId, Secret, UserId};
use consilium_wire::room::{FromClient, FromServer, PROTOCOL, Readiness, RoomError, decode, encode};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Long enough for a slow machine; nothing waits for it when all is well.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// When the conferences begin.
pub(super) const START: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

pub(super) struct Clinic {
    pub(super) running: Running,
    ahead: Arc<AtomicI64>,
    folder: TempDir,
}

impl Clinic {
    pub(super) async fn start() -> Self {
        Self::with_grace(Duration::from_secs(60)).await
    }

    pub(super) async fn with_grace(seat_grace: Duration) -> Self {
        Self::with(seat_grace, PATIENCE).await
    }

    /// With so much between two pulses of a socket, which whoever does not read misses.
    pub(super) async fn with_pulse(ping_every: Duration) -> Self {
        Self::with(Duration::from_secs(60), ping_every).await
    }

    async fn with(seat_grace: Duration, ping_every: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let now = {
            let ahead = Arc::clone(&ahead);
            move || START + time::Duration::seconds(ahead.load(Ordering::SeqCst))
        };
        let local = ([127, 0, 0, 1], 0).into();
        let config = Config {
            listen: local,
            turn: TurnConfig { listen: TurnListen::At(local), ..TurnConfig::default() },
            clock: Clock::new(now),
            seat_grace,
            ping_every,
            ..Config::new(folder.path())
        };
        Self { running: serve(config).await.unwrap(), ahead, folder }
    }

    /// Stops it; what it has written stays as long as the folder.
    pub(super) async fn stop(self) -> TempDir {
        self.running.stop().await;
        self.folder
    }

    pub(super) fn app(&self) -> &Arc<App> {
        self.running.app()
    }

    /// Sets the clock, in seconds from [`START`].
    pub(super) fn set_clock(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::SeqCst);
    }

    /// A conference of ten minutes of the specialist `d`, whose clients knock.
    pub(super) async fn conference(&self, name: &str, is_open: bool, clients: &[&str]) -> Arc<Live> {
        let clients = clients.iter().map(|id| json!({"id": id, "name": id, "surname": "Sample"}));
        let info = json!({
            "appointmentId": format!("coviu:{name}"), "isOpen": is_open, "l10n": "en", "services": [],
            "organizationInfo": {"id": "o", "title": "O"}, "openingDurationSeconds": 0, "otp": false,
            "filialInfo": {"id": "f", "title": "F", "timezone": "UTC"},
            "scheduledDurationSeconds": 600, "scheduledStart": "2026-11-22T12:00:00Z",
            "clients": clients.collect::<Vec<_>>(),
            "specialists": [{"id": "d", "name": "N", "surname": "S", "profession": "P"}],
        });
        let record = ConferenceRecord {
            id: ConferenceId::new(name),
            created_at: START,
            creator: doctor(),
            info: serde_json::from_value(info).unwrap(),
            visitors: Vec::new(),
            asked_in: Vec::new(),
            web_hook: None,
            face: coviu(),
        };
        self.app().clinic.add(record).await.unwrap()
    }

    pub(super) async fn apply(&self, live: &Arc<Live>, command: Command, who: &Participant) {
        self.app().clinic.apply(live, command, Actor::Participant(who.clone())).await.unwrap();
    }

    /// A room socket after its hello.
    pub(super) async fn enter(&self, live: &Arc<Live>, who: &Participant, resume: Option<Secret>) -> Socket {
        let token = self.app().clinic.keys().conference_token(live.id(), who);
        let mut socket = self.socket("/room/v1").await;
        socket.say(&FromClient::Hello { protocol: PROTOCOL, token, resume }).await;
        socket
    }

    /// The specialist, inside.
    pub(super) async fn inside(&self, live: &Arc<Live>) -> Socket {
        self.apply(live, Command::Join, &doctor()).await;
        let mut socket = self.enter(live, &doctor(), None).await;
        assert!(matches!(socket.hear().await, FromServer::Welcome { rights, .. } if rights.admit));
        socket
    }

    /// A guest who has come to the lobby, and its seat to come.
    pub(super) async fn in_lobby(&self, live: &Arc<Live>, who: &str) -> (Socket, PeerId) {
        let mut socket = self.enter(live, &guest(who), None).await;
        let you = socket.lobby().await;
        (socket, you)
    }

    /// A guest who knocks and has heard where it stands.
    pub(super) async fn knocking(&self, live: &Arc<Live>, who: &str) -> (Socket, PeerId) {
        let (mut socket, you) = self.in_lobby(live, who).await;
        socket.say(&FromClient::Knock { ready: Readiness::default() }).await;
        socket.standing().await;
        (socket, you)
    }

    pub(super) async fn socket(&self, path: &str) -> Socket {
        let (stream, _) = connect_async(format!("ws://{}{path}", self.running.addr)).await.unwrap();
        Socket(stream)
    }

    /// The token of the home page of a specialist.
    pub(super) async fn sign_in(&self, login: &str) -> Secret {
        let (user, staff) = (UserId::new(login), &self.app().staff);
        staff.enroll(user.clone(), "Sample".into(), "Clinic".into(), "password".into()).await.unwrap();
        let code = staff.invite(user).await.unwrap();
        staff.with_code(code, [127, 0, 0, 1].into()).await.unwrap().1
    }

    /// The status with which a socket is refused.
    pub(super) async fn refused_socket(&self, path: &str) -> u16 {
        match connect_async(format!("ws://{}{path}", self.running.addr)).await {
            Err(Error::Http(answer)) => answer.status().as_u16(),
            other => panic!("not refused: {:?}", other.map(drop)),
        }
    }

    pub(super) async fn get(&self, path: &str, token: &Secret) -> Value {
        let url = format!("http://{}{path}", self.running.addr);
        let answer = reqwest::Client::new().get(url).bearer_auth(token.expose()).send().await.unwrap();
        answer.json().await.unwrap()
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("http://{}{path}", self.running.addr);
        let answer = reqwest::Client::new().post(url).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

pub(super) fn doctor() -> Participant {
    Participant::specialist("d")
}

pub(super) fn guest(id: &str) -> Participant {
    Participant::client(id)
}

/// A session of Coviu, as it is stored.
fn coviu() -> Face {
    let kept = json!({"client": "key", "owner": "d", "name": null, "picture": null, "invited": []});
    serde_json::from_value(json!({"name": "coviu", "kept": kept})).unwrap()
}

pub(super) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(super) async fn say(&mut self, message: &FromClient) {
        self.send(encode(message)).await;
    }

    pub(super) async fn send(&mut self, text: String) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next text frame; `None` when the socket closes.
    pub(super) async fn text(&mut self) -> Option<String> {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    pub(super) async fn hear(&mut self) -> FromServer {
        let text = self.text().await.expect("the socket is open");
        decode(&text).unwrap().unwrap()
    }

    pub(super) async fn hear_until(&mut self, is: impl Fn(&FromServer) -> bool) -> FromServer {
        loop {
            let message = self.hear().await;
            if is(&message) {
                return message;
            }
        }
    }

    pub(super) async fn lobby(&mut self) -> PeerId {
        match self.hear().await {
            FromServer::Lobby { you, ice_servers } => {
                assert!(!ice_servers.is_empty(), "to try the way to the relay");
                you
            }
            other => panic!("no lobby: {other:?}"),
        }
    }

    /// The next place in the queue, and the estimate.
    pub(super) async fn standing(&mut self) -> (u32, Option<u32>) {
        let message = self.hear_until(|message| matches!(message, FromServer::Waiting { .. })).await;
        let FromServer::Waiting { position, estimate_seconds } = message else { unreachable!() };
        (position, estimate_seconds)
    }

    /// The next that is told of this knock.
    pub(super) async fn knock_of(&mut self, you: &PeerId) -> FromServer {
        self.hear_until(|message| match message {
            FromServer::Knocking { peer, .. } => peer.id == *you,
            FromServer::KnockOver { peer } => peer == you,
            _ => false,
        })
        .await
    }

    pub(super) async fn refused(&mut self, code: RoomError) {
        let message = self.hear_until(|message| matches!(message, FromServer::Error { .. })).await;
        assert_eq!(message, FromServer::Error { code, fatal: false });
    }

    pub(super) async fn shut(&mut self, code: RoomError) {
        assert_eq!(self.hear().await, FromServer::Error { code, fatal: true });
        assert_eq!(self.text().await, None);
    }
}
