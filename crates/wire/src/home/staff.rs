//! `/home/v1/staff`: the booking system says which specialists may sign in.
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `GET staff` | | [`Roster`], by login |
//! | `PUT staff/{login}` | [`PutStaff`] | [`StaffPut`]: added or changed |
//! | `POST staff/{login}/link` | | [`StaffLink`]: signs in once |
//! | `DELETE staff/{login}` | | 204: every sign-in of that login has ended |
//!
//! All carry `Authorization: Bearer <API key>`. A login that is none answers 404.

use super::FailureCode;
use consilium_model::{Secret, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The longest login, in characters.
pub const MAX_LOGIN: usize = 128;
/// The longest name of a person or a clinic, in characters.
pub const MAX_NAME: usize = 200;
/// The shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;
/// How ids begin that are not a specialist's login.
const RESERVED: [&str; 4] =
    [crate::im::PATIENT_PREFIX, crate::coviu::PREFIX, crate::trueconf::PREFIX, crate::xassist::PREFIX];

/// Whether a specialist may have that login. It is a part of an address, so it is neither `.` nor `..`.
pub fn is_login(login: &str) -> bool {
    is_line(login, MAX_LOGIN)
        && !matches!(login, "." | "..")
        && !RESERVED.iter().any(|reserved| login.starts_with(reserved))
}

/// Some characters, none of them a control character or a space at either end.
pub(super) fn is_line(text: &str, longest: usize) -> bool {
    let is_long = text.chars().nth(longest).is_some();
    !text.is_empty() && !is_long && text.trim() == text && !text.chars().any(char::is_control)
}

/// What is to be known of a specialist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PutStaff {
    /// As colleagues and patients see it.
    pub name: Secret,
    /// The clinic's name. Without it, it stays as it was; of somebody new it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinic: Option<String>,
    /// Without it, it stays as it was; somebody new who has none signs in by links only. Another one than before ends
    /// every sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

impl PutStaff {
    /// Why it cannot be taken, if it cannot.
    pub fn fault(&self) -> Option<FailureCode> {
        let is_clinic = |clinic: &String| clinic.is_empty() || is_line(clinic, MAX_NAME);
        let is_password = |password: &Secret| password.expose().chars().nth(MIN_PASSWORD - 1).is_some();
        if !is_line(self.name.expose(), MAX_NAME) || !self.clinic.as_ref().is_none_or(is_clinic) {
            Some(FailureCode::BadName)
        } else if !self.password.as_ref().is_none_or(is_password) {
            Some(FailureCode::ShortPassword)
        } else {
            None
        }
    }
}

/// The answer to a [`PutStaff`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffPut {
    /// The login.
    pub user_id: UserId,
    /// The name.
    pub name: Secret,
    /// The clinic's name.
    pub clinic: String,
    /// Whether there was none of that login before.
    pub created: bool,
}

/// Everybody who may sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Roster {
    /// By login.
    pub staff: Vec<StaffRow>,
}

/// A specialist who may sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffRow {
    /// The login.
    pub user_id: UserId,
    /// The name.
    pub name: Secret,
    /// The clinic's name.
    pub clinic: String,
    /// Whether a password is set; without one, only links work.
    pub has_password: bool,
}

/// A link that signs a specialist in once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffLink {
    /// `consilium://sign-in?...` ([`crate::link::Link::SignIn`]).
    pub link: Secret,
    /// From then on it is worth nothing.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_a_short_line_that_is_nobody_elses() {
        for login in ["anna", "a/b c", "Анна", "patient", "x@example.org", "...", &"ä".repeat(MAX_LOGIN)]
        {
            assert!(is_login(login), "{login}");
        }
        let long = "a".repeat(MAX_LOGIN + 1);
        for login in [
            "",
            " ",
            " a",
            "a\n",
            "a\u{7f}b",
            ".",
            "..",
            "patient:1",
            "coviu:a",
            "trueconf:a",
            "xassist:a",
            &long,
        ] {
            assert!(!is_login(login), "{login:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let put = |name: &str, clinic: Option<&str>, password: Option<&str>| {
            let (clinic, password) = (clinic.map(str::to_owned), password.map(Secret::from));
            PutStaff { name: name.into(), clinic, password }.fault()
        };
        assert_eq!(put("Anna", None, None), None);
        assert_eq!(put("Anna", Some(""), Some("ten ten te")), None);
        assert_eq!(put("Anna", Some("C"), Some("пароль на10")), None);
        assert_eq!(put("Anna", None, Some("пароль 9ч")), Some(FailureCode::ShortPassword));
        assert_eq!(put("", None, None), Some(FailureCode::BadName));
        assert_eq!(put("A\u{7}", None, None), Some(FailureCode::BadName));
        assert_eq!(put("Anna", Some("C\n"), None), Some(FailureCode::BadName));
        assert_eq!(put(&"n".repeat(MAX_NAME + 1), None, None), Some(FailureCode::BadName));
    }
}
