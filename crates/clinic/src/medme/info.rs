//! Reads `conference_info`: all of it for `create`, what is given of it for the methods that edit.

use super::fields::{Fields, Problems};
use crate::domain::InfoEdit;
use consilium_model::{Locale, Secret, UserId};
use consilium_wire::medme::{
    Client, ConferenceInfo, Filial, LocalizedText, Organization, Service, Specialist,
};
use std::collections::HashSet;

/// The longest visit and the longest opening window: a month.
const MAX_SECONDS: u32 = 31 * 24 * 3600;

/// Every field is read, so that all problems are told.
pub(super) fn read_info(info: &Fields<'_>, problems: &mut Problems) -> Option<ConferenceInfo> {
    let appointment_id = info.text("appointmentId", problems);
    let is_open = info.flag("isOpen", problems);
    let l10n = read_l10n(info, problems);
    let organization_info = read_organization(info, problems);
    let filial_info = read_filial(info, problems);
    let opening_duration_seconds = read_opening(info, problems);
    let otp = info.flag("otp", problems);
    let scheduled_duration_seconds = read_duration(info, problems);
    let scheduled_start = info.date_time("scheduledStart", problems);
    let services = info.list("services", problems, read_service);
    let clients = read_clients(info, problems);
    let specialists = read_specialists(info, problems);
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

/// The fields that an edit may give, by their names on the wire.
pub(super) const EDITABLE: [&str; 11] = [
    "scheduledStart",
    "scheduledDurationSeconds",
    "openingDurationSeconds",
    "isOpen",
    "otp",
    "l10n",
    "organizationInfo",
    "filialInfo",
    "services",
    "clients",
    "specialists",
];

/// What `only` names and is given. A field that is missing or `null` stays as it is; none at all is a problem.
pub(super) fn read_edit(info: &Fields<'_>, only: &[&str], problems: &mut Problems) -> InfoEdit {
    let given = |name: &str| (only.contains(&name) && info.optional(name).is_some()).then_some(info);
    if !only.iter().any(|name| given(name).is_some()) {
        problems.missing(only);
    }
    InfoEdit {
        scheduled_start: given("scheduledStart").and_then(|info| info.date_time("scheduledStart", problems)),
        scheduled_duration_seconds: given("scheduledDurationSeconds")
            .and_then(|info| read_duration(info, problems)),
        opening_duration_seconds: given("openingDurationSeconds")
            .and_then(|info| read_opening(info, problems)),
        is_open: given("isOpen").and_then(|info| info.flag("isOpen", problems)),
        otp: given("otp").and_then(|info| info.flag("otp", problems)),
        l10n: given("l10n").and_then(|info| read_l10n(info, problems)),
        organization_info: given("organizationInfo").and_then(|info| read_organization(info, problems)),
        filial_info: given("filialInfo").and_then(|info| read_filial(info, problems)),
        services: given("services").and_then(|info| info.list("services", problems, read_service)),
        clients: given("clients").and_then(|info| read_clients(info, problems)),
        specialists: given("specialists").and_then(|info| read_specialists(info, problems)),
        face: None,
        visitors: None,
        asked_in: None,
    }
}

fn read_opening(info: &Fields<'_>, problems: &mut Problems) -> Option<u32> {
    info.seconds("openingDurationSeconds", 0..=MAX_SECONDS, problems)
}

fn read_duration(info: &Fields<'_>, problems: &mut Problems) -> Option<u32> {
    info.seconds("scheduledDurationSeconds", 1..=MAX_SECONDS, problems)
}

fn read_clients(info: &Fields<'_>, problems: &mut Problems) -> Option<Vec<Client>> {
    let clients = info.list("clients", problems, read_client);
    check_unique(&info.path("clients"), clients.iter().flatten().map(|one| &one.id), problems);
    clients
}

fn read_specialists(info: &Fields<'_>, problems: &mut Problems) -> Option<Vec<Specialist>> {
    let specialists = info.list("specialists", problems, read_specialist);
    check_unique(&info.path("specialists"), specialists.iter().flatten().map(|one| &one.id), problems);
    specialists
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

fn read_organization(info: &Fields<'_>, problems: &mut Problems) -> Option<Organization> {
    let fields = info.object("organizationInfo", problems)?;
    let (id, title) = (fields.text("id", problems), fields.text("title", problems));
    Some(Organization { id: id?, title: title? })
}

fn read_filial(info: &Fields<'_>, problems: &mut Problems) -> Option<Filial> {
    let fields = info.object("filialInfo", problems)?;
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
