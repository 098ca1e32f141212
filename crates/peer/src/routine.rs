//! What a person would press: in, talk for a while, out.

use consilium_app::view::{PeerState, ProblemCode, Stage, VisitAction, VisitView};
use consilium_model::{Role, Screen};
use std::time::{Duration, Instant};

/// What to do now.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// Nothing.
    Wait,
    /// A step of the visit.
    Press(VisitAction),
    /// The visit is over, or the time is.
    Done,
    /// It cannot go on; the code of why.
    Failed(String),
}

/// In, talk for a while, out.
#[derive(Debug)]
pub(crate) struct Routine {
    talk: Duration,
    talking_since: Option<Instant>,
    pressed: Option<(VisitAction, Instant)>,
}

/// A step that changed nothing is tried again after so long.
const AGAIN: Duration = Duration::from_secs(3);

impl Routine {
    pub(crate) const fn new(talk: Duration) -> Self {
        Self { talk, talking_since: None, pressed: None }
    }

    /// What to do on this stage.
    pub(crate) fn next(&mut self, stage: &Stage, now: Instant) -> Next {
        match stage {
            Stage::Starting | Stage::Opening => Next::Wait,
            Stage::Problem(problem) => Next::Failed(code(problem.code)),
            Stage::SignIn(sign_in) => match sign_in.problem {
                Some(problem) => Next::Failed(code(problem)),
                None => Next::Failed("sign-in".to_owned()),
            },
            Stage::Otp(_) => Next::Failed(code(ProblemCode::OtpExpected)),
            Stage::Home(_) => Next::Failed("not-a-visit".to_owned()),
            Stage::Visit(visit) => self.visit(visit, now),
        }
    }

    fn visit(&mut self, visit: &VisitView, now: Instant) -> Next {
        match visit.screen {
            Screen::Refused => Next::Failed(code(ProblemCode::UnknownLink)),
            Screen::PendingClient => Next::Wait,
            Screen::PendingSpecialist => self.press(visit, VisitAction::Open, now),
            Screen::JoinClient | Screen::JoinSpecialist if self.talking_since.is_some() => Next::Done,
            Screen::JoinClient | Screen::JoinSpecialist => self.press(visit, VisitAction::Join, now),
            Screen::Started => self.started(visit, now),
            Screen::Cancelled | Screen::Finish => Next::Done,
        }
    }

    fn started(&mut self, visit: &VisitView, now: Instant) -> Next {
        if let (None, Some(problem)) = (&visit.call, visit.problem) {
            return Next::Failed(code(problem));
        }
        if visit.web_room.is_some() {
            return Next::Failed(code(ProblemCode::NoWebRoom));
        }
        let peers = visit.call.iter().flat_map(|call| &call.peers);
        if self.talking_since.is_none() && peers.clone().any(|peer| peer.state == PeerState::Connected) {
            self.talking_since = Some(now);
        }
        match self.talking_since {
            Some(since) if now - since >= self.talk => match visit.role {
                Role::Specialist => self.press(visit, VisitAction::Finish, now),
                Role::Client => self.press(visit, VisitAction::Leave, now),
            },
            Some(_) | None => Next::Wait,
        }
    }

    fn press(&mut self, visit: &VisitView, action: VisitAction, now: Instant) -> Next {
        let lately = self.pressed.is_some_and(|(last, at)| last == action && now - at < AGAIN);
        if lately || visit.busy.is_some() || !visit.actions.contains(&action) {
            return Next::Wait;
        }
        self.pressed = Some((action, now));
        Next::Press(action)
    }
}

fn code(code: ProblemCode) -> String {
    serde_json::to_value(code).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
