//! JSON bodies. What is wrong with one is told without repeating any of it.

use super::Refused;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use consilium_wire::im::FailureCode;
use serde::de::DeserializeOwned;

/// A body of that form.
pub(super) struct Body<T>(pub(super) T);

/// A body of that form, or nothing at all.
pub(super) struct MaybeBody<T>(pub(super) Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        read(&bytes(request, state).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for MaybeBody<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let bytes = bytes(request, state).await?;
        if bytes.is_empty() { Ok(Self(None)) } else { read(&bytes).map(|body| Self(Some(body))) }
    }
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refused> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Refused::new(FailureCode::TooLarge, "the body is larger than 256 KiB")
        }
        _ => Refused::bad_request("the body cannot be read"),
    })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(bytes)
        .map_err(|_| Refused::bad_request("the body is not the JSON object of this route"))
}
