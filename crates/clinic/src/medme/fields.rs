//! Reads a JSON body field by field, so that all that is missing or wrong is told at once and by name.

use super::answer::{Failure, field_error};
use super::methods::RawBody;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use consilium_wire::medme::FieldError;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The longest text of a field, in bytes.
pub(super) const MAX_TEXT: usize = 2000;
/// The longest list.
const MAX_LIST: usize = 200;

/// A body as a JSON object.
pub(super) fn read_body(body: RawBody) -> Result<Map<String, Value>, Failure> {
    let body = body.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => Failure::TooLarge,
        _ => Failure::invalid("body", "", "cannot be read"),
    })?;
    match serde_json::from_slice(&body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::invalid("type", "", "must be an object")),
        Err(_) => Err(Failure::invalid("json", "", "must be JSON in UTF-8")),
    }
}

/// Everything that is missing or wrong so far.
#[derive(Default)]
pub(super) struct Problems {
    missing: Vec<String>,
    invalid: Vec<FieldError>,
}

impl Problems {
    /// A wrong form.
    pub(super) fn invalid(&mut self, kind: &str, path: &str, message: &str) {
        self.invalid.push(field_error(kind, path, message));
    }

    /// At least one of these is required, and none is there.
    pub(super) fn missing(&mut self, names: &[&str]) {
        self.missing.extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// The answer, if anything is missing or wrong. What is missing comes first.
    pub(super) fn into_failure(self) -> Option<Failure> {
        if !self.missing.is_empty() {
            Some(Failure::Missing(self.missing))
        } else if !self.invalid.is_empty() {
            Some(Failure::Invalid(self.invalid))
        } else {
            None
        }
    }
}

/// An object in a body, with the way to it.
///
/// `errors` names a field by its whole path. `expect_fields` names it as the protocol page does: a field of the body
/// or of `conference_info` by its bare name, anything deeper by its path from there.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
    short: String,
}

impl<'a> Fields<'a> {
    /// The body itself.
    pub(super) const fn of_body(object: &'a Map<String, Value>) -> Self {
        Self { object, path: String::new(), short: String::new() }
    }

    /// The same fields, whose names `expect_fields` gives bare.
    pub(super) fn bare(self) -> Self {
        Self { short: String::new(), ..self }
    }

    /// The path of a field, for `errors`.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// A field that may be missing; `null` is missing too.
    pub(super) fn optional(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn required(&self, name: &str, problems: &mut Problems) -> Option<&'a Value> {
        let value = self.optional(name);
        if value.is_none() {
            problems.missing.push(format!("{}{name}", self.short));
        }
        value
    }

    fn wrong<T>(&self, name: &str, problems: &mut Problems, message: &str) -> Option<T> {
        problems.invalid("type", &self.path(name), message);
        None
    }

    fn as_text(&self, name: &str, value: &Value, problems: &mut Problems) -> Option<String> {
        let Some(text) = value.as_str() else { return self.wrong(name, problems, "must be a string") };
        if text.len() > MAX_TEXT {
            problems.invalid("size", &self.path(name), "is too long");
            return None;
        }
        Some(text.to_owned())
    }

    /// A text.
    pub(super) fn text(&self, name: &str, problems: &mut Problems) -> Option<String> {
        let value = self.required(name, problems)?;
        self.as_text(name, value, problems)
    }

    /// A text that is not empty.
    pub(super) fn id(&self, name: &str, problems: &mut Problems) -> Option<String> {
        let text = self.text(name, problems)?;
        if text.is_empty() {
            problems.invalid("size", &self.path(name), "must not be empty");
            return None;
        }
        Some(text)
    }

    /// A text that may be missing.
    pub(super) fn optional_text(&self, name: &str, problems: &mut Problems) -> Option<String> {
        self.as_text(name, self.optional(name)?, problems)
    }

    /// A flag.
    pub(super) fn flag(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        let value = self.required(name, problems)?;
        value.as_bool().or_else(|| self.wrong(name, problems, "must be a boolean"))
    }

    /// A flag that may be missing.
    pub(super) fn optional_flag(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        self.optional(name)?.as_bool().or_else(|| self.wrong(name, problems, "must be a boolean"))
    }

    /// A whole number of seconds within `range`.
    pub(super) fn seconds(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<u32>,
        problems: &mut Problems,
    ) -> Option<u32> {
        let value = self.required(name, problems)?;
        let Some(number) = value.as_f64().filter(|number| number.fract() == 0.0) else {
            return self.wrong(name, problems, "must be an integer");
        };
        let within = f64::from(*range.start()) <= number && number <= f64::from(*range.end());
        if !within {
            let message = format!("must be between {} and {}", range.start(), range.end());
            problems.invalid("range", &self.path(name), &message);
        }
        within.then_some(number as u32)
    }

    /// A date with time and offset, RFC 3339.
    pub(super) fn date_time(&self, name: &str, problems: &mut Problems) -> Option<OffsetDateTime> {
        let text = self.text(name, problems)?;
        // The year keeps sums with it within what a date can hold.
        let date =
            OffsetDateTime::parse(&text, &Rfc3339).ok().filter(|date| (1970..=9000).contains(&date.year()));
        if date.is_none() {
            problems.invalid("format", &self.path(name), "must be a date-time, RFC 3339");
        }
        date
    }

    /// An object.
    pub(super) fn object(&self, name: &str, problems: &mut Problems) -> Option<Fields<'a>> {
        let value = self.required(name, problems)?;
        let Some(object) = value.as_object() else { return self.wrong(name, problems, "must be an object") };
        Some(Self::below(object, &self.path, &self.short, name))
    }

    fn below(object: &'a Map<String, Value>, path: &str, short: &str, name: &str) -> Self {
        Self { object, path: format!("{path}{name}."), short: format!("{short}{name}.") }
    }

    /// A list of objects, which may be empty.
    pub(super) fn list<T>(
        &self,
        name: &str,
        problems: &mut Problems,
        read: impl Fn(&Fields<'a>, &mut Problems) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = self.required(name, problems)?;
        let Some(items) = value.as_array() else { return self.wrong(name, problems, "must be an array") };
        if items.len() > MAX_LIST {
            problems.invalid("size", &self.path(name), "is too long");
            return None;
        }
        // Every item is read, so that all problems are told.
        let items = items.iter().enumerate().map(|(index, item)| {
            let place = format!("{name}[{index}]");
            let Some(object) = item.as_object() else {
                return self.wrong(&place, problems, "must be an object");
            };
            read(&Self::below(object, &self.path, &self.short, &place), problems)
        });
        items.collect::<Vec<_>>().into_iter().collect()
    }
}
