//! A way to reach somebody who is not there.

use async_trait::async_trait;
use consilium_model::UserId;
use serde::Serialize;

/// That something waits to be read. It holds nothing of what was written, and nobody's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reminder {
    /// Always `reminder`.
    pub(crate) event: &'static str,
    /// Its own id, the same each time it is tried.
    pub(crate) id: String,
    /// Who is reminded.
    pub(crate) user_id: UserId,
    /// Of which session.
    pub(crate) session_id: String,
    /// How many messages are unread there.
    pub(crate) count: u64,
    /// What leads there; missing when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<ReminderLink>,
}

/// The client's link that leads to the session. The booking system has it; a gateway asks there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum ReminderLink {
    /// The link of a visit.
    Visit {
        /// The booking system's name for it.
        appointment_id: String,
        /// The language of the visit, as the booking system gave it.
        l10n: String,
    },
}

/// Nobody has taken the reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotTold;

/// Where reminders go: a web hook, a program, whatever else reaches people.
#[async_trait]
pub(crate) trait Notifier: Send + Sync + 'static {
    /// Passes a reminder on. It answers when somebody has taken it; it may have tried several times.
    async fn tell(&self, reminder: &Reminder) -> Result<(), NotTold>;
}
