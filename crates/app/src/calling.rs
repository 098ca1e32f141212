//! Calling somebody now, as far as it is decided without IO: whom one can call, what rings, how it goes with those who are
//! called. Pure; [`crate::controller`] carries it out.
//!
//! Nothing here rings because an event came: what is heard follows from what [`Rings`] hold, so that it ends whatever ends
//! it, and a call that was answered, declined or told to be over rings never again.

mod directory;
mod log;
mod outgoing;
mod rings;
mod talk;

pub(crate) use directory::{Choice, Directory};
pub(crate) use log::{Log, subject};
pub(crate) use outgoing::Outgoing;
pub(crate) use rings::{Ring, Rings};
pub(crate) use talk::{Others, Talks};

use crate::stage::Retry;
use crate::view::{AskInView, CallsPane, CallsView, InviteLink, Line, ProblemCode, VisitAction};
use crate::visit::VisitKey;
use consilium_client::{HomeEvent, PressKey};
use consilium_model::{ConferenceId, Intent, Secret};
use consilium_wire::home::calls::{CallEntry, PlaceCall};
use std::time::{Duration, Instant};

/// So many calls are remembered by their way in.
const MAX_KNOWN: usize = 32;
/// So long a call that may have been made rings; who asks for it later wants another one.
const SAME_CALL: Duration = Duration::from_secs(45);

/// Calling somebody now, for whoever is signed in.
#[derive(Default)]
pub(crate) struct Calling {
    /// The sign-in that it belongs to.
    pub(crate) token: Option<Secret>,
    pub(crate) directory: Directory,
    pub(crate) rings: Rings,
    pub(crate) outgoing: Outgoing,
    /// How far the calls are that are or were open.
    pub(crate) talks: Talks,
    pub(crate) log: Log,
    pub(crate) pane: CallsPane,
    pub(crate) query: String,
    /// A call is being placed.
    pub(crate) placing: bool,
    /// The call that was asked for last, and whose answer has not come: it may have been made.
    unanswered: Option<Unanswered>,
    pub(crate) problem: Option<ProblemCode>,
    /// Contacts are read at that time; at once without one.
    pub(crate) contacts_due: Option<Instant>,
    /// They were read over a line that was lost since: what was switched elsewhere meanwhile is not known.
    pub(crate) contacts_old: bool,
    pub(crate) reading_log: bool,
    /// So many times the user has switched calls off or on, and the server has not answered yet.
    pub(crate) switching: u32,
    /// Events arrive.
    online: bool,
    /// What was left for another call, the newest last.
    pub(crate) held: Vec<Held>,
    pub(crate) coming_in: Option<ComingIn>,
    pub(crate) invite: Option<Invite>,
    /// Those who are called in the open visit are called again, or given up.
    pub(crate) again: bool,
    known: Vec<KnownCall>,
}

/// A call that was asked for.
struct Unanswered {
    call: PlaceCall,
    key: PressKey,
    since: Instant,
}

/// A visit or a call that goes on without the user.
pub(crate) struct Held {
    pub(crate) retry: Retry,
    pub(crate) title: Option<String>,
    /// How the switches were, for when the user comes back.
    pub(crate) intent: Intent,
}

/// The user's way into a call: it goes in as far as nobody has to press anything.
#[derive(Clone, Debug)]
pub(crate) struct ComingIn {
    pub(crate) token: Secret,
    /// With what, where the user's hand has set it before.
    pub(crate) intent: Option<Intent>,
    /// Steps that were taken; each is taken once.
    pub(crate) taken: Vec<VisitAction>,
    pub(crate) since: Instant,
}

/// Another person is being asked into the open visit.
pub(crate) struct Invite {
    /// Which visit.
    pub(crate) key: VisitKey,
    pub(crate) query: String,
    pub(crate) busy: bool,
    pub(crate) problem: Option<ProblemCode>,
    pub(crate) link: Option<InviteLink>,
}

/// A call that the user has come into.
struct KnownCall {
    entry: CallEntry,
    title: Option<String>,
    /// The user has called.
    placed: bool,
}

impl Calling {
    /// Nothing is known yet by this sign-in.
    pub(crate) fn of(token: Option<Secret>) -> Self {
        let mut calling = Self { token, ..Self::default() };
        calling.log.outdate();
        calling
    }

    /// Takes in what was told at home.
    pub(crate) fn hear(&mut self, event: &HomeEvent, now: Instant) {
        match event {
            HomeEvent::Connected => {
                self.online = true;
                self.contacts_due = None;
                self.contacts_old = true;
            }
            HomeEvent::Lost | HomeEvent::Over => self.online = false,
            HomeEvent::Event(_) => {}
        }
        self.rings.hear(event, now);
        self.outgoing.hear(event);
        self.directory.hear(event);
        self.log.hear(event);
    }

    /// Calls are heard, or not.
    pub(crate) fn set_undisturbed(&mut self, undisturbed: bool) {
        self.directory.do_not_disturb = undisturbed;
        self.rings.set_undisturbed(undisturbed);
    }

    /// Remembers the way into a call, and what it is about.
    pub(crate) fn know(&mut self, entry: CallEntry, title: Option<String>, placed: bool) {
        self.known.retain(|known| known.entry.access_token != entry.access_token);
        self.known.push(KnownCall { entry, title, placed });
        let surplus = self.known.len().saturating_sub(MAX_KNOWN);
        self.known.drain(..surplus);
    }

    /// What the call behind an access token is about.
    pub(crate) fn title_of(&self, token: &Secret) -> Option<String> {
        self.known_by(token).and_then(|known| known.title.clone())
    }

    /// The conference behind the access token of a call.
    pub(crate) fn visit_of(&self, token: &Secret) -> Option<&ConferenceId> {
        self.known_by(token).map(|known| &known.entry.visit)
    }

    /// The call behind an access token is one of the user's own.
    pub(crate) fn was_placed(&self, token: &Secret) -> bool {
        self.known_by(token).is_some_and(|known| known.placed)
    }

    fn known_by(&self, token: &Secret) -> Option<&KnownCall> {
        self.known.iter().find(|known| known.entry.access_token == *token)
    }

    /// By what a call is asked for: whoever presses again because no answer came asks for the same.
    pub(crate) fn pressed(&mut self, call: &PlaceCall, now: Instant) -> PressKey {
        let before = self.unanswered.take();
        let is_same = |one: &Unanswered| one.call == *call && now.duration_since(one.since) < SAME_CALL;
        let asked = before.filter(is_same).unwrap_or_else(|| Unanswered {
            call: call.clone(),
            key: PressKey::fresh(),
            since: now,
        });
        self.unanswered.insert(asked).key.clone()
    }

    /// The server has answered it, or no answer has come.
    pub(crate) fn answered(&mut self, is_lost: bool) {
        if !is_lost {
            self.unanswered = None;
        }
    }

    /// For the window; `None` with a server that has no calls, and while that is not known. `in_tray`: see there.
    pub(crate) fn view(&self, in_tray: bool) -> Option<CallsView> {
        if !self.directory.is_known() {
            return None;
        }
        let (contacts, teams) = match self.pane {
            CallsPane::People => self.directory.matching(&self.query),
            CallsPane::Closed | CallsPane::Log => (Vec::new(), Vec::new()),
        };
        let shows_log = self.pane == CallsPane::Log;
        Some(CallsView {
            pane: self.pane,
            missed: self.log.missed(),
            do_not_disturb: self.directory.do_not_disturb,
            in_tray,
            line: if self.online { Line::Online } else { Line::Reconnecting },
            query: self.query.clone(),
            contacts,
            teams,
            log: if shows_log { self.log.rows() } else { Vec::new() },
            loading: shows_log && !self.log.is_known(),
            placing: self.placing,
            problem: self.problem,
        })
    }

    /// Asking another person into this visit, for the window.
    pub(crate) fn invite_view(&self, key: VisitKey) -> Option<AskInView> {
        let invite = self.invite.as_ref().filter(|invite| invite.key == key)?;
        let (contacts, teams) = self.directory.matching(&invite.query);
        Some(AskInView {
            query: invite.query.clone(),
            contacts,
            teams,
            busy: invite.busy,
            problem: invite.problem,
            link: invite.link.clone(),
        })
    }
}

impl Invite {
    /// Nothing is searched for yet.
    pub(crate) const fn begin(key: VisitKey) -> Self {
        Self { key, query: String::new(), busy: false, problem: None, link: None }
    }
}
