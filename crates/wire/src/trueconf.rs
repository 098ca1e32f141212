//! `/oauth2/v1` and `/api/v3.11`: what `TrueConf` Server's one-click conferences need of its API v3.11.
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `POST /oauth2/v1/token` | form: `grant_type=client_credentials&client_id=&client_secret=` | [`TokenAnswer`], [`TokenFailure`] |
//! | `POST conferences` | [`NewConference`] | [`ConferenceAnswer`] |
//! | `GET conferences/{id}`, `DELETE conferences/{id}` | | [`ConferenceAnswer`] |
//! | `POST conferences/{id}/run`, `POST conferences/{id}/stop` | | [`ConferenceAnswer`] |
//! | `GET software/clients?call_id=&user=` | | [`Clients`], and the guest account of a [`GuestUser`] |
//!
//! Everything below `/api/v3.11` carries `Authorization: Bearer <token>` and answers errors as [`Failure`].

mod guest;
mod rights;

pub use guest::{GuestUser, MAX_SLUG, NotAGuest};
pub use rights::{ClientRights, RightsOf};

use consilium_model::{Secret, UserId};
use serde::{Deserialize, Serialize};

/// How the `appointmentId` of a conference made here begins, and the ids of its guests.
pub const PREFIX: &str = "trueconf:";
/// The most characters of a topic.
pub const MAX_TOPIC: usize = 240;
/// The only `schedule.type` there is: no time, the conference begins when it is run.
pub const WITHOUT_SCHEDULE: i32 = -1;
/// `type` of a conference in which everybody sees everybody.
pub const ALL_ON_SCREEN: u8 = 0;

/// The answer to right credentials (RFC 6749, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// The bearer token.
    pub access_token: Secret,
    /// `Bearer`.
    pub token_type: String,
    /// For how long it is good, in seconds.
    pub expires_in: u64,
    /// What it is good for, in words with spaces between.
    pub scope: String,
}

/// The answer to wrong ones (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFailure {
    /// What went wrong.
    pub error: TokenError,
    /// For whoever writes a program.
    pub error_description: String,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenError {
    /// A field is missing, or the body is not a form.
    InvalidRequest,
    /// Unknown client or wrong secret.
    InvalidClient,
    /// Another grant than the client's own credentials.
    UnsupportedGrantType,
    /// Tried too often, or the server has failed.
    TemporarilyUnavailable,
}

/// A conference as it is asked for. What is missing or `null` has its default; unknown fields are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewConference {
    /// The mode; [`ALL_ON_SCREEN`] when it is missing.
    #[serde(rename = "type", default)]
    pub kind: Option<u8>,
    /// What it is about, 1 to [`MAX_TOPIC`] characters.
    pub topic: Secret,
    /// The login of the specialist whose conference it is.
    pub owner: UserId,
    /// In more words.
    #[serde(default)]
    pub description: Option<Secret>,
    /// How many may speak. Everybody may, where everybody is seen.
    #[serde(default)]
    pub max_podiums: Option<u32>,
    /// How many may be in at once.
    #[serde(default)]
    pub max_participants: Option<u32>,
    /// When it takes place.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// Who else is asked to come.
    #[serde(default)]
    pub invitations: Option<Vec<Invitation>>,
    /// People without an account may come in.
    #[serde(default)]
    pub allow_guests: Option<bool>,
    /// Those invited are called when it begins: 0 or 1.
    #[serde(default)]
    pub auto_invite: Option<u8>,
    /// [`State::Running`] for one that begins at once.
    #[serde(default)]
    pub state: Option<State>,
    /// Whether it is recorded: 0 or 1.
    #[serde(default)]
    pub recording: Option<u8>,
    /// Whether its stream is recorded: 0 or 1.
    #[serde(default)]
    pub stream_recording_state: Option<u8>,
    /// Who may do what.
    #[serde(default)]
    pub rights: Option<RightsOf>,
    /// Only those in `invitations` may come in.
    #[serde(default)]
    pub allow_only_planned_participants: Option<bool>,
}

/// When a conference takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// [`WITHOUT_SCHEDULE`].
    #[serde(rename = "type")]
    pub kind: i32,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { kind: WITHOUT_SCHEDULE }
    }
}

/// Somebody who is asked to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// A specialist's login, or the slug of a guest.
    pub id: UserId,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<Secret>,
}

/// Whether people may come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// They may.
    Running,
    /// Not yet, or not any more.
    #[default]
    Stopped,
}

/// A conference as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// Its id.
    pub id: String,
    /// The mode.
    #[serde(rename = "type")]
    pub kind: u8,
    /// What it is about.
    pub topic: Secret,
    /// In more words.
    pub description: Secret,
    /// The owner's login.
    pub owner: UserId,
    /// How many may speak.
    pub max_podiums: u32,
    /// How many may be in at once; less than was asked for when the server carries no more.
    pub max_participants: u32,
    /// When it takes place.
    pub schedule: Schedule,
    /// Who else was asked to come.
    pub invitations: Vec<Invitation>,
    /// People without an account may come in.
    pub allow_guests: bool,
    /// Those invited are called when it begins.
    pub auto_invite: u8,
    /// Whether people may come in now.
    pub state: State,
    /// 0: nothing is recorded.
    pub recording: u8,
    /// 0: nothing is recorded.
    pub stream_recording_state: u8,
    /// Who may do what.
    pub rights: RightsOf,
    /// Only those in `invitations` may come in.
    pub allow_only_planned_participants: bool,
    /// Its page.
    pub url: Secret,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
}

/// The answer about a conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceAnswer {
    /// The conference.
    pub conference: Conference,
}

/// The answer to `software/clients`: the ways in, the browser's first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clients {
    /// The ways in.
    pub clients: Vec<SoftwareClient>,
}

/// A way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftwareClient {
    /// `web` or `desktop`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `webrtc`, or the name of the application.
    pub platform: String,
    /// The address to open. Whoever has it is that guest.
    pub url: Secret,
    /// The same as an element of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iframe: Option<Secret>,
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub error: FailureBody,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureBody {
    /// The same as the HTTP status.
    pub code: u16,
    /// For whoever writes a program. It holds nothing of the request.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conference_needs_a_topic_and_an_owner_and_nothing_else() {
        let new: NewConference =
            serde_json::from_str(r#"{"topic":"t","owner":"o","description":null,"tags":["x"]}"#).unwrap();
        assert_eq!((new.owner.as_str(), new.rights, new.state), ("o", None, None));
        for wrong in [r#"{"topic":"t"}"#, r#"{"owner":"o"}"#, r#"{"topic":"t","owner":"o","state":"paused"}"#]
        {
            assert!(serde_json::from_str::<NewConference>(wrong).is_err(), "{wrong}");
        }
    }
}
