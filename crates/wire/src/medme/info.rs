//! `ConferenceInfo` and its parts.

use consilium_model::{Secret, Status, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The data of a conference, as the booking system gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceInfo {
    /// The booking system's identifier.
    pub appointment_id: String,
    /// Starts without the stage of opening for joining.
    #[serde(default)]
    pub is_open: bool,
    /// The conference's own language: `ru`, `en`, `he` or a locale such as `he-il`.
    #[serde(default = "default_l10n")]
    pub l10n: String,
    /// The organization.
    pub organization_info: Organization,
    /// Its branch.
    pub filial_info: Filial,
    /// How long before the start it may be opened; 0: at any time.
    pub opening_duration_seconds: u32,
    /// A one-time password comes first.
    #[serde(default)]
    pub otp: bool,
    /// The scheduled length.
    pub scheduled_duration_seconds: u32,
    /// The scheduled start.
    #[serde(with = "time::serde::rfc3339")]
    pub scheduled_start: OffsetDateTime,
    /// What the visit is for.
    pub services: Vec<Service>,
    /// The clients (patients).
    pub clients: Vec<Client>,
    /// The specialists (doctors).
    pub specialists: Vec<Specialist>,
}

fn default_l10n() -> String {
    "ru".to_owned()
}

/// The data of a conference with what has become of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceInfoExtended {
    /// What the booking system gave.
    #[serde(flatten)]
    pub info: ConferenceInfo,
    /// When it was created.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it started.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<OffsetDateTime>,
    /// Where it stands.
    pub status: Status,
    /// The clients who are in.
    pub joined_clients: Vec<Client>,
    /// The specialists who are in.
    pub joined_specialists: Vec<Specialist>,
    /// Cancelled by the booking system.
    #[serde(default)]
    pub cancelled_by_external: bool,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub title: String,
}

/// A branch of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filial {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its time zone, an IANA name.
    pub timezone: String,
}

/// A service, named in some languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its identifier.
    pub id: String,
    /// Its name in each language.
    pub name: Vec<LocalizedText>,
}

/// A text in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalizedText {
    /// A locale such as `ru-ru`.
    pub lang: String,
    /// The text.
    pub text: String,
}

/// A client (patient).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// The identifier in the booking system.
    pub id: UserId,
    /// First name.
    pub name: Secret,
    /// Family name.
    pub surname: Secret,
    /// Middle name, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<Secret>,
}

/// A specialist (doctor).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Specialist {
    /// The identifier in the booking system.
    pub id: UserId,
    /// First name.
    pub name: Secret,
    /// Family name.
    pub surname: Secret,
    /// Middle name, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<Secret>,
    /// The profession, shown before the name.
    pub profession: String,
    /// Must be in for the conference to start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
}

impl Service {
    /// The name in `language` (`ru`, `en`, `he`), else in any language.
    pub fn name_in(&self, language: &str) -> Option<&str> {
        let exact = self.name.iter().find(|name| name.lang.split(['-', '_']).next() == Some(language));
        exact.or_else(|| self.name.first()).map(|name| name.text.as_str())
    }
}

impl Client {
    /// Name, middle name and surname, in this order.
    pub fn full_name(&self) -> String {
        join_name(&self.name, self.middle_name.as_ref(), &self.surname)
    }
}

impl Specialist {
    /// Name, middle name and surname, in this order, without the profession.
    pub fn full_name(&self) -> String {
        join_name(&self.name, self.middle_name.as_ref(), &self.surname)
    }
}

fn join_name(name: &Secret, middle: Option<&Secret>, surname: &Secret) -> String {
    let parts = [Some(name), middle, Some(surname)];
    let parts = parts.into_iter().flatten().map(|part| part.expose().trim()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
