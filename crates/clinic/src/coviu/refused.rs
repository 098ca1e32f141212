//! Refusals, as the routes answer them.

use crate::domain::{ClinicError, EditError};
use crate::staff::SignInError;
use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consilium_model::Refusal;
use consilium_wire::coviu::{Failure, FailureCode};

/// Why something was not done. It never holds anything of a request but the name of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    code: FailureCode,
    field: Option<String>,
}

impl Refused {
    /// A refusal that is about a field or parameter.
    pub(super) fn at(code: FailureCode, field: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()) }
    }
}

impl From<FailureCode> for Refused {
    fn from(code: FailureCode) -> Self {
        Self { code, field: None }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store has failed");
        FailureCode::Internal.into()
    }
}

impl From<ClinicError> for Refused {
    fn from(error: ClinicError) -> Self {
        match error {
            ClinicError::Store(error) => error.into(),
            ClinicError::Stopping => FailureCode::Internal.into(),
            ClinicError::Refused(Refusal::CannotEdit | Refusal::CannotCancel) => {
                FailureCode::SessionEnded.into()
            }
            ClinicError::Refused(_) => FailureCode::SessionStarted.into(),
        }
    }
}

impl From<EditError> for Refused {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Clinic(error) => error.into(),
            EditError::EndsInPast => Self::at(FailureCode::EndInPast, "end_time"),
        }
    }
}

impl From<SignInError> for Refused {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unauthorized => FailureCode::InvalidGrant.into(),
            SignInError::TooManyAttempts => FailureCode::TooManyAttempts.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { code, field } = self;
        let body = Failure { error: code, message: message(code).to_owned(), field };
        let mut response = (status(code), Json(body)).into_response();
        if let Some((name, value)) = hint(code) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

const fn status(code: FailureCode) -> StatusCode {
    use FailureCode as Code;
    match code {
        Code::InvalidRequest
        | Code::InvalidGrant
        | Code::UnsupportedGrantType
        | Code::InvalidField
        | Code::MissingField
        | Code::StartInPast
        | Code::EndBeforeStart
        | Code::EndInPast
        | Code::TooManyParticipants => StatusCode::BAD_REQUEST,
        Code::InvalidClient | Code::InvalidToken => StatusCode::UNAUTHORIZED,
        Code::SessionStarted | Code::SessionEnded | Code::ParticipantDeleted => StatusCode::CONFLICT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The header that says what to do about it.
const fn hint(code: FailureCode) -> Option<(HeaderName, &'static str)> {
    match code {
        FailureCode::InvalidClient => Some((header::WWW_AUTHENTICATE, "Basic realm=\"coviu\"")),
        FailureCode::InvalidToken => {
            Some((header::WWW_AUTHENTICATE, "Bearer realm=\"coviu\", error=\"invalid_token\""))
        }
        FailureCode::TooManyAttempts => Some((header::RETRY_AFTER, "60")),
        _ => None,
    }
}

const fn message(code: FailureCode) -> &'static str {
    use FailureCode as Code;
    match code {
        Code::InvalidRequest => "the body is not understood, or a parameter is missing or comes twice",
        Code::InvalidClient => "expected HTTP Basic with an API key and its secret",
        Code::InvalidGrant => "wrong user name, password, code or refresh token, or its time is over",
        Code::UnsupportedGrantType => "there is no such grant_type here",
        Code::InvalidToken => "expected Authorization: Bearer with an access token of /v1/auth/token",
        Code::InvalidField => "the field has a wrong form",
        Code::MissingField => "the field is required",
        Code::StartInPast => "the start must lie in the future",
        Code::EndBeforeStart => "the end must lie after the start",
        Code::EndInPast => "the end must lie in the future",
        Code::SessionStarted => "the session has started",
        Code::SessionEnded => "the session is over",
        Code::ParticipantDeleted => "the participant was taken off, which is final",
        Code::TooManyParticipants => "the session has as many participants as it may have",
        Code::NotFound => "there is none",
        Code::MethodNotAllowed => "the path has no such method",
        Code::TooLarge => "the body is too large",
        Code::TooManyAttempts => "tried too often; try again in a minute",
        Code::Internal => "the server has failed; nothing was stored",
    }
}
