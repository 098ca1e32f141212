//! The page of a link that is for anybody: it asks for a name, and shows nothing of what it leads to.

use super::page::{document, escape};
use super::policy::Policy;
use super::{CATALOG, preferred_locale};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use consilium_l10n::Message;
use consilium_model::Locale;

/// The most characters of a name.
pub(crate) const MAX_NAME: usize = 100;

/// A name as somebody has entered it, or nothing when it is none.
pub(crate) fn name_in(text: &str) -> Option<&str> {
    let name = text.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then_some(name)
}

/// What was entered before the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// Nothing.
    Nothing,
    /// Something that is no name.
    NoName,
}

/// The page, for an address one level below the root, to which the name is posted as the form's `name`.
pub(crate) fn ask_name(headers: &HeaderMap, entered: Entered) -> Response {
    let status = match entered {
        Entered::Nothing => StatusCode::OK,
        Entered::NoName => StatusCode::BAD_REQUEST,
    };
    let page = page(preferred_locale(headers), entered);
    Policy::form().on((status, Html(page)).into_response())
}

fn page(locale: Locale, entered: Entered) -> String {
    let say = |message: Message| escape(&CATALOG.text(locale, &message));
    let (fault, wrong) = match entered {
        Entered::Nothing => (String::new(), ""),
        Entered::NoName => (
            format!("<p id=\"wrong\" role=\"alert\">{}</p>\n", say(Message::GuestNameWrong)),
            " aria-invalid=\"true\" aria-describedby=\"wrong\"",
        ),
    };
    let title = say(Message::GuestNameTitle);
    let body = format!(
        "<p>{}</p>\n<form method=\"post\">\n<p><label for=\"name\">{}</label></p>\n\
         <p><input id=\"name\" name=\"name\" maxlength=\"{MAX_NAME}\" autocomplete=\"name\" dir=\"auto\" required autofocus{wrong}></p>\n\
         {fault}<p><button class=\"open\">{}</button></p>\n</form>",
        say(Message::GuestNameText),
        say(Message::GuestNameLabel),
        say(Message::GuestNameGo),
    );
    document(locale, "../", &title, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_of_a_hundred_characters() {
        assert_eq!(name_in("  Ada Sample\n"), Some("Ada Sample"));
        let long = "ש".repeat(MAX_NAME);
        assert_eq!(name_in(&long), Some(long.as_str()));
        for text in ["", " \t", "a\nb", "a\u{0}", &"x".repeat(MAX_NAME + 1)] {
            assert_eq!(name_in(text), None, "{text:?}");
        }
    }
}
