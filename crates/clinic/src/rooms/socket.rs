//! A socket of a room: reads and writes frames, holds the other side to the limits.

use super::actor::{Hello, Input, OUTBOX};
use super::state::SocketId;
use crate::bucket::{Bucket, Rate};
use crate::medme;
use crate::server::App;
use crate::socket::{self, Goodbye, HELLO_WAIT, Lost, Pulse};
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use consilium_wire::room::{DecodeError, FromClient, FromServer, MAX_MESSAGE, PROTOCOL, RoomError, decode};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// The library's own limit. Above ours, so that a message that is only too large is told so.
const FRAME_LIMIT: usize = 16 * MAX_MESSAGE;
/// How many messages a socket may send. Whoever comes into a full room tells fifteen others a dozen things each.
const RATE: Rate = Rate { burst: 400.0, per_second: 50.0 };

pub(super) async fn upgrade(State(app): State<Arc<App>>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT);
    upgrade.on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(async move { serve(&app, socket).await })
    })
}

/// How a socket ended.
enum End {
    /// The other side is gone.
    Gone,
    /// The server stops.
    Stopping,
    /// The other side broke a rule: it is told, then the socket closes.
    Broken(RoomError),
    /// The room has said its last word.
    Dismissed,
}

impl From<Lost> for End {
    fn from(_: Lost) -> Self {
        Self::Gone
    }
}

async fn serve(app: &App, mut socket: WebSocket) {
    let mut line = Line { bucket: Bucket::full(RATE, Instant::now()), pulse: Pulse::start(app.ping_every) };
    let end = match tokio::time::timeout(HELLO_WAIT, line.hello(app, &mut socket)).await {
        Ok(Ok(seat)) => line.sit(app, &mut socket, seat).await,
        Ok(Err(end)) => end,
        Err(_) => End::Broken(RoomError::BadMessage),
    };
    match end {
        End::Gone => {}
        End::Stopping => socket::close(socket, Goodbye::Stopping).await,
        End::Dismissed => socket::close(socket, Goodbye::Done).await,
        End::Broken(code) => {
            let told = socket::send_json(&mut socket, &FromServer::Error { code, fatal: true }).await;
            if told.is_ok() {
                socket::close(socket, Goodbye::Refused(reason(code))).await;
            }
        }
    }
}

const fn reason(code: RoomError) -> &'static str {
    match code {
        RoomError::TooLarge => "too large",
        RoomError::TooFast => "too fast",
        RoomError::BadToken => "bad token",
        _ => "bad message",
    }
}

/// A socket's place in a room.
struct Seat {
    id: SocketId,
    room: mpsc::Sender<Input>,
    outbox: mpsc::Receiver<FromServer>,
}

struct Line {
    bucket: Bucket,
    pulse: Pulse,
}

impl Line {
    /// Waits for the hello and passes it on to the room.
    async fn hello(&mut self, app: &App, socket: &mut WebSocket) -> Result<Seat, End> {
        let message = loop {
            tokio::select! {
                () = app.stop.cancelled() => return Err(End::Stopping),
                frame = socket.recv() => if let Some(message) = self.read(frame)? { break message },
            }
        };
        let FromClient::Hello { protocol: PROTOCOL, token, resume } = message else {
            return Err(End::Broken(RoomError::BadMessage));
        };
        let ticket = app.clinic.by_conference_token(token.expose());
        let ticket = ticket.map_err(|_| End::Broken(RoomError::BadToken))?;
        if medme::expects_otp(&app.clinic, &ticket) {
            return Err(End::Broken(RoomError::NotAllowed));
        }
        let id = app.rooms.next_socket();
        let (sender, outbox) = mpsc::channel(OUTBOX);
        let hello = Hello { socket: id, outbox: sender, who: ticket.who.clone(), resume };
        let room = app.rooms.enter(&ticket, hello).map_err(|_| End::Stopping)?;
        Ok(Seat { id, room, outbox })
    }

    /// Passes messages both ways until one side has enough.
    async fn sit(&mut self, app: &App, socket: &mut WebSocket, mut seat: Seat) -> End {
        let end = loop {
            if let Err(end) = self.step(app, socket, &mut seat).await {
                break end;
            }
        };
        // The room may be gone with the server.
        let _ = seat.room.send(Input::Lost(seat.id)).await;
        end
    }

    async fn step(&mut self, app: &App, socket: &mut WebSocket, seat: &mut Seat) -> Result<(), End> {
        tokio::select! {
            () = app.stop.cancelled() => Err(End::Stopping),
            message = seat.outbox.recv() => match message {
                Some(message) => Ok(socket::send_json(socket, &message).await?),
                None if app.stop.is_cancelled() => Err(End::Stopping),
                None => Err(End::Dismissed),
            },
            () = self.pulse.tick() => Ok(self.pulse.ping(socket).await?),
            frame = socket.recv() => {
                if let Some(message) = self.read(frame)? {
                    let input = Input::Message(seat.id, message);
                    seat.room.send(input).await.map_err(|_| End::Dismissed)?;
                }
                Ok(())
            }
        }
    }

    /// A message of a frame; `None` for a frame that carries none of this version.
    fn read(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<Option<FromClient>, End> {
        self.pulse.heard();
        match frame {
            None | Some(Ok(Message::Close(_))) => Err(End::Gone),
            Some(Err(_)) => Err(End::Broken(RoomError::BadMessage)),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(End::Broken(RoomError::BadMessage)),
            Some(Ok(Message::Text(text))) => self.decode(&text),
        }
    }

    fn decode(&mut self, text: &Utf8Bytes) -> Result<Option<FromClient>, End> {
        if !self.bucket.take(Instant::now()) {
            return Err(End::Broken(RoomError::TooFast));
        }
        decode(text).map_err(|error| match error {
            DecodeError::TooLarge => End::Broken(RoomError::TooLarge),
            DecodeError::BadMessage => End::Broken(RoomError::BadMessage),
        })
    }
}
