//! The Desktop Notifications Specification 1.3, as far as it is used here.

use super::{Pressed, Words};
use std::collections::HashMap;
use zbus::zvariant::Value;

/// The service, and its interface.
pub(super) const SERVICE: &str = "org.freedesktop.Notifications";
/// Its object.
pub(super) const PATH: &str = "/org/freedesktop/Notifications";
/// The action of a click on the notification itself.
const CLICK: &str = "default";
/// The actions of the buttons of a call.
const ACCEPT: &str = "accept";
const DECLINE: &str = "decline";
/// The name of the desktop file without its ending: the bundler names it after the product.
const DESKTOP_ENTRY: &str = "Consilium";
/// The icon's name in the theme: the bundler names it after the program.
const ICON: &str = "consilium";
/// The server chooses how long it is shown.
const EXPIRES: i32 = -1;
/// It is shown until it is taken away.
const STAYS: i32 = 0;

/// What a notification server can do (section «Capabilities»).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Features {
    /// Clicks are told.
    actions: bool,
    /// The body is markup, so text has to be escaped.
    markup: bool,
}

impl Features {
    /// Reads the answer of `GetCapabilities`.
    pub(super) fn of(capabilities: &[String]) -> Self {
        let has = |name: &str| capabilities.iter().any(|capability| capability == name);
        Self { actions: has("actions"), markup: has("body-markup") }
    }
}

/// What an action means.
pub(super) fn pressed(action: &str) -> Option<Pressed> {
    match action {
        CLICK => Some(Pressed::Itself),
        ACCEPT => Some(Pressed::Accept),
        DECLINE => Some(Pressed::Decline),
        _ => None,
    }
}

/// The arguments of `Notify`.
pub(super) type Arguments<'a> =
    (&'a str, u32, &'a str, &'a str, String, Vec<&'a str>, HashMap<&'a str, Value<'a>>, i32);

/// A notification with these words, in place of the one with this number unless it is 0.
pub(super) fn arguments(words: &Words, replaces: u32, features: Features) -> Arguments<'_> {
    let body = if features.markup { escaped(&words.body) } else { words.body.clone() };
    // A name for the action is only shown by servers that make a button of it.
    let mut actions = if features.actions { vec![CLICK, "Consilium"] } else { Vec::new() };
    let mut hints = HashMap::from([("desktop-entry", Value::from(DESKTOP_ENTRY))]);
    let Some(answers) = &words.answers else {
        hints.insert("category", Value::from("im.received"));
        // A message is kept by servers that have a place for it, until it is read.
        hints.insert("urgency", Value::from(1_u8));
        return ("Consilium", replaces, ICON, &words.title, body, actions, hints, EXPIRES);
    };
    if features.actions {
        actions.extend([ACCEPT, &answers.accept, DECLINE, &answers.decline]);
    }
    hints.insert("category", Value::from("call.incoming"));
    // A call is shown until it rings no more, and makes its own sound.
    hints.insert("urgency", Value::from(2_u8));
    hints.insert("suppress-sound", Value::from(true));
    ("Consilium", replaces, ICON, &words.title, body, actions, hints, STAYS)
}

/// Text that means itself where markup is understood.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::Answers;

    fn body(text: &str, capabilities: &[&str]) -> (String, usize) {
        let words = Words { title: "<b>Ada</b> & Co".into(), body: text.into(), answers: None };
        let features = Features::of(&capabilities.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let arguments = arguments(&words, 0, features);
        assert_eq!(arguments.3, "<b>Ada</b> & Co", "a title is never markup");
        (arguments.4, arguments.5.len())
    }

    #[test]
    fn a_call_has_buttons_where_there_are_any_and_stays() {
        let answers = Some(Answers { accept: "Accept".into(), decline: "Decline".into() });
        let words = Words { title: "Ada".into(), body: "Incoming call".into(), answers };
        let of =
            |names: &[&str]| Features::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let (.., actions, hints, expires) = arguments(&words, 0, of(&["body", "actions"]));
        assert_eq!(actions, ["default", "Consilium", "accept", "Accept", "decline", "Decline"]);
        assert_eq!((expires, &hints["urgency"]), (0, &Value::from(2_u8)));
        assert!(arguments(&words, 0, of(&["body"])).5.is_empty());
        let meanings = ["default", "accept", "decline", "snooze"].map(pressed);
        assert_eq!(meanings, [Some(Pressed::Itself), Some(Pressed::Accept), Some(Pressed::Decline), None]);
    }

    #[test]
    fn markup_in_a_text_means_itself() {
        let text = "<a href='x'>1 < 2 & 3</a>";
        let escaped = "&lt;a href='x'&gt;1 &lt; 2 &amp; 3&lt;/a&gt;";
        assert_eq!(body(text, &["body", "body-markup", "actions"]), (escaped.to_owned(), 2));
        assert_eq!(body(text, &["body"]), (text.to_owned(), 0));
    }
}
