//! Access tokens: JWTs that say on whose behalf which client asks. Signed with a key of their own, good for an hour,
//! stored nowhere. The clock is the clinic's, so the library's is not asked.

use super::refused::Refused;
use crate::server::App;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use consilium_model::{Secret, UserId};
use consilium_wire::coviu::FailureCode;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// How long an access token is good.
pub(super) const LIFETIME: Duration = Duration::hours(1);
/// Whom the tokens are for.
const AUDIENCE: &str = "coviu";

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asker {
    /// The key of the API client.
    pub(super) client: String,
    /// On whose behalf.
    pub(super) user: UserId,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    user_id: UserId,
    client_id: String,
    /// How many times every sign-in of the user had ended. It ends with the next time.
    #[serde(default)]
    endings: u64,
    aud: String,
    iat: i64,
    exp: i64,
}

/// Signs and checks access tokens.
pub(super) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Signer {
    pub(super) fn new(key: &Secret<[u8; 32]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "aud"]);
        validation.validate_exp = false;
        let (encoding, decoding) =
            (EncodingKey::from_secret(key.expose()), DecodingKey::from_secret(key.expose()));
        Self { encoding, decoding, validation }
    }

    /// A token that is good from `now` for [`LIFETIME`], as long as the sign-ins of the user have ended no more often.
    pub(super) fn sign(&self, asker: Asker, endings: u64, now: OffsetDateTime) -> Secret {
        let Asker { client, user } = asker;
        let (iat, exp) = (now.unix_timestamp(), (now + LIFETIME).unix_timestamp());
        let claims = Claims { user_id: user, client_id: client, endings, aud: AUDIENCE.to_owned(), iat, exp };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.encoding);
        Secret::new(token.expect("HMAC takes a key of any length, and the claims are JSON"))
    }

    /// Who asks with that token, and how many times the sign-ins of the user had ended; `None` when it is not ours or
    /// its time is over.
    pub(super) fn check(&self, token: &str, now: OffsetDateTime) -> Option<(Asker, u64)> {
        let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let Claims { user_id, client_id, endings, exp, .. } = claims;
        (now.unix_timestamp() < exp).then_some((Asker { client: client_id, user: user_id }, endings))
    }
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or(FailureCode::InvalidToken)?;
        app.coviu.asker(&app.staff, token.trim()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn asker() -> Asker {
        Asker { client: "key".to_owned(), user: "login".into() }
    }

    #[test]
    fn is_good_for_an_hour_and_under_its_own_key() {
        let (signer, other) = (Signer::new(&Secret::new([1; 32])), Signer::new(&Secret::new([2; 32])));
        let token = signer.sign(asker(), 7, NOW).into_inner();
        assert_eq!(signer.check(&token, NOW + LIFETIME - Duration::SECOND), Some((asker(), 7)));
        assert_eq!(signer.check(&token, NOW + LIFETIME), None);
        assert_eq!(other.check(&token, NOW), None);
    }

    #[test]
    fn a_token_without_a_signature_or_for_somebody_else_is_none() {
        let key = Secret::new([1; 32]);
        let signer = Signer::new(&key);
        let token = signer.sign(asker(), 7, NOW).into_inner();
        let [_, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        for forged in [format!("{none}.{claims}."), format!("{none}.{claims}.{signature}"), String::new()] {
            assert_eq!(signer.check(&forged, NOW), None, "{forged}");
        }
        let claims = serde_json::json!({"userId": "login", "clientId": "key", "aud": "other", "iat": 0, "exp": i64::MAX});
        let foreign =
            encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(key.expose()));
        assert_eq!(signer.check(&foreign.unwrap(), NOW), None);
    }
}
