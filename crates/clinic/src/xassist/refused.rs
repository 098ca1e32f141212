//! Refusals, as the routes answer them.

use crate::calls::CallError;
use crate::staff::SignInError;
use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consilium_wire::xassist::{Failure, FailureCode};

/// Why something was not done. It never holds anything of a request but the name of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
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

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        match error {
            // Whoever calls cannot sign in any more.
            CallError::NotFound => FailureCode::InvalidToken.into(),
            CallError::NobodyToCall => FailureCode::NobodyToCall.into(),
            CallError::TooManyPeople => FailureCode::TooManyContacts.into(),
            CallError::BadTitle => Self::at(FailureCode::InvalidField, "callTitle"),
            CallError::TooManyPlanned => Self::at(FailureCode::TooManyPlanned, "plannedDateTime"),
            CallError::TooOften => FailureCode::TooManyAttempts.into(),
            CallError::KeyReused => FailureCode::KeyReused.into(),
            CallError::AnsweredElsewhere | CallError::Over | CallError::NotOpen | CallError::Internal => {
                FailureCode::Internal.into()
            }
        }
    }
}

impl From<SignInError> for Refused {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unauthorized => FailureCode::InvalidCredentials.into(),
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
        | Code::InvalidField
        | Code::MissingField
        | Code::UnknownContact
        | Code::UnknownTeam
        | Code::UnknownCreator
        | Code::NobodyToCall
        | Code::TooManyContacts
        | Code::PlannedInPast => StatusCode::BAD_REQUEST,
        Code::InvalidCredentials | Code::InvalidRefreshToken | Code::InvalidToken => StatusCode::UNAUTHORIZED,
        Code::NotABroker => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::TooManyPlanned => StatusCode::CONFLICT,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The header that says what to do about it.
const fn hint(code: FailureCode) -> Option<(HeaderName, &'static str)> {
    match code {
        FailureCode::InvalidToken => {
            Some((header::WWW_AUTHENTICATE, "Bearer realm=\"xassist\", error=\"invalid_token\""))
        }
        FailureCode::TooManyAttempts => Some((header::RETRY_AFTER, "60")),
        _ => None,
    }
}

const fn message(code: FailureCode) -> &'static str {
    use FailureCode as Code;
    match code {
        Code::InvalidRequest => "the body is not the JSON that is expected",
        Code::InvalidField => "the field has a wrong form",
        Code::MissingField => "the field is required",
        Code::UnknownContact => "no user of the clinic, and neither a mail address nor a telephone number",
        Code::UnknownTeam => "there is no such team",
        Code::UnknownCreator => "there is no user with that database id",
        Code::NobodyToCall => "nobody is called but whoever calls",
        Code::TooManyContacts => "more people than one call may ring",
        Code::TooManyPlanned => "as many calls are planned as one login may plan",
        Code::PlannedInPast => "the planned time must lie in the future",
        Code::InvalidCredentials => "wrong userId, password or domain",
        Code::InvalidRefreshToken => "the refresh token is wrong, spent, or its time is over; log in again",
        Code::InvalidToken => "expected Authorization: Bearer with a token of /auth/login or /auth/refresh",
        Code::NotABroker => "this login may not make calls for others",
        Code::NotFound => "there is none",
        Code::MethodNotAllowed => "the path has no such method",
        Code::TooLarge => "the body is too large",
        Code::KeyReused => "another request was made with this Idempotency-Key",
        Code::TooManyAttempts => "tried too often; try again in a minute",
        Code::Internal => "the server has failed; nothing was stored",
    }
}
