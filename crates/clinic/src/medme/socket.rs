//! The WebSocket `/meets/v1/ws`: a client says whose link it has, and hears of every change of that conference.
//!
//! Someone coming or going without a new status sends the unchanged status again: it is the protocol's one sign to
//! read `info` again that shows the user no notice.

use super::answer::{Failure, verified};
use super::otp::expects_otp;
use crate::domain::{Notice, Ticket};
use crate::server::App;
use crate::socket::{self, Goodbye, HELLO_WAIT, Lost, Pulse};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use consilium_model::{Command, Status};
use consilium_wire::medme::{Code, FromClient, FromServer};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::broadcast;
use tokio::time::Sleep;

/// The largest frame, in bytes. A handshake has a hundredth of it.
const MAX_FRAME: usize = 16 * 1024;
const PATHS: [&str; 2] = ["handshake", "change_status"];

pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let opened = Instant::now();
    let upgrade = upgrade.map_err(|rejection| match rejection {
        WebSocketUpgradeRejection::MethodNotGet(_) => Failure::WrongHttpMethod,
        other => Failure::invalid("upgrade", "", &other.body_text()),
    })?;
    let upgrade = upgrade.max_message_size(MAX_FRAME).max_frame_size(MAX_FRAME);
    Ok(upgrade.on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(async move { serve(app, socket, opened).await })
    }))
}

async fn serve(app: Arc<App>, mut socket: WebSocket, opened: Instant) {
    let mut session = Session { app, opened, watched: None };
    match session.run(&mut socket).await {
        End::Gone => {}
        End::Close(goodbye) => socket::close(socket, goodbye).await,
    }
}

enum End {
    Gone,
    Close(Goodbye),
}

impl From<Lost> for End {
    fn from(_: Lost) -> Self {
        Self::Gone
    }
}

impl End {
    const fn refused(code: Code) -> Self {
        Self::Close(Goodbye::Refused(code.as_str()))
    }
}

struct Session {
    app: Arc<App>,
    opened: Instant,
    watched: Option<(Ticket, broadcast::Receiver<Notice>)>,
}

impl Session {
    async fn run(&mut self, socket: &mut WebSocket) -> End {
        let mut pulse = Pulse::start(self.app.ping_every);
        let hello_wait = std::pin::pin!(tokio::time::sleep(HELLO_WAIT));
        match self.exchange(socket, &mut pulse, hello_wait).await {
            Ok(()) => End::Gone,
            Err(end) => end,
        }
    }

    async fn exchange(
        &mut self,
        socket: &mut WebSocket,
        pulse: &mut Pulse,
        mut hello_wait: std::pin::Pin<&mut Sleep>,
    ) -> Result<(), End> {
        let stop = self.app.stop.clone();
        loop {
            let is_known = self.watched.is_some();
            tokio::select! {
                () = stop.cancelled() => return Err(End::Close(Goodbye::Stopping)),
                () = hello_wait.as_mut(), if !is_known => return Err(End::refused(Code::ExpectAccessToken)),
                () = pulse.tick() => pulse.ping(socket).await?,
                notice = next(&mut self.watched) => {
                    self.still_takes_part()?;
                    socket::send_json(socket, &callback(notice?)).await?;
                }
                frame = socket.recv() => {
                    pulse.heard();
                    match frame {
                        None | Some(Ok(Message::Close(_))) => return Ok(()),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Text(text))) => self.take(socket, &text).await?,
                        Some(Ok(Message::Binary(_)) | Err(_)) => return Err(End::refused(Code::ValidationError)),
                    }
                }
            }
        }
    }

    async fn take(&mut self, socket: &mut WebSocket, text: &str) -> Result<(), End> {
        match decode(text).map_err(|()| End::refused(Code::ValidationError))? {
            None => Ok(()),
            Some(FromClient::Handshake { at }) => self.handshake(socket, at.expose()).await,
            Some(FromClient::ChangeStatus { at, new_status }) => {
                let ticket = self.ticket(at.expose())?;
                self.change_status(socket, &ticket, new_status).await
            }
        }
    }

    /// An edit may have taken off whoever is watching, or ask them for a one-time password.
    fn still_takes_part(&self) -> Result<(), End> {
        match &self.watched {
            Some((ticket, _)) if !ticket.takes_part() => Err(End::refused(Code::AccessTokenNotFound)),
            Some((ticket, _)) if expects_otp(&self.app.clinic, ticket) => Err(End::refused(Code::OtpExpect)),
            Some(_) | None => Ok(()),
        }
    }

    fn ticket(&self, token: &str) -> Result<Ticket, End> {
        let ticket = self.app.clinic.by_access_token(token).map_err(Failure::from);
        ticket
            .and_then(|ticket| verified(&self.app.clinic, ticket))
            .map_err(|failure| End::refused(failure.code()))
    }

    async fn handshake(&mut self, socket: &mut WebSocket, token: &str) -> Result<(), End> {
        let ticket = self.ticket(token)?;
        let notices = ticket.live.watch();
        let view = ticket.live.view();
        self.watched = Some((ticket, notices));
        // An edit between the two lines before was told to nobody here.
        self.still_takes_part()?;
        // What changed between the opening of the socket and this moment would otherwise be heard by nobody.
        if view.since.is_some_and(|since| since >= self.opened) {
            let new_status = view.conference.status();
            socket::send_json(socket, &FromServer::ChangeStatusCallback { new_status }).await?;
        }
        Ok(())
    }

    async fn change_status(
        &self,
        socket: &mut WebSocket,
        ticket: &Ticket,
        wanted: Status,
    ) -> Result<(), End> {
        let command = move |now| command_to(wanted, now);
        let done = self.app.clinic.apply_by_status(&ticket.live, ticket.actor(), command).await;
        if done.is_err() {
            // There is no error frame. The status as it is tells the one who asked that nothing came of it.
            let new_status = ticket.live.view().conference.status();
            socket::send_json(socket, &FromServer::ChangeStatusCallback { new_status }).await?;
        }
        Ok(())
    }
}

/// The next notice; waits for ever while nothing is watched. A socket that lags behind is lost.
async fn next(watched: &mut Option<(Ticket, broadcast::Receiver<Notice>)>) -> Result<Notice, Lost> {
    match watched {
        Some((_, notices)) => notices.recv().await.map_err(|_| Lost),
        None => std::future::pending().await,
    }
}

const fn callback(notice: Notice) -> FromServer {
    match notice {
        Notice::Status(new_status) => FromServer::ChangeStatusCallback { new_status },
        Notice::Info => FromServer::ChangeConfInfoCallback,
    }
}

/// What a wish for a status asks of a conference that stands at `now`.
const fn command_to(wanted: Status, now: Status) -> Option<Command> {
    match wanted {
        Status::OpenForJoining => Some(Command::Open),
        Status::Started if matches!(now, Status::StartedAndPaused) => Some(Command::Resume),
        Status::Started => Some(Command::Start),
        Status::StartedAndPaused => Some(Command::Pause),
        Status::Finished => Some(Command::Finish),
        Status::CancelledBeforeStart if !now.is_started() => Some(Command::Cancel),
        Status::CancelledAfterStart if now.is_started() => Some(Command::Cancel),
        Status::Pending
        | Status::StartedAndWaiting
        | Status::CancelledBeforeStart
        | Status::CancelledAfterStart => None,
    }
}

/// `Ok(None)`: a path of another version.
fn decode(text: &str) -> Result<Option<FromClient>, ()> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| ())?;
    let path = value.get("path").and_then(serde_json::Value::as_str).ok_or(())?;
    if !PATHS.contains(&path) {
        return Ok(None);
    }
    serde_json::from_value(value).map(Some).map_err(|_| ())
}
