//! `create`: a booking system makes a conference.

use super::answer::{Failure, ok};
use super::callbacks::Callback;
use super::fields::{self, Fields, Problems};
use super::methods::RawBody;
use crate::server::App;
use axum::extract::State;
use axum::response::Response;
use consilium_model::{Locale, Participant, Role, Secret, UserId};
use consilium_wire::medme::{
    Client, Code, ConferenceInfo, Created, Filial, LocalizedText, Organization, Service, Specialist,
};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

/// The longest visit and the longest opening window: a month.
const MAX_SECONDS: u32 = 31 * 24 * 3600;

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
    let web_hook = web_hook(&body);
    let live = app.clinic.create(info, creator.clone()).await?;
    let keys = app.clinic.keys();
    if let Some(url) = web_hook {
        for who in live.participants() {
            let access_token = keys.access_token(live.id(), &who);
            app.callbacks.send(Callback { url: url.clone(), who, access_token });
        }
    }
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

fn read_info(info: &Fields<'_>, problems: &mut Problems) -> Option<ConferenceInfo> {
    // Every field is read before any `?`, so that all problems are told.
    let appointment_id = info.text("appointmentId", problems);
    let is_open = info.flag("isOpen", problems);
    let l10n = read_l10n(info, problems);
    let organization = info.object("organizationInfo", problems);
    let organization_info = organization.and_then(|fields| read_organization(&fields, problems));
    let filial_info = info.object("filialInfo", problems).and_then(|fields| read_filial(&fields, problems));
    let opening_duration_seconds = info.seconds("openingDurationSeconds", 0..=MAX_SECONDS, problems);
    let otp = info.flag("otp", problems);
    let scheduled_duration_seconds = info.seconds("scheduledDurationSeconds", 1..=MAX_SECONDS, problems);
    let scheduled_start = info.date_time("scheduledStart", problems);
    let services = info.list("services", problems, read_service);
    let clients = info.list("clients", problems, read_client);
    let specialists = info.list("specialists", problems, read_specialist);
    check_unique(&info.path("clients"), clients.iter().flatten().map(|one| &one.id), problems);
    check_unique(&info.path("specialists"), specialists.iter().flatten().map(|one| &one.id), problems);
    Some(ConferenceInfo {
        appointment_id: appointment_id?,
        is_open: is_open?,
        l10n: l10n?,
        organization_info: organization_info?,
        filial_info: filial_info?,
        opening_duration_seconds: opening_duration_seconds?,
        otp: otp?,
        scheduled_duration_seconds: scheduled_duration_seconds?,
        scheduled_start: scheduled_start?,
        services: services?,
        clients: clients?,
        specialists: specialists?,
    })
}

fn read_l10n(info: &Fields<'_>, problems: &mut Problems) -> Option<String> {
    if info.optional("l10n").is_none() {
        return Some(Locale::default().tag().to_owned());
    }
    let l10n = info.optional_text("l10n", problems)?;
    if Locale::from_tag(&l10n).is_none() {
        problems.invalid("enum", &info.path("l10n"), "must be ru, en, he or a locale of them");
        return None;
    }
    Some(l10n)
}

fn check_unique<'a>(path: &str, ids: impl Iterator<Item = &'a UserId>, problems: &mut Problems) {
    let mut seen = HashSet::new();
    if !ids.into_iter().all(|id| seen.insert(id)) {
        problems.invalid("unique", path, "holds an id twice");
    }
}

fn read_organization(fields: &Fields<'_>, problems: &mut Problems) -> Option<Organization> {
    let (id, title) = (fields.text("id", problems), fields.text("title", problems));
    Some(Organization { id: id?, title: title? })
}

fn read_filial(fields: &Fields<'_>, problems: &mut Problems) -> Option<Filial> {
    let (id, title) = (fields.text("id", problems), fields.text("title", problems));
    let timezone = fields.text("timezone", problems);
    Some(Filial { id: id?, title: title?, timezone: timezone? })
}

fn read_service(fields: &Fields<'_>, problems: &mut Problems) -> Option<Service> {
    let id = fields.text("id", problems);
    let name = fields.list("name", problems, |fields, problems| {
        let (lang, text) = (fields.text("lang", problems), fields.text("text", problems));
        Some(LocalizedText { lang: lang?, text: text? })
    });
    Some(Service { id: id?, name: name? })
}

fn read_client(fields: &Fields<'_>, problems: &mut Problems) -> Option<Client> {
    let id = fields.id("id", problems);
    let (name, surname) = (fields.text("name", problems), fields.text("surname", problems));
    let middle_name = fields.optional_text("middleName", problems).map(Secret::new);
    Some(Client { id: id?.into(), name: name?.into(), surname: surname?.into(), middle_name })
}

fn read_specialist(fields: &Fields<'_>, problems: &mut Problems) -> Option<Specialist> {
    let id = fields.id("id", problems);
    let (name, surname) = (fields.text("name", problems), fields.text("surname", problems));
    let middle_name = fields.optional_text("middleName", problems).map(Secret::new);
    let profession = fields.text("profession", problems);
    let required = fields.optional_flag("required", problems);
    Some(Specialist {
        id: id?.into(),
        name: name?.into(),
        surname: surname?.into(),
        middle_name,
        profession: profession?,
        required,
    })
}

/// Where to deliver the links, if the booking system wants that. Integrators send it beside `conference_info` or in
/// it; anything unusual there is ignored like every field of their own.
fn web_hook(body: &Map<String, Value>) -> Option<Url> {
    let places = [Some(body), body.get("conference_info").and_then(Value::as_object)];
    let place = places.into_iter().flatten().find(|place| place.get("callbackType").is_some())?;
    if place.get("callbackType")?.as_str()? != "web_hook" {
        return None;
    }
    let url = Url::parse(place.get("webHookUrl")?.as_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
