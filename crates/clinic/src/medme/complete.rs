//! `send_complete_callback`: booking systems hear of every ended conference that can no longer be restored.
//!
//! Each is told at least once ([`super::tellings`]). Which ones are still to be told follows from the conferences and
//! their marks. The server does this by itself from time to time, also without the method.

use super::answer::{Failure, ok};
use super::callbacks::{Call, Topic};
use super::edit::has_api_key;
use super::fields;
use super::methods::{RawBody, gaps, seconds};
use super::tellings::tell;
use crate::domain::Live;
use crate::server::App;
use crate::store::{Mark, MarkKind};
use axum::extract::State;
use axum::response::Response;
use consilium_model::Status;
use consilium_wire::medme::Gap;
use serde::Serialize;
use std::sync::Arc;
use time::OffsetDateTime;

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

/// With many conferences this takes some milliseconds, on a thread of its own.
pub(super) async fn tell_all(app: &Arc<App>) {
    let tracked = Arc::clone(app);
    let round = app.tasks.spawn_blocking(move || {
        let now = tracked.clinic.clock().now();
        for live in tracked.clinic.ended(|live| is_final(live, now)) {
            tell(&tracked, &live, told_mark(&live), Topic::Complete, || call(&live));
        }
    });
    // It ends early only with the server.
    let _ = round.await;
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
