//! Who asks.

use super::Refused;
use super::people::{reach, role_of};
use crate::keys::{Digest, digest};
use crate::server::App;
use crate::store::{PassScope, Principal, Reach};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use consilium_model::UserId;
use consilium_wire::im::{FailureCode, UserRole};
use std::sync::Arc;

/// The user whose token a request carries.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// Who.
    pub(crate) id: UserId,
    /// On whose behalf everything is done, and how far the token reaches now.
    pub(crate) who: Principal,
    /// What the token was given for.
    pub(crate) scope: PassScope,
    /// What is known of the token.
    pub(crate) token: Digest,
}

impl Asker {
    /// Whose token this is.
    pub(crate) async fn by_token(app: &App, token: &str) -> Result<Self, Refused> {
        Self::by_digest(app, digest(token)).await
    }

    /// Whose token has that digest. A token of a link is worth as much as the link.
    pub(super) async fn by_digest(app: &App, token: Digest) -> Result<Self, Refused> {
        let pass = app.messenger.passes.pass(token).await?.ok_or(Refused::UNAUTHORIZED)?;
        let who = Self::principal(app, &pass.user, &pass.scope)?;
        Ok(Self { id: pass.user, who, scope: pass.scope, token })
    }

    /// How far a token of that user reaches now.
    pub(super) fn principal(app: &App, user: &UserId, scope: &PassScope) -> Result<Principal, Refused> {
        let reach = reach(app, user, scope).ok_or(Refused::UNAUTHORIZED)?;
        Ok(Principal { user: user.clone(), reach })
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

    /// Refuses a specialist who has come by a link: what is said of oneself holds for all of one's visits.
    pub(super) fn as_oneself(&self) -> Result<(), Refused> {
        match (self.role(), &self.who.reach) {
            (UserRole::Doctor, Reach::Visit { .. }) => {
                Err(Refused::new(FailureCode::Forbidden, "only after a sign-in"))
            }
            (UserRole::Doctor, Reach::Everything) | (UserRole::Patient, _) => Ok(()),
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
