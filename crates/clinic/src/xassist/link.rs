//! `/call/{key}`, the links into a call for those who have no login.
//!
//! That of a contact who was called leads on at once: whoever has it is that contact, on one device at a time. Users of the
//! clinic come in by the application, so for them it says only that. That of a
//! call which anybody may join asks for a name first, and makes somebody else each time; the call takes as many as its room
//! has places. A key holds what it is for and the server's proof that it gave it out, so nothing is kept, and a call's id
//! alone, which programs pass around, opens nothing.

use crate::calls::ringing::{Carrier, PartyId, Place};
use crate::calls::{Call, CallError, CallStatus, Calls, Guest, Person, Snapshot};
use crate::guest::{self, Entered, Obstacle};
use crate::server::App;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_model::{Participant, Secret, UserId};
use consilium_wire::home::calls::CallId;
use consilium_wire::room::MAX_PARTICIPANTS;
use std::net::SocketAddr;
use std::sync::Arc;
use uuid::Uuid;

/// The largest form, in bytes.
const MAX_BODY: usize = 4096;
/// How long a proof is, in bytes.
const PROOF: usize = 16;

const PRIVATE: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")];

/// The route of the links.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/call/{key}", get(open).post(enter)).layer(DefaultBodyLimit::max(MAX_BODY))
}

/// For whom a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Anybody, by a name of their own.
    Anybody,
    /// A contact who was called.
    Contact(PartyId),
}

impl Holder {
    /// Whoever calls is nobody's contact, so the number is free.
    const fn number(self) -> u32 {
        match self {
            Self::Anybody => 0,
            Self::Contact(party) => party.0,
        }
    }

    const fn of(number: u32) -> Self {
        match number {
            0 => Self::Anybody,
            party => Self::Contact(PartyId(party)),
        }
    }
}

/// The link into a call; `None` for an id that is no UUID.
pub(super) fn into_call(app: &App, call: &CallId, holder: Holder) -> Option<Secret> {
    let id = Uuid::parse_str(&call.0).ok()?;
    let bytes = [id.as_bytes().as_slice(), &holder.number().to_be_bytes()].concat();
    let proof: [u8; PROOF] = app.clinic.keys().link_proof(&bytes);
    let key = URL_SAFE_NO_PAD.encode([bytes.as_slice(), &proof].concat());
    Some(below(app, &format!("call/{key}")))
}

/// An address of this server.
pub(super) fn below(app: &App, path: &str) -> Secret {
    format!("{}/{path}", app.public_url.as_str().trim_end_matches('/')).into()
}

async fn open(State(app): State<Arc<App>>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    let answer = match read(&app, &key) {
        Some((call, Holder::Anybody)) => {
            let call = ongoing(&app, &call).await;
            call.and_then(|call| has_place(&app, &call)).map(|()| guest::ask_name(&headers, Entered::Nothing))
        }
        Some((call, Holder::Contact(party))) => go_in_as(&app, &call, party).await,
        None => Err(Obstacle::Unknown),
    };
    answer.unwrap_or_else(|obstacle| guest::explain(&headers, obstacle))
}

async fn enter(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some((call, Holder::Anybody)) = read(&app, &key) else {
        return guest::explain(&headers, Obstacle::Unknown);
    };
    let Some(name) = body.ok().and_then(|form| name_of(&form)) else {
        return guest::ask_name(&headers, Entered::NoName);
    };
    let answer = if app.xassist.may_enter(from.ip()) {
        go_in(&app, &call, Guest::Anonymous { name }).await
    } else {
        Err(Obstacle::Full)
    };
    answer.unwrap_or_else(|obstacle| guest::explain(&headers, obstacle))
}

/// What a key is for, if it is one of ours.
fn read(app: &App, key: &str) -> Option<(CallId, Holder)> {
    let bytes = URL_SAFE_NO_PAD.decode(key).ok()?;
    let (bytes, proof) = bytes.split_last_chunk::<PROOF>()?;
    let (id, holder) = bytes.split_first_chunk::<16>()?;
    let holder = u32::from_be_bytes(holder.try_into().ok()?);
    // All bytes are looked at, so that time tells nothing about the proof.
    let ours = app.clinic.keys().link_proof(bytes);
    let differs = ours.iter().zip(proof).fold(0, |sum, (one, other)| sum | (one ^ other));
    let id = Uuid::from_bytes(*id).as_hyphenated().to_string();
    (differs == 0).then(|| (CallId(id), Holder::of(holder)))
}

/// A call that goes on.
async fn ongoing(app: &App, id: &CallId) -> Result<Arc<Call>, Obstacle> {
    let Some(call) = app.calls.ongoing(id) else {
        let ended = app.calls.by_id(id).await.ok().flatten();
        return Err(ended.map_or(Obstacle::Unknown, |_| Obstacle::Over));
    };
    match call.snapshot().status() {
        CallStatus::Planned => Err(Obstacle::TooEarly),
        CallStatus::Started => Ok(call),
        CallStatus::Ended => Err(Obstacle::Over),
    }
}

/// Whether somebody more may come in.
fn has_place(app: &App, call: &Call) -> Result<(), Obstacle> {
    let live = app.clinic.conference(&call.snapshot().record.conference).ok_or(Obstacle::Unknown)?;
    let joined = live.view().conference.joined().len();
    if joined < MAX_PARTICIPANTS { Ok(()) } else { Err(Obstacle::Full) }
}

/// A user of the clinic signs in: the link went to an address that somebody else has given.
async fn go_in_as(app: &Arc<App>, call: &CallId, party: PartyId) -> Result<Response, Obstacle> {
    let snapshot = ongoing(app, call).await?.snapshot();
    match snapshot.people.get(party.0 as usize).map(Person::login) {
        Some(Some(_)) => Err(Obstacle::SignIn),
        Some(None) => go_in(app, call, Guest::Invited(party)).await,
        None => Err(Obstacle::Unknown),
    }
}

async fn go_in(app: &Arc<App>, call: &CallId, guest: Guest) -> Result<Response, Obstacle> {
    let call = ongoing(app, call).await?;
    if matches!(guest, Guest::Anonymous { .. }) {
        has_place(app, &call)?;
    }
    let token = Calls::let_in(app, &call, guest).await.map_err(|error| match error {
        CallError::NotFound | CallError::NotOpen => Obstacle::Unknown,
        CallError::TooManyPeople => Obstacle::Full,
        _ => Obstacle::Over,
    })?;
    // The token is in base64url, which needs no escaping.
    Ok(redirect(&format!("../visit?at={}", token.expose())))
}

fn name_of(form: &[u8]) -> Option<Secret> {
    let mut fields = url::form_urlencoded::parse(form);
    let (_, name) = fields.find(|(name, _)| name == "name")?;
    guest::name_in(&name).map(Secret::from)
}

/// The way in of a user of the clinic who takes part in the call and has not declined it. A visit into which somebody
/// is asked is none of this protocol's.
pub(super) fn of_user(app: &App, call: &Snapshot, user: &UserId) -> Option<Secret> {
    let place = call.party_of(user).map(|party| call.ringing.place(party));
    let may_come = place.is_some_and(|place| !matches!(place, Place::Declined { .. }));
    if !may_come || call.ringing.carrier() != Carrier::Own {
        return None;
    }
    let live = app.clinic.conference(&call.record.conference)?;
    let who = Participant::specialist(user.clone());
    let takes_part = live.view().conference.plan().roster.contains(&who);
    // The token is in base64url, which needs no escaping.
    let token = takes_part.then(|| app.clinic.keys().access_token(live.id(), &who))?;
    Some(below(app, &format!("visit?at={}", token.expose())))
}

/// Relative, so that it holds behind a proxy as well.
fn redirect(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(to).expect("the address is ASCII");
    response.headers_mut().insert(header::LOCATION, to);
    for (name, value) in PRIVATE {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
