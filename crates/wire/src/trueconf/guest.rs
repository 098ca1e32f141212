//! The user string that makes a guest account on the fly.

use consilium_model::Secret;
use std::str::FromStr;

/// The most characters of a slug.
pub const MAX_SLUG: usize = 100;
/// The most characters of a guest's name.
const MAX_NAME: usize = 100;
/// Somebody without an account.
const KIND: &str = "2$";

/// `2$slug*Display Name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestUser {
    /// Names the account within its conference: Latin letters, digits, `_`, `-` and `.`. Made of a name, so it is one.
    pub slug: Secret,
    /// The name to show.
    pub name: Secret,
}

/// It is not the user string of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 2$slug*Display Name")]
pub struct NotAGuest;

impl FromStr for GuestUser {
    type Err = NotAGuest;

    /// A guest without a name goes by the slug.
    fn from_str(text: &str) -> Result<Self, NotAGuest> {
        let (slug, name) = text.strip_prefix(KIND).and_then(|rest| rest.split_once('*')).ok_or(NotAGuest)?;
        let is_of_slug = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !(1..=MAX_SLUG).contains(&slug.len()) || !slug.chars().all(is_of_slug) {
            return Err(NotAGuest);
        }
        let name = name.trim();
        if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(NotAGuest);
        }
        Ok(Self { slug: slug.into(), name: if name.is_empty() { slug } else { name }.into() })
    }
}

impl GuestUser {
    /// As it stands on the wire. Not `Display`, because it is a name.
    pub fn to_text(&self) -> String {
        format!("{KIND}{}*{}", self.slug.expose(), self.name.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_such_strings_are_guests() {
        for text in ["", "2$", "2$*Anna", "2$anna", "1$anna*Anna", "2$an na*Anna", "2$анна*Анна", "2$a/b*A"]
        {
            assert_eq!(text.parse::<GuestUser>(), Err(NotAGuest), "{text}");
        }
        assert_eq!("2$a*A\u{7}".parse::<GuestUser>(), Err(NotAGuest));
        assert_eq!(format!("2$a*{}", "я".repeat(MAX_NAME + 1)).parse::<GuestUser>(), Err(NotAGuest));
        assert_eq!(format!("2${}*A", "a".repeat(MAX_SLUG + 1)).parse::<GuestUser>(), Err(NotAGuest));
        let nameless: GuestUser = "2$guest_user* ".parse().unwrap();
        assert_eq!(nameless.name, "guest_user".into());
    }

    proptest! {
        #[test]
        fn a_guest_is_read_as_it_is_written(slug in "[A-Za-z0-9_.-]{1,100}", name in "[^\\s\\pC]([^\\pC]{0,60}[^\\s\\pC])?") {
            let guest = GuestUser { slug: slug.into(), name: name.into() };
            prop_assert_eq!(guest.to_text().parse::<GuestUser>(), Ok(guest));
        }

        #[test]
        fn reading_never_panics(text in "(2\\$)?\\PC{0,40}") {
            let _ = text.parse::<GuestUser>();
        }
    }
}
