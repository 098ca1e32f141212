//! A room with one seat: enough for what is asked in it.

use axum::extract::ws::{Message, WebSocket};
use consilium_model::Status;
use consilium_wire::room::{Ask, FromClient, FromServer, Policy, Rights, RoomError, decode, encode};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::{Notify, watch};

/// A room with one seat.
#[derive(Default)]
pub struct Room {
    asks: Notify,
    asked: AtomicUsize,
    is_empty: AtomicBool,
    status: watch::Sender<Option<Status>>,
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

    /// Serves a socket.
    pub async fn seat(&self, mut socket: WebSocket) {
        let mut news = self.status.subscribe();
        loop {
            let answer = tokio::select! {
                () = self.asks.notified() => Some(FromServer::Asked { from: "other".into(), ask: Ask::MoreTime }),
                Ok(()) = news.changed() => news.borrow_and_update().map(|status| FromServer::Status { status }),
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
        match message? {
            FromClient::Hello { .. } => Some(FromServer::Welcome {
                you: "me".into(),
                resume: "key".into(),
                resumed: false,
                peers: Vec::new(),
                ice_servers: Vec::new(),
                rights: Rights { audio: true, video: true, screen: true, admit: true },
                policy: Policy { max_participants: 8, relay_only: false, phone: None },
                status: Status::Started,
            }),
            FromClient::Ask { ask: Ask::MoreTime } => {
                self.asked.fetch_add(1, Ordering::SeqCst);
                let unheard = FromServer::Error { code: RoomError::UnknownPeer, fatal: false };
                self.is_empty.load(Ordering::SeqCst).then_some(unheard)
            }
            _ => None,
        }
    }
}
