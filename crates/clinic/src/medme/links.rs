//! Every participant's link reaches the booking system that has a web hook: at once, and again until it has heard, as
//! long as the conference has not ended and its links are good.

use super::callbacks::{Call, Topic};
use super::tellings::tell;
use crate::domain::{LINK_LIFETIME, Live};
use crate::server::App;
use crate::store::{Mark, MarkKind};
use consilium_model::Participant;
use std::sync::Arc;

/// The links of a new conference.
pub(super) fn tell_new(app: &Arc<App>, live: &Live) {
    live.participants().into_iter().for_each(|who| tell_one(app, live, who));
}

/// The links of those whom an edit has added; also of one who was in before, was taken off and is back.
pub(super) async fn tell_added(app: &Arc<App>, live: &Live, added: Vec<Participant>) {
    for who in added {
        if let Err(error) = app.clinic.marks().clear(&told_mark(live, who.clone())).await {
            // It was heard once: the link is the same.
            tracing::error!(%error, "the store has failed");
        }
        tell_one(app, live, who);
    }
}

/// Every link that has not been heard. With many conferences this takes some milliseconds, on a thread of its own.
pub(super) async fn tell_all(app: &Arc<App>) {
    let tracked = Arc::clone(app);
    let round = app.tasks.spawn_blocking(move || {
        let now = tracked.clinic.clock().now();
        let wanted = |live: &Live| {
            let view = live.view();
            let end = view.conference.plan().scheduled_end();
            view.record.web_hook.is_some() && now <= end.saturating_add(LINK_LIFETIME)
        };
        for live in tracked.clinic.ongoing(wanted) {
            tell_new(&tracked, &live);
        }
    });
    // It ends early only with the server.
    let _ = round.await;
}

fn tell_one(app: &Arc<App>, live: &Live, who: Participant) {
    // A visitor's link is for the visitor.
    if live.record().visitor(&who).is_some() {
        return;
    }
    let call = || {
        let access_token = app.clinic.keys().access_token(live.id(), &who);
        Some(Call::link(live.record().web_hook.as_ref()?.expose(), &who, &access_token))
    };
    tell(app, live, told_mark(live, who.clone()), Topic::Link, call);
}

fn told_mark(live: &Live, who: Participant) -> Mark {
    Mark { conference: live.id().clone(), kind: MarkKind::LinkTold(who) }
}
