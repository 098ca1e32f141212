//! The specialist's home page, `/home/v1`.

mod calls;
mod invite;

pub use calls::PressKey;
pub use invite::InviteError;

use crate::endpoint::Endpoint;
use crate::error::{BadAnswer, ClientError};
use crate::http::{Answer, Face, Http, bearer};
use crate::messenger::declined;
use consilium_model::{ConferenceId, PeerId, Secret};
use consilium_wire::home::knocks::{Deny, Note};
use consilium_wire::home::{Failure, FailureCode, SignIn, SignedIn, Visits};
use consilium_wire::im::{self, LoggedIn, Session};
use consilium_wire::record::{CallRecord, CallSummary};
use reqwest::RequestBuilder;

/// The specialist's home page. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Home {
    face: Face,
}

impl Home {
    pub(crate) const fn new(http: Http, endpoint: Endpoint) -> Self {
        Self { face: Face { http, endpoint } }
    }

    /// Signs in. [`ClientError::Unauthorized`] for a wrong login, password or code;
    /// [`ClientError::TooManyAttempts`] when tried too often.
    pub async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, ClientError> {
        let request = self.face.http.post(self.face.endpoint.home("sign_in")).json(sign_in);
        succeeded(self.face.http.send(request).await?)?.json()
    }

    /// Ends the sign-in on the server. A token that the server no longer knows is signed out already.
    pub async fn sign_out(&self, token: &Secret) -> Result<(), ClientError> {
        let request = bearer(self.face.http.post(self.face.endpoint.home("sign_out")), token)?;
        match succeeded(self.face.http.send(request).await?) {
            Ok(_) | Err(ClientError::Unauthorized) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The visits of the day. [`ClientError::Unauthorized`] when the sign-in is over.
    pub async fn visits(&self, token: &Secret) -> Result<Visits, ClientError> {
        let request = bearer(self.face.http.get(self.face.endpoint.home("visits")), token)?;
        succeeded(self.face.http.send(request).await?)?.json()
    }

    /// Tells how a call of the visit went, on behalf of the participant to whom the access token belongs.
    pub async fn tell_call(&self, access_token: &Secret, summary: &CallSummary) -> Result<(), ClientError> {
        let request = self.face.http.post(self.face.endpoint.home("call_summary")).json(summary);
        succeeded(self.face.http.send(bearer(request, access_token)?).await?).map(drop)
    }

    /// How the calls of the visit went; for its specialists. Another server than ours has no such thing.
    pub async fn call_record(&self, access_token: &Secret) -> Result<CallRecord, ClientError> {
        let request = bearer(self.face.http.get(self.face.endpoint.home("call_record")), access_token)?;
        succeeded(self.face.http.send(request).await?)?.json()
    }

    /// Turns somebody away who knocks at a visit that the specialist is not in. [`ClientError::Declined`] with
    /// `not_found`, here and below: it does not knock any more.
    pub async fn deny_knock(
        &self,
        token: &Secret,
        (visit, peer): (&ConferenceId, &PeerId),
        reason: Option<Secret>,
    ) -> Result<(), ClientError> {
        let request = self.about_knock(visit, peer, "deny").json(&Deny { reason });
        succeeded(self.face.http.send(bearer(request, token)?).await?).map(drop)
    }

    /// Writes to somebody who knocks there. [`ClientError::TooManyAttempts`], here and below: it has heard enough for
    /// now.
    pub async fn write_to_knock(
        &self,
        token: &Secret,
        (visit, peer): (&ConferenceId, &PeerId),
        text: Secret,
    ) -> Result<(), ClientError> {
        let request = self.about_knock(visit, peer, "note").json(&Note { text });
        succeeded(self.face.http.send(bearer(request, token)?).await?).map(drop)
    }

    /// Rings for somebody who knocks there and has stepped away.
    pub async fn ring_knock(
        &self,
        token: &Secret,
        (visit, peer): (&ConferenceId, &PeerId),
    ) -> Result<(), ClientError> {
        let request = self.about_knock(visit, peer, "ring");
        succeeded(self.face.http.send(bearer(request, token)?).await?).map(drop)
    }

    fn about_knock(&self, visit: &ConferenceId, peer: &PeerId, what: &str) -> RequestBuilder {
        let at = ["visits", visit.as_str(), "knocks", peer.as_str(), what];
        self.face.http.post(self.face.endpoint.home_at(&at))
    }

    /// A token of the messenger, for whoever shows a sign-in or the access token of a visit. An error that
    /// [`ClientError::means_no_messenger`] comes from a server without one.
    pub async fn messenger(&self, token: &Secret) -> Result<LoggedIn, ClientError> {
        let request = bearer(self.face.http.post(self.face.endpoint.home("messenger")), token)?;
        of_the_messenger(self.face.http.send(request).await?)?.json()
    }

    /// The messenger's session of a visit, by an access token to it. Made when there is none.
    pub async fn visit_chat(&self, access_token: &Secret) -> Result<Session, ClientError> {
        let request = bearer(self.face.http.post(self.face.endpoint.home("visit_chat")), access_token)?;
        of_the_messenger(self.face.http.send(request).await?)?.json()
    }
}

/// An older server, and one of another make, answers these routes as it answers everything that it does not know.
fn of_the_messenger(answer: Answer) -> Result<Answer, ClientError> {
    let http = answer.http;
    match http {
        200..300 => Ok(answer),
        404 | 405 | 501 => Err(ClientError::Declined(im::FailureCode::NotFound)),
        _ => {
            let code = answer.json::<im::Failure>().map(|failure| failure.error.code);
            let code = code.or_else(|error| match http {
                400 => Ok(im::FailureCode::BadRequest),
                403 => Ok(im::FailureCode::Forbidden),
                _ => Err(error),
            });
            Err(declined(http, code))
        }
    }
}

fn succeeded(answer: Answer) -> Result<Answer, ClientError> {
    let http = answer.http;
    match http {
        200..300 => Ok(answer),
        401 => Err(ClientError::Unauthorized),
        429 => Err(ClientError::TooManyAttempts),
        500.. => Err(ClientError::ServerFailed { http }),
        _ => Err(match answer.json::<Failure>()?.error {
            FailureCode::Unauthorized => ClientError::Unauthorized,
            FailureCode::TooManyAttempts => ClientError::TooManyAttempts,
            FailureCode::Internal => ClientError::ServerFailed { http },
            FailureCode::BadRequest
            | FailureCode::BadLogin
            | FailureCode::BadName
            | FailureCode::ShortPassword => BadAnswer::WrongSchema.into(),
            FailureCode::NotFound => ClientError::Declined(im::FailureCode::NotFound),
            // Of calls only, which have routes of their own.
            FailureCode::AnsweredElsewhere
            | FailureCode::CallOver
            | FailureCode::NobodyToCall
            | FailureCode::TooManyPeople => BadAnswer::WrongSchema.into(),
        }),
    }
}
