//! MedMe Conference, base path `/meets/v1` (`medme.md`, `medme-openapi.yaml`).
//!
//! Success is a 2xx status and `"status": "OK"` in the body; everything else is an error.

mod code;
mod info;
mod socket;

pub use code::Code;
pub use info::{
    Client, ConferenceInfo, ConferenceInfoExtended, Filial, LocalizedText, Organization, Service, Specialist,
};
pub use socket::{FromClient, FromServer};

use consilium_model::{GapReason, Role, Secret, Status, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The value of `status` in a successful answer.
pub const OK: &str = "OK";

/// The body of every method that takes only a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// The participant's token, from its link.
    pub access_token: Secret,
}

/// The answer of `create`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Created {
    /// The creator's token.
    pub access_token: Secret,
}

/// The answer of `exchange`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exchanged {
    /// 64 characters; opens the room.
    pub conference_token: Secret,
}

/// The answer of `info`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Info {
    /// The role of the token's user.
    pub role: Role,
    /// The token's user.
    pub user_id: UserId,
    /// Everything about the conference.
    pub conference_info: ConferenceInfoExtended,
    /// An end of it is not taken back: whoever hosts it through another protocol has ended it for good. Ours, and said
    /// only where it is so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended_for_good: bool,
    /// Somebody has called: it has no planned length, and is over when people hang up. Ours, and said only where it is
    /// so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub call: bool,
}

/// The answer of the methods that move the status machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusChanged {
    /// The status afterwards.
    pub new_conference_status: Status,
}

/// The answer of `durations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Durations {
    /// The server's time when it answered.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// When the scheduled time will be used up.
    #[serde(with = "time::serde::rfc3339")]
    pub expected_end_at: OffsetDateTime,
    /// The scheduled length.
    pub scheduled_duration_seconds: u32,
    /// Without pauses.
    pub net_duration_seconds: u32,
    /// With pauses.
    pub dirty_duration_seconds: u32,
    /// While anyone was in.
    pub real_duration_seconds: u32,
    /// Ours: while a specialist and a client were in, without pauses. Other servers do not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub both_present_seconds: Option<u32>,
    /// Ours: when they could not talk, oldest first. Other servers do not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Vec<Gap>>,
}

/// A time in which a visit was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    /// Until when; missing while it lasts.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub to: Option<OffsetDateTime>,
    /// Why.
    pub reason: GapReason,
}

/// The body of `otp_verify`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OtpVerify {
    /// The participant's token.
    pub access_token: Secret,
    /// The one-time password.
    pub code: Secret,
}

/// The body of `move`, on behalf of a specialist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Move {
    /// The specialist's token.
    pub access_token: Secret,
    /// The new start.
    #[serde(rename = "scheduledStart", with = "time::serde::rfc3339")]
    pub scheduled_start: OffsetDateTime,
}

/// The body of `resize`, on behalf of a specialist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resize {
    /// The specialist's token.
    pub access_token: Secret,
    /// The new scheduled length.
    #[serde(rename = "scheduledDurationSeconds")]
    pub scheduled_duration_seconds: u32,
}

/// An error answer. `status` may be a code that this client does not know.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Failure {
    /// One of [`Code`], by its name.
    pub status: String,
    /// For developers, in English.
    #[serde(default)]
    pub description: String,
    /// With `EXPECT_REQUEST_FIELDS`: the fields that were missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect_fields: Option<Vec<String>>,
    /// With `VALIDATION_ERROR`: what was wrong where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
}

/// What was wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The kind of error, for example `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The path to the field, for example `conference_info.l10n`.
    pub path: String,
    /// For developers, in English.
    pub message: String,
}
