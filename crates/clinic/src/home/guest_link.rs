//! One person more in a visit that a specialist is in: an interpreter, a guardian. The link is the person's own, and
//! opens like every link of a visit.

use super::{Refused, bearer};
use crate::bucket::{Buckets, Rate};
use crate::domain::{ClinicError, EditError, EditKind, InfoEdit, View};
use crate::im;
use crate::server::App;
use crate::store::Visitor;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use consilium_model::{Actor, ConferenceId, Participant, Secret, UserId};
use consilium_wire::home::FailureCode;
use consilium_wire::home::calls::{GuestLink, GuestLinkFor, VISITOR};
use consilium_wire::medme::Client;
use std::sync::Arc;
use std::time::Instant;
use time::{Duration, OffsetDateTime};

/// How long a link that nobody has used is good.
const LIFETIME: Duration = Duration::hours(24);
/// So many people may be brought into one conference.
const MAX_VISITORS: usize = 32;
/// How many links a specialist makes.
const RATE: Rate = Rate { burst: 10.0, per_second: 0.2 };

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, FailureCode::NotFound);

/// The route below `/home/v1`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/visits/{visit}/guest_link", post(make))
}

/// Who has made links lately.
pub(crate) struct GuestLinks(Buckets<UserId>);

impl Default for GuestLinks {
    fn default() -> Self {
        Self(Buckets::new(RATE))
    }
}

/// Why nobody was brought in.
enum NotMade {
    /// The specialist is not in, or it has ended.
    NotInside,
    /// Enough were.
    TooMany,
    /// What may stop any edit.
    Clinic(ClinicError),
}

impl From<ClinicError> for NotMade {
    fn from(error: ClinicError) -> Self {
        match error {
            ClinicError::Refused(_) => Self::NotInside,
            error => Self::Clinic(error),
        }
    }
}

impl From<EditError> for NotMade {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Clinic(error) => error.into(),
            EditError::EndsInPast => Self::NotInside,
        }
    }
}

impl From<NotMade> for Refused {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::NotInside => Self(StatusCode::CONFLICT, FailureCode::CallOver),
            NotMade::TooMany => Self(StatusCode::CONFLICT, FailureCode::TooManyPeople),
            NotMade::Clinic(error) => {
                tracing::error!(%error, "nobody could be brought in");
                Self(StatusCode::INTERNAL_SERVER_ERROR, FailureCode::Internal)
            }
        }
    }
}

async fn make(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(visit): Path<String>,
    body: Bytes,
) -> Result<Json<GuestLink>, Refused> {
    let user = app.staff.user(&bearer(&headers)?).await?;
    let asked: GuestLinkFor = serde_json::from_slice(&body).map_err(|_| BAD_REQUEST)?;
    if let Some(fault) = asked.fault() {
        return Err(Refused(StatusCode::BAD_REQUEST, fault));
    }
    let host = Participant::specialist(user.clone());
    let live = app.clinic.conference(&ConferenceId::new(visit)).ok_or(NOT_FOUND)?;
    let view = live.view();
    if !view.conference.plan().roster.contains(&host) || !view.record.face.rights_of(&host).admit {
        return Err(NOT_FOUND);
    }
    if !app.guest_links.0.take(user, Instant::now()) {
        return Err(Refused(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts));
    }
    let id = UserId::new(format!("{VISITOR}{}", uuid::Uuid::new_v4().simple()));
    let expires_at = app.clinic.clock().now() + LIFETIME;
    let visitor = Visitor { id: id.clone(), expires_at };
    let inside = host.clone();
    let choose = move |view: &View, _: OffsetDateTime| with_visitor(view, &inside, visitor, shown(asked));
    app.clinic.edit_chosen(&live, EditKind::GuestLink, Actor::Participant(host), choose).await?;
    im::follow_visit(&app, &live).await;
    let token = app.clinic.keys().access_token(live.id(), &Participant::client(id));
    // The token is in base64url, which needs no escaping.
    let root = app.public_url.as_str().trim_end_matches('/');
    let link = Secret::new(format!("{root}/visit?at={}", token.expose()));
    Ok(Json(GuestLink { link, expires_at }))
}

/// The name that others see, with what the person does behind it.
fn shown(GuestLinkFor { name, role }: GuestLinkFor) -> Secret {
    match role.filter(|role| !role.is_empty()) {
        Some(role) => Secret::new(format!("{}, {role}", name.expose())),
        None => name,
    }
}

fn with_visitor(
    view: &View,
    host: &Participant,
    visitor: Visitor,
    name: Secret,
) -> Result<InfoEdit, NotMade> {
    if !view.has_inside(host) {
        return Err(NotMade::NotInside);
    }
    let (mut visitors, mut clients) = (view.record.visitors.clone(), view.record.info.clients.clone());
    if visitors.len() >= MAX_VISITORS {
        return Err(NotMade::TooMany);
    }
    clients.push(Client { id: visitor.id.clone(), name, surname: Secret::default(), middle_name: None });
    visitors.push(visitor);
    Ok(InfoEdit { clients: Some(clients), visitors: Some(visitors), ..InfoEdit::default() })
}
