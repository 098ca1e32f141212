//! Reminders to a web hook: signed, queued and tried again like every other call ([`crate::medme`]).

use super::notifier::{NotTold, Notifier, Reminder};
use crate::medme::{Call, Outcome};
use crate::server::App;
use async_trait::async_trait;
use consilium_model::Secret;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The clinic's web hook.
pub(super) struct Hook {
    pub(super) app: Arc<App>,
    pub(super) url: Secret<Url>,
}

#[async_trait]
impl Notifier for Hook {
    async fn tell(&self, reminder: &Reminder) -> Result<(), NotTold> {
        let call = Call::reminder(self.url.expose(), &reminder.id, reminder);
        let delivery = self.app.callbacks.send(call, CancellationToken::new()).map_err(|_| NotTold)?;
        match delivery.await {
            Ok(Outcome::Heard) => Ok(()),
            Ok(Outcome::GivenUp) | Err(_) => Err(NotTold),
        }
    }
}
