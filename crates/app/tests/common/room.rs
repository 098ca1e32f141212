//! A room with one seat: enough for what is asked in it.

use axum::extract::ws::{Message, WebSocket};
use consilium_model::{MediaState, PeerId, Role, Status};
use consilium_wire::room::{
    Ask, FromClient, FromServer, Peer, Policy, Rights, RoomError, Signal, Trouble, decode, encode,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::{Notify, broadcast, watch};

/// A room with one seat.
#[derive(Default)]
pub struct Room {
    asks: Notify,
    asked: AtomicUsize,
    is_empty: AtomicBool,
    status: watch::Sender<Option<Status>>,
    limits: watch::Sender<Rights>,
    media: watch::Sender<MediaState>,
    others: Mutex<Vec<Peer>>,
    gone: watch::Sender<Option<PeerId>>,
    phone: Mutex<Option<String>>,
    troubles: watch::Sender<Vec<(PeerId, Option<Trouble>)>>,
    door: Door,
}

/// Who may come in: by default everybody.
struct Door {
    refusal: Mutex<Option<RoomError>>,
    is_closed: AtomicBool,
    heard: watch::Sender<Vec<FromClient>>,
    says: broadcast::Sender<FromServer>,
}

impl Default for Door {
    fn default() -> Self {
        let (heard, says) = (watch::Sender::default(), broadcast::channel(16).0);
        Self { refusal: Mutex::default(), is_closed: AtomicBool::default(), heard, says }
    }
}

impl Room {
    /// Somebody else asks the one who is in.
    pub fn ask(&self) {
        self.asks.notify_one();
    }

    /// Whether nobody is there to hear a question.
    pub fn empty(&self, is_empty: bool) {
        self.is_empty.store(is_empty, Ordering::SeqCst);
    }

    /// How often the one who is in has asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The visit's status changes.
    pub fn change_status(&self, status: Status) {
        self.status.send_replace(Some(status));
    }

    /// Whoever comes in from now on may do this.
    pub fn limit(&self, rights: Rights) {
        self.limits.send_replace(rights);
    }

    /// What the one who is in says it sends.
    pub fn media(&self) -> watch::Receiver<MediaState> {
        self.media.subscribe()
    }

    /// Somebody is in who never answers.
    pub fn add_silent(&self, id: &str) {
        let peer = Peer {
            id: id.into(),
            name: "Boris Orlov".into(),
            role: Role::Client,
            user: None,
            media: MediaState { mic: true, camera: true, ..MediaState::default() },
            away: false,
            rights: Rights::default(),
        };
        self.others.lock().unwrap().push(peer);
    }

    /// Somebody who is in goes.
    pub fn remove(&self, id: &str) {
        self.others.lock().unwrap().retain(|peer| peer.id.as_str() != id);
        self.gone.send_replace(Some(id.into()));
    }

    /// Everyone who comes in is told this number.
    pub fn set_phone(&self, number: &str) {
        *self.phone.lock().unwrap() = Some(number.to_owned());
    }

    /// Whom the one who is in has told of a trouble at its own end, and of which.
    pub fn troubles(&self) -> watch::Receiver<Vec<(PeerId, Option<Trouble>)>> {
        self.troubles.subscribe()
    }

    /// Whoever comes now has to knock, or need not.
    pub fn close_door(&self, is_closed: bool) {
        self.door.is_closed.store(is_closed, Ordering::SeqCst);
    }

    /// Whoever comes now is refused.
    pub fn refuse(&self, refusal: Option<RoomError>) {
        *self.door.refusal.lock().unwrap() = refusal;
    }

    /// The server says this to the one who is there.
    pub fn says(&self, message: FromServer) {
        let _ = self.door.says.send(message);
    }

    /// The one at the door is let in.
    pub fn admit(&self) {
        self.close_door(false);
        self.says(self.welcome());
    }

    /// Everything that was heard of the one who is there.
    pub fn heard(&self) -> watch::Receiver<Vec<FromClient>> {
        self.door.heard.subscribe()
    }

    /// Serves a socket.
    pub async fn seat(&self, mut socket: WebSocket) {
        let mut news = self.status.subscribe();
        let mut gone = self.gone.subscribe();
        let mut says = self.door.says.subscribe();
        loop {
            let answer = tokio::select! {
                Ok(message) = says.recv() => Some(message),
                () = self.asks.notified() => Some(FromServer::Asked { from: "other".into(), ask: Ask::MoreTime }),
                Ok(()) = news.changed() => news.borrow_and_update().map(|status| FromServer::Status { status }),
                Ok(()) = gone.changed() => gone.borrow_and_update().clone().map(|peer| FromServer::PeerLeft { peer }),
                heard = socket.recv() => match heard {
                    Some(Ok(Message::Text(text))) => self.hear(decode(&text).unwrap()),
                    Some(Ok(_)) => None,
                    Some(Err(_)) | None => return,
                },
            };
            if let Some(answer) = answer
                && socket.send(Message::text(encode(&answer))).await.is_err()
            {
                return;
            }
        }
    }

    fn hear(&self, message: Option<FromClient>) -> Option<FromServer> {
        let message = message?;
        self.door.heard.send_modify(|heard| heard.push(message.clone()));
        match message {
            FromClient::Hello { .. } => Some(self.greet()),
            FromClient::Ask { ask: Ask::MoreTime } => {
                self.asked.fetch_add(1, Ordering::SeqCst);
                let unheard = FromServer::Error { code: RoomError::UnknownPeer, fatal: false };
                self.is_empty.load(Ordering::SeqCst).then_some(unheard)
            }
            FromClient::Signal { to, signal: Signal::Trouble { cause } } => {
                self.troubles.send_modify(|told| told.push((to, cause)));
                None
            }
            FromClient::Media(media) => {
                self.media.send_replace(media);
                None
            }
            _ => None,
        }
    }

    fn greet(&self) -> FromServer {
        if let Some(code) = *self.door.refusal.lock().unwrap() {
            return FromServer::Error { code, fatal: true };
        }
        if self.door.is_closed.load(Ordering::SeqCst) {
            return FromServer::Lobby { you: "me".into(), ice_servers: Vec::new() };
        }
        self.welcome()
    }

    fn welcome(&self) -> FromServer {
        FromServer::Welcome {
            you: "me".into(),
            resume: "key".into(),
            resumed: false,
            peers: self.others.lock().unwrap().clone(),
            ice_servers: Vec::new(),
            rights: Rights { admit: true, ..*self.limits.borrow() },
            policy: Policy {
                max_participants: 16,
                max_with_video: 8,
                relay_only: false,
                phone: self.phone.lock().unwrap().clone(),
            },
            status: Status::Started,
        }
    }
}
