//! `/users`: people, whether they are there, and when they may be asked.

use super::body::Body;
use super::query::Query;
use super::{Asker, Refused, people, shown};
use crate::server::App;
use axum::Json;
use axum::extract::{Path, State};
use consilium_model::UserId;
use consilium_wire::im::{ConsultTime, ConsultTimes, Page, Presence, User, UserRole, UserStatus};
use std::sync::Arc;

/// The most stretches of a week.
const MAX_CONSULT_TIMES: usize = 50;
const MINUTES_OF_DAY: u16 = 24 * 60;

/// `GET /users?query=`: people with whom the asker may begin, whose names have all words of the query; by name. Ours.
pub(super) async fn find(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Query,
) -> Result<Json<Page<User>>, Refused> {
    let paging = query.paging()?;
    let wanted = folded(query.get("query").unwrap_or_default());
    let words: Vec<_> = wanted.split_whitespace().collect();
    let mut found: Vec<_> = people::within_reach(&app, &asker)
        .await?
        .into_values()
        .map(|user| (folded(user.name.expose()), user))
        .filter(|(name, _)| words.iter().all(|word| name.contains(word)))
        .collect();
    found.sort_by(|(name, user), (other_name, other)| (name, &user.id).cmp(&(other_name, &other.id)));
    Ok(Json(paging.page(paging.of(found), |(_, user)| shown::user(user))))
}

/// Letters as people compare them: without case, and with one е.
fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<UserId>,
) -> Result<Json<User>, Refused> {
    let may = shares_a_session(&app, &asker, &id).await? || people::may_begin(&app, &asker, &id).await?;
    let user = if may { people::find(&app, &id).await? } else { None };
    Ok(Json(shown::user(user.ok_or(Refused::NOT_FOUND)?)))
}

/// What somebody says of itself. Whoever has a socket and says nothing is there; a patient is there while it has one.
pub(super) async fn status(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<UserId>,
) -> Result<Json<UserStatus>, Refused> {
    if !shares_a_session(&app, &asker, &id).await? {
        return Err(Refused::NOT_FOUND);
    }
    Ok(Json(status_of(&app, id).await?))
}

async fn status_of(app: &App, id: UserId) -> Result<UserStatus, Refused> {
    let role = people::role_of(&id);
    let is_there = app.messenger.hub.is_there(&id);
    let (said, last_active) = app.chats.presence(id).await?;
    let status = match (role, is_there, said) {
        (_, true, Presence::Offline) => Presence::Online,
        (UserRole::Doctor, _, said) | (UserRole::Patient, true, said) => said,
        (UserRole::Patient, false, _) => Presence::Offline,
    };
    let last_active = last_active.filter(|_| role == UserRole::Patient);
    Ok(UserStatus { status, last_active })
}

pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<UserId>,
    Body(wanted): Body<UserStatus>,
) -> Result<Json<UserStatus>, Refused> {
    only_oneself(&asker, &id)?;
    asker.as_oneself()?;
    people::meet(&app, &id).await?;
    app.chats.set_presence(id.clone(), wanted.status, app.clinic.clock().now()).await?;
    Ok(Json(status_of(&app, id).await?))
}

pub(super) async fn consult_times(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<UserId>,
) -> Result<Json<ConsultTimes>, Refused> {
    if !shares_a_session(&app, &asker, &id).await? && !people::may_begin(&app, &asker, &id).await? {
        return Err(Refused::NOT_FOUND);
    }
    Ok(Json(ConsultTimes { content: app.chats.consult_times(id).await? }))
}

/// `PUT /users/:user_id/consult/time`: one's own. Ours.
pub(super) async fn set_consult_times(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<UserId>,
    Body(mut times): Body<ConsultTimes>,
) -> Result<Json<ConsultTimes>, Refused> {
    only_oneself(&asker, &id)?;
    asker.as_oneself()?;
    asker.as_doctor()?;
    if times.content.len() > MAX_CONSULT_TIMES || !times.content.iter().all(is_sound) {
        return Err(Refused::bad_request("expected at most 50 stretches of weekdays 1 to 7"));
    }
    times.content.sort_by_key(|time| (time.weekday, time.from_minute, time.to_minute));
    app.chats.set_consult_times(id, times.content.clone()).await?;
    Ok(Json(times))
}

fn is_sound(time: &ConsultTime) -> bool {
    (1..=7).contains(&time.weekday) && time.from_minute < time.to_minute && time.to_minute <= MINUTES_OF_DAY
}

fn only_oneself(asker: &Asker, id: &UserId) -> Result<(), Refused> {
    if asker.id == *id {
        return Ok(());
    }
    // Whether there is somebody of that name is nobody's business.
    Err(Refused::new(consilium_wire::im::FailureCode::Forbidden, "only of oneself"))
}

async fn shares_a_session(app: &App, asker: &Asker, id: &UserId) -> Result<bool, Refused> {
    Ok(asker.id == *id || app.chats.share_chat(asker.who.clone(), id.clone()).await?)
}
