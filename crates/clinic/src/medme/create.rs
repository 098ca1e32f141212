//! `create`: a booking system makes a conference.

use super::answer::{Failure, ok};
use super::fields::{self, Fields, MAX_TEXT, Problems};
use super::info::read_info;
use super::links;
use super::methods::RawBody;
use crate::server::App;
use axum::extract::State;
use axum::response::Response;
use consilium_model::{Participant, Role, Secret, UserId};
use consilium_wire::medme::{Code, ConferenceInfo, Created};
use serde_json::{Map, Value};
use std::sync::Arc;
use url::Url;

pub(super) async fn create(State(app): State<Arc<App>>, body: RawBody) -> Result<Response, Failure> {
    let body = fields::read_body(body)?;
    check_api_key(&app, &body)?;
    let (creator, info) = read(&body)?;
    let is_known = match creator.role {
        Role::Client => info.clients.iter().any(|one| one.id == creator.id),
        Role::Specialist => info.specialists.iter().any(|one| one.id == creator.id),
    };
    if !is_known {
        return Err(Failure::Code(Code::UserShouldBeInConference));
    }
    let web_hook = web_hook(&body).map(Secret::new);
    if info.otp {
        app.otp.check_reach(web_hook.as_ref(), "conference_info.otp")?;
    }
    let live = app.clinic.create(info, creator.clone(), web_hook).await?;
    links::tell_new(&app, &live);
    let keys = app.clinic.keys();
    Ok(ok(Created { access_token: keys.access_token(live.id(), &creator) }))
}

/// A wrong key is told before anything else; a missing one together with all that is missing.
fn check_api_key(app: &App, body: &Map<String, Value>) -> Result<(), Failure> {
    match body.get("api_key") {
        Some(Value::String(key)) if !app.clinic.is_api_key(key) => Err(Failure::Code(Code::Unauthorized)),
        _ => Ok(()),
    }
}

fn read(body: &Map<String, Value>) -> Result<(Participant, ConferenceInfo), Failure> {
    let mut problems = Problems::default();
    let fields = Fields::of_body(body);
    let api_key = fields.text("api_key", &mut problems);
    let user_id = fields.id("user_id", &mut problems);
    let role = read_role(&fields, &mut problems);
    let info = fields.object("conference_info", &mut problems);
    let info = info.and_then(|info| read_info(&info.bare(), &mut problems));
    if let Some(failure) = problems.into_failure() {
        return Err(failure);
    }
    match (api_key, user_id, role, info) {
        (Some(_), Some(user_id), Some(role), Some(info)) => {
            Ok((Participant { role, id: UserId::new(user_id) }, info))
        }
        _ => Err(Failure::Code(Code::ValidationError)),
    }
}

fn read_role(fields: &Fields<'_>, problems: &mut Problems) -> Option<Role> {
    match fields.text("user_role", problems)?.as_str() {
        "CLIENT" => Some(Role::Client),
        "SPECIALIST" => Some(Role::Specialist),
        _ => {
            problems.invalid("enum", &fields.path("user_role"), "must be CLIENT or SPECIALIST");
            None
        }
    }
}

/// Where to deliver the links, if the booking system wants that. Integrators send it beside `conference_info` or in
/// it; anything unusual there is ignored like every field of their own.
fn web_hook(body: &Map<String, Value>) -> Option<Url> {
    let places = [Some(body), body.get("conference_info").and_then(Value::as_object)];
    let place = places.into_iter().flatten().find(|place| place.get("callbackType").is_some())?;
    if place.get("callbackType")?.as_str()? != "web_hook" {
        return None;
    }
    let url = place.get("webHookUrl")?.as_str().filter(|url| url.len() <= MAX_TEXT)?;
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
