//! The view models: everything a screen shows, whole. The user interface stitches nothing together and decides
//! nothing; it draws the newest [`AppView`] and sends [`crate::Action`]s.
//!
//! No words for people here: problems and notices are codes, `locales/` has the words.

mod call;
mod calls;
mod chat;
mod check;
mod code;
mod devices;
mod home;
mod info;
mod lobby;
mod quality;
mod record;
mod share;
mod shared;
mod talk;
mod times;
mod trust;
mod update;
mod visit;

pub use call::{CallPhase, CallView, DeviceProblem, DrawnStream, MyMedia, PeerState, PeerTile, SwitchView};
pub use calls::{
    AskInView, Availability, CallLogRow, CallOutcome, CallsPane, CallsView, ContactRow, HeldView, InviteLink,
    OutgoingRow, OutgoingState, OutgoingView, RingRow, TeamRow,
};
pub use chat::{
    CardChoice, ChatPane, ChatView, ConversationRow, ConversationView, Earlier, FileView, ForwardChoice,
    FoundRow, InboxFilter, InboxView, InvitationState, InviteView, LastKind, LastMessage, MessageBody,
    MessageRow, MessageState, PeopleView, PersonRow, Quote, RecordingView, TopicView, VoiceView,
};
pub use check::{
    CameraCheck, CheckState, CheckView, ChoiceView, MicrophoneCheck, NetworkCheck, NetworkWay, ReadyView,
    SpeakerCheck,
};
pub use code::{NoticeCode, ProblemCode};
pub use devices::{DeviceRow, DevicesView, Processing};
pub use home::{HomeView, VisitRow};
pub use info::{Person, PersonRole, VisitInfo};
pub use lobby::{KnockAt, KnockRow, LobbyPhase, LobbyView, PlaceView, Presence};
pub use quality::{DetailsView, DrawingPath, PeerDetails, QualityCause, QualityEnd, QualityView, Reduced};
pub use record::{CallRecordView, RecordLevel, RecordRow};
pub use share::{ShareKind, ShareSource, ShareView};
pub use shared::Shared;
pub use talk::{HangUp, TalkState, TalkView};
pub use times::{ClockView, GapView, TimesView};
pub use trust::TrustView;
pub use update::ViewUpdate;
pub use visit::{Line, MoreTimeView, VisitAction, VisitView, WebRoomView};

use consilium_model::{Locale, Vertical};
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
    /// The chat. An unchanged one is the same as in the view before.
    #[ts(as = "Option<ChatView>")]
    pub chat: Option<Shared<ChatView>>,
    /// The revision with which the chat became what it is.
    #[serde(skip)]
    #[ts(skip)]
    pub chat_since: u64,
    /// Who asks to be let in, wherever the user is; whoever waits longest first.
    pub knocks: Vec<KnockRow>,
    /// The check before a call, while it is open.
    pub check: Option<CheckView>,
    /// Calling somebody now; for whoever is signed in at a clinic that has it.
    pub calls: Option<CallsView>,
    /// Who calls, wherever the user is; whoever rings longest first.
    pub ringing: Vec<RingRow>,
    /// What the user has put on hold.
    pub held: Option<HeldView>,
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
    /// How many digits it usually has; it may be any number from 4 to 10.
    pub digits: u32,
    /// What is under way.
    pub busy: Option<OtpStep>,
    /// A password is on its way to the participant, or was, as far as is known.
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
