//! Showing one's screen to the others.

use super::DeviceProblem;
use serde::Serialize;
use ts_rs::TS;

/// How far the user is with showing a screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ShareView {
    /// The clinic does not allow it here.
    NotAllowed,
    /// Nothing is shown.
    #[default]
    Off,
    /// The user chooses. Nothing leaves the machine.
    Choosing {
        /// What there is to show; missing while it is being looked up.
        sources: Option<Vec<ShareSource>>,
        /// Why there is nothing.
        problem: Option<DeviceProblem>,
    },
    /// The user sees what the others would see. Nothing leaves the machine.
    Preview {
        /// What was chosen.
        source: ShareSource,
        /// The number of the preview's stream.
        stream: u32,
        /// This application's own windows are left out of it; where they cannot be, the user is told.
        own_windows_hidden: bool,
        /// Why there is no picture.
        problem: Option<DeviceProblem>,
    },
    /// The others see it.
    Live {
        /// What is shown.
        source: ShareSource,
        /// The number of the own view of it.
        stream: u32,
    },
    /// It was live, and there are too many in the call for it: nothing is captured until there are fewer. Then it is live
    /// again by itself.
    Paused {
        /// What is shown then.
        source: ShareSource,
    },
}

/// Something that can be shown.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ShareSource {
    /// Names it in actions.
    pub id: String,
    /// The window's title, or the monitor's name; empty where the system asks the user itself.
    pub name: String,
    /// Which kind.
    pub kind: ShareKind,
    /// A small picture of it as a `data:` URL, where the system gives one before it is chosen.
    pub thumbnail: Option<String>,
}

/// A kind of what can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ShareKind {
    /// A whole screen.
    Screen,
    /// One window.
    Window,
    /// The system's own dialog asks which.
    SystemChoice,
    /// The built-in test picture.
    Synthetic,
}
