//! The steps a person takes in a visit: the buttons of its screens (`medme.md`, "Methods" and "Screens").

use crate::{Command, Role, Status};

/// A step of the status machine; who may take it and when is the server's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Specialist: lets people join.
    OpenForJoin,
    /// Goes in.
    Join,
    /// Goes out.
    Leave,
    /// Specialist: starts without waiting.
    Start,
    /// Specialist: stops the clock.
    Pause,
    /// Specialist: goes on.
    Resume,
    /// Specialist: ends it.
    Finish,
    /// Specialist or client: calls it off.
    Cancel,
    /// Specialist: takes the end back, within three minutes.
    RestoreTerminatedFast,
}

impl Step {
    /// Every step, in the order of the protocol page.
    pub const ALL: [Self; 9] = [
        Self::OpenForJoin,
        Self::Join,
        Self::Leave,
        Self::Start,
        Self::Pause,
        Self::Resume,
        Self::Finish,
        Self::Cancel,
        Self::RestoreTerminatedFast,
    ];

    /// The method's name on the wire.
    pub const fn method(self) -> &'static str {
        match self {
            Self::OpenForJoin => "open_for_join",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Finish => "finish",
            Self::Cancel => "cancel",
            Self::RestoreTerminatedFast => "restore_terminated_fast",
        }
    }
}

impl From<Step> for Command {
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

/// What a role is offered in a status, in the order to show; `joined` says whether this user is among the joined,
/// `is_open` that the conference needs no opening. Opening depends on the time as well, restoring on how it ended.
pub const fn steps(role: Role, status: Status, joined: bool, is_open: bool) -> &'static [Step] {
    use Step::{Cancel, Finish, Join, Leave, OpenForJoin, Pause, RestoreTerminatedFast, Resume, Start};
    // An open conference is joined as one that was opened.
    let status = if is_open && matches!(status, Status::Pending) { Status::OpenForJoining } else { status };
    match (status, role, joined) {
        (Status::Pending, Role::Specialist, _) => &[OpenForJoin, Cancel],
        (Status::Pending, Role::Client, _) => &[Cancel],
        (Status::OpenForJoining, _, false) => &[Join, Cancel],
        (Status::OpenForJoining, Role::Specialist, true) => &[Start, Leave, Cancel],
        (Status::OpenForJoining, Role::Client, true) => &[Leave],
        (Status::Started | Status::StartedAndWaiting | Status::StartedAndPaused, _, false) => &[Join],
        // Pausing is for a visit that runs: the machine refuses it while someone is waited for.
        (Status::Started, Role::Specialist, true) => &[Pause, Finish, Leave],
        (Status::StartedAndWaiting, Role::Specialist, true) => &[Finish, Leave],
        (Status::StartedAndPaused, Role::Specialist, true) => &[Resume, Finish, Leave],
        (Status::Started | Status::StartedAndWaiting | Status::StartedAndPaused, Role::Client, true) => {
            &[Leave]
        }
        (
            Status::CancelledBeforeStart | Status::CancelledAfterStart | Status::Finished,
            Role::Specialist,
            _,
        ) => &[RestoreTerminatedFast],
        (Status::CancelledBeforeStart | Status::CancelledAfterStart | Status::Finished, Role::Client, _) => {
            &[]
        }
    }
}
