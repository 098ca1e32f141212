//! `GET /home/v1/events`: who knocks at a specialist's visits, who calls, and which colleagues are there
//! (`consilium_wire::home::Event`).
//!
//! A socket compares what it has told with what holds, at every change of the queue: it misses no end of a knock,
//! however slow it is.

mod contacts;
mod listeners;
mod strangers;
mod told;

pub(crate) use listeners::Listeners;
pub(crate) use strangers::Strangers;

use super::Refused;
use crate::bucket::{Bucket, Rate};
use crate::calls;
use crate::keys::digest;
use crate::server::App;
use crate::socket::{self, Goodbye, HELLO_WAIT, Lost, Pulse};
use crate::staff::SignInError;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use consilium_model::{Secret, UserId};
use consilium_wire::home::{Event, EventHello, FailureCode};
use contacts::ContactsTold;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use strangers::Doorstep;
use told::Told;

/// The largest frame, in bytes. A hello has a tenth of it.
const MAX_FRAME: usize = 4 * 1024;
/// Grows while a larger frame comes.
const READ_BUFFER: usize = 1024;
/// How many frames a socket may send; it has nothing to say after the first.
const RATE: Rate = Rate { burst: 20.0, per_second: 1.0 };
/// So often a socket looks at most who knocks: the queue is that of the whole clinic.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// For a moment: they say who listens or are closed.
const CROWDED: Refused = Refused(StatusCode::SERVICE_UNAVAILABLE, FailureCode::TooManyAttempts);

pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refused> {
    let from = from.ip();
    let doorstep = app.strangers.come(from).ok_or(CROWDED)?;
    let upgrade = upgrade.max_message_size(MAX_FRAME).max_frame_size(MAX_FRAME);
    Ok(upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(0).on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(async move { serve(app, socket, from, doorstep).await })
    }))
}

/// How a socket ended.
enum End {
    /// The other side is gone.
    Gone,
    /// The server stops.
    Stopping,
    /// The other side is told why.
    Refused(FailureCode),
}

impl From<Lost> for End {
    fn from(_: Lost) -> Self {
        Self::Gone
    }
}

impl From<SignInError> for End {
    fn from(error: SignInError) -> Self {
        Self::Refused(Refused::from(error).1)
    }
}

async fn serve(app: Arc<App>, mut socket: WebSocket, from: IpAddr, doorstep: Doorstep) {
    let pulse = Pulse::start(app.ping_every);
    let mut line = Line { app, pulse, bucket: Bucket::full(RATE, Instant::now()) };
    let end = match tokio::time::timeout(HELLO_WAIT, line.hello(&mut socket, from)).await {
        Ok(Ok((user, token))) => {
            drop(doorstep);
            line.listen(&mut socket, user, token).await
        }
        Ok(Err(end)) => end,
        Err(_) => End::Refused(FailureCode::BadRequest),
    };
    match end {
        End::Gone => {}
        End::Stopping => socket::close(socket, Goodbye::Stopping).await,
        End::Refused(error) => {
            if socket::send_json(&mut socket, &Event::Refused { error }).await.is_ok() {
                socket::close(socket, Goodbye::Refused("refused")).await;
            }
        }
    }
}

struct Line {
    app: Arc<App>,
    pulse: Pulse,
    bucket: Bucket,
}

impl Line {
    async fn hello(&mut self, socket: &mut WebSocket, from: IpAddr) -> Result<(UserId, Secret), End> {
        let stop = self.app.stop.clone();
        let text = loop {
            tokio::select! {
                () = stop.cancelled() => return Err(End::Stopping),
                frame = socket.recv() => if let Some(text) = self.read(frame)? { break text },
            }
        };
        let EventHello::Hello { token } =
            serde_json::from_str(&text).map_err(|_| End::Refused(FailureCode::BadRequest))?;
        Ok((self.app.staff.user_from(&token, from).await?, token))
    }

    async fn listen(&mut self, socket: &mut WebSocket, user: UserId, token: Secret) -> End {
        let Some(_place) = self.app.listeners.sit_down(&user) else {
            return End::Refused(FailureCode::TooManyAttempts);
        };
        let app = Arc::clone(&self.app);
        let _here = app.contacts.presence().arrive(&user);
        match self.tell_all(socket, &user, &token).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn tell_all(
        &mut self,
        socket: &mut WebSocket,
        user: &UserId,
        token: &Secret,
    ) -> Result<std::convert::Infallible, End> {
        let (app, stop) = (Arc::clone(&self.app), self.app.stop.clone());
        let (mut colleagues, mut contacts) = (app.contacts.presence().watch(), ContactsTold::default());
        let (mut changes, mut endings) = (app.rooms.queue().watch(), app.staff.endings());
        // One that was ended before is not told of.
        app.staff.user(token).await?;
        let (mut told, mut looked, mut look_at) = (Told::default(), Instant::now(), None);
        let mut calls = calls::Told::new(user.clone(), digest(token.expose()));
        let mut called = app.calls.watch();
        tell(socket, told.news(app.rooms.queue().knocks_for(user), Instant::now())).await?;
        tell(socket, contacts.news(&app, user)).await?;
        tell(socket, heard(&app, user, &mut calls)).await?;
        tell(socket, vec![Event::Known]).await?;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Err(End::Stopping),
                // The queue is as old as the server.
                Ok(()) = changes.changed(), if look_at.is_none() => look_at = Some(looked + LOOK_EVERY),
                () = socket::until(look_at) => {
                    (looked, look_at) = (Instant::now(), None);
                    tell(socket, told.news(app.rooms.queue().knocks_for(user), looked)).await?;
                }
                Ok(()) = colleagues.changed() => tell(socket, contacts.news(&app, user)).await?,
                // So are calls.
                Ok(()) = called.changed() => tell(socket, heard(&app, user, &mut calls)).await?,
                Ok(()) = endings.changed() => drop(app.staff.user(token).await?),
                () = self.pulse.tick() => {
                    app.staff.user(token).await?;
                    // An edit may have made a conference somebody else's.
                    tell(socket, told.news(app.rooms.queue().knocks_for(user), Instant::now())).await?;
                    self.pulse.ping(socket).await?;
                }
                frame = socket.recv() => drop(self.read(frame)?),
            }
        }
    }

    /// The text of a frame; `None` for a frame that carries none.
    fn read(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<Option<String>, End> {
        self.pulse.heard();
        match frame {
            None | Some(Ok(Message::Close(_))) => Err(End::Gone),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Text(text))) if self.bucket.take(Instant::now()) => {
                Ok(Some(text.as_str().to_owned()))
            }
            Some(Ok(Message::Text(_) | Message::Binary(_)) | Err(_)) => {
                Err(End::Refused(FailureCode::BadRequest))
            }
        }
    }
}

/// What there is to tell of calls.
fn heard(app: &App, user: &UserId, told: &mut calls::Told) -> Vec<Event> {
    let now = app.clinic.clock().now();
    told.news(&app.calls.heard_by(user), app.calls.missed(user), now)
}

async fn tell(socket: &mut WebSocket, news: Vec<Event>) -> Result<(), End> {
    for event in news {
        socket::send_json(socket, &event).await?;
    }
    Ok(())
}
