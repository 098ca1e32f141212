//! Tells those who are called and have an address or a number, until the gateway has heard or the call has ended.
//!
//! Who is still to be told is kept with the call, so that a restart forgets nobody. A round is some tries within minutes
//! ([`crate::medme::Callbacks`]); after it an invitation rests, and after the last round it is given up.

use super::link::{self, Holder};
use crate::calls::ringing::Place;
use crate::calls::{self, Person};
use crate::medme::Outcome;
use crate::notifier::CallInvitation;
use crate::server::App;
use crate::store::{Invitation, StoreError};
use consilium_wire::home::calls::CallId;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;

/// How long an invitation rests from the beginning of its first round: longer than a round takes. Twice as long after
/// each further one.
const REST: Duration = Duration::minutes(10);
/// So many rounds an invitation has: the last begins when the rests of the others, 21 hours, are over.
const ROUNDS: u32 = 8;
/// After the store has failed.
const PAUSE: Duration = Duration::seconds(10);

/// Tells whoever is to be told, until the server stops.
pub(crate) async fn tell_on_time(app: Arc<App>) {
    let rounds = async {
        if let Err(error) = app.calls.store().wake_invitations().await {
            tracing::error!(%error, "the store has failed");
        }
        loop {
            let next = begin(&app).await;
            tokio::select! {
                () = app.calls.invitations() => {}
                () = calls::until_due(&app, next) => {}
            }
        }
    };
    app.stop.run_until_cancelled(rounds).await;
}

/// Begins a round of everything that is due, and answers when the next is.
async fn begin(app: &Arc<App>) -> Option<OffsetDateTime> {
    let now = app.clinic.clock().now();
    match app.calls.store().begin_invitations(now, REST, ROUNDS).await {
        Ok(ledger) => {
            for (call, invitation) in ledger.begun {
                let tracked = Arc::clone(app);
                app.tasks.spawn(async move { settle(&tracked, call, invitation).await });
            }
            ledger.next
        }
        Err(error) => {
            tracing::error!(%error, "who is to be told of calls is not known");
            Some(now + PAUSE)
        }
    }
}

/// Tells somebody, and forgets it when that is done or not wanted any more. Otherwise a later round comes to it.
async fn settle(app: &Arc<App>, call: CallId, invitation: Invitation) {
    let id = invitation.id.clone();
    let dropped = match tell(app, call, invitation).await {
        Ok(true) => app.calls.store().drop_invitation(id).await,
        Ok(false) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = dropped {
        tracing::error!(%error, "the store has failed");
    }
}

/// Whether there is nothing more to tell.
async fn tell(app: &Arc<App>, id: CallId, invitation: Invitation) -> Result<bool, StoreError> {
    let Invitation { id: own, party, contact } = invitation;
    let Some(call) = app.calls.by_id(&id).await?.filter(|call| !call.ringing.is_ended()) else {
        return Ok(true);
    };
    if matches!(call.ringing.place(party), Place::Declined { .. } | Place::In | Place::Out) {
        return Ok(true);
    }
    let is_there = |person: &Person| !person.removed;
    let link = link::into_call(app, &id, Holder::Contact(party));
    let Some(link) = link.filter(|_| call.people.get(party.0 as usize).is_some_and(is_there)) else {
        return Ok(true);
    };
    let title = call.record.title.clone();
    let wanted = CancellationToken::new();
    let message = CallInvitation { id: own, call: id.clone(), contact, link, title };
    // Without a gateway, or with one for which too many wait, nobody is told now.
    let Ok(telling) = app.notifier.tell(&message, wanted.clone()) else { return Ok(false) };
    tokio::select! {
        biased;
        told = telling => Ok(matches!(told, Ok(Outcome::Heard))),
        over = ended(app, &id) => {
            wanted.cancel();
            over.map(|()| true)
        }
        () = app.stop.cancelled() => Ok(false),
    }
}

async fn ended(app: &App, call: &CallId) -> Result<(), StoreError> {
    let mut changes = app.calls.watch();
    while !app.calls.is_over(call).await? {
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
    Ok(())
}
