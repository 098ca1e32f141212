//! Follows a call: who came into it and went is what its conference has kept, event by event, and what time brings happens
//! in time. So nothing that was short is lost, and a restart loses nothing either.

use super::desk::{Call, Calls, Draft};
use super::record::{Person, Snapshot};
use super::ringing::{Carrier, PartyId};
use crate::domain::{ClinicError, Live, Notice};
use crate::server::App;
use crate::store::{Face, StoreError};
use consilium_model::{Actor, Change, Command, Event, Participant, Status};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// A call that is over is told of for so long: to whoever has not heard yet that it does not ring any more.
const LINGER: Duration = Duration::from_secs(30);
/// The clock is looked at so often while something depends on it: it may be set, and the machine may have slept.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Follows a call to its end, until the server stops.
pub(super) fn start(app: &Arc<App>, call: Arc<Call>) {
    let (app, tasks) = (Arc::clone(app), app.tasks.clone());
    tasks.spawn(async move {
        let stop = app.stop.clone();
        stop.run_until_cancelled(follow(&app, &call)).await;
    });
}

async fn follow(app: &Arc<App>, call: &Arc<Call>) {
    let live = app.clinic.conference(&call.snapshot().record.conference);
    let mut notices = live.as_ref().map(|live| live.watch());
    loop {
        look(app, call).await;
        if call.snapshot().ringing.is_ended() {
            break;
        }
        let timeout = call.snapshot().ringing.next_timeout();
        tokio::select! {
            () = heard(&mut notices) => {}
            () = call.changed.notified() => {}
            () = until_due(app, timeout) => {}
        }
    }
    if let Some(live) = live.filter(|_| call.snapshot().ringing.carrier() == Carrier::Own) {
        end(app, &live).await;
    }
    tokio::time::sleep(LINGER).await;
    app.calls.remove(call);
}

async fn heard(notices: &mut Option<Receiver<Notice>>) {
    match notices {
        // The view tells everything that missed notices would have told.
        Some(notices) => match notices.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

/// Waits until then on the server's clock; without a time, for ever.
pub(crate) async fn until_due(app: &App, timeout: Option<time::OffsetDateTime>) {
    let Some(at) = timeout else { return std::future::pending().await };
    loop {
        let left = Duration::try_from(at - app.clinic.clock().now()).unwrap_or(Duration::ZERO);
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK_EVERY)).await;
    }
}

/// Takes in what the conference and the clock say now.
pub(super) async fn look(app: &Arc<App>, call: &Arc<Call>) {
    if let Err(error) = call.step(app, |_| Ok(())).await {
        tracing::error!(%error, "what has become of a call could not be kept");
        // Not again at once.
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What has happened and a call has not taken in yet: what its conference has kept, and how it stands.
pub(super) struct Past {
    live: Option<Arc<Live>>,
    events: Vec<Event>,
}

/// What a call has not taken in yet.
pub(super) async fn past(app: &App, call: &Snapshot) -> Result<Past, StoreError> {
    let id = &call.record.conference;
    let live = app.clinic.conference(id);
    let has_more = live.as_ref().is_some_and(|live| live.view().seq > call.seen);
    if !has_more || call.ringing.is_ended() {
        return Ok(Past { live, events: Vec::new() });
    }
    let events = app.calls.store.conference_events(id.clone(), call.seen).await?;
    Ok(Past { live, events })
}

impl Past {
    /// Brings a call up to now. Everything is in the log in the order of the conference, at the conference's times; what
    /// ran out in between comes between. Who is called by it rings from now on.
    pub(super) fn unfold(self, draft: &mut Draft) {
        let Self { live, events } = self;
        draft.seen += events.len() as u64;
        for event in events {
            let at = event.at.min(draft.now);
            draft.pass(at);
            if let Some(live) = &live {
                take_in(draft, live, &event.change);
            }
            draft.date(at);
        }
        // One that is forgotten is over as well.
        if live.is_none_or(|live| live.view().conference.status().is_ended()) {
            draft.ringing.conference_over();
        }
        draft.pass(draft.now);
    }
}

fn take_in(draft: &mut Draft, live: &Live, change: &Change) {
    match change {
        Change::Joined { who } => come(draft, live, who),
        Change::Left { who } => {
            if let Some(party) = party_of(draft, who) {
                draft.ringing.went(party, draft.now);
            }
        }
        Change::Ended { .. } => draft.ringing.conference_over(),
        Change::Moved { .. } | Change::Restored { .. } | Change::Edited { .. } => {}
    }
}

fn party_of(draft: &Draft, who: &Participant) -> Option<PartyId> {
    (0..).map(PartyId).zip(&draft.people).find(|(_, person)| person.who == *who).map(|(party, _)| party)
}

fn come(draft: &mut Draft, live: &Live, who: &Participant) {
    match (party_of(draft, who), draft.ringing.carrier()) {
        (Some(party), _) => draft.came(party),
        (None, Carrier::Own) if !draft.ringing.is_ended() => {
            let name = live.name_of(who).unwrap_or_default();
            draft.came_uncalled(Person::new(who.clone(), name));
        }
        (None, Carrier::Own | Carrier::Visit) => {}
    }
}

/// The call is over, and so is its conference: in the name of whoever called.
async fn end(app: &App, live: &Arc<Live>) {
    let by = Actor::Participant(live.record().creator.clone());
    let choose = |status: Status| match status {
        status if status.is_ended() => None,
        status if status.is_started() => Some(Command::Finish),
        _ => Some(Command::Cancel),
    };
    loop {
        match app.clinic.apply_by_status(live, by.clone(), choose).await {
            // It has ended already; what is refused now is refused later, too.
            Ok(_) | Err(ClinicError::Refused(_) | ClinicError::Stopping) => return,
            Err(error) => {
                tracing::warn!(%error, conference = %live.id(), "the conference of a call has not ended yet");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Conferences of calls that are over, or that were never kept: the server before this one was stopped in between.
pub(super) async fn end_orphans(app: &Arc<App>) {
    let carries = |live: &Live| match &live.record().face {
        Face::XAssist(placed) => Some(placed.call.clone()),
        Face::Medme | Face::Coviu(_) | Face::TrueConf(_) => None,
    };
    let is_over = |live: &Live| carries(live).is_some_and(|call| app.calls.ongoing(&call).is_none());
    for live in app.clinic.ongoing(is_over) {
        end(app, &live).await;
    }
}

impl Calls {
    /// Follows a new call.
    pub(super) fn begin(app: &Arc<App>, call: &Arc<Call>) {
        app.calls.add(call);
        start(app, Arc::clone(call));
    }
}
