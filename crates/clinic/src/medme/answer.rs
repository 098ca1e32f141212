//! Answers: `"status": "OK"` beside the data, or an error with its HTTP status.

use super::otp::expects_otp;
use crate::domain::{Clinic, ClinicError, Ticket, TokenProblem};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use consilium_model::Refusal;
use consilium_wire::medme::{self, Code, FieldError};
use serde::Serialize;

/// A successful answer.
#[derive(Serialize)]
pub(super) struct Success<T> {
    status: &'static str,
    #[serde(flatten)]
    body: T,
}

/// `body` with `"status": "OK"`.
pub(super) fn ok<T: Serialize>(body: T) -> Response {
    Json(Success { status: medme::OK, body }).into_response()
}

/// An error answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A code that says it all.
    Code(Code),
    /// Required fields are missing or null.
    Missing(Vec<String>),
    /// Fields have a wrong form.
    Invalid(Vec<FieldError>),
    /// A code, with a description that says more than the code does.
    Because(Code, String),
    /// The body is larger than [`super::MAX_BODY`].
    TooLarge,
    /// The path is none of the protocol.
    NoSuchMethod,
    /// For example `GET create`.
    WrongHttpMethod,
}

impl Failure {
    /// One field, or the whole body, has a wrong form.
    pub(super) fn invalid(kind: &str, path: &str, message: &str) -> Self {
        Self::Invalid(vec![field_error(kind, path, message)])
    }

    /// The code alone, for where there is no place for more.
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::Code(code) | Self::Because(code, _) => *code,
            Self::Missing(_) => Code::ExpectRequestFields,
            Self::Invalid(_) | Self::TooLarge => Code::ValidationError,
            Self::NoSuchMethod | Self::WrongHttpMethod => Code::UnknownError,
        }
    }

    fn parts(self) -> (StatusCode, medme::Failure) {
        let simple = |code: Code, description: &str| medme::Failure {
            status: code.as_str().to_owned(),
            description: description.to_owned(),
            ..medme::Failure::default()
        };
        let plain = |code: Code| simple(code, code.description());
        let http =
            |code: Code| StatusCode::from_u16(code.http_status()).expect("the codes have real statuses");
        let validation = plain(Code::ValidationError);
        match self {
            Self::Code(code) => (http(code), plain(code)),
            Self::Because(code, why) => (http(code), simple(code, &why)),
            Self::Missing(fields) => {
                let body = plain(Code::ExpectRequestFields);
                (StatusCode::BAD_REQUEST, medme::Failure { expect_fields: Some(fields), ..body })
            }
            Self::Invalid(errors) => {
                (StatusCode::BAD_REQUEST, medme::Failure { errors: Some(errors), ..validation })
            }
            Self::TooLarge => {
                let errors = Some(vec![field_error("size", "", "the body is larger than 1 MiB")]);
                (StatusCode::PAYLOAD_TOO_LARGE, medme::Failure { errors, ..validation })
            }
            Self::NoSuchMethod => (StatusCode::NOT_FOUND, simple(Code::UnknownError, "No such method")),
            Self::WrongHttpMethod => {
                (StatusCode::METHOD_NOT_ALLOWED, simple(Code::UnknownError, "Wrong HTTP method"))
            }
        }
    }
}

/// One entry of `errors`.
pub(super) fn field_error(kind: &str, path: &str, message: &str) -> FieldError {
    FieldError { kind: kind.to_owned(), path: path.to_owned(), message: message.to_owned() }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, body) = self.parts();
        (status, Json(body)).into_response()
    }
}

/// The ticket, unless its conference asks for a one-time password first.
///
/// Only the methods that send and verify one do without this.
pub(super) fn verified(clinic: &Clinic, ticket: Ticket) -> Result<Ticket, Failure> {
    if expects_otp(clinic, &ticket) { Err(Failure::Code(Code::OtpExpect)) } else { Ok(ticket) }
}

impl From<TokenProblem> for Failure {
    fn from(problem: TokenProblem) -> Self {
        Self::Code(match problem {
            TokenProblem::Unknown => Code::AccessTokenNotFound,
            TokenProblem::Expired => Code::ExpiredToken,
        })
    }
}

impl From<ClinicError> for Failure {
    fn from(error: ClinicError) -> Self {
        match error {
            ClinicError::Refused(refusal) => Self::Code(code_of(refusal)),
            ClinicError::Store(error) => {
                tracing::error!(%error, "the store has failed");
                Self::Code(Code::UnknownError)
            }
            ClinicError::Stopping => Self::Code(Code::UnknownError),
        }
    }
}

/// The protocol's code for what the status machine says.
pub(super) const fn code_of(refusal: Refusal) -> Code {
    match refusal {
        Refusal::NotAParticipant => Code::UserShouldBeInConference,
        Refusal::NotASpecialist => Code::ConferenceWrongSpecialist,
        Refusal::CannotOpen => Code::ConferenceCannotBeOpenedForJoin,
        Refusal::CannotJoin => Code::ConferenceCannotJoin,
        Refusal::AlreadyJoined => Code::ClientAlreadyJoined,
        Refusal::NotJoined => Code::ClientShouldBeJoined,
        Refusal::SpecialistNotJoined => Code::SpecialistShouldBeJoined,
        Refusal::NotReady => Code::ConferenceIsNotReadyForStart,
        Refusal::CannotStart => Code::ConferenceCannotBeStarted,
        Refusal::CannotFinish => Code::ConferenceCannotBeFinished,
        Refusal::CannotCancel => Code::ConferenceCannotBeCancelled,
        Refusal::CannotEdit => Code::ConferenceCannotBeEdited,
        Refusal::WrongStatusChange => Code::ConferenceWrongStatusChange,
        Refusal::RestoreTimedOut => Code::RestoreFastTimedOut,
    }
}
