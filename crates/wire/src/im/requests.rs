//! Small bodies of the routes about members, the state of a session and the end of a topic; ours, where the page
//! names the route and no more.

use consilium_model::{ConferenceId, Secret, Status, UserId};
use serde::{Deserialize, Serialize};

/// `PUT` and `DELETE /sessions/:session_id/participants`: who is added, who is taken out. `DELETE` takes them from the
/// query as well, as `participant_id`, because some programs send no body with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participants {
    /// Who.
    pub participants: Vec<UserId>,
}

/// `PUT /sessions/:session_id/participant/update`: one member in place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// Who goes.
    pub old_participant_id: UserId,
    /// Who comes, at the same point of the session.
    pub new_participant_id: UserId,
}

/// `PUT /sessions/:session_id/status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStatus {
    /// 0 closes the topic that is open; 1 says that one is, which `POST /sessions/topics` makes true.
    pub status: u8,
}

/// `PUT /sessions/:session_id/topics/:topic_id/ended`; answers the topic, as `GET` does. The body may be
/// missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndTopic {
    /// Last words, which become a message of kind 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Secret>,
}

/// A row of `GET /sessions/:session_id/participants/avatars`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantAvatar {
    /// Who.
    pub participant_id: UserId,
    /// Where the picture is; `null` when there is none, and initials are shown.
    pub avatar: Option<Secret>,
}

/// The body of `POST /sessions/:session_id/conference`: somebody goes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterConference {
    /// Under which name the others see a patient there; specialists have that of the clinic.
    pub name: Secret,
}

/// `GET` and `POST /sessions/:session_id/conference`: the asker's own way into the conference that a card of the session
/// opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionConference {
    /// As the card names it.
    pub appointment_id: String,
    /// Which conference it is, as cards of now say it. Older servers do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<ConferenceId>,
    /// The asker's access token to it.
    pub access_token: Secret,
    /// Where it stands.
    pub status: Status,
}
