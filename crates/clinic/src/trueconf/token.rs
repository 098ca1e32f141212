//! `POST /oauth2/v1/token`: a program's own credentials for a token (RFC 6749, section 4.4).

use super::desk::{LIFETIME, NoToken};
use crate::server::App;
use crate::store::AuditLine;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use consilium_wire::trueconf::{TokenAnswer, TokenError, TokenFailure};
use std::net::SocketAddr;
use std::sync::Arc;

const GRANT: &str = "client_credentials";
/// Everything there is.
const SCOPE: &str = "conferences";

pub(super) struct Refused(StatusCode, TokenError, &'static str);

const NO_FORM: Refused = Refused(
    StatusCode::BAD_REQUEST,
    TokenError::InvalidRequest,
    "expected a form with grant_type, client_id and client_secret",
);
const OTHER_GRANT: Refused = Refused(
    StatusCode::BAD_REQUEST,
    TokenError::UnsupportedGrantType,
    "the only grant_type here is client_credentials",
);
const WRONG_CLIENT: Refused =
    Refused(StatusCode::UNAUTHORIZED, TokenError::InvalidClient, "wrong client_id or client_secret");
const TOO_MANY: Refused = Refused(
    StatusCode::TOO_MANY_REQUESTS,
    TokenError::TemporarilyUnavailable,
    "tried too often; try again in a minute",
);
const FAILED: Refused = Refused(
    StatusCode::INTERNAL_SERVER_ERROR,
    TokenError::TemporarilyUnavailable,
    "the server has failed; there is no token",
);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let failure = TokenFailure { error: self.1, error_description: self.2.to_owned() };
        (self.0, Json(failure)).into_response()
    }
}

impl From<NoToken> for Refused {
    fn from(none: NoToken) -> Self {
        match none {
            NoToken::WrongClient => WRONG_CLIENT,
            NoToken::TooManyAttempts => TOO_MANY,
        }
    }
}

pub(super) async fn token(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<TokenAnswer>, Refused> {
    let form = Form(body.map_err(|_| NO_FORM)?);
    match form.field("grant_type").as_deref() {
        Some(GRANT) => {}
        Some(_) => return Err(OTHER_GRANT),
        None => return Err(NO_FORM),
    }
    let (Some(id), Some(secret)) = (form.field("client_id"), form.field("client_secret")) else {
        return Err(WRONG_CLIENT);
    };
    let issued = app.trueconf.issue(&id, &secret, from.ip());
    let (actor, action) = match issued {
        Ok(_) => (id, "trueconf_token"),
        Err(_) => (String::new(), "sign_in_refused"),
    };
    let line = AuditLine { at: app.clinic.clock().now(), actor, action, subject: String::new() };
    if !matches!(issued, Err(NoToken::TooManyAttempts)) {
        app.clinic.audit(line).await.map_err(|error| {
            tracing::error!(%error, "the store has failed");
            FAILED
        })?;
    }
    Ok(Json(TokenAnswer {
        access_token: issued?,
        token_type: "Bearer".to_owned(),
        expires_in: LIFETIME.whole_seconds().unsigned_abs(),
        scope: SCOPE.to_owned(),
    }))
}

struct Form(Bytes);

impl Form {
    /// A field that is there; of several with one name the first counts.
    fn field(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(&self.0);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}
