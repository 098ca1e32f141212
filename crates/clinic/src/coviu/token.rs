//! `auth/token` and `auth/revoke`: HTTP Basic with the API key and its secret, and a form (RFC 6749, RFC 7009).

use super::desk::Grant;
use super::fields::{self, RawBody};
use super::refused::Refused;
use crate::server::App;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use consilium_model::Secret;
use consilium_wire::coviu::{FailureCode, Token};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

pub(super) async fn grant(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Json<Token>, Refused> {
    let client = app.coviu.recognise(basic(&headers), from.ip()).await?;
    let grant = Form::read(body)?.grant()?;
    let token = app.coviu.grant(&app.staff, &client, grant, from.ip()).await?;
    app.coviu.forgive(from.ip());
    Ok(Json(token))
}

pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Json<Value>, Refused> {
    let client = app.coviu.recognise(basic(&headers), from.ip()).await?;
    app.coviu.revoke(&client, &Form::read(body)?.required("token")?.into()).await?;
    app.coviu.forgive(from.ip());
    Ok(Json(json!({})))
}

/// Name and password of HTTP Basic (RFC 7617).
fn basic(headers: &HeaderMap) -> Option<(String, Secret)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    let credentials = scheme.eq_ignore_ascii_case("basic").then_some(credentials.trim())?;
    let credentials = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (name, password) = credentials.split_once(':')?;
    Some((name.to_owned(), password.into()))
}

struct Form(Vec<(String, String)>);

impl Form {
    fn read(body: RawBody) -> Result<Self, Refused> {
        let body = fields::bytes(body)?;
        Ok(Self(url::form_urlencoded::parse(&body).into_owned().collect()))
    }

    /// A parameter that must be there, once.
    fn required(&self, name: &str) -> Result<&str, Refused> {
        let mut named = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match (named.next(), named.next()) {
            (Some(value), None) if !value.is_empty() => Ok(value),
            _ => Err(Refused::at(FailureCode::InvalidRequest, name)),
        }
    }

    fn grant(&self) -> Result<Grant, Refused> {
        match self.required("grant_type")? {
            "client_credentials" => Ok(Grant::ClientCredentials),
            "password" => Ok(Grant::Password {
                username: self.required("username")?.into(),
                password: self.required("password")?.into(),
            }),
            "refresh_token" => Ok(Grant::Refresh(self.required("refresh_token")?.into())),
            "authorization_code" => Ok(Grant::Code(self.required("code")?.into())),
            _ => Err(FailureCode::UnsupportedGrantType.into()),
        }
    }
}
