//! The WebSocket `/api/v2/ws`: a client logs in, looks at a session, and hears of what is new.
//!
//! After a login and after every look a badge comes: from then on nothing of that session is missed, so a client that
//! fetches what it lacks after it has heard the badge lacks nothing. What is refused is answered with `error`; only
//! whoever does not log in, breaks the framing or floods is closed, and the oldest one of a user who opens too many. An
//! idle socket holds a few hundred bytes beside its
//! read buffer.

use super::draft::Incoming;
use super::hub::{Seat, frame};
use super::outbox::{End as OutboxEnd, Push};
use super::rights::{self, Right};
use super::{Asker, Refused, messages};
use crate::bucket::{Bucket, Rate};
use crate::server::App;
use crate::socket::{self, Goodbye, HELLO_WAIT, Lost, Pulse};
use crate::store::{Principal, Reach};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use consilium_model::Secret;
use consilium_wire::im::{ClientType, FailureCode, FromClient, FromServer, UserRole};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::OwnedSemaphorePermit;

/// The largest frame that is read, in bytes; as a body of a route.
const MAX_FRAME: usize = super::MAX_BODY;
/// The library's own limit. Above ours, so that a message that is only too large is told so.
const FRAME_LIMIT: usize = 2 * MAX_FRAME;
/// Grows while a larger frame comes.
const READ_BUFFER: usize = 2 * 1024;
/// How many frames a socket may send. Messages count for their sender as well.
const RATE: Rate = Rate { burst: 400.0, per_second: 100.0 };

/// For a moment: they log in or are closed.
const CROWDED: Refused = Refused::new(FailureCode::TooMany, "too many connections that have not logged in")
    .with_status(StatusCode::SERVICE_UNAVAILABLE);

pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refused> {
    let upgrade = upgrade.map_err(|rejection| match rejection {
        WebSocketUpgradeRejection::MethodNotGet(_) => {
            Refused::bad_request("no such method of this route").with_status(StatusCode::METHOD_NOT_ALLOWED)
        }
        _ => Refused::bad_request("expected a WebSocket"),
    })?;
    // The place of one that has not logged in.
    let Ok(place) = Arc::clone(&app.messenger.lobby).try_acquire_owned() else { return Err(CROWDED) };
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT);
    Ok(upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(0).on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(async move { serve(app, socket, place).await })
    }))
}

/// How a socket ended.
enum End {
    /// The other side is gone.
    Gone,
    /// The server says goodbye.
    Close(Goodbye),
}

impl From<Lost> for End {
    fn from(_: Lost) -> Self {
        Self::Gone
    }
}

/// The token is worth nothing any more.
const LOGGED_OUT: End = refused("logged out");

const fn refused(reason: &'static str) -> End {
    End::Close(Goodbye::Refused(reason))
}

async fn serve(app: Arc<App>, mut socket: WebSocket, place: OwnedSemaphorePermit) {
    let pulse = Pulse::start(app.ping_every);
    let mut door = Door { app, pulse, bucket: Bucket::full(RATE, Instant::now()) };
    let end = match tokio::time::timeout(HELLO_WAIT, door.log_in(&mut socket)).await {
        Ok(Ok(seat)) => {
            drop(place);
            door.sit(&mut socket, seat).await
        }
        Ok(Err(end)) => end,
        Err(_) => refused("login expected"),
    };
    if let End::Close(goodbye) = end {
        socket::close(socket, goodbye).await;
    }
}

/// What a frame of a client holds.
enum Frame {
    /// A message that is to be stored.
    Send(Incoming),
    /// Anything else.
    Other(FromClient),
}

#[derive(Deserialize)]
struct Sent {
    message: Incoming,
}

/// Reads a frame. A message is read apart, so that a kind that is none is answered as by the route.
fn read(text: &str) -> Result<Frame, FailureCode> {
    if text.len() > MAX_FRAME {
        return Err(FailureCode::TooLarge);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| FailureCode::BadRequest)?;
    let frame = if value.get("type").and_then(Value::as_str) == Some("send") {
        serde_json::from_value(value).map(|Sent { message }| Frame::Send(message))
    } else {
        serde_json::from_value(value).map(Frame::Other)
    };
    frame.map_err(|_| FailureCode::BadRequest)
}

/// A socket from its first frame on.
struct Door {
    app: Arc<App>,
    pulse: Pulse,
    bucket: Bucket,
}

impl Door {
    async fn log_in(&mut self, socket: &mut WebSocket) -> Result<Seat, End> {
        let stop = self.app.stop.clone();
        let text = loop {
            tokio::select! {
                () = stop.cancelled() => return Err(End::Close(Goodbye::Stopping)),
                frame = socket.recv() => if let Some(text) = self.text(frame)? { break text },
            }
        };
        let Ok(Frame::Other(FromClient::Login { token, session_id, client_type })) = read(&text) else {
            say(socket, &error(FailureCode::BadRequest, None)).await?;
            return Err(refused("login expected"));
        };
        match self.recognise(&token, client_type).await {
            Ok(seat) => {
                say(socket, &FromServer::LoggedIn { user_id: seat.user().clone() }).await?;
                self.look(&seat, session_id).await;
                Ok(seat)
            }
            Err(why) => {
                say(socket, &error(why.code, None)).await?;
                Err(refused("login refused"))
            }
        }
    }

    async fn recognise(&self, token: &Secret, client_type: ClientType) -> Result<Seat, Refused> {
        let asker = Asker::by_token(&self.app, token.expose()).await?;
        match (asker.role(), client_type) {
            (UserRole::Doctor, ClientType::Doctor) | (UserRole::Patient, ClientType::Patient) => {}
            (UserRole::Doctor, ClientType::Patient) | (UserRole::Patient, ClientType::Doctor) => {
                return Err(Refused::new(FailureCode::Forbidden, "not a token of that client_type"));
            }
        }
        let seat = self.app.messenger.hub.enter(asker.id, asker.token, asker.scope);
        // A token that was ended before the hub knew of this socket would have closed nothing.
        Asker::by_token(&self.app, token.expose()).await?;
        Ok(seat)
    }

    /// Passes frames both ways until one side has enough.
    async fn sit(&mut self, socket: &mut WebSocket, seat: Seat) -> End {
        loop {
            if let Err(end) = self.step(socket, &seat).await {
                return end;
            }
        }
    }

    async fn step(&mut self, socket: &mut WebSocket, seat: &Seat) -> Result<(), End> {
        tokio::select! {
            () = self.app.stop.cancelled() => Err(End::Close(Goodbye::Stopping)),
            push = seat.line.outbox.next() => match push {
                Push::Frame(frame) => Ok(socket::send(socket, Message::Text(frame)).await?),
                Push::Badge(count) => {
                    let badge = self.badge(seat, count).await?;
                    say(socket, &badge).await
                }
                Push::End(OutboxEnd::TooSlow) => Err(refused("too slow")),
                Push::End(OutboxEnd::LoggedOut) => Err(LOGGED_OUT),
                Push::End(OutboxEnd::Crowded) => Err(refused("too many connections")),
            },
            () = self.pulse.tick() => {
                self.recheck(seat).await?;
                Ok(self.pulse.ping(socket).await?)
            }
            frame = socket.recv() => match self.text(frame)? {
                Some(text) => {
                    self.take(seat, &text).await;
                    Ok(())
                }
                None => Ok(()),
            },
        }
    }

    /// What a socket whose token reaches less than the user does counts less.
    async fn badge(&self, seat: &Seat, count: u64) -> Result<FromServer, End> {
        if seat.line.scope.visit().is_none() {
            return Ok(FromServer::Badge { count });
        }
        match self.count_within(seat).await {
            Ok(count) => Ok(FromServer::Badge { count }),
            Err(why) if why.code == FailureCode::Unauthorized => Err(LOGGED_OUT),
            Err(why) => Ok(error(why.code, None)),
        }
    }

    async fn count_within(&self, seat: &Seat) -> Result<u64, Refused> {
        Ok(self.app.chats.badge(self.principal(seat)?).await?)
    }

    /// On whose behalf a socket does what it does now.
    fn principal(&self, seat: &Seat) -> Result<Principal, Refused> {
        Asker::principal(&self.app, seat.user(), &seat.line.scope)
    }

    /// A socket lasts no longer than its token, and one that has come by a link hears nothing of what that opens no more.
    async fn recheck(&self, seat: &Seat) -> Result<(), End> {
        let who = match Asker::by_digest(&self.app, seat.line.token).await {
            Ok(asker) => asker.who,
            Err(why) if why.code == FailureCode::Unauthorized => return Err(LOGGED_OUT),
            // The store has failed; the next pulse asks again.
            Err(_) => return Ok(()),
        };
        if let (Reach::Visit { .. }, Some(session)) = (&who.reach, seat.looks_at())
            && let Ok(Err(why)) = self.app.chats.unread_count(session, who).await
        {
            seat.look_away();
            tell(seat, error(Refused::from(why).code, None));
        }
        Ok(())
    }

    /// The text of a frame; `None` for a frame that carries none.
    fn text(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<Option<Utf8Bytes>, End> {
        self.pulse.heard();
        match frame {
            None | Some(Ok(Message::Close(_))) => Err(End::Gone),
            Some(Err(_)) => Err(refused("bad frame")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(refused("text frames expected")),
            Some(Ok(Message::Text(text))) if self.bucket.take(Instant::now()) => Ok(Some(text)),
            Some(Ok(Message::Text(_))) => Err(refused("too fast")),
        }
    }

    async fn take(&self, seat: &Seat, text: &str) {
        match read(text) {
            Ok(Frame::Send(message)) => self.send(seat, message).await,
            Ok(Frame::Other(FromClient::Look { session_id })) => self.look(seat, session_id).await,
            Ok(Frame::Other(FromClient::Read { up_to })) => self.read(seat, up_to.as_deref()).await,
            Ok(Frame::Other(FromClient::Typing)) => {
                if self.app.messenger.typists.take(seat.user().clone(), Instant::now()) {
                    seat.typing();
                }
            }
            // One login a socket; a message is read apart.
            Ok(Frame::Other(FromClient::Login { .. } | FromClient::Send(_))) => {
                tell(seat, error(FailureCode::BadRequest, None));
            }
            Err(code) => tell(seat, error(code, None)),
        }
    }

    /// Looks at a session if the user is a member, else at none.
    async fn look(&self, seat: &Seat, session: Option<String>) {
        // Whatever becomes of it: what was looked at before is not what this client shows now.
        seat.look_away();
        if let Some(session) = session
            && let Err(why) = self.look_at(seat, session).await
        {
            tell(seat, error(why.code, None));
        }
        let line = Arc::clone(&seat.line);
        let badge = Box::new(move |count| line.outbox.badge(count));
        if let Err(why) = self.app.chats.tell_badge(seat.user().clone(), badge).await.map_err(Refused::from) {
            tell(seat, error(why.code, None));
        }
    }

    async fn look_at(&self, seat: &Seat, session: String) -> Result<(), Refused> {
        rights::demand(&self.app, &session, &self.principal(seat)?, Right::Read).await?;
        loop {
            let departures = self.app.messenger.hub.departures();
            self.app.chats.unread_count(session.clone(), self.principal(seat)?).await??;
            if seat.look_at(&session, departures) {
                return Ok(());
            }
        }
    }

    async fn send(&self, seat: &Seat, message: Incoming) {
        let client_id = message.client_message_id.clone();
        let Some(session) = seat.looks_at() else {
            return tell(seat, error(FailureCode::BadRequest, Some(client_id)));
        };
        let who = match self.principal(seat) {
            Ok(who) => who,
            Err(why) => return tell(seat, error(why.code, Some(client_id))),
        };
        seat.begins_to_send(&client_id);
        match messages::write(&self.app, session, who, message).await {
            Ok(stored) => seat.is_stored(&stored),
            Err(why) => {
                seat.is_refused();
                tell(seat, error(why.code, Some(client_id)));
            }
        }
    }

    async fn read(&self, seat: &Seat, up_to: Option<&str>) {
        let Some(session) = seat.looks_at() else {
            return tell(seat, error(FailureCode::BadRequest, None));
        };
        let read = match self.principal(seat) {
            Ok(who) => messages::read(&self.app, session, who, up_to).await,
            Err(why) => Err(why),
        };
        if let Err(why) = read {
            tell(seat, error(why.code, None));
        }
    }
}

const fn error(code: FailureCode, client_message_id: Option<String>) -> FromServer {
    FromServer::Error { code, client_message_id }
}

/// Puts an answer behind what waits already.
fn tell(seat: &Seat, message: FromServer) {
    seat.line.outbox.frame(frame(&message));
}

async fn say(socket: &mut WebSocket, message: &FromServer) -> Result<(), End> {
    Ok(socket::send_json(socket, message).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_none_is_still_a_message() {
        let frame = read(r#"{"type":"send","message":{"type":11,"content":"a","client_message_id":"7"}}"#);
        assert!(matches!(frame, Ok(Frame::Send(message)) if message.client_message_id == "7"));
        for wrong in ["", "7", "{}", r#"{"type":"send"}"#, r#"{"type":"dance"}"#, r#"{"type":"login"}"#] {
            assert_eq!(read(wrong).err(), Some(FailureCode::BadRequest), "{wrong}");
        }
        assert_eq!(read(&" ".repeat(MAX_FRAME + 1)).err(), Some(FailureCode::TooLarge));
    }
}
