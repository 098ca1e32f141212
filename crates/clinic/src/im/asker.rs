//! Who asks.

use super::Refused;
use super::people::role_of;
use crate::keys::{Digest, digest};
use crate::server::App;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use consilium_model::UserId;
use consilium_wire::im::UserRole;
use std::sync::Arc;

/// The user whose token a request carries.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// Who.
    pub(crate) id: UserId,
    /// What is known of the token.
    pub(crate) token: Digest,
}

impl Asker {
    /// Whose token this is.
    pub(crate) async fn by_token(app: &App, token: &str) -> Result<Self, Refused> {
        let token = digest(token);
        let id = app.messenger.passes.user(token).await?.ok_or(Refused::UNAUTHORIZED)?;
        Ok(Self { id, token })
    }

    /// Doctor or patient.
    pub(crate) fn role(&self) -> UserRole {
        role_of(&self.id)
    }

    /// Refuses patients.
    pub(super) fn as_doctor(&self) -> Result<(), Refused> {
        match self.role() {
            UserRole::Doctor => Ok(()),
            UserRole::Patient => Err(Refused::DOCTORS_ONLY),
        }
    }
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(Refused::UNAUTHORIZED)?;
        Self::by_token(app, token).await
    }
}
