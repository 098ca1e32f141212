//! The view models: everything a screen shows, whole. The user interface stitches nothing together and decides
//! nothing; it draws the newest [`AppView`] and sends [`crate::Action`]s.
//!
//! No words for people here: problems and notices are codes, `locales/` has the words.

mod code;

pub use code::{NoticeCode, ProblemCode};

use consilium_model::{
    ClockPhase, GapReason, Locale, MediaState, Role, Screen, Secret, Status, Step, Vertical,
};
use serde::Serialize;
use ts_rs::TS;

/// Everything the window shows.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct AppView {
    /// Grows with every published view.
    #[ts(type = "number")]
    pub revision: u64,
    /// The language of the window.
    pub locale: Locale,
    /// The words for the roles.
    pub vertical: Vertical,
    /// What the window is about.
    pub stage: Stage,
    /// A notice that does not block.
    pub notice: Option<NoticeCode>,
    /// Devices to choose from.
    pub devices: DevicesView,
}

/// What the window is about.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Stage {
    /// Nothing is known yet: the first moments after the start.
    Starting,
    /// Nobody is signed in: the form, and a place to paste a link.
    SignIn(SignInView),
    /// The specialist's day.
    Home(HomeView),
    /// A link is being exchanged.
    Opening,
    /// The visit asks for a one-time password first.
    Otp(OtpView),
    /// A visit.
    Visit(Box<VisitView>),
    /// A visit or the home page could not be opened.
    Problem(ProblemView),
}

/// The sign-in form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SignInView {
    /// The server that was used last, or that the clinic has set.
    pub server: String,
    /// A sign-in is under way.
    pub busy: bool,
    /// Why the last one failed.
    pub problem: Option<ProblemCode>,
}

/// The form for the one-time password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OtpView {
    /// How many digits it has.
    pub digits: u32,
    /// What is under way.
    pub busy: Option<OtpStep>,
    /// A password is on its way to the participant.
    pub sent: bool,
    /// Why the last step failed.
    pub problem: Option<ProblemCode>,
    /// There is a home page to go back to.
    pub has_home: bool,
}

/// A step with the one-time password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum OtpStep {
    /// Being sent, first or again.
    Sending,
    /// Being checked.
    Verifying,
}

/// The specialist's day.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct HomeView {
    /// The specialist's name.
    pub name: String,
    /// The clinic's name.
    pub clinic: String,
    /// Today's visits by their start.
    pub visits: Vec<VisitRow>,
    /// The list could not be read again; what is shown may be old.
    pub problem: Option<ProblemCode>,
    /// The token was kept in the system's keychain; otherwise it is forgotten when the app closes.
    pub remembered: bool,
}

/// A visit on the home page.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct VisitRow {
    /// For [`crate::Action::OpenVisit`].
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// When it is due, RFC 3339.
    pub scheduled_start: String,
    /// For how long.
    pub scheduled_minutes: u32,
    /// The clients' names.
    pub clients: Vec<String>,
    /// The services' names in the window's language.
    pub services: Vec<String>,
    /// A client is in and waits.
    pub client_waits: bool,
}

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
    /// The visit's clock; missing until the visit has started.
    pub clock: Option<ClockView>,
    /// What the role may do in this status, in the order to show.
    pub actions: Vec<VisitAction>,
    /// The action that is under way.
    pub busy: Option<VisitAction>,
    /// Why the last action failed.
    pub problem: Option<ProblemCode>,
    /// The line to the clinic.
    pub line: Line,
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
    /// There is a home page to go back to.
    pub has_home: bool,
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

/// How long a visit really took. All in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TimesView {
    /// As planned.
    pub scheduled: u32,
    /// Without pauses.
    pub net: u32,
    /// With pauses.
    pub dirty: u32,
    /// While anyone was in.
    pub real: u32,
    /// While both sides were in; missing when the server does not count it.
    pub both_present: Option<u32>,
    /// When it was interrupted, oldest first.
    pub gaps: Vec<GapView>,
}

/// An interruption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct GapView {
    /// Since when, RFC 3339.
    pub from: String,
    /// For how long, in seconds.
    pub seconds: u32,
    /// Why.
    pub reason: GapReason,
}

/// What a visit is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct VisitInfo {
    /// The organization's name.
    pub organization: String,
    /// The branch's name.
    pub branch: String,
    /// The services' names in the window's language.
    pub services: Vec<String>,
    /// When it is due, RFC 3339.
    pub scheduled_start: String,
    /// For how long.
    pub scheduled_minutes: u32,
    /// The time zone of the branch, an IANA name.
    pub timezone: String,
    /// From when it may be opened, RFC 3339; missing when at any time.
    pub opens_at: Option<String>,
    /// Everyone who takes part.
    pub people: Vec<Person>,
    /// When it started, RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, RFC 3339.
    pub finished_at: Option<String>,
}

/// A person of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Person {
    /// Name, middle name, surname.
    pub name: String,
    /// The profession of a specialist.
    pub profession: Option<String>,
    /// The role.
    pub role: Role,
    /// Has joined.
    pub joined: bool,
    /// Is the user of this window.
    pub me: bool,
    /// The visit does not start without this person.
    pub required: bool,
}

/// The visit's clock at the moment of publishing. The window counts on from here by itself while `running`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClockView {
    /// Milliseconds left of the schedule.
    #[ts(type = "number")]
    pub remaining_ms: u64,
    /// Milliseconds past the schedule.
    #[ts(type = "number")]
    pub overtime_ms: u64,
    /// Milliseconds of the visit without pauses.
    #[ts(type = "number")]
    pub net_ms: u64,
    /// The clock moves.
    pub running: bool,
    /// How near the end is.
    pub phase: ClockPhase,
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

/// The call.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct CallView {
    /// Whether the room is reached.
    pub phase: CallPhase,
    /// The user's own media.
    pub me: MyMedia,
    /// The others, in the order they came.
    pub peers: Vec<PeerTile>,
    /// Where the window gets encoded frames from: a loopback WebSocket with a secret path.
    #[ts(type = "string")]
    pub frames_url: Secret,
}

/// Whether the room is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CallPhase {
    /// On the way in.
    Connecting,
    /// In.
    Connected,
    /// The socket is lost; the seat is kept.
    Reconnecting,
    /// In, and everything stands still because the visit is paused.
    OnHold,
    /// Not let in; see the visit's problem.
    Failed,
}

/// The user's own media.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct MyMedia {
    /// The microphone.
    pub mic: SwitchView,
    /// The camera.
    pub camera: SwitchView,
    /// The number of the self-view's stream.
    pub stream: u32,
    /// The microphone's level now, 0 to 100.
    pub level: u8,
}

/// A switch for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SwitchView {
    /// What the user has set.
    pub on: bool,
    /// Why nothing flows although it is on.
    pub problem: Option<DeviceProblem>,
}

/// Why a device gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeviceProblem {
    /// There is none.
    Missing,
    /// Another program uses it.
    InUse,
    /// The system does not allow it.
    NotAllowed,
    /// It failed.
    Failed,
}

/// Another participant.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PeerTile {
    /// The seat.
    pub id: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// What it says it sends.
    pub media: MediaState,
    /// How the connection stands.
    pub state: PeerState,
    /// The number of its camera's stream.
    pub stream: u32,
    /// The level of its voice now, 0 to 100.
    pub level: u8,
}

/// How the connection to a participant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PeerState {
    /// No way found yet.
    Connecting,
    /// Media can flow.
    Connected,
    /// The way was lost; looking for another.
    Reconnecting,
    /// Its line to the room is lost; the seat is kept.
    Away,
}

/// Devices to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DevicesView {
    /// Cameras.
    pub cameras: Vec<DeviceRow>,
    /// Microphones.
    pub microphones: Vec<DeviceRow>,
    /// Speakers and headsets.
    pub speakers: Vec<DeviceRow>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DeviceRow {
    /// For [`crate::Action::ChooseDevice`].
    pub id: String,
    /// The system's name for it; missing for the built-in test picture and tone.
    pub name: Option<String>,
    /// It is the chosen one.
    pub chosen: bool,
}

/// Something could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProblemView {
    /// What happened.
    pub code: ProblemCode,
    /// Trying again may help: the retry button is shown. Otherwise it is the `4xx` screen.
    pub can_retry: bool,
    /// There is a home page to go back to.
    pub has_home: bool,
}
