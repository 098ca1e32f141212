//! The room of a measurement: a star. The measured participant knows all the others, they know it alone.

use super::line::Line;
use super::report::{self, Report};
use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use consilium_model::{MediaState, PeerId, Role, Status};
use consilium_wire::room::{FromClient, FromServer, Peer, Policy, Rights, decode, encode};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The seat of the participant that is measured.
pub(super) const NEAR: &str = "near";
/// The page that takes part in Chromium.
const PAGE: &str = include_str!("page.html");
const ANSWER_WAIT: Duration = Duration::from_secs(20);

/// A running room; dropping it ends it.
pub(super) struct Room {
    seats: Seats,
    /// Where it listens, on this machine only.
    pub(super) port: u16,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Seats {
    all: Arc<Mutex<BTreeMap<PeerId, Seat>>>,
    line: Option<Arc<Line>>,
    /// Everybody knows everybody, and not only the participant that is measured the others.
    mesh: bool,
}

struct Seat {
    socket: mpsc::UnboundedSender<String>,
    media: MediaState,
    report: Option<Report>,
}

#[derive(Deserialize)]
struct Who {
    seat: String,
}

impl Room {
    /// Opens a room that nobody is in. With a line, the packets of the two in it go over that.
    pub(super) async fn open(line: Option<Arc<Line>>) -> Result<Self> {
        Self::with(Seats { all: Arc::default(), line, mesh: false }).await
    }

    /// Opens a room in which all talk with all.
    pub(super) async fn open_to_all() -> Result<Self> {
        Self::with(Seats { all: Arc::default(), line: None, mesh: true }).await
    }

    async fn with(seats: Seats) -> Result<Self> {
        let router = Router::new()
            .route("/", get(|| async { Html(PAGE) }))
            .route("/room", get(enter))
            .with_state(seats.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { seats, port, task })
    }

    /// Waits until the measured participant is in.
    pub(super) async fn wait_for_near(&self) -> Result<()> {
        let near = PeerId::from(NEAR);
        self.until(|seats| seats.contains_key(&near).then_some(())).await.context("nobody came in")
    }

    /// Asks one side for what has come there.
    pub(super) async fn ask(&self, near: bool) -> Result<Report> {
        let mine = |id: &PeerId| (id.as_str() == NEAR) == near;
        for (_, seat) in self.seats.lock().iter_mut().filter(|(id, _)| mine(id)) {
            seat.report = None;
            let _ = seat.socket.send(format!("{{\"type\":\"{}\"}}", report::TYPE));
        }
        let answers = self.until(|seats| {
            let asked = seats.iter().filter(|(id, _)| mine(id));
            asked.map(|(_, seat)| seat.report.clone()).collect::<Option<Vec<_>>>()
        });
        let streams = answers.await.context("no report")?.into_iter().flat_map(|report| report.streams);
        Ok(Report { streams: streams.collect() })
    }

    async fn until<T>(&self, find: impl Fn(&BTreeMap<PeerId, Seat>) -> Option<T>) -> Result<T> {
        let started = Instant::now();
        loop {
            let found = find(&self.seats.lock());
            match found {
                Some(found) => return Ok(found),
                None if started.elapsed() > ANSWER_WAIT => bail!("waited {} s", ANSWER_WAIT.as_secs()),
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn enter(
    State(seats): State<Seats>,
    Query(who): Query<Who>,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    upgrade.on_upgrade(move |socket| sit(seats, PeerId::from(who.seat.as_str()), socket))
}

async fn sit(seats: Seats, id: PeerId, mut socket: WebSocket) {
    let (sender, mut outgoing) = mpsc::unbounded_channel();
    seats.add(&id, sender);
    loop {
        tokio::select! {
            Some(text) = outgoing.recv() => {
                if socket.send(Message::Text(text.into())).await.is_err() {
                    break;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => seats.take(&id, &text),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    seats.lock().remove(&id);
}

impl Seats {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<PeerId, Seat>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn knows(&self, one: &PeerId, other: &PeerId) -> bool {
        if self.mesh { one != other } else { (one.as_str() == NEAR) != (other.as_str() == NEAR) }
    }

    fn add(&self, id: &PeerId, socket: mpsc::UnboundedSender<String>) {
        let mut seats = self.lock();
        seats.insert(id.clone(), Seat { socket, media: MediaState::default(), report: None });
        let peers =
            seats.iter().filter(|(other, _)| self.knows(id, other)).map(|(id, seat)| row(id, seat)).collect();
        tell(&seats, id, &welcome(id, peers));
        let news = FromServer::PeerJoined { peer: row(id, &seats[id]) };
        seats.keys().filter(|other| self.knows(id, other)).for_each(|other| tell(&seats, other, &news));
    }

    fn take(&self, from: &PeerId, text: &str) {
        let mut seats = self.lock();
        match decode::<FromClient>(text) {
            Ok(Some(FromClient::Signal { to, signal })) => {
                let signal = match &self.line {
                    Some(line) => line.redirect(from, signal).ok().flatten(),
                    None => Some(signal),
                };
                if let Some(signal) = signal {
                    tell(&seats, &to, &FromServer::Signal { from: from.clone(), signal });
                }
            }
            Ok(Some(FromClient::Media(media))) => {
                if let Some(seat) = seats.get_mut(from) {
                    seat.media = media;
                }
                let news = FromServer::Media { from: from.clone(), media };
                seats
                    .keys()
                    .filter(|other| self.knows(from, other))
                    .for_each(|other| tell(&seats, other, &news));
            }
            // Not of the protocol: an answer to the room's own question.
            Ok(None) => {
                if let Some(seat) = seats.get_mut(from) {
                    seat.report = serde_json::from_str(text).ok();
                }
            }
            Ok(Some(_)) | Err(_) => {}
        }
    }
}

fn tell(seats: &BTreeMap<PeerId, Seat>, id: &PeerId, message: &FromServer) {
    if let Some(seat) = seats.get(id) {
        let _ = seat.socket.send(encode(message));
    }
}

fn row(id: &PeerId, seat: &Seat) -> Peer {
    Peer {
        id: id.clone(),
        name: id.as_str().into(),
        role: Role::Client,
        user: None,
        media: seat.media,
        away: false,
        rights: Rights::GUEST,
    }
}

fn welcome(you: &PeerId, peers: Vec<Peer>) -> FromServer {
    FromServer::Welcome {
        you: you.clone(),
        resume: "load".into(),
        resumed: false,
        peers,
        ice_servers: Vec::new(),
        rights: Rights { screen: false, ..Rights::GUEST },
        policy: Policy { max_participants: 16, max_with_video: 8, relay_only: false, phone: None },
        status: Status::Started,
    }
}
