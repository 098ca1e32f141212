//! Reads bodies field by field, so that what is wrong is told by name. Unknown fields are ignored, and `null` is as if
//! the field were not there.

use super::refused::Refused;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use bytes::Bytes;
use consilium_model::Secret;
use consilium_wire::xassist::FailureCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use time::OffsetDateTime;

pub(super) type RawBody = Result<Bytes, BytesRejection>;

/// The longest text that is none for people, such as an address, in bytes.
const MAX_TEXT: usize = 254;

/// A body as JSON.
pub(super) fn json(body: RawBody) -> Result<Value, Refused> {
    let body = body.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => FailureCode::TooLarge,
        _ => FailureCode::InvalidRequest,
    })?;
    serde_json::from_slice(&body).map_err(|_| FailureCode::InvalidRequest.into())
}

/// A body as a JSON object.
pub(super) fn object(body: RawBody) -> Result<Map<String, Value>, Refused> {
    match json(body)? {
        Value::Object(object) => Ok(object),
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

    /// An object at this place of the body.
    pub(super) const fn at(object: &'a Map<String, Value>, path: String) -> Self {
        Self { object, path }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// The way to a field.
    pub(super) fn path_to(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// The way to the object itself; empty for the body.
    pub(super) fn path(&self) -> &str {
        self.path.trim_end_matches('.')
    }

    /// A field that has a wrong form.
    pub(super) fn wrong(&self, name: &str) -> Refused {
        Refused::at(FailureCode::InvalidField, self.path_to(name))
    }

    /// A field that must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Refused> {
        value.ok_or_else(|| Refused::at(FailureCode::MissingField, self.path_to(name)))
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Result<Option<T>, Refused> {
        self.get(name).map(|value| read(value).ok_or_else(|| self.wrong(name))).transpose()
    }

    /// One line of so many characters. Without any but spaces it is as if the field were not there.
    pub(super) fn line(&self, name: &str, most: usize) -> Result<Option<Secret>, Refused> {
        let line = self.read(name, |value| {
            let text = value.as_str()?.trim();
            let fits = text.chars().count() <= most && !text.chars().any(char::is_control);
            fits.then(|| Secret::from(text))
        })?;
        Ok(line.filter(|line| !line.expose().is_empty()))
    }

    /// A short text that is none for people. An empty one is as if the field were not there.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Refused> {
        let text = self.read(name, |value| {
            let text = value.as_str()?.trim();
            (text.len() <= MAX_TEXT && !text.chars().any(char::is_control)).then_some(text)
        })?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A secret that must be there, as it is.
    pub(super) fn secret(&self, name: &str) -> Result<Secret, Refused> {
        let secret = self.read(name, |value| value.as_str().map(Secret::from))?;
        self.required(name, secret)
    }

    /// A number of the database.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refused> {
        self.read(name, Value::as_u64)
    }

    /// A flag, which is off where it is not there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refused> {
        Ok(self.read(name, Value::as_bool)?.unwrap_or(false))
    }

    /// One of the protocol's words.
    pub(super) fn word<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Refused> {
        self.read(name, |value| T::deserialize(value).ok())
    }

    /// A time with its offset (RFC 3339; seconds may be missing, and a time zone may follow in brackets).
    pub(super) fn time(&self, name: &str) -> Result<Option<OffsetDateTime>, Refused> {
        self.read(name, |value| {
            let at: jiff::Timestamp = value.as_str()?.parse().ok()?;
            OffsetDateTime::from_unix_timestamp(at.as_second()).ok()
        })
    }

    /// A list, each with the way to it.
    pub(super) fn list(&self, name: &str) -> Result<Vec<(&'a Value, String)>, Refused> {
        let Some(list) = self.read(name, Value::as_array)? else { return Ok(Vec::new()) };
        Ok(list
            .iter()
            .enumerate()
            .map(|(place, one)| (one, self.path_to(&format!("{name}[{place}]"))))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::macros::datetime;

    fn time(text: &str) -> Option<OffsetDateTime> {
        let body = json!({ "at": text });
        Fields::of(body.as_object().unwrap()).time("at").ok().flatten()
    }

    #[test]
    fn times_are_those_that_programs_write_and_always_have_an_offset() {
        let six = datetime!(2026-11-22 17:00 UTC);
        for text in [
            "2026-11-22T17:00:00Z",
            "2026-11-22T18:00:00.250+01:00",
            "2026-11-22T18:00+01:00",
            "2026-11-22T18:00:00+01:00[Europe/Paris]",
            "2026-11-22 17:00:00Z",
        ] {
            assert_eq!(time(text), Some(six), "{text}");
        }
        for text in ["", "now", "2026-11-22T18:00:00", "2026-11-22", "1795000000", "2026-13-22T18:00:00Z"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        let body = json!({"list": [{"name": "a\nb", "number": -1}], "empty": " ", "none": null});
        let fields = Fields::of(body.as_object().unwrap());
        let (item, path) = fields.list("list").unwrap().remove(0);
        let item = Fields::at(item.as_object().unwrap(), format!("{path}."));
        let wrong = |name: &str| Refused::at(FailureCode::InvalidField, format!("list[0].{name}"));
        assert_eq!(item.line("name", 10), Err(wrong("name")));
        assert_eq!(item.number("number"), Err(wrong("number")));
        assert_eq!((fields.line("empty", 10), fields.text("none")), (Ok(None), Ok(None)));
        assert_eq!(item.path(), "list[0]");
    }
}
