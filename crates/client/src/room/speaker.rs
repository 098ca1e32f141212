//! What is said on one line: `hello`, then messages both ways, until the line is lost or the room is over.

use super::{RoomEvent, Unheard};
use crate::line::{Line, Lost};
use crate::reconnect::Wake;
use consilium_model::Secret;
use consilium_wire::room::{FromClient, FromServer, PROTOCOL, RoomError, decode, encode};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// A message that waits for the line.
pub(super) enum Outgoing {
    Text(String),
    /// The last one.
    Bye(String),
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A new line may take the seat again.
    Lost,
    /// The room is over for this participant, or its owner has gone.
    Over,
}

/// Nobody needs the room any more.
pub(super) struct Over;

/// What the owner knows about the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Seated,
    Lost,
}

/// The participant's side of the protocol. Keeps the resume key from line to line.
pub(super) struct Speaker {
    token: Secret,
    resume: Option<Secret>,
    was_seated: bool,
    told: Told,
    events: mpsc::Sender<RoomEvent>,
    queue: mpsc::Receiver<Outgoing>,
    unheard: Unheard,
}

impl From<Lost> for End {
    fn from(_: Lost) -> Self {
        Self::Lost
    }
}

impl From<Over> for End {
    fn from(_: Over) -> Self {
        Self::Over
    }
}

impl Speaker {
    pub(super) const fn new(
        token: Secret,
        events: mpsc::Sender<RoomEvent>,
        queue: mpsc::Receiver<Outgoing>,
        unheard: Unheard,
    ) -> Self {
        Self { token, resume: None, was_seated: false, told: Told::Nothing, events, queue, unheard }
    }

    /// Talks until the line ends. An answer to `hello` that does not come within `welcome` is a loss.
    pub(super) async fn talk(&mut self, line: &mut Line, welcome: Duration, wake: &Wake) -> End {
        match self.converse(line, welcome, wake).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    /// Tells the owner of a loss, once.
    pub(super) async fn lost(&mut self) -> Result<(), Over> {
        match std::mem::replace(&mut self.told, Told::Lost) {
            Told::Lost => Ok(()),
            Told::Nothing | Told::Seated => self.tell(RoomEvent::Lost).await,
        }
    }

    /// No line has ever led to a seat.
    pub(super) const fn is_new(&self) -> bool {
        !self.was_seated
    }

    /// Tells the owner that there is no room.
    pub(super) async fn no_room(&mut self) -> Result<(), Over> {
        self.tell(RoomEvent::NoRoom).await?;
        Err(Over)
    }

    async fn converse(
        &mut self,
        line: &mut Line,
        welcome: Duration,
        wake: &Wake,
    ) -> Result<std::convert::Infallible, End> {
        let hello =
            FromClient::Hello { protocol: PROTOCOL, token: self.token.clone(), resume: self.resume.clone() };
        line.send(encode(&hello)).await?;
        let welcome_by = Instant::now() + welcome;
        let mut seated = false;
        loop {
            tokio::select! {
                text = line.next_text() => seated |= self.hear(&text?, seated).await?,
                outgoing = self.queue.recv(), if seated => say(line, outgoing).await?,
                () = wake.woken() => line.probe().await?,
                () = sleep_until(welcome_by), if !seated => return Err(End::Lost),
            }
        }
    }

    /// Takes one frame; answers whether it gives the line its seat.
    async fn hear(&mut self, text: &str, seated: bool) -> Result<bool, End> {
        // `Ok(None)` is a type that this version does not know.
        let Some(message) = decode::<FromServer>(text).map_err(|_| End::Lost)? else { return Ok(false) };
        match message {
            FromServer::Welcome { ref resume, resumed, .. } => {
                let before = self.resume.replace(resume.clone());
                self.take_seat(seated, before.is_none() || resumed);
                self.tell(RoomEvent::Message(message)).await?;
                Ok(true)
            }
            FromServer::Lobby { .. } => {
                let first = self.resume.take().is_none();
                self.take_seat(seated, first);
                self.tell(RoomEvent::Message(message)).await?;
                Ok(true)
            }
            FromServer::Denied { .. } => {
                self.tell(RoomEvent::Message(message)).await?;
                Err(End::Over)
            }
            FromServer::Error { code, fatal: true } if seated && hurts_only_the_line(code) => Err(End::Lost),
            FromServer::Error { code, fatal: true } => {
                self.tell(RoomEvent::Refused(code)).await?;
                Err(End::Over)
            }
            FromServer::Error { code: RoomError::UnknownPeer, fatal: false } => {
                self.unheard.tell();
                self.tell(RoomEvent::Message(message)).await?;
                Ok(false)
            }
            _ => {
                self.tell(RoomEvent::Message(message)).await?;
                Ok(false)
            }
        }
    }

    /// The first answer on a line. What waits for an old seat's peers is void when the seat is another one.
    fn take_seat(&mut self, seated: bool, same_seat: bool) {
        self.told = Told::Seated;
        self.was_seated = true;
        if !seated && !same_seat {
            while let Ok(Outgoing::Text(_)) = self.queue.try_recv() {}
        }
    }

    async fn tell(&self, event: RoomEvent) -> Result<(), Over> {
        self.events.send(event).await.map_err(|_| Over)
    }
}

/// After a welcome these speak of one message: a new line with the same seat may do better.
const fn hurts_only_the_line(code: RoomError) -> bool {
    matches!(code, RoomError::BadMessage | RoomError::TooLarge | RoomError::TooFast)
}

async fn say(line: &mut Line, outgoing: Option<Outgoing>) -> Result<(), End> {
    match outgoing {
        Some(Outgoing::Text(text)) => Ok(line.send(text).await?),
        Some(Outgoing::Bye(text)) => {
            line.send(text).await?;
            Err(End::Over)
        }
        None => Err(End::Over),
    }
}
