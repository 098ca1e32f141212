//! Calling somebody now: the routes of [`consilium_wire::home::calls`].

use super::Home;
use crate::error::{CallRefusal, ClientError};
use crate::http::{Answer, bearer};
use consilium_model::{ConferenceId, Secret};
use consilium_wire::home::calls::{
    AskIn, CallEntry, CallId, CallLog, Contacts, DeclineCall, GuestLink, GuestLinkFor, PlaceCall, SetPresence,
};
use consilium_wire::home::{Failure, FailureCode};
use reqwest::RequestBuilder;
use serde::Serialize;
use std::time::Duration;

/// Before a call is asked for again whose answer was lost.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(1)];

/// What a press of a button is known by (draft-ietf-httpapi-idempotency-key-header): what it asks for is done once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressKey(String);

impl PressKey {
    /// Another press.
    pub fn fresh() -> Self {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).expect("the system has randomness");
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Whether it may have been done all the same.
const fn is_lost(error: &ClientError) -> bool {
    matches!(error, ClientError::Unreachable | ClientError::Timeout | ClientError::BadAnswer(_))
}

/// All with the token of a sign-in. What is refused is [`ClientError::NotCalled`].
impl Home {
    /// Whom the asker can call. [`CallRefusal::NotFound`] from a server that has no such thing.
    pub async fn contacts(&self, token: &Secret) -> Result<Contacts, ClientError> {
        self.asked(self.face.http.get(self.route("contacts")), token).await?.json()
    }

    /// Whether the asker hears calls, on every device.
    pub async fn set_presence(&self, token: &Secret, presence: SetPresence) -> Result<(), ClientError> {
        let request = self.face.http.put(self.route("presence")).json(&presence);
        self.asked(request, token).await.map(drop)
    }

    /// The asker's own calls.
    pub async fn calls(&self, token: &Secret) -> Result<CallLog, ClientError> {
        self.asked(self.face.http.get(self.route("calls")), token).await?.json()
    }

    /// Calls: the others ring from now on. By one key one call is made, however often it is asked for; so it is asked
    /// again by itself when the answer is lost.
    pub async fn place_call(
        &self,
        token: &Secret,
        call: &PlaceCall,
        key: &PressKey,
    ) -> Result<CallEntry, ClientError> {
        for pause in PAUSES {
            match self.placed(token, call, key).await {
                Err(error) if is_lost(&error) => tokio::time::sleep(pause).await,
                answer => return answer,
            }
        }
        self.placed(token, call, key).await
    }

    async fn placed(
        &self,
        token: &Secret,
        call: &PlaceCall,
        key: &PressKey,
    ) -> Result<CallEntry, ClientError> {
        // A string of structured fields (RFC 8941, section 3.3.3).
        let key = format!("\"{}\"", key.0);
        let request = self.face.http.post(self.route("calls")).header("idempotency-key", key).json(call);
        self.asked(request, token).await?.json()
    }

    /// Takes a call. [`CallRefusal::AnsweredElsewhere`] and [`CallRefusal::Over`] when it is too late.
    pub async fn accept_call(&self, token: &Secret, call: &CallId) -> Result<CallEntry, ClientError> {
        let route = format!("calls/{}/accept", part(&call.0));
        self.asked(self.face.http.post(self.route(&route)), token).await?.json()
    }

    /// Does not take a call. One that has stopped ringing is declined as well.
    pub async fn decline_call(&self, token: &Secret, call: &CallId, busy: bool) -> Result<(), ClientError> {
        let route = format!("calls/{}/decline", part(&call.0));
        self.told(&route, &DeclineCall { busy }, token).await.map(drop)
    }

    /// Gives up a call: nobody rings any more.
    pub async fn cancel_call(&self, token: &Secret, call: &CallId) -> Result<(), ClientError> {
        let route = format!("calls/{}/cancel", part(&call.0));
        self.asked(self.face.http.post(self.route(&route)), token).await.map(drop)
    }

    /// What was missed has been seen.
    pub async fn calls_seen(&self, token: &Secret) -> Result<(), ClientError> {
        self.asked(self.face.http.post(self.route("calls/seen")), token).await.map(drop)
    }

    /// Rings people into a visit that runs.
    pub async fn ask_in(
        &self,
        token: &Secret,
        visit: &ConferenceId,
        people: &AskIn,
    ) -> Result<(), ClientError> {
        let route = format!("visits/{}/people", part(visit.as_str()));
        self.told(&route, people, token).await.map(drop)
    }

    /// A link that brings one more person into a visit that runs, once.
    pub async fn guest_link(
        &self,
        token: &Secret,
        visit: &ConferenceId,
        guest: &GuestLinkFor,
    ) -> Result<GuestLink, ClientError> {
        let route = format!("visits/{}/guest_link", part(visit.as_str()));
        self.told(&route, guest, token).await?.json()
    }

    fn route(&self, route: &str) -> url::Url {
        self.face.endpoint.home(route)
    }

    async fn told(&self, route: &str, body: &impl Serialize, token: &Secret) -> Result<Answer, ClientError> {
        self.asked(self.face.http.post(self.route(route)).json(body), token).await
    }

    async fn asked(&self, request: RequestBuilder, token: &Secret) -> Result<Answer, ClientError> {
        answered(self.face.http.send(bearer(request, token)?).await?)
    }
}

/// A part of an address. What a server has named comes back to it as one part, whatever is in it.
fn part(id: &str) -> String {
    percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// An older server, and one of another make, answers as it answers everything that it does not know.
fn answered(answer: Answer) -> Result<Answer, ClientError> {
    let http = answer.http;
    let code = || answer.json::<Failure>().map(|failure| failure.error);
    match http {
        200..300 => Ok(answer),
        401 => Err(ClientError::Unauthorized),
        429 => Err(ClientError::TooManyAttempts),
        404 | 405 | 501 => Err(ClientError::NotCalled(CallRefusal::NotFound)),
        500.. => Err(ClientError::ServerFailed { http }),
        _ => Err(match code()? {
            FailureCode::AnsweredElsewhere => ClientError::NotCalled(CallRefusal::AnsweredElsewhere),
            FailureCode::CallOver => ClientError::NotCalled(CallRefusal::Over),
            FailureCode::NobodyToCall => ClientError::NotCalled(CallRefusal::NobodyToCall),
            FailureCode::TooManyPeople => ClientError::NotCalled(CallRefusal::TooManyPeople),
            FailureCode::BadName => ClientError::NotCalled(CallRefusal::BadName),
            _ => ClientError::NotCalled(CallRefusal::NotFound),
        }),
    }
}
