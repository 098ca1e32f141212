//! What the chat has to know of the rest of the application.

use consilium_media::audio::Playout;
use consilium_model::Secret;
use std::collections::BTreeSet;
use std::sync::Weak;
use time::OffsetDateTime;

/// What the chat has to know of the rest of the application. The Controller says it anew when it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// The window is in front.
    pub(crate) in_front: bool,
    /// Its page is shown.
    pub(crate) visible: bool,
    /// The user shows a screen to others.
    pub(crate) shows_screen: bool,
    /// The user is in a call, which is not left for another one.
    pub(crate) in_call: bool,
    /// The call that has the microphone and the speaker.
    pub(crate) call: Option<CallSound>,
    /// The access token of the visit that is open, with which its conversation is found.
    pub(crate) visit: Option<Secret>,
    /// Its room lets the user write in its conversation.
    pub(crate) writes: bool,
    /// The user's own visits of the day.
    pub(crate) visits: Vec<OwnVisit>,
    /// The appointments of those that can be opened now.
    pub(crate) openable: BTreeSet<String>,
}

/// A visit of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnVisit {
    /// Its id in the booking system.
    pub(crate) appointment: String,
    /// Whose it is.
    pub(crate) people: Secret,
    /// What a card for it says.
    pub(crate) title: Secret,
    /// When it is due.
    pub(crate) scheduled_start: OffsetDateTime,
}

/// What a call plays through.
#[derive(Clone, Debug)]
pub(crate) struct CallSound(pub(crate) Weak<Playout>);

impl PartialEq for CallSound {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl Eq for CallSound {}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            in_front: true,
            visible: true,
            shows_screen: false,
            in_call: false,
            call: None,
            visit: None,
            writes: true,
            visits: Vec::new(),
            openable: BTreeSet::new(),
        }
    }
}

impl Surroundings {
    /// The window is before the user's eyes.
    pub(crate) const fn is_watched(&self) -> bool {
        self.in_front && self.visible
    }

    /// A card for that appointment can be followed.
    pub(crate) fn can_open(&self, appointment: &str) -> bool {
        self.openable.contains(appointment)
    }
}
