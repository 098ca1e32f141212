//! `/sessions`: the conversations of a user, and new ones.

use super::body::Body;
use super::query::Query;
use super::{Asker, Refused, draft, login, people, rights};
use crate::server::App;
use crate::store::{ChatSession, SessionFilter};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use consilium_model::{BusinessKind, Secret, SessionKind, UserId};
use consilium_wire::im::{
    Count, FailureCode, MAX_NAME, MAX_PARTICIPANTS, NewSession, Page, Session, UserRole,
};
use std::sync::Arc;

/// `GET /sessions`, the newest first.
pub(super) async fn all(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Query,
) -> Result<Json<Page<Session>>, Refused> {
    list(&app, asker, &query, false).await
}

/// `GET /sessions/recent`: those with messages, pinned ones first; `type=patient` or `type=doctor` for those with or
/// without a patient.
pub(super) async fn recent(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Query,
) -> Result<Json<Page<Session>>, Refused> {
    list(&app, asker, &query, true).await
}

async fn list(app: &App, asker: Asker, query: &Query, recent: bool) -> Result<Json<Page<Session>>, Refused> {
    let paging = query.paging()?;
    let filter = SessionFilter { business: business(query)?, recent };
    let rows = app.chats.chats(asker.who, filter, paging.slice()).await?;
    Ok(Json(paging.page(rows, |row| rights::session(app, &asker.id, row))))
}

fn business(query: &Query) -> Result<Option<BusinessKind>, Refused> {
    match query.get("type") {
        None => Ok(None),
        Some("patient") => Ok(Some(BusinessKind::WithPatient)),
        Some("doctor") => Ok(Some(BusinessKind::WithoutPatient)),
        Some(_) => Err(Refused::bad_request("type is patient or doctor")),
    }
}

/// `POST /sessions`: 201 for a new one; 200 for the one that two people have already.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    asker: Asker,
    Body(new): Body<NewSession>,
) -> Result<(StatusCode, Json<Session>), Refused> {
    let others = others(&asker, &new)?;
    let roles: Vec<_> = others.iter().map(people::role_of).collect();
    check_kind(new.kind, new.business_type, asker.role(), &roles)?;
    for other in &others {
        if !people::may_begin(&app, &asker, other).await? {
            return Err(Refused::new(FailureCode::Forbidden, "somebody with whom the asker may not begin"));
        }
    }
    let members: Vec<_> = std::iter::once(asker.id.clone()).chain(others).collect();
    for member in &members {
        people::meet(&app, member).await?;
    }
    let session = ChatSession {
        id: random_id(),
        kind: new.kind,
        business: new.business_type,
        name: name(new.name)?,
        conference: None,
        created_at: app.clinic.clock().now(),
    };
    let (id, is_new) = app.chats.create_chat(session, members).await??;
    if is_new {
        login::audit(&app, asker.id.as_str(), "im_session_create", &id).await?;
    }
    let shown = as_seen(&app, id, asker).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(shown)))
}

/// An id that says nothing, without the hyphen that stands before a message's number.
pub(super) fn random_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

fn name(name: Option<Secret>) -> Result<Option<Secret>, Refused> {
    let name = name.filter(|name| !name.expose().trim().is_empty());
    name.map(|name| draft::line(name.expose().trim().into(), MAX_NAME)).transpose()
}

/// Everyone beside the asker, each once.
fn others(asker: &Asker, new: &NewSession) -> Result<Vec<UserId>, Refused> {
    if new.participants.len() > MAX_PARTICIPANTS {
        return Err(Refused::bad_request("a session has at most 200 members"));
    }
    let mut others: Vec<UserId> = Vec::new();
    for id in &new.participants {
        if *id != asker.id && !others.contains(id) {
            others.push(id.clone());
        }
    }
    if others.is_empty() {
        Err(Refused::bad_request("a session has somebody else in it"))
    } else {
        Ok(others)
    }
}

/// Whether such a session may be made: consultations and groups by the care team, of the people that belong there.
fn check_kind(
    kind: SessionKind,
    business: BusinessKind,
    asker: UserRole,
    others: &[UserRole],
) -> Result<(), Refused> {
    let has_patient = others.contains(&UserRole::Patient);
    let is_as_said = has_patient || asker == UserRole::Patient;
    if is_as_said != (business == BusinessKind::WithPatient) {
        return Err(Refused::bad_request("business_type does not say whether a patient is in it"));
    }
    match kind {
        SessionKind::System => Err(Refused::new(FailureCode::Forbidden, "only the server makes these")),
        SessionKind::OneToOne if others.len() == 1 => Ok(()),
        SessionKind::OneToOne => Err(Refused::bad_request("a session of two has one other member")),
        SessionKind::Consultation | SessionKind::Group if asker == UserRole::Patient => {
            Err(Refused::DOCTORS_ONLY)
        }
        SessionKind::Consultation if !has_patient => {
            Err(Refused::bad_request("a consultation is about a patient"))
        }
        SessionKind::Consultation if others.iter().filter(|role| **role == UserRole::Patient).count() > 1 => {
            Err(Refused::bad_request("a consultation is about one patient"))
        }
        SessionKind::Group if has_patient => Err(Refused::bad_request("a group is of the care team only")),
        SessionKind::Consultation | SessionKind::Group => Ok(()),
    }
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<Session>, Refused> {
    Ok(Json(as_seen(&app, session, asker).await?))
}

/// A session as the asker may see it.
pub(super) async fn as_seen(app: &App, session: String, asker: Asker) -> Result<Session, Refused> {
    let row = app.chats.chat(session, asker.who).await??;
    Ok(rights::session(app, &asker.id, row))
}

pub(super) async fn pin(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<Session>, Refused> {
    set_sticky(&app, asker, session, true).await
}

pub(super) async fn unpin(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<Session>, Refused> {
    set_sticky(&app, asker, session, false).await
}

async fn set_sticky(
    app: &App,
    asker: Asker,
    session: String,
    sticky: bool,
) -> Result<Json<Session>, Refused> {
    app.chats.set_sticky(session.clone(), asker.who.clone(), sticky).await??;
    Ok(Json(as_seen(app, session, asker).await?))
}

pub(super) async fn unread_count(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<Count>, Refused> {
    Ok(Json(Count { count: app.chats.unread_count(session, asker.who).await?? }))
}

/// `/sessions/unread_message_count` and `/application/badge_no`: over all sessions.
pub(super) async fn badge(State(app): State<Arc<App>>, asker: Asker) -> Result<Json<Count>, Refused> {
    Ok(Json(Count { count: app.chats.badge(asker.who).await? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use BusinessKind::{WithPatient, WithoutPatient};
    use UserRole::{Doctor, Patient};

    #[test]
    fn who_may_make_which_session_with_whom() {
        let ok =
            |kind, business, asker, others: &[UserRole]| check_kind(kind, business, asker, others).is_ok();
        for (kind, business, asker, others, expected) in [
            (SessionKind::OneToOne, WithoutPatient, Doctor, &[Doctor][..], true),
            (SessionKind::OneToOne, WithPatient, Doctor, &[Patient], true),
            (SessionKind::OneToOne, WithPatient, Patient, &[Doctor], true),
            (SessionKind::OneToOne, WithoutPatient, Doctor, &[Patient], false),
            (SessionKind::OneToOne, WithoutPatient, Patient, &[Doctor], false),
            (SessionKind::OneToOne, WithoutPatient, Doctor, &[Doctor, Doctor], false),
            (SessionKind::Consultation, WithPatient, Doctor, &[Doctor, Patient], true),
            (SessionKind::Consultation, WithoutPatient, Doctor, &[Doctor], false),
            (SessionKind::Consultation, WithPatient, Doctor, &[Patient, Doctor, Patient], false),
            (SessionKind::Consultation, WithPatient, Patient, &[Doctor], false),
            (SessionKind::Group, WithoutPatient, Doctor, &[Doctor, Doctor], true),
            (SessionKind::Group, WithPatient, Doctor, &[Patient], false),
            (SessionKind::Group, WithPatient, Patient, &[Doctor], false),
            (SessionKind::System, WithoutPatient, Doctor, &[Doctor], false),
        ] {
            assert_eq!(
                ok(kind, business, asker, others),
                expected,
                "{kind:?} {business:?} {asker:?} {others:?}"
            );
        }
    }
}
