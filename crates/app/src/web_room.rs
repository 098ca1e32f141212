//! The web rooms of MedMe servers that have no room of their own: the conference then runs in the system's browser.
//!
//! The address comes from the clinic's settings as a template. Filled in it holds a token, and is never logged.

use crate::view::ProblemCode;
use crate::visit::Facts;
use consilium_l10n::Catalog;
use consilium_model::{Locale, Role, Secret, Vertical};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::str::FromStr;
use time::macros::format_description;
use url::Url;

/// What RFC 3986, section 2.3, lets stand in any part of a URL.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The placeholders of a template.
const PLACEHOLDERS: [&str; 3] = [TOKEN, SUBJECT, DISPLAY_NAME];
const TOKEN: &str = "{conference_token}";
const SUBJECT: &str = "{subject}";
const DISPLAY_NAME: &str = "{display_name}";

/// The address of a web room, such as `https://meet.example.org/{conference_token}`. `{subject}` and
/// `{display_name}` may stand in it as well; what they stand for is percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebRoomTemplate(String);

/// The text is not the template of a web room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// Not a URL.
    #[error("not an address such as https://meet.example.org/{{conference_token}}")]
    NotAUrl,
    /// Neither `https` nor, on this machine only, `http`.
    #[error("the address must begin with https://")]
    NotSecure,
    /// A placeholder that is not known, or one within the name of the machine.
    #[error("only {{conference_token}}, {{subject}} and {{display_name}} may be filled in, after the host")]
    BadPlaceholder,
    /// Everybody would be in the same room.
    #[error("{{conference_token}} is missing")]
    NoToken,
}

impl FromStr for WebRoomTemplate {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        let text = text.trim();
        let first = text.find('{').ok_or(BadTemplate::NoToken)?;
        let plain = PLACEHOLDERS.iter().fold(text.to_owned(), |text, name| text.replace(name, "x"));
        let place = Url::parse(&plain).map_err(|_| BadTemplate::NotAUrl)?;
        if place.username() != "" || place.password().is_some() || !place.has_host() {
            return Err(BadTemplate::NotAUrl);
        }
        if !is_secure(&place) {
            return Err(BadTemplate::NotSecure);
        }
        let host_ends = text
            .find("://")
            .and_then(|scheme| text[scheme + 3..].find(['/', '?', '#']).map(|length| scheme + 3 + length));
        if host_ends.is_none_or(|end| first < end) || plain.contains(['{', '}']) {
            return Err(BadTemplate::BadPlaceholder);
        }
        text.contains(TOKEN).then(|| Self(text.to_owned())).ok_or(BadTemplate::NoToken)
    }
}

impl WebRoomTemplate {
    /// The address of one conference's room for one participant; `None` when it cannot be one.
    pub(crate) fn fill(&self, room: &Conference<'_>) -> Option<Secret<Url>> {
        let mut filled = String::with_capacity(self.0.len() + 128);
        let mut rest = self.0.as_str();
        // One pass: what is filled in is never read as a placeholder.
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}')?;
            let value = match name {
                "conference_token" => room.token.expose(),
                "subject" => room.subject.as_str(),
                "display_name" => room.display_name.expose(),
                _ => return None,
            };
            filled.push_str(before);
            filled.extend(utf8_percent_encode(value, RESERVED));
            rest = tail;
        }
        filled.push_str(rest);
        Url::parse(&filled).ok().filter(is_secure).map(Secret::new)
    }
}

fn is_secure(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// What a web room is told (`medme.md`, `openConference`).
pub(crate) struct Conference<'a> {
    pub(crate) token: &'a Secret,
    pub(crate) subject: String,
    pub(crate) display_name: Secret,
}

impl<'a> Conference<'a> {
    /// The facts of a visit in the window's words.
    pub(crate) fn of(facts: &Facts, token: &'a Secret, locale: Locale, vertical: Vertical) -> Self {
        Self { token, subject: subject(facts, locale), display_name: display_name(facts, locale, vertical) }
    }
}

/// The services' names, then the start in the zone in which the clinic gave it.
fn subject(facts: &Facts, locale: Locale) -> String {
    let info = &facts.info.info;
    let services: Vec<&str> = info.services.iter().filter_map(|one| one.name_in(locale.tag())).collect();
    let start = info.scheduled_start;
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]");
    let mut when = start.format(format).unwrap_or_default();
    if start.offset().is_utc() {
        when.push_str(" UTC");
    }
    [services.join(", "), when].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Profession, or the word for the role, and the name; somebody whom the conference does not name is a guest.
fn display_name(facts: &Facts, locale: Locale, vertical: Vertical) -> Secret {
    let info = &facts.info.info;
    let (key, profession, name) = match facts.role {
        Role::Specialist => {
            let me = info.specialists.iter().find(|one| one.id == facts.user);
            ("role-specialist", me.map(|one| one.profession.trim()), me.map(|one| one.full_name()))
        }
        Role::Client => {
            let me = info.clients.iter().find(|one| one.id == facts.user);
            ("role-client", None, me.map(|one| one.full_name()))
        }
    };
    let Some(name) = name else { return Secret::new(word("person-guest", locale, vertical)) };
    let called = profession.filter(|profession| !profession.is_empty()).map(str::to_owned);
    let called = called.unwrap_or_else(|| word(key, locale, vertical));
    Secret::new([called, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

fn word(key: &str, locale: Locale, vertical: Vertical) -> String {
    let vertical = match vertical {
        Vertical::Medicine => "medicine",
        Vertical::General => "general",
    };
    Catalog::new().lookup(locale, key, &[("vertical", vertical)]).unwrap_or_default()
}

/// The web room that a conference runs in.
pub(crate) struct WebRoom {
    pub(crate) url: Option<Secret<Url>>,
    pub(crate) opened: bool,
    pub(crate) problem: Option<ProblemCode>,
}

impl WebRoom {
    /// A room at this address, or at one that nobody has told.
    pub(crate) fn at(url: Option<Secret<Url>>) -> Self {
        let problem = url.is_none().then_some(ProblemCode::NoWebRoom);
        Self { url, opened: false, problem }
    }

    /// The machine, with its port when it is an unusual one.
    pub(crate) fn host(&self) -> String {
        let Some(url) = self.url.as_ref().map(Secret::expose) else { return String::new() };
        let host = url.host_str().unwrap_or_default();
        url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The browser was asked to open it.
    pub(crate) fn browser(&mut self, opened: bool) {
        self.opened = opened;
        self.problem = (!opened).then_some(ProblemCode::NoBrowser);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, token: &str, subject: &str, name: &str) -> String {
        let token = token.into();
        let room = Conference { token: &token, subject: subject.to_owned(), display_name: name.into() };
        let template: WebRoomTemplate = template.parse().unwrap();
        template.fill(&room).unwrap().expose().as_str().to_owned()
    }

    #[test]
    fn what_is_filled_in_stays_within_its_place() {
        let template = "https://meet.example.org/{conference_token}?s={subject}#name={display_name}";
        assert_eq!(
            filled(template, "a/b?c", "X & {display_name}", "Dr. Åsa #1"),
            "https://meet.example.org/a%2Fb%3Fc?s=X%20%26%20%7Bdisplay_name%7D#name=Dr.%20%C3%85sa%20%231"
        );
        assert_eq!(filled("http://127.0.0.1:8/{conference_token}", "t", "", ""), "http://127.0.0.1:8/t");
    }

    #[test]
    fn refuses_what_is_no_template() {
        for (text, error) in [
            ("", BadTemplate::NoToken),
            ("https://meet.example.org/", BadTemplate::NoToken),
            ("https://meet.example.org/{subject}", BadTemplate::NoToken),
            ("https://meet.example.org/{conference_token}/{else}", BadTemplate::BadPlaceholder),
            ("https://{conference_token}.example.org/", BadTemplate::BadPlaceholder),
            ("https://{conference_token}", BadTemplate::BadPlaceholder),
            ("http://meet.example.org/{conference_token}", BadTemplate::NotSecure),
            ("file:///{conference_token}", BadTemplate::NotAUrl),
            ("https://user:word@meet.example.org/{conference_token}", BadTemplate::NotAUrl),
            ("meet.example.org/{conference_token}", BadTemplate::NotAUrl),
        ] {
            assert_eq!(text.parse::<WebRoomTemplate>(), Err(error), "{text}");
        }
    }
}
