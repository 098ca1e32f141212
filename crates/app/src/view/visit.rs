//! A visit on one of its screens, and what can be done there.

use super::{
    AskInView, CallRecordView, CallView, ChoiceView, ClockView, LobbyView, OutgoingView, ProblemCode,
    ReadyView, TalkView, TimesView, VisitInfo,
};
use consilium_model::{Role, Screen, Status, Step};
use serde::Serialize;
use ts_rs::TS;

/// A visit on one of its eight screens.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct VisitView {
    /// Which screen.
    pub screen: Screen,
    /// The user's role.
    pub role: Role,
    /// Where the conference stands.
    pub status: Status,
    /// What it is about.
    pub info: VisitInfo,
    /// Milliseconds until it is due as of this view, by the server's clock; negative afterwards.
    #[ts(type = "number")]
    pub starts_in_ms: i64,
    /// The visit's clock; missing until the visit has started, and in a call.
    pub clock: Option<ClockView>,
    /// What the role may do in this status, in the order to show.
    pub actions: Vec<VisitAction>,
    /// The action that is under way.
    pub busy: Option<VisitAction>,
    /// Why the last action failed.
    pub problem: Option<ProblemCode>,
    /// The line to the clinic.
    pub line: Line,
    /// The user has to be let in and waits for that, in the place of the screen.
    pub lobby: Option<LobbyView>,
    /// What the last check of the devices has found.
    pub ready: ReadyView,
    /// With what the user goes into the call.
    pub choice: ChoiceView,
    /// The call, on the screen `started`.
    pub call: Option<CallView>,
    /// The call is in a web room of another system, in the system's browser.
    pub web_room: Option<WebRoomView>,
    /// What the role can do about the length of a visit that runs.
    pub more_time: Option<MoreTimeView>,
    /// How long the end can still be taken back, in milliseconds as of this view; missing when it cannot.
    #[ts(type = "number | null")]
    pub restore_ms: Option<u64>,
    /// How long it really took; when it is over.
    pub times: Option<TimesView>,
    /// How its calls went; for a specialist, when it is over and the server tells.
    pub record: Option<CallRecordView>,
    /// There is a home page to go back to.
    pub has_home: bool,
    /// It is a call; missing for a visit.
    pub talk: Option<TalkView>,
    /// What a call is about; missing where the services say it.
    pub title: Option<String>,
    /// The user may ask another person in.
    pub can_invite: bool,
    /// Another person is being asked in.
    pub invite: Option<AskInView>,
    /// How it goes with those whom the user calls.
    pub outgoing: Option<OutgoingView>,
}

/// A web room of another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WebRoomView {
    /// The name of the machine it is on. The whole address holds a token.
    pub host: String,
    /// Whether the browser was opened.
    pub opened: bool,
    /// Why not.
    pub problem: Option<ProblemCode>,
}

/// What the role can do about the length of a visit that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum MoreTimeView {
    /// The specialist extends it.
    Extend {
        /// By how many minutes, to choose from.
        minutes: Vec<u32>,
        /// A client has asked for it; taken back by extending or [`crate::Action::DismissAsk`].
        asked: bool,
        /// It is being extended.
        busy: bool,
    },
    /// The client asks for it.
    Ask {
        /// Has asked already, and nothing has come of it yet.
        asked: bool,
    },
}

/// What a role may do with a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum VisitAction {
    /// Opens it for joining.
    Open,
    /// Goes in.
    Join,
    /// Goes out.
    Leave,
    /// Starts without waiting for the others.
    Start,
    /// Stops the clock and all media.
    Pause,
    /// Goes on.
    Resume,
    /// Ends it.
    Finish,
    /// Calls it off.
    Cancel,
    /// Takes the end back, within three minutes.
    Restore,
}

impl From<Step> for VisitAction {
    fn from(step: Step) -> Self {
        match step {
            Step::OpenForJoin => Self::Open,
            Step::Join => Self::Join,
            Step::Leave => Self::Leave,
            Step::Start => Self::Start,
            Step::Pause => Self::Pause,
            Step::Resume => Self::Resume,
            Step::Finish => Self::Finish,
            Step::Cancel => Self::Cancel,
            Step::RestoreTerminatedFast => Self::Restore,
        }
    }
}

impl VisitAction {
    /// The step that it asks the server for.
    pub(crate) fn step(self) -> Step {
        let step = Step::ALL.into_iter().find(|step| Self::from(*step) == self);
        step.expect("every action is a step")
    }
}

/// The line to the clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Line {
    /// News arrives.
    Online,
    /// Lost; trying again by itself.
    Reconnecting,
}
