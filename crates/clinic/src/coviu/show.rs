//! Sessions and participants as the protocol shows them.

use super::phase::Phase;
use super::record::{Invited, Scheduled};
use crate::domain::{Live, View};
use crate::server::App;
use crate::store::Face;
use consilium_model::Secret;
use consilium_wire::coviu::{Participant, Session};
use time::OffsetDateTime;

/// What the face knows of a conference; `None` for one of another face.
pub(super) fn scheduled(view: &View) -> Option<&Scheduled> {
    match &view.record.face {
        Face::Coviu(scheduled) => Some(scheduled),
        Face::Medme | Face::TrueConf(_) | Face::XAssist(_) => None,
    }
}

/// Whether those who were taken off are shown as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deleted {
    Hidden,
    Shown,
}

impl From<bool> for Deleted {
    fn from(shown: bool) -> Self {
        if shown { Self::Shown } else { Self::Hidden }
    }
}

/// A session.
pub(super) fn session(
    app: &App,
    view: &View,
    scheduled: &Scheduled,
    deleted: Deleted,
    now: OffsetDateTime,
) -> Session {
    let plan = view.conference.plan();
    let canceled_time = match Phase::of(view, now) {
        Phase::Canceled { at } => Some(at),
        Phase::Ahead | Phase::Running | Phase::Over => None,
    };
    Session {
        team_id: app.coviu.team().to_owned(),
        client_id: scheduled.client.clone(),
        session_id: view.record.id.to_string(),
        session_name: scheduled.name.clone(),
        start_time: plan.scheduled_start,
        end_time: plan.scheduled_end(),
        picture: scheduled.picture.clone(),
        participants: participants(app, view, scheduled, deleted),
        canceled_time,
    }
}

/// The participants of a session, in the order in which they were invited.
pub(super) fn participants(
    app: &App,
    view: &View,
    scheduled: &Scheduled,
    deleted: Deleted,
) -> Vec<Participant> {
    let invited = scheduled.invited.iter();
    let shown = invited.filter(|one| deleted == Deleted::Shown || one.deleted_at.is_none());
    shown.map(|one| participant(app, view, scheduled, one)).collect()
}

/// A participant.
pub(super) fn participant(app: &App, view: &View, scheduled: &Scheduled, one: &Invited) -> Participant {
    let server = app.public_url.as_str().trim_end_matches('/');
    Participant {
        client_id: scheduled.client.clone(),
        display_name: one.name.clone(),
        entry_url: Secret::new(format!("{server}/session/{}", one.id.expose())),
        participant_id: one.id.clone(),
        picture: one.picture.clone(),
        role: one.role,
        session_id: view.record.id.to_string(),
        state: one.state.clone(),
        deleted_at: one.deleted_at,
    }
}

/// A session as it is now.
pub(super) fn session_of(app: &App, live: &Live, deleted: Deleted) -> Option<Session> {
    let view = live.view();
    Some(session(app, &view, scheduled(&view)?, deleted, app.clinic.clock().now()))
}
