//! `/home/v1`: the specialist's home page. Ours; the five vendor protocols have no such thing.
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `POST sign_in` | [`SignIn`] | [`SignedIn`]; 401 for a wrong login, password or code; 429 when tried too often |
//! | `POST sign_out` | | 204; the token is refused from then on |
//! | `GET visits` | | [`Visits`]: the visits of the day around now, and every one that is still running |
//! | `POST call_summary`, `GET call_record` | | how calls went: [`crate::record`] |
//! | `POST messenger` | | [`crate::im::LoggedIn`]: a token of the messenger, for whoever shows a sign-in or the access token of a visit |
//! | `POST invite` | [`Invite`] | [`Invited`]: a conference for a chat's people, and a card in the chat that opens it; the same one while it goes on |
//! | `POST visit_chat` | | [`crate::im::Session`]: the session of a visit's people, made when there is none |
//! | `staff`, `staff/{login}`, `staff/{login}/link` | | who may sign in: [`staff`] |
//! | `GET events` | | a WebSocket: who knocks at the specialist's visits, who calls, and who is there: [`Event`] |
//! | `visits/{id}/knocks/{peer}/deny`, `note`, `ring` | | answers who knocks: [`knocks`] |
//! | `contacts`, `presence`, `calls`, `visits/{id}/people`, `teams` | | calling somebody now: [`calls`] |
//! | `POST coviu_code` | [`CodeFor`] | [`Code`]: with it an API client of Coviu's protocol may ask on the signed-in specialist's behalf; 400 for a client that is not known |
//!
//! All but `sign_in` and `events` carry `Authorization: Bearer <token>`; `call_summary`, `call_record` and `visit_chat` the access
//! token of a visit, `messenger` either, `staff` the API key. Errors answer [`Failure`].

pub mod calls;
pub mod knocks;
pub mod staff;

mod events;

pub use events::{Event, EventHello, MAX_SOCKETS};

use consilium_model::{ConferenceId, Secret, Status, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How a specialist signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SignIn {
    /// With the one-time code of an invitation link.
    Code {
        /// The code.
        code: Secret,
    },
    /// With login and password.
    Password {
        /// The login.
        user_id: UserId,
        /// The password.
        password: Secret,
    },
}

/// The answer to a sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// The bearer token.
    pub token: Secret,
    /// Who signed in.
    pub user_id: UserId,
    /// The specialist's name, as colleagues see it.
    pub name: Secret,
    /// The clinic's name.
    pub clinic: String,
}

/// The visits of the day, in the order of their start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Visits {
    /// One row a visit.
    pub visits: Vec<Visit>,
}

/// A row of the home page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The conference.
    pub id: ConferenceId,
    /// Its id in the booking system, by which cards of the chat name it. Older servers do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<String>,
    /// The specialist's own access token to it.
    pub access_token: Secret,
    /// Where it stands.
    pub status: Status,
    /// When it is due.
    #[serde(with = "time::serde::rfc3339")]
    pub scheduled_start: OffsetDateTime,
    /// For how long, in seconds.
    pub scheduled_duration_seconds: u32,
    /// Names of its clients.
    pub clients: Vec<Secret>,
    /// How many of its clients are in.
    pub joined_clients: u32,
    /// How many knock and wait to be let in. Older servers do not say it.
    #[serde(default)]
    pub waiting: u32,
    /// The services, each in every language it is known in.
    pub services: Vec<crate::medme::Service>,
}

/// Whom a code is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeFor {
    /// The key of the API client.
    pub client_id: String,
}

/// A code that works once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    /// The code, for `grant_type=authorization_code` ([`crate::coviu`]).
    pub code: Secret,
    /// How long it is good, in seconds.
    pub expires_in: u32,
}

/// An invitation to a conference that begins now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Who is invited.
    #[serde(flatten)]
    pub invitee: Invitee,
    /// What the card says: one line.
    pub title: Secret,
    /// As the inviter drew it, 1 to 64 characters: the same one again gives the same card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<String>,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Invitee {
    /// The people of a chat with a patient in it, by the session's id.
    #[serde(rename = "session_id")]
    Session(String),
    /// One patient, as a user of the messenger.
    #[serde(rename = "patient_id")]
    Patient(UserId),
}

/// A conference that a chat's people were invited to. The others' way in is `GET /api/v2/sessions/:session_id/conference`
/// ([`crate::im::SessionConference`]).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    /// The conference.
    pub visit: ConferenceId,
    /// The specialist's own access token to it.
    pub access_token: Secret,
    /// The card, of kind 5.
    pub card: crate::im::Message,
}

/// An error answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub error: FailureCode,
}

/// What went wrong on `/home/v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// Wrong login, password, code or token.
    Unauthorized,
    /// Tried too often; try again in a minute.
    TooManyAttempts,
    /// The request is not understood.
    BadRequest,
    /// That cannot be a specialist's login.
    BadLogin,
    /// A name of a person or a clinic is missing, too long or not a line of text.
    BadName,
    /// The password has fewer than [`staff::MIN_PASSWORD`] characters.
    ShortPassword,
    /// There is none, or it is none of the asker's business.
    NotFound,
    /// The call was answered on another device of the same user.
    AnsweredElsewhere,
    /// The call does not ring any more, or the visit does not run.
    CallOver,
    /// Nobody is left to be called: nobody was named, or none of them can sign in.
    NobodyToCall,
    /// More people than a call takes.
    TooManyPeople,
    /// The server failed.
    Internal,
}
