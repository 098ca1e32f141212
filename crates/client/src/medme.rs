//! MedMe Conference on behalf of one participant (`medme.md`).

use crate::endpoint::Endpoint;
use crate::error::{BadAnswer, ClientError, Refusal};
use crate::http::{Answer, Face, Http};
use consilium_model::{Secret, Status};
use consilium_wire::medme::{self, AccessToken, Code, Durations, Exchanged, Info, StatusChanged};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One visit, seen by the participant to whom the access token belongs. Cheap to clone.
///
/// Nothing is repeated by itself: after [`ClientError::Timeout`] a [`Step`] may have happened or not; read
/// [`MedMe::info`] again.
#[derive(Clone, Debug)]
pub struct MedMe {
    face: Face,
    token: Secret,
}

/// A step of the status machine; who may take it and when is the server's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Specialist: lets people join.
    OpenForJoin,
    /// Goes in.
    Join,
    /// Goes out.
    Leave,
    /// Specialist: starts without waiting.
    Start,
    /// Specialist: stops the clock.
    Pause,
    /// Specialist: goes on.
    Resume,
    /// Specialist: ends it.
    Finish,
    /// Specialist or client: calls it off.
    Cancel,
    /// Specialist: takes the end back, within three minutes.
    RestoreTerminatedFast,
}

impl Step {
    /// Every step, in the order of the protocol page.
    pub const ALL: [Self; 9] = [
        Self::OpenForJoin,
        Self::Join,
        Self::Leave,
        Self::Start,
        Self::Pause,
        Self::Resume,
        Self::Finish,
        Self::Cancel,
        Self::RestoreTerminatedFast,
    ];

    /// The method's name on the wire.
    pub const fn method(self) -> &'static str {
        match self {
            Self::OpenForJoin => "open_for_join",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Finish => "finish",
            Self::Cancel => "cancel",
            Self::RestoreTerminatedFast => "restore_terminated_fast",
        }
    }
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

    async fn post<T: DeserializeOwned>(&self, method: &str) -> Result<T, ClientError> {
        let body = AccessToken { access_token: self.token.clone() };
        let request = self.face.http.post(self.face.endpoint.medme(method)).json(&body);
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
