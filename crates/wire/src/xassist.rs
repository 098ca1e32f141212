//! xAssist calls, `/auth` and `/rtc`: somebody is called now, or at a planned time (`xassist.md`).
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `POST auth/login` | [`Login`] | [`Tokens`] |
//! | `POST auth/refresh` | [`Refresh`] | [`Tokens`] |
//! | `POST auth/logout` | | 204; ours |
//! | `POST rtc/createCall` | JSON | [`CallLog`] |
//! | `POST rtc/createCallForContacts` | JSON | [`CallLog`] |
//! | `GET rtc/getCallLogById?callId=` | | [`CallLog`] |
//! | `GET rtc/getContacts` | | a list of [`CallLogContact`]; ours |
//!
//! All but the first two carry the token of a login. Errors answer [`Failure`]. Names of fields and values are the
//! protocol's.

use consilium_model::{Secret, UserId};
use serde::{Deserialize, Serialize};

/// How the ids of those who come into a call without a login begin, and the `appointmentId` of a call's conference.
pub const PREFIX: &str = "xassist:";
/// The most characters of `callTitle`, and of a contact's `displayName`.
pub const MAX_NAME: usize = 200;

/// The body of `auth/login`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The login of a specialist.
    pub user_id: UserId,
    /// The clinic's domain, in any case.
    pub domain: String,
    /// The password.
    pub password: Secret,
}

/// The body of `auth/refresh`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refresh {
    /// That of the last answer.
    pub refresh_token: Secret,
}

/// The way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// `Authorization: Bearer`.
    pub token: Secret,
    /// Works once, for the next tokens. Shown twice, it ends every token that goes back to the same login.
    pub refresh_token: Secret,
    /// How long the token is good, in seconds.
    pub expires_in: u32,
}

/// What a call is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CallReason {
    /// A call.
    #[default]
    Standard,
    /// Somebody asks for a service.
    ServiceRequest,
}

/// How media is to go. A wish: the people see no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CallType {
    /// Between the participants; meant for one to one.
    Mesh,
    /// Over a media server; meant for more.
    Sfu,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CallStatus {
    /// Its time has not come.
    Planned,
    /// It rings or goes on.
    Started,
    /// It is over.
    Ended,
}

/// What has happened in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CallEventType {
    /// It was made.
    Created,
    /// The contact came in.
    Join,
    /// The contact went out.
    Leave,
    /// The contact did not want it.
    Declined,
    /// The contact was called and did not answer.
    Missed,
    /// It is over.
    Ended,
}

/// Somebody in a call. Of somebody of the clinic `domain`, `userDbId` and `userId` are known; of others, how they are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallLogContact {
    /// Its own number: the same wherever the call names this contact, and of nobody in another call. Missing where
    /// there is no call.
    pub id: Option<u64>,
    /// The name.
    pub display_name: Option<Secret>,
    /// The clinic's domain.
    pub domain: Option<String>,
    /// The mail address.
    pub email: Option<Secret>,
    /// The telephone number.
    pub phone_number: Option<Secret>,
    /// The database id of the user.
    pub user_db_id: Option<u64>,
    /// The login of the user.
    pub user_id: Option<UserId>,
}

/// Something that has happened in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEvent {
    /// Grows over the whole server.
    pub id: u64,
    /// What.
    #[serde(rename = "type")]
    pub kind: CallEventType,
    /// Of whom; of the creator where the call itself has ended.
    pub contact: CallLogContact,
}

/// A call, with everything that has happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallLog {
    /// Grows over the whole server.
    pub id: u64,
    /// A UUID.
    pub call_id: String,
    /// What it is about.
    pub call_title: Option<Secret>,
    /// How media was wished to go.
    pub call_type: CallType,
    /// What it is for.
    pub call_reason: CallReason,
    /// Whether [`Self::anonymous_join_link`] brings people in.
    pub anonymous_join_allow: bool,
    /// How far it is.
    pub call_status: CallStatus,
    /// For whom it was made.
    pub creator_contact: CallLogContact,
    /// Who was called, teams expanded.
    pub invited_contacts: Vec<CallLogContact>,
    /// What has happened, in order.
    pub call_events: Vec<CallEvent>,
    /// When it is to start: RFC 3339. Missing for one that started at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_date_time: Option<String>,
    /// Ours: the asker's own way in, with which it opens in a browser and from there in the application. Missing for
    /// whoever takes no part, and when the call is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_link: Option<Secret>,
    /// Ours: brings in whoever opens it and gives a name, each as somebody else. Missing when that is not allowed, and
    /// when the call is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous_join_link: Option<Secret>,
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub error: FailureCode,
    /// The same for whoever writes a program.
    pub message: String,
    /// The field or parameter that it is about, such as `invitedContacts[0].email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The body is not understood.
    InvalidRequest,
    /// A field or parameter has a wrong form.
    InvalidField,
    /// A required field or parameter is missing.
    MissingField,
    /// A contact is neither a user of the clinic nor somebody with a mail address or a telephone number.
    UnknownContact,
    /// There is no such team.
    UnknownTeam,
    /// There is no user with that database id.
    UnknownCreator,
    /// Nobody is called but whoever calls.
    NobodyToCall,
    /// More people are called than one call may ring.
    TooManyContacts,
    /// The planned time does not lie in the future.
    PlannedInPast,
    /// The login has planned as many calls as it may.
    TooManyPlanned,
    /// Wrong user, password or domain.
    InvalidCredentials,
    /// The refresh token is wrong, spent, or its time is over.
    InvalidRefreshToken,
    /// The token is wrong, ended, or its time is over (RFC 6750, section 3.1).
    InvalidToken,
    /// The asker may not make calls for others.
    NotABroker,
    /// There is none, or it is none of the asker's.
    NotFound,
    /// The path has no such method.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// Something else was asked with the same `Idempotency-Key`.
    #[serde(rename = "idempotency_key_reused")]
    KeyReused,
    /// Tried or called too often; again in a minute.
    TooManyAttempts,
    /// The server failed.
    Internal,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn contact(id: u64, name: &str) -> Value {
        json!({
            "id": id, "displayName": name, "domain": "clinic.example", "email": null, "phoneNumber": null,
            "userDbId": id, "userId": name,
        })
    }

    /// An ongoing mesh call from callertest1 to callertest2, as the page tells it.
    fn page() -> Value {
        let (caller, callee) = (contact(1, "callertest1"), contact(2, "callertest2"));
        json!({
            "id": 7, "callId": "0c6ff5d4-6c5b-4d8a-9d4e-0d7c4a3c7a11", "callTitle": "Test", "callType": "MESH",
            "callReason": "STANDARD", "anonymousJoinAllow": false, "callStatus": "Started",
            "creatorContact": caller, "invitedContacts": [callee],
            "callEvents": [
                {"id": 11, "type": "Created", "contact": caller},
                {"id": 12, "type": "Join", "contact": caller},
                {"id": 13, "type": "Join", "contact": callee},
            ],
        })
    }

    #[test]
    fn the_call_of_the_page_is_read_and_written_as_it_stands_there() {
        let log: CallLog = serde_json::from_value(page()).unwrap();
        assert_eq!(serde_json::to_value(&log).unwrap(), page());
    }

    #[test]
    fn words_are_those_of_the_page() {
        let words = |value: Value| value.as_str().unwrap().to_owned();
        let of = |value| words(serde_json::to_value::<CallEventType>(value).unwrap());
        use CallEventType as Type;
        let all = [Type::Created, Type::Join, Type::Leave, Type::Declined, Type::Missed, Type::Ended];
        assert_eq!(all.map(of), ["Created", "Join", "Leave", "Declined", "Missed", "Ended"]);
        assert_eq!(serde_json::to_value(CallReason::ServiceRequest).unwrap(), "SERVICE_REQUEST");
        assert_eq!(serde_json::to_value([CallType::Mesh, CallType::Sfu]).unwrap(), json!(["MESH", "SFU"]));
        assert_eq!(serde_json::to_value(CallStatus::Planned).unwrap(), "Planned");
        let tokens = Tokens { token: "t".into(), refresh_token: "r".into(), expires_in: 3600 };
        let written = json!({"token": "t", "refreshToken": "r", "expiresIn": 3600});
        assert_eq!(serde_json::to_value(tokens).unwrap(), written);
    }

    #[test]
    fn a_call_is_printed_without_its_people() {
        let mut page = page();
        page["invitedContacts"][0]["email"] = "sample@example.org".into();
        page["invitedContacts"][0]["phoneNumber"] = "+15550100".into();
        page["joinLink"] = "https://clinic.example/visit?at=x".into();
        page["anonymousJoinLink"] = "https://clinic.example/call/x".into();
        let log: CallLog = serde_json::from_value(page).unwrap();
        let text = format!("{log:?}");
        for hidden in ["Test", "sample@", "+1555", "https://", "displayName: Some(\"callertest"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}
