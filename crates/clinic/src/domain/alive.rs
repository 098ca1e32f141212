//! Writes down that the server is alive, so that the next one knows since when nobody has looked.
//!
//! Only while a visit runs: else nothing depends on it, and the disk may rest. And only once everyone who was in when
//! the server stopped is back or out, or another stop meanwhile would make those of before look present until then.

use super::Clinic;
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

const SETTING: &str = "alive";
/// So much of a visit is in doubt after a crash.
pub(crate) const ALIVE_EVERY: Duration = Duration::from_secs(10);

/// When a server was last alive while a visit ran; `None` when that is not known.
pub(super) async fn last(store: &dyn Store) -> Result<Option<OffsetDateTime>, StoreError> {
    let text = store.setting(SETTING).await?;
    Ok(text.and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok()))
}

/// Writes it down `every` so often, and once more at `stop`.
pub(crate) async fn stay_alive(clinic: Arc<Clinic>, every: Duration, stop: CancellationToken) {
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(interval.tick()).await.is_some() {
        note(&clinic).await;
    }
    note(&clinic).await;
}

async fn note(clinic: &Clinic) {
    if !clinic.is_any_known_to_run() {
        return;
    }
    let now = clinic.clock.now().format(&Rfc3339).expect("the time now has a year of four digits");
    if let Err(error) = clinic.store.set_setting(SETTING, now).await {
        tracing::warn!(%error, "that the server is alive could not be written");
    }
}
