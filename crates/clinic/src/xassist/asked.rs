//! What a body asks for, before it is known who that is.

use super::fields::{self, Fields, RawBody};
use super::refused::Refused;
use crate::phone::Phone;
use consilium_model::Secret;
use consilium_wire::home::calls::MAX_INVITED;
use consilium_wire::xassist::{CallReason, CallType, FailureCode, MAX_NAME};
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

/// So far ahead a call may be planned.
const FARTHEST: Duration = Duration::days(366);

/// A call that is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) title: Option<Secret>,
    pub(super) reason: CallReason,
    pub(super) kind: Option<CallType>,
    pub(super) contacts: Vec<AskedContact>,
    pub(super) teams: Vec<AskedTeam>,
    pub(super) anonymous: bool,
    pub(super) directly: bool,
    /// The number of the user whose call it is.
    pub(super) creator: Option<u64>,
    pub(super) planned: Option<OffsetDateTime>,
}

/// A contact as it is named.
#[derive(Debug)]
pub(super) struct AskedContact {
    /// Where it stands in the body.
    pub(super) path: String,
    pub(super) name: Option<Secret>,
    pub(super) domain: Option<String>,
    pub(super) email: Option<Secret>,
    pub(super) phone: Option<Secret>,
    pub(super) user_number: Option<u64>,
    pub(super) user_id: Option<String>,
}

/// A team as it is named.
#[derive(Debug)]
pub(super) struct AskedTeam {
    /// Where it stands in the body.
    pub(super) path: String,
    pub(super) id: String,
}

impl Asked {
    /// The body of `createCall`.
    pub(super) fn call(body: RawBody, now: OffsetDateTime) -> Result<Self, Refused> {
        let body = fields::object(body)?;
        let fields = Fields::of(&body);
        let contacts = contacts(fields.list("invitedContacts")?)?;
        let directly = fields.flag("informOthersDirectly")?;
        Self::read(&fields, contacts, directly, now)
    }

    /// The body of `createCallForContacts`: a list of contacts, or the body of `createCall` with such a list as
    /// `contacts`. They ring at once unless it says otherwise.
    pub(super) fn call_for_contacts(body: RawBody, now: OffsetDateTime) -> Result<Self, Refused> {
        let body = match fields::json(body)? {
            Value::Object(body) => body,
            Value::Array(contacts) => Map::from_iter([("contacts".to_owned(), contacts.into())]),
            _ => return Err(FailureCode::InvalidRequest.into()),
        };
        let fields = Fields::of(&body);
        let named = ["contacts", "invitedContacts"].map(|name| fields.list(name));
        let [one, other] = named;
        let contacts = contacts(one?.into_iter().chain(other?).collect())?;
        if contacts.is_empty() {
            return Err(Refused::at(FailureCode::MissingField, "contacts"));
        }
        let directly = match body.get("informOthersDirectly") {
            None | Some(Value::Null) => true,
            Some(_) => fields.flag("informOthersDirectly")?,
        };
        Self::read(&fields, contacts, directly, now)
    }

    fn read(
        fields: &Fields<'_>,
        contacts: Vec<AskedContact>,
        directly: bool,
        now: OffsetDateTime,
    ) -> Result<Self, Refused> {
        Ok(Self {
            title: fields.line("callTitle", MAX_NAME)?,
            reason: fields.word("callReason")?.unwrap_or_default(),
            kind: fields.word("callType")?,
            contacts,
            teams: teams(fields)?,
            anonymous: fields.flag("joinAnonymousAllowed")?,
            directly,
            creator: fields.number("creatorUser")?,
            planned: planned(fields, now)?,
        })
    }
}

fn planned(fields: &Fields<'_>, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, Refused> {
    const NAME: &str = "plannedDateTime";
    let at = fields.time(NAME)?;
    match at {
        Some(at) if at <= now => Err(Refused::at(FailureCode::PlannedInPast, NAME)),
        Some(at) if at - now > FARTHEST => Err(fields.wrong(NAME)),
        at => Ok(at),
    }
}

fn contacts(list: Vec<(&Value, String)>) -> Result<Vec<AskedContact>, Refused> {
    if list.len() > MAX_INVITED {
        return Err(FailureCode::TooManyContacts.into());
    }
    list.into_iter().map(|(value, path)| contact(value, path)).collect()
}

fn contact(value: &Value, path: String) -> Result<AskedContact, Refused> {
    let Some(object) = value.as_object() else { return Err(Refused::at(FailureCode::InvalidField, path)) };
    let fields = Fields::at(object, format!("{path}."));
    let email = fields.text("email")?;
    if email.is_some_and(|email| !is_email(email)) {
        return Err(fields.wrong("email"));
    }
    let phone = fields.text("phoneNumber")?;
    if phone.is_some_and(|phone| phone.parse::<Phone>().is_err()) {
        return Err(fields.wrong("phoneNumber"));
    }
    Ok(AskedContact {
        name: fields.line("displayName", MAX_NAME)?,
        domain: fields.text("domain")?.map(str::to_owned),
        email: email.map(Secret::from),
        phone: phone.map(Secret::from),
        user_number: fields.number("userDbId")?,
        user_id: fields.text("userId")?.map(str::to_owned),
        path: fields.path().to_owned(),
    })
}

/// Whoever takes mail for it knows the rest.
fn is_email(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == ',' || c == ';');
    text.rsplit_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host) && !host.contains('@'))
}

fn teams(fields: &Fields<'_>) -> Result<Vec<AskedTeam>, Refused> {
    let list = fields.list("invitedTeams")?;
    if list.len() > MAX_INVITED {
        return Err(FailureCode::TooManyContacts.into());
    }
    list.into_iter().map(|(value, path)| team(value, path)).collect()
}

/// `{id}`, or the id alone; a number stands for its digits.
fn team(value: &Value, path: String) -> Result<AskedTeam, Refused> {
    let id = value.get("id").unwrap_or(value);
    let id = match id {
        Value::String(id) if !id.trim().is_empty() && id.len() <= MAX_NAME => id.trim().to_owned(),
        Value::Number(id) if id.is_u64() => id.to_string(),
        _ => return Err(Refused::at(FailureCode::InvalidField, path)),
    };
    Ok(AskedTeam { path, id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use serde_json::json;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn bytes(body: &Value) -> RawBody {
        Ok(Bytes::from(body.to_string()))
    }

    #[test]
    fn what_is_not_said_is_the_plainest() {
        let call =
            Asked::call(bytes(&json!({"unknown": [1], "callTitle": "  ", "callType": null})), NOW).unwrap();
        assert!(
            call.title.is_none() && call.kind.is_none() && call.creator.is_none() && call.planned.is_none()
        );
        assert!(!call.anonymous && !call.directly && call.contacts.is_empty() && call.teams.is_empty());
        assert_eq!(call.reason, CallReason::Standard);
        let call = Asked::call_for_contacts(bytes(&json!([{"userDbId": 7}])), NOW).unwrap();
        assert!(call.directly && call.contacts[0].user_number == Some(7));
        assert_eq!(call.contacts[0].path, "contacts[0]");
        let body = json!({"contacts": [{"userId": "a"}], "informOthersDirectly": false, "invitedTeams": [{"id": 3}]});
        let call = Asked::call_for_contacts(bytes(&body), NOW).unwrap();
        assert!(!call.directly && call.teams[0].id == "3");
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        for (body, code, field) in [
            (json!({"callTitle": "a\nb"}), FailureCode::InvalidField, "callTitle"),
            (json!({"callTitle": "x".repeat(MAX_NAME + 1)}), FailureCode::InvalidField, "callTitle"),
            (json!({"callReason": "standard"}), FailureCode::InvalidField, "callReason"),
            (json!({"callType": "MCU"}), FailureCode::InvalidField, "callType"),
            (json!({"joinAnonymousAllowed": "yes"}), FailureCode::InvalidField, "joinAnonymousAllowed"),
            (json!({"informOthersDirectly": 1}), FailureCode::InvalidField, "informOthersDirectly"),
            (json!({"creatorUser": "anna"}), FailureCode::InvalidField, "creatorUser"),
            (json!({"creatorUser": 1.5}), FailureCode::InvalidField, "creatorUser"),
            (json!({"plannedDateTime": "tomorrow"}), FailureCode::InvalidField, "plannedDateTime"),
            (json!({"plannedDateTime": "2028-01-01T00:00Z"}), FailureCode::InvalidField, "plannedDateTime"),
            (json!({"plannedDateTime": "2026-11-22T12:00Z"}), FailureCode::PlannedInPast, "plannedDateTime"),
            (json!({"invitedContacts": {}}), FailureCode::InvalidField, "invitedContacts"),
            (json!({"invitedContacts": ["a"]}), FailureCode::InvalidField, "invitedContacts[0]"),
            (
                json!({"invitedContacts": [{}, {"email": "a"}]}),
                FailureCode::InvalidField,
                "invitedContacts[1].email",
            ),
            (
                json!({"invitedContacts": [{"phoneNumber": "call me"}]}),
                FailureCode::InvalidField,
                "invitedContacts[0].phoneNumber",
            ),
            (
                json!({"invitedContacts": [{"userDbId": -1}]}),
                FailureCode::InvalidField,
                "invitedContacts[0].userDbId",
            ),
            (json!({"invitedTeams": [{}]}), FailureCode::InvalidField, "invitedTeams[0]"),
            (json!({"invitedTeams": [{"id": ""}]}), FailureCode::InvalidField, "invitedTeams[0]"),
        ] {
            assert_eq!(Asked::call(bytes(&body), NOW).unwrap_err(), Refused::at(code, field), "{body}");
        }
        let many = json!({"invitedContacts": vec![json!({"userDbId": 1}); MAX_INVITED + 1]});
        assert_eq!(Asked::call(bytes(&many), NOW).unwrap_err(), FailureCode::TooManyContacts.into());
        for body in [json!([]), json!({"contacts": []}), json!({})] {
            let missing = Refused::at(FailureCode::MissingField, "contacts");
            assert_eq!(Asked::call_for_contacts(bytes(&body), NOW).unwrap_err(), missing);
        }
        for body in [json!(7), json!("a"), json!(null)] {
            assert_eq!(Asked::call(bytes(&body), NOW).unwrap_err(), FailureCode::InvalidRequest.into());
        }
    }

    #[test]
    fn mail_addresses_are_one_address_each() {
        assert!(["a@b", "a.b+c@example.org", "\"a@b\"@c", "ю@пример"].iter().all(|text| is_email(text)));
        assert!(!["", "a", "@b", "a@", "a b@c", "a@b,c@d", "a@b;c"].iter().any(|text| is_email(text)));
    }
}
