//! Reads bodies and parameters field by field, so that what is wrong is told by name. Unknown fields are ignored, and
//! `null` is as if the field were not there.

use super::refused::Refused;
use axum::extract::FromRequestParts;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::http::request::Parts;
use bytes::Bytes;
use consilium_model::Secret;
use consilium_wire::coviu::{FailureCode, Role, http_date};
use serde_json::{Map, Value};
use std::convert::Infallible;
use time::OffsetDateTime;

pub(super) type RawBody = Result<Bytes, BytesRejection>;

/// How long a text may be.
#[derive(Clone, Copy)]
pub(super) enum Text {
    /// A name: one line of at most 250 characters.
    Name,
    /// An address: at most 2000 bytes.
    Address,
    /// What a client wants to remember: at most 4000 bytes.
    Note,
}

impl Text {
    fn allows(self, text: &str) -> bool {
        match self {
            Self::Name => text.chars().count() <= 250 && !text.chars().any(char::is_control),
            Self::Address => text.len() <= 2000 && !text.chars().any(char::is_control),
            Self::Note => text.len() <= 4000,
        }
    }
}

/// A body as it came.
pub(super) fn bytes(body: RawBody) -> Result<Bytes, Refused> {
    body.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            FailureCode::TooLarge.into()
        }
        _ => FailureCode::InvalidRequest.into(),
    })
}

/// A body as a JSON object.
pub(super) fn object(body: RawBody) -> Result<Map<String, Value>, Refused> {
    match serde_json::from_slice(&bytes(body)?) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(FailureCode::InvalidRequest.into()),
    }
}

/// An object of a body, with the way to it.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The body itself.
    pub(super) const fn of(object: &'a Map<String, Value>) -> Self {
        Self { object, path: String::new() }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str) -> Refused {
        Refused::at(FailureCode::InvalidField, format!("{}{name}", self.path))
    }

    fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Refused> {
        value.ok_or_else(|| Refused::at(FailureCode::MissingField, format!("{}{name}", self.path)))
    }

    /// A text.
    pub(super) fn text(&self, name: &str, kind: Text) -> Result<Option<Secret>, Refused> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().filter(|text| kind.allows(text));
        text.map(|text| Some(text.into())).ok_or_else(|| self.wrong(name))
    }

    /// A time.
    pub(super) fn time(&self, name: &str) -> Result<Option<OffsetDateTime>, Refused> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let at = value.as_str().and_then(http_date::parse);
        at.map(Some).ok_or_else(|| self.wrong(name))
    }

    /// A time that must be there.
    pub(super) fn required_time(&self, name: &str) -> Result<OffsetDateTime, Refused> {
        let at = self.time(name)?;
        self.required(name, at)
    }

    /// A role, in any case.
    pub(super) fn role(&self, name: &str) -> Result<Option<Role>, Refused> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let role = value.as_str().and_then(Role::parse);
        role.map(Some).ok_or_else(|| self.wrong(name))
    }

    /// A role that must be there.
    pub(super) fn required_role(&self, name: &str) -> Result<Role, Refused> {
        let role = self.role(name)?;
        self.required(name, role)
    }

    /// A list of objects; none is empty.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Fields<'a>>, Refused> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(|| self.wrong(name))?.iter().enumerate();
        let below = |(index, item): (usize, &'a Value)| {
            let place = format!("{name}[{index}]");
            let object = item.as_object().ok_or_else(|| self.wrong(&place))?;
            Ok(Fields { object, path: format!("{}{place}.", self.path) })
        };
        items.map(below).collect()
    }
}

/// What stands after the question mark. Of several with one name the first counts; an empty one is none.
pub(super) struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

impl Query {
    /// A parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Refused> {
        let wrong = || Refused::at(FailureCode::InvalidField, name);
        self.get(name).map(|value| read(value).ok_or_else(wrong)).transpose()
    }

    /// A number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u32>, Refused> {
        self.read(name, |value| value.parse().ok())
    }

    /// A time.
    pub(super) fn time(&self, name: &str) -> Result<Option<OffsetDateTime>, Refused> {
        self.read(name, http_date::parse)
    }

    /// A flag, which is off without the parameter. PHP writes 1 and 0.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refused> {
        let flag = self.read(name, |value| match value {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        });
        Ok(flag?.unwrap_or(false))
    }
}
