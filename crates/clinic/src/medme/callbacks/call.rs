//! What is told, to which address.

use crate::keys::role;
use consilium_model::{ConferenceId, Participant, Secret};
use reqwest::Method;
use serde::Serialize;
use std::time::Duration;
use url::Url;

/// What a call is about. Calls about different things do not wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// A participant's link.
    Link,
    /// A one-time password.
    Otp,
    /// The end of a conference.
    Complete,
    /// That a message waits for somebody.
    Reminder,
    /// That somebody is called.
    CallInvitation,
}

impl Topic {
    /// The name in the log.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Otp => "otp",
            Self::Complete => "complete",
            Self::Reminder => "reminder",
            Self::CallInvitation => "call_invitation",
        }
    }

    /// After so long it is of no use any more.
    pub(super) const fn patience(self) -> Duration {
        match self {
            Self::Otp | Self::CallInvitation => Duration::from_secs(300),
            Self::Link | Self::Complete | Self::Reminder => Duration::from_secs(3600),
        }
    }
}

/// One call of a web hook.
pub(crate) struct Call {
    pub(super) topic: Topic,
    pub(super) method: Method,
    pub(super) url: Secret<Url>,
    pub(super) body: Secret<String>,
    pub(super) idempotency_key: Option<String>,
}

/// A one-time password for a gateway to text messages.
#[derive(Serialize)]
pub(crate) struct OtpMessage<'a> {
    /// The booking system's name for the conference.
    pub(crate) appointment_id: &'a str,
    /// Who gets it.
    pub(crate) user_id: &'a str,
    /// `CLIENT` or `SPECIALIST`.
    pub(crate) user_role: &'static str,
    /// The password.
    pub(crate) code: &'a str,
    /// The language of the conference, as `create` gave it.
    pub(crate) l10n: &'a str,
}

impl Call {
    /// A participant's link: `GET {hook}?user_id=&user_role=&at=`.
    pub(crate) fn link(hook: &Url, who: &Participant, access_token: &Secret) -> Self {
        Self::get(Topic::Link, hook, who, ("at", access_token))
    }

    /// A one-time password, for the booking system to pass on: `GET {hook}?user_id=&user_role=&otp=`.
    pub(crate) fn otp(hook: &Url, who: &Participant, code: &Secret) -> Self {
        Self::get(Topic::Otp, hook, who, ("otp", code))
    }

    /// A one-time password, for a gateway to text messages.
    pub(crate) fn otp_message(gateway: &Url, message: &OtpMessage<'_>) -> Self {
        Self::post(Topic::Otp, gateway, message)
    }

    /// The end of a conference.
    pub(crate) fn complete(hook: &Url, id: &ConferenceId, body: &impl Serialize) -> Self {
        Self { idempotency_key: Some(id.to_string()), ..Self::post(Topic::Complete, hook, body) }
    }

    /// That a message waits for somebody.
    pub(crate) fn reminder(hook: &Url, id: &str, body: &impl Serialize) -> Self {
        Self { idempotency_key: Some(id.to_owned()), ..Self::post(Topic::Reminder, hook, body) }
    }

    /// That somebody is called.
    pub(crate) fn call_invitation(hook: &Url, id: &str, body: &impl Serialize) -> Self {
        Self { idempotency_key: Some(id.to_owned()), ..Self::post(Topic::CallInvitation, hook, body) }
    }

    fn get(topic: Topic, hook: &Url, who: &Participant, (name, value): (&str, &Secret)) -> Self {
        let mut url = hook.clone();
        url.query_pairs_mut()
            .append_pair("user_id", who.id.as_str())
            .append_pair("user_role", role(who))
            .append_pair(name, value.expose());
        let (method, url) = (Method::GET, Secret::new(url));
        Self { topic, method, url, body: Secret::default(), idempotency_key: None }
    }

    fn post(topic: Topic, url: &Url, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).expect("what is told has string keys only");
        let (method, url) = (Method::POST, Secret::new(url.clone()));
        Self { topic, method, url, body: Secret::new(body), idempotency_key: None }
    }
}
