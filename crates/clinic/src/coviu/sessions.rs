//! Sessions: made, read, changed and canceled.

use super::access::Asker;
use super::book::{self, Times};
use super::fields::{self, Fields, Query, RawBody, Text};
use super::participants::{self, MAX_PRESENT};
use super::phase::Phase;
use super::record::Scheduled;
use super::refused::Refused;
use super::show::{self, Deleted, scheduled};
use crate::domain::{EditKind, InfoEdit, Live, View};
use crate::im;
use crate::server::App;
use crate::store::{ConferenceRecord, Face};
use axum::Json;
use axum::extract::{Path, State};
use consilium_model::{Actor, Command, ConferenceId, Participant, Secret};
use consilium_wire::coviu::{Done, FailureCode, Session};
use std::sync::Arc;
use time::OffsetDateTime;

/// The longest session: a month, in seconds.
const MAX_SECONDS: u32 = 31 * 24 * 3600;

/// What a body gives of a session; what it does not is left as it is.
struct Given {
    name: Option<Secret>,
    picture: Option<Secret>,
    start: Option<OffsetDateTime>,
    end: Option<OffsetDateTime>,
}

impl Given {
    fn read(body: &Fields<'_>) -> Result<Self, Refused> {
        Ok(Self {
            name: body.text("session_name", Text::Name)?,
            picture: body.text("picture", Text::Address)?,
            start: body.time("start_time")?,
            end: body.time("end_time")?,
        })
    }
}

pub(super) async fn create(
    State(app): State<Arc<App>>,
    asker: Asker,
    body: RawBody,
) -> Result<Json<Session>, Refused> {
    let body = fields::object(body)?;
    let fields = Fields::of(&body);
    let given = Given::read(&fields)?;
    let now = app.clinic.clock().now();
    let times = times_of_new(given.start, fields.required_time("end_time")?, now)?;
    let invited = fields.list("participants")?;
    if invited.len() > MAX_PRESENT {
        return Err(FailureCode::TooManyParticipants.into());
    }
    let invited = invited.iter().map(participants::invite).collect::<Result<_, _>>()?;
    let Asker { client, user: owner } = asker;
    let scheduled = Scheduled { client, owner, name: given.name, picture: given.picture, invited };
    let session_id = uuid::Uuid::new_v4().to_string();
    let record = ConferenceRecord {
        info: book::info(&app, &session_id, &scheduled, times).await?,
        id: ConferenceId::new(session_id),
        created_at: now,
        creator: Participant::specialist(scheduled.owner.clone()),
        visitors: Vec::new(),
        asked_in: Vec::new(),
        web_hook: None,
        face: Face::Coviu(Box::new(scheduled)),
    };
    let live = app.clinic.add(record).await?;
    shown(&app, &live)
}

/// A session without a start begins at once.
fn times_of_new(
    start: Option<OffsetDateTime>,
    end: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Times, Refused> {
    if start.is_some_and(|start| start <= now) {
        return Err(Refused::at(FailureCode::StartInPast, "start_time"));
    }
    let second = now.replace_nanosecond(0).expect("a second has a beginning");
    between(start.unwrap_or(second), end)
}

fn between(start: OffsetDateTime, end: OffsetDateTime) -> Result<Times, Refused> {
    let seconds = (end - start).whole_seconds();
    if seconds <= 0 {
        return Err(Refused::at(FailureCode::EndBeforeStart, "end_time"));
    }
    let seconds = u32::try_from(seconds).ok().filter(|seconds| *seconds <= MAX_SECONDS);
    let seconds = seconds.ok_or_else(|| Refused::at(FailureCode::InvalidField, "end_time"))?;
    Ok(Times { start, seconds })
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
) -> Result<Json<Session>, Refused> {
    let deleted = Deleted::from(query.flag("deleted_participants")?);
    let live = find(&app, &asker, &session)?;
    show::session_of(&app, &live, deleted).map(Json).ok_or_else(|| FailureCode::NotFound.into())
}

pub(super) async fn update(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    body: RawBody,
) -> Result<Json<Session>, Refused> {
    let live = find(&app, &asker, &session)?;
    let body = fields::object(body)?;
    let given = Given::read(&Fields::of(&body))?;
    change(&app, &live, EditKind::Update, move |view, now| edit(given, view, now)).await?;
    shown(&app, &live)
}

fn edit(given: Given, view: &View, now: OffsetDateTime) -> Result<InfoEdit, Refused> {
    let mut changed = open(view, now)?.clone();
    let times = moved(&given, view, now)?;
    changed.name = given.name.or(changed.name);
    changed.picture = given.picture.or(changed.picture);
    Ok(InfoEdit {
        scheduled_start: Some(times.start),
        scheduled_duration_seconds: Some(times.seconds),
        services: Some(book::services(changed.name.as_ref(), &view.record.info.l10n)),
        face: Some(Face::Coviu(Box::new(changed))),
        ..InfoEdit::default()
    })
}

/// A session that has started keeps its start; every end that is given lies in the future.
fn moved(given: &Given, view: &View, now: OffsetDateTime) -> Result<Times, Refused> {
    let plan = view.conference.plan();
    let start = given.start.unwrap_or(plan.scheduled_start);
    if start != plan.scheduled_start {
        if Phase::of(view, now) == Phase::Running {
            return Err(Refused::at(FailureCode::SessionStarted, "start_time"));
        }
        if start <= now {
            return Err(Refused::at(FailureCode::StartInPast, "start_time"));
        }
    }
    let times = between(start, given.end.unwrap_or(plan.scheduled_end()))?;
    if given.end.is_some_and(|end| end <= now) {
        return Err(Refused::at(FailureCode::EndInPast, "end_time"));
    }
    Ok(times)
}

pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<Done>, Refused> {
    let live = find(&app, &asker, &session)?;
    match Phase::of(&live.view(), app.clinic.clock().now()) {
        Phase::Ahead => {}
        Phase::Running => return Err(FailureCode::SessionStarted.into()),
        Phase::Over => return Err(FailureCode::SessionEnded.into()),
        Phase::Canceled { .. } => return Err(FailureCode::NotFound.into()),
    }
    // Somebody may begin between the look and the turn.
    let unless_begun = |status: consilium_model::Status| (!status.is_started()).then_some(Command::Cancel);
    app.clinic.apply_by_status(&live, Actor::Booking, unless_begun).await?;
    Ok(Json(Done { ok: true }))
}

/// The asker's session with that id. One that is canceled is not there any more.
pub(super) fn find(app: &App, asker: &Asker, id: &str) -> Result<Arc<Live>, Refused> {
    let live = app.clinic.conference(&ConferenceId::new(id)).ok_or(FailureCode::NotFound)?;
    let view = live.view();
    let is_theirs = scheduled(&view).is_some_and(|one| one.client == asker.client && one.owner == asker.user);
    match Phase::of(&view, app.clinic.clock().now()) {
        Phase::Canceled { .. } => Err(FailureCode::NotFound.into()),
        Phase::Ahead | Phase::Running | Phase::Over if is_theirs => Ok(live),
        Phase::Ahead | Phase::Running | Phase::Over => Err(FailureCode::NotFound.into()),
    }
}

/// What the face knows of a session that may still change.
pub(super) fn open(view: &View, now: OffsetDateTime) -> Result<&Scheduled, Refused> {
    match Phase::of(view, now) {
        Phase::Ahead | Phase::Running => scheduled(view).ok_or_else(|| FailureCode::NotFound.into()),
        Phase::Over => Err(FailureCode::SessionEnded.into()),
        Phase::Canceled { .. } => Err(FailureCode::NotFound.into()),
    }
}

/// Changes a session when its turn has come; the conversation of the visit follows.
pub(super) async fn change(
    app: &Arc<App>,
    live: &Arc<Live>,
    kind: EditKind,
    choose: impl FnOnce(&View, OffsetDateTime) -> Result<InfoEdit, Refused> + Send + 'static,
) -> Result<(), Refused> {
    app.clinic.edit_chosen(live, kind, Actor::Booking, choose).await?;
    im::follow_visit(app, live).await;
    Ok(())
}

fn shown(app: &App, live: &Live) -> Result<Json<Session>, Refused> {
    show::session_of(app, live, Deleted::Hidden).map(Json).ok_or_else(|| FailureCode::NotFound.into())
}
