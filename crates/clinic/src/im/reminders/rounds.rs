//! The rounds in which patients are reminded.

use super::command::Program;
use super::hook::Hook;
use super::ledger::{FORGOTTEN, Look, QUIET, Subject};
use super::notifier::{Notifier, Reminder, ReminderLink};
use crate::config::ReminderWay;
use crate::server::App;
use crate::store::StoreError;
use consilium_model::ConferenceId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

/// So many are looked up and told at a time.
const AT_ONCE: usize = 256;

/// Reminds patients of what they have not read, `every` so often, until the server stops.
pub(crate) async fn remind_on_time(app: Arc<App>, way: ReminderWay, every: Duration) {
    let notifier: Arc<dyn Notifier> = match way {
        ReminderWay::Hook(url) => Arc::new(Hook { app: Arc::clone(&app), url }),
        ReminderWay::Command(path) => Arc::new(Program::new(path)),
    };
    let stop = app.stop.clone();
    stop.run_until_cancelled(rounds(app, notifier, every)).await;
}

async fn rounds(app: Arc<App>, notifier: Arc<dyn Notifier>, every: Duration) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    find_again(&app).await;
    loop {
        interval.tick().await;
        let due = app.reminders.ledger().take_due(app.clinic.clock().now());
        for subject in due {
            let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
            let (app, notifier) = (Arc::clone(&app), Arc::clone(&notifier));
            app.tasks.clone().spawn(async move {
                let _place = place;
                look(&app, &*notifier, &subject).await;
            });
        }
    }
}

/// What waited when the server stopped.
async fn find_again(app: &App) {
    let now = app.clinic.clock().now();
    match app.chats.unread_patients(now - FORGOTTEN).await {
        Ok(waiting) => {
            let mut ledger = app.reminders.ledger();
            waiting.iter().for_each(|(user, session)| ledger.heard(user, session, now));
        }
        Err(error) => tracing::error!(%error, "who waits to be reminded could not be read"),
    }
}

async fn look(app: &App, notifier: &dyn Notifier, subject: &Subject) {
    let clock = app.clinic.clock();
    let seen = match see(app, subject).await {
        Ok(seen) => seen,
        Err(error) => {
            tracing::error!(%error, "the store has failed");
            return app.reminders.ledger().not_told(subject, clock.now());
        }
    };
    match seen {
        Seen::Nothing(look) => app.reminders.ledger().looked(subject, look, clock.now()),
        Seen::Unread(reminder, seq) => {
            match app.stop.run_until_cancelled(notifier.tell(&reminder)).await {
                Some(Ok(())) => told(app, subject, seq).await,
                // What the server's stop cuts off is found again at the next start.
                Some(Err(_)) | None => app.reminders.ledger().not_told(subject, clock.now()),
            }
        }
    }
}

/// What there is to be told.
enum Seen {
    Nothing(Look),
    /// The reminder, and the number of the newest message.
    Unread(Reminder, u64),
}

async fn see(app: &App, subject: &Subject) -> Result<Seen, StoreError> {
    if app.messenger.hub.is_there(&subject.user) {
        return Ok(Seen::Nothing(Look::IsThere));
    }
    let waiting = match app.chats.waiting(subject.session.clone(), subject.user.clone()).await? {
        Ok(waiting) if waiting.unread > 0 => waiting,
        // Whoever is no member any more has nothing to read.
        Ok(_) | Err(_) => return Ok(Seen::Nothing(Look::Read)),
    };
    let now = app.clinic.clock().now();
    if let Some(at) = waiting.reminded_at.filter(|at| now < *at + QUIET) {
        return Ok(Seen::Nothing(Look::RemindedAt(at)));
    }
    let reminder = Reminder {
        event: "reminder",
        id: Uuid::new_v4().simple().to_string(),
        user_id: subject.user.clone(),
        session_id: subject.session.clone(),
        count: waiting.unread,
        link: waiting.conference.and_then(|id| link(app, &id)),
    };
    Ok(Seen::Unread(reminder, waiting.last_seq))
}

fn link(app: &App, visit: &ConferenceId) -> Option<ReminderLink> {
    let live = app.clinic.conference(visit)?;
    let info = &live.record().info;
    Some(ReminderLink::Visit { appointment_id: info.appointment_id.clone(), l10n: info.l10n.clone() })
}

async fn told(app: &App, subject: &Subject, seq: u64) {
    let now = app.clinic.clock().now();
    let Subject { user, session } = subject.clone();
    if let Err(error) = app.chats.set_reminded(session, user, seq, now).await {
        tracing::error!(%error, "a reminder could not be written down");
    }
    app.reminders.ledger().told(subject, now);
}
