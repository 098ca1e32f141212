//! `rtc/createCall`, `rtc/createCallForContacts` and `rtc/getCallLogById`.

use super::asked::{Asked, AskedContact};
use super::desk::Asker;
use super::fields::RawBody;
use super::people;
use super::refused::Refused;
use super::show;
use crate::calls::{self, Calls, Invited, NewCall};
use crate::idempotency::Once;
use crate::notifier::Reachable;
use crate::server::App;
use crate::store::{AuditLine, CallKey};
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use consilium_model::UserId;
use consilium_wire::home::calls::CallId;
use consilium_wire::xassist::{CallLog, CallReason, CallType, FailureCode};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

pub(super) async fn create(
    State(app): State<Arc<App>>,
    asker: Asker,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Json<CallLog>, Refused> {
    let key = key_of(&app, &asker, &headers, "createCall", &body)?;
    if let Some(made) = placed(&app, &asker, key.as_ref()).await? {
        return Ok(made);
    }
    let asked = Asked::call(body, app.clinic.clock().now())?;
    place(&app, &asker.user, asked, key).await
}

pub(super) async fn create_for_contacts(
    State(app): State<Arc<App>>,
    asker: Asker,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Json<CallLog>, Refused> {
    let key = key_of(&app, &asker, &headers, "createCallForContacts", &body)?;
    if let Some(made) = placed(&app, &asker, key.as_ref()).await? {
        return Ok(made);
    }
    let asked = Asked::call_for_contacts(body, app.clinic.clock().now())?;
    place(&app, &asker.user, asked, key).await
}

/// By what the call is known to a program that has lost the answer and asks again.
fn key_of(
    app: &App,
    asker: &Asker,
    headers: &HeaderMap,
    route: &str,
    body: &RawBody,
) -> Result<Option<CallKey>, Refused> {
    let Ok(body) = body else { return Ok(None) };
    let once = Once::of(headers, app.clinic.keys(), &format!("xassist/{route}"), body);
    let once = once.map_err(|_| Refused::at(FailureCode::InvalidField, "Idempotency-Key"))?;
    Ok(once.map(|Once { key, request }| CallKey { user: asker.user.clone(), key, request }))
}

/// The call that was made by that key before, as it is now. First of all: what was right then may be so no more.
async fn placed(
    app: &Arc<App>,
    asker: &Asker,
    key: Option<&CallKey>,
) -> Result<Option<Json<CallLog>>, Refused> {
    let Some(key) = key else { return Ok(None) };
    let Some(call) = Calls::placed(app, key).await? else { return Ok(None) };
    Ok(Some(Json(show::call_log(app, &call, &asker.user).await?)))
}

pub(super) async fn by_id(
    State(app): State<Arc<App>>,
    asker: Asker,
    RawQuery(query): RawQuery,
) -> Result<Json<CallLog>, Refused> {
    const NAME: &str = "callId";
    let query = query.unwrap_or_default();
    let mut fields = url::form_urlencoded::parse(query.as_bytes());
    let id = fields.find(|(name, value)| name == NAME && !value.is_empty());
    let (_, id) = id.ok_or_else(|| Refused::at(FailureCode::MissingField, NAME))?;
    let id = Uuid::parse_str(&id).map_err(|_| Refused::at(FailureCode::InvalidField, NAME))?;
    let call = app.calls.by_id(&CallId(id.as_hyphenated().to_string())).await?;
    let call = call.filter(|call| call.may_see(&asker.user)).ok_or(FailureCode::NotFound)?;
    Ok(Json(show::call_log(&app, &call, &asker.user).await?))
}

async fn place(
    app: &Arc<App>,
    asker: &UserId,
    asked: Asked,
    key: Option<CallKey>,
) -> Result<Json<CallLog>, Refused> {
    let on_behalf_of = match asked.creator {
        Some(number) => Some(behalf(app, asker, number).await?),
        None => None,
    };
    let (contacts, addresses) = invite(app, asked.contacts).await?;
    let usual = if contacts.len() > 1 || !asked.teams.is_empty() { CallType::Sfu } else { CallType::Mesh };
    let new = NewCall {
        caller: asker.clone(),
        on_behalf_of,
        title: asked.title,
        reason: match asked.reason {
            CallReason::Standard => calls::CallReason::Standard,
            CallReason::ServiceRequest => calls::CallReason::ServiceRequest,
        },
        kind: match asked.kind.unwrap_or(usual) {
            CallType::Mesh => calls::CallType::Mesh,
            CallType::Sfu => calls::CallType::Sfu,
        },
        contacts,
        teams: people::teams(app, asked.teams)?,
        anonymous: asked.anonymous,
        directly: asked.directly,
        planned: asked.planned,
        addresses,
        key,
    };
    let call = Calls::place(app, new).await?;
    Ok(Json(show::call_log(app, &call, asker).await?))
}

/// Who is called, and where users are told beside.
async fn invite(
    app: &App,
    contacts: Vec<AskedContact>,
) -> Result<(Vec<Invited>, HashMap<UserId, Reachable>), Refused> {
    let (mut invited, mut addresses) = (Vec::with_capacity(contacts.len()), HashMap::new());
    for contact in contacts {
        let (email, phone) = (contact.email.clone(), contact.phone.clone());
        let one = people::known(app, contact).await?;
        if let Invited::User(user) = &one {
            addresses.entry(user.clone()).or_insert(Reachable { name: None, email, phone });
        }
        invited.push(one);
    }
    Ok((invited, addresses))
}

/// For whom a broker calls. Whoever asks for somebody else without the right to stands in the audit trail.
async fn behalf(app: &App, asker: &UserId, number: u64) -> Result<UserId, Refused> {
    let user = people::user_of_number(app, number).await?;
    let is_own = user.as_ref() == Some(asker);
    if !is_own && !app.xassist.is_broker(asker) {
        if !app.xassist.may_be_refused(asker) {
            return Err(FailureCode::TooManyAttempts.into());
        }
        let subject = user.as_ref().map_or("", UserId::as_str);
        audit(app, asker, "xassist_broker_refused", subject).await?;
        return Err(FailureCode::NotABroker.into());
    }
    user.ok_or_else(|| Refused::at(FailureCode::UnknownCreator, "creatorUser"))
}

async fn audit(app: &App, actor: &UserId, action: &'static str, subject: &str) -> Result<(), Refused> {
    let (actor, subject) = (actor.to_string(), subject.to_owned());
    let line = AuditLine { at: app.clinic.clock().now(), actor, action, subject };
    Ok(app.clinic.audit(line).await?)
}
