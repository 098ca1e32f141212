//! `send_complete_callback`: booking systems hear of every ended conference that can no longer be restored.
//!
//! A conference is told until the booking system has answered with a 2xx status and that is durable: at least once,
//! more often when a stop comes between the two. Which ones are still to be told follows from the conferences and
//! their marks, so a restart forgets none. The server does this by itself from time to time, also without the method.

use super::answer::{Failure, ok};
use super::callbacks::{Call, Outcome, Topic};
use super::edit::has_api_key;
use super::fields;
use super::methods::{RawBody, gaps, seconds};
use crate::domain::Live;
use crate::server::App;
use crate::store::{Mark, MarkKind};
use axum::extract::State;
use axum::response::Response;
use consilium_model::{ConferenceId, Status};
use consilium_wire::medme::Gap;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How long a conference rests after its first call that was given up; twice as long after the next, and so on.
const REST: Duration = Duration::from_secs(300);
/// So often the rest doubles.
const DOUBLINGS: u32 = 4;

/// Which conferences are being told, and which rest because nobody has heard of them.
#[derive(Default)]
pub(crate) struct Completions(Mutex<HashMap<ConferenceId, Telling>>);

#[derive(Clone, Copy)]
enum Telling {
    UnderWay { given_up: u32 },
    Resting { given_up: u32, until: Instant },
}

/// What is told of an ended conference.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Complete<'a> {
    event: &'static str,
    appointment_id: &'a str,
    status: Status,
    cancelled_by_external: bool,
    #[serde(with = "time::serde::rfc3339::option")]
    started_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    finished_at: OffsetDateTime,
    scheduled_duration_seconds: u32,
    net_duration_seconds: u32,
    dirty_duration_seconds: u32,
    real_duration_seconds: u32,
    both_present_seconds: u32,
    gaps: Vec<Gap>,
}

/// Answers OK when the conferences that are to be told are on their way, however slow the booking systems are.
pub(super) async fn send_complete_callback(
    State(app): State<Arc<App>>,
    body: RawBody,
) -> Result<Response, Failure> {
    if !has_api_key(&app, &fields::read_body(body)?)? {
        return Err(Failure::Missing(vec!["api_key".to_owned()]));
    }
    tell_all(&app).await;
    Ok(ok(serde_json::Map::new()))
}

/// Tells what is to be told, `every` so often, until the server stops.
pub(crate) async fn complete_on_time(app: Arc<App>, every: Duration) {
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let rounds = async {
        loop {
            interval.tick().await;
            tell_all(&app).await;
        }
    };
    app.stop.run_until_cancelled(rounds).await;
}

/// With many conferences this takes some milliseconds, on a thread of its own.
async fn tell_all(app: &Arc<App>) {
    let tracked = Arc::clone(app);
    let round = app.tasks.spawn_blocking(move || {
        let now = tracked.clinic.clock().now();
        for live in tracked.clinic.ended(|live| is_final(live, now)) {
            let is_told = tracked.clinic.marks().has(&told_mark(&live));
            if !is_told && has_place(&tracked, &live) && tracked.completions.begin(live.id()) {
                tell(&tracked, live);
            }
        }
    });
    // It ends early only with the server.
    let _ = round.await;
}

/// Those that have no place now are told in a later round.
fn has_place(app: &App, live: &Live) -> bool {
    let record = live.record();
    record.web_hook.as_ref().is_some_and(|hook| app.callbacks.has_place(Topic::Complete, hook.expose()))
}

/// Whether it has ended for good, and somebody wants to hear of it.
fn is_final(live: &Live, now: OffsetDateTime) -> bool {
    let view = live.view();
    let conference = &view.conference;
    view.record.web_hook.is_some() && conference.ending().is_some() && !conference.can_be_restored(now)
}

fn told_mark(live: &Live) -> Mark {
    Mark { conference: live.id().clone(), kind: MarkKind::CompleteTold }
}

fn tell(app: &Arc<App>, live: Arc<Live>) {
    match call(&live).map(|call| app.callbacks.send(call, CancellationToken::new())) {
        Some(Ok(delivery)) => {
            app.tasks.spawn(remember(Arc::clone(app), live, delivery));
        }
        // Too many wait: the next round tries again.
        Some(Err(_)) | None => app.completions.forget(live.id()),
    }
}

async fn remember(app: Arc<App>, live: Arc<Live>, delivery: JoinHandle<Outcome>) {
    match delivery.await {
        Ok(Outcome::Heard) => {
            if let Err(error) = app.clinic.marks().set(told_mark(&live)).await {
                tracing::error!(%error, "the store has failed");
            }
            app.completions.forget(live.id());
        }
        Ok(Outcome::GivenUp) | Err(_) => app.completions.rest(live.id()),
    }
}

fn call(live: &Live) -> Option<Call> {
    let view = live.view();
    let (record, conference) = (&view.record, &view.conference);
    let (hook, ending) = (record.web_hook.as_ref()?, conference.ending()?);
    let durations = conference.durations(ending.at);
    let body = Complete {
        event: "complete",
        appointment_id: &record.info.appointment_id,
        status: conference.status(),
        cancelled_by_external: ending.external,
        started_at: conference.started_at(),
        finished_at: ending.at,
        scheduled_duration_seconds: record.info.scheduled_duration_seconds,
        net_duration_seconds: seconds(durations.net),
        dirty_duration_seconds: seconds(durations.dirty),
        real_duration_seconds: seconds(durations.real),
        both_present_seconds: seconds(durations.both_present),
        gaps: gaps(conference, ending.at),
    };
    Some(Call::complete(hook.expose(), &record.id, &body))
}

impl Completions {
    /// Whether it is to be told now; then it is under way.
    fn begin(&self, id: &ConferenceId) -> bool {
        let mut tellings = self.0.lock().expect("no one panics with this lock");
        let given_up = match tellings.get(id) {
            None => 0,
            Some(Telling::Resting { given_up, until }) if *until <= Instant::now() => *given_up,
            Some(Telling::UnderWay { .. } | Telling::Resting { .. }) => return false,
        };
        tellings.insert(id.clone(), Telling::UnderWay { given_up });
        true
    }

    fn rest(&self, id: &ConferenceId) {
        let mut tellings = self.0.lock().expect("no one panics with this lock");
        if let Some(telling) = tellings.get_mut(id) {
            let (Telling::UnderWay { given_up } | Telling::Resting { given_up, .. }) = *telling;
            let until = Instant::now() + REST * 2_u32.pow(given_up.min(DOUBLINGS));
            *telling = Telling::Resting { given_up: given_up.saturating_add(1), until };
        }
    }

    fn forget(&self, id: &ConferenceId) {
        self.0.lock().expect("no one panics with this lock").remove(id);
    }
}
