//! Refusals below `/api/v3.11`.

use crate::domain::{ClinicError, EditError};
use crate::store::StoreError;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use consilium_model::Refusal;
use consilium_wire::trueconf::{Failure, FailureBody};

/// Why something was not done. The message is for whoever writes a program, and holds nothing of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    status: StatusCode,
    message: &'static str,
}

impl Refused {
    pub(super) const NO_SUCH_ROUTE: Self = Self::new(StatusCode::NOT_FOUND, "no such route");
    pub(super) const WRONG_METHOD: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "no such method of this route");
    /// There is none, or another program's.
    pub(super) const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "no such conference");
    pub(super) const UNAUTHORIZED: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "expected Authorization: Bearer with a token of /oauth2/v1/token that has not expired",
    );
    pub(super) const NOT_RUNNING: Self =
        Self::new(StatusCode::CONFLICT, "the conference is not running; POST .../run starts it");
    const INTERNAL: Self =
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the server has failed; nothing was stored");

    const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message }
    }

    /// The request is wrong.
    pub(super) const fn bad_payload(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The conference does not allow it.
    pub(super) const fn forbidden(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// The body cannot be read.
    pub(super) const fn bad_body(status: StatusCode) -> Self {
        Self::new(status, "the body cannot be read, or is larger than 64 KiB")
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = FailureBody { code: self.status.as_u16(), message: self.message.to_owned() };
        (self.status, Json(Failure { error })).into_response()
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store has failed");
        Self::INTERNAL
    }
}

impl From<ClinicError> for Refused {
    fn from(error: ClinicError) -> Self {
        match error {
            // It has moved on since it was looked at.
            ClinicError::Refused(Refusal::CannotEdit) => Self::NOT_RUNNING,
            ClinicError::Refused(_) => Self::new(StatusCode::CONFLICT, "the conference has moved on"),
            ClinicError::Store(error) => error.into(),
            ClinicError::Stopping => Self::INTERNAL,
        }
    }
}

impl From<EditError> for Refused {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Clinic(error) => error.into(),
            EditError::EndsInPast => Self::NOT_RUNNING,
        }
    }
}
