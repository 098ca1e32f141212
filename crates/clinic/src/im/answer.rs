//! Refusals, as the routes answer them and as the socket tells them.

use crate::staff::SignInError;
use crate::store::{ChatRefusal, StoreError};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consilium_wire::im::{Failure, FailureBody, FailureCode};

/// Why something was not done. The message is for whoever writes a program, and the same for everyone: it never holds
/// anything of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The code.
    pub(crate) code: FailureCode,
    message: &'static str,
    status: StatusCode,
}

impl Refused {
    /// There is none, or it is none of the asker's business: both look alike.
    pub(crate) const NOT_FOUND: Self = Self::new(FailureCode::NotFound, "there is none");
    /// The path is none of the protocol.
    pub(super) const NO_SUCH_ROUTE: Self = Self::new(FailureCode::NotFound, "no such route");
    /// No token, or one that is worth nothing.
    pub(crate) const UNAUTHORIZED: Self =
        Self::new(FailureCode::Unauthorized, "expected Authorization: Bearer with a token of /users/login");
    /// Only the care team may.
    pub(super) const DOCTORS_ONLY: Self = Self::new(FailureCode::Forbidden, "only the care team may");

    /// A refusal with the status of its code.
    pub(crate) const fn new(code: FailureCode, message: &'static str) -> Self {
        Self { code, message, status: status(code) }
    }

    /// Not understood.
    pub(crate) const fn bad_request(message: &'static str) -> Self {
        Self::new(FailureCode::BadRequest, message)
    }

    /// With another status.
    pub(crate) const fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

const fn status(code: FailureCode) -> StatusCode {
    match code {
        FailureCode::BadRequest | FailureCode::KindNotAllowed => StatusCode::BAD_REQUEST,
        FailureCode::Unauthorized => StatusCode::UNAUTHORIZED,
        FailureCode::Forbidden => StatusCode::FORBIDDEN,
        FailureCode::NotFound => StatusCode::NOT_FOUND,
        FailureCode::Conflict | FailureCode::TopicEnded => StatusCode::CONFLICT,
        FailureCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FailureCode::WrongMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        FailureCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        FailureCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        FailureCode::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = FailureBody { code: self.code, message: self.message.to_owned() };
        let mut response = (self.status, Json(Failure { error })).into_response();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store has failed");
        Self::new(FailureCode::Internal, "the server has failed; nothing was stored")
    }
}

impl From<ChatRefusal> for Refused {
    fn from(refusal: ChatRefusal) -> Self {
        match refusal {
            // A session of others is like one that does not exist.
            ChatRefusal::NotFound | ChatRefusal::NotMember => Self::NOT_FOUND,
            ChatRefusal::Topic => Self::new(FailureCode::Conflict, "a topic is open already"),
            ChatRefusal::Members => {
                Self::new(FailureCode::Conflict, "the session would not have the members that it may have")
            }
        }
    }
}

impl From<SignInError> for Refused {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unauthorized => Self::new(FailureCode::Unauthorized, "wrong user_id or password"),
            SignInError::TooManyAttempts => {
                Self::new(FailureCode::TooMany, "tried too often; try again in a minute")
            }
            SignInError::Store(error) => error.into(),
        }
    }
}
