//! `/v1`, Coviu's scheduling protocol (`coviu.md`): sessions, the participants that are invited to them, and the
//! tokens with which an integrator asks.
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `POST auth/token` | form, HTTP Basic | [`Token`] |
//! | `POST auth/revoke` | form, HTTP Basic | `{}`; ours, RFC 7009 |
//! | `POST sessions` | JSON | [`Session`] |
//! | `GET sessions` | | [`Page`] |
//! | `GET`, `PUT sessions/{id}` | JSON | [`Session`] |
//! | `DELETE sessions/{id}` | | [`Done`] |
//! | `GET sessions/{id}/participants` | | a list of [`Participant`] |
//! | `POST sessions/{id}/participants` | JSON | [`Participant`] |
//! | `GET`, `PUT participants/{id}` | JSON | [`Participant`] |
//! | `DELETE participants/{id}` | | [`Done`] |
//!
//! Errors answer [`Failure`].

pub mod http_date;

use consilium_model::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// How the `appointmentId` of a conference made here begins, and the ids of those who are invited.
pub const PREFIX: &str = "coviu:";

/// The largest and the usual number of sessions on a page.
pub const MAX_PAGE_SIZE: u32 = 200;

/// The answer of `auth/token` (RFC 6749, section 5.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// A JWT with the claim `userId`: on whose behalf the client asks.
    pub access_token: Secret,
    /// Works once, for the next token.
    pub refresh_token: Secret,
    /// How long the access token is good, in seconds. Clients refresh at half of it.
    pub expires_in: u32,
    /// `Bearer`.
    pub token_type: String,
    /// What the token is good for.
    pub scope: String,
}

/// What a participant is. Read in any case, written in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// Comes in by itself and lets others in.
    Host,
    /// Knocks.
    Guest,
}

impl Role {
    /// The role with that name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Host, Self::Guest].into_iter().find(|role| name.eq_ignore_ascii_case(role.as_str()))
    }

    /// `HOST` or `GUEST`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "HOST",
            Self::Guest => "GUEST",
        }
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom("expected HOST or GUEST"))
    }
}

/// A call at a planned time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The clinic; the same in every session.
    pub team_id: String,
    /// The key of the API client that made it.
    pub client_id: String,
    /// Its id.
    pub session_id: String,
    /// Its title.
    pub session_name: Option<Secret>,
    /// From when on participants may come in.
    #[serde(with = "http_date")]
    pub start_time: OffsetDateTime,
    /// Until when.
    #[serde(with = "http_date")]
    pub end_time: OffsetDateTime,
    /// The address of a picture.
    pub picture: Option<Secret>,
    /// Who is invited.
    pub participants: Vec<Participant>,
    /// When it was canceled.
    #[serde(default, with = "http_date::option", skip_serializing_if = "Option::is_none")]
    pub canceled_time: Option<OffsetDateTime>,
}

/// Somebody who is invited to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The key of the API client that made the session.
    pub client_id: String,
    /// The name that the others see.
    pub display_name: Option<Secret>,
    /// The link that this participant comes in by. Whoever has it is this participant.
    pub entry_url: Secret,
    /// Its id.
    pub participant_id: Secret,
    /// The address of a picture.
    pub picture: Option<Secret>,
    /// What it is.
    pub role: Role,
    /// The session.
    pub session_id: String,
    /// Whatever the client wants to remember.
    pub state: Option<Secret>,
    /// When it was taken off.
    #[serde(default, with = "http_date::option", skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// What stands on it.
    pub content: Vec<T>,
    /// Its number, from 0.
    pub page: u32,
    /// How many there are on a full one.
    pub page_size: u32,
    /// How many pages there are.
    pub page_count: u32,
    /// Whether there is one after it.
    pub more: bool,
}

/// The answer of `DELETE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Always true.
    pub ok: bool,
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub error: FailureCode,
    /// The same for whoever writes a program.
    pub message: String,
    /// The field or parameter that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What went wrong. The first five are those of OAuth (RFC 6749, section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// A parameter of `auth/token` is missing or comes twice, or a body is not understood.
    InvalidRequest,
    /// Wrong API key or secret.
    InvalidClient,
    /// Wrong user name, password, refresh token or code, or one whose time is over.
    InvalidGrant,
    /// There is no such way to a token here.
    UnsupportedGrantType,
    /// The access token is wrong or its time is over (RFC 6750, section 3.1).
    InvalidToken,
    /// A field or parameter has a wrong form.
    InvalidField,
    /// A required field is missing.
    MissingField,
    /// The start does not lie in the future.
    StartInPast,
    /// The end does not lie after the start.
    EndBeforeStart,
    /// The end does not lie in the future.
    EndInPast,
    /// The session has started.
    SessionStarted,
    /// The session is over.
    SessionEnded,
    /// The participant was taken off.
    ParticipantDeleted,
    /// The session has as many participants as it may have.
    TooManyParticipants,
    /// There is none, or it is none of the asker's.
    NotFound,
    /// The path has no such method.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// Tried too often; again in a minute.
    TooManyAttempts,
    /// The server failed.
    Internal,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn in_case(name: &str, upper: &[bool]) -> String {
        let letters = name.chars().zip(upper.iter().cycle());
        letters
            .map(|(c, upper)| if *upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect()
    }

    proptest! {
        #[test]
        fn roles_are_read_in_any_case_and_written_in_capitals(
            host in any::<bool>(), upper in proptest::collection::vec(any::<bool>(), 5),
        ) {
            let role = if host { Role::Host } else { Role::Guest };
            let read: Role = serde_json::from_value(json!(in_case(role.as_str(), &upper))).unwrap();
            prop_assert_eq!(read, role);
            prop_assert_eq!(serde_json::to_value(read).unwrap(), json!(role.to_string()));
        }

        #[test]
        fn nothing_else_is_a_role(name in "[a-zA-Z ]{0,6}") {
            let is_one = ["host", "guest"].contains(&name.to_lowercase().as_str());
            prop_assert_eq!(Role::parse(&name).is_some(), is_one);
        }
    }

    #[test]
    fn a_session_is_printed_without_what_is_the_patients() {
        let session: Session = serde_json::from_value(json!({
            "team_id": "t", "client_id": "c", "session_id": "s", "session_name": "Knee", "picture": null,
            "start_time": "Wed, 08 Jun 2016 13:34:00 GMT", "end_time": "Wed, 08 Jun 2016 13:44:00 GMT",
            "participants": [{
                "client_id": "c", "display_name": "Sample", "entry_url": "https://e/session/p", "picture": null,
                "participant_id": "p-1", "role": "guest", "session_id": "s", "state": "remember",
            }],
        }))
        .unwrap();
        let text = format!("{session:?}");
        for hidden in ["Knee", "Sample", "https://e", "p-1", "remember"] {
            assert!(!text.contains(hidden), "{text}");
        }
        let json = serde_json::to_value(&session).unwrap();
        assert!(json.get("canceled_time").is_none() && json["participants"][0].get("deleted_at").is_none());
        assert_eq!(json["picture"], json!(null), "what is not known is there");
    }
}
