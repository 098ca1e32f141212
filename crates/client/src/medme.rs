//! MedMe Conference on behalf of one participant (`medme.md`).

use crate::endpoint::Endpoint;
use crate::error::{BadAnswer, ClientError, Refusal};
use crate::http::{Answer, Face, Http};
use consilium_model::{Secret, Status, Step};
use consilium_wire::medme::{
    self, AccessToken, Code, Durations, Exchanged, Info, Move, OtpVerify, Resize, StatusChanged,
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use time::OffsetDateTime;

/// One visit, seen by the participant to whom the access token belongs. Cheap to clone.
///
/// Nothing is repeated by itself: after [`ClientError::Timeout`] a [`Step`] may have happened or not; read
/// [`MedMe::info`] again.
#[derive(Clone, Debug)]
pub struct MedMe {
    face: Face,
    token: Secret,
}

impl MedMe {
    pub(crate) const fn new(http: Http, endpoint: Endpoint, token: Secret) -> Self {
        Self { face: Face { http, endpoint }, token }
    }

    /// The conference token, which opens the room.
    pub async fn exchange(&self) -> Result<Secret, ClientError> {
        Ok(self.post::<Exchanged>("exchange").await?.conference_token)
    }

    /// Who the participant is, and everything about the visit.
    pub async fn info(&self) -> Result<Info, ClientError> {
        let request = self.face.http.get(self.face.endpoint.medme("info"));
        let request = request.query(&[("access_token", self.token.expose())]);
        read(&self.face.http.send(request).await?)
    }

    /// Takes a step; answers the status afterwards.
    pub async fn step(&self, step: Step) -> Result<Status, ClientError> {
        Ok(self.post::<StatusChanged>(step.method()).await?.new_conference_status)
    }

    /// The visit's clock.
    pub async fn durations(&self) -> Result<Durations, ClientError> {
        self.post("durations").await
    }

    /// Has a one-time password sent to the participant.
    pub async fn otp_send(&self) -> Result<(), ClientError> {
        self.post::<IgnoredAny>("otp_send").await.map(drop)
    }

    /// Shows the one-time password. Afterwards the other methods answer.
    pub async fn otp_verify(&self, code: Secret) -> Result<(), ClientError> {
        let body = OtpVerify { access_token: self.token.clone(), code };
        self.post_body::<IgnoredAny>("otp_verify", &body).await.map(drop)
    }

    /// Specialist: moves the visit to another time.
    pub async fn move_to(&self, scheduled_start: OffsetDateTime) -> Result<(), ClientError> {
        let body = Move { access_token: self.token.clone(), scheduled_start };
        self.post_body::<IgnoredAny>("move", &body).await.map(drop)
    }

    /// Specialist: gives the visit another scheduled length, in whole seconds.
    pub async fn resize(&self, scheduled: Duration) -> Result<(), ClientError> {
        let seconds = scheduled.as_secs().try_into().unwrap_or(u32::MAX);
        let body = Resize { access_token: self.token.clone(), scheduled_duration_seconds: seconds };
        self.post_body::<IgnoredAny>("resize", &body).await.map(drop)
    }

    async fn post<T: DeserializeOwned>(&self, method: &str) -> Result<T, ClientError> {
        self.post_body(method, &AccessToken { access_token: self.token.clone() }).await
    }

    async fn post_body<T: DeserializeOwned>(
        &self,
        method: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        let request = self.face.http.post(self.face.endpoint.medme(method)).json(body);
        read(&self.face.http.send(request).await?)
    }
}

/// What every answer carries, good or bad.
#[derive(Deserialize)]
struct Verdict {
    status: String,
}

/// Success is a 2xx status *and* `"status": "OK"`.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ClientError> {
    match answer.json::<Verdict>() {
        Ok(verdict) if answer.is_success() && verdict.status == medme::OK => answer.json(),
        Ok(verdict) => Err(refusal(answer.http, verdict.status)),
        Err(_) if answer.http == 429 => Err(ClientError::TooManyAttempts),
        Err(_) if answer.http >= 500 => Err(ClientError::ServerFailed { http: answer.http }),
        Err(error) => Err(error),
    }
}

fn refusal(http: u16, status: String) -> ClientError {
    match Code::from_name(&status) {
        Some(Code::UnknownError) => ClientError::ServerFailed { http },
        Some(code) => ClientError::Refused(Refusal { http, code: Some(code), name: status.into() }),
        None if http == 429 => ClientError::TooManyAttempts,
        None if http >= 500 => ClientError::ServerFailed { http },
        None if is_name(&status) && status != medme::OK => {
            ClientError::Refused(Refusal { http, code: None, name: status.into() })
        }
        None => BadAnswer::WrongSchema.into(),
    }
}

/// A code of a newer server still looks like one.
fn is_name(status: &str) -> bool {
    let letters = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !status.is_empty() && status.len() <= 64 && status.chars().all(letters)
}
