//! Conferences end by themselves when their time is over: when `complete_empty_and_expired` asks, and from time to
//! time without being asked.

use super::answer::{Failure, ok};
use super::edit::has_api_key;
use super::fields;
use super::methods::RawBody;
use crate::domain::Clinic;
use crate::server::App;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// The answer of `complete_empty_and_expired`. Ours: the protocol asks for no more than the status.
#[derive(Serialize)]
struct Completed {
    completed: usize,
}

pub(super) async fn complete_expired(
    State(app): State<Arc<App>>,
    body: RawBody,
) -> Result<Response, Failure> {
    if !has_api_key(&app, &fields::read_body(body)?)? {
        return Err(Failure::Missing(vec!["api_key".to_owned()]));
    }
    Ok(ok(Completed { completed: app.clinic.end_expired().await? }))
}

/// Ends what has expired, `every` so often, until `stop`.
pub(crate) async fn end_on_time(clinic: Arc<Clinic>, every: Duration, stop: CancellationToken) {
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // People who were in when the server stopped come back first.
    interval.reset();
    let rounds = async {
        loop {
            interval.tick().await;
            if let Err(error) = clinic.end_expired().await {
                tracing::error!(%error, "expired conferences could not be ended");
            }
        }
    };
    stop.run_until_cancelled(rounds).await;
}
