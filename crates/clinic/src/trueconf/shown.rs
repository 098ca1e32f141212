//! A conference, and the ways into it, as the protocol shows them.

use super::found::Found;
use crate::server::App;
use consilium_model::Secret;
use consilium_wire::link::Link;
use consilium_wire::trueconf::{ALL_ON_SCREEN, Clients, Conference, Schedule, SoftwareClient};
use std::fmt::Write;

/// What a page in a frame needs for a call (Permissions Policy).
const ALLOWED: &str = "camera; microphone; display-capture; autoplay";

/// A conference as it is.
pub(super) fn conference(app: &App, found: &Found) -> Conference {
    let (hosted, terms) = (&found.hosted, &found.hosted.terms);
    Conference {
        id: hosted.name.clone(),
        kind: ALL_ON_SCREEN,
        topic: terms.topic.clone(),
        description: terms.description.clone(),
        owner: terms.owner.clone(),
        max_podiums: terms.max_participants,
        max_participants: terms.max_participants,
        schedule: Schedule::default(),
        invitations: terms.invitations.clone(),
        allow_guests: terms.allow_guests,
        auto_invite: terms.auto_invite,
        state: found.state(),
        recording: 0,
        stream_recording_state: 0,
        rights: terms.rights,
        allow_only_planned_participants: terms.allow_only_planned_participants,
        url: format!("{}/c/{}", base_url(app), hosted.name).into(),
        created_at: hosted.made_at.unix_timestamp(),
    }
}

/// The ways in of whoever has this access token.
pub(super) fn clients(app: &App, found: &Found, access_token: Secret) -> Clients {
    // The token is in base64url, which needs no escaping in an address.
    let page = format!("{}/visit?at={}", base_url(app), access_token.expose());
    let frame = iframe(&format!("{page}&embed=1"), found.hosted.terms.topic.expose());
    let link = Link::Visit { server: app.public_url.clone(), access_token };
    let way = |kind: &str, platform: &str, url: String, iframe: Option<String>| SoftwareClient {
        kind: kind.to_owned(),
        platform: platform.to_owned(),
        url: url.into(),
        iframe: iframe.map(Secret::from),
    };
    Clients {
        clients: vec![
            way("web", "webrtc", page, Some(frame)),
            way("desktop", "consilium", link.to_deep_link(), None),
        ],
    }
}

fn base_url(app: &App) -> &str {
    app.public_url.as_str().trim_end_matches('/')
}

fn iframe(url: &str, title: &str) -> String {
    format!(
        "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"100%\" allow=\"{ALLOWED}\" allowfullscreen></iframe>",
        escape(url),
        escape(title)
    )
}

/// A text as the value of an attribute. The page that takes the element over knows nothing of what is in it.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '<' | '>' | '"' | '\'' => {
                write!(safe, "&#{};", u32::from(letter)).expect("a string takes every text");
            }
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_an_attribute() {
        let frame = iframe("https://a.example/visit?at=x&embed=1", "\"><script>alert('1')</script>");
        assert!(
            frame.starts_with("<iframe src=\"https://a.example/visit?at=x&#38;embed=1\" title=\"&#34;&#62;")
        );
        assert_eq!((frame.matches('<').count(), frame.matches('"').count()), (2, 10));
    }
}
